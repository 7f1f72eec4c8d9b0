"""The catalogue: the list with price and stock at a glance. The card of one product is in product_card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.catalogue import (
    Category,
    Filter,
    ProductRow,
    ProductsFound,
)

_NONE = "–"


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in the list. `price_note` is the line under its price, `price_tone` what is special about it; `icon` in
    the colour of `tone` marks what was recalled or is not sold. `starred`: a favourite, whose icon is `star`."""

    id: str
    name: str
    about: str
    icon: str
    tone: str
    star: str
    starred: bool
    trunk: str
    trunk_tone: str
    stock: str
    stock_tone: str
    price: str
    price_note: str
    price_tone: str
    agreement: str  # the contract that makes the price, and from which quantity on where that is not one
    spoken: str


@dataclass(frozen=True, slots=True)
class ProductList:
    """The list, what it is, its filters in words, and the words for no rows. `empty_step`: sync | everything | ''."""

    lines: tuple[ProductLine, ...]
    note: str
    account: str
    category: str
    contracts: bool  # there is an account whose contracts the list can be kept to
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
        contracts=found.buyer is not None,
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
        if asked.narrowed:
            return words, tr("catalogue.empty.filtered.more"), "everything"
        return words, tr("catalogue.empty.search.more"), ""
    alone = [one for one in ("mine", "agreed", "starred") if getattr(asked, one)]
    if len(alone) == 1 and not asked.kind:
        stem = f"catalogue.empty.{alone[0]}"
        return tr(stem), tr(f"{stem}.more"), "everything"
    return tr("catalogue.empty.category"), tr("catalogue.empty.filtered.more"), "everything"


def _note(found: ProductsFound, formats: Formats) -> str:
    shown, total = formats.qty(len(found.rows)), formats.qty(found.total)
    plain = not (found.asked.words.strip() or found.asked.narrowed)
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
    if found.rows and found.as_of:
        age = tr("catalogue.note.as_of", as_of=formats.as_of(found.as_of))
        note = " · ".join(part for part in (note.rstrip("."), age) if part)
    return note


def _line(row: ProductRow, found: ProductsFound, formats: Formats) -> ProductLine:
    sale = sale_words(row.sell_from, row.sell_until, found.day, formats)
    recalled = tr("catalogue.recalled") if row.recalled else ""
    bought = tr("catalogue.bought", day=formats.day_and_month(row.bought_on)) if row.bought_on else ""
    brand = row.category if row.brand.casefold() in row.name.casefold() else row.brand  # told once
    price, note, tone = _price(row, found, formats)
    trunk, stock = formats.qty(row.in_trunk), formats.qty(row.in_warehouses)
    spoken = tr(
        "catalogue.spoken",
        name=row.name,
        sku=row.sku,
        price=price,
        stock=tr("catalogue.spoken.stock", trunk=trunk, warehouse=stock),
    )
    starred = tr("catalogue.starred") if row.starred else ""
    return ProductLine(
        id=row.id,
        name=row.name,
        about=" · ".join(part for part in (recalled, row.sku, bought or brand, sale) if part),
        icon="warning" if recalled else "blocked" if sale else "",
        tone="bad" if recalled else "muted" if sale else "",
        star="starred" if row.starred else "star",
        starred=row.starred,
        trunk=trunk if row.in_trunk else _NONE,
        trunk_tone="" if row.in_trunk else "muted",
        stock=_NONE if row.in_warehouses is None else stock,
        stock_tone="" if row.in_warehouses else "muted",
        price=price,
        price_note=note,
        price_tone=tone,
        agreement=_agreement(row, formats),
        spoken=", ".join(part for part in (spoken, recalled, sale, starred) if part),
    )


def _agreement(row: ProductRow, formats: Formats) -> str:
    if row.agreed_from > 1:
        return tr("catalogue.contract.from", name=row.agreement, qty=formats.qty(row.agreed_from))
    return row.agreement


def _price(row: ProductRow, found: ProductsFound, formats: Formats) -> tuple[str, str, str]:
    """The price of one, the offer in it, and its tone."""
    if row.price is None:
        return tr("catalogue.price.none" if found.prices_here else "catalogue.price.loading"), "", "muted"
    offer = next((s.percent_bp for s in row.price.steps if s.rule == "promotion" and s.won), None)
    note = tr("catalogue.offer", percent=formats.percent(offer)) if offer else ""
    if row.agreed and row.agreed_from == 1 and not note:
        note = tr("catalogue.contract")
    return formats.unit_price(row.price.unit, found.currency), note, ""


def sale_words(first: str | None, last: str | None, day: str, formats: Formats) -> str:
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
