"""Ops: none is lost, none is decided twice, none is out of order, and what was said of one stays true."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from invariants_facts import Check, Facts, grouped, repeated, some
from invariants_look import TERMINAL, Row
from observed import Saved

FACTS = (
    "SellFromTrunk",
    "CountTrunk",
    "UseConsigned",
    "ReturnGoods",
    "RecordMovement",
    "SendTransfer",
    "ReceiveTransfer",
    "ReleaseCustody",
    "AnswerClaim",
    "ReturnAllotment",
    "SignDocument",
    "RecordVisit",
)
RETENTION_DAYS = 30


# -- the server -------------------------------------------------------------------------------------------------------


def one_answer(facts: Facts) -> None:
    """I1: an op has one line in the log, one result, and its place in the stream is its own."""
    log, results = facts.log(), facts.rows("op_result")
    for op_id, entry in log.items():
        if op_id not in results:
            raise facts.bad("I1", f"op {op_id} is {entry['status']} and has no result")
        outcome = results[op_id]["outcome"]
        if (outcome == "parked") != (entry["status"] == "parked"):
            raise facts.bad("I1", f"op {op_id} is {entry['status']} in the log, its result is {outcome}")
    strays = results.keys() - log.keys()
    if strays:
        raise facts.bad("I1", f"results without an op: {some(strays)}")
    for place in repeated((entry["stream"], entry["seq"]) for entry in log.values()):
        raise facts.bad("I1", f"{place} is taken twice")


def only_own_bytes(facts: Facts) -> None:
    """I1: the log has the bytes that were saved, under their author's name."""
    log = facts.log()
    moved_up = {
        row["stream"] for row in facts.own["rescued"]
    }  # an op that left its stream lets the later ones move up
    for saved in facts.seen.saved:
        entry = log.get(saved.op_id)
        if entry is None:
            continue
        if entry["payload"].encode() != saved.payload:
            raise facts.bad("I1", f"op {saved.op_id} has other bytes than were saved")
        if entry["user_id"] != saved.user_id:
            raise facts.bad("I9", f"op {saved.op_id} of {saved.user_id} stands as one of {entry['user_id']}")
        same_stream = entry["stream"] == saved.stream and saved.stream not in moved_up
        if same_stream and entry["seq"] != saved.seq:
            raise facts.bad(
                "I22", f"op {saved.op_id} was saved as number {saved.seq} and stands as {entry['seq']}"
            )


def the_actor_is_the_author(facts: Facts) -> None:
    """I9: an op that was decided names as its actor who sent it."""
    for op_id, entry in facts.log().items():
        actor = facts.payload(op_id, entry["payload"]).get("actor")
        if entry["status"] == "decided" and actor != entry["user_id"]:
            raise facts.bad("I9", f"op {op_id} of {actor} was decided for {entry['user_id']}")


def streams_are_whole(facts: Facts) -> None:
    """I5: what the server has of a device's first stream is 1, 2, 3 … up to its last number."""
    kept = grouped(facts.own["op_log"], "stream")
    others = grouped([*facts.own["rescued"], *facts.own["op_alias"]], "stream")
    last = {row["stream"]: row["last_seq"] for row in facts.rows("device").values()}
    last |= {row["name"]: max(row["last_seq"], last.get(row["name"], 0)) for row in facts.own["stream"]}
    for stream, rows in kept.items():
        if stream.startswith("rescue:"):
            continue  # no device's: the office has had these decided one by one
        numbers = {row["seq"] for row in rows}
        if max(numbers) > last.get(stream, 0):
            raise facts.bad("I5", f"{stream} stands at {last.get(stream)} but has {max(numbers)}")
        numbers |= {row["seq"] for row in others.get(stream, ())}
        missing = set(range(1, max(numbers) + 1)) - numbers
        if stream.endswith(".1") and missing:
            raise facts.bad("I5", f"{stream} lacks {some(missing)}")


def decided_in_order(facts: Facts) -> None:
    """I5: the ops of a stream were decided in the order of their numbers."""
    for stream, rows in grouped(facts.own["op_log"], "stream").items():
        places = [
            facts.shadow.born(("op_result", row["op_id"])) for row in sorted(rows, key=lambda row: row["seq"])
        ]
        if places != sorted(places):
            raise facts.bad("I5", f"{stream} was not decided in its order")


def facts_stand(facts: Facts) -> None:
    """I17: what happened is never rejected."""
    for row in facts.rows("op_result").values():
        if row["outcome"] == "rejected" and row["command"] in FACTS:
            raise facts.bad("I17", f"the {row['command']} {row['id']} was rejected")


def decided_once(facts: Facts) -> None:
    """I24: an op that was decided is not decided again by the same server, whatever is sent how often."""
    for op_id, row in facts.rows("op_result").items():
        before = facts.outcomes.get(op_id)
        if before in TERMINAL and row["outcome"] != before:
            raise facts.bad("I24", f"op {op_id} was {before} and is {row['outcome']}")
    lost = facts.outcomes.keys() - facts.rows("op_result").keys()
    if lost:
        raise facts.bad("I16", f"the server has forgotten {some(lost)}")


