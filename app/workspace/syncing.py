"""The workspace's side of a sync turn: what to ask next, and letting answers in. Used by sync.client.turn.

Pages of what is already held are staged and applied together when the last has come; a backfill's pages are applied
one by one, each with its resume key (SYNC.md §4). A bucket is complete once it is filled and one more increment has
been applied, so that what changed while it was being filled is in too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from app.store.engine import reading, writing
from app.store.tables import KINDS
from app.workspace import loading, outbox, sharing
from app.workspace.reach import HELD_STATES
from app.workspace.rebase import Incoming, Rebased, rebase
from app.workspace.tables import bucket, staged
from app.workspace.workspace import Workspace, get_meta, read_identity, set_meta
from sync.protocol.messages import BackfillAt, Cursor, OpEnvelope, Pull, Push
from sync.protocol.version import MAX_BACKFILL_ROWS, MAX_PAGE_ROWS, PROTOCOL
from sync.protocol.wire import Page, read_page

COLUMNS = {name: kind.columns for name, kind in KINDS.items()}
_FIRST = (
    "rep:",
    "dev:",
    "loc:",
    "terr:",
    "g:policy",
    "ctr:",
    "pl:",
    "g:catalog",
    "cost:",
)  # today's work first


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first load of the granted buckets is, in rows."""

    loaded: int
    total: int
    what: str  # the bucket being filled, '' when none

    @property
    def done(self) -> bool:
        return not self.what


def next_push(workspace: Workspace) -> Push | None:
    """The ops to send now; None when the server has them all."""
    with reading(workspace.engine) as connection:
        identity = read_identity(connection)
        if identity is None:
            return None
        ops = outbox.unpushed(connection, identity.stream)
        if not ops:
            return None
        return Push(
            PROTOCOL,
            identity.stream,
            [
                OpEnvelope(op["op_id"], op["seq"], op["payload"].decode(), json.loads(op["needs"]))
                for op in ops
            ],
        )


def absorb_push(workspace: Workspace, last_seq: int) -> None:
    """The server has this device's stream up to `last_seq`."""
    with writing(workspace.engine) as connection:
        identity = read_identity(connection)
        if identity is not None:
            outbox.server_has(connection, identity.stream, last_seq)
    workspace.tell({"outbox"})


def next_increment(workspace: Workspace) -> Pull:
    """Ask for what changed in the held buckets, after the last staged page if there is one."""
    with reading(workspace.engine) as connection:
        last = connection.execute(select(staged.c.body).order_by(staged.c.page.desc()).limit(1)).scalar()
        cursor = read_page(last, COLUMNS).cursor if last else read_cursor(connection)
        return Pull(PROTOCOL, cursor, _held(connection), None, MAX_PAGE_ROWS)


def next_backfill(workspace: Workspace) -> Pull | None:
    """Ask for the next page of the first unfilled bucket; None when all are filled."""
    with reading(workspace.engine) as connection:
        open_ = (
            connection.execute(select(bucket).where(bucket.c.state.in_(("backfill", "refresh"))))
            .mappings()
            .all()
        )
        if not open_:
            return None
        row = min(open_, key=lambda one: (_priority(one["name"]), one["name"]))
        at = BackfillAt(row["name"], row["after_kind"], row["after_id"])
        return Pull(PROTOCOL, read_cursor(connection), _held(connection), at, MAX_BACKFILL_ROWS)


def absorb_pull(workspace: Workspace, request: Pull, body: bytes) -> Page:
    """Let a page in. Raises Unreachable when the body is not a whole page of ours; then nothing has changed."""
    page = read_page(body, COLUMNS, blocks=request.backfill is not None)
    moment = workspace.now()
    if request.backfill is None and page.more:
        with writing(workspace.engine) as connection:
            number = connection.execute(select(func.coalesce(func.max(staged.c.page), 0))).scalar_one()
            connection.execute(staged.insert().values(page=number + 1, body=body))
            _note_contact(connection, page, moment)
        return page
    with writing(workspace.engine) as connection:
        identity = read_identity(connection)
        assert identity is not None
        pages = [page]
        if request.backfill is None:
            earlier = connection.execute(select(staged.c.body).order_by(staged.c.page)).scalars().all()
            pages = [*(read_page(one, COLUMNS) for one in earlier), page]
        incoming = Incoming(
            rows=[],
            gone=_gone(pages),
            dropped=sorted({name for one in pages for name in one.drop}),
        )
        if loading.is_plain(connection, request, page):
            done = Rebased(loading.load(connection, page))
        else:
            incoming.rows = [row for one in pages for row in loading.as_rows(one)]
            done = rebase(connection, incoming, identity.person, moment.isoformat())
        if done.topics & {"document_draft", "draft_revision"}:
            sharing.let_in(connection)
            done.topics.add("drafts")
        _buckets(connection, pages, incoming.dropped)
        if request.backfill is None:
            connection.execute(delete(staged))
            set_meta(connection, "epoch", page.cursor.epoch or page.epoch)
            set_meta(connection, "position", str(page.cursor.position))
            connection.execute(update(bucket).where(bucket.c.state == "filled").values(state="complete"))
        else:
            _filled(connection, request.backfill, page)
        _note_contact(connection, page, moment)
    _tell(workspace, done)
    return page


