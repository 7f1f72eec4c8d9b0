"""What the compose root picks: secrets, locks, files, the command line; and that the first frame waits for nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError
from label_kit import label

from app.desktop import bad_news
from app.desktop.compose import Journal, Who, real_house
from app.desktop.lockfile import AlreadyOpen, Lock
from app.desktop.main import parse
from app.desktop.preferences import Preferences, PreferencesFile
from app.desktop.secrets import KeyringTokens, SecretsUnavailable, usable_keyring
from app.desktop.tasks import BadNews
from app.domain.ids import uuid7

HOUSE = Path(__file__).parents[2]


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.inside: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.locked:
            raise KeyringLocked("dismissed")
        return self.inside.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.inside[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.inside.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class PlainText(Drawer):
    """What keyrings.alt would put on the disk."""


PlainText.__module__ = "keyrings.alt.file"


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before = keyring.get_keyring()
    made = Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_tokens_are_kept_in_the_keyring_by_user_and_server(drawer: Drawer) -> None:
    tokens = KeyringTokens("https://one.example.com", "david")

    tokens.save({"access": "a", "refresh": "r"})

    assert KeyringTokens("https://one.example.com", "david").load() == {"access": "a", "refresh": "r"}
    assert KeyringTokens("https://two.example.com", "david").load() is None
    assert KeyringTokens("https://one.example.com", "dora").load() is None


def test_not_every_request_asks_the_keyring(drawer: Drawer) -> None:
    KeyringTokens("s", "david").save({"access": "a"})
    tokens = KeyringTokens("s", "david")

    for _ in range(5):
        tokens.load()

    assert drawer.asked == 1


def test_clearing_tokens_twice_is_fine(drawer: Drawer) -> None:
    tokens = KeyringTokens("s", "david")
    tokens.save({"access": "a"})

    tokens.clear()
    tokens.clear()

    assert tokens.load() is None
    assert drawer.inside == {}


def test_a_locked_keyring_is_told(drawer: Drawer) -> None:
    drawer.locked = True

    with pytest.raises(SecretsUnavailable, match="locked"):
        KeyringTokens("s", "david").load()


@pytest.mark.parametrize("backend", [FailKeyring, NullKeyring, PlainText])
def test_a_keyring_that_keeps_nothing_or_writes_plain_text_is_refused(drawer: Drawer, backend: Any) -> None:
    keyring.set_keyring(backend())

    with pytest.raises(SecretsUnavailable) as told:
        usable_keyring()

    assert "Install gnome-keyring" in str(told.value)


def test_tokens_do_not_show_in_a_log(drawer: Drawer) -> None:
    tokens = KeyringTokens("s", "david")
    tokens.save({"access": "sesame"})

    assert "sesame" not in repr(tokens)


def test_a_lock_is_held_once_and_goes_with_its_program(tmp_path: Path) -> None:
    path = tmp_path / "work.lock"
    program = (
        "from pathlib import Path; from app.desktop.lockfile import Lock; "
        f"held = Lock(Path({str(path)!r})); print('held', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program], cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(AlreadyOpen):
        Lock(path)

    other.kill()
    other.communicate()

    Lock(path).release()


def test_preferences_survive_what_is_broken_or_newer(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "settings.json")
    assert file.load() == Preferences()

    file.change(theme="dark", login="david")
    file.path.write_text(json.dumps({**json.loads(file.path.read_text()), "signed_in": "yes", "colour": 7}))
    assert file.load() == Preferences(login="david", theme="dark")

    file.path.write_text("{half")
    assert file.load() == Preferences()


def test_the_journal_has_a_line_for_each_op(tmp_path: Path, rep: Any) -> None:
    rep.workspace.journal = Journal(tmp_path / "journal.ndjson")
    quotes = [rep.quote(), rep.quote()]

    for quote in quotes:
        rep.workspace.perform(quote)

    lines = [json.loads(line) for line in (tmp_path / "journal.ndjson").read_text().splitlines()]
    assert [line["op_id"] for line in lines] == [quote.op_id for quote in quotes]
    assert [set(line) for line in lines] == [{"op_id", "seq", "stream", "payload"}] * 2
    assert json.loads(lines[0]["payload"])["quote_id"] == quotes[0].quote_id


def test_ids_are_version_seven_and_in_the_order_they_were_made(tmp_path: Path) -> None:
    house = real_house(tmp_path)

    made = [house.new_id() for _ in range(3)]

    assert [one[14] for one in made] == ["7"] * 3
    assert len(set(made)) == 3
    assert uuid7(0, bytes(10))[:8] == "00000000"
    assert house.database(Who("https://s.example.com", "david")).parent == tmp_path


def test_the_command_line_is_understood() -> None:
    options = parse(
        ["--server", "https://s", "--user", "david", "--password-stdin", "--sync-manually", "--theme", "dark"]
    )

    assert (options.server, options.user, options.password_stdin) == ("https://s", "david", True)
    assert (options.sync_manually, options.theme, options.data) == (True, "dark", None)


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.desktop.main", *arguments], cwd=HOUSE, input=stdin, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_the_self_check_finds_everything_prints_a_quote_and_reads_a_picture(tmp_path: Path) -> None:
    label("DataMatrix", "(01)07032069804988(17)271231(10)L2041", tmp_path / "label.png", turn=20, blur=0.8)

    ran = run("--self-check", "--data", str(tmp_path))

    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["self_check"], found["database"], found["qt"]) == ("ok", "new", "6.11.3")
    assert (found["code"], found["spelling"]) == ("read back", "screw")
    assert "lot='L2041'" in found["label.png"][0]
    assert (tmp_path / "quote.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("server", "words"),
    [("http://127.0.0.1:9", "The server cannot be reached."), ("nonsense address", "Enter the address")],
)
def test_a_first_sync_without_a_server_says_so(tmp_path: Path, server: str, words: str) -> None:
    ran = run(
        "--enrol-and-sync",
        server,
        "--user",
        "david",
        "--data",
        str(tmp_path),
        "--password-stdin",
        stdin="x\n",
    )

    assert (ran.returncode, ran.stdout) == (1, "")
    assert words in ran.stderr


def test_the_first_frame_waits_for_no_database_and_no_network(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.desktop import main
from app.desktop.compose import real_house
from app.desktop.shell import Shell
from app.desktop.theme import Theme
app = QApplication(["trunkline"])
theme = Theme("light")
theme.apply()
shell = Shell(real_house(Path(sys.argv[1])), theme)
shell.window.show()
app.processEvents()
print([name for name in ("sqlalchemy", "alembic", "requests", "msgspec", "keyring", "babel") if name in sys.modules])
shell.close()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=HOUSE, capture_output=True, text=True, check=False
    )

    assert ran.stdout == "[]\n", ran.stderr


@pytest.mark.parametrize(
    ("error", "words", "reported"),
    [
        (OSError(28, "No space left on device"), "The disk is full.", False),
        (SecretsUnavailable("There is no keyring."), "There is no keyring.", False),
        (KeyError("unit"), "Something went wrong inside Trunkline.", True),
    ],
)
def test_bad_days_and_bugs_have_their_own_words(error: Exception, words: str, reported: bool) -> None:
    said, report = bad_news.describe(BadNews(error, "reader"))

    assert said.startswith(words)
    assert bool(report) is reported


def test_a_damaged_file_is_no_bug(tmp_path: Path) -> None:
    import sqlite3

    from sqlalchemy.exc import DatabaseError

    broken = DatabaseError("SELECT 1", {}, sqlite3.DatabaseError("database disk image is malformed"))

    said, report = bad_news.describe(BadNews(broken, "reader"))

    assert said == "The data on this device cannot be read or written: database disk image is malformed"
    assert "in reader" in report
