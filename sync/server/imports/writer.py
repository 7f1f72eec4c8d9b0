"""Committing in chunks of about two thousand rows, so that nobody waits for an import (SYNC.md law 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from app.store.tables import KINDS
from sync.server.feed import UnitOfWork, chunks, unit_of_work
from sync.server.imports.report import ImportReport

ROWS_PER_COMMIT = 2_000

# Columns that belong to the office once a row is there: the source does not carry them, so it never resets them.
OFFICE_OWNED: Mapping[str, tuple[str, ...]] = {
    "account": (
        "status",
        "status_reason",
        "status_since",
        "price_list_id",
        "po_required",
        "terms_days",
        "credit_limit",
        "min_order",
        "min_shelf_days",
        "assortment",
    ),
    "price_list": ("disabled_on",),
    "rep": ("code",),
    "location": ("custodian", "territory_id", "holder", "holder_name"),
}


@dataclass(slots=True)
class Writer:
    """Collects rows of any kinds and commits them together. Use as a context manager: what is left goes at the end."""

    engine: Engine
    report: ImportReport
    _waiting: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    _held: int = 0

    def put(self, kind: str, row: Mapping[str, Any]) -> None:
        """Queue a whole row of `kind`."""
        self._waiting.setdefault(kind, []).append(row)
        self._held += 1
        if self._held >= ROWS_PER_COMMIT:
            self.flush()

    def put_all(self, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self.put(kind, row)

    def flush(self) -> None:
        """Commit what is queued as one unit of work."""
        if not self._held:
            return
        with unit_of_work(self.engine) as work:
            counted = {kind: work.put(kind, kept(work, kind, rows)) for kind, rows in self._waiting.items()}
        for kind, counts in counted.items():
            self.report.add(kind, counts)
        self._waiting.clear()
        self._held = 0

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self.flush()


def kept(work: UnitOfWork, kind: str, rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """`rows` with the office's columns as they stand in the database, where the row is there already."""
    owned = OFFICE_OWNED.get(kind)
    if not owned:
        return rows
    table = KINDS[kind].table
    columns = [table.c[name] for name in ("id", *owned)]
    stored: dict[str, Mapping[str, Any]] = {}
    for part in chunks(row["id"] for row in rows):
        found = work.connection.execute(select(*columns).where(table.c.id.in_(part))).mappings()
        stored.update((row["id"], dict(row)) for row in found)
    return [{**row, **stored.get(row["id"], {})} for row in rows]
