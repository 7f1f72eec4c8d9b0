"""What the rules would say now, on a reading connection: findings while typing, without waiting for the writer."""

from __future__ import annotations

from sqlalchemy import Connection

from app.domain.commands import Command
from app.domain.decide import Decision, decide
from app.store.read_facts import read_facts
from app.workspace.reach import device_reach
from app.workspace.workspace import NotEnrolled, read_identity


def preview(connection: Connection, command: Command) -> Decision:
    """The decision on `command` as the rows are now; nothing is kept. Raises NotEnrolled."""
    identity = read_identity(connection)
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    reach = device_reach(connection)
    return decide(command, read_facts(connection, command, reach=reach, actor=identity.person).facts)
