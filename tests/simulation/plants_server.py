"""Planted bugs of the server: the feed, its pages, the log and the door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from msgspec import structs
from plants_kit import Plant, Wrapper, every, plant
from sqlalchemy import Engine, delete, select, tuple_, update

from app.domain.codec import decode
from app.domain.events import StockMoved
from app.store.kinds import Kind
from app.store.write_events import Stamp, write_events
from sync.protocol.api import problem
from sync.protocol.messages import Pull
from sync.server import accounts, apply, devices, feed, pages, pull, tables
from sync.server.feed import UnitOfWork

# -- positions and entries --------------------------------------------------------------------------------------------


def _naive(stamp: Wrapper) -> Wrapper:
    due = every(3)

    def same_moment(work: UnitOfWork) -> None:
        if not work._after or not due():
            stamp(work)
            return
        row, past = tables.clock.c, tables.history.c
        before = work.connection.execute(select(tables.clock)).mappings().one()
        work.connection.execute(delete(tables.history).where(past.position == before["position"]))
        work.connection.execute(update(tables.clock).values(position=row.position - 1))
        stamp(work)
        same = {"nonce": before["nonce"]}
        work.connection.execute(update(tables.clock).values(same))
        work.connection.execute(
            update(tables.history).where(past.position == before["position"]).values(same)
        )

    return same_moment


def _no_tombstones(_live: Wrapper) -> Wrapper:
    return lambda work, wanted: {}


def _stale_entry(_upsert: Wrapper) -> Wrapper:
    def upsert(work: UnitOfWork) -> Any:
        dialect = feed.sqlite if work.connection.dialect.name == "sqlite" else feed.postgresql
        statement = dialect.insert(tables.feed)
        return statement.on_conflict_do_update(
            index_elements=["bucket", "kind", "row_id"],
            set_={name: statement.excluded[name] for name in ("deleted", "sum")},
        )

    return upsert


def _import_without_feed(put: Wrapper) -> Wrapper:
    def silently(work: UnitOfWork, kind: str, rows: Any) -> Any:
        counts = put(work, kind, rows)
        if kind == "price":
            for row in rows:
                work._after.pop((kind, row["id"]), None)
        return counts

    return silently


def _one_bucket(buckets: Wrapper) -> Wrapper:
    return lambda kind, row: buckets(kind, row)[:1] if kind.name == "movement" else buckets(kind, row)


# -- pages ------------------------------------------------------------------------------------------------------------


def _ceiling(increment: Wrapper) -> Wrapper:
    def computed(connection: Any, page: Any, *rest: Any) -> None:
        increment(connection, page, *rest)
        row = connection.execute(select(tables.clock)).mappings().one()
        page.cursor = structs.replace(page.cursor, position=row["position"], nonce=row["nonce"])

    return computed


def _off_by_one(fill: Wrapper) -> Wrapper:
    def skipping(connection: Any, page: Any, at: Any, limit: int) -> None:
        fill(connection, page, at, limit)
        last = page.backfill
        if last is None:
            return
        entry = tables.feed.c
        after = (
            select(entry.kind, entry.row_id)
            .where(entry.bucket == at.bucket, entry.deleted == 0)
            .where(tuple_(entry.kind, entry.row_id) > (last.kind, last.row_id))
            .order_by(entry.kind, entry.row_id)
        )
        following = connection.execute(after.limit(1)).one()
        page.backfill = structs.replace(last, kind=following.kind, row_id=following.row_id)

    return skipping


def _any_bucket(read: Wrapper) -> Wrapper:
    def generous(connection: Any, *rest: Any) -> Any:
        page = read(connection, *rest)
        request = next(one for one in rest if isinstance(one, Pull))
        if request.backfill is not None and not page.carried:
            pages.fill(connection, page, request.backfill, request.limit)
        return page

    return generous


def _drops_nothing(may_hold: Wrapper) -> Wrapper:
    return lambda held, allowed: (may_hold(held, allowed)[0], ())


def _grants_nothing_new(may_hold: Wrapper) -> Wrapper:
    def stingy(held: Any, allowed: Any) -> Any:
        add, drop = may_hold(held, allowed)
        return tuple(one for one in add if not held or not one.startswith("terr:")), drop

    return stingy


# -- the log and the results ------------------------------------------------------------------------------------------


def _answers_first(unit_of_work: Wrapper) -> Wrapper:
    due = every(9)

    @contextmanager
    def lost(engine: Engine) -> Iterator[UnitOfWork]:
        if not due():
            with unit_of_work(engine) as work:
                yield work
            return
        with engine.connect().execution_options(trunkline_write=True) as connection:
            transaction = connection.begin()
            work = UnitOfWork(connection)
            try:
                yield work
                work.stamp()
            finally:
                transaction.rollback()  # the answer is out, and the power is off before the commit

    return lost


def _again(answer_again: Wrapper) -> Wrapper:
    def twice(connection: Any, author: Any, op: Any, *rest: Any) -> Any:
        answer = answer_again(connection, author, op, *rest)
        command = decode(op.payload.encode())
        from app.store.read_facts import Everything, read_facts

        reading = read_facts(connection, command, reach=Everything(), actor=author.person)
        known = replace(reading.facts, document_exists=False)
        for event in apply.decide(command, known).events:
            if isinstance(event, StockMoved):
                taken = select(apply.t.movement.c.id).where(apply.t.movement.c.id == f"{event.movement_id}+")
                if connection.execute(taken).first() is None:
                    more = replace(event, movement_id=f"{event.movement_id}+")
                    write_events(connection, [more], Stamp(author.stream, op.seq))
        return answer

    return twice


def _stuck(_park: Wrapper) -> Wrapper:
    def busy(*_ignored: Any) -> str:
        raise problem(503, "busy", "This op cannot be processed")

    return busy


class _AnyPrint(str):
    """Equal to whatever is in the log."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


