"""A sale from the trunk: which lots make it up, at which price for this customer, and what the rules say of it.

A product that was chosen without a lot is served first expired, first out, over several lots when one is not enough.
What is sent is what is shown: `command` takes the prices from the same lines that `present` shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.domain.bounds import MAX_QTY
from app.domain.commands import SaleLine, SellFromTrunk
from app.domain.rejections import Finding
from app.screens import why_price
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.trunk import EXPIRED, GOOD, RECALLED, TONES, found_by, lot_name, mark_of, state_words
from app.screens.trunk_plan import Planned as Planned, SoldLine as SoldLine, plan as plan
from app.screens.wording import tr
from app.workspace.rows.trunk import Customer, SaleDraft, SaleItem, TrunkLot

D = TypeVar("D", bound=SaleDraft)

ACTIONS = ("edit", "choose_account", "open_account", "count", "sync")  # steps of findings this panel can take


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be put on the sale: a lot, or (lot None) a product whose lots go by expiry."""

    key: str
    product_id: str
    lot: TrunkLot | None
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item as shown. `why` is whether there is a price to explain; `first` says which lot should go before this
    one, '' where none should, and then `override` is the reason for this one."""

    key: str
    product: str
    lots: str
    state: str
    tone: str
    qty: int
    most: int
    most_words: str
    unit_price: str
    extended: str
    why: bool
    spoken: str
    first: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class SaleState:
    """The sale panel. `hint` says what is still missing; then `ready` is False."""

    items: tuple[ItemState, ...]
    customer: str
    customer_about: str
    customer_state: str
    ship_tos: tuple[tuple[str, str], ...]  # (id, words), the default first
    ship_to_id: str
    po_label: str
    po_number: str
    po_wrong: bool
    total: str
    total_about: str
    hint: str
    more: str
    ready: bool
    findings: tuple[FindingWords, ...]
    anyway: bool
    headline: str


def choices(lots: Sequence[TrunkLot], search: str, formats: Formats, today: str) -> tuple[Choice, ...]:
    """What can be added for the words typed: products with several good lots first, then each lot by expiry."""
    words = search.casefold().split()
    found = [
        lot
        for lot in lots
        if lot.qty > 0 and found_by(lot, words) and mark_of(lot, today) != RECALLED  # set aside, never sold
    ]
    good = [lot for lot in found if mark_of(lot, today) != EXPIRED]
    products: dict[str, list[TrunkLot]] = {}
    for lot in good:
        products.setdefault(lot.product_id, []).append(lot)
    told = [
        Choice(f"{product_id}|*", product_id, None, of[0].name, tr("sale.add.product", units=_units(of)))
        for product_id, of in products.items()
        if len(of) > 1
    ]
    return (*told, *(lot_choice(lot, formats, today) for lot in found))


def lot_choice(lot: TrunkLot, formats: Formats, today: str) -> Choice:
    """A lot as a choice."""
    state = state_words(lot, mark_of(lot, today), formats)
    about = " · ".join(part for part in (lot_name(lot), tr("trunk.units", count=lot.qty), state) if part)
    return Choice(lot.key, lot.product_id, lot, lot.name, about)


def add_lot(draft: D, lot: TrunkLot) -> D:
    """Put one unit of a lot on the sale; a lot that is on it stays as it is."""
    if any(item.product_id == lot.product_id and item.lot_id == lot.lot_id for item in draft.items):
        return draft
    return replace(draft, items=(*draft.items, SaleItem(lot.product_id, lot.lot_id, 1)))


def add_units(draft: D, lot: TrunkLot, qty: int) -> D:
    """Put so many units of a lot on the sale, beside those that are on it: a label was scanned."""
    for at, item in enumerate(draft.items):
        if item.product_id == lot.product_id and item.lot_id == lot.lot_id:
            return with_qty(draft, at, item.qty + qty)
    return with_qty(add_lot(draft, lot), len(draft.items), qty)


def add_product(draft: D, product_id: str) -> D:
    """Put one unit of a product on the sale, lots by expiry; one more when it is on it already."""
    for at, item in enumerate(draft.items):
        if item.product_id == product_id and item.lot_id is None:
            return with_qty(draft, at, item.qty + 1)
    return replace(draft, items=(*draft.items, SaleItem(product_id, None, 1)))


def with_qty(draft: D, at: int, qty: int) -> D:
    """The item at this place with another quantity (1 to MAX_QTY)."""
    item = replace(draft.items[at], qty=max(1, min(MAX_QTY, qty)))
    return replace(draft, items=(*draft.items[:at], item, *draft.items[at + 1 :]))


def with_override(draft: D, at: int, reason: str) -> D:
    """The item at this place with the reason why its lot goes before one that expires earlier."""
    item = replace(draft.items[at], override=reason)
    return replace(draft, items=(*draft.items[:at], item, *draft.items[at + 1 :]))


def without(draft: D, at: int) -> D:
    """The sale without the item at this place."""
    return replace(draft, items=(*draft.items[:at], *draft.items[at + 1 :]))


def command(
    draft: SaleDraft, planned: Sequence[Planned], customer: Customer, *, actor: str, day: str, number: str
) -> SellFromTrunk:
    """The sale as a command, each price exactly as shown (0 where there is none to show)."""
    return SellFromTrunk(
        op_id=draft.sale_id,
        actor=actor,
        business_date=day,
        sale_id=draft.sale_id,
        number=number,
        location_id=draft.location_id,
        account_id=customer.buyer.id,
        ship_to_id=ship_to_of(draft, customer),
        currency=customer.buyer.currency,
        po_number=draft.po_number.strip(),
        lines=lines_of(planned),
    )


def lines_of(planned: Sequence[Planned]) -> tuple[SaleLine, ...]:
    """What is handed over, lot by lot, each price exactly as shown (0 where there is none to show)."""
    return tuple(
        SaleLine(
            product_id=line.lot.product_id,
            lot_id=line.lot.lot_id,
            qty=line.qty,
            discount_bp=0,
            shown_price=line.price.unit if line.price else 0,
            override=one.item.override.strip() if one.first else "",
        )
        for one in planned
        for line in one.lines
    )


def ship_to_of(draft: SaleDraft, customer: Customer) -> str:
    """The chosen ship-to, or the account's first; '' when it has none."""
    known = [one.id for one in customer.buyer.ship_tos]
    return draft.ship_to_id if draft.ship_to_id in known else next(iter(known), "")


