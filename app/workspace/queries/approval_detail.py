"""One approval with its quote: lines with limits and costs, the other needs, the customer's past."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, or_, select

from app.domain.commands import CounterLine
from app.domain.facts import Policy
from app.domain.parties import Person
from app.store.tables import (
    account,
    address,
    approval,
    policy,
    product,
    product_cost,
    quote,
    quote_line,
    rep,
    sales_order,
)
from app.store.write_events import read_findings
from app.workspace.queries.approvals import read_need
from app.workspace.queries.delegations import delegations_to, in_place_of
from app.workspace.reach import device_reach
from app.workspace.rows.approvals import ApprovalDetail, ApprovalLine, EarlierOrder, OtherNeed

EARLIER = 5  # orders of the account's history
COSTS = "cost:main"


def approval_detail(
    connection: Connection, approval_id: str, person: Person, day: str
) -> ApprovalDetail | None:
    """One approval with everything a decision of this person on a day (ISO) rests on; None when it is not on this
    device (any more)."""
    row = connection.execute(_statement(approval_id)).mappings().one_or_none()
    if row is None:
        return None
    costs_here = device_reach(connection).holds(COSTS)
    history, orders = _history(connection, row["account_id"])
    return ApprovalDetail(
        approval_id=row["id"],
        quote_id=row["quote_id"],
        number=row["number"],
        revision=row["revision"],
        quote_revision=row["quote_revision"],
        quote_state=row["quote_state"],
        role=row["role"],
        code=row["code"],
        state=row["state"],
        need=read_need(row["detail"]),
        asked_on=row["asked_on"],
        account_id=row["account_id"],
        account=row["account"] or row["account_id"],
        account_number=row["account_number"] or "",
        account_status=row["account_status"] or "",
        account_status_reason=row["status_reason"] or "",
        ship_to=", ".join(part for part in (row["ship_label"], row["line1"], row["city"]) if part),
        rep_id=row["rep_id"],
        rep=row["rep"] or row["rep_id"],
        business_date=row["business_date"],
        currency=row["currency"],
        po_number=row["po_number"],
        note=row["note"],
        list_total=row["list_total"],
        total=row["total"],
        lines=_lines(connection, row, costs_here=costs_here),
        findings=read_findings(row["findings"]),
        needs=_needs(connection, row["quote_id"], row["revision"]),
        history=history,
        orders=orders,
        costs_here=costs_here,
        in_place_of=in_place_of(person, dict(row), day, delegations_to(connection, person.id, day)),
        counter=tuple(CounterLine(**one) for one in json.loads(row["counter"] or "[]")),
    )


def _statement(approval_id: str) -> Select[Any]:
    """The approval with its quote, account, ship-to and author."""
    return (
        select(
            approval,
            quote.c.number,
            quote.c.revision.label("quote_revision"),
            quote.c.state.label("quote_state"),
            quote.c.account_id,
            quote.c.business_date,
            quote.c.currency,
            quote.c.po_number,
            quote.c.note,
            quote.c.list_total,
            quote.c.total,
            quote.c.findings,
            account.c.name.label("account"),
            account.c.number.label("account_number"),
            account.c.status.label("account_status"),
            account.c.status_reason,
            address.c.label.label("ship_label"),
            address.c.line1,
            address.c.city,
            rep.c.name.label("rep"),
            rep.c.role.label("rep_role"),
        )
        .select_from(approval)
        .join(quote, quote.c.id == approval.c.quote_id)
        .outerjoin(account, account.c.id == quote.c.account_id)
        .outerjoin(address, address.c.id == quote.c.ship_to_id)
        .outerjoin(rep, rep.c.id == approval.c.rep_id)
        .where(approval.c.id == approval_id)
    )


def _lines(connection: Connection, row: RowMapping, *, costs_here: bool) -> tuple[ApprovalLine, ...]:
    """The quote's lines (index quote_line_quote) with limits of their author and costs on the quote's day."""
    statement = (
        select(
            quote_line,
            product.c.sku,
            product.c.name.label("product"),
            product.c.unit,
            product.c.product_class,
        )
        .select_from(quote_line)
        .outerjoin(product, product.c.id == quote_line.c.product_id)
        .where(quote_line.c.quote_id == row["quote_id"])
        .order_by(quote_line.c.line_no)
    )
    lines = list(connection.execute(statement).mappings())
    limits = _limits(connection)
    ids = {line["product_id"] for line in lines}
    costs = _costs(connection, ids, row["business_date"], row["currency"]) if costs_here else {}
    return tuple(
        ApprovalLine(
            line_no=line["line_no"],
            product_id=line["product_id"],
            sku=line["sku"] or line["product_id"],
            product=line["product"] or line["product_id"],
            unit=line["unit"] or "",
            qty=line["qty"],
            discount_bp=line["discount_bp"],
            limit_bp=limits.discount_limit(row["rep_role"], line["product_class"] or "")
            if limits and row["rep_role"]
            else None,
            unit_price=line["unit_price"],
            repriced=line["repriced"],
            extended=line["extended"],
            trace=line["trace"],
            unit_cost=costs.get(line["product_id"]),
            repriced_trace=line["repriced_trace"],
        )
        for line in lines
    )


def _limits(connection: Connection) -> Policy | None:
    """The company's discount limits; None when they are not on this device."""
    value = connection.execute(select(policy.c.value).where(policy.c.id == "discount_limit")).scalar()
    return None if value is None else Policy(discount_limits=json.loads(value))


