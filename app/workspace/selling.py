"""A sale, or the use of consigned goods, being put together: kept as a draft until it has become an op."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, delete, select

from app.store.engine import reading, writing
from app.workspace.rows.trunk import SaleDraft, SaleItem, UsageDraft
from app.workspace.tables import draft as draft_table, outbox
from app.workspace.workspace import Workspace, read_drafts

KIND, USAGE = "sale", "usage"


def sale_draft(connection: Connection, location_id: str) -> SaleDraft | None:
    """The sale that was begun at this place; one that was saved (and only its draft left behind) is none."""
    for kept in read_drafts(connection, KIND):
        body = kept.body
        if body["location_id"] == location_id and not _saved(connection, kept.id):
            return SaleDraft(**_fields(body))
    return None


def keep_sale(workspace: Workspace, draft: SaleDraft) -> None:
    """Keep the sale as it is being put together."""
    workspace.save_draft(draft.sale_id, KIND, asdict(draft))


def forget_saved(workspace: Workspace) -> None:
    """Take away drafts whose sale or use is in the outbox: what a stop between the two left behind."""
    with writing(workspace.engine) as connection:
        connection.execute(
            delete(draft_table).where(
                draft_table.c.kind.in_((KIND, USAGE)), draft_table.c.id.in_(select(outbox.c.op_id))
            )
        )


def usage_draft(connection: Connection, location_id: str) -> UsageDraft | None:
    """The use of goods consigned at this place that was begun; one that was saved is none."""
    for kept in read_drafts(connection, USAGE):
        if kept.body["location_id"] == location_id and not _saved(connection, kept.id):
            return UsageDraft(**_fields(kept.body))
    return None


def begin_usage(workspace: Workspace, account_id: str, location_id: str, ship_to_id: str) -> UsageDraft:
    """The use that was begun at this place, else a new one, billed to the account at the address where the place is
    now; a new one is not kept yet."""
    with reading(workspace.engine) as connection:
        begun = usage_draft(connection, location_id)
    if begun is not None:
        return replace(begun, account_id=account_id, ship_to_id=ship_to_id)
    return UsageDraft(workspace.new_id(), location_id, account_id, ship_to_id, "", ())


def keep_usage(workspace: Workspace, draft: UsageDraft) -> None:
    """Keep the use as it is being put together."""
    workspace.save_draft(draft.sale_id, USAGE, asdict(draft))


def _fields(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "items": tuple(SaleItem(**item) for item in body["items"])}


def _saved(connection: Connection, op_id: str) -> bool:
    return connection.execute(select(outbox.c.ord).where(outbox.c.op_id == op_id)).first() is not None
