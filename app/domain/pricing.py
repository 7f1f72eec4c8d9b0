"""Price: one function that explains itself (DOMAIN.md §2).

Layers are asked most specific first; the first with a price for this quantity on this day wins, and every layer that
lost says why. Then the best promotion, then the rep's discount. The same trace is shown on the tablet, in the approval
and by the server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.domain.catalog import ListPrice, PriceList, Promotion
from app.domain.facts import Facts
from app.domain.money import extend, less_percent

RULE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation. Unit prices in 1/10,000; `why` is a code that screens put into words."""

    rule: str  # list | promotion | discount
    ref: str
    name: str
    won: bool
    why: str
    before: int | None
    after: int | None
    percent_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What one line costs and why. `list_unit` is the winning layer's price before promotions and discount."""

    unit: int
    list_unit: int
    extended: int
    list_extended: int
    currency: str
    steps: tuple[Step, ...]
    rule_version: str = RULE_VERSION

    def trace(self) -> str:
        """The steps as JSON, as stored with the line."""
        rows = [
            [s.rule, s.ref, s.name, int(s.won), s.why, s.before, s.after, s.percent_bp] for s in self.steps
        ]
        return json.dumps({"v": self.rule_version, "steps": rows}, ensure_ascii=False, separators=(",", ":"))


def read_trace(text: str) -> tuple[Step, ...]:
    """The steps of a stored trace."""
    rows = json.loads(text or '{"steps":[]}')["steps"]
    return tuple(Step(r[0], r[1], r[2], bool(r[3]), r[4], r[5], r[6], r[7]) for r in rows)


def price(
    product_id: str, qty: int, discount_bp: int, *, segment: str, currency: str, day: str, facts: Facts
) -> Price | None:
    """The price of `qty` base units on `day`; None when no layer has one."""
    steps: list[Step] = []
    base: ListPrice | None = None
    for price_list in sorted(facts.lists, key=lambda one: (one.rank, one.id)):
        row, why = _row_of(price_list, product_id, qty, currency, day, facts.prices)
        won = row is not None and base is None
        if row is not None and base is not None:
            why = "less_specific"
        steps.append(
            Step("list", price_list.id, price_list.name, won, why, None, row.unit_price if row else None)
        )
        if won:
            base = row
    if base is None:
        return None
    running, promoted = _promote(product_id, qty, segment, day, base.unit_price, steps, facts)
    steps.extend(promoted)
    if discount_bp:
        after = less_percent(running, discount_bp)
        steps.append(Step("discount", "", "", True, "given", running, after, discount_bp))
        running = after
    return Price(
        unit=running,
        list_unit=base.unit_price,
        extended=extend(running, qty, currency),
        list_extended=extend(base.unit_price, qty, currency),
        currency=currency,
        steps=tuple(steps),
    )


def _row_of(
    price_list: PriceList, product_id: str, qty: int, currency: str, day: str, prices: tuple[ListPrice, ...]
) -> tuple[ListPrice | None, str]:
    """The row of this list that applies, or None and the reason why none does."""
    if price_list.currency != currency:
        return None, "other_currency"
    if not price_list.valid_on(day):
        return None, "list_not_valid"
    rows = [p for p in prices if p.list_id == price_list.id and p.product_id == product_id]
    if not rows:
        return None, "not_on_list"
    dated = [p for p in rows if p.valid_on(day)]
    if not dated:
        return None, "expired" if all((p.valid_to or "9") < day for p in rows) else "not_yet_valid"
    enough = [p for p in dated if p.min_qty <= qty]
    if not enough:
        return None, "quantity_below"
    return max(enough, key=lambda p: (p.min_qty, p.valid_from, p.id)), "most_specific"


def _promote(
    product_id: str, qty: int, segment: str, day: str, running: int, steps: list[Step], facts: Facts
) -> tuple[int, list[Step]]:
    """The running price after the best promotion, and a step for each promotion that was looked at."""
    offers = sorted(
        (p for p in facts.promotions if p.product_id == product_id and p.percent_bp > 0),
        key=lambda p: (-p.percent_bp, p.id),
    )
    told: list[Step] = []
    best: Promotion | None = None
    list_price = next((s.after for s in reversed(steps) if s.after is not None), running)
    for offer in offers:
        if best is None and offer.covers(segment, qty, day):
            best = offer
            basis = list_price if offer.basis == "list" and list_price is not None else running
            after = max(0, running - (basis - less_percent(basis, offer.percent_bp)))
            told.append(
                Step("promotion", offer.id, offer.name, True, "best", running, after, offer.percent_bp)
            )
            running = after
        else:
            why = "not_best" if offer.covers(segment, qty, day) else _why_not(offer, segment, qty, day)
            told.append(Step("promotion", offer.id, offer.name, False, why, None, None, offer.percent_bp))
    return running, told


def _why_not(offer: Promotion, segment: str, qty: int, day: str) -> str:
    if offer.audience not in ("all", segment):
        return "other_audience"
    if not offer.valid_from <= day <= offer.valid_to:
        return "expired" if offer.valid_to < day else "not_yet_valid"
    return "quantity_below" if qty < offer.min_qty else "quantity_above"
