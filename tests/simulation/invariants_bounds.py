"""What is bounded, and what can still be read: I18, I22, I23."""

from __future__ import annotations

from invariants_facts import Check, Facts
from sqlalchemy.pool import QueuePool

from app.domain.codec import Malformed, decode

ATTEMPTS = 3
PAGES = 100
INCIDENTS = 500


def every_op_decodes(facts: Facts) -> None:
    """I18: whatever was decided can be read again."""
    known = facts.seen.memory.__dict__.setdefault("decoded", set())
    for op_id, entry in facts.log().items():
        if op_id in known or entry["status"] != "decided":
            continue
        try:
            decode(entry["payload"].encode())
        except Malformed as err:
            raise facts.bad("I18", f"op {op_id} was decided and cannot be read: {err}") from None
        known.add(op_id)


def attempts_are_bounded(facts: Facts) -> None:
    """I23: an op that breaks the code is tried a few times, no more."""
    for row in facts.own["attempt"]:
        if row["count"] > ATTEMPTS:
            raise facts.bad("I23", f"op {row['op_id']} was tried {row['count']} times")


def tablets_do_not_grow(facts: Facts) -> None:
    """I23: what waits on a tablet beside its rows is bounded."""
    now = facts.look()
    if now.staged > PAGES:
        raise facts.bad("I23", f"{now.staged} pages are staged")
    if len(now.incident) > INCIDENTS:
        raise facts.bad("I23", f"{len(now.incident)} incidents")
    pairs = {(row["bucket"], row["kind"]) for row in now.repair}
    if any(bucket not in now.bucket for bucket, _kind in pairs):
        raise facts.bad("I23", "a repair of a bucket that is not held")


def connections_come_back(facts: Facts) -> None:
    """I23: after a step nobody keeps a connection."""
    engines = [("server", facts.seen.server)]
    engines += [(one.name, one.workspace.engine) for one in facts.seen.tablets if one.workspace]
    for name, engine in engines:
        pool = engine.pool
        if isinstance(pool, QueuePool) and pool.checkedout() > 0:
            raise facts.bad("I23", f"{name} has {pool.checkedout()} connections out")


ON_SERVER: tuple[Check, ...] = (every_op_decodes, attempts_are_bounded)
ON_TABLET: tuple[Check, ...] = (tablets_do_not_grow,)
ALWAYS: tuple[Check, ...] = (connections_come_back,)
