"""The facts as this device knows them: what its buckets hold whole, and when it last heard from the server."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.domain.commands import Command
from app.domain.parties import Person
from app.store.read_facts import Reading, read_facts
from app.workspace.reach import device_reach
from app.workspace.tables import meta


def facts_here(connection: Connection, command: Command, person: Person, stream: str) -> Reading:
    """Everything `decide` may look at for `command` on this device, whose ops stand in `stream`."""
    return read_facts(
        connection,
        command,
        reach=device_reach(connection),
        actor=person,
        synced_on=synced_on(connection),
        stream=stream,
    )


def synced_on(connection: Connection) -> str | None:
    """The day of the last contact with the server (ISO); None before the first."""
    moment = connection.execute(select(meta.c.value).where(meta.c.key == "last_contact")).scalar()
    return str(moment)[:10] if moment else None
