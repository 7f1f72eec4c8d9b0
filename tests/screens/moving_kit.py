"""Goods that move, for the screens: a day, places, lots, and a view of the trunk."""

from __future__ import annotations

from datetime import UTC, datetime

from app.screens.formats import Formats
from app.workspace.rows.moving import ParRow, PlaceChoice, Transfer, TransferLot

TODAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
MINE, OTHER = "t-mine", "t-kim"
PLACES = (
    PlaceChoice(OTHER, "Trunk of Kim", "trunk", "Kim Lee"),
    PlaceChoice("t-bo", "Trunk of Bo", "trunk", "Bo Sand"),
    PlaceChoice("wh", "Main warehouse", "dc", ""),
)


def par(held: int, proposed: int, least: int = 4, product: str = "p1", coming: int = 0) -> ParRow:
    return ParRow(product, "Stent", "P1", held, coming, least, 5, proposed)


def line(
    sent: int, received: int = 0, asked: int = 0, number: str = "L1", row: str = "line-1"
) -> TransferLot:
    lot_id = number.lower()
    return TransferLot(row, "p1", lot_id, "Stent", "P1", number, "", None, asked, sent, received)


def transfer(state: str, *lines: TransferLot, to_me: bool = True, reason: str = "") -> Transfer:
    places = (OTHER, "Kim Lee", MINE, "Me") if to_me else (MINE, "Me", OTHER, "Kim Lee")
    return Transfer("x-1", "KL-A-0001", state, *places, "2026-11-22", reason, lines, False)
