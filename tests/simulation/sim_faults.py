"""What goes wrong besides the network: machines die, disks fill up, ops are poison, apps are old."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sim_restores import Restores
from sqlalchemy import delete, update

from app.domain.codec import Malformed
from app.domain.commands import Command
from app.store.engine import writing
from app.store.tables import KINDS as SHARED
from app.workspace import outbox, syncing
from app.workspace.tables import bucket, staged
from sync.server import apply

if TYPE_CHECKING:
    from sim_tablet import Machine
    from sim_world import Simulation

KINDS = {
    "tablet_killed": 6,
    "tablet_killed_soon": 8,
    "tablet_full": 3,
    "server_killed": 3,
    "server_killed_soon": 5,
    "server_full": 3,
    "clock_set": 1,
    "device_revoked": 2,
}
POISONED = 0.02  # of the ops, in seeds that have poison


@dataclass(slots=True)
class Faults:
    """The faults of one seed: half of the kinds, so that each combination has its seeds."""

    world: Simulation
    kinds: dict[str, int] = field(default_factory=dict)
    poison: bool = False
    old_files: bool = False  # backups come back in this seed
    restores: Restores = field(init=False)
    bugs: list[Exception] = field(default_factory=list)
    undecodable: set[str] = field(default_factory=set)
    page_rows: int = 0  # most rows on a page; 0: as the product has it
    push_ops: int = 0
    group: int = 0  # ops that the server puts into one transaction

    def __post_init__(self) -> None:
        dice = self.world.dice
        self.kinds = {name: weight for name, weight in KINDS.items() if dice.random() < 0.6}
        self.poison = dice.random() < 0.3
        self.restores, self.old_files = Restores(self.world), dice.random() < 0.4
        self.page_rows = dice.choice((2, 5) if self.world.fresh else (0, 0, 2, 7))
        self.push_ops = dice.choice((0, 0, 1, 3))
        self.group = dice.choice((0, 0, 1, 3))

    @property
    def dice(self) -> random.Random:
        return self.world.dice

    def strike(self) -> None:
        """One of them."""
        if self.kinds:
            name = self.dice.choices(list(self.kinds), list(self.kinds.values()))[0]
            doing: Callable[[], None] = getattr(self, f"_{name}")
            doing()

    def down(self) -> list[Machine | None]:
        """The machines that are down; None is the server."""
        down: list[Machine | None] = [
            one for one in self.world.machines.values() if not one.up and not one.about.destroyed
        ]
        return down if self.world.server.up else [*down, None]

    def bring_back(self) -> None:
        """One of them starts again."""
        machine = self.dice.choice(self.down())
        if machine is None:
            self.world.server.start()
            self.world.count("server_started_again")
        else:
            self.world.at(machine, machine.start)
            self.world.count("tablet_started_again")

    def _machine(self) -> Machine | None:
        up = [one for one in self.world.machines.values() if one.up]
        return self.dice.choice(up) if up else None

    def _tablet_killed(self) -> None:
        if machine := self._machine():
            self.world.count("tablet_power_lost")
            machine.die()

    def _tablet_killed_soon(self) -> None:
        if machine := self._machine():
            machine.disk.light(self.dice.randrange(120))

    def _tablet_full(self) -> None:
        if machine := self._machine():
            machine.disk.light(self.dice.randrange(60), full=True, lasts=self.dice.choice((1, 5, 40)))

    def _server_killed(self) -> None:
        if self.world.server.up:
            self.world.count("server_power_lost")
            self.world.server.die()
            self.world.office.chunks = None

    def _server_killed_soon(self) -> None:
        self.world.server.disk.light(self.dice.randrange(200))

    def _server_full(self) -> None:
        self.world.server.disk.light(self.dice.randrange(100), full=True, lasts=self.dice.choice((1, 3, 30)))

    def _clock_set(self) -> None:
        """Somebody sets a tablet's clock wrong, by up to two days."""
        if machine := self._machine():
            seconds = self.dice.choice((-172_800, -3_600, -90, 90, 3_600, 90_000))
            machine.skew = timedelta(seconds=seconds)
            self.world.seen.skewed = max(self.world.seen.skewed, abs(seconds))
            self.world.count("clock_set_wrong")

    def _device_revoked(self) -> None:
        machine = self._machine()
        revoked = [one for one in self.world.seen.tablets if one.revoked]
        accounts = self.world.server.accounts
        if machine is None or revoked or accounts is None or machine.identity is None:
            return
        if machine.busy:
            return  # what was answered before may still arrive
        try:
            accounts.revoke_device(machine.about.device_id)
        except BaseException:
            self.world.server.die()
            return
        machine.about.revoked = True
        self.world.seen.changed.add("server")
        self.world.count("device_revoked")

    # -- ops that the server cannot process, until somebody mends it --------------------------------------------------

    def maybe_poison(self, command: Command) -> None:
        """Now and then an op makes the server's code fail, or is of a type this server does not know yet."""
        if not self.poison or self.dice.random() >= POISONED * 3:
            return
        if self.dice.random() < 0.5:
            self.world.seen.poison.add(command.op_id)
            self.world.count("op_poisoned")
        else:
            self.undecodable.add(command.op_id)
            self.world.count("op_of_an_unknown_type")

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """While this seed runs, the server fails on its poisoned ops, and its pages are as small as the seed says."""
        decide, decode = apply.decide_here, apply.decode

        def failing(connection: Any, person: Any, stream: Any, seq: Any, command: Any, moment: Any) -> Any:
            if command.op_id in self.world.seen.poison:
                raise RuntimeError("poison")
            return decide(connection, person, stream, seq, command, moment)

        def ignorant(payload: bytes) -> Command:
            command = decode(payload)
            if command.op_id in self.undecodable:
                raise Malformed("a type this server does not know")
            return command

        sizes = syncing.MAX_PAGE_ROWS, outbox.MAX_OPS, apply.OPS_AT_ONCE, syncing.MAX_BACKFILL_ROWS
        apply.decide_here, apply.decode = failing, ignorant
        syncing.MAX_PAGE_ROWS = self.page_rows or sizes[0]
        syncing.MAX_BACKFILL_ROWS = self.page_rows or sizes[3]
        outbox.MAX_OPS = self.push_ops or sizes[1]
        apply.OPS_AT_ONCE = self.group or sizes[2]
        try:
            yield
        finally:
            apply.decide_here, apply.decode = decide, decode
            syncing.MAX_PAGE_ROWS, outbox.MAX_OPS, apply.OPS_AT_ONCE = sizes[:3]
            syncing.MAX_BACKFILL_ROWS = sizes[3]

    def mend(self) -> None:
        """The office installs the server's next version: it can process everything."""
        self.world.seen.poison.clear()
        self.undecodable.clear()

    # -- an older app -------------------------------------------------------------------------------------------------

    def make_old(self, machine: Machine) -> None:
        """The tablet's app is a version that does not know the newest columns, and speaks the first protocol."""
        newer = {
            name: {column.name for column in kind.table.columns if column.default is not None}
            for name, kind in SHARED.items()
        }
        machine.known = {
            name: tuple(one for one in columns if one not in newer[name])
            for name, columns in syncing.COLUMNS.items()
        }
        machine.about.protocol = 1
        self.world.count("older_app")

    def update_app(self, machine: Machine) -> None:
        """The tablet gets today's app; what it holds is loaded anew, as the migrations have it."""
        if machine.known is None:
            return
        machine.known, machine.about.protocol = None, 2
        statement = update(bucket).where(bucket.c.state == "complete").values(state="refresh")
        with writing(machine.workspace.engine) as connection:
            connection.execute(delete(staged))
            connection.execute(statement)
            connection.execute(update(bucket).values(after_kind="", after_id="", loaded=0))
        self.world.count("app_updated")
