"""Guesses: the rows an unsent op changed, remembered so they can be put back, and its footprint (SYNC.md §4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from app.store.read_facts import Key, footprint_keys
from app.store.rows import RowChange
from app.store.tables import KINDS
from app.workspace.tables import footprint, guess

_PART = 300
T = TypeVar("T")


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
    return take_back(connection, {ord_})


def take_back(
    connection: Connection,
    ords: Iterable[int],
    ending: AbstractSet[int] = frozenset(),
    standing: AbstractSet[Key] = frozenset(),
) -> set[Key]:
    """Put back what the guesses of these ops changed, the last first, and forget them; the rows touched.

    What ops that are `ending` did to rows that are `standing` is the truth now: it stays. Every later guess on a row
    that is put back must be among `ords`.
    """
    chosen = sorted(set(ords) | ending, reverse=True)
    images: dict[Key, str | None] = {}
    for part in _parts(chosen):
        rows = connection.execute(select(guess).where(guess.c.ord.in_(part)).order_by(guess.c.ord.desc()))
        for row in rows:
            key = (row.kind, row.row_id)
            if row.ord not in ending or key not in standing:
                images[key] = row.before
        forget(connection, part)
    _put_images(connection, images)
    return set(images)


def forget(connection: Connection, ords: Sequence[int]) -> None:
    """Drop the guesses and footprints of ops without touching the rows."""
    for part in _parts(ords):
        connection.execute(delete(guess).where(guess.c.ord.in_(part)))
        connection.execute(delete(footprint).where(footprint.c.ord.in_(part)))


def _put_images(connection: Connection, images: Mapping[Key, str | None]) -> None:
    """Make rows be what they were."""
    put: dict[str, list[Mapping[str, Any]]] = {}
    gone: dict[str, list[str]] = {}
    for (kind, row_id), before in images.items():
        if before is None:
            gone.setdefault(kind, []).append(row_id)
        else:
            put.setdefault(kind, []).append(json.loads(before))
    for kind, ids in gone.items():
        table = KINDS[kind].table
        for part in _parts(ids):
            connection.execute(delete(table).where(table.c.id.in_(part)))
    for kind, rows in put.items():
        put_rows(connection, kind, rows)


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
        for part in _parts(ids):
            statement = select(footprint.c.ord).where(footprint.c.kind == kind, footprint.c.row_id.in_(part))
            if wrote_after is not None:
                statement = statement.where(footprint.c.ord > wrote_after)
            found.update(connection.execute(statement).scalars())
    return found


def least_writers(connection: Connection, ords: Iterable[int]) -> dict[Key, int]:
    """The keys that guesses of these ops wrote, each with the first of them that did."""
    found: dict[Key, int] = {}
    for part in _parts(sorted(ords)):
        statement = select(footprint.c.kind, footprint.c.row_id, footprint.c.ord).where(
            footprint.c.ord.in_(part), footprint.c.wrote == 1
        )
        for kind, row_id, ord_ in connection.execute(statement):
            found[kind, row_id] = min(ord_, found.get((kind, row_id), ord_))
    return found


def any_pending(connection: Connection) -> bool:
    """Whether any guess stands at all (an empty queue makes a rebase plain loading)."""
    return connection.execute(select(footprint.c.ord).limit(1)).first() is not None


def all_pending(connection: Connection) -> list[int]:
    """Every op whose guess stands, in order."""
    return sorted(connection.execute(select(footprint.c.ord).distinct()).scalars())


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """`values` in parts that a statement can name one by one."""
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]
