"""The first load: which buckets come first, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.workspace.reach import HELD_STATES
from app.workspace.tables import bucket

_FIRST = (
    "rep:",
    "dev:",
    "loc:",
    "terr:",
    "g:policy",
    "ctr:",
    "pl:",
    "g:catalog",
    "cost:",
)  # today's work first


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first load of the granted buckets is, in rows."""

    loaded: int
    total: int
    what: str  # the bucket being filled, '' when none

    @property
    def done(self) -> bool:
        return not self.what


def priority(name: str) -> int:
    """The lower, the sooner this bucket is loaded."""
    return next((index for index, prefix in enumerate(_FIRST) if name.startswith(prefix)), len(_FIRST))


def progress(connection: Connection) -> Progress:
    """How far the first load is."""
    rows = connection.execute(select(bucket)).mappings().all()
    open_ = [row for row in rows if row["state"] not in HELD_STATES]
    filling = [row["name"] for row in open_ if row["state"] == "backfill"]
    what = min(filling, key=lambda name: (priority(name), name)) if filling else ("…" if open_ else "")
    loading = [row for row in rows if row["state"] == "backfill" or row["loaded"]]
    return Progress(
        sum(min(row["loaded"], row["rows"]) for row in loading), sum(row["rows"] for row in loading), what
    )
