"""`trunkline-server claims …`: goods of trunks that the office wants back or set aside, until the holder answers."""

from __future__ import annotations

import json

import click
from sqlalchemy import Connection, select

from app.domain.commands import ClaimStock, WithdrawClaim
from app.domain.parties import CLAIM_OPEN, RECALL, RETURN
from app.store import tables as t
from app.store.engine import reading
from app.store.tables import KINDS
from sync.server.cli_frame import on_server
from sync.server.cli_office import perform
from sync.server.compose import Server, today
from sync.server.people import Refused

_BY = click.option("--by", metavar="LOGIN", help="Who says so; the office without it.")


@click.group()
def claims() -> None:
    """Goods of a trunk that the office wants. Only the tablet that holds the trunk takes them out."""


@claims.command("list")
@click.option("--all", "closed", is_flag=True, help="Also those that are answered or withdrawn.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@on_server(create=False)
def claims_list(server: Server, closed: bool, as_json: bool) -> None:
    """Show what is claimed, oldest first."""
    row, columns = t.claim.c, KINDS["claim"].columns
    wanted = (
        select(t.claim, t.location.c.name, t.product.c.sku, t.lot.c.lot_number, t.lot.c.serial)
        .outerjoin(t.location, t.location.c.id == row.location_id)
        .outerjoin(t.product, t.product.c.id == row.product_id)
        .outerjoin(t.lot, t.lot.c.id == row.lot_id)
        .order_by(row.opened_on, row.id)
    )
    with reading(server.engine) as connection:
        rows = connection.execute(wanted if closed else wanted.where(row.state == CLAIM_OPEN)).all()
    for one in rows:
        if as_json:
            click.echo(json.dumps({name: getattr(one, name) for name in columns}, ensure_ascii=False))
            continue
        goods = " ".join(part for part in (one.sku or one.product_id, one.lot_number, one.serial) if part)
        to = f" to {one.to_location}" if one.to_location else ""
        end = "" if one.state == CLAIM_OPEN else f"  {one.state} {one.closed_on}: {one.answer or 'all of it'}"
        where = one.name or one.location_id
        click.echo(
            f"{one.id}  {one.opened_on}  {one.kind}{to}  {one.answered} of {one.qty} x {goods} in {where}"
            f"  {one.reason}{end}"
        )
    if not as_json:
        click.echo(f"{len(rows)} claims")


@claims.command("open")
@click.argument("trunk")
@click.argument("sku")
@click.argument("qty", type=click.IntRange(min=1))
@click.option("--lot", default="", help="Lot or serial number; needed where the product has them.")
@click.option("--to", "to", metavar="PLACE", help="Have them sent there; without it they are set aside.")
@click.option("--reason", required=True, help="Why; the rep reads it.")
@_BY
@on_server(create=False)
def claims_open(
    server: Server, trunk: str, sku: str, qty: int, lot: str, to: str | None, reason: str, by: str | None
) -> None:
    """Claim QTY of SKU in TRUNK (its id or name)."""
    with reading(server.engine) as connection:
        location_id, name = _place(connection, trunk)
        product_id = _product(connection, sku)
        lot_id = _lot(connection, product_id, lot)
        to_location = _place(connection, to)[0] if to else ""
    person = server.accounts.office() if by is None else server.accounts.person(by)
    command = ClaimStock(
        op_id=server.accounts.new_id(),
        actor=person.id,
        business_date=today(),
        claim_id=server.accounts.new_id(),
        location_id=location_id,
        product_id=product_id,
        lot_id=lot_id,
        qty=qty,
        kind=RETURN if to else RECALL,
        to_location=to_location,
        reason=reason,
    )
    perform(server, person, command, name)
    click.echo(f"claim {command.claim_id}: open")


@claims.command("withdraw")
@click.argument("claim_id")
@click.option("--reason", required=True, help="Why the goods are not wanted any more.")
@_BY
@on_server(create=False)
def claims_withdraw(server: Server, claim_id: str, reason: str, by: str | None) -> None:
    """Take a claim back. CLAIM_ID may be cut short as long as it names one."""
    with reading(server.engine) as connection:
        starts = select(t.claim.c.id).where(t.claim.c.id.startswith(claim_id, autoescape=True))
        ids = sorted(connection.execute(starts).scalars())
    if claim_id not in ids and len(ids) != 1:
        many = f"{len(ids)} claims begin" if ids else "no claim begins"
        raise Refused(f"{many} with {claim_id!r}; `trunkline-server claims list` shows them")
    claim_id = claim_id if claim_id in ids else ids[0]
    person = server.accounts.office() if by is None else server.accounts.person(by)
    command = WithdrawClaim(
        op_id=server.accounts.new_id(),
        actor=person.id,
        business_date=today(),
        claim_id=claim_id,
        reason=reason,
    )
    perform(server, person, command, f"claim {claim_id}")
    click.echo(f"claim {claim_id}: withdrawn")


def _place(connection: Connection, text: str) -> tuple[str, str]:
    """(id, name) of the one place of this id or name. Raises Refused."""
    place = t.location.c
    wanted = select(place.id, place.name).where((place.id == text) | (place.name == text))
    found = connection.execute(wanted.order_by(place.id)).all()
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} places are called {text!r}")
    return found[0].id, found[0].name


def _product(connection: Connection, sku: str) -> str:
    found = connection.execute(select(t.product.c.id).where(t.product.c.sku == sku)).scalars().all()
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} products have the number {sku!r}")
    return str(found[0])


def _lot(connection: Connection, product_id: str, text: str) -> str:
    """The lot of a product by its lot or serial number; '' for none. Raises Refused."""
    if not text:
        return ""
    lot = t.lot.c
    wanted = select(lot.id).where(
        lot.product_id == product_id, (lot.serial == text) | (lot.lot_number == text)
    )
    found = connection.execute(wanted.order_by(lot.id)).scalars().all()
    if len(found) != 1:
        raise Refused(f"{len(found) or 'no'} lots have the number {text!r}; one serial number names one unit")
    return str(found[0])
