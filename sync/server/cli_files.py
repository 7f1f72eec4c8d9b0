"""`trunkline-server import prices|promotions|…|policies FILE`: what the office loads and changes by files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sync.server.cli_frame import on_server
from sync.server.compose import Server
from sync.server.imports.office_files import Asked, Tell, load_file
from sync.server.imports.office_formats import Format
from sync.server.imports.office_page import FORMATS, columns_told, page
from sync.server.imports.office_policies import load_policies
from sync.server.imports.office_report import FileReport
from sync.server.people import OFFICE

Load = Callable[[Server, Path, Asked, Tell], FileReport]

_OPTIONS = (
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--dry-run", is_flag=True, help="Say what is wrong and what would change; change nothing."),
    click.option("--strict", is_flag=True, help="With --skip-bad: exit with 1 when a line was left out."),
    click.option("--skip-bad", is_flag=True, help="Load the good lines of a file that has wrong ones."),
    click.option("--replace", is_flag=True, help="The file is the whole truth within what it names."),
    click.option("--by", metavar="LOGIN", help="Who loads it, for the audit; the office without it."),
)


def add_file_commands(group: click.Group) -> None:
    """A command for every format, one for policies, and one that explains them."""
    for form in FORMATS:
        group.add_command(_command(form.name, f"{form.says}\n\n\b\n{columns_told(form)}", _loader(form)))
    group.add_command(
        _command("policies", "Company policies, as JSON (see resources/schemas).", _load_policies)
    )
    group.add_command(formats)


@click.command()
def formats() -> None:
    """Explain every file, as a page in Markdown."""
    click.echo(page(), nl=False)


def _loader(form: Format) -> Load:
    return lambda server, path, asked, tell: load_file(
        server.engine, server.accounts, form, path, asked, tell
    )


def _load_policies(server: Server, path: Path, asked: Asked, tell: Tell) -> FileReport:
    return load_policies(server.engine, server.accounts, path, asked, tell)


def _command(name: str, says: str, load: Load) -> click.Command:
    @on_server(create=True)
    def run(
        server: Server, file: Path, dry_run: bool, strict: bool, skip_bad: bool, replace: bool, by: str | None
    ) -> None:
        actor = OFFICE if by is None else server.accounts.person(by).id
        asked = Asked(dry_run=dry_run, skip_bad=skip_bad, replace=replace, actor=actor)
        report = load(server, file, asked, _tell)
        _end(report, asked, strict=strict)

    command: Any = run
    for option in reversed(_OPTIONS):
        command = option(command)
    return click.command(name, help=says)(command)


def _tell(report: FileReport) -> None:
    for line in report.told():
        click.echo(line)


def _end(report: FileReport, asked: Asked, *, strict: bool) -> None:
    """The last line and the exit code."""
    if report.applied:
        click.echo("loaded")
    elif asked.dry_run:
        click.echo("a dry run: nothing was changed")
    elif report.rejected and not asked.skip_bad:
        click.echo(
            "nothing was changed: mend the lines above and load the file again, or leave them out: --skip-bad"
        )
    else:
        click.echo("nothing to change")
    if report.rejected and (strict or not asked.skip_bad):
        sys.exit(1)
