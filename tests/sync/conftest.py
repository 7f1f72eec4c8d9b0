"""A small server for the tests of this folder: a clock that stands still, dice from a seed, a few people, and HTTP."""

from __future__ import annotations

import io
import logging
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import structlog
import uvicorn
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from sync.protocol.messages import Problem, SignIn, Tokens, encode
from sync.server import logs
from sync.server.api import ServerApi
from sync.server.cli import main
from sync.server.routes import build_app
from sync.server.serve import _Protocol

sys.path.insert(0, str(Path(__file__).parent))

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """The server's clock; it moves only when told."""

    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@dataclass
class Dice:
    """Random bytes from a seed."""

    source: random.Random = field(default_factory=lambda: random.Random(20261123))

    def __call__(self, size: int) -> bytes:
        return self.source.randbytes(size)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dice() -> Dice:
    return Dice()


@pytest.fixture(scope="session")
def cheap_passwords() -> Any:
    """Argon2 at the lowest cost: the tests are about the rest."""
    from sync.server.passwords import Passwords

    return Passwords(Dice(), time_cost=1, memory_kib=8, lanes=1)


@pytest.fixture
def territories(server_engine: Engine) -> None:
    """Two territories, `t-1` and `t-2`."""
    from sync.server.feed import unit_of_work

    names = {"t-1": "North", "t-2": "South"}
    with unit_of_work(server_engine) as work:
        work.put(
            "territory",
            [
                {"id": key, "name": name, "country": "US", "region": "", "origin": "demo"}
                for key, name in names.items()
            ],
        )


@pytest.fixture
def accounts(server_engine: Engine, clock: Clock, dice: Dice, territories: None, cheap_passwords: Any) -> Any:
    """Accounts with one rep, `mia` (code MB, territory t-1), whose password is PASSWORD."""
    from sync.server.accounts import Accounts

    made = Accounts(server_engine, now=clock, entropy=dice, passwords=cheap_passwords)
    made.add_user("mia", PASSWORD, role="rep", name="Mia Berg", territories=("t-1",), code="MB")
    return made


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], tuple[int, str]]:
    """Calls something that must raise ApiProblem; its (status, code)."""
    from sync.protocol.api import ApiProblem

    def call(ask: Callable[[], object]) -> tuple[int, str]:
        with pytest.raises(ApiProblem) as caught:
            ask()
        return caught.value.problem.status, caught.value.problem.code

    return call


@pytest.fixture
def office(world: Any) -> Any:
    """Loads files of the office into the small world, on both engines."""
    from office_kit import Office

    return Office(world)


@pytest.fixture
def desk(sqlite_world: Any) -> Any:
    """As `office`, on SQLite only."""
    from office_kit import Office

    return Office(sqlite_world)


# -- over HTTP --------------------------------------------------------------------------------------------


@pytest.fixture
def app(server_engine: Engine, accounts: Any, clock: Any, dice: Any, lines: Lines) -> Any:
    return build_app(ServerApi(server_engine, now=clock), accounts, version="1.2.3", entropy=dice)


class Client(requests.Session):
    """A session that knows its server."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(
        self, method: Any, url: Any, *args: Any, content: Any = None, **options: Any
    ) -> requests.Response:
        return super().request(method, self.base + url, *args, **{**options, "data": content, "timeout": 60})

    def sign_in(self, device: str = "tablet-1") -> Tokens:
        answer = self.post("/auth/sign-in", content=encode(SignIn("mia", PASSWORD, device)))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Tokens)

    def bearer(self, tokens: Tokens | None = None) -> dict[str, str]:
        """The header of a signed-in caller: of `tokens`, or of a new session."""
        return {"Authorization": f"Bearer {(tokens or self.sign_in()).access}"}

    @staticmethod
    def problem(answer: requests.Response) -> Problem:
        """The problem in an answer that must be one."""
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        found = msgspec.json.decode(answer.content, type=Problem)
        assert found.status == answer.status_code
        return found


@dataclass
class Stage:
    """One real server for all tests over HTTP; each puts its own application on it."""

    base: str = ""
    app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    made = Stage()
    config = uvicorn.Config(
        made,
        port=0,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    made.base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield made
    server.should_exit = True
    thread.join()


@pytest.fixture
def base(stage: Stage, app: Any) -> str:
    """The address of the app, on a real uvicorn with our HTTP protocol."""
    stage.app = app
    return stage.base


@pytest.fixture
def client(base: str) -> Iterator[Client]:
    with Client(base) as made:
        yield made


class Lines(io.StringIO):
    """A log."""

    def until(self, part: str) -> str:
        """The log once it has this part: a line is written after its answer has left."""
        deadline = time.monotonic() + 10
        while part not in self.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.getvalue()


@pytest.fixture
def lines(own_logging: None) -> Lines:
    """Everything logged during the test."""
    made = Lines()
    logs.set_up(made)
    return made


@pytest.fixture
def own_logging() -> Iterator[None]:
    """The process's logging as it was, after a test that sets it up."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


# -- the command line -------------------------------------------------------------------------------------


@pytest.fixture
def here(own_logging: None) -> Callable[..., Result]:
    """Runs a command of `trunkline-server` in this process, which is quicker, and checks its exit code."""

    def invoke(*arguments: Any, stdin: str = "", code: int = 0, **environment: str) -> Result:
        words = [str(one) for one in arguments]
        done = CliRunner().invoke(main, words, input=stdin, env=environment)
        assert done.exit_code == code, f"exit {done.exit_code}\n{done.output}\n{done.exception!r}"
        return done

    return invoke
