"""What the invariants look at: the server's tables, the tablets' files, and what they were a step ago."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from invariants_look import TERMINAL, Look, Row, look
from invariants_shadow import Shadow, opened
from ledger import Ledger, moved
from observed import Observed, Tablet, Violation

SERVER_OWN = ("op_log", "feed", "rescued", "op_alias", "stream", "attempt", "bucket_sum")


@dataclass(slots=True)
class Before:
    """A tablet as it was after the last step, and what it may be excused for."""

    cursor: tuple[str, int, str] = ("", 0, "")
    outbox: dict[str, Row] = field(default_factory=dict)
    buckets: dict[str, Row] = field(default_factory=dict)
    loading: bool = True  # since the last whole checkpoint a bucket was being filled
    healing: bool = False  # since then the server has lost states that this tablet stood on
    fresh: bool = True  # nothing was remembered yet, or an old file was put back
    older: bool = False  # since then its app did not know the newest columns
    restored_at: int = -1


@dataclass(slots=True)
class Facts:
    """Handed to every check. `tablet` is the one being looked at, in the checks of a tablet."""

    seen: Observed
    shadow: Shadow = field(init=False)
    looks: dict[str, Look] = field(default_factory=dict)
    before: dict[str, Before] = field(default_factory=dict)
    own: dict[str, list[Row]] = field(default_factory=dict)  # the server's own tables
    ledger: Ledger = field(default_factory=Ledger)
    outcomes: dict[str, str] = field(default_factory=dict)  # of the server, after the last step
    ever_told: dict[str, set[str]] = field(default_factory=dict)  # terminal outcomes a server has ever given
    silenced: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # revoked devices: what they had then
    server_changed: bool = False
    restores: int = 0
    tablet: Tablet | None = None
    _payloads: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shadow = Shadow(self.seen.server_path)

    # -- reading ------------------------------------------------------------------------------------------------------

    def refresh(self, *, everything: bool = False) -> list[Tablet]:
        """Read what the step may have changed; the tablets among it."""
        changed = self.seen.changed
        self.server_changed = everything or "server" in changed or not self.own
        if self.server_changed:
            self.shadow.look(self.seen.server)
            with opened(self.seen.server_path) as cursor:
                for name in SERVER_OWN:
                    self.own[name] = cursor.execute(f'SELECT * FROM "{name}"').fetchall()
            if len(self.seen.restores) != self.restores:
                self.restores = len(self.seen.restores)
                self.outcomes = {}
            self._post()
        read = []
        for one in self.living():
            if everything or one.name in changed or one.name not in self.looks:
                self.looks[one.name] = look(one.path)
                read.append(one)
        return read

    def living(self) -> list[Tablet]:
        """The tablets whose file is there, on or off."""
        return [one for one in self.seen.tablets if not one.destroyed and one.path.exists()]

    def speaking(self) -> list[Tablet]:
        """The tablets that must have come to rest when all is quiet: on, known to the server and not locked."""
        return [one for one in self.living() if one.alive and not one.revoked and not one.locked]

    def look(self) -> Look:
        """The tablet that is looked at."""
        assert self.tablet is not None
        return self.looks[self.tablet.name]

    def was(self) -> Before:
        """The same tablet after the last step."""
        assert self.tablet is not None
        found = self.before.setdefault(self.tablet.name, Before())
        if found.restored_at != self.tablet.restored_at:
            found = self.before[self.tablet.name] = Before(restored_at=self.tablet.restored_at)
        return found

    def is_flipped(self, kind: str, row_id: str) -> bool:
        """Whether the row was changed behind the back of the tablet that is looked at."""
        assert self.tablet is not None
        return (self.tablet.name, kind, row_id) in self.seen.flipped

    def remember(self) -> None:
        """The step is over."""
        for one in self.living():
            self.tablet = one
            if one.name not in self.looks:
                continue
            was, now = self.was(), self.look()
            was.cursor, was.fresh = now.cursor, False
            was.outbox = {row["op_id"]: row for row in now.outbox}
            was.buckets = now.bucket
        self.tablet = None
        if self.server_changed:
            self.outcomes = {one: row["outcome"] for one, row in self.rows("op_result").items()}
            for one, outcome in self.outcomes.items():
                if outcome in TERMINAL:
                    self.ever_told.setdefault(one, set()).add(outcome)

    # -- the server ---------------------------------------------------------------------------------------------------

    def rows(self, kind: str) -> dict[str, Row]:
        """A shared table of the server, by id."""
        assert self.shadow.now is not None
        return self.shadow.now.tables[kind]

    def log(self) -> dict[str, Row]:
        """The server's log by op id."""
        return {row["op_id"]: row for row in self.own["op_log"]}

    def kept(self) -> set[str]:
        """Ids of the ops whose bytes the server has."""
        return {row["op_id"] for name in ("op_log", "rescued") for row in self.own[name]}

    def payload(self, op_id: str, text: str | bytes) -> Row:
        """The op's bytes, decoded without the product; {} for what is no object."""
        if op_id not in self._payloads:
            try:
                body = json.loads(text)
            except (ValueError, RecursionError):
                body = {}
            self._payloads[op_id] = body if isinstance(body, dict) else {}
        return self._payloads[op_id]

    def excused(self) -> set[str]:
        """Ops planted as poison, and those that wait for one."""
        bad = self.seen.poison | self.seen.wire_poison
        needs = {row["op_id"]: json.loads(row["needs"]) for row in self.own["op_log"]}
        for one in self.looks.values():
            needs |= {row["op_id"]: json.loads(row["needs"]) for row in one.outbox}
        while more := {one for one, names in needs.items() if one not in bad and bad.intersection(names)}:
            bad = bad | more
        return bad

    def bad(self, invariant: str, words: str) -> Violation:
        """A Violation to raise, with the tablet's name where one is looked at."""
        return self.seen.violation(invariant, f"{self.tablet.name}: {words}" if self.tablet else words)

    # -- the second books ---------------------------------------------------------------------------------------------

    def _post(self) -> None:
        """The ledger anew, from the log: the books of a restored server are shorter."""
        self.ledger = Ledger()
        by_op = grouped(self.rows("movement").values(), "op_id")
        counted = grouped(self.rows("count_line").values(), "count_id")
        log, results = self.log(), self.rows("op_result")
        received = [row for op_id, rows in by_op.items() if op_id not in log for row in rows]
        self.ledger.post(moved(received))  # what came in otherwise: openings, receipts, the office's own ops
        for op_id, entry in sorted(log.items(), key=lambda item: (item[1]["stream"], item[1]["seq"])):
            result = results.get(op_id)
            body = self.payload(op_id, entry["payload"])
            if result is None or "type" not in body:
                continue
            lines = counted.get(body.get("count_id"), [])
            expected = {(row["product_id"], row["lot_id"]): row["expected"] for row in lines}
            codes = codes_of(result["findings"])
            self.ledger.op(body, result["outcome"], codes, expected, by_op.get(op_id, []))


def grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def codes_of(findings: str) -> set[str]:
    """The codes in a column of findings."""
    return {one[0] for one in json.loads(findings or "[]")}


def some(items: Iterable[Any], count: int = 3) -> str:
    """A few of them, for a sentence."""
    listed = sorted(map(str, items))
    return ", ".join(listed[:count]) + (f" and {len(listed) - count} more" if len(listed) > count else "")


def repeated(items: Iterable[Any]) -> list[Any]:
    """What is there more than once."""
    return [one for one, times in Counter(items).items() if times > 1]


Check = Callable[[Facts], None]
