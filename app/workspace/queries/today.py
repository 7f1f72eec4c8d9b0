"""What needs this person today. One read; every list has an explicit order and an end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, and_, func, select

from app.domain.parties import CLAIM_OPEN, Person
from app.store.tables import (
    account,
    approval,
    balance,
    claim,
    location,
    lot,
    product,
    quote,
    rep,
    sales_order,
)
from app.workspace.queries import sync
from app.workspace.queries.approvals import approval_queue, pending_count
from app.workspace.queries.moving import open_transfers
from app.workspace.queries.trunk import own_trunk
from app.workspace.queries.visits import visits_due
from app.workspace.rows.moving import Transfer
from app.workspace.rows.today import ClaimRow, ExpiringRow, OrderRow, QuoteRow, TodayRows
from app.workspace.tables import outbox

EXPIRES_WITHIN = 60  # days
_MOST = 50


def today(connection: Connection, person: Person, day: str) -> TodayRows:
    """Everything on the Today screen of this person on this day (ISO)."""
    return TodayRows(
        asking=sync.asking(connection),
        declined=_quotes(connection, person, "declined"),
        approved=_quotes(connection, person, "approved"),
        pending=_quotes(connection, person, "pending_approval"),
        held=_held(connection, person),
        approvals=approval_queue(connection, person, day).waiting,
        expiring=expiring(connection, person, day),
        waiting=sync.waiting(connection),
        coming=coming(connection, person),
        claims=claims(connection, person),
        visits=visits_due(connection, person.id, day),
    )


def badges(connection: Connection, person: Person, day: str) -> dict[str, int]:
    """How many things wait at a place of the rail on a day (ISO): `needs_you` (Today) and `approvals`."""
    asking = connection.execute(select(func.count()).select_from(outbox).where(sync.asks_for_somebody()))
    mine = connection.execute(
        select(func.count()).where(quote.c.rep_id == person.id, quote.c.state.in_(("declined", "approved")))
    )
    stock = len(coming(connection, person)) + len(claims(connection, person))
    return {
        "needs_you": int(asking.scalar_one()) + int(mine.scalar_one()) + stock,
        "approvals": pending_count(connection, person, day),
    }


def coming(connection: Connection, person: Person) -> tuple[Transfer, ...]:
    """Transfers that wait for this person: on their way to their trunk, or declined and coming back to it."""
    place = own_trunk(connection, person.id)
    if place is None:
        return ()
    found = open_transfers(connection, place.id)
    return tuple(
        one
        for one in found
        if (one.state == "in_transit" and one.to_location == place.id)
        or (one.state == "declined" and one.from_location == place.id)
    )


def claims(connection: Connection, person: Person) -> tuple[ClaimRow, ...]:
    """What the office claims of this person's trunk and has no answer to yet, oldest first."""
    place = own_trunk(connection, person.id)
    if place is None:
        return ()
    there = balance.c
    on_hand = (
        select(func.coalesce(func.sum(there.qty), 0))
        .where(there.location_id == claim.c.location_id, there.product_id == claim.c.product_id)
        .where(there.lot_id == claim.c.lot_id, there.qty > 0)
        .scalar_subquery()
    )
    statement = (
        select(
            claim.c.id,
            claim.c.kind,
            func.coalesce(product.c.name, claim.c.product_id),
            func.coalesce(func.nullif(lot.c.serial, ""), lot.c.lot_number, ""),
            claim.c.qty - claim.c.answered,
            on_hand,
            func.coalesce(location.c.name, claim.c.to_location),
            claim.c.reason,
        )
        .select_from(claim)
        .outerjoin(product, product.c.id == claim.c.product_id)
        .outerjoin(lot, lot.c.id == claim.c.lot_id)
        .outerjoin(location, location.c.id == claim.c.to_location)
        .where(claim.c.location_id == place.id, claim.c.state == CLAIM_OPEN)
        .order_by(claim.c.opened_on, claim.c.id)
        .limit(_MOST)
    )
    return tuple(ClaimRow(*row) for row in connection.execute(statement))


def expiring(connection: Connection, person: Person, day: str) -> tuple[ExpiringRow, ...]:
    """Lots in this person's trunks that expire within EXPIRES_WITHIN days or have expired, first expired first."""
    until = (date.fromisoformat(day) + timedelta(days=EXPIRES_WITHIN)).isoformat()
    statement = (
        select(
            product.c.id.label("product_id"),
            product.c.name,
            product.c.sku,
            lot.c.id.label("lot_id"),
            lot.c.lot_number,
            lot.c.expires,
            func.sum(balance.c.qty).label("qty"),
        )
        .select_from(balance)
        .join(location, location.c.id == balance.c.location_id)
        .join(lot, lot.c.id == balance.c.lot_id)
        .join(product, product.c.id == balance.c.product_id)
        .where(
            location.c.kind == "trunk",
            location.c.custodian == person.id,
            balance.c.qty > 0,
            lot.c.expires.is_not(None),
            lot.c.expires <= until,
        )
        .group_by(product.c.id, lot.c.id)
        .order_by(lot.c.expires, product.c.name, lot.c.id)
        .limit(_MOST)
    )
    return tuple(
        ExpiringRow(row.product_id, row.name, row.sku, row.lot_id, row.lot_number, int(row.qty), row.expires)
        for row in connection.execute(statement)
    )


def _quotes(connection: Connection, person: Person, state: str) -> tuple[QuoteRow, ...]:
    """This person's quotes in a state, oldest first, with the words of whoever decided last."""
    statement = (
        select(quote, account.c.name.label("account"))
        .outerjoin(account, account.c.id == quote.c.account_id)
        .where(quote.c.rep_id == person.id, quote.c.state == state)
        .order_by(quote.c.business_date, quote.c.number, quote.c.id)
        .limit(_MOST)
    )
    rows = connection.execute(statement).mappings().all()
    said = _decisions(connection, [row["id"] for row in rows])
    return tuple(
        QuoteRow(
            row["id"], row["number"], row["revision"], row["account"] or "", row["state"], row["total"],
            row["currency"], row["business_date"], *said.get((row["id"], row["revision"]), ("", "")),
        )
        for row in rows
    )  # fmt: skip


def _decisions(connection: Connection, quote_ids: list[str]) -> dict[tuple[str, int], tuple[str, str]]:
    """(comment, name of who decided) by (quote, revision)."""
    statement = (
        select(approval.c.quote_id, approval.c.revision, approval.c.comment, rep.c.name)
        .outerjoin(rep, rep.c.id == approval.c.decided_by)
        .where(approval.c.quote_id.in_(quote_ids), approval.c.state.in_(("approved", "declined")))
        .order_by(approval.c.decided_on, approval.c.id)
    )
    return {
        (row.quote_id, row.revision): (row.comment, row.name or "") for row in connection.execute(statement)
    }


def _held(connection: Connection, person: Person) -> tuple[OrderRow, ...]:
    """This person's orders that the office holds, oldest first."""
    statement = (
        select(sales_order, account.c.name.label("account"))
        .outerjoin(account, account.c.id == sales_order.c.account_id)
        .where(and_(sales_order.c.rep_id == person.id, sales_order.c.state == "held"))
        .order_by(sales_order.c.business_date, sales_order.c.number, sales_order.c.id)
        .limit(_MOST)
    )
    return tuple(
        OrderRow(
            row["id"], row["number"], row["type"], row["account"] or "", row["total"] or 0, row["currency"],
            row["business_date"],
        )
        for row in connection.execute(statement).mappings()
    )  # fmt: skip
