"""Refused labels in words: every code, with the parameters it is made with, and what to do next."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.catalog import Lot, Product
from app.domain.scan import CODES, NOTES, Matched, Note, Scan, ScanRefused, TradeItem, match, refused
from app.screens.formats import Formats
from app.screens.scanning import bad_code_words, note_words, refusal_words, shown_code
from app.screens.wording import catalogue
from app.workspace.barcodes import read_code
from app.workspace.code_parts import BadCode

HOUSE = Path(__file__).parents[2]
MAKERS = ("domain/scan.py", "workspace/barcodes.py", "workspace/digital_link.py")
FORMATS = Formats(lambda: datetime(2026, 11, 26, 12, 0, tzinfo=UTC), zone=UTC)
TODAY = "2026-11-26"
GTIN = "07032069804988"
STENT = Product("p1", "S-1", "Stent", "FDA class 2", "lot")
NOT_SAID = ("elements", "choices", "product_id")


def made() -> set[tuple[str, frozenset[str]]]:
    """Every `refused("code", param=…)` of the scan path; a code that is computed counts for all that it may be."""
    computed = {
        "'empty' if mark": (),
        "fault": ("truncated", "value_wrong", "check_digit_wrong", "date_wrong", "separator_lost"),
        "f'{product.tracking}_missing'": ("lot_missing", "serial_missing"),
    }
    found = set()
    for name in MAKERS:
        for node in ast.walk(ast.parse((HOUSE / "app" / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "refused":
                first, named = node.args[0], frozenset(k.arg for k in node.keywords if k.arg not in NOT_SAID)
                codes = computed.get(ast.unparse(first)) or {
                    one.value
                    for one in ast.walk(first)
                    if isinstance(one, ast.Constant) and one.value in CODES
                }
                assert codes, ast.unparse(node)
                found |= {(code, frozenset(str(n) for n in named)) for code in codes}
    # The one call that serves them all gives `longest` to this code alone.
    return {(code, names) for code, names in found if (code == "separator_lost") == ("longest" in names)}


MADE = sorted(made(), key=lambda pair: (pair[0], sorted(pair[1])))


def test_every_code_is_made_somewhere() -> None:
    assert {code for code, _ in MADE} == set(CODES)


@pytest.mark.parametrize(("code", "named"), MADE, ids=lambda value: value if isinstance(value, str) else "")
def test_every_refusal_says_what_is_wrong_and_what_to_do_next(code: str, named: frozenset[str]) -> None:
    samples = {"ai": "17", "why": "key", "value": "271301", "on": "2026-11-20"}

    words = refusal_words(refused(code, **{name: samples.get(name, "12") for name in named}), FORMATS)

    assert words.title
    for sentence in (words.sentence, words.next_step):
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_nothing_is_worded_that_no_rule_says() -> None:
    keys = [key.split(".") for key in catalogue("en") if key.startswith("scan.")]
    own = {"note", "choice", "none", "link", "ai"}

    assert {parts[1] for parts in keys} - own == set(CODES)
    assert {parts[2] for parts in keys if parts[1] == "note"} == set(NOTES)


@pytest.mark.parametrize("why", ["address", "key", "qualifier", "attribute", "value"])
def test_the_part_of_a_web_address_that_is_wrong_is_named(why: str) -> None:
    assert "{" not in refusal_words(refused("link_wrong", why=why, start="https://a"), FORMATS).sentence


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("+H123", "+H123 is a code of HIBCC, which starts with +. Only GS1 codes are read here."),
        (f"01{GTIN}17271301", "The expiry date (17) is 271301, and the calendar has no such day."),
        (
            "0107032069804987",
            "The product number (01) is 07032069804987, and its check digit does not fit the others: a digit is wrong.",
        ),
        (f"01{GTIN}4100", "The field (410) is cut short: there is only “0” of it."),
        ("10A\x1d21B", "The code carries (10), (21), but no product number (01)."),
    ],
)
def test_a_refused_label_in_words(label: str, sentence: str) -> None:
    found = read_code(label, today=TODAY)

    assert isinstance(found, ScanRefused)
    assert refusal_words(found, FORMATS).sentence == sentence


def test_two_readings_are_offered_as_they_stand_on_the_label() -> None:
    scan = read_code(f"01{GTIN}10NEW17280131", today=TODAY)
    assert isinstance(scan, Scan)
    found = match(scan, [TradeItem(GTIN, STENT, 1)], [])
    assert isinstance(found, ScanRefused)

    words = refusal_words(found, FORMATS)

    assert words.choices == (
        "Lot NEW17280131, serial none, expires none",
        "Lot NEW, serial none, expires Jan 31, 2028",
    )
    assert words.spoken.startswith("Two ways to read it. A separator is missing")
    assert words.spoken.endswith("expires Jan 31, 2028")


def test_what_a_matched_label_has_to_tell_is_a_sentence() -> None:
    scan = Scan(gtin=GTIN, raw="", lot="L1", expires="2027-07-31")
    found = match(scan, [TradeItem(GTIN, STENT, 1)], [Lot("l1", "p1", "L1", "", "2027-06-30", None)])
    assert isinstance(found, Matched)

    assert [note_words(one, FORMATS) for one in found.notes] == [
        "The label says it expires Jul 31, 2027, the lot L1 is kept with Jun 30, 2027. The earlier day counts."
    ]


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (
            Note("lot_unknown", (("lot", "L1"), ("product", "Stent"))),
            "Lot L1 of Stent is not known to this device yet.",
        ),
        (
            Note("lot_unknown", (("lot", "L1"), ("product", "Stent"), ("serial", "S7"))),
            "Serial S7 of Stent is not known to this device yet.",
        ),
        (
            Note("lot_differs", (("known", "L1"), ("label", "L9"))),
            "The label says lot L9, this serial number is kept with lot L1.",
        ),
        (
            Note("separator_restored", (("read", "(10)L1(17)270630"),)),
            "A separator was missing in the code; it was read as (10)L1(17)270630. Compare it with the label.",
        ),
    ],
)
def test_a_note_in_words(note: Note, sentence: str) -> None:
    assert note_words(note, FORMATS) == sentence


# -- hand-over by codes -----------------------------------------------------------------------------------------------


def bad_codes() -> dict[str, tuple[str, ...]]:
    """Every `BadCode("code", param=…)` of the hand-over, with its parameters."""
    found: dict[str, tuple[str, ...]] = {}
    for name in ("workspace/code_parts.py", "workspace/handing.py"):
        for node in ast.walk(ast.parse((HOUSE / "app" / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "BadCode":
                for one in ast.walk(node.args[0]):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and "_" in one.value:
                        found[one.value] = tuple(str(k.arg) for k in node.keywords)
    return found


@pytest.mark.parametrize("code", sorted(bad_codes()))
def test_every_bad_code_of_a_hand_over_says_what_is_wrong_and_what_to_do(code: str) -> None:
    words = bad_code_words(BadCode(code, **dict.fromkeys(bad_codes()[code], "2")))

    assert words.title
    assert words.sentence.endswith(".")
    assert words.next_step.endswith(".")
    assert "{" not in words.spoken


def test_no_hand_over_words_stand_idle() -> None:
    assert {key.split(".")[1] for key in catalogue("en") if key.startswith("handing.")} == set(bad_codes())


def test_a_recall_alarms_and_says_the_day() -> None:
    words = refusal_words(refused("recalled", product="Stent", lot="L1", on="2026-11-20"), FORMATS)

    assert words.alarming
    assert "was recalled on" in words.sentence
    assert "2026-11-20" not in words.sentence
    assert not refusal_words(refused("expired", product="Stent", lot="L1", on="2026-11-20"), FORMATS).alarming


def test_a_code_is_shown_as_it_came() -> None:
    assert shown_code("0107\x1d21A\x00") == "0107␝21A·"
    assert len(shown_code("9" * 400)) < 80
