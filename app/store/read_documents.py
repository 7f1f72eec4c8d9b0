"""Facts about documents: quotes with their approvals, orders with what is reserved for them, transfers, authority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from app.domain.facts import (
    ABSENT,
    HELD,
    NOT_HERE,
    ApprovalFact,
    CaseFact,
    DraftFact,
    DraftRevisionFact,
    EnvelopeFact,
    Known,
    OrderFact,
    OrderLineFact,
    QuoteFact,
    QuoteLineFact,
    Reservation,
    TransferFact,
    TransferLineFact,
)
from app.domain.parties import Claim, Delegation, Person
from app.store import tables as t
from app.store.envelopes import KEYS, envelope_fact
from app.store.reader import Reader
from app.store.values import delegation_of, fields_of

_RESERVED = ":reserved"


def _missing(reader: Reader) -> str:
    """Own documents are the first thing a tablet loads; another's may simply not be granted to it."""
    return ABSENT if reader.reach.server else NOT_HERE


def quote(reader: Reader, quote_id: str) -> Known[QuoteFact]:
    """A quote with its lines and approvals, locked."""
    row = reader.row(t.quote, quote_id, lock=True)
    if row is None:
        return Known(_missing(reader))
    lines = reader.rows(t.quote_line, t.quote_line.c.quote_id == quote_id)
    approvals = reader.rows(t.approval, t.approval.c.quote_id == quote_id)
    return Known(
        HELD,
        QuoteFact(
            **fields_of(QuoteFact, row),
            lines=tuple(
                QuoteLineFact(**fields_of(QuoteLineFact, line))
                for line in sorted(lines, key=lambda one: one["line_no"])
            ),
            approvals=tuple(ApprovalFact(**fields_of(ApprovalFact, one)) for one in approvals),
        ),
    )


def order(reader: Reader, order_id: str) -> Known[OrderFact]:
    """An order with its lines and what is reserved for it, locked. Imported history has no amounts of ours: 0."""
    row = reader.row(t.sales_order, order_id, lock=True)
    if row is None:
        return Known(_missing(reader))
    lines = reader.rows(t.order_line, t.order_line.c.order_id == order_id)
    values = fields_of(OrderFact, row)
    return Known(
        HELD,
        OrderFact(
            **{**values, "total": row["total"] or 0},
            lines=tuple(
                OrderLineFact(**fields_of(OrderLineFact, line))
                for line in sorted(lines, key=lambda one: (one["line_no"], one["id"]))
            ),
            reservations=_reservations(reader, order_id),
        ),
    )


def _reservations(reader: Reader, document_id: str) -> tuple[Reservation, ...]:
    """What the movements of the document put aside and have not yet taken or given back."""
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for move in reader.sought(t.movement, "document_id", (document_id,)):
        for place, sign in ((move["to_location"], 1), (move["from_location"], -1)):
            if place.endswith(_RESERVED):
                key = (place.removesuffix(_RESERVED), move["product_id"], move["lot_id"])
                sums[key] += sign * move["qty"]
    return tuple(Reservation(*key, qty) for key, qty in sorted(sums.items()) if qty)


def transfer(reader: Reader, transfer_id: str) -> Known[TransferFact]:
    """A transfer with its lines, locked. A device that holds neither place may not know it: either end tells it."""
    row = reader.row(t.transfer, transfer_id, lock=True)
    if row is None:
        return Known(ABSENT)
    lines = reader.rows(t.transfer_line, t.transfer_line.c.transfer_id == transfer_id)
    return Known(
        HELD,
        TransferFact(
            **fields_of(TransferFact, row),
            lines=tuple(TransferLineFact(**fields_of(TransferLineFact, line)) for line in lines),
        ),
    )


def envelope(reader: Reader, envelope_id: str, policies: Mapping[str, Any]) -> Known[EnvelopeFact]:
    """Authority granted in advance, locked, with the server's signature checked."""
    row = reader.row(t.envelope, envelope_id, lock=True)
    if row is None:
        return Known(_missing(reader))
    return Known(HELD, envelope_fact(row, policies.get(KEYS, {})))


def case(reader: Reader, case_id: str) -> Known[CaseFact]:
    """A case of the office, locked."""
    row = reader.row(t.exception_case, case_id, lock=True)
    return Known(_missing(reader)) if row is None else Known(HELD, CaseFact(**fields_of(CaseFact, row)))


def claim(reader: Reader, claim_id: str) -> Known[Claim]:
    """A claim on goods of a trunk, locked."""
    row = reader.row(t.claim, claim_id, lock=True)
    return Known(_missing(reader)) if row is None else Known(HELD, Claim(**fields_of(Claim, row)))


def draft(reader: Reader, draft_id: str) -> Known[DraftFact]:
    """A document being written, locked, with its revisions."""
    row = reader.row(t.document_draft, draft_id, lock=True)
    revisions = reader.sought(t.draft_revision, "draft_id", (draft_id,))
    if row is None:
        return Known(_missing(reader))
    kept = tuple(DraftRevisionFact(**fields_of(DraftRevisionFact, one)) for one in revisions)
    return Known(HELD, DraftFact(**fields_of(DraftFact, row), revisions=kept))


def drawn(reader: Reader, envelope_id: str, document_id: str) -> int:
    """What a document has drawn from an envelope so far (minor units)."""
    uses = reader.sought(
        t.envelope_use, "document_id", (document_id,), t.envelope_use.c.envelope_id == envelope_id
    )
    return sum(row["amount"] for row in uses)


def delegations(reader: Reader, user_id: str) -> tuple[Delegation, ...]:
    """Whoever lets this user decide in their place."""
    return tuple(delegation_of(row) for row in reader.sought(t.delegation, "to_user", (user_id,)))


def person(reader: Reader, user_id: str) -> Known[Person]:
    """Somebody of the company, by the list everybody holds."""
    row = reader.row(t.rep, user_id)
    if row is None or not row["active"]:
        return Known(reader.status(None, "g:policy"))
    territories = (row["territory_id"],) if row["territory_id"] else ()
    return Known(HELD, Person(row["id"], row["role"], territories, row["code"]))
