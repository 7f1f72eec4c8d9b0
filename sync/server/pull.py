"""Rows down: one page of the feed for one caller, read from one snapshot (SYNC.md §2–§5, law 8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from app.domain.parties import FINANCE, MANAGER, Person
from app.store import tables as t
from app.store.tables import KINDS
from sync.protocol.api import problem
from sync.protocol.messages import Cursor, Granted, Pull
from sync.protocol.version import MAX_BACKFILL_ROWS, MAX_PAGE_ROWS
from sync.protocol.wire import Page
from sync.server import pages, roles, streams, sums
from sync.server.buckets import Company, granted, may_hold
from sync.server.feed import chunks
from sync.server.tables import clock, feed

COLUMNS = {name: kind.columns for name, kind in KINDS.items()}


def company(connection: Connection, person: Person) -> Company:
    """The lists that this person's grants are made from."""
    roles = connection.execute(select(t.policy.c.value).where(t.policy.c.id == "roles_seeing_cost")).scalar()
    places = connection.execute(
        select(t.location.c.id, t.location.c.kind, t.location.c.custodian, t.location.c.territory_id).where(
            t.location.c.kind != "virtual"
        )
    ).mappings()
    return Company(
        territories=tuple(connection.execute(select(t.territory.c.id).order_by(t.territory.c.id)).scalars()),
        price_lists=tuple(
            (row.id, row.territory_id)
            for row in connection.execute(select(t.price_list.c.id, t.price_list.c.territory_id))
        ),
        locations=tuple(dict(row) for row in places),
        cost_roles=tuple(json.loads(roles)) if roles else (MANAGER, FINANCE),
        contracts=contracts_of(connection, person),
    )


def contracts_of(connection: Connection, person: Person) -> tuple[str, ...]:
    """Contracts that reach the person, sorted: with an account of theirs, with a ship-to of one, or with a group that
    has one on its roster, whatever the dates: a price of last year still explains itself.

    Theirs are the accounts of their territories and those they are the rep of. Who covers every territory gets all.
    """
    contract = select(t.contract.c.id).order_by(t.contract.c.id)
    if "*" not in person.territories:
        theirs = t.account.c.territory_id.in_(person.territories) | (t.account.c.rep_id == person.id)
        held = select(t.account.c.id).where(theirs, t.account.c.id == t.contract.c.holder_id)
        shipped = (
            select(t.address.c.id)
            .join(t.account, t.account.c.id == t.address.c.account_id)
            .where(theirs, t.address.c.id == t.contract.c.holder_id)
        )
        grouped = (  # index roster_group
            select(t.roster.c.id)
            .join(t.account, t.account.c.id == t.roster.c.account_id)
            .where(theirs, t.roster.c.group_id == t.contract.c.holder_id)
        )
        contract = contract.where(held.exists() | shipped.exists() | grouped.exists())
    return tuple(connection.execute(contract).scalars())


def read(
    connection: Connection, person: Person, device_id: str, stream: str, request: Pull, now: datetime
) -> Page:
    """The next page for this caller. Raises ApiProblem 410 epoch when the cursor is of another history than ours and
    no earlier marks were given; with marks the page goes on `since` the newest that both have."""
    here = connection.execute(select(clock).where(clock.c.id == 1)).one()
    cursor = request.cursor
    if cursor.epoch and not _ours(connection, here, cursor):
        if not request.marks:
            expected = 1 + streams.last_seq(connection, stream)
            raise problem(410, "epoch", "This server's history is another", "step back", expected=expected)
        cursor = sums.shared(connection, here.epoch, request.marks)
    allowed = granted(person, device_id, company(connection, person))
    add, drop = may_hold(request.held, allowed)
    page = Page(epoch=here.epoch, server_time=now.isoformat(), head=here.position, drop=list(drop))
    page.since = cursor
    with roles.reader(connection, allowed):
        page.results = _latest_result(connection, person)
        page.add = [Granted(bucket, rows) for bucket, rows in _sizes(connection, add)]
        _fill(connection, page, request, sorted(set(request.held) & set(allowed)), here)
    return page


