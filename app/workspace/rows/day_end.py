"""A day of a trunk as it is kept on paper: what was done, what was counted and differed, what is there at its end."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspace.rows.trunk import DayEntry, TrunkLot


@dataclass(frozen=True, slots=True)
class Difference:
    """A counted lot that differed from the books, in base units. `reason` is a code, with its note behind it."""

    product_id: str
    sku: str
    name: str
    lot_number: str
    serial: str
    expected: int
    counted: int
    reason: str


@dataclass(frozen=True, slots=True)
class SignedCount:
    """A signed count of the day; `lines` lots were counted."""

    number: str
    signed_by: str
    lines: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class DayEnd:
    """The day (ISO) of a trunk. `entries` newest first; `waiting` ops are saved here and not sent yet."""

    place: str
    day: str
    entries: tuple[DayEntry, ...]
    counts: tuple[SignedCount, ...]
    lots: tuple[TrunkLot, ...]  # first expired first
    waiting: int
