"""From the first frame to a desk: signing in, what goes wrong there, signing out; with the server in person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.desktop.compose import House, Who
from app.desktop.lockfile import AlreadyOpen
from app.desktop.secrets import MemoryTokens, SecretsUnavailable
from app.desktop.shell import Shell
from app.desktop.theme import Theme
from app.desktop.tongue import put_on
from sync.protocol.api import Unreachable, problem
from sync.protocol.messages import Enrolled, User

SERVER = "https://trunkline.example.com"
DAVID = User("rep", "david", "David Campbell", "rep", "DC", ["north"])


@dataclass
class Gate:
    """The server's door: signs people in, or raises `trouble`."""

    trouble: Exception | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    left: int = 0

    def sign_in(self, login: str, password: str, device_id: str) -> User:
        self.asked.append((login, password, device_id))
        if self.trouble is not None:
            raise self.trouble
        return DAVID

    def sign_out(self) -> None:
        self.left += 1


@dataclass
class Line:
    """The sync conversation of the small world, enrolling whoever signed in."""

    api: Any
    caller: Any

    def enrol(self, request: Any) -> Enrolled:
        return Enrolled(self.caller.device_id, self.caller.stream, "A", 1, DAVID)

    def push(self, request: Any) -> Any:
        return self.api.push(request)

    def pull(self, request: Any) -> Any:
        return self.api.pull(request)


class Here(House):
    """A house whose server is the small world."""

    gate: Gate
    line: Line

    def session(self, who: Who) -> Any:
        return self.gate

    def api(self, session: Any) -> Any:
        return self.line


@dataclass
class Start:
    """What a test needs to start the app, more than once if it likes."""

    house: Here
    gate: Gate
    theme: Theme
    shells: list[Shell] = field(default_factory=list)

    def shell(self, **begin: str) -> Shell:
        made = Shell(self.house, self.theme, by_hand=True)
        self.shells.append(made)
        made.window.show()
        made.begin(**begin)
        return made


@pytest.fixture
def start(qtbot: Any, house_style: Any, sqlite_world: Any, tmp_path: Path) -> Iterator[Start]:
    tablet = sqlite_world.tablet("rep", sync=False)
    house = Here(tmp_path / "data", tokens=lambda _who: MemoryTokens(), now=tablet.workspace.now)
    house.gate, house.line = Gate(), Line(tablet.api, tablet.api.caller)
    made = Start(house, house.gate, house_style)
    yield made
    for shell in made.shells:
        shell.window.close()
        shell.deleteLater()
        shell.window.deleteLater()


def type_in(shell: Shell, server: str = SERVER, user: str = "david", password: str = "secret") -> None:
    """Fill the form as a person would and tap."""
    page = shell.sign_in_page
    for name, words in (("server", server), ("user", user), ("password", password)):
        page.findChild(QLineEdit, f"signIn.{name}").setText(words)
    page.findChild(QPushButton, "signIn.go").click()


def at_work(shell: Shell) -> Callable[[], bool]:
    return lambda: shell.window.desk is not None and shell.window.place == "today"


def test_the_first_start_asks_who_is_here_and_loads_what_is_theirs(qtbot: Any, start: Start) -> None:
    shell = start.shell()
    assert shell.sign_in_page.isVisible()

    type_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)

    assert shell.window.desk.user.name == "David Campbell"
    [(login, password, device_id)] = start.gate.asked
    assert (login, password) == ("david", "secret")
    assert device_id == start.house.device_id(Who(SERVER, "david"))
    kept = start.house.preferences.load()
    assert (kept.server, kept.login, kept.signed_in) == (SERVER, "david", True)
    assert "secret" not in (start.house.folder / "settings.json").read_text()


def test_the_next_start_needs_no_network_and_no_password(qtbot: Any, start: Start) -> None:
    first = start.shell()
    type_in(first)
    qtbot.waitUntil(at_work(first), timeout=10_000)
    first.window.close()
    start.gate.trouble = Unreachable("no network")

    second = start.shell()
    qtbot.waitUntil(at_work(second), timeout=10_000)

    assert len(start.gate.asked) == 1


def test_a_password_from_the_command_line_needs_no_dialog(qtbot: Any, start: Start) -> None:
    shell = start.shell(server=SERVER, user="david", password="secret")

    qtbot.waitUntil(at_work(shell), timeout=10_000)

    assert start.gate.asked[0][:2] == ("david", "secret")


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (Unreachable("no route to host"), "The server cannot be reached."),
        (problem(401, "bad_credentials", "User or password is not right"), "User or password is not right."),
        (problem(401, "user_disabled", "This user has been disabled"), "This user has been disabled."),
        (problem(403, "device_revoked", "Revoked"), "This device has been locked out by the office."),
        (problem(503, "busy", "Busy"), "The server has trouble at the moment."),
        (problem(400, "strange", "Something new"), "The server refused: Something new"),
        (SecretsUnavailable("There is no keyring."), "There is no keyring."),
    ],
    ids=["no network", "wrong password", "disabled", "revoked", "busy", "unknown", "no keyring"],
)
def test_what_goes_wrong_is_said_precisely(
    qtbot: Any, start: Start, trouble: Exception, sentence: str
) -> None:
    start.gate.trouble = trouble
    shell = start.shell()

    type_in(shell)
    qtbot.waitUntil(lambda: bool(shell.sign_in_page.trouble.text()))

    assert shell.sign_in_page.trouble.text() == sentence
    assert shell.sign_in_page.isVisible()
    assert shell.sign_in_page.button.isEnabled()
    assert shell.sign_in_page.user.text() == "david"


