"""Every code has words, every word has its place, every key that the code mentions exists."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from app.domain import lifecycle, pricing, stock
from app.domain.commands import COMMANDS
from app.domain.decide import OUTCOMES, PARKED
from app.domain.parties import ROLES
from app.domain.rejections import CODES
from app.screens import wording
from app.screens.findings import NEXT
from app.screens.pseudo import AS_IT_IS, pseudo
from app.screens.wording import Unworded, catalogue, languages, own_words, tr, worded

HOUSE = Path(__file__).parents[2]
LANGUAGES = languages()


def keys_said_by_code() -> Iterator[tuple[str, set[str], bool, str]]:
    """Every `tr("key", …)` of the app: key, parameters, whether a mapping is passed too, and where."""
    for file in sorted((HOUSE / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and ast.unparse(node.func) in ("tr", "wording.tr") and node.args
            ):
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                open_ended = any(keyword.arg is None for keyword in node.keywords)
                yield first.value, given, open_ended, f"{file.relative_to(HOUSE)}:{node.lineno}"


def wanted(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name}


def test_every_sentence_that_the_code_asks_for_is_there_with_what_it_wants() -> None:
    sentences = catalogue("en")
    problems = []
    for key, given, open_ended, where in keys_said_by_code():
        forms = [key] if key in sentences else [f"{key}.one", f"{key}.other"] if "count" in given else [key]
        for form in forms:
            if form not in sentences:
                problems.append(f"{where}: no sentence {form!r}")
            elif not open_ended and not wanted(sentences[form]) <= given:
                problems.append(f"{where}: {form!r} wants {sorted(wanted(sentences[form]) - given)}")

    assert problems == []


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_rejection_code_says_what_why_and_what_next(code: str) -> None:
    for part in ("title", "says", "next"):
        assert worded(f"finding.{code}.{part}")


def test_nothing_is_worded_that_no_rule_can_say() -> None:
    spoken = {key.split(".")[1] for key in catalogue("en") if key.startswith("finding.")}

    assert spoken == set(CODES)


@pytest.mark.parametrize("action", sorted(set(NEXT.values())))
def test_each_next_step_has_a_button(action: str) -> None:
    assert worded(f"act.{action}")


def test_each_next_step_belongs_to_a_code() -> None:
    assert set(NEXT) <= set(CODES)


@pytest.mark.parametrize(
    "key",
    [
        *(f"outcome.{outcome}" for outcome in (*OUTCOMES, PARKED, "waiting", "sent")),
        *(f"quote_state.{state}" for state in lifecycle.QUOTE),
        *(f"order_state.{state}" for state in lifecycle.ORDER),
        *(
            f"verb.{verb}"
            for table in (lifecycle.QUOTE, lifecycle.ORDER)
            for verbs in table.values()
            for verb in verbs
        ),
        *(f"command.{command.__name__}" for command in COMMANDS),
        *(f"movement_kind.{kind}" for kind in stock.KINDS),
        *(f"transfer_state.{state}" for state in lifecycle.TRANSFER),
        *(
            f"{stem}.{verb}"
            for stem in ("transfer_verb", "transfer_done")
            for verb in sorted({verb for verbs in lifecycle.TRANSFER.values() for verb in verbs})
        ),
        *(
            f"place_kind.{kind}"
            for kind in ("dc", "hub", "trunk", "allotment", "consignment", "reserved", "virtual")
        ),
        *(f"role.{role}" for role in ROLES),
        *(f"role_title.{role}" for role in ROLES),
        *(f"approval_state.{state}" for state in ("pending", "approved", "declined", "superseded")),
        *(f"account_state.{state}" for state in ("active", "on_hold", "closed")),
    ],
)
def test_each_word_of_the_domain_has_words(key: str) -> None:
    assert worded(key)


@pytest.mark.parametrize("why", pricing.WHY)
def test_each_reason_of_the_price_has_words(why: str) -> None:
    assert worded(f"why.{why}")


@pytest.mark.parametrize("rule", pricing.RULES)
def test_each_kind_of_step_of_the_price_has_words(rule: str) -> None:
    assert worded(f"price_rule.{rule}")


def test_no_step_of_the_price_has_a_reason_that_is_not_listed() -> None:
    """Every text in the rules that is used as a reason is one of WHY: read from the source, so none is forgotten."""
    folder = Path(pricing.__file__).parent
    said = {
        keyword.value
        for file in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Reason", "Step", "_lost", "saying")
        for keyword in node.args
        if isinstance(keyword, ast.Constant) and isinstance(keyword.value, str)
    }

    assert {one for one in said if one} - set(pricing.RULES) <= set(pricing.WHY)
    assert {"no_ship_to", "list_disabled", "contract_fixed", "given", "quantity_below"} <= said


def test_a_parameter_that_is_missing_is_an_error() -> None:
    with pytest.raises(Unworded, match="number"):
        tr("finding.quote_wrong_state.says", state="lost", verb="revise")
    with pytest.raises(Unworded):
        tr("no.such.key")


@pytest.mark.parametrize(("count", "words"), [(0, "0 days ago"), (1, "1 day ago"), (1200, "1,200 days ago")])
def test_a_count_chooses_its_form(count: int, words: str) -> None:
    assert tr("age.days_ago", count=count) == words


def test_no_key_is_worded_twice() -> None:
    seen: dict[str, str] = {}
    for file in sorted((files("resources") / "translations" / "en").iterdir(), key=lambda one: one.name):
        pairs = json.loads(file.read_text("utf-8"), object_pairs_hook=list)
        for key, _sentence in pairs:
            assert key not in seen, f"{key} is in {seen.get(key)} and {file.name}"
            seen[key] = file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything_with_the_same_parameters(language: str) -> None:
    """Plural forms differ between languages; what a sentence is about does not."""
    english, other = own_words("en"), own_words(language)
    stems = {
        key.rsplit(".", 1)[0] if key.rsplit(".", 1)[-1] in ("one", "few", "many", "other") else key
        for key in english
    }

    for key, sentence in other.items():
        twin = english.get(key) or english.get(f"{key.rsplit('.', 1)[0]}.other", "")
        assert wanted(sentence) <= wanted(twin) | {"count"}, key
    for stem in stems:
        assert stem in other or f"{stem}.other" in other, stem


def test_spanish_has_every_key_and_placeholder_of_english_in_the_same_file_and_order() -> None:
    folder = files("resources") / "translations"
    for file in sorted((folder / "en").iterdir(), key=lambda one: one.name):
        english = json.loads(file.read_text("utf-8"))
        spanish = json.loads((folder / "es" / file.name).read_text("utf-8"))

        assert list(spanish) == list(english), file.name
        assert {key: wanted(words) for key, words in spanish.items()} == {
            key: wanted(words) for key, words in english.items()
        }, file.name
        assert all(words.strip() for words in spanish.values()), file.name
    assert {one.name for one in (folder / "es").iterdir()} == {one.name for one in (folder / "en").iterdir()}


def test_hardly_a_spanish_sentence_is_the_english_one() -> None:
    english, spanish = own_words("en"), own_words("es")
    same = {key for key in english if english[key] == spanish[key] and len(english[key].split()) > 2}

    assert {key for key in same if any(c.isalpha() for c in re.sub(r"\{\w+\}", "", english[key]))} == set()


def test_a_count_is_written_as_the_locale_writes_it() -> None:
    wording.speak("es", "es_ES")
    try:
        assert [tr("age.days_ago", count=n) for n in (1, 2, 1_000_000)] == [
            "hace 1 día",
            "hace 2 días",
            "hace 1.000.000 días",
        ]
    finally:
        wording.speak("en")


@pytest.mark.parametrize("language", ["pseudo", "pseudo_rtl"])
def test_a_pseudo_language_is_strange_longer_and_keeps_its_parameters(language: str) -> None:
    english, strange = own_words("en"), catalogue(language)

    assert set(strange) == set(english)
    for key, words in english.items():
        assert wanted(strange[key]) == wanted(words), key
        plain = re.sub(r"\{\w+\}", "", strange[key])
        if key not in AS_IT_IS and not key.startswith("settings.language."):
            assert not re.search("[A-Za-z]", plain), key
            if len(re.sub(r"\{\w+\}", "", words)) > 5 and "[" in plain:
                assert len(strange[key]) >= 1.3 * len(words) - words.count("{") * 12, key


def test_a_pseudo_sentence_is_read_at_a_glance() -> None:
    assert pseudo("Send {n} quotes") == "[Šéñđ {n} ɋûöţéš ~~~~]"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(Unworded):
        wording.speak("xx")
    assert tr("place.today") == "Today"
