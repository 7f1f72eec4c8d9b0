"""The server in one process: bytes in, bytes out, through the same api and accounts as behind HTTP.

`answer` does what the routes do: decode, authenticate, ask, encode, and refuse with problem details. It may die at any
statement; then the file is as it was there, and `start` opens it again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sim_company import Clock
from sim_disk import Disk, Killed, copy_database, put_database
from sqlalchemy import Engine, exc, select

from app.store.engine import reading, server_engine
from sync.protocol import messages as m
from sync.protocol.api import ApiProblem, problem
from sync.protocol.messages import decode, encode
from sync.server.accounts import Accounts
from sync.server.api import ServerApi
from sync.server.passwords import Passwords
from sync.server.tables import clock as clock_row

PROBLEM = "application/problem+json"
AGAIN_IN = {429: 5, 503: 2}
AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back: a status, a body and the headers that matter. `cut`: the connection broke within the body."""

    status: int
    body: bytes
    media: str = "application/json"
    retry_after: int | None = None
    cut: bool = False


@dataclass(slots=True)
class Server:
    """`broke` is told of every answer that would be a bug: an exception nobody foresaw."""

    path: Path
    clock: Clock
    dice: random.Random
    passwords: Passwords
    broke: Callable[[Exception], None]
    disk: Disk = field(init=False)
    engine: Engine | None = None
    api: ServerApi | None = None
    accounts: Accounts | None = None

    def __post_init__(self) -> None:
        self.disk = Disk(self.path)

    @property
    def up(self) -> bool:
        return self.engine is not None

    def start(self) -> None:
        """The process starts on the file as it is."""
        self.disk.revive()
        self.engine = server_engine(f"sqlite:///{self.path}")
        self.disk.watch(self.engine)
        self.api = ServerApi(self.engine, self.clock)
        self.accounts = Accounts(
            self.engine, now=self.clock, entropy=self.dice.randbytes, passwords=self.passwords
        )

    def die(self) -> None:
        """The process is gone, now or where the disk's fuse blew."""
        if self.engine is not None:
            self.disk.take_image()
            self.engine.dispose()
            self.engine = self.api = self.accounts = None

    def close(self) -> None:
        """Let go of the file; the story is over."""
        if self.engine is not None:
            self.engine.dispose()
            self.engine = self.api = self.accounts = None

    def back_up(self, target: Path) -> int:
        """Copy the database as it is; its position."""
        copy_database(self.path, target)
        return self.position()

    def restore(self, source: Path) -> None:
        """Put an old copy in place and start on it."""
        self.die()
        self.disk.dead = False
        put_database(source, self.path)
        self.start()

    def position(self) -> int:
        assert self.engine is not None
        with self.disk.aside(), reading(self.engine) as connection:
            return int(connection.execute(select(clock_row.c.position)).scalar_one())

    # -- requests -----------------------------------------------------------------------------------------------------

    def answer(self, path: str, token: str, body: bytes) -> Reply:
        """Answer one request as the routes would. Raises Killed."""
        try:
            return self._route(path, token, body)
        except ApiProblem as found:
            return refusal(found)
        except AWAY:
            return refusal(problem(503, "unavailable", "The database does not answer"))
        except Killed:
            raise
        except Exception as error:
            self.broke(error)
            return refusal(problem(500, "internal", "Something went wrong here"))

    def _route(self, path: str, token: str, body: bytes) -> Reply:
        accounts, api = self.accounts, self.api
        assert accounts is not None
        assert api is not None
        match path:
            case "/auth/sign-in":
                return _sent(accounts.sign_in(_read(body, m.SignIn)))
            case "/auth/refresh":
                return _sent(accounts.refresh(_read(body, m.Refresh)))
        if path == "/sync/v1/rescue":
            return _sent(api.rescue(accounts.identify(token), _read(body, m.Rescue)))
        caller = accounts.authenticate(token)
        match path:
            case "/sync/v1/enrol":
                return _sent(accounts.enrol(caller, _read(body, m.Enrol)))
            case "/sync/v1/push":
                return _sent(api.push(caller, _read(body, m.Push)))
            case "/sync/v1/pull":
                return Reply(200, api.pull(caller, _read(body, m.Pull)), "application/x-ndjson")
        raise problem(404, "not_found", "There is nothing here")


def refusal(found: ApiProblem) -> Reply:
    """Problem details as the routes send them."""
    again = found.retry_after if found.retry_after is not None else AGAIN_IN.get(found.problem.status)
    return Reply(
        found.problem.status, encode(found.problem), PROBLEM, None if again is None else max(1, round(again))
    )


def _sent(value: Any) -> Reply:
    return Reply(200, encode(value))


def _read(body: bytes, kind: Any) -> Any:
    try:
        return decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as err:
        raise problem(422, "malformed", "The request cannot be understood", str(err)) from None
