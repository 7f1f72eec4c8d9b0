"""Goods on their way to and from a trunk, what left it for a while, and how it stands against its par."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, or_, select

from app.domain.commands import SendTransfer
from app.domain.decide import REJECTED
from app.domain.facts import Balance
from app.domain.parties import COMPANY, LOANED, QUARANTINE
from app.domain.stock import ParLevel, par_proposal
from app.store.tables import (
    balance,
    location,
    lot,
    movement,
    par_level,
    product,
    rep,
    transfer,
    transfer_line,
)
from app.workspace.rows.moving import AwayLot, Moving, ParRow, PlaceChoice, Transfer, TransferLot
from app.workspace.tables import outbox

LOAN = "loan"  # the kind of what is lent and comes back
TARGETS = ("trunk", "dc", "hub")  # kinds of place that goods are sent to
MOVING_STATES = ("requested", "in_transit", "accepted", "declined", "returned")


def moving(
    connection: Connection, location_id: str, differs: Mapping[str, int] = MappingProxyType({})
) -> Moving:
    """All that is on its way, away or missing of one place. `differs`: base units by product by which a count that is
    not signed yet says that more (or less) is there."""
    transfers = open_transfers(connection, location_id)
    away = away_lots(connection, location_id)
    return Moving(
        transfers,
        away,
        place_choices(connection, location_id),
        par_rows(connection, location_id, transfers, away, differs),
    )


def open_transfers(connection: Connection, location_id: str) -> tuple[Transfer, ...]:
    """Transfers to or from the place that are asked for or on their way, oldest first.

    One that was accepted, declined or taken back is there while something of it is still on its way.
    """
    giver, taker = location.alias("giver"), location.alias("taker")
    giving, taking = rep.alias("giving"), rep.alias("taking")
    statement = (
        select(
            transfer,
            _named(giver, giving).label("from_name"),
            _named(taker, taking).label("to_name"),
            outbox.c.pushed,
            case((_shows_codes(taker), outbox.c.op_id)).label("handed_by"),
        )
        .outerjoin(giver, giver.c.id == transfer.c.from_location)
        .outerjoin(giving, giving.c.id == giver.c.custodian)
        .outerjoin(taker, taker.c.id == transfer.c.to_location)
        .outerjoin(taking, taking.c.id == taker.c.custodian)
        .outerjoin(outbox, outbox.c.op_id == transfer.c.op_id)
        .where(
            or_(transfer.c.from_location == location_id, transfer.c.to_location == location_id),
            transfer.c.state.in_(MOVING_STATES),
        )
        .order_by(transfer.c.business_date, transfer.c.number, transfer.c.id)
    )
    rows = connection.execute(statement).mappings().all()
    lines = _transfer_lines(connection, [row["id"] for row in rows])
    found = (
        Transfer(
            id=row["id"],
            number=row["number"],
            state=row["state"],
            from_location=row["from_location"],
            from_name=row["from_name"] or row["from_location"],
            to_location=row["to_location"],
            to_name=row["to_name"] or row["to_location"],
            business_date=row["business_date"],
            reason=row["reason"],
            lines=lines.get(row["id"], ()),
            op_waits=row["pushed"] == 0,
            handed_by=row["handed_by"] or "",
        )
        for row in rows
    )
    return tuple(one for one in found if one.state in ("requested", "in_transit") or one.on_way)


def _shows_codes(taker: FromClause) -> ColumnElement[bool]:
    """Handed over by this device to a person, who has not taken it: its codes still say something."""
    return and_(
        transfer.c.state == "in_transit",
        taker.c.kind == "trunk",
        outbox.c.command == SendTransfer.__name__,
        or_(outbox.c.result.is_(None), outbox.c.result != REJECTED),
    )


def _named(place: FromClause, keeper: FromClause) -> ColumnElement[str]:
    """A trunk goes by the name of who keeps it, any other place by its own."""
    return case(
        (and_(place.c.kind == "trunk", keeper.c.name.is_not(None)), keeper.c.name), else_=place.c.name
    )


def _transfer_lines(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[TransferLot, ...]]:
    """Lines by transfer, one for each product and lot whoever owns it (index transfer_line_transfer)."""
    key = (transfer_line.c.transfer_id, transfer_line.c.product_id, transfer_line.c.lot_id)
    statement = (
        select(
            *key,
            func.min(transfer_line.c.id).label("id"),
            func.sum(transfer_line.c.asked).label("asked"),
            func.sum(transfer_line.c.sent).label("sent"),
            func.sum(transfer_line.c.received).label("received"),
            product.c.name,
            product.c.sku,
            lot.c.lot_number,
            lot.c.serial,
            lot.c.expires,
        )
        .select_from(transfer_line)
        .outerjoin(product, product.c.id == transfer_line.c.product_id)
        .outerjoin(lot, lot.c.id == transfer_line.c.lot_id)
        .where(transfer_line.c.transfer_id.in_(ids))
        .group_by(*key)
        .order_by(*key)
    )
    found: defaultdict[str, list[TransferLot]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.transfer_id].append(
            TransferLot(
                row.id, row.product_id, row.lot_id, row.name or row.product_id, row.sku or row.product_id,
                row.lot_number or "", row.serial or "", row.expires,
                int(row.asked), int(row.sent), int(row.received),
            )
        )  # fmt: skip
    return {one: tuple(lines) for one, lines in found.items()}


def away_lots(connection: Connection, location_id: str) -> tuple[AwayLot, ...]:
    """What is lent or set aside from the place: gone out less come back (indexes movement_from, movement_to)."""
    out = movement.c.from_location == location_id
    back = movement.c.to_location == location_id
    elsewhere = case((out, movement.c.to_location), else_=movement.c.from_location)
    qty = func.sum(case((out, movement.c.qty), else_=-movement.c.qty))
    key = (elsewhere, movement.c.product_id, movement.c.lot_id)
    statement = (
        select(
            elsewhere.label("elsewhere"),
            movement.c.product_id,
            movement.c.lot_id,
            qty.label("qty"),
            func.max(case((out, movement.c.business_date))).label("since"),
            func.max(case((out, movement.c.reason))).label("reason"),
            product.c.name,
            product.c.sku,
            lot.c.lot_number,
            lot.c.serial,
            lot.c.recalled_on,
        )
        .select_from(movement)
        .outerjoin(product, product.c.id == movement.c.product_id)
        .outerjoin(lot, lot.c.id == movement.c.lot_id)
        .where(
            movement.c.owner == COMPANY,
            or_(
                and_(out, movement.c.to_location.in_((LOANED, QUARANTINE))),
                and_(back, movement.c.from_location.in_((LOANED, QUARANTINE))),
            ),
        )
        .group_by(*key)
        .having(qty > 0)
        .order_by(*key)
    )
    return tuple(
        AwayLot(
            LOAN if row.elsewhere == LOANED else "quarantine",
            row.product_id, row.lot_id, row.name or row.product_id, row.sku or row.product_id,
            row.lot_number or "", row.serial or "", row.recalled_on, int(row.qty), row.since, row.reason,
        )
        for row in connection.execute(statement)
    )  # fmt: skip


def place_choices(connection: Connection, location_id: str) -> tuple[PlaceChoice, ...]:
    """Where goods of the place may go: other people's trunks by the name of their keeper, warehouses, hubs."""
    statement = (
        select(location.c.id, location.c.name, location.c.kind, rep.c.name.label("keeper"))
        .outerjoin(rep, rep.c.id == location.c.custodian)
        .where(location.c.kind.in_(TARGETS), location.c.id != location_id)
        .order_by(location.c.kind.desc(), func.coalesce(rep.c.name, location.c.name), location.c.id)
    )
    return tuple(
        PlaceChoice(row.id, row.name, row.kind, row.keeper or "") for row in connection.execute(statement)
    )


