"""Mutated answers against a tablet: a real workspace that talks to a server which has gone mad or is somebody else.

Pull pages, the answers to push, rescue and enrolment, and problem bodies are real ones, broken by dice. For each: only
Unreachable or ApiProblem come out of it; an answer that was refused has changed nothing in the database; the saved ops
are there, byte for byte; what was let in leaves a database that the tablet can go on with. The file is put back before
the next, so a number and a seed say everything.

    tablet_answers.py [--seed 1] [--count 40000] [--first 0]      --count 1 --first N replays one
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import requests
from file_copies import Copy, quick_folder
from house import House, house, quiet, small_world
from mutate import mutated, mutated_page
from report import Report
from server_messages import numbers

from app.store.engine import reading
from app.workspace import checking, syncing
from app.workspace.progress import progress
from app.workspace.queries import sync as sync_queries
from sync.client.http_api import _decoded
from sync.client.session import refusal
from sync.client.turn import Answer, Request, Turn
from sync.protocol.api import ApiProblem, Unreachable
from sync.protocol.messages import (
    BackfillAt,
    Enrol,
    Enrolled,
    OpAnswer,
    Problem,
    Pull,
    Push,
    PushAnswer,
    Rescue,
    RescueAnswer,
    User,
    encode,
)
from sync.protocol.version import PROTOCOL

STATUSES = (400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 426, 429, 500, 502, 503, 511, 302, 204)
CODES = (
    "gap", "stream_forked", "stream_unknown", "epoch", "bucket_reset", "device_revoked", "actor_mismatch", "too_large",
    "malformed", "upgrade_required", "busy", "op_taken", "token_expired", "internal",
)  # fmt: skip
SAVED = "SELECT op_id, stream, seq, command, payload, fingerprint, needs FROM outbox ORDER BY op_id"


@dataclass
class Exchange:
    """A request the tablet would send, and the answer of a good server."""

    request: Request
    answer: bytes


class Tablet:
    """A tablet with work that waits, and everything it might be answered."""

    def __init__(self, server: House) -> None:
        world_module = small_world()
        self.world = world_module.World(server.engine, server.folder, server.api, numbers(), [])
        rep = self.rep = self.world.tablet("mia", "rep")
        boss = self.world.tablet("max", "manager", territories=("north", "south"))
        rep.workspace.perform(rep.quote(discount=2_000))
        rep.sync()
        boss.sync()
        quote = rep.quote()
        for command in (quote, rep.order(quote), rep.sale(qty=2), rep.count(6, 10)):
            rep.workspace.perform(command, even_so=True)
        boss.workspace.perform(boss.quote(qty=7))
        boss.sync()
        self.world.hold("a2")
        self.exchanges = list(self._exchanges(rep))

    def _exchanges(self, rep: Any) -> Iterator[Exchange]:
        api, workspace = rep.api, rep.workspace
        increment = syncing.next_increment(workspace)
        few = Pull(PROTOCOL, increment.cursor, increment.held, None, 1)
        marked = Pull(
            PROTOCOL, increment.cursor, increment.held, None, 2_000, [increment.cursor], increment.held
        )
        fills = [
            BackfillAt("terr:north"),
            BackfillAt("rep:mia"),
            BackfillAt("g:catalog", "product", "", True),
        ]
        backfills = [Pull(PROTOCOL, increment.cursor, increment.held, at, 5) for at in fills]
        for request in (increment, few, marked, *backfills):
            yield Exchange(request, api.pull(request))
        push = syncing.next_push(workspace)
        assert push is not None
        answers = [OpAnswer(op.op_id, op.seq, "applied") for op in push.ops]
        yield Exchange(push, encode(PushAnswer(push.ops[-1].seq, answers, "2026-11-23T12:00:00+00:00")))
        rescue = Rescue(PROTOCOL, push.stream, "device_revoked", push.ops)
        yield Exchange(
            rescue, encode(RescueAnswer([op.op_id for op in push.ops], "2026-11-23T12:00:00+00:00"))
        )
        me = User("mia", "mia", "Mia Berg", "rep", "MI", ["north"])
        caller = api.caller
        fresh = Enrolled(caller.device_id, f"{caller.device_id}.2", "Z", 1, me)
        yield Exchange(Enrol(caller.device_id, "tablet", True), encode(fresh))


class Thrower:
    """Answers with mutated messages, by number."""

    def __init__(self, tablet: Tablet, seed: int, report: Report) -> None:
        self.tablet, self.seed, self.report = tablet, seed, report
        self.workspace = tablet.rep.workspace
        self.copy = Copy(Path(str(self.workspace.engine.url.database)))
        self.tables = self.copy.tables()
        self.saved = self.copy.rows(SAVED)
        self.bodies = [one.answer for one in tablet.exchanges]

    def throw(self, number: int) -> None:
        dice = random.Random(f"{self.seed}/tablet/{number}")
        weights = [3 if isinstance(one.request, Pull) else 1 for one in self.tablet.exchanges]
        exchange = dice.choices(self.tablet.exchanges, weights)[0]
        turn = Turn(device_name="tablet")
        name = type(exchange.request).__name__.lower()
        try:
            outcome = self.exchange(turn, exchange, dice)
        except Exception as error:
            outcome = "crashed"
            self.report.found(number, name, error)
        self.report.message(f"{name} {outcome}")
        if self.copy.look():
            self.judge(number, name, outcome)
            self.copy.put_back()

    def exchange(self, turn: Turn, exchange: Exchange, dice: random.Random) -> str:
        """One answer is heard; what became of it."""
        request = exchange.request
        if dice.random() < 0.2:
            error = self.trouble(dice)
            turn.failed(self.workspace, request, error)
            return "problem" if isinstance(error, ApiProblem) else "not ours"
        mutate = mutated_page if isinstance(request, Pull) else mutated
        body = mutate(exchange.answer, dice, self.bodies)
        try:
            turn.absorb(self.workspace, request, self.heard(request, body))
        except Unreachable:
            return "refused"
        except ApiProblem:
            return "refused by name"
        self.go_on(turn)
        return "let in"

    @staticmethod
    def heard(request: Request, body: bytes) -> Answer:
        """The body as http_api hands it on. Raises Unreachable."""
        kinds: dict[type, Any] = {Push: PushAnswer, Rescue: RescueAnswer, Enrol: Enrolled}
        if isinstance(request, Pull):
            return body
        answer: Answer = _decoded(body, kinds[type(request)])
        return answer

    @staticmethod
    def trouble(dice: random.Random) -> ApiProblem | Unreachable:
        """A refusal as it comes over HTTP, from a server or from somebody else."""
        status = dice.choice(STATUSES)
        found = Problem(
            "No", status, dice.choice(CODES), "detail", expected=dice.choice((None, 0, 1, 3, -5, 1 << 70))
        )
        response = requests.Response()
        response.status_code = status
        response._content = mutated(encode(found), dice) if dice.random() < 0.6 else encode(found)
        kinds = ("application/problem+json", "application/problem+json; charset=utf-8", "text/html", "")
        response.headers["Content-Type"] = dice.choice(kinds[:2] * 3 + kinds)
        response.headers["Retry-After"] = dice.choice(("1", "-1", "9" * 400, "soon", "\u0663", ""))
        return refusal(response)

    def go_on(self, turn: Turn) -> None:
        """What was let in must not stop the tablet: the next step, its figures, its sums."""
        turn.next_request(self.workspace)
        with reading(self.workspace.reader) as connection:
            sync_queries.figures(connection)
            progress(connection)
            compared = checking.compare(connection)
        if compared is not None:
            checking.conclude(self.workspace, compared)
        self.workspace.identity()

    def judge(self, number: int, name: str, outcome: str) -> None:
        """Something was written: was it allowed to be?"""
        if outcome.startswith("refused") or outcome == "not ours":
            self.report.found(number, f"{name} that was {outcome} has written")
        if self.copy.rows(SAVED) != self.saved:
            if outcome == "let in" and name in ("enrol", "rescue") and self.renumbered():
                return
            self.report.found(number, f"{name} {outcome} has touched saved ops")
        broken = self.copy.rows("PRAGMA foreign_key_check") or self.copy.rows("PRAGMA quick_check") != [
            ("ok",)
        ]
        if broken:
            self.report.found(number, f"{name} {outcome} has broken the file")

    def renumbered(self) -> bool:
        """A fresh stream, or an op that went by rescue, gives the unsent ops new numbers and changes nothing else."""
        was = {row[0]: (row[3], row[4], row[5], row[6]) for row in self.saved}
        return {row[0]: (row[3], row[4], row[5], row[6]) for row in self.copy.rows(SAVED)} == was


@contextmanager
def throwing(folder: Path, seed: int, report: Report) -> Iterator[Thrower]:
    """A thrower at a fresh tablet."""
    with quiet(), house(folder, 1) as server:
        tablet = Tablet(server)
        thrower = Thrower(tablet, seed, report)
        try:
            yield thrower
        finally:
            thrower.copy.close()
            tablet.world.close()


def play(folder: Path, seed: int, first: int, count: int, told: Callable[[str], None]) -> dict[str, Any]:
    """Answer `count` times; what was found."""
    report = Report("tablet", told)
    with throwing(folder, seed, report) as thrower:
        for number in range(first, first + count):
            thrower.throw(number)
    return report.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=40_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    with quick_folder() as folder:
        found = play(folder, given.seed, given.first, given.count, lambda line: print(line, flush=True))
    print(json.dumps({"fuzz": "tablet", "seed": given.seed, "first": given.first, **found}))
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
