"""Stock: one ledger of movements; balances are their sums (DOMAIN.md §4). Proposals are first expired, first out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.facts import Balance


@dataclass(frozen=True, slots=True)
class Pick:
    """So many base units of one lot from one place."""

    location_id: str
    lot_id: str
    qty: int


def fefo(balances: Sequence[Balance], product_id: str, qty: int, *, not_before: str = "") -> tuple[Pick, ...]:
    """Lots for `qty` units of a product, first expired first, spanning several when one is not enough.

    Lots that expire before `not_before` (ISO date) are passed over. The sum of the picks is less than `qty` when there
    is not enough. Order is total: expiry, then place, then lot, so the answer never depends on the order of a query.
    """
    usable = sorted(
        (
            b
            for b in balances
            if b.product_id == product_id and b.qty > 0 and (b.expires or "9999") >= not_before
        ),
        key=lambda b: (b.expires or "9999", b.location_id, b.lot_id),
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


def on_hand(balances: Sequence[Balance], product_id: str, lot_id: str) -> int:
    """Base units of one lot in the given balances."""
    return sum(b.qty for b in balances if b.product_id == product_id and b.lot_id == lot_id)


def after_picks(balances: Sequence[Balance], product_id: str, picks: Sequence[Pick]) -> tuple[Balance, ...]:
    """The balances once `picks` are gone: two lines of one product cannot both count on the same units."""
    taken = {(p.location_id, p.lot_id): p.qty for p in picks}
    return tuple(
        Balance(b.location_id, b.product_id, b.lot_id, b.qty - taken[b.location_id, b.lot_id], b.expires)
        if b.product_id == product_id and (b.location_id, b.lot_id) in taken
        else b
        for b in balances
    )