def present(
    draft: SaleDraft,
    planned: Sequence[Planned],
    customer: Customer | None,
    formats: Formats,
    today: str,
    *,
    findings: Sequence[Finding] = (),
    refused: bool = False,
) -> SaleState:
    """The panel; `findings` are what the rules say of this very sale, `refused` that saving it was refused."""
    buyer = customer.buyer if customer else None
    lines = [line for one in planned for line in one.lines]
    total = sum(line.price.extended for line in lines if line.price)
    hint = _hint(planned, customer)
    units = sum(line.qty for line in lines)
    words = all_in_words(findings, formats)
    return SaleState(
        items=tuple(_item(one, customer, formats, today) for one in planned),
        customer=buyer.name if buyer else "",
        customer_about=" · ".join(
            part for part in (buyer.number, buyer.ship_tos[0].city if buyer.ship_tos else "") if part
        )
        if buyer
        else "",
        customer_state=tr(f"account_state.{buyer.status}") if buyer and buyer.status != "active" else "",
        ship_tos=tuple((one.id, one.one_line) for one in buyer.ship_tos) if buyer else (),
        ship_to_id=ship_to_of(draft, customer) if customer else "",
        po_label=tr("sale.po.required") if buyer and buyer.po_required else tr("sale.po"),
        po_number=draft.po_number,
        po_wrong=any(f.code == "po_number_required" for f in findings),
        total=formats.money(total, buyer.currency) if buyer and lines else formats.money(None, ""),
        total_about=tr("trunk.units", count=units),
        hint=hint,
        more=tr("sale.anyway.more") if refused else "",
        ready=not hint,
        findings=words,
        anyway=refused,
        headline=tr("sale.refused") if refused else "",
    )


