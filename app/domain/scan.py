"""What a scanned label says, and which product, lot and quantity of this device it means (DOMAIN.md §1 and §4).

A label is read in two steps. `app.workspace.barcodes` turns the characters into a Scan or a ScanRefused; `match` here
finds the goods among the rows of the device. Both refuse with values: a code of CODES, and the parameters a sentence
needs. A refusal is about a label in somebody's hand, not about a command, so these codes are no findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.catalog import Lot, Product

# Why a label is not taken, in the order in which it is looked at.
CODES: tuple[str, ...] = (
    "empty",
    "character_wrong",  # a character that no GS1 code has
    "hibcc_not_supported",
    "iccbba_not_supported",
    "not_gs1",
    "link_wrong",  # a web address that is no GS1 Digital Link
    "ai_unknown",
    "truncated",
    "value_wrong",
    "check_digit_wrong",
    "date_wrong",
    "said_twice",  # two different values under one application identifier
    "separator_lost",  # too long a value, and no way to read it as several
    "ambiguous",  # a separator is missing, and there are several ways to read the code
    "logistic_unit",  # an SSCC: a pallet or a parcel, not goods
    "no_gtin",
    "product_unknown",
    "gtin_twofold",  # two products or packs of the catalogue have this GTIN
    "lot_missing",
    "serial_missing",
    "lot_twofold",  # the product has two lots of this number, and the label does not say which
    "recalled",  # of goods that are to be handed over, from here on
    "expired",
    "already_used",
    "wrong_custodian",
    "not_here",
)

# What a matched label has to tell all the same.
NOTES: tuple[str, ...] = ("lot_unknown", "expiry_differs", "lot_differs", "separator_restored")

Elements = tuple[tuple[str, str], ...]  # (application identifier, value), in the order of the label


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A label as read. Empty text: not on the label."""

    gtin: str  # 14 digits
    raw: str  # as the scanner sent it
    lot: str = ""  # AI 10
    serial: str = ""  # AI 21
    expires: str | None = None  # ISO date, AI 17
    made: str | None = None  # ISO date, AI 11
    count: int | None = None  # AI 37 (of a contained item, AI 02) or AI 30
    elements: Elements = ()
    restored: bool = False  # a separator was missing, and this is the one way to read the code without it
    others: tuple[Scan, ...] = ()  # of the same GTIN: what the label says if a separator is missing
    doubtful: bool = False  # the others are likelier: they find a day or a GTIN within a value of this one


@dataclass(frozen=True, slots=True)
class ScanRefused:
    """Why a label is not taken: a code of CODES, parameters for the sentence, and what could be made of it so far."""

    code: str
    params: tuple[tuple[str, str], ...] = ()
    elements: Elements = ()  # read, but not enough
    choices: tuple[Scan, ...] = ()  # with `ambiguous`: the readings a person may choose from
    product_id: str = ""  # with what follows the product: whose lot is to be named by hand

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"unlisted scan code {self.code!r}")


def refused(
    code: str,
    *,
    elements: Elements = (),
    choices: tuple[Scan, ...] = (),
    product_id: str = "",
    **params: object,
) -> ScanRefused:
    """A refusal; its parameters become text, in name order."""
    return ScanRefused(
        code, tuple(sorted((k, str(v)) for k, v in params.items())), elements, choices, product_id
    )


@dataclass(frozen=True, slots=True)
class TradeItem:
    """A GTIN of the catalogue: a product itself (`units` 1), or a pack of so many base units."""

    gtin: str  # 8, 12, 13 or 14 digits
    product: Product
    units: int


@dataclass(frozen=True, slots=True)
class Note:
    """A code of NOTES with the parameters of its sentence."""

    code: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The goods behind a label."""

    product_id: str
    qty: int  # base units: units per pack × the count on the label
    lot: str  # number, '' when the label has none
    lot_id: str | None  # '' for a product that is not tracked, None for a lot this device does not know
    serial: str
    expires: str | None  # ISO date; of label and known lot the earlier one when they differ
    made: str | None
    notes: tuple[Note, ...]
    scan: Scan  # the reading that was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What the books of this device say of the goods behind a label, seen from the place they are to leave."""

    place: str  # its name
    here: int  # base units there
    product: str  # its name
    recalled_on: str | None  # ISO date, of the lot
    elsewhere: str = ""  # the name of another keeper's place that has them
    used: tuple[str, str] | None = None  # the document by which the last unit left, and its day (ISO)


def barred(found: Matched, where: Whereabouts, *, today: str) -> ScanRefused | None:
    """Why the goods may not be handed over from this place; None when nothing bars them.

    The worst is said first: a recall goes before a date, and both before the question whose goods they are.
    """
    lot, name = found.serial or found.lot or "–", where.product
    elements, product_id = found.scan.elements, found.product_id
    if where.recalled_on and where.recalled_on <= today:
        return refused(
            "recalled", elements=elements, product_id=product_id, on=where.recalled_on, lot=lot, product=name
        )
    if found.expires and found.expires < today:
        return refused(
            "expired", elements=elements, product_id=product_id, on=found.expires, lot=lot, product=name
        )
    if where.here > 0:
        return None
    if where.used:
        document, day = where.used
        return refused(
            "already_used",
            elements=elements,
            product_id=product_id,
            document=document,
            on=day,
            lot=lot,
            product=name,
        )
    if where.elsewhere:
        return refused(
            "wrong_custodian",
            elements=elements,
            product_id=product_id,
            keeper=where.elsewhere,
            place=where.place,
            lot=lot,
            product=name,
        )
    return refused(
        "not_here", elements=elements, product_id=product_id, place=where.place, lot=lot, product=name
    )


