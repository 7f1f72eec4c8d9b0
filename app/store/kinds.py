"""How a shared table is declared, and for each the buckets a row belongs to.

A *kind* is a table that travels in the feed. Its primary key is the text column `id`; all columns are text or
integers, so a row is the same on SQLite, on PostgreSQL and on the wire. Dates are ISO text (`2026-11-23`), moments ISO
UTC text, unit prices integers in 1/10,000, amounts integers in the currency's minor unit, percentages basis points,
flags 0/1, structured values JSON text. The buckets of a row are a pure function of its scope columns (SYNC.md §2), so
old and new membership can be computed anywhere. `v:` places (supplier, customer, adjustment, scrap) are book-keeping
counterparts and have no bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

shared = MetaData()


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that travels. `constant` buckets hold every row; `scoped` gives (bucket prefix, column) pairs."""

    table: Table
    constant: tuple[str, ...]
    scoped: tuple[tuple[str, str], ...]
    absent: Mapping[str, Any]  # what a row has in the columns that it may leave out

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(column.name) for column in self.table.columns)

    def whole(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """`row` with every column: one it leaves out has what a row had before the column was there."""
        return {**self.absent, **row}

    def buckets(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The buckets of `row`, sorted and without repeats."""
        named = [f"{prefix}:{row[column]}" for prefix, column in self.scoped if row.get(column)]
        return tuple(sorted({*self.constant, *(b for b in named if not b.startswith("loc:v:"))}))


KINDS: dict[str, Kind] = {}


def text(name: str, *, null: bool = False, since: str | None = None) -> Column[Any]:
    """A text column. `since` is what rows written before the column was there have in it."""
    return Column(name, Text, nullable=null, default=since, server_default=since)


def integer(name: str, *, null: bool = False, since: int | None = None) -> Column[Any]:
    """A whole number, 64 bits."""
    return Column(
        name, BigInteger, nullable=null, default=since, server_default=None if since is None else str(since)
    )


def flag(name: str, *, since: int | None = None) -> Column[Any]:
    """0 or 1."""
    return Column(
        name, Integer, nullable=False, default=since, server_default=None if since is None else str(since)
    )


def kind(name: str, buckets: str, *columns: Any) -> Table:
    """Declare a kind. `buckets` is a space-separated list: `g:catalog` (constant) or `terr=territory_id` (scoped)."""
    table = Table(name, shared, Column("id", Text, primary_key=True), *columns)
    words = buckets.split()
    scoped = tuple((p, c) for p, _, c in (w.partition("=") for w in words if "=" in w))
    absent = {
        str(column.name): getattr(column.default, "arg", None)
        for column in table.columns
        if column.nullable or column.default is not None
    }
    KINDS[name] = Kind(table, tuple(w for w in words if "=" not in w), scoped, absent)
    return table
