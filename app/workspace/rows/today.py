"""Rows of the Today screen: what needs this person, what waits for others, what expires."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspace.rows.approvals import QueueRow
from app.workspace.rows.moving import Transfer
from app.workspace.rows.sync import OpRow
from app.workspace.rows.visits import VisitRow


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote that somebody has to move on. `total` in minor units; `comment` of the decision, by `decided_by`."""

    id: str
    number: str
    revision: int
    account: str
    state: str
    total: int
    currency: str
    business_date: str
    comment: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order that is held."""

    id: str
    number: str
    type: str
    account: str
    total: int
    currency: str
    business_date: str


@dataclass(frozen=True, slots=True)
class ExpiringRow:
    """A lot in this person's trunk that expires soon or has expired. `qty` in base units."""

    product_id: str
    product: str
    sku: str
    lot_id: str
    lot: str
    qty: int
    expires: str


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Goods of this person's trunk that the office claims: `left` base units yet to answer, `on_hand` in the trunk."""

    id: str
    kind: str  # recall | return
    product: str
    lot: str  # lot or serial number, '' when untracked
    left: int
    on_hand: int
    to_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class TodayRows:
    """All of it, each list in the order in which it is shown."""

    asking: tuple[OpRow, ...]
    declined: tuple[QuoteRow, ...]
    approved: tuple[QuoteRow, ...]
    pending: tuple[QuoteRow, ...]
    held: tuple[OrderRow, ...]
    approvals: tuple[QueueRow, ...]
    expiring: tuple[ExpiringRow, ...]
    waiting: tuple[OpRow, ...]
    coming: tuple[
        Transfer, ...
    ] = ()  # goods on their way to this person's trunk, and declined ones coming back
    claims: tuple[ClaimRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()  # due by today, the one that waits longest first
