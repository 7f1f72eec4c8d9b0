"""`trunkline-server lease …`: which tablet holds a trunk, and moving it when one is lost."""

from __future__ import annotations

import click

from app.domain.commands import MoveLease
from app.store.engine import reading
from sync.server.cli_frame import on_server
from sync.server.cli_office import perform
from sync.server.compose import Server, today
from sync.server.leases import leases
from sync.server.people import Refused


@click.group()
def lease() -> None:
    """Which tablet holds a trunk: only that one takes goods out of it."""


@lease.command("list")
@on_server(create=False)
def lease_list(server: Server) -> None:
    """Show every trunk with its custodian and the tablet that holds it."""
    with reading(server.engine) as connection:
        rows = leases(connection)
    for row in rows:
        held = f"held by {row.holder_name or '-'} ({row.holder})" if row.holder else "given up"
        where = "not leased yet" if row.holder is None else held
        click.echo(f"{row.id}  {row.name}  {row.login or '-'}  {where}")
    click.echo(f"{len(rows)} trunks")


@lease.command("move")
@click.argument("trunk")
@click.argument("device_id", metavar="DEVICE")
@click.option("--reason", required=True, help="Why; it stands in the case.")
@click.option("--force", is_flag=True, help="Also from a tablet that has not given it up; opens a case.")
@click.option("--by", metavar="LOGIN", help="Who moves it; the office without it.")
@on_server(create=False)
def lease_move(server: Server, trunk: str, device_id: str, reason: str, force: bool, by: str | None) -> None:
    """Give TRUNK (its id or name) to a tablet of its custodian. `device list` shows the tablets."""
    with reading(server.engine) as connection:
        found = [row for row in leases(connection) if trunk in (row.id, row.name)]
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} trunks are called {trunk!r}; `lease list` shows them")
    person = server.accounts.office() if by is None else server.accounts.person(by)
    command = MoveLease(
        op_id=server.accounts.new_id(),
        actor=person.id,
        business_date=today(),
        location_id=found[0].id,
        device_id=device_id,
        force=force,
        reason=reason,
    )
    perform(server, person, command, found[0].name)
    click.echo(f"{found[0].name}: held by {device_id}")
