"""Rebase: guesses back, rows in, remaining guesses again — in one transaction (SYNC.md §4).

Undo and redo start only at ops whose footprint meets a row that is another than they took it for: `confirming` leaves
out what the server only confirms, `affected` follows the footprints. So the cost follows the pending ops that are
touched, never the database, nor the length of the queue behind what has been acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.codec import decode
from app.domain.decide import REJECTED, decide
from app.domain.parties import Person
from app.store.read_facts import Key
from app.store.tables import KINDS
from app.store.write_events import Stamp, findings_json, write_events
from app.workspace import guesses, outbox
from app.workspace.confirming import Confirmed, compare
from app.workspace.deciding import facts_here
from app.workspace.tables import bucket, outbox as outbox_table

_PART = 300


@dataclass(slots=True)
class Incoming:
    """What the server says: rows by kind, and rows gone from a bucket as (bucket, kind, row id)."""

    rows: Sequence[tuple[str, Mapping[str, Any]]] = ()
    gone: Sequence[tuple[str, str, str]] = ()
    dropped: Sequence[str] = ()  # whole buckets this device may no longer hold
    swept: Sequence[
        Key
    ] = ()  # rows that a bucket fetched again did not have: wrong here, wherever else they claim to be


@dataclass(slots=True)
class Rebased:
    """What happened: kinds touched, op ids settled, ops whose guess no longer holds."""

    topics: set[str] = field(default_factory=set)
    settled: list[str] = field(default_factory=list)
    needs_you: list[str] = field(default_factory=list)


def rebase(connection: Connection, incoming: Incoming, person: Person, now: str) -> Rebased:
    """Let `incoming` in under the pending guesses."""
    done = Rebased()
    gone = [*incoming.gone, *_still_incoming(incoming)]
    gone += [entry for name in incoming.dropped for entry in _rows_of_bucket(connection, name)]
    results = _own_results(connection, incoming.rows)
    ending = {ord_ for ord_, row in results if outbox.is_terminal(row["outcome"])}
    confirmed = Confirmed()
    touched: set[int] = set()
    if guesses.any_pending(connection):
        left = {(kind, row_id) for _bucket, kind, row_id in gone} | set(incoming.swept)
        confirmed = compare(connection, incoming.rows, left, ending)
        touched = affected(connection, confirmed.changed, ending)
    taken_back = guesses.take_back(connection, touched, ending, confirmed.standing)
    done.topics.update(kind for kind, _ in taken_back)
    _let_in(connection, incoming.rows, confirmed.standing, done)
    _let_go(connection, gone, set(incoming.dropped), done)
    for kind, row_id in incoming.swept:
        guesses.put_row(connection, kind, row_id, None)
        done.topics.add(kind)
    if results:
        outbox.settle(connection, [row for _ord, row in results], now)
        done.topics.add("outbox")
        done.settled += [row["id"] for _ord, row in results if outbox.is_terminal(row["outcome"])]
    for ord_ in sorted(touched):
        _guess_again(connection, ord_, person, done)
    return done


def guess_all_again(connection: Connection, person: Person) -> None:
    """Take every guess back and make it anew: the ops have other numbers, and movements carry them."""
    pending = guesses.all_pending(connection)
    guesses.take_back(connection, pending)
    for ord_ in pending:
        _guess_again(connection, ord_, person, Rebased())


def affected(connection: Connection, keys: Iterable[Key], ending: Iterable[int]) -> set[int]:
    """The ops to take back and guess again: those whose footprint meets `keys`, and every later op that meets a row
    one of them wrote. Ops that are `ending` are none of them."""
    ended = set(ending)
    found = guesses.touching(connection, keys) - ended
    followed: dict[Key, int] = {}  # keys with the op from which on whoever meets them is known
    open_ = found
    while open_:
        later: set[int] = set()
        for key, ord_ in guesses.least_writers(connection, open_).items():
            if ord_ < followed.get(key, ord_ + 1):
                followed[key] = ord_
                later |= guesses.touching(connection, [key], wrote_after=ord_)
        open_ = later - found - ended
        found = found | open_
    return found


def _own_results(
    connection: Connection, rows: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[tuple[int, Mapping[str, Any]]]:
    """The results among `rows` that tell this outbox something new, as (ord, op_result row)."""
    results = {row["id"]: row for kind, row in rows if kind == "op_result"}
    found: list[tuple[int, Mapping[str, Any]]] = []
    names = list(results)
    wanted = (outbox_table.c.ord, outbox_table.c.op_id, outbox_table.c.result)
    for start in range(0, len(names), _PART):
        part = outbox_table.c.op_id.in_(names[start : start + _PART])
        found.extend(
            (row.ord, results[row.op_id])
            for row in connection.execute(select(*wanted).where(part))
            # a restored server may decide an op anew: another outcome than before is told
            if row.result is None or row.result != results[row.op_id]["outcome"]
        )
    return sorted(found, key=lambda one: one[0])


def _let_in(
    connection: Connection,
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    standing: AbstractSet[Key],
    done: Rebased,
) -> None:
    """Put the rows away, but for those that stand here already, it may be under guesses of later ops."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for kind, row in rows:
        done.topics.add(kind)
        if (kind, row["id"]) not in standing:
            by_kind.setdefault(kind, []).append(row)
    for kind, group in by_kind.items():
        guesses.put_rows(connection, kind, group)


