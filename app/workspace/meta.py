"""Single values of a workspace, by key."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from app.workspace.tables import meta


def get_meta(connection: Connection, key: str) -> str | None:
    """The value under `key`; None when there is none."""
    value: str | None = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return value


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Keep `value` under `key`."""
    row = {"key": key, "value": value}
    connection.execute(insert(meta).values(row).on_conflict_do_update(index_elements=["key"], set_=row))
