"""The day of a trunk: what is left to do when it is closed, and its summary, each in one snapshot."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from app.store.tables import count_line, count_sheet, lot, product, transfer, transfer_line
from app.workspace.outbox import waiting
from app.workspace.queries import sync
from app.workspace.queries.moving import moving
from app.workspace.queries.trunk import day_entries, own_trunk, trunk_lots
from app.workspace.rows.day_end import Asked, AskedLine, Closing, DayEnd, Difference, SignedCount, Standing
from app.workspace.rows.moving import NOTHING_MOVES
from app.workspace.rows.trunk import CountDraft, CountView
from app.workspace.tables import outbox
from app.workspace.workspace import get_meta


def closing(connection: Connection, view: CountView) -> Closing:
    """What closes the day of this count. Par is measured by what was counted, not by what the books still say."""
    moves = NOTHING_MOVES
    if view.place is not None:
        moves = moving(connection, view.place.id, _differs(view.draft))
    unsent = tuple(one for one in sync.waiting(connection) if not one.pushed)
    return Closing(unsent, get_meta(connection, "last_contact"), moves)


def _differs(draft: CountDraft | None) -> Counter[str]:
    """Base units by product by which the count differs from the books."""
    found = Counter[str]()
    for line in draft.lines if draft else ():
        found[line.product_id] += line.counted - line.expected
    return found


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
        _asked(connection, place.id, day),
        _oldest(connection),
        get_meta(connection, "last_contact"),
    )


def _oldest(connection: Connection) -> str:
    """When the oldest op that waits was saved; '' when none does."""
    return connection.execute(select(func.min(outbox.c.saved_at)).where(outbox.c.pushed == 0)).scalar() or ""


def _asked(connection: Connection, location_id: str, day: str) -> tuple[Asked, ...]:
    """What this place asked for that day, by number (index transfer_line_transfer)."""
    rows = connection.execute(
        select(
            transfer.c.id,
            transfer.c.number,
            func.coalesce(product.c.name, transfer_line.c.product_id).label("name"),
            func.coalesce(product.c.sku, transfer_line.c.product_id).label("sku"),
            func.sum(transfer_line.c.asked).label("qty"),
            *_STANDING,
        )
        .join(transfer_line, transfer_line.c.transfer_id == transfer.c.id)
        .outerjoin(product, product.c.id == transfer_line.c.product_id)
        .outerjoin(outbox, outbox.c.op_id == transfer.c.id)
        .where(transfer.c.to_location == location_id, transfer.c.business_date == day)
        .group_by(transfer.c.id, transfer_line.c.product_id)
        .having(func.sum(transfer_line.c.asked) > 0)
        .order_by(transfer.c.number, transfer.c.id, product.c.name, transfer_line.c.product_id)
    ).all()
    found: dict[str, Asked] = {}
    for row in rows:
        before = found.get(row.id, Asked(row.id, row.number, (), _standing(row)))
        line = AskedLine(row.name, row.sku, int(row.qty))
        found[row.id] = Asked(row.id, row.number, (*before.lines, line), before.standing)
    return tuple(found.values())


def _counts(connection: Connection, location_id: str, day: str) -> tuple[SignedCount, ...]:
    """The counts signed that day, by number."""
    rows = connection.execute(
        select(
            count_sheet.c.id,
            count_sheet.c.number,
            count_sheet.c.signed_by,
            count_sheet.c.lines,
            func.coalesce(outbox.c.saved_at, "").label("saved_at"),
            func.coalesce(outbox.c.fingerprint, "").label("digest"),
            outbox.c.op_id,
            outbox.c.pushed,
            outbox.c.result,
        )
        .outerjoin(outbox, outbox.c.op_id == count_sheet.c.op_id)
        .where(count_sheet.c.location_id == location_id, count_sheet.c.business_date == day)
        .order_by(count_sheet.c.number, count_sheet.c.id)
    ).all()
    return tuple(
        SignedCount(
            row.number, row.signed_by, row.lines, _differences(connection, row.id), row.id, row.saved_at, row.digest,
            _standing(row),
        )
        for row in rows
    )  # fmt: skip


def _standing(row: Any) -> Standing:
    """How a document stands; one without an op here came from the server."""
    return Standing() if row.op_id is None else Standing(bool(row.pushed), row.result)


_STANDING = (
    func.max(outbox.c.op_id).label("op_id"),
    func.max(outbox.c.pushed).label("pushed"),
    func.max(outbox.c.result).label("result"),
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
