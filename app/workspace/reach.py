"""What this device holds whole: the buckets whose rows are all here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.workspace.tables import bucket


@dataclass(frozen=True, slots=True)
class DeviceReach:
    """A tablet's reach: never the server's, and only completed buckets count as held."""

    complete: frozenset[str]
    server: bool = False

    def holds(self, name: str) -> bool:
        return name in self.complete


def device_reach(connection: Connection) -> DeviceReach:
    """The reach by the bucket table."""
    names = connection.execute(select(bucket.c.name).where(bucket.c.state == "complete")).scalars()
    return DeviceReach(frozenset(names))
