"""A second template: all tablets have signed in and synced once, so that most seeds begin in the middle of things."""

from __future__ import annotations

import random

import sim_company as company
from observed import Tablet
from sim_server import Server
from sim_tablet import Machine

from app.domain.ids import uuid7


def bring_together(templates: company.Templates) -> None:
    """Sign everybody in over a perfect network, sync, and keep the files in `templates.together`."""
    clock, dice = company.Clock(), random.Random(7)
    folder = templates.folder / "together"
    path = company.lay_out(templates.server, folder)

    def new_id() -> str:
        return uuid7(int(clock.moment.timestamp() * 1000), dice.randbytes(10))

    def broke(error: Exception) -> None:
        raise error

    server = Server(path, clock, dice, templates.passwords, broke)
    server.start()
    machines = []
    for name, person in company.TABLETS:
        file = folder / f"{name}.db"
        company.copy_database(templates.tablet, file)
        about = Tablet(name, person.login, person.login, person.role, person.territories, new_id(), file)
        about.installation = name
        machine = Machine(about, clock, dice, new_id, lambda _what, _value: None)
        machine.start()
        machines.append(machine)
    for _ in range(3):  # signing in, the first sync, what the others' enrolment changed
        for machine in machines:
            asked = machine.begin()
            while asked is not None:
                asked = machine.hear(server.answer(asked.path, asked.token, asked.body))
    for machine in machines:
        machine.close()
        secrets = machine.keyring.load()
        assert secrets is not None
        settled = company.Settled(machine.about.path, machine.about.device_id, dict(secrets))
        templates.together[machine.name] = settled
    assert server.engine is not None
    server.engine.dispose()
    templates.together_server = path
