"""A tablet's file, read by a stranger through sqlite3: what is shown, and what is under the guesses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.store.tables import KINDS

Row = dict[str, Any]
Key = tuple[str, str]

# As declared when this is imported: a bucket that is computed wrongly later is found by another computation.
SCOPES = {name: (kind.constant, kind.scoped) for name, kind in KINDS.items()}
NEWER = {name: frozenset(kind.absent) for name, kind in KINDS.items()}  # columns an older app may not know
TERMINAL = ("applied", "applied_modified", "applied_exception", "held", "rejected")
HELD = ("complete", "refresh")
OWN = ("outbox", "guess", "footprint", "bucket", "repair", "due_sum", "incident")


def buckets(kind: str, row: Row) -> set[str]:
    """The buckets of a row by its scope columns; book-keeping places have none."""
    constant, scoped = SCOPES[kind]
    named = {f"{prefix}:{row[column]}" for prefix, column in scoped if row[column]}
    return set(constant) | {one for one in named if not one.startswith("loc:v:")}


def as_known(kind: str, row: Row | None) -> Row | None:
    """The row without the columns that an older app may not know."""
    return row and {name: value for name, value in row.items() if name not in NEWER[kind]}


@dataclass(slots=True)
class Look:
    """One file at one moment."""

    shown: dict[str, dict[str, Row]]
    base: dict[str, dict[str, Row]]  # with the guesses taken out through their before-images
    outbox: list[Row]
    guess: list[Row]
    footprint: list[Row]
    bucket: dict[str, Row]
    repair: list[Row]
    due_sum: list[Row]
    incident: list[Row]
    meta: dict[str, str]
    staged: int

    @property
    def cursor(self) -> tuple[str, int, str]:
        """(epoch, position, nonce)."""
        at = int(self.meta.get("position") or 0)
        return self.meta.get("epoch", ""), at, self.meta.get("nonce", "")

    @property
    def user(self) -> str:
        who = json.loads(self.meta.get("identity") or "{}")
        return str(who.get("user_id", ""))

    def complete(self) -> set[str]:
        """The buckets that count as held."""
        return {name for name, row in self.bucket.items() if row["state"] in HELD}

    @property
    def loading(self) -> bool:
        """Whether some rows may be newer than the cursor: a bucket is being filled, or pages are fetched again."""
        return bool(self.repair) or any(row["state"] != "complete" for row in self.bucket.values())

    def rows(self) -> Iterator[tuple[str, Row]]:
        """The rows under the guesses."""
        for kind, rows in self.base.items():
            for row in rows.values():
                yield kind, row


def look(path: Path) -> Look:
    """Read the file as it is on the disk, in one snapshot."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")

        def table(name: str) -> list[Row]:
            return [dict(row) for row in db.execute(f'SELECT * FROM "{name}"')]

        there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        shown = {kind: {row["id"]: row for row in table(kind)} if kind in there else {} for kind in SCOPES}
        own = {name: table(name) if name in there else [] for name in OWN}
        meta = {row["key"]: row["value"] for row in table("meta")}
        staged = db.execute("SELECT count(*) FROM staged").fetchone()[0]
    return Look(
        shown=shown,
        base=_base(shown, own["guess"]),
        outbox=sorted(own["outbox"], key=lambda row: row["ord"]),
        guess=own["guess"],
        footprint=own["footprint"],
        bucket={row["name"]: row for row in own["bucket"]},
        repair=own["repair"],
        due_sum=own["due_sum"],
        incident=own["incident"],
        meta=meta,
        staged=staged,
    )


def _base(shown: dict[str, dict[str, Row]], guesses: list[Row]) -> dict[str, dict[str, Row]]:
    """The oldest before-image of every guessed row stands for it."""
    base = {kind: dict(rows) for kind, rows in shown.items()}
    for one in sorted(guesses, key=lambda row: row["ord"], reverse=True):
        rows = base[one["kind"]]
        if one["before"] is None:
            rows.pop(one["row_id"], None)
        else:
            rows[one["row_id"]] = json.loads(one["before"])
    return base
