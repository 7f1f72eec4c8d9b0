"""One seed: a server, its office, two to five tablets and a network, moved step by step by one source of dice.

`Simulation(...).run()` plays the steps, calls the invariants after each, then lets the faults stop and asks them again
when all is quiet. Everything that happens goes into `trace`, whose digest must be the same for the same seed.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import sim_company as company
from observed import Observed, Tablet, Violation
from sim_disk import FULL, Killed
from sim_faults import Faults
from sim_habits import Habits
from sim_network import FAULTS, REPLY, REQUEST, Message, Network
from sim_office import DOINGS, Office
from sim_quiet import come_to_rest, come_to_rest_again
from sim_server import Server
from sim_tablet import STOPS, Asked, Machine
from sim_witness import Witness
from sqlalchemy.exc import DBAPIError

from app.domain.ids import uuid7
from sync.client.turn import Trouble

ACTIONS = {"deliver": 46, "tick": 18, "person": 26, "office": 5, "fault": 5, "wait": 2}


@dataclass(slots=True)
class Simulation:
    """`folder` is this seed's own; `until` stops before that step and does not come to rest."""

    seed: int
    folder: Path
    templates: company.Templates
    invariants: ModuleType | None = None
    steps: int = 0
    until: int | None = None
    told_of: Callable[[str], None] | None = None
    counters: Counter[str] = field(default_factory=Counter)
    machines: dict[str, Machine] = field(default_factory=dict)
    dice: random.Random = field(init=False)
    clock: company.Clock = field(default_factory=company.Clock)
    server: Server = field(init=False)
    network: Network = field(init=False)
    office: Office = field(init=False)
    habits: Habits = field(init=False)
    faults: Faults = field(init=False)
    witness: Witness = field(init=False)
    seen: Observed = field(init=False)
    fresh: bool = False  # nobody has signed in yet
    _trace: Any = field(default_factory=hashlib.sha256)
    _doings: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dice = self.dice = random.Random(self.seed)
        self.steps = self.steps or dice.choice((60, 100, 150, 200))
        self.fresh = self.dice.random() < 0.25 or not self.templates.together
        source = self.templates.server if self.fresh else self.templates.together_server
        path = company.lay_out(source, self.folder)
        self.server = Server(
            path, self.clock, random.Random(dice.random()), self.templates.passwords, self._broke
        )
        self.server.disk.blown = lambda what: self.count(f"server_{what}")
        self.server.start()
        assert self.server.engine is not None
        self.seen = Observed(self.seed, self.server.engine, path, self.clock())
        rates = {name: dice.choice((0, 0, 2, 8)) for name in FAULTS}
        self.network = Network(random.Random(dice.random()), rates, self.count)
        self.office = Office(self.server, self.clock, dice, self.new_id, self.count)
        self._doings = {name: weight * dice.choice((0, 1, 1, 2)) for name, weight in DOINGS.items()}
        self._doings["orders"] = self._doings["orders"] or 1
        self.habits = Habits(dice, self.new_id)
        self.faults = Faults(self)
        self.witness = Witness(self)
        self._enlist()

    def _enlist(self) -> None:
        """Two to four tablets; now and then one with an older app."""
        for name, person in company.TABLETS[: self.dice.choice((2, 3, 3, 4, 4))]:
            if self.fresh:
                self.add_tablet(name, person, self.templates.tablet)
            else:
                settled = self.templates.together[name]
                machine = self.add_tablet(name, person, settled.path, settled.device_id)
                machine.keyring.save(settled.secrets)
        if self.dice.random() < 0.15:
            self.faults.make_old(self.dice.choice(list(self.machines.values())))

    def add_tablet(
        self, name: str, person: company.Somebody, file: Path, device_id: str = "", installation: str = ""
    ) -> Machine:
        """A tablet of a person whose database begins as a copy of `file`, started."""
        path = self.folder / f"{name}.db"
        company.copy_database(file, path)
        about = Tablet(
            name,
            person.login,
            person.login,
            person.role,
            person.territories,
            device_id or self.new_id(),
            path,
        )
        about.installation = installation or name
        about.territories = next(
            (one.territories for one in self.seen.tablets if one.user_id == person.login), person.territories
        )
        machine = Machine(
            about, self.clock, random.Random(self.dice.random()), self.new_id, lambda what, value: None
        )
        machine.tell = lambda what, value: self.witness.told_by(machine, what, value)
        machine.disk.blown = lambda what: self.count(f"tablet_{what}")
        self.machines[name] = machine
        self.seen.tablets.append(about)
        machine.start()
        return machine

    def person_of(self, machine: Machine) -> company.Somebody:
        """Who this tablet is for."""
        return next(one for one in company.PEOPLE if one.login == machine.about.login)

    # -- the run ------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """All steps, then rest. Raises Violation."""
        if self.invariants is not None:
            self.invariants.begin(self.seen)
        while self.seen.step < self.steps:
            self.seen.step += 1
            if self.until is not None and self.seen.step > self.until:
                return
            self.seen.changed = set()
            self.step()
            self.witness.look()
            if self.invariants is not None:
                self.invariants.after_step(self.seen)
        come_to_rest(self)
        self._all_is_quiet()
        if self.faults.restores.server_goes_back():
            come_to_rest_again(self)
            self._all_is_quiet()
        self.note("rest", self.fingerprint())

    def _all_is_quiet(self) -> None:
        self.witness.look()
        self.seen.quiet = True
        if self.invariants is not None:
            self.invariants.when_quiet(self.seen)

    def step(self) -> None:
        """One thing happens, somewhere."""
        names, weights = list(ACTIONS), list(ACTIONS.values())
        if not self.network.flying:
            weights[0] = 0
        if self.faults.down() and self.dice.random() < 0.15:
            self.faults.bring_back()
            return
        if self.fresh:
            weights[0] *= 3  # the first load is many messages
        if self.faults.old_files and self.dice.random() < 0.04:
            self.faults.restores.strike()
            return
        action = self.dice.choices(names, weights)[0]
        doing: Callable[[], None] = getattr(self, f"_{action}")
        doing()

    def close(self) -> None:
        """Let go of all files."""
        for machine in self.machines.values():
            machine.close()
        self.server.close()

    @property
    def digest(self) -> str:
        """Of everything that has happened so far."""
        return str(self._trace.hexdigest())

    def note(self, *what: object) -> None:
        """A line of the trace."""
        line = f"{self.seen.step} {self.clock.seconds:.3f} {' '.join(map(str, what))}"
        self._trace.update(line.encode())
        if self.told_of is not None:
            self.told_of(line)

    def count(self, what: str) -> None:
        """Something happened that must happen sometimes."""
        self.counters[what] += 1
        self.note("!", what)

    def new_id(self) -> str:
        return uuid7(int(self.clock.moment.timestamp() * 1000), self.dice.randbytes(10))

    def now_seconds(self) -> float:
        return self.clock.seconds

    # -- what may happen ----------------------------------------------------------------------------------------------

    def _deliver(self) -> None:
        message = self.network.next()
        if message is None:
            return
        self._forward_to(message.due)
        if message.kind == REQUEST:
            self._arrive(message)
            return
        machine = self.machines.get(message.tablet)
        if machine is None or not machine.up or machine.talk != message.talk or not machine.busy:
            if message.kind == REPLY:
                self.count("reply_too_late")
            return
        self.note("reply", machine.name, message.asked.path, message.reply and message.reply.status)
        self.at(machine, lambda: self.send(machine, machine.hear(message.reply)))

    def _arrive(self, message: Message) -> None:
        """A request arrives where the server should be."""
        reply = self.network.on_the_way()
        if reply is None and self.server.up:
            if message.talk == 0:
                self.count("request_answered_again")
            asked = message.asked
            try:
                reply = self.server.answer(asked.path, asked.token, asked.body)
            except Killed:
                self.server.die()
                self.count("server_died_in_a_request")
            self.seen.changed.add("server")
            self.witness.answered(asked.path, reply)
            if asked.path == "/auth/refresh" and reply is not None and reply.status == 200:
                self.count("token_renewed")
        self.note("request", message.tablet, message.asked.path, reply and (reply.status, len(reply.body)))
        self.network.send_back(message, reply, self.clock.seconds)

    def _tick(self) -> None:
        """A tablet looks whether there is something to do, as its loop does every second."""
        ready = [
            one
            for one in self.machines.values()
            if one.up
            and not one.busy
            and not one.about.locked
            and one.trouble not in STOPS - {Trouble.SIGN_IN}
        ]
        if not ready:
            return
        machine = self.dice.choice(ready)
        if machine.due > self.clock.seconds and self.dice.random() < 0.5:
            self._forward_to(machine.due)  # or a person taps and does not wait
        self.note("turn", machine.name)
        self.at(machine, lambda: self.send(machine, machine.begin()))

    def _person(self) -> None:
        """Somebody does something on a tablet."""
        ready = [one for one in self.machines.values() if one.up and one.identity and not one.about.locked]
        if not ready:
            return
        self._pass(self.dice.choice((1, 5, 30, 120)))
        machine = self.dice.choice(ready)
        self.at(machine, lambda: self.perform(machine))

    def perform(self, machine: Machine) -> None:
        """One command, given on this tablet."""
        assert machine.identity is not None
        workspace, who = machine.workspace, machine.identity
        if self.dice.random() < 0.1:
            name = self.habits.write(workspace)
            self.note("draft", machine.name, name)
            self.counters[f"draft_{name}"] += 1
            return
        command, name = self.habits.think(workspace, who)
        if command is None:
            self.note("nothing to do", machine.name, name)
            return
        done = workspace.perform(command, even_so=True)
        self.note("op", machine.name, name, command.op_id, done.saved, done.decision.outcome)
        if done.saved:
            self.faults.maybe_poison(command)
        else:
            self.counters["refused_here"] += 1

    def _office(self) -> None:
        if not self.server.up:
            return
        self._pass(self.dice.choice((1, 10, 60)))
        self.seen.changed.add("server")
        try:
            self.note("office", self.office.act(self._doings))
        except Killed:
            self.office.chunks = None
            self.server.die()
            self.count("server_died_in_the_office")
        except DBAPIError as error:
            self.office.chunks = None
            if FULL not in str(error.orig):
                raise
            self.count("office_refused_by_a_full_disk")

    def _fault(self) -> None:
        self.faults.strike()

    def _wait(self) -> None:
        """Nothing happens for a while: minutes, hours, a night."""
        self.clock.forward(self.dice.choice((60, 600, 1_200, 3_700, 12 * 3_600)))

    def _pass(self, seconds: float) -> None:
        """A person takes so long, but not longer than until the next message arrives."""
        flying = self.network.flying
        if flying:
            seconds = min(seconds, max(0.0, flying[0].due - self.clock.seconds))
        self.clock.forward(seconds)

    def _forward_to(self, seconds: float) -> None:
        self.clock.forward(max(0.0, seconds - self.clock.seconds))

    # -- on a tablet --------------------------------------------------------------------------------------------------

    def at(self, machine: Machine, doing: Callable[[], None]) -> None:
        """Do something in this tablet's process, which may die of it or meet a full disk."""
        self.seen.changed.add(machine.name)
        try:
            doing()
        except Killed:
            machine.die()
            self.count("tablet_died")
        except DBAPIError as error:
            if FULL not in str(error.orig):
                raise
            self.count("tablet_met_a_full_disk")
            machine.crashed()

    def send(self, machine: Machine, asked: Asked | None) -> None:
        """Put what this tablet asks onto the network."""
        if asked is not None:
            self.network.send(machine.name, machine.talk, machine.spoken(asked), self.clock.seconds)

    # -- on the server ------------------------------------------------------------------------------------------------

    def _broke(self, error: Exception) -> None:
        if "poison" not in str(error):
            self.faults.bugs.append(error)
            raise Violation("500", self.seed, self.seen.step, f"{type(error).__name__}: {error}") from error

    def fingerprint(self) -> str:
        """Of what every database holds now."""
        from sim_fingerprint import of_database

        paths = [self.server.path, *(one.about.path for one in self.machines.values())]
        return " ".join(of_database(path) for path in paths if path.exists())
