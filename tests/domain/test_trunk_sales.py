"""Goods that a customer has already: sales from the trunk and consigned stock used at a case (DOMAIN.md §1, §4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from trunk_sale_kit import (
    ACCOUNT,
    DAY,
    LATE,
    OPS,
    PRICE,
    SERIAL,
    SOON,
    codes,
    facts,
    line,
    lines,
    only,
    stock,
)

from app.domain.authority import body_of
from app.domain.catalog import Product, TaxRate
from app.domain.commands import GrantEnvelope, SellFromTrunk
from app.domain.decide import decide
from app.domain.events import CaseOpened, EnvelopeDrawn, ExposureGrew, OrderRecorded, StockMoved
from app.domain.facts import NOT_HERE, Balance, EnvelopeFact, Known, OrderFact, Policy
from app.domain.goods import check_known
from app.domain.ids import derived_id
from app.domain.parties import Place


def sell(*asked: Any, **changes: Any) -> SellFromTrunk:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "sale_id": "o", "number": "MB-A-0002",
        "location_id": "here", "account_id": "a", "ship_to_id": "s", "currency": "USD", "po_number": "",
        "lines": lines(*asked),
    }  # fmt: skip
    return SellFromTrunk(**{**values, **changes})


# -- first expired, first out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "overridden"),
    [
        ([("soon", 4)], []),
        ([("soon", 4), ("late", 3)], []),
        ([("late", 3), ("soon", 4)], []),
        ([("soon", 3), ("late", 1)], ["late"]),
        ([("late", 1)], ["late"]),
        ([("late", 10)], ["late"]),
        ([("soon", 5)], []),
        ([("late", 1), ("late", 1)], ["late"]),
    ],
)
def test_a_lot_is_only_passed_over_where_one_that_expires_earlier_stays_behind(
    asked: list[tuple[str, int]], overridden: list[str]
) -> None:
    said = decide(sell(*asked), facts())

    assert [one.subject for one in said.findings if one.code == "fefo_overridden"] == overridden


def test_passing_over_a_lot_carries_its_reason_and_the_lots_in_question() -> None:
    said = decide(sell(("late", 1, " asked by the surgeon "), ("late", 1)), facts())

    assert said.outcome == "applied"
    assert [dict(one.params) for one in said.findings] == [
        {"first": "L-SOON", "lot": "L-LATE", "reason": ""},
        {"first": "L-SOON", "lot": "L-LATE", "reason": "asked by the surgeon"},
    ]


def test_every_lot_that_was_passed_over_is_named_in_order_and_a_serial_by_its_number() -> None:
    other = replace(LATE, id="other", number="L-OTHER", expires="2028-01-01")
    known = {lot.id: Known.held(lot) for lot in (SOON, SERIAL, other)}
    shelf = (stock(SERIAL, 1), stock(SOON, 1), stock(LATE, 0), stock(other, 5))

    said = decide(sell(("other", 2)), facts(lots=known, balances=shelf))
    unread = decide(sell(("other", 2)), facts(lots={"other": Known.held(other)}, balances=shelf))

    assert dict(said.findings[0].params)["first"] == "L-SOON, S-77"
    assert dict(unread.findings[0].params)["first"] == "soon, serial"


def test_a_lot_that_expires_on_the_same_day_is_as_good() -> None:
    twin = replace(SOON, id="twin", number="L-TWIN")
    known = {lot.id: Known.held(lot) for lot in (SOON, twin)}

    said = decide(sell(("twin", 1)), facts(lots=known, balances=(stock(SOON, 4), stock(twin, 4))))

    assert codes(said) == []


@pytest.mark.parametrize(
    "first",
    [
        stock(SOON, 4, expires="2026-11-22"),
        stock(SOON, 4, recalled_on=DAY),
        stock(SOON, 4, owner="clinic"),
        stock(SOON, 0),
    ],
)
def test_a_lot_that_may_not_be_sold_is_passed_over_without_a_word(first: Balance) -> None:
    assert codes(decide(sell(("late", 1)), facts(balances=(first, stock(LATE, 10))))) == []


@pytest.mark.parametrize(("days", "expected"), [(128, ["fefo_overridden"]), (129, [])])
def test_a_lot_too_short_for_the_customer_is_passed_over_without_a_word(
    days: int, expected: list[str]
) -> None:
    asks = Known.held(replace(ACCOUNT, min_shelf_days=days))  # 2027-03-31 is 128 days away

    assert codes(decide(sell(("late", 1)), facts(account=asks))) == expected


def test_without_an_account_lots_are_still_looked_at() -> None:
    said = decide(sell(("late", 1)), facts(account=Known(NOT_HERE)))

    assert {"fact_missing", "fefo_overridden"} <= set(codes(said))


def test_untracked_goods_beside_old_lots_have_no_lot_to_pass_over() -> None:
    plain = {"p": Known.held(Product("p", "S1", "Gloves", "Bikes", "none"))}

    said = decide(
        sell(("", 1)), facts(products=plain, balances=(stock(SOON, 4), Balance("here", "p", "", 9)))
    )

    assert codes(said) == []


# -- whose goods ------------------------------------------------------------------------------------------------------


def test_a_sale_of_goods_that_are_not_ours_is_booked_under_their_owner_and_is_a_case() -> None:
    said = decide(sell(("soon", 5)), facts(balances=(stock(SOON, 3), stock(SOON, 9, owner="clinic"))))

    assert (said.outcome, codes(said)) == ("applied_exception", ["not_company_stock"])
    assert dict(said.findings[0].params) == {"asked": "5", "have": "3"}
    assert [(one.owner, one.qty, one.movement_id) for one in only(said, StockMoved)] == [
        ("company", 3, derived_id("op", "movement", 0)),
        ("clinic", 2, derived_id("op", "movement", 1)),
    ]
    assert only(said, ExposureGrew) == []


def test_two_lines_of_one_lot_never_count_on_the_same_units_of_an_owner() -> None:
    shelf = (stock(SOON, 3), stock(SOON, 1, owner="clinic"))

    said = decide(sell(("soon", 2), ("soon", 3)), facts(balances=shelf))

    assert codes(said) == ["not_company_stock", "stock_short"]
    assert [dict(one.params) for one in said.findings] == [
        {"asked": "5", "have": "3"},
        {"asked": "5", "have": "4"},
    ]
    assert [(one.owner, one.qty) for one in only(said, StockMoved)] == [
        ("company", 2),
        ("company", 2),
        ("clinic", 1),
    ]


@pytest.mark.parametrize(("qty", "expected"), [(3, []), (4, ["not_company_stock"])])
def test_ours_to_the_last_unit_is_no_case(qty: int, expected: list[str]) -> None:
    shelf = (stock(SOON, 3), stock(SOON, 9, owner="clinic"))

    assert codes(decide(sell(("soon", qty)), facts(balances=shelf))) == expected


def test_books_below_nothing_count_as_nothing() -> None:
    said = decide(sell(("soon", 1)), facts(balances=(stock(SOON, -2), stock(SOON, 1, owner="clinic"))))

    assert [(one.code, dict(one.params)) for one in said.findings] == [
        ("not_company_stock", {"asked": "1", "have": "0"})
    ]


@pytest.mark.parametrize(("qty", "expected"), [(1, []), (2, ["serial_quantity"])])
def test_a_serial_number_is_one_unit(qty: int, expected: list[str]) -> None:
    said = decide(sell(("serial", qty)), facts(balances=(stock(SERIAL, 2),)))

    assert codes(said) == expected
    assert [dict(one.params) for one in said.findings] == [{"asked": "2", "lot": "S-77"} for _ in expected]


def test_a_serial_number_on_two_lines_is_sold_twice() -> None:
    said = decide(sell(("serial", 1), ("serial", 1)), facts(balances=(stock(SERIAL, 2),)))

    assert codes(said) == ["serial_quantity"]


def test_a_lot_too_short_for_the_customer_is_held() -> None:
    asks = Known.held(replace(ACCOUNT, min_shelf_days=129))

    said = decide(sell(("soon", 1)), facts(account=asks, balances=(stock(SOON, 1),)))

    assert (said.outcome, codes(said)) == ("held", ["shelf_life_short"])
    assert only(said, OrderRecorded)[0].state == "held"
    assert only(said, ExposureGrew) == []


# -- the sale as booked -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "held"), [(None, False), (300_00, False), (299_99, True)])
@pytest.mark.parametrize("received_on", [None, DAY])
def test_a_sale_over_the_offline_limit_asks_for_a_yes_on_both_sides(
    limit: int | None, held: bool, received_on: str | None
) -> None:
    policy = Policy({"rep": {"*": 1000}}, offline_limit=limit)

    said = decide(sell(("soon", 3)), facts(policy=policy, received_on=received_on))

    assert codes(said) == (["offline_limit_exceeded"] if held else [])
    assert said.outcome == ("held" if held else "applied")
    for one in said.findings:
        assert one.subject == "o"
        assert dict(one.params) == {"amount": "30000", "currency": "USD", "limit": "29999"}


@pytest.mark.parametrize(("most", "outcome", "drawn"), [(300_00, "applied", [300_00]), (299_99, "held", [])])
def test_an_envelope_that_covers_the_sale_stands_for_the_yes_and_is_drawn_on(
    most: int, outcome: str, drawn: list[int]
) -> None:
    grant = GrantEnvelope(
        op_id="g", actor="boss", business_date=DAY, envelope_id="e", holder="rep", account_ids=("a",),
        product_classes=(), currency="USD", max_discount_bp=1000, max_amount=most, budget=1000_00,
        valid_from=DAY, valid_to=DAY,
    )  # fmt: skip
    envelope = Known.held(EnvelopeFact("e", "rep", "boss", body_of(grant), True, 0, 0, None))
    policy = Policy({"rep": {"*": 1000}}, offline_limit=299_99)

    said = decide(sell(("soon", 3), envelope_id="e"), facts(policy=policy, envelope=envelope))

    assert said.outcome == outcome
    assert [(one.amount, one.document_id) for one in only(said, EnvelopeDrawn)] == [
        (one, "o") for one in drawn
    ]
    assert ("envelope_used" in codes(said)) is bool(drawn)
    assert only(said, OrderRecorded)[0].state == ("delivered" if drawn else "held")


def test_a_line_keeps_its_price_its_tax_and_its_trace() -> None:
    taxed = (TaxRate("t", "VAT", "NO", "", "*", 250_000, "2020-01-01", None),)
    known = facts(tax_rates=taxed, balances=(stock(SOON, 2), stock(LATE, 1)))

    [order] = only(decide(sell(("soon", 2), ("late", 1)), known), OrderRecorded)

    assert [
        (one.qty, one.allocated, one.backordered, one.unit_price, one.extended) for one in order.lines
    ] == [
        (2, 2, 0, PRICE, 200_00),
        (1, 1, 0, PRICE, 100_00),
    ]
    assert all("Base" in one.trace for one in order.lines)
    assert ([one.tax for one in order.lines], order.tax_total) == ([50_00, 25_00], 75_00)
    assert (order.total, order.type, order.state) == (300_00, "trunk_sale", "delivered")
    assert [(one.id, one.line_no) for one in order.lines] == [
        (derived_id("op", "order_line", 0), 1),
        (derived_id("op", "order_line", 1), 2),
    ]


def test_a_sale_keeps_who_what_and_for_whom() -> None:
    plain = {"p": Known.held(Product("p", "S1", "Gloves", "Bikes", "none"))}
    known = facts(products=plain, balances=(Balance("here", "p", "", 9),))

    said = decide(sell(("", 1), ("", 2), po_number="PO 7"), known)

    [order], [exposure] = only(said, OrderRecorded), only(said, ExposureGrew)
    assert (order.po_number, order.rep_id, order.territory_id, order.ship_to_id) == (
        "PO 7",
        "rep",
        "north",
        "s",
    )
    assert [one.lot_id for one in order.lines] == [None, None]
    assert [one.lot_id for one in only(said, StockMoved)] == ["", ""]
    assert (exposure.account_id, exposure.rep_id, exposure.as_of) == ("a", "rep", DAY)


def test_what_is_said_of_a_price_names_the_lot_or_else_the_product() -> None:
    plain = {"p": Known.held(Product("p", "S1", "Gloves", "Bikes", "none"))}
    dear = replace(line("soon", 1), shown_price=PRICE + 1)

    lot = decide(sell(lines=(dear,)), facts())
    untracked = facts(products=plain, balances=(Balance("here", "p", "", 9),))
    none = decide(sell(lines=(replace(dear, lot_id=""),)), untracked)

    assert [(one.code, one.subject) for one in lot.findings] == [("price_differs", "soon")]
    assert [(one.code, one.subject) for one in none.findings] == [("price_differs", "p")]


def test_a_lot_without_an_expiry_goes_last() -> None:
    ever = replace(LATE, id="ever", number="L-EVER", expires=None)
    known = {lot.id: Known.held(lot) for lot in (SOON, ever)}

    said = decide(sell(("ever", 1)), facts(lots=known, balances=(stock(ever, 4), stock(SOON, 4))))

    assert [(one.code, one.subject) for one in said.findings] == [("fefo_overridden", "ever")]


def test_policy_decides_how_grave_a_finding_is() -> None:
    strict = Policy({"rep": {"*": 1000}}, severities={"fefo_overridden": "blocks"})
    mild = Policy({"rep": {"*": 1000}}, severities={"fefo_overridden": "ok"})

    assert decide(sell(("late", 1)), facts(policy=strict)).outcome == "applied_exception"
    assert decide(sell(("late", 1)), facts(policy=mild)).findings == ()


def test_a_trunk_sale_from_another_kind_of_place_is_booked_and_is_a_case() -> None:
    said = decide(sell(("soon", 1)), facts("consignment"))

    assert (said.outcome, codes(said)) == ("applied_exception", ["place_kind_wrong"])
    assert dict(said.findings[0].params) == {"kind": "consignment"}
    assert len(only(said, StockMoved)) == 1


def test_the_office_never_sells_from_somebodys_trunk() -> None:
    said = decide(sell(("soon", 1), actor="ops"), facts(actor=Known.held(OPS)))

    assert (codes(said), only(said, StockMoved)) == (["not_custodian"], [])


# -- whose case -------------------------------------------------------------------------------------------------------


OF_ORDER = Known.held(
    OrderFact("o", "n", "stock", None, "a", "s", "west", "rep", "held", "USD", DAY, "", 0, 0, ())
)


@pytest.mark.parametrize(
    ("changes", "territory"),
    [
        ({}, "north"),
        ({"account": Known(NOT_HERE)}, "south"),
        ({"account": Known(NOT_HERE), "other_place": Known.held(Place("x", "dc", None, "far"))}, "south"),
        ({"account": Known(NOT_HERE), "order": OF_ORDER}, "west"),
        ({"account": Known(NOT_HERE), "place": Known(NOT_HERE)}, None),
        ({"account": Known(NOT_HERE), "place": Known.held(Place("here", "trunk", "rep"))}, None),
    ],
)
def test_a_case_goes_to_the_territory_of_the_account_or_else_of_the_place(
    changes: dict[str, Any], territory: str | None
) -> None:
    said = decide(sell(("soon", 99)), facts(**changes))

    assert [one.territory_id for one in only(said, CaseOpened)] == [territory]


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        ({}, [("fact_missing", (("what", "product"),))]),
        ({"p": Known(NOT_HERE)}, [("fact_missing", (("what", "product"),))]),
        ({"p": Known("absent")}, [("product_unknown", ())]),
        ({"p": Known.held(Product("p", "S", "Old", "Bikes", "lot", sell_until="2020-01-01"))}, []),
    ],
)
def test_goods_that_are_only_moved_must_be_known_but_not_on_sale(products: Any, expected: list[Any]) -> None:
    found = check_known(facts(products=products), ["p", "p"])

    assert [(one.code, one.params) for one in found] == expected
    assert {one.subject for one in found} <= {"p"}
