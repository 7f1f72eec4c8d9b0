"""The demo company as a server in person, and tablets of its people: what screenshots are taken of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from app.domain.parties import Person
from app.store.engine import reading, sqlite_engine
from app.store.tables import rep
from app.workspace.opening import open_workspace
from app.workspace.workspace import Identity, Workspace
from sync.client.turn import run_turn
from sync.protocol.messages import Enrol, Enrolled
from sync.server import schema
from sync.server.api import BoundApi, ServerApi
from sync.server.feed import unit_of_work
from sync.server.imports.demo import DemoStory, load_demo_company
from sync.server.tables import stream, user_account

DAY = "2026-11-23"
SERVER = "https://trunkline.example.com"


def moment() -> datetime:
    """Five past two on the day."""
    return datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Caller:
    """An authenticated person with an enrolled device."""

    user_id: str
    role: str
    territories: tuple[str, ...]
    device_id: str

    @property
    def stream(self) -> str:
        return f"{self.device_id}.1"

    @property
    def person(self) -> Person:
        return Person(self.user_id, self.role, self.territories)


class NoEnrolment:
    def enrol(self, caller: Any, request: Enrol) -> Enrolled:
        raise AssertionError("devices of the demo world are enrolled by hand")


@dataclass
class DemoWorld:
    """`story` names accounts, products and lots with which a day can be played."""

    engine: Engine
    folder: Path
    story: DemoStory
    new_id: Callable[[], str]

    def tablet(self, user_id: str, *, sync: bool = True) -> tuple[Workspace, BoundApi]:
        """A new device of this person, synced unless said otherwise."""
        with reading(self.engine) as connection:
            user = connection.execute(select(user_account).where(user_account.c.id == user_id)).one()
            person = connection.execute(select(rep).where(rep.c.id == user_id)).one()
        caller = Caller(user_id, user.role, tuple(json.loads(user.territories)), f"dev-{self.new_id()}")
        row = {"id": caller.device_id, "user_id": user_id, "name": "tablet", "letter": "A"}
        with unit_of_work(self.engine) as work:
            work.put(
                "device",
                [{**row, "stream": caller.stream, "last_seq": 0, "enrolled_at": "", "revoked_at": None}],
            )
            opened = {"name": caller.stream, "device_id": caller.device_id, "letter": "A", "last_seq": 0}
            work.connection.execute(stream.insert().values(opened_at="", **opened))
        path = self.folder / f"{user.login}-{caller.device_id}.db"
        workspace = open_workspace(path, now=moment, new_id=self.new_id)
        workspace.become(
            Identity(
                SERVER, user_id, user.login, person.name, user.role, person.code, caller.territories,
                caller.device_id, caller.stream, "A",
            ),
            1,
        )  # fmt: skip
        api = BoundApi(ServerApi(self.engine, moment), NoEnrolment(), caller)
        if sync:
            turn = run_turn(workspace, api)
            assert turn.trouble is None, turn.detail
        return workspace, api


def build(folder: Path) -> DemoWorld:
    """The demo company in a fresh folder."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(folder / "server.db")
    schema.upgrade(engine)
    report = load_demo_company(engine, today=DAY)
    numbers = count(1)
    return DemoWorld(engine, folder, report.story, lambda: f"shot-{next(numbers):06d}")
