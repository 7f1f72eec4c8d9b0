"""The audit: append-only, each row chained to the one before it. This module is its only writer.

    audit.append(connection, row_id=..., at=..., actor=..., action=..., subject=..., detail={...})
    audit.verify(rows, anchor=...)      # None, or a sentence that names the first broken row

A row's chain is the sha256 of the chain before it, a line feed and the row's canonical JSON (`canonical`). The first
row's chain before it is ''. Whoever keeps a chain outside (an anchor) notices rows that were cut off at the end, or a
chain that was written anew. Triggers refuse UPDATE and DELETE.

Order of locks: rows of users, sessions and devices first, then the row of audit_head, then the clock row, which a unit
of work takes last of all (`feed.UnitOfWork.stamp`). So two transactions never wait for each other over these two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from sync.server.tables import audit, audit_head

FIELDS = ("seq", "id", "at", "actor", "action", "subject", "detail")


def canonical(row: Mapping[str, Any]) -> str:
    """The row as it is hashed: FIELDS as JSON, keys sorted, no spaces, no escapes beyond JSON's own."""
    told = {name: row[name] for name in FIELDS}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chained(before: str, row: Mapping[str, Any]) -> str:
    """The chain of a row after the chain `before`; 64 hex digits."""
    return hashlib.sha256(f"{before}\n{canonical(row)}".encode()).hexdigest()


def append(
    connection: Connection,
    *,
    row_id: str,
    at: str,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
) -> None:
    """A row at the end of the chain, in the caller's transaction. Never a secret."""
    # the row of the head is locked from here to COMMIT, so rows have one order
    head = connection.execute(
        update(audit_head)
        .where(audit_head.c.id == 1)
        .values(seq=audit_head.c.seq + 1)
        .returning(audit_head.c.seq, audit_head.c.chain)
    ).one()
    row: dict[str, Any] = {
        "id": row_id,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
        "seq": head.seq,
    }
    row["chain"] = chained(head.chain, row)
    connection.execute(audit.insert().values(**row))
    connection.execute(update(audit_head).where(audit_head.c.id == 1).values(chain=row["chain"]))


def read(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every row in its order, a few at a time."""
    found = connection.execution_options(yield_per=1_000).execute(select(audit).order_by(audit.c.seq))
    for row in found.mappings():
        yield dict(row)


def head(connection: Connection) -> tuple[int, str]:
    """The number and the chain of the newest row; (0, '') without one."""
    row = connection.execute(select(audit_head.c.seq, audit_head.c.chain)).one()
    return row.seq, row.chain


def verify(
    rows: Iterable[Mapping[str, Any]], *, anchor: str | None = None, last: tuple[int, str] | None = None
) -> str | None:
    """What is wrong first, as a sentence; None when the chain holds.

    `anchor` is a chain kept outside: it must be some row's. `last` is the head that the database knows.
    """
    seq, chain, met = 0, "", anchor is None or anchor == ""
    for row in rows:
        if row["seq"] != seq + 1:
            return f"row {seq + 1} is missing; row {row['seq']} ({row['id']}) comes after row {seq}"
        if row["chain"] != chained(chain, row):
            return f"row {row['seq']} ({row['id']}) is not what was written"
        seq, chain = row["seq"], row["chain"]
        met = met or chain == anchor
    if last is not None and last != (seq, chain):
        return f"rows after row {seq} are missing: the head is row {last[0]}"
    return (
        None if met else f"the anchor is no row's chain: rows were cut off after row {seq}, or written anew"
    )
