"""What every test stands on: no screen, one language, one time zone, all set before Qt is imported; and databases.

`server_engine` runs a test on SQLite and on PostgreSQL, each time on a fresh, migrated database. `postgres_url` is
such a database on PostgreSQL, `empty_postgres_url` one without a table. The server is the wheel's (`postgres_server`),
or the one that TRUNKLINE_TEST_POSTGRES names (a role that may create databases); without either the test fails.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["TZ"] = "UTC"
if hasattr(time, "tzset"):
    time.tzset()

_numbers = count(1)


def _beside(name: str) -> Any:
    """The module `name` that lies beside this file: tests are no package."""
    spec = spec_from_file_location(f"trunkline_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL where databases may be created; one server for the session."""
    given = os.environ.get("TRUNKLINE_TEST_POSTGRES")
    if given:
        yield given
        return
    with _beside("postgres_server").running() as url:
        yield url


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a fresh database, dropped at the end."""
    import psycopg
    from sqlalchemy import make_url

    name = f"trunkline_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database, to be copied for each test."""
    from sqlalchemy import make_url

    from app.store.engine import server_engine as open_engine
    from sync.server import schema

    with _database(postgres_server) as url:
        engine = open_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from app.store.engine import server_engine as open_engine
    from sync.server import schema

    path = tmp_path_factory.mktemp("template") / "server.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def postgres_url(postgres_server: str, _postgres_template: str) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database, dropped after the test."""
    with _database(postgres_server, _postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh PostgreSQL database without a table."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """A fresh, migrated SQLite database in the test's own folder."""
    return f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'trunkline-server.db')}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated server database, once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def server_engine(server_url: str) -> Iterator[Any]:
    """An engine on a fresh, migrated server database, once on SQLite and once on PostgreSQL."""
    from app.store.engine import server_engine as open_engine

    engine = open_engine(server_url)
    yield engine
    engine.dispose()


@pytest.fixture
def world(server_engine: Any, tmp_path: Path) -> Iterator[Any]:
    """The small world (tests/small_world.py), once on each server engine."""
    made = _beside("small_world").build(server_engine, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sqlite_world(sqlite_url: str, tmp_path: Path) -> Iterator[Any]:
    """The small world with an embedded server only, for what does not depend on the server's engine."""
    from app.store.engine import server_engine as open_engine

    engine = open_engine(sqlite_url)
    made = _beside("small_world").build(engine, tmp_path)
    yield made
    made.close()
    engine.dispose()
