"""The rescue: bytes of ops that no push can carry are kept, nothing is applied, a person decides (SYNC.md §5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.store.engine import writing
from app.workspace import syncing
from sync.protocol.api import ApiProblem
from sync.protocol.messages import OpEnvelope, Push, Rescue, RescueAnswer, encode
from sync.protocol.version import MAX_RESCUE_BYTES, MAX_RESCUE_OPS, PROTOCOL
from sync.server import parking

STATES = "SELECT op_id, state FROM rescued ORDER BY op_id, state"


def queued(tablet: Any, *commands: Any) -> list[OpEnvelope]:
    for command in commands:
        assert tablet.workspace.perform(command, even_so=True).saved
    push = syncing.next_push(tablet.workspace)
    assert push is not None
    return list(push.ops)


def rescue(tablet: Any, ops: list[OpEnvelope]) -> RescueAnswer:
    return tablet.api.rescue(Rescue(PROTOCOL, tablet.api.caller.stream, "device_revoked", ops))


def full(tablet: Any, ops: list[OpEnvelope]) -> tuple[int, str]:
    with pytest.raises(ApiProblem) as caught:
        rescue(tablet, ops)
    return caught.value.problem.status, caught.value.problem.code


def held(world: Any, tablet: Any, count: int, size: int) -> None:
    """So much has been rescued from the tablet before: `count` ops, the first of `size` characters."""
    columns = "id, op_id, stream, seq, user_id, device_id, payload, needs, why, received_at, state"
    values = ":id, :id, 's', 1, 'rep', :device, :payload, '[]', '', '', 'resolved'"
    with writing(world.engine) as connection:
        connection.execute(
            text(f"INSERT INTO rescued ({columns}) VALUES ({values})"),
            [
                {"id": f"old-{n}", "device": tablet.api.caller.device_id, "payload": "x" * (0 if n else size)}
                for n in range(count)
            ],
        )


def test_what_is_rescued_is_kept_once_byte_for_byte_and_nothing_is_applied(world: Any) -> None:
    rep = world.tablet("rep")
    ops = queued(rep, rep.sale(), rep.sale(qty=1))
    before = world.one("SELECT position FROM clock")

    kept = [rescue(rep, ops).kept for _ in range(2)]

    assert kept == [[op.op_id for op in ops]] * 2
    assert world.rows("SELECT op_id, seq, payload, state FROM rescued ORDER BY seq") == [
        (op.op_id, op.seq, op.payload, "kept") for op in ops
    ]
    assert world.one("SELECT count(*) FROM op_log") == 0
    assert world.one("SELECT position FROM clock") == before


def test_two_versions_of_one_op_are_both_kept(world: Any) -> None:
    rep = world.tablet("rep")
    [op] = queued(rep, rep.sale())
    other = OpEnvelope(op.op_id, op.seq, op.payload.replace('"qty":3', '"qty":4'), [])

    rescue(rep, [op])
    rescue(rep, [other])

    assert world.rows(STATES) == [(op.op_id, "kept")] * 2


def test_a_rescued_op_is_decided_when_a_person_says_so_beside_the_one_that_has_its_number(world: Any) -> None:
    rep = world.tablet("rep")
    lost, pushed = queued(rep, rep.sale(), rep.sale(qty=1))
    rescue(rep, [lost])
    rep.api.push(Push(PROTOCOL, rep.api.caller.stream, [OpEnvelope(pushed.op_id, 1, pushed.payload, [])]))

    outcome = parking.retry_parked(world.engine, lost.op_id, now=world.server.now)

    assert outcome == "applied"
    assert world.rows(STATES) == [(lost.op_id, "applied")]
    assert world.one(f"SELECT outcome FROM op_result WHERE id = '{lost.op_id}'") == "applied"
    assert world.one("SELECT -sum(qty) FROM balance WHERE location_id = 'v:customer'") == -4
    with pytest.raises(LookupError):
        parking.retry_parked(world.engine, lost.op_id, now=world.server.now)


def test_a_rescued_op_that_comes_by_push_after_all_is_applied_once_and_waits_for_nobody(world: Any) -> None:
    rep = world.tablet("rep")
    [op] = queued(rep, rep.sale())
    other = OpEnvelope(op.op_id, op.seq, op.payload.replace('"qty":3', '"qty":4'), [])
    rescue(rep, [op, other])

    answer = rep.api.push(Push(PROTOCOL, rep.api.caller.stream, [op]))

    assert [one.outcome for one in answer.answers] == ["applied"]
    assert world.rows(STATES) == [(op.op_id, "applied"), (op.op_id, "kept")]
    assert rescue(rep, [op]).kept == [op.op_id]
    assert world.one("SELECT -sum(qty) FROM balance WHERE location_id = 'v:customer'") == -3


def test_a_version_of_a_decided_op_can_only_be_closed(world: Any) -> None:
    rep = world.tablet("rep")
    [op] = queued(rep, rep.sale())
    rep.api.push(Push(PROTOCOL, rep.api.caller.stream, [op]))
    rescue(rep, [OpEnvelope(op.op_id, op.seq, op.payload.replace('"qty":3', '"qty":4'), [])])

    with pytest.raises(LookupError):
        parking.retry_parked(world.engine, op.op_id, now=world.server.now)
    assert parking.resolve(world.engine, op.op_id) == 1

    assert world.rows(STATES) == [(op.op_id, "resolved")]
    with pytest.raises(LookupError):
        parking.resolve(world.engine, op.op_id)


def test_what_nobody_can_read_or_somebody_else_wrote_stays_rescued(world: Any) -> None:
    rep = world.tablet("rep")
    [op] = queued(rep, rep.sale())
    unknown = OpEnvelope("id-x", 1, json.dumps({"type": "TeleportStock", "v": 9}), [])
    forged = OpEnvelope(op.op_id, 1, op.payload.replace('"actor":"rep"', '"actor":"boss"'), [])
    assert forged.payload != op.payload
    rescue(rep, [unknown, forged])

    outcomes = [
        parking.retry_parked(world.engine, one.op_id, now=world.server.now) for one in (unknown, forged)
    ]

    assert outcomes == ["parked", "parked"]
    assert {state for _, state in world.rows(STATES)} == {"kept"}


@pytest.mark.parametrize(("count", "size"), [(MAX_RESCUE_OPS, 0), (1, MAX_RESCUE_BYTES)])
def test_a_device_fills_no_disk_and_what_was_kept_is_still_acknowledged(
    sqlite_world: Any, count: int, size: int
) -> None:
    rep = sqlite_world.tablet("rep")
    first, second = queued(rep, rep.sale(), rep.sale(qty=1))
    rescue(rep, [first])
    held(sqlite_world, rep, count, size)

    assert full(rep, [second]) == (413, "rescue_full")
    assert rescue(rep, [first]).kept == [first.op_id]
    assert sqlite_world.rows(STATES + " LIMIT 1") == [(first.op_id, "kept")]


# -- who may ----------------------------------------------------------------------------------------------------------


def body(op_id: str = "op-1") -> bytes:
    return encode(Rescue(PROTOCOL, "tablet-1.1", "device_revoked", [OpEnvelope(op_id, 1, "{}")]))


@pytest.mark.parametrize("order", ["lock", "wipe"])
def test_a_revoked_device_is_told_its_order_and_may_rescue_but_nothing_else(
    client: Any, accounts: Any, order: str
) -> None:
    tokens = client.sign_in()
    bearer = client.bearer(tokens)
    enrol = encode({"device_id": "tablet-1", "name": "x"})
    assert client.post("/sync/v1/enrol", content=enrol, headers=bearer).status_code == 200
    accounts.revoke_device("tablet-1", order)

    kept = client.post("/sync/v1/rescue", content=body(), headers=bearer)
    others = [
        client.problem(client.post(path, content=content, headers=bearer))
        for path, content in (
            ("/sync/v1/pull", encode({"protocol": PROTOCOL, "cursor": {}, "held": []})),
            ("/sync/v1/push", encode(Push(PROTOCOL, "tablet-1.1", []))),
            ("/sync/v1/enrol", enrol),
        )
    ]

    assert (kept.status_code, kept.json()["kept"]) == (200, ["op-1"])
    assert [(one.status, one.code, one.order) for one in others] == [(403, "device_revoked", order)] * 3


def test_a_token_that_is_nobodys_signed_out_or_a_disabled_users_rescues_nothing(
    client: Any, accounts: Any
) -> None:
    out = client.bearer()
    client.post("/auth/sign-out", headers=out)
    disabled = client.bearer(client.sign_in("tablet-2"))
    accounts.disable_user("mia")

    refused = [
        client.problem(client.post("/sync/v1/rescue", content=body(), headers=headers))
        for headers in (out, disabled, {"Authorization": "Bearer nobody"}, {})
    ]

    assert [(one.status, one.code) for one in refused][1:] == [
        (401, "user_disabled"),
        (401, "token_invalid"),
        (401, "token_missing"),
    ]
    assert refused[0].status == 401
