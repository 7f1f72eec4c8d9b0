"""The price book: everything that the prices of one document rest on, prepared once, and a line's price from it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.catalog import ExchangeRate
from app.domain.facts import Facts
from app.domain.money import extend, less_percent
from app.domain.pricing.contracts import Reason
from app.domain.pricing.floors import Broken, Floors
from app.domain.pricing.layers import Layer, contract_row, list_row, prepared
from app.domain.pricing.offers import Before, Offers
from app.domain.pricing.steps import Price, Step, Unpriced

_Found = tuple[Layer, int]  # a layer with a price for the line, and the price in the document's currency


class PriceBook:
    """Prices for one customer in one currency on one day (ISO). Facts are looked through once, however many lines.

    `segment` is the account's, '' for a customer without a group.
    """

    __slots__ = ("_classes", "_contracts", "_currency", "_day", "_floors", "_lists", "_offers", "_policy")

    def __init__(self, facts: Facts, *, segment: str, currency: str, day: str) -> None:
        self._currency, self._day = currency, day
        self._policy = facts.policy.price_policy
        self._classes = {
            one: known.value.product_class for one, known in facts.products.items() if known.value is not None
        }
        layers = prepared(facts, currency=currency, day=day)
        self._contracts = [one for one in layers if one.contract]  # they come first
        self._lists = [one for one in layers if not one.contract]
        self._offers = Offers(facts.promotions, segment=segment, currency=currency, day=day)
        self._floors = Floors(facts, currency=currency, day=day)

    def broken_floors(self, product_id: str, unit: int) -> list[Broken]:
        """The floors that a unit price (1/10,000) is below; none where this device holds no floors."""
        return self._floors.broken(product_id, unit)

    def price(
        self, product_id: str, qty: int, discount_bp: int, *, break_qty: int | None = None
    ) -> Price | Unpriced:
        """The price of `qty` base units with the rep's discount, or why there is none.

        `break_qty` is the quantity that breaks and bands are judged on: that of the product over all lines of the
        document. None: this line's.
        """
        at = qty if break_qty is None else break_qty
        list_steps, listed = self._ask_lists(product_id, at)
        list_unit = _list_unit(listed)
        steps, found = self._ask_contracts(product_id, at, list_unit)
        steps += list_steps
        found += listed
        if not found:
            return Unpriced(tuple(steps))
        best, unit = self._choose(found, steps)
        fixed = best.contract and self._policy == "contract_fixed"
        running = unit
        off = steps[best.at].percent_bp
        if best.rate is not None and off is None:
            steps.insert(best.at + 1, _rate_step(best.rate, steps[best.at].after, unit))
        excluded = "contract_fixed" if fixed else "" if best.promotions else "contract_excludes"
        for step in self._offers.steps(product_id, at, _before(unit, list_unit, off), excluded):
            steps.append(step)
            if step.after is not None:
                running = step.after
        if discount_bp and fixed:
            steps.append(Step("discount", "", "", False, "contract_fixed", None, None, discount_bp))
        elif discount_bp:
            after = less_percent(running, discount_bp)
            steps.append(Step("discount", "", "", True, "given", running, after, discount_bp))
            running = after
        for floor in self._floors.broken(product_id, running):
            steps.append(floor.step(running))
        extended = extend(unit, qty, self._currency)
        return Price(
            running,
            unit,
            extended if running == unit else extend(running, qty, self._currency),
            extended,
            self._currency,
            tuple(steps),
            fixed,
        )

    def _ask_lists(self, product_id: str, qty: int) -> tuple[list[Step], list[_Found]]:
        """A step of each list, and the lists with a price."""
        steps: list[Step] = []
        found: list[_Found] = []
        for layer in self._lists:
            if layer.lost is not None:
                steps.append(layer.lost)
                continue
            row = list_row(layer, product_id, qty, self._day)
            if isinstance(row, Step):
                steps.append(row)
                continue
            amount = row.unit_price if not layer.foreign else layer.converted(row.unit_price)
            if amount is None:
                steps.append(layer.without_rate())
                continue
            found.append((layer, amount))
            steps.append(layer.step_found(row, row.unit_price, ""))
        return steps, found

    def _ask_contracts(
        self, product_id: str, qty: int, list_unit: int | None
    ) -> tuple[list[Step], list[_Found]]:
        """A step of each contract, and the contracts with a price; a discount of theirs is off `list_unit`."""
        steps: list[Step] = []
        found: list[_Found] = []
        product_class = self._classes.get(product_id, "")
        for layer in self._contracts:
            if layer.lost is not None:
                steps.append(layer.lost)
                continue
            row = contract_row(layer, product_id, product_class, qty, self._day)
            if isinstance(row, Step):
                steps.append(row)
            elif row.unit_price is None:
                if list_unit is None:
                    steps.append(layer.step_lost(Reason("no_list_price", detail=row.tier)))
                else:
                    step = layer.step_discounted(row, list_unit)
                    found.append((layer, step.after or 0))
                    steps.append(step)
            else:
                amount = row.unit_price if not layer.foreign else layer.converted(row.unit_price)
                if amount is None:
                    steps.append(layer.without_rate())
                    continue
                found.append((layer, amount))
                steps.append(layer.step_found(row, row.unit_price, row.tier))
        return steps, found

    def _choose(self, found: list[_Found], steps: list[Step]) -> _Found:
        """The layer that company policy lets win, and what the other steps say of that.

        Steps stand at their layer's place; those of layers with a price say `less_specific` until here.
        """
        lowest = self._policy == "best_of"
        best = min(found, key=_amount) if lowest else _first(found)
        layer, unit = best
        steps[layer.at] = steps[layer.at].saying("lowest" if lowest else "most_specific", won=True)
        for other, amount in found:
            if other is layer:
                continue
            if lowest:
                steps[other.at] = steps[other.at].saying("not_lowest")
            elif other.peers == layer.peers:
                steps[other.at] = steps[other.at].saying(_why_lost(other, amount, layer, unit))
        return best


def price(
    product_id: str,
    qty: int,
    discount_bp: int,
    *,
    segment: str,
    currency: str,
    day: str,
    facts: Facts,
    break_qty: int | None = None,
) -> Price | Unpriced:
    """The price of `qty` base units on `day`, or why there is none. For many lines make one `PriceBook` instead."""
    book = PriceBook(facts, segment=segment, currency=currency, day=day)
    return book.price(product_id, qty, discount_bp, break_qty=break_qty)


def _amount(one: _Found) -> int:
    return one[1]


def _first(found: Sequence[_Found]) -> _Found:
    """The most specific; of those that nothing but the price tells apart, the lowest."""
    best = found[0]
    for one in found:
        if one[0].tie != best[0].tie:
            break
        if one[1] < best[1]:
            best = one
    return best


def _list_unit(lists: Sequence[_Found]) -> int | None:
    """The base list's price: that of the least specific list that has one."""
    if not lists:
        return None
    last = lists[-1][0].peers
    return _first([one for one in lists if one[0].peers == last])[1]


def _before(unit: int, list_unit: int | None, off: int | None) -> Before:
    """What offers come on top of; `off` is the discount off the list that made the price. Without a list price the
    price itself is what percentages of the list are of."""
    if list_unit is None or unit == list_unit:
        return Before(unit, unit, 0)
    return Before(unit, list_unit, off)


def _rate_step(rate: ExchangeRate, before: int | None, after: int) -> Step:
    """From the layer's currency into the document's."""
    return Step(
        "rate", rate.id, "", True, "converted", before, after,
        since=rate.valid_from, currency=rate.from_currency, rate=rate.rate,
    )  # fmt: skip


def _why_lost(layer: Layer, amount: int, best: Layer, unit: int) -> str:
    """What told two layers of equal rank apart."""
    if layer.order[2] != best.order[2]:
        return "equal_rank_other_currency"
    if layer.tie != best.tie:
        return "equal_rank_older"
    return "equal_rank_dearer" if amount > unit else "equal_rank_same"
