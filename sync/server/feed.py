"""The unit of work and the feed it writes (SYNC.md §3, laws 7 and 8).

Every write on the server goes through `UnitOfWork`: it collects the rows that changed and, just before COMMIT, takes
the clock row and writes one feed entry per (bucket, kind, row) at the new position. A row that has left a bucket gets
a delete entry there; an account that moves takes along what belongs to it (`descendants`). Because the clock row is
taken last and held to COMMIT, positions become visible in order, and a cursor never passes a row that is not there yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.engine import writing
from app.store.rows import RowChange
from app.store.sums import row_sum
from app.store.tables import KINDS, account, movement
from sync.server import sums
from sync.server.descendants import MOST, has_moved, may_have_moved, moved_along, territories_left
from sync.server.tables import clock, feed, move

T = TypeVar("T")

CHUNK = 400  # rows in one statement: below SQLite's limit of bound parameters


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


# Columns that only `stamp` writes: whoever puts a row again leaves them as they are.
STAMPED: Mapping[str, str] = {"movement": "position"}


def _stamped(kind: str, row: dict[str, Any], stored: Mapping[str, Any] | None) -> dict[str, Any]:
    return row if stored is None else {**row, STAMPED[kind]: stored[STAMPED[kind]]}


@dataclass(slots=True)
class Counts:
    """What an upsert did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class UnitOfWork:
    """One server transaction. `note` what changed or `put`/`remove` rows; entries are stamped when it closes."""

    connection: Connection
    _after: dict[tuple[str, str], Mapping[str, Any] | None] = field(default_factory=dict)
    _moved: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # accounts, by id
    position: int | None = None
    owes: bool = False  # rows that are to move after this transaction

    def note(self, changes: Iterable[RowChange]) -> None:
        """Take over changes that write_events has already made."""
        for change in changes:
            self._after[change.kind, change.row_id] = change.after
            if change.after is not None and may_have_moved(change):
                self._moved[change.row_id] = change.after

    def put(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> Counts:
        """Insert or update whole `rows` (Kind.whole); rows equal to what is stored are left alone."""
        counts = Counts()
        table = KINDS[kind].table
        for part in chunks(map(KINDS[kind].whole, rows)):
            ids = [row["id"] for row in part]
            found = self.connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
            stored = {row["id"]: dict(row) for row in found}
            new = [row for row in part if row["id"] not in stored]
            if kind in STAMPED:
                part = [_stamped(kind, row, stored.get(row["id"])) for row in part]
            moved = [row for row in part if row["id"] in stored and stored[row["id"]] != row]
            if new:
                self.connection.execute(table.insert(), new)
            if moved:
                values: dict[str, Any] = {
                    name: bindparam(f"new_{name}") for name in KINDS[kind].columns if name != "id"
                }
                statement = update(table).where(table.c.id == bindparam("new_id")).values(values)
                self.connection.execute(
                    statement, [{f"new_{name}": value for name, value in row.items()} for row in moved]
                )
            for row in (*new, *moved):
                self._after[kind, row["id"]] = row
                if has_moved(kind, stored.get(row["id"]), row):
                    self._moved[row["id"]] = row
            counts.added += len(new)
            counts.changed += len(moved)
            counts.unchanged += len(part) - len(new) - len(moved)
        return counts

    def add(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that cannot be there yet, without looking."""
        whole = [KINDS[kind].whole(row) for row in rows]
        self.connection.execute(KINDS[kind].table.insert(), whole)
        for row in whole:
            self._after[kind, row["id"]] = row

    def remove(self, kind: str, ids: Sequence[str]) -> None:
        """Delete rows; every bucket that had them gets a delete entry."""
        table = KINDS[kind].table
        for part in chunks(ids):
            self.connection.execute(table.delete().where(table.c.id.in_(part)))
        for row_id in ids:
            self._after[kind, row_id] = None

    def _take_along(self) -> None:
        """What belongs to the accounts that have moved moves as well; what is too much, after this transaction."""
        room = MOST
        for part in chunks(sorted(self._moved)):
            accounts = {one: self._moved[one] for one in part}
            left = territories_left(self.connection, accounts)
            rows = moved_along(self.connection, accounts, left, room + 1)
            room -= sum(len(of_kind) for _, of_kind in rows)
            if room < 0:  # the rest of the part, and those after it, are for `finish_moves`
                self._owe(accounts, left)
                continue
            for kind, of_kind in rows:
                self.put(kind, of_kind)
        self._moved.clear()

    def _owe(self, accounts: Iterable[str], left: Mapping[str, Iterable[str]]) -> None:
        """Remember that what belongs to these accounts has yet to follow them."""
        owed = [
            {"account_id": one, "from_territory": territory}
            for one in sorted(accounts)
            for territory in sorted(left.get(one, ()) or ("",))
        ]
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        self.connection.execute(dialect.insert(move).on_conflict_do_nothing(), owed)
        self.owes = True

    def follow(self) -> bool:
        """Move what has yet to follow one account, at most MOST rows; whether there was an account to be followed."""
        first = select(move.c.account_id).order_by(move.c.account_id).limit(1)
        account_id = self.connection.execute(first).scalar()
        if account_id is None:
            return False
        found = select(account).where(account.c.id == account_id).with_for_update()
        row = self.connection.execute(found).mappings().one_or_none()
        behind = select(move.c.from_territory).where(move.c.account_id == account_id)
        done = row is None
        if row is not None:
            left = set(self.connection.execute(behind).scalars()) - {"", row["territory_id"]}
            rows = moved_along(self.connection, {str(account_id): dict(row)}, {account_id: left}, MOST)
            for kind, of_kind in rows:
                self.put(kind, of_kind)
            done = sum(len(of_kind) for _, of_kind in rows) < MOST
        if done:
            self.connection.execute(move.delete().where(move.c.account_id == account_id))
        return True

    def stamp(self) -> None:
        """Take the clock row and write the entries. Called once, last before COMMIT."""
        if not self._after:
            return
        self._take_along()
        wanted = {
            key: set() if row is None else set(KINDS[key[0]].buckets(row)) for key, row in self._after.items()
        }
        held = self._live_entries(wanted)
        now = self.connection.execute(
            update(clock)
            .where(clock.c.id == 1)
            .values(position=clock.c.position + 1)
            .returning(clock.c.position, clock.c.nonce)
        ).one()
        self.position = now.position
        self._place_movements(now.position)
        entries = [
            {
                "bucket": bucket,
                "kind": kind,
                "row_id": row_id,
                "position": now.position,
                "deleted": int(bucket not in buckets),
                "sum": number if bucket in buckets else 0,
            }
            for (kind, row_id), buckets in wanted.items()
            for number in (self._sum(kind, row_id),)
            for bucket in sorted(buckets | held.get((kind, row_id), {}).keys())
        ]
        for part in chunks(entries):
            self.connection.execute(self._upsert(), part)
        sums.settle(self.connection, entries, held)
        sums.chain(self.connection, now.position, now.nonce, entries)

    def _sum(self, kind: str, row_id: str) -> int:
        """The sum of the row as it is stored now; a movement that is new has got its position."""
        row = self._after[kind, row_id]
        if row is None:
            return 0
        if kind == "movement" and row["position"] is None:
            row = {**row, "position": self.position}
        return row_sum(KINDS[kind], row)

    def _place_movements(self, position: int) -> None:
        """New movements keep the position at which the feed first has them: a count is judged by it (SYNC.md §6)."""
        fresh = [
            row_id for (kind, row_id), row in self._after.items() if kind == "movement" and row is not None
        ]
        for part in chunks(sorted(fresh)):
            self.connection.execute(
                update(movement)
                .where(movement.c.id.in_(part), movement.c.position.is_(None))
                .values(position=position)
            )

    def _live_entries(
        self, wanted: Mapping[tuple[str, str], set[str]]
    ) -> dict[tuple[str, str], dict[str, int]]:
        """The buckets each changed row is in now, by the feed itself, with its sum there."""
        held: dict[tuple[str, str], dict[str, int]] = {}
        for part in chunks(sorted(wanted)):
            kinds, ids = {kind for kind, _ in part}, {row_id for _, row_id in part}
            found = self.connection.execute(
                select(feed.c.kind, feed.c.row_id, feed.c.bucket, feed.c.sum).where(
                    feed.c.kind.in_(sorted(kinds)), feed.c.row_id.in_(sorted(ids)), feed.c.deleted == 0
                )
            )
            for kind, row_id, bucket, number in found:
                if (kind, row_id) in wanted:
                    held.setdefault((kind, row_id), {})[bucket] = number
        return held

    def _upsert(self) -> Any:
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(feed)
        return statement.on_conflict_do_update(
            index_elements=["bucket", "kind", "row_id"],
            set_={name: statement.excluded[name] for name in ("position", "deleted", "sum")},
        )


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[UnitOfWork]:
    """One transaction: what the block noted or put is stamped and committed, or nothing is. An account with much that
    belongs to it is followed by that in transactions of their own."""
    with writing(engine) as connection:
        work = UnitOfWork(connection)
        yield work
        work.stamp()
    if work.owes:
        finish_moves(engine)


def finish_moves(engine: Engine) -> int:
    """Let everything arrive that has yet to follow its account, MOST rows a transaction; how many it took."""
    for taken in count():
        with writing(engine) as connection:
            work = UnitOfWork(connection)
            if not work.follow():
                return taken
            work.stamp()
    raise AssertionError("count has no end")
