"""The catalogue: the list with price and stock at a glance, and the card of one product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.facts import HELD
from app.domain.money import BP, divide
from app.screens import why_price
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.quotes import may_write
from app.screens.why_price import WhyPrice
from app.screens.wording import tr
from app.workspace.rows.catalogue import (
    Break,
    Category,
    Filter,
    PackRow,
    ProductCard,
    ProductRow,
    ProductsFound,
    StockRow,
)

_NONE = "–"


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in the list. `note` is the line under its price, `tone` and `price_tone` what is special about them."""

    id: str
    name: str
    about: str
    tone: str
    trunk: str
    trunk_tone: str
    stock: str
    stock_tone: str
    price: str
    price_note: str
    price_tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class ProductList:
    """The list, what it is, its filters in words, and the words for no rows. `empty_step`: sync | everything | ''."""

    lines: tuple[ProductLine, ...]
    note: str
    account: str
    category: str
    empty: str
    empty_more: str
    empty_step: str
    empty_step_words: str


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """Something to narrow the list to; `kind` category | brand | class, '' for everything."""

    name: str
    words: str
    products: str
    kind: str = ""
    about: str = ""


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
class StockLine:
    id: str
    place: str
    kind: str
    qty: str
    lots: str
    tone: str


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
    stock_none: str
    stock_as_of: str
    facts: tuple[Fact, ...]
    packs: tuple[Fact, ...]
    add: bool
    add_tip: str


# -- the list ---------------------------------------------------------------------------------------------------------


def present_list(found: ProductsFound, formats: Formats) -> ProductList:
    """What a search found, priced for the account that is chosen."""
    asked = found.asked
    empty, more, step = _empty(found)
    return ProductList(
        lines=tuple(_line(row, found, formats) for row in found.rows),
        note=_note(found, formats),
        account=tr("catalogue.account", account=found.buyer.name)
        if found.buyer
        else tr("catalogue.account.none"),
        category=_narrowed(asked),
        empty=empty,
        empty_more=more,
        empty_step=step,
        empty_step_words=tr(_STEPS[step]) if step else "",
    )


def _narrowed(asked: Filter) -> str:
    """What the list is narrowed to, in words."""
    if not asked.kind:
        return tr("catalogue.narrow.all")
    name = asked.category or asked.brand or asked.product_class
    return name if asked.kind == "category" else tr(f"catalogue.narrow.{asked.kind}", name=name)


_STEPS = {"sync": "catalogue.empty.none.step", "everything": "catalogue.empty.filtered.step"}


def _empty(found: ProductsFound) -> tuple[str, str, str]:
    """The words for no rows, and the step that helps."""
    asked = found.asked
    if not found.total:
        return tr("catalogue.empty.none"), tr("catalogue.empty.none.more"), "sync"
    if asked.words.strip():
        words = tr("catalogue.empty.search", words=asked.words.strip())
        if asked.mine or asked.kind:
            return words, tr("catalogue.empty.filtered.more"), "everything"
        return words, tr("catalogue.empty.search.more"), ""
    if asked.mine and not asked.kind:
        return tr("catalogue.empty.mine"), tr("catalogue.empty.mine.more"), "everything"
    return tr("catalogue.empty.category"), tr("catalogue.empty.filtered.more"), "everything"


def _note(found: ProductsFound, formats: Formats) -> str:
    shown, total = formats.qty(len(found.rows)), formats.qty(found.total)
    plain = not (found.asked.words.strip() or found.asked.mine or found.asked.kind)
    if found.bought and found.buyer:
        note = tr("catalogue.note.bought", account=found.buyer.name, total=total)
    elif plain:
        note = tr("catalogue.note.all", total=total) if found.total else ""
    elif found.more:
        note = tr("catalogue.note.more", shown=shown)
    else:
        note = tr("catalogue.note.found", count=len(found.rows)) if found.rows else ""
    if found.meant:
        note = f"{tr('catalogue.note.meant', typed=found.asked.words.strip(), meant=found.meant)} {note}"
    if not found.prices_here and found.rows:
        note = f"{note} {tr('catalogue.note.prices_loading')}".strip()
    return note


