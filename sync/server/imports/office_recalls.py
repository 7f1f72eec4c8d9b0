"""What a recall means for goods in trunks: only the holder lowers a trunk, so the office claims them (SYNC.md §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.domain.ids import derived_id
from app.domain.parties import CLAIM_OPEN, CLAIM_WITHDRAWN, LEASED, RECALL
from app.store import tables as t
from app.store.kinds import KINDS
from sync.server.feed import chunks
from sync.server.imports.office_names import Names
from sync.server.imports.office_report import Change

Row = dict[str, Any]
WHY = "Recalled"  # the reason of a claim that a file makes
LIFTED = "The recall was lifted"


def recall_claims(
    connection: Connection, recalled: Mapping[str, str | None], *, on: str, lock: bool
) -> list[tuple[Row | None, Row]]:
    """The claims that change with these lots (id -> first day of the recall, None when it is lifted): each as it was,
    None when it is new, and as it will be. The same lots a second time change nothing.

    A recall opens one for every trunk that has some of the lot, whosever it is; what was answered stays answered. A
    lifted one withdraws what is open, on the day `on`. With `lock` no answer comes between reading and writing.
    """
    found: list[tuple[Row | None, Row]] = []
    for part in chunks(sorted(recalled)):
        known = select(t.claim).where(t.claim.c.lot_id.in_(part), t.claim.c.kind == RECALL)
        known = known.order_by(t.claim.c.id)
        rows = connection.execute(known.with_for_update() if lock else known).mappings()
        there = {row["id"]: dict(row) for row in rows}
        for before in there.values():
            if recalled[before["lot_id"]] is None and before["state"] == CLAIM_OPEN:
                closed = {"state": CLAIM_WITHDRAWN, "closed_on": on, "answer": LIFTED}
                found.append((before, {**before, **closed}))
        for row in _in_trunks(connection, [one for one in part if recalled[one]]):
            wanted = _claim(row, on)
            earlier = there.get(wanted["id"])
            if earlier is None or earlier["state"] == CLAIM_WITHDRAWN:
                found.append((earlier, wanted))
    return found


def _in_trunks(connection: Connection, lots: list[str]) -> list[Row]:
    """What lies of these lots in trunks, by lot and trunk."""
    held = (
        select(
            t.balance.c.location_id,
            t.balance.c.product_id,
            t.balance.c.lot_id,
            func.sum(t.balance.c.qty).label("qty"),
            t.location.c.territory_id,
            t.location.c.custodian,
        )
        .join(t.location, t.location.c.id == t.balance.c.location_id)
        .where(t.balance.c.lot_id.in_(lots), t.balance.c.qty > 0, t.location.c.kind.in_(LEASED))
        .group_by(
            t.balance.c.location_id,
            t.balance.c.product_id,
            t.balance.c.lot_id,
            t.location.c.territory_id,
            t.location.c.custodian,
        )
        .order_by(t.balance.c.lot_id, t.balance.c.location_id, t.balance.c.product_id)
    )
    return [dict(row) for row in connection.execute(held).mappings()]


def _claim(held: Row, on: str) -> Row:
    return KINDS["claim"].whole(
        {
            "id": derived_id(held["lot_id"], f"recall|{held['location_id']}", 0),
            "location_id": held["location_id"],
            "territory_id": held["territory_id"],
            "rep_id": held["custodian"] or "",
            "product_id": held["product_id"],
            "lot_id": held["lot_id"],
            "qty": int(held["qty"]),
            "answered": 0,
            "kind": RECALL,
            "to_location": "",
            "reason": WHY,
            "state": CLAIM_OPEN,
            "opened_on": on,
            "closed_on": None,
            "answer": "",
            "op_id": "",
        }
    )


def claim_changes(
    connection: Connection, names: Names, claims: Sequence[tuple[Row | None, Row]]
) -> list[Change]:
    """The changes in words of the report."""
    wanted = select(t.lot).where(t.lot.c.id.in_({row["lot_id"] for _before, row in claims}))
    lots = {row["id"]: row for row in connection.execute(wanted).mappings()}
    told: list[Change] = []
    for before, row in claims:
        lot = lots[row["lot_id"]]
        words = (
            names.told("product_id", row),
            lot["lot_number"],
            lot["serial"],
            names.told("location_id", row),
        )
        label = " / ".join(one for one in words if one)
        if before is None:
            told.append(Change("claim", "added", label, (("qty", "", str(row["qty"])),)))
        else:
            told.append(Change("claim", "changed", label, (("state", before["state"], row["state"]),)))
    return told
