"""The list of documents and the cards behind it, as they stand at each step of a day."""

from __future__ import annotations

from typing import Any

import pytest

from app.store.engine import reading
from app.workspace import drafting
from app.workspace.queries.documents import op_card, op_of_document, order_card, quote_card
from app.workspace.queries.quotes import documents
from app.workspace.rows import quotes as r
from app.workspace.rows.quote_draft import DraftLine
from app.workspace.syncing import absorb_pull, absorb_push, next_increment, next_push
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def listed(tablet: Any, wanted: str = r.ALL, words: str = "") -> list[tuple[str, str, str]]:
    return [(row.kind, row.state, row.sending) for row in ask(tablet, documents, wanted, words, DAY).rows]


def saved(tablet: Any, command: Any) -> Any:
    assert tablet.workspace.perform(command).saved
    return command


def test_a_quote_is_waiting_then_sent_then_confirmed(rep: Any) -> None:
    saved(rep, rep.quote())
    assert listed(rep) == [("quote", "approved", r.WAITING)]

    push = next_push(rep.workspace)
    absorb_push(rep.workspace, push.stream, rep.api.push(push).last_seq)
    assert listed(rep) == [("quote", "approved", r.SENT)]

    rep.sync()
    assert listed(rep) == [("quote", "approved", r.CONFIRMED)]


def test_a_confirmed_quote_waits_again_while_its_order_does(rep: Any) -> None:
    quote = saved(rep, rep.quote())
    rep.sync()

    saved(rep, rep.order(quote))

    assert listed(rep) == [("order", "placed", r.WAITING), ("quote", "accepted", r.WAITING)]
    assert listed(rep, r.WAITS) == listed(rep)


def test_what_needs_the_person_comes_first_then_drafts(rep: Any, sqlite_world: Any) -> None:
    sqlite_world.hold("a2")
    saved(rep, rep.quote(account="a2"))
    saved(rep, rep.quote())
    rep.sync()
    drafting.start(rep.workspace, "a1", (DraftLine("p1", 3, 0),))

    assert listed(rep) == [("op", "rejected", ""), ("draft", "draft", ""), ("quote", "approved", r.CONFIRMED)]
    assert listed(rep, r.NEEDS_YOU) == [("op", "rejected", "")]
    found = ask(rep, documents, r.ALL, "", DAY)
    assert [row.total for row in found.rows] == [200_00, 300_00, 200_00]
    assert found.counts == {r.DRAFTS: 1, r.WAITS: 0, r.PENDING: 0, r.APPROVED: 1, r.NEEDS_YOU: 1}


def test_a_guess_that_fell_needs_the_person_before_it_is_sent(rep: Any, sqlite_world: Any) -> None:
    quote = saved(rep, rep.quote(account="a2"))
    sqlite_world.hold("a2")

    request = next_increment(rep.workspace)  # down comes the news, up went nothing
    absorb_pull(rep.workspace, request, rep.api.pull(request))

    assert listed(rep, r.NEEDS_YOU) == [("op", "guess_refused", "")]
    card = ask(rep, op_card, quote.op_id)
    assert card.outcome == "guess_refused"
    assert [found.code for found in card.findings] == ["account_on_hold"]


@pytest.mark.parametrize("words", ["re-a-0001", "hospital", "A1", "po 77", "hosp po"])
def test_a_document_is_found_by_number_account_and_po_number(rep: Any, words: str) -> None:
    saved(rep, rep.quote(po_number="PO 77"))

    assert len(listed(rep, words=words)) == 1
    assert listed(rep, words=f"{words} zebra") == []


@pytest.mark.parametrize("words", ["%", "_", "\\"])
def test_signs_of_the_database_mean_themselves(rep: Any, words: str) -> None:
    saved(rep, rep.quote())

    assert listed(rep, words=words) == []


