"""What stands ready in the quote editor before a letter is typed, and earlier documents to copy from, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from app.domain.rejections import Finding
from app.screens.findings import in_words
from app.screens.formats import Formats
from app.screens.wording import tr, worded
from app.workspace.rows.offering import Copied, EarlierDocument, OfferedProduct, Offers
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.quotes import ORDER

_REASONS = ("product_not_sold", "not_in_assortment", "price_missing", "fact_missing", "product_unknown")


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A product to add. `why_not` is the sentence of what stands in its way ('' where nothing does)."""

    product_id: str
    name: str
    about: str
    price: str
    under_price: str
    tone: str  # of the words under the price
    favourite: bool
    chosen: bool
    why_not: str
    spoken: str


@dataclass(frozen=True, slots=True)
class OffersState:
    """The panel. `add` is the button for those that are chosen, '' while none is; `empty` the words for no rows."""

    lines: tuple[OfferLine, ...]
    add: str
    may_copy: bool
    empty: str


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """An earlier document to copy from."""

    document: EarlierDocument
    title: str
    about: str
    total: str
    day: str
    spoken: str


@dataclass(frozen=True, slots=True)
class CopyDone:
    """What became of a copy: `says` in a sentence, `left_out` as (product, reason) pairs."""

    says: str
    left_out: tuple[tuple[str, str], ...]


def present(
    offers: Offers, formats: Formats, *, on_quote: Mapping[str, int], chosen: Collection[str]
) -> OffersState:
    """The panel; `on_quote` are the base units of each product on the draft, `chosen` the ids that wait to be added."""
    lines = tuple(_line(one, formats, on_quote.get(one.id, 0), one.id in chosen) for one in offers.products)
    many = sum(1 for one in lines if one.chosen)
    return OffersState(
        lines=lines,
        add=tr("quote_offers.add", count=many) if many else "",
        may_copy=offers.earlier,
        empty="" if lines else tr("quote_offers.empty"),
    )


def _line(one: OfferedProduct, formats: Formats, on_quote: int, chosen: bool) -> OfferLine:
    parts = [one.sku]
    if one.times and one.last_on:
        words = tr(
            "quote_offers.ordered",
            count=one.times,
            qty=formats.qty(one.last_qty),
            day=formats.day_and_month(one.last_on),
        )
        parts.append(words)
    price = formats.unit_price(one.price, one.currency) if one.price is not None else ""
    under, tone = one.unit, ""
    if on_quote:
        under, tone = tr("quote_offers.on_quote", qty=formats.qty(on_quote)), "ok"
    if one.refusal:
        under, tone = reason(one.refusal), "bad"
    says = [
        one.name,
        *parts,
        price,
        under,
        tr("quote_offers.favourite") if one.favourite else "",
        tr("quote_offers.chosen") if chosen else "",
    ]
    return OfferLine(
        product_id=one.id,
        name=one.name,
        about=" · ".join(parts),
        price=price,
        under_price=under,
        tone=tone,
        favourite=one.favourite,
        chosen=chosen and one.refusal is None,
        why_not=in_words(one.refusal, formats).sentence if one.refusal else "",
        spoken=", ".join(word for word in says if word),
    )


def reason(found: Finding) -> str:
    """Why a product cannot be added, in two or three words."""
    return tr(f"quote_offers.reason.{found.code}" if found.code in _REASONS else "quote_offers.reason.other")


def earlier(found: tuple[EarlierDocument, ...], words: str, formats: Formats) -> tuple[EarlierLine, ...]:
    """The earlier documents that have every word in number, PO number, day or products, in their order."""
    asked = words.casefold().split()
    lines = (_earlier(one, formats) for one in found)
    return tuple(one for one in lines if all(word in _said(one) for word in asked))


def _said(line: EarlierLine) -> str:
    one = line.document
    return " ".join((line.title, line.day, one.po_number, *one.names)).casefold()


def _earlier(one: EarlierDocument, formats: Formats) -> EarlierLine:
    total = formats.money(one.total, one.currency) if one.total is not None else ""
    if one.published_total:
        total = formats.published(one.published_total, one.currency)
    kind = f"quotes.kind.{one.type}" if one.kind == ORDER else "quotes.kind.quote"
    kind = kind if worded(kind) else "quotes.kind.order"
    title = tr("quote_offers.document", kind=tr(kind), number=one.number)
    about = tr("quotes.lines", count=one.lines)
    named = ", ".join(one.names)
    if named and one.lines > len(one.names):
        named = tr("quote_offers.and_more", names=named)
    day = formats.date(one.day)
    return EarlierLine(
        document=one,
        title=title,
        about=" · ".join(part for part in (about, named) if part),
        total=total,
        day=day,
        spoken=", ".join(part for part in (title, day, about, named, total) if part),
    )


def copy_done(found: Copied, formats: Formats) -> CopyDone:
    """What was added of an earlier document, and what was not, each with its reason."""
    added, all_of_it = len(found.lines), len(found.lines) + len(found.left_out)
    if not found.left_out:
        says = tr("quote_offers.copied", count=added, number=found.number)
    else:
        says = tr(
            "quote_offers.copied_partly",
            added=formats.qty(added),
            all=formats.qty(all_of_it),
            number=found.number,
        )
    left_out = tuple(
        (one.name or tr("quote_editor.unknown_product"), in_words(one.finding, formats).sentence)
        for one in found.left_out
    )
    return CopyDone(says, left_out)


def taken_back(now: QuoteDraft, before: QuoteDraft, after: QuoteDraft) -> QuoteDraft:
    """The draft without the lines that a copy brought (`before` it and `after` it). What was written since stays, also
    a copied line that was written on."""
    had = {line.product_id: line for line in before.lines}
    copied = set(after.lines) - set(before.lines)
    lines = (had.get(line.product_id) if line in copied else line for line in now.lines)
    return replace(now, lines=tuple(line for line in lines if line is not None))