def _same_print(_fingerprint: Wrapper) -> Wrapper:
    return lambda payload: _AnyPrint()


def _anybody(_check: Wrapper) -> Wrapper:
    return lambda author, ops: None


def _knows_no_revocation(_check: Wrapper) -> Wrapper:
    return lambda session: None


def _one_letter(_letters: Wrapper) -> Wrapper:
    return lambda index: "A"


def _no_result(add: Wrapper) -> Wrapper:
    due = every(5)

    def forgetting(work: UnitOfWork, kind: str, rows: Any) -> None:
        if kind == "op_result" and due():
            work.connection.execute(apply.t.op_result.insert(), rows)
            return
        add(work, kind, rows)

    return forgetting


PLANTS: tuple[Plant, ...] = (
    plant(
        "naive-cursor",
        "a position is a moment: what is committed within the same one has the same position, and `>` skips it",
        "I2 I15",
        UnitOfWork,
        "stamp",
        _naive,
    ),
    plant(
        "tombstones-forgotten",
        "a row that leaves a bucket gets no delete entry there",
        "I20 I2 I8 I19",
        UnitOfWork,
        "_live_entries",
        _no_tombstones,
    ),
    plant(
        "entry-keeps-its-position",
        "a row that changes keeps the position of its first entry",
        "I2",
        UnitOfWork,
        "_upsert",
        _stale_entry,
    ),
    plant(
        "import-without-feed",
        "an import of prices writes the rows and no entries",
        "I2 I15",
        UnitOfWork,
        "put",
        _import_without_feed,
    ),
    plant(
        "wrong-bucket", "a movement is told to one of its two places", "I2 I7", Kind, "buckets", _one_bucket
    ),
    plant(
        "computed-ceiling",
        "the next cursor is the head of the feed, not the last entry returned",
        "I2 I10 I15",
        pull,
        "_increment",
        _ceiling,
    ),
    plant(
        "backfill-off-by-one",
        "the resume key of a page is the first row of the next, which is then left out",
        "I2 I7 I10",
        pages,
        "fill",
        _off_by_one,
    ),
    plant(
        "backfill-of-any-bucket",
        "a page of a bucket is given without looking whether it is granted",
        "I8",
        pull,
        "read",
        _any_bucket,
    ),
    plant(
        "revocation-not-told",
        "a bucket that is no longer granted is not dropped",
        "I8",
        pull,
        "may_hold",
        _drops_nothing,
    ),
    plant(
        "grant-not-told",
        "a territory granted later is not told to a tablet that holds buckets already",
        "I8 I7",
        pull,
        "may_hold",
        _grants_nothing_new,
    ),
    plant(
        "result-before-commit",
        "an op is answered before its transaction is on the disk, and now and then it never gets there",
        "I16",
        apply,
        "unit_of_work",
        _answers_first,
    ),
    plant(
        "double-applied-retry",
        "an op that comes again moves its goods again",
        "I1 I12 I10",
        apply,
        "_answer_again",
        _again,
    ),
    plant(
        "parked-blocks-the-queue",
        "an op that cannot be processed is never parked",
        "I23 I10",
        apply,
        "_park",
        _stuck,
    ),
    plant(
        "fingerprint-ignored",
        "any bytes pass as those of a known op id",
        "I1 I24",
        apply,
        "fingerprint",
        _same_print,
    ),
    plant(
        "actor-not-checked",
        "an op of somebody else is decided for who sends it",
        "I9",
        apply,
        "_check_actor",
        _anybody,
    ),
    plant(
        "revoked-still-reads",
        "a session does not end with its device",
        "I21",
        accounts,
        "_check",
        _knows_no_revocation,
    ),
    plant(
        "letter-reused",
        "every device of a person gets the same letter",
        "I13",
        devices,
        "letters",
        _one_letter,
    ),
    plant(
        "result-not-in-the-feed",
        "now and then a result gets no entry in the feed",
        "I2 I10",
        UnitOfWork,
        "add",
        _no_result,
    ),
)
