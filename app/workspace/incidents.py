"""What went wrong with the copy here and was mended: kept to be shown and sent with a support file."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, func, select

from app.workspace.tables import incident

_KEPT = 500  # a copy that is mended every hour must not fill the disk


def note(connection: Connection, at: str, what: str, **detail: Any) -> None:
    """Write an incident down: `sums_differ`, `server_restored`, `stream_forked`, `bucket_reset`."""
    connection.execute(incident.insert().values(at=at, what=what, detail=json.dumps(detail, sort_keys=True)))
    newest = connection.execute(select(func.max(incident.c.id))).scalar_one()
    connection.execute(delete(incident).where(incident.c.id <= newest - _KEPT))
