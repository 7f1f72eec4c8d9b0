"""What the rules would say now, on a reading connection: findings while typing, without waiting for the writer."""

from __future__ import annotations

from sqlalchemy import Connection

from app.domain.commands import Command
from app.domain.decide import Decision, decide
from app.workspace.deciding import facts_here
from app.workspace.workspace import NotEnrolled, read_identity


def preview(connection: Connection, command: Command) -> Decision:
    """The decision on `command` as the rows are now; nothing is kept. Raises NotEnrolled."""
    identity = read_identity(connection)
    if identity is None:
        raise NotEnrolled("this device has not signed in yet")
    return decide(command, facts_here(connection, command, identity.person, identity.stream).facts)
