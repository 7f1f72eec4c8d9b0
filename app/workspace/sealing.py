"""A revoked device (SYNC.md §5, law 14): what it is told is kept, and before a wipe its outbox is sealed to a file.

The file is for the company's key only (policy `seal_key`). Without that key nothing is sealed, so nothing may be
destroyed either: the device is locked and keeps what it has.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from app.store import tables as t
from app.store.engine import reading, writing
from app.store.sealing import FORMAT, SEAL_KEY
from app.store.signatures import seal
from app.workspace.meta import get_meta, set_meta
from app.workspace.tables import outbox
from app.workspace.workspace import Identity, Workspace, read_identity

LOCK, WIPE = "lock", "wipe"  # what the server tells a revoked device
SUFFIX = ".sealed"
_LOCKED, _SEALED = "locked", "sealed"  # meta


def lock(workspace: Workspace, order: str) -> None:
    """Keep the order; it holds over restarts until `unlock`. An order this program does not know locks."""
    with writing(workspace.engine) as connection:
        set_meta(connection, _LOCKED, WIPE if order == WIPE else LOCK)


def unlock(workspace: Workspace) -> None:
    """The server has accepted this device again."""
    with writing(workspace.engine) as connection:
        set_meta(connection, _LOCKED, "")


def locked(workspace: Workspace) -> str:
    """The order that holds: LOCK, WIPE, or '' when the device may work."""
    with reading(workspace.engine) as connection:
        return get_meta(connection, _LOCKED) or ""


def seal_outbox(workspace: Workspace, folder: Path, entropy: bytes) -> Path | None:
    """Seal what is unsent or unsettled into a file of its own in `folder`, on the disk when this returns.

    The file that is there already when nothing was saved since. None when no key is held, or nobody has signed in: then
    nothing may be destroyed. `entropy`: 32 fresh random bytes. Raises OSError.
    """
    with reading(workspace.engine) as connection:
        public, identity = _public(connection), read_identity(connection)
        if public is None or identity is None:
            return None
        newest = int(connection.execute(select(func.max(outbox.c.ord))).scalar() or 0)
        known: dict[str, Any] = json.loads(get_meta(connection, _SEALED) or "{}")
        path = folder / str(known.get("file", ""))
        if known.get("newest") == newest and path.is_file():
            return path
        moment = workspace.now()
        data = _outbox(connection, identity, moment.isoformat())
    path = folder / f"{identity.device_id}-{moment:%Y%m%dT%H%M%S%f}{SUFFIX}"
    try:
        blob = seal(public, data, entropy)
    except ValueError:
        return None  # a key that is none
    _write_new(path, blob)
    with writing(workspace.engine) as connection:
        set_meta(connection, _SEALED, json.dumps({"file": path.name, "newest": newest}))
    return path


def _public(connection: Connection) -> bytes | None:
    """The company's public half; None when there is none or it cannot be read."""
    text = connection.execute(select(t.policy.c.value).where(t.policy.c.id == SEAL_KEY)).scalar()
    try:
        return bytes.fromhex(json.loads(text or "{}")["public"])
    except (ValueError, KeyError, TypeError):
        return None


def _outbox(connection: Connection, identity: Identity, moment: str) -> bytes:
    """The ops without a terminal result, in their order, with whose they are."""
    waits = (outbox.c.pushed == 0) | outbox.c.settled_at.is_(None)
    ops = [
        {
            "op_id": row.op_id,
            "stream": row.stream,
            "seq": row.seq,
            "command": row.command,
            "payload": row.payload.decode(),
            "needs": json.loads(row.needs),
            "saved_at": row.saved_at,
            "pushed": row.pushed,
            "result": row.result,
        }
        for row in connection.execute(select(outbox).where(waits).order_by(outbox.c.ord))
    ]
    whole = {"format": FORMAT, "sealed_at": moment, "identity": asdict(identity), "ops": ops}
    return json.dumps(whole, ensure_ascii=False).encode()


def _write_new(path: Path, blob: bytes) -> None:
    """Write a file whole, and have it and its name on the disk."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(blob)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    if sys.platform != "win32":  # there a folder cannot be opened, and a rename is written through
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
