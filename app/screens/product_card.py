"""The card of one product: its price with every step, its packs, where it lies and how old that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.facts import HELD
from app.domain.money import BP, divide
from app.screens import why_price
from app.screens.catalogue import sale_words
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.quotes import may_write
from app.screens.why_price import WhyPrice
from app.screens.wording import tr
from app.workspace.rows.catalogue import Break, PackRow, ProductCard, RecalledLot, StockRow

_NONE = "–"
RECALLS_TOLD = 5  # lots by name; of a product with more recalls their number


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class BreakLine:
    """From a quantity on, this price; `why` explains it for exactly that quantity."""

    qty: int
    words: str
    price: str
    less: str
    why: WhyPrice


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack: its code, what it costs at that quantity, and what one of it then costs; '' where that is not known."""

    words: str
    gtin: str
    price: str
    each: str

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.words, self.price, self.each, self.gtin) if part)


@dataclass(frozen=True, slots=True)
class StockLine:
    """What one place holds, and how old that is."""

    id: str
    place: str
    kind: str
    qty: str
    lots: str
    age: str
    tone: str

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.place, self.kind, self.qty, self.age, self.lots) if part)


@dataclass(frozen=True, slots=True)
class CardView:
    """The card of a product. `add` says whether it can be quoted, `add_tip` why not."""

    id: str
    name: str
    line: str
    sale: str  # '' while it is on sale
    flags: tuple[str, ...]
    price: str
    price_for: str
    price_note: str
    price_tone: str
    why: WhyPrice
    breaks: tuple[BreakLine, ...]
    stock: tuple[StockLine, ...]
    facts: tuple[Fact, ...]
    packs: tuple[PackLine, ...]
    add: bool
    add_tip: str
    recalled: str = ""  # which lots were, and since when
    starred: bool = False


def present_card(card: ProductCard, formats: Formats, *, role: str) -> CardView:
    """Everything about one product, for a person of `role`."""
    sale = sale_words(card.sell_from, card.sell_until, card.day, formats)
    price, note, tone = _card_price(card, formats)
    buyer = card.buyer.name if card.buyer else ""
    tip = "" if may_write(role) else tr("catalogue.do.add.role")
    return CardView(
        id=card.id,
        name=card.name,
        line=tr("catalogue.line", sku=card.sku, brand=card.brand) if card.brand else card.sku,
        sale=sale,
        flags=_flags(card),
        price=price,
        price_for=" · ".join(
            (
                tr("catalogue.price.for", account=buyer) if buyer else tr("catalogue.price.everybody"),
                formats.as_of(card.as_of),
            )
        ),
        price_note=note,
        price_tone=tone,
        why=_why(card, 1, formats),
        breaks=tuple(_break(one, card, formats) for one in card.breaks) if len(card.breaks) > 1 else (),
        stock=(*(_stock(one, card, formats) for one in card.stock), *_no_warehouse(card, formats)),
        facts=_facts(card, formats),
        packs=tuple(_pack(one, card, formats) for one in card.packs),
        add=may_write(role) and not sale,
        add_tip=tip or (tr("catalogue.do.add.not_sold") if sale else ""),
        recalled=_recalled(card.recalled, formats),
        starred=card.starred,
    )


def present_why(card: ProductCard, formats: Formats) -> WhyPrice:
    """Why one of it costs what it does."""
    return _why(card, 1, formats)


def _card_price(card: ProductCard, formats: Formats) -> tuple[str, str, str]:
    if card.price is None:
        key = "none" if card.facts.prices_status == HELD else "loading"
        return tr(f"catalogue.price.{key}.title"), tr(f"catalogue.price.{key}.more"), "warn"
    shown = tr(
        "catalogue.price.each", price=formats.unit_price(card.price.unit, card.currency), unit=card.unit
    )
    if card.price.unit < card.price.list_unit:
        return (
            shown,
            tr("catalogue.price.list", price=formats.unit_price(card.price.list_unit, card.currency)),
            "",
        )
    return shown, "", ""


def _why(card: ProductCard, qty: int, formats: Formats) -> WhyPrice:
    one = next((b.price for b in reversed(card.breaks) if b.qty == qty), card.price)
    asked = why_price.Asked(
        product_id=card.id,
        product=card.name,
        qty=qty,
        day=card.day,
        currency=card.currency,
        unit=card.unit,
        account=card.buyer.name if card.buyer else "",
    )
    return why_price.present(one or card.unpriced, asked, formats, facts=card.facts, as_of=card.as_of)


