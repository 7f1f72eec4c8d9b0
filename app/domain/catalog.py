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
    scope: str = "base"  # group | territory | base
    disabled_on: str | None = None  # from this day on no new price comes from it

    def valid_on(self, day: str) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement with an account, a ship-to, an IDN or a GPO. `promotions`: offers may come on top of its prices."""

    id: str
    number: str
    name: str
    holder_kind: str  # account | ship_to | idn | gpo
    holder_id: str
    currency: str
    valid_from: str
    valid_to: str | None
    promotions: bool


@dataclass(frozen=True, slots=True)
class ContractPrice:
    """One line of a contract, for a product or a class: a price (1/10,000) or a discount off the list (basis points),
    from `min_qty` base units on, for every member (tier '') or for those committed to the tier."""

    id: str
    contract_id: str
    product_id: str
    product_class: str
    tier: str
    min_qty: int
    unit_price: int | None
    discount_bp: int | None
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A letter of commitment (LOC): the member buys at a contract's tier from the day it counts.

    It counts from its first day or its signature, whichever is later; from its first day when `retroactive`.
    """

    id: str
    contract_id: str
    member_id: str
    tier: str
    signed_on: str | None
    retroactive: bool
    exclusive: bool  # the member may not buy on another group's contract meanwhile
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest unit price (1/10,000) that needs nobody's word; below it `role` says yes, or nobody may (`never`)."""

    id: str
    product_id: str
    currency: str
    unit_price: int
    below: str  # approval | never
    role: str
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """1/100,000,000 of `to_currency` for one `from_currency`, from a day on until a later one replaces it."""

    id: str
    from_currency: str
    to_currency: str
    rate: int
    valid_from: str


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax on what is shipped to a country or a state of it, by product class ('*' = any), in 1/1,000,000."""

    id: str
    name: str
    country: str
    state: str  # '' for the whole country
    product_class: str
    rate_ppm: int
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class TaxExemption:
    """A certificate that frees an account, or one ship-to of it, from a tax between two days."""

    id: str
    account_id: str
    ship_to_id: str  # '' for every ship-to
    country: str
    state: str  # '' for the whole country
    product_class: str
    certificate: str
    valid_from: str
    valid_to: str | None


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


@dataclass(frozen=True, slots=True)
class Promotion:
    """A special offer on one product, within a quantity band: percent off the list or the running price, an amount off,
    or a price of its own. Two offers are given together only where both stack."""

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
    amount_off: int = 0  # 1/10,000 of `currency`
    fixed_price: int | None = None  # 1/10,000 of `currency`
    currency: str = ""  # of the two above
    stacks: bool = False
