"""A device that the office has revoked: locked at once and over restarts, wiped only when its work is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.desktop.compose import House, Who
from app.desktop.secrets import MemoryTokens
from app.desktop.shell import Shell
from sync.protocol.api import Unreachable, problem
from sync.protocol.messages import Enrolled, User
from sync.server import parking
from sync.server.feed import unit_of_work
from sync.server.sealing import keep_seal_key, open_outbox

SERVER = "https://trunkline.example.com"
DAVID = User("rep", "david", "David Campbell", "rep", "DC", ["north"])
WHO = Who(SERVER, "david")


@dataclass
class Office:
    """The server as this device meets it: `order` revokes it, `away` cuts the line, `rescues` takes what it offers."""

    api: Any
    order: str = ""
    away: bool = False
    rescues: bool = False
    left: list[str] = field(default_factory=list)  # files in the folder at each rescue
    folder: Path = Path()

    def sign_in(self, login: str, password: str, device_id: str) -> User:
        self._door()
        return DAVID

    def sign_out(self) -> None:
        return None

    def enrol(self, request: Any) -> Enrolled:
        self._door()
        caller = self.api.caller
        return Enrolled(caller.device_id, caller.stream, "A", 1, DAVID)

    def push(self, request: Any) -> Any:
        self._door()
        return self.api.push(request)

    def pull(self, request: Any) -> Any:
        self._door()
        return self.api.pull(request)

    def rescue(self, request: Any) -> Any:
        self.left += sorted(one.suffix for one in self.folder.iterdir() if one.suffix in (".sealed", ".db"))
        if not self.rescues:
            raise Unreachable("no network")
        return self.api.rescue(request)

    def _door(self) -> None:
        if self.away:
            raise Unreachable("no network")
        if self.order:
            raise problem(403, "device_revoked", "Revoked", order=self.order)


class Here(House):
    """A house whose server is the office."""

    office: Office

    def session(self, who: Who) -> Any:
        return self.office

    def api(self, session: Any) -> Any:
        return self.office


@dataclass
class Start:
    house: Here
    office: Office
    tokens: MemoryTokens
    tablet: Any
    world: Any
    shell: Callable[[], Shell]

    def sealed(self) -> list[Path]:
        return sorted(self.house.folder.glob("*.sealed"))


@pytest.fixture
def start(qtbot: Any, house_style: Any, sqlite_world: Any, tmp_path: Path) -> Iterator[Start]:
    tablet = sqlite_world.tablet("rep", sync=False)
    tokens = MemoryTokens()
    house = Here(tmp_path / "data", tokens=lambda _who: tokens, now=tablet.workspace.now)
    house.folder.mkdir()
    house.office = Office(tablet.api, folder=house.folder)
    shells: list[Shell] = []

    def shell() -> Shell:
        made = Shell(house, house_style, by_hand=True)
        shells.append(made)
        made.window.show()
        made.begin()
        return made

    yield Start(house, house.office, tokens, tablet, sqlite_world, shell)
    for one in shells:
        one.window.close()
        one.deleteLater()
        one.window.deleteLater()


def sign_in(shell: Shell) -> None:
    page = shell.sign_in_page
    for name, words in (("server", SERVER), ("user", "david"), ("password", "secret")):
        page.findChild(QLineEdit, f"signIn.{name}").setText(words)
    page.findChild(QPushButton, "signIn.go").click()


def at_work(shell: Shell) -> Callable[[], bool]:
    return lambda: shell.window.desk is not None and shell.window.place == "today"


def shows(shell: Shell, title: str) -> Callable[[], bool]:
    page = shell.lockout.page
    return lambda: page.isVisible() and page.findChild(QLabel, "locked.title").text() == title


def working(qtbot: Any, start: Start, *, key: bool = True) -> Shell:
    """At work, with one unsent sale."""
    if key:
        with unit_of_work(start.world.engine) as work:
            keep_seal_key(work, entropy=bytes, now=start.tablet.workspace.now)
    shell = start.shell()
    sign_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)
    start.tokens.save({"access": "a", "refresh": "r"})
    saved: list[bool] = []
    sale = start.tablet.sale()
    shell.tasks.act(lambda workspace: workspace.perform(sale, even_so=True).saved, saved.append)
    qtbot.waitUntil(lambda: saved == [True])
    return shell


def test_a_locked_device_shows_nothing_else_over_restarts_until_the_office_allows_it(
    qtbot: Any, start: Start
) -> None:
    shell = working(qtbot, start)
    start.office.order = "lock"
    shell.tasks.sync_now()
    qtbot.waitUntil(shows(shell, "This device is locked"), timeout=10_000)
    assert shell.window.desk is None
    assert SERVER in shell.lockout.page.findChild(QLabel, "locked.server").text()
    shell.window.close()

    again = start.shell()
    qtbot.waitUntil(shows(again, "This device is locked"), timeout=10_000)
    again.lockout.page.findChild(QPushButton, "locked.again").click()
    again.tasks.sync_now()
    qtbot.waitUntil(lambda: not again.tasks.loop.busy, timeout=10_000)
    assert again.sign_in_page.isVisible()  # a turn that hears the same again takes no page away
    sign_in(again)
    qtbot.waitUntil(shows(again, "This device is locked"), timeout=10_000)
    assert again.lockout.page.findChild(QLabel, "locked.trouble").text()
    assert start.house.database(WHO).exists()
    assert start.sealed() == []

    start.office.order = ""
    again.lockout.page.findChild(QPushButton, "locked.again").click()
    sign_in(again)
    qtbot.waitUntil(at_work(again), timeout=10_000)
    qtbot.waitUntil(lambda: start.world.one("SELECT count(*) FROM op_log") == 1, timeout=10_000)


@pytest.mark.parametrize("rescues", [False, True], ids=["no rescue", "rescued"])
def test_a_wipe_seals_first_then_tries_rescue_then_removes_and_nothing_is_lost(
    qtbot: Any, start: Start, rescues: bool
) -> None:
    shell = working(qtbot, start)
    start.office.order, start.office.rescues = "wipe", rescues
    shell.tasks.sync_now()
    qtbot.waitUntil(shows(shell, "This device has been wiped"), timeout=10_000)

    [sealed] = start.sealed()
    assert start.office.left == [".db", ".sealed"]
    assert not list(start.house.folder.glob("*.db*"))
    assert start.tokens.load() is None
    assert not start.house.preferences.load().signed_in
    moment = start.tablet.workspace.now
    [op_id] = open_outbox(start.world.engine, sealed.read_bytes(), now=moment).kept
    assert parking.retry_parked(start.world.engine, op_id, now=moment) == "applied"
    assert start.world.one("SELECT -sum(qty) FROM balance WHERE location_id = 'v:customer'") == -3


def test_a_wipe_without_the_companys_key_only_locks(qtbot: Any, start: Start) -> None:
    shell = working(qtbot, start, key=False)
    start.office.order = "wipe"
    shell.tasks.sync_now()
    qtbot.waitUntil(shows(shell, "This device is locked"), timeout=10_000)
    done: list[None] = []
    shell.tasks.act(lambda _workspace: None, done.append)  # behind whatever the wipe has asked of the writer
    qtbot.waitUntil(lambda: bool(done))

    assert shows(shell, "This device is locked")()
    assert start.house.database(WHO).exists()
    assert start.tokens.load() is not None
    assert start.sealed() == []


def test_a_wipe_that_was_cut_off_is_finished_at_the_next_start_without_the_server(
    qtbot: Any, start: Start
) -> None:
    first = working(qtbot, start)
    done: list[None] = []
    first.tasks.act(lambda workspace: start.house.revoked(WHO, workspace, "wipe"), done.append)
    qtbot.waitUntil(lambda: bool(done))
    first.window.close()
    assert start.house.database(WHO).exists()
    start.office.away = True

    second = start.shell()
    qtbot.waitUntil(shows(second, "This device has been wiped"), timeout=10_000)

    assert len(start.sealed()) == 1
    assert not start.house.database(WHO).exists()


def test_nothing_is_destroyed_without_a_sealed_file(start: Start) -> None:
    start.house.open_workspace(WHO).engine.dispose()

    with pytest.raises(FileNotFoundError):
        start.house.destroy(WHO, start.house.folder / "none.sealed")

    assert start.house.database(WHO).exists()
