"""A revocation that is taken back, over HTTP: the tablet signs in again and goes on; and when the order was obeyed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.store.engine import reading
from app.workspace.opening import open_workspace
from app.workspace.workspace import Identity, Workspace
from sync.client.http_api import HttpApi
from sync.client.session import Session
from sync.client.turn import Trouble, Turn, run_turn
from sync.protocol.messages import Enrol
from sync.server.people import Refused
from sync.server.tables import device_order

PASSWORD = "correct horse battery"


@dataclass
class Pocket:
    secrets: dict[str, str] | None = field(default=None)

    def load(self) -> dict[str, str] | None:
        return self.secrets

    def save(self, secrets: dict[str, str]) -> None:
        self.secrets = secrets

    def clear(self) -> None:
        self.secrets = None


@dataclass
class Tablet:
    workspace: Workspace
    api: HttpApi

    def sign_in(self) -> None:
        user = self.api.session.sign_in("mia", PASSWORD, "tablet-1")
        given = self.api.enrol(Enrol("tablet-1", "Blue"))
        person = (user.id, user.login, user.name, user.role, user.code, tuple(user.territories))
        identity = Identity(self.api.session.server_url, *person, given.device_id, given.stream, given.letter)
        self.workspace.become(identity, given.next_seq)

    def turn(self) -> Turn:
        return run_turn(self.workspace, self.api)


@pytest.fixture
def tablet(base: str, clock: Any, tmp_path: Path) -> Iterator[Tablet]:
    numbers = iter(range(10_000))
    workspace = open_workspace(tmp_path / "tablet.db", now=clock, new_id=lambda: f"id-{next(numbers)}")
    made = Tablet(workspace, HttpApi(Session(base, Pocket()), time.monotonic))
    made.sign_in()
    assert made.turn().trouble is None
    yield made
    workspace.reader.dispose()
    workspace.engine.dispose()


def done_at(accounts: Any) -> str | None:
    with reading(accounts.engine) as connection:
        found = connection.execute(select(device_order.c.done_at)).scalar_one()
        return None if found is None else str(found)


@pytest.mark.parametrize("order", ["lock", "wipe"])
def test_the_server_knows_that_a_tablet_with_nothing_to_rescue_has_obeyed(
    tablet: Tablet, accounts: Any, clock: Any, order: str
) -> None:
    accounts.revoke_device("tablet-1", order)
    assert done_at(accounts) is None
    clock.forward(minutes=5)

    turn = tablet.turn()

    assert (turn.trouble, turn.order) == (Trouble.REVOKED, order)
    assert done_at(accounts) == clock().isoformat()
    clock.forward(minutes=5)
    tablet.turn()
    assert done_at(accounts) < clock().isoformat()


@pytest.mark.parametrize(("order", "told"), [("lock", True), ("lock", False), ("wipe", False)])
def test_a_restored_tablet_signs_in_again_and_syncs(
    tablet: Tablet, accounts: Any, refused: Any, order: str, told: bool
) -> None:
    accounts.revoke_device("tablet-1", order)
    if told:
        assert tablet.turn().trouble is Trouble.REVOKED

    accounts.restore_device("tablet-1")

    assert tablet.turn().trouble is Trouble.SIGN_IN  # its session ended by the revocation
    tablet.sign_in()
    assert tablet.turn().trouble is None
    with reading(accounts.engine) as connection:
        assert connection.execute(select(device_order)).all() == []


def test_what_has_begun_to_wipe_itself_was_never_revoked_or_is_unknown_is_not_restored(
    tablet: Tablet, accounts: Any
) -> None:
    with pytest.raises(Refused, match="is not revoked"):
        accounts.restore_device("tablet-1")
    with pytest.raises(Refused, match="there is no device"):
        accounts.restore_device("tablet-9")
    accounts.revoke_device("tablet-1", "wipe")
    tablet.turn()

    with pytest.raises(Refused, match="has begun to wipe itself on 20"):
        accounts.restore_device("tablet-1")

    assert tablet.turn().trouble is Trouble.REVOKED
