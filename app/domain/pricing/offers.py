"""Offers: the best single one, or all that stack together, whichever leaves the lower price (DOMAIN.md §2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.domain.catalog import Promotion
from app.domain.money import less_percent
from app.domain.pricing.steps import Step


class Before(NamedTuple):
    """The price that offers come on top of and the base list's, both in 1/10,000. `taken`: the price is the list's less
    so many basis points. Then a percentage of the list adds to them, and both are rounded once; None: it is not."""

    unit: int
    list_unit: int
    taken: int | None


class Offers:
    """The offers that give something, by product, for one customer, currency and day."""

    __slots__ = ("_by_product", "_currency", "_day", "_segment")

    def __init__(self, promotions: Iterable[Promotion], *, segment: str, currency: str, day: str) -> None:
        self._segment, self._currency, self._day = segment, currency, day
        self._by_product: dict[str, list[Promotion]] = {}
        for one in promotions:
            if one.percent_bp > 0 or one.amount_off > 0 or one.fixed_price is not None:
                self._by_product.setdefault(one.product_id, []).append(one)

    def steps(self, product_id: str, qty: int, before: Before, excluded: str) -> list[Step]:
        """What becomes of each offer on the product, those that are given first, in the order in which they apply.

        `excluded` is the reason why the price takes no offer at all, '' when it does.
        """
        known = self._by_product.get(product_id)
        if known is None:
            return []
        if len(known) == 1:  # as below, without the work of choosing
            offer = known[0]
            why = self._why_not(offer, qty) or excluded
            if why:
                return [_lost(offer, why)]
            return _given(known, before) or [_lost(offer, "not_lower")]
        lost: list[Step] = []
        here: list[Promotion] = []
        for offer in sorted(known, key=lambda one: (-one.percent_bp, one.id)):
            why = self._why_not(offer, qty) or excluded
            if why:
                lost.append(_lost(offer, why))
            else:
                here.append(offer)
        given, left = _chosen(here, before)
        return [*given, *left, *lost]

    def _why_not(self, offer: Promotion, qty: int) -> str:
        """Why an offer does not apply, '' when it does. A customer without a group gets what is for all."""
        if offer.audience != "all" and (not self._segment or offer.audience != self._segment):
            return "other_audience"
        if (offer.amount_off or offer.fixed_price is not None) and offer.currency != self._currency:
            return "other_currency"
        if not offer.valid_from <= self._day <= offer.valid_to:
            return "expired" if offer.valid_to < self._day else "not_yet_valid"
        if qty < offer.min_qty:
            return "quantity_below"
        return "quantity_above" if offer.max_qty is not None and offer.max_qty < qty else ""


def _chosen(offers: list[Promotion], before: Before) -> tuple[list[Step], list[Step]]:
    """The steps of the offers given and of those that were not.

    Every set that may be given together is tried: each offer that stands alone, and all that stack (each only lowers
    the price, so that all of them are the best combination). The lowest price wins; then the set that comes first.
    """
    stacking = sorted((one for one in offers if one.stacks), key=_applies)
    sets = [[one] for one in offers if not one.stacks]
    if stacking:
        sets.append(stacking)
    best: list[Step] = []
    lowest = before.unit
    for tried in sets:
        steps = _given(tried, before)
        if steps and steps[-1].after is not None and steps[-1].after < lowest:
            best, lowest = steps, steps[-1].after
    won = {step.ref for step in best}
    mates = {one.id for one in stacking} if any(one.id in won for one in stacking) else set()
    left = [
        _lost(one, "not_lower" if not best or one.id in mates else "not_best")
        for one in offers
        if one.id not in won
    ]
    return best, left


def _applies(offer: Promotion) -> tuple[int, int, str]:
    """The order in which offers stack, the one that leaves the lowest price: prices of their own, percentages of the
    running price, then amounts and percentages of the list; larger ones first."""
    if offer.fixed_price is not None:
        return 0, offer.fixed_price, offer.id
    if offer.percent_bp > 0:
        return 1 if offer.basis == "running" else 2, -offer.percent_bp, offer.id
    return 3, -offer.amount_off, offer.id


def _given(offers: list[Promotion], before: Before) -> list[Step]:
    """The steps of offers one after the other, without those that take nothing off."""
    why = "stacked" if len(offers) > 1 else "best"
    steps: list[Step] = []
    running, list_unit, taken = before
    for offer in offers:
        of_list = offer.basis == "list" and offer.percent_bp > 0 and offer.fixed_price is None
        if of_list and taken is not None:
            after = max(0, less_percent(list_unit, taken + offer.percent_bp))
        else:
            after = _after(offer, running, list_unit)
        if after < running:
            steps.append(_step(offer, True, why, running, after))
            running = after
            taken = taken + offer.percent_bp if of_list and taken is not None else None
    return steps


def _after(offer: Promotion, running: int, list_unit: int) -> int:
    """The price that an offer leaves, never below zero."""
    if offer.fixed_price is not None:
        return offer.fixed_price
    if offer.percent_bp > 0:
        basis = list_unit if offer.basis == "list" else running
        return max(0, running - (basis - less_percent(basis, offer.percent_bp)))
    return max(0, running - offer.amount_off)


def _lost(offer: Promotion, why: str) -> Step:
    return _step(offer, False, why, None, None)


def _step(offer: Promotion, won: bool, why: str, before: int | None, after: int | None) -> Step:
    kind = "fixed" if offer.fixed_price is not None else "" if offer.percent_bp > 0 else "amount"
    detail = offer.audience if why == "other_audience" else kind or offer.basis
    foreign = why == "other_currency"
    return Step(
        "promotion",
        offer.id,
        offer.name,
        won,
        why,
        before,
        after,
        None if kind else offer.percent_bp,
        offer.min_qty,
        offer.valid_from,
        offer.valid_to,
        detail,
        offer.max_qty,
        offer.currency if foreign else "",
    )
