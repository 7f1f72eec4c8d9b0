"""A server or a database that comes back from a backup: nothing is lost, nothing happens twice, and it shows."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.store.engine import reading, writing
from app.store.tables import KINDS
from app.workspace import checking, syncing
from app.workspace.cursors import marks, read_cursor, thinned
from app.workspace.workspace import NotEnrolled
from sync.client.turn import Trouble, Turn, ask, run_turn
from sync.protocol.api import ApiProblem, Unreachable, problem
from sync.protocol.messages import Cursor, Push, Rescue

HELD = "SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'"


def backup(engine: Any, to: Path) -> None:
    """A whole copy of an SQLite database, as a backup makes it."""
    with sqlite3.connect(engine.url.database) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def restore(engine: Any, kept: Path) -> None:
    """The copy in the place of what is there now."""
    file = Path(str(engine.url.database))
    engine.dispose()
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    shutil.copy(kept, file)


def turned(tablet: Any, look: Callable[[Any], None]) -> Turn:
    """A turn, with a look after every step."""
    turn = Turn()
    while (request := turn.next_request(tablet.workspace)) is not None:
        try:
            turn.absorb(tablet.workspace, request, ask(tablet.api, request))
        except (ApiProblem, Unreachable) as error:
            turn.failed(tablet.workspace, request, error)
        look(request)
    return turn


def same_rows(world: Any, tablet: Any) -> bool:
    held = {name for (name,) in tablet.rows("SELECT name FROM bucket")}
    for name, kind in KINDS.items():
        columns = ", ".join(kind.columns)
        theirs = [
            row
            for row in world.rows(f"SELECT {columns} FROM {name} ORDER BY id")
            if set(kind.buckets(dict(zip(kind.columns, row, strict=True)))) & held
        ]
        if tablet.rows(f"SELECT {columns} FROM {name} ORDER BY id") != theirs:
            return False
    return True


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


def test_an_op_that_no_request_can_carry_goes_by_rescue_and_the_next_goes_on(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    poison, good = rep.sale(qty=1), rep.sale(qty=2)
    rep.workspace.perform(poison)
    rep.workspace.perform(good)
    kept: list[Rescue] = []

    class Narrow:
        pull = rep.api.pull

        def push(self, request: Push) -> Any:
            if poison.op_id in {op.op_id for op in request.ops}:
                raise problem(413, "too_large", "Too large")
            return rep.api.push(request)

        def rescue(self, request: Rescue) -> Any:
            kept.append(request)
            return rep.api.rescue(request)

    turn = run_turn(rep.workspace, Narrow())

    assert turn.trouble is None
    assert [op.op_id for one in kept for op in one.ops] == [poison.op_id]
    assert rep.rows("SELECT seq, result FROM outbox ORDER BY ord") == [(1, "parked"), (1, "applied")]
    assert rep.one(HELD) == 7
    assert rep.workspace.perform(rep.sale(qty=1)).saved
    assert rep.one("SELECT max(seq) FROM outbox WHERE stream != 'rescued'") == 2


def test_a_revoked_device_gives_what_it_has_for_rescue(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    for _ in range(2):
        rep.workspace.perform(rep.sale(qty=1))

    class Revoked:
        rescue = rep.api.rescue

        def push(self, _request: Push) -> Any:
            raise problem(403, "device_revoked", "Revoked", order="lock")

    turn = run_turn(rep.workspace, Revoked())

    assert (turn.trouble, turn.order) == (Trouble.REVOKED, "lock")
    assert rep.rows("SELECT pushed, result FROM outbox") == [(1, "parked")] * 2
    assert sqlite_world.one("SELECT count(*) FROM rescued") == 2


def test_a_changed_a_lost_and_an_invented_row_are_found_by_sums_and_mended(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))
    with writing(rep.workspace.engine) as connection:
        connection.exec_driver_sql("UPDATE account SET name='Flipped' WHERE id='a1'")
        connection.exec_driver_sql("DELETE FROM price WHERE id='pr2'")
        connection.exec_driver_sql(
            "INSERT INTO territory SELECT 'nowhere', name, country, region, origin FROM territory LIMIT 1"
        )
        connection.exec_driver_sql("UPDATE bucket SET checked_at=''")

    run_turn(rep.workspace, rep.api)

    assert same_rows(sqlite_world, rep)
    assert rep.one("SELECT count(*) FROM repair") == 0
    assert rep.one("SELECT count(*) FROM incident WHERE what='sums_differ'") == 3
    assert rep.rows("SELECT result FROM outbox") == [("applied",)]


def test_a_guess_is_no_difference(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=3))

    class Refusing:
        pull = rep.api.pull

        def push(self, _request: Push) -> Any:
            raise problem(500, "broken", "It broke")

    with writing(rep.workspace.engine) as connection:
        connection.exec_driver_sql("UPDATE bucket SET checked_at=''")

    run_turn(rep.workspace, Refusing())
    with reading(rep.workspace.reader) as connection:
        compared = checking.compare(connection)
    if compared is not None:
        assert compared.differences == ()
    assert rep.one("SELECT count(*) FROM incident") == 0


def test_marks_grow_sparser_with_age_and_keep_both_ends() -> None:
    kept: list[Cursor] = []
    for position in range(1, 2_000):
        kept = thinned([Cursor("e", position, f"n{position}"), *kept])

    assert len(kept) == 40
    assert (kept[0].position, kept[-1].position) == (1_999, 1)
    assert kept[1].position == 1_998
    gaps = [one.position - two.position for one, two in pairwise(kept)]
    assert max(gaps[:5]) < min(gaps[-5:])


def page_of(cursor: Cursor, lines: str, *, epoch: str = "", back: int = 0, sums: str = "[]") -> bytes:
    """A page that goes on from `cursor`, with anything in it."""
    since = json.dumps({"epoch": cursor.epoch, "position": cursor.position, "nonce": cursor.nonce})
    then = json.dumps({"epoch": epoch or cursor.epoch, "position": cursor.position - back, "nonce": "n"})
    hello = '"protocol":2,"server_time":"2026-11-23T12:00:00+00:00","head":9,"results":0'
    return (
        f'{{"t":"hello","epoch":"{cursor.epoch}","since":{since},{hello}}}\n{lines}'
        f'{{"t":"end","cursor":{then},"more":false,"backfill":null,"rows":0,"sums":{sums}}}\n'
    ).encode()


@pytest.mark.parametrize(
    "lines",
    [
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n["x",7,"o"]\n',
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n["x",null,"o"]\n',
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n["",  "{}","o"]\n',
        '{"t":"kind","name":"policy","columns":["id","value","origin"]}\n[true,"{}","o"]\n',
        '{"t":"kind","name":"policy","columns":["id","origin"]}\n["x","o"]\n',
        '{"t":"kind","name":["policy"],"columns":["id"]}\n["x"]\n',
        '{"t":"kind","name":"pack","columns":["id","product_id","gtin","level","quantity","origin"]}\n'
        '["x","p1","","package",9223372036854775808,"o"]\n',
        '{"t":"buckets","add":['
        + ",".join(f'{{"bucket":"b{n}","rows":1}}' for n in range(10_000))
        + '],"drop":[]}\n',
        '{"t":"buckets","add":[{"bucket":"b","rows":-1}],"drop":[]}\n',
        '{"t":"gone","bucket":7,"kind":"policy","ids":["x"]}\n',
        '{"t":"gone","bucket":"g:policy","kind":"policy","ids":[7]}\n',
        "[" * 5_000 + "]" * 5_000 + "\n",
        '{"t":"kind","name":"op_result","columns":["id"]}\n["x"]\n',
    ],
)
def test_whatever_a_page_has_in_it_nothing_breaks_and_nothing_changes(sqlite_world: Any, lines: str) -> None:
    rep = sqlite_world.tablet("rep")
    request = syncing.next_increment(rep.workspace)
    before = (
        rep.rows("SELECT * FROM policy ORDER BY id"),
        rep.rows("SELECT * FROM bucket"),
        rep.rows("SELECT * FROM meta ORDER BY key"),
    )
    body = page_of(request.cursor, lines)

    with pytest.raises(Unreachable):
        syncing.absorb_pull(rep.workspace, request, body)

    assert before == (
        rep.rows("SELECT * FROM policy ORDER BY id"),
        rep.rows("SELECT * FROM bucket"),
        rep.rows("SELECT * FROM meta ORDER BY key"),
    )


@pytest.mark.parametrize(
    ("epoch", "back", "sums"),
    [
        ("another", 0, "[]"),
        (None, 1, "[]"),
        (None, 0, '[{"bucket":"g:policy","kind":"policy","rows":1,"sum":99999999999999999999,"shape":"s"}]'),
        (None, 0, '[{"bucket":"g:policy","kind":"policy","rows":-1,"sum":1,"shape":"s"}]'),
    ],
)
def test_a_cursor_that_goes_back_and_sums_that_are_none_are_not_let_in(
    sqlite_world: Any, epoch: str | None, back: int, sums: str
) -> None:
    rep = sqlite_world.tablet("rep")
    request = syncing.next_increment(rep.workspace)
    mine = request.cursor
    body = page_of(mine, "", epoch=epoch or "", back=back, sums=sums)

    with pytest.raises(Unreachable):
        syncing.absorb_pull(rep.workspace, request, body)

    with reading(rep.workspace.reader) as connection:
        assert read_cursor(connection) == mine
        assert marks(connection)[0] == mine


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


def test_a_revoked_device_gives_what_a_lost_server_acknowledged_for_rescue_too(sqlite_world: Any) -> None:
    rep = sqlite_world.tablet("rep")
    for qty in (1, 2):
        rep.workspace.perform(rep.sale(qty=qty))
    syncing.absorb_push(rep.workspace, rep.api.caller.stream, 1)
    turn = Turn()

    first = turn.next_request(rep.workspace)
    turn.failed(rep.workspace, first, problem(403, "device_revoked", "Revoked"))
    rescue = turn.next_request(rep.workspace)

    assert isinstance(first, Push)
    assert isinstance(rescue, Rescue)
    assert [op.seq for op in first.ops] == [2]
    assert [op.seq for op in rescue.ops] == [1, 2]


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
