"""Events: what a decision changes. `app.store.write_events` turns each into rows and is the only code that does."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.office_events import (
    AccountStatusSet as AccountStatusSet,
    AllotmentOpened as AllotmentOpened,
    CaseOpened as CaseOpened,
    CaseResolved as CaseResolved,
    ClaimRecorded as ClaimRecorded,
    CustodyMoved as CustodyMoved,
    DelegationRecorded as DelegationRecorded,
    DraftRevised as DraftRevised,
    DraftRevisionDropped as DraftRevisionDropped,
    DraftRevisionMoved as DraftRevisionMoved,
    DraftSaved as DraftSaved,
    EnvelopeDrawn as EnvelopeDrawn,
    EnvelopeGranted as EnvelopeGranted,
    EnvelopeRevoked as EnvelopeRevoked,
)
from app.domain.parties import COMPANY
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
    trace: str  # JSON, as shown
    repriced_trace: str = ""  # JSON, the decider's own where its price differs
    tax: int = 0


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
    tax_total: int = 0
    valid_until: str | None = None
    envelope_id: str | None = None


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
    level: int = 1
    due_on: str | None = None
    escalate_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalClosed:
    """A need was decided, or overtaken by a later revision (state 'superseded'). `counter` is JSON, '' without."""

    approval_id: str
    state: str
    decided_by: str | None
    decided_on: str
    comment: str
    counter: str = ""


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
    tax: int = 0
    trace: str = ""
    returned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecorded:
    order_id: str
    number: str
    type: str  # stock | trunk_sale | bill_only | return
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
    tax_total: int = 0
    case_ref: str = ""  # the customer's own reference of the case that goods were used at


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMoved:
    order_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAllocated:
    """How much of an order line is reserved or issued, and how much waits (base units)."""

    order_line_id: str
    allocated: int
    backordered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReturned:
    """How much of an order line has come back, in all (base units)."""

    order_line_id: str
    returned: int


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
    owner: str = COMPANY


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureGrew:
    """An account's open orders grew by `amount` minor units, its unpaid invoices by `unpaid`; either may shrink."""

    account_id: str
    territory_id: str
    rep_id: str | None
    amount: int
    as_of: str
    unpaid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLine:
    id: str
    product_id: str
    lot_id: str
    counted: int
    expected: int
    reason: str
    claimed: int = 0  # what the device said its books held


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
class TransferLine:
    """Base units asked for, sent and received so far of one lot ('' while it is only asked for). What was sent and not
    received is in transit; what the giver took back counts as received."""

    id: str
    product_id: str
    lot_id: str
    asked: int
    sent: int
    received: int
    owner: str = COMPANY


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRecorded:
    """A transfer stands in `state` with these lines. Replaces its rows of before."""

    transfer_id: str
    number: str
    state: str
    from_location: str
    to_location: str
    giver: str
    taker: str
    business_date: str
    reason: str
    op_id: str
    lines: tuple[TransferLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSigned:
    """A customer signed a document. `rep_id` is the document's, `signed_by` who held the pad."""

    signature_id: str
    document: str  # quote | order
    document_id: str
    revision: int
    account_id: str
    territory_id: str
    rep_id: str | None
    signer: str
    meaning: str  # accepts | received
    signed_at: str  # with its offset from UTC, as the device says
    strokes: str  # app.domain.strokes; '' when the name was typed only
    digest: str  # of what was shown (app.domain.signing)
    signed_by: str
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecorded:
    """Somebody was at a customer's. `territory_id` and `rep_id` are the account's."""

    visit_id: str
    account_id: str
    territory_id: str
    rep_id: str | None
    visited_by: str
    day: str
    note: str
    next_on: str  # ISO date of the next visit, '' for none
    op_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FavouriteMarked:
    """A product is among a user's favourites from now on, or no more."""

    user_id: str
    product_id: str
    favourite: bool
    marked_on: str
    op_id: str


Event = (
    QuoteRecorded
    | ApprovalAsked
    | ApprovalClosed
    | QuoteMoved
    | OrderRecorded
    | OrderMoved
    | LineAllocated
    | LineReturned
    | StockMoved
    | ExposureGrew
    | CountRecorded
    | TransferRecorded
    | CaseOpened
    | AccountStatusSet
    | DelegationRecorded
    | EnvelopeGranted
    | EnvelopeDrawn
    | EnvelopeRevoked
    | CaseResolved
    | DraftSaved
    | DraftRevised
    | DraftRevisionMoved
    | DraftRevisionDropped
    | CustodyMoved
    | ClaimRecorded
    | AllotmentOpened
    | DocumentSigned
    | VisitRecorded
    | FavouriteMarked
)
