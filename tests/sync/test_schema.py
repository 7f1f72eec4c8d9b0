"""The migrated schema is the declared one, on both engines; old and newer databases are named in a sentence."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, Text, inspect, select, text

from app.store.engine import reading, server_engine as open_engine, writing
from app.store.tables import shared
from sync.server import schema
from sync.server.tables import clock, own

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without a table."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("empty_postgres_url") if postgres else f"sqlite:///{tmp_path / 'empty.db'}"
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_the_migrated_schema_is_the_declared_one(server_engine: Engine) -> None:
    with server_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        differences = compare_metadata(context, [shared, own])  # type: ignore[arg-type]

    assert differences == []


def test_columns_stand_in_the_declared_order(server_engine: Engine) -> None:
    declared = {
        t.name: [c.name for c in t.columns] for metadata in (shared, own) for t in metadata.sorted_tables
    }

    found = inspect(server_engine)

    migrated = {name: [c["name"] for c in found.get_columns(name)] for name in declared}
    assert migrated == declared


def test_every_database_has_an_epoch_of_its_own(server_engine: Engine, empty_engine: Engine) -> None:
    schema.upgrade(empty_engine)

    epochs = []
    for engine in (server_engine, empty_engine):
        with reading(engine) as connection:
            epochs.append(connection.execute(select(clock.c.epoch, clock.c.position)).one())

    assert len(epochs[1].epoch) == 32
    assert epochs[1].position == 0
    assert epochs[0].epoch != epochs[1].epoch


def test_an_empty_database_is_old_and_looking_creates_nothing(empty_engine: Engine) -> None:
    with pytest.raises(schema.OldSchema, match="run `trunkline-server migrate`"):
        schema.check(empty_engine)

    assert inspect(empty_engine).get_table_names() == []


def test_upgrading_twice_changes_nothing(empty_engine: Engine) -> None:
    first = schema.upgrade(empty_engine)

    second = schema.upgrade(empty_engine)

    assert first == (None, schema.head())
    assert second == (schema.head(), schema.head())
    schema.check(empty_engine)


def test_a_sale_that_waits_is_taken_out_of_the_exposure_it_had_been_added_to(empty_engine: Engine) -> None:
    with writing(empty_engine) as connection:
        command.upgrade(schema._config(connection), "0001")
        for account_id, open_orders in (("a1", 500), ("a2", 70)):
            _put(connection, "exposure", id=account_id, open_orders=open_orders)
        for order_id, kind, state, total, outcome in (
            ("delivered", "trunk_sale", "delivered", 100, "applied"),
            ("waits", "trunk_sale", "held", 30, "held"),
            ("waits-too", "trunk_sale", "held", 7, "held"),
            ("refused", "trunk_sale", "held", 50, "applied_exception"),
            ("ordered", "stock", "held", 363, "held"),
        ):
            _put(connection, "op_result", id=f"op-{order_id}", outcome=outcome)
            row = {
                "op_id": f"op-{order_id}",
                "account_id": "a1",
                "type": kind,
                "state": state,
                "total": total,
            }
            _put(connection, "sales_order", id=order_id, **row)

    schema.upgrade(empty_engine)

    with reading(empty_engine) as connection:
        found = connection.execute(text("SELECT id, open_orders, unpaid FROM exposure ORDER BY id")).all()
    assert [tuple(row) for row in found] == [("a1", 463, 0), ("a2", 70, 0)]


def _put(connection: Connection, table: str, **values: Any) -> None:
    """A row of a table as it is now in the database; what is not named is empty."""
    for column in inspect(connection).get_columns(table):
        if not column["nullable"]:
            values.setdefault(column["name"], "" if isinstance(column["type"], Text) else 0)
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_a_newer_database_is_refused_and_left_alone(server_engine: Engine) -> None:
    with writing(server_engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(schema.NewerSchema, match="newer trunkline-server"):
        schema.check(server_engine)
    with pytest.raises(schema.NewerSchema, match="9999"):
        schema.upgrade(server_engine)

    assert schema.current(server_engine) == "9999"


def test_a_failing_migration_leaves_nothing_behind(empty_engine: Engine) -> None:
    with writing(empty_engine) as connection:
        connection.execute(text("CREATE TABLE token (in_the_way TEXT)"))

    with pytest.raises(Exception, match="token"):
        schema.upgrade(empty_engine)

    assert inspect(empty_engine).get_table_names() == ["token"]


@pytest.mark.postgres
def test_a_password_in_the_url_is_not_told(postgres_url: str) -> None:
    engine = open_engine(postgres_url.replace("postgres@", "postgres:very-secret@"))

    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.NewerSchema) as caught:
        schema.check(engine)
    engine.dispose()

    assert "very-secret" not in str(caught.value)


@pytest.mark.slow
def test_migrations_travel_in_the_wheel(tmp_path: Path) -> None:
    """A wheel, unpacked alone, migrates a database without the source tree."""
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from app.store.engine import server_engine; from sync.server import schema\n"
        "assert schema.__file__.startswith(sys.argv[1]), schema.__file__\n"
        "engine = server_engine('sqlite:///' + sys.argv[2]); schema.upgrade(engine); schema.check(engine)\n"
        "engine.dispose()"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "installed"), str(tmp_path / "new.db")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stderr