def _costs(connection: Connection, product_ids: Iterable[str], day: str, currency: str) -> dict[str, int]:
    """Unit costs (1/10,000) on `day`, the latest where several are valid (index product_cost_product)."""
    statement = (
        select(product_cost.c.product_id, product_cost.c.unit_cost)
        .where(
            product_cost.c.product_id.in_(sorted(product_ids)),
            product_cost.c.currency == currency,
            product_cost.c.valid_from <= day,
            or_(product_cost.c.valid_to.is_(None), product_cost.c.valid_to >= day),
        )
        .order_by(product_cost.c.valid_from, product_cost.c.id)
    )
    return {row.product_id: row.unit_cost for row in connection.execute(statement)}


def _needs(connection: Connection, quote_id: str, revision: int) -> tuple[OtherNeed, ...]:
    """Every need of the revision, by what it is about and its level (index approval_quote)."""
    statement = (
        select(approval, rep.c.name.label("by"))
        .outerjoin(rep, rep.c.id == approval.c.decided_by)
        .where(approval.c.quote_id == quote_id, approval.c.revision == revision)
        .order_by(approval.c.code, approval.c.level, approval.c.id)
    )
    return tuple(
        OtherNeed(
            row["id"],
            row["role"],
            row["code"],
            row["state"],
            row["by"] or row["decided_by"] or "",
            row["decided_on"],
            row["comment"],
            row["level"],
            row["due_on"],
            row["escalate_to"],
        )
        for row in connection.execute(statement).mappings()
    )


def _history(connection: Connection, account_id: str) -> tuple[tuple[EarlierOrder, ...], int]:
    """The account's latest orders, newest first, and how many there are (index sales_order_account)."""
    many = connection.execute(
        select(func.count()).select_from(sales_order).where(sales_order.c.account_id == account_id)
    ).scalar_one()
    statement = (
        select(sales_order)
        .where(sales_order.c.account_id == account_id)
        .order_by(sales_order.c.business_date.desc(), sales_order.c.id.desc())
        .limit(EARLIER)
    )
    found = tuple(
        EarlierOrder(
            row["number"],
            row["type"],
            row["business_date"],
            row["state"],
            row["currency"],
            row["total"],
            row["published_total"],
        )
        for row in connection.execute(statement).mappings()
    )
    return found, int(many)
