"""A day of a trunk as it is kept on paper: what was done, what was counted and differed, what is there at its end."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspace.rows.moving import Moving
from app.workspace.rows.sync import OpRow
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
class Standing:
    """What became of an op so far: whether the server has it, and its result once the feed has brought it."""

    pushed: bool = True
    result: str | None = "applied"


@dataclass(frozen=True, slots=True)
class SignedCount:
    """A signed count of the day; `lines` lots were counted. `signed_at` (ISO UTC) and `digest`, the sha256 of the op's
    bytes in hex, are '' for a count that was signed on another device."""

    number: str
    signed_by: str
    lines: int
    differences: tuple[Difference, ...]
    id: str = ""
    signed_at: str = ""
    digest: str = ""
    standing: Standing = Standing()


@dataclass(frozen=True, slots=True)
class AskedLine:
    """So many base units of a product that were asked for."""

    name: str
    sku: str
    qty: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Goods asked for on the day to fill the trunk up."""

    id: str
    number: str
    lines: tuple[AskedLine, ...]
    standing: Standing = Standing()

    @property
    def units(self) -> int:
        return sum(line.qty for line in self.lines)


@dataclass(frozen=True, slots=True)
class DayEnd:
    """The day (ISO) of a trunk. `entries` newest first; `waiting` ops are saved here and not sent yet. Moments are ISO
    UTC: when the `oldest` of them was saved ('' = none waits), and when the server was last heard."""

    place: str
    day: str
    entries: tuple[DayEntry, ...]
    counts: tuple[SignedCount, ...]
    lots: tuple[TrunkLot, ...]  # first expired first
    waiting: int
    asked: tuple[Asked, ...] = ()
    oldest: str = ""
    last_contact: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes the day besides the count: what is not sent yet (oldest first), when the server was last heard (ISO
    UTC), and how the trunk stands against par once the count is signed."""

    unsent: tuple[OpRow, ...]
    last_contact: str | None
    moving: Moving
