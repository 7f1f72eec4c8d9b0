"""Pages of a backfill: the live rows of one bucket in (kind, row_id) order, as the database's own tuples.

One statement a kind joins the feed's entries with their rows: no row becomes a mapping on its way to the line it is
sent as.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.store.tables import KINDS
from sync.protocol.messages import BackfillAt
from sync.protocol.wire import Page
from sync.server.tables import feed


def fill(connection: Connection, page: Page, at: BackfillAt, limit: int) -> None:
    """Put the next `limit` live rows after `at` into `page.blocks`, and where to go on into `page.backfill`."""
    left = limit
    last: tuple[str, str] | None = None
    for kind, after in _kinds(connection, at):
        if not left:
            if _rows(connection, at.bucket, kind, after, 1):
                assert last is not None
                page.backfill, page.more = BackfillAt(at.bucket, *last, at.only), True
                return
            continue
        found = _rows(connection, at.bucket, kind, after, left + 1)
        block = found[:left]
        if block:
            page.blocks.append((kind, block))
            last = (kind, block[-1][0])
            left -= len(block)
        if len(found) > len(block):
            assert last is not None
            page.backfill, page.more = BackfillAt(at.bucket, *last, at.only), True
            return


def _kinds(connection: Connection, at: BackfillAt) -> Iterator[tuple[str, str]]:
    """(kind, the id to go on after), from where `at` stands, each found by one step in the feed's primary key."""
    if at.kind in KINDS:
        yield at.kind, at.row_id
    if at.kind and at.only:
        return
    kind = at.kind
    while True:
        following = select(feed.c.kind).where(feed.c.bucket == at.bucket, feed.c.kind > kind)
        found = connection.execute(following.order_by(feed.c.kind).limit(1)).scalar()
        if found is None:
            return
        kind = found
        yield kind, ""


def _rows(connection: Connection, bucket: str, kind: str, after: str, limit: int) -> list[Sequence[Any]]:
    """The rows themselves, id first, in the order of the feed's ids. The columns are text and whole numbers: what the
    driver gives is what is sent."""
    if kind not in KINDS:  # a resume key that no page of ours gave
        return []
    table = KINDS[kind].table
    statement = (
        select(*table.c)
        .select_from(feed.join(table, table.c.id == feed.c.row_id))
        .where(feed.c.bucket == bucket, feed.c.kind == kind, feed.c.deleted == 0, feed.c.row_id > after)
        .order_by(feed.c.row_id)
        .limit(limit)
    )
    result = connection.execute(statement)
    rows: list[Sequence[Any]] = list(result.cursor.fetchall())
    result.close()
    return rows
