"""Ops in: `apply_ops` decides a group of one stream's ops, in order, exactly once (SYNC.md laws 4–6, §3).

The same `read_facts`, `decide` and `write_events` as on the tablet, with the server's facts, in one unit of work with
the result. An op seen before gets its first answer again; a gap or another fingerprint is refused. A passing database
error retries the group; an op that makes the code fail is tried three times, counted outside its transaction, then
parked: its bytes are kept, the stream goes on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from app.domain.codec import Malformed, decode
from app.domain.commands import Command
from app.domain.decide import PARKED, Decision, decide
from app.domain.ids import fingerprint
from app.domain.parties import Person
from app.store import tables as t
from app.store.engine import writing
from app.store.read_facts import Everything, read_facts
from app.store.write_events import Stamp, write_events
from sync.protocol.api import ApiProblem, problem
from sync.protocol.messages import OpAnswer, OpEnvelope
from sync.server import rescue, streams
from sync.server.author import Author
from sync.server.envelopes import sign_granted
from sync.server.feed import UnitOfWork, unit_of_work
from sync.server.op_rows import command_name, log_op, result_row, storable
from sync.server.tables import attempt, op_log

log = logging.getLogger(__name__)

ATTEMPTS = 3  # of an op that makes apply fail, before it is parked
OPS_AT_ONCE = 20  # in one transaction on SQLite
GROUP_TRIES = 12  # of a group, on passing database errors
# PostgreSQL: no connection, deadlock and serialization, lock time-out, no resources, operator, system, standby
_PASSING = ("08", "40", "55P03", "53", "57", "58", "25006")
_PASSING_SQLITE = ("database is locked", "database or disk is full", "disk I/O error")


@dataclass(slots=True)
class Tally:
    """What a server process has had to retry; shown by /health and the load bench."""

    retried: int = 0
    deadlocks: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, error: BaseException) -> None:
        with self._lock:
            self.retried += 1
            self.deadlocks += _sqlstate(error) == "40P01"


@dataclass(slots=True)
class _Dead(Exception):
    """Apply failed on this op; what came before it stands."""

    op: OpEnvelope
    error: str


def apply_ops(
    engine: Engine, author: Author, ops: Sequence[OpEnvelope], *, now: Callable[[], datetime], tally: Tally
) -> tuple[int, list[OpAnswer]]:
    """Decide `ops` (ascending seq) of the author's stream; (last seq, one answer per op).

    On PostgreSQL each op is a transaction of its own: one op takes its locks in the fixed order of `read_facts`,
    whole groups would deadlock again and again. SQLite has one writer at a time: there a few ops share a transaction
    and its fsync, few enough that nobody waits long and that a crash costs little.

    Raises ApiProblem: 409 gap / stream_forked / stream_unknown, 403 actor_mismatch, 503 busy.
    """
    answers: list[OpAnswer] = []
    left = list(ops)
    last = 0
    size = 1 if engine.dialect.name == "postgresql" else OPS_AT_ONCE
    _check_actor(author, ops)
    while True:
        done: list[OpAnswer] = []
        try:
            last, done, dead = _retry_group(engine, author, left[:size], now, tally)
        except DBAPIError as err:
            if not _passing(err):
                raise
            raise problem(503, "busy", "The database is busy", "try again in a moment") from None
        answers += done
        left = left[len(done) :]
        if dead is not None:
            _count_attempt(engine, author, dead, now)
        elif not left:
            return last, answers


def _check_actor(author: Author, ops: Sequence[OpEnvelope]) -> None:
    """A push with an op of somebody else is refused whole, before any of it is applied (law 13)."""
    for op in ops:
        try:
            actor = decode(op.payload.encode()).actor
        except Malformed:
            continue  # it will be parked
        if actor != author.user_id:
            who = f"signed in as {author.user_id}"
            raise problem(403, "actor_mismatch", "These ops belong to another user", who)


def _retry_group(
    engine: Engine, author: Author, ops: Sequence[OpEnvelope], now: Callable[[], datetime], tally: Tally
) -> tuple[int, list[OpAnswer], _Dead | None]:
    def passing(error: BaseException) -> bool:
        if not _passing(error):
            return False
        tally.add(error)
        return True

    retrying = Retrying(
        retry=retry_if_exception(passing),
        stop=stop_after_attempt(GROUP_TRIES),
        wait=wait_random_exponential(multiplier=0.01, max=0.5),
        reraise=True,
    )
    return retrying(_apply_group, engine, author, ops, now)


def _apply_group(
    engine: Engine, author: Author, ops: Sequence[OpEnvelope], now: Callable[[], datetime]
) -> tuple[int, list[OpAnswer], _Dead | None]:
    answers: list[OpAnswer] = []
    with unit_of_work(engine) as work:
        row = streams.lock(work.connection, author)
        last, moment = row["last_seq"], now()
        for op in ops:
            if op.seq <= last:
                answers.append(_answer_again(work.connection, author, op))
                continue
            if op.seq != last + 1:
                raise problem(
                    409,
                    "gap",
                    "An op is missing",
                    f"expected seq {last + 1}, got {op.seq}",
                    expected=last + 1,
                )
            try:
                outcome = _apply(work, author, op, moment)
            except ApiProblem:
                if last == row["last_seq"]:
                    raise
                break  # what came before it stands; the next round meets it first
            except _Dead as dead:
                streams.advance(work, row, last)
                return last, answers, dead
            answers.append(OpAnswer(op.op_id, op.seq, outcome))
            last = op.seq
        streams.advance(work, row, last)
    return last, answers, None


def _answer_again(connection: Connection, author: Author, op: OpEnvelope) -> OpAnswer:
    known = connection.execute(
        select(op_log.c.fingerprint, op_log.c.stream, op_log.c.seq).where(op_log.c.op_id == op.op_id)
    ).one_or_none()
    same = known is not None and known.fingerprint == fingerprint(op.payload.encode())
    if known is None or not same or not _numbered(connection, author, op, known.stream, known.seq):
        raise problem(
            409, "stream_forked", "Another op already has this number", f"seq {op.seq} of {author.stream}"
        )
    return OpAnswer(op.op_id, op.seq, _outcome(connection, op.op_id))


def _numbered(connection: Connection, author: Author, op: OpEnvelope, stream: str, seq: int) -> bool:
    """Whether the op has this number in this stream, at first or since."""
    first: bool = (stream, seq) == (author.stream, op.seq)
    return first or streams.is_alias(connection, author, op.seq, op.op_id)


def _outcome(connection: Connection, op_id: str) -> str:
    found = select(t.op_result.c.outcome).where(t.op_result.c.id == op_id)
    return str(connection.execute(found).scalar_one())


def _apply(work: UnitOfWork, author: Author, op: OpEnvelope, moment: datetime) -> str:
    """Decide one op in a savepoint; its outcome. One that has come before under another number has its first outcome
    again. Raises _Dead when the code fails on it, ApiProblem 409 op_taken when the id is another op's."""
    connection = work.connection
    known = connection.execute(
        select(op_log.c.fingerprint, op_log.c.user_id).where(op_log.c.op_id == op.op_id)
    ).one_or_none()
    if known is not None:
        if tuple(known) != (fingerprint(op.payload.encode()), author.user_id):
            raise problem(409, "op_taken", "Another op has this id", op.op_id)
        streams.alias(connection, author, op.seq, op.op_id)
        return _outcome(connection, op.op_id)
    try:
        command = decode(op.payload.encode())
        if command.op_id != op.op_id:
            raise Malformed("the op's id differs from its envelope's")
    except Malformed as err:
        return _park(work, author, op, moment, f"{type(err).__name__}: {err}")
    waits = select(op_log.c.op_id).where(op_log.c.op_id.in_(op.needs), op_log.c.status == PARKED)
    blocker = connection.execute(waits.order_by(op_log.c.op_id)).scalars().first() if op.needs else None
    if blocker is not None:
        return _park(work, author, op, moment, f"waits for parked op {blocker}")
    tried = select(attempt.c.error).where(attempt.c.op_id == op.op_id, attempt.c.count >= ATTEMPTS)
    error = connection.execute(tried).scalar()
    if error is not None:  # the server could not park it after its last try
        return _park(work, author, op, moment, error)
    try:
        with connection.begin_nested():
            decision, changes = decide_here(connection, author.person, author.stream, op.seq, command, moment)
    except DBAPIError as err:
        if _passing(err):
            raise
        raise _Dead(op, f"{type(err).__name__}: {type(err.orig).__name__}") from err  # never the row's values
    except Exception as err:
        log.exception("op %s failed in apply", op.op_id)
        raise _Dead(op, storable(f"{type(err).__name__}: {err}")) from err
    work.note(changes)
    log_op(connection, author, op, moment, "decided", None)
    rescue.came(connection, op)
    work.add("op_result", [result_row(author, op, type(command).__name__, decision, moment)])
    return decision.outcome


