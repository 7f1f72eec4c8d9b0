"""A tablet's database of the first schema, with rows and unsent work in it, opened by today's program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from app.store.engine import sqlite_engine, writing
from app.workspace.counting import count_command, enter_count
from app.workspace.field import record_visit

TRUNK = "SELECT lot_id, qty FROM balance WHERE location_id = 'trunk-rep' ORDER BY 1"
QUEUE = "SELECT ord, op_id, seq, hex(payload), pushed, result FROM outbox ORDER BY 1"


def _upgraded(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "app.workspace:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def as_first(path: Path) -> None:
    """Make the database at `path` what it would be had a program of the first schema written its rows."""
    kept = path.with_suffix(".now")
    with closing(sqlite3.connect(path)) as now:
        now.execute("VACUUM INTO ?", (str(kept),))
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()
    engine = sqlite_engine(path)
    with writing(engine) as connection:
        _upgraded(connection, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as first:
        first.execute("ATTACH DATABASE ? AS now", (str(kept),))
        tables = first.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table'"
            " AND name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%\\_search%' ESCAPE '\\'"
        )
        for (table,) in tables.fetchall():
            names = [f'"{row[1]}"' for row in first.execute(f"PRAGMA main.table_info({table})")]
            columns = ", ".join(names)
            first.execute(f"DELETE FROM main.{table}")
            first.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
        first.commit()


@pytest.fixture
def upgraded(sqlite_world: Any) -> Any:
    """A rep's tablet that sold before its last contact and after it, and was then upgraded, away from any network."""
    rep = sqlite_world.tablet("rep")
    assert rep.workspace.perform(rep.sale(qty=3)).saved
    rep.sync()
    quote = rep.quote()
    for one in (quote, rep.sale(qty=1), rep.sale(qty=1, lot="l2"), rep.order(quote)):
        assert rep.workspace.perform(one).saved
    rep.queue = rep.rows(QUEUE)
    path = Path(str(rep.workspace.engine.url.database))
    rep.workspace.engine.dispose()
    rep.workspace.reader.dispose()
    as_first(path)
    again = sqlite_world.reopen(rep)
    again.queue = rep.queue
    return again


def test_an_upgrade_keeps_every_unsent_op_as_it_was(upgraded: Any) -> None:
    assert len(upgraded.queue) == 5
    assert upgraded.rows(QUEUE) == upgraded.queue
    assert upgraded.rows(TRUNK) == [("l1", 6), ("l2", 3)]


def test_an_upgraded_tablet_sells_and_counts_before_it_has_met_the_server_again(upgraded: Any) -> None:
    workspace = upgraded.workspace
    assert workspace.perform(upgraded.sale(qty=1, lot="l2")).decision.outcome == "applied"
    for lot, counted in (("l1", 6), ("l2", 2)):
        enter_count(workspace, "trunk-rep", "p1", lot, counted)

    counted_now = workspace.perform(count_command(workspace, "trunk-rep", "Rep")).decision

    assert (counted_now.outcome, counted_now.findings) == ("applied", ())
    assert upgraded.rows(TRUNK) == [("l1", 6), ("l2", 2)]


def test_an_upgraded_tablet_brings_its_work_to_the_server(upgraded: Any, sqlite_world: Any) -> None:
    upgraded.sync()
    upgraded.sync()

    assert upgraded.one("SELECT count(*) FROM guess") == 0
    assert upgraded.rows("SELECT result, count(*) FROM outbox GROUP BY 1") == [("applied", 5)]
    for side in (upgraded, sqlite_world):
        assert side.rows(TRUNK) == [("l1", 6), ("l2", 3)]
        assert side.one("SELECT count(*) FROM movement WHERE position IS NULL") == 0
        assert side.one("SELECT state FROM sales_order WHERE type = 'stock'") == "allocated"


def test_what_an_upgraded_tablet_only_guessed_is_still_a_guess(upgraded: Any) -> None:
    guessed = "SELECT count(*) FROM movement WHERE position IS NULL"
    assert upgraded.one(guessed) == 2
    assert upgraded.one("SELECT max(position) FROM movement") == upgraded.one(
        "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'position'"
    )
    with upgraded.workspace.engine.connect() as connection:
        pending = connection.execute(text("SELECT count(*) FROM guess WHERE kind = 'movement'")).scalar()
    assert pending == 2


def test_what_an_older_program_could_not_keep_comes_with_the_first_turns_after_the_upgrade(
    sqlite_world: Any,
) -> None:
    rep = sqlite_world.tablet("rep")
    rep.sync()
    assert rep.workspace.perform(record_visit(rep.workspace, "a1", "Ask for Ida")).saved
    rep.sync()
    rep.sync()
    with rep.workspace.engine.begin() as connection:  # as a program of the schema before would have left it
        for table in ("visit", "signature", "favourite"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
        checked = rep.workspace.now().isoformat()
        connection.exec_driver_sql("UPDATE bucket SET checked_at = ?", (checked,))
    rep.workspace.engine.dispose()
    rep.workspace.reader.dispose()

    again = sqlite_world.reopen(rep)
    for _ in range(3):
        again.sync()

    assert again.rows("SELECT note FROM visit") == [("Ask for Ida",)]
