"""Returns: what comes back mirrors what was sold, once, and never more of it (DOMAIN.md §2, §4, §6, §8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st
from order_kit import (
    ACCOUNT,
    DAY,
    DELIVERED,
    LOTS,
    SALE,
    STENT,
    Books,
    back,
    codes,
    only,
    returned,
    state_of,
)

from app.domain.commands import ReturnGoods
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, ExposureGrew, LineReturned, OrderRecorded, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, Known, OrderFact
from app.domain.ids import derived_id
from app.domain.lifecycle import ORDER, SALE as SALE_TABLE
from app.domain.parties import CUSTOMER, Place
from app.domain.rejections import finding

GLOVES = back("l2", 2, product="g", lot="")


def grown(said: Decision) -> list[tuple[int, int]]:
    return [(e.amount, e.unpaid) for e in only(said, ExposureGrew)]


def document(said: Decision) -> OrderRecorded:
    [recorded] = only(said, OrderRecorded)
    return recorded


def test_a_return_mirrors_its_sale_to_the_cent() -> None:
    said = returned(back("l1", 10), GLOVES)

    found = document(said)
    assert (said.outcome, said.findings) == ("applied", ())
    assert (found.type, found.state, found.total, found.tax_total) == ("return", "returned", -103_01, -1_01)
    assert [
        (x.id, x.line_no, x.product_id, x.lot_id, x.qty, x.allocated, x.backordered, x.unit_price, x.extended, x.tax)
        for x in found.lines
    ] == [
        (derived_id("op", "order_line", 0), 1, "p", "early", 10, 10, 0, 10_0010, -100_01, -1_00),
        (derived_id("op", "order_line", 1), 2, "g", None, 2, 2, 0, 1_5000, -3_00, -1),
    ]  # fmt: skip
    assert (found.order_id, found.number, found.account_id, found.ship_to_id) == (
        "r-op",
        "OP-A-0001",
        "a",
        "s",
    )
    assert (found.territory_id, found.rep_id, found.currency, found.po_number) == (
        "north",
        "rep",
        "USD",
        "PO 1",
    )
    assert (found.business_date, found.quote_id, found.op_id) == (DAY, None, "op")


def test_the_goods_come_from_the_customer_into_the_place() -> None:
    said = returned(back("l1", 3), GLOVES)

    moves = only(said, StockMoved)
    assert [(m.kind, m.product_id, m.lot_id, m.qty, m.from_location, m.to_location) for m in moves] == [
        ("return", "p", "early", 3, CUSTOMER, "wh"),
        ("return", "g", "", 2, CUSTOMER, "wh"),
    ]
    assert [m.movement_id for m in moves] == [
        derived_id("op", "movement", 0),
        derived_id("op", "movement", 1),
    ]
    assert {(m.document_id, m.reason, m.op_id, m.business_date) for m in moves} == {
        ("r-op", "wrong size", "op", DAY)
    }


@pytest.mark.parametrize(
    ("found", "change"),
    [
        (DELIVERED, [(-33_00, 0)]),
        (SALE, [(-33_00, 0)]),
        (replace(SALE, type="bill_only"), [(-33_00, 0)]),
        (replace(DELIVERED, state="invoiced"), [(0, -33_00)]),
        (replace(DELIVERED, state="paid"), []),
    ],
)
def test_a_part_that_comes_back_leaves_the_order_where_it_is(
    found: OrderFact, change: list[tuple[int, int]]
) -> None:
    said = returned(back("l1", 3), GLOVES, order=found)

    assert (said.outcome, state_of(said), grown(said)) == ("applied", [], change)
    assert [(e.order_line_id, e.returned) for e in only(said, LineReturned)] == [("l1", 3), ("l2", 2)]
    for event in only(said, ExposureGrew):
        assert (event.account_id, event.territory_id, event.rep_id, event.as_of) == ("a", "north", "rep", DAY)


@pytest.mark.parametrize(
    ("state", "change"), [("delivered", [(-103_01, 0)]), ("invoiced", [(0, -103_01)]), ("paid", [])]
)
def test_an_order_of_which_all_came_back_is_returned_and_owes_nothing(
    state: str, change: list[tuple[int, int]]
) -> None:
    said = returned(back("l1", 10), GLOVES, order=replace(DELIVERED, state=state))

    assert (state_of(said), grown(said)) == (["returned"], change)


def test_what_came_back_before_is_neither_counted_nor_paid_back_again() -> None:
    one, two = DELIVERED.lines
    before = replace(DELIVERED, lines=(two, replace(one, returned=7)))

    said = returned(back("l1", 3), order=before)

    assert document(said).total == -30_00  # ten are 100.01: seven were 70.01
    assert [(e.order_line_id, e.returned) for e in only(said, LineReturned)] == [("l1", 10)]
    assert (state_of(said), grown(said)) == ([], [(-30_00, 0)])
    last = returned(GLOVES, order=replace(before, lines=(replace(one, returned=10), two)))
    assert (state_of(last), grown(last)) == (["returned"], [(-3_00, 0)])


def test_lots_of_one_line_share_it_without_a_cent_between_them() -> None:
    said = returned(back("l1", 7), back("l1", 3, lot="late"))

    assert [x.extended for x in document(said).lines] == [-70_01, -30_00]
    assert [x.tax for x in document(said).lines] == [-70, -30]
    assert [(e.order_line_id, e.returned) for e in only(said, LineReturned)] == [("l1", 10)]


def test_what_was_shipped_short_comes_back_whole_when_all_that_was_shipped_is_back() -> None:
    one, _ = DELIVERED.lines
    short = replace(DELIVERED, lines=(replace(one, allocated=4),))

    said = returned(back("l1", 4), order=short)

    assert (state_of(said), document(said).total, grown(said)) == (["returned"], -40_00, [(-40_00, 0)])
    assert codes(returned(back("l1", 5), order=short)) == ["return_too_many"]


def test_the_same_return_twice_is_one_return() -> None:
    said = returned(back("l1", 3), document_exists=True)

    assert said.findings == (finding("document_exists", "r-op"),)
    assert [type(event) for event in said.events] == [CaseOpened]


# -- what the rules cannot accept stays a fact ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "too_many"),
    [
        ((back("l1", 6),), False),
        ((back("l1", 7),), True),
        ((back("l1", 3), back("l1", 3, lot="late")), False),
        ((back("l1", 3), back("l1", 4, lot="late")), True),
    ],
)
def test_no_more_comes_back_than_was_sold_and_is_not_back_all_lines_together(
    asked: tuple[Any, ...], too_many: bool
) -> None:
    one, two = DELIVERED.lines
    said = returned(*asked, order=replace(DELIVERED, lines=(replace(one, returned=4), two)))

    if not too_many:
        assert said.outcome == "applied"
        return
    assert said.findings == (finding("return_too_many", "l1", line=1, asked=7, have=6),)
    assert said.outcome == "applied_exception"
    assert document(said).state == "held"
    assert sum(m.qty for m in only(said, StockMoved)) == 7  # the goods are there, whatever the order says
    assert only(said, LineReturned) == []
    assert (state_of(said), grown(said)) == ([], [])
    assert only(said, CaseOpened)[0].code == "return_too_many"


@pytest.mark.parametrize("state", [one for one in ORDER if one not in ("delivered", "invoiced", "paid")])
def test_goods_of_an_order_that_was_not_delivered_are_booked_and_left_to_the_office(state: str) -> None:
    said = returned(back("l1", 3), order=replace(DELIVERED, state=state))

    assert said.findings == (
        finding("order_wrong_state", "o", number="MB-A-0001", state=state, verb="return"),
    )
    assert (said.outcome, state_of(said), grown(said)) == ("applied_exception", [], [])
    assert len(only(said, StockMoved)) == 1


def test_a_return_of_a_return_is_no_return() -> None:
    assert "return" not in SALE_TABLE["returned"]
    assert codes(returned(back("l1", 3), order=replace(DELIVERED, type="return"))) == ["order_wrong_state"]


@pytest.mark.parametrize(
    ("known", "code"), [(Known(ABSENT), "order_unknown"), (Known(NOT_HERE), "fact_missing")]
)
def test_goods_of_an_order_that_is_not_here_are_booked_without_a_document(
    known: Known[OrderFact], code: str
) -> None:
    said = returned(back("l1", 3), order=known)

    assert said.findings == (finding(code, "o", what="order"),)
    assert [type(event) for event in said.events] == [StockMoved, CaseOpened]


@pytest.mark.parametrize(
    "line", [back("nowhere", 3), back("l1", 3, product="g", lot=""), back("l2", 2, product="p")]
)
def test_a_line_that_is_not_on_the_order_is_worth_nothing_it_did_not_cost(line: Any) -> None:
    said = returned(line)

    assert said.findings == (finding("order_line_unknown", line.order_line_id),)
    assert document(said).state == "held"
    assert only(said, LineReturned) == []
    if line.order_line_id == "nowhere":
        assert [(x.unit_price, x.extended, x.tax) for x in document(said).lines] == [(0, 0, 0)]


@pytest.mark.parametrize(
    ("who", "place", "ours"),
    [
        ("ops", Place("wh", "dc", None), True),
        ("adm", Place("wh", "hub", None), True),
        ("ops", Place("wh", "trunk", "rep"), False),
        ("rep", Place("wh", "trunk", "rep"), True),
        ("other", Place("wh", "trunk", "rep"), False),
        ("rep", Place("wh", "dc", None), False),
        ("nobody", Place("wh", "dc", None), False),
    ],
)
def test_goods_are_booked_only_into_a_place_of_ones_own(who: str, place: Place, ours: bool) -> None:
    said = returned(back("l1", 3), who=who, place=Known.held(place))

    strange = (finding("not_your_territory", "a", account="Harbour"),) if who == "nobody" else ()
    assert said.findings == (() if ours else (finding("not_custodian", "wh"), *strange))
    assert len(only(said, StockMoved)) == (1 if ours else 0)
    assert document(said).state == ("returned" if ours else "held")


@pytest.mark.parametrize(
    ("place", "expected", "moves"),
    [
        (Known(ABSENT), finding("place_unknown", "wh"), 0),
        (Known(NOT_HERE), finding("fact_missing", "wh", what="place"), 1),
    ],
)
def test_a_place_that_is_not_there_gets_nothing(place: Known[Place], expected: Any, moves: int) -> None:
    said = returned(back("l1", 3), place=place)

    assert (said.findings, len(only(said, StockMoved))) == ((expected,), moves)


@pytest.mark.parametrize(
    ("line", "changes", "expected"),
    [
        (back("l1", 3, lot=""), {}, finding("lot_required", "p", product="Stent")),
        (back("l1", 3, lot="none"), {}, finding("lot_unknown", "none")),
        (back("l1", 3), {"lots": {"early": Known(NOT_HERE)}}, finding("lot_unknown", "early")),
        (
            back("l1", 3),
            {"lots": {"early": Known.held(replace(LOTS["early"], product_id="g"))}},
            finding("lot_unknown", "early"),
        ),
        (back("l1", 3), {"products": {}}, finding("fact_missing", "p", what="product")),
        (back("l1", 3), {"products": {"p": Known(NOT_HERE)}}, finding("fact_missing", "p", what="product")),
        (back("l1", 3), {"products": {"p": Known(ABSENT)}}, finding("product_unknown", "p", what="product")),
        (back("l1", 3), {"account": Known(ABSENT)}, finding("account_unknown", "a", what="account")),
        (back("l1", 3), {"account": Known(NOT_HERE)}, finding("fact_missing", "a", what="account")),
    ],
)
def test_lots_products_and_the_account_are_known(line: Any, changes: dict[str, Any], expected: Any) -> None:
    said = returned(line, **changes)

    assert (said.outcome, said.findings) == ("applied_exception", (expected,))
    assert document(said).territory_id == "north"
    assert grown(said) == []


def test_goods_of_somebody_elses_customer_are_booked_and_left_to_the_office() -> None:
    away, trunk = replace(ACCOUNT, territory_id="south", rep_id="elsewhere"), Place("wh", "trunk", "rep")

    said = returned(back("l1", 3), who="rep", place=Known.held(trunk), account=Known.held(away))

    assert (said.outcome, said.findings) == (
        "applied_exception",
        (finding("not_your_territory", "a", account="Harbour"),),
    )
    assert document(said).state == "held"
    assert grown(said) == []
    assert [m.to_location for m in only(said, StockMoved)] == ["wh"]


def test_a_serial_number_comes_back_once_in_a_return() -> None:
    serial = {"early": Known.held(replace(LOTS["early"], number="", serial="SN-1"))}

    twice = returned(back("l1", 1), back("l1", 1), lots=serial)

    assert twice.outcome == "applied_exception"
    assert twice.findings == (finding("serial_quantity", "early", lot="SN-1", asked=2),)
    assert returned(back("l1", 1), lots=serial).findings == ()


def test_untracked_goods_need_no_lot_and_recalled_lots_may_come_back() -> None:
    lots = {"early": Known.held(replace(LOTS["early"], recalled_on="2026-11-01", expires="2026-11-02"))}

    assert returned(GLOVES).findings == ()
    assert returned(back("l1", 3), lots=lots).findings == ()
    untracked = {"p": Known.held(replace(STENT, tracking="none"))}
    assert returned(back("l1", 3, lot=""), products=untracked).findings == ()


def test_a_return_of_nothing_is_told() -> None:
    said = returned()

    assert (said.outcome, said.findings) == ("applied_exception", (finding("no_lines", "r-op"),))
    assert (document(said).state, document(said).lines) == ("held", ())


def test_every_reason_is_told_at_once() -> None:
    said = returned(
        back("l1", 99), back("x", 1, lot=""), place=Known(ABSENT), order=replace(DELIVERED, state="closed")
    )

    assert codes(said) == [
        "lot_required",
        "order_line_unknown",
        "order_wrong_state",
        "place_unknown",
        "return_too_many",
    ]


def test_an_old_date_is_looked_at_but_the_return_counts() -> None:
    said = returned(back("l1", 3), received_on="2027-06-01")

    assert (said.outcome, codes(said)) == ("held", ["back_dated"])
    assert (document(said).state, grown(said)) == ("returned", [(-30_00, 0)])


def test_where_the_order_names_no_rep_or_address_the_return_is_the_actors() -> None:
    said = returned(back("l1", 3), order=replace(DELIVERED, rep_id=None, ship_to_id=None))

    assert (document(said).rep_id, document(said).ship_to_id) == ("ops", "")


def test_an_account_that_moved_takes_its_returns_along() -> None:
    moved_away = replace(ACCOUNT, territory_id="south")

    assert document(returned(back("l1", 3), account=Known.held(moved_away))).territory_id == "south"


def test_lines_without_an_amount_give_nothing_back() -> None:
    one, two = DELIVERED.lines
    old = replace(DELIVERED, lines=(replace(one, unit_price=None, extended=None), two))

    said = returned(back("l1", 3), order=old)

    assert [(x.unit_price, x.extended) for x in document(said).lines] == [(0, 0)]
    assert grown(said) == []


@given(st.lists(st.tuples(st.sampled_from(["l1", "l2"]), st.integers(1, 6)), min_size=1, max_size=12))
def test_whatever_comes_back_in_whichever_parts_adds_up_to_the_sale(parts: list[tuple[str, int]]) -> None:
    books = Books(DELIVERED, open_orders=103_01)
    for ordinal, (line_id, qty) in enumerate(parts):
        product, lot = ("p", "early") if line_id == "l1" else ("g", "")
        command = ReturnGoods(
            op_id=f"op{ordinal}", actor="ops", business_date=DAY, return_id=f"r{ordinal}", number="N",
            order_id="o", location_id="wh", reason="", lines=(back(line_id, qty, product=product, lot=lot),),
        )  # fmt: skip
        said = decide(command, books.facts("ops"))
        if said.outcome == "applied":
            books.book(said)

    came_back = sum(one.total for one in books.documents)
    assert books.open_orders == 103_01 + came_back
    whole = all(line.returned == line.qty for line in books.order.lines)
    assert (came_back == -103_01) is whole
    assert (books.order.state == "returned") is whole
    assert books.stock["wh", "p", "early"] == books.order.lines[0].returned
