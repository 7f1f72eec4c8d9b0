"""Sums compared: whether the rows here are the server's (law 12). Recomputed from stored rows, never adopted.

`compare` reads one snapshot, on the read-only connection, off the writer; `conclude` writes down what it found. What
differs is fetched again page by page: each page covers the rows after the last page's last, so what the server did not
send between the two is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from app.store.engine import writing
from app.store.read_facts import Key
from app.store.sums import MODULUS, row_sum, shape
from app.store.tables import KINDS, Kind
from app.workspace.cursors import read_cursor
from app.workspace.incidents import note
from app.workspace.tables import bucket, due_sum, guess, repair
from app.workspace.workspace import Workspace
from sync.protocol.messages import BackfillAt, Pull
from sync.protocol.wire import Page

EVERY = timedelta(days=1)
RESULTS = "op_result"
MOST_ROWS = 20_000  # summed in one turn


@dataclass(frozen=True, slots=True)
class Difference:
    """A (bucket, kind) whose rows here are not the server's."""

    bucket: str
    kind: str
    rows: int
    rows_there: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found, at which position."""

    position: int
    buckets: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


def due(connection: Connection, now: datetime) -> list[str]:
    """The complete buckets to be summed now, longest unchecked and smallest first, within one turn's rows."""
    before = (now - EVERY).isoformat()
    mending = select(repair.c.bucket)
    rows = connection.execute(
        select(bucket.c.name, bucket.c.loaded)
        .where(bucket.c.state == "complete", bucket.c.checked_at < before, bucket.c.name.not_in(mending))
        .order_by(bucket.c.checked_at, bucket.c.loaded, bucket.c.name)
    )
    found: list[str] = []
    total = 0
    for name, loaded in rows:
        total += loaded
        if found and total > MOST_ROWS:
            break
        found.append(name)
    return found


def all_due(connection: Connection) -> None:
    """Every bucket is to be compared, as after a server was restored."""
    connection.execute(update(bucket).values(checked_at=""))


def keep_sums(connection: Connection, request: Pull, page: Page) -> None:
    """Keep the sums that came with the end of an increment; those of an earlier position hold no more."""
    connection.execute(delete(due_sum))
    if page.more or not request.sums or not page.sums:
        return  # a server that tells nothing cannot sum; the buckets of a device are never all empty
    told = {(one.bucket, one.kind): one for one in page.sums}
    live = set(connection.execute(select(bucket.c.name).where(bucket.c.state == "complete")).scalars())
    rows: list[dict[str, Any]] = []
    for name in request.sums:
        if name not in live:
            continue
        for kind in kinds_of(name):
            one = told.get((name, kind.name))
            if one is not None and one.shape != shape(kind):
                continue  # made of other columns: nothing can be said
            values = (0, 0) if one is None else (one.rows, one.sum)
            row = {"bucket": name, "kind": kind.name, "rows": values[0], "sum": values[1]}
            rows.append({**row, "position": page.cursor.position})
    if rows:
        connection.execute(insert(due_sum), rows)


def compare(connection: Connection) -> Compared | None:
    """Sum what is stored, guesses taken out, beside what the server told; None when nothing is due.

    One snapshot: sums of another position than the rows' are not looked at.
    """
    position = read_cursor(connection).position
    told = connection.execute(select(due_sum).where(due_sum.c.position == position)).all()
    if not told:
        return None
    before = before_images(connection)
    found: list[Difference] = []
    for one in told:
        if one.kind not in KINDS:
            continue
        rows = total = 0
        for row in base_rows(connection, KINDS[one.kind], one.bucket, before):
            rows += 1
            total += row_sum(KINDS[one.kind], row)
        if (rows, total % MODULUS) != (one.rows, one.sum):
            found.append(Difference(one.bucket, one.kind, rows, one.rows))
    return Compared(position, tuple(sorted({one.bucket for one in told})), tuple(found))


def conclude(workspace: Workspace, compared: Compared) -> bool:
    """Write down what a comparison found: what agrees is checked, what differs is fetched again. Whether any does."""
    at = workspace.now().isoformat()
    with writing(workspace.engine) as connection:
        if read_cursor(connection).position != compared.position:
            return False  # told of an earlier position: the next turn asks again
        connection.execute(delete(due_sum).where(due_sum.c.bucket.in_(compared.buckets)))
        connection.execute(update(bucket).where(bucket.c.name.in_(compared.buckets)).values(checked_at=at))
        for one in compared.differences:
            row = {"bucket": one.bucket, "kind": one.kind, "after_id": ""}
            connection.execute(insert(repair).values(row).on_conflict_do_nothing())
            about = {"bucket": one.bucket, "kind": one.kind, "rows": one.rows, "rows_there": one.rows_there}
            note(connection, at, "sums_differ", **about)
    workspace.tell({"sync"})
    return bool(compared.differences)


# -- fetching again ---------------------------------------------------------------------------------------------------


