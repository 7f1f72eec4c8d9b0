"""A sale being put together: kept as a draft until it has become an op."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, delete, select

from app.store.engine import writing
from app.workspace.rows.trunk import SaleDraft, SaleItem
from app.workspace.tables import draft as draft_table, outbox
from app.workspace.workspace import Workspace, read_drafts

KIND = "sale"


def sale_draft(connection: Connection, location_id: str) -> SaleDraft | None:
    """The sale that was begun at this place; one that was saved (and only its draft left behind) is none."""
    for kept in read_drafts(connection, KIND):
        body = kept.body
        if body["location_id"] == location_id and not _saved(connection, kept.id):
            return SaleDraft(**{**body, "items": tuple(SaleItem(**item) for item in body["items"])})
    return None


def keep_sale(workspace: Workspace, draft: SaleDraft) -> None:
    """Keep the sale as it is being put together."""
    workspace.save_draft(draft.sale_id, KIND, asdict(draft))


def forget_saved(workspace: Workspace) -> None:
    """Take away drafts whose sale is in the outbox: what a stop between the two left behind."""
    with writing(workspace.engine) as connection:
        connection.execute(
            delete(draft_table).where(
                draft_table.c.kind == KIND, draft_table.c.id.in_(select(outbox.c.op_id))
            )
        )


def _saved(connection: Connection, op_id: str) -> bool:
    return connection.execute(select(outbox.c.ord).where(outbox.c.op_id == op_id)).first() is not None
