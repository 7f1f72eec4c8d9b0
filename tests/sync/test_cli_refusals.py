"""`trunkline-server` and bad news: one sentence, exit code 2, nothing changed; and every command explains itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest

from app.domain.commands import ORDER_VERBS
from sync.server.cli import main
from sync.server.imports.office_page import FORMATS


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("verify", "--database", "mysql://x/y"), "in sqlite or postgresql, not in mysql"),
        (("verify", "--database", "what is this"), "--database is not a URL"),
        (("verify", "--database", "sqlite://"), "needs a file"),
        (("verify", "--database", "postgresql://user@host"), "does not name a database"),
        (("migrate", "--database", "postgresql://x:s3cret@127.0.0.1:1/y"), "does not answer"),
        (("serve", "--database", "postgresql://x:s3cret@127.0.0.1:1/y"), "does not answer"),
        (("verify", "--data", "{folder}/missing"), "there is no Trunkline database in"),
        (("serve", "--data", "{folder}/file"), "cannot be made"),
        (("verify", "--data", "{folder}/other"), "file is not a database"),
        (("verify", "--data", "{folder}/empty"), "has no Trunkline tables yet"),
        (("verify", "--data", "{folder}", "--database", "sqlite:///x"), "not both"),
        (("serve", "--data", "{folder}/d", "--host", "no.such.host.invalid"), "there is no address"),
        (("user", "disable", "nobody", "--data", "{folder}/new"), "there is no Trunkline database in"),
        (("demo", "--password", "short", "--data", "{folder}/d"), "8 to 1000 characters"),
    ],
)
def test_bad_news_is_one_sentence_and_exit_code_two(
    tmp_path: Path, here: Any, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    for name, content in (("other", b"this is no database at all" * 100), ("empty", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "trunkline-server.db").write_bytes(content)

    done = here(*(one.replace("{folder}", str(tmp_path)) for one in arguments), code=2)

    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "s3cret" not in done.stderr


@pytest.mark.postgres
def test_a_role_without_rights_is_told_so(empty_postgres_url: str, here: Any) -> None:
    role = "trunkline_weak"
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
    try:
        done = here("migrate", "--database", empty_postgres_url.replace("postgres@", f"{role}@"), code=2)
    finally:
        with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
            connection.execute(f"DROP ROLE {role}")

    assert "cannot be used: permission denied" in done.stderr


def test_a_folder_that_cannot_be_imported_changes_nothing(tmp_path: Path, here: Any) -> None:
    done = here("import", "gudid", tmp_path / "missing", "--data", tmp_path / "data", code=2)

    assert "Nothing was imported." in done.stderr


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path, here: Any) -> None:
    here("verify", "--data", tmp_path / "nowhere", code=2)

    assert list(tmp_path.iterdir()) == []


def test_a_newer_database_is_refused_and_left_alone(sqlite_url: str, tmp_path: Path, here: Any) -> None:
    with sqlite3.connect(tmp_path / "trunkline-server.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    for command in (("serve", "--port", "0"), ("verify",), ("migrate",), ("demo",)):
        done = here(*command, "--data", tmp_path, code=2)
        assert "a newer trunkline-server has migrated it" in done.stderr


def test_the_database_may_stand_in_the_environment(tmp_path: Path, here: Any) -> None:
    here("migrate", TRUNKLINE_DATA=str(tmp_path))

    assert (tmp_path / "trunkline-server.db").exists()


def test_every_command_explains_itself() -> None:
    def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        assert command.help, path
        assert all(one.help for one in command.params if isinstance(one, click.Option)), path
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from walk(inner, (*path, name))
        else:
            yield path

    assert {" ".join(path) for path in walk(main, ())} == {
        "serve", "migrate", "user add", "user list", "user disable", "user enable", "user password", "device list",
        "device revoke", "device restore", "device wipe", "parked resolve",
        "rescue open", "account hold", "account release", "account close", "parked list", "parked retry",
        "audit verify", "audit export", "exceptions list", "exceptions show", "exceptions resolve",
        "claims list", "claims open", "claims withdraw", "allot list", "allot grant",
        "lease list", "lease move", "roles create",
        "import adventureworks", "import gudid", "demo", "verify", "import formats", "import policies",
        *(f"import {form.name}" for form in FORMATS), "order list", *(f"order {verb}" for verb in ORDER_VERBS),
    }  # fmt: skip
