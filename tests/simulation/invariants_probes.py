"""Attacks on a copy of the server when all is quiet: what no tablet would send, and what a bad line sends twice.

The copy is thrown away. Each attack must be refused, or change nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invariants_facts import Check, Facts
from invariants_shadow import opened
from observed import Tablet
from sqlalchemy import Engine

from app.domain.parties import Person
from app.store.engine import server_engine
from app.store.tables import KINDS
from sync.protocol.api import ApiProblem
from sync.protocol.messages import Cursor, OpEnvelope, Pull, Push, Rescue
from sync.protocol.version import PROTOCOL
from sync.server.api import ServerApi


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody with an enrolled device, as the server's accounts would say."""

    user_id: str
    device_id: str
    stream: str
    person: Person


@dataclass(slots=True)
class Attack:
    """A server of its own on a copy, and one tablet's place in it."""

    facts: Facts
    tablet: Tablet
    path: Path
    api: ServerApi
    speaker: Speaker
    last_seq: int

    def push(self, *ops: OpEnvelope) -> Any:
        """The answer, or the problem."""
        try:
            return self.api.push(self.speaker, Push(PROTOCOL, self.speaker.stream, list(ops)))
        except ApiProblem as error:
            return error

    def books(self) -> dict[str, list[Any]]:
        """Every shared table, and the log."""
        with opened(self.path) as cursor:
            names = [*KINDS, "op_log"]
            return {name: cursor.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in names}

    def bad(self, invariant: str, words: str) -> Exception:
        return self.facts.bad(invariant, f"{self.tablet.name}: {words}")

    def sale(self, op_id: str, actor: str) -> str:
        """A small op as bytes."""
        body = {
            "actor": actor,
            "business_date": self.facts.seen.now.date().isoformat(),
            "from_location": "wh",
            "lines": [{"lot_id": "", "product_id": "p2", "qty": 1, "reason": ""}],
            "number": f"X-{op_id}",
            "op_id": op_id,
            "to_location": f"trunk-{actor}",
            "transfer_id": f"t-{op_id}",
            "type": "RequestTransfer",
            "v": 2,
        }
        return json.dumps(body, sort_keys=True, separators=(",", ":"))


def not_in_anothers_name(attack: Attack) -> None:
    """I9: an op of somebody else is refused, and nothing of it is kept."""
    other = next(
        (one.user_id for one in attack.facts.seen.tablets if one.user_id != attack.tablet.user_id), "x"
    )
    answer = attack.push(OpEnvelope("probe-1", attack.last_seq + 1, attack.sale("probe-1", other)))
    if not isinstance(answer, ApiProblem) or answer.problem.code != "actor_mismatch":
        raise attack.bad("I9", f"an op of {other} was taken: {answer}")


def no_gap(attack: Attack) -> None:
    """I5: an op that leaves out a number is refused, and the server says what it expects."""
    envelope = OpEnvelope("probe-2", attack.last_seq + 3, attack.sale("probe-2", attack.tablet.user_id))
    answer = attack.push(envelope)
    if not isinstance(answer, ApiProblem) or answer.problem.expected != attack.last_seq + 1:
        raise attack.bad("I5", f"a gap in the stream was taken: {answer}")


def again_is_the_same(attack: Attack) -> None:
    """I1 and I24: everything sent again gets its first answers and changes nothing."""
    log = [row for row in attack.facts.own["op_log"] if row["stream"] == attack.speaker.stream]
    for row in sorted(log, key=lambda row: row["seq"]):
        before = attack.books()
        envelope = OpEnvelope(row["op_id"], row["seq"], row["payload"], json.loads(row["needs"]))
        answer = attack.push(envelope)
        told = attack.facts.rows("op_result")[row["op_id"]]["outcome"]
        if isinstance(answer, ApiProblem) or answer.answers[0].outcome != told:
            raise attack.bad("I24", f"op {row['op_id']} was {told}; sent again it is {answer}")
        if attack.books() != before:
            raise attack.bad("I1", f"op {row['op_id']} was sent again and did something again")


def other_bytes_are_refused(attack: Attack) -> None:
    """I1: other bytes under a known id are refused loudly."""
    log = [row for row in attack.facts.own["op_log"] if row["stream"] == attack.speaker.stream]
    for row in log[:1]:
        forged = attack.sale(row["op_id"], attack.tablet.user_id)
        answer = attack.push(OpEnvelope(row["op_id"], row["seq"], forged))
        if not isinstance(answer, ApiProblem) or answer.problem.code != "stream_forked":
            raise attack.bad("I1", f"other bytes under the id of op {row['op_id']} were taken: {answer}")


def rescue_applies_nothing(attack: Attack) -> None:
    """I21: what comes by rescue is kept as bytes and changes no book."""
    before = attack.books()
    envelope = OpEnvelope("probe-3", attack.last_seq + 1, attack.sale("probe-3", attack.tablet.user_id))
    try:
        attack.api.rescue(attack.speaker, Rescue(PROTOCOL, attack.speaker.stream, "probe", [envelope]))
    except ApiProblem as error:
        raise attack.bad("I3", f"an op could not be rescued: {error}") from None
    if attack.books() != before:
        raise attack.bad("I21", "an op that came by rescue was applied")


def another_history_is_noticed(attack: Attack) -> None:
    """I15: a cursor of this epoch and of a position that was, but of another history, is refused."""
    now = attack.facts.shadow.now
    assert now is not None
    if not now.nonce:
        return
    try:
        body = attack.api.pull(
            attack.speaker, Pull(PROTOCOL, Cursor(now.epoch, now.position, "another"), ["g:policy"])
        )
    except ApiProblem as error:
        if error.problem.status == 410:
            return
        raise
    raise attack.bad("I15", f"a cursor of another history was answered with {len(body)} bytes")


ATTACKS: tuple[Callable[[Attack], None], ...] = (
    not_in_anothers_name,
    no_gap,
    again_is_the_same,
    other_bytes_are_refused,
    rescue_applies_nothing,
    another_history_is_noticed,
)


def attacks_come_to_nothing(facts: Facts) -> None:
    """I1, I5, I9, I24: see each attack. One tablet is played by a stranger."""
    able = [
        one
        for one in facts.speaking()
        if f"{one.device_id}.1" in {row["stream"] for row in facts.own["op_log"]}
    ]
    for one in able[:1]:
        with _copy(facts) as (path, engine):
            device = facts.rows("device")[one.device_id]
            person = Person(one.user_id, one.role, tuple(one.territories))
            speaker = Speaker(one.user_id, one.device_id, device["stream"], person)
            api = ServerApi(engine, lambda: facts.seen.now)
            for attack in ATTACKS:
                attack(Attack(facts, one, path, api, speaker, device["last_seq"]))


@contextmanager
def _copy(facts: Facts) -> Iterator[tuple[Path, Engine]]:
    path = facts.seen.server_path.with_name("attacked.db")
    for end in ("", "-wal"):
        source = facts.seen.server_path.with_name(facts.seen.server_path.name + end)
        if source.exists():
            shutil.copyfile(source, path.with_name(path.name + end))
    engine = server_engine(f"sqlite:///{path}")
    try:
        yield path, engine
    finally:
        engine.dispose()
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


QUIET: tuple[Check, ...] = (attacks_come_to_nothing,)
