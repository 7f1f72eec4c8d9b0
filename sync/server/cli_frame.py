"""What every command of `trunkline-server` shares: where the database is, and bad news in one sentence."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from app.store.engine import UnsafeStore
from sync.server import logs
from sync.server.compose import Server, opened
from sync.server.imports.report import ImportRefused
from sync.server.people import Refused
from sync.server.schema import WrongSchema
from sync.server.serve import CannotServe
from sync.server.settings import BadSettings, Settings, resolve

F = TypeVar("F", bound=Callable[..., Any])

_NOT_ALLOWED = "42501"  # PostgreSQL: insufficient privilege
_TOLD = (BadSettings, WrongSchema, Refused, ImportRefused, CannotServe, UnsafeStore)


class Sentence(click.ClickException):
    """Bad news for whoever typed the command: one sentence on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"trunkline-server: {self.format_message()}", file=file or sys.stderr)


@contextmanager
def sentences(shown: str) -> Iterator[None]:
    """Turn refusals and bad days (database away, disk full, no permission) into Sentence; bugs stay bugs."""
    try:
        yield
    except _TOLD as err:
        raise Sentence(str(err)) from None
    except OperationalError as err:
        raise Sentence(f"the database {shown} does not answer: {_first_line(err)}") from None
    except DBAPIError as err:
        # a file that is none of SQLite's, a role without rights; whatever else the database refuses is a bug of ours
        if type(err) is not DatabaseError and getattr(err.orig, "sqlstate", "") != _NOT_ALLOWED:
            raise
        raise Sentence(f"the database {shown} cannot be used: {_first_line(err)}") from None
    except OSError as err:
        where = f"{err.filename}: " if err.filename else ""
        raise Sentence(f"{where}{err.strerror or err}") from None


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def database_options(command: F) -> F:
    """Add --data and --database."""
    for option in (
        click.option(
            "--database",
            envvar="TRUNKLINE_DATABASE",
            metavar="URL",
            help="postgresql://user@host/name (or sqlite:///file). Also TRUNKLINE_DATABASE.",
        ),
        click.option(
            "--data",
            envvar="TRUNKLINE_DATA",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Keep everything in this folder, in an SQLite file. Also TRUNKLINE_DATA.",
        ),
    ):
        command = option(command)
    return command


def on_server(*, create: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A command on the server's parts, given as its first argument. `create` makes a missing SQLite database and
    brings an old one up to date; a PostgreSQL database is never changed but by `migrate`."""

    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        @database_options
        @functools.wraps(command)
        def run(*args: Any, data: Path | None, database: str | None, **options: Any) -> Any:
            logs.set_up()
            with server(data, database, create=create) as parts:
                return command(parts, *args, **options)

        return run

    return wrap


@contextmanager
def server(data: Path | None, database: str | None, *, create: bool) -> Iterator[Server]:
    """The server's parts on the database that the options name. Raises Sentence."""
    settings = settings_of(data, database, create=create)
    with sentences(settings.shown), opened(settings, migrate=create) as parts:
        yield parts


def settings_of(data: Path | None, database: str | None, *, create: bool) -> Settings:
    """The database that the options name. Raises Sentence."""
    with sentences("named"):
        return resolve(data, database, create=create)


def read_password(from_stdin: bool) -> str:
    """A password from the first line of stdin, or asked for twice without showing it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