def test_a_quotes_card_has_lines_needs_and_orders(rep: Any) -> None:
    quote = saved(rep, rep.quote(discount=2000))

    card = ask(rep, quote_card, quote.quote_id)

    assert (card.account, card.state, card.total, card.list_total) == (
        "Hospital a1",
        "pending_approval",
        160_00,
        200_00,
    )
    assert card.ship_to == "Main, 1 Quay, 5003 Bergen, NO"
    assert [(line.name, line.qty, line.unit_price, line.repriced) for line in card.lines] == [
        ("Stent p1", 2, 80_0000, None)
    ]
    assert [(need.role, need.code, need.state) for need in card.approvals] == [
        ("manager", "discount_over_limit", "pending")
    ]
    assert card.mine


def test_an_orders_card_tells_what_is_reserved_and_what_follows(rep: Any) -> None:
    quote = saved(rep, rep.quote(qty=60))
    order = saved(rep, rep.order(quote))
    rep.sync()

    card = ask(rep, order_card, order.order_id)

    assert [(line.qty, line.allocated, line.backordered) for line in card.lines] == [(60, 50, 10)]
    assert [found.code for found in card.findings] == ["backordered"]
    assert card.quote_number == quote.number
    assert [one.number for one in ask(rep, quote_card, quote.quote_id).orders] == [order.number]


def test_an_imported_order_keeps_its_published_figures(rep: Any, sqlite_world: Any) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put("sales_order", [imported_order()])
        work.put("order_line", [imported_line()])
        scope = {"territory_id": "north", "rep_id": None, "origin": "test"}
        shipped = {"shipped_on": "2014-07-07", "method": "TRUCK", "tracking_number": "T1"}
        work.put("shipment", [{"id": "sh", "order_id": "old", **shipped, **scope}])
    rep.sync()

    card = ask(rep, order_card, "old")

    assert (card.published_total, card.total) == ("82.8529", None)
    assert card.lines[0].published_line_total == "74.98"
    assert [(one.method, one.tracking_number) for one in card.shipments] == [("TRUCK", "T1")]
    [row] = ask(rep, documents, r.ORDERS, "", DAY).rows
    assert (row.order_type, row.published_total, row.sending) == ("history", "82.8529", r.CONFIRMED)


def test_a_refused_document_is_found_by_its_id(rep: Any, sqlite_world: Any) -> None:
    sqlite_world.hold("a2")
    quote = saved(rep, rep.quote(account="a2"))
    rep.sync()

    assert ask(rep, op_of_document, quote.quote_id) == quote.op_id
    assert ask(rep, op_of_document, "another") is None
    card = ask(rep, op_card, quote.op_id)
    assert (card.outcome, card.total, card.names) == ("rejected", 200_00, {"p1": "Stent p1"})
    assert card.content.lines == (DraftLine("p1", 2, 0),)


def test_an_op_of_another_kind_has_no_card(rep: Any) -> None:
    sale = saved(rep, rep.sale())

    assert ask(rep, op_card, sale.op_id) is None
    assert ask(rep, op_card, "nowhere") is None


def imported_order() -> dict[str, Any]:
    return {
        "id": "old", "number": "SO1", "type": "history", "quote_id": None, "account_id": "a1", "ship_to_id": "s1",
        "bill_to_id": None, "territory_id": "north", "rep_id": None, "state": "shipped", "currency": "USD",
        "business_date": "2014-06-30", "po_number": "", "total": None, "published_sub_total": "74.98",
        "published_tax": "5.9984", "published_freight": "1.8745", "published_total": "82.8529",
        "due_date": "2014-07-12", "online": "1", "op_id": None, "origin": "test",
    }  # fmt: skip


def imported_line() -> dict[str, Any]:
    return {
        "id": "ol", "order_id": "old", "territory_id": "north", "rep_id": None, "line_no": 1, "product_id": "p1",
        "lot_id": None, "qty": 2, "allocated": 2, "backordered": 0, "unit_price": None, "extended": None,
        "published_unit_price": "37.49", "published_discount": "0", "published_line_total": "74.98",
        "promotion_id": None, "tracking_number": None, "origin": "test",
    }  # fmt: skip
