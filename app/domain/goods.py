"""What every document that moves goods asks alike - place, lots, serials, enough of it - and the movements it books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.commands import Command
from app.domain.eligibility import check_lot, known_product
from app.domain.events import StockMoved
from app.domain.facts import NOT_HERE, Balance, Facts, Known
from app.domain.ids import derived_id
from app.domain.parties import ALLOTMENT, COMPANY, LEASED, Person, Place
from app.domain.rejections import Finding, finding
from app.domain.stock import after_picks, answers_for, ends, in_books, on_hand, take


@dataclass(frozen=True, slots=True)
class Goods:
    """So many base units of one lot ('' when untracked), as a line of a document names them."""

    product_id: str
    lot_id: str
    qty: int
    reason: str = ""


def check_place(
    known: Known[Place], location_id: str, user_id: str, person: Person | None, *, kinds: Sequence[str] = ()
) -> list[Finding]:
    """The place a document moves goods of: known, of one of `kinds`, and the user's. Where none are named any
    will do but an allotment: its goods lie in the warehouse, and nobody handles them there."""
    if known.status == NOT_HERE:
        return [finding("fact_missing", location_id, what="place")]
    if known.value is None:
        return [finding("place_unknown", location_id)]
    found: list[Finding] = []
    wrong = known.value.kind not in kinds if kinds else known.value.kind == ALLOTMENT
    if wrong:
        found.append(finding("place_kind_wrong", location_id, kind=known.value.kind))
    if not answers_for(known.value, user_id, person):
        found.append(finding("not_custodian", location_id))
    return found


def check_holder(facts: Facts) -> list[Finding]:
    """The device may lower `facts.place`: a trunk is lowered by the one device that holds it. One that never had a
    holder is lowered by any of its custodian's, and a command given on the server itself comes from none."""
    place = facts.place.value
    if place is None or place.kind not in LEASED or place.holder is None or not facts.device:
        return []
    if place.holder == facts.device:
        return []
    return [finding("not_holding_device", place.id, device=place.holder_name or place.holder or "-")]


def not_ours(found: Iterable[Finding]) -> bool:
    """Whether the place is not the actor's: then the case is all that is booked, and nobody else's stock moves."""
    return any(f.code in ("place_unknown", "not_custodian") for f in found)


def check_known(facts: Facts, product_ids: Iterable[str]) -> list[Finding]:
    """Each product known. Selling dates do not matter to goods that are only moved."""
    known = (known_product(facts, product_id) for product_id in sorted(set(product_ids)))
    return [one for one in known if isinstance(one, Finding)]


def check_lots(
    facts: Facts, goods: Sequence[Goods], *, day: str = "", min_shelf_days: int = 0, required: bool = True
) -> list[Finding]:
    """Lots named where the product is tracked (unless not `required`), known, of this product; a serial number is one
    unit in the whole document. With a `day` (ISO date) also fit to be handed over to somebody then."""
    found: list[Finding] = []
    units: dict[tuple[str, str], int] = {}
    for line in goods:
        key = (line.product_id, line.lot_id)
        units[key] = units.get(key, 0) + line.qty
    for (product_id, lot_id), qty in sorted(units.items()):
        known = facts.products.get(product_id)
        product = known.value if known else None
        if not lot_id:
            if required and product is not None and product.tracking != "none":
                found.append(finding("lot_required", product_id, product=product.name))
            continue
        lot = facts.lots.get(lot_id)
        if lot is None or lot.value is None or lot.value.product_id != product_id:
            found.append(finding("lot_unknown", lot_id))
            continue
        if lot.value.serial and qty > 1:
            found.append(finding("serial_quantity", lot_id, lot=lot.value.serial, asked=qty))
        if day:
            found += check_lot(lot.value, day, min_shelf_days)
    return found


def check_enough(facts: Facts, goods: Sequence[Goods], *, any_owner: bool = False) -> list[Finding]:
    """Enough of each lot in the place, all lines together. Goods that are not the company's do not count, and it is
    said when they would have to; with `any_owner` they do (a transfer changes who keeps them, not whose they are)."""
    found: list[Finding] = []
    wanted: dict[tuple[str, str], int] = {}
    for line in goods:
        key = (line.product_id, line.lot_id)
        wanted[key] = wanted.get(key, 0) + line.qty
    for (product_id, lot_id), qty in sorted(wanted.items()):
        ours = max(0, on_hand(facts.balances, product_id, lot_id))
        there = in_books(facts.balances, product_id, lot_id)
        if qty > ours and there > ours and not any_owner:
            found.append(finding("not_company_stock", lot_id or product_id, asked=qty, have=ours))
        if qty > there:
            found.append(finding("stock_short", lot_id or product_id, asked=qty, have=there))
    return found


def leaving(
    command: Command,
    balances: Sequence[Balance],
    goods: Iterable[Goods],
    *,
    kind: str,
    location_id: str,
    document_id: str,
) -> list[StockMoved]:
    """The movements of goods that left a place: one per line and owner, and no two count on the same units."""
    moves: list[StockMoved] = []
    for line in goods:
        picks = take(balances, location_id, line.product_id, line.lot_id, line.qty)
        balances = after_picks(balances, line.product_id, picks)
        for pick in picks:
            one = Goods(line.product_id, line.lot_id, pick.qty, line.reason)
            ordinal = len(moves)
            moves.append(moved(command, one, ordinal, kind, ends(kind, location_id), document_id, pick.owner))
    return moves


def coming(
    command: Command, goods: Iterable[Goods], *, kind: str, location_id: str, document_id: str
) -> list[StockMoved]:
    """The movements of the company's goods that came into a place."""
    places = ends(kind, location_id, inward=True)
    return [
        moved(command, line, ordinal, kind, places, document_id, COMPANY)
        for ordinal, line in enumerate(goods)
    ]


def moved(
    command: Command,
    line: Goods,
    ordinal: int,
    kind: str,
    places: tuple[str, str],
    document_id: str,
    owner: str,
) -> StockMoved:
    """One movement of a command, from the first of `places` to the second. `ordinal` makes its id."""
    return StockMoved(
        movement_id=derived_id(command.op_id, "movement", ordinal),
        kind=kind,
        product_id=line.product_id,
        lot_id=line.lot_id,
        qty=line.qty,
        from_location=places[0],
        to_location=places[1],
        business_date=command.business_date,
        document_id=document_id,
        reason=line.reason,
        op_id=command.op_id,
        owner=owner,
    )
