"""The outbox: ops in the order they were meant, with their results once the feed has brought them.

Nothing here is ever deleted except by `forget`: a terminal result seen in the feed and the retention over (law 14).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, delete, func, select, update

from app.domain.decide import OUTCOMES, PARKED
from app.domain.ids import fingerprint
from app.domain.rejections import Finding
from app.store.tables import op_result
from app.store.write_events import findings_json
from app.workspace.tables import outbox

MAX_OPS, MAX_BYTES = 200, 200 * 1024  # below the server's limits, envelopes included
RESCUED = "rescued"  # the stream of ops that went by rescue: they have no number any more


def append(
    connection: Connection,
    *,
    op_id: str,
    stream: str,
    seq: int,
    command: str,
    payload: bytes,
    needs: Sequence[str],
    saved_at: str,
    outcome: str,
    findings: Sequence[Finding],
) -> int:
    """Keep an op; its place in the order."""
    row = {
        "op_id": op_id,
        "stream": stream,
        "seq": seq,
        "command": command,
        "payload": payload,
        "fingerprint": fingerprint(payload),
        "needs": json.dumps(list(needs)),
        "saved_at": saved_at,
        "pushed": 0,
        "guess": outcome,
        "findings": findings_json(findings),
        "result": None,
        "settled_at": None,
        "seen": 0,
    }
    key = connection.execute(outbox.insert().values(**row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def unpushed(connection: Connection) -> tuple[str, list[dict[str, Any]]]:
    """The stream of the oldest op that waits, and its next ops in order, within one request's limits.

    At least one op when any waits; ('', []) when none does.
    """
    waits = outbox.c.pushed == 0
    stream = connection.execute(select(outbox.c.stream).where(waits).order_by(outbox.c.ord).limit(1)).scalar()
    if stream is None:
        return "", []
    statement = (
        select(outbox.c.op_id, outbox.c.seq, outbox.c.payload, outbox.c.needs)
        .where(waits, outbox.c.stream == stream)
        .order_by(outbox.c.ord)  # as by number: a stream is numbered in the order of the ops
        .limit(MAX_OPS)
    )
    chosen: list[dict[str, Any]] = []
    size = 0
    for row in connection.execute(statement).mappings():
        size += len(row["payload"]) + 200
        if chosen and size > MAX_BYTES:
            break
        chosen.append(dict(row))
    return str(stream), chosen


def server_has(connection: Connection, stream: str, last_seq: int) -> int:
    """The server says it has this stream up to `last_seq`; later ops are to be sent (again). How many it has lost.

    What it had acknowledged and lost waits for a result anew (law 10). Its effect stands in the rows here until then.
    """
    of_stream = outbox.c.stream == stream
    connection.execute(
        update(outbox).where(of_stream, outbox.c.seq <= last_seq, outbox.c.pushed == 0).values(pushed=1)
    )
    return connection.execute(
        update(outbox)
        .where(of_stream, outbox.c.seq > last_seq, outbox.c.pushed == 1)
        .values(pushed=0, result=None, settled_at=None)
    ).rowcount


def put_in_order(connection: Connection, stream: str) -> bool:
    """What waits in the stream has its numbers in the order of saving; whether any op has another number now.

    Ops that were opened anew can have come from another stream behind later ones that had their results then. All of
    them are lost now, so their numbers are free, and whoever was saved first goes first.
    """
    waiting_ones = select(outbox.c.ord, outbox.c.seq).where(outbox.c.stream == stream, outbox.c.pushed == 0)
    rows = connection.execute(waiting_ones.order_by(outbox.c.ord)).all()
    numbers = sorted(row.seq for row in rows)
    moved = [(row.ord, seq) for row, seq in zip(rows, numbers, strict=True) if row.seq != seq]
    for ord_, seq in moved:
        connection.execute(update(outbox).where(outbox.c.ord == ord_).values(seq=seq))
    return bool(moved)


def lost(connection: Connection, stream: str) -> int:
    """Send again what was acknowledged and has no result although all that will come are here; how many ops.

    An answer and its result are one transaction of the server (law 5): it has been restored since to a state that had
    neither, and if this device stood no later than that, nothing else tells.
    """
    return connection.execute(update(outbox).where(*_unanswered(stream)).values(pushed=0)).rowcount


def settle_held(connection: Connection, stream: str, at: str) -> None:
    """Give ops that were acknowledged the results that lie here already, once all that will come are here.

    A copied database sends ops under new numbers that its first self has sent. Their results came before they were
    opened anew for a gap in the new numbers, and an answer that is as old does not come again.
    """
    columns = (op_result.c.id, op_result.c.outcome, op_result.c.findings)
    held = select(*columns).join(outbox, outbox.c.op_id == op_result.c.id).where(*_unanswered(stream))
    settle(connection, [dict(row) for row in connection.execute(held.order_by(outbox.c.ord)).mappings()], at)


def _unanswered(stream: str) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.stream == stream, outbox.c.pushed == 1, outbox.c.result.is_(None)


def reopen_others(connection: Connection, stream: str) -> None:
    """Send what is kept of other streams again: what a restored server has of them is not told."""
    connection.execute(
        update(outbox)
        .where(outbox.c.stream.not_in((stream, RESCUED)), outbox.c.pushed == 1)
        .values(pushed=0, result=None, settled_at=None)
    )


def rescued(connection: Connection, op_id: str) -> list[int]:
    """The server keeps the op's bytes for a person: it leaves its stream, and later ops of it move up one number.

    None of them was ever accepted. Answers the places of the ops that have another number now.
    """
    row = connection.execute(
        select(outbox.c.ord, outbox.c.stream, outbox.c.seq, outbox.c.pushed).where(outbox.c.op_id == op_id)
    ).one_or_none()
    if row is None or row.stream == RESCUED or row.pushed:
        return []
    connection.execute(
        update(outbox)
        .where(outbox.c.ord == row.ord)
        .values(stream=RESCUED, seq=row.ord, pushed=1, result=PARKED, seen=0)
    )
    later = (outbox.c.stream == row.stream, outbox.c.seq > row.seq)
    moved = connection.execute(select(outbox.c.ord).where(*later).order_by(outbox.c.ord)).scalars().all()
    connection.execute(update(outbox).where(*later).values(seq=outbox.c.seq - 1))
    return [row.ord, *moved]


def last_seq(connection: Connection, stream: str) -> int:
    """The highest sequence number given out in the stream."""
    found = connection.execute(select(func.max(outbox.c.seq)).where(outbox.c.stream == stream)).scalar()
    return int(found or 0)


def settle(connection: Connection, results: Sequence[Mapping[str, Any]], at: str) -> None:
    """The feed has brought results of ops (rows of op_result); `parked` is shown but does not settle. Another result
    than before shows again."""
    op, outcome = bindparam("the_op", type_=Text), bindparam("the_outcome", type_=Text)
    findings = bindparam("the_findings", type_=Text)
    values = {"result": outcome, "findings": findings, "pushed": 1, "seen": 0}
    for ends in (True, False):
        told = [
            {"the_op": row["id"], "the_outcome": row["outcome"], "the_findings": row["findings"]}
            for row in results
            if (row["outcome"] in OUTCOMES) is ends
        ]
        if told:
            more = {"settled_at": at} if ends else {}
            connection.execute(update(outbox).where(outbox.c.op_id == op).values(**values, **more), told)


def waiting(connection: Connection) -> tuple[int, int]:
    """(ops not sent, ops without a terminal result)."""
    unsent = connection.execute(select(func.count()).where(outbox.c.pushed == 0)).scalar_one()
    open_ = connection.execute(select(func.count()).where(outbox.c.settled_at.is_(None))).scalar_one()
    return unsent, open_


def forget(connection: Connection, settled_before: str) -> int:
    """Delete ops settled before that moment, seen by the person; how many."""
    done = connection.execute(
        delete(outbox).where(
            outbox.c.settled_at < settled_before,
            outbox.c.result.in_(OUTCOMES),
            outbox.c.seen == 1,
            outbox.c.pushed == 1,  # what a server has lost is sent again, result or not
        )
    )
    return done.rowcount


def is_terminal(outcome: str) -> bool:
    """Whether this outcome ends the op."""
    return outcome in OUTCOMES and outcome != PARKED
