"""The day of a trunk for its summary on paper, in one snapshot."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from app.store.tables import count_line, count_sheet, lot, product
from app.workspace.outbox import waiting
from app.workspace.queries.trunk import day_entries, own_trunk, trunk_lots
from app.workspace.rows.day_end import DayEnd, Difference, SignedCount


def day_end(connection: Connection, user_id: str, day: str) -> DayEnd | None:
    """What was done on `day` (ISO) with the trunk of `user_id`, and what it holds now; None without a trunk."""
    place = own_trunk(connection, user_id)
    if place is None:
        return None
    return DayEnd(
        place.name,
        day,
        day_entries(connection, place.id, day),
        _counts(connection, place.id, day),
        trunk_lots(connection, place.id),
        waiting(connection)[0],
    )


def _counts(connection: Connection, location_id: str, day: str) -> tuple[SignedCount, ...]:
    """The counts signed that day, by number."""
    rows = connection.execute(
        select(count_sheet.c.id, count_sheet.c.number, count_sheet.c.signed_by, count_sheet.c.lines)
        .where(count_sheet.c.location_id == location_id, count_sheet.c.business_date == day)
        .order_by(count_sheet.c.number, count_sheet.c.id)
    ).all()
    return tuple(
        SignedCount(row.number, row.signed_by, row.lines, _differences(connection, row.id)) for row in rows
    )


def _differences(connection: Connection, count_id: str) -> tuple[Difference, ...]:
    """The lines of a count that differ (index count_line_count), by product and lot."""
    rows = connection.execute(
        select(
            count_line.c.product_id,
            func.coalesce(product.c.sku, count_line.c.product_id).label("sku"),
            func.coalesce(product.c.name, "").label("name"),
            func.coalesce(lot.c.lot_number, "").label("lot_number"),
            func.coalesce(lot.c.serial, "").label("serial"),
            count_line.c.expected,
            count_line.c.counted,
            count_line.c.reason,
        )
        .select_from(count_line)
        .outerjoin(product, product.c.id == count_line.c.product_id)
        .outerjoin(lot, lot.c.id == count_line.c.lot_id)
        .where(count_line.c.count_id == count_id, count_line.c.counted != count_line.c.expected)
        .order_by(product.c.name, lot.c.lot_number, count_line.c.id)
    )
    return tuple(Difference(*row) for row in rows)
