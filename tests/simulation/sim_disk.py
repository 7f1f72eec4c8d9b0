"""The disk of one simulated machine: it can stop at any statement, fill up, and be copied as it is.

A kill is real for SQLite: at the chosen statement the database file and its write-ahead log are copied as they lie
there, then every connection is closed, and the copy is put in place of the files. Whoever opens it next recovers from
that log. A commit counts as two moments, before and after: what follows a commit may be lost, the commit may not.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

FULL = "database or disk is full"


class Killed(BaseException):
    """The process died here. No `except Exception` of the product may see it."""


@dataclass(slots=True)
class Disk:
    """`path` is the database's. `light` sets a fuse: so many statements later the process dies, or the disk is full
    for `lasts` statements."""

    path: Path
    blown: Callable[[str], None] = lambda _what: None
    dead: bool = False
    _left: int | None = None
    _full: bool = False
    _lasts: int = 0
    _image: list[tuple[Path, Path]] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        """Have every statement and commit of the engine go through here."""
        engine.dispose()  # what is connected already would go past
        event.listen(engine, "connect", lambda connection, _record: _DISKS.__setitem__(id(connection), self))
        event.listen(engine, "close", lambda connection, _record: _DISKS.pop(id(connection), None))
        share_dialect(engine)

    def light(self, statements: int, *, full: bool = False, lasts: int = 1) -> None:
        """Let it happen that many statements from now."""
        self._left, self._full, self._lasts = statements, full, lasts

    def douse(self) -> None:
        """No more of it; the disk has room again."""
        self._left, self._lasts = None, 0

    def pass_by(self, *, committed: bool = False) -> None:
        """One statement, or one side of a commit. Raises Killed or sqlite3.OperationalError."""
        if self.dead:
            raise Killed
        if self._left is None:
            return
        if self._left > 0:
            self._left -= 1
            return
        if not self._full:
            self.kill()
        if committed:
            return  # it is on the disk: nothing can be said against it any more
        self._lasts -= 1
        if self._lasts <= 0:
            self._left = None
        self.blown("disk_full")
        raise sqlite3.OperationalError(FULL)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What the simulator itself reads does not count."""
        left, self._left = self._left, None
        try:
            yield
        finally:
            self._left = left

    def kill(self) -> None:
        """Die here: keep the files as they are and raise Killed."""
        self.take_image()
        raise Killed

    def take_image(self) -> None:
        """Keep the files as they are; nothing that is written later counts."""
        if not self.dead:
            self.dead, self._left = True, None
            self._image = copy_database(self.path, self.path.with_suffix(".crash"))
            self.blown("killed")

    def revive(self) -> None:
        """Put the kept files in place; all connections must be closed."""
        if self.dead:
            put_database(self.path.with_suffix(".crash"), self.path)
            self.dead = False


_DISKS: dict[int, Disk] = {}  # by id of the driver's connection
_FIRST: list[Engine] = []


def share_dialect(engine: Engine) -> None:
    """Let all engines have one dialect and one cache of compiled statements: a seed opens dozens of engines, and each
    would compile every statement anew."""
    if not _FIRST:
        with engine.connect():
            pass  # so that the dialect has met its database
        engine.dispose()
        _FIRST.append(engine)
        _pass_by(engine.dialect)
    engine.dialect = _FIRST[0].dialect
    engine._compiled_cache = _FIRST[0]._compiled_cache


def _pass_by(dialect: Any) -> None:
    execute, many, commit = dialect.do_execute, dialect.do_executemany, dialect.do_commit

    def disk(connection: Any) -> Disk | None:
        return _DISKS.get(id(connection))

    def do_execute(cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        if found := disk(cursor.connection):
            found.pass_by()
        execute(cursor, statement, parameters, context)

    def do_executemany(cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        if found := disk(cursor.connection):
            found.pass_by()
        many(cursor, statement, parameters, context)

    def do_commit(connection: Any) -> None:
        found = disk(getattr(connection, "driver_connection", connection))
        if found is None:
            commit(connection)
            return
        found.pass_by()
        commit(connection)
        found.pass_by(committed=True)

    dialect.do_execute, dialect.do_executemany, dialect.do_commit = do_execute, do_executemany, do_commit


def copy_database(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Copy a database file and its log as they lie there (no transaction may be half written by somebody else)."""
    pairs = [(source, target), (_log(source), _log(target))]
    _log(target).unlink(missing_ok=True)
    for one, other in pairs:
        if one.exists():
            shutil.copyfile(one, other)
    return pairs


def put_database(source: Path, target: Path) -> None:
    """Make `target` what `source` is; `target` must not be open."""
    remove_database(target)
    copy_database(source, target)


def remove_database(path: Path) -> None:
    """Delete a database file with all that lies beside it."""
    for one in (path, _log(path), path.with_name(path.name + "-shm")):
        one.unlink(missing_ok=True)


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")
