"""A count in progress: kept at every entry, with what the books said in that very moment.

The books are read and the entry is written in one transaction, so a sale made during the count falls on one side of
each counted line or on the other, never in between. A line keeps where the device stood then, its cursor and its own
last op: by these the server finds what was expected (SYNC.md §6). Nothing here shows the expected figure to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace

from sqlalchemy import Connection, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.commands import CountLine, CountTrunk
from app.store.engine import reading, writing
from app.store.tables import balance, movement
from app.workspace.rows.trunk import CountDraft, CountedLot, line_key
from app.workspace.syncing import read_cursor
from app.workspace.tables import draft as draft_table, outbox
from app.workspace.workspace import Workspace, get_meta, read_drafts, read_identity

KIND = "count"


class NothingCounted(LookupError):
    """There is no count in progress for this place."""


def count_draft(connection: Connection, location_id: str) -> CountDraft | None:
    """The count in progress of a place. One that was signed already (and only its draft left behind) is none."""
    for kept in read_drafts(connection, KIND):
        if kept.body["location_id"] == location_id and not _signed(connection, kept.body["count_id"]):
            body = kept.body
            return CountDraft(
                body["count_id"],
                location_id,
                body["started_at"],
                tuple(CountedLot(**line) for line in body["lines"]),
                day_end=body.get("day_end", False),
                looked_over=body.get("looked_over", False),
                again=tuple(body.get("again", ())),
                begun=tuple(body.get("begun", ())),
            )
    return None


def start_count(workspace: Workspace, location_id: str, *, day_end: bool = False) -> None:
    """Begin a count, or go on with the one that was begun; with `day_end` it closes the day."""
    _change(
        workspace,
        location_id,
        lambda _connection, found: replace(found, day_end=found.day_end or day_end),
    )


def enter_count(workspace: Workspace, location_id: str, product_id: str, lot_id: str, counted: int) -> None:
    """So many base units were counted just now. Counting a lot again replaces its line, reason and all. Once the count
    was looked over it is the second count that a large difference asks for; before, a figure put right."""

    def enter(connection: Connection, found: CountDraft) -> CountDraft:
        line = _counted_now(workspace, connection, location_id, product_id, lot_id, counted)
        again = found.looked_over and any(one.key == line.key for one in found.lines)
        return _with(_begun(found, line.key), replace(line, recounted=again))

    _change(workspace, location_id, enter)


def count_one_more(
    workspace: Workspace, location_id: str, product_id: str, lot_id: str, units: int = 1
) -> bool:
    """One more label of a lot was scanned, of so many base units. The first one of a lot that is to be counted again
    begins it anew. False when the books have moved since its first unit: nobody can say which units the earlier scans
    saw, so the line is taken back, to be counted from the start."""
    moved = False

    def add(connection: Connection, found: CountDraft) -> CountDraft:
        nonlocal moved
        key = line_key(product_id, lot_id)
        before = next((one for one in found.lines if one.key == key), None)
        anew = key in found.again and key not in found.begun
        counted = before.counted + units if before and not anew else units
        line = _counted_now(workspace, connection, location_id, product_id, lot_id, counted)
        moved = before is not None and not anew and before.expected != line.expected
        if moved:
            return _without(found, key)
        recounted = before is not None and (anew or before.recounted)
        return _with(_begun(found, key), replace(line, recounted=recounted))

    _change(workspace, location_id, add)
    return not moved


def look_over(workspace: Workspace, location_id: str, limit: int | None) -> bool:
    """The count is done as far as it goes. Whether lots must be counted again first: they differ by more than `limit`
    base units and were counted once. Which ones is kept, so that a restart asks for the same."""
    asked: tuple[str, ...] = ()

    def close(_connection: Connection, found: CountDraft) -> CountDraft:
        nonlocal asked
        asked = tuple(one.key for one in found.lines if is_over(one, limit) and not one.recounted)
        return replace(found, looked_over=True, again=asked, begun=())

    _change(workspace, location_id, close)
    return bool(asked)


def count_again(workspace: Workspace, location_id: str, key: str) -> None:
    """A person wants to count this line again: the next scan of it begins it anew."""
    _change(
        workspace,
        location_id,
        lambda _connection, found: replace(found, looked_over=True, again=(key,), begun=()),
    )


def is_over(line: CountedLot, limit: int | None) -> bool:
    """Whether a line differs by more than the company lets pass with one count; exactly the limit is within it."""
    return limit is not None and abs(line.counted - line.expected) > limit


def take_back(workspace: Workspace, location_id: str, key: str) -> None:
    """The line is not counted after all."""
    _change(workspace, location_id, lambda _connection, found: _without(found, key))


def give_reason(workspace: Workspace, location_id: str, key: str, reason: str, note: str) -> None:
    """Why a counted line differs: a code, and words where the code is 'other'."""

    def give(_connection: Connection, found: CountDraft) -> CountDraft:
        lines = tuple(
            replace(one, reason=reason, note=note) if one.key == key else one for one in found.lines
        )
        return replace(found, lines=lines)

    _change(workspace, location_id, give)


def discard_count(workspace: Workspace, location_id: str) -> CountDraft | None:
    """Give the count up; answers it, so that `restore_count` can bring it back."""
    with writing(workspace.engine) as connection:
        found = count_draft(connection, location_id)
        forget_count(connection, location_id)
    workspace.tell({"drafts"})
    return found


def forget_count(connection: Connection, location_id: str) -> None:
    """Let the draft go, in the transaction that keeps what came of it."""
    connection.execute(delete(draft_table).where(draft_table.c.id == _draft_id(location_id)))


def restore_count(workspace: Workspace, found: CountDraft) -> None:
    """Take a discarded count up again as it was."""
    with writing(workspace.engine) as connection:
        _keep(workspace, connection, found)
    workspace.tell({"drafts"})


def count_command(workspace: Workspace, location_id: str, signed_by: str) -> CountTrunk:
    """The signed count as a command. Raises NothingCounted when no count is in progress."""
    with reading(workspace.engine) as connection:
        found = count_draft(connection, location_id)
    identity = workspace.identity()
    if found is None or identity is None:
        raise NothingCounted(location_id)
    return CountTrunk(
        op_id=found.count_id,
        actor=identity.user_id,
        business_date=workspace.today(),
        count_id=found.count_id,
        number=workspace.next_number(),
        location_id=location_id,
        signed_by=signed_by,
        lines=tuple(
            CountLine(
                product_id=one.product_id,
                lot_id=one.lot_id,
                counted=one.counted,
                expected=one.expected,
                reason=_reason(one),
                position=one.position,
                own_seq=one.own_seq,
                recounted=one.recounted,
            )
            for one in found.lines
        ),
    )


def _reason(line: CountedLot) -> str:
    """The reason as it is kept for good: its code, with the words behind a colon. '' where nothing differs."""
    if line.counted == line.expected or not line.reason:
        return ""
    return f"{line.reason}: {line.note.strip()}" if line.note.strip() else line.reason


def _with(found: CountDraft, line: CountedLot) -> CountDraft:
    return replace(found, lines=(*_without(found, line.key).lines, line))


def _begun(found: CountDraft, key: str) -> CountDraft:
    """The draft with this lot's second count begun, where one was asked for."""
    if key not in found.again or key in found.begun:
        return found
    return replace(found, begun=(*found.begun, key))