def match(scan: Scan, items: Sequence[TradeItem], lots: Sequence[Lot]) -> Matched | ScanRefused:
    """The goods that `scan` means.

    `items` are those of the catalogue that may have its GTIN, `lots` those that may have its lot or serial number; more
    of either do no harm, and their order has no meaning. The product's tracking says what the label must carry. Where a
    separator may be missing, a lot this device knows decides between the readings; without one it is left to a person.
    """
    named = sorted(
        {(one.product.id, one.units) for one in items if one.gtin.zfill(14) == scan.gtin},
    )
    if not named:
        return refused("product_unknown", elements=scan.elements, gtin=scan.gtin)
    products = {one.product.id: one.product for one in items}
    if len(named) > 1:
        names = ", ".join(sorted({products[product_id].name for product_id, _ in named}))
        return refused("gtin_twofold", elements=scan.elements, gtin=scan.gtin, products=names)
    product = products[named[0][0]]
    qty = named[0][1] * (1 if scan.count is None else scan.count)
    if product.tracking == "none":
        return _matched(scan, product, qty, None, "")
    return _tracked(scan, product, qty, [lot for lot in lots if lot.product_id == product.id])


def _tracked(scan: Scan, product: Product, qty: int, lots: list[Lot]) -> Matched | ScanRefused:
    """The match of a product tracked by lot or serial, among the `lots` of this product."""
    readings = [one for one in (scan, *map(as_restored, scan.others)) if _carries(one, product)]
    if not readings:
        return refused(
            f"{product.tracking}_missing",
            elements=scan.elements,
            product_id=product.id,
            product=product.name,
            gtin=scan.gtin,
        )
    known = [(one, found) for one in readings if (found := _lots_of(one, product, lots))]
    if readings[0] is scan and not scan.doubtful:
        # The standard's reading stands, unless this device knows the lot of exactly one other and not its own.
        known = known[:1] if known and (known[0][0] is scan or len(known) == 1) else [(scan, [])]
    if len(known) > 1 or (not known and len(readings) > 1):
        left = [one for one, _ in known] or readings
        return ambiguous([replace(one, others=(), doubtful=False) for one in left], product)
    reading, found = known[0] if known else (readings[0], [])
    if not found:
        return _matched(reading, product, qty, None, None)
    if len(found) > 1:
        return refused(
            "lot_twofold",
            elements=reading.elements,
            product_id=product.id,
            product=product.name,
            number=reading.serial if product.tracking == "serial" else reading.lot,
        )
    return _matched(reading, product, qty, found[0], found[0].id)


def ambiguous(readings: Sequence[Scan], product: Product | None = None) -> ScanRefused:
    """Several readings of one label, each with its own missing separator; a person may choose. At least two."""
    first, second = readings[0], readings[1]
    return refused(
        "ambiguous",
        elements=first.elements,
        choices=tuple(readings),
        product_id=product.id if product else "",
        one=said(first.elements),
        other=said(second.elements),
    )


def as_restored(reading: Scan) -> Scan:
    """`reading` as one that puts a missing separator back, without its alternatives."""
    return replace(reading, restored=True, others=(), doubtful=False)


def said(elements: Elements) -> str:
    """Elements as people read them below a bar code: (01)09506000134352(10)ABC."""
    return "".join(f"({ai}){value}" for ai, value in elements)


def _carries(reading: Scan, product: Product) -> bool:
    return bool(reading.serial if product.tracking == "serial" else reading.lot)


def _lots_of(reading: Scan, product: Product, lots: list[Lot]) -> list[Lot]:
    """The lots this reading may mean, by id: by serial number where the product has one. Several of one number are
    told apart by the expiry of the label."""
    if product.tracking == "serial":
        same = [lot for lot in lots if lot.serial == reading.serial]
    else:
        same = [lot for lot in lots if lot.number == reading.lot and not lot.serial]
    same.sort(key=lambda lot: lot.id)
    of_that_day = [lot for lot in same if lot.expires == reading.expires]
    return of_that_day if len(of_that_day) == 1 else same


def _matched(reading: Scan, product: Product, qty: int, lot: Lot | None, lot_id: str | None) -> Matched:
    notes: list[Note] = []
    expires = reading.expires
    if lot_id is None:
        params = {"lot": reading.lot, "product": product.name, "serial": reading.serial}
        notes.append(_note("lot_unknown", {name: text for name, text in params.items() if text}))
    if lot is not None:
        if lot.expires and reading.expires and lot.expires != reading.expires:
            notes.append(
                _note("expiry_differs", {"known": lot.expires, "label": reading.expires, "lot": lot.number})
            )
        if reading.lot and lot.number and reading.lot != lot.number:
            notes.append(_note("lot_differs", {"known": lot.number, "label": reading.lot}))
        expires = min((day for day in (lot.expires, reading.expires) if day), default=None)
    if reading.restored:
        notes.append(_note("separator_restored", {"read": said(reading.elements)}))
    return Matched(
        product_id=product.id,
        qty=qty,
        lot=reading.lot,
        lot_id=lot_id,
        serial=reading.serial,
        expires=expires,
        made=reading.made,
        notes=tuple(notes),
        scan=reading,
    )


def _note(code: str, params: dict[str, str]) -> Note:
    return Note(code, tuple(sorted(params.items())))
