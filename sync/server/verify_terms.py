"""What was granted and what is on its way: envelopes against their uses, transfers against their movements."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, case, func, or_, select

from app.domain.parties import CLAIM_ANSWERED, CLAIM_OPEN, IN_TRANSIT
from app.store.tables import claim, envelope, envelope_use, location, movement, transfer_line
from sync.server.difference import Difference


def envelopes(connection: Connection) -> Iterator[Difference]:
    """What an envelope has given is the sum of its uses."""
    uses = (
        select(
            envelope_use.c.envelope_id,
            func.sum(envelope_use.c.amount).label("amount"),
            func.count().label("uses"),
        )
        .group_by(envelope_use.c.envelope_id)
        .subquery()
    )
    amount, count = func.coalesce(uses.c.amount, 0), func.coalesce(uses.c.uses, 0)
    rows = connection.execute(
        select(
            envelope.c.id,
            envelope.c.used_amount,
            envelope.c.used_count,
            amount.label("amount"),
            count.label("uses"),
        )
        .outerjoin(uses, uses.c.envelope_id == envelope.c.id)
        .where(or_(envelope.c.used_amount != amount, envelope.c.used_count != count))
        .order_by(envelope.c.id)
    )
    for row in rows:
        yield Difference(
            "envelope",
            row.id,
            f"{row.amount} in {row.uses} uses",
            f"{row.used_amount} in {row.used_count}",
        )


def transfers(connection: Connection) -> Iterator[Difference]:
    """What a transfer's line has sent and not received is in transit for it, lot by lot and owner by owner."""
    key = (movement.c.document_id, movement.c.product_id, movement.c.lot_id, movement.c.owner)
    signed = case((movement.c.to_location == IN_TRANSIT, movement.c.qty), else_=-movement.c.qty)
    moved = (
        select(*key, func.sum(signed).label("qty"))
        .where(or_(movement.c.to_location == IN_TRANSIT, movement.c.from_location == IN_TRANSIT))
        .group_by(*key)
        .subquery()
    )
    line = transfer_line.c
    same = and_(
        moved.c.document_id == line.transfer_id,
        moved.c.product_id == line.product_id,
        moved.c.lot_id == line.lot_id,
        moved.c.owner == line.owner,
    )
    qty = func.coalesce(moved.c.qty, 0)
    rows = connection.execute(
        select(line.id, (line.sent - line.received).label("said"), qty.label("qty"))
        .outerjoin(moved, same)
        .where(line.sent - line.received != qty)
        .order_by(line.id)
    )
    for row in rows:
        yield Difference("transfer", row.id, f"{row.said} in transit by its line", str(row.qty))


def claims(connection: Connection) -> Iterator[Difference]:
    """A claim is on a place that is there; a closed one has its day, and an answer of fewer says why."""
    rows = connection.execute(
        select(claim, location.c.id.label("place"))
        .outerjoin(location, location.c.id == claim.c.location_id)
        .order_by(claim.c.id)
    )
    for row in rows:
        if row.place is None:
            yield Difference("claim", row.id, "a place that is there", row.location_id)
        if row.state == CLAIM_ANSWERED and row.answered < row.qty and not row.answer.strip():
            yield Difference("claim", row.id, f"{row.qty} answered, or why not", str(row.answered))
        if (row.state == CLAIM_OPEN) != (row.closed_on is None):
            yield Difference("claim", row.id, f"a day when it was closed: {row.state}", str(row.closed_on))
