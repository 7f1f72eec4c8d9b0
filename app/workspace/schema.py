"""The device database's schema: brought up to date when opened, before anybody reads.

Alembic is imported only when there is something to do; on every other start one small read is enough.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from app.store.engine import reading, writing

HEAD = "0005"


class NewerDatabase(RuntimeError):
    """A newer Trunkline has written this file; the message says what to do. Nothing was changed."""


def bring_up_to_date(engine: Engine) -> None:
    """Run pending migrations, each whole or not at all. Raises NewerDatabase."""
    with reading(engine) as connection:
        found = _revision(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise NewerDatabase(
            f"this tablet's data was written by a newer Trunkline (schema {found}, this program knows {HEAD}): "
            "update the app; nothing was changed"
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "app.workspace:migrations")
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