def decide_here(
    connection: Connection, person: Person, stream: str | None, seq: int, command: Command, moment: datetime
) -> tuple[Decision, list[Any]]:
    reading = read_facts(
        connection,
        command,
        reach=Everything(),
        actor=person,
        received_on=moment.date().isoformat(),
        stream=stream,
        seq=seq,
        lock=True,
    )
    decision = decide(command, reading.facts)
    changes = write_events(connection, decision.events, Stamp(stream, seq), images=False)
    return decision, [*changes, *sign_granted(connection, changes)]


def perform_here(
    engine: Engine, person: Person, command: Command, *, now: Callable[[], datetime]
) -> Decision:
    """Decide and write a command given on the server itself (the office's CLI), by the same path as an op."""
    with unit_of_work(engine) as work:
        decision, changes = decide_here(work.connection, person, None, 0, command, now())
        work.note(changes)
    return decision


# -- parking ----------------------------------------------------------------------------------------------------------


def _park(work: UnitOfWork, author: Author, op: OpEnvelope, moment: datetime, why: str) -> str:
    why = storable(why)
    log_op(work.connection, author, op, moment, PARKED, why)
    decision = Decision(PARKED, (), ())
    work.add("op_result", [result_row(author, op, command_name(op), decision, moment)])
    log.warning("op %s parked: %s", op.op_id, why)
    return PARKED


