"""The user's own trunk: its lots by expiry, what was done with it on a day, the count in progress."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select

from app.domain.commands import TakeCustody
from app.domain.parties import COMPANY
from app.domain.stock import ONE_PLACE
from app.store.policies import policy_of
from app.store.tables import (
    account,
    balance,
    count_line,
    count_sheet,
    location,
    lot,
    movement,
    policy,
    product,
    sales_order,
    transfer,
)
from app.workspace.counting import count_draft
from app.workspace.queries.moving import moving
from app.workspace.reach import device_reach
from app.workspace.rows.trunk import (
    ASKED,
    FREE,
    MINE,
    NOBODYS,
    OTHERS,
    CountDraft,
    CountedLot,
    CountSheetLot,
    CountView,
    DayEntry,
    TrunkLot,
    TrunkPlace,
    TrunkView,
)
from app.workspace.tables import outbox
from app.workspace.workspace import get_meta, read_identity


def trunk_view(connection: Connection, user_id: str, day: str) -> TrunkView:
    """Everything the trunk page shows of `user_id`'s trunk, with what was done on `day` (ISO date)."""
    place = own_trunk(connection, user_id)
    if place is None:
        return TrunkView(None, (), (), get_meta(connection, "last_contact"), None)
    return TrunkView(
        place,
        trunk_lots(connection, place.id),
        day_entries(connection, place.id, day),
        get_meta(connection, "last_contact"),
        count_draft(connection, place.id),
        moving(connection, place.id),
    )


