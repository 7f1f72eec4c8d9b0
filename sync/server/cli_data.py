"""`trunkline-server import …`, `demo` and `verify`: data in, and proof that it agrees."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from tqdm import tqdm

from sync.server.cli_files import add_file_commands
from sync.server.cli_frame import on_server
from sync.server.compose import Server, today
from sync.server.imports.adventureworks import import_adventureworks
from sync.server.imports.demo import load_demo_company
from sync.server.imports.gudid import import_gudid
from sync.server.imports.report import ImportReport, Progress
from sync.server.people import check_password
from sync.server.verify import verify as differences_of

_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
_STRICT = click.option("--strict", is_flag=True, help="Exit with 1 when a row was rejected.")


@click.group("import")
def import_() -> None:
    """Load data from files. Doing it twice changes nothing. `import formats` explains the files of the office."""


@import_.command("adventureworks")
@_FOLDER
@_STRICT
@on_server(create=True)
def import_adventureworks_(server: Server, folder: Path, strict: bool) -> None:
    """A company: accounts, people, products, prices, stock, and its order history."""
    with _progress() as progress:
        report = import_adventureworks(server.engine, folder, progress=progress)
    _tell(report, strict)


@import_.command("gudid")
@_FOLDER
@_STRICT
@on_server(create=True)
def import_gudid_(server: Server, folder: Path, strict: bool) -> None:
    """Medical devices from FDA's GUDID: products with identifiers, pack levels and tracking."""
    with _progress() as progress:
        report = import_gudid(server.engine, folder, progress=progress)
    _tell(report, strict)


add_file_commands(import_)


def _tell(report: ImportReport, strict: bool) -> None:
    for line in report.summary_lines():
        click.echo(line)
    if strict and report.rejected:
        sys.exit(1)


@click.command()
@click.option("--password", help="Set this password for every person of the demo company who has none.")
@on_server(create=True)
def demo(server: Server, password: str | None) -> None:
    """Load the demo company that ships with Trunkline. On a company that is there already it changes nothing."""
    if password is not None:
        check_password(password)
    with _progress() as progress:
        report = load_demo_company(server.engine, today=today(), progress=progress)
    for line in report.summary_lines():
        click.echo(line)
    if password is None:
        return
    without = {one.id for one in server.accounts.list_users() if not one.signs_in and one.disabled_at is None}
    waiting = [one.login for one in report.users if one.id in without]
    for login in waiting:
        server.accounts.set_password(login, password)
    click.echo(f"passwords set for {len(waiting)} people")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@on_server(create=False)
def verify(server: Server, as_json: bool) -> None:
    """Recompute ledgers, balances and the feed from scratch and print every difference. Exit 1 when there is one."""
    found = 0
    for one in differences_of(server.engine):
        found += 1
        click.echo(json.dumps(asdict(one), ensure_ascii=False) if as_json else str(one))
    if not as_json:
        click.echo(f"verify: {found} differences" if found else "verify: ok")
    if found:
        sys.exit(1)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar per stage on a terminal, a line per stage anywhere else; both on stderr."""
    if not sys.stderr.isatty():
        seen: set[str] = set()

        def line(stage: str, _done: int, total: int) -> None:
            if stage not in seen:
                seen.add(stage)
                click.echo(f"{stage} ({total:,} rows)" if total else stage, err=True)

        yield line
        return
    bars: dict[str, tqdm[NoReturn]] = {}

    def bar(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for other in bars.values():
                other.close()
            bars[stage] = tqdm(
                desc=f"{stage:<24}", total=total or None, unit=" rows", file=sys.stderr, leave=True
            )
        bars[stage].update(done - bars[stage].n)

    try:
        yield bar
    finally:
        for one in bars.values():
            one.close()
