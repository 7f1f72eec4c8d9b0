"""The workspace of one user at one server: `perform` saves an intention, `absorb_*` lets the server in.

One writing connection (the caller's writer thread owns it), readers use `reader`. No clock and no dice of its own:
`now` and `new_id` are handed in by the compose root. After each commit the topics touched go to `on_change`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.codec import decode, encode
from app.domain.commands import Command, CountTrunk
from app.domain.decide import EXCEPTION, REJECTED, Decision, decide
from app.domain.ids import human_number
from app.domain.parties import Person
from app.store.engine import reading, writing
from app.store.read_facts import Key
from app.store.write_events import Stamp, write_events
from app.workspace import guesses, outbox, streams
from app.workspace.deciding import facts_here
from app.workspace.incidents import note
from app.workspace.meta import get_meta as get_meta, set_meta as set_meta
from app.workspace.rebase import guess_all_again
from app.workspace.tables import draft, footprint, outbox as outbox_table

_DOCUMENTS = ("quote", "approval", "sales_order", "count_sheet")  # ops on one of these wait for each other
RETENTION_DAYS = 30


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose workspace this is, on which device, at which server."""

    server_url: str
    user_id: str
    login: str
    name: str
    role: str
    code: str
    territories: tuple[str, ...]
    device_id: str
    stream: str
    letter: str

    @property
    def person(self) -> Person:
        return Person(self.user_id, self.role, self.territories, self.code)


@dataclass(frozen=True, slots=True)
class Performed:
    """`saved` is False when the rules refused: nothing was kept, the findings say why."""

    saved: bool
    decision: Decision
    op_id: str


@dataclass(frozen=True, slots=True)
class Draft:
    id: str
    kind: str
    body: dict[str, Any]
    updated_at: str
    base: str = ""  # the shared revision it was written on


@dataclass(frozen=True, slots=True)
class _Kept:
    """An op that is written: what was decided, what the journal gets, which kinds of rows changed."""

    decision: Decision
    record: dict[str, Any]
    topics: frozenset[str]


class _Refused(Exception):
    """Takes a transaction back; never leaves this module."""


class NotEnrolled(RuntimeError):
    """This workspace has never met its server: sign in first."""