def par_rows(
    connection: Connection,
    location_id: str,
    transfers: Sequence[Transfer],
    away: Sequence[AwayLot],
    differs: Mapping[str, int],
) -> tuple[ParRow, ...]:
    """How each product with a par level stands, by name. What `transfers` ask for or bring, and what of `away` is lent
    and comes back, is not asked for again; `differs` is added to what is there."""
    levels = connection.execute(
        select(par_level, product.c.name, product.c.sku)
        .outerjoin(product, product.c.id == par_level.c.product_id)
        .where(par_level.c.location_id == location_id)
        .order_by(
            product.c.name,
            par_level.c.product_id,
            par_level.c.par_qty.desc(),
            par_level.c.min_qty.desc(),
            par_level.c.id,
        )
    ).all()
    here = balance.c.location_id == location_id
    balances = tuple(
        Balance(row.location_id, row.product_id, row.lot_id, row.qty, owner=row.owner)
        for row in connection.execute(select(balance).where(here).order_by(balance.c.id))
    ) + tuple(Balance(location_id, product_id, "", qty) for product_id, qty in sorted(differs.items()))
    coming, lent = coming_to(transfers, location_id), Counter[str]()
    for one in away:
        lent[one.product_id] += one.qty if one.kind == LOAN else 0
    asked = par_proposal(
        balances,
        (ParLevel(product_id=row.product_id, min_qty=row.min_qty, par_qty=row.par_qty) for row in levels),
        Counter(coming) + lent,
    )
    proposed = {one.product_id: one.qty for one in asked}
    rows: dict[str, ParRow] = {}
    for row in levels:
        held = sum(b.qty for b in balances if b.product_id == row.product_id and b.owner == COMPANY)
        rows.setdefault(
            row.product_id,
            ParRow(
                row.product_id, row.name or row.product_id, row.sku or row.product_id, held,
                coming.get(row.product_id, 0), row.min_qty, row.par_qty, proposed.get(row.product_id, 0),
                lent[row.product_id],
            ),
        )  # fmt: skip
    return tuple(rows.values())


def coming_to(transfers: Sequence[Transfer], location_id: str) -> dict[str, int]:
    """Base units by product that are asked for by the place or on their way to it."""
    coming: dict[str, int] = {}
    for one in transfers:
        if one.to_location != location_id or one.state in ("declined", "returned"):
            continue
        for line in one.lines:
            qty = line.asked if one.state == "requested" else line.on_way
            coming[line.product_id] = coming.get(line.product_id, 0) + qty
    return coming