def _without(found: CountDraft, key: str) -> CountDraft:
    return replace(found, lines=tuple(one for one in found.lines if one.key != key))


def _change(
    workspace: Workspace, location_id: str, change: Callable[[Connection, CountDraft], CountDraft]
) -> None:
    with writing(workspace.engine) as connection:
        found = count_draft(connection, location_id)
        if found is None:
            found = CountDraft(workspace.new_id(), location_id, workspace.now().isoformat(), ())
        _keep(workspace, connection, change(connection, found))
    workspace.tell({"drafts"})


def _keep(workspace: Workspace, connection: Connection, found: CountDraft) -> None:
    row = {
        "id": _draft_id(found.location_id),
        "kind": KIND,
        "body": json.dumps(asdict(found)),
        "updated_at": workspace.now().isoformat(),
    }
    statement = insert(draft_table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def _counted_now(
    workspace: Workspace, connection: Connection, location_id: str, product_id: str, lot_id: str, counted: int
) -> CountedLot:
    """A line as of this moment: what the books say, and up to which movements they do."""
    return CountedLot(
        product_id,
        lot_id,
        counted,
        _booked(connection, location_id, product_id, lot_id),
        workspace.now().isoformat(),
        position=_told_up_to(connection, location_id),
        own_seq=_last_own_op(connection),
    )


def _booked(connection: Connection, location_id: str, product_id: str, lot_id: str) -> int:
    """Base units of the lot in the books, whoever owns them: nobody sees that when counting."""
    here = (
        balance.c.location_id == location_id,
        balance.c.product_id == product_id,
        balance.c.lot_id == lot_id,
    )
    found = connection.execute(select(func.sum(balance.c.qty)).where(*here)).scalar()
    return int(found or 0)


def _told_up_to(connection: Connection, location_id: str) -> int:
    """The position up to which the books here have the place's movements. That is the cursor, except while buckets are
    loaded anew: then rows may be further on, and the cursor may have been given up."""
    m = movement.c
    here = or_(m.from_location == location_id, m.to_location == location_id)
    newest = connection.execute(select(func.max(m.position)).where(here)).scalar()
    return max(read_cursor(connection).position, int(newest or 0))


def _last_own_op(connection: Connection) -> int:
    """The seq of this device's last op in its present stream; 0 before the first."""
    identity = read_identity(connection)
    if identity is None:
        return 0
    last = connection.execute(
        select(func.max(outbox.c.seq)).where(outbox.c.stream == identity.stream)
    ).scalar()
    return max(int(last or 0), int(get_meta(connection, f"last_seq:{identity.stream}") or "0"))


def _signed(connection: Connection, count_id: str) -> bool:
    return connection.execute(select(outbox.c.ord).where(outbox.c.op_id == count_id)).first() is not None


def _draft_id(location_id: str) -> str:
    return f"{KIND}|{location_id}"
