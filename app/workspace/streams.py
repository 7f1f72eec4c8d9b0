"""The streams of this device (law 2): a database that was restored or copied goes on in a fresh one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from app.workspace import outbox
from app.workspace.incidents import note
from app.workspace.meta import get_meta, set_meta
from app.workspace.tables import outbox as outbox_table

FORKED = "forked"  # meta: why a fresh stream is to be asked for; '' when not


def given_out(connection: Connection, stream: str) -> int:
    """The highest number this database ever gave out in the stream."""
    floor = int(get_meta(connection, f"first_seq:{stream}") or get_meta(connection, "first_seq") or "1") - 1
    kept = int(get_meta(connection, f"last_seq:{stream}") or "0")
    return max(floor, kept, outbox.last_seq(connection, stream))


def server_has(connection: Connection, stream: str, last_seq: int, at: str) -> bool:
    """The server has the stream up to `last_seq`; whether any op has another number now. More than was given out
    here, or less than is kept: it is forked."""
    given = given_out(connection, stream)
    if last_seq > given:
        forked(connection, at, why="ahead", stream=stream, server=last_seq, here=given)
        return False
    if last_seq < given and not _goes_on(connection, stream, last_seq):
        forked(connection, at, why="hole", stream=stream, server=last_seq, here=given)
        return False
    return bool(outbox.server_has(connection, stream, last_seq)) and outbox.put_in_order(connection, stream)


def forked(connection: Connection, at: str, *, why: str, **detail: Any) -> None:
    """This database does not go on with its stream: ask for a fresh one."""
    if get_meta(connection, FORKED):
        return
    set_meta(connection, FORKED, why)
    note(connection, at, "stream_forked", why=why, **detail)


def move_ops(connection: Connection, stream: str, next_seq: int) -> list[int]:
    """Number the ops of other streams without a result into `stream`, in their order; their places, if any moved.

    Ids and bytes stay: what the server has already is answered with its first result (law 4).
    """
    moving = (
        connection.execute(
            select(outbox_table.c.ord)
            .where(
                outbox_table.c.settled_at.is_(None),
                outbox_table.c.stream.not_in((stream, outbox.RESCUED)),
            )
            .order_by(outbox_table.c.ord)
        )
        .scalars()
        .all()
    )
    if not moving:
        return []
    first = max(next_seq, given_out(connection, stream) + 1)
    for number, ord_ in enumerate(moving, first):
        connection.execute(
            update(outbox_table).where(outbox_table.c.ord == ord_).values(stream=stream, seq=number, pushed=0)
        )
    set_meta(connection, f"last_seq:{stream}", str(first + len(moving) - 1))
    outbox.put_in_order(connection, stream)
    return list(moving)


def rescued(connection: Connection, kept: Sequence[str]) -> bool:
    """These ops leave their streams; whether any op has another number now."""
    moved = False
    for op_id in kept:
        row = connection.execute(
            select(outbox_table.c.stream, outbox_table.c.pushed).where(outbox_table.c.op_id == op_id)
        ).one_or_none()
        if row is None or row.pushed:
            continue
        given = given_out(connection, row.stream)
        if outbox.rescued(connection, op_id):
            set_meta(connection, f"last_seq:{row.stream}", str(given - 1))
            moved = True
    return moved


def _goes_on(connection: Connection, stream: str, last_seq: int) -> bool:
    """Whether the op after `last_seq` is kept, or nothing later is: else the server would wait for it for ever."""
    least = connection.execute(
        select(func.min(outbox_table.c.seq)).where(
            outbox_table.c.stream == stream, outbox_table.c.seq > last_seq
        )
    ).scalar()
    return least is None or int(least) == last_seq + 1
