"""Who notes what people were promised: saved, acknowledged, and the results they were shown."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from observed import Acknowledged, Saved, Told
from sqlalchemy import Engine, select

from app.store.engine import reading
from app.workspace.tables import outbox
from sync.client.turn import Trouble
from sync.protocol.messages import Enrol, Push, PushAnswer, Rescue, decode
from sync.server.tables import user_account

if TYPE_CHECKING:
    from sim_server import Reply
    from sim_tablet import Machine
    from sim_world import Simulation


@dataclass(slots=True)
class Witness:
    """Writes into `world.seen`; it believes nobody's own books."""

    world: Simulation
    _pushed: dict[str, int] = field(
        default_factory=dict
    )  # op ids that the server has answered, and when last
    _stale: set[str] = field(default_factory=set)  # tablets whose outbox may have news

    def _saved(self, machine: Machine, op_id: str) -> None:
        """`perform` has kept an op on this tablet and is about to say so."""
        assert machine.identity is not None
        with reading(machine.workspace.reader) as connection:
            row = connection.execute(select(outbox).where(outbox.c.op_id == op_id)).mappings().one()
        outcome = row["guess"]
        self.world.counters[f"saved_{outcome}"] += 1
        self.world.counters["ops"] += 1
        self.world.seen.saved.append(
            Saved(
                op_id,
                machine.identity.user_id,
                machine.name,
                machine.identity.device_id,
                row["stream"],
                row["seq"],
                bytes(row["payload"]),
                outcome,
                self.world.seen.step,
            )
        )

    def answered(self, path: str, reply: Reply | None) -> None:
        """Note the ops whose push the server has answered; an answer may never arrive."""
        if path != "/sync/v1/push" or reply is None or reply.status != 200:
            return
        ids = {one.op_id for one in decode(reply.body, type=PushAnswer).answers}
        if ids & self._pushed.keys():
            self.world.count("resent_after_a_restore" if self.world.seen.restores else "push_answered_again")
        self._pushed |= dict.fromkeys(ids, self.world.seen.step)

    def told_by(self, machine: Machine, what: str, value: Any) -> None:
        """Something that a tablet tells."""
        world = self.world
        match what:
            case "changed":
                if value & {"outbox", "sync"}:
                    self._stale.add(machine.name)
            case "saved":
                self._saved(machine, value["op_id"])
            case "staged":
                world.count("pages_staged")
            case "half_loaded":
                world.count("load_interrupted")
            case "discarded":
                world.count("page_discarded")
            case "answered":
                self._heard(machine, *value)
            case "differs":
                world.count("sums_differed")
            case "refused":
                world.note("refused", machine.name, value)
                code = value.problem.code if hasattr(value, "problem") else "unreachable"
                world.count(f"heard_{code}")
            case "turn":
                world.note("turn over", machine.name, value.trouble)
                if value.trouble is Trouble.SIGN_IN:
                    machine.keyring.clear()

    def _heard(self, machine: Machine, request: Any, answer: Any) -> None:
        match request, answer:
            case Push(), PushAnswer():
                self._acknowledged(machine, request.stream, answer)
            case Enrol(), _:
                self.world.count("stream_opened")
            case Rescue(), _:
                self.world.count("rescued")

    def _acknowledged(self, machine: Machine, stream: str, answer: PushAnswer) -> None:
        seen = self.world.seen
        known = {one.op_id: one for one in seen.saved}
        for one in answer.answers:
            if one.op_id in known:
                known[one.op_id].pushed = True
            at = self._pushed.get(one.op_id, seen.step)  # when it was said, not when it was heard
            seen.acknowledged.append(Acknowledged(one.op_id, machine.name, stream, one.seq, one.outcome, at))

    def look(self) -> None:
        """Note the results that have come to the tablets since the last look."""
        seen, server = self.world.seen, self.world.server
        seen.now = self.world.clock()
        if server.engine is not None:
            seen.server = server.engine
            if "server" in seen.changed:
                self._read_people(server.engine)
        for name in sorted(self._stale):
            machine = self.world.machines[name]
            if machine.up:
                self._read_results(machine)
        self._stale.clear()

    def _read_people(self, engine: Engine) -> None:
        """Who may see what, as it stands at the server now."""
        with self.world.server.disk.aside(), reading(engine) as connection:
            scopes = connection.execute(select(user_account.c.id, user_account.c.territories)).all()
        for one in self.world.seen.tablets:
            for user, territories in scopes:
                if user == one.user_id and one.territories != tuple(json.loads(territories)):
                    one.territories = tuple(json.loads(territories))
                    self.world.count("scope_changed")

    def _read_results(self, machine: Machine) -> None:
        fell = select(outbox.c.op_id).where(outbox.c.result.is_(None), outbox.c.guess == "rejected")
        columns = (outbox.c.op_id, outbox.c.result, outbox.c.findings, outbox.c.guess)
        statement = select(*columns).where(outbox.c.result.is_not(None)).order_by(outbox.c.ord)
        with reading(machine.workspace.reader) as connection:
            rows = connection.execute(statement).all()
            self.world.counters["guess_fell"] += len(connection.execute(fell).all())
        seen, counters = self.world.seen, self.world.counters
        before = {one.op_id: one for one in seen.told if one.tablet == machine.name}
        for row in rows:
            codes = tuple(one[0] if isinstance(one, list) else str(one) for one in json.loads(row.findings))
            last = before.get(row.op_id)
            if last is None or (last.outcome, last.findings) != (row.result, codes):
                counters[f"result_{row.result}"] += 1
                counters["rejected_after_local_ok"] += int(
                    row.result == "rejected" and row.guess != "rejected"
                )
                seen.told.append(
                    Told(row.op_id, machine.about.user_id, machine.name, row.result, codes, seen.step)
                )