def _gone(pages: Sequence[Page]) -> list[tuple[str, str, str]]:
    """What has left its bucket and has not come back there on a later page."""
    gone: dict[tuple[str, str, str], None] = {}
    for page in pages:
        for kind, row in page.rows if gone else ():
            for name in KINDS[kind].buckets(row):
                gone.pop((name, kind, row["id"]), None)
        gone |= dict.fromkeys(page.gone)
    return list(gone)


def _tell(workspace: Workspace, done: Rebased) -> None:
    workspace.tell(done.topics | {"sync"})


def _buckets(connection: Connection, pages: list[Page], dropped: Sequence[str]) -> None:
    if dropped:
        connection.execute(delete(bucket).where(bucket.c.name.in_(list(dropped))))
    for page in pages:
        for grant in page.add:
            if grant.bucket in dropped:
                continue
            row = {
                "name": grant.bucket,
                "state": "backfill",
                "after_kind": "",
                "after_id": "",
                "rows": grant.rows,
                "loaded": 0,
            }
            connection.execute(insert(bucket).values(row).on_conflict_do_nothing())


def _filled(connection: Connection, at: BackfillAt, page: Page) -> None:
    """Move the resume key on, in the page's own transaction; a bucket revoked meanwhile stays gone."""
    values: dict[str, Any] = {"loaded": bucket.c.loaded + page.carried}
    if page.backfill is not None:
        values |= {"after_kind": page.backfill.kind, "after_id": page.backfill.row_id}
    else:
        # what is loaded anew has had every increment all along
        values |= {"state": case((bucket.c.state == "refresh", "complete"), else_="filled")}
    connection.execute(update(bucket).where(bucket.c.name == at.bucket).values(**values))


def _note_contact(connection: Connection, page: Page, moment: datetime) -> None:
    set_meta(connection, "last_contact", moment.isoformat())
    try:
        skew = (moment - datetime.fromisoformat(page.server_time)).total_seconds()
    except (ValueError, TypeError):
        return
    set_meta(connection, "skew_seconds", str(round(skew)))


def read_cursor(connection: Connection) -> Cursor:
    """Where the increments stand."""
    return Cursor(get_meta(connection, "epoch") or "", int(get_meta(connection, "position") or "0"))


def progress(connection: Connection) -> Progress:
    """How far the first load is."""
    rows = connection.execute(select(bucket)).mappings().all()
    open_ = [row for row in rows if row["state"] not in HELD_STATES]
    filling = [row["name"] for row in open_ if row["state"] == "backfill"]
    what = min(filling, key=lambda name: (_priority(name), name)) if filling else ("…" if open_ else "")
    loading = [row for row in rows if row["state"] == "backfill" or row["loaded"]]
    return Progress(
        sum(min(row["loaded"], row["rows"]) for row in loading), sum(row["rows"] for row in loading), what
    )


def forget_position(workspace: Workspace) -> None:
    """The server's history is another (410 epoch): load every bucket anew. The outbox is not touched."""
    with writing(workspace.engine) as connection:
        connection.execute(delete(staged))
        for key in ("epoch", "position"):
            set_meta(connection, key, "" if key == "epoch" else "0")
        connection.execute(update(bucket).values(state="backfill", after_kind="", after_id="", loaded=0))
    workspace.tell({"sync"})


def _held(connection: Connection) -> list[str]:
    return list(connection.execute(select(bucket.c.name).order_by(bucket.c.name)).scalars())


def _priority(name: str) -> int:
    return next((index for index, prefix in enumerate(_FIRST) if name.startswith(prefix)), len(_FIRST))
