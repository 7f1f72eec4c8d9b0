"""Territory moves that were cut off: an account is where it should be, and what belongs to it has not all followed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from sync.server.difference import Difference
from sync.server.tables import move


def moves(connection: Connection) -> Iterator[Difference]:
    """Nothing has yet to follow its account. The next start of `serve` finishes such a move."""
    for row in connection.execute(select(move).order_by(move.c.account_id, move.c.from_territory)):
        yield Difference(
            "move", f"account {row.account_id}", "all of it moved", f"some still in {row.from_territory!r}"
        )
