"""Quiet: the faults stop, everybody comes back, and all must agree within a bounded number of turns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim_network import REPLY, REQUEST, TIMEOUT
from sqlalchemy import func, select

from app.store.engine import reading
from app.workspace import checking
from app.workspace.cursors import read_cursor
from app.workspace.outbox import waiting
from app.workspace.tables import bucket, outbox, repair
from sync.client.turn import Trouble

if TYPE_CHECKING:
    from sim_tablet import Machine
    from sim_world import Simulation

ROUNDS = 12
REQUESTS = 400  # of one turn


def come_to_rest(world: Simulation) -> None:
    """Let everything come to an end. Raises Violation I10 when it does not, I23 when a turn never ends."""
    world.network.heal()
    world.server.disk.douse()
    if not world.server.up:
        world.server.start()
    _start_all(world)
    _end_what_is_under_way(world)
    world.faults.mend()
    for machine in world.machines.values():
        if not machine.about.locked and machine.up:
            world.faults.update_app(machine)
    _retry_parked(world)
    for machine in world.machines.values():
        machine.skew = timedelta()
    world.clock.forward(80 * 3600)  # sums are compared once a day, by a clock that was up to two days wrong
    _agree(world)
    world.note("quiet")


def come_to_rest_again(world: Simulation) -> None:
    """The server's backup was put back over the quiet company. Nobody has anything to send or signs in, so only what
    a device does on hearing of another history brings back what it had been told is done. Raises Violation I10."""
    _retry_parked(world)
    _agree(world)
    world.note("quiet again")


def _retry_parked(world: Simulation) -> None:
    still = world.office.retry_all_parked()
    if still:
        raise world.seen.violation("I10", f"{still} ops stay parked although the server can process them")


def _agree(world: Simulation) -> None:
    """A turn of everybody after the other, until nothing moves. Raises Violation I10."""
    open_: list[str] = []
    for _ in range(ROUNDS):
        before = world.server.position()
        for machine in world.machines.values():
            _turn(world, machine)
        open_ = _unsettled(world)
        moved = world.server.position() - before
        if not moved and not open_:
            return
        if moved:
            open_.append(f"the server goes on by {moved} positions")
    raise world.seen.violation("I10", f"not quiet after {ROUNDS} turns each: {'; '.join(open_)}")


def _end_what_is_under_way(world: Simulation) -> None:
    """Deliver what is on its way until every turn that was begun is over. Raises Violation I23 when one never is."""
    left = REQUESTS * len(world.machines)
    while (message := world.network.next()) is not None:
        if not left:
            raise world.seen.violation("I23", "a turn that was begun before it became quiet never ends")
        left -= 1
        world.network.flying.append(message)
        world.network.flying.sort()
        world._deliver()


def _start_all(world: Simulation) -> None:
    for machine in world.machines.values():
        machine.disk.douse()
        if not machine.up and not machine.about.destroyed:
            world.at(machine, machine.start)


def _turn(world: Simulation, machine: Machine) -> None:
    """One whole turn of a tablet over a perfect network."""
    if machine.about.locked or machine.about.destroyed:
        return
    for _ in range(5):  # signing in again where that is what it takes, then turns while something is unsent
        world.clock.forward(30)
        world.seen.changed = {machine.name, "server"}
        machine.pace.at_once(world.clock.seconds)
        asked = machine.begin()
        for _ in range(REQUESTS):
            if asked is None:
                break
            asked = machine.spoken(asked)
            asked = machine.hear(world.server.answer(asked.path, asked.token, asked.body))
        else:
            raise world.seen.violation("I23", f"{machine.name}: a turn of more than {REQUESTS} requests")
        if machine.about.locked:
            return
        if machine.finished and machine.trouble is not Trouble.SIGN_IN and not _unsent(machine):
            return


def _unsent(machine: Machine) -> int:
    with reading(machine.workspace.engine) as connection:
        return waiting(connection)[0]


def _unsettled(world: Simulation) -> list[str]:
    """What is not done yet, in words."""
    open_ = []
    head = world.server.position()
    for machine in world.machines.values():
        if machine.about.locked or machine.about.destroyed or machine.about.revoked:
            continue
        with reading(machine.workspace.engine) as connection:
            unsent = connection.execute(select(func.count()).where(outbox.c.pushed == 0)).scalar_one()
            waits = connection.execute(select(func.count()).where(outbox.c.settled_at.is_(None))).scalar_one()
            filling = connection.execute(
                select(func.count()).where(bucket.c.state.not_in(("complete",)))
            ).scalar_one()
            filling += connection.execute(select(func.count()).select_from(repair)).scalar_one()
            unchecked = len(checking.due(connection, machine.now()))
            at = read_cursor(connection).position
        if not machine.finished or machine.trouble is not None or unsent or waits or filling or unchecked:
            open_.append(
                f"{machine.name}: trouble {machine.trouble}, {unsent} unsent, {waits} without a result,"
                f" {filling} buckets open, {unchecked} not compared, at {at} of {head}"
            )
    return open_


__all__ = ["REPLY", "REQUEST", "TIMEOUT", "come_to_rest", "come_to_rest_again"]
