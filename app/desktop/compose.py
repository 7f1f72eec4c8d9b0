"""The one place of the tablet that picks real things: the clock, dice and ids, folders, HTTP, the keyring.

Nothing here imports sqlalchemy or requests before it is asked for what needs them: the first frame does not wait.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.desktop.lockfile import Lock
from app.desktop.preferences import PreferencesFile
from app.domain.ids import uuid7

if TYPE_CHECKING:
    from app.desktop.camera import Cameras
    from app.desktop.installation import Installation
    from app.desktop.papers import Papers
    from app.printing.sheet import Letterhead
    from app.workspace.workspace import Workspace
    from sync.client.session import Session, TokenStore
    from sync.protocol.api import SyncApi

log = logging.getLogger("trunkline")
JOURNAL = "TRUNKLINE_JOURNAL"


@dataclass(frozen=True, slots=True)
class Who:
    """A user at a server: one database file, one set of tokens."""

    server: str
    login: str


@dataclass(slots=True)
class House:
    """The real things. Tests make one with their own."""

    folder: Path
    journal: Callable[[dict[str, Any]], None] | None = None
    tokens: Callable[[Who], TokenStore] | None = None  # None: the keyring
    installation: Installation | None = None  # None: the keyring too, unless tokens are kept elsewhere
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    entropy: Callable[[int], bytes] = os.urandom
    documents: Path | None = None  # where printed matter goes; None: the user's documents folder
    dice: Callable[[], float] = field(default=lambda: int.from_bytes(os.urandom(4), "big") / 2**32)

    @property
    def preferences(self) -> PreferencesFile:
        return PreferencesFile(self.folder / "settings.json")

    def papers(self) -> Papers:
        """Printed matter of this machine: the user's documents folder and letterhead, the system's own programs."""
        from app.desktop.papers import Papers

        return Papers(self._documents(), self._letterhead, self._write_letterhead, _show_file)

    def cameras(self) -> Cameras:
        """What is built into this machine, or plugged in."""
        from app.desktop.camera import SystemCameras

        return SystemCameras()

    def _documents(self) -> Path:
        if self.documents is not None:
            return self.documents
        from PySide6.QtCore import QStandardPaths

        place = QStandardPaths.StandardLocation.DocumentsLocation
        found = QStandardPaths.writableLocation(place)
        return (Path(found) if found else self.folder) / "Trunkline"

    def _letterhead(self) -> Letterhead:
        from app.printing.sheet import Letterhead

        kept = self.preferences.load()
        return Letterhead(kept.company, tuple(kept.company_address.splitlines()))

    def _write_letterhead(self, head: Letterhead) -> None:
        self.preferences.change(company=head.name, company_address="\n".join(head.lines))

    def new_id(self) -> str:
        return uuid7(time.time_ns() // 1_000_000, os.urandom(10))

    # -- one user at one server ---------------------------------------------------------------------------------------

    def database(self, who: Who) -> Path:
        """The database file of this user at this server."""
        from app.workspace.opening import database_path

        return database_path(self.folder, who.server, who.login)

    def lock(self, who: Who) -> Lock:
        """Keep other programs away from the database. Raises AlreadyOpen."""
        return Lock(self.database(who).with_suffix(".lock"))

    def open_workspace(self, who: Who) -> Workspace:
        """The workspace of this user, made when missing; on the thread that will own it."""
        from app.workspace.opening import open_workspace

        workspace = open_workspace(self.database(who), now=self.now, new_id=self.new_id, journal=self.journal)
        installation = self._installation_id()
        if installation is not None and not workspace.settle_in(installation):
            self._arrived(who)
        return workspace

    def revoked(self, who: Who, workspace: Workspace, order: str) -> None:
        """On the writer thread, before rescue: keep the server's order, and for a wipe seal the outbox."""
        from app.workspace import sealing

        sealing.lock(workspace, order)
        if order == sealing.WIPE:
            self.seal(who, workspace)

    def seal(self, who: Who, workspace: Workspace) -> Path | None:
        """The outbox, sealed beside the database; None when it cannot be, and then nothing is destroyed."""
        from app.workspace import sealing

        try:
            return sealing.seal_outbox(workspace, self.database(who).parent, self.entropy(32))
        except OSError as error:
            log.error("the outbox could not be sealed: %s", error)
            return None

    def destroy(self, who: Who, sealed: Path) -> None:
        """Remove this user's database and tokens, once its outbox stands sealed in a file (SYNC.md law 14). The device
        keeps its id, by which the office knows it. Raises FileNotFoundError, and SecretsUnavailable when the tokens
        stay."""
        if not sealed.is_file():
            raise FileNotFoundError(str(sealed))
        for end in ("", "-wal", "-shm", "-journal"):
            path = self.database(who)
            path.with_name(path.name + end).unlink(missing_ok=True)
        self._tokens(who).clear()

    def device_id(self, who: Who) -> str:
        """This device's id for this user, made and kept before it is first said (SYNC.md law 2)."""
        path = self.database(who).with_suffix(".device.json")
        try:
            return str(json.loads(path.read_text("utf-8"))["device_id"])
        except (OSError, ValueError, KeyError):
            return self._new_device(who)

    def _new_device(self, who: Who) -> str:
        path, made = self.database(who).with_suffix(".device.json"), self.new_id()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_through(path, json.dumps({"device_id": made}))
        return made

    def _arrived(self, who: Who) -> None:
        """The folder was copied from another machine: this is another device, and its old tokens do not count."""
        self._new_device(who)
        self._tokens(who).clear()

    def _installation_id(self) -> str | None:
        if self.installation is not None:
            return self.installation.id()
        if self.tokens is not None:
            return None
        from app.desktop.installation import KeyringInstallation

        return KeyringInstallation(self.folder, self.new_id).id()

    def device_name(self) -> str:
        import platform

        return platform.node()[:200] or "tablet"

    def session(self, who: Who) -> Session:
        """Tokens and their renewal at this user's server."""
        from sync.client.session import Session

        return Session(who.server, self._tokens(who))

    def api(self, session: Session) -> SyncApi:
        """The sync conversation over HTTP, a page of a first load ahead."""
        from sync.client.ahead import Ahead
        from sync.client.http_api import HttpApi

        return Ahead(HttpApi(session, self.monotonic))

    def _tokens(self, who: Who) -> TokenStore:
        if self.tokens is not None:
            return self.tokens(who)
        from app.desktop.secrets import KeyringTokens

        return KeyringTokens(who.server, who.login)


def real_house(folder: Path | None = None) -> House:
    """The house of this machine; `folder` instead of the per-user data folder."""
    journal = os.environ.get(JOURNAL)
    if folder is None:
        from app.store.folders import data_folder

        folder = data_folder("tablet")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return House(folder, Journal(Path(journal)) if journal else None)


@dataclass(slots=True)
class Journal:
    """A line for each committed op, on the disk before the screen says "saved": what a separate program compares."""

    path: Path

    def __call__(self, record: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _show_file(path: Path) -> bool:
    """Whether the program that the system has for such a file was started with it."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    return bool(QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))


def _write_through(path: Path, text: str) -> None:
    """Write a file whole or not at all, and have it on the disk."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