def _break(one: Break, card: ProductCard, formats: Formats) -> BreakLine:
    first = card.breaks[0].price.unit
    less = divide((first - one.price.unit) * BP, first) if first > one.price.unit else 0
    return BreakLine(
        qty=one.qty,
        words=tr("catalogue.break.from", qty=formats.qty(one.qty)),
        price=formats.unit_price(one.price.unit, card.currency),
        less=tr("catalogue.break.less", percent=formats.percent(less)) if less else "",
        why=_why(card, one.qty, formats),
    )


def _recalled(lots: Sequence[RecalledLot], formats: Formats) -> str:
    """The lots that were recalled, the newest recall first; '' for none."""
    told = [
        tr("catalogue.recalled.lot", lot=one.lot, day=formats.date(one.recalled_on))
        for one in lots[:RECALLS_TOLD]
    ]
    if len(lots) > RECALLS_TOLD:
        told.append(tr("catalogue.recalled.more", count=len(lots) - RECALLS_TOLD))
    return tr("catalogue.recalled.lots", lots=", ".join(told)) if told else ""


def _stock(one: StockRow, card: ProductCard, formats: Formats) -> StockLine:
    about = []
    if one.recalled > 0:
        about.append(tr("catalogue.stock.recalled", qty=formats.qty(one.recalled)))
    if one.lots:
        about.append(tr("catalogue.stock.lots", count=one.lots))
    if one.expires:
        about.append(tr("catalogue.stock.expires", day=formats.date(one.expires)))
    if one.live:
        age = tr("catalogue.stock.live")
    else:
        age = formats.as_of(one.as_of) if one.as_of else tr("catalogue.stock.partly")
    bad = one.qty < 0 or one.recalled > 0
    return StockLine(
        id=one.location_id,
        place=tr("catalogue.stock.mine", name=one.name) if one.mine else one.name,
        kind=tr("catalogue.place.here") if one.here else named("catalogue.place", one.kind),
        qty=tr("catalogue.stock.qty", qty=formats.qty(one.qty), unit=card.unit),
        lots=" · ".join(about),
        age=age,
        tone="bad"
        if bad
        else "warn"
        if one.expires and one.expires < card.day
        else ""
        if one.qty
        else "muted",
    )


def _no_warehouse(card: ProductCard, formats: Formats) -> tuple[StockLine, ...]:
    """What stands in place of the warehouses when none has any: that they have none, or are not all here yet."""
    if any(one.kind == "dc" for one in card.stock):
        return ()
    if card.stock_whole:
        qty = tr("catalogue.stock.qty", qty=formats.qty(0), unit=card.unit)
        age = formats.as_of(card.as_of)
    else:
        qty, age = _NONE, tr("catalogue.stock.partly")
    return (StockLine("", tr("catalogue.stock.warehouses"), "", qty, "", age, "muted"),)


def _flags(card: ProductCard) -> tuple[str, ...]:
    """What a rep must know before handing it over, in words."""
    told = (
        (card.rx, "rx"),
        (card.sterile, "sterile"),
        (card.single_use, "single_use"),
        (card.cold_chain, "cold_chain"),
        (card.tracking == "lot", "lot"),
        (card.tracking == "serial", "serial"),
        (card.expiry_tracked, "expiry"),
    )
    return tuple(tr(f"catalogue.flag.{key}") for true, key in told if true)


def _facts(card: ProductCard, formats: Formats) -> tuple[Fact, ...]:
    told = (
        ("manufacturer", card.manufacturer),
        ("catalog_number", card.catalog_number if card.catalog_number != card.sku else ""),
        ("gtin", card.gtin),
        ("category", card.category),
        ("class", card.product_class),
        ("sold", _onsale_words(card, formats)),
    )
    return tuple(Fact(tr(f"catalogue.fact.{key}"), value) for key, value in told if value)


def _onsale_words(card: ProductCard, formats: Formats) -> str:
    first, last = formats.date(card.sell_from), formats.date(card.sell_until)
    if card.sell_from and card.sell_until:
        return tr("catalogue.sold.between", first=first, last=last)
    if card.sell_from:
        return tr("catalogue.sold.from", first=first)
    return tr("catalogue.sold.until", last=last) if card.sell_until else ""


def _pack(one: PackRow, card: ProductCard, formats: Formats) -> PackLine:
    key = one.level if one.level in ("package", "secondary", "unit_of_use") else "other"
    priced = one.price if one.quantity > 1 else None
    return PackLine(
        words=tr(f"catalogue.pack.{key}", qty=formats.qty(one.quantity), unit=card.unit),
        gtin=one.gtin,
        price=formats.money(priced.extended, card.currency) if priced else "",
        each=tr("catalogue.price.each", price=formats.unit_price(priced.unit, card.currency), unit=card.unit)
        if priced
        else "",
    )
