"""Commands: what a person meant, with who, when and which op. Frozen; encoded once by `codec`.

Requests ask and may be refused or held; facts happened and may not (SYNC.md law 6): `FACTS` names those.
`business_date` is the day in the account's time zone as the device claims it (ISO). Quantities are base units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.bounds import MAX_QTY, MAX_UNIT_PRICE, MAX_VALUE, between, one_of
from app.domain.command import Command as Command
from app.domain.field_commands import (
    MarkFavourite as MarkFavourite,
    RecordVisit as RecordVisit,
    SignDocument as SignDocument,
)
from app.domain.office_commands import (
    AllotLine as AllotLine,
    AnswerClaim as AnswerClaim,
    ClaimStock as ClaimStock,
    CloseDraft as CloseDraft,
    Delegate as Delegate,
    GrantAllotment as GrantAllotment,
    GrantEnvelope as GrantEnvelope,
    MoveLease as MoveLease,
    ReleaseCustody as ReleaseCustody,
    ResolveCase as ResolveCase,
    ReturnAllotment as ReturnAllotment,
    RevokeEnvelope as RevokeEnvelope,
    SaveDraft as SaveDraft,
    SetAccountStatus as SetAccountStatus,
    SettleDraft as SettleDraft,
    TakeCustody as TakeCustody,
    WithdrawClaim as WithdrawClaim,
)

ORDER_VERBS = ("release", "allocate", "cancel", "pick", "ship", "deliver", "invoice", "pay", "close")
MOVEMENT_KINDS = ("receive", "scrap", "sample", "loan", "loan_return", "quarantine", "unquarantine")


def _priced_line(qty: int, discount_bp: int, shown_price: int) -> None:
    between("qty", qty, 1, MAX_QTY)
    between("discount_bp", discount_bp, 0, 10_000)
    between("shown_price", shown_price, 0, MAX_UNIT_PRICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """A line as asked: `shown_price` is the unit price (1/10,000) after all discounts that the person saw."""

    product_id: str
    qty: int
    discount_bp: int
    shown_price: int
    shown_trace: str = ""  # JSON: the steps that made the price that was shown

    def __post_init__(self) -> None:
        _priced_line(self.qty, self.discount_bp, self.shown_price)


def _fits(lines: Iterable[QuoteLine | SaleLine]) -> None:
    between("the value of the lines", sum(one.qty * one.shown_price for one in lines), 0, MAX_VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitQuote(Command):
    """Ask that a quote stand. Carries the whole quote, so nothing is lost when it is refused."""

    quote_id: str
    number: str
    revision: int
    account_id: str
    ship_to_id: str
    currency: str
    po_number: str
    note: str
    lines: tuple[QuoteLine, ...]
    envelope_id: str = ""  # authority granted in advance that the rep draws on

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        _fits(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterLine:
    """What a counter-offer asks of one line of the quote: a quantity and a unit price (1/10,000)."""

    line_no: int
    qty: int
    unit_price: int

    def __post_init__(self) -> None:
        between("line_no", self.line_no, 1, MAX_QTY)
        between("qty", self.qty, 0, MAX_QTY)
        between("unit_price", self.unit_price, 0, MAX_UNIT_PRICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideApproval(Command):
    """A decision on one approval need, bound to the revision it was made on: yes, no, or no with a counter-offer that
    goes back to the rep."""

    approval_id: str
    quote_id: str
    revision: int
    approve: bool
    reason: str
    counter: tuple[CounterLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveQuote(Command):
    """Take a quote along a verb of the lifecycle table that needs nothing else: offer, lose, expire."""

    quote_id: str
    revision: int
    verb: str
    reason: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        one_of("verb", self.verb, ("offer", "lose", "expire"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command):
    """The customer said yes: turn an approved quote into a stock order."""

    order_id: str
    number: str
    quote_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOrder(Command):
    """Take an order along a verb of the lifecycle table: release a hold, allocate, pick, ship, deliver, invoice, …"""

    order_id: str
    verb: str
    reason: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        one_of("verb", self.verb, ORDER_VERBS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """So many base units of one line of an order, of one lot, come back."""

    order_line_id: str
    product_id: str
    lot_id: str
    qty: int

    def __post_init__(self) -> None:
        between("qty", self.qty, 1, MAX_QTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGoods(Command):
    """A fact: a customer gave back goods of an order; they are now in `location_id`."""

    return_id: str
    number: str
    order_id: str
    location_id: str
    reason: str
    lines: tuple[ReturnLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """Goods handed over from a trunk: which lot (or '' when untracked), how many, at which price. `override` says why
    this lot and not the one that expires first."""

    product_id: str
    lot_id: str
    qty: int
    discount_bp: int
    shown_price: int
    override: str = ""

    def __post_init__(self) -> None:
        _priced_line(self.qty, self.discount_bp, self.shown_price)


@dataclass(frozen=True, slots=True, kw_only=True)
class SellFromTrunk(Command):
    """A fact: goods went from the trunk to the customer."""

    sale_id: str
    number: str
    location_id: str
    account_id: str
    ship_to_id: str
    currency: str
    po_number: str
    lines: tuple[SaleLine, ...]
    envelope_id: str = ""

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        _fits(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseConsigned(Command):
    """A fact: consigned stock was used at a case, and is billed now; `replace` asks for as much again.

    `location_id` is the consignment place at the ship-to; `case_ref` is the customer's own reference of the case.
    """

    usage_id: str
    number: str
    location_id: str
    account_id: str
    ship_to_id: str
    currency: str
    po_number: str
    case_ref: str
    replace: bool
    lines: tuple[SaleLine, ...]

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        _fits(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """So many base units of one lot ('' when untracked). `reason` says why it differs from what was sent."""

    product_id: str
    lot_id: str
    qty: int
    reason: str = ""

    def __post_init__(self) -> None:
        between("qty", self.qty, 0, MAX_QTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMovement(Command):
    """A fact: goods came to a place or left it otherwise than by a sale, a count or a transfer.

    `kind` names one of stock.ONE_PLACE: receive, scrap, sample, loan, loan_return, quarantine, unquarantine.
    """

    movement_id: str
    number: str
    kind: str
    location_id: str
    reason: str
    lines: tuple[MoveLine, ...]

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        one_of("kind", self.kind, MOVEMENT_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transfer(Command):
    """What every step of a transfer says: which one, between which places, which goods."""

    transfer_id: str
    number: str
    from_location: str
    to_location: str
    lines: tuple[MoveLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTransfer(_Transfer):
    """Ask that goods be sent from one place to another, as a replenishment to par does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTransfer(_Transfer):
    """A fact: the giver handed goods over; until they are taken over they are in transit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTransfer(_Transfer):
    """A fact: the taker took goods over (and with them custody), or declined them. May come before the sending."""

    accept: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """One counted lot: what was counted, and where the device stood at the scan.

    `position` is its cursor then and `own_seq` its own last op: what was expected is the sum of the movements up to
    both, so stock that moves before or after the scan is not disturbed (SYNC.md §6). `position` -1 (ops of before)
    takes the device's own figure, `expected`. `recounted`: counted a second time.
    """

    product_id: str
    lot_id: str
    counted: int
    expected: int
    reason: str
    position: int = -1
    own_seq: int = 0
    recounted: bool = False

    def __post_init__(self) -> None:
        between("counted", self.counted, 0, MAX_QTY)
        between("expected", self.expected, -MAX_QTY, MAX_QTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTrunk(Command):
    """A fact: a signed count of a trunk."""

    count_id: str
    number: str
    location_id: str
    signed_by: str
    lines: tuple[CountLine, ...]


FACTS: tuple[type[Command], ...] = (
    SellFromTrunk,
    CountTrunk,
    UseConsigned,
    ReturnGoods,
    RecordMovement,
    SendTransfer,
    ReceiveTransfer,
    ReleaseCustody,
    AnswerClaim,
    ReturnAllotment,
    SignDocument,
    RecordVisit,
)
COMMANDS: tuple[type[Command], ...] = (
    SubmitQuote,
    DecideApproval,
    MoveQuote,
    PlaceOrder,
    MoveOrder,
    SellFromTrunk,
    UseConsigned,
    ReturnGoods,
    CountTrunk,
    RecordMovement,
    RequestTransfer,
    SendTransfer,
    ReceiveTransfer,
    SetAccountStatus,
    Delegate,
    GrantEnvelope,
    RevokeEnvelope,
    ResolveCase,
    SaveDraft,
    SettleDraft,
    CloseDraft,
    TakeCustody,
    ReleaseCustody,
    MoveLease,
    ClaimStock,
    WithdrawClaim,
    AnswerClaim,
    GrantAllotment,
    ReturnAllotment,
    SignDocument,
    RecordVisit,
    MarkFavourite,
)
