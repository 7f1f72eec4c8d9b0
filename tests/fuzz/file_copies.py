"""An SQLite file that can be put back as it was, and whether anybody has written to it since."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for files that live as long as the program; in memory where the system has that."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@dataclass
class Copy:
    """The file at `path` as it is now, in memory."""

    path: Path
    _live: sqlite3.Connection = field(init=False)
    _kept: sqlite3.Connection = field(init=False)
    _version: int = 0

    def __post_init__(self) -> None:
        self._live = sqlite3.connect(self.path, isolation_level=None)
        self._live.execute("PRAGMA synchronous=OFF")  # nothing here has to survive
        self._kept = sqlite3.connect(":memory:")
        self._live.backup(self._kept)
        self.look()

    def look(self) -> bool:
        """Whether something was committed by others since the last look."""
        before, self._version = self._version, self._live.execute("PRAGMA data_version").fetchone()[0]
        return before != self._version

    def put_back(self) -> None:
        """The file as it was."""
        self._kept.backup(self._live)
        self._live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.look()

    def tables(self) -> list[str]:
        found = self._live.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return [row[0] for row in found]

    def hash(self, tables: Iterable[str]) -> str:
        """Over all rows of these tables."""
        digest = hashlib.sha256()
        for name in tables:
            digest.update(name.encode())
            for row in sorted(map(repr, self._live.execute(f'SELECT * FROM "{name}"'))):
                digest.update(row.encode())
        return digest.hexdigest()

    def rows(self, statement: str) -> list[Any]:
        return self._live.execute(statement).fetchall()

    def close(self) -> None:
        self._live.close()
        self._kept.close()