def test_after_something_went_wrong_one_tries_again(qtbot: Any, start: Start) -> None:
    start.gate.trouble = Unreachable("no route to host")
    shell = start.shell()
    type_in(shell)
    qtbot.waitUntil(lambda: bool(shell.sign_in_page.trouble.text()))

    start.gate.trouble = None
    type_in(shell)

    qtbot.waitUntil(at_work(shell), timeout=10_000)


@pytest.mark.parametrize("missing", ["server", "user", "password"])
def test_what_is_missing_is_said_at_its_field(qtbot: Any, start: Start, missing: str) -> None:
    shell = start.shell()

    type_in(shell, **{missing: ""})

    assert start.gate.asked == []
    assert shell.sign_in_page._fields[missing][1]._wrong.text() != ""


def test_signing_out_takes_the_tokens_and_leaves_the_work(qtbot: Any, start: Start) -> None:
    shell = start.shell()
    type_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)
    shell.tasks.act(lambda workspace: workspace.save_draft("d1", "quote", {"note": "half a quote"}))

    shell.sign_out()
    qtbot.waitUntil(lambda: shell.window.desk is None, timeout=10_000)
    assert start.gate.left == 1
    assert not start.house.preferences.load().signed_in
    assert shell.sign_in_page.user.text() == "david"

    type_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)
    drafts: list[Any] = []
    shell.tasks.act(lambda workspace: workspace.drafts("quote"), drafts.append)
    qtbot.waitUntil(lambda: bool(drafts))
    assert [draft.id for draft in drafts[0]] == ["d1"]


def test_signing_in_again_goes_back_to_where_one_was(qtbot: Any, start: Start) -> None:
    shell = start.shell()
    type_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)
    shell.window.go("settings")

    shell.ask_to_sign_in()
    assert shell.sign_in_page.isVisible()
    type_in(shell)

    qtbot.waitUntil(lambda: not shell.sign_in_page.isVisible(), timeout=10_000)
    assert shell.window.place == "settings"
    assert len(start.gate.asked) == 2


def test_two_programs_never_open_the_same_work(qtbot: Any, start: Start) -> None:
    first = start.shell()
    type_in(first)
    qtbot.waitUntil(at_work(first), timeout=10_000)

    second = start.shell()

    assert second.sign_in_page.trouble.text() == "Trunkline is already open for this user. Use that window."
    with pytest.raises(AlreadyOpen):
        start.house.lock(Who(SERVER, "david"))


def test_the_lock_goes_with_the_window(qtbot: Any, start: Start) -> None:
    shell = start.shell()
    type_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)

    shell.window.close()

    start.house.lock(Who(SERVER, "david")).release()


def test_another_user_has_another_file(start: Start) -> None:
    mine, theirs = (start.house.database(Who(SERVER, login)) for login in ("david", "dora"))

    assert mine != theirs
    assert start.house.device_id(Who(SERVER, "david")) != start.house.device_id(Who(SERVER, "dora"))


def test_a_device_keeps_its_id(start: Start) -> None:
    who = Who(SERVER, "david")

    assert start.house.device_id(who) == start.house.device_id(who)


def test_another_language_is_spoken_at_once_and_after_the_next_start(qtbot: Any, start: Start) -> None:
    shell = start.shell()
    type_in(shell)
    qtbot.waitUntil(at_work(shell), timeout=10_000)
    try:
        shell.speak("es")
        shell.window.go("accounts")

        assert shell.window.windowTitle() == "Cuentas – Trunkline"
        assert shell.window.desk.formats.locale == "es_ES"
        assert shell.window.bad_news.findChild(QPushButton, "badNews.close").text() == "Cerrar"
        assert start.house.preferences.load().language == "es"
        shell.ask_to_sign_in()
        assert shell.sign_in_page.findChild(QPushButton, "signIn.go").text() == "Iniciar sesión"
    finally:
        put_on("system")


def test_how_the_scanner_is_set_is_known_after_the_next_start(start: Start) -> None:
    start.shell().hear("~", "nothing")

    again = start.shell()

    assert (again.wedge().settings.prefix, again.wedge().settings.end) == ("~", "nothing")
