"""People and customers."""

from __future__ import annotations

from dataclasses import dataclass

REP, MANAGER, DIRECTOR = "rep", "manager", "director"
OPERATIONS, FINANCE, ADMIN = "operations", "finance", "admin"
ROLES = (REP, MANAGER, DIRECTOR, OPERATIONS, FINANCE, ADMIN)


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user: `territories` are ids, or ("*",) for all."""

    id: str
    role: str
    territories: tuple[str, ...]
    code: str = ""

    def covers(self, territory_id: str) -> bool:
        return "*" in self.territories or territory_id in self.territories


@dataclass(frozen=True, slots=True)
class Account:
    """The customer that orders (sold-to). Amounts in minor units of its currency."""

    id: str
    number: str
    name: str
    segment: str  # store | individual
    status: str  # active | on_hold | closed
    status_reason: str
    status_since: str | None
    territory_id: str
    rep_id: str | None
    price_list_id: str | None
    currency: str
    po_required: bool
    credit_limit: int | None
    min_order: int | None = None
    min_shelf_days: int = 0  # days a lot must still last when it is shipped here
    assortment: str = "open"  # open: all but what is forbidden | listed: only what is allowed


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Where goods go; taxes and licences are judged by it. `country` ISO 3166-1, `state` as the rates spell it."""

    id: str
    country: str
    state: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A line of a roster: `member_id` (an account or a ship-to) belongs to a group, between two days, both ends in."""

    group_id: str
    group_kind: str  # idn | gpo
    group_name: str
    member_id: str
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """What an account owes or will: open orders and unpaid invoices in minor units, as of an ISO date."""

    open_orders: int
    unpaid: int = 0
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    """Permission of a ship-to to receive a class of product ('*' = any), per state ('' = everywhere)."""

    id: str
    ship_to_id: str
    product_class: str
    state: str
    number: str
    valid_from: str
    expires: str | None  # ISO date, last day
    verified_on: str


@dataclass(frozen=True, slots=True)
class AssortmentLine:
    """A product, or a class of products, that an account may or may not buy between two days."""

    id: str
    product_id: str  # '' when it is for a class
    product_class: str
    allowed: bool
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Delegation:
    """`from_user` lets `to_user` decide in their place between two days, both ends in."""

    id: str
    from_user: str
    to_user: str
    role: str
    territories: tuple[str, ...]
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stock location and who answers for it."""

    id: str
    kind: str  # dc | hub | trunk | consignment | reserved | virtual
    custodian: str | None
    territory_id: str | None = None
    ship_to_id: str | None = None  # of a consignment place: the customer's address where it is
    holder: str | None = None  # of a trunk: the device that may lower it; '' given up, None never leased
    holder_name: str = ""  # as people call that device


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """A tablet, as the office's command names it."""

    id: str
    user_id: str
    name: str
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Goods of a trunk that the office wants: a claim until the device that holds the trunk lowers it (SYNC.md §6).

    `qty` and `answered` are base units of the lot. Closed with `answer`: why fewer came, or why it was withdrawn.
    """

    id: str
    location_id: str
    territory_id: str | None
    rep_id: str  # the trunk's custodian when the claim was made
    product_id: str
    lot_id: str
    qty: int
    answered: int
    kind: str  # recall (set aside where it is) | return (sent to `to_location`)
    to_location: str
    reason: str
    state: str  # open | answered | withdrawn
    opened_on: str
    closed_on: str | None
    answer: str = ""


RECALL, RETURN = "recall", "return"
CLAIM_OPEN, CLAIM_ANSWERED, CLAIM_WITHDRAWN = "open", "answered", "withdrawn"

TRUNK = "trunk"  # the kind of place that a rep carries along
WAREHOUSE = "dc"  # the kind of place that orders are served from
ALLOTMENT = "allotment"  # the kind of place that holds warehouse goods a rep may promise without asking
LEASED = (TRUNK, ALLOTMENT)  # lowered by the one device that holds them
COMPANY = "company"  # the owner of our own goods

# Places that are book-keeping counterparts: the other end of goods that come, go, or are on their way.
SUPPLIER, CUSTOMER, ADJUSTMENT = "v:supplier", "v:customer", "v:adjustment"
IN_TRANSIT, SCRAP, QUARANTINE, SAMPLES, LOANED = (
    "v:transit",
    "v:scrap",
    "v:quarantine",
    "v:samples",
    "v:loaned",
)


_ALLOTTED = ":allot:"


def allotted_place(warehouse_id: str, user_id: str) -> str:
    """The place of the warehouse's goods that are kept for the orders of one rep."""
    return f"{warehouse_id}{_ALLOTTED}{user_id}"


def warehouse_of(location_id: str) -> str:
    """The warehouse that an allotment was taken from; every other place is its own."""
    return location_id.partition(_ALLOTTED)[0]


def reserved_place(location_id: str) -> str:
    """The counterpart of a warehouse that holds what is reserved there, out of its free goods or an allotment."""
    return f"{warehouse_of(location_id)}:reserved"
