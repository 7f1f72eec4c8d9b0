"""Every state the server's tables ever had, kept by the observer: what a tablet's checkpoint is compared with (I15).

The shadow listens to all commits to the server's file. It knows nothing of feed entries, sums or results: it reads the
tables that the transaction wrote, as they are, and files them under the position and the nonce of the clock row. A
restored server begins a branch; the states it has lost are kept, because tablets may stand on them for a while.

It reads through bare cursors, so that a simulated disk does not count it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.store.tables import KINDS

Row = dict[str, Any]
Key = tuple[str, str]  # kind, row id

_WRITES = re.compile(r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class State:
    """The shared tables at one position. Rows are shared between states and never changed."""

    epoch: str
    position: int
    nonce: str
    tables: dict[str, dict[str, Row]]

    def row(self, key: Key) -> Row | None:
        return self.tables.get(key[0], {}).get(key[1])


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Cursor]:
    """A bare cursor on a database file, which it cannot change, in one snapshot; rows come as dicts."""
    with closing(
        sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    ) as database:
        cursor = database.cursor()
        cursor.row_factory = as_dict
        cursor.execute("BEGIN")
        yield cursor


def as_dict(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    """A row factory."""
    return dict(zip([one[0] for one in cursor.description], values, strict=True))


@dataclass(slots=True)
class Shadow:
    """`path` is the server's file. `look` at the end of each step; the last one made is the one that listens."""

    path: Path
    now: State | None = None
    by_nonce: dict[tuple[int, str], State] = field(default_factory=dict)
    by_place: dict[tuple[str, int], State] = field(default_factory=dict)
    versions: dict[Key, list[tuple[int, Row | None]]] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)  # id() of states that a restore has undone
    first: State | None = None
    _all: list[State] = field(default_factory=list)  # keeps id() of each its own
    _line: list[State] = field(default_factory=list)  # the branch that stands
    _dirty: set[str] = field(default_factory=set)
    _again: set[str] = field(
        default_factory=set
    )  # written by the last commit, which may have failed after all
    _engine: object = None

    def __post_init__(self) -> None:
        _Listener.shadow = self
        _listen()
        self.look(None)

    def look(self, engine: object) -> None:
        """Read everything after a restart or a restore (another engine); else put right what a commit that failed
        made us believe."""
        with opened(self.path) as cursor:
            if self.now is None or engine is not self._engine:
                self._engine = engine if engine is not None else self._engine
                self._file(cursor, set(KINDS))
                return
            there = cursor.execute("SELECT position FROM clock WHERE id = 1").fetchone()["position"]
            while self._line[-1].position > there:
                self._never_was(self._line.pop())
            self.now = self._line[-1]

    def at(self, epoch: str, position: int, nonce: str) -> State | None:
        """The state a cursor names; without a nonce the latest one of that position. What was before the shadow began
        counts as it was then."""
        assert self.first is not None
        if epoch == self.first.epoch and position < self.first.position:
            return self.first
        if nonce:
            return self.by_nonce.get((position, nonce))
        return self.by_place.get((epoch, position))

    def stands(self, state: State) -> bool:
        """Whether the server still has this state behind it."""
        return id(state) not in self.lost

    def later(self, key: Key, position: int) -> list[Row | None]:
        """What the row has been since that position, on any branch."""
        return [row for at, row in self.versions.get(key, ()) if at > position]

    def ever(self, key: Key) -> list[Row | None]:
        """All the row has ever been, None first: there was a time before it."""
        return [None, *(row for _at, row in self.versions.get(key, ()))]

    def born(self, key: Key) -> int:
        """The position at which the row last came to be."""
        changes = self.versions[key]
        gone = max((index for index, (_at, row) in enumerate(changes) if row is None), default=-1)
        return next((at for at, _row in changes[gone + 1 :]), 0)

    # -- listening ----------------------------------------------------------------------------------------------------

    def wrote(self, statement: str) -> None:
        """A statement went to the server's file."""
        found = _WRITES.match(statement)
        if found:
            self._dirty.add(found[1])

    def forget(self) -> None:
        """It was rolled back."""
        self._dirty.clear()

    def committing(self, connection: Connection) -> None:
        """The transaction is about to be committed: its rows are as they will be."""
        kinds = self._dirty & set(KINDS)
        another = self._engine is not None and connection.engine is not self._engine
        if another:
            self._engine, kinds = connection.engine, set(KINDS)
        if kinds or "clock" in self._dirty:
            bare: Any = connection.connection.dbapi_connection
            cursor = bare.cursor()
            cursor.row_factory = as_dict
            self._file(cursor, kinds | self._again)
            cursor.close()
            self._again = kinds
        self._dirty.clear()

    def _file(self, cursor: sqlite3.Cursor, kinds: set[str]) -> None:
        clock = cursor.execute("SELECT epoch, position, nonce FROM clock WHERE id = 1").fetchone()
        before = self.now
        tables = dict(before.tables) if before else {}
        for kind in sorted(kinds):
            old = tables.get(kind, {})
            fresh = {row["id"]: row for row in cursor.execute(f'SELECT * FROM "{kind}"')}
            tables[kind] = {one: old[one] if old.get(one) == row else row for one, row in fresh.items()}
            self._versions(kind, old, tables[kind], clock["position"])
        state = State(clock["epoch"], clock["position"], clock["nonce"], tables)
        while self._line and self._line[-1].position >= state.position:
            gone = self._line.pop()
            if gone.position > state.position or gone.nonce != state.nonce:
                self.lost.add(id(gone))
        self._line.append(state)
        self._all.append(state)
        self.by_place[state.epoch, state.position] = state
        if state.nonce:
            self.by_nonce[state.position, state.nonce] = state
        self.now, self.first = state, self.first or state

    def _versions(self, kind: str, old: dict[str, Row], new: dict[str, Row], position: int) -> None:
        for row_id in old.keys() | new.keys():
            row = new.get(row_id)
            if old.get(row_id) is not row:
                self.versions.setdefault((kind, row_id), []).append((position, row))

    def _never_was(self, state: State) -> None:
        """A commit that failed."""
        self.lost.add(id(state))
        self.by_place.pop((state.epoch, state.position), None)
        self.by_nonce.pop((state.position, state.nonce), None)
        for changes in self.versions.values():
            while changes and changes[-1][0] == state.position:
                changes.pop()


class _Listener:
    """To every engine there is; told on is only what happens to the server's file."""

    shadow: Shadow | None = None
    on = False

    @classmethod
    def theirs(cls, connection: Connection) -> Shadow | None:
        if cls.shadow is None or connection.engine.url.database != cls.shadow.path.as_posix():
            return None
        return cls.shadow


def _listen() -> None:
    if _Listener.on:
        return
    _Listener.on = True

    @event.listens_for(Engine, "after_cursor_execute")
    def _wrote(
        connection: Connection, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool
    ) -> None:
        if shadow := _Listener.theirs(connection):
            shadow.wrote(statement)

    @event.listens_for(Engine, "commit")
    def _committing(connection: Connection) -> None:
        if shadow := _Listener.theirs(connection):
            shadow.committing(connection)

    @event.listens_for(Engine, "rollback")
    def _rolled_back(connection: Connection) -> None:
        if shadow := _Listener.theirs(connection):
            shadow.forget()