def why(
    line: SoldLine, customer: Customer, formats: Formats, today: str, as_of: str | None
) -> why_price.WhyPrice:
    """Why this line costs what it costs."""
    asked = why_price.Asked(
        line.lot.product_id,
        line.lot.name,
        line.qty,
        today,
        customer.buyer.currency,
        line.lot.unit or "EA",
        customer.buyer.name,
    )
    return why_price.present(line.price or line.unpriced, asked, formats, facts=customer.pricing, as_of=as_of)


def _units(lots: Sequence[TrunkLot]) -> str:
    return tr("trunk.units", count=sum(lot.qty for lot in lots))


def _hint(planned: Sequence[Planned], customer: Customer | None) -> str:
    """What is still missing, '' when the sale can be saved."""
    if not planned:
        return tr("sale.hint.lot")
    if any(not one.lines for one in planned):
        return tr("sale.hint.gone")
    if customer is None:
        return tr("sale.hint.customer")
    for one in planned:
        if one.first and not one.item.override.strip():
            return tr("sale.hint.override", lot=lot_name(one.lines[0].lot))
    return ""


def _item(one: Planned, customer: Customer | None, formats: Formats, today: str) -> ItemState:
    item = one.item
    product = one.lines[0].lot.name if one.lines else item.product_id
    lots = " + ".join(_lot_words(line, formats, counted=len(one.lines) > 1) for line in one.lines)
    if item.lot_id is None and one.lines:
        lots = tr("sale.fefo", lots=lots)
    marks = [(mark_of(line.lot, today), line.lot) for line in one.lines]
    worst = next(((mark, lot) for mark, lot in marks if mark != GOOD), None)
    state, tone = (state_words(worst[1], worst[0], formats), TONES[worst[0]]) if worst else ("", "")
    if not one.lines:
        state, tone = tr("sale.gone"), "bad"
    unit, extended = _figures(one.lines, customer, formats)
    return ItemState(
        key=f"{item.product_id}|{item.lot_id if item.lot_id is not None else '*'}",
        product=product,
        lots=lots,
        state=state,
        tone=tone,
        qty=one.qty,
        most=max(1, one.most),
        most_words=tr("sale.of", most=formats.qty(one.most)),
        unit_price=unit,
        extended=extended,
        why=customer is not None and bool(one.lines),
        first=_first_words(one.first, formats),
        override=item.override,
        spoken=tr(
            "sale.item.spoken", product=product, lots=lots, qty=formats.qty(one.qty), extended=extended
        ),
    )


def _first_words(lots: Sequence[TrunkLot], formats: Formats) -> str:
    """Which lots should have gone first, with the day they expire."""
    if not lots:
        return ""
    named = ", ".join(tr("sale.first.lot", lot=lot_name(lot), when=formats.date(lot.expires)) for lot in lots)
    return tr("sale.first", lots=named)


def _lot_words(line: SoldLine, formats: Formats, *, counted: bool) -> str:
    name = lot_name(line.lot)
    return tr("sale.lot.of", lot=name, qty=formats.qty(line.qty)) if counted else name


def _figures(lines: Sequence[SoldLine], customer: Customer | None, formats: Formats) -> tuple[str, str]:
    """(unit price, extended) in words; unit prices that differ by lot are given as a range."""
    if customer is None or not lines:
        return "", ""
    currency = customer.buyer.currency
    if any(line.price is None for line in lines):
        return tr("sale.no_price"), formats.money(None, currency)
    units = sorted({line.price.unit for line in lines if line.price})
    each = " – ".join(formats.unit_price(unit, currency) for unit in {units[0]: 0, units[-1]: 0})
    return tr("sale.each", price=each), formats.money(
        sum(line.price.extended for line in lines if line.price), currency
    )
