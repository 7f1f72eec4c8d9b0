"""A count in progress: kept at every entry, with what the books said in that very moment.

The books are read and the entry is written in one transaction, so a sale made during the count falls on one side of
each counted line or on the other, never in between. Nothing here shows the expected figure to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.commands import CountLine, CountTrunk
from app.store.engine import reading, writing
from app.store.tables import balance, balance_id
from app.workspace.rows.trunk import CountDraft, CountedLot, line_key
from app.workspace.tables import draft as draft_table, outbox
from app.workspace.workspace import Workspace, read_drafts

KIND = "count"


class NothingCounted(LookupError):
    """There is no count in progress for this place."""


def count_draft(connection: Connection, location_id: str) -> CountDraft | None:
    """The count in progress of a place. One that was signed already (and only its draft left behind) is none."""
    for kept in read_drafts(connection, KIND):
        if kept.body["location_id"] == location_id and not _signed(connection, kept.body["count_id"]):
            lines = tuple(CountedLot(**line) for line in kept.body["lines"])
            return CountDraft(kept.body["count_id"], location_id, kept.body["started_at"], lines)
    return None


def start_count(workspace: Workspace, location_id: str) -> None:
    """Begin a count, or go on with the one that was begun."""
    _change(workspace, location_id, lambda _connection, found: found)


def enter_count(workspace: Workspace, location_id: str, product_id: str, lot_id: str, counted: int) -> None:
    """So many base units were counted just now. Counting a lot again replaces its line, reason and all."""

    def enter(connection: Connection, found: CountDraft) -> CountDraft:
        booked = _booked(connection, location_id, product_id, lot_id)
        return _with(found, CountedLot(product_id, lot_id, counted, booked, workspace.now().isoformat()))

    _change(workspace, location_id, enter)


def count_one_more(workspace: Workspace, location_id: str, product_id: str, lot_id: str) -> bool:
    """One more unit of a lot was scanned. False when the books have moved since its first unit: nobody can say which
    units the earlier scans saw, so the line is taken back, to be counted from the start."""
    moved = False

    def add(connection: Connection, found: CountDraft) -> CountDraft:
        nonlocal moved
        key = line_key(product_id, lot_id)
        booked = _booked(connection, location_id, product_id, lot_id)
        before = next((one for one in found.lines if one.key == key), None)
        moved = before is not None and before.expected != booked
        if moved:
            return _without(found, key)
        counted = before.counted + 1 if before else 1
        return _with(found, CountedLot(product_id, lot_id, counted, booked, workspace.now().isoformat()))

    _change(workspace, location_id, add)
    return not moved


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
        connection.execute(delete(draft_table).where(draft_table.c.id == _draft_id(location_id)))
    workspace.tell({"drafts"})
    return found


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


def _booked(connection: Connection, location_id: str, product_id: str, lot_id: str) -> int:
    found = connection.execute(
        select(balance.c.qty).where(balance.c.id == balance_id(location_id, product_id, lot_id))
    ).scalar()
    return int(found or 0)


def _signed(connection: Connection, count_id: str) -> bool:
    return connection.execute(select(outbox.c.ord).where(outbox.c.op_id == count_id)).first() is not None


def _draft_id(location_id: str) -> str:
    return f"{KIND}|{location_id}"
