"""What belongs to an account goes where the account goes (SYNC.md §2).

An account's addresses, contacts, terms and exposure copy its territory and its rep, so that their buckets can be told
from the row alone. When an account gets another territory or rep, `UnitOfWork` writes the copies in the same
transaction, whoever moved it: a tablet that loses the account loses all of it, and one that gains it gets all of it.

Documents are no descendants: a quote or an order stays with the rep who made it and the territory it was made in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.store.rows import RowChange
from app.store.tables import KINDS

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
}


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


def moved_along(
    connection: Connection, accounts: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The descendants of `accounts` (rows by id), by kind, with the accounts' territory and rep.

    The rows are locked: they are written again as a whole, and an exposure may not change meanwhile. The accounts are
    locked before them, as they are when a command is decided.
    """
    for kind, column in DESCENDANTS.items():
        table = KINDS[kind].table
        found = (
            select(table).where(table.c[column].in_(sorted(accounts))).order_by(table.c.id).with_for_update()
        )
        rows = []
        for row in connection.execute(found).mappings():
            account = accounts[row[column]]
            rows.append({**row, **{name: account[name] for name in SCOPE}})
        yield kind, rows
