"""Starting a quote: anew, for the next revision, as a copy, or from a quote that the server refused.

Each answers the draft as it was saved; all ids and the human number are made before anybody types (SYNC.md law 2).
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.commands import CounterLine
from app.domain.decide import REJECTED
from app.domain.money import BP
from app.store.engine import reading
from app.workspace.queries.documents import draft_of, op_card, order_card, quote_card
from app.workspace.queries.quotes import drafts, leftover_drafts
from app.workspace.queries.quoting import priced
from app.workspace.rows.quote_draft import KIND, DraftLine, QuoteDraft
from app.workspace.rows.quotes import QuoteCard
from app.workspace.sharing import base_to_keep, document_id, put_away
from app.workspace.workspace import Workspace


class NothingToDraft(LookupError):
    """The quote, order or op is not on this device, or cannot be written on."""


def start(workspace: Workspace, account_id: str = "", lines: tuple[DraftLine, ...] = ()) -> QuoteDraft:
    """A new quote with its final number."""
    made = QuoteDraft(
        id=workspace.new_id(),
        number=workspace.next_number(),
        revision=1,
        quote_id=workspace.new_id(),
        account_id=account_id,
        lines=lines,
    )
    return keep(workspace, made)


def keep(workspace: Workspace, draft: QuoteDraft) -> QuoteDraft:
    """Save the draft; with the base that it has from now on."""
    with reading(workspace.engine) as connection:
        base = base_to_keep(connection, draft.id, draft.base)
    workspace.save_draft(draft.id, KIND, draft.body(), base=base)
    return replace(draft, base=base)


def add_product(workspace: Workspace, product_id: str) -> QuoteDraft:
    """One more of a product on the draft that was written on last, or on a new one."""
    with reading(workspace.engine) as connection:
        known = drafts(connection)
    if not known:
        return start(workspace, lines=(DraftLine(product_id, 1, 0),))
    return keep(workspace, known[0].with_product(product_id))


def revise(workspace: Workspace, quote_id: str) -> QuoteDraft:
    """The next revision of a quote; the draft of it that there is already, if there is one. Raises NothingToDraft."""
    with reading(workspace.engine) as connection:
        card, known = quote_card(connection, quote_id), draft_of(connection, quote_id)
    if known is not None:
        return known
    if card is None:
        raise NothingToDraft(f"quote {quote_id}")
    made = QuoteDraft(
        id=workspace.new_id(),
        number=card.number,
        revision=card.revision + 1,
        quote_id=card.id,
        account_id=card.account_id,
        ship_to_id=card.ship_to_id,
        po_number=card.po_number,
        note=card.note,
        lines=tuple(DraftLine(line.product_id, line.qty, line.discount_bp) for line in card.lines),
    )
    return keep(workspace, made)


def take_counter(workspace: Workspace, quote_id: str, day: str) -> QuoteDraft:
    """The next revision with what the approver offers: quantities as countered, and for each countered price the
    largest discount that does not go below it at today's prices (a discount is in whole basis points, so the price may
    be a trifle higher; the approver's own figure is never undercut). A line countered with none is left out. The
    revision that is being written already keeps its other words. Raises NothingToDraft."""
    with reading(workspace.engine) as connection:
        card = quote_card(connection, quote_id)
        counter = counter_of(card) if card else {}
        if card is None or not counter:
            raise NothingToDraft(f"counter-offer on quote {quote_id}")
        wanted = [(line, counter.get(line.line_no)) for line in card.lines]
        kept = [(line, offer) for line, offer in wanted if offer is None or offer.qty]
        asked = [DraftLine(line.product_id, offer.qty if offer else line.qty, 0) for line, offer in kept]
        listed = priced(connection, card.account_id, asked, day, ship_to_id=card.ship_to_id)
    lines = tuple(
        DraftLine(
            plain.product_id,
            plain.qty,
            line.discount_bp
            if offer is None
            else discount_to(found.price.unit if found.price else 0, offer.unit_price),
        )
        for (line, offer), plain, found in zip(kept, asked, listed.lines, strict=True)
    )
    return keep(workspace, replace(revise(workspace, quote_id), lines=lines))


def counter_of(card: QuoteCard) -> dict[int, CounterLine]:
    """The counter-offer on this revision of a quote, by line number."""
    return {
        line.line_no: line for one in card.approvals if one.revision == card.revision for line in one.counter
    }


def discount_to(unit: int, wanted: int) -> int:
    """The largest discount in basis points off `unit` that does not go below `wanted` (both 1/10,000)."""
    return max(0, unit - wanted) * BP // unit if unit else 0


def copy_quote(workspace: Workspace, quote_id: str) -> QuoteDraft:
    """A new quote with the lines of another, for the same account; the PO number is the customer's to give again.
    Raises NothingToDraft."""
    with reading(workspace.engine) as connection:
        card = quote_card(connection, quote_id)
    if card is None:
        raise NothingToDraft(f"quote {quote_id}")
    lines = tuple(DraftLine(line.product_id, line.qty, line.discount_bp) for line in card.lines)
    return start(workspace, card.account_id, lines)


def copy_order(workspace: Workspace, order_id: str) -> QuoteDraft:
    """A new quote with what an earlier order had, at today's prices. Raises NothingToDraft."""
    with reading(workspace.engine) as connection:
        card = order_card(connection, order_id)
    if card is None:
        raise NothingToDraft(f"order {order_id}")
    made = QuoteDraft(id="", number="", revision=1, quote_id="")
    for line in card.lines:
        made = made.with_product(line.product_id, line.qty)
    return start(workspace, card.account_id, made.lines)


def reopen(workspace: Workspace, op_id: str) -> QuoteDraft:
    """What the server refused, as a draft again under the same number; the op is then dealt with. When the quote stands
    by now (it was submitted again) it becomes a new quote. Raises NothingToDraft."""
    with reading(workspace.engine) as connection:
        card = op_card(connection, op_id)
        if card is None or card.content is None or card.outcome != REJECTED:
            raise NothingToDraft(f"op {op_id}")
        known = draft_of(connection, card.content.quote_id)
        standing = quote_card(connection, card.content.quote_id)
    if known is not None:
        made = known
    elif standing is not None and standing.revision >= card.content.revision:
        made = start(workspace, card.content.account_id, card.content.lines)
    else:
        made = keep(workspace, replace(card.content, id=workspace.new_id()))
    workspace.dismiss(op_id)
    return made


def of_document(workspace: Workspace, shared_id: str) -> QuoteDraft | None:
    """The local draft of a shared one; None when it has gone."""
    with reading(workspace.engine) as connection:
        return next((one for one in drafts(connection) if document_id(one) == shared_id), None)


def put_away_leftovers(workspace: Workspace) -> int:
    """Delete drafts whose op is saved: the app stopped between the two. How many."""
    with reading(workspace.engine) as connection:
        left = leftover_drafts(connection)
    for draft_id in left:
        put_away(workspace, draft_id)
    return len(left)
