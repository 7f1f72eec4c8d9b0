"""The goods of an order as this device knows them: lots reserved for it, lots handed over, and where a return goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.store import stock_tables as s, tables as t
from app.workspace.rows.quotes import LotRow

_RESERVED, _CUSTOMER = ":reserved", "v:customer"
_LOTS = 50  # of one product, to choose from where its own are not known


def reserved(connection: Connection, order_id: str) -> tuple[LotRow, ...]:
    """What is put aside for the order and not yet taken or given back; () when its movements are not on this
    device."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in _moves(connection, order_id):
        sums[move["product_id"], move["lot_id"]] += move["qty"] * (
            move["to_location"].endswith(_RESERVED) - move["from_location"].endswith(_RESERVED)
        )
    return _lots(connection, sums)


def handed_over(connection: Connection, order_id: str) -> tuple[LotRow, ...]:
    """What went to the customer of it, by lot."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in _moves(connection, order_id):
        sums[move["product_id"], move["lot_id"]] += move["qty"] * (
            (move["to_location"] == _CUSTOMER) - (move["from_location"] == _CUSTOMER)
        )
    return _lots(connection, sums)


def lots_of(connection: Connection, product_ids: Iterable[str]) -> tuple[LotRow, ...]:
    """Lots that a product may have, those that expire last first: for goods whose own lot is not known here."""
    rows = connection.execute(
        select(t.lot.c.product_id, t.lot.c.id, t.lot.c.lot_number, t.lot.c.expires)
        .where(t.lot.c.product_id.in_(sorted(set(product_ids))))
        .order_by(t.lot.c.expires.desc(), t.lot.c.lot_number, t.lot.c.id)
    )
    many = Counter[str]()
    found: list[LotRow] = []
    for row in rows:
        many[row.product_id] += 1
        if many[row.product_id] <= _LOTS:
            found.append(LotRow(row.product_id, row.id, row.lot_number, row.expires, 0))
    return tuple(found)


def own_trunk(connection: Connection, user_id: str) -> str:
    """The id of the person's trunk; '' without one."""
    found = connection.execute(
        select(t.location.c.id)
        .where(t.location.c.kind == "trunk", t.location.c.custodian == user_id)
        .order_by(t.location.c.id)
    )
    return str(found.scalars().first() or "")


def _moves(connection: Connection, document_id: str) -> list[dict[str, Any]]:
    """The movements of a document (index movement_document)."""
    return [
        dict(row)
        for row in connection.execute(
            select(s.movement).where(s.movement.c.document_id == document_id)
        ).mappings()
    ]


def _lots(connection: Connection, sums: Mapping[tuple[str, str], int]) -> tuple[LotRow, ...]:
    """Lots with their quantities above 0, the first to expire first."""
    named = {
        row.id: row
        for row in connection.execute(
            select(t.lot.c.id, t.lot.c.lot_number, t.lot.c.expires).where(
                t.lot.c.id.in_(sorted({lot for _product, lot in sums if lot}))
            )
        )
    }
    found = [
        LotRow(
            product,
            lot,
            named[lot].lot_number if lot in named else lot,
            named[lot].expires if lot in named else None,
            qty,
        )
        for (product, lot), qty in sums.items()
        if qty > 0
    ]
    return tuple(sorted(found, key=lambda one: (one.product_id, one.expires or "9999", one.lot_id)))
