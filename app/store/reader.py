"""What every reading for the rules stands on: rows by id or by what rules look for, and the footprint of looking.

`Reach` says which buckets are held whole, so that a missing row is *absent* or *not here* (SYNC.md §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Table, select

from app.domain.facts import ABSENT, HELD, NOT_HERE

Key = tuple[str, str]  # (kind, row id), or (kind@column, value) for rows found by that column

# The columns by which rules look for rows they do not know by id; '' looks at every row of the kind. A new row is met
# by whoever looked for its value before it was there.
SOUGHT: Mapping[str, tuple[str, ...]] = {
    "policy": ("",),
    "price_list": ("",),
    "price": ("product_id",),
    "promotion_product": ("product_id",),
    "contract": ("holder_id",),
    "draft_revision": ("draft_id",),
    "contract_price": ("contract_id",),
    "roster": ("account_id",),
    "commitment": ("account_id",),
    "exchange_rate": ("to_currency",),
    "tax_rate": ("country",),
    "tax_exemption": ("account_id",),
    "product_floor": ("product_id",),
    "licence": ("ship_to_id",),
    "assortment": ("account_id",),
    "delegation": ("to_user",),
    "location": ("custodian",),
    "balance": ("location_id",),
    "movement": ("document_id",),
    "envelope_use": ("document_id",),
}


class Reach(Protocol):
    """What this side holds whole. `server` also says who may reserve warehouse stock."""

    @property
    def server(self) -> bool: ...

    def holds(self, bucket: str) -> bool: ...

    def holds_all(self, prefix: str) -> bool:
        """Whether every granted bucket of this prefix is held whole."""
        ...


class Everything:
    """The server's reach."""

    server = True

    def holds(self, bucket: str) -> bool:
        return True

    def holds_all(self, prefix: str) -> bool:
        return True


def footprint_keys(kind: str, row: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys under which a changed row may have been read: by its id, and by what rules look for."""
    sought = ((f"{kind}@{column}", str(row.get(column) or "")) for column in SOUGHT.get(kind, ()))
    return ((kind, row["id"]), *sought)


@dataclass(slots=True)
class Reader:
    """Reads rows for one command and remembers what it looked at. With `lock` the rows that are to be locked are."""

    connection: Connection
    reach: Reach
    lock: bool = False
    read: set[Key] = field(default_factory=set)

    def row(self, table: Table, row_id: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        """One row by its id."""
        self.read.add((table.name, row_id))
        statement = select(table).where(table.c.id == row_id)
        if lock and self.lock:
            statement = statement.with_for_update()
        row = self.connection.execute(statement).mappings().one_or_none()
        return dict(row) if row else None

    def rows(self, table: Table, *where: Any, lock: bool = False) -> list[Mapping[str, Any]]:
        """Rows by id order."""
        statement = select(table).where(*where).order_by(table.c.id)
        if lock and self.lock:
            statement = statement.with_for_update()
        found: list[Mapping[str, Any]] = [dict(row) for row in self.connection.execute(statement).mappings()]
        self.read.update((table.name, row["id"]) for row in found)
        return found

    def by_id(self, table: Table, ids: Iterable[str], *, lock: bool = False) -> dict[str, Mapping[str, Any]]:
        """The rows there are of these ids; the missing ones are in the footprint too."""
        wanted = sorted({one for one in ids if one})
        if not wanted:
            return {}
        found = {row["id"]: row for row in self.rows(table, table.c.id.in_(wanted), lock=lock)}
        self.read.update((table.name, one) for one in wanted)
        return found

    def sought(
        self, table: Table, column: str, values: Iterable[str], *where: Any, lock: bool = False
    ) -> list[Mapping[str, Any]]:
        """Rows whose `column` (one of SOUGHT) has one of `values`, by id order."""
        assert column in SOUGHT[table.name], f"{table.name} is not looked up by {column}"
        wanted = sorted({one for one in values if one})
        if not wanted:
            return []
        self.read.update((f"{table.name}@{column}", one) for one in wanted)
        return self.rows(table, table.c[column].in_(wanted), *where, lock=lock)

    def every(self, table: Table) -> list[Mapping[str, Any]]:
        """All rows of a small kind."""
        assert SOUGHT[table.name] == ("",)
        self.read.add((f"{table.name}@", ""))
        return self.rows(table)

    def status(self, row: object, bucket: str) -> str:
        """Held, absent, or not on this device."""
        if row is not None:
            return HELD
        return ABSENT if self.reach.holds(bucket) else NOT_HERE
