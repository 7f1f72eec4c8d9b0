"""Guesses: taken back, made again, and never twice at once (SYNC.md §4, invariants I4, I8, I13)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select

from app.domain.commands import QuoteLine
from app.domain.parties import Person
from app.store.engine import reading, writing
from app.store.reader import footprint_keys
from app.store.tables import KINDS
from app.workspace import drafting, guesses, rebase as rebasing, sharing, syncing
from app.workspace.rebase import Incoming, affected, rebase
from app.workspace.rows.quote_draft import DraftLine
from sync.server.feed import unit_of_work

TRUNK = "SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'"


def change(world: Any, kind: str, row_id: str, **values: Any) -> None:
    """Change one row on the server, as the office would."""
    table = KINDS[kind].table
    with unit_of_work(world.engine) as work:
        row = dict(work.connection.execute(select(table).where(table.c.id == row_id)).mappings().one())
        work.put(kind, [{**row, **values}])


def test_an_op_leaves_the_outbox_when_the_feed_has_brought_its_result_not_when_the_call_answers(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    push = syncing.next_push(rep.workspace)

    answer = rep.api.push(push)
    syncing.absorb_push(rep.workspace, push.stream, answer.last_seq)

    assert rep.rows("SELECT pushed, result FROM outbox") == [(1, None)]
    assert rep.one(TRUNK) == 7
    rep.sync()
    assert rep.rows("SELECT pushed, result FROM outbox") == [(1, "applied")]
    assert rep.one(TRUNK) == 7


def test_a_sale_is_visible_once_while_other_rows_of_the_trunk_come_in(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    rep.workspace.perform(rep.sale(qty=2))
    with unit_of_work(sqlite_world.engine) as work:
        from app.domain.events import StockMoved
        from app.store.write_events import Stamp, write_events

        arrival = StockMoved(
            movement_id="m-office",
            kind="receive",
            product_id="p1",
            lot_id="l1",
            qty=20,
            from_location="v:supplier",
            to_location="trunk-rep",
            business_date="2026-11-23",
            document_id="d",
            reason="",
            op_id="",
        )
        work.note(write_events(work.connection, [arrival], Stamp(None, None)))

    turn_pull = syncing.next_increment(rep.workspace)
    syncing.absorb_pull(rep.workspace, turn_pull, rep.api.pull(turn_pull))

    assert rep.one(TRUNK) == 25
    rep.sync()
    assert rep.one(TRUNK) == 25
    assert sqlite_world.one(TRUNK) == 25


def test_a_guess_that_no_longer_holds_keeps_its_op_and_takes_back_its_rows(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    quote = rep.quote(account="a2")
    rep.workspace.perform(quote)
    sqlite_world.hold("a2")

    pull = syncing.next_increment(rep.workspace)
    syncing.absorb_pull(rep.workspace, pull, rep.api.pull(pull))

    assert rep.one("SELECT count(*) FROM quote") == 0
    assert rep.rows("SELECT op_id, guess, result FROM outbox") == [(quote.op_id, "rejected", None)]


def test_undo_starts_only_at_ops_whose_footprint_is_met(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    for command in (rep.sale(lot="l1", qty=1), rep.sale(lot="l2", qty=1), rep.sale(lot="l1", qty=1)):
        rep.workspace.perform(command)

    with reading(rep.workspace.engine) as connection:
        met = affected(connection, [("lot", "l1")], [])
        untouched = affected(connection, [("lot", "nobody's")], [])

    assert sorted(met) == [
        1,
        2,
        3,
    ]  # the second sold another lot, but to the same account: its exposure is shared
    assert untouched == set()


def test_a_price_that_changes_under_an_unsent_quote_is_shown_never_rewritten(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    quote = rep.quote()
    rep.workspace.perform(quote)
    change(sqlite_world, "price", "pr1", unit_price=110_0000)

    rep.sync()

    for side in (rep, sqlite_world):
        assert side.rows("SELECT unit_price, repriced, extended FROM quote_line") == [
            (100_0000, 110_0000, 200_00)
        ]
    assert "price_differs" in rep.one("SELECT findings FROM quote")


def test_a_row_that_is_new_is_met_by_the_footprint_of_a_quote_that_looked_for_such_a_one(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(
        rep.quote(lines=(QuoteLine(product_id="p2", qty=1, discount_bp=0, shown_price=2_5000),))
    )

    with reading(rep.workspace.engine) as connection:
        for kind, row, met in (
            ("price", {"product_id": "p2"}, {1}),
            ("price", {"product_id": "p1"}, set()),
            ("price_list", {}, {1}),
            ("contract", {"holder_id": "a1"}, {1}),
            ("contract", {"holder_id": "a2"}, set()),
            ("licence", {"ship_to_id": "s1"}, {1}),
            ("policy", {}, {1}),
        ):
            keys = footprint_keys(kind, {"id": "new", **row})
            assert affected(connection, keys, []) == met, (kind, row)


def test_a_row_in_two_buckets_survives_losing_one(sqlite_world: Any) -> None:
    change(sqlite_world, "account", "a1", rep_id="rep")
    rep = sqlite_world.tablet("rep")

    change(sqlite_world, "account", "a1", territory_id="south")
    change(sqlite_world, "account", "a2", territory_id="south")
    rep.sync()

    assert rep.rows("SELECT id, territory_id FROM account ORDER BY id") == [("a1", "south"), ("a3", "north")]


def test_losing_a_territory_drops_its_rows_and_nothing_else(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep", territories=("north", "south"))
    change(sqlite_world, "account", "a2", territory_id="south")
    rep.sync()
    assert rep.one("SELECT count(*) FROM account") == 3

    object.__setattr__(rep.api.caller, "territories", ("south",))
    rep.sync()

    assert rep.rows("SELECT id FROM account") == [("a2",)]
    assert rep.rows("SELECT id FROM address") == [("s2",)]  # it went along with its account
    assert rep.one("SELECT count(*) FROM product") == 2
    assert rep.one("SELECT count(*) FROM bucket WHERE name='terr:north'") == 0


def test_a_new_grant_is_filled_without_loading_the_rest_again(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    change(sqlite_world, "account", "a2", territory_id="south")
    rep.sync()
    assert rep.one("SELECT count(*) FROM account") == 2
    object.__setattr__(rep.api.caller, "territories", ("north", "south"))
    asked: list[str] = []
    kept = rep.api.server

    class Watched:
        def pull(self, author: Any, request: Any) -> bytes:
            asked.append(request.backfill.bucket if request.backfill else "increment")
            return bytes(kept.pull(author, request))

        push = kept.push

    rep.api.server = Watched()

    rep.sync()

    assert rep.one("SELECT count(*) FROM account") == 3
    assert rep.rows("SELECT name, state FROM bucket WHERE name='terr:south'") == [("terr:south", "complete")]
    assert asked == ["increment", "terr:south", "increment"]


def test_undo_puts_back_exactly_what_was_there(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    before = {name: rep.rows(f"SELECT * FROM {name} ORDER BY id") for name in KINDS}
    for command in (rep.sale(qty=3), rep.count(5, 7), rep.quote(discount=2000)):
        assert rep.workspace.perform(command).saved

    with writing(rep.workspace.engine) as connection:
        for ord_ in (3, 2, 1):
            guesses.undo(connection, ord_)

    assert {name: rep.rows(f"SELECT * FROM {name} ORDER BY id") for name in KINDS} == before


def test_letting_rows_in_twice_changes_nothing(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    person = rep.workspace.identity().person
    with reading(rep.workspace.reader) as connection:
        table = KINDS["account"].table
        rows = [("account", dict(row)) for row in connection.execute(select(table)).mappings()]
    before = {name: rep.rows(f"SELECT * FROM {name} ORDER BY id") for name in KINDS}

    for _ in range(2):
        with writing(rep.workspace.engine) as connection:
            rebase(connection, Incoming(rows=rows), person, "2026-11-23T12:00:00+00:00")

    assert {name: rep.rows(f"SELECT * FROM {name} ORDER BY id") for name in KINDS} == before


# -- a long queue -----------------------------------------------------------------------------------------------------


def decided_again(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The places of the ops that a rebase decides again, from now on."""
    found: list[int] = []
    again = rebasing._guess_again

    def watched(connection: Any, ord_: int, *more: Any) -> None:
        found.append(ord_)
        again(connection, ord_, *more)

    monkeypatch.setattr(rebasing, "_guess_again", watched)
    return found


