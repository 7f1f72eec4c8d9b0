"""A server that comes back from a backup: nothing is lost, nothing happens twice, and it shows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from backups import HELD, backup, restore, same_rows, turned

from app.workspace import syncing
from app.workspace.cursors import thinned
from sync.client.turn import Trouble, run_turn
from sync.protocol.api import problem
from sync.protocol.messages import Cursor, Push


def test_what_a_restored_server_has_lost_is_sent_again_and_never_leaves_the_screen(
    sqlite_world: Any, tmp_path: Path
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=1))
    rep.sync()
    backup(sqlite_world.engine, tmp_path / "kept.db")
    rep.workspace.perform(rep.sale(qty=2))
    sqlite_world.hold("a2")
    rep.sync()
    rep.workspace.perform(rep.sale(qty=3))
    restore(sqlite_world.engine, tmp_path / "kept.db")
    seen: list[int] = []

    turn = turned(rep, lambda _request: seen.append(rep.one(HELD)))
    run_turn(rep.workspace, rep.api)
    run_turn(rep.workspace, rep.api)

    assert turn.trouble is None
    assert set(seen) == {4}
    assert rep.rows("SELECT result FROM outbox ORDER BY ord") == [("applied",)] * 3
    assert sqlite_world.one(HELD) == 4
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "active"
    assert same_rows(sqlite_world, rep)
    assert rep.rows("SELECT what FROM incident ORDER BY id")[0] == ("server_restored",)


def test_what_was_lost_in_several_streams_goes_up_in_the_order_of_saving(
    sqlite_world: Any, tmp_path: Path
) -> None:
    rep = sqlite_world.tablet("rep")
    backup(sqlite_world.engine, tmp_path / "kept.db")
    for qty in (1, 2):  # each in a stream of its own, and then a third one is opened
        rep.workspace.perform(rep.sale(qty=qty))
        rep.sync()
        syncing.fork(rep.workspace, "")
        rep.sync()
    restore(sqlite_world.engine, tmp_path / "kept.db")

    for _ in range(3):
        run_turn(rep.workspace, rep.api)

    stream = rep.workspace.identity().stream
    assert rep.rows("SELECT stream, seq, result FROM outbox ORDER BY ord") == [
        (stream, 1, "applied"),
        (stream, 2, "applied"),
    ]
    assert sqlite_world.one(HELD) == rep.one(HELD) == 7
    assert same_rows(sqlite_world, rep)


def test_a_server_without_any_common_point_is_compared_from_its_start(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    with sqlite_world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE history SET nonce = 'x' || nonce")
        connection.exec_driver_sql("UPDATE clock SET nonce = 'x' || nonce")
    sqlite_world.hold("a2")

    run_turn(rep.workspace, rep.api)

    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"
    assert same_rows(sqlite_world, rep)


def test_a_restored_server_that_takes_no_ops_still_sends_rows(sqlite_world: Any, tmp_path: Path) -> None:
    rep = sqlite_world.tablet("rep")
    backup(sqlite_world.engine, tmp_path / "kept.db")
    rep.workspace.perform(rep.sale(qty=2))
    rep.sync()
    restore(sqlite_world.engine, tmp_path / "kept.db")
    sqlite_world.hold("a2")

    class Refusing:
        pull = rep.api.pull

        def push(self, _request: Push) -> Any:
            raise problem(500, "broken", "It broke")

    turn = run_turn(rep.workspace, Refusing())

    assert turn.trouble is Trouble.SERVER
    assert rep.one("SELECT status FROM account WHERE id='a2'") == "on_hold"
    rep.sync()
    assert rep.rows("SELECT result FROM outbox") == [("applied",)]
    assert sqlite_world.one(HELD) == 8


def test_marks_grow_sparser_with_age_and_keep_both_ends() -> None:
    kept: list[Cursor] = []
    for position in range(1, 2_000):
        kept = thinned([Cursor("e", position, f"n{position}"), *kept])

    assert len(kept) == 40
    assert (kept[0].position, kept[-1].position) == (1_999, 1)
    assert kept[1].position == 1_998
    gaps = [one.position - two.position for one, two in pairwise(kept)]
    assert max(gaps[:5]) < min(gaps[-5:])


def test_what_a_lost_server_acknowledged_is_sent_again_though_no_cursor_tells(sqlite_world: Any) -> None:
    """The answer came, its result never did: a backup was restored from before the op, at a position not passed yet."""
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=2))
    syncing.absorb_push(rep.workspace, rep.api.caller.stream, 1)
    assert rep.rows("SELECT pushed FROM outbox") == [(1,)]

    rep.sync()
    rep.sync()

    assert rep.rows("SELECT pushed, result FROM outbox") == [(1, "applied")]
    assert sqlite_world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 8


def test_an_op_of_an_older_stream_that_a_restored_server_still_has_gets_its_result_again(
    sqlite_world: Any, tmp_path: Path
) -> None:
    """It is opened anew, for nobody tells what the server has of that stream; no increment brings the result again."""
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=1))
    rep.sync()
    syncing.fork(rep.workspace, rep.api.caller.stream)
    rep.sync()
    backup(sqlite_world.engine, tmp_path / "kept.db")
    rep.workspace.perform(rep.sale(qty=2))
    rep.sync()

    restore(sqlite_world.engine, tmp_path / "kept.db")
    sqlite_world.hold("a2")
    for _ in range(3):
        rep.sync()

    assert rep.rows("SELECT stream, result FROM outbox ORDER BY ord") == [
        ("dev-rep-0.1", "applied"),
        ("dev-rep-0.2", "applied"),
    ]
    assert rep.rows(HELD) == sqlite_world.rows(HELD) == [(7,)]


class Forgetful:
    """A server that was restored to before this device was enrolled, until the device enrols again."""

    def __init__(self, api: Any) -> None:
        self._api, self.knows = api, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    def enrol(self, request: Any) -> Any:
        self.knows = True
        return self._api.enrol(request)

    def pull(self, request: Any) -> bytes:
        if not self.knows:
            raise problem(409, "stream_unknown", "This device is not enrolled", "enrol again")
        return self._api.pull(request)


def test_a_device_that_the_server_has_forgotten_enrols_again_though_it_has_nothing_to_send(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.api = Forgetful(rep.api)

    turn = rep.turn()

    assert (turn.trouble, rep.api.knows) == (None, True)
    assert rep.rows("SELECT what FROM incident") == [("stream_forked",)]
    rep.workspace.perform(rep.sale(qty=1))
    rep.sync()
    assert rep.rows("SELECT stream, result FROM outbox") == [("dev-rep-0.2", "applied")]
