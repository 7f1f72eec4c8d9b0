"""decide, of goods: an order is a request, what was sold or counted in a trunk is a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from decide_kit import ACCOUNT, DAY, PRICE, PRODUCT, QUOTE, WHO, codes, facts, only, place

from app.domain.catalog import Lot
from app.domain.commands import CountLine, CountTrunk, PlaceOrder, SaleLine, SellFromTrunk
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, OrderRecorded, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, Balance, Known
from app.domain.parties import Place


def sell(*, qty: int = 3, lot: str = "l", **changes: Any) -> SellFromTrunk:
    values: dict[str, Any] = {
        "sale_id": "o", "number": "MB-A-0002", "location_id": "trunk", "account_id": "a", "ship_to_id": "s",
        "currency": "USD", "po_number": "",
        "lines": (SaleLine(product_id="p", lot_id=lot, qty=qty, discount_bp=0, shown_price=PRICE),),
    }  # fmt: skip
    return SellFromTrunk(**{**WHO, **values, **changes})


def count(*lines: tuple[int, int, str]) -> CountTrunk:
    made = tuple(
        CountLine(product_id="p", lot_id=f"l{n}", counted=c, expected=e, reason=r)
        for n, (c, e, r) in enumerate(lines)
    )
    return CountTrunk(
        **WHO, count_id="c", number="MB-A-0003", location_id="trunk", signed_by="Rep", lines=made
    )


# -- orders -----------------------------------------------------------------------------------------------------------


def ordered(command: PlaceOrder | None = None, **changes: Any) -> Decision:
    return decide(command or place(), facts(**{"quote": Known.held(QUOTE), **changes}))


def test_a_tablet_places_an_order_without_promising_stock() -> None:
    said = ordered()

    [order] = only(said, OrderRecorded)
    assert (said.outcome, order.state, order.lines[0].allocated, order.lines[0].backordered) == (
        "applied",
        "placed",
        0,
        0,
    )


def test_the_server_reserves_first_expired_first() -> None:
    shelf = (Balance("wh", "p", "late", 5, "2027-12-31"), Balance("wh", "p", "soon", 1, "2026-12-31"))

    said = ordered(warehouse=Known.held(shelf))

    moves = only(said, StockMoved)
    assert [(m.lot_id, m.qty, m.from_location, m.to_location) for m in moves] == [
        ("soon", 1, "wh", "wh:reserved"),
        ("late", 1, "wh", "wh:reserved"),
    ]
    assert only(said, OrderRecorded)[0].state == "allocated"


def test_what_the_warehouse_lacks_is_backordered_and_told() -> None:
    said = ordered(warehouse=Known.held((Balance("wh", "p", "", 1),)))

    assert (said.outcome, codes(said)) == ("applied_modified", ["backordered"])
    line = only(said, OrderRecorded)[0].lines[0]
    assert (line.allocated, line.backordered) == (1, 1)


def test_an_empty_warehouse_leaves_the_order_placed() -> None:
    said = ordered(warehouse=Known.held(()))

    assert only(said, OrderRecorded)[0].state == "placed"
    assert only(said, OrderRecorded)[0].lines[0].backordered == 2


def test_an_order_over_the_credit_limit_is_held_and_reserves_nothing() -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=100_00))

    said = ordered(account=limited, warehouse=Known.held((Balance("wh", "p", "", 9),)))

    assert said.outcome == "held"
    assert only(said, OrderRecorded)[0].state == "held"
    assert only(said, StockMoved) == []


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        (place(revision=2), {}, "revision_moved_on"),
        (place(), {"quote": Known.held(replace(QUOTE, state="pending_approval"))}, "quote_wrong_state"),
        (place(), {"quote": Known.held(replace(QUOTE, rep_id="other"))}, "not_allowed"),
        (place(), {"document_exists": True}, "document_exists"),
        (place(), {"account": Known.held(replace(ACCOUNT, status="on_hold"))}, "account_on_hold"),
        (place(), {"account": Known(ABSENT)}, "account_unknown"),
        (place(), {"account": Known(NOT_HERE)}, "fact_missing"),
    ],
)
def test_an_order_is_refused_with_its_reason(command: PlaceOrder, change: dict[str, Any], code: str) -> None:
    said = ordered(command, **change)

    assert said.outcome == "rejected"
    assert code in codes(said)


# -- trunk ------------------------------------------------------------------------------------------------------------


def test_a_sale_moves_the_goods_to_the_customer() -> None:
    said = decide(sell(), facts())

    [move] = only(said, StockMoved)
    assert said.outcome == "applied"
    assert (move.qty, move.from_location, move.to_location) == (3, "trunk", "v:customer")
    assert only(said, OrderRecorded)[0].state == "delivered"


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        (sell(qty=11), {}, "stock_short"),
        (sell(lines=sell(qty=6).lines * 2), {}, "stock_short"),
        (sell(lot=""), {}, "lot_required"),
        (sell(lot="other"), {}, "lot_unknown"),
        (sell(), {"lots": {"l": Known.held(Lot("l", "another", "L1", "", None, None))}}, "lot_unknown"),
        (sell(), {"lots": {"l": Known.held(Lot("l", "p", "L1", "", None, DAY))}}, "lot_recalled"),
        (sell(), {"account": Known.held(replace(ACCOUNT, status="on_hold"))}, "account_on_hold"),
        (sell(), {"account": Known(ABSENT)}, "account_unknown"),
        (sell(lines=()), {}, "no_lines"),
    ],
)
def test_a_sale_that_happened_is_booked_and_opens_a_case(
    command: SellFromTrunk, change: dict[str, Any], code: str
) -> None:
    said = decide(command, facts(**change))

    assert said.outcome == "applied_exception"
    assert code in codes(said)
    assert len(only(said, CaseOpened)) == 1
    assert only(said, OrderRecorded)[0].state == "held"
    assert len(only(said, StockMoved)) == len(command.lines)


@pytest.mark.parametrize(
    ("place_known", "code"),
    [
        (Known.held(Place("trunk", "trunk", "other")), "not_custodian"),
        (Known(ABSENT), "place_unknown"),
    ],
)
def test_a_trunk_that_is_not_the_actors_is_never_moved_from(place_known: Known[Place], code: str) -> None:
    for command in (sell(), count((1, 2, "lost"))):
        said = decide(command, facts(place=place_known))

        assert (said.outcome, only(said, StockMoved)) == ("applied_exception", [])
        assert code in codes(said)


def test_a_trunk_this_device_does_not_hold_is_missing_not_empty() -> None:
    assert "fact_missing" in codes(decide(sell(), facts(place=Known(NOT_HERE))))


def test_a_document_id_that_is_taken_writes_no_document() -> None:
    for command in (sell(), count((1, 2, "lost"))):
        said = decide(command, facts(document_exists=True))

        assert [type(event) for event in said.events] == [CaseOpened]


def test_an_expired_lot_is_sold_with_a_warning() -> None:
    said = decide(sell(), facts(lots={"l": Known.held(Lot("l", "p", "L1", "", "2026-01-01", None))}))

    assert (said.outcome, codes(said)) == ("applied", ["lot_expired"])


def test_an_untracked_product_needs_no_lot() -> None:
    loose = {"p": Known.held(replace(PRODUCT, tracking="none"))}

    assert (
        decide(sell(lot=""), facts(products=loose, balances=(Balance("trunk", "p", "", 9),))).outcome
        == "applied"
    )


def test_a_sale_over_a_limit_is_held_because_the_goods_may_be_used() -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=1))

    said = decide(sell(), facts(account=limited, received_on="2026-11-25"))

    assert said.outcome == "held"
    [case] = only(said, CaseOpened)
    assert (case.code, case.opened_on) == ("credit_limit_exceeded", "2026-11-25")
    assert len(only(said, StockMoved)) == 1


def test_a_variance_is_booked_in_its_direction_and_no_variance_not_at_all() -> None:
    said = decide(count((5, 5, ""), (3, 5, "damaged"), (7, 5, "found")), facts())

    assert said.outcome == "applied"
    assert [(m.qty, m.from_location, m.to_location) for m in only(said, StockMoved)] == [
        (2, "trunk", "v:adjustment"),
        (2, "v:adjustment", "trunk"),
    ]


def test_a_count_needs_lines_reasons_and_each_lot_once() -> None:
    bare = replace(count(), lines=())
    twice = count((3, 5, "x"))
    twice = replace(twice, lines=twice.lines * 2)

    assert codes(decide(bare, facts())) == ["no_lines"]
    assert codes(decide(count((3, 5, " ")), facts())) == ["variance_reason_required"]
    assert codes(decide(twice, facts())) == ["counted_twice"]
    assert len(only(decide(twice, facts()), StockMoved)) == 1


@pytest.mark.parametrize(("have", "found"), [(3, []), (1, ["stock_short"])])
def test_a_count_that_takes_more_than_there_is_opens_a_case(have: int, found: list[str]) -> None:
    said = decide(count((2, 5, "damaged")), facts(balances=(Balance("trunk", "p", "l0", have),)))

    assert codes(said) == found
    assert len(only(said, CaseOpened)) == len(found)
    assert len(only(said, StockMoved)) == 1
