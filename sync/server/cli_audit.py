"""`trunkline-server audit …`: is the chain whole, and a copy for whoever checks it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from app.store.engine import reading
from sync.server import audit as chain
from sync.server.cli_frame import Sentence, database_options, on_server, server
from sync.server.compose import Server

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def audit() -> None:
    """What was done by whom: append-only, and chained so that a change shows."""


@audit.command("verify")
@click.option("--anchor", metavar="HASH", help="A head that was printed before; it must be in the chain.")
@click.option("--file", "file", type=_FILE, help="Check an exported file instead of the database.")
@database_options
def verify(data: Path | None, database: str | None, anchor: str | None, file: Path | None) -> None:
    """Follow the chain from its first row and name the first broken one (exit code 1)."""
    if file is not None:
        wrong = chain.verify(_lines(file), anchor=anchor)
    else:
        with server(data, database, create=False) as parts, reading(parts.engine) as connection:
            wrong = chain.verify(chain.read(connection), anchor=anchor, last=chain.head(connection))
    if wrong is not None:
        click.echo(wrong)
        raise click.exceptions.Exit(1)
    click.echo("the chain is whole")


@audit.command("export")
@click.argument("file", type=_FILE)
@on_server(create=False)
def export(parts: Server, file: Path) -> None:
    """Write every row as a line of JSON, with its chain, and print the head to keep as an anchor.

    chain = sha256(the chain before, a line feed, the row's other fields as JSON with sorted keys and no spaces), in
    UTF-8; the chain before the first row is empty.
    """
    parts.accounts.tell_refusals()
    rows, last = 0, ""
    with reading(parts.engine) as connection, file.open("x", encoding="utf-8", newline="\n") as out:
        for row in chain.read(connection):
            out.write(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")
            rows, last = rows + 1, row["chain"]
    click.echo(f"{rows} rows, head {last}")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                yield {name: row[name] for name in (*chain.FIELDS, "chain")}
            except (ValueError, KeyError, TypeError):
                raise Sentence(f"{file}: line {number} is not a row of an audit") from None
