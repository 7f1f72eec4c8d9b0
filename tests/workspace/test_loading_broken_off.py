"""A first load that is killed, cut off, refused or overtaken goes on with at most one page again, and ends whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from app.store.tables import KINDS
from app.workspace import syncing
from sync.client.ahead import Ahead
from sync.client.turn import Trouble, Turn, ask, run_turn
from sync.protocol.api import Unreachable
from sync.protocol.messages import BackfillAt, Cursor, Pull
from sync.protocol.wire import Page, write_page
from sync.server.feed import unit_of_work

SHARED = sorted(set(KINDS) - {"device"})  # each tablet has its own


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "MAX_BACKFILL_ROWS", 2)


def contents(side: Any) -> dict[str, Any]:
    return {name: side.rows(f"SELECT * FROM {name} ORDER BY id") for name in SHARED}


def schema(side: Any) -> Any:
    return side.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


class Killed(Exception):
    """The process is gone at this statement."""


@dataclass
class Killer:
    """Ends the writer at its nth statement from now, commits counted too; 0 never."""

    at: int = 0
    done: int = 0

    def sees(self) -> None:
        self.done += 1
        if self.done == self.at:
            raise Killed

    def aim(self, at: int) -> None:
        self.at, self.done = at, 0

    def watch(self, engine: Engine) -> None:
        killer = self

        class Cursor(sqlite3.Cursor):
            def execute(self, *given: Any) -> Any:
                killer.sees()
                return super().execute(*given)

            def executemany(self, *given: Any) -> Any:
                killer.sees()
                return super().executemany(*given)

        class Connection(sqlite3.Connection):
            def cursor(self, *_: Any) -> Any:
                return super().cursor(Cursor)

            def commit(self) -> None:
                killer.sees()
                super().commit()

        @event.listens_for(engine, "do_connect")
        def _connect(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
            named["factory"] = Connection

        engine.dispose()


def test_killed_at_any_statement_of_any_page_it_goes_on_with_that_page(sqlite_world: Any) -> None:
    whole, killed = (sqlite_world.tablet("rep", sync=False) for _ in range(2))
    run_turn(whole.workspace, whole.api)
    before, killer, kills, pages = schema(killed), Killer(), 0, 0
    killer.watch(killed.workspace.engine)
    turn = Turn()

    while (request := turn.next_request(killed.workspace)) is not None:
        answer = ask(killed.api, request)
        for nth in count(1):
            killer.aim(nth)
            try:
                turn.absorb(killed.workspace, request, answer)
                break
            except Killed:
                kills += 1
            finally:
                killer.aim(0)
            assert schema(killed) == before
            if request.backfill is not None:
                assert syncing.next_backfill(killed.workspace) == request
        pages += 1

    assert turn.trouble is None
    assert kills > 10 * pages > 100
    assert contents(killed) == contents(whole)


@dataclass
class Way:
    """The way to the server, with something that happens once the nth backfill page has been read there."""

    api: Any
    after: int
    happens: Callable[[], None]
    pages: Iterator[int] = field(default_factory=lambda: count(1))

    def pull(self, request: Pull) -> bytes:
        body: bytes = self.api.pull(request)
        if request.backfill is not None and next(self.pages) == self.after:
            self.happens()
        return body

    def push(self, request: Any) -> Any:
        return self.api.push(request)


def backfill_pages(world: Any) -> int:
    """How many pages a whole first load has."""
    way = Way(world.tablet("rep", sync=False).api, 0, lambda: None)
    run_turn(world.tablets[-1].workspace, Ahead(way))
    return next(way.pages) - 1


def test_a_bucket_that_is_revoked_while_it_is_loaded_leaves_nothing_behind(sqlite_world: Any) -> None:
    south = sqlite_world.tablet("rep", territories=("south",))
    for page in range(1, backfill_pages(sqlite_world) + 1):
        rep = sqlite_world.tablet("rep", territories=("north", "south"), sync=False)
        revoke = lambda: object.__setattr__(rep.api.caller, "territories", ("south",))  # noqa: B023, E731
        run_turn(rep.workspace, Ahead(Way(rep.api, page, revoke)))

        rep.sync()

        assert rep.rows("SELECT name FROM bucket WHERE name = 'terr:north'") == [], page
        assert contents(rep) == contents(south), page


def test_a_row_that_changes_behind_a_page_comes_with_the_increment(sqlite_world: Any) -> None:
    products = KINDS["product"].table
    for page in range(1, backfill_pages(sqlite_world) + 1):
        rep, name = sqlite_world.tablet("rep", sync=False), f"After page {page}"

        def rename() -> None:
            with unit_of_work(sqlite_world.engine) as work:
                found = work.connection.execute(select(products).where(products.c.id == "p2"))
                work.put("product", [{**found.mappings().one(), "name": name}])  # noqa: B023

        turn = run_turn(rep.workspace, Ahead(Way(rep.api, page, rename)))

        assert turn.trouble is None
        assert rep.one("SELECT name FROM product WHERE id = 'p2'") == name


def test_a_page_asked_ahead_that_fails_ends_the_turn_and_is_asked_again(sqlite_world: Any) -> None:
    whole = sqlite_world.tablet("rep")

    def lost() -> None:
        raise Unreachable("cut")

    for page in range(1, backfill_pages(sqlite_world) + 1):
        rep = sqlite_world.tablet("rep", sync=False)
        way = Way(rep.api, page, lost)
        ahead = Ahead(way)

        turn = run_turn(rep.workspace, ahead)
        assert turn.trouble is Trouble.OFFLINE
        turn = run_turn(rep.workspace, ahead)

        assert turn.trouble is None
        assert contents(rep) == contents(whole)


# -- what was asked ahead and is not wanted ---------------------------------------------------------------------------


@dataclass
class Bucket:
    """A bucket of three pages, and what was asked of it."""

    asked: list[Pull] = field(default_factory=list)

    def pull(self, request: Pull) -> bytes:
        self.asked.append(request)
        row_id = request.backfill.row_id if request.backfill else ""
        following = {"": "b", "b": "c"}.get(row_id)
        goes_on = BackfillAt("g:catalog", "product", following) if following else None
        return b"".join(write_page(Page(backfill=goes_on, head=len(self.asked)), {}))

    def push(self, _request: Any) -> str:
        return "answered"


def page_of(row_id: str, position: int = 0) -> Pull:
    return Pull(2, Cursor("e", position), ["g:catalog"], BackfillAt("g:catalog", "product", row_id))


def test_what_was_asked_ahead_is_handed_out_for_that_request_alone() -> None:
    bucket = Bucket()
    ahead = Ahead(bucket)
    ahead.pull(page_of(""))

    overtaken = ahead.pull(page_of("b", position=7))

    assert b'"head":3' in overtaken  # the second answer was to position 0
    assert [one.cursor.position for one in bucket.asked[:3]] == [0, 0, 7]


def test_an_op_that_goes_up_in_between_throws_away_what_was_asked_ahead() -> None:
    bucket = Bucket()
    ahead = Ahead(bucket)
    ahead.pull(page_of(""))

    assert ahead.push(None) == "answered"
    again = ahead.pull(page_of("b"))

    assert b'"head":3' in again


def test_the_page_asked_ahead_is_not_asked_twice() -> None:
    bucket = Bucket()
    ahead = Ahead(bucket)

    bodies = [ahead.pull(page_of(row_id)) for row_id in ("", "b", "c")]

    assert [body.count(b'"head"') for body in bodies] == [1, 1, 1]
    assert [one.backfill.row_id for one in bucket.asked] == ["", "b", "c"]
