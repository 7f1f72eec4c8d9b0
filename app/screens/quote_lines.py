"""The lines of the quote editor: what is asked in which packs, what may be given off, and what each comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.domain.approvals import discount_finding, needs, place
from app.domain.bounds import MAX_QTY
from app.domain.facts import Policy
from app.domain.money import BP
from app.domain.rejections import Finding
from app.screens.formats import Formats
from app.screens.why_price import Asked, WhyPrice, present as explain
from app.screens.wording import tr, worded
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.quoting import PricedLine, PricedQuote


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """What a quantity may be written in: so many base units each."""

    size: int
    words: str


@dataclass(frozen=True, slots=True)
class EditorLine:
    """One line as shown. `discount` is the text of its field; `qty` is written in packs of `pack` base units, up to
    `most`; `units` are what it may be written in (nothing where there is no choice), `comes_to` the base units."""

    product_id: str
    name: str
    sku: str
    qty: int
    discount: str
    discount_note: str
    discount_tone: str
    wrong: bool
    each: str
    extended: str
    why: WhyPrice | None
    spoken: str
    pack: int = 1
    most: int = MAX_QTY
    units: tuple[UnitChoice, ...] = ()
    comes_to: str = ""
    favourite: bool = False
    star: str = ""  # what a tap on the star does


def discount_of(text: str) -> int | None:
    """A typed percentage in basis points: `12.5`, `12,5 %`, '' = none. None when it is no percentage from 0 to 100
    with at most two decimals."""
    plain = text.replace("%", "").replace("\u00a0", "").strip().replace(",", ".")
    if not plain:
        return 0
    if not all(one.isascii() and (one.isdigit() or one == ".") for one in plain) or plain == ".":
        return None
    try:
        basis_points = Decimal(plain) * 100
    except InvalidOperation:
        return None
    if basis_points != basis_points.to_integral_value() or basis_points > BP:
        return None
    return int(basis_points)


def discount_text(discount_bp: int) -> str:
    """Basis points as they are typed: `12.5`; '' for none."""
    return (
        f"{Decimal(discount_bp) / 100:f}".rstrip("0").rstrip(".")
        if discount_bp % 100
        else _whole(discount_bp)
    )


def _whole(discount_bp: int) -> str:
    return str(discount_bp // 100) if discount_bp else ""


def roles_asked(findings: tuple[Finding, ...], policy: Policy) -> str:
    """Whose yes these findings ask for, in words and in the order of levels: `a manager and finance`."""
    roles = sorted({need.role for need in needs(findings, policy)}, key=place)
    words = [tr(f"role.{role}") if worded(f"role.{role}") else role for role in roles]
    return tr("quote_editor.and").join(words)


def editor_lines(
    draft: QuoteDraft,
    priced: PricedQuote | None,
    formats: Formats,
    typed: Mapping[str, str],
    *,
    covered: bool,
    favourites: frozenset[str] = frozenset(),
) -> tuple[EditorLine, ...]:
    """The lines of a draft, each with its price where one came back; `covered`: authority in advance stands for what
    is over the limit; `favourites` are product ids."""
    found = priced.lines if priced else ()
    known = {line.product_id: line for line in found}

    def of(at: int, line: DraftLine) -> PricedLine | None:
        beside = found[at] if at < len(found) else None
        return beside if beside and beside.product_id == line.product_id else known.get(line.product_id)

    return tuple(
        _line(
            at + 1,
            line,
            of(at, line),
            priced,
            formats,
            typed.get(line.product_id),
            covered=covered,
            favourite=line.product_id in favourites,
        )
        for at, line in enumerate(draft.lines)
    )


def _line(
    number: int,
    line: DraftLine,
    priced: PricedLine | None,
    quote: PricedQuote | None,
    formats: Formats,
    typed: str | None,
    *,
    covered: bool,
    favourite: bool,
) -> EditorLine:
    name = (priced.name if priced else "") or tr("quote_editor.unknown_product")
    currency = quote.currency if quote else ""
    price = priced.price if priced else None
    note, tone = _discount_note(line, priced, quote, formats, wrong=typed is not None, covered=covered)
    if price is not None:
        each = tr("quote_editor.each", price=formats.unit_price(price.unit, currency))
        extended = formats.money(price.extended, currency)
    else:
        each = tr("quote_editor.no_price" if currency else "quote_editor.no_account_price")
        extended = "–"
    return EditorLine(
        product_id=line.product_id,
        name=name,
        sku=tr("quote_editor.sku", sku=priced.sku, unit=priced.unit)
        if priced and priced.sku
        else line.product_id,
        qty=line.packs,
        discount=discount_text(line.discount_bp) if typed is None else typed,
        discount_note=note,
        discount_tone=tone,
        wrong=typed is not None,
        each=each,
        extended=extended,
        why=_why(priced, quote, formats) if priced and quote and quote.buyer else None,
        spoken=tr("quote_editor.line", number=number, product=name),
        pack=line.pack,
        most=MAX_QTY // line.pack,
        units=_units(line, priced, formats),
        comes_to=_base_units(line, priced, formats) if line.pack > 1 else "",
        favourite=favourite,
        star=tr("quote_offers.unstar" if favourite else "quote_offers.star", product=name),
    )


def _units(line: DraftLine, priced: PricedLine | None, formats: Formats) -> tuple[UnitChoice, ...]:
    """The base unit and the packs; one that the line is written in stays, also when the product has lost it."""
    sizes = {*(priced.packs if priced else ()), line.pack} - {1}
    if not sizes:
        return ()
    unit = (priced.unit if priced else "") or tr("quote_pack.unit")
    single = UnitChoice(1, tr("quote_pack.single", unit=unit))
    packs = (
        UnitChoice(size, tr("quote_pack.pack", qty=formats.qty(size), unit=unit)) for size in sorted(sizes)
    )
    return (single, *packs)


def _base_units(line: DraftLine, priced: PricedLine | None, formats: Formats) -> str:
    unit = (priced.unit if priced else "") or tr("quote_pack.unit")
    return tr("quote_pack.comes_to", qty=formats.qty(line.qty), unit=unit)


def _discount_note(
    line: DraftLine,
    priced: PricedLine | None,
    quote: PricedQuote | None,
    formats: Formats,
    *,
    wrong: bool,
    covered: bool,
) -> tuple[str, str]:
    """What to say of a discount as soon as it is typed: the limit in view, or whose yes it needs."""
    if wrong:
        return tr("quote_editor.discount_wrong"), "bad"
    if priced is None or quote is None or not priced.name:
        return "", ""
    limit = formats.percent(priced.limit_bp)
    known = quote.facts.products[line.product_id].value
    product_class = known.product_class if known else ""
    over = discount_finding("", "", product_class, line.discount_bp, quote.role, quote.facts.policy)
    if over and covered:
        return tr("quote_envelope.covers", limit=limit), "muted"
    if over:
        return tr(
            "quote_editor.over", limit=limit, roles=roles_asked(tuple(over), quote.facts.policy)
        ), "warn"
    more = discount_finding("", "", product_class, priced.limit_bp + 1, quote.role, quote.facts.policy)
    if more and priced.limit_bp < BP:
        roles = roles_asked(tuple(more), quote.facts.policy)
        return tr("quote_editor.limit_and_more", limit=limit, roles=roles), "muted"
    return tr("quote_editor.limit", limit=limit), "muted"


def _why(priced: PricedLine, quote: PricedQuote, formats: Formats) -> WhyPrice:
    asked = Asked(
        product_id=priced.product_id,
        product=priced.name or priced.product_id,
        qty=priced.qty,
        day=quote.day,
        currency=quote.currency,
        unit=priced.unit or "EA",
        account=quote.buyer.name if quote.buyer else "",
    )
    return explain(priced.price or priced.unpriced, asked, formats, facts=quote.facts, as_of=quote.as_of)
