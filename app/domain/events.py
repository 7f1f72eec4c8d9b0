"""Events: what a decision changes. `app.store.write_events` turns each into rows and is the only code that does."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.rejections import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """A quote line with its price. `unit_price` as agreed, `repriced` the decider's own price when it differs."""

    id: str
    line_no: int
    product_id: str
    qty: int
    discount_bp: int
    unit_price: int
    repriced: int | None
    extended: int
    trace: str  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRecorded:
    """A quote (this revision) stands in `state`. Replaces an earlier revision's rows."""

    quote_id: str
    number: str
    revision: int
    account_id: str
    ship_to_id: str
    territory_id: str
    rep_id: str
    state: str
    currency: str
    business_date: str
    po_number: str
    note: str
    list_total: int
    total: int
    findings: tuple[Finding, ...]
    op_id: str
    lines: tuple[PricedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    approval_id: str
    quote_id: str
    revision: int
    territory_id: str
    rep_id: str
    role: str
    code: str
    detail: str  # JSON
    asked_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalClosed:
    """A need was decided, or overtaken by a later revision (state 'superseded')."""

    approval_id: str
    state: str
    decided_by: str | None
    decided_on: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteMoved:
    quote_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    id: str
    line_no: int
    product_id: str
    lot_id: str | None
    qty: int
    allocated: int
    backordered: int
    unit_price: int
    extended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecorded:
    order_id: str
    number: str
    type: str  # stock | trunk_sale
    quote_id: str | None
    account_id: str
    ship_to_id: str
    territory_id: str
    rep_id: str
    state: str
    currency: str
    business_date: str
    po_number: str
    total: int
    op_id: str
    lines: tuple[OrderedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """Double entry: `qty` base units leave one place and arrive at the other."""

    movement_id: str
    kind: str
    product_id: str
    lot_id: str
    qty: int
    from_location: str
    to_location: str
    business_date: str
    document_id: str
    reason: str
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureGrew:
    """An account's open orders grew by `amount` minor units."""

    account_id: str
    territory_id: str
    rep_id: str | None
    amount: int
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLine:
    id: str
    product_id: str
    lot_id: str
    counted: int
    expected: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRecorded:
    count_id: str
    number: str
    location_id: str
    rep_id: str
    business_date: str
    signed_by: str
    op_id: str
    lines: tuple[CountedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """The office must look at this: a fact that the rules could not accept as it stands."""

    case_id: str
    territory_id: str | None
    rep_id: str
    op_id: str
    code: str
    findings: tuple[Finding, ...]
    opened_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatusSet:
    account_id: str
    status: str
    reason: str
    since: str


Event = (
    QuoteRecorded
    | ApprovalAsked
    | ApprovalClosed
    | QuoteMoved
    | OrderRecorded
    | StockMoved
    | ExposureGrew
    | CountRecorded
    | CaseOpened
    | AccountStatusSet
)