def acknowledge(rep: Any, many: int) -> None:
    """The first ops go up, and what they changed comes down."""
    push = syncing.next_push(rep.workspace)
    answer = rep.api.push(structs.replace(push, ops=push.ops[:many]))
    syncing.absorb_push(rep.workspace, push.stream, answer.last_seq)
    pull = syncing.next_increment(rep.workspace)
    syncing.absorb_pull(rep.workspace, pull, rep.api.pull(pull))


def test_what_the_server_only_confirms_costs_the_ops_behind_it_nothing(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = sqlite_world.tablet("rep")
    for qty in (1, 2, 3):
        rep.workspace.perform(rep.sale(qty=qty))  # one lot, one account: each rests on the one before
    found = decided_again(monkeypatch)

    acknowledge(rep, 1)

    assert found == []
    assert rep.rows("SELECT ord, result FROM outbox ORDER BY ord") == [(1, "applied"), (2, None), (3, None)]
    assert rep.rows("SELECT DISTINCT ord FROM guess ORDER BY ord") == [(2,), (3,)]
    assert rep.one(TRUNK) == 4
    assert sqlite_world.one(TRUNK) == 9
    rep.sync()
    assert rep.one(TRUNK) == sqlite_world.one(TRUNK) == 4


def test_what_the_server_knows_otherwise_is_decided_again_by_whoever_rests_on_it(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = sqlite_world.tablet("rep")
    for command in (rep.sale(qty=1), rep.quote(account="a2"), rep.sale(qty=3)):
        rep.workspace.perform(command)
    with unit_of_work(sqlite_world.engine) as work:
        row = dict(
            work.connection.execute(
                select(KINDS["balance"].table).where(KINDS["balance"].table.c.id == "trunk-rep|p1|l1")
            )
            .mappings()
            .one()
        )
        work.put("balance", [{**row, "qty": 8}])
    found = decided_again(monkeypatch)

    acknowledge(rep, 1)

    assert found == [3]
    assert (rep.one(TRUNK), sqlite_world.one(TRUNK)) == (4, 7)


def test_an_op_that_waits_before_the_acknowledged_ones_is_decided_again(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = sqlite_world.tablet("rep")
    for qty in (1, 2, 3):
        rep.workspace.perform(rep.sale(qty=qty))
    person = rep.workspace.identity().person
    [second] = rep.rows("SELECT op_id, stream FROM outbox WHERE ord = 2")
    result = {"id": second[0], "user_id": "rep", "stream": second[1], "seq": 2, "command": "SellFromTrunk"}
    result |= {"outcome": "applied", "findings": "[]", "diff": "{}", "decided_at": ""}
    [(balance,)] = rep.rows("SELECT before FROM guess WHERE ord = 1 AND row_id = 'trunk-rep|p1|l1'")
    found = decided_again(monkeypatch)

    with writing(rep.workspace.engine) as connection:
        told = [("op_result", result), ("balance", {**json.loads(balance), "qty": 8})]
        rebase(connection, Incoming(rows=told), person, "2026-11-23T12:00:00+00:00")

    assert found == [1, 3]
    assert rep.one(TRUNK) == 4


def test_the_effect_of_an_open_op_may_come_before_its_result(world: Any) -> None:
    """As on a first load in small pages: the draft's revision is here, and the op's result is on a later page."""
    rep = world.tablet("rep")
    one = drafting.start(rep.workspace, "a1", (DraftLine("p1", 2, 0),))
    sharing.share(rep.workspace, one.id)
    push = syncing.next_push(rep.workspace)
    rep.api.push(push)
    with reading(world.engine) as connection:
        [revision] = connection.execute(select(KINDS["draft_revision"].table)).mappings()
    with writing(rep.workspace.engine) as connection:
        rebase(
            connection,
            Incoming(rows=[("draft_revision", dict(revision))]),
            Person("rep", "rep", ("north",)),
            "2026-11-23T12:00:00+00:00",
        )

    rep.sync()

    assert rep.rows("SELECT result FROM outbox") == [("applied",)]
    assert rep.rows("SELECT state FROM draft_revision") == [("head",)]
