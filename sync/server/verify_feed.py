"""The feed against the tables: for every row exactly its buckets, for every live entry its row, no position ahead; and
what belongs to an account says that it is where the account is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.store.sums import MODULUS, row_sum
from app.store.tables import KINDS, Kind, account
from sync.server.descendants import DESCENDANTS
from sync.server.difference import Difference
from sync.server.tables import bucket_sum, clock, feed, history

_AT_ONCE = 1_000  # rows whose entries are compared together


def clock_row(connection: Connection) -> Iterator[Difference]:
    """There is one clock row, and no entry was stamped ahead of it."""
    rows = connection.execute(select(clock.c.epoch, clock.c.position)).all()
    if len(rows) != 1 or not rows[0].epoch:
        yield Difference("clock", "the clock row", "one, with an epoch", f"{len(rows)} rows")
        return
    outside = (feed.c.position > rows[0].position) | (feed.c.position < 1)
    for row in connection.execute(
        select(feed).where(outside).order_by(feed.c.position, feed.c.bucket, feed.c.kind, feed.c.row_id)
    ):
        yield Difference("feed", _name(row), f"a position from 1 to {rows[0].position}", str(row.position))


def scopes(connection: Connection) -> Iterator[Difference]:
    """What belongs to an account has its territory and its rep, for the buckets of a row are told from the row."""
    for kind, column in DESCENDANTS.items():
        table = KINDS[kind].table
        apart = table.c.territory_id.is_distinct_from(
            account.c.territory_id
        ) | table.c.rep_id.is_distinct_from(account.c.rep_id)
        rows = connection.execute(
            select(
                table.c.id,
                table.c.territory_id,
                table.c.rep_id,
                account.c.territory_id.label("territory"),
                account.c.rep_id.label("rep"),
            )
            .join(account, account.c.id == table.c[column])
            .where(apart)
            .order_by(table.c.id)
        )
        for row in rows:
            yield Difference(
                "scope",
                f"{kind} {row.id}",
                f"territory {row.territory}, rep {row.rep} of its account",
                f"{row.territory_id}, {row.rep_id}",
            )


def entries(connection: Connection) -> Iterator[Difference]:
    """Every row of every kind is live in exactly the buckets that it says."""
    for kind in KINDS.values():
        for rows in _walk(connection, kind):
            live = _live(connection, kind, rows)
            for row in rows:
                expected, found = set(kind.buckets(row)), live.get(row["id"], [])
                for bucket in sorted(expected - set(found)):
                    yield Difference("feed", f"{bucket} {kind.name} {row['id']}", "a live entry", "none")
                for bucket in sorted(set(found) - expected):
                    yield Difference("feed", f"{bucket} {kind.name} {row['id']}", "no live entry", "one")
                if len(found) != len(set(found)):
                    yield Difference(
                        "feed", f"{kind.name} {row['id']}", "one entry per bucket", f"{sorted(found)}"
                    )


def strays(connection: Connection) -> Iterator[Difference]:
    """No live entry is without its row, and no entry is of a kind that does not exist."""
    for kind in KINDS.values():
        for row in connection.execute(
            select(feed)
            .outerjoin(kind.table, kind.table.c.id == feed.c.row_id)
            .where(feed.c.kind == kind.name, feed.c.deleted == 0, kind.table.c.id.is_(None))
            .order_by(feed.c.bucket, feed.c.row_id)
        ):
            yield Difference("feed", _name(row), "a row", "none")
    for row in connection.execute(
        select(feed.c.kind, func.count().label("entries"))
        .where(feed.c.kind.not_in(sorted(KINDS)))
        .group_by(feed.c.kind)
        .order_by(feed.c.kind)
    ):
        yield Difference("feed", f"kind {row.kind}", "no such kind", f"{row.entries} entries")


def sums(connection: Connection) -> Iterator[Difference]:
    """The sum of every live entry is its row's, and each bucket's is that of its entries: tablets compare with it."""
    totals: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for name, kind in KINDS.items():
        entries = select(feed.c.bucket, feed.c.row_id, feed.c.sum).where(
            feed.c.kind == name, feed.c.deleted == 0
        )
        live: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for bucket, row_id, number in connection.execute(entries):
            live[row_id].append((bucket, number))
            totals[bucket, name][0] += 1
            totals[bucket, name][1] += number
        for row in connection.execute(select(kind.table).order_by(kind.table.c.id)).mappings():
            number = row_sum(kind, dict(row))
            for bucket, told in live[row["id"]]:
                if told != number:
                    yield Difference("sum", f"{bucket} {name} {row['id']}", str(number), str(told))
    stored = {
        (row.bucket, row.kind): (row.rows, row.sum)
        for row in connection.execute(select(bucket_sum).where(bucket_sum.c.rows != 0))
    }
    made = {key: (count, number % MODULUS) for key, (count, number) in totals.items()}
    for key in sorted(made.keys() | stored.keys()):
        if made.get(key, (0, 0)) != stored.get(key, (0, 0)):
            expected, found = made.get(key, (0, 0)), stored.get(key, (0, 0))
            yield Difference(
                "sum", " ".join(key), f"{expected[0]} rows, {expected[1]}", f"{found[0]}, {found[1]}"
            )


def chain(connection: Connection) -> Iterator[Difference]:
    """The clock's nonce is the last of the history."""
    for row in connection.execute(
        select(clock.c.position, clock.c.nonce, history.c.nonce.label("told"))
        .outerjoin(history, history.c.position == clock.c.position)
        .where(clock.c.position > 0, clock.c.nonce.is_distinct_from(history.c.nonce))
    ):
        yield Difference("clock", f"the nonce of {row.position}", row.nonce, str(row.told))


def _walk(connection: Connection, kind: Kind) -> Iterator[Sequence[Mapping[str, Any]]]:
    """The kind's rows in chunks, by id in the database's own order."""
    columns = [
        kind.table.c.id,
        *(kind.table.c[name] for name in sorted({column for _, column in kind.scoped})),
    ]
    columns = list(dict.fromkeys(columns))
    after = ""
    while True:
        rows = (
            connection.execute(
                select(*columns).where(kind.table.c.id > after).order_by(kind.table.c.id).limit(_AT_ONCE)
            )
            .mappings()
            .all()
        )
        if not rows:
            return
        yield [dict(row) for row in rows]
        after = rows[-1]["id"]


def _live(connection: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The buckets where each of these rows is live, by the feed. Being neighbours, they are asked for as a range."""
    live: dict[str, list[str]] = {}
    found = connection.execute(
        select(feed.c.row_id, feed.c.bucket).where(
            feed.c.kind == kind.name,
            feed.c.row_id >= rows[0]["id"],
            feed.c.row_id <= rows[-1]["id"],
            feed.c.deleted == 0,
        )
    )
    for row_id, bucket in found:
        live.setdefault(row_id, []).append(bucket)
    return live


def _name(row: Any) -> str:
    return f"{row.bucket} {row.kind} {row.row_id}"