def _line(row: ProductRow, found: ProductsFound, formats: Formats) -> ProductLine:
    sale = _sale(row.sell_from, row.sell_until, found.day, formats)
    bought = tr("catalogue.bought", day=formats.day_and_month(row.bought_on)) if row.bought_on else ""
    brand = row.category if row.brand.casefold() in row.name.casefold() else row.brand  # told once
    price, note, tone = _price(row, found, formats)
    trunk, stock = formats.qty(row.in_trunk), formats.qty(row.in_warehouses)
    return ProductLine(
        id=row.id,
        name=row.name,
        about=" · ".join(part for part in (row.sku, bought or brand, sale) if part),
        tone="muted" if sale else "",
        trunk=trunk if row.in_trunk else _NONE,
        trunk_tone="" if row.in_trunk else "muted",
        stock=_NONE if row.in_warehouses is None else stock,
        stock_tone="" if row.in_warehouses else "muted",
        price=price,
        price_note=note,
        price_tone=tone,
        spoken=tr(
            "catalogue.spoken",
            name=row.name,
            sku=row.sku,
            price=price,
            stock=tr("catalogue.spoken.stock", trunk=trunk, warehouse=stock),
        ),
    )


def _price(row: ProductRow, found: ProductsFound, formats: Formats) -> tuple[str, str, str]:
    """The price of one, the offer in it, and its tone."""
    if row.price is None:
        return tr("catalogue.price.none" if found.prices_here else "catalogue.price.loading"), "", "muted"
    offer = next((s.percent_bp for s in row.price.steps if s.rule == "promotion" and s.won), None)
    note = tr("catalogue.offer", percent=formats.percent(offer)) if offer else ""
    return formats.unit_price(row.price.unit, found.currency), note, ""


def _sale(first: str | None, last: str | None, day: str, formats: Formats) -> str:
    """Why it is not on sale on `day`; '' when it is."""
    if last is not None and last < day:
        return tr("catalogue.not_sold", day=formats.date(last))
    if first is not None and first > day:
        return tr("catalogue.not_yet", day=formats.date(first))
    return ""


def present_narrowings(found: Sequence[Category], formats: Formats) -> tuple[CategoryLine, ...]:
    """The categories, brands and classes to choose from, everything first."""
    every = CategoryLine("", tr("catalogue.narrow.all"), "")
    return (
        every,
        *(
            CategoryLine(
                one.name,
                one.name,
                tr("catalogue.category.products", count=one.products),
                one.kind,
                tr(f"catalogue.narrow.kind.{one.kind}"),
            )
            for one in found
        ),
    )


# -- the card ---------------------------------------------------------------------------------------------------------


def present_card(card: ProductCard, formats: Formats, *, role: str) -> CardView:
    """Everything about one product, for a person of `role`."""
    sale = _sale(card.sell_from, card.sell_until, card.day, formats)
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
        price_for=tr("catalogue.price.for", account=buyer) if buyer else tr("catalogue.price.everybody"),
        price_note=note,
        price_tone=tone,
        why=_why(card, 1, formats),
        breaks=tuple(_break(one, card, formats) for one in card.breaks) if len(card.breaks) > 1 else (),
        stock=tuple(_stock(one, card, formats) for one in card.stock),
        stock_none=""
        if card.stock
        else tr("catalogue.stock.none" if card.stock_whole else "catalogue.stock.loading"),
        stock_as_of=formats.as_of(card.as_of) if card.as_of else "",
        facts=_facts(card, formats),
        packs=tuple(_pack(one, card, formats) for one in card.packs),
        add=may_write(role) and not sale,
        add_tip=tip or (tr("catalogue.do.add.not_sold") if sale else ""),
    )


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


def _stock(one: StockRow, card: ProductCard, formats: Formats) -> StockLine:
    about = []
    if one.lots:
        about.append(tr("catalogue.stock.lots", count=one.lots))
    if one.expires:
        about.append(tr("catalogue.stock.expires", day=formats.date(one.expires)))
    return StockLine(
        id=one.location_id,
        place=tr("catalogue.stock.mine", name=one.name) if one.mine else one.name,
        kind=named("catalogue.place", one.kind),
        qty=tr("catalogue.stock.qty", qty=formats.qty(one.qty), unit=card.unit),
        lots=" · ".join(about),
        tone="bad" if one.qty < 0 else "warn" if one.expires and one.expires < card.day else "",
    )


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
        ("sold", _on_sale(card, formats)),
    )
    return tuple(Fact(tr(f"catalogue.fact.{key}"), value) for key, value in told if value)


def _on_sale(card: ProductCard, formats: Formats) -> str:
    first, last = formats.date(card.sell_from), formats.date(card.sell_until)
    if card.sell_from and card.sell_until:
        return tr("catalogue.sold.between", first=first, last=last)
    if card.sell_from:
        return tr("catalogue.sold.from", first=first)
    return tr("catalogue.sold.until", last=last) if card.sell_until else ""


def _pack(one: PackRow, card: ProductCard, formats: Formats) -> Fact:
    key = one.level if one.level in ("package", "secondary", "unit_of_use") else "other"
    return Fact(tr(f"catalogue.pack.{key}", qty=formats.qty(one.quantity), unit=card.unit), one.gtin)
