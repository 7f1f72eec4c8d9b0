"""Goods about to move: what is put together to go, the form of one lot, what is entered of a transfer that arrived.
Kept as drafts of their place until they have become an op, which takes the draft away in its own transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from sqlalchemy import Connection, delete, func, select

from app.store.engine import writing
from app.store.tables import balance, transfer
from app.workspace.queries.moving import open_transfers
from app.workspace.rows.moving import (
    ArrivedDraft,
    GivenLot,
    GivingDraft,
    MoveDraft,
    ReceivedLine,
    Unfinished,
)
from app.workspace.tables import draft as draft_table
from app.workspace.workspace import Workspace, read_drafts

GIVING, MOVE, ARRIVED = "giving", "move", "arrived"

Begun: TypeAlias = GivingDraft | MoveDraft | ArrivedDraft


def unfinished(connection: Connection, location_id: str) -> Unfinished:
    """What was begun at this place, what was written on last first."""
    moves = [MoveDraft(**one) for one in _bodies(connection, MOVE, location_id)]
    return Unfinished(
        tuple(
            GivingDraft(**{**one, "lines": tuple(GivenLot(**line) for line in one["lines"])})
            for one in _bodies(connection, GIVING, location_id)
        ),
        moves[0] if moves else None,
        tuple(
            ArrivedDraft(**{**one, "lines": tuple(ReceivedLine(**line) for line in one["lines"])})
            for one in _bodies(connection, ARRIVED, location_id)
        ),
    )


def keep(workspace: Workspace, location_id: str, begun: Begun) -> None:
    """Keep it as it stands; in place of what was kept of the same before."""
    kind, draft_id = _named(location_id, begun)
    workspace.save_draft(draft_id, kind, {"location_id": location_id, "draft": asdict(begun)})


def drop(workspace: Workspace, location_id: str, begun: Begun) -> None:
    """It was put away."""
    workspace.delete_draft(_named(location_id, begun)[1])


def forget(connection: Connection, location_id: str, begun: Begun) -> None:
    """Let the draft go, in the transaction that keeps what came of it."""
    connection.execute(delete(draft_table).where(draft_table.c.id == _named(location_id, begun)[1]))


def forget_over(workspace: Workspace, location_id: str) -> None:
    """Take away what can't be gone on with: what was entered of a transfer that is over by now, the form of a lot of
    which nothing is left. Rows that are not here yet say neither."""
    with writing(workspace.engine) as connection:
        begun = unfinished(connection, location_id)
        on_way = {one.id for one in open_transfers(connection, location_id)}
        for one in begun.arrived:
            if one.transfer_id not in on_way and _is_here(connection, one.transfer_id):
                forget(connection, location_id, one)
        if begun.move is not None and _left(connection, location_id, begun.move) == 0:
            forget(connection, location_id, begun.move)


def _is_here(connection: Connection, transfer_id: str) -> bool:
    return connection.execute(select(transfer.c.id).where(transfer.c.id == transfer_id)).first() is not None


def _left(connection: Connection, location_id: str, begun: MoveDraft) -> int | None:
    """Base units of the lot, whoever owns them; None where nothing was ever booked."""
    here = (
        balance.c.location_id == location_id,
        balance.c.product_id == begun.product_id,
        balance.c.lot_id == begun.lot_id,
    )
    found = connection.execute(select(func.sum(balance.c.qty)).where(*here)).scalar()
    return None if found is None else int(found)


def _bodies(connection: Connection, kind: str, location_id: str) -> list[Mapping[str, Any]]:
    kept = read_drafts(connection, kind)
    return [one.body["draft"] for one in kept if one.body["location_id"] == location_id]


def _named(location_id: str, begun: Begun) -> tuple[str, str]:
    """(kind, id): a place has one of each action, one form of a lot, one of each transfer."""
    match begun:
        case GivingDraft():
            return GIVING, f"{GIVING}|{location_id}|{begun.action}"
        case MoveDraft():
            return MOVE, f"{MOVE}|{location_id}"
        case ArrivedDraft():
            return ARRIVED, f"{ARRIVED}|{location_id}|{begun.transfer_id}"
