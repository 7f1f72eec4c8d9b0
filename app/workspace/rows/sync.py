"""Rows about sync itself: what waits, what came back, how far the first load is."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.rejections import Finding


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """Counts for the status chip. Moments are ISO; rows of the first load; `skew_seconds` = this clock − server's."""

    unsent: int
    unsettled: int
    needs_you: int
    loaded: int
    total: int
    what: str
    last_contact: str | None
    skew_seconds: int


@dataclass(frozen=True, slots=True)
class OpRow:
    """One op of the outbox. `number` and `account` name its document where it has one; `document_id` and
    `document_kind` ('quote' | 'sales_order' | 'count_sheet' | 'movement' | 'transfer' | '') say where it can be opened.
    `movement` is the kind of a movement that a person recorded, '' for anything else."""

    op_id: str
    command: str
    saved_at: str
    pushed: bool
    guess: str
    result: str | None
    settled_at: str | None
    seen: bool
    findings: tuple[Finding, ...]
    number: str
    account: str
    account_id: str
    document_id: str
    document_kind: str
    movement: str = ""


@dataclass(frozen=True, slots=True)
class SyncRows:
    """The lists of the Sync page."""

    asking: tuple[OpRow, ...]
    waiting: tuple[OpRow, ...]
    latest: tuple[OpRow, ...]
