"""Drafts beyond this tablet (SYNC.md §6a): a local draft becomes an op when its editor is left, or a minute after the
last change; another device's words come in where nothing was written here, and stand beside where something was.

The draft table is what is being typed. Its `base` is the shared revision it was written on; it is clean while
`shared_at` equals `updated_at`. A shared draft is known by its quote and revision, so that it is one on every tablet,
while each tablet has an id of its own for the op that the draft will become.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from app.domain.commands import CloseDraft, SaveDraft, SettleDraft
from app.domain.drafts import CLOSED, SIBLING, revision_of
from app.domain.ids import derived_id
from app.store import tables as t
from app.store.engine import reading
from app.workspace.rows.quote_draft import KIND, QuoteDraft
from app.workspace.rows.versions import Version, Versions
from app.workspace.tables import draft, outbox
from app.workspace.workspace import Identity, NotEnrolled, Performed, Workspace, read_identity

PAUSE = timedelta(minutes=1)  # after the last change


def document_id(one: QuoteDraft) -> str:
    """What a draft of a quote is called on every tablet."""
    return f"{one.quote_id}.{one.revision}"


# -- out --------------------------------------------------------------------------------------------------------------


def share(workspace: Workspace, draft_id: str) -> str | None:
    """Save the local draft as an op, if it has changed since it was one; the revision it is based on from now on."""
    with reading(workspace.engine) as connection:
        row = _local(connection, draft_id)
        identity = read_identity(connection)
        device = _device(connection, identity)
    if row is None or identity is None or row["shared_at"] == row["updated_at"]:
        return None
    made = QuoteDraft.of_body(draft_id, json.loads(row["body"]))
    if made.empty:
        return None
    command = SaveDraft(
        op_id=workspace.new_id(),
        actor=identity.user_id,
        business_date=workspace.today(),
        draft_id=document_id(made),
        kind=KIND,
        number=made.number,
        based_on=row["base"],
        body=row["body"],
        saved_at=row["updated_at"],
        device=device,
    )
    base = revision_of(command.op_id)

    def remember(connection: Connection) -> None:
        connection.execute(
            update(draft).where(draft.c.id == draft_id).values(base=base, shared_at=row["updated_at"])
        )

    return base if workspace.perform(command, also=remember).saved else None


def share_due(workspace: Workspace, *, but: str = "") -> int:
    """Share every draft that nobody has typed on for a minute, `but` the one that is open; how many."""
    before = (workspace.now() - PAUSE).isoformat()
    with reading(workspace.engine) as connection:
        due = connection.execute(
            select(draft.c.id)
            .where(draft.c.kind == KIND, draft.c.id != but, draft.c.updated_at <= before)
            .where(draft.c.shared_at.is_distinct_from(draft.c.updated_at))
            .order_by(draft.c.updated_at, draft.c.id)
        )
        ids = list(due.scalars())
    return sum(share(workspace, one) is not None for one in ids)


def put_away(workspace: Workspace, draft_id: str) -> None:
    """The draft was handed in or thrown away: it goes here, and where it was shared, everywhere."""
    with reading(workspace.engine) as connection:
        row = _local(connection, draft_id)
        identity = read_identity(connection)
    if row is None or not row["base"] or identity is None:
        workspace.delete_draft(draft_id)
        return
    command = CloseDraft(
        op_id=workspace.new_id(),
        actor=identity.user_id,
        business_date=workspace.today(),
        draft_id=document_id(QuoteDraft.of_body(draft_id, json.loads(row["body"]))),
        based_on=row["base"],
    )

    def forget(connection: Connection) -> None:
        connection.execute(delete(draft).where(draft.c.id == draft_id))

    if not workspace.perform(command, also=forget).saved:
        workspace.delete_draft(draft_id)
    workspace.tell({"drafts"})


def settle(workspace: Workspace, known: Versions, keep: str, merged: QuoteDraft | None = None) -> Performed:
    """Keep one revision, or what was merged, for all that stand side by side."""
    with reading(workspace.engine) as connection:
        identity = read_identity(connection)
        device = _device(connection, identity)
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    command = SettleDraft(
        op_id=workspace.new_id(),
        actor=identity.user_id,
        business_date=workspace.today(),
        draft_id=known.document_id,
        keep=keep,
        over=tuple(one.id for one in known.standing),
        body="" if merged is None else json.dumps(merged.body()),
        saved_at=workspace.now().isoformat(),
        device=device,
    )
    done = workspace.perform(command, also=let_in)
    workspace.tell({"drafts"})
    return done


# -- in ---------------------------------------------------------------------------------------------------------------


def let_in(connection: Connection) -> None:
    """Bring the local drafts to the shared heads, where nothing was typed here since. In the caller's transaction."""
    identity = read_identity(connection)
    if identity is None:
        return
    rows = connection.execute(select(draft).where(draft.c.kind == KIND)).mappings().all()
    here = {document_id(QuoteDraft.of_body(row["id"], json.loads(row["body"]))): dict(row) for row in rows}
    shared = select(t.document_draft).where(
        t.document_draft.c.owner_id == identity.user_id, t.document_draft.c.kind == KIND
    )
    for one in connection.execute(shared.order_by(t.document_draft.c.id)).mappings().all():
        _let_in(connection, dict(one), here.get(one["id"]), identity.stream)


