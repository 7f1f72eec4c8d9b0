"""Facts about stock: places, balances, and what a count is measured against (DOMAIN.md §4, SYNC.md §6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from app.domain.commands import Command, CountLine, TakeCustody
from app.domain.facts import ABSENT, HELD, NOT_HERE, Allotment, Balance, Known
from app.domain.parties import ALLOTMENT, COMPANY, LEASED, DeviceFact, Place
from app.domain.stock import KINDS
from app.store import tables as t
from app.store.reader import Reader
from app.store.values import fields_of


def place(reader: Reader, location_id: str, *, whole: bool = True, lock: bool = False) -> Known[Place]:
    """A place; with `whole`, known only where its stock is held. Locked where its holder is to be changed."""
    row = reader.row(t.location, location_id, lock=lock)
    if row is None:
        return Known(reader.status(row, "g:policy"))
    if whole and not reader.reach.holds(f"loc:{location_id}"):
        return Known(NOT_HERE)
    return Known(HELD, Place(**fields_of(Place, row)))


def device(reader: Reader, device_id: str) -> Known[DeviceFact]:
    """A tablet by its id; every one is known on the server, a tablet knows itself. It is left out of the footprint:
    its row changes with every push, and what a rule reads of it does not."""
    row = reader.connection.execute(select(t.device).where(t.device.c.id == device_id)).one_or_none()
    if row is None:
        return Known(ABSENT if reader.reach.server else NOT_HERE)
    return Known(HELD, DeviceFact(row.id, row.user_id, row.name, row.revoked_at is not None))


def first_name(
    reader: Reader,
    device_id: str,
    known: Known[Place] | None,
    command: Command,
    allotments: Iterable[Allotment] = (),
) -> str:
    """How people call the op's device, where it may become the holder of a trunk or an allotment; else ''."""
    places = [known.value if known else None, *(one.place for one in allotments)]
    takes = isinstance(command, TakeCustody)
    free = (one for one in places if one is not None and one.kind in LEASED and (takes or one.holder is None))
    if not device_id or next(free, None) is None:
        return ""
    found = device(reader, device_id).value
    return found.name if found else ""


def allotments(reader: Reader, rep_id: str, product_ids: Iterable[str]) -> tuple[Allotment, ...]:
    """What warehouses keep for the rep of the products; on a tablet those whose stock it holds. Balances are locked,
    after the warehouse's own: whoever moves goods between the two takes them in this order."""
    products = sorted(set(product_ids))
    places = reader.sought(t.location, "custodian", (rep_id,), t.location.c.kind == ALLOTMENT, lock=True)
    return tuple(
        Allotment(Place(**fields_of(Place, row)), balances(reader, row["id"], products))
        for row in places
        if reader.reach.holds(f"loc:{row['id']}")
    )


def balances(reader: Reader, location_id: str, product_ids: Iterable[str]) -> tuple[Balance, ...]:
    """Every lot of these products in the place, locked by id order."""
    products = t.balance.c.product_id.in_(sorted(set(product_ids)))
    found = reader.sought(t.balance, "location_id", (location_id,), products, lock=True)
    return _with_lots(reader, found)


def warehouse(reader: Reader, product_ids: Iterable[str]) -> Known[tuple[Balance, ...]]:
    """Warehouse stock of the products, locked: only the server may promise it (SYNC.md §6)."""
    if not reader.reach.server:
        return Known(NOT_HERE)
    dcs = select(t.location.c.id).where(t.location.c.kind == "dc")
    where = (t.balance.c.product_id.in_(sorted(set(product_ids))), t.balance.c.location_id.in_(dcs))
    return Known(HELD, _with_lots(reader, reader.rows(t.balance, *where, lock=True)))


def _with_lots(reader: Reader, rows: Sequence[Mapping[str, Any]]) -> tuple[Balance, ...]:
    lots = reader.by_id(t.lot, (row["lot_id"] for row in rows))
    none: Mapping[str, Any] = {"expires": None, "recalled_on": None}
    return tuple(
        Balance(
            location_id=row["location_id"],
            product_id=row["product_id"],
            lot_id=row["lot_id"],
            qty=row["qty"],
            expires=lots.get(row["lot_id"], none)["expires"],
            recalled_on=lots.get(row["lot_id"], none)["recalled_on"],
            owner=row["owner"],
        )
        for row in rows
    )


def outside(
    reader: Reader, location_id: str, kind: str, product_ids: Iterable[str]
) -> dict[tuple[str, str], int]:
    """What the place has lent, or put aside, of each lot and not had back; `kind` is the movement that brings it in."""
    away = KINDS[kind][1]
    m = t.movement.c
    between = or_(
        and_(m.from_location == location_id, m.to_location == away),
        and_(m.from_location == away, m.to_location == location_id),
    )
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in reader.rows(
        t.movement, between, m.product_id.in_(sorted(set(product_ids))), m.owner == COMPANY
    ):
        sums[move["product_id"], move["lot_id"]] += (
            move["qty"] if move["to_location"] == away else -move["qty"]
        )
    return dict(sums)


def expected(
    reader: Reader, location_id: str, lines: Iterable[CountLine], stream: str | None, seq: int | None
) -> dict[tuple[str, str], int]:
    """What the books held of each counted lot at its scan: the movements up to the device's cursor then, and its own.

    One pass over the movements of the place; lines of ops from before the cursor was kept are left out. A line that
    names an own op as late as the count itself (`seq` of `stream`) was made when the device's ops had other numbers
    (law 2: a fresh stream); which they are now nobody can tell, so what the device's books held then is believed.
    """
    asked = {(line.product_id, line.lot_id): line for line in lines if line.position >= 0}
    if not asked:
        return {}
    m = t.movement.c
    moves = reader.connection.execute(
        select(m.product_id, m.lot_id, m.qty, m.from_location, m.to_location, m.position, m.stream, m.seq)
        .where(or_(m.from_location == location_id, m.to_location == location_id))
        .where(m.product_id.in_(sorted({product_id for product_id, _ in asked})))
    )
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in moves:
        line = asked.get((move.product_id, move.lot_id))
        if line is None:
            continue
        seen = move.position is not None and move.position <= line.position
        own = move.stream is not None and move.stream == stream and move.seq <= line.own_seq
        if seen or own:
            sums[move.product_id, move.lot_id] += move.qty if move.to_location == location_id else -move.qty
    return {
        key: line.expected if seq is not None and line.own_seq >= seq else sums[key]
        for key, line in asked.items()
    }
