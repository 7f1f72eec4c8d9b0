"""Loading: a page of a bucket put into its tables as the arrays it came in, without a mapping for each row.

Only a page that nothing here depends on takes this way; every other goes through `rebase`, which ends in the same rows.
Rows that are new are put into the search in one statement a page instead of by the trigger of each, which takes a third
of the time; trigger and rows are back in step within the page's own transaction. So what has come can be found at once,
and a kill leaves nothing half made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from sqlalchemy import Connection

from app.store.tables import KINDS
from app.workspace import guesses
from app.workspace.tables import SEARCHED
from sync.protocol.messages import Pull
from sync.protocol.wire import Page

_WAL, _WAL_LOADING = (
    1_000,
    16_000,
)  # database pages of 4 KiB: SQLite's own measure, and while a bucket is being filled
_STEPS = 500  # of SQLite's machine between two looks at who waits: a few rows of a table, fifty of the search
_PATIENCE = 8  # times that one page waits in vain for who waits
_WITH_OPS = frozenset({"op_result"})  # rows that settle what waits in the outbox


def is_plain(connection: Connection, request: Pull, page: Page) -> bool:
    """Whether the page only brings rows: no guess stands, no result is among them, nothing goes or is compared."""
    return (
        request.backfill is not None
        and not request.backfill.only
        and not (page.gone or page.drop or page.rows)
        and not any(kind in _WITH_OPS for kind, _block in page.blocks)
        and not guesses.any_pending(connection)
    )


@contextmanager
def giving_way(connection: Connection, give_way: Callable[[], object]) -> Iterator[None]:
    """Call `give_way` every few milliseconds of what this connection does, within a statement as between two. A
    statement that waits there holds nothing a reader needs.

    Once it has said False, that it gave up waiting, so many times it is asked no more: behind this work waits what a
    person saves."""
    driver: Any = connection.connection.driver_connection
    given_up = 0

    def look() -> int:
        nonlocal given_up
        if given_up < _PATIENCE and give_way() is False:
            given_up += 1
        return 0  # anything else would break the statement off

    driver.set_progress_handler(look, _STEPS)
    try:
        yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # a connection that is gone looks at nothing any more
            driver.set_progress_handler(None, 0)


def load(connection: Connection, page: Page) -> set[str]:
    """Insert or overwrite the rows of `page.blocks`; the kinds touched."""
    driver: Any = connection.connection.cursor()
    try:
        # every commit is on the disk in the log all the same; only copying it into the file waits for more of it
        driver.execute(f"PRAGMA wal_autocheckpoint={_WAL_LOADING if page.backfill else _WAL}")
        for kind, block in page.blocks:
            if kind in SEARCHED and block and _all_new(driver, kind, block):
                _put_and_index(driver, kind, block)
            else:
                driver.executemany(_statement(kind), block)
    finally:
        driver.close()
    return {kind for kind, block in page.blocks if block}


def as_rows(page: Page) -> list[tuple[str, dict[str, Any]]]:
    """Every row of the page as (kind, mapping): for `rebase`."""
    found: list[tuple[str, dict[str, Any]]] = [(kind, dict(row)) for kind, row in page.rows]
    for kind, block in page.blocks:
        columns: Sequence[str] = KINDS[kind].columns
        found += [(kind, dict(zip(columns, row, strict=True))) for row in block]
    return found


def _all_new(driver: Any, kind: str, block: Sequence[Sequence[Any]]) -> bool:
    """Whether no row lies between the least and the greatest id of the block: then none of them is there yet."""
    ids = [row[_ids(kind)] for row in block]
    driver.execute(f'SELECT 1 FROM "{kind}" WHERE id BETWEEN ? AND ? LIMIT 1', (min(ids), max(ids)))
    return driver.fetchone() is None


def _put_and_index(driver: Any, kind: str, block: Sequence[Sequence[Any]]) -> None:
    """Insert new rows without their trigger, then what they are found by, in the order of their rowids."""
    trigger, columns = f"{kind}_search_insert", ", ".join(SEARCHED[kind])
    ddl = driver.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (trigger,)
    ).fetchone()
    last = driver.execute(f'SELECT coalesce(max(rowid), 0) FROM "{kind}"').fetchone()[0]
    driver.execute(f"DROP TRIGGER {trigger}")
    driver.executemany(_statement(kind), block)
    found = f'SELECT rowid, {columns} FROM "{kind}" WHERE rowid > ? ORDER BY rowid'
    driver.execute(f"INSERT INTO {kind}_search(rowid, {columns}) {found}", (last,))
    driver.execute(ddl[0])


def _ids(kind: str) -> int:
    return KINDS[kind].columns.index("id")


@cache
def _statement(kind: str) -> str:
    names = [f'"{name}"' for name in KINDS[kind].columns]
    into = f'INSERT INTO "{kind}" ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})'
    return f"{into} ON CONFLICT (id) DO UPDATE SET " + ", ".join(
        f"{name} = excluded.{name}" for name in names if name != '"id"'
    )
