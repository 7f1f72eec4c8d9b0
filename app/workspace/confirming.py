"""What the server's rows change for the ops that still wait: nothing, where they are what was guessed (SYNC.md §4).

An acknowledged op's rows come back as it had guessed them, most of the time. A later op that rests on such a row has
seen the truth already: it need not be decided again, however many of them there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from app.store.read_facts import Key, footprint_keys
from app.store.tables import KINDS
from app.workspace.tables import footprint, guess

Row = Mapping[str, Any]
_PART = 300


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`standing`: rows that are here as they will be, under what later ops guessed. `changed`: the footprint keys of
    all others that come, go, or were guessed by an op that ends."""

    standing: AbstractSet[Key] = field(default_factory=set)
    changed: AbstractSet[Key] = field(default_factory=set)


def compare(
    connection: Connection, rows: Iterable[tuple[str, Row]], gone: AbstractSet[Key], ending: AbstractSet[int]
) -> Confirmed:
    """Each row that comes, or that an op that is `ending` guessed, beside what the first op left has seen of it.

    A row of an ending op that does not come is again what it was before that op. A row that an op before the last
    ending one has met as well is always changed: that op has seen it without the effect of the others.
    """
    new: dict[Key, Row | None] = _first_images(connection, sorted(ending))
    new.update(((kind, row["id"]), row) for kind, row in rows)
    seen = _seen_by_those_left(connection, [key for key in new if key not in gone], ending)
    early = _met_before(connection, ending)
    standing: set[Key] = set()
    changed = set(gone)
    for key, row in new.items():
        about = {key}
        for one in (row, seen.get(key)):
            if one is not None:
                about.update(footprint_keys(key[0], one))
        if key not in gone and _whole(key, row) == _whole(key, seen.get(key)) and not about & early:
            standing.add(key)
        else:
            changed |= about
    return Confirmed(standing, changed)


def _whole(key: Key, row: Row | None) -> Row | None:
    return None if row is None else KINDS[key[0]].whole(row)


def _first_images(connection: Connection, ords: Sequence[int]) -> dict[Key, Row | None]:
    """The rows that these ops guessed, as they were before the first of them."""
    found: dict[Key, str | None] = {}
    for start in range(0, len(ords), _PART):
        part = select(guess).where(guess.c.ord.in_(ords[start : start + _PART])).order_by(guess.c.ord)
        for row in connection.execute(part):
            found.setdefault((row.kind, row.row_id), row.before)
    return {key: _image(before) for key, before in found.items()}


def _seen_by_those_left(
    connection: Connection, keys: Iterable[Key], ending: AbstractSet[int]
) -> dict[Key, Row | None]:
    """The rows as the first op that is left has seen them: before its own guess, or as they are where none wrote."""
    by_kind: dict[str, list[str]] = {}
    for kind, row_id in keys:
        by_kind.setdefault(kind, []).append(row_id)
    after = max(ending, default=0)
    found: dict[Key, Row | None] = {}
    for kind, ids in by_kind.items():
        table = KINDS[kind].table
        for start in range(0, len(ids), _PART):
            part = ids[start : start + _PART]
            here = select(table).where(table.c.id.in_(part))
            found.update(((kind, row["id"]), dict(row)) for row in connection.execute(here).mappings())
            # with one min() SQLite takes the other columns from the row that has it
            first = (
                select(guess.c.row_id, func.min(guess.c.ord), guess.c.before)
                .where(guess.c.kind == kind, guess.c.row_id.in_(part), guess.c.ord > after)
                .group_by(guess.c.row_id)
            )
            for row_id, _ord, before in connection.execute(first):
                found[kind, row_id] = _image(before)
    return found


def _met_before(connection: Connection, ending: AbstractSet[int]) -> set[Key]:
    """What ops that are left have met which stand before the last that ends, as a parked one does."""
    if not ending:
        return set()
    before = select(footprint.c.ord).where(footprint.c.ord < max(ending)).distinct()
    left = sorted(set(connection.execute(before).scalars()) - ending)
    found: set[Key] = set()
    for start in range(0, len(left), _PART):
        met = select(footprint.c.kind, footprint.c.row_id).where(
            footprint.c.ord.in_(left[start : start + _PART])
        )
        found.update((kind, row_id) for kind, row_id in connection.execute(met))
    return found


def _image(before: str | None) -> Row | None:
    found: Row | None = None if before is None else json.loads(before)
    return found
