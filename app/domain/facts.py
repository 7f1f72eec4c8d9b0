"""Facts: everything a rule may look at, read by `app.store.read_facts`. A rule looks at nothing else.

Each single fact is *held*, *absent* (we hold the place where it would be, and it is not there) or *not here* (this
device does not hold that place). Not here never means zero: it gives the finding `fact_missing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.domain.catalog import (
    Commitment,
    Contract,
    ContractPrice,
    ExchangeRate,
    Floor,
    ListPrice,
    Lot,
    PriceList,
    Product,
    Promotion,
    TaxExemption,
    TaxRate,
)
from app.domain.parties import (
    COMPANY,
    Account,
    AssortmentLine,
    Claim,
    Delegation,
    DeviceFact,
    Exposure,
    Licence,
    Membership,
    Person,
    Place,
    ShipTo,
)

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
    """Base units of one lot in one place, with the lot's expiry and recall for FEFO, and whose goods they are."""

    location_id: str
    product_id: str
    lot_id: str
    qty: int
    expires: str | None = None
    recalled_on: str | None = None
    owner: str = COMPANY


@dataclass(frozen=True, slots=True)
class Allotment:
    """A place that keeps goods for a rep, with what it has of the products in question."""

    place: Place
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    id: str
    quote_id: str
    revision: int
    role: str
    code: str
    state: str
    level: int = 1
    due_on: str | None = None  # after this ISO date `escalate_to` may decide as well
    escalate_to: str = ""
    asked_on: str = ""  # ISO date: nobody decides before it


@dataclass(frozen=True, slots=True)
class QuoteLineFact:
    id: str
    line_no: int
    product_id: str
    qty: int
    unit_price: int
    extended: int
    tax: int = 0
    trace: str = ""
    discount_bp: int = 0


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
    tax_total: int = 0
    valid_until: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLineFact:
    id: str
    line_no: int
    product_id: str
    lot_id: str | None
    qty: int
    allocated: int
    backordered: int
    returned: int
    unit_price: int | None
    extended: int | None
    tax: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """Base units of one lot that are reserved for the document in a warehouse's reserved place."""

    location_id: str  # the warehouse
    product_id: str
    lot_id: str
    qty: int


