"""Findings in words: with the parameters that the rules give, and without any."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.rejections import APPROVAL, BLOCKS, CODES, WARN, Finding, finding
from app.screens.findings import all_in_words, in_words
from app.screens.formats import Formats

HOUSE = Path(__file__).parents[2]
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
SAMPLE = {"limit": "1000", "discount": "2500", "roles": "manager,finance", "role": "manager", "state": "lost"}
DATES = ("date", "on", "sold_from", "sold_until", "needed")


def made_in_the_rules() -> set[tuple[str, frozenset[str]]]:
    """Every `finding("code", …, param=…)` of the domain. A code in a variable counts for the codes assigned to it."""
    found = set()
    for file in sorted((HOUSE / "app" / "domain").glob("*.py")):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            variable = {
                value.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code"
                for value in ast.walk(node.value)
                if isinstance(value, ast.Constant) and value.value in CODES
            }
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "finding" and node.args:
                    first = node.args[0]
                    codes = {first.value} if isinstance(first, ast.Constant) else variable
                    named = frozenset(k.arg for k in node.keywords if k.arg and k.arg != "as_of")
                    found |= {(str(code), named) for code in codes}
    return found


MADE = sorted(made_in_the_rules(), key=lambda pair: (pair[0], sorted(pair[1])))


def test_the_rules_make_findings() -> None:
    assert {code for code, _ in MADE} == set(CODES)


@pytest.mark.parametrize(("code", "named"), MADE, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_rule_tells_can_be_said_to_a_person(code: str, named: frozenset[str]) -> None:
    params: dict[str, object] = {
        name: SAMPLE.get(name, "2026-11-01" if name in DATES else "12") for name in named
    }
    params |= {name: word for name, word in (("verb", "revise"), ("currency", "USD")) if name in named}

    words = in_words(finding(code, "1", **params), FORMATS)

    assert words.title
    assert words.next_step
    for part in (words.sentence, words.next_step):
        assert part.endswith((".", ")"))
        assert "{" not in part
        assert "(no " not in part
        assert "this account" not in part or "account" not in named


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_finding_without_parameters_still_makes_a_sentence(code: str) -> None:
    words = in_words(Finding(code), FORMATS)

    assert words.sentence
    assert "{" not in words.sentence


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            finding("discount_over_limit", "1", product="Stent", discount=2250, limit=1000, roles="manager"),
            "22.5% off Stent; you may give up to 10%.",
        ),
        (
            finding(
                "credit_limit_exceeded",
                account="Bergen",
                limit=100_000,
                used=90_000,
                amount=20_050,
                currency="USD",
            ),
            "Bergen has $900.00 in open orders; with this $200.50 it passes its limit of $1,000.00.",
        ),
        (
            finding(
                "price_differs", "1", product="Stent", shown=125_000, own=119_950, currency="EUR", days=2
            ),
            "Stent: you showed €12.50, the price is now €11.9950. The shown price stands.",
        ),
        (
            finding("account_on_hold", as_of="2026-11-20", account="Bergen", reason="Invoices overdue."),
            "Bergen is on hold: Invoices overdue (as of 3 days ago).",
        ),
        (finding("account_on_hold", account="Bergen", reason=""), "Bergen is on hold."),
        (
            finding("variance_reason_required", "l1", variance=-3),
            "The count differs by −3, and no reason is given.",
        ),
        (
            finding("fact_missing", what="exposure"),
            "This device does not hold the open orders of the account, so it cannot judge this.",
        ),
        (
            finding("fact_missing", "1", what="price", product="Stent"),
            "This device does not hold the price of Stent, so it cannot judge this.",
        ),
        (
            finding("product_not_sold", product="Stent", sold_from="", sold_until="2026-10-31"),
            "Stent was sold until Oct 31, 2026.",
        ),
        (
            finding("quote_wrong_state", number="MB-A-0042", state="accepted", verb="revise"),
            "Quote MB-A-0042 is accepted; to revise it is not possible now.",
        ),
        (
            finding("currency_mismatch", asked="EUR", currency="USD"),
            "The document is in EUR, the account buys in USD.",
        ),
        (finding("not_allowed", role="operations"), "Only operations may do this."),
    ],
    ids=lambda value: value.code if isinstance(value, Finding) else "",
)
def test_figures_and_names_are_those_of_people(found: Finding, sentence: str) -> None:
    assert in_words(found, FORMATS).sentence == sentence


def test_refusals_come_first_then_what_needs_a_yes_then_notes() -> None:
    mixed = [
        finding("lot_expired"),
        finding("discount_over_limit"),
        finding("no_lines"),
        finding("account_closed"),
    ]

    words = all_in_words(mixed, FORMATS)

    assert [one.severity for one in words] == [BLOCKS, BLOCKS, APPROVAL, WARN]
    assert [one.code for one in words[:2]] == ["account_closed", "no_lines"]


def test_a_severity_is_told_by_word_and_icon_and_never_by_colour_alone() -> None:
    words = [
        in_words(Finding("no_lines", severity=severity), FORMATS) for severity in (WARN, APPROVAL, BLOCKS)
    ]

    for part in ("kind", "icon", "tone"):
        assert len({getattr(one, part) for one in words}) == 3


def test_a_screen_reader_hears_all_of_it() -> None:
    spoken = in_words(finding("no_lines"), FORMATS).spoken

    assert spoken == "Not possible: Nothing on it. There is no line on this document. Add at least one line."
