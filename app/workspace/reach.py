"""What this device holds whole: the buckets whose rows are all here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.workspace.tables import bucket

HELD_STATES = ("complete", "refresh")


@dataclass(frozen=True, slots=True)
class DeviceReach:
    """A tablet's reach: never the server's, and only completed buckets count as held."""

    complete: frozenset[str]
    partial: frozenset[str] = frozenset()
    server: bool = False

    def holds(self, name: str) -> bool:
        return name in self.complete

    def holds_all(self, prefix: str) -> bool:
        """Whether no bucket of this prefix that was granted is still on its way."""
        return not any(name.startswith(prefix) for name in self.partial)


def device_reach(connection: Connection) -> DeviceReach:
    """The reach by the bucket table."""
    found = connection.execute(select(bucket.c.name, bucket.c.state)).all()
    complete = frozenset(name for name, state in found if state in HELD_STATES)
    return DeviceReach(complete, frozenset(name for name, state in found if state not in HELD_STATES))
