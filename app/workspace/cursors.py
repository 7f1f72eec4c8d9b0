"""Where the increments stand, and where they stood before: enough to find what is common with a restored server."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from app.workspace.meta import get_meta, set_meta
from sync.protocol.messages import Cursor

MARKS = 40


def read_cursor(connection: Connection) -> Cursor:
    """Where the increments stand."""
    return Cursor(
        get_meta(connection, "epoch") or "",
        int(get_meta(connection, "position") or "0"),
        get_meta(connection, "nonce") or "",
    )


def move_to(connection: Connection, cursor: Cursor) -> None:
    """Stand at `cursor`, and keep it among the marks."""
    before = marks(connection)
    if not before or before[0] != cursor:
        _keep(connection, thinned([cursor, *before]))
    _stand(connection, cursor)


def step_back(connection: Connection, cursor: Cursor) -> None:
    """Stand at an earlier cursor that both ends know; later marks are of a history that is gone."""
    _keep(connection, [one for one in marks(connection) if one.position <= cursor.position])
    _stand(connection, cursor)


def marks(connection: Connection) -> list[Cursor]:
    """Earlier cursors, newest first."""
    kept = json.loads(get_meta(connection, "marks") or "[]")
    return [Cursor(epoch, position, nonce) for epoch, position, nonce in kept]


def thinned(found: Sequence[Cursor], most: int = MARKS) -> list[Cursor]:
    """At most so many cursors, newest first: the newest and the oldest stay, and the further back, the wider apart."""
    kept = list(found)
    while len(kept) > most:
        newest = kept[0].position
        inner = range(1, len(kept) - 1)
        # the gap that dropping it would leave, against its age: the least loss goes
        loss = {
            index: (kept[index - 1].position - kept[index + 1].position)
            / (1 + newest - kept[index + 1].position)
            for index in inner
        }
        del kept[min(inner, key=lambda index: (loss[index], index))]
    return kept


def recovering(connection: Connection) -> bool:
    """Whether the server's history is another and the common point is still to be found."""
    return get_meta(connection, "recover") == "1"


def set_recovering(connection: Connection, on: bool) -> None:
    """Ask with marks from now on, or no more."""
    set_meta(connection, "recover", "1" if on else "")


def _stand(connection: Connection, cursor: Cursor) -> None:
    set_meta(connection, "epoch", cursor.epoch)
    set_meta(connection, "position", str(cursor.position))
    set_meta(connection, "nonce", cursor.nonce)


def _keep(connection: Connection, kept: Sequence[Cursor]) -> None:
    set_meta(connection, "marks", json.dumps([[one.epoch, one.position, one.nonce] for one in kept]))
