"""Reserving: warehouse stock set aside for the lines of one order, and given back (DOMAIN.md §4).

What is reserved has left the warehouse's balance for its reserved place: it is never counted against the order that it
waits for, and two lines of one product share what is left, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.catalog import Lot
from app.domain.days import plus_days
from app.domain.eligibility import check_lot
from app.domain.events import StockMoved
from app.domain.facts import Balance, Reservation
from app.domain.ids import derived_id
from app.domain.parties import CUSTOMER, reserved_place
from app.domain.rejections import Finding
from app.domain.stock import after_picks, ends, fefo


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What movements of one command have in common; `min_shelf_days` is what the customer asks of a lot.

    `judged_on` is the day (ISO) on which a lot must be fit, where that is not the `day` that is booked.
    """

    op_id: str
    document_id: str
    day: str
    min_shelf_days: int = 0
    reason: str = ""
    judged_on: str = ""

    @property
    def fit_on(self) -> str:
        """The day on which a lot must be fit."""
        return self.judged_on or self.day


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many base units of a product for one line of the order."""

    line_id: str
    product_id: str
    qty: int


def reserve(
    wanted: Iterable[Wanted], warehouse: Sequence[Balance], booking: Booking, *, ordinal: int = 0
) -> tuple[dict[str, int], list[StockMoved]]:
    """Base units got by line id, and the movements, numbered from `ordinal` on.

    First expired first, over several lots; passed over are recalled lots, goods of others, and lots that do not last
    as long as the customer asks.
    """
    got: dict[str, int] = {}
    moves: list[StockMoved] = []
    last_day = plus_days(booking.fit_on, booking.min_shelf_days)
    for one in wanted:
        picks = fefo(warehouse, one.product_id, one.qty, not_before=last_day, day=booking.fit_on)
        warehouse = after_picks(warehouse, one.product_id, picks)
        got[one.line_id] = sum(pick.qty for pick in picks)
        for pick in picks:
            there = Reservation(pick.location_id, one.product_id, pick.lot_id, pick.qty)
            ways = ends("reserve", pick.location_id)
            moves.append(_moved("reserve", there, ways, booking, ordinal + len(moves)))
    return got, moves


def give_back(reservations: Iterable[Reservation], booking: Booking) -> list[StockMoved]:
    """Reserved goods go back to their warehouse."""
    return [
        _moved("release", one, ends("release", one.location_id, inward=True), booking, ordinal)
        for ordinal, one in enumerate(in_order(reservations))
    ]


def hand_over(reservations: Iterable[Reservation], booking: Booking) -> list[StockMoved]:
    """Reserved goods go to the customer, out of the reserved place: no availability stands in their way."""
    return [
        _moved("sell", one, (reserved_place(one.location_id), CUSTOMER), booking, ordinal)
        for ordinal, one in enumerate(in_order(reservations))
    ]


def unfit(one: Reservation, lot: Lot | None, booking: Booking) -> list[Finding]:
    """Why reserved goods may not go to the customer on the day; of untracked goods there is nothing to say."""
    return check_lot(lot, booking.fit_on, booking.min_shelf_days) if lot and one.lot_id else []


def in_order(reservations: Iterable[Reservation]) -> list[Reservation]:
    """Reservations in their total order, whatever the order of the facts."""
    return sorted(reservations, key=lambda one: (one.product_id, one.location_id, one.lot_id))


def _moved(kind: str, one: Reservation, ways: tuple[str, str], booking: Booking, ordinal: int) -> StockMoved:
    return StockMoved(
        movement_id=derived_id(booking.op_id, "movement", ordinal),
        kind=kind,
        product_id=one.product_id,
        lot_id=one.lot_id,
        qty=one.qty,
        from_location=ways[0],
        to_location=ways[1],
        business_date=booking.day,
        document_id=booking.document_id,
        reason=booking.reason,
        op_id=booking.op_id,
    )
