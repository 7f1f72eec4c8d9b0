"""Goods that move otherwise than by a sale or a count: transfers, what is lent or set aside, what is below par."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place goods can be sent to. `kind` is a trunk, dc or hub, `keeper` the name of who answers for it."""

    id: str
    name: str
    kind: str
    keeper: str


@dataclass(frozen=True, slots=True)
class TransferLot:
    """One line of a transfer, base units. What was sent less what was received is on its way."""

    id: str
    product_id: str
    lot_id: str  # '' where any lot will do, and when untracked
    name: str
    sku: str
    lot_number: str
    serial: str
    expires: str | None
    asked: int
    sent: int
    received: int

    @property
    def on_way(self) -> int:
        return max(0, self.sent - self.received)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer that is not over. Places are named; `op_waits` is True while this device's op on it is not sent."""

    id: str
    number: str
    state: str  # lifecycle.TRANSFER
    from_location: str
    from_name: str
    to_location: str
    to_name: str
    business_date: str
    reason: str
    lines: tuple[TransferLot, ...]
    op_waits: bool
    handed_by: str = (
        ""  # this device's op that handed it over to a colleague, while the taker can still scan its codes
    )

    @property
    def on_way(self) -> int:
        return sum(line.on_way for line in self.lines)


@dataclass(frozen=True, slots=True)
class AwayLot:
    """Base units of one lot that left the trunk and may come back: lent, or set aside. `since` is the last day."""

    kind: str  # loan | quarantine
    product_id: str
    lot_id: str
    name: str
    sku: str
    lot_number: str
    serial: str
    recalled_on: str | None
    qty: int
    since: str
    reason: str

    @property
    def key(self) -> str:
        return f"{self.kind}|{self.product_id}|{self.lot_id}"


@dataclass(frozen=True, slots=True)
class ParRow:
    """How a product of the trunk stands against its par, base units. `coming` is asked for or on its way, `lent` will
    come back. `proposed` is 0 where nothing need be asked."""

    product_id: str
    name: str
    sku: str
    held: int
    coming: int
    min_qty: int
    par_qty: int
    proposed: int
    lent: int = 0


@dataclass(frozen=True, slots=True)
class Moving:
    """All of it for one trunk, as one snapshot."""

    transfers: tuple[Transfer, ...] = ()  # oldest first
    away: tuple[AwayLot, ...] = ()
    places: tuple[PlaceChoice, ...] = ()  # other trunks, then warehouses and hubs
    par: tuple[ParRow, ...] = ()


NOTHING_MOVES = Moving()


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What a person is about to do with one lot. `action` is a key of app.screens.trunk_lot.ACTIONS that moves it to
    nobody's trunk."""

    action: str
    product_id: str
    lot_id: str
    qty: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GivenLot:
    """So many base units of one lot that are to go."""

    product_id: str
    lot_id: str
    qty: int


@dataclass(frozen=True, slots=True)
class GivingDraft:
    """Goods being put together for a colleague or the warehouse. `action` is HAND_OVER or RETURN of
    app.screens.trunk_lot, `to_location` '' while nobody is chosen."""

    action: str
    to_location: str = ""
    lines: tuple[GivenLot, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What a person says arrived of one line, and why it differs."""

    line_id: str
    qty: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ArrivedDraft:
    """What is being entered of a transfer. `standing` is how it stood then (app.screens.trunk_transfers.standing)."""

    transfer_id: str
    standing: str
    lines: tuple[ReceivedLine, ...]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was begun at a place and has not become an op, what was written on last first."""

    giving: tuple[GivingDraft, ...] = ()
    move: MoveDraft | None = None
    arrived: tuple[ArrivedDraft, ...] = ()
