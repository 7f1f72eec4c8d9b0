"""The database's schema against this program's: bring it up to date, name it, or say in a sentence what to run."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from app.store.engine import reading, writing
from sync.server import sums

_LOCK = 7_472_656_374  # any number; one for this program


class WrongSchema(RuntimeError):
    """The database does not fit this program; the message says what to run."""


class OldSchema(WrongSchema):
    """Migrations are pending, or nothing was ever created."""


class NewerSchema(WrongSchema):
    """A newer program has migrated the database."""


def head() -> str:
    """The revision this program needs."""
    revision = _scripts(_config()).get_current_head()
    assert revision is not None
    return revision


def current(engine: Engine) -> str | None:
    """The database's revision; None when it holds no Trunkline tables. Writes nothing."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(engine: Engine) -> None:
    """Raise OldSchema or NewerSchema unless the database is exactly at this program's revision. Writes nothing."""
    found, wanted = current(engine), head()
    if found == wanted:
        return
    if found is None:
        raise OldSchema(
            f"the database {_shown(engine)} has no Trunkline tables yet; run `trunkline-server migrate`"
        )
    if found in {script.revision for script in _scripts(_config()).walk_revisions()}:
        raise OldSchema(
            f"the database {_shown(engine)} is at schema {found}, this program needs {wanted}: "
            "make a backup, then run `trunkline-server migrate`"
        )
    raise NewerSchema(
        f"the database {_shown(engine)} is at schema {found}, which this program (schema {wanted}) does not know: "
        "a newer trunkline-server has migrated it; run that version instead"
    )


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Run what is pending, all of it in one transaction; (revision before, revision after).

    Two programs that upgrade at the same time take turns, and the second finds nothing to do. Raises NewerSchema.
    """
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        if before is not None and before not in {
            one.revision for one in _scripts(_config()).walk_revisions()
        }:
            raise NewerSchema(
                f"the database {_shown(engine)} is at schema {before}, which this program does not know: "
                "a newer trunkline-server has migrated it; run that version instead"
            )
        if before != head():
            command.upgrade(_config(connection), "head")
            if before is not None and before < "0003":
                sums.rebuild(connection)
    return before, head()


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "sync.server:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts(config: Config) -> ScriptDirectory:
    return ScriptDirectory.from_config(config)
