"""Opening stock: the first movement into a place, from the supplier, and the two balances it makes.

An opening is entered once. When it comes again with the same quantity nothing happens, whatever was sold or counted
since; with another quantity the balances move by the difference only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from app.domain.parties import ADJUSTMENT, CUSTOMER, SUPPLIER
from app.store.tables import balance, balance_id, movement
from sync.server.feed import Counts, UnitOfWork, chunks, unit_of_work
from sync.server.imports.report import ImportReport, Progress

# The counterparts of real places, so that every movement has two ends (DOMAIN.md §4).
VIRTUAL_PLACES = {
    SUPPLIER: "Supplier",
    CUSTOMER: "Customer",
    ADJUSTMENT: "Adjustment",
    "v:scrap": "Scrap",
    "v:in_transit": "In transit",
}
OPENINGS_PER_COMMIT = 600  # each is a movement and two balances


@dataclass(frozen=True, slots=True)
class Opening:
    """So many base units of a product (and lot, '' when untracked) that were in a place to begin with."""

    location_id: str
    product_id: str
    lot_id: str
    qty: int
    day: str
    origin: str

    @property
    def id(self) -> str:
        return f"opening|{balance_id(self.location_id, self.product_id, self.lot_id)}"

    def row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": "opening",
            "product_id": self.product_id,
            "lot_id": self.lot_id,
            "qty": self.qty,
            "owner": "company",
            "from_location": SUPPLIER,
            "to_location": self.location_id,
            "business_date": self.day,
            "document_id": None,
            "reason": "",
            "op_id": None,
            "stream": None,
            "seq": None,
            "origin": self.origin,
        }


def place_row(place_id: str, name: str, kind: str, origin: str) -> dict[str, Any]:
    """A location row without custodian or territory."""
    return {
        "id": place_id,
        "name": name,
        "kind": kind,
        "custodian": None,
        "territory_id": None,
        "origin": origin,
    }


def write_openings(
    engine: Engine, openings: Sequence[Opening], report: ImportReport, progress: Progress, *, stage: str
) -> None:
    """Enter `openings` (each place, product and lot at most once) in chunks; quantities of 0 are no movement."""
    moving = [one for one in openings if one.qty]
    done = 0
    for part in chunks(moving, OPENINGS_PER_COMMIT):
        with unit_of_work(engine) as work:
            counted = put_openings(work, part)
        for kind, counts in counted.items():
            report.add(kind, counts)
        done += len(part)
        progress(stage, done, len(moving))


def put_openings(work: UnitOfWork, openings: Sequence[Opening]) -> dict[str, Counts]:
    """Enter these openings in the given unit of work."""
    before = _quantities(work, openings)
    deltas: dict[tuple[str, str, str], int] = {}
    origins: dict[tuple[str, str, str], str] = {}
    for one in openings:
        change = one.qty - before.get(one.id, 0)
        for place, sign in ((one.location_id, 1), (SUPPLIER, -1)):
            key = (place, one.product_id, one.lot_id)
            deltas[key] = deltas.get(key, 0) + sign * change
            origins[key] = one.origin
    return {
        "movement": work.put("movement", [one.row() for one in openings]),
        "balance": _adjust(work, deltas, origins),
    }


def _quantities(work: UnitOfWork, openings: Sequence[Opening]) -> dict[str, int]:
    """What the openings that are there already brought in, by movement id."""
    found: dict[str, int] = {}
    for part in chunks(one.id for one in openings):
        rows = work.connection.execute(select(movement.c.id, movement.c.qty).where(movement.c.id.in_(part)))
        found.update((row_id, qty) for row_id, qty in rows)
    return found


def _adjust(
    work: UnitOfWork, deltas: dict[tuple[str, str, str], int], origins: dict[tuple[str, str, str], str]
) -> Counts:
    """Move the balances by `deltas`, taking their rows first and in the order of their ids."""
    keys = {balance_id(*key): key for key in deltas}
    stored: dict[str, dict[str, Any]] = {}
    for part in chunks(sorted(keys)):
        statement = select(balance).where(balance.c.id.in_(part)).order_by(balance.c.id).with_for_update()
        stored.update((row["id"], dict(row)) for row in work.connection.execute(statement).mappings())
    rows = []
    for row_id, key in sorted(keys.items()):
        place, product_id, lot_id = key
        fresh = {
            "location_id": place,
            "product_id": product_id,
            "lot_id": lot_id,
            "qty": 0,
            "origin": origins[key],
        }
        row = stored.get(row_id, {"id": row_id, **fresh})
        rows.append({**row, "qty": row["qty"] + deltas[key]})
    return work.put("balance", rows)
