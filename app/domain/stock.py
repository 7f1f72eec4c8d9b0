"""Stock: one double-entry ledger of places (DOMAIN.md §4). Proposals are first expired, first out.

Goods have an owner beside their place. The company's own and those of others never add up: only the company's are
proposed, promised and sold, and a movement always carries the owner of the balance it lowers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.facts import Balance
from app.domain.parties import (
    ADJUSTMENT,
    ADMIN,
    COMPANY,
    CUSTOMER,
    IN_TRANSIT,
    LOANED,
    OPERATIONS,
    QUARANTINE,
    SAMPLES,
    SCRAP,
    SUPPLIER,
    Person,
    Place,
    reserved_place,
    warehouse_of,
)

NO_EXPIRY = "9999-99-99"  # where a lot without an expiry stands in the order: last

# Where the goods of each kind of movement go, seen from the real place: (out of it to, into it from). '' = never so;
# RESERVED stands for the place's own reserved counterpart.
RESERVED = "reserved"
FREE = "free"  # the warehouse that an allotment was taken from
KINDS: Mapping[str, tuple[str, str]] = {
    "opening": ("", SUPPLIER),
    "receive": ("", SUPPLIER),
    "sell": (CUSTOMER, ""),
    "use": (CUSTOMER, ""),
    "return": ("", CUSTOMER),
    "count_adjustment": (ADJUSTMENT, ADJUSTMENT),
    "reserve": (RESERVED, ""),
    "release": ("", RESERVED),
    "transfer_out": (IN_TRANSIT, ""),
    "transfer_in": ("", IN_TRANSIT),
    "scrap": (SCRAP, ""),
    "sample": (SAMPLES, ""),
    "loan": (LOANED, ""),
    "loan_return": ("", LOANED),
    "quarantine": (QUARANTINE, ""),
    "unquarantine": ("", QUARANTINE),
    "allot": ("", FREE),  # seen from the allotment
    "unallot": (FREE, ""),
}
# The kinds that a person records by themselves, of one place (commands.MOVEMENT_KINDS).
ONE_PLACE = ("receive", "scrap", "sample", "loan", "loan_return", "quarantine", "unquarantine")

# Places for which the office answers beside the custodian. Not a trunk: its stock is sold offline by who holds it.
OFFICE_PLACES = ("dc", "hub", "consignment")


def ends(kind: str, location_id: str, *, inward: bool = False) -> tuple[str, str]:
    """From where to where goods of a movement of `kind` go, out of the place or into it. Raises ValueError when the
    kind has no such direction."""
    out, into = KINDS[kind]
    other = into if inward else out
    if not other:
        raise ValueError(f"a movement of kind {kind} never goes {'into' if inward else 'out of'} a place")
    if other == RESERVED:
        other = reserved_place(location_id)
    elif other == FREE:
        other = warehouse_of(location_id)
    return (other, location_id) if inward else (location_id, other)


def is_inward(kind: str) -> bool:
    """Whether goods of a movement of `kind` only ever come into the place."""
    return not KINDS[kind][0]


def answers_for(place: Place, user_id: str, person: Person | None) -> bool:
    """Whether the user may book what leaves the place: its custodian, and for OFFICE_PLACES operations as well."""
    if place.custodian == user_id:
        return True
    return place.kind in OFFICE_PLACES and person is not None and person.role in (OPERATIONS, ADMIN)


@dataclass(frozen=True, slots=True)
class Pick:
    """So many base units of one lot from one place, and whose they are."""

    location_id: str
    lot_id: str
    qty: int
    owner: str = COMPANY


def fefo(
    balances: Sequence[Balance], product_id: str, qty: int, *, not_before: str = "", day: str = ""
) -> tuple[Pick, ...]:
    """Lots for `qty` units of a product, first expired first, spanning several when one is not enough.

    Passed over are lots that expire before `not_before` (ISO date), lots recalled on or before `day` (ISO date;
    without one every lot that is recalled at all) and goods that are not the company's. The sum of the picks is less
    than `qty` when there is not enough. Order is total: expiry, then place, then lot, so the answer never depends on
    the order of a query.
    """
    usable = sorted(
        (b for b in balances if b.product_id == product_id and _usable(b, not_before, day)),
        key=lambda b: (b.expires or NO_EXPIRY, b.location_id, b.lot_id),
    )
    picks: list[Pick] = []
    left = qty
    for balance in usable:
        if left == 0:
            break
        taken = min(left, balance.qty)
        picks.append(Pick(balance.location_id, balance.lot_id, taken))
        left -= taken
    return tuple(picks)


def _usable(balance: Balance, not_before: str, day: str) -> bool:
    recalled = balance.recalled_on is not None and (not day or balance.recalled_on <= day)
    lasts = (balance.expires or NO_EXPIRY) >= not_before
    return balance.qty > 0 and balance.owner == COMPANY and lasts and not recalled


def on_hand(balances: Sequence[Balance], product_id: str, lot_id: str, *, owner: str = COMPANY) -> int:
    """Base units of one lot of one owner in the given balances."""
    return sum(b.qty for b in balances if (b.product_id, b.lot_id, b.owner) == (product_id, lot_id, owner))


def in_books(balances: Sequence[Balance], product_id: str, lot_id: str) -> int:
    """Base units of one lot that are there according to the balances, of every owner; never less than none."""
    return sum(max(0, b.qty) for b in balances if (b.product_id, b.lot_id) == (product_id, lot_id))


def take(
    balances: Sequence[Balance], location_id: str, product_id: str, lot_id: str, qty: int
) -> tuple[Pick, ...]:
    """`qty` units of one lot that left a place, whatever the books say, by owner.

    The company's go first, then those of others in the order of their names. What the books do not have is the
    company's: its balance becomes negative, which nobody else's ever does.
    """
    have = {
        b.owner: b.qty
        for b in balances
        if (b.location_id, b.product_id, b.lot_id) == (location_id, product_id, lot_id) and b.qty > 0
    }
    taken: dict[str, int] = {}
    left = qty
    for owner in sorted(have, key=lambda one: (one != COMPANY, one)):
        taken[owner] = min(left, have[owner])
        left -= taken[owner]
    taken[COMPANY] = taken.get(COMPANY, 0) + left
    owners = sorted(taken, key=lambda one: (one != COMPANY, one))
    return tuple(Pick(location_id, lot_id, taken[one], one) for one in owners if taken[one])


def after_picks(balances: Sequence[Balance], product_id: str, picks: Iterable[Pick]) -> tuple[Balance, ...]:
    """The balances once `picks` are gone: two lines of one product cannot both count on the same units."""
    taken: dict[tuple[str, str, str], int] = {}
    for pick in picks:
        key = (pick.location_id, pick.lot_id, pick.owner)
        taken[key] = taken.get(key, 0) + pick.qty
    return tuple(
        replace(b, qty=b.qty - taken.get((b.location_id, b.lot_id, b.owner), 0))
        if b.product_id == product_id
        else b
        for b in balances
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParLevel:
    """How much of a product a place holds: below `min_qty` base units it asks to be filled up to `par_qty`."""

    product_id: str
    min_qty: int
    par_qty: int


@dataclass(frozen=True, slots=True)
class Refill:
    """So many base units of a product that a place should be sent."""

    product_id: str
    qty: int


def par_proposal(
    balances: Sequence[Balance], par_levels: Iterable[ParLevel], in_transit: Mapping[str, int]
) -> tuple[Refill, ...]:
    """What one place should be sent, by product: all that brings a product below its minimum up to par.

    `balances` are those of the place, `in_transit` base units by product that are asked for or on their way to it.
    Exactly at the minimum nothing is proposed. Only the company's goods count, and a negative balance counts as it
    stands. Where a product has several levels the one with the highest par counts.
    """
    levels: dict[str, ParLevel] = {}
    for level in sorted(par_levels, key=lambda one: (one.product_id, one.par_qty, one.min_qty)):
        levels[level.product_id] = level
    lines: list[Refill] = []
    for product_id, level in sorted(levels.items()):
        held = sum(b.qty for b in balances if b.product_id == product_id and b.owner == COMPANY)
        coming = in_transit.get(product_id, 0)
        if held + coming < level.min_qty and held + coming < level.par_qty:
            lines.append(Refill(product_id, level.par_qty - held - coming))
    return tuple(lines)
