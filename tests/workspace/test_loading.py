"""A first load as arrays: the same database as row by row, found at once, and whole when a page is rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.store.engine import reading
from app.store.tables import KINDS
from app.workspace import loading, syncing
from sync.client.ahead import Ahead
from sync.client.turn import run_turn

SHARED = sorted(set(KINDS) - {"device"})  # each tablet has its own


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "MAX_BACKFILL_ROWS", 2)


def contents(side: Any) -> dict[str, Any]:
    return {name: side.rows(f"SELECT * FROM {name} ORDER BY id") for name in SHARED}


def schema(side: Any) -> Any:
    return side.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


def found(side: Any, kind: str) -> Any:
    """Every term of the search with the ids that it is in."""
    names = ", ".join(loading.SEARCHED[kind])
    ids = side.rows(f"SELECT id FROM {kind} ORDER BY id")
    words = sorted(
        {w for row in side.rows(f"SELECT {names} FROM {kind}") for v in row for w in str(v).split()}
    )
    search = f"SELECT k.id FROM {kind}_search s JOIN {kind} k ON k.rowid = s.rowid WHERE {kind}_search MATCH "
    hits = {word: side.rows(f"{search} '{word}' ORDER BY k.id") for word in words if word.isalnum()}
    return ids, hits


def test_arrays_and_rows_end_in_the_same_database(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    fast, slow = (sqlite_world.tablet("rep", sync=False) for _ in range(2))
    run_turn(fast.workspace, Ahead(fast.api))
    monkeypatch.setattr(loading, "is_plain", lambda *_: False)
    run_turn(slow.workspace, slow.api)

    assert contents(fast)["product"]
    assert contents(fast) == contents(slow)
    assert schema(fast) == schema(slow)
    for kind in loading.SEARCHED:
        assert any(found(fast, kind)[1].values())
        assert found(fast, kind) == found(slow, kind)


def test_a_page_that_is_broken_off_leaves_search_and_trigger_and_is_fetched_again(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    whole, killed = (sqlite_world.tablet("rep", sync=False) for _ in range(2))
    run_turn(whole.workspace, whole.api)
    before = schema(killed)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(syncing, "_filled", dies)
        with pytest.raises(KeyboardInterrupt):
            run_turn(killed.workspace, killed.api)
    assert schema(killed) == before
    run_turn(killed.workspace, killed.api)

    assert contents(killed) == contents(whole)
    assert found(killed, "product") == found(whole, "product")


def test_rows_loaded_a_second_time_are_found_as_before(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    was = found(rep, "product")
    syncing.forget_position(rep.workspace)

    run_turn(rep.workspace, rep.api)

    assert found(rep, "product") == was


def test_who_reads_while_a_page_stands_still_within_a_statement_is_not_kept(
    sqlite_world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = sqlite_world.tablet("rep", sync=False)
    monkeypatch.setattr(loading, "_STEPS", 1)
    seen: list[int] = []

    def look() -> None:
        with reading(rep.workspace.reader) as connection:
            seen.append(int(connection.execute(text("SELECT count(*) FROM product")).scalar_one()))

    rep.workspace.give_way = look
    run_turn(rep.workspace, rep.api)

    assert len(seen) > len(rep.rows("SELECT id FROM product"))
    assert seen[0] == 0


def test_what_a_person_saves_gives_way_to_nobody(sqlite_world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_STEPS", 1)
    rep = sqlite_world.tablet("rep")
    looks: list[int] = []
    rep.workspace.give_way = lambda: looks.append(1)

    assert rep.workspace.perform(rep.quote()).saved

    assert looks == []


def test_a_page_does_not_wait_for_ever_for_somebody_who_is_never_done(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    asked: list[bool] = []

    def never() -> bool:
        asked.append(False)
        return False

    with rep.workspace.reader.connect() as connection, loading.giving_way(connection, never):
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) SELECT sum(i) FROM n"
            )
        )

    assert len(asked) == 8


def lost(connection: Connection) -> None:
    """The database goes while a page is let in."""
    with loading.giving_way(connection, lambda: None):
        connection.connection.driver_connection.close()  # type: ignore[union-attr]
        raise InterruptedError("the power went")


def test_a_connection_that_is_lost_while_a_page_gives_way_says_why_it_was_lost(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")

    with rep.workspace.reader.connect() as connection:
        with pytest.raises(InterruptedError, match="the power went"):
            lost(connection)
        connection.invalidate()
