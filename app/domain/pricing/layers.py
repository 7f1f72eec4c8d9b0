"""The layers of a document, most specific first, each prepared for one customer, currency and day.

What does not depend on the product is settled once: whether a list or contract applies at all, the tiers, the rate.
Per product a layer only looks up its rows and chooses one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from app.domain.catalog import Contract, ContractPrice, ExchangeRate, ListPrice, PriceList
from app.domain.facts import Facts
from app.domain.money import divide, less_percent
from app.domain.pricing.contracts import Parties, Reason, Standing
from app.domain.pricing.steps import Step

RATE = 100_000_000  # an exchange rate of one

_CONTRACT_RANK = {"ship_to": 1, "account": 1, "idn": 2, "gpo": 3}
_LIST_RANK = 10  # lists come after all contracts, by their own rank


@dataclass(slots=True)
class Layer:
    """One list or contract. Two layers are of equal rank when `peers` is the same; `tie`: nothing but the price is
    left to tell them apart. `lost` is its step when it cannot apply, whatever the product."""

    rule: str
    ref: str
    name: str
    order: tuple[int, int, bool, str, str] = (0, 0, False, "", "")
    lost: Step | None = None
    foreign: str = ""  # its currency, where that is not the document's
    rate: ExchangeRate | None = None
    contract: bool = False
    promotions: bool = True
    standing: Standing | None = None
    rows: dict[str, list[ListPrice]] = field(default_factory=dict)
    terms: dict[str, list[ContractPrice]] = field(default_factory=dict)
    class_terms: dict[str, list[ContractPrice]] = field(default_factory=dict)
    peers: int = 0
    tie: int = 0
    at: int = 0  # its place among the layers, and of its step among theirs

    def converted(self, amount: int) -> int | None:
        """An amount of a foreign layer in the document's currency, rounded once; None without a rate that day."""
        return divide(amount * self.rate.rate, RATE) if self.rate else None

    def step_found(self, row: ListPrice | ContractPrice, amount: int, tier: str) -> Step:
        """The step of a row with a price, as long as a more specific layer may win. Named in the layer's currency."""
        return Step(
            self.rule,
            self.ref,
            self.name,
            False,
            "less_specific",
            None,
            amount,
            None,
            row.min_qty,
            row.valid_from,
            row.valid_to,
            tier,
            None,
            self.foreign,
        )

    def step_discounted(self, row: ContractPrice, list_unit: int) -> Step:
        """As `step_found`, of a row that takes a discount off the list price."""
        off = row.discount_bp or 0
        return Step(
            self.rule,
            self.ref,
            self.name,
            False,
            "less_specific",
            list_unit,
            less_percent(list_unit, off),
            off,
            row.min_qty,
            row.valid_from,
            row.valid_to,
            row.tier,
        )

    def without_rate(self) -> Step:
        """The step of a layer whose currency has no rate that day."""
        return self.step_lost(Reason("no_rate", detail=self.foreign))

    def step_lost(self, reason: Reason, qty: int | None = None) -> Step:
        """The step of a layer that has no price."""
        return Step(
            self.rule,
            self.ref,
            self.name,
            False,
            reason.why,
            None,
            None,
            None,
            qty,
            reason.since,
            reason.until,
            reason.detail,
        )


def prepared(facts: Facts, *, currency: str, day: str) -> list[Layer]:
    """The layers of all contracts and lists, most specific first, with their rows by product."""
    parties = Parties(facts, day)
    contracts = [_of_contract(one, facts, currency, day, parties) for one in facts.contracts]
    lists = [_of_list(one, facts, currency, day) for one in facts.lists]
    terms = {one.ref: one for one in contracts if one.lost is None}
    for term in facts.contract_prices:
        layer = terms.get(term.contract_id)
        if layer is not None and (term.unit_price is not None or term.discount_bp is not None):
            kept = layer.terms if term.product_id else layer.class_terms
            kept.setdefault(term.product_id or term.product_class, []).append(term)
    by_id = {one.ref: one for one in lists if one.lost is None}
    for row in facts.prices:
        layer = by_id.get(row.list_id)
        if layer is not None:
            layer.rows.setdefault(row.product_id, []).append(row)
    return _ordered([*contracts, *lists])


def _ordered(layers: Iterable[Layer]) -> list[Layer]:
    """By rank and party, those in the document's currency first, later ones before earlier ones, then by id."""
    found = sorted(layers, key=lambda one: one.order[4])
    found.sort(key=lambda one: one.order[3], reverse=True)
    found.sort(key=lambda one: one.order[:3])
    for before, layer in pairwise(found):
        layer.at = before.at + 1
        layer.peers = before.peers + (before.order[:2] != layer.order[:2])
        layer.tie = before.tie + (before.order[:4] != layer.order[:4])
    return found


