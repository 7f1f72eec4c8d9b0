"""Parked ops and rescued ones, when a person has looked: tried again, or closed with words (SYNC.md law 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update

from app.domain.codec import Malformed, decode
from app.domain.decide import PARKED
from app.domain.parties import Person
from app.store import tables as t
from app.store.engine import writing
from sync.protocol.messages import OpEnvelope
from sync.server import rescue
from sync.server.apply import decide_here
from sync.server.feed import UnitOfWork, unit_of_work
from sync.server.op_rows import log_op, result_row, verdict
from sync.server.streams import InStream
from sync.server.tables import op_log, rescued, user_account


def retry_parked(engine: Engine, op_id: str, *, now: Callable[[], datetime]) -> str:
    """Try a parked or rescued op again; its outcome (still `parked` when it cannot be decoded). Raises LookupError."""
    with unit_of_work(engine) as work:
        connection = work.connection
        if (known := _rescued(connection, op_id)) is not None:
            return _decide_rescued(work, known, now())
        found = select(op_log).where(op_log.c.op_id == op_id, op_log.c.status == PARKED).with_for_update()
        row = connection.execute(found).mappings().one_or_none()
        if row is None:
            raise LookupError(f"no parked op {op_id}")
        needs = json.loads(row["needs"])
        waits = select(op_log.c.op_id).where(op_log.c.op_id.in_(needs), op_log.c.status == PARKED)
        try:
            command = decode(row["payload"].encode())
        except Malformed:
            return PARKED
        if (command.actor, command.op_id) != (row["user_id"], op_id):
            return PARKED  # nobody could read it when it came, so nobody could refuse it
        if needs and connection.execute(waits).first() is not None:
            return PARKED
        person = person_of(connection, row["user_id"])
        decision, changes = decide_here(connection, person, row["stream"], row["seq"], command, now())
        work.note(changes)
        connection.execute(
            update(op_log).where(op_log.c.op_id == op_id).values(status="decided", parked_why=None)
        )
        stored = connection.execute(select(t.op_result).where(t.op_result.c.id == op_id)).mappings().one()
        work.put("op_result", [{**dict(stored), **verdict(decision, now())}])
    return decision.outcome


def person_of(connection: Connection, user_id: str) -> Person:
    """The person behind a user id, as the rules know them. Raises LookupError."""
    row = connection.execute(
        select(user_account.c.role, user_account.c.territories).where(user_account.c.id == user_id)
    ).one_or_none()
    if row is None:
        raise LookupError(f"no user {user_id}")
    return Person(user_id, row.role, tuple(json.loads(row.territories)))


# -- rescued ----------------------------------------------------------------------------------------------------------


def _rescued(connection: Connection, op_id: str) -> Mapping[str, Any] | None:
    """What was rescued of an op that nobody has decided, locked."""
    decided = select(op_log.c.op_id).where(op_log.c.op_id == op_id)
    if connection.execute(decided).first() is not None:
        return None
    found = select(rescued).where(rescued.c.op_id == op_id, rescued.c.state == rescue.KEPT)
    row = connection.execute(found.order_by(rescued.c.id).with_for_update()).mappings().first()
    return None if row is None else dict(row)


def _decide_rescued(work: UnitOfWork, row: Mapping[str, Any], moment: datetime) -> str:
    """Decide a rescued op as its author, in a stream of its own, for its own number may be another op's by now."""
    try:
        command = decode(row["payload"].encode())
    except Malformed:
        return PARKED
    if (command.actor, command.op_id) != (row["user_id"], row["op_id"]):
        return PARKED
    connection, name = work.connection, f"rescue:{row['device_id']}"
    last = connection.execute(select(func.max(op_log.c.seq)).where(op_log.c.stream == name)).scalar() or 0
    author = InStream(row["user_id"], row["device_id"], name, person_of(connection, row["user_id"]))
    op = OpEnvelope(row["op_id"], last + 1, row["payload"], json.loads(row["needs"]))
    decision, changes = decide_here(connection, author.person, name, op.seq, command, moment)
    work.note(changes)
    log_op(connection, author, op, moment, "decided", None)
    work.add("op_result", [result_row(author, op, type(command).__name__, decision, moment)])
    rescue.came(connection, op)
    return decision.outcome


@dataclass(frozen=True, slots=True)
class Waiting:
    """An op that waits for a person: parked by the server, or rescued from a device."""

    op_id: str
    received_at: str
    user_id: str
    login: str
    stream: str
    seq: int
    why: str
    rescued: bool


def waiting(connection: Connection) -> list[Waiting]:
    """All of them, in the order in which they came."""
    found = []
    for table, state, why in (
        (op_log, op_log.c.status == PARKED, op_log.c.parked_why),
        (rescued, rescued.c.state == rescue.KEPT, rescued.c.why),
    ):
        rows = connection.execute(
            select(table, why.label("because"), user_account.c.login)
            .outerjoin(user_account, user_account.c.id == table.c.user_id)
            .where(state)
        )
        found += [
            Waiting(
                row.op_id,
                row.received_at,
                row.user_id,
                row.login or row.user_id,
                row.stream,
                row.seq,
                row.because,
                table is rescued,
            )
            for row in rows
        ]
    return sorted(found, key=lambda one: (one.received_at, one.stream, one.seq, one.op_id))


def resolve(engine: Engine, op_id: str) -> int:
    """Close what was rescued of an op without deciding it; how many versions of it. Raises LookupError."""
    with writing(engine) as connection:
        done = connection.execute(
            update(rescued)
            .where(rescued.c.op_id == op_id, rescued.c.state == rescue.KEPT)
            .values(state=rescue.RESOLVED)
        ).rowcount
    if not done:
        raise LookupError(f"no rescued op {op_id}")
    return done
