"""What the screens of quotes and orders read. Amounts in minor units, unit prices in 1/10,000, days in ISO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.commands import Command, CounterLine
from app.domain.rejections import Finding
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.signatures import Signature

DRAFT, QUOTE, ORDER, OP = "draft", "quote", "order", "op"

# How far the op that made a document has come. `refused` is a guess that no longer holds: the server will decide.
WAITING, SENT, CONFIRMED, REFUSED = "waiting", "sent", "confirmed", "refused"

ALL, DRAFTS, WAITS, PENDING, APPROVED, ORDERS, NEEDS_YOU = (
    "all",
    "drafts",
    "waiting",
    "pending",
    "approved",
    "orders",
    "needs_you",
)
FILTERS = (ALL, DRAFTS, WAITS, PENDING, APPROVED, ORDERS, NEEDS_YOU)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One line of the list. `kind` says what `id` is: a draft, a quote, an order, or an op that needs the person.
    `total` is with tax, but for an op, whose tax nobody has judged."""

    kind: str
    id: str
    number: str
    revision: int
    account_id: str
    account: str
    account_number: str
    state: str  # lifecycle state; for an op its outcome: rejected | parked | guess_refused
    order_type: str  # stock | trunk_sale | history; '' for quotes
    command: str  # of an op
    sending: str
    currency: str
    total: int | None
    published_total: str | None
    day: str
    lines: int
    po_number: str
    rep: str  # name of the author when it is somebody else


@dataclass(frozen=True, slots=True)
class DocumentList:
    """The first of the documents asked for, newest first, and how many there are of each filter."""

    rows: tuple[DocumentRow, ...]
    more: bool  # there are older ones that were not read
    counts: Mapping[str, int]
    leftover: tuple[str, ...]  # drafts whose op is saved: to be deleted, not shown


@dataclass(frozen=True, slots=True)
class QuoteLineRow:
    """A line of a submitted quote with the trace as it was shown. `repriced` is the server's own price when another."""

    line_no: int
    product_id: str
    sku: str
    name: str
    unit: str
    qty: int
    discount_bp: int
    unit_price: int
    repriced: int | None
    extended: int
    trace: str  # JSON
    repriced_trace: str = ""  # JSON: the server's own steps
    tax: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One need and its decision. `decided_by` is a name, `counter` the lines of a counter-offer."""

    id: str
    revision: int
    role: str
    code: str
    state: str
    asked_on: str
    decided_by: str
    decided_on: str | None
    comment: str
    counter: tuple[CounterLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRef:
    id: str
    number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteCard:
    """A submitted quote with everything that is known of it."""

    id: str
    number: str
    revision: int
    account_id: str
    account: str
    account_number: str
    ship_to: str
    ship_to_id: str
    rep_id: str
    rep: str
    mine: bool
    state: str
    sending: str
    currency: str
    day: str
    po_number: str
    note: str
    list_total: int
    total: int
    findings: tuple[Finding, ...]
    lines: tuple[QuoteLineRow, ...]
    approvals: tuple[ApprovalRow, ...]
    orders: tuple[OrderRef, ...]
    tax_total: int = 0
    valid_until: str | None = None  # last day an order may be placed on it
    envelope_id: str = ""
    signature: Signature | None = None  # the latest on this revision


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line of an order; what an imported order published is exact decimal text."""

    line_no: int
    product_id: str
    sku: str
    name: str
    lot: str
    qty: int
    allocated: int
    backordered: int
    unit_price: int | None
    extended: int | None
    published_unit_price: str | None
    published_line_total: str | None
    id: str = ""
    returned: int = 0
    lot_id: str = ""


@dataclass(frozen=True, slots=True)
class LotRow:
    """So many base units of a lot ('' = untracked) of a product."""

    product_id: str
    lot_id: str
    lot_number: str
    expires: str | None
    qty: int


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    shipped_on: str
    method: str
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """An order with its allocation and shipments. `findings` are those of the op that made it, `reserved` the lots put
    aside for it. What may come back of it is of a lot that was `handed_over`, or of `lots` where that is not known;
    it goes into `trunk_id`, the person's own trunk ('' without one)."""

    id: str
    number: str
    type: str
    account_id: str
    account: str
    account_number: str
    ship_to: str
    rep: str
    state: str
    sending: str
    currency: str
    day: str
    due: str | None
    po_number: str
    total: int | None
    published_sub_total: str | None
    published_tax: str | None
    published_freight: str | None
    published_total: str | None
    quote_id: str
    quote_number: str
    findings: tuple[Finding, ...]
    lines: tuple[OrderLineRow, ...]
    shipments: tuple[ShipmentRow, ...]
    mine: bool = False
    tax_total: int = 0
    case_ref: str = ""  # of goods used at a case
    reserved: tuple[LotRow, ...] = ()
    handed_over: tuple[LotRow, ...] = ()
    lots: tuple[LotRow, ...] = ()
    trunk_id: str = ""
    signature: Signature | None = None  # the latest


@dataclass(frozen=True, slots=True)
class OpCard:
    """An op of the outbox: what was meant, what became of it, and for a quote its content as it can be written on."""

    op_id: str
    command: Command
    number: str
    account_id: str
    account: str
    currency: str
    total: int | None
    outcome: str  # waiting | sent | guess_refused | applied | … | rejected | parked
    saved_at: str
    dismissed: bool
    findings: tuple[Finding, ...]
    content: QuoteDraft | None  # of a SubmitQuote; its id is the op's own
    names: dict[str, str]  # product id -> name, for the content's lines
