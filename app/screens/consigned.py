"""Goods of ours at a customer's, on the account's card: lots by expiry, whose they are to tell, and as of when."""

from __future__ import annotations

from dataclasses import dataclass

from app.screens.formats import Formats
from app.screens.trunk import LotRow, lot_row, mark_of
from app.screens.wording import tr
from app.workspace.rows.consigned import Consigned, ConsignedPlace
from app.workspace.rows.trunk import TrunkLot


@dataclass(frozen=True, slots=True)
class ConsignedRow:
    """A lot, and the place it lies in. `place` is '' where the account has only one, `owner` says whose goods they are
    where they are not the company's. Its use can be told by this person where `usable`."""

    place_id: str
    place: str
    owner: str
    usable: bool
    lot: LotRow

    @property
    def key(self) -> tuple[str, str, str]:
        return self.place_id, self.lot.key, self.owner

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.lot.spoken, self.owner, self.place) if part)


@dataclass(frozen=True, slots=True)
class ConsignedView:
    """The page. `empty` and `empty_more` stand in place of no rows; `why_not` says why nothing can be told used."""

    tab: str
    about: str
    totals: str
    as_of: str
    rows: tuple[ConsignedRow, ...]
    empty: str
    empty_more: str
    can_use: bool
    why_not: str


def present(found: Consigned, formats: Formats, today: str) -> ConsignedView | None:
    """The page on `today` (ISO); None for an account without a consignment place on this device."""
    if not found.places:
        return None
    several = len(found.places) > 1
    held = [(place, lot) for place in found.places for lot in place.lots]
    rows = tuple(
        ConsignedRow(
            place_id=place.id,
            place=place.name if several else "",
            owner=tr("consigned.owner", name=lot.owner) if lot.owner else "",
            usable=place.mine and not lot.owner,
            lot=lot_row(lot, mark_of(lot, today), None, formats),
        )
        for place, lot in sorted(held, key=_by_expiry)
    )
    usable, mine = any(row.usable for row in rows), any(one.mine for one in found.places)
    loading = not all(one.complete for one in found.places)
    stem = "consigned.loading" if loading else "consigned.none"
    units = tr("trunk.units", count=sum(lot.qty for _place, lot in held))
    return ConsignedView(
        tab=tr("consigned.tab", many=formats.qty(len(rows))) if rows else tr("consigned.tab.none"),
        about="\n".join(_about(one) for one in found.places),
        totals=f"{tr('trunk.lines', count=len(rows))} · {units}",
        as_of=formats.as_of(found.as_of) if found.as_of else tr("trunk.never_synced"),
        rows=rows,
        empty="" if rows else tr(stem),
        empty_more="" if rows else tr(f"{stem}.more"),
        can_use=usable,
        why_not="" if usable or not rows else tr("consigned.not_ours" if mine else "consigned.not_yours"),
    )


def _by_expiry(held: tuple[ConsignedPlace, TrunkLot]) -> tuple[bool, str, str, str, str, str, str]:
    place, lot = held
    return lot.expires is None, lot.expires or "", lot.name, lot.lot_number, place.id, lot.key, lot.owner


def _about(place: ConsignedPlace) -> str:
    """Where the place is, and who answers for it."""
    keeper = tr("consigned.keeper.you") if place.mine else ""
    if place.keeper:
        keeper = tr("consigned.keeper", name=place.keeper)
    return " · ".join(part for part in (place.name, place.ship_to, keeper) if part)
