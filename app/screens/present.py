"""A quote or a sale as the customer reads it on the rep's tablet, and where they sign.

What stands here is what the printed document says, and nothing else: no approvals, no findings, no notes of the rep, no
price that was not shown, nobody else's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.field_commands import ACCEPTS, RECEIVED
from app.domain.lifecycle import QUOTE, quote_state_on, verbs
from app.domain.quoting import OFFICE
from app.domain.signing import STANDING
from app.screens.document_parts import Fact, facts
from app.screens.formats import Formats
from app.screens.signatures import SignedView, meaning_words, signed_view, stands
from app.screens.wording import tr
from app.workspace.rows.quotes import OrderCard, OrderLineRow, QuoteCard, QuoteLineRow

HANDED_OVER = ("trunk_sale", "bill_only")  # orders whose goods the customer has when it is made
PROPOSED = 4  # names that are offered by a tap


@dataclass(frozen=True, slots=True)
class ShownLine:
    product: str
    sku: str
    qty: str
    unit: str
    discount: str
    amount: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Signing:
    """What is asked of the customer. `names` are offered by a tap; `name` stands there when only one is known."""

    meaning: str
    says: str
    names: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Presented:
    """The document for the customer. `signing` None: nothing is to be signed now."""

    document: tuple[str, int]  # its id and revision
    company: str
    title: str
    customer: tuple[str, ...]
    facts: tuple[Fact, ...]
    says: str
    lines: tuple[ShownLine, ...]
    discounts: bool
    totals: tuple[Fact, ...]
    total_label: str
    total: str
    signing: Signing | None
    signed: SignedView | None

    @property
    def key(self) -> tuple[object, ...]:
        """Changes with what the customer reads of the document, so that nobody signs what was not shown."""
        return self.document, self.customer, self.facts, self.lines, self.totals, self.total


def may_present_quote(card: QuoteCard) -> bool:
    """Whether its figures may be shown to the customer: nobody has to say yes to them any more."""
    return card.state in STANDING


def may_sign_quote(card: QuoteCard, role: str, day: str) -> bool:
    """Whether it can be signed on `day` (ISO) on this person's tablet: it is open, and this revision is not signed."""
    open_now = "place_order" in verbs(QUOTE, quote_state_on(card.state, card.valid_until, day))
    return open_now and (card.mine or role in OFFICE) and not stands(card.signature)


def may_present_order(card: OrderCard) -> bool:
    """Whether it is a sale or a use, which the customer looks at when the goods change hands."""
    return card.type in HANDED_OVER


def may_sign_order(card: OrderCard, role: str) -> bool:
    """Whether the customer can sign for the goods with this person's tablet."""
    return (
        may_present_order(card)
        and card.state not in ("cancelled", "returned")
        and (card.mine or role in OFFICE)
        and not stands(card.signature)
    )


def present_quote(
    card: QuoteCard, *, company: str, names: Sequence[str], role: str, day: str, formats: Formats
) -> Presented:
    """The quote for the customer on `day` (ISO); `names` are the account's contacts."""
    currency = card.currency
    lines = tuple(_quote_line(line, currency, formats) for line in card.lines)
    saved = card.list_total - card.total
    signing = None
    if may_sign_quote(card, role, day):
        signing = _signing(ACCEPTS, names)
    return Presented(
        document=(card.id, card.revision),
        company=company,
        title=f"{tr('print.quote')} {card.number}",
        customer=_customer(card.account, card.ship_to),
        facts=facts(
            (tr("print.date"), formats.date(card.day)),
            (tr("print.valid_until"), formats.date(card.valid_until) if card.valid_until else ""),
            (tr("print.revision"), formats.qty(card.revision) if card.revision > 1 else ""),
            (tr("print.po"), card.po_number),
            (tr("print.rep"), card.rep),
        ),
        says="" if may_present_quote(card) else tr("print.quote.not_yet"),
        lines=lines,
        discounts=any(line.discount for line in lines),
        totals=facts(
            (tr("print.list_total"), formats.money(card.list_total, currency) if saved > 0 else ""),
            (tr("print.saving"), formats.money(-saved, currency) if saved > 0 else ""),
            *_net_and_tax(card.total, card.tax_total, currency, formats),
        ),
        total_label=tr("quote_editor.total_in", currency=currency),
        total=formats.money(card.total + card.tax_total, currency),
        signing=signing,
        signed=signed_view(card.signature, formats),
    )


def present_order(
    card: OrderCard, *, company: str, names: Sequence[str], role: str, formats: Formats
) -> Presented:
    """A sale or a use for the customer; `names` are the account's contacts."""
    currency, used = card.currency, card.type == "bill_only"
    signing = _signing(RECEIVED, names) if may_sign_order(card, role) else None
    total = card.total or 0
    return Presented(
        document=(card.id, 1),
        company=company,
        title=f"{tr('print.usage' if used else 'print.sale')} {card.number}",
        customer=_customer(card.account, card.ship_to),
        facts=facts(
            (tr("print.used_on" if used else "print.date"), formats.date(card.day)),
            (tr("print.case"), card.case_ref),
            (tr("print.po"), card.po_number),
            (tr("print.rep"), card.rep),
        ),
        says="",
        lines=tuple(_order_line(line, currency, formats) for line in card.lines),
        discounts=False,
        totals=facts(*_net_and_tax(total, card.tax_total, currency, formats)),
        total_label=tr("quote_editor.total_in", currency=currency),
        total=formats.money(total + card.tax_total, currency),
        signing=signing,
        signed=signed_view(card.signature, formats),
    )


def _signing(meaning: str, names: Sequence[str]) -> Signing:
    known = tuple(dict.fromkeys(name for name in names if name))[:PROPOSED]
    return Signing(meaning, meaning_words(meaning), known, known[0] if len(known) == 1 else "")


def _customer(account: str, ship_to: str) -> tuple[str, ...]:
    return tuple(line for line in (account, ship_to) if line)


def _net_and_tax(total: int, tax: int, currency: str, formats: Formats) -> tuple[tuple[str, str], ...]:
    if not tax:
        return ()
    return (
        (tr("print.net"), formats.money(total, currency)),
        (tr("print.tax"), formats.money(tax, currency)),
    )


def _quote_line(line: QuoteLineRow, currency: str, formats: Formats) -> ShownLine:
    return _shown(
        line.name or line.sku or line.product_id,
        line.sku if line.name else "",
        formats.qty(line.qty),
        formats.unit_price(line.unit_price, currency),
        formats.percent(line.discount_bp) if line.discount_bp else "",
        formats.money(line.extended, currency),
        line.line_no,
    )


def _order_line(line: OrderLineRow, currency: str, formats: Formats) -> ShownLine:
    lot = tr("trunk.lot", number=line.lot) if line.lot else ""
    sku = line.sku if line.name else ""
    return _shown(
        line.name or line.sku or line.product_id,
        " · ".join(part for part in (sku, lot) if part),
        formats.qty(line.qty),
        formats.unit_price(line.unit_price, currency),
        "",
        formats.money(line.extended, currency),
        line.line_no,
    )


def _shown(
    product: str, sku: str, qty: str, unit: str, discount: str, amount: str, line_no: int
) -> ShownLine:
    spoken = tr("quote_page.spoken", line=line_no, qty=qty, product=product, unit=unit, extended=amount)
    return ShownLine(product, sku, qty, unit, discount, amount, spoken)
