"""Signatures: what exactly is signed, its digest, and the fact that it was (DOMAIN.md §6).

What a customer signs is the document as shown: `canonical` writes its figures as stable text, `digest_of` is the sha256
of that. The device computes it for the page in front of the customer; whoever decides computes it again from the books.
A signature on something else is kept all the same, with a case for the office. It never moves the document.
"""

from __future__ import annotations

import json
from hashlib import sha256

from app.domain.commands import SignDocument
from app.domain.events import DocumentSigned, Event
from app.domain.facts import NOT_HERE, Facts, OrderFact, OrderLineFact, QuoteFact, QuoteLineFact
from app.domain.field_commands import ORDER, QUOTE
from app.domain.lines import check_date
from app.domain.rejections import Finding, finding, settled

STANDING = ("approved", "offered", "accepted")  # states of a quote whose figures stand
FORM = 1  # of the canonical text; a signature of another form would never agree


def canonical(document: QuoteFact | OrderFact) -> str:
    """What a signature binds, as text that is the same everywhere: canonical JSON of the document's number, revision
    (1 for an order), account, ship-to, currency and PO number, each line in order (product, base units, unit price in
    1/10,000 and amount in minor units as shown), and the totals with their tax. Lines follow their numbers."""
    quote = isinstance(document, QuoteFact)
    lines: list[QuoteLineFact | OrderLineFact] = sorted(
        document.lines, key=lambda line: (line.line_no, line.product_id, line.id)
    )
    told = {
        "form": FORM,
        "document": QUOTE if quote else ORDER,
        "id": document.id,
        "number": document.number,
        "revision": document.revision if isinstance(document, QuoteFact) else 1,
        "account": document.account_id,
        "ship_to": document.ship_to_id or "",
        "currency": document.currency,
        "po_number": document.po_number,
        "lines": [[one.product_id, one.qty, one.unit_price, one.extended] for one in lines],
        "total": document.total,
        "tax": document.tax_total,
        "gross": document.total + document.tax_total,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(document: QuoteFact | OrderFact) -> str:
    """The sha256 of what is signed, in hex."""
    return sha256(canonical(document).encode()).hexdigest()


def agrees(document: QuoteFact | OrderFact, revision: int, digest: str) -> bool:
    """Whether a signature on this revision is one on the document as it stands; an order has no revisions."""
    superseded = isinstance(document, QuoteFact) and document.revision != revision
    return not superseded and digest_of(document) == digest


def sign(command: SignDocument, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A fact: the signature is kept with its document, whatever the document is by now."""
    of_quote = command.document == QUOTE
    known, status = (
        (facts.quote.value, facts.quote.status) if of_quote else (facts.order.value, facts.order.status)
    )
    named = {"what": command.document, "signer": command.signer.strip()}
    if facts.document_exists:
        return [], [finding("document_exists", command.signature_id)]
    if known is None:
        code = "fact_missing" if status == NOT_HERE else "signed_unknown"
        return [], [finding(code, command.document_id, **named)]
    found = check_date(facts, command.business_date)
    if not agrees(known, command.revision, command.digest):
        found.append(finding("signed_other", known.id, number=known.number, **named))
    if of_quote and known.state not in STANDING:
        found.append(
            finding("quote_wrong_state", known.id, number=known.number, state=known.state, verb="sign")
        )
    signed = DocumentSigned(
        signature_id=command.signature_id,
        document=command.document,
        document_id=known.id,
        revision=command.revision if of_quote else 1,
        account_id=known.account_id,
        territory_id=known.territory_id,
        rep_id=known.rep_id,
        signer=command.signer.strip(),
        meaning=command.meaning,
        signed_at=command.signed_at,
        strokes=command.strokes,
        digest=command.digest,
        signed_by=command.actor,
        op_id=command.op_id,
    )
    return [signed], list(settled(found, facts.policy.severities))
