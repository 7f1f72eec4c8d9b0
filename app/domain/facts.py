"""Facts: everything a rule may look at, read by `app.store.read_facts`. A rule looks at nothing else.

Each single fact is *held*, *absent* (we hold the place where it would be, and it is not there) or *not here* (this
device does not hold that place). Not here never means zero: it gives the finding `fact_missing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.domain.catalog import ListPrice, Lot, PriceList, Product, Promotion
from app.domain.parties import Account, Person, Place

T = TypeVar("T")

HELD, ABSENT, NOT_HERE = "held", "absent", "not_here"


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A fact and how well it is known."""

    status: str
    value: T | None = None

    @classmethod
    def held(cls, value: T) -> Known[T]:
        return cls(HELD, value)


@dataclass(frozen=True, slots=True)
class Balance:
    """Base units of one lot in one place, with the lot's expiry for FEFO."""

    location_id: str
    product_id: str
    lot_id: str
    qty: int
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    id: str
    quote_id: str
    revision: int
    role: str
    code: str
    state: str


@dataclass(frozen=True, slots=True)
class QuoteLineFact:
    id: str
    line_no: int
    product_id: str
    qty: int
    unit_price: int
    extended: int


@dataclass(frozen=True, slots=True)
class QuoteFact:
    id: str
    number: str
    revision: int
    account_id: str
    ship_to_id: str
    territory_id: str
    rep_id: str
    state: str
    currency: str
    po_number: str
    total: int
    lines: tuple[QuoteLineFact, ...]
    approvals: tuple[ApprovalFact, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Company policy. Limits in basis points by role and product class ('*' = any class)."""

    discount_limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    price_honour_days: int = 14
    back_dating_days: int = 30

    def discount_limit(self, role: str, product_class: str) -> int:
        limits = self.discount_limits.get(role, {})
        return limits.get(product_class, limits.get("*", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known for one command. Mappings are keyed by the ids the command names."""

    actor: Known[Person]
    policy: Policy = field(default_factory=Policy)
    received_on: str | None = None  # the server's date of receipt; None on a tablet
    account: Known[Account] = Known(NOT_HERE)
    ship_to: Known[str] = Known(NOT_HERE)  # an address id that belongs to the account
    open_orders: Known[int] = Known(NOT_HERE)  # exposure, minor units
    products: Mapping[str, Known[Product]] = field(default_factory=dict)
    lots: Mapping[str, Known[Lot]] = field(default_factory=dict)
    lists: tuple[PriceList, ...] = ()
    prices: tuple[ListPrice, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    prices_status: str = NOT_HERE  # held when every list that can apply is on this device
    quote: Known[QuoteFact] = Known(NOT_HERE)
    document_exists: bool = False  # the id the command brings for its document is taken
    place: Known[Place] = Known(NOT_HERE)
    balances: tuple[Balance, ...] = ()  # of `place`, for the lots the command names
    warehouse: Known[tuple[Balance, ...]] = Known(
        NOT_HERE
    )  # stock that may be reserved; only the server holds it
