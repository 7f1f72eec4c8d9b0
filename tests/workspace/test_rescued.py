"""What no push can carry, and what a revoked device still has, goes to the server by rescue."""

from __future__ import annotations

from typing import Any

from backups import HELD

from app.workspace import syncing
from sync.client.turn import Trouble, Turn, run_turn
from sync.protocol.api import problem
from sync.protocol.messages import Push, Rescue


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