def rejected_left_nothing(facts: Facts) -> None:
    """I25: an op that was rejected, or only kept for a person to look at, has left no row."""
    results = facts.rows("op_result")
    idle = {one for one, row in results.items() if row["outcome"] in ("rejected", "parked")}
    idle |= {row["op_id"] for row in facts.own["rescued"] if row["state"] == "kept"} - results.keys()
    for kind, row in _rows_with_op(facts):
        if row["op_id"] in idle:
            raise facts.bad("I25", f"{kind} {row['id']} is of op {row['op_id']}, which was not accepted")


def revoked_are_silent(facts: Facts) -> None:
    """I21: nothing of a revoked device comes into the books, and it learns nothing."""
    for one in facts.seen.tablets:
        if not one.revoked:
            facts.silenced.pop(one.name, None)
            continue
        streams = {row["name"] for row in facts.own["stream"] if row["device_id"] == one.device_id}
        streams |= {f"{one.device_id}.1"}
        have = {row["op_id"] for row in facts.own["op_log"] if row["stream"] in streams}
        told = facts.looks[one.name].cursor if one.name in facts.looks else None
        before = facts.silenced.setdefault(one.name, (have, told, facts.restores))
        if before[2] != facts.restores:
            facts.silenced[one.name] = (have, told, facts.restores)
        elif have - before[0]:
            raise facts.bad("I21", f"{one.name} is revoked, and {some(have - before[0])} came in")
        elif told and before[1] and told[:2] != before[1][:2] and told[0]:
            raise facts.bad("I21", f"{one.name} is revoked and went from {before[1]} to {told}")


def _rows_with_op(facts: Facts) -> list[tuple[str, Row]]:
    assert facts.shadow.now is not None
    tables = facts.shadow.now.tables.items()
    return [(kind, row) for kind, rows in tables for row in rows.values() if row.get("op_id")]


# -- tablets ----------------------------------------------------------------------------------------------------------


def the_queue_is_sacred(facts: Facts) -> None:
    """I16: an op leaves the outbox only with a terminal result that the person has seen, after the retention."""
    was, now = facts.was(), {row["op_id"] for row in facts.look().outbox}
    limit = facts.seen.now - timedelta(days=RETENTION_DAYS) + timedelta(seconds=facts.seen.skewed)
    for op_id, row in was.outbox.items() if not was.fresh else ():
        if op_id in now:
            continue
        if row["settled_at"] is None:
            raise facts.bad("I3", f"op {op_id} has left the outbox without a result")
        if not row["seen"]:
            raise facts.bad(
                "I3", f"op {op_id} has left the outbox before anybody saw that it is {row['result']}"
            )
        if datetime.fromisoformat(row["settled_at"]) > limit:
            raise facts.bad("I16", f"op {op_id}, settled at {row['settled_at']}, was forgotten too early")


def bytes_never_change(facts: Facts) -> None:
    """I3: the bytes of an op in the outbox are those that were saved."""
    saved = {one.op_id: one for one in facts.seen.saved}
    for row in facts.look().outbox:
        one = saved.get(row["op_id"])
        if one is not None and row["payload"] != one.payload:
            raise facts.bad("I3", f"op {one.op_id} waits with other bytes than were saved")


def numbers_in_order(facts: Facts) -> None:
    """I22: the order of an outbox is the order in which people saved, whatever clocks said; no number is used twice."""
    at = {one.op_id: index for index, one in enumerate(facts.seen.saved)}
    for stream, rows in grouped(facts.look().outbox, "stream").items():
        if stream == "rescued":  # left the streams
            continue
        mine = [row for row in rows if row["op_id"] in at and row["settled_at"] is None]
        ordered = [at[row["op_id"]] for row in sorted(mine, key=lambda row: row["seq"])]
        if ordered != sorted(ordered):
            raise facts.bad("I22", f"{stream} does not go in the order of saving")
        for seq in repeated(row["seq"] for row in rows if row["settled_at"] is None or stream.endswith(".1")):
            raise facts.bad("I5", f"{stream} has two ops with the number {seq}")


def told_is_true(facts: Facts) -> None:
    """I25: a result that a tablet shows is one that a server has given, and the one it stands by."""
    results = facts.rows("op_result")
    for row in facts.look().outbox:
        if row["settled_at"] is None:
            continue
        truth = results.get(row["op_id"])
        given = facts.ever_told.get(row["op_id"], set()) | ({truth["outcome"]} if truth else set())
        if row["result"] not in given:
            raise facts.bad("I25", f"op {row['op_id']} shows {row['result']}, which no server has said")
        if truth is not None and truth["outcome"] != row["result"] and not facts.restores:
            raise facts.bad("I25", f"op {row['op_id']} shows {row['result']} and is {truth['outcome']}")


