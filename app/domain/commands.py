"""Commands: what a person meant, with who, when and which op. Frozen; encoded once by `codec`.

Requests ask and may be refused or held; facts happened and may not (SYNC.md law 6): `FACTS` names those.
`business_date` is the day in the account's time zone as the device claims it (ISO). Quantities are base units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MAX_QTY = 1_000_000  # base units in one line
MAX_UNIT_PRICE = 100_000_000_000  # 1/10,000: ten million of any currency
MAX_VALUE = 1_000_000_000_000_000  # 1/10,000, all lines of a document: sums of many still fit a 64-bit column


def _between(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; it must lie between {low} and {high}")


def _priced_line(qty: int, discount_bp: int, shown_price: int) -> None:
    _between("qty", qty, 1, MAX_QTY)
    _between("discount_bp", discount_bp, 0, 10_000)
    _between("shown_price", shown_price, 0, MAX_UNIT_PRICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries."""

    op_id: str
    actor: str
    business_date: str

    def __post_init__(self) -> None:
        if date.fromisoformat(self.business_date).isoformat() != self.business_date:
            raise ValueError(f"business_date {self.business_date!r} is not of the form 2026-11-23")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """A line as asked: `shown_price` is the unit price (1/10,000) after all discounts that the person saw."""

    product_id: str
    qty: int
    discount_bp: int
    shown_price: int

    def __post_init__(self) -> None:
        _priced_line(self.qty, self.discount_bp, self.shown_price)


def _fits(lines: Iterable[QuoteLine | SaleLine]) -> None:
    _between("the value of the lines", sum(one.qty * one.shown_price for one in lines), 0, MAX_VALUE)


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

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        _fits(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideApproval(Command):
    """A decision on one approval need, bound to the revision it was made on."""

    approval_id: str
    quote_id: str
    revision: int
    approve: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command):
    """The customer said yes: turn an approved quote into a stock order."""

    order_id: str
    number: str
    quote_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """Goods handed over from a trunk: which lot (or '' when untracked), how many, at which price."""

    product_id: str
    lot_id: str
    qty: int
    discount_bp: int
    shown_price: int

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

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        _fits(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """One counted lot. `expected` is what the device's own books said at the scan, never shown before counting; the
    difference is the variance, so stock that moves before or after the scan is not disturbed."""

    product_id: str
    lot_id: str
    counted: int
    expected: int
    reason: str

    def __post_init__(self) -> None:
        _between("counted", self.counted, 0, MAX_QTY)
        _between("expected", self.expected, -MAX_QTY, MAX_QTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTrunk(Command):
    """A fact: a signed count of a trunk."""

    count_id: str
    number: str
    location_id: str
    signed_by: str
    lines: tuple[CountLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAccountStatus(Command):
    """The office puts an account on hold, closes it or opens it again."""

    account_id: str
    status: str  # active | on_hold | closed
    reason: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        if self.status not in ("active", "on_hold", "closed"):
            raise ValueError(f"status {self.status!r} is not active, on_hold or closed")


FACTS: tuple[type[Command], ...] = (SellFromTrunk, CountTrunk)
COMMANDS: tuple[type[Command], ...] = (
    SubmitQuote,
    DecideApproval,
    PlaceOrder,
    SellFromTrunk,
    CountTrunk,
    SetAccountStatus,
)
