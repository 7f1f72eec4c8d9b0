"""Products, lots, price lists, promotions: what can be sold and for how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """A sellable item; quantities are in its base unit."""

    id: str
    sku: str
    name: str
    product_class: str
    tracking: str  # none | lot | serial
    rx: bool = False
    sell_from: str | None = None  # ISO date
    sell_until: str | None = None  # ISO date, last day

    def sellable_on(self, day: str) -> bool:
        """Whether the product is on sale on `day` (ISO date)."""
        return (self.sell_from or "") <= day and (self.sell_until is None or day <= self.sell_until)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot, or one serial number, of a product."""

    id: str
    product_id: str
    number: str
    serial: str
    expires: str | None  # ISO date
    recalled_on: str | None


@dataclass(frozen=True, slots=True)
class PriceList:
    """A dated list. `rank` orders the layers: lower is more specific and is asked first."""

    id: str
    name: str
    rank: int
    currency: str
    valid_from: str
    valid_to: str | None

    def valid_on(self, day: str) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ListPrice:
    """One price of one list: from `min_qty` base units on, between two days (both ends in)."""

    id: str
    list_id: str
    product_id: str
    min_qty: int
    unit_price: int  # 1/10,000
    valid_from: str
    valid_to: str | None

    def valid_on(self, day: str) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Promotion:
    """A special offer on one product: percent off, on the list or the running price, within a quantity band."""

    id: str
    name: str
    product_id: str
    audience: str  # store | individual | all
    basis: str  # list | running
    percent_bp: int
    min_qty: int
    max_qty: int | None
    valid_from: str
    valid_to: str

    def covers(self, segment: str, qty: int, day: str) -> bool:
        return (
            self.audience in ("all", segment)
            and self.min_qty <= qty
            and (self.max_qty is None or qty <= self.max_qty)
            and self.valid_from <= day <= self.valid_to
        )
