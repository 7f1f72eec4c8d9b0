"""Floors: the lowest price without somebody's word, and the lowest at all (DOMAIN.md §2).

What a product may cost at the least is known to some roles only. So neither a step nor a finding names the floor's
amount: both travel with the document to people who may not know it.
"""

from __future__ import annotations

from typing import NamedTuple

from app.domain.catalog import Floor
from app.domain.facts import Facts
from app.domain.money import divide
from app.domain.pricing.contracts import covers
from app.domain.pricing.layers import RATE, rate_into
from app.domain.pricing.steps import Step


class Broken(NamedTuple):
    """A floor that a price is below. `never`: nobody may say yes; else `role` may. `since` is the floor's first day."""

    never: bool
    role: str
    since: str
    ref: str

    def step(self, unit: int) -> Step:
        """The step that says so; the price stays as it is."""
        why = "below_floor_never" if self.never else "below_floor"
        return Step("floor", self.ref, "", True, why, unit, unit, None, None, self.since, None, self.role)


class Floors:
    """The floors of one day in one currency by product: of each role, and of 'never', the one that came last."""

    __slots__ = ("_by_product",)

    def __init__(self, facts: Facts, *, currency: str, day: str) -> None:
        self._by_product: dict[
            str, dict[tuple[bool, str], tuple[tuple[bool, str, int, str], int, Floor]]
        ] = {}
        for one in facts.floors.value or ():
            amount = _in(one, facts, currency, day)
            if amount is None or not covers(one.valid_from, one.valid_to, day):
                continue
            of_product = self._by_product.setdefault(one.product_id, {})
            never = one.below == "never"
            kind = (never, "" if never else one.role)
            key = (one.currency == currency, one.valid_from, amount, one.id)
            if kind not in of_product or of_product[kind][0] < key:
                of_product[kind] = (key, amount, one)

    def broken(self, product_id: str, unit: int) -> list[Broken]:
        """The floors that a unit price (1/10,000) is below: 'never' last. Exactly at a floor is not below it."""
        known = self._by_product.get(product_id)
        if known is None:
            return []
        return [
            Broken(never, role, floor.valid_from, floor.id)
            for (never, role), (_key, amount, floor) in sorted(known.items(), key=lambda one: one[0])
            if unit < amount
        ]


def _in(floor: Floor, facts: Facts, currency: str, day: str) -> int | None:
    """The floor's amount in a currency; None without a rate."""
    if floor.currency == currency:
        return floor.unit_price
    rate = rate_into(facts, floor.currency, currency, day)
    return divide(floor.unit_price * rate.rate, RATE) if rate else None
