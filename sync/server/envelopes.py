"""The server's word on envelopes: it keeps the key and signs what was granted (DOMAIN.md §5).

The private half never leaves the table `signing_key`. The public halves travel as the policy `envelope_keys`, one for
each key there ever was, so that what an older key signed still holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store import tables as t
from app.store.envelopes import KEYS
from app.store.rows import RowChange
from app.store.signatures import SEED, new_key, sign
from sync.server.feed import UnitOfWork
from sync.server.tables import signing_key

ORIGIN = "server"


def keep_key(work: UnitOfWork, *, entropy: Callable[[int], bytes], now: Callable[[], datetime]) -> str:
    """The id of the key to sign with, made on first need. Every public half is in the policy afterwards, and what was
    granted while there was no key is signed.

    The policy row is taken first, so that two servers that start together make one key between them.
    """
    connection = work.connection
    _hold_policy(connection)
    if _newest(connection) is None:
        key = new_key(entropy(SEED))
        made = {"id": key.id, "private": key.private, "created_at": now().isoformat()}
        connection.execute(signing_key.insert().values(made))
    known = connection.execute(select(signing_key.c.id, signing_key.c.private).order_by(signing_key.c.id))
    public = {row.id: new_key(bytes.fromhex(row.private)).public for row in known}
    value = json.dumps(public, sort_keys=True, separators=(",", ":"))
    work.put("policy", [{"id": KEYS, "value": value, "origin": ORIGIN}])
    unsigned = select(t.envelope).where(t.envelope.c.signature == "").order_by(t.envelope.c.id)
    rows = list(connection.execute(unsigned).mappings())
    work.note(sign_granted(connection, [RowChange("envelope", row["id"], None, dict(row)) for row in rows]))
    newest = _newest(connection)
    assert newest is not None
    return str(newest["id"])


def sign_granted(connection: Connection, changes: Iterable[RowChange]) -> list[RowChange]:
    """Sign the envelopes among these changes that nobody has signed; the further changes. Nothing while there is no
    key: `keep_key` signs them later."""
    unsigned = [
        change.after
        for change in changes
        if change.kind == "envelope" and change.after is not None and not change.after["signature"]
    ]
    key = _newest(connection) if unsigned else None
    if key is None:
        return []
    signed: list[RowChange] = []
    for row in unsigned:
        values = {"key_id": key["id"], "signature": sign(key["private"], row["body"])}
        connection.execute(update(t.envelope).where(t.envelope.c.id == row["id"]).values(values))
        signed.append(RowChange("envelope", row["id"], row, {**row, **values}))
    return signed


def _newest(connection: Connection) -> RowMapping | None:
    statement = select(signing_key).order_by(signing_key.c.created_at.desc(), signing_key.c.id).limit(1)
    return connection.execute(statement).mappings().one_or_none()


def _hold_policy(connection: Connection) -> None:
    """Lock the policy row until the end of the transaction; it is put there empty when it is missing."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    empty = dialect.insert(t.policy).values(id=KEYS, value="{}", origin=ORIGIN)
    connection.execute(empty.on_conflict_do_nothing(index_elements=["id"]))
    connection.execute(select(t.policy.c.id).where(t.policy.c.id == KEYS).with_for_update()).scalar_one()
