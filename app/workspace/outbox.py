"""The outbox: ops in the order they were meant, with their results once the feed has brought them.

Nothing here is ever deleted except by `forget`: a terminal result seen in the feed and the retention over (law 14).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from app.domain.decide import OUTCOMES, PARKED
from app.domain.ids import fingerprint
from app.domain.rejections import Finding
from app.store.write_events import findings_json
from app.workspace.tables import outbox

MAX_OPS, MAX_BYTES = 200, 200 * 1024  # below the server's limits, envelopes included


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


def unpushed(connection: Connection, stream: str) -> list[dict[str, Any]]:
    """The next ops of the stream to send, in order, within one request's limits (at least one when any wait)."""
    statement = (
        select(outbox.c.op_id, outbox.c.seq, outbox.c.payload, outbox.c.needs)
        .where(outbox.c.pushed == 0, outbox.c.stream == stream)
        .order_by(outbox.c.seq)
        .limit(MAX_OPS)
    )
    chosen: list[dict[str, Any]] = []
    size = 0
    for row in connection.execute(statement).mappings():
        size += len(row["payload"]) + 200
        if chosen and size > MAX_BYTES:
            break
        chosen.append(dict(row))
    return chosen


def server_has(connection: Connection, stream: str, last_seq: int) -> None:
    """The server says it has this stream up to `last_seq`; later ops are to be sent (again)."""
    connection.execute(
        update(outbox).where(outbox.c.stream == stream, outbox.c.seq <= last_seq).values(pushed=1)
    )
    connection.execute(
        update(outbox).where(outbox.c.stream == stream, outbox.c.seq > last_seq).values(pushed=0)
    )


def last_seq(connection: Connection, stream: str) -> int:
    """The highest sequence number given out in the stream."""
    found = connection.execute(select(func.max(outbox.c.seq)).where(outbox.c.stream == stream)).scalar()
    return int(found or 0)


def settle(connection: Connection, op_id: str, outcome: str, findings: str, at: str) -> None:
    """The feed has brought the op's result; `parked` is shown but does not settle."""
    values: dict[str, Any] = {"result": outcome, "findings": findings, "pushed": 1}
    if outcome in OUTCOMES:
        values["settled_at"] = at
    connection.execute(update(outbox).where(outbox.c.op_id == op_id).values(**values))


def waiting(connection: Connection) -> tuple[int, int]:
    """(ops not sent, ops without a terminal result)."""
    unsent = connection.execute(select(func.count()).where(outbox.c.pushed == 0)).scalar_one()
    open_ = connection.execute(select(func.count()).where(outbox.c.settled_at.is_(None))).scalar_one()
    return unsent, open_


def forget(connection: Connection, settled_before: str) -> int:
    """Delete ops settled before that moment, seen by the person; how many."""
    done = connection.execute(
        delete(outbox).where(
            outbox.c.settled_at < settled_before, outbox.c.result.in_(OUTCOMES), outbox.c.seen == 1
        )
    )
    return done.rowcount


def is_terminal(outcome: str) -> bool:
    """Whether this outcome ends the op."""
    return outcome in OUTCOMES and outcome != PARKED
