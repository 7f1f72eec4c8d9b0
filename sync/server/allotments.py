"""What warehouses keep for reps, for the office's lists (SYNC.md §6)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from app.domain.parties import ALLOTMENT
from app.store import tables as t
from sync.server.tables import user_account


@dataclass(frozen=True, slots=True)
class AllottedRow:
    """So many base units of a lot that are kept for somebody; `qty` None where nothing is left of any."""

    place: str
    login: str | None
    product: str | None
    lot: str | None
    qty: int | None


def allotted(connection: Connection) -> list[AllottedRow]:
    """Every allotment with what it has, by name, product and lot."""
    place, product, lot, balance = t.location, t.product, t.lot, t.balance
    some = and_(balance.c.location_id == place.c.id, balance.c.qty != 0)
    rows = connection.execute(
        select(place.c.name, user_account.c.login, product.c.sku, lot.c.lot_number, balance.c.qty)
        .select_from(
            place.outerjoin(user_account, user_account.c.id == place.c.custodian)
            .outerjoin(balance, some)
            .outerjoin(product, product.c.id == balance.c.product_id)
            .outerjoin(lot, lot.c.id == balance.c.lot_id)
        )
        .where(place.c.kind == ALLOTMENT)
        .order_by(place.c.name, product.c.sku, lot.c.lot_number)
    )
    return [AllottedRow(*row) for row in rows]
