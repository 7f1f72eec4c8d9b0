"""Pages that wait for the last one, and what may change between them; and ops that cannot be carried (laws 8, 13)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.codec import Malformed
from app.store.engine import reading, sqlite_engine
from app.workspace import drafting, sharing, syncing
from sync.client.turn import Trouble, Turn
from sync.protocol.api import ApiProblem, problem
from sync.protocol.messages import Problem, Pull
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "MAX_PAGE_ROWS", 1)
    monkeypatch.setattr(syncing, "MAX_BACKFILL_ROWS", 1)


def change(world: Any, row_id: str, **values: Any) -> None:
    columns = ", ".join(COLUMNS["account"])
    [found] = world.rows(f"SELECT {columns} FROM account WHERE id='{row_id}'")
    with unit_of_work(world.engine) as work:
        work.put("account", [{**dict(zip(COLUMNS["account"], found, strict=True)), **values}])


def one_page(tablet: Any) -> bool:
    request = syncing.next_increment(tablet.workspace)
    return syncing.absorb_pull(tablet.workspace, request, tablet.api.pull(request)).more


@pytest.mark.usefixtures("small_pages")
def test_a_row_that_left_and_came_back_between_two_pages_is_there(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    change(sqlite_world, "a1", territory_id="south")
    change(sqlite_world, "a2", name="Renamed")

    assert one_page(rep)  # a1 is gone, it says
    change(sqlite_world, "a1", territory_id="north")
    rep.sync()

    assert rep.rows("SELECT id, name FROM account ORDER BY id") == sqlite_world.rows(
        "SELECT id, name FROM account ORDER BY id"
    )


@pytest.mark.usefixtures("small_pages")
def test_rows_of_a_page_that_waited_do_not_survive_the_loss_of_their_bucket(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep", territories=("north", "south"))
    change(sqlite_world, "a3", territory_id="south", name="New in the south")
    before = sqlite_world.rows("SELECT * FROM account WHERE id='a3'")
    with unit_of_work(sqlite_world.engine) as work:
        row = dict(zip(COLUMNS["account"], before[0], strict=True))
        work.put("account", [{**row, "id": "a4", "territory_id": "south"}])
    change(sqlite_world, "a1", name="Renamed")
    change(sqlite_world, "a2", name="Renamed")

    assert one_page(rep)
    assert one_page(rep)  # a4, of the south, waits here
    rep.api.caller = replace(rep.api.caller, territories=("north",))
    rep.sync()

    assert rep.rows("SELECT id FROM account ORDER BY id") == [("a1",), ("a2",)]


def test_what_was_saved_before_the_first_load_comes_in_once_however_small_the_pages(
    sqlite_world: Any, small_pages: None
) -> None:
    rep = sqlite_world.tablet("rep", sync=False)
    for note in ("one", "two", "three"):
        draft = drafting.keep(rep.workspace, replace(drafting.start(rep.workspace), note=note))
        assert sharing.share(rep.workspace, draft.id)

    rep.sync()

    assert rep.rows("SELECT result FROM outbox ORDER BY seq") == [("applied",)] * 3
    assert rep.rows("SELECT id, state FROM draft_revision ORDER BY id") == sqlite_world.rows(
        "SELECT id, state FROM draft_revision ORDER BY id"
    )
    assert rep.rows("SELECT state FROM bucket WHERE state <> 'complete'") == []


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("listening", [False, True])
def test_a_push_that_is_told_to_wait_does_not_stop_the_pull(
    sqlite_world: Any, status: int, listening: bool
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale())
    sqlite_world.hold("a2")
    turn = Turn(pulling=not listening, filling=not listening)

    refused = ApiProblem(Problem("Busy", status, "busy"), retry_after=40.0)
    turn.failed(rep.workspace, turn.next_request(rep.workspace), refused)
    while (request := turn.next_request(rep.workspace)) is not None:
        turn.absorb(rep.workspace, request, rep.api.pull(request))

    assert (turn.trouble, turn.held_up) == (Trouble.SERVER, True)
    assert (turn.push_after, turn.retry_after) == (40.0, None)
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"
    assert rep.rows("SELECT pushed, result FROM outbox") == [(0, None)]


def test_what_is_told_to_wait_is_not_pushed_in_the_same_turn_when_the_server_was_restored(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale())
    turn = Turn()

    turn.failed(rep.workspace, turn.next_request(rep.workspace), problem(503, "busy", "Busy"))
    pull = turn.next_request(rep.workspace)
    assert isinstance(pull, Pull)
    turn.failed(rep.workspace, pull, problem(410, "epoch", "Restored", expected=0))

    assert turn.next_request(rep.workspace) is None
    assert (turn.trouble, turn.held_up) == (Trouble.SERVER, False)
    assert not isinstance(Turn().next_request(rep.workspace), Pull)


def test_a_pull_that_is_refused_ends_the_turn(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep", sync=False)
    turn = Turn()
    request = turn.next_request(rep.workspace)
    turn.absorb(rep.workspace, request, rep.api.pull(request))  # now there are buckets to fill
    asked = 0

    while (request := turn.next_request(rep.workspace)) is not None and asked < 10:
        asked += 1
        turn.failed(rep.workspace, request, problem(422, "malformed", "No"))

    assert (asked, turn.trouble) == (1, Trouble.REFUSED)


@pytest.mark.parametrize(
    "note", ["x" * 4_001, "a\x00b", "a\ud800b"], ids=["too long", "NUL", "half a character"]
)
def test_an_op_that_no_server_could_read_is_refused_before_it_is_saved(sqlite_world: Any, note: str) -> None:
    rep = sqlite_world.tablet("rep")

    with pytest.raises(Malformed):
        rep.workspace.perform(replace(rep.quote(), note=note))

    assert rep.one("SELECT count(*) FROM outbox") == 0
    assert rep.one("SELECT count(*) FROM quote") == 0


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "100%41 #1?"
    folder.mkdir()
    with sqlite_engine(folder / "w.db").begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (b)")

    with reading(sqlite_engine(folder / "w.db", read_only=True)) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM a").scalar() == 0