def next_repair(connection: Connection) -> BackfillAt | None:
    """Where to go on fetching again; None when nothing differs."""
    row = connection.execute(select(repair).order_by(repair.c.bucket, repair.c.kind).limit(1)).one_or_none()
    return None if row is None else BackfillAt(row.bucket, row.kind, row.after_id, only=True)


def ask_results_first(connection: Connection, name: str) -> None:
    """A bucket was granted while ops wait. What it has of their results comes before its other rows: else an op's
    effect would come in beside its guess, for no increment brings what was decided before the grant."""
    if any(kind.name == RESULTS for kind in kinds_of(name)):
        row = {"bucket": name, "kind": RESULTS, "after_id": ""}
        connection.execute(insert(repair).values(row).on_conflict_do_nothing())


def results_first(connection: Connection) -> BackfillAt | None:
    """Where to go on with the results of a bucket that is being loaded; None when they are here."""
    row = connection.execute(
        select(repair)
        .join(bucket, bucket.c.name == repair.c.bucket)
        .where(repair.c.kind == RESULTS, bucket.c.state == "backfill")
        .order_by(repair.c.bucket)
        .limit(1)
    ).one_or_none()
    return None if row is None else BackfillAt(row.bucket, row.kind, row.after_id, only=True)


def swept(
    connection: Connection, at: BackfillAt, page: Page, rows: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[Key]:
    """Rows of the bucket here, without guesses, that lie between the page's ends and did not come with it."""
    came = {(kind, row["id"]) for kind, row in rows}
    first, last = (
        (at.kind, at.row_id),
        None if page.backfill is None else (page.backfill.kind, page.backfill.row_id),
    )
    before = before_images(connection)
    gone: list[Key] = []
    for kind in kinds_of(at.bucket):
        if at.only and kind.name != at.kind:
            continue
        if kind.name < first[0] or (last is not None and kind.name > last[0]):
            continue
        for row_id in _base_ids(connection, kind, at.bucket, before):
            key = (kind.name, row_id)
            if first < key and (last is None or key <= last) and key not in came:
                gone.append(key)
    return gone


def repaired(connection: Connection, at: BackfillAt, page: Page) -> None:
    """Move the repair on, in the page's own transaction."""
    pair = (repair.c.bucket == at.bucket, repair.c.kind == at.kind)
    if page.backfill is None or page.backfill.kind != at.kind:
        connection.execute(delete(repair).where(*pair))
        # compared once more, so that a repair that did not help is seen
        connection.execute(update(bucket).where(bucket.c.name == at.bucket).values(checked_at=""))
    else:
        connection.execute(update(repair).where(*pair).values(after_id=page.backfill.row_id))


# -- rows without guesses ---------------------------------------------------------------------------------------------


def kinds_of(name: str) -> list[Kind]:
    """The kinds that can have rows in a bucket."""
    prefix = name.partition(":")[0]
    return [
        kind
        for kind in KINDS.values()
        if name in kind.constant or any(scope == prefix for scope, _column in kind.scoped)
    ]


def before_images(connection: Connection) -> dict[str, dict[str, Mapping[str, Any] | None]]:
    """For every guessed row, by kind and id, what the server told of it: None when nothing."""
    earliest = (
        select(guess.c.kind, guess.c.row_id, func.min(guess.c.ord).label("ord"))
        .group_by(guess.c.kind, guess.c.row_id)
        .subquery()
    )
    rows = connection.execute(
        select(guess.c.kind, guess.c.row_id, guess.c.before).join(
            earliest,
            (guess.c.kind == earliest.c.kind)
            & (guess.c.row_id == earliest.c.row_id)
            & (guess.c.ord == earliest.c.ord),
        )
    )
    found: dict[str, dict[str, Mapping[str, Any] | None]] = {}
    for kind, row_id, before in rows:
        found.setdefault(kind, {})[row_id] = None if before is None else json.loads(before)
    return found


def base_rows(
    connection: Connection,
    kind: Kind,
    name: str,
    before: Mapping[str, Mapping[str, Mapping[str, Any] | None]],
) -> Iterator[Mapping[str, Any]]:
    """The rows of a kind in a bucket as the server told them."""
    guessed = before.get(kind.name, {})
    for row in connection.execute(select(kind.table).where(_in_bucket(kind, name))).mappings():
        if row["id"] not in guessed:
            yield dict(row)
    for told in guessed.values():
        if told is not None:
            whole = kind.whole(told)
            if name in kind.buckets(whole):
                yield whole


def _base_ids(
    connection: Connection,
    kind: Kind,
    name: str,
    before: Mapping[str, Mapping[str, Mapping[str, Any] | None]],
) -> Sequence[str]:
    return sorted(row["id"] for row in base_rows(connection, kind, name, before))


def _in_bucket(kind: Kind, name: str) -> Any:
    """The rows of the kind that lie in the bucket, by their scope columns."""
    prefix, _, value = name.partition(":")
    if name in kind.constant:
        return kind.table.c.id.is_not(None)
    return or_(*(kind.table.c[column] == value for scope, column in kind.scoped if scope == prefix))
