"""The audit: its rows stand in a chain, nobody changes one unnoticed, and an outside party can check a copy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.store.engine import reading, server_engine as open_engine, writing
from sync.server import audit, schema
from sync.server.cli import main


def rows_of(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return list(audit.read(connection))


def test_every_line_is_chained_to_the_one_before(accounts: Any) -> None:
    accounts.remember("looked", "at this", why="Ünïcode")
    accounts.remember("looked", "at that")

    rows = rows_of(accounts.engine)

    with reading(accounts.engine) as connection:
        assert audit.head(connection) == (rows[-1]["seq"], rows[-1]["chain"])
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert audit.verify(rows) is None


@pytest.mark.parametrize("field", ["at", "actor", "action", "subject", "detail"])
def test_a_changed_row_is_named(accounts: Any, field: str) -> None:
    for number in range(3):
        accounts.remember("looked", str(number))
    rows = rows_of(accounts.engine)

    rows[1][field] += "x"

    wrong = audit.verify(rows)
    assert wrong == f"row 2 ({rows[1]['id']}) is not what was written"


def test_a_row_taken_out_is_named_and_a_cut_end_needs_the_head_or_an_anchor(accounts: Any) -> None:
    for number in range(3):
        accounts.remember("looked", str(number))
    rows = rows_of(accounts.engine)
    end = (rows[-1]["seq"], rows[-1]["chain"])

    assert "row 2 is missing" in str(audit.verify([rows[0], *rows[2:]]))
    assert audit.verify(rows[:-1]) is None
    assert "are missing" in str(audit.verify(rows[:-1], last=end))
    assert "cut off" in str(audit.verify(rows[:-1], anchor=end[1]))
    assert audit.verify(rows, anchor=rows[0]["chain"], last=end) is None


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_take_out_a_row(accounts: Any, statement: str) -> None:
    accounts.remember("looked", "at this")

    with pytest.raises(DBAPIError, match="append-only"), writing(accounts.engine) as connection:
        connection.execute(text(statement))

    assert audit.verify(rows_of(accounts.engine)) is None


def test_appends_at_once_make_one_chain(accounts: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: accounts.remember("looked", str(number)), range(20)))

    rows = rows_of(accounts.engine)

    assert len([row for row in rows if row["action"] == "looked"]) == 20
    assert audit.verify(rows) is None


def test_rows_from_before_the_chain_are_chained_in_their_order(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with writing(engine) as connection:
        command.upgrade(schema._config(connection), "0002")
        for name, at in (("b", "2026-01-02"), ("a", "2026-01-03"), ("c", "2026-01-01")):
            connection.execute(
                text("INSERT INTO audit VALUES (:id, :at, 'u', 'did', 's', '{}')"), {"id": name, "at": at}
            )

    schema.upgrade(engine)

    rows = rows_of(engine)
    engine.dispose()
    assert [row["id"] for row in rows] == ["c", "b", "a"]
    assert audit.verify(rows) is None


def test_the_command_exports_and_names_what_is_broken(tmp_path: Path) -> None:
    def ask(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["audit", *words, "--data", str(tmp_path)])
        assert done.exit_code == code, done.output
        return done.output

    added = CliRunner().invoke(
        main,
        ["user", "add", "mia", "--role", "rep", "--password-stdin", "--data", str(tmp_path)],
        input="correct horse battery\n",
    )
    assert added.exit_code == 0, added.output
    copy = tmp_path / "copy.jsonl"

    head = ask("export", str(copy)).split()[-1]

    assert "whole" in ask("verify", "--anchor", head)
    assert "whole" in ask("verify", "--file", str(copy), "--anchor", head)
    assert "no row's chain" in ask("verify", "--anchor", "0" * 64, code=1)
    copy.write_text(copy.read_text(encoding="utf-8").replace("mia", "eve"), encoding="utf-8")
    assert "is not what was written" in ask("verify", "--file", str(copy), code=1)
    copy.write_text("{}\n", encoding="utf-8")
    assert "line 1 is not a row" in ask("verify", "--file", str(copy), code=2)
