"""A note of a visit being written: kept as a draft of its account until it has become an op."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from app.domain.commands import RecordVisit
from app.store.engine import reading
from app.workspace.field import record_visit
from app.workspace.rows.notes import VisitDraft
from app.workspace.tables import outbox
from app.workspace.workspace import Workspace, read_drafts

KIND = "visit"


def visit_draft(connection: Connection, account_id: str) -> VisitDraft | None:
    """The note that was begun for this account; one that was saved (and only its draft left behind) is none."""
    for kept in read_drafts(connection, KIND):
        if kept.body["account_id"] == account_id and not _saved(connection, kept.id):
            return VisitDraft(id=kept.id, **kept.body)
    return None


def begin_visit(workspace: Workspace, account_id: str) -> VisitDraft:
    """The note that was begun for this account, else a new one, which is not kept yet."""
    with reading(workspace.engine) as connection:
        begun = visit_draft(connection, account_id)
    return begun or VisitDraft(id=workspace.new_id(), account_id=account_id)


def keep_visit(workspace: Workspace, draft: VisitDraft) -> None:
    """Keep the note as it is being written; one with nothing in it goes."""
    if draft.empty:
        workspace.delete_draft(draft.id)
    else:
        workspace.save_draft(
            draft.id, KIND, {"account_id": draft.account_id, "note": draft.note, "next_on": draft.next_on}
        )


def visit_op(workspace: Workspace, draft: VisitDraft) -> RecordVisit:
    """The note as the op that keeps it. The draft's id is the op's: a stop between saving the one and taking away the
    other leaves no second note behind."""
    made = record_visit(workspace, draft.account_id, draft.note, draft.next_on)
    return replace(made, op_id=draft.id, visit_id=draft.id)


def _saved(connection: Connection, op_id: str) -> bool:
    return connection.execute(select(outbox.c.ord).where(outbox.c.op_id == op_id)).first() is not None