def _fill(connection: Connection, page: Page, request: Pull, live: Sequence[str], here: Any) -> None:
    """Rows, sums and the next cursor; `live` are the buckets that are held and granted, `here` is the clock's row."""
    cursor = page.since
    limit = min(request.limit, MAX_PAGE_ROWS)
    if request.backfill is not None:
        if request.backfill.bucket in live:
            pages.fill(connection, page, request.backfill, min(request.limit, MAX_BACKFILL_ROWS))
        page.cursor = cursor
    elif not live or not cursor.epoch:
        # nothing is held whole, so nothing can be skipped
        page.cursor = Cursor(here.epoch, here.position, here.nonce)
    else:
        _increment(connection, page, live, cursor, limit)
    if request.sums and request.backfill is None and not page.more:
        page.sums = sums.told(connection, sorted(set(request.sums) & set(live)))


def _ours(connection: Connection, here: Any, cursor: Cursor) -> bool:
    """Whether the cursor is of this history. An app from before there were nonces names a position only."""
    if cursor.epoch != here.epoch or cursor.position > here.position:
        return False
    return not cursor.nonce or sums.nonce_at(connection, cursor.position) == cursor.nonce


def _latest_result(connection: Connection, person: Person) -> int:
    """Where the latest result of an op of this person stands."""
    mine = (feed.c.bucket == f"rep:{person.id}", feed.c.kind == "op_result")
    return connection.execute(select(func.max(feed.c.position)).where(*mine)).scalar() or 0


def _sizes(connection: Connection, buckets: Sequence[str]) -> list[tuple[str, int]]:
    if not buckets:
        return []
    counted = select(feed.c.bucket, func.count()).where(feed.c.bucket.in_(buckets), feed.c.deleted == 0)
    sizes = {row[0]: row[1] for row in connection.execute(counted.group_by(feed.c.bucket))}
    return [(bucket, sizes.get(bucket, 0)) for bucket in buckets]


def _increment(connection: Connection, page: Page, live: Sequence[str], after: Cursor, limit: int) -> None:
    """What changed in the held buckets after the cursor. The last position is always whole, so a cursor can name it."""
    wanted = (feed.c.bucket, feed.c.kind, feed.c.row_id, feed.c.position, feed.c.deleted)
    order = (feed.c.position, feed.c.kind, feed.c.row_id, feed.c.bucket)
    newer = select(*wanted).where(feed.c.bucket.in_(live), feed.c.position > after.position)
    entries = list(connection.execute(newer.order_by(*order).limit(limit + 1)))
    if len(entries) > limit:
        last = entries[limit - 1].position
        rest = select(*wanted).where(feed.c.bucket.in_(live), feed.c.position == last).order_by(*order)
        entries = [entry for entry in entries if entry.position < last] + list(connection.execute(rest))
        beyond = select(feed.c.position).where(feed.c.bucket.in_(live), feed.c.position > last).limit(1)
        page.more = connection.execute(beyond).first() is not None
    seen: set[tuple[str, str]] = set()
    alive: list[Any] = []
    for entry in entries:
        if entry.deleted:
            page.gone.append((entry.bucket, entry.kind, entry.row_id))
        elif (entry.kind, entry.row_id) not in seen:
            seen.add((entry.kind, entry.row_id))
            alive.append(entry)
    page.rows = _rows(connection, sorted(alive, key=lambda entry: (entry.kind, entry.row_id)))
    page.cursor = after
    if entries:
        last = entries[-1].position
        page.cursor = Cursor(after.epoch, last, sums.nonce_at(connection, last) or "")


def _rows(connection: Connection, entries: Iterable[Any]) -> list[tuple[str, Any]]:
    """The payloads of entries sorted by kind and id."""
    by_kind: dict[str, list[str]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry.row_id)
    rows: list[tuple[str, Any]] = []
    for kind, ids in by_kind.items():
        table = KINDS[kind].table
        for part in chunks(ids):
            found = connection.execute(
                select(table).where(table.c.id.in_(part)).order_by(table.c.id)
            ).mappings()
            rows += [(kind, row) for row in found]
    return rows
