"""The seal key of the company, and opening what a wiped tablet has sealed for it (SYNC.md law 14).

The private half never leaves the table `seal_key`. A file that is opened only keeps ops as the rescue route does: a
person has each decided. The seal hides and guards what is inside; it does not prove who sealed it, for every tablet
holds the public half. So the device must be one we know, and its user's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from app.store import tables as t
from app.store.engine import reading
from app.store.sealing import FORMAT, SEAL_KEY
from app.store.signatures import SEED, new_seal_key, open_sealed, sealed_for
from sync.protocol.messages import OpEnvelope, Rescue
from sync.protocol.version import PROTOCOL
from sync.server import rescue
from sync.server.feed import UnitOfWork
from sync.server.parking import person_of
from sync.server.people import Refused
from sync.server.streams import InStream
from sync.server.tables import seal_key

ORIGIN = "server"


class _Identity(msgspec.Struct, frozen=True):
    user_id: str
    device_id: str


class _Op(msgspec.Struct, frozen=True):
    op_id: str
    stream: str
    seq: int
    payload: str
    needs: list[str]


class _Sealed(msgspec.Struct, frozen=True):
    format: int
    sealed_at: str
    identity: _Identity
    ops: list[_Op]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sealed file held: whose, since when, and the ids of its ops, all kept now."""

    user_id: str
    device_id: str
    sealed_at: str
    kept: tuple[str, ...]


def keep_seal_key(work: UnitOfWork, *, entropy: Callable[[int], bytes], now: Callable[[], datetime]) -> str:
    """The id of the key to seal for, made on first need; its public half is in the policy afterwards.

    The policy row is taken first, so that two servers that start together make one key between them.
    """
    connection = work.connection
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    empty = dialect.insert(t.policy).values(id=SEAL_KEY, value="{}", origin=ORIGIN)
    connection.execute(empty.on_conflict_do_nothing(index_elements=["id"]))
    connection.execute(select(t.policy.c.id).where(t.policy.c.id == SEAL_KEY).with_for_update()).scalar_one()
    newest = select(seal_key.c.private).order_by(seal_key.c.created_at.desc(), seal_key.c.id).limit(1)
    private = connection.execute(newest).scalar()
    key = new_seal_key(bytes.fromhex(private) if private else entropy(SEED))
    if private is None:
        made = {"id": key.id, "private": key.private, "created_at": now().isoformat()}
        connection.execute(seal_key.insert().values(made))
    value = json.dumps({"id": key.id, "public": key.public}, sort_keys=True, separators=(",", ":"))
    work.put("policy", [{"id": SEAL_KEY, "value": value, "origin": ORIGIN}])
    return key.id


def open_outbox(engine: Engine, blob: bytes, *, now: Callable[[], datetime]) -> Opened:
    """Open what a tablet has sealed and keep its ops, each once; the same file again changes nothing.

    Raises SealBroken, Refused (no key, a strange device, a newer format) and ApiProblem 413 rescue_full.
    """
    with reading(engine) as connection:
        data = open_sealed(_private(connection, sealed_for(blob)), blob)
        try:
            found = msgspec.json.decode(data, type=_Sealed)
        except msgspec.MsgspecError as err:
            raise Refused(f"what is sealed in it cannot be read: {err}") from None
        if found.format != FORMAT:
            raise Refused(f"it is of format {found.format}, which a newer program has written")
        user_id, device_id = found.identity.user_id, found.identity.device_id
        owner = connection.execute(select(t.device.c.user_id).where(t.device.c.id == device_id)).scalar()
        if owner is None or owner != user_id:
            raise Refused(f"there is no device {device_id!r} of user {user_id!r} here")
        person = person_of(connection, user_id)
    kept: list[str] = []
    for stream, ops in groupby(sorted(found.ops, key=lambda op: (op.stream, op.seq)), lambda op: op.stream):
        envelopes = [OpEnvelope(op.op_id, op.seq, op.payload, op.needs) for op in ops]
        author = InStream(user_id, device_id, stream, person)
        kept += rescue.keep(engine, author, Rescue(PROTOCOL, stream, rescue.SEALED, envelopes), now=now)
    return Opened(user_id, device_id, found.sealed_at, tuple(kept))


def _private(connection: Connection, key_id: str) -> bytes:
    private = connection.execute(select(seal_key.c.private).where(seal_key.c.id == key_id)).scalar()
    if private is None:
        raise Refused("it is sealed for a key that this server does not have")
    return bytes.fromhex(private)
