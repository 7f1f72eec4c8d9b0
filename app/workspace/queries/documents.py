"""One quote, one order, one op of the outbox, each with everything its page shows."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from app.domain.commands import CounterLine, PlaceOrder, SubmitQuote
from app.domain.field_commands import ORDER, QUOTE
from app.domain.rejections import Finding
from app.store import tables as t
from app.store.write_events import read_findings
from app.workspace.queries import order_goods as goods
from app.workspace.queries.quotes import (
    account_name,
    command_of,
    command_total,
    drafts,
    outcome,
    sending,
    sending_of,
)
from app.workspace.queries.quoting import ship_to
from app.workspace.queries.signatures import latest_signature
from app.workspace.queries.sync import asks_for_somebody
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.quotes import (
    ApprovalRow,
    OpCard,
    OrderCard,
    OrderLineRow,
    OrderRef,
    QuoteCard,
    QuoteLineRow,
    ShipmentRow,
)
from app.workspace.tables import outbox
from app.workspace.workspace import read_identity

_NAME, _SKU = (
    func.coalesce(t.product.c.name, "").label("name"),
    func.coalesce(t.product.c.sku, "").label("sku"),
)
_UNIT = func.coalesce(t.product.c.unit, "").label("unit")


def quote_card(connection: Connection, quote_id: str) -> QuoteCard | None:
    """The quote as it stands; None when it is not on this device."""
    row = connection.execute(
        select(t.quote, sending_of(t.quote).label("pushed"), t.rep.c.name.label("rep"))
        .outerjoin(t.rep, t.rep.c.id == t.quote.c.rep_id)
        .where(t.quote.c.id == quote_id)
    ).mappings().one_or_none()  # fmt: skip
    if row is None:
        return None
    who = read_identity(connection)
    name, number = account_name(connection, row["account_id"])
    orders = connection.execute(
        select(t.sales_order.c.id, t.sales_order.c.number, t.sales_order.c.state)
        .where(t.sales_order.c.quote_id == quote_id)
        .order_by(t.sales_order.c.number, t.sales_order.c.id)
    )
    return QuoteCard(
        id=row["id"],
        number=row["number"],
        revision=row["revision"],
        account_id=row["account_id"],
        account=name,
        account_number=number,
        ship_to=_address(connection, row["ship_to_id"]),
        ship_to_id=row["ship_to_id"] or "",
        rep_id=row["rep_id"],
        rep=row["rep"] or "",
        mine=who is not None and row["rep_id"] == who.user_id,
        state=row["state"],
        sending=sending(row["pushed"]),
        currency=row["currency"],
        day=row["business_date"],
        po_number=row["po_number"],
        note=row["note"],
        list_total=row["list_total"],
        total=row["total"],
        findings=read_findings(row["findings"]),
        lines=_quote_lines(connection, quote_id),
        approvals=_approvals(connection, quote_id),
        orders=tuple(OrderRef(one.id, one.number, one.state) for one in orders),
        tax_total=row["tax_total"],
        valid_until=row["valid_until"],
        envelope_id=row["envelope_id"] or "",
        signature=latest_signature(connection, QUOTE, quote_id, row["revision"]),
    )


def order_card(connection: Connection, order_id: str) -> OrderCard | None:
    """The order as it stands, placed here or imported; None when it is not on this device."""
    row = connection.execute(
        select(
            t.sales_order,
            sending_of(t.sales_order).label("pushed"),
            t.rep.c.name.label("rep"),
            func.coalesce(t.quote.c.number, "").label("quote_number"),
        )
        .outerjoin(t.rep, t.rep.c.id == t.sales_order.c.rep_id)
        .outerjoin(t.quote, t.quote.c.id == t.sales_order.c.quote_id)
        .where(t.sales_order.c.id == order_id)
    ).mappings().one_or_none()  # fmt: skip
    if row is None:
        return None
    name, number = account_name(connection, row["account_id"])
    who = read_identity(connection)
    lines = _order_lines(connection, order_id)
    shipments = connection.execute(
        select(t.shipment.c.shipped_on, t.shipment.c.method, t.shipment.c.tracking_number)
        .where(t.shipment.c.order_id == order_id)
        .order_by(t.shipment.c.shipped_on, t.shipment.c.id)
    )
    return OrderCard(
        id=row["id"],
        number=row["number"],
        type=row["type"],
        account_id=row["account_id"],
        account=name,
        account_number=number,
        ship_to=_address(connection, row["ship_to_id"]),
        rep=row["rep"] or "",
        state=row["state"],
        sending=sending(row["pushed"]),
        currency=row["currency"],
        day=row["business_date"],
        due=row["due_date"],
        po_number=row["po_number"],
        total=row["total"],
        published_sub_total=row["published_sub_total"],
        published_tax=row["published_tax"],
        published_freight=row["published_freight"],
        published_total=row["published_total"],
        quote_id=row["quote_id"] or "",
        quote_number=row["quote_number"],
        findings=_findings_of_op(connection, row["op_id"]),
        lines=lines,
        shipments=tuple(ShipmentRow(*one) for one in shipments),
        mine=who is not None and row["rep_id"] == who.user_id,
        case_ref=row["case_ref"],
        tax_total=row["tax_total"],
        reserved=goods.reserved(connection, order_id),
        handed_over=goods.handed_over(connection, order_id),
        lots=goods.lots_of(connection, (line.product_id for line in lines))
        if row["type"] != "history"
        else (),
        trunk_id=goods.own_trunk(connection, who.user_id) if who else "",
        signature=latest_signature(connection, ORDER, order_id),
    )


def op_card(connection: Connection, op_id: str) -> OpCard | None:
    """An op of this device that submits a quote or places an order; None for any other."""
    found = connection.execute(select(outbox).where(outbox.c.op_id == op_id)).mappings().one_or_none()
    if found is None:
        return None
    row = dict(found)
    command = command_of(row["payload"])
    if not isinstance(command, SubmitQuote | PlaceOrder):
        return None
    content: QuoteDraft | None = None
    names: dict[str, str] = {}
    account_id, currency, total = "", "", None
    if isinstance(command, SubmitQuote):
        content = QuoteDraft.of_command(op_id, command)
        names = _names(connection, (line.product_id for line in command.lines))
        account_id, currency, total = command.account_id, command.currency, command_total(command)
    else:
        quote = connection.execute(
            select(t.quote.c.account_id, t.quote.c.currency, t.quote.c.total).where(
                t.quote.c.id == command.quote_id
            )
        ).one_or_none()
        if quote is not None:
            account_id, currency, total = quote.account_id, quote.currency, quote.total
    return OpCard(
        op_id=op_id,
        command=command,
        number=command.number,
        account_id=account_id,
        account=account_name(connection, account_id)[0],
        currency=currency,
        total=total,
        outcome=outcome(row),
        saved_at=row["saved_at"],
        dismissed=bool(row["seen"]),
        findings=read_findings(row["findings"]),
        content=content,
        names=names,
    )


def op_of_document(connection: Connection, document_id: str) -> str | None:
    """The op that was to make this quote or order and needs somebody now: a refused document has no row of its own."""
    statement = (
        select(outbox.c.op_id, outbox.c.payload).where(asks_for_somebody()).order_by(outbox.c.ord.desc())
    )
    for row in connection.execute(statement):
        command = command_of(row.payload)
        if isinstance(command, SubmitQuote) and command.quote_id == document_id:
            return str(row.op_id)
        if isinstance(command, PlaceOrder) and command.order_id == document_id:
            return str(row.op_id)
    return None


def draft_of(connection: Connection, quote_id: str) -> QuoteDraft | None:
    """The draft that is being written for this quote, if there is one: a second one would be a second truth."""
    return next((one for one in drafts(connection) if one.quote_id == quote_id), None)


def _quote_lines(connection: Connection, quote_id: str) -> tuple[QuoteLineRow, ...]:
    line = t.quote_line
    rows = connection.execute(
        select(line, _NAME, _SKU, _UNIT)
        .outerjoin(t.product, t.product.c.id == line.c.product_id)
        .where(line.c.quote_id == quote_id)
        .order_by(line.c.line_no, line.c.id)
    ).mappings()
    return tuple(
        QuoteLineRow(
            one["line_no"],
            one["product_id"],
            one["sku"],
            one["name"],
            one["unit"],
            one["qty"],
            one["discount_bp"],
            one["unit_price"],
            one["repriced"],
            one["extended"],
            one["trace"],
            one["repriced_trace"],
            one["tax"],
        )
        for one in rows
    )


def _approvals(connection: Connection, quote_id: str) -> tuple[ApprovalRow, ...]:
    approval = t.approval
    rows = connection.execute(
        select(approval, func.coalesce(t.rep.c.name, approval.c.decided_by, "").label("decider"))
        .outerjoin(t.rep, t.rep.c.id == approval.c.decided_by)
        .where(approval.c.quote_id == quote_id)
        .order_by(approval.c.revision.desc(), approval.c.role, approval.c.code, approval.c.id)
    ).mappings()
    return tuple(
        ApprovalRow(
            one["id"],
            one["revision"],
            one["role"],
            one["code"],
            one["state"],
            one["asked_on"],
            one["decider"],
            one["decided_on"],
            one["comment"],
            tuple(CounterLine(**line) for line in json.loads(one["counter"] or "[]")),
        )
        for one in rows
    )


def _order_lines(connection: Connection, order_id: str) -> tuple[OrderLineRow, ...]:
    line = t.order_line
    rows = connection.execute(
        select(line, _NAME, _SKU, func.coalesce(t.lot.c.lot_number, "").label("lot"))
        .outerjoin(t.product, t.product.c.id == line.c.product_id)
        .outerjoin(t.lot, t.lot.c.id == line.c.lot_id)
        .where(line.c.order_id == order_id)
        .order_by(line.c.line_no, line.c.id)
    ).mappings()
    return tuple(
        OrderLineRow(
            one["line_no"],
            one["product_id"],
            one["sku"],
            one["name"],
            one["lot"],
            one["qty"],
            one["allocated"],
            one["backordered"],
            one["unit_price"],
            one["extended"],
            one["published_unit_price"],
            one["published_line_total"],
            one["id"],
            one["returned"],
            one["lot_id"] or "",
        )
        for one in rows
    )


def _findings_of_op(connection: Connection, op_id: str | None) -> tuple[Finding, ...]:
    """What the rules said of the op: as the server's result says, else as this device guessed."""
    if op_id is None:
        return ()
    told = connection.execute(select(t.op_result.c.findings).where(t.op_result.c.id == op_id)).scalar()
    if told is None:
        told = connection.execute(select(outbox.c.findings).where(outbox.c.op_id == op_id)).scalar()
    return read_findings(told or "")


def _address(connection: Connection, address_id: str | None) -> str:
    if not address_id:
        return ""
    row = connection.execute(select(t.address).where(t.address.c.id == address_id)).mappings().one_or_none()
    return ship_to(dict(row)).one_line if row else ""


def _names(connection: Connection, product_ids: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(product_ids))
    rows = connection.execute(
        select(t.product.c.id, t.product.c.name).where(t.product.c.id.in_(wanted)).order_by(t.product.c.id)
    )
    return {row.id: row.name for row in rows}
