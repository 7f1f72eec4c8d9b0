"""Ops: each has one result, each stream is without gaps, and what stands in the books was let in by an op."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, func, or_, select, union_all

from app.domain.decide import OUTCOMES, PARKED, REJECTED
from app.domain.ids import fingerprint
from app.store.tables import (
    count_sheet,
    device,
    exception_case,
    favourite,
    movement,
    op_result,
    quote,
    sales_order,
    signature,
    visit,
)
from sync.server.difference import Difference
from sync.server.tables import op_alias, op_log, stream

_WITH_EFFECT = (quote, sales_order, count_sheet, exception_case, movement, signature, visit, favourite)
_AT_ONCE = 500


def results(connection: Connection) -> Iterator[Difference]:
    """Every op has its result and every result its op, of the same user, stream, seq and kind of outcome."""
    for row in connection.execute(
        select(op_log.c.op_id)
        .outerjoin(op_result, op_result.c.id == op_log.c.op_id)
        .where(op_result.c.id.is_(None))
        .order_by(op_log.c.op_id)
    ):
        yield Difference("op", row.op_id, "a result", "none")
    for row in connection.execute(
        select(op_result.c.id)
        .outerjoin(op_log, op_log.c.op_id == op_result.c.id)
        .where(op_log.c.op_id.is_(None))
        .order_by(op_result.c.id)
    ):
        yield Difference("result", row.id, "an op in the log", "none")
    differs = or_(
        op_result.c.user_id != op_log.c.user_id,
        op_result.c.stream != op_log.c.stream,
        op_result.c.seq != op_log.c.seq,
        (op_result.c.outcome == PARKED) != (op_log.c.status == PARKED),
        op_result.c.outcome.not_in((*OUTCOMES, PARKED)),
    )
    for row in connection.execute(
        select(op_log, op_result.c.user_id.label("to"), op_result.c.outcome, op_result.c.seq.label("at"))
        .join(op_result, op_result.c.id == op_log.c.op_id)
        .where(differs)
        .order_by(op_log.c.op_id)
    ):
        yield Difference(
            "result",
            row.op_id,
            f"{row.status}, {row.user_id} {row.stream} #{row.seq}",
            f"{row.outcome}, {row.to} #{row.at}",
        )


def payloads(connection: Connection) -> Iterator[Difference]:
    """An op's bytes still have the fingerprint they came with."""
    after = ""
    while True:
        rows = connection.execute(
            select(op_log.c.op_id, op_log.c.payload, op_log.c.fingerprint)
            .where(op_log.c.op_id > after)
            .order_by(op_log.c.op_id)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        for row in rows:
            now = fingerprint(row.payload.encode())
            if now != row.fingerprint:
                yield Difference("payload", row.op_id, f"fingerprint {row.fingerprint[:12]}", now[:12])
        after = rows[-1].op_id


def streams(connection: Connection) -> Iterator[Difference]:
    """The sequence numbers of a stream run from 1 to its last without a gap, those of ops known by then included."""
    numbers = union_all(
        select(op_log.c.stream, op_log.c.seq), select(op_alias.c.stream, op_alias.c.seq)
    ).subquery()
    logged = (
        select(
            numbers.c.stream,
            func.count().label("ops"),
            func.min(numbers.c.seq).label("first"),
            func.max(numbers.c.seq).label("last"),
        )
        .group_by(numbers.c.stream)
        .subquery()
    )
    ops, first, last = (func.coalesce(column, 0) for column in (logged.c.ops, logged.c.first, logged.c.last))
    gap = or_(ops != stream.c.last_seq, last != stream.c.last_seq, (ops > 0) & (first != 1))
    for row in connection.execute(
        select(stream.c.name, stream.c.last_seq, ops.label("ops"), first.label("first"), last.label("last"))
        .outerjoin(logged, logged.c.stream == stream.c.name)
        .where(gap)
        .order_by(stream.c.name)
    ):
        yield Difference(
            "stream", row.name, f"#1 to #{row.last_seq}", f"{row.ops} ops from #{row.first} to #{row.last}"
        )
    for row in connection.execute(
        select(logged)
        .outerjoin(stream, stream.c.name == logged.c.stream)
        .where(stream.c.name.is_(None), logged.c.stream.not_like("rescue:%"))
        .order_by(logged.c.stream)
    ):
        yield Difference("stream", row.stream, "a device", f"none, but {row.ops} ops")
    newest = device.c.last_seq != stream.c.last_seq
    for behind in connection.execute(
        select(device.c.id, device.c.last_seq, stream.c.last_seq.label("of"))
        .join(stream, stream.c.name == device.c.stream)
        .where(newest)
        .order_by(device.c.id)
    ):
        yield Difference(
            "stream", f"device {behind.id}", f"#{behind.of} of its stream", f"#{behind.last_seq}"
        )


def effects(connection: Connection) -> Iterator[Difference]:
    """Whatever names an op as its cause was caused by a decided one that was not rejected; movements also say where
    in its stream that op stands."""
    for table in _WITH_EFFECT:
        yield from _causes(connection, table)
    elsewhere = or_(
        movement.c.stream.is_distinct_from(op_log.c.stream), movement.c.seq.is_distinct_from(op_log.c.seq)
    )
    for row in connection.execute(
        select(
            movement.c.id,
            movement.c.stream,
            movement.c.seq,
            op_log.c.stream.label("of"),
            op_log.c.seq.label("at"),
        )
        .join(op_log, op_log.c.op_id == movement.c.op_id)
        .where(elsewhere)
        .order_by(movement.c.id)
    ):
        yield Difference("movement", row.id, f"{row.of} #{row.at}", f"{row.stream} #{row.seq}")


def _causes(connection: Connection, table: Table) -> Iterator[Difference]:
    nothing = or_(op_log.c.op_id.is_(None), op_result.c.outcome.in_((REJECTED, PARKED)))
    where = [table.c.op_id.is_not(None), table.c.op_id != "", nothing]
    if table is exception_case:  # a command given on the server itself is in no log
        where.append(or_(table.c.code != "custody_forced", op_log.c.op_id.is_not(None)))
    if table is movement:  # nor are the goods that it moves; whatever a tablet sent is booked with its stream
        where.append(or_(table.c.stream.is_not(None), op_log.c.op_id.is_not(None)))
    for row in connection.execute(
        select(table.c.id, table.c.op_id, op_result.c.outcome)
        .outerjoin(op_log, op_log.c.op_id == table.c.op_id)
        .outerjoin(op_result, op_result.c.id == table.c.op_id)
        .where(*where)
        .order_by(table.c.id)
    ):
        yield Difference(
            "effect",
            f"{table.name} {row.id}",
            "an op that was let in",
            f"{row.outcome} op {row.op_id}" if row.outcome else f"no op {row.op_id} in the log",
        )
