"""Engines. SQLite in WAL mode with synchronous=FULL, set and read back on every connection; PostgreSQL by psycopg 3.

Transactions on SQLite are begun by us, never by the driver: writers with BEGIN IMMEDIATE (one writer at a time, no
upgrade deadlock), readers with BEGIN (one snapshot). `writing` and `reading` are the two doors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

BUSY_MS = 30_000


class UnsafeStore(RuntimeError):
    """SQLite would not take the settings that make a commit survive a power loss."""


def sqlite_engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine on the file at `path`; raises UnsafeStore when WAL or FULL cannot be had."""
    query = {"mode": "ro", "uri": "true"} if read_only else {}
    database = f"file:{quote(path.as_posix())}" if read_only else path.as_posix()
    engine = create_engine(URL.create("sqlite", database=database, query=query), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are ours
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if not read_only:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-16000")
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        level = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.close()
        if mode != "wal" or (not read_only and level != 2):
            raise UnsafeStore(f"{path}: journal_mode={mode} synchronous={level}; needs wal and 2 (FULL)")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("trunkline_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def server_engine(url: str, *, pool_size: int = 20) -> Engine:
    """An engine for `url` (`sqlite:///file` or `postgresql://…`). PostgreSQL runs at READ COMMITTED."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database:
            raise ValueError("a server database needs a file: sqlite:///path/to/trunkline.db")
        return sqlite_engine(Path(parsed.database))
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    raise ValueError(f"unsupported database {parsed.get_backend_name()!r}: use sqlite or postgresql")


def one_shot_engine(url: str) -> Engine:
    """As server_engine, without a pool: for tools that open, work and leave."""
    engine = server_engine(url)
    if engine.dialect.name == "sqlite":
        return engine
    engine.dispose()
    return create_engine(engine.url, poolclass=NullPool)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; committed at the end, rolled back on an exception."""
    with engine.connect().execution_options(trunkline_write=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot for several reads: entries and payloads agree with each other."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with connection, connection.begin():
        yield connection
