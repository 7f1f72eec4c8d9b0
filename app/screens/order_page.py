"""An order: what is reserved, what follows later, what was shipped. An imported order is shown as it was published."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.fulfilment import ROLES
from app.domain.lifecycle import order_table, verbs
from app.screens.document_parts import Fact, PageAction, PageChip, Told, facts, only
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.order_goods import Returnable, lots_told, returnable
from app.screens.papers import actions as papers
from app.screens.present import may_present_order, may_sign_order
from app.screens.quote_verbs import PRESENT as PRESENT, present_action
from app.screens.quotes import may_write, sending_words, state_words
from app.screens.signatures import SignedView, signed_view
from app.screens.wording import tr, worded
from app.workspace.rows import quotes as r
from app.workspace.rows.quotes import OrderCard, OrderLineRow

OPEN_QUOTE, COPY, OPEN_ACCOUNT, CANCEL, RETURN = "open_quote", "copy", "open_account", "cancel", "return"
STEPS = ("sync", "open_account")  # next steps of findings that the page can take
HISTORY, TRUNK_SALE, BILL_ONLY = "history", "trunk_sale", "bill_only"


@dataclass(frozen=True, slots=True)
class OrderPageLine:
    line_no: int
    number: str
    product: str
    sku: str
    qty: str
    returned: str
    allocated: str
    backordered: str
    tone: str
    unit: str
    extended: str
    spoken: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    title: str
    about: str
    chips: tuple[PageChip, ...]
    next_step: str
    tone: str
    actions: tuple[PageAction, ...]
    findings: tuple[FindingWords, ...]
    lines: tuple[OrderPageLine, ...]
    reserved: tuple[Told, ...]
    handed_over: tuple[Told, ...]
    none_shipped: str
    returnable: tuple[Returnable, ...]
    shipments: tuple[Told, ...]
    totals: tuple[Fact, ...]
    total: str
    total_label: str
    details: tuple[Fact, ...]
    papers: tuple[PageAction, ...] = ()
    signed: SignedView | None = None


def present(card: OrderCard, *, role: str, formats: Formats) -> OrderPage:
    """The page of an order for a person of `role`."""
    state, tone = state_words(r.ORDER, card.state)
    sending, sending_tone = sending_words(r.ORDER, card.sending)
    published = card.type == HISTORY
    return OrderPage(
        title=tr("order_page.title", type=named_type(card.type), number=card.number),
        about=f"{card.account} · {card.account_number}" if card.account else card.account_number,
        chips=(PageChip(state, tone), *(() if published else (PageChip(sending, sending_tone),))),
        next_step=_next_step(card),
        tone=tone,
        actions=_actions(card, role, returnable(card, formats)),
        findings=only(all_in_words(card.findings, formats), STEPS),
        lines=tuple(_line(line, card, formats) for line in card.lines),
        reserved=lots_told(card.reserved, card, formats),
        handed_over=lots_told(card.handed_over, card, formats),
        none_shipped=tr("order_page.no_shipments") if _before_shipping(card) else "",
        returnable=returnable(card, formats),
        shipments=tuple(
            _shipped(one.shipped_on, one.method, one.tracking_number, formats) for one in card.shipments
        ),
        totals=facts(
            (tr("order_page.sub_total"), _published(card.published_sub_total, card, formats)),
            (tr("quote_tax.net"), formats.money(card.total, card.currency) if card.tax_total else ""),
            (
                tr("order_page.tax"),
                formats.money(card.tax_total, card.currency)
                if card.tax_total
                else _published(card.published_tax, card, formats),
            ),
            (tr("order_page.freight"), _published(card.published_freight, card, formats)),
        ),
        total=_published(card.published_total, card, formats) or _gross(card, formats),
        total_label=tr("quote_editor.total_in", currency=card.currency),
        details=facts(
            (tr("quote_page.ship_to"), card.ship_to),
            (tr("quote_page.day"), formats.date(card.day)),
            (tr("order_page.due"), formats.date(card.due) if card.due else ""),
            (tr("quote_page.po"), card.po_number),
            (tr("order_page.case"), card.case_ref),
            (tr("quote_page.rep"), card.rep),
        ),
        papers=papers(),
        signed=signed_view(card.signature, formats),
    )


def named_type(order_type: str) -> str:
    """The kind of order in words."""
    return tr(f"order_type.{order_type}") if worded(f"order_type.{order_type}") else order_type


def _before_shipping(card: OrderCard) -> bool:
    """Whether nothing can have left yet. Imported orders tell their shipments, or that there are none."""
    return not card.shipments and card.state in ("placed", "held", "allocated", "picked", "cancelled")


def _gross(card: OrderCard, formats: Formats) -> str:
    return formats.money(None if card.total is None else card.total + card.tax_total, card.currency)


def _actions(card: OrderCard, role: str, back: tuple[Returnable, ...]) -> tuple[PageAction, ...]:
    """What the lifecycle allows in this state and the rules allow this person. The author may cancel an order; goods
    come back into the trunk of who takes them."""
    found: list[PageAction] = []
    if may_present_order(card) and may_write(role):
        found.append(present_action(to_sign=may_sign_order(card, role)))
    if back:
        found.append(PageAction(RETURN, tr("order_page.return"), "back"))
    if card.quote_id:
        words = tr("order_page.open_quote", number=card.quote_number)
        found.append(PageAction(OPEN_QUOTE, words, "quotes", target=card.quote_id))
    if may_write(role):
        words = tr("quote_page.copy")
        found.append(PageAction(COPY, words, "plus", target=card.id, short=tr("quote_page.copy.short")))
    if CANCEL in verbs(order_table(card.type), card.state) and (card.mine or role in ROLES[CANCEL]):
        found.append(PageAction(CANCEL, tr("order_page.cancel"), "minus"))
    account = tr("quote_page.open_account")
    short = tr("quote_page.open_account.short")
    found.append(PageAction(OPEN_ACCOUNT, account, "accounts", target=card.account_id, short=short))
    return tuple(found)


def _next_step(card: OrderCard) -> str:
    if card.type in (TRUNK_SALE, BILL_ONLY) and card.state == "held":
        return tr("order_page.next.sale_held")
    if card.type == HISTORY or (card.type == TRUNK_SALE and card.state == "delivered"):
        return tr(f"order_page.next.{card.type}")
    if card.state == "allocated" and any(line.backordered for line in card.lines):
        return tr("order_page.next.allocated_partly")
    key = f"order_page.next.{card.state}"
    return tr(key if worded(key) else "order_page.next.other")


def _published(amount: str | None, card: OrderCard, formats: Formats) -> str:
    return formats.published(amount, card.currency) if amount else ""


def _shipped(day: str, method: str, tracking: str, formats: Formats) -> Told:
    words = tr("order_page.shipment", day=formats.date(day), method=method)
    return Told(words, tr("order_page.tracking", number=tracking) if tracking else "", "", "")


def _line(line: OrderLineRow, card: OrderCard, formats: Formats) -> OrderPageLine:
    name = line.name or tr("quote_editor.unknown_product")
    qty = formats.qty(line.qty)
    allocated, backordered, tone = _stock(line, card, formats)
    unit = formats.published(line.published_unit_price, card.currency)
    extended = formats.published(line.published_line_total, card.currency)
    if line.unit_price is not None:
        unit = formats.unit_price(line.unit_price, card.currency)
        extended = formats.money(line.extended, card.currency)
    sku = line.sku or line.product_id
    return OrderPageLine(
        line_no=line.line_no,
        number=formats.qty(line.line_no),
        product=name,
        sku=tr("order_page.lot", sku=sku, lot=line.lot) if line.lot else sku,
        qty=qty,
        returned=tr("order_page.returned", many=formats.qty(line.returned)) if line.returned else "",
        allocated=allocated,
        backordered=backordered,
        tone=tone,
        unit=unit,
        extended=extended,
        spoken=tr(
            "order_page.spoken",
            line=line.line_no,
            qty=qty,
            product=name,
            allocated=" ".join(part for part in (allocated, backordered) if part),
            extended=extended,
        ),
    )


def _stock(line: OrderLineRow, card: OrderCard, formats: Formats) -> tuple[str, str, str]:
    """What is reserved of a line, what follows later, and the tone. Nothing is said of imported orders."""
    if card.type == HISTORY:
        return "", "", ""
    if not line.allocated and not line.backordered:
        return tr("order_page.waits"), "", "muted"
    allocated = tr("order_page.allocated", allocated=formats.qty(line.allocated), qty=formats.qty(line.qty))
    if line.backordered:
        return allocated, tr("order_page.backordered", many=formats.qty(line.backordered)), "warn"
    return allocated, "", "ok"
