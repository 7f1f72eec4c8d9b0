"""Quotes, orders, counts and exposure against their lines, their movements and each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, case, func, or_, select

from app.domain.decide import EXCEPTION
from app.domain.facts import OrderFact, OrderLineFact
from app.domain.worth import exposure_of
from app.store.tables import (
    count_line,
    count_sheet,
    exposure,
    movement,
    op_result,
    order_line,
    quote,
    quote_line,
    sales_order,
)
from app.store.values import fields_of
from sync.server.difference import Difference
from sync.server.feed import CHUNK

NATIVE = sales_order.c.origin == "native"


def quotes(connection: Connection) -> Iterator[Difference]:
    """A quote's total is the sum of its lines, and every line has its quote."""
    yield from _totals(connection, "quote", quote, quote_line, quote_line.c.quote_id, quote.c.total)
    yield from _orphans(connection, "quote line", quote_line, quote_line.c.quote_id, quote)


def orders(connection: Connection) -> Iterator[Difference]:
    """A native order's total is the sum of its lines; no line promises more than was ordered."""
    yield from _totals(
        connection, "order", sales_order, order_line, order_line.c.order_id, sales_order.c.total, NATIVE
    )
    yield from _orphans(connection, "order line", order_line, order_line.c.order_id, sales_order)
    promised = order_line.c.allocated + order_line.c.backordered
    wrong = or_(order_line.c.allocated < 0, order_line.c.backordered < 0, promised > order_line.c.qty)
    for row in connection.execute(
        select(order_line.c.id, order_line.c.qty, order_line.c.allocated, order_line.c.backordered)
        .where(order_line.c.origin == "native", wrong)
        .order_by(order_line.c.id)
    ):
        yield Difference(
            "order line",
            row.id,
            f"at most {row.qty}",
            f"{row.allocated} allocated, {row.backordered} backordered",
        )


def reservations(connection: Connection) -> Iterator[Difference]:
    """What the lines of a stock order have allocated is what was reserved for it, product by product."""
    key = (order_line.c.order_id, order_line.c.product_id)
    allocated = (
        select(*key, func.sum(order_line.c.allocated).label("qty"))
        .join(sales_order, sales_order.c.id == order_line.c.order_id)
        .where(NATIVE, sales_order.c.type == "stock")
        .group_by(*key)
    )
    yield from _against_movements(connection, "reservation", allocated, ("reserve",), by_lot=False)


def trunk_sales(connection: Connection) -> Iterator[Difference]:
    """A trunk sale moved what its lines say. Only one the office must look at may have moved nothing."""
    key = (
        order_line.c.order_id,
        order_line.c.product_id,
        func.coalesce(order_line.c.lot_id, "").label("lot_id"),
    )
    sold = (
        select(*key, func.sum(order_line.c.qty).label("qty"))
        .join(sales_order, sales_order.c.id == order_line.c.order_id)
        .outerjoin(op_result, op_result.c.id == sales_order.c.op_id)
        .where(NATIVE, sales_order.c.type == "trunk_sale")
        .where(or_(op_result.c.outcome.is_(None), op_result.c.outcome != EXCEPTION, _moved_something()))
        .group_by(*key)
    )
    yield from _against_movements(connection, "trunk sale", sold, ("sell",), by_lot=True)


def counts(connection: Connection) -> Iterator[Difference]:
    """A count sheet tells how many lines and variances it has, and each variance is a movement."""
    variance = case((count_line.c.counted != count_line.c.expected, 1), else_=0)
    lines = (
        select(count_line.c.count_id, func.count().label("lines"), func.sum(variance).label("variances"))
        .group_by(count_line.c.count_id)
        .subquery()
    )
    found_lines, found_variances = func.coalesce(lines.c.lines, 0), func.coalesce(lines.c.variances, 0)
    for row in connection.execute(
        select(count_sheet, found_lines.label("found_lines"), found_variances.label("found_variances"))
        .outerjoin(lines, lines.c.count_id == count_sheet.c.id)
        .where(or_(count_sheet.c.lines != found_lines, count_sheet.c.variances != found_variances))
        .order_by(count_sheet.c.id)
    ):
        yield Difference(
            "count",
            row.id,
            f"{row.lines} lines, {row.variances} variances",
            f"{row.found_lines} lines, {row.found_variances} variances",
        )
    moved = (
        select(
            movement.c.document_id,
            movement.c.product_id,
            movement.c.lot_id,
            func.sum(_signed()).label("qty"),
        )
        .join(count_sheet, count_sheet.c.id == movement.c.document_id)
        .where(movement.c.kind == "count_adjustment")
        .group_by(movement.c.document_id, movement.c.product_id, movement.c.lot_id)
        .subquery()
    )
    adjusted = func.coalesce(moved.c.qty, 0)
    same = and_(
        moved.c.document_id == count_line.c.count_id,
        moved.c.product_id == count_line.c.product_id,
        moved.c.lot_id == count_line.c.lot_id,
    )
    for row in connection.execute(
        select(
            count_line.c.id,
            (count_line.c.counted - count_line.c.expected).label("variance"),
            adjusted.label("qty"),
        )
        .outerjoin(moved, same)
        .where(count_line.c.counted - count_line.c.expected != adjusted)
        .order_by(count_line.c.id)
    ):
        yield Difference("count line", row.id, f"{int(row.variance):+d} adjusted", f"{int(row.qty):+d}")


