"""Consigned goods: billed when they are used, and asked for again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from trunk_sale_kit import DAY, OPS, PRICE, REP, codes, facts, lines, only

from app.domain.catalog import ListPrice, Product
from app.domain.commands import UseConsigned
from app.domain.decide import decide
from app.domain.events import CaseOpened, ExposureGrew, OrderRecorded, StockMoved, TransferRecorded
from app.domain.facts import Balance, Known
from app.domain.ids import derived_id
from app.domain.parties import Person


def use(*asked: Any, **changes: Any) -> UseConsigned:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "usage_id": "o", "number": "MB-A-0003",
        "location_id": "here", "account_id": "a", "ship_to_id": "s", "currency": "USD", "po_number": "",
        "case_ref": "OR 7", "replace": False, "lines": lines(*asked),
    }  # fmt: skip
    return UseConsigned(**{**values, **changes})


@pytest.mark.parametrize("person", [REP, OPS])
def test_consigned_stock_is_billed_when_it_is_used(person: Person) -> None:
    said = decide(use(("late", 2), actor=person.id), facts("consignment", actor=Known.held(person)))

    [order], [move], [exposure] = (only(said, one) for one in (OrderRecorded, StockMoved, ExposureGrew))
    assert (said.outcome, codes(said)) == ("applied", [])
    assert (order.type, order.state, order.total, order.rep_id) == (
        "bill_only",
        "delivered",
        200_00,
        person.id,
    )
    assert order.case_ref == "OR 7"
    assert (move.kind, move.qty, move.from_location, move.to_location, move.document_id) == (
        "use",
        2,
        "here",
        "v:customer",
        "o",
    )
    assert (exposure.amount, exposure.unpaid, exposure.territory_id) == (200_00, 0, "north")
    assert only(said, TransferRecorded) == []


@pytest.mark.parametrize(("where", "told"), [(None, []), ("s", []), ("t", ["place_of_other_customer"])])
def test_what_is_consigned_at_one_address_is_not_billed_to_another(
    where: str | None, told: list[str]
) -> None:
    known = facts("consignment")
    place = known.place.value
    assert place is not None

    said = decide(use(("soon", 1)), replace(known, place=Known.held(replace(place, ship_to_id=where))))

    assert codes(said) == told
    assert said.outcome == ("applied_exception" if told else "applied")


def test_a_usage_at_a_place_that_is_no_consignment_is_a_case() -> None:
    said = decide(use(("soon", 1)), facts("trunk"))

    assert (said.outcome, codes(said)) == ("applied_exception", ["place_kind_wrong"])


def test_a_usage_by_somebody_who_does_not_answer_for_the_place_moves_nothing() -> None:
    other = Known.held(Person("other", "rep", ("north",)))

    said = decide(use(("soon", 1), actor="other", replace=True), facts("consignment", actor=other))

    assert codes(said) == ["not_custodian"]
    assert [type(one) for one in said.events] == [OrderRecorded, CaseOpened]


def test_bill_and_replace_asks_for_as_much_again_by_product() -> None:
    said = decide(use(("late", 2), ("soon", 1), replace=True), facts("consignment"))

    [asked] = only(said, TransferRecorded)
    assert (asked.transfer_id, asked.number, asked.state) == (
        derived_id("op", "transfer", 0),
        "MB-A-0003-R",
        "requested",
    )
    assert (asked.from_location, asked.to_location, asked.giver, asked.taker) == ("", "here", "", "")
    assert (asked.business_date, asked.reason, asked.op_id) == (DAY, "", "op")
    [line] = asked.lines
    assert (line.id, line.product_id, line.lot_id, line.asked, line.sent, line.received) == (
        derived_id("op", "transfer_line", 0),
        "p",
        "",
        3,
        0,
        0,
    )


def test_two_products_used_are_asked_for_on_two_lines_in_order() -> None:
    known = facts(
        "consignment",
        products={one: Known.held(Product(one, one, one, "Bikes", "none")) for one in "bz"},
        prices=tuple(ListPrice(one, "base", one, 1, PRICE, "2020-01-01", None) for one in "bz"),
        balances=(Balance("here", "b", "", 5), Balance("here", "z", "", 5)),
    )

    said = decide(use(("", 1, "", "z"), ("", 2, "", "b"), replace=True), known)

    [asked] = only(said, TransferRecorded)
    assert [(one.id, one.product_id, one.asked) for one in asked.lines] == [
        (derived_id("op", "transfer_line", 0), "b", 2),
        (derived_id("op", "transfer_line", 1), "z", 1),
    ]


def test_a_usage_that_is_a_case_is_not_replaced_until_somebody_has_looked() -> None:
    said = decide(use(("soon", 5), replace=True), facts("consignment"))

    assert codes(said) == ["stock_short"]
    assert only(said, TransferRecorded) == []


def test_a_usage_told_twice_writes_no_document() -> None:
    said = decide(use(("soon", 1), replace=True), facts("consignment", document_exists=True))

    assert [type(one) for one in said.events] == [CaseOpened]