# -- everywhere -------------------------------------------------------------------------------------------------------


def nothing_is_lost(facts: Facts) -> None:
    """I3: every op that was ever saved waits on some tablet or is kept by the server."""
    kept = facts.kept()
    for one in facts.looks.values():
        kept |= {row["op_id"] for row in one.outbox}
    for saved in facts.seen.saved:
        if saved.op_id not in kept and not saved.taken:
            raise facts.bad(
                "I3", f"op {saved.op_id}, saved on {saved.tablet} at step {saved.step}, is nowhere"
            )


def saved_is_saved(facts: Facts) -> None:
    """I16: an op that was saved on a tablet is on that tablet until its result has been seen there."""
    there = {name: {row["op_id"] for row in one.outbox} for name, one in facts.looks.items()}
    results = facts.rows("op_result")
    gone = {one.name for one in facts.seen.tablets if one.destroyed}
    for saved in facts.seen.saved:
        if saved.taken or saved.tablet in gone or saved.tablet not in there:
            continue
        if saved.op_id not in there[saved.tablet] and saved.op_id not in results:
            raise facts.bad("I16", f"op {saved.op_id} was saved on {saved.tablet} and is not there any more")


def acknowledged_is_kept(facts: Facts) -> None:
    """I16: an op that the server has acknowledged is in its log, unless an older copy was put back since."""
    kept = facts.kept()
    for one in facts.seen.acknowledged:
        undone = any(restore.step >= one.step for restore in facts.seen.restores)
        if one.op_id not in kept and not undone:
            raise facts.bad(
                "I16", f"op {one.op_id} was acknowledged at step {one.step} and is not in the log"
            )


def same_answer(facts: Facts) -> None:
    """I24: however often an op is sent, the answer is the first one."""
    if facts.restores:
        return
    first: dict[str, str] = {}
    for one in facts.seen.acknowledged:
        before = first.setdefault(one.op_id, one.outcome)
        if before == "parked":
            first[one.op_id] = one.outcome
        elif before != one.outcome:
            raise facts.bad("I24", f"op {one.op_id} was answered {before}, then {one.outcome}")


# -- when quiet -------------------------------------------------------------------------------------------------------


def queues_are_empty(facts: Facts) -> None:
    """I10: everything was sent and everything has its result; a poisoned op has kept nobody up."""
    excused = facts.excused()
    for one in facts.speaking():
        for row in facts.looks[one.name].outbox:
            if row["op_id"] in excused:
                continue
            if not row["pushed"]:
                raise facts.bad("I10", f"op {row['op_id']} was never sent by {one.name}")
            if row["settled_at"] is None:
                raise facts.bad("I10", f"op {row['op_id']} has no result on {one.name} ({row['result']})")


def authors_know(facts: Facts) -> None:
    """I3: every op has a result at the server, and a tablet of its author knows it."""
    excused, results, kept = facts.excused(), facts.rows("op_result"), facts.kept()
    speaking = {one.name: one for one in facts.speaking()}
    users = {one.user_id for one in speaking.values()}
    knows: set[tuple[str, str]] = set()
    for name, one in facts.looks.items():
        if name in speaking:
            knows |= {(speaking[name].user_id, op_id) for op_id in one.base["op_result"]}
    for saved in facts.seen.saved:
        if saved.op_id in excused or saved.taken or not _can_speak(facts, saved):
            continue
        if saved.op_id not in kept:
            raise facts.bad("I3", f"op {saved.op_id} of {saved.tablet} never reached the server")
        if saved.op_id in results and saved.user_id in users and (saved.user_id, saved.op_id) not in knows:
            raise facts.bad("I3", f"nobody has told {saved.user_id} what became of op {saved.op_id}")


def _can_speak(facts: Facts, saved: Saved) -> bool:
    return any(one.name == saved.tablet for one in facts.speaking())


def parked_is_poison(facts: Facts) -> None:
    """I10: only what nobody can process is parked."""
    excused = facts.excused()
    for op_id, entry in facts.log().items():
        if entry["status"] == "parked" and op_id not in excused:
            raise facts.bad(
                "I10", f"op {op_id} is parked: {entry['parked_why']} (needs {json.loads(entry['needs'])})"
            )


ON_SERVER: tuple[Check, ...] = (
    one_answer,
    only_own_bytes,
    the_actor_is_the_author,
    streams_are_whole,
    decided_in_order,
    facts_stand,
    decided_once,
    rejected_left_nothing,
)
ON_TABLET: tuple[Check, ...] = (the_queue_is_sacred, bytes_never_change, numbers_in_order, told_is_true)
ALWAYS: tuple[Check, ...] = (
    nothing_is_lost,
    saved_is_saved,
    acknowledged_is_kept,
    same_answer,
    revoked_are_silent,
)
QUIET: tuple[Check, ...] = (queues_are_empty, authors_know, parked_is_poison)