def exposures(connection: Connection) -> Iterator[Difference]:
    """An account's exposure is what its native orders hold of it, as the rules reckon it (app.domain.worth)."""
    sums: dict[str, tuple[int, int]] = {}
    for order in _native_orders(connection):
        held, before = exposure_of(order), sums.get(order.account_id, (0, 0))
        sums[order.account_id] = (before[0] + held[0], before[1] + held[1])
    kept = {
        row.id: (row.open_orders, row.unpaid)
        for row in connection.execute(select(exposure.c.id, exposure.c.open_orders, exposure.c.unpaid))
    }
    for account_id in sorted({*sums, *kept}):
        (open_orders, unpaid), found = sums.get(account_id, (0, 0)), kept.get(account_id)
        if found is None and (open_orders or unpaid):
            yield Difference(
                "exposure", account_id, f"{open_orders} open, {unpaid} unpaid", "no exposure row"
            )
        elif found is not None and found != (open_orders, unpaid):
            yield Difference(
                "exposure",
                account_id,
                f"{open_orders} open, {unpaid} unpaid by its orders",
                f"{found[0]} open, {found[1]} unpaid",
            )


def _native_orders(connection: Connection) -> Iterator[OrderFact]:
    """Orders of our own with their lines, as values, in order of id."""
    after = ""
    while True:
        chosen = select(sales_order).where(NATIVE, sales_order.c.id > after).order_by(sales_order.c.id)
        orders = [dict(row) for row in connection.execute(chosen.limit(CHUNK)).mappings()]
        if not orders:
            return
        after = orders[-1]["id"]
        lines: dict[str, list[OrderLineFact]] = {}
        named = order_line.c.order_id.in_([row["id"] for row in orders])
        for row in connection.execute(select(order_line).where(named)).mappings():
            lines.setdefault(row["order_id"], []).append(OrderLineFact(**fields_of(OrderLineFact, dict(row))))
        for order in orders:
            values = {**fields_of(OrderFact, order), "total": order["total"] or 0}
            yield OrderFact(**values, lines=tuple(lines.get(order["id"], ())))


# -- shared by the checks ---------------------------------------------------------------------------------


def _totals(
    connection: Connection, check: str, table: Table, lines: Table, parent: Any, total: Any, *where: Any
) -> Iterator[Difference]:
    sums = (
        select(parent.label("parent"), func.sum(lines.c.extended).label("amount")).group_by(parent).subquery()
    )
    amount = func.coalesce(sums.c.amount, 0)
    rows = connection.execute(
        select(table.c.id, table.c.number, total.label("total"), amount.label("amount"))
        .outerjoin(sums, sums.c.parent == table.c.id)
        .where(*where, or_(total.is_(None), total != amount))
        .order_by(table.c.id)
    )
    for row in rows:
        yield Difference(check, f"{row.id} {row.number}", f"{row.amount} by its lines", str(row.total))


def _orphans(
    connection: Connection, check: str, lines: Table, parent: Any, table: Table
) -> Iterator[Difference]:
    rows = connection.execute(
        select(lines.c.id, parent.label("parent"))
        .outerjoin(table, table.c.id == parent)
        .where(table.c.id.is_(None))
        .order_by(lines.c.id)
    )
    for row in rows:
        yield Difference(check, row.id, f"a {table.name} {row.parent}", "none")


def _against_movements(
    connection: Connection, check: str, wanted: Select[Any], kinds: tuple[str, ...], *, by_lot: bool
) -> Iterator[Difference]:
    """Lines summed by order, product (and lot) against the movements of these kinds for the same."""
    lots = (movement.c.lot_id,) if by_lot else ()
    said = wanted.cte("said")
    moved = (
        select(movement.c.document_id, movement.c.product_id, *lots, func.sum(movement.c.qty).label("qty"))
        .where(movement.c.kind.in_(kinds), movement.c.document_id.is_not(None))
        .group_by(movement.c.document_id, movement.c.product_id, *lots)
        .cte("moved")
    )
    same = and_(moved.c.document_id == said.c.order_id, moved.c.product_id == said.c.product_id)
    if by_lot:
        same = and_(same, moved.c.lot_id == said.c.lot_id)
    qty = func.coalesce(moved.c.qty, 0)
    for row in connection.execute(
        select(said, qty.label("moved_qty"))
        .outerjoin(moved, same)
        .where(said.c.qty != qty)
        .order_by(said.c.order_id, said.c.product_id)
    ):
        yield Difference(
            check, f"{row.order_id} {row.product_id}", f"{row.qty} by its lines", f"{row.moved_qty} moved"
        )
    for row in connection.execute(
        select(moved)
        .outerjoin(said, same)
        .where(said.c.order_id.is_(None))
        .order_by(moved.c.document_id, moved.c.product_id)
    ):
        yield Difference(
            check, f"{row.document_id} {row.product_id}", "a line of an order", f"{row.qty} moved"
        )


def _moved_something() -> Any:
    return select(movement.c.id).where(movement.c.document_id == sales_order.c.id).exists()


def _signed() -> Any:
    """A count adjustment as seen from the place that was counted."""
    return case((movement.c.to_location == count_sheet.c.location_id, movement.c.qty), else_=-movement.c.qty)
