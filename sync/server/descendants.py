"""What belongs to an account goes where the account goes (SYNC.md §2).

An account's addresses, contacts, visits, terms and exposure copy its territory and its rep, so that their buckets can
be told from the row alone. When an account gets another territory or rep, `UnitOfWork` writes the copies in the same
transaction, whoever moved it: a tablet that loses the account loses all of it, and one that gains it gets all of it.

Its quotes and orders follow from the territory that the account has left to its new one, with all that is written on
them and every signature. Their rep stays who made them: the author keeps seeing them. A document that another territory
made stays there.

More than MOST rows go after the commit, MOST at a time; each is granted to the new bucket in the transaction that
drops it from the old. The table `move` keeps what has not arrived, so that a server that was stopped goes on
(`feed.finish_moves`, called by `serve`), and `verify` names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, or_, select, tuple_

from app.store.rows import RowChange
from app.store.tables import KINDS, account
from sync.server.tables import feed

SCOPE = ("territory_id", "rep_id")

# kind -> the column that names the account
DESCENDANTS: Mapping[str, str] = {
    "address": "account_id",
    "assortment": "account_id",
    "commitment": "account_id",
    "contact": "account_id",
    "exposure": "id",
    "licence": "account_id",
    "roster": "account_id",
    "tax_exemption": "account_id",
    "visit": "account_id",
}


# kind -> the document it is (of), and the column that names that
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "quote_line": ("quote", "quote_id"),
    "approval": ("quote", "quote_id"),
    "quote": ("quote", "id"),
    "order_line": ("sales_order", "order_id"),
    "shipment": ("sales_order", "order_id"),
    "sales_order": ("sales_order", "id"),
    "signature": ("signature", "id"),  # names the account of the document that was signed
}

MOST = 5_000  # rows that move in one transaction


def has_moved(kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Whether this change of a row gives an account another territory or rep."""
    if kind != "account" or before is None:
        return False
    return any(before[name] != after[name] for name in SCOPE)


def may_have_moved(change: RowChange) -> bool:
    """The same of a change that was written already, for which what was there before may not have been read."""
    if change.kind != "account" or change.after is None:
        return False
    return change.before is None or has_moved(change.kind, change.before, change.after)


def territories_left(
    connection: Connection, accounts: Mapping[str, Mapping[str, Any]]
) -> dict[str, set[str]]:
    """The territories from which these accounts (rows by id) go away now, by the feed: it is about to be written."""
    found = connection.execute(
        select(feed.c.row_id, feed.c.bucket).where(
            feed.c.kind == "account", feed.c.row_id.in_(sorted(accounts)), feed.c.deleted == 0
        )
    )
    left: dict[str, set[str]] = {}
    for row_id, bucket in found:
        prefix, _, territory = bucket.partition(":")
        if prefix == "terr" and territory != accounts[row_id]["territory_id"]:
            left.setdefault(row_id, set()).add(territory)
    return left


def moved_along(
    connection: Connection,
    accounts: Mapping[str, Mapping[str, Any]],
    left: Mapping[str, Collection[str]],
    limit: int,
) -> list[tuple[str, list[dict[str, Any]]]]:
    """At most `limit` rows that have yet to follow `accounts` (rows by id) out of the territories that each has
    `left`; by kind, as they are to be.

    The rows are locked: they are written again as a whole, and an exposure may not change meanwhile. The accounts are
    locked before them, as they are when a command is decided.
    """
    moved: list[tuple[str, list[dict[str, Any]]]] = []
    for kind, table, owner, statement in _belonging(sorted(accounts), left):
        found = connection.execute(
            statement.add_columns(owner.label(_OWNER))
            .order_by(table.c.id)
            .limit(limit)
            .with_for_update(of=table)
        ).mappings()
        rows = []
        for row in found:
            account = accounts[row[_OWNER]]
            names = SCOPE if kind in DESCENDANTS else SCOPE[:1]
            stored = {name: value for name, value in row.items() if name != _OWNER}
            rows.append({**stored, **{name: account[name] for name in names}})
        limit -= len(rows)
        if rows:
            moved.append((kind, rows))
        if limit <= 0:
            break
    return moved


_OWNER = "of_account"


def _belonging(
    ids: Sequence[str], left: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, Table, Any, Select[Any]]]:
    """(kind, its table, the column that says whose a row is, the rows that are not where their account is)."""
    for kind, column in DESCENDANTS.items():
        table = KINDS[kind].table
        apart = or_(*(table.c[name].is_distinct_from(account.c[name]) for name in SCOPE))
        rows = select(table).join(account, account.c.id == table.c[column])
        yield kind, table, table.c[column], rows.where(table.c[column].in_(ids), apart)
    gone = sorted((one, territory) for one, all_of in left.items() for territory in all_of)
    if not gone:
        return
    for kind, (parent, column) in DOCUMENTS.items():
        table, head = KINDS[kind].table, KINDS[parent].table
        behind = tuple_(head.c.account_id, table.c.territory_id).in_(gone)
        rows = select(table)
        if kind != parent:
            rows = rows.join(head, head.c.id == table.c[column])
        yield kind, table, head.c.account_id, rows.where(behind)
