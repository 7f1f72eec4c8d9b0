"""Backups that come back, and what both sides hold afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.store.tables import KINDS
from sync.client.turn import Turn, ask
from sync.protocol.api import ApiProblem, Unreachable

HELD = "SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'"


def backup(engine: Any, to: Path) -> None:
    """A whole copy of an SQLite database, as a backup makes it."""
    with sqlite3.connect(engine.url.database) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def restore(engine: Any, kept: Path) -> None:
    """The copy in the place of what is there now."""
    file = Path(str(engine.url.database))
    engine.dispose()
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    shutil.copy(kept, file)


def turned(tablet: Any, look: Callable[[Any], None]) -> Turn:
    """A turn, with a look after every step."""
    turn = Turn()
    while (request := turn.next_request(tablet.workspace)) is not None:
        try:
            turn.absorb(tablet.workspace, request, ask(tablet.api, request))
        except (ApiProblem, Unreachable) as error:
            turn.failed(tablet.workspace, request, error)
        look(request)
    return turn


def same_rows(world: Any, tablet: Any) -> bool:
    held = {name for (name,) in tablet.rows("SELECT name FROM bucket")}
    for name, kind in KINDS.items():
        columns = ", ".join(kind.columns)
        theirs = [
            row
            for row in world.rows(f"SELECT {columns} FROM {name} ORDER BY id")
            if set(kind.buckets(dict(zip(kind.columns, row, strict=True)))) & held
        ]
        if tablet.rows(f"SELECT {columns} FROM {name} ORDER BY id") != theirs:
            return False
    return True
