"""`trunkline-server allot …`: goods of a warehouse kept for a rep, who may promise them without a network."""

from __future__ import annotations

import click
from sqlalchemy import ColumnElement, Connection, Table, or_, select

from app.domain.commands import AllotLine, GrantAllotment
from app.domain.parties import WAREHOUSE
from app.store import tables as t
from app.store.engine import reading
from sync.server.allotments import allotted
from sync.server.cli_frame import on_server
from sync.server.cli_office import perform
from sync.server.compose import Server, today
from sync.server.people import Refused


@click.group()
def allot() -> None:
    """Goods of a warehouse that are kept for a rep: the rep's tablet promises them without asking."""


@allot.command("list")
@on_server(create=False)
def allot_list(server: Server) -> None:
    """Show what is kept for whom."""
    with reading(server.engine) as connection:
        rows = allotted(connection)
    for row in rows:
        what = "nothing left" if row.qty is None else f"{row.qty} x {row.product} {row.lot or ''}".rstrip()
        click.echo(f"{row.place}  {row.login or '-'}  {what}")
    click.echo(f"{len({row.place for row in rows})} allotments")


@allot.command("grant")
@click.argument("login")
@click.argument("warehouse")
@click.argument("product")
@click.argument("qty", type=click.IntRange(min=1))
@click.option("--lot", default="", help="Only of this lot; without it those that expire first.")
@click.option("--reason", default="", help="Why; it stands with the movements.")
@click.option("--by", metavar="LOGIN", help="Who keeps them; the office without it.")
@on_server(create=False)
def allot_grant(
    server: Server, login: str, warehouse: str, product: str, qty: int, lot: str, reason: str, by: str | None
) -> None:
    """Keep QTY base units of PRODUCT (its number) in WAREHOUSE (its id or name) for the rep LOGIN."""
    rep = server.accounts.person(login)
    with reading(server.engine) as connection:
        place = _warehouse(connection, warehouse)
        product_id = _one(connection, t.product, product, t.product.c.sku == product)
        lot_id = ""
        if lot:
            called = or_(t.lot.c.lot_number == lot, t.lot.c.serial == lot)
            lot_id = _one(connection, t.lot, lot, t.lot.c.product_id == product_id, called)
    person = server.accounts.office() if by is None else server.accounts.person(by)
    command = GrantAllotment(
        op_id=server.accounts.new_id(),
        actor=person.id,
        business_date=today(),
        location_id=place[0],
        user_id=rep.id,
        name=f"{place[1]} - {login}",
        reason=reason,
        lines=(AllotLine(product_id=product_id, lot_id=lot_id, qty=qty),),
    )
    perform(server, person, command, f"{login} at {place[1]}")
    click.echo(f"{qty} x {product}: kept for {login} at {place[1]}")


def _warehouse(connection: Connection, wanted: str) -> tuple[str, str]:
    place = t.location.c
    found = connection.execute(
        select(place.id, place.name).where(
            place.kind == WAREHOUSE, or_(place.id == wanted, place.name == wanted)
        )
    ).all()
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} warehouses are called {wanted!r}")
    return found[0].id, found[0].name


def _one(connection: Connection, table: Table, wanted: str, *where: ColumnElement[bool]) -> str:
    """The id of the one product or lot that `where` finds. Raises Refused."""
    found = connection.execute(select(table.c.id).where(*where)).scalars().all()
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} {table.name}s are called {wanted!r}")
    return str(found[0])
