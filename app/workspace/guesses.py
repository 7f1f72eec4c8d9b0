"""Guesses: the rows an unsent op changed, remembered so they can be put back, and its footprint (SYNC.md §4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from app.store.read_facts import Key, footprint_keys
from app.store.rows import RowChange
from app.store.tables import KINDS
from app.workspace.tables import footprint, guess

_PART = 300


def remember(connection: Connection, ord_: int, changes: Sequence[RowChange], read: Iterable[Key]) -> None:
    """Keep the first before-image of every row the op changed, and what it read and wrote."""
    first: dict[Key, RowChange] = {}
    wrote: set[Key] = set()
    for change in changes:
        first.setdefault((change.kind, change.row_id), change)
        row = change.after if change.after is not None else change.before
        if row is not None:
            wrote.update(footprint_keys(change.kind, row))
    if first:
        connection.execute(
            guess.insert(),
            [
                {
                    "ord": ord_,
                    "kind": kind,
                    "row_id": row_id,
                    "before": None if change.before is None else json.dumps(dict(change.before)),
                }
                for (kind, row_id), change in first.items()
            ],
        )
    keys = wrote | set(read)
    if keys:
        connection.execute(
            footprint.insert(),
            [
                {"kind": kind, "row_id": row_id, "ord": ord_, "wrote": int((kind, row_id) in wrote)}
                for kind, row_id in keys
            ],
        )


def undo(connection: Connection, ord_: int) -> set[Key]:
    """Put back what the op's guess changed and forget the guess; the rows touched."""
    rows = connection.execute(select(guess).where(guess.c.ord == ord_)).mappings().all()
    for row in rows:
        before = None if row["before"] is None else json.loads(row["before"])
        put_row(connection, row["kind"], row["row_id"], before)
    forget(connection, ord_)
    return {(row["kind"], row["row_id"]) for row in rows}


def forget(connection: Connection, ord_: int) -> None:
    """Drop the guess and footprint of an op without touching the rows."""
    connection.execute(delete(guess).where(guess.c.ord == ord_))
    connection.execute(delete(footprint).where(footprint.c.ord == ord_))


def put_row(connection: Connection, kind: str, row_id: str, row: Mapping[str, Any] | None) -> None:
    """Make the row be `row`; None deletes it."""
    table = KINDS[kind].table
    if row is None:
        connection.execute(delete(table).where(table.c.id == row_id))
        return
    put_rows(connection, kind, [row])


def put_rows(connection: Connection, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or overwrite rows of one kind in one executemany; a row of before a column was there gets its value."""
    if not rows:
        return
    table = KINDS[kind].table
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: statement.excluded[name] for name in KINDS[kind].columns if name != "id"},
    )
    whole = KINDS[kind].whole
    connection.execute(statement, [whole(row) for row in rows])


def touching(connection: Connection, keys: Iterable[Key], *, wrote_after: int | None = None) -> set[int]:
    """The ops whose footprint meets `keys`; with `wrote_after`, only ops after that one."""
    found: set[int] = set()
    by_kind: dict[str, list[str]] = {}
    for kind, row_id in keys:
        by_kind.setdefault(kind, []).append(row_id)
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), _PART):
            statement = select(footprint.c.ord).where(
                footprint.c.kind == kind, footprint.c.row_id.in_(ids[start : start + _PART])
            )
            if wrote_after is not None:
                statement = statement.where(footprint.c.ord > wrote_after)
            found.update(connection.execute(statement).scalars())
    return found


def written_by(connection: Connection, ord_: int) -> set[Key]:
    """The keys the op's guess wrote."""
    statement = select(footprint.c.kind, footprint.c.row_id).where(
        footprint.c.ord == ord_, footprint.c.wrote == 1
    )
    return {(row.kind, row.row_id) for row in connection.execute(statement)}


def any_pending(connection: Connection) -> bool:
    """Whether any guess stands at all (an empty queue makes a rebase plain loading)."""
    return connection.execute(select(footprint.c.ord).limit(1)).first() is not None


def all_pending(connection: Connection) -> list[int]:
    """Every op whose guess stands, in order."""
    return sorted(connection.execute(select(footprint.c.ord).distinct()).scalars())
