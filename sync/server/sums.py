"""Sums of what each bucket holds, and the chain of nonces: how two copies are told apart (SYNC.md laws 10 and 12).

Both are written under the clock row, with the entries they are about, so they are as right as the feed is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.sums import MODULUS, row_sum, shape
from app.store.tables import KINDS
from sync.protocol.messages import Cursor, Sum
from sync.server.tables import bucket_sum, clock, feed, history

KEPT = 100_000  # latest positions whose nonce is kept; of those before only every thousandth
_EVERY = 1_000
_PART = 300


def settle(
    connection: Connection,
    entries: Sequence[Mapping[str, Any]],
    held: Mapping[tuple[str, str], Mapping[str, int]],
) -> None:
    """Bring bucket_sum to what `entries` made of the feed; `held` are the sums of the live entries they replaced."""
    rows: defaultdict[tuple[str, str], int] = defaultdict(int)
    numbers: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        bucket, kind = entry["bucket"], entry["kind"]
        before = held.get((kind, entry["row_id"]), {}).get(bucket)
        if before is not None:
            rows[bucket, kind] -= 1
            numbers[bucket, kind] -= before
        if not entry["deleted"]:
            rows[bucket, kind] += 1
            numbers[bucket, kind] += entry["sum"]
    keys = sorted(key for key in rows if rows[key] or numbers[key])
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        found = connection.execute(
            select(bucket_sum).where(tuple_(bucket_sum.c.bucket, bucket_sum.c.kind).in_(part))
        )
        stored = {(row.bucket, row.kind): row for row in found}
        _put(
            connection,
            [
                {
                    "bucket": key[0],
                    "kind": key[1],
                    "rows": (stored[key].rows if key in stored else 0) + rows[key],
                    "sum": ((stored[key].sum if key in stored else 0) + numbers[key]) % MODULUS,
                }
                for key in part
            ],
        )


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(bucket_sum)
    statement = statement.on_conflict_do_update(
        index_elements=["bucket", "kind"],
        set_={"rows": statement.excluded.rows, "sum": statement.excluded.sum},
    )
    connection.execute(statement, rows)


def chain(connection: Connection, position: int, before: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """The nonce of `position`: from the one before and everything written, so histories that part in one row differ."""
    told = sha256(f"{before}|{position}".encode())
    lines = sorted(f"{e['bucket']}|{e['kind']}|{e['row_id']}|{e['deleted']}|{e['sum']}" for e in entries)
    told.update("\n".join(lines).encode())
    nonce = told.hexdigest()[:32]
    connection.execute(update(clock).where(clock.c.id == 1).values(nonce=nonce))
    connection.execute(history.insert().values(position=position, nonce=nonce))
    if position % _EVERY == 0:
        connection.execute(
            delete(history).where(history.c.position <= position - KEPT, history.c.position % _EVERY != 0)
        )


def nonce_at(connection: Connection, position: int) -> str | None:
    """The nonce of a position; '' for the beginning, None when it is not known (any more)."""
    if position == 0:
        return ""
    found = connection.execute(select(history.c.nonce).where(history.c.position == position)).scalar()
    return str(found) if found is not None else None


def shared(connection: Connection, epoch: str, marks: Iterable[Cursor]) -> Cursor:
    """The newest of `marks` that this history has, too; its beginning when there is none."""
    for mark in sorted(marks, key=lambda one: one.position, reverse=True):
        if mark.epoch == epoch and mark.nonce and nonce_at(connection, mark.position) == mark.nonce:
            return mark
    return Cursor(epoch, 0, "")


def told(connection: Connection, buckets: Sequence[str]) -> list[Sum]:
    """The sums of these buckets, by kind; a kind without rows is left out."""
    found = connection.execute(
        select(bucket_sum)
        .where(bucket_sum.c.bucket.in_(buckets), bucket_sum.c.rows > 0)
        .order_by(bucket_sum.c.bucket, bucket_sum.c.kind)
    )
    return [
        Sum(row.bucket, row.kind, row.rows, row.sum, shape(KINDS[row.kind]))
        for row in found
        if row.kind in KINDS
    ]


def rebuild(connection: Connection) -> None:
    """Sums and history of a database from before they were kept, from its tables. The clock's row is locked."""
    here = connection.execute(select(clock).where(clock.c.id == 1).with_for_update()).one()
    connection.execute(delete(bucket_sum))
    for name, kind in KINDS.items():
        live = select(feed.c.bucket, feed.c.row_id).where(feed.c.kind == name, feed.c.deleted == 0)
        entries = connection.execute(live).all()
        if not entries:
            continue
        found = connection.execute(select(kind.table)).mappings()
        rows = {row["id"]: row_sum(kind, dict(row)) for row in found}
        totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for bucket, row_id in entries:
            totals[bucket][0] += 1
            totals[bucket][1] += rows.get(row_id, 0)
        mine = feed.c.row_id == bindparam("of")
        connection.execute(
            update(feed)
            .where(feed.c.kind == name, mine, feed.c.deleted == 0)
            .values(sum=bindparam("number")),
            [{"of": row_id, "number": number} for row_id, number in rows.items()],
        )
        _put(
            connection,
            [
                {"bucket": bucket, "kind": name, "rows": count, "sum": number % MODULUS}
                for bucket, (count, number) in sorted(totals.items())
            ],
        )
    if here.position and nonce_at(connection, here.position) is None:
        chain(connection, here.position, here.nonce, [])
