"""Old files come back: backups of a tablet or the server, a database copied to a second tablet, a flipped byte.

What a restored backup has taken is noted: only for such an op may it be true that nobody has it.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from observed import BACKUP_RESTORED, TABLET_DESTROYED, Restore
from sim_abilities import ABLE
from sim_disk import copy_database, put_database

from app.store.tables import KINDS
from sync.server.people import Refused

if TYPE_CHECKING:
    from sim_tablet import Machine
    from sim_world import Simulation

DOINGS = {
    "server_backed_up": 3,
    "server_restored": 3,
    "tablet_backed_up": 3,
    "tablet_restored": 4,
    "tablet_copied": 2,
    "tablet_destroyed": 2,
    "byte_flipped": 2,
}
NEEDS = {
    "server_backed_up": "history",
    "server_restored": "history",
    "tablet_backed_up": "streams",
    "tablet_restored": "streams",
    "tablet_copied": "streams",
    "byte_flipped": "sums",
}
_FLIPPED = (("product", "name"), ("account", "name"), ("price", "unit_price"), ("balance", "qty"))


@dataclass(slots=True)
class Backup:
    """A copy of a database, and the step at which it was taken."""

    path: Path
    step: int
    position: int = 0


@dataclass(slots=True)
class Restores:
    """The backups of one seed, and what is done with them."""

    world: Simulation
    server: Backup | None = None
    tablets: dict[str, Backup] = field(default_factory=dict)

    @property
    def dice(self) -> random.Random:
        return self.world.dice

    def kinds(self) -> dict[str, int]:
        """What may be done, with its weight: only what the product can take."""
        return {name: weight for name, weight in DOINGS.items() if ABLE.get(NEEDS.get(name, ""), True)}

    def strike(self) -> None:
        """Do one of them; where there is no backup yet, take one."""
        kinds = self.kinds()
        name = self.dice.choices(list(kinds), list(kinds.values()))[0]
        if name == "server_restored" and self.server is None:
            name = "server_backed_up"
        if name == "tablet_restored" and not self.tablets:
            name = "tablet_backed_up"
        doing: Callable[[], bool] = getattr(self, f"_{name}")
        if doing():
            self.world.count(name)

    def _machine(self, *, up: bool = True) -> Machine | None:
        found = [
            one
            for one in self.world.machines.values()
            if one.up == up and not one.about.destroyed and one.identity is not None
        ]
        return self.dice.choice(found) if found else None

    # -- the server ---------------------------------------------------------------------------------------------------

    def _server_backed_up(self) -> bool:
        if not self.world.server.up:
            return False
        path = self.world.folder / "server.backup"
        position = self.world.server.back_up(path)
        self.server = Backup(path, self.world.seen.step, position)
        return True

    def _server_restored(self) -> bool:
        if self.server is None:
            return False
        world, backup = self.world, self.server
        world.office.chunks = None
        world.server.restore(backup.path)
        self._revoke_again()
        world.seen.restores.append(Restore(world.seen.step, backup.step, backup.position))
        world.seen.changed.add("server")
        return True

    def server_goes_back(self) -> bool:
        """When all is quiet: put the server's backup back, where there is one."""
        if self.server is None or self.world.server.position() == self.server.position:
            return False
        self.world.count("server_restored_when_quiet")
        return self._server_restored()

    def _revoke_again(self) -> None:
        """The backup may be from before a device was revoked: whoever restores it gives those orders again."""
        server = self.world.server
        assert server.accounts is not None
        for one in self.world.seen.tablets:
            if one.revoked:
                try:
                    with server.disk.aside():
                        server.accounts.revoke_device(one.device_id)
                except Refused:  # not enrolled yet, by this server
                    one.revoked = False

    # -- tablets ------------------------------------------------------------------------------------------------------

    def _tablet_backed_up(self) -> bool:
        machine = self._machine()
        if machine is None:
            return False
        path = self.world.folder / f"{machine.name}.backup"
        copy_database(machine.about.path, path)
        self.tablets[machine.name] = Backup(path, self.world.seen.step)
        return True

    def _tablet_restored(self) -> bool:
        """An old copy of the tablet's file is put back; what was saved since and not sent is lost with it."""
        names = sorted(name for name in self.tablets if not self.world.machines[name].about.destroyed)
        if not names:
            return False
        machine = self.world.machines[self.dice.choice(names)]
        backup = self.tablets[machine.name]
        machine.close()
        machine.disk.dead = False
        machine.disk.douse()  # whatever was to befall the old process
        put_database(backup.path, machine.about.path)
        machine.about.restored_at = self.world.seen.step
        self._take(machine, backup.step, BACKUP_RESTORED)
        machine.start()
        self.world.seen.changed.add(machine.name)
        return True

    def _tablet_copied(self) -> bool:
        """Somebody copies the tablet's folder to a second tablet and goes on with both."""
        machine = self._machine()
        if machine is None or len(self.world.machines) > 5 or machine.about.copied_from:
            return False
        person = self.world.person_of(machine)
        name = f"{machine.name}-copy"
        if name in self.world.machines:
            return False
        flipped = self.world.seen.flipped
        flipped |= {(name, kind, row_id) for one, kind, row_id in flipped if one == machine.name}
        if self.dice.random() < 0.5:  # to another machine: the app there is another installation
            self._copy_of(machine, self.world.add_tablet(name, person, machine.about.path))
            self.world.count("tablet_copied_elsewhere")
            return True
        installation, device_id = machine.about.installation, machine.about.device_id
        copied = self.world.add_tablet(name, person, machine.about.path, device_id, installation)
        self._copy_of(machine, copied)
        secrets = machine.keyring.load()
        if secrets is not None and self.dice.random() < 0.5:
            copied.keyring.save(secrets)
        return True

    def _copy_of(self, machine: Machine, copied: Machine) -> None:
        """The copy has the app that its database was kept by."""
        copied.about.copied_from = machine.name
        copied.known, copied.about.protocol = machine.known, machine.about.protocol

    def _tablet_destroyed(self) -> bool:
        """A tablet is lost with all that it has not sent."""
        machine = self._machine()
        if machine is None or len(self.world.machines) < 3:
            return False
        machine.close()
        machine.about.destroyed = True
        self._take(machine, -1, TABLET_DESTROYED)
        return True

    def _take(self, machine: Machine, since: int, word: str) -> None:
        for one in self.world.seen.saved:
            if one.tablet == machine.name and one.step >= since and not one.taken:
                one.taken = word

    def _byte_flipped(self) -> bool:
        """A row on the disk changes behind the program's back."""
        machine = self._machine()
        if machine is None:
            return False
        kind, column = self.dice.choice(_FLIPPED)
        assert kind in KINDS
        with closing(sqlite3.connect(machine.about.path, isolation_level=None)) as database:
            guessed = "SELECT row_id FROM guess WHERE kind = ?"
            rows = database.execute(
                f"SELECT id, {column} FROM {kind} WHERE id NOT IN ({guessed}) ORDER BY id", (kind,)
            ).fetchall()
            if not rows:
                return False
            row_id, value = self.dice.choice(rows)
            other = value + 1 if isinstance(value, int) else f"{value}?"
            database.execute(f"UPDATE {kind} SET {column} = ? WHERE id = ?", (other, row_id))
        self.world.seen.flipped.add((machine.name, kind, row_id))
        self.world.seen.changed.add(machine.name)
        return True