@dataclass(frozen=True, slots=True)
class OrderFact:
    id: str
    number: str
    type: str
    quote_id: str | None
    account_id: str
    ship_to_id: str | None
    territory_id: str
    rep_id: str | None
    state: str
    currency: str
    business_date: str
    po_number: str
    total: int
    tax_total: int
    lines: tuple[OrderLineFact, ...]
    reservations: tuple[Reservation, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferLineFact:
    id: str
    product_id: str
    lot_id: str
    asked: int
    sent: int
    received: int
    owner: str = COMPANY


@dataclass(frozen=True, slots=True)
class TransferFact:
    id: str
    number: str
    state: str
    from_location: str
    to_location: str
    giver: str
    taker: str
    business_date: str
    reason: str
    lines: tuple[TransferLineFact, ...]


@dataclass(frozen=True, slots=True)
class EnvelopeFact:
    """Authority granted in advance, as granted (`body`), as drawn, and whether the server's signature holds."""

    id: str
    holder: str
    granted_by: str
    body: str
    signed: bool
    used_amount: int
    used_count: int
    revoked_on: str | None


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A case of the office; `rep_id` sent the fact that opened it."""

    id: str
    territory_id: str | None
    rep_id: str
    state: str  # open | resolved
    resolved_by: str


@dataclass(frozen=True, slots=True)
class DraftRevisionFact:
    id: str
    draft_id: str
    number: int
    state: str  # head | sibling | past
    body: str


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A document being written, with all revisions that are kept."""

    id: str
    owner_id: str
    kind: str
    number: str
    head: str
    state: str  # open | closed
    revisions: tuple[DraftRevisionFact, ...]


@dataclass(frozen=True, slots=True)
class ApprovalLevel:
    """A role that must say yes when the figure of the finding is over `over` (basis points, minor units or units)."""

    role: str
    over: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """Who decides on a finding of `code`; after `escalate_after_days` without a decision `escalate_to` may as well."""

    code: str
    levels: tuple[ApprovalLevel, ...]
    escalate_after_days: int | None = None
    escalate_to: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Company policy. Limits in basis points by role and product class ('*' = any class).

    `price_policy`: most_specific | best_of | contract_fixed. `contract_party`: whose contracts count, sold_to |
    ship_to | both. `severities`: finding code -> ok | warn | approval | blocks. `freshness`: prices | credit | licence
    -> (days until a warning, days until approval). `licence_classes`: classes that only a licensed ship-to may get.
    """

    discount_limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    price_honour_days: int = 14
    back_dating_days: int = 30
    price_policy: str = "most_specific"
    contract_party: str = "sold_to"
    severities: Mapping[str, str] = field(default_factory=dict)
    freshness: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    licence_classes: tuple[str, ...] = ()
    quote_valid_days: int = 30
    approval_rules: tuple[ApprovalRule, ...] = ()
    variance_limit: int | None = None  # base units; a larger variance asks for a second count and approval
    offline_limit: int | None = None  # minor units of one trunk sale without the server's word

    def discount_limit(self, role: str, product_class: str) -> int:
        limits = self.discount_limits.get(role, {})
        return limits.get(product_class, limits.get("*", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known for one command. Mappings are keyed by the ids the command names."""

    actor: Known[Person]
    policy: Policy = field(default_factory=Policy)
    received_on: str | None = None  # the server's date of receipt; None on a tablet
    synced_on: str | None = None  # a tablet's last contact with the server (ISO date); None on the server
    account: Known[Account] = Known(NOT_HERE)
    ship_to: Known[ShipTo] = Known(NOT_HERE)  # an address that belongs to the account
    exposure: Known[Exposure] = Known(NOT_HERE)
    licences: Known[tuple[Licence, ...]] = Known(NOT_HERE)  # of the ship-to
    assortment: tuple[AssortmentLine, ...] = ()  # of the account
    products: Mapping[str, Known[Product]] = field(default_factory=dict)
    lots: Mapping[str, Known[Lot]] = field(default_factory=dict)
    # -- prices
    lists: tuple[PriceList, ...] = ()
    prices: tuple[ListPrice, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    contracts: tuple[Contract, ...] = ()  # that name the account, its ship-to or one of its groups
    contract_prices: tuple[ContractPrice, ...] = ()
    memberships: tuple[Membership, ...] = ()  # of the account and its ship-to
    commitments: tuple[Commitment, ...] = ()
    rates: tuple[ExchangeRate, ...] = ()  # into the account's currency
    prices_status: str = NOT_HERE  # held when every list and contract that can apply is on this device
    floors: Known[tuple[Floor, ...]] = Known(NOT_HERE)  # only some roles hold them
    tax_rates: tuple[TaxRate, ...] = ()  # of the ship-to's country
    tax_exemptions: tuple[TaxExemption, ...] = ()  # of the account
    # -- documents
    quote: Known[QuoteFact] = Known(NOT_HERE)
    order: Known[OrderFact] = Known(NOT_HERE)
    transfer: Known[TransferFact] = Known(NOT_HERE)
    envelope: Known[EnvelopeFact] = Known(NOT_HERE)
    case: Known[CaseFact] = Known(NOT_HERE)
    draft: Known[DraftFact] = Known(NOT_HERE)
    claim: Known[Claim] = Known(NOT_HERE)
    drawn: int = 0  # what the document has drawn from that envelope with its earlier revisions (minor units)
    delegations: tuple[Delegation, ...] = ()  # to the actor
    delegate: Known[Person] = Known(NOT_HERE)  # the user a command hands authority to
    document_exists: bool = False  # the id the command brings for its document is taken
    # -- stock
    device: str = ""  # whose op it is; '' for a command given on the server itself
    device_name: str = ""  # read where the place has no holder yet
    lease: Known[DeviceFact] = Known(NOT_HERE)  # the device that the office gives a trunk to
    place: Known[Place] = Known(NOT_HERE)
    other_place: Known[Place] = Known(NOT_HERE)  # where a transfer comes from or goes to
    allotments: tuple[Allotment, ...] = ()  # of the quote's rep
    balances: tuple[Balance, ...] = ()  # of `place`, for the products the command names
    # (product, lot) -> what the place has lent, or put aside, and not had back
    outside: Mapping[tuple[str, str], int] = field(default_factory=dict)
    expected: Mapping[tuple[str, str], int] = field(
        default_factory=dict
    )  # (product, lot) -> the count's expectation
    warehouse: Known[tuple[Balance, ...]] = Known(
        NOT_HERE
    )  # stock that may be reserved; only the server holds it