def rate_into(facts: Facts, foreign: str, currency: str, day: str) -> ExchangeRate | None:
    """The newest rate from one currency into the other on the day; None where there is none."""
    return max(
        (
            one
            for one in facts.rates
            if one.from_currency == foreign and one.to_currency == currency and one.valid_from <= day
        ),
        key=lambda one: (one.valid_from, one.id),
        default=None,
    )


def _of_list(one: PriceList, facts: Facts, currency: str, day: str) -> Layer:
    foreign = "" if one.currency == currency else one.currency
    layer = Layer(
        "list",
        one.id,
        one.name,
        order=(_LIST_RANK + one.rank, 0, bool(foreign), one.valid_from, one.id),
        foreign=foreign,
        rate=rate_into(facts, foreign, currency, day) if foreign else None,
    )
    account = facts.account.value
    if one.scope == "group" and (account is None or account.price_list_id != one.id):
        layer.lost = layer.step_lost(Reason("other_group"))
    elif not one.valid_on(day):
        layer.lost = layer.step_lost(Reason("list_not_valid", one.valid_from, one.valid_to))
    elif one.disabled_on is not None and one.disabled_on <= day:
        layer.lost = layer.step_lost(Reason("list_disabled", one.disabled_on))
    return layer


def _of_contract(one: Contract, facts: Facts, currency: str, day: str, parties: Parties) -> Layer:
    foreign = "" if one.currency == currency else one.currency
    standing = parties.standing(one)
    layer = Layer(
        one.holder_kind,
        one.id,
        one.name,
        order=(_CONTRACT_RANK[one.holder_kind], standing.party, bool(foreign), one.valid_from, one.id),
        foreign=foreign,
        rate=rate_into(facts, foreign, currency, day) if foreign else None,
        contract=True,
        promotions=one.promotions,
        standing=standing,
    )
    if standing.lost is not None:
        layer.lost = layer.step_lost(standing.lost)
    return layer


def list_row(layer: Layer, product_id: str, qty: int, day: str) -> ListPrice | Step:
    """The row of a list for `qty` base units, or the step that says why there is none."""
    rows = layer.rows.get(product_id)
    if rows is None:
        return layer.step_lost(Reason("not_on_list"))
    best: ListPrice | None = None
    for row in rows:
        if (
            row.min_qty <= qty
            and row.valid_from <= day
            and (row.valid_to is None or day <= row.valid_to)
            and (best is None or _key(row) > _key(best))
        ):
            best = row
    return best or _why_no_row(layer, rows, day)


def _key(row: ListPrice) -> tuple[int, str, str]:
    return row.min_qty, row.valid_from, row.id


def contract_row(
    layer: Layer, product_id: str, product_class: str, qty: int, day: str
) -> ContractPrice | Step:
    """The row of a contract: one for the product before one for its class, a tier of the member's before everybody's,
    then the highest quantity reached."""
    standing = layer.standing
    tiers = standing.tiers if standing else {}
    own, general = layer.terms.get(product_id, ()), layer.class_terms.get(product_class, ())
    for rows in (own, general):
        best: ContractPrice | None = None
        best_key: tuple[int, int, str, str] | None = None
        for row in rows:
            if (
                row.min_qty <= qty
                and row.tier in tiers
                and row.valid_from <= day
                and (row.valid_to is None or day <= row.valid_to)
            ):
                key = (tiers[row.tier], row.min_qty, row.valid_from, row.id)
                if best_key is None or key > best_key:
                    best, best_key = row, key
        if best is not None:
            return best
    rows = [*own, *general]
    if not rows:
        return layer.step_lost(Reason("not_on_contract"))
    dated = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]
    if dated and not any(row.tier in tiers for row in dated):
        return layer.step_lost(_why_not_committed(standing, {row.tier for row in dated}))
    return _why_no_row(layer, [row for row in rows if row.tier in tiers] or rows, day)


def _why_no_row(layer: Layer, rows: Iterable[ListPrice | ContractPrice], day: str) -> Step:
    """Expired, to come, or too few: with the day or the quantity that is missing."""
    dated = [
        row.min_qty for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
    ]
    if dated:
        return layer.step_lost(Reason("quantity_below"), min(dated))
    coming = [row.valid_from for row in rows if row.valid_from > day]
    if coming:
        return layer.step_lost(Reason("not_yet_valid", min(coming)))
    return layer.step_lost(Reason("expired", None, max(row.valid_to or "" for row in rows)))


def _why_not_committed(standing: Standing | None, tiers: set[str]) -> Reason:
    """Of the tiers that have a price: why the member has none of them, the one nearest to counting."""
    waiting = standing.waiting if standing else {}
    known = [waiting[tier] for tier in sorted(tiers) if tier in waiting]
    order = ("loc_not_signed", "loc_not_started", "loc_expired")
    if known:
        return min(known, key=lambda one: (order.index(one.why), one.detail))
    return Reason("not_committed", detail=min(tiers))
