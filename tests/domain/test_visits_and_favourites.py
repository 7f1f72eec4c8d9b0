"""Visits are facts of an account; favourites are a person's own."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.catalog import Product
from app.domain.commands import MarkFavourite, RecordVisit
from app.domain.decide import decide
from app.domain.events import CaseOpened, FavouriteMarked, VisitRecorded
from app.domain.facts import ABSENT, NOT_HERE, Facts, Known
from app.domain.parties import Account, Person

DAY = "2026-11-23"
CLINIC = Account(
    "a1", "N1", "Clinic", "store", "on_hold", "unpaid", DAY, "north", "mate", None, "USD", False, None
)


def facts(**known: Any) -> Facts:
    base: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("north",))), "received_on": "2027-03-01",
        "account": Known.held(CLINIC), "products": {"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
    }  # fmt: skip
    return Facts(**{**base, **known})


def visit(**changes: Any) -> RecordVisit:
    values: dict[str, Any] = {"op_id": "op", "actor": "rep", "business_date": DAY, "visit_id": "v"}
    values |= {"account_id": "a1", "note": " wants the long ones ", "next_on": "2026-12-01"}
    return RecordVisit(**{**values, **changes})


def mark(favourite: bool = True) -> MarkFavourite:
    return MarkFavourite(op_id="op", actor="rep", business_date=DAY, product_id="p", favourite=favourite)


def test_a_visit_is_kept_with_its_account_however_long_ago_and_whatever_its_status() -> None:
    said = decide(visit(), facts())

    assert (said.outcome, said.findings) == ("applied", ())
    assert said.events == (
        VisitRecorded(
            visit_id="v", account_id="a1", territory_id="north", rep_id="mate", visited_by="rep", day=DAY,
            note="wants the long ones", next_on="2026-12-01", op_id="op",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"account": Known(ABSENT)}, "account_unknown"),
        ({"account": Known(NOT_HERE)}, "fact_missing"),
        ({"document_exists": True}, "document_exists"),
    ],
)
def test_a_visit_at_nobodys_or_told_before_is_a_case(known: dict[str, Any], code: str) -> None:
    said = decide(visit(), facts(**known))

    assert (said.outcome, [one.code for one in said.findings]) == ("applied_exception", [code])
    assert [type(one) for one in said.events] == [CaseOpened]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"note": "  "}, "the note is 0"),
        ({"note": "x" * 2_001}, "the note is 2001"),
        ({"next_on": "soon"}, "isoformat"),
        ({"next_on": "20261201"}, "not of the form"),
    ],
)
def test_a_visit_that_says_nothing_cannot_be_made(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        visit(**change)


def test_a_visit_need_not_name_the_next_one() -> None:
    assert visit(next_on="").next_on == ""


@pytest.mark.parametrize("favourite", [True, False])
def test_the_last_word_about_a_product_counts(favourite: bool) -> None:
    said = decide(mark(favourite), facts())

    assert said.outcome == "applied"
    assert said.events == (
        FavouriteMarked(user_id="rep", product_id="p", favourite=favourite, marked_on=DAY, op_id="op"),
    )


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "product_unknown"), (NOT_HERE, "fact_missing")])
def test_only_a_known_product_is_a_favourite(status: str, code: str) -> None:
    said = decide(mark(), facts(products={"p": Known(status)}))

    assert (said.outcome, [one.code for one in said.findings], said.events) == ("rejected", [code], ())
