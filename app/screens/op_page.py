"""An op that needs the person: what was refused and why, all of it, with its content and the next step."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.commands import Command, PlaceOrder, SubmitQuote
from app.domain.decide import OUTCOMES, REJECTED
from app.screens.document_parts import Fact, PageAction, PageChip, facts, only
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.quotes import state_words
from app.screens.wording import tr, worded
from app.workspace.rows import quotes as r
from app.workspace.rows.quotes import OpCard

OPEN_AS_DRAFT, OPEN_QUOTE, DISMISS = "open_as_draft", "open_quote", "dismiss"
# The next steps of findings that this page can take, and what else it can where the content can be written on.
_STEPS = {
    "": ("sync", "open_account"),
    OPEN_AS_DRAFT: ("sync", "open_account", "edit", "choose_account", "revise"),
}


@dataclass(frozen=True, slots=True)
class OpPage:
    title: str
    about: str
    chips: tuple[PageChip, ...]
    says: str
    actions: tuple[PageAction, ...]
    findings: tuple[FindingWords, ...]
    content: tuple[Fact, ...]
    total: str
    details: tuple[Fact, ...]


def present(card: OpCard, formats: Formats) -> OpPage:
    """The page of an op."""
    stem = "op_page.quote" if isinstance(card.command, SubmitQuote) else "op_page.order"
    title = f"{stem}.{card.outcome}"
    says = f"op_page.says.{card.outcome}"
    command = card.command
    words, tone = state_words(r.OP, card.outcome)
    return OpPage(
        title=tr(title if worded(title) else f"{stem}.other", number=card.number),
        about=card.account,
        chips=() if card.dismissed else (PageChip(words, tone),),
        says=tr(says if worded(says) else "op_page.says.other"),
        actions=_actions(card),
        findings=only(all_in_words(card.findings, formats), _STEPS[OPEN_AS_DRAFT if may_open(card) else ""]),
        content=_content(card.command, card, formats),
        total=formats.money(card.total, card.currency) if card.currency else "",
        details=facts(
            (tr("quote_page.po"), command.po_number if isinstance(command, SubmitQuote) else ""),
            (tr("quote_page.note"), command.note if isinstance(command, SubmitQuote) else ""),
            (tr("quote_page.sync"), tr("op_page.saved", when=formats.clock(card.saved_at))),
        ),
    )


def may_open(card: OpCard) -> bool:
    """Whether the content can be written on: only when the server has said no, or it could stand twice."""
    return card.content is not None and card.outcome == REJECTED


def settled_well(card: OpCard) -> bool:
    """Whether the op needs nobody: its document can be shown instead."""
    return card.outcome not in ("rejected", "parked", "guess_refused")


def document(card: OpCard) -> tuple[str, str]:
    """The (kind, id) of the document that the op made."""
    if isinstance(card.command, PlaceOrder):
        return r.ORDER, card.command.order_id
    assert isinstance(card.command, SubmitQuote)
    return r.QUOTE, card.command.quote_id


def _content(command: Command, card: OpCard, formats: Formats) -> tuple[Fact, ...]:
    if not isinstance(command, SubmitQuote):
        return ()
    return tuple(
        Fact(
            tr(
                "op_page.line",
                qty=formats.qty(line.qty),
                product=card.names.get(line.product_id) or line.product_id,
            ),
            tr("op_page.shown", price=formats.unit_price(line.shown_price, command.currency)),
        )
        for line in command.lines
    )


def _actions(card: OpCard) -> tuple[PageAction, ...]:
    """A refused quote can be written on; a refused order leads back to its quote; what is settled can be put away."""
    found: list[PageAction] = []
    if may_open(card):
        found.append(PageAction(OPEN_AS_DRAFT, tr("op_page.open_as_draft"), "edit", "primary", card.op_id))
    if isinstance(card.command, PlaceOrder):
        found.append(
            PageAction(OPEN_QUOTE, tr("op_page.open_quote"), "quotes", "primary", card.command.quote_id)
        )
    if card.outcome in OUTCOMES and not card.dismissed:
        found.append(PageAction(DISMISS, tr("op_page.dismiss"), "ok", target=card.op_id))
    return tuple(found)
