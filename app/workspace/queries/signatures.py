"""Signatures: the latest on a revision, and what a customer is about to sign (index signature_document)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.facts import OrderFact, QuoteFact
from app.domain.field_commands import MEANINGS, QUOTE
from app.domain.signing import agrees, digest_of
from app.store import read_documents as documents
from app.store.reader import Reader
from app.store.tables import rep, signature
from app.workspace.queries.quotes import sending, sending_of
from app.workspace.reach import device_reach
from app.workspace.rows.signatures import Signature, ToSign


def latest_signature(
    connection: Connection, document: str, document_id: str, revision: int = 1
) -> Signature | None:
    """The signature given last on this revision of a quote, or on an order; None when there is none. It agrees while
    the document stands here as it was signed."""
    columns = signature.c
    found = [
        dict(row)
        for row in connection.execute(
            select(signature, sending_of(signature).label("pushed"), rep.c.name.label("by"))
            .outerjoin(rep, rep.c.id == columns.signed_by)
            .where(
                columns.document_id == document_id,
                columns.revision == revision,
                columns.document == document,
            )
            .order_by(columns.id)
        ).mappings()
    ]
    if not found:
        return None
    row = max(found, key=lambda one: (datetime.fromisoformat(one["signed_at"]), one["id"]))
    known = _document(connection, document, document_id)
    return Signature(
        id=row["id"],
        document=document,
        document_id=document_id,
        revision=revision,
        signer=row["signer"],
        meaning=row["meaning"],
        signed_at=row["signed_at"],
        strokes=row["strokes"],
        digest=row["digest"],
        by=row["by"] or "",
        agrees=known is not None and agrees(known, revision, row["digest"]),
        sending=sending(row["pushed"]),
    )


def to_sign(connection: Connection, document: str, document_id: str) -> ToSign | None:
    """The document as it stands on this device, with its digest; None when it is not here."""
    known = _document(connection, document, document_id)
    if known is None:
        return None
    return ToSign(
        document=document,
        document_id=known.id,
        number=known.number,
        revision=known.revision if isinstance(known, QuoteFact) else 1,
        meaning=MEANINGS[document][0],
        digest=digest_of(known),
    )


def _document(connection: Connection, document: str, document_id: str) -> QuoteFact | OrderFact | None:
    """The document as the rules see it: what is signed is judged by the same figures everywhere."""
    reader = Reader(connection, device_reach(connection))
    if document == QUOTE:
        return documents.quote(reader, document_id).value
    return documents.order(reader, document_id).value
