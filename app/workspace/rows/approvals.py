"""Approvals as read: the queue, one of them with its quote, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.commands import CounterLine
from app.domain.rejections import Finding


@dataclass(frozen=True, slots=True)
class NeedLine:
    """What a need says about one line or document: the finding's subject and parameters, as text."""

    subject: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A pending approval that this person may decide."""

    approval_id: str
    quote_id: str
    number: str
    revision: int
    role: str
    code: str
    need: tuple[NeedLine, ...]
    asked_on: str
    account: str
    account_id: str
    rep: str
    currency: str
    list_total: int
    total: int
    level: int = 1
    due_on: str | None = None  # the last day that it is for the asked role alone
    in_place_of: str = ""  # the name of whom this person stands in for; '' = decides in their own right


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """An approval that is not open any more, and how this device's own decision on it stands ('' = another's)."""

    approval_id: str
    quote_id: str
    number: str
    revision: int
    code: str
    state: str
    account: str
    currency: str
    total: int
    decided_by: str  # name, '' when a newer revision took its place
    decided_on: str
    comment: str
    op_pushed: bool | None  # None = not decided on this device
    op_result: str | None


@dataclass(frozen=True, slots=True)
class UnusedDecision:
    """A decision made here that did not count: the server (or a newer revision) was faster. `findings` say why."""

    op_id: str
    approval_id: str
    number: str
    account: str
    approve: bool
    settled: bool  # False: the rules here already say no, the server has not answered yet
    saved_at: str
    findings: tuple[Finding, ...]
    countered: bool = False  # a no that came with a counter-offer


@dataclass(frozen=True, slots=True)
class ApprovalQueue:
    """The approvals page as one snapshot: open ones oldest first, decided ones newest first."""

    waiting: tuple[QueueRow, ...]
    decided: tuple[DecidedRow, ...]
    unused: tuple[UnusedDecision, ...]
    as_of: str | None  # moment of the last contact


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A line of the quote under decision. Unit figures in 1/10,000, amounts in minor units."""

    line_no: int
    product_id: str
    sku: str
    product: str
    unit: str
    qty: int
    discount_bp: int
    limit_bp: int | None  # of the quote's author, for this product; None when policy isn't here
    unit_price: int
    repriced: int | None
    extended: int
    trace: str  # JSON
    unit_cost: int | None  # None = no cost on that day, or costs are not on this device
    repriced_trace: str = ""  # JSON: the server's own steps


@dataclass(frozen=True, slots=True)
class EarlierOrder:
    number: str
    type: str
    business_date: str
    state: str
    currency: str
    total: int | None  # minor units
    published_total: str | None  # of imported history, decimal text


@dataclass(frozen=True, slots=True)
class OtherNeed:
    """A need of the same revision, this one included."""

    approval_id: str
    role: str
    code: str
    state: str
    decided_by: str
    decided_on: str | None
    comment: str
    level: int = 1  # in the stack of its code
    due_on: str | None = None
    escalate_to: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalDetail:
    """One approval with everything a decision rests on, as one snapshot."""

    approval_id: str
    quote_id: str
    number: str
    revision: int  # the one the approval is about
    quote_revision: int  # the one the quote is at
    quote_state: str
    role: str
    code: str
    state: str
    need: tuple[NeedLine, ...]
    asked_on: str
    account_id: str
    account: str
    account_number: str
    account_status: str
    account_status_reason: str
    ship_to: str
    rep_id: str
    rep: str
    business_date: str
    currency: str
    po_number: str
    note: str
    list_total: int
    total: int
    lines: tuple[ApprovalLine, ...]
    findings: tuple[Finding, ...]
    needs: tuple[OtherNeed, ...]
    history: tuple[EarlierOrder, ...]  # newest first
    orders: int  # how many orders the account ever placed
    costs_here: bool
    in_place_of: str = ""  # the name of whom this person would stand in for; '' = in their own right
    counter: tuple[CounterLine, ...] = ()  # what was offered instead, once it was countered
