"""A tablet's database that comes back from a backup, or goes on another machine: it writes in a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from backups import HELD, backup, restore, same_rows

from app.workspace.workspace import NotEnrolled
from sync.client.turn import run_turn
from sync.protocol.api import problem
from sync.protocol.messages import Push


def test_an_old_backup_of_the_tablet_goes_on_in_a_fresh_stream(sqlite_world: Any, tmp_path: Path) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=1))
    backup(rep.workspace.engine, tmp_path / "kept.db")
    rep.workspace.perform(rep.sale(qty=2))
    rep.sync()
    rep.workspace.reader.dispose()
    restore(rep.workspace.engine, tmp_path / "kept.db")
    rep.workspace.perform(rep.sale(qty=4))
    first = rep.workspace.identity()

    run_turn(rep.workspace, rep.api)
    run_turn(rep.workspace, rep.api)

    after = rep.workspace.identity()
    assert after.stream != first.stream
    assert after.letter != first.letter
    assert rep.rows("SELECT stream, result FROM outbox ORDER BY ord") == [(after.stream, "applied")] * 2
    assert sqlite_world.one(HELD) == rep.one(HELD) == 3
    assert same_rows(sqlite_world, rep)
    assert rep.one("SELECT count(*) FROM incident WHERE what='stream_forked'") == 1
    assert rep.workspace.next_number().endswith("-0001")


def test_a_database_copied_to_another_machine_goes_on_as_a_new_device(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    assert rep.workspace.settle_in("here")
    assert rep.workspace.settle_in("here")
    rep.workspace.perform(rep.sale(qty=3))
    before = rep.workspace.identity()

    assert not rep.workspace.settle_in("elsewhere")
    assert rep.workspace.identity() is None
    with pytest.raises(NotEnrolled):
        rep.workspace.next_number()
    with pytest.raises(ValueError, match="belongs to rep"):
        rep.workspace.become(replace(before, user_id="mate"), 1)
    rep.workspace.become(replace(before, device_id="other", stream="other.1", letter="Q"), 1)

    assert rep.rows("SELECT stream, seq, pushed FROM outbox") == [("other.1", 1, 0)]
    assert rep.rows("SELECT stream, seq FROM movement WHERE stream != 'test' ORDER BY id")[-1] == (
        "other.1",
        1,
    )
    assert rep.workspace.next_number() == "RE-Q-0001"
    assert rep.rows("SELECT what FROM incident") == [("database_copied",)]


@dataclass
class NoPush:
    """A server that is too busy to take ops, and gives rows."""

    api: Any

    def push(self, _request: Push) -> Any:
        raise problem(503, "busy", "The server is busy")

    def pull(self, request: Any) -> Any:
        return self.api.pull(request)


def test_a_copy_whose_ops_have_their_results_from_before_sends_them_and_comes_to_rest(
    sqlite_world: Any, tmp_path: Path
) -> None:
    rep, other = sqlite_world.tablet("rep"), sqlite_world.tablet("rep")
    assert rep.workspace.settle_in("here")
    rep.workspace.perform(rep.sale(qty=1))
    backup(rep.workspace.engine, tmp_path / "kept.db")
    rep.sync()
    before, place = rep.workspace.identity(), other.workspace.identity()
    other.workspace.reader.dispose()
    restore(other.workspace.engine, tmp_path / "kept.db")
    assert not other.workspace.settle_in("elsewhere")
    as_other = {"device_id": place.device_id, "stream": place.stream, "letter": place.letter}
    other.workspace.become(replace(before, **as_other), 1)

    run_turn(
        other.workspace, NoPush(other.api)
    )  # the result comes before the op has gone up under its new number
    assert other.workspace.perform(other.quote()).saved
    for _ in range(3):
        run_turn(other.workspace, other.api)

    told = other.rows("SELECT stream, seq, pushed, result FROM outbox ORDER BY ord")
    assert told == [(place.stream, 1, 1, "applied"), (place.stream, 2, 1, "applied")]
    assert other.rows("SELECT count(*) FROM outbox WHERE settled_at IS NULL") == [(0,)]
    assert sqlite_world.one(HELD) == other.one(HELD) == 9
