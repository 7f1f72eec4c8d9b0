"""Documents as read with what terms add: counter-offers and the next revision from them, lots of an order."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.commands import CounterLine, DecideApproval, MoveOrder
from app.domain.parties import Person
from app.store.engine import reading
from app.workspace import drafting
from app.workspace.queries import order_goods
from app.workspace.queries.documents import order_card, quote_card
from app.workspace.queries.quotes import documents
from app.workspace.rows.quote_draft import DraftLine
from app.workspace.rows.quotes import ALL, APPROVED, NEEDS_YOU
from sync.server.apply import perform_here

DAY = "2026-11-23"
OFFICE = Person("u-office", "operations", ("*",))


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("rep")


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def countered(world: Any, rep: Any, *counter: CounterLine, qty: int = 2) -> str:
    """A quote at 20 % that the manager countered; its id."""
    quote = rep.quote(discount=2000, qty=qty)
    assert rep.workspace.perform(quote).saved
    rep.sync()
    boss = world.tablet("boss", "manager")
    decided = DecideApproval(
        op_id=boss.new_id(), actor="boss", business_date=DAY, quote_id=quote.quote_id, revision=1, approve=False,
        approval_id=boss.one("SELECT id FROM approval"), reason="", counter=counter,
    )  # fmt: skip
    assert boss.workspace.perform(decided).saved
    boss.sync()
    rep.sync()
    return str(quote.quote_id)


@pytest.mark.parametrize(
    ("unit", "wanted", "discount_bp"),
    [
        (100_0000, 100_0000, 0),
        (100_0000, 85_0000, 1500),
        (100_0000, 99_9900, 1),
        (100_0000, 99_9901, 0),  # a basis point would go below it
        (100_0000, 120_0000, 0),
        (100_0000, 0, 10_000),
        (0, 10, 0),
    ],
)
def test_the_discount_to_a_price_never_goes_below_it(unit: int, wanted: int, discount_bp: int) -> None:
    assert drafting.discount_to(unit, wanted) == discount_bp


def test_the_next_revision_takes_quantity_and_price_of_the_counter_offer(sqlite_world: Any, rep: Any) -> None:
    quote_id = countered(sqlite_world, rep, CounterLine(line_no=1, qty=3, unit_price=88_0000))

    made = drafting.take_counter(rep.workspace, quote_id, DAY)

    assert (made.revision, made.quote_id, made.lines) == (2, quote_id, (DraftLine("p1", 3, 1200),))
    assert drafting.take_counter(rep.workspace, quote_id, DAY) == made  # the draft there is, not a second one


def test_only_a_counter_offer_on_the_revision_that_stands_is_taken(sqlite_world: Any, rep: Any) -> None:
    plain = rep.quote()
    assert rep.workspace.perform(plain).saved

    with pytest.raises(drafting.NothingToDraft):
        drafting.take_counter(rep.workspace, plain.quote_id, DAY)
    with pytest.raises(drafting.NothingToDraft):
        drafting.take_counter(rep.workspace, "nowhere", DAY)


def test_a_countered_quote_is_read_with_its_figures_and_needs_its_author(sqlite_world: Any, rep: Any) -> None:
    offer = CounterLine(line_no=1, qty=3, unit_price=88_0000)
    quote_id = countered(sqlite_world, rep, offer)

    card = ask(rep, quote_card, quote_id)

    assert [one.counter for one in card.approvals] == [(offer,)]
    assert drafting.counter_of(card) == {1: offer}
    assert card.valid_until == "2026-12-23"
    found = ask(rep, documents, NEEDS_YOU, "", DAY)
    assert [row.id for row in found.rows] == [quote_id]
    assert found.counts[NEEDS_YOU] == 1


def ordered(world: Any, rep: Any, *verbs: str) -> str:
    quote = rep.quote(qty=5)
    order = rep.order(quote)
    for command in (quote, order):
        assert rep.workspace.perform(command).saved
    rep.sync()
    for verb in verbs:
        command = MoveOrder(
            op_id=world.ids(),
            actor="u-office",
            business_date=DAY,
            order_id=order.order_id,
            verb=verb,
            reason="",
        )
        assert perform_here(world.engine, OFFICE, command, now=world.server.now).outcome.startswith("applied")
    rep.sync()
    return str(order.order_id)


def goods(world: Any, order_id: str, query: Any) -> list[tuple[str, str, int]]:
    """As the server's own rows tell it: it holds every place."""
    with reading(world.engine) as connection:
        return [(one.lot_id, one.lot_number, one.qty) for one in query(connection, order_id)]


def test_lots_are_reserved_until_they_are_handed_over(sqlite_world: Any, rep: Any) -> None:
    order_id = ordered(sqlite_world, rep)
    assert goods(sqlite_world, order_id, order_goods.reserved) == [("l1", "L1", 5)]
    assert goods(sqlite_world, order_id, order_goods.handed_over) == []

    ordered_on = ordered(sqlite_world, rep, "pick", "ship")

    assert goods(sqlite_world, ordered_on, order_goods.reserved) == []
    assert goods(sqlite_world, ordered_on, order_goods.handed_over) == [("l1", "L1", 5)]


def test_an_order_is_read_with_its_author_its_trunk_and_lots_of_its_products(
    sqlite_world: Any, rep: Any
) -> None:
    order_id = ordered(sqlite_world, rep)

    card = ask(rep, order_card, order_id)

    assert (card.mine, card.trunk_id) == (True, "trunk-rep")
    assert [one.lot_id for one in card.lots] == ["l1", "l2"]  # what expires last first
    [line] = card.lines
    assert (line.returned, line.lot_id) == (0, "")
    assert line.id
    other = sqlite_world.tablet("boss", "manager")
    assert (ask(other, order_card, order_id).mine, ask(other, order_card, order_id).trunk_id) == (False, "")


@pytest.mark.parametrize(
    ("day", "state", "listed"), [("2026-12-23", "approved", 1), ("2026-12-24", "expired", 0)]
)
def test_the_list_reads_a_quote_past_its_last_day_as_expired(
    rep: Any, day: str, state: str, listed: int
) -> None:
    assert rep.workspace.perform(rep.quote()).saved

    [row] = ask(rep, documents, ALL, "", day).rows
    found = ask(rep, documents, APPROVED, "", day)

    assert row.state == state
    assert (len(found.rows), found.counts[APPROVED]) == (listed, listed)


def test_a_quote_without_a_last_day_does_not_expire(sqlite_world: Any, rep: Any) -> None:
    assert rep.workspace.perform(rep.quote()).saved
    with rep.workspace.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE quote SET valid_until = NULL")

    found = ask(rep, documents, APPROVED, "", "2099-01-01")

    assert [row.state for row in found.rows] == ["approved"]
    assert found.counts[APPROVED] == 1