def own_trunk(connection: Connection, user_id: str) -> TrunkPlace | None:
    """The trunk this person answers for; the first by id where there are several."""
    row = connection.execute(
        select(location.c.id, location.c.name, location.c.holder, location.c.holder_name)
        .where(location.c.kind == "trunk", location.c.custodian == user_id)
        .order_by(location.c.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    return TrunkPlace(
        row.id,
        row.name,
        device_reach(connection).holds(f"loc:{row.id}"),
        _lease(connection, row.holder),
        row.holder_name,
    )


def _lease(connection: Connection, holder: str | None) -> str:
    """How the trunk with this holder stands to this device."""
    if holder is None:
        return NOBODYS
    identity = read_identity(connection)
    if identity is not None and holder == identity.device_id:
        return MINE
    asked = select(outbox.c.ord).where(
        outbox.c.command == TakeCustody.__name__, outbox.c.settled_at.is_(None), outbox.c.result.is_(None)
    )
    if connection.execute(asked.limit(1)).first() is not None:
        return ASKED
    return OTHERS if holder else FREE


def trunk_lots(connection: Connection, location_id: str) -> tuple[TrunkLot, ...]:
    """The lots that are there, first expired first (index balance_location)."""
    statement = (
        select(balance.c.product_id, balance.c.lot_id, balance.c.qty, balance.c.owner, *_ABOUT)
        .add_columns(account.c.name.label("owner_name"))
        .select_from(balance)
        .outerjoin(product, product.c.id == balance.c.product_id)
        .outerjoin(lot, lot.c.id == balance.c.lot_id)
        .outerjoin(account, account.c.id == balance.c.owner)
        .where(balance.c.location_id == location_id, balance.c.qty != 0)
        .order_by(lot.c.expires.is_(None), lot.c.expires, product.c.name, lot.c.lot_number, balance.c.id)
    )
    return tuple(
        TrunkLot(
            qty=row["qty"],
            unit=row["unit"] or "",
            recalled_on=row["recalled_on"],
            owner="" if row["owner"] == COMPANY else row["owner_name"] or row["owner"],
            **_about(row),
        )
        for row in connection.execute(statement).mappings()
    )


def count_view(connection: Connection, user_id: str) -> CountView:
    """The count in progress: every lot that is there or was counted (index balance_location), without quantities."""
    place = own_trunk(connection, user_id)
    if place is None:
        return CountView(None, (), None)
    draft = count_draft(connection, place.id)
    here = [_sheet_lot(one) for one in trunk_lots(connection, place.id)]
    sheet = (*here, *_counted_but_gone(connection, here, draft))
    return CountView(place, sheet, draft, variance_limit(connection))


def variance_limit(connection: Connection) -> int | None:
    """The company's limit (base units) over which a difference is counted twice; None without one."""
    value = connection.execute(select(policy.c.value).where(policy.c.id == "variance_limit")).scalar()
    return policy_of({} if value is None else {"variance_limit": json.loads(value)}).variance_limit


def _counted_but_gone(
    connection: Connection, here: list[CountSheetLot], draft: CountDraft | None
) -> tuple[CountSheetLot, ...]:
    """Lots on the count that the books do not have here: found ones, and ones sold since they were counted."""
    there = {one.key for one in here}
    missing = [line for line in draft.lines if line.key not in there] if draft else []
    if not missing:
        return ()
    products = _rows_by_id(connection, select(product), product.c.id, {one.product_id for one in missing})
    lots = _rows_by_id(connection, select(lot), lot.c.id, {one.lot_id for one in missing if one.lot_id})
    return tuple(_gone(one, products.get(one.product_id), lots.get(one.lot_id)) for one in missing)


def find_lots(connection: Connection, code: str, limit: int = 20) -> tuple[CountSheetLot, ...]:
    """Lots of the catalogue whose number, serial or product code is `code`: for what lies in the trunk unbooked."""
    wanted = code.strip()
    if not wanted:
        return ()
    statement = (
        select(lot.c.product_id, lot.c.id.label("lot_id"), *_ABOUT)
        .select_from(lot)
        .join(product, product.c.id == lot.c.product_id)
        .where(
            or_(lot.c.lot_number == wanted, and_(lot.c.serial != "", lot.c.serial == wanted), *_codes(wanted))
        )
        .order_by(lot.c.expires.is_(None), lot.c.expires, product.c.name, lot.c.id)
        .limit(limit)
    )
    return tuple(CountSheetLot(**_about(row)) for row in connection.execute(statement).mappings())


def day_entries(connection: Connection, location_id: str, day: str) -> tuple[DayEntry, ...]:
    """Sales, counts and other movements of the day, newest first."""
    entries = (
        *_sales(connection, location_id, day),
        *_counts(connection, location_id, day),
        *_moves(connection, location_id, day),
    )
    return tuple(sorted(entries, key=lambda one: (-one.seq, one.document_id)))


def _sales(connection: Connection, location_id: str, day: str) -> list[DayEntry]:
    """One entry for each document that took goods out (index movement_from)."""
    statement = (
        select(
            movement.c.document_id,
            sales_order.c.number,
            account.c.name,
            *_MOVED,
        )
        .select_from(movement)
        .outerjoin(sales_order, sales_order.c.id == movement.c.document_id)
        .outerjoin(account, account.c.id == sales_order.c.account_id)
        .outerjoin(outbox, outbox.c.op_id == movement.c.op_id)
        .where(
            movement.c.from_location == location_id,
            movement.c.business_date == day,
            movement.c.kind == "sell",
        )
        .group_by(movement.c.document_id)
        .order_by(movement.c.document_id)
    )
    return [
        _entry("sale", row, row["name"] or "", units=row["units"], lines=row["lines"])
        for row in connection.execute(statement).mappings()
    ]


def _counts(connection: Connection, location_id: str, day: str) -> list[DayEntry]:
    units = func.coalesce(func.sum(count_line.c.counted - count_line.c.expected), 0)
    statement = (
        select(
            count_sheet.c.id.label("document_id"),
            count_sheet.c.number,
            count_sheet.c.lines,
            count_sheet.c.variances,
            units.label("units"),
            func.max(outbox.c.seq).label("seq"),
            *_STANDING,
        )
        .select_from(count_sheet)
        .outerjoin(count_line, count_line.c.count_id == count_sheet.c.id)
        .outerjoin(outbox, outbox.c.op_id == count_sheet.c.op_id)
        .where(count_sheet.c.location_id == location_id, count_sheet.c.business_date == day)
        .group_by(count_sheet.c.id)
        .order_by(count_sheet.c.id)
    )
    return [
        _entry("count", row, "", units=row["units"], lines=row["lines"], variances=row["variances"])
        for row in connection.execute(statement).mappings()
    ]


def _moves(connection: Connection, location_id: str, day: str) -> list[DayEntry]:
    """One entry for each document that moved goods otherwise (indexes movement_from, movement_to)."""
    statement = (
        select(
            movement.c.kind,
            movement.c.document_id,
            transfer.c.number,
            func.min(func.coalesce(product.c.name, movement.c.product_id)).label("name"),
            func.count(movement.c.product_id.distinct()).label("products"),
            *_MOVED,
        )
        .select_from(movement)
        .outerjoin(product, product.c.id == movement.c.product_id)
        .outerjoin(transfer, transfer.c.id == movement.c.document_id)
        .outerjoin(outbox, outbox.c.op_id == movement.c.op_id)
        .where(
            or_(movement.c.from_location == location_id, movement.c.to_location == location_id),
            movement.c.business_date == day,
            movement.c.document_id.is_not(None),
            movement.c.kind.in_((*ONE_PLACE, "transfer_out", "transfer_in")),
        )
        .group_by(movement.c.document_id, movement.c.kind)
        .order_by(movement.c.document_id, movement.c.kind)
    )
    return [
        _entry(
            row["kind"],
            row,
            row["name"] if row["products"] == 1 else "",
            units=row["units"],
            lines=row["lines"],
        )
        for row in connection.execute(statement).mappings()
    ]


_ABOUT = (
    product.c.sku,
    product.c.name,
    product.c.gtin,
    product.c.tracking,
    product.c.unit,
    lot.c.lot_number,
    lot.c.serial,
    lot.c.expires,
    lot.c.recalled_on,
)
_STANDING = (
    func.max(outbox.c.op_id).label("op_id"),
    func.max(outbox.c.pushed).label("pushed"),
    func.max(outbox.c.result).label("result"),
    func.max(outbox.c.guess).label("guess"),
)
_MOVED = (  # of the movements of one document
    func.sum(movement.c.qty).label("units"),
    func.count().label("lines"),
    func.max(movement.c.seq).label("seq"),
    *_STANDING,
)


def _codes(wanted: str) -> tuple[ColumnElement[bool], ...]:
    return (product.c.sku == wanted, and_(product.c.gtin != "", product.c.gtin == wanted))


def _about(row: RowMapping) -> dict[str, Any]:
    """What a row says about its product and lot; a product that is not here yet goes by its id."""
    return {
        "product_id": row["product_id"],
        "lot_id": row["lot_id"],
        "sku": row["sku"] or row["product_id"],
        "name": row["name"] or row["product_id"],
        "gtin": row["gtin"] or "",
        "tracking": row["tracking"] or "none",
        "lot_number": row["lot_number"] or "",
        "serial": row["serial"] or "",
        "expires": row["expires"],
    }


def _sheet_lot(one: TrunkLot) -> CountSheetLot:
    return CountSheetLot(
        one.product_id,
        one.lot_id,
        one.sku,
        one.name,
        one.gtin,
        one.tracking,
        one.lot_number,
        one.serial,
        one.expires,
    )


def _gone(line: CountedLot, about: RowMapping | None, lot_row: RowMapping | None) -> CountSheetLot:
    """A counted line as a lot to count, with what the catalogue knows of it."""
    return CountSheetLot(
        product_id=line.product_id,
        lot_id=line.lot_id,
        sku=about["sku"] if about else line.product_id,
        name=about["name"] if about else line.product_id,
        gtin=about["gtin"] if about else "",
        tracking=about["tracking"] if about else "none",
        lot_number=lot_row["lot_number"] if lot_row else "",
        serial=lot_row["serial"] if lot_row else "",
        expires=lot_row["expires"] if lot_row else None,
    )


def _rows_by_id(connection: Connection, statement: Any, column: Any, ids: set[str]) -> dict[str, RowMapping]:
    found = connection.execute(statement.where(column.in_(sorted(ids))).order_by(column)).mappings()
    return {row["id"]: row for row in found}


def _entry(kind: str, row: RowMapping, name: str, *, units: int, lines: int, variances: int = 0) -> DayEntry:
    return DayEntry(
        kind=kind,
        document_id=row["document_id"],
        number=row["number"] or "",
        account=name,
        units=units,
        lines=lines,
        variances=variances,
        op_id=row["op_id"] or "",
        pushed=bool(row["pushed"]) if row["op_id"] else True,
        result=row["result"],
        guess=row["guess"] or "",
        seq=row["seq"] or 0,
    )
