"""What the server keeps of an op: its log entry (law 4) and its result, which travels (law 5)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.decide import Decision
from app.domain.ids import fingerprint
from app.domain.rejections import CHANGED
from app.store.write_events import findings_json
from sync.protocol.messages import OpEnvelope
from sync.server.author import Author
from sync.server.tables import op_log


def log_op(
    connection: Connection, author: Author, op: OpEnvelope, moment: datetime, status: str, why: str | None
) -> None:
    """Keep the op's bytes for ever; `status` is decided or parked (then `why` says what was in the way)."""
    connection.execute(
        op_log.insert().values(
            op_id=op.op_id,
            stream=author.stream,
            seq=op.seq,
            user_id=author.user_id,
            payload=op.payload,
            needs=json.dumps(op.needs),
            fingerprint=fingerprint(op.payload.encode()),
            status=status,
            parked_why=why,
            received_at=moment.isoformat(),
        )
    )


def verdict(decision: Decision, moment: datetime) -> dict[str, Any]:
    """The part of a result that a retry of a parked op changes."""
    short = [f for f in decision.findings if f.code in CHANGED]
    return {
        "outcome": decision.outcome,
        "findings": findings_json(decision.findings),
        "diff": findings_json(short),
        "decided_at": moment.isoformat(),
    }


def result_row(
    author: Author, op: OpEnvelope, command: str, decision: Decision, moment: datetime
) -> dict[str, Any]:
    """The op_result row, in the author's bucket."""
    return {
        "id": op.op_id,
        "user_id": author.user_id,
        "stream": author.stream,
        "seq": op.seq,
        "command": command,
        **verdict(decision, moment),
    }


def command_name(op: OpEnvelope) -> str:
    """What the op calls itself, for people; 'unreadable' when it says nothing we can read."""
    try:
        body = json.loads(op.payload)
    except (ValueError, RecursionError):
        return "unreadable"
    name = body.get("type") if isinstance(body, dict) else None
    return storable(name[:64]) if isinstance(name, str) else "unreadable"


def storable(words: str) -> str:
    """Words about an op that may hold anything, without what no column takes."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