@dataclass(slots=True)
class Workspace:
    """See the module. `journal` gets a record of each op right after its commit. `give_way` is called again and again
    while a page is let in, some milliseconds apart; it may take its time when somebody waits for an answer."""

    engine: Engine
    reader: Engine
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    journal: Callable[[dict[str, Any]], None] | None = None
    give_way: Callable[[], object] = lambda: None
    _listeners: list[Callable[[frozenset[str]], None]] = field(default_factory=list)

    # -- who and when -------------------------------------------------------------------------------------------------

    def today(self) -> str:
        """The business date here and now (ISO, the device's own calendar)."""
        return self.now().astimezone().date().isoformat()

    def identity(self) -> Identity | None:
        with reading(self.engine) as connection:
            return read_identity(connection)

    def become(self, identity: Identity, next_seq: int) -> None:
        """Keep who signed in and the stream the server gave. Ops the server already has are marked as sent.

        In another stream than before the ops without a result go on under its numbers. A stream of which the server
        has more than this database ever gave out is not gone on with: `streams.FORKED` asks for a fresh one.
        """
        with writing(self.engine) as connection:
            known = read_identity(connection) or _former(connection)
            if known is not None and (known.user_id, known.server_url) != (
                identity.user_id,
                identity.server_url,
            ):
                raise ValueError(f"this database belongs to {known.login} at {known.server_url}")
            set_meta(connection, "identity", json.dumps(asdict(identity)))
            fresh = known is None or known.stream != identity.stream
            if fresh:
                set_meta(connection, f"first_seq:{identity.stream}", str(next_seq))
                # a new database under a number that was used before: its letter and numbers are not its own
                set_meta(connection, streams.FORKED, "reinstalled" if known is None and next_seq > 1 else "")
                if streams.move_ops(connection, identity.stream, next_seq):
                    guess_all_again(connection, identity.person)
            elif streams.server_has(connection, identity.stream, next_seq - 1, self.now().isoformat()):
                guess_all_again(connection, identity.person)
        self.tell({"sync"})

    def settle_in(self, installation: str) -> bool:
        """Whether this database was made in this installation. If not it was copied to another machine: nobody is
        signed in any more, and whoever signs in is a new device, in whose stream the ops without a result go on."""
        at = self.now().isoformat()
        with writing(self.engine) as connection:
            made_in = get_meta(connection, "installation")
            set_meta(connection, "installation", installation)
            if made_in in (None, installation):
                return True
            identity = get_meta(connection, "identity")
            if identity:
                set_meta(connection, "former", identity)
                set_meta(connection, "identity", "")
            note(connection, at, "database_copied")
        return False

    def on_change(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call `listener` with the topics touched after each commit, on the thread that committed."""
        self._listeners.append(listener)

    def tell(self, topics: Iterable[str]) -> None:
        changed = frozenset(topics)
        if changed:
            for listener in self._listeners:
                listener(changed)

    # -- performing ---------------------------------------------------------------------------------------------------

    def preview(self, command: Command) -> Decision:
        """What the rules would say now; nothing is kept."""
        with reading(self.engine) as connection:
            who = _enrolled(connection)
            return decide(command, facts_here(connection, command, who.person, who.stream).facts)

    def perform(
        self,
        command: Command,
        *,
        even_so: bool = False,
        also: Callable[[Connection], None] | None = None,
    ) -> Performed:
        """Decide and keep: rows, guess, op and sequence number in one transaction; what `also` does is part of it.

        A refused command keeps nothing. A fact that would become an exception case is kept only `even_so` (the person
        has seen the findings and says that it happened). Raises NotEnrolled, and Malformed for what no server
        could read.
        """
        [performed] = self.perform_all((command,), even_so=even_so, also=also)
        return performed

    def perform_all(
        self,
        commands: Sequence[Command],
        *,
        even_so: bool = False,
        also: Callable[[Connection], None] | None = None,
    ) -> tuple[Performed, ...]:
        """As `perform`, for several that belong together: all of them are kept or none. After the first that is
        refused nothing more is asked; it comes last in the answer, and none of them is saved."""
        payloads = [encode(command) for command in commands]
        for payload in payloads:
            decode(payload)
        answers: list[Performed] = []
        kept: list[_Kept] = []
        try:
            with writing(self.engine) as connection:
                who = _enrolled(connection)
                for command, payload in zip(commands, payloads, strict=True):
                    answer = self._perform(connection, who, command, payload, even_so=even_so)
                    if isinstance(answer, Decision):
                        answers.append(Performed(False, answer, command.op_id))
                        raise _Refused
                    answers.append(Performed(True, answer.decision, command.op_id))
                    kept.append(answer)
                if also is not None:
                    also(connection)
        except _Refused:
            return tuple(replace(one, saved=False) for one in answers)
        topics = {"outbox"}
        for one in kept:
            if self.journal:
                self.journal(one.record)
            topics |= one.topics
        self.tell(topics)
        return tuple(answers)

    def _perform(
        self, connection: Connection, who: Identity, command: Command, payload: bytes, *, even_so: bool
    ) -> _Kept | Decision:
        """Decide and write; the decision alone when nothing may be kept."""
        found = facts_here(connection, command, who.person, who.stream)
        decision = decide(command, found.facts)
        if decision.outcome == REJECTED or (decision.outcome == EXCEPTION and not even_so):
            return decision
        seq = _next_seq(connection, who.stream)
        changes = write_events(connection, decision.events, Stamp(who.stream, seq), outside=False)
        touched = {(change.kind, change.row_id) for change in changes} | set(found.read)
        ord_ = outbox.append(
            connection,
            op_id=command.op_id,
            stream=who.stream,
            seq=seq,
            command=type(command).__name__,
            payload=payload,
            needs=_needs(connection, command, touched),
            saved_at=self.now().isoformat(),
            outcome=decision.outcome,
            findings=decision.findings,
        )
        guesses.remember(connection, ord_, changes, found.read)
        record = {"op_id": command.op_id, "stream": who.stream, "seq": seq, "payload": payload.decode()}
        return _Kept(decision, record, frozenset(change.kind for change in changes))

    def next_number(self) -> str:
        """The next human number, final when given out: rep code, device letter, counter."""
        with writing(self.engine) as connection:
            who = _enrolled(connection)
            counter = int(get_meta(connection, f"counter:{who.letter}") or "0") + 1
            set_meta(connection, f"counter:{who.letter}", str(counter))
            return human_number(who.code, who.letter, counter)

    def dismiss(self, op_id: str) -> None:
        """The person has dealt with the op's result; it leaves 'needs you' but stays in the log."""
        with writing(self.engine) as connection:
            connection.execute(
                update(outbox_table)
                .where(outbox_table.c.op_id == op_id, outbox_table.c.settled_at.is_not(None))
                .values(seen=1)
            )
        self.tell({"outbox"})

    # -- drafts -------------------------------------------------------------------------------------------------------

    def save_draft(self, draft_id: str, kind: str, body: dict[str, Any], *, base: str = "") -> None:
        """Keep a document being written; at every pause in typing. `base` is the shared revision it was read at."""
        moment = self.now().isoformat()
        row: dict[str, Any] = {"id": draft_id, "kind": kind, "body": json.dumps(body), "updated_at": moment}
        row |= {"base": base, "shared_at": None}
        with writing(self.engine) as connection:
            connection.execute(
                insert(draft).values(row).on_conflict_do_update(index_elements=["id"], set_=row)
            )
        self.tell({"drafts"})

    def drafts(self, kind: str) -> tuple[Draft, ...]:
        """Drafts of a kind, newest first."""
        with reading(self.engine) as connection:
            return read_drafts(connection, kind)

    def delete_draft(self, draft_id: str) -> None:
        with writing(self.engine) as connection:
            connection.execute(delete(draft).where(draft.c.id == draft_id))
        self.tell({"drafts"})

    def tidy(self, before: str) -> int:
        """Forget ops settled and seen before that moment; how many."""
        with writing(self.engine) as connection:
            return outbox.forget(connection, before)


def read_identity(connection: Connection) -> Identity | None:
    """Who this database belongs to; None before the first sign-in."""
    return _identity(get_meta(connection, "identity"))


def _former(connection: Connection) -> Identity | None:
    """Who the database belonged to in the installation it was copied from."""
    return _identity(get_meta(connection, "former"))


def _identity(text: str | None) -> Identity | None:
    if not text:
        return None
    values = json.loads(text)
    return Identity(**{**values, "territories": tuple(values["territories"])})


def read_drafts(connection: Connection, kind: str) -> tuple[Draft, ...]:
    """Drafts of a kind, newest first."""
    rows = connection.execute(
        select(draft).where(draft.c.kind == kind).order_by(draft.c.updated_at.desc(), draft.c.id)
    ).mappings()
    return tuple(
        Draft(row["id"], row["kind"], json.loads(row["body"]), row["updated_at"], row["base"]) for row in rows
    )


def _enrolled(connection: Connection) -> Identity:
    identity = read_identity(connection)
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    return identity


def _next_seq(connection: Connection, stream: str) -> int:
    """One after the highest given out, and never below what the server expects."""
    seq = streams.given_out(connection, stream) + 1
    set_meta(connection, f"last_seq:{stream}", str(seq))  # survives `forget`
    return seq


def _needs(connection: Connection, command: Command, touched: Iterable[Key]) -> list[str]:
    """Earlier unsettled ops that wrote a document this op reads or writes. A count rests on what was moved before it as
    well: with a parked sale left out, what was sold would be missing, and be taken off a second time."""
    waited_for = (*_DOCUMENTS, "balance") if isinstance(command, CountTrunk) else _DOCUMENTS
    documents = {key for key in touched if key[0] in waited_for}
    wrote: set[int] = set()
    for kind, row_id in sorted(documents):
        wrote.update(
            connection.execute(
                select(footprint.c.ord).where(
                    footprint.c.kind == kind, footprint.c.row_id == row_id, footprint.c.wrote == 1
                )
            ).scalars()
        )
    if not wrote:
        return []
    found = connection.execute(
        select(outbox_table.c.op_id)
        .where(outbox_table.c.ord.in_(wrote), outbox_table.c.settled_at.is_(None))
        .order_by(outbox_table.c.ord)
    )
    return list(found.scalars())
