"""Ops in: exactly once, in order, with the same answer for ever; nothing blocks the next (laws 4–6)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app.domain.codec import UnknownCommand
from app.store.engine import writing
from app.workspace import syncing
from sync.protocol.api import ApiProblem
from sync.protocol.messages import OpEnvelope, Push
from sync.server import apply
from sync.server.parking import retry_parked
from sync.server.tables import attempt

EFFECTS = (
    "SELECT (SELECT count(*) FROM movement), (SELECT count(*) FROM sales_order), (SELECT position FROM clock)"
)


def pushed(tablet: Any, *commands: Any) -> Push:
    """The push that these commands, performed on the tablet, lead to."""
    for command in commands:
        assert tablet.workspace.perform(command, even_so=True).saved
    push = syncing.next_push(tablet.workspace)
    assert push is not None
    return push


def refused(tablet: Any, push: Push) -> tuple[int, str]:
    with pytest.raises(ApiProblem) as caught:
        tablet.api.push(push)
    return caught.value.problem.status, caught.value.problem.code


def test_the_same_push_twice_has_one_effect_and_the_same_answer(world: Any) -> None:
    rep = world.tablet("rep")
    push = pushed(rep, rep.sale(), rep.count(6, 7))

    first = rep.api.push(push)
    effects = world.rows(EFFECTS)
    second = rep.api.push(push)

    assert [a.outcome for a in first.answers] == ["applied", "applied"]
    assert (second.answers, second.last_seq) == (first.answers, first.last_seq)
    assert world.rows(EFFECTS) == effects


def test_a_gap_is_refused_with_the_number_expected_and_changes_nothing(world: Any) -> None:
    rep = world.tablet("rep")
    push = pushed(rep, rep.sale(), rep.sale())
    before = world.rows(EFFECTS)

    with pytest.raises(ApiProblem) as caught:
        rep.api.push(Push(1, push.stream, push.ops[1:]))

    assert (caught.value.problem.code, caught.value.problem.expected) == ("gap", 1)
    assert world.rows(EFFECTS) == before


def test_a_number_used_again_with_other_bytes_is_refused_loudly(world: Any) -> None:
    rep = world.tablet("rep")
    push = pushed(rep, rep.sale())
    rep.api.push(push)
    other = rep.sale(qty=1)

    forged = OpEnvelope(push.ops[0].op_id, 1, push.ops[0].payload.replace('"qty":3', '"qty":4'), [])

    assert refused(rep, Push(1, push.stream, [forged])) == (409, "stream_forked")
    taken = OpEnvelope(push.ops[0].op_id, 2, forged.payload, [])
    assert refused(rep, Push(1, push.stream, [taken])) == (409, "op_taken")
    assert other.op_id


def test_ops_of_another_user_are_refused_whole(world: Any) -> None:
    rep = world.tablet("rep")
    push = pushed(rep, rep.sale(), replace(rep.sale(), actor="somebody"))

    assert refused(rep, push) == (403, "actor_mismatch")
    assert world.one("SELECT count(*) FROM op_log") == 0


def test_an_unknown_op_is_parked_and_the_next_goes_on(world: Any) -> None:
    rep = world.tablet("rep")
    push = pushed(rep, rep.sale())
    unknown = json.dumps({"type": "TeleportStock", "v": 9, "op_id": "id-x", "actor": "rep"})
    ops = [OpEnvelope("id-x", 1, unknown, []), OpEnvelope(push.ops[0].op_id, 2, push.ops[0].payload, [])]

    answer = rep.api.push(Push(1, push.stream, ops))

    assert [a.outcome for a in answer.answers] == ["parked", "applied"]
    assert world.rows("SELECT op_id, status FROM op_log ORDER BY seq") == [
        ("id-x", "parked"),
        (ops[1].op_id, "decided"),
    ]
    assert world.one("SELECT payload FROM op_log WHERE op_id='id-x'") == unknown


def test_an_op_that_breaks_apply_is_tried_three_times_then_parked_and_can_be_retried(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = world.tablet("rep")
    quote = rep.quote()
    push = pushed(rep, quote, rep.sale(), rep.order(quote))
    real, tries = apply.decide, []

    def breaks(command: Any, facts: Any) -> Any:
        if command.op_id == quote.op_id:
            tries.append(command.op_id)
            raise ZeroDivisionError("a bug in a rule")
        return real(command, facts)

    monkeypatch.setattr(apply, "decide", breaks)
    answer = rep.api.push(push)
    monkeypatch.setattr(apply, "decide", real)

    assert len(tries) == 3
    assert [a.outcome for a in answer.answers] == [
        "parked",
        "applied",
        "parked",
    ]  # the order waits for its quote
    assert world.one("SELECT count(*) FROM quote") == 0
    rep.sync()
    assert rep.rows("SELECT result, settled_at IS NULL FROM outbox ORDER BY seq") == [
        ("parked", 1),
        ("applied", 0),
        ("parked", 1),
    ]

    outcomes = [retry_parked(world.engine, one.op_id, now=world.server.now) for one in (quote, push.ops[2])]
    rep.sync()

    assert outcomes == ["applied", "applied"]
    assert rep.rows("SELECT result FROM outbox ORDER BY seq") == [("applied",)] * 3


def test_a_fact_is_never_rejected_it_is_booked_and_opens_a_case(world: Any) -> None:
    rep = world.tablet("rep")
    rep.workspace.perform(rep.sale(account="a1"))
    world.hold("a1")

    rep.sync()

    assert rep.rows("SELECT result FROM outbox") == [("applied_exception",)]
    assert world.rows("SELECT code, state FROM exception_case") == [("account_on_hold", "open")]
    assert world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 7
    assert rep.one("SELECT state FROM sales_order") == "held"


def test_nobody_moves_stock_out_of_a_trunk_that_is_not_theirs(world: Any) -> None:
    thief = world.tablet("thief")
    push = Push(1, thief.api.caller.stream, [])
    sale = thief.sale()
    from app.domain.codec import encode

    push.ops.append(OpEnvelope(sale.op_id, 1, encode(sale).decode(), []))
    answer = thief.api.push(push)

    assert answer.answers[0].outcome == "applied_exception"
    assert world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 10
    assert "not_custodian" in world.one("SELECT detail FROM exception_case")


def test_an_order_for_more_than_there_is_says_what_is_missing(world: Any) -> None:
    rep = world.tablet("rep")
    quote = rep.quote(qty=60)
    order = rep.order(quote)
    rep.workspace.perform(quote)
    rep.workspace.perform(order)

    rep.sync()

    assert rep.rows("SELECT result FROM outbox ORDER BY seq") == [("applied",), ("applied_modified",)]
    assert rep.rows("SELECT qty, allocated, backordered FROM order_line") == [(60, 50, 10)]
    assert rep.one("SELECT qty FROM balance WHERE id='wh|p1|l1'") == 0
    assert "backordered" in rep.one(f"SELECT diff FROM op_result WHERE id='{order.op_id}'")


def test_a_wrong_price_is_no_way_around_the_discount_limit(world: Any) -> None:
    rep = world.tablet("rep")
    quote = rep.quote()
    cheap = replace(quote, lines=(replace(quote.lines[0], shown_price=50_0000),))

    assert rep.workspace.perform(cheap).decision.outcome == "held"
    rep.sync()

    assert rep.rows("SELECT result FROM outbox") == [("held",)]
    assert sorted(rep.rows("SELECT role, code FROM approval")) == [
        ("finance", "discount_over_limit"),
        ("manager", "discount_over_limit"),
    ]


def test_an_op_that_could_not_be_parked_after_its_last_try_is_not_tried_again(world: Any) -> None:
    """The server died, or its disk was full, between counting the third attempt and parking the op."""
    rep = world.tablet("rep")
    push = pushed(rep, rep.sale())
    with writing(world.engine) as connection:
        connection.execute(attempt.insert().values(op_id=push.ops[0].op_id, count=3, error="a bug in a rule"))

    answer = rep.api.push(push)

    assert [one.outcome for one in answer.answers] == ["parked"]
    assert world.rows("SELECT status, parked_why FROM op_log") == [("parked", "a bug in a rule")]
    assert world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 10


def test_a_count_waits_for_a_parked_sale_of_what_it_counts(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted without the sale, the goods sold would be missing; and the sale, retried, would take them once more."""
    rep = world.tablet("rep")
    sale = rep.sale(qty=3)
    real = apply.decide

    def breaks(command: Any, facts: Any) -> Any:
        if command.op_id == sale.op_id:
            raise ZeroDivisionError("a bug in a rule")
        return real(command, facts)

    rep.workspace.perform(sale)
    rep.workspace.perform(rep.count(7, 7))
    monkeypatch.setattr(apply, "decide", breaks)
    rep.sync()
    monkeypatch.setattr(apply, "decide", real)

    assert rep.rows("SELECT result FROM outbox ORDER BY seq") == [("parked",), ("parked",)]
    for (op_id,) in world.rows("SELECT op_id FROM op_log ORDER BY seq"):
        assert retry_parked(world.engine, op_id, now=world.server.now) == "applied"
    rep.sync()
    for side in (rep, world):
        assert side.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 7
        assert side.rows("SELECT counted, expected FROM count_line") == [(7, 7)]


def test_a_parked_op_of_another_user_stays_parked_when_it_can_be_read_at_last(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep = world.tablet("rep")
    push = pushed(rep, replace(rep.sale(), actor="boss"))

    def too_new(_payload: bytes) -> Any:
        raise UnknownCommand("SellFromTrunk v9")

    monkeypatch.setattr(apply, "decode", too_new)
    assert [a.outcome for a in rep.api.push(push).answers] == ["parked"]
    monkeypatch.undo()

    assert retry_parked(world.engine, push.ops[0].op_id, now=world.server.now) == "parked"
    assert world.one("SELECT count(*) FROM sales_order") == 0