def _count_attempt(engine: Engine, author: Author, dead: _Dead, now: Callable[[], datetime]) -> None:
    """Count a failed attempt in its own transaction; after the last one, park the op."""
    with writing(engine) as connection:
        row = connection.execute(
            select(attempt.c.count).where(attempt.c.op_id == dead.op.op_id)
        ).one_or_none()
        count = (row[0] if row else 0) + 1
        if row:
            connection.execute(
                update(attempt).where(attempt.c.op_id == dead.op.op_id).values(count=count, error=dead.error)
            )
        else:
            connection.execute(attempt.insert().values(op_id=dead.op.op_id, count=count, error=dead.error))
    if count < ATTEMPTS:
        return
    with unit_of_work(engine) as work:
        locked = streams.lock(work.connection, author)
        if locked["last_seq"] == dead.op.seq - 1:
            _park(work, author, dead.op, now(), dead.error)
            streams.advance(work, locked, dead.op.seq)


def _sqlstate(error: BaseException) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")


def _passing(error: BaseException) -> bool:
    """Whether the database may well say yes next time."""
    if not isinstance(error, DBAPIError):
        return False
    text = str(error.orig)
    if _sqlstate(error).startswith(_PASSING) or error.connection_invalidated:
        return True
    return any(words in text for words in _PASSING_SQLITE)
