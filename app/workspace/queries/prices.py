"""Prices of many products at once, by the rules' own function, for an account or for nobody in particular."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.domain.catalog import ListPrice, Promotion
from app.domain.facts import HELD, Facts
from app.domain.pricing import Price, price
from app.store.read_facts import read_pricing
from app.workspace.reach import DeviceReach
from app.workspace.rows.catalogue import Break


@dataclass(frozen=True, slots=True)
class Prices:
    """The facts for some products, and the terms: `segment` of the account, `currency`, `day` (ISO)."""

    facts: Facts
    by_product: Mapping[str, Facts]
    segment: str
    currency: str
    day: str

    @property
    def here(self) -> bool:
        """Whether every list that can apply is on this device."""
        return self.facts.prices_status == HELD

    def of(self, product_id: str, qty: int = 1) -> Price | None:
        """The price of `qty` base units; None when there is none."""
        facts = self.by_product.get(product_id)
        if facts is None or not self.currency:
            return None
        return price(
            product_id, qty, 0, segment=self.segment, currency=self.currency, day=self.day, facts=facts
        )

    def breaks(self, product_id: str) -> tuple[Break, ...]:
        """Every quantity from which the unit price is another, smallest first; the first is 1."""
        facts = self.by_product.get(product_id)
        if facts is None:
            return ()
        starts = {1, *(p.min_qty for p in facts.prices), *(p.min_qty for p in facts.promotions)}
        starts |= {p.max_qty + 1 for p in facts.promotions if p.max_qty is not None}
        found: list[Break] = []
        for qty in sorted(start for start in starts if start >= 1):
            one = self.of(product_id, qty)
            if one is not None and (not found or found[-1].price.unit != one.unit):
                found.append(Break(qty, one))
        return tuple(found)


def read_prices(
    connection: Connection, account_id: str, product_ids: Iterable[str], day: str, *, reach: DeviceReach
) -> Prices:
    """The prices of these products on `day` for the account; '' asks for the base list, which is everybody's."""
    wanted = sorted(set(product_ids))
    facts = read_pricing(connection, account_id, wanted, reach=reach)
    account = facts.account.value
    layers = sorted(facts.lists, key=lambda one: (one.rank, one.id))
    return Prices(
        facts=facts,
        by_product=_split(facts, wanted),
        segment=account.segment if account else "",
        currency=account.currency if account else layers[0].currency if layers else "",
        day=day,
    )


def _split(facts: Facts, product_ids: Iterable[str]) -> dict[str, Facts]:
    """The facts of each product by itself, so that pricing one never walks through the prices of all."""
    prices: dict[str, list[ListPrice]] = {}
    offers: dict[str, list[Promotion]] = {}
    for row in facts.prices:
        prices.setdefault(row.product_id, []).append(row)
    for offer in facts.promotions:
        offers.setdefault(offer.product_id, []).append(offer)
    return {
        one: replace(facts, prices=tuple(prices.get(one, ())), promotions=tuple(offers.get(one, ())))
        for one in product_ids
    }
