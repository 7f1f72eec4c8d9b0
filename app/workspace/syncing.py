"""The workspace's side of a sync turn: what to ask next, and letting answers in. Used by sync.client.turn.

Pages of what is already held are staged and applied together when the last has come; a backfill's pages are applied
one by one, each with its resume key (SYNC.md §4). A bucket is complete once it is filled and one more increment has
been applied, so that what changed while it was being filled is in too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec.structs import replace as replaced
from sqlalchemy import Connection, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DataError, IntegrityError

from app.store.engine import reading, writing
from app.store.tables import KINDS
from app.workspace import checking, loading, outbox, sharing, streams
from app.workspace.admitting import admit, started_at
from app.workspace.cursors import (
    marks,
    move_to,
    read_cursor as read_cursor,
    recovering,
    set_recovering,
    step_back,
)
from app.workspace.incidents import note
from app.workspace.progress import priority
from app.workspace.reach import HELD_STATES
from app.workspace.rebase import Incoming, Rebased, guess_all_again, rebase
from app.workspace.tables import bucket, due_sum, repair, staged
from app.workspace.workspace import Identity, Workspace, get_meta, read_identity, set_meta
from sync.protocol.api import Unreachable
from sync.protocol.messages import BackfillAt, Cursor, Enrol, Enrolled, OpEnvelope, Pull, Push
from sync.protocol.version import MAX_BACKFILL_ROWS, MAX_PAGE_ROWS, PROTOCOL
from sync.protocol.wire import Page, read_page

COLUMNS = {name: kind.columns for name, kind in KINDS.items()}


def next_enrol(workspace: Workspace, name: str) -> Enrol | None:
    """Ask for a fresh stream when this database does not go on with its own (law 2); None when it does."""
    with reading(workspace.engine) as connection:
        identity = read_identity(connection)
        if identity is None or not get_meta(connection, streams.FORKED):
            return None
        return Enrol(identity.device_id, name, fresh=True)


def absorb_enrol(workspace: Workspace, enrolled: Enrolled) -> bool:
    """Go on in the stream that the server gave; False when it is the old one."""
    identity = workspace.identity()
    assert identity is not None
    if enrolled.device_id != identity.device_id or enrolled.user.id != identity.user_id:
        raise Unreachable("an enrolment of somebody else")
    if enrolled.stream == identity.stream:
        return False
    workspace.become(
        replace(identity, stream=enrolled.stream, letter=enrolled.letter), max(1, enrolled.next_seq)
    )
    return True


def next_push(workspace: Workspace) -> Push | None:
    """The ops to send now; None when the server has them all."""
    with reading(workspace.engine) as connection:
        if read_identity(connection) is None or get_meta(connection, streams.FORKED):
            return None
        stream, ops = outbox.unpushed(connection)
        if not ops:
            return None
        return Push(
            PROTOCOL,
            stream,
            [
                OpEnvelope(op["op_id"], op["seq"], op["payload"].decode(), json.loads(op["needs"]))
                for op in ops
            ],
        )


def absorb_push(workspace: Workspace, stream: str, last_seq: int) -> None:
    """The server has this stream of the device up to `last_seq`."""
    with writing(workspace.engine) as connection:
        _server_has(connection, stream, last_seq, workspace.now().isoformat())
    workspace.tell({"outbox"})


def _server_has(connection: Connection, stream: str, last_seq: int, at: str) -> None:
    if streams.server_has(connection, stream, last_seq, at):
        identity = read_identity(connection)
        assert identity is not None
        guess_all_again(connection, identity.person)


def absorb_rescue(workspace: Workspace, kept: Sequence[str]) -> None:
    """The server keeps these ops for a person: they wait as parked, and what is behind them moves up."""
    with writing(workspace.engine) as connection:
        identity = read_identity(connection)
        assert identity is not None
        if streams.rescued(connection, kept):
            guess_all_again(connection, identity.person)
    workspace.tell({"outbox"})


def doubt_acknowledged(workspace: Workspace) -> None:
    """No result will come any more: what was acknowledged without one may be lost with its server, and goes again."""
    with writing(workspace.engine) as connection:
        identity = read_identity(connection)
        if identity is not None:
            outbox.lost(connection, identity.stream)


def fork(workspace: Workspace, stream: str) -> None:
    """The server says that another database has used this stream: a fresh one is to be asked for."""
    with writing(workspace.engine) as connection:
        streams.forked(connection, workspace.now().isoformat(), why="told", stream=stream)
    workspace.tell({"sync"})


def server_restored(workspace: Workspace, expected: int | None) -> None:
    """The server's history is another (410): find the common point, send again what it lost, compare everything.

    The effect of an op that it had acknowledged stands in the rows here until the op's result comes anew; so the ops
    go up before the rows come down. The outbox is not touched but for what is to be sent again.
    """
    at = workspace.now().isoformat()
    with writing(workspace.engine) as connection:
        identity = read_identity(connection)
        assert identity is not None
        connection.execute(delete(staged))
        if not recovering(connection):
            cursor = read_cursor(connection)
            note(connection, at, "server_restored", position=cursor.position, expected=expected)
        set_recovering(connection, True)
        if expected is not None:
            _server_has(connection, identity.stream, expected - 1, at)
        outbox.reopen_others(connection, identity.stream)
    workspace.tell({"sync", "outbox"})


def restart_bucket(workspace: Workspace, name: str) -> None:
    """The server says that a backfill cannot go on (410 bucket_reset): from its start, rows that are gone go."""
    with writing(workspace.engine) as connection:
        connection.execute(delete(repair).where(repair.c.bucket == name))
        connection.execute(
            update(bucket)
            .where(bucket.c.name == name)
            .values(
                state=case((bucket.c.state == "backfill", "backfill"), else_="refresh"),
                after_kind="",
                after_id="",
                loaded=0,
            )
        )
        note(connection, workspace.now().isoformat(), "bucket_reset", bucket=name)
    workspace.tell({"sync"})


def next_increment(workspace: Workspace) -> Pull:
    """Ask for what changed in the held buckets, after the last staged page if there is one."""
    with reading(workspace.engine) as connection:
        last = connection.execute(select(staged.c.body).order_by(staged.c.page.desc()).limit(1)).scalar()
        cursor = read_page(last, COLUMNS).cursor if last else read_cursor(connection)
        back = recovering(connection) and not last
        return Pull(
            PROTOCOL,
            cursor,
            _held(connection),
            None,
            MAX_PAGE_ROWS,
            marks=marks(connection) if back else [],
            sums=checking.due(connection, workspace.now()),
        )


def next_backfill(workspace: Workspace) -> Pull | None:
    """Ask for the next page of the first unfilled bucket, then of what differs; None when there is neither."""
    with reading(workspace.engine) as connection:
        open_ = (
            connection.execute(select(bucket).where(bucket.c.state.in_(("backfill", "refresh"))))
            .mappings()
            .all()
        )
        mend = checking.results_first(connection) if open_ else checking.next_repair(connection)
        if mend is None and not open_:
            return None
        if mend is not None:
            return Pull(PROTOCOL, read_cursor(connection), _held(connection), mend, MAX_PAGE_ROWS)
        row = min(open_, key=lambda one: (priority(one["name"]), one["name"]))
        at = BackfillAt(row["name"], row["after_kind"], row["after_id"])
        return Pull(PROTOCOL, read_cursor(connection), _held(connection), at, MAX_BACKFILL_ROWS)


def absorb_pull(workspace: Workspace, request: Pull, body: bytes) -> Page:
    """Let a page in. Raises Unreachable when the body is not a whole page of ours; then nothing has changed.

    A backfill page that is `ahead` of the increments is not let in either: the increments come first.
    """
    blocks = request.backfill is not None
    page = read_page(body, COLUMNS, blocks=blocks, between=workspace.give_way)
    admit(request, page)
    if ahead(request, page):
        return page
    try:
        done = _let_in(workspace, request, page, body)
    except (ValueError, KeyError, TypeError, ArithmeticError, IntegrityError, DataError) as error:
        raise Unreachable(f"rows that cannot be used: {error}") from error
    workspace.tell(done.topics | {"sync"})
    return page


def ahead(request: Pull, page: Page) -> bool:
    """Whether a backfill page knows results that the increments have not brought: an own op's effect would be in its
    rows beside the guess."""
    return request.backfill is not None and page.results > request.cursor.position


def _let_in(workspace: Workspace, request: Pull, page: Page, body: bytes) -> Rebased:
    moment = workspace.now()
    with writing(workspace.engine) as connection, loading.giving_way(connection, workspace.give_way):
        identity = read_identity(connection)
        assert identity is not None
        if request.backfill is None and request.marks:
            _go_back(connection, started_at(request, page), identity)
        _note_contact(connection, page, moment)
        if request.backfill is not None:
            return _fill(connection, request, request.backfill, page, identity, moment)
        if page.more:
            number = connection.execute(select(func.coalesce(func.max(staged.c.page), 0))).scalar_one()
            connection.execute(staged.insert().values(page=number + 1, body=body))
            return Rebased()
        earlier = connection.execute(select(staged.c.body).order_by(staged.c.page)).scalars().all()
        pages = [*(read_page(one, COLUMNS) for one in earlier), page]
        incoming = Incoming(
            rows=[row for one in pages for row in one.rows],
            gone=_gone(pages),
            dropped=sorted({name for one in pages for name in one.drop}),
        )
        done = _rebased(connection, incoming, identity, moment)
        _buckets(connection, pages, incoming.dropped)
        connection.execute(delete(staged))
        move_to(connection, replaced(page.cursor, epoch=page.cursor.epoch or page.epoch))
        connection.execute(update(bucket).where(bucket.c.state == "filled").values(state="complete"))
        checking.keep_sums(connection, request, page)
        if _has_results(connection, identity):
            outbox.settle_held(connection, identity.stream, moment.isoformat())
            outbox.lost(connection, identity.stream)
        return done


def _has_results(connection: Connection, identity: Identity) -> bool:
    """Whether every result of this person up to the cursor is here."""
    own = select(bucket.c.state).where(bucket.c.name == f"rep:{identity.user_id}")
    return connection.execute(own).scalar() in HELD_STATES


def _fill(
    connection: Connection, request: Pull, at: BackfillAt, page: Page, identity: Identity, moment: datetime
) -> Rebased:
    """Let in a page of one bucket: of its first load, or of what is fetched again."""
    anew = at.only or _loaded_anew(connection, at.bucket)
    if not anew and loading.is_plain(connection, request, page):
        done, dropped = Rebased(loading.load(connection, page)), list[str]()
    else:
        rows, dropped = loading.as_rows(page), sorted(set(page.drop))
        swept = checking.swept(connection, at, page, rows) if anew else ()
        done = _rebased(connection, Incoming(rows, page.gone, dropped, swept), identity, moment)
    _buckets(connection, [page], dropped)
    if at.only:
        checking.repaired(connection, at, page)
    else:
        _filled(connection, at, page)
    return done


def _rebased(connection: Connection, incoming: Incoming, identity: Identity, moment: datetime) -> Rebased:
    done = rebase(connection, incoming, identity.person, moment.isoformat())
    if done.topics & {"document_draft", "draft_revision"}:
        sharing.let_in(connection)
        done.topics.add("drafts")
    return done


def _go_back(connection: Connection, common: Cursor, identity: Identity) -> None:
    """The server has said where both histories part: go on from there, and compare every bucket. Results are fetched
    again: those from before that place are of ops that were opened anew, and no increment brings them."""
    step_back(connection, common)
    set_recovering(connection, False)
    connection.execute(delete(due_sum))
    checking.all_due(connection)
    if outbox.waiting(connection)[1]:
        checking.ask_results_first(connection, f"rep:{identity.user_id}")


def _loaded_anew(connection: Connection, name: str) -> bool:
    state = connection.execute(select(bucket.c.state).where(bucket.c.name == name)).scalar()
    return state == "refresh"


def _gone(pages: Sequence[Page]) -> list[tuple[str, str, str]]:
    """What has left its bucket and has not come back there on a later page."""
    gone: dict[tuple[str, str, str], None] = {}
    for page in pages:
        for kind, row in page.rows if gone else ():
            for name in KINDS[kind].buckets(row):
                gone.pop((name, kind, row["id"]), None)
        gone |= dict.fromkeys(page.gone)
    return list(gone)


def _buckets(connection: Connection, pages: list[Page], dropped: Sequence[str]) -> None:
    if dropped:
        for table in (bucket, due_sum, repair):
            column = table.c.name if table is bucket else table.c.bucket
            connection.execute(delete(table).where(column.in_(list(dropped))))
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
            if outbox.waiting(connection)[1]:
                checking.ask_results_first(connection, grant.bucket)


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


def forget_position(workspace: Workspace) -> None:
    """Load every bucket anew, from nothing. The outbox is not touched."""
    with writing(workspace.engine) as connection:
        connection.execute(delete(staged))
        step_back(connection, Cursor())
        connection.execute(update(bucket).values(state="backfill", after_kind="", after_id="", loaded=0))
    workspace.tell({"sync"})


def _held(connection: Connection) -> list[str]:
    return list(connection.execute(select(bucket.c.name).order_by(bucket.c.name)).scalars())
