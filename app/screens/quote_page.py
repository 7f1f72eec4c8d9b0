"""A submitted quote: where it stands, who must say yes, what the server prices otherwise, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.commands import CounterLine
from app.domain.lifecycle import QUOTE, verbs
from app.screens.document_parts import Fact, PageAction, PageChip, Told, facts, only
from app.screens.findings import FindingWords, all_in_words, named
from app.screens.formats import Formats
from app.screens.papers import actions as papers
from app.screens.quote_changes import CHANGES as CHANGES, changes_action
from app.screens.quote_verbs import (
    COPY as COPY,
    EXPIRE as EXPIRE,
    LOSE as LOSE,
    OFFER as OFFER,
    OPEN_ACCOUNT as OPEN_ACCOUNT,
    OPEN_ORDER as OPEN_ORDER,
    PLACE as PLACE,
    PRESENT as PRESENT,
    REVISE as REVISE,
    TAKE_COUNTER as TAKE_COUNTER,
    actions as actions,
    late,
    state_on,
    validity,
)
from app.screens.quotes import sending_words, state_words
from app.screens.signatures import SignedView, signed_view, stands
from app.screens.why_price import Asked, TwoPrices, WhyPrice, present_trace, two_prices
from app.screens.wording import tr, worded
from app.workspace.rows import quotes as r
from app.workspace.rows.quotes import ApprovalRow, QuoteCard, QuoteLineRow

WHY_TWO = "why_two"  # the shown price beside the server's, both explained; its target is the line's number
_APPROVAL_TONES = {
    "pending": "warn", "approved": "ok", "declined": "bad", "countered": "warn", "superseded": "muted",
}  # fmt: skip
STEPS = ("sync", "open_account")  # next steps of findings that the page can take
_PRICE_CODES = ("price_differs", "price_too_old")


@dataclass(frozen=True, slots=True)
class QuotePageLine:
    """One line. `server` is the server's own unit price when it is another; `explain` makes the why-sheet on demand,
    `compare` that of both prices where there are two."""

    line_no: int
    number: str
    product: str
    sku: str
    qty: str
    discount: str
    unit: str
    server: str
    extended: str
    spoken: str
    explain: Callable[[], WhyPrice]
    compare: Callable[[], TwoPrices] | None = None


@dataclass(frozen=True, slots=True)
class QuotePage:
    title: str
    about: str
    chips: tuple[PageChip, ...]
    next_step: str
    tone: str
    actions: tuple[PageAction, ...]
    counter: tuple[Told, ...]
    approvals: tuple[Told, ...]
    differs: tuple[Told, ...]
    findings: tuple[FindingWords, ...]
    lines: tuple[QuotePageLine, ...]
    totals: tuple[Fact, ...]
    total: str
    total_label: str
    details: tuple[Fact, ...]
    papers: tuple[PageAction, ...] = ()
    signed: SignedView | None = None


def present(card: QuoteCard, *, role: str, day: str, formats: Formats) -> QuotePage:
    """The page of a quote on `day` (ISO) for a person of `role`."""
    state, tone = state_words(r.QUOTE, state_on(card, day))
    valid, valid_tone = validity(card, day, formats)
    sending, sending_tone = sending_words(r.QUOTE, card.sending)
    others = tuple(found for found in card.findings if found.code not in _PRICE_CODES)
    about = f"{card.account} · {card.account_number}" if card.account else card.account_number
    return QuotePage(
        title=tr("quote_editor.title", number=card.number),
        about=f"{about} · {_revision(card)}" if card.revision > 1 else about,
        chips=(
            PageChip(state, tone),
            PageChip(sending, sending_tone),
            *((PageChip(valid, valid_tone),) if valid_tone == "warn" else ()),
        ),
        next_step=_next_step(card, day),
        tone=tone,
        actions=actions(card, role, day),
        counter=tuple(
            told
            for one in card.approvals
            if one.counter and one.revision == card.revision
            for told in _counter(one, card, formats)
        ),
        approvals=tuple(_approval(one, card, formats) for one in card.approvals),
        differs=tuple(_differs(line, card, formats) for line in card.lines if line.repriced is not None),
        findings=only(all_in_words(others, formats), STEPS),
        lines=tuple(_line(line, card, formats) for line in card.lines),
        totals=facts(
            (tr("quote_editor.list_total"), formats.money(card.list_total, card.currency)),
            (
                tr("quote_editor.saving_total"),
                formats.money(card.total - card.list_total, card.currency)
                if card.total != card.list_total
                else "",
            ),
            (tr("quote_tax.net"), formats.money(card.total, card.currency) if card.tax_total else ""),
            (tr("quote_tax.tax"), formats.money(card.tax_total, card.currency) if card.tax_total else ""),
        ),
        total=formats.money(card.total + card.tax_total, card.currency),
        total_label=tr("quote_editor.total_in", currency=card.currency),
        details=facts(
            (tr("quote_page.ship_to"), card.ship_to),
            (tr("quote_page.day"), formats.date(card.day)),
            (tr("quote_page.valid_until"), valid),
            (tr("quote_page.po"), card.po_number),
            (tr("quote_page.note"), card.note),
            (tr("quote_page.authority"), tr("quote_page.authority.drawn") if card.envelope_id else ""),
            (tr("quote_page.rep"), "" if card.mine else card.rep),
        ),
        papers=(*papers(), *changes_action(card)),
        signed=signed_view(card.signature, formats),
    )


def _revision(card: QuoteCard) -> str:
    return tr("quote_page.revision", revision=card.revision)


def _next_step(card: QuoteCard, day: str) -> str:
    key = f"quote_page.next.{state_on(card, day)}"
    if late(card, day):
        key = "quote_page.next.late"
    elif stands(card.signature) and PLACE in verbs(QUOTE, card.state):
        key = "signature.next.quote"
    return tr(key if worded(key) else "quote_page.next.other")


def _approval(one: ApprovalRow, card: QuoteCard, formats: Formats) -> Told:
    need = tr(f"finding.{one.code}.title") if worded(f"finding.{one.code}.title") else one.code
    role = named("role_title", one.role) if worded(f"role_title.{one.role}") else one.role
    words = tr("quote_page.approval", role=role, need=need)
    if one.revision != card.revision:
        words = tr("quote_page.approval.revision", role=role, need=need, revision=one.revision)
    more = tr("quote_page.approval.pending", day=formats.date(one.asked_on))
    if one.state != "pending" and one.decided_by:
        more = tr("quote_page.approval.decided", who=one.decided_by, day=formats.date(one.decided_on))
    if one.comment:
        more = tr("quote_page.approval.comment", decided=more, comment=one.comment)
    return Told(words, more, named("approval_state", one.state), _APPROVAL_TONES.get(one.state, ""))


def _differs(line: QuoteLineRow, card: QuoteCard, formats: Formats) -> Told:
    """The shown price beside the server's, and what becomes of it."""
    old = any(found.code == "price_too_old" and found.subject == str(line.line_no) for found in card.findings)
    return Told(
        tr(
            "quote_page.differs.line",
            product=line.name or line.sku,
            shown=formats.unit_price(line.unit_price, card.currency),
            own=formats.unit_price(line.repriced, card.currency),
        ),
        tr("quote_page.differs.asks" if old else "quote_page.differs.stands"),
        "",
        "warn" if old else "accent",
        PageAction(WHY_TWO, tr("quote_page.why_two"), "info", target=str(line.line_no)),
    )


