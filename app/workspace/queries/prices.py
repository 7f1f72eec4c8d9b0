"""Prices of many products at once, by the rules' own function, for an account or for nobody in particular."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.facts import HELD, Facts
from app.domain.pricing import CONTRACT_RULES, Price, PriceBook, Step, Unpriced
from app.store.read_facts import read_pricing
from app.workspace.reach import DeviceReach
from app.workspace.rows.catalogue import Break


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of some products: `book` is None where no currency is known, `starts` are the quantities of each
    product from which its price may be another, smallest first."""

    facts: Facts
    book: PriceBook | None
    starts: Mapping[str, tuple[int, ...]]
    currency: str

    @property
    def here(self) -> bool:
        """Whether every list that can apply is on this device."""
        return self.facts.prices_status == HELD

    def ask(self, product_id: str, qty: int = 1) -> Price | Unpriced | None:
        """The price of `qty` base units, or why there is none; None for a product that was not asked for."""
        if self.book is None or product_id not in self.starts:
            return None
        return self.book.price(product_id, qty, 0)

    def of(self, product_id: str, qty: int = 1) -> Price | None:
        """The price of `qty` base units; None when there is none."""
        found = self.ask(product_id, qty)
        return found if isinstance(found, Price) else None

    def breaks(self, product_id: str) -> tuple[Break, ...]:
        """Every quantity from which the unit price is another, smallest first; the first is 1."""
        found: list[Break] = []
        for qty in self.starts.get(product_id, ()):
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
    segment = account.segment if account else ""
    currency = account.currency if account else layers[0].currency if layers else ""
    book = PriceBook(facts, segment=segment, currency=currency, day=day) if currency else None
    return Prices(facts=facts, book=book, starts=_starts(facts, wanted), currency=currency)


def contract_of(price: Price) -> Step | None:
    """The step of the contract that made the price; None where a list did."""
    return next((step for step in price.steps if step.won and step.rule in CONTRACT_RULES), None)


def _starts(facts: Facts, product_ids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Where the price of each product may change: at breaks of lists and contracts, at the ends of offers' bands."""
    found = {one: {1} for one in product_ids}
    of_class: dict[str, set[int]] = {}
    for term in facts.contract_prices:
        if term.product_id in found:
            found[term.product_id].add(term.min_qty)
        elif not term.product_id:
            of_class.setdefault(term.product_class, set()).add(term.min_qty)
    for row in facts.prices:
        if row.product_id in found:
            found[row.product_id].add(row.min_qty)
    for offer in facts.promotions:
        if offer.product_id in found:
            found[offer.product_id].add(offer.min_qty)
            if offer.max_qty is not None:
                found[offer.product_id].add(offer.max_qty + 1)
    for product_id, known in facts.products.items():
        if known.value is not None and product_id in found:
            found[product_id] |= of_class.get(known.value.product_class, set())
    return {one: tuple(sorted(qty for qty in at if qty >= 1)) for one, at in found.items()}
