"""The rep's trunk and a colleague's, goods that move between them, and what the pages read of it."""

from __future__ import annotations

from typing import Any

from app.domain.commands import MoveLine
from app.store.engine import reading
from app.workspace import moving
from app.workspace.queries.moving import moving as read_moving
from sync.server.feed import unit_of_work

TRUNK, OTHER = "trunk-rep", "trunk-kim"


def with_places(world: Any) -> None:
    """The small world gets the colleague's trunk and the places of the books."""
    virtual = ("v:transit", "v:scrap", "v:quarantine", "v:samples", "v:loaned")
    with unit_of_work(world.engine) as work:
        work.put(
            "location", [_place(OTHER, "trunk", "kim"), *(_place(one, "virtual", None) for one in virtual)]
        )


def _place(row_id: str, kind: str, custodian: str | None) -> dict[str, Any]:
    return {
        "id": row_id,
        "name": f"Place {row_id}",
        "kind": kind,
        "custodian": custodian,
        "territory_id": "north" if custodian else None,
        "origin": "test",
    }


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def line(qty: int, lot: str = "l1") -> MoveLine:
    return MoveLine(product_id="p1", lot_id=lot, qty=qty)


def record(tablet: Any, kind: str, qty: int, lot: str = "l1", reason: str = "why") -> Any:
    return tablet.workspace.perform(
        moving.record_movement(
            tablet.workspace, TRUNK, kind=kind, product_id="p1", lot_id=lot, qty=qty, reason=reason
        )
    )


def hand_over(tablet: Any, qty: int, giver: str = TRUNK, taker: str = OTHER) -> Any:
    """Units of L1 on their way; the command that sent them."""
    command = moving.hand_over(tablet.workspace, giver, taker, (line(qty),))
    assert tablet.workspace.perform(command).saved
    return command


def only(tablet: Any, location: str) -> Any:
    """The one transfer of a place."""
    [found] = ask(tablet, read_moving, location).transfers
    return found