def _counter(one: ApprovalRow, card: QuoteCard, formats: Formats) -> list[Told]:
    """Whose counter-offer it is and why, then line by line what was asked and what is offered for it."""
    ours = {line.line_no: line for line in card.lines}
    decided = tr("quote_page.approval.decided", who=one.decided_by, day=formats.date(one.decided_on))
    head = Told(tr("quote_page.counter.by", decided=decided), one.comment and f"“{one.comment}”", "", "warn")
    return [
        head,
        *(
            _countered(line, ours[line.line_no], card, formats)
            for line in one.counter
            if line.line_no in ours
        ),
    ]


def _countered(counter: CounterLine, ours: QuoteLineRow, card: QuoteCard, formats: Formats) -> Told:
    asked = tr(
        "quote_page.counter.figures",
        qty=formats.qty(ours.qty),
        price=formats.unit_price(ours.unit_price, card.currency),
    )
    offered = tr("quote_page.counter.without")
    if counter.qty:
        offered = tr(
            "quote_page.counter.figures",
            qty=formats.qty(counter.qty),
            price=formats.unit_price(counter.unit_price, card.currency),
        )
    name = ours.name or ours.sku or ours.product_id
    return Told(name, tr("quote_page.counter.line", asked=asked, offered=offered), "", "")


def _line(line: QuoteLineRow, card: QuoteCard, formats: Formats) -> QuotePageLine:
    name = line.name or tr("quote_editor.unknown_product")
    unit = formats.unit_price(line.unit_price, card.currency)
    server = ""
    if line.repriced is not None:
        server = tr("quote_page.server_price", price=formats.unit_price(line.repriced, card.currency))
    extended = formats.money(line.extended, card.currency)
    qty = formats.qty(line.qty)
    asked = Asked(
        product_id=line.product_id,
        product=name,
        qty=line.qty,
        day=card.day,
        currency=card.currency,
        unit=line.unit or "EA",
        account=card.account,
    )
    return QuotePageLine(
        line_no=line.line_no,
        number=formats.qty(line.line_no),
        product=name,
        sku=line.sku or line.product_id,
        qty=qty,
        discount=tr("quote_page.off", percent=formats.percent(line.discount_bp)) if line.discount_bp else "",
        unit=unit,
        server=server,
        extended=extended,
        spoken=tr(
            "quote_page.spoken", line=line.line_no, qty=qty, product=name, unit=unit, extended=extended
        ),
        explain=lambda: present_trace(line.trace, asked, formats, unit=line.unit_price),
        compare=None
        if line.repriced is None
        else lambda: two_prices(
            (line.unit_price, line.trace), (line.repriced or 0, line.repriced_trace), asked, formats
        ),
    )
