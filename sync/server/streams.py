"""A device's streams (SYNC.md law 2): usually one; a restored or copied tablet opens another beside it.

Ops are known by their ids for ever. The same op may come again under another number, in a stream that was opened
later: `alias` remembers under which, so that the same push is answered the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from app.domain.parties import Person
from app.store import tables as t
from app.store.rows import RowChange
from sync.protocol.api import problem
from sync.server.author import Author
from sync.server.feed import UnitOfWork
from sync.server.tables import op_alias, stream as stream_table


@dataclass(frozen=True, slots=True)
class InStream:
    """An author in one of the streams of their device."""

    user_id: str
    device_id: str
    stream: str | None
    person: Person


def in_stream(author: Author, name: str) -> InStream:
    """The author, sending in the stream of that name."""
    return InStream(author.user_id, author.device_id, name, author.person)


def last_seq(connection: Connection, name: str) -> int:
    """The last sequence number that the server has of a stream; 0 for one it does not know."""
    found = connection.execute(select(stream_table.c.last_seq).where(stream_table.c.name == name)).scalar()
    return int(found or 0)


def lock(connection: Connection, author: Author) -> dict[str, Any]:
    """The author's stream, locked. Raises ApiProblem 409 stream_unknown, 403 device_revoked."""
    found = select(t.device).where(t.device.c.id == author.device_id).with_for_update()
    device = connection.execute(found).mappings().one_or_none()
    named = select(stream_table).where(stream_table.c.name == author.stream).with_for_update()
    row = connection.execute(named).mappings().one_or_none()
    if device is None or row is None or row["device_id"] != device["id"]:
        raise problem(409, "stream_unknown", "This stream is not this device's", "enrol again")
    if device["user_id"] != author.user_id:
        raise problem(409, "stream_unknown", "This device is not enrolled", "enrol again")
    if device["revoked_at"] is not None:  # since it was authenticated
        raise problem(403, "device_revoked", "This device has been revoked", "ask the office")
    return dict(row)


def advance(work: UnitOfWork, row: dict[str, Any], last: int) -> None:
    """The stream is at `last` now; the device's row, which its tablet reads, follows for its newest stream."""
    if last == row["last_seq"]:
        return
    work.connection.execute(
        update(stream_table).where(stream_table.c.name == row["name"]).values(last_seq=last)
    )
    changed = (
        update(t.device)
        .where(t.device.c.id == row["device_id"], t.device.c.stream == row["name"])
        .values(last_seq=last)
        .returning(t.device)
    )
    device = work.connection.execute(changed).mappings().one_or_none()
    if device is not None:
        work.note([RowChange("device", device["id"], None, dict(device))])


def alias(connection: Connection, author: Author, seq: int, op_id: str) -> None:
    """Remember that this number of the stream is an op which has come before."""
    connection.execute(op_alias.insert().values(stream=author.stream, seq=seq, op_id=op_id))


def is_alias(connection: Connection, author: Author, seq: int, op_id: str) -> bool:
    """Whether this number of the stream is that op, come before under another."""
    found = select(op_alias.c.op_id).where(op_alias.c.stream == author.stream, op_alias.c.seq == seq)
    return bool(connection.execute(found).scalar() == op_id)
