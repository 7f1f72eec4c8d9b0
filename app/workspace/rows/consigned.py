"""Goods of ours that lie at a customer's, as read."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspace.rows.trunk import TrunkLot


@dataclass(frozen=True, slots=True)
class ConsignedPlace:
    """A consignment place at one of the account's addresses. `keeper` is the name of who answers for it, '' when that
    is not known here; `mine` whether this person may book what leaves it. `complete` is False while its rows are still
    being loaded."""

    id: str
    name: str
    ship_to_id: str
    ship_to: str  # the address in a line
    keeper: str
    mine: bool
    complete: bool
    lots: tuple[TrunkLot, ...]  # first expired first


@dataclass(frozen=True, slots=True)
class Consigned:
    """All such places of an account that this device holds, as one snapshot of the last contact."""

    places: tuple[ConsignedPlace, ...]
    as_of: str | None


@dataclass(frozen=True, slots=True)
class ConsignedAccount:
    """An account with so many base units in places of one's own charge."""

    account_id: str
    name: str
    number: str
    units: int
