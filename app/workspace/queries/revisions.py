"""The revisions of a quote. The one that stands is in the quote's rows; of an earlier one there is what this tablet
submitted (its op is kept for weeks), or what its person's shared draft said, which has no prices.

Reads the outbox by `outbox_ord` once: it is the tablet's own and short.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from app.domain.commands import SubmitQuote
from app.domain.decide import PARKED, REJECTED
from app.domain.money import extend
from app.store import tables as t
from app.workspace.queries.quotes import account_name, command_of
from app.workspace.queries.quoting import ship_to
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.revisions import Revision, RevisionLine, Revisions
from app.workspace.tables import outbox

_Asked = tuple[str, int, int, int | None, int | None]  # product id, quantity, discount, unit price, amount


def revisions(connection: Connection, quote_id: str) -> Revisions | None:
    """What is known of the quote's revisions, the newest first; None when the quote is not on this device."""
    row = connection.execute(select(t.quote).where(t.quote.c.id == quote_id)).mappings().one_or_none()
    if row is None:
        return None
    found = {row["revision"]: _standing(connection, dict(row))}
    for command in _submitted(connection, quote_id):
        found.setdefault(command.revision, _of_command(connection, command))
    for number in range(1, row["revision"]):
        if number not in found:
            shared = _shared(connection, quote_id, number, row["currency"])
            if shared is not None:
                found[number] = shared
    known = tuple(found[number] for number in sorted(found, reverse=True) if number <= row["revision"])
    return Revisions(quote_id, row["number"], known)


def _standing(connection: Connection, row: Mapping[str, Any]) -> Revision:
    line = t.quote_line
    lines = connection.execute(
        select(line).where(line.c.quote_id == row["id"]).order_by(line.c.line_no, line.c.id)
    ).mappings()
    asked = [
        (one["product_id"], one["qty"], one["discount_bp"], one["unit_price"], one["extended"])
        for one in lines
    ]
    return Revision(
        number=row["revision"],
        day=row["business_date"],
        currency=row["currency"],
        account=account_name(connection, row["account_id"])[0],
        ship_to=_place(connection, row["ship_to_id"] or ""),
        po_number=row["po_number"],
        note=row["note"],
        total=row["total"],
        lines=_lines(connection, asked),
    )


def _submitted(connection: Connection, quote_id: str) -> Iterable[SubmitQuote]:
    """What this tablet submitted of the quote and was not refused, the latest first."""
    held = or_(outbox.c.result.is_(None), outbox.c.result.not_in((REJECTED, PARKED)))
    rows = connection.execute(
        select(outbox.c.payload, outbox.c.result, outbox.c.guess)
        .where(outbox.c.command == "SubmitQuote", held)
        .order_by(outbox.c.ord.desc())
    )
    for row in rows:
        if quote_id.encode() not in row.payload or (row.result is None and row.guess == REJECTED):
            continue
        command = command_of(row.payload)
        if isinstance(command, SubmitQuote) and command.quote_id == quote_id:
            yield command


def _of_command(connection: Connection, command: SubmitQuote) -> Revision:
    asked = [
        (
            one.product_id,
            one.qty,
            one.discount_bp,
            one.shown_price,
            extend(one.shown_price, one.qty, command.currency),
        )
        for one in command.lines
    ]
    return Revision(
        number=command.revision,
        day=command.business_date,
        currency=command.currency,
        account=account_name(connection, command.account_id)[0],
        ship_to=_place(connection, command.ship_to_id),
        po_number=command.po_number,
        note=command.note,
        total=sum(amount for *_line, amount in asked),
        lines=_lines(connection, asked),
    )


def _shared(connection: Connection, quote_id: str, number: int, currency: str) -> Revision | None:
    """The last words of the shared draft that became this revision."""
    body = connection.execute(
        select(t.draft_revision.c.body)
        .join(t.document_draft, t.document_draft.c.head == t.draft_revision.c.id)
        .where(t.document_draft.c.id == f"{quote_id}.{number}")
    ).scalar()
    if body is None:
        return None
    draft = QuoteDraft.of_body(quote_id, json.loads(body))
    return Revision(
        number=number,
        day="",
        currency=currency,
        account=account_name(connection, draft.account_id)[0],
        ship_to=_place(connection, draft.ship_to_id),
        po_number=draft.po_number,
        note=draft.note,
        total=None,
        lines=_lines(
            connection, [(one.product_id, one.qty, one.discount_bp, None, None) for one in draft.lines]
        ),
    )


def _lines(connection: Connection, asked: Sequence[_Asked]) -> tuple[RevisionLine, ...]:
    """The lines with the names of their products; one that is not on this device is called by its id."""
    product = t.product.c
    rows = connection.execute(
        select(product.id, product.sku, product.name, product.unit)
        .where(product.id.in_(sorted({one[0] for one in asked})))
        .order_by(product.id)
    )
    named = {row.id: (row.sku, row.name, row.unit) for row in rows}
    return tuple(
        RevisionLine(
            product_id, *named.get(product_id, (product_id, "", "")), qty, discount_bp, price, amount
        )
        for product_id, qty, discount_bp, price, amount in asked
    )


def _place(connection: Connection, address_id: str) -> str:
    row = connection.execute(select(t.address).where(t.address.c.id == address_id)).mappings().one_or_none()
    return ship_to(dict(row)).short if row else ""