def _let_in(
    connection: Connection, shared: Mapping[str, Any], local: Mapping[str, Any] | None, stream: str
) -> None:
    if local is not None and (local["shared_at"] != local["updated_at"] or local["base"] == shared["head"]):
        if local["shared_at"] == local["updated_at"] and shared["state"] == CLOSED:
            connection.execute(delete(draft).where(draft.c.id == local["id"]))
        return
    if shared["state"] == CLOSED:
        if local is not None and not _beside(connection, local["base"]):
            connection.execute(delete(draft).where(draft.c.id == local["id"]))
        return
    head = connection.execute(select(t.draft_revision).where(t.draft_revision.c.id == shared["head"]))
    found = head.mappings().one_or_none()
    if found is None:
        return  # its page is still on its way
    values = {
        "body": found["body"],
        "updated_at": found["saved_at"],
        "shared_at": found["saved_at"],
        "base": found["id"],
    }
    if local is None:
        row_id = derived_id(f"{found['id']}|{stream}", "draft", 0)
        connection.execute(draft.insert().values(id=row_id, kind=KIND, **values))
    elif not _beside(connection, local["base"]):
        connection.execute(update(draft).where(draft.c.id == local["id"]).values(**values))


def _beside(connection: Connection, revision_id: str) -> bool:
    """Whether this revision stands beside its head: then the person decides."""
    state = select(t.draft_revision.c.state).where(t.draft_revision.c.id == revision_id)
    return bool(connection.execute(state).scalar() == SIBLING)


def base_to_keep(connection: Connection, draft_id: str, base: str) -> str:
    """The base of a draft that is saved by an editor which read it at `base`: the stored one when that is only what the
    editor's own words became meanwhile, else the editor's, so that another's words are never taken for read."""
    row = _local(connection, draft_id)
    if row is None or row["base"] in ("", base):
        return base
    own = (
        select(outbox.c.ord)
        .join(t.draft_revision, t.draft_revision.c.op_id == outbox.c.op_id)
        .where(t.draft_revision.c.id == row["base"], t.draft_revision.c.based_on == base)
    )
    return row["base"] if connection.execute(own).first() is not None else base


def _device(connection: Connection, identity: Identity | None) -> str:
    """This tablet's name, as the server knows it."""
    if identity is None:
        return ""
    name = connection.execute(select(t.device.c.name).where(t.device.c.id == identity.device_id)).scalar()
    return str(name or identity.letter)


def _local(connection: Connection, draft_id: str) -> dict[str, Any] | None:
    row = connection.execute(select(draft).where(draft.c.id == draft_id)).mappings().one_or_none()
    return dict(row) if row else None


# -- both sides -------------------------------------------------------------------------------------------------------


def conflicts(connection: Connection) -> dict[str, int]:
    """How many versions stand side by side of each shared draft that has more than one, by its id."""
    rows = connection.execute(
        select(t.draft_revision.c.draft_id).where(t.draft_revision.c.state == SIBLING)
    ).scalars()
    found: dict[str, int] = {}
    for one in rows:
        found[one] = found.get(one, 1) + 1
    return found


def versions(connection: Connection, shared_id: str) -> Versions | None:
    """The journal of a shared draft; None when it is not on this tablet."""
    head = connection.execute(select(t.document_draft).where(t.document_draft.c.id == shared_id))
    row = head.mappings().one_or_none()
    if row is None:
        return None
    found = connection.execute(
        select(t.draft_revision, t.rep.c.name)
        .outerjoin(t.rep, t.rep.c.id == t.draft_revision.c.author)
        .where(t.draft_revision.c.draft_id == shared_id)
        .order_by(t.draft_revision.c.number.desc())
    ).mappings()
    kept = tuple(
        Version(
            one["id"],
            one["number"],
            one["state"],
            QuoteDraft.of_body(one["id"], json.loads(one["body"])),
            one["name"] or one["author"],
            one["device"],
            one["saved_at"],
            one["decided_by"],
            one["decided_on"],
        )
        for one in found
    )
    lines = {line.product_id for one in kept for line in one.draft.lines}
    return Versions(
        shared_id,
        row["number"],
        row["state"],
        kept,
        _names(connection, t.product, "name", lines),
        _names(connection, t.account, "name", {one.draft.account_id for one in kept}),
        _names(connection, t.address, "label", {one.draft.ship_to_id for one in kept}),
    )


def _names(connection: Connection, table: Any, column: str, ids: set[str]) -> dict[str, str]:
    found = connection.execute(select(table.c.id, table.c[column]).where(table.c.id.in_(ids)))
    return {row[0]: row[1] for row in found}
