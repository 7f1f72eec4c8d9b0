"""What the fuzzers throw at: a server on an SQLite file with the small world in it, people of several roles, and dice.

Everything is made from a seed; nothing here knows what is thrown.
"""

from __future__ import annotations

import logging
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy import Engine

from app.store.engine import server_engine
from sync.protocol.messages import SignIn, Tokens
from sync.server import logs, schema
from sync.server.accounts import Accounts
from sync.server.api import ServerApi
from sync.server.feed import unit_of_work
from sync.server.passwords import Passwords
from sync.server.routes import build_app
from sync.server.tables import sign_in_limit

TESTS = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
ROLES = {
    "mia": ("rep", ("north",)),
    "max": ("manager", ("north", "south")),
    "fay": ("finance", ("*",)),
    "ola": ("operations", ("*",)),
    "ada": ("admin", ("*",)),
}


@contextmanager
def quiet() -> Iterator[None]:
    """The log goes nowhere: a line for each of so many requests is only heat."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with Path(os.devnull).open("w") as nowhere:
        logs.set_up(nowhere)
        try:
            yield
        finally:
            root.handlers[:] = before
            root.setLevel(level)
            structlog.reset_defaults()


def small_world() -> Any:
    """The module tests/small_world.py: tests are no package."""
    name = "trunkline_small_world"
    if name not in sys.modules:
        spec = spec_from_file_location(name, TESTS / "small_world.py")
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@dataclass
class House:
    """The server's parts."""

    folder: Path
    engine: Engine
    api: ServerApi
    accounts: Accounts
    dice: random.Random
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = build_app(self.api, self.accounts, version="fuzz", entropy=self.dice.randbytes)
        self.app.state.waiting.close()  # nobody waits: a generated `wait` would only cost time

    def sign_in(self, login: str, device: str) -> Tokens:
        """A new session, however often others have failed: the clock stands still here, so no limit would end."""
        with unit_of_work(self.engine) as work:
            work.connection.execute(sign_in_limit.delete())
        return self.accounts.sign_in(SignIn(login, PASSWORD, device))


@contextmanager
def house(folder: Path, seed: int) -> Iterator[House]:
    """A fresh server in `folder`."""
    world = small_world()
    engine = server_engine(f"sqlite:///{folder / 'server.db'}")
    try:
        schema.upgrade(engine)
        world.seed(engine)
        dice = random.Random(f"{seed}/house")
        cheap = Passwords(dice.randbytes, time_cost=1, memory_kib=8, lanes=1)
        accounts = Accounts(engine, now=world.moment, entropy=dice.randbytes, passwords=cheap)
        for login, (role, territories) in ROLES.items():
            accounts.add_user(
                login, PASSWORD, role=role, name=f"{login} Berg", territories=territories, user_id=login
            )
        yield House(folder, engine, ServerApi(engine, world.moment), accounts, dice)
    finally:
        engine.dispose()
