"""Streams: a copied or restored tablet opens another, and what it sends again has one effect (SYNC.md laws 2 and 4)."""

from __future__ import annotations

from typing import Any

import pytest

from app.workspace import syncing
from sync.protocol.api import ApiProblem
from sync.protocol.messages import Enrol, Enrolled, OpEnvelope, Push
from sync.protocol.version import PROTOCOL

EFFECTS = (
    "SELECT (SELECT count(*) FROM movement), (SELECT count(*) FROM op_log), (SELECT count(*) FROM op_result)"
)


def queued(tablet: Any, *commands: Any) -> list[OpEnvelope]:
    for command in commands:
        assert tablet.workspace.perform(command, even_so=True).saved
    push = syncing.next_push(tablet.workspace)
    assert push is not None
    return list(push.ops)


def fresh(tablet: Any) -> Enrolled:
    return tablet.api.enrol(Enrol(tablet.api.caller.device_id, "tablet", fresh=True))


def again(ops: list[OpEnvelope], first: int = 1) -> list[OpEnvelope]:
    """The same ops, numbered from `first`."""
    return [OpEnvelope(op.op_id, first + n, op.payload, op.needs) for n, op in enumerate(ops)]


def refused(tablet: Any, stream: str, ops: list[OpEnvelope]) -> tuple[int, str]:
    with pytest.raises(ApiProblem) as caught:
        tablet.api.push(Push(PROTOCOL, stream, ops))
    return caught.value.problem.status, caught.value.problem.code


def test_a_fresh_stream_has_a_new_name_and_a_letter_that_nobody_had(world: Any) -> None:
    rep, second = world.tablet("rep"), world.tablet("rep")
    first = rep.api.caller.stream

    one, two = fresh(rep), fresh(second)
    three = fresh(rep)

    assert len({first, second.api.caller.device_id + ".1", one.stream, two.stream, three.stream}) == 5
    letters = [row[0] for row in world.rows("SELECT letter FROM stream")]
    assert len(set(letters)) == len(letters) == 5
    assert {one.next_seq, two.next_seq, three.next_seq} == {1}
    device = f"SELECT stream, letter, last_seq FROM device WHERE id = '{rep.api.caller.device_id}'"
    assert world.rows(device) == [(three.stream, three.letter, 0)]


def test_an_op_that_comes_again_in_another_stream_has_its_first_answer_and_one_effect(world: Any) -> None:
    rep = world.tablet("rep")
    ops = queued(rep, rep.sale(), rep.sale(qty=9, lot="l2"))
    first = rep.api.push(Push(PROTOCOL, rep.api.caller.stream, ops))
    effects = world.rows(EFFECTS)
    stream = fresh(rep).stream

    twice = [rep.api.push(Push(PROTOCOL, stream, again(ops))) for _ in range(2)]

    assert [one.outcome for one in first.answers] == ["applied", "applied_exception"]
    assert [[one.outcome for one in answer.answers] for answer in twice] == [
        ["applied", "applied_exception"]
    ] * 2
    assert [answer.last_seq for answer in twice] == [2, 2]
    assert world.rows(EFFECTS) == effects
    assert world.one(f"SELECT last_seq FROM stream WHERE name = '{stream}'") == 2
    assert world.one("SELECT last_seq FROM device") == 2


def test_new_ops_follow_those_that_came_again(world: Any) -> None:
    rep = world.tablet("rep")
    ops = queued(rep, rep.sale(), rep.sale(qty=1))
    rep.api.push(Push(PROTOCOL, rep.api.caller.stream, ops[:1]))
    stream = fresh(rep).stream

    answer = rep.api.push(Push(PROTOCOL, stream, again(ops)))

    assert ([one.outcome for one in answer.answers], answer.last_seq) == (["applied", "applied"], 2)
    assert world.rows("SELECT op_id, stream, seq FROM op_log ORDER BY op_id") == [
        (ops[0].op_id, f"{rep.api.caller.device_id}.1", 1),
        (ops[1].op_id, stream, 2),
    ]


def test_an_older_stream_of_the_device_is_still_taken(world: Any) -> None:
    rep = world.tablet("rep")
    ops = queued(rep, rep.sale(), rep.sale(qty=1))
    old = rep.api.caller.stream
    new = fresh(rep).stream

    answer = rep.api.push(Push(PROTOCOL, old, ops))

    assert [one.outcome for one in answer.answers] == ["applied", "applied"]
    assert sorted(world.rows("SELECT name, last_seq FROM stream")) == [(old, 2), (new, 0)]
    assert world.one("SELECT last_seq FROM device") == 0


def test_other_bytes_under_a_number_taken_or_an_id_taken_are_refused_and_change_nothing(world: Any) -> None:
    rep = world.tablet("rep")
    ops = queued(rep, rep.sale(), rep.sale(qty=1))
    rep.api.push(Push(PROTOCOL, rep.api.caller.stream, ops[:1]))
    stream = fresh(rep).stream
    rep.api.push(Push(PROTOCOL, stream, again(ops[:1])))
    effects = world.rows(EFFECTS)
    forged = OpEnvelope(ops[0].op_id, 2, ops[0].payload.replace('"qty":3', '"qty":4'), [])

    assert refused(rep, stream, again(ops[1:])) == (409, "stream_forked")
    assert refused(rep, stream, [forged]) == (409, "op_taken")
    assert world.rows(EFFECTS) == effects


def test_a_stream_of_another_device_or_of_nobody_is_unknown(world: Any) -> None:
    rep, second = world.tablet("rep"), world.tablet("rep")
    ops = queued(rep, rep.sale())

    assert refused(rep, second.api.caller.stream, ops) == (409, "stream_unknown")
    assert refused(rep, "made-up", ops) == (409, "stream_unknown")
    assert world.one("SELECT count(*) FROM op_log") == 0
