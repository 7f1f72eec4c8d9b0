"""The rescue route: ops that cannot go by push are kept as bytes, and nothing is applied (SYNC.md §5).

They come from a device that was revoked, or are too large or too strange for any request. A person looks at them
(`trunkline-server parked`), and has one decided as if it had been pushed, or closes it with words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, update

from app.domain.ids import fingerprint
from app.store.engine import writing
from sync.protocol.api import problem
from sync.protocol.messages import OpEnvelope, Rescue
from sync.protocol.version import MAX_RESCUE_BYTES, MAX_RESCUE_OPS
from sync.server.author import Author
from sync.server.op_rows import storable
from sync.server.tables import device_order, op_log, rescued

KEPT, APPLIED, RESOLVED = "kept", "applied", "resolved"
REVOKED, SEALED = (
    "device_revoked",
    "sealed before the device was wiped",
)  # why, of a device that has its order


def keep(engine: Engine, author: Author, request: Rescue, *, now: Callable[[], datetime]) -> list[str]:
    """Keep the ops, each once; the ids of those the server has. Raises ApiProblem 413 rescue_full."""
    with writing(engine) as connection:
        marks = {_mark(author, op): op for op in request.ops}
        found = connection.execute(select(rescued.c.id).where(rescued.c.id.in_(sorted(marks))))
        known_marks = set(found.scalars())
        new = {mark: op for mark, op in marks.items() if mark not in known_marks}
        held = connection.execute(
            select(func.count(), func.coalesce(func.sum(func.length(rescued.c.payload)), 0)).where(
                rescued.c.device_id == author.device_id
            )
        ).one()
        size = sum(len(op.payload) for op in new.values())
        if new and (held[0] + len(new) > MAX_RESCUE_OPS or held[1] + size > MAX_RESCUE_BYTES):
            raise problem(413, "rescue_full", "Too much has been rescued from this device", "ask the office")
        for mark, op in new.items():
            come = select(op_log.c.fingerprint, op_log.c.user_id).where(op_log.c.op_id == op.op_id)
            known = connection.execute(come).one_or_none()
            same = known is not None and tuple(known) == (fingerprint(op.payload.encode()), author.user_id)
            connection.execute(
                rescued.insert().values(
                    id=mark,
                    op_id=op.op_id,
                    stream=request.stream,
                    seq=op.seq,
                    user_id=author.user_id,
                    device_id=author.device_id,
                    payload=op.payload,
                    needs=json.dumps(op.needs),
                    why=storable(request.why),
                    received_at=now().isoformat(),
                    state=APPLIED if same else KEPT,
                )
            )
        if request.why in (REVOKED, SEALED):
            _obeyed(connection, author.device_id, now())
    return [op.op_id for op in request.ops]


def _obeyed(connection: Connection, device_id: str, at: datetime) -> None:
    """A device that was told to lock or to wipe itself does so before it gives anything for rescue: what it had not
    sent is sealed by now, and what follows is the end of its keys, of which nobody tells (law 14)."""
    ordered = device_order.c.device_id == device_id, device_order.c.done_at.is_(None)
    connection.execute(update(device_order).where(*ordered).values(done_at=at.isoformat()))


def _mark(author: Author, op: OpEnvelope) -> str:
    """One for each user, op and bytes."""
    return fingerprint(f"{author.user_id}|{op.op_id}|{op.payload}".encode())


def came(connection: Connection, op: OpEnvelope) -> None:
    """The op has been decided: what was rescued of it needs nobody any more. Other bytes under its id still do."""
    connection.execute(
        update(rescued)
        .where(rescued.c.op_id == op.op_id, rescued.c.state == KEPT, rescued.c.payload == op.payload)
        .values(state=APPLIED)
    )
