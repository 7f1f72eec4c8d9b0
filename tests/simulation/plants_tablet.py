"""Planted bugs of the tablet: the outbox, its numbers, guesses, and what is let in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from plants_kit import Plant, Wrapper, every, plant, replaced, wrapped
from sqlalchemy import delete, func, select, update

from app.store.engine import writing
from app.store.rows import RowChange
from app.store.tables import KINDS
from app.workspace import guesses, outbox, rebase, syncing, workspace
from app.workspace.tables import bucket, footprint, guess, outbox as outbox_table, staged
from app.workspace.workspace import Workspace, get_meta, set_meta
from sync.client.turn import Turn
from sync.protocol.api import ApiProblem
from sync.protocol.messages import Push, PushAnswer
from sync.protocol.wire import read_page

# -- the outbox -------------------------------------------------------------------------------------------------------


def _cleared(failed: Wrapper) -> Wrapper:
    def on_401(turn: Turn, space: Workspace, request: Any, error: Any) -> None:
        failed(turn, space, request, error)
        if isinstance(error, ApiProblem) and error.problem.status == 401:
            with writing(space.engine) as connection:
                for table in (outbox_table, guess, footprint):
                    connection.execute(delete(table))

    return on_401


def _dropped(settle: Wrapper) -> Wrapper:
    def dropping(connection: Any, results: Any, *rest: Any) -> None:
        settle(connection, results, *rest)
        for row in results:
            if row["outcome"] == "rejected":
                connection.execute(delete(outbox_table).where(outbox_table.c.op_id == row["id"]))

    return dropping


def _marked(failed: Wrapper) -> Wrapper:
    def as_sent(turn: Turn, space: Workspace, request: Any, error: Any) -> None:
        failed(turn, space, request, error)
        if isinstance(request, Push) and not isinstance(error, ApiProblem):
            ids = [op.op_id for op in request.ops]
            with writing(space.engine) as connection:
                connection.execute(update(outbox_table).where(outbox_table.c.op_id.in_(ids)).values(pushed=1))

    return as_sent


def _settled_by_push(absorb: Wrapper) -> Wrapper:
    def at_once(turn: Turn, space: Workspace, request: Any, answer: Any) -> Any:
        page = absorb(turn, space, request, answer)
        if isinstance(answer, PushAnswer):
            with writing(space.engine) as connection:
                told = [{"id": one.op_id, "outcome": one.outcome, "findings": "[]"} for one in answer.answers]
                outbox.settle(connection, told, space.now().isoformat())
        return page

    return at_once


def _forgotten_early(absorb: Wrapper) -> Wrapper:
    def tidying(turn: Turn, space: Workspace, request: Any, answer: Any) -> Any:
        page = absorb(turn, space, request, answer)
        with writing(space.engine) as connection:
            connection.execute(
                update(outbox_table).where(outbox_table.c.settled_at.is_not(None)).values(seen=1)
            )
        space.tidy(space.now().isoformat())
        return page

    return tidying


def _by_clock(unpushed: Wrapper) -> Wrapper:
    def ordered(connection: Any) -> tuple[str, list[dict[str, Any]]]:
        stream, ops = unpushed(connection)
        at = dict(connection.execute(select(outbox_table.c.op_id, outbox_table.c.saved_at)).all())
        numbers = sorted(op["seq"] for op in ops)
        ops.sort(key=lambda op: at[op["op_id"]])
        return stream, [{**op, "seq": seq} for op, seq in zip(ops, numbers, strict=True)]

    return ordered


def _encoded_again(unpushed: Wrapper) -> Wrapper:
    def fresh(connection: Any) -> tuple[str, list[dict[str, Any]]]:
        stream, ops = unpushed(connection)
        return stream, [{**op, "payload": json.dumps(json.loads(op["payload"])).encode()} for op in ops]

    return fresh


# -- numbers ----------------------------------------------------------------------------------------------------------


def _same_number(set_meta_: Wrapper) -> Wrapper:
    due = every(4)

    def forgetting(connection: Any, key: str, value: str) -> None:
        if not key.startswith("counter:") or not due():
            set_meta_(connection, key, value)

    return forgetting


def _same_seq(_next_seq: Wrapper) -> Wrapper:
    def by_what_waits(connection: Any, stream: str) -> int:
        floor = int(get_meta(connection, "first_seq") or "1")
        waits = select(func.max(outbox_table.c.seq)).where(
            outbox_table.c.stream == stream, outbox_table.c.settled_at.is_(None)
        )
        return max(floor, int(connection.execute(waits).scalar() or 0) + 1)

    return by_what_waits


# -- guesses ----------------------------------------------------------------------------------------------------------


def _not_undone(_undo: Wrapper) -> Wrapper:
    def only_forget(connection: Any, ords: Any, ending: Any = frozenset(), *_standing: Any) -> set[Any]:
        guesses.forget(connection, sorted({*ords, *ending}))
        return set()

    return only_forget


def _not_redone(_again: Wrapper) -> Wrapper:
    return lambda *_ignored: None


def _without_rows(remember: Wrapper) -> Wrapper:
    def leaving_out(connection: Any, ord_: int, changes: Sequence[RowChange], read: Any) -> None:
        remember(connection, ord_, changes, read)
        connection.execute(delete(footprint).where(footprint.c.ord == ord_, footprint.c.kind != "policy"))

    return leaving_out


def _late_image(remember: Wrapper) -> Wrapper:
    def after(connection: Any, ord_: int, changes: Sequence[RowChange], read: Any) -> None:
        remember(connection, ord_, changes, read)
        for change in changes:
            if change.kind == "balance" and change.before is not None:
                connection.execute(
                    update(guess)
                    .where(guess.c.ord == ord_, guess.c.kind == change.kind, guess.c.row_id == change.row_id)
                    .values(before=json.dumps(dict(change.after or {})))
                )

    return after


# -- letting in -------------------------------------------------------------------------------------------------------


def _lets_go_too_much(_let_go: Wrapper) -> Wrapper:
    def greedy(connection: Any, gone: Any, dropped: Any, done: Any) -> None:
        for _bucket, kind, row_id in gone:
            if kind in KINDS:
                guesses.put_row(connection, kind, row_id, None)

    return greedy


def _never_lets_go(_let_go: Wrapper) -> Wrapper:
    return lambda *_ignored: None


def _drop_keeps_rows(_rows: Wrapper) -> Wrapper:
    return lambda *_ignored: []


def _first_pages_lost(absorb_pull: Wrapper) -> Wrapper:
    def only_the_last(space: Workspace, request: Any, body: bytes) -> Any:
        page = absorb_pull(space, request, body)
        with writing(space.engine) as connection:
            newest = select(func.max(staged.c.page)).scalar_subquery()
            connection.execute(delete(staged).where(staged.c.page < newest))
        return page

    return only_the_last


def _cursor_first(absorb_pull: Wrapper) -> Wrapper:
    def apart(space: Workspace, request: Any, body: bytes) -> Any:
        page = read_page(body, syncing.COLUMNS)
        if request.backfill is None and not page.more and request.cursor.epoch:
            with writing(space.engine) as connection:
                set_meta(connection, "position", str(page.cursor.position))
                set_meta(connection, "nonce", page.cursor.nonce)
        return absorb_pull(space, request, body)

    return apart


def _whole_too_soon(absorb_pull: Wrapper) -> Wrapper:
    def at_first_page(space: Workspace, request: Any, body: bytes) -> Any:
        page = absorb_pull(space, request, body)
        if request.backfill is not None:
            with writing(space.engine) as connection:
                connection.execute(
                    update(bucket).where(bucket.c.name == request.backfill.bucket).values(state="complete")
                )
        return page

    return at_first_page


def _starts_again(open_: Wrapper) -> Wrapper:
    def from_nothing(space: Workspace) -> Any:
        asked = open_(space)
        if asked is not None and asked.backfill.kind and from_now():
            with writing(space.engine) as connection:
                connection.execute(
                    update(bucket).where(bucket.c.state == "backfill").values(after_kind="", after_id="")
                )
            return open_(space)
        return asked

    from_now = every(3)
    return from_nothing


def _undoubted(
    name: str, says: str, caught_by: str, where: Any, attribute: str, wrap: Callable[[Wrapper], Wrapper]
) -> Plant:
    """A plant of ops that count as sent. What is sent and never gets a result is sent again once all results are here
    (`outbox.lost`): that second lock, which makes such a bug harmless, is open, too."""

    @contextmanager
    def put() -> Iterator[None]:
        with wrapped(where, attribute, wrap), replaced(outbox, "lost", lambda *_ignored: 0):
            yield

    return Plant(name, says, tuple(caught_by.split()), put)


def _shared(become: Wrapper) -> Wrapper:
    def anybody(space: Workspace, identity: Any, next_seq: int) -> None:
        become(space, identity, next_seq)
        with writing(space.engine) as connection:
            connection.execute(outbox_table.update().values(pushed=1))

    return anybody


PLANTS: tuple[Plant, ...] = (
    plant("delete-on-401", "an answer of 401 empties the outbox", "I3", Turn, "failed", _cleared),
    plant(
        "dropped-rejected-op",
        "a rejected op is deleted before anybody has seen it",
        "I3",
        outbox,
        "settle",
        _dropped,
    ),
    _undoubted(
        "marked-as-sent",
        "ops whose push was not answered count as sent, and nobody doubts it",
        "I10 I3",
        Turn,
        "failed",
        _marked,
    ),
    plant(
        "settled-by-the-push",
        "the answer of a push settles the op, before the feed has brought its effect",
        "I4",
        Turn,
        "absorb",
        _settled_by_push,
    ),
    plant("forgotten-too-early", "settled ops are deleted at once", "I16", Turn, "absorb", _forgotten_early),
    plant(
        "clock-order",
        "ops go up in the order of the device's clock",
        "I1 I5 I22 I10",
        outbox,
        "unpushed",
        _by_clock,
    ),
    plant(
        "encoded-again", "an op is encoded again when it is sent", "I1", outbox, "unpushed", _encoded_again
    ),
    plant(
        "reused-number",
        "now and then the counter of human numbers is not kept",
        "I13",
        workspace,
        "set_meta",
        _same_number,
    ),
    plant(
        "seq-reused",
        "the next number in the stream comes from what waits, not from what was given",
        "I5 I10 I1",
        workspace,
        "_next_seq",
        _same_seq,
    ),
    _undoubted(
        "signed-in-counts-as-sent",
        "signing in again marks all that waits as sent, and nobody doubts it",
        "I10 I3",
        Workspace,
        "become",
        _shared,
    ),
    plant(
        "guess-not-undone",
        "a guess is forgotten without being taken back",
        "I4 I8 I15",
        guesses,
        "take_back",
        _not_undone,
    ),
    plant(
        "guess-not-redone",
        "a guess that was taken back is not made again",
        "I4 I6",
        rebase,
        "_guess_again",
        _not_redone,
    ),
    plant(
        "footprint-without-rows",
        "an op's footprint leaves out the rows it read and wrote, and keeps the policies",
        "I4 I15 I2 I7",
        guesses,
        "remember",
        _without_rows,
    ),
    plant(
        "late-image", "the before-image is taken after the change", "I4 I15", guesses, "remember", _late_image
    ),
    plant(
        "drop-deletes-shared-rows",
        "a row that leaves one bucket goes, although it is in another",
        "I2 I7",
        rebase,
        "_let_go",
        _lets_go_too_much,
    ),
    plant(
        "gone-row-kept", "a row that has left all buckets stays", "I8 I20", rebase, "_let_go", _never_lets_go
    ),
    plant(
        "dropped-bucket-kept",
        "the rows of a dropped bucket stay",
        "I8",
        rebase,
        "_rows_of_bucket",
        _drop_keeps_rows,
    ),
    plant(
        "first-pages-lost",
        "of the staged pages only the last two are applied",
        "I2 I15",
        syncing,
        "absorb_pull",
        _first_pages_lost,
    ),
    plant(
        "cursor-before-rows",
        "the cursor is saved in a transaction of its own, before the rows",
        "I2 I15",
        syncing,
        "absorb_pull",
        _cursor_first,
    ),
    plant(
        "whole-too-soon",
        "a bucket counts as complete after its first page",
        "I2 I7",
        syncing,
        "absorb_pull",
        _whole_too_soon,
    ),
    plant(
        "first-sync-starts-again",
        "an interrupted first load begins at the start",
        "I11 I23",
        syncing,
        "next_backfill",
        _starts_again,
    ),
)