def _let_go(
    connection: Connection, gone: Iterable[tuple[str, str, str]], dropped: set[str], done: Rebased
) -> None:
    """Delete rows that have left all of the buckets held here (law 13)."""
    left: dict[Key, set[str]] = {}
    for name, kind, row_id in gone:
        if kind in KINDS:
            left.setdefault((kind, row_id), set()).add(name)
    if not left:
        return
    held = set(connection.execute(select(bucket.c.name)).scalars()) - dropped
    for (kind, row_id), names in left.items():
        table = KINDS[kind].table
        row = connection.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
        if row is not None and not (set(KINDS[kind].buckets(dict(row))) - names) & held:
            guesses.put_row(connection, kind, row_id, None)
            done.topics.add(kind)


def _still_incoming(incoming: Incoming) -> list[tuple[str, str, str]]:
    """Rows of dropped buckets that came before the drop was told: staged pages are older than their last."""
    dropped = set(incoming.dropped)
    return [
        (name, kind, row["id"])
        for kind, row in (incoming.rows if dropped else ())
        for name in dropped.intersection(KINDS[kind].buckets(row))
    ]


def _rows_of_bucket(connection: Connection, name: str) -> list[tuple[str, str, str]]:
    """Every local row that is in the bucket, by the scope columns."""
    prefix, _, value = name.partition(":")
    found: list[tuple[str, str, str]] = []
    for kind in KINDS.values():
        columns = [kind.table.c[column] for scope, column in kind.scoped if scope == prefix]
        if name in kind.constant:
            ids = connection.execute(select(kind.table.c.id)).scalars()
            found += [(name, kind.name, row_id) for row_id in ids]
            continue
        for column in columns:
            ids = connection.execute(select(kind.table.c.id).where(column == value)).scalars()
            found += [(name, kind.name, row_id) for row_id in ids]
    return found


def _guess_again(connection: Connection, ord_: int, person: Person, done: Rebased) -> None:
    """Decide a pending op again on the rows as they are now. A row that it would make may be here already: while its
    author's bucket is filled, it can come before the result. Then the effect is the server's, and the guess is empty.
    """
    row = connection.execute(
        select(outbox_table.c.op_id, outbox_table.c.payload, outbox_table.c.stream, outbox_table.c.seq).where(
            outbox_table.c.ord == ord_
        )
    ).one()
    command = decode(row.payload)
    reading = facts_here(connection, command, person, row.stream)
    decision = decide(command, reading.facts)
    try:
        with connection.begin_nested():
            changes = write_events(connection, decision.events, Stamp(row.stream, row.seq), outside=False)
    except IntegrityError:
        changes = []
    guesses.remember(connection, ord_, changes, reading.read)
    done.topics.update(change.kind for change in changes)
    connection.execute(
        update(outbox_table)
        .where(outbox_table.c.ord == ord_)
        .values(guess=decision.outcome, findings=findings_json(decision.findings))
    )
    if decision.outcome == REJECTED:
        done.needs_you.append(row.op_id)
        done.topics.add("outbox")
