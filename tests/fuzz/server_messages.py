"""Mutated messages against the server's core: a real SQLite server, real bodies, broken by dice.

For each message: no crash and no 5xx; an answer that is a refusal, or a read, leaves every row as it was; what an op
that was not decided leaves behind is told in `KEPT`. A message whose ops were decided must leave books that agree
(`verify`). Every message stands alone: the file is put back before the next, so a number and a seed say everything.

    server_messages.py [--seed 1] [--count 60000] [--first 0]      --count 1 --first N replays one
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

from file_copies import Copy, quick_folder
from house import House, house, quiet, small_world
from mutate import mutated
from report import Report

from app.domain.commands import SaveDraft
from app.workspace import syncing
from sync.protocol.api import ApiProblem
from sync.protocol.messages import (
    BackfillAt,
    Cursor,
    Enrol,
    Pull,
    Push,
    Refresh,
    Rescue,
    SignIn,
    encode,
)
from sync.protocol.version import PROTOCOL
from sync.server import bodies
from sync.server.verify import verify

# What may come without any op having been decided: an op that was parked or refused is logged with its result (and so
# moves the feed), a rescued one is kept, an enrolment makes a device and a stream, a sign-in a session.
KEPT = {
    "/sync/v1/push": {
        "op_log", "op_result", "attempt", "device", "stream", "feed", "history", "clock", "bucket_sum", "rescued",
    },
    "/sync/v1/rescue": {"rescued", "audit", "audit_head"},
    "/sync/v1/enrol": {"device", "stream", "feed", "history", "clock", "bucket_sum", "audit", "audit_head"},
    "/auth/refresh": {"token", "sign_in_session", "sign_in_limit", "audit", "audit_head"},
    "/auth/sign-in": {"token", "sign_in_session", "sign_in_limit", "audit", "audit_head", "user_account"},
    "/sync/v1/pull": set(),
}  # fmt: skip
VERIFIED = 10  # of the messages that decided something, one in so many has its books made again


@dataclass
class Thrown:
    """Where a message goes, and a good one of it."""

    path: str
    kind: type[Any]
    body: bytes


class Target:
    """A server with a tablet that has work to send, and its conversation."""

    def __init__(self, server: House) -> None:
        self.server = server
        world_module = small_world()
        world = world_module.World(server.engine, server.folder, server.api, numbers(), [])
        self.world = world
        rep = world.tablet("mia", "rep")
        rep.workspace.perform(rep.order(self._quote(rep)))
        rep.sync()
        self.tokens = server.sign_in("mia", rep.api.caller.device_id)
        self.access()
        self.messages = list(self._messages(rep))

    @staticmethod
    def _quote(rep: Any) -> Any:
        quote = rep.quote()
        rep.workspace.perform(quote)
        return quote

    def access(self) -> Any:
        self.caller = self.server.accounts.authenticate(self.tokens.access)
        return self.caller

    def _messages(self, rep: Any) -> Iterator[Thrown]:
        pull = syncing.next_increment(rep.workspace)
        for backfill in (None, BackfillAt("g:catalog"), BackfillAt("rep:mia", "quote", "", True)):
            some = pull.held if backfill is None else []
            one = Pull(PROTOCOL, pull.cursor, pull.held, backfill, 2_000, [pull.cursor, Cursor()], some, 25)
            yield Thrown("/sync/v1/pull", Pull, encode(one))
        yield Thrown("/sync/v1/pull", Pull, encode(Pull(PROTOCOL, Cursor("", 0, ""), [])))
        commands = [
            rep.quote(qty=5),
            rep.sale(qty=2),
            rep.count(6, 10),
            rep.quote(discount=2_000, account="a2"),
        ]
        quote = rep.quote()
        commands += [quote, rep.order(quote), self._draft(rep)]
        for command in commands:
            rep.workspace.perform(command, even_so=True)
        push = syncing.next_push(rep.workspace)
        assert push is not None
        yield Thrown("/sync/v1/push", Push, encode(push))
        for end in (1, 2, 3):
            yield Thrown("/sync/v1/push", Push, encode(Push(PROTOCOL, push.stream, push.ops[:end])))
        yield Thrown(
            "/sync/v1/rescue", Rescue, encode(Rescue(PROTOCOL, push.stream, "413 too_large", push.ops[:2]))
        )
        device = rep.api.caller.device_id
        yield Thrown("/sync/v1/enrol", Enrol, encode(Enrol(device, "tablet", False)))
        yield Thrown("/sync/v1/enrol", Enrol, encode(Enrol(device, "tablet", True)))
        yield Thrown("/auth/refresh", Refresh, encode(Refresh(self.tokens.refresh)))
        yield Thrown("/auth/sign-in", SignIn, encode(SignIn("mia", "correct horse battery", device)))

    @staticmethod
    def _draft(rep: Any) -> SaveDraft:
        return SaveDraft(
            op_id=rep.new_id(), actor="mia", business_date="2026-11-23", draft_id="d1", kind="quote", number="",
            based_on="", body='{"lines":[]}', saved_at="2026-11-23T12:00:00+00:00", device="tablet",
        )  # fmt: skip

    def answer(self, path: str, kind: type[Any], body: bytes) -> Any:
        """What the route does, after its token was looked at."""
        value = bodies.parsed(body, kind)
        api, accounts = self.server.api, self.server.accounts
        match path:
            case "/sync/v1/push":
                return api.push(self.caller, value)
            case "/sync/v1/pull":
                return api.pull(self.caller, value)
            case "/sync/v1/rescue":
                return api.rescue(self.caller, value)
            case "/sync/v1/enrol":
                return accounts.enrol(self.caller, value)
            case "/auth/refresh":
                return accounts.refresh(value)
            case _:
                return accounts.sign_in(value)


def numbers() -> Callable[[], str]:
    made = 0

    def new_id() -> str:
        nonlocal made
        made += 1
        return f"id-{made:06d}"

    return new_id


class Thrower:
    """Throws messages by number."""

    def __init__(self, target: Target, seed: int, report: Report) -> None:
        self.target, self.seed, self.report = target, seed, report
        self.copy = Copy(target.server.folder / "server.db")
        tables = self.copy.tables()
        unknown = {one for kept in KEPT.values() for one in kept} - set(tables)
        assert not unknown, unknown
        self.tables = {path: [one for one in tables if one not in kept] for path, kept in KEPT.items()}
        self.clean = {path: self.copy.hash(names) for path, names in self.tables.items()}
        self.bodies = [one.body for one in target.messages]
        self.kept = {one: self.copy.hash([one]) for one in tables}
        self.logged = self.copy.rows("SELECT coalesce(max(rowid), 0) FROM op_log")[0][0]
        self.decided = 0

    def throw(self, number: int) -> None:
        dice = random.Random(f"{self.seed}/server/{number}")
        weights = [
            5 if one.path.endswith("push") else 2 if one.path.endswith("pull") else 1
            for one in self.target.messages
        ]
        thrown = dice.choices(self.target.messages, weights)[0]
        body = mutated(thrown.body, dice, self.bodies)
        name = thrown.path.rpartition("/")[2]
        read = False
        try:
            self.target.answer(thrown.path, thrown.kind, body)
            outcome, read = "answered", name == "pull"
        except ApiProblem as refused:
            status = refused.problem.status
            outcome = f"{status} {refused.problem.code}"
            if status >= 500:
                self.report.found(number, f"{name} {outcome}")
        except Exception as error:
            outcome = "crashed"
            self.report.found(number, name, error)
        self.report.message(f"{name} {outcome}")
        if self.copy.look():
            self.judge(number, thrown.path, name, read)
            self.copy.put_back()

    def judge(self, number: int, path: str, name: str, read: bool) -> None:
        """Something was written: was it allowed to be?"""
        if read:
            self.report.found(number, "a pull wrote something")
        decided = self.copy.rows(
            "SELECT count(*) FROM op_log l JOIN op_result r ON r.id = l.op_id WHERE l.status = 'decided' "
            f"AND r.outcome <> 'rejected' AND l.rowid > {self.logged}"
        )[0][0]
        if decided:
            self.decided += 1
            if self.decided % VERIFIED == 0 and (wrong := verify(self.target.server.engine)):
                self.report.found(number, f"the books do not agree after {name}: {wrong[0]}")
        elif self.copy.hash(self.tables[path]) != self.clean[path]:
            changed = [one for one in self.tables[path] if self.copy.hash([one]) != self.kept[one]]
            self.report.found(number, f"{name} that decided nothing changed {', '.join(changed)}")


@contextmanager
def throwing(folder: Path, seed: int, report: Report) -> Iterator[Thrower]:
    """A thrower at a fresh server."""
    with quiet(), house(folder, 1) as server:
        target = Target(server)
        thrower = Thrower(target, seed, report)
        try:
            yield thrower
        finally:
            thrower.copy.close()
            target.world.close()


def play(folder: Path, seed: int, first: int, count: int, told: Callable[[str], None]) -> dict[str, Any]:
    """Throw `count` messages; what was found."""
    report = Report("server", told)
    with throwing(folder, seed, report) as thrower:
        for number in range(first, first + count):
            thrower.throw(number)
    return report.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    with quick_folder() as folder:
        found = play(folder, given.seed, given.first, given.count, lambda line: print(line, flush=True))
    print(json.dumps({"fuzz": "server", "seed": given.seed, "first": given.first, **found}))
    return 1 if found["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
