"""The authorisation matrix: every route and every op type, by everybody, on everybody's things.

    python tests/authz/authz.py

A real server app over ASGI on a real SQLite file, with real accounts, tokens and enrolled devices. Each cell asserts
its answer by the table in policy.py; then what is of another territory and what is missing must have been answered
alike. The last line is JSON; exit code 1 when anything differs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import policy as table
import structlog
from sqlalchemy import delete, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from cells import ASKED, SCOPES, Cell
from small_world import place, receive, seed

from app.domain import commands as c
from app.domain.codec import encode as encode_op
from app.domain.parties import ROLES, Person
from app.store import tables as t
from app.store.engine import reading, server_engine, writing
from sync.protocol.messages import (
    BackfillAt,
    Cursor,
    Enrol,
    OpEnvelope,
    Pull,
    Push,
    Refresh,
    Rescue,
    SignIn,
    Tokens,
    encode,
)
from sync.protocol.version import PROTOCOL
from sync.server import schema
from sync.server.accounts import Accounts
from sync.server.api import ServerApi
from sync.server.feed import unit_of_work
from sync.server.passwords import Passwords
from sync.server.routes import build_app
from sync.server.tables import sign_in_limit

PASSWORD = "correct horse battery"
OUTSIDE = ("anonymous", "expired", "revoked", "disabled")
WHO = (*ROLES, *OUTSIDE)
BUCKETS = {"own": "terr:north", "same": "loc:wh", "other": "terr:south", "missing": "terr:nowhere"}
Answer = tuple[Any, ...]


@dataclass
class Caller:
    """Somebody with a device. `tokens` is None for whoever has none."""

    person: Person
    device: str
    tokens: Tokens | None
    seq: int = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.access}"} if self.tokens else {}


class Client:
    """The app over ASGI, without sockets; one request after the other."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://authz")

    def _ask(self, verb: str, path: str, **options: Any) -> httpx.Response:
        return self._loop.run_until_complete(self._http.request(verb, path, **options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self._ask("POST", path, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self._ask("GET", path, **options)

    def close(self) -> None:
        self._loop.run_until_complete(self._http.aclose())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


@dataclass
class House:
    """The server, everybody in it, and what has been answered."""

    folder: Path
    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    callers: dict[str, Caller] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        dice = random.Random(17).randbytes
        self.engine = server_engine(f"sqlite:///{self.folder / 'server.db'}")
        schema.upgrade(self.engine)
        seed(self.engine)
        cheap = Passwords(dice, time_cost=1, memory_kib=8, lanes=1)
        self.accounts = Accounts(self.engine, now=lambda: self.moment, entropy=dice, passwords=cheap)
        app = build_app(
            ServerApi(self.engine, lambda: self.moment), self.accounts, version="authz", entropy=dice
        )
        self.app = app
        self.client = Client(app)
        self.expired = self._enter("expired", "rep")
        self.moment += timedelta(hours=6)  # the first token is old now
        for who in (*ROLES, "revoked", "disabled"):
            self._enter(who, who if who in ROLES else "rep")
        for user, where in (("colleague", "north"), ("stranger", "south")):
            self._add(user, "rep", where)
        self.accounts.revoke_device("dev-u-revoked")
        self.accounts.disable_user("disabled")
        self.callers["anonymous"] = Caller(Person("u-anonymous", "rep", ()), "dev-none", None)
        with unit_of_work(self.engine) as work:
            rows = [place(f"trunk-u-{who}", "trunk", f"u-{who}") for who in ROLES]
            work.put("location", rows)
            for who in ROLES:
                receive(work, f"opening-{who}", f"trunk-u-{who}", "p1", "l1", 9)

    def _add(self, user: str, role: str, territory: str) -> None:
        self.accounts.add_user(
            user,
            PASSWORD,
            role=role,
            name=user,
            territories=(territory,),
            user_id=f"u-{user}",
            code=user[:5].upper(),
        )

    def _enter(self, who: str, role: str) -> Caller:
        self._add(who, role, "north")
        device = f"dev-u-{who}"
        signed = self.client.post("/auth/sign-in", content=encode(SignIn(who, PASSWORD, device)))
        tokens = msgspec.json.decode(signed.content, type=Tokens)
        made = self.callers[who] = Caller(Person(f"u-{who}", role, ("north",)), device, tokens)
        done = self.client.post("/sync/v1/enrol", content=encode(Enrol(device, who)), headers=made.headers)
        assert done.status_code == 200, done.text
        return made

    def mark(self) -> str:
        self.number += 1
        return f"c{self.number:05d}"

    def post(self, path: str, body: Any, caller: Caller) -> Any:
        return self.client.post(path, content=encode(body), headers=caller.headers)


# -- routes -----------------------------------------------------------------------------------------------------------


def _refused(answer: Any) -> Answer:
    """Status and code of an answer, with all its words when it is a refusal."""
    if answer.headers.get("content-type") == "application/problem+json":
        found = answer.json()
        return (answer.status_code, found["code"], found["title"])
    return (answer.status_code,)


def _fresh(house: House, who: str) -> Caller:
    """The caller with a session of its own on a device of its own, for routes that end it."""
    caller = house.callers[who]
    if who in OUTSIDE:
        return caller
    device = f"extra-{house.mark()}"
    signed = house.client.post("/auth/sign-in", content=encode(SignIn(who, PASSWORD, device)))
    return Caller(caller.person, device, msgspec.json.decode(signed.content, type=Tokens))


def _unlimited(house: House) -> None:
    """Nobody has tried yet: guessing is limited by address, and all of these come from one."""
    with writing(house.engine) as connection:
        connection.execute(delete(sign_in_limit))


def sign_in(house: House, who: str, scope: str) -> Answer:
    _unlimited(house)
    login = {"own": who, "same": "colleague", "other": "stranger", "missing": "nobody"}[scope]
    device = house.callers[who].device if who == "revoked" else f"door-{house.mark()}"
    password = PASSWORD if scope == "own" else "a guess at it"
    return _refused(house.client.post("/auth/sign-in", content=encode(SignIn(login, password, device))))


def refresh(house: House, who: str, scope: str) -> Answer:
    _unlimited(house)
    caller = _fresh(house, who)
    own = caller.tokens.refresh if caller.tokens else "none"
    guesses = {"own": own, "same": house.expired.tokens.access, "other": "x" * 43, "missing": "y" * 43}  # type: ignore[union-attr]
    return _refused(house.client.post("/auth/refresh", content=encode(Refresh(guesses[scope]))))


def sign_out(house: House, who: str, scope: str) -> Answer:
    return _refused(house.client.post("/auth/sign-out", headers=_fresh(house, who).headers))


def _device(house: House, who: str, scope: str) -> str:
    known = {"own": house.callers[who].device, "same": "dev-u-expired", "other": "dev-u-revoked"}
    return known.get(scope, "dev-of-nobody")


def enrol(house: House, who: str, scope: str) -> Answer:
    caller = house.callers[who]
    return _refused(house.post("/sync/v1/enrol", Enrol(_device(house, who, scope), who), caller))


def push(house: House, who: str, scope: str) -> Answer:
    stream = f"{_device(house, who, scope)}.1"
    return _refused(house.post("/sync/v1/push", Push(PROTOCOL, stream, []), house.callers[who]))


def rescue(house: House, who: str, scope: str) -> Answer:
    stream, mark = f"{_device(house, who, scope)}.1", house.mark()
    ops = [OpEnvelope(mark, 1, "not for any push")]
    answer = house.post("/sync/v1/rescue", Rescue(PROTOCOL, stream, "authz", ops), house.callers[who])
    kept = answer.json().get("kept") == [mark] if answer.status_code == 200 else False
    return (*_refused(answer), *(["kept"] if kept else []))


def pull(house: House, who: str, scope: str) -> Answer:
    """A backfill, a repair page and sums of a bucket that is said to be held; what came of it."""
    bucket, said = BUCKETS[scope], set()
    for request in (
        Pull(PROTOCOL, Cursor(), [bucket], BackfillAt(bucket)),
        Pull(PROTOCOL, Cursor(), [bucket], BackfillAt(bucket, "account", "", only=True)),
        Pull(PROTOCOL, Cursor(), [bucket], sums=[bucket]),
    ):
        answer = house.post("/sync/v1/pull", request, house.callers[who])
        if answer.status_code != 200:
            said.add(_refused(answer)[:2])
            continue
        lines = [json.loads(line) for line in answer.text.splitlines()]
        end = next(line for line in lines if isinstance(line, dict) and line["t"] == "end")
        buckets = next(line for line in lines if isinstance(line, dict) and line["t"] == "buckets")
        rows = any(isinstance(line, list) for line in lines)
        dropped = "dropped" if bucket in buckets["drop"] else "held"
        said.add((200, dropped, "rows" if rows else "", "sums" if end.get("sums") else ""))
    return (len({one[0] for one in said}), *sorted(said))


def look(path: str) -> Callable[[House, str, str], Answer]:
    def ask(house: House, who: str, scope: str) -> Answer:
        return _refused(house.client.get(path, headers=house.callers[who].headers))

    return ask


ROUTES: Mapping[str, Callable[[House, str, str], Answer]] = {
    "POST /auth/sign-in": sign_in,
    "POST /auth/refresh": refresh,
    "POST /auth/sign-out": sign_out,
    "POST /sync/v1/enrol": enrol,
    "POST /sync/v1/push": push,
    "POST /sync/v1/rescue": rescue,
    "POST /sync/v1/pull": pull,
    "GET /health": look("/health"),
    "GET /docs": look("/docs"),
    "GET /openapi.json": look("/openapi.json"),
}


def routes_of(app: Any) -> set[str]:
    """The routes there really are."""
    return {f"{verb} {one.path}" for one in app.routes for verb in one.methods - {"HEAD"}}


# -- ops --------------------------------------------------------------------------------------------------------------


def op(house: House, kind: type[c.Command], who: str, scope: str) -> Answer:
    """Push one op of this type; status, outcome and findings, the cell's own ids taken out."""
    caller = house.callers[who]
    cell = Cell(house.mark(), caller.person, caller.device, scope)
    rows, values = ASKED[kind]
    if scope != "missing":
        with unit_of_work(house.engine) as work:
            rows(work, cell)
    payload = encode_op(cell.command(kind, **values(cell))).decode()
    envelope = OpEnvelope(cell.id("op"), caller.seq + 1, payload)
    request = Push(PROTOCOL, f"{caller.device}.1", [envelope])
    answer = house.post("/sync/v1/push", request, caller)
    with reading(house.engine) as connection:
        found = connection.execute(select(t.op_result).where(t.op_result.c.id == cell.id("op"))).one_or_none()
    if answer.status_code != 200:
        return (*_refused(answer), *(["but it was decided"] if found else []))
    caller.seq += 1
    assert found is not None
    said = json.loads(found.findings.replace(cell.mark, "#").replace(caller.person.id, "@"))
    return (200, found.outcome, said)


def short(answer: Answer) -> str:
    """An answer as the table has it: status, outcome or code, the codes of findings."""
    if len(answer) == 3 and isinstance(answer[2], list):
        codes = sorted({one[0] for one in answer[2]})
        return " ".join((answer[1], *codes))
    if answer and isinstance(answer[-1], tuple):
        return " | ".join(" ".join(str(part) for part in one[:4] if part).strip() for one in answer[1:])
    return " ".join(str(part) for part in answer[:2])


# -- the matrix -------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    cases: Counter[str] = field(default_factory=Counter)
    alike: int = 0
    wrong: list[str] = field(default_factory=list)
    seen: dict[tuple[str, str, str], str] = field(default_factory=dict)


def expected(rows: Mapping[str, Mapping[str, str]], name: str, who: str, scope: str) -> str | None:
    """What the table says: a cell is `who scope`, `* scope`, `who *` or `*`, the nearest first."""
    row = rows[name]
    for key in (f"{who} {scope}", f"{who} *", f"* {scope}", "*"):
        if key in row:
            return row[key]
    return None


def run(
    folder: Path,
    *,
    route_table: Mapping[str, Mapping[str, str]] | None = None,
    op_table: Mapping[str, Mapping[str, str]] | None = None,
    who: Iterable[str] = WHO,
) -> Report:
    """The whole matrix on a new server in `folder`; nothing is asked when the tables are not complete."""
    route_rows = table.ROUTES if route_table is None else route_table
    op_rows = table.OPS if op_table is None else op_table
    house, report = House(folder), Report()
    names = {kind.__name__: kind for kind in c.COMMANDS}
    for kind, there, known in (
        ("route", routes_of(house.app), set(route_rows) & set(ROUTES)),
        ("op type", set(names), set(op_rows) & {one.__name__ for one in ASKED}),
    ):
        report.wrong += [f"{kind} {one}: not in the policy table" for one in sorted(there - known)]
        report.wrong += [f"{kind} {one}: in the policy table only" for one in sorted(known - there)]
    if not report.wrong:
        _ask(house, report, route_rows, op_rows, names, tuple(who))
    house.client.close()
    house.engine.dispose()
    return report


def _ask(house: House, report: Report, route_rows: Any, op_rows: Any, names: Any, people: Any) -> None:
    for rows, ask in (
        (op_rows, lambda name, who, scope: op(house, names[name], who, scope)),
        (route_rows, lambda name, who, scope: ROUTES[name](house, who, scope)),
    ):
        for name in rows:
            for who in people:
                said = {scope: ask(name, who, scope) for scope in SCOPES}
                _judge(report, rows, name, who, said)


def _judge(report: Report, rows: Any, name: str, who: str, said: Mapping[str, Answer]) -> None:
    for scope, answer in said.items():
        report.cases[name] += 1
        report.seen[name, who, scope] = got = short(answer)
        wanted = expected(rows, name, who, scope)
        if got != wanted:
            report.wrong.append(f"{name} by {who} on {scope}: {got!r}, the table says {wanted!r}")
    if (name, who) in table.IN_REACH or (name, "*") in table.IN_REACH:
        return
    report.alike += 1
    if said["other"] != said["missing"]:
        report.wrong.append(f"{name} by {who}: other {said['other']} is not missing {said['missing']}")


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder))
    for name, number in report.cases.items():
        print(f"{name:24}{number:6}")
    for line in report.wrong:
        print(f"WRONG {line}")
    total = sum(report.cases.values())
    print(f"{'total':24}{total:6}   other territory = missing, compared to the letter: {report.alike}")
    print(
        json.dumps(
            {
                "cases": total,
                "routes": len(table.ROUTES),
                "op_types": len(table.OPS),
                "alike": report.alike,
                "wrong": len(report.wrong),
            }
        )
    )
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
