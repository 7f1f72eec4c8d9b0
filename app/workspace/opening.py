"""Opening a workspace: one database file per (server, user), migrated, with a writer and a read-only engine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.store.engine import sqlite_engine
from app.workspace.schema import bring_up_to_date
from app.workspace.workspace import Workspace


def database_path(folder: Path, server_url: str, login: str) -> Path:
    """The file of this user at this server; another user's rows never share it (law 13)."""
    server = hashlib.sha256(server_url.rstrip("/").lower().encode()).hexdigest()[:12]
    name = re.sub(r"[^a-z0-9._-]", "_", login.lower())[:40]
    exact = hashlib.sha256(login.lower().encode()).hexdigest()[:6]
    return folder / f"{name}-{exact}-{server}.db"


def open_workspace(
    path: Path,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    journal: Callable[[dict[str, Any]], None] | None = None,
) -> Workspace:
    """The workspace in the file at `path`, made when missing. Raises NewerDatabase, UnsafeStore."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sqlite_engine(path)
    bring_up_to_date(engine)
    return Workspace(engine, sqlite_engine(path, read_only=True), now, new_id, journal)
