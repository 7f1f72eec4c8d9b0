"""A stage for screens: a real desk over a real workspace on a real SQLite file, with no network behind it.

`Stage.settle()` waits until writer and reader have done all that was asked and the window has drawn it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from camera_kit import Films
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from app.desktop.camera import Cameras
from app.desktop.desk import Desk, Screen
from app.desktop.papers import Papers
from app.desktop.scanner import Wedge
from app.desktop.screens import PLACES
from app.desktop.sync_loop import SyncLoop
from app.desktop.tasks import BadNews, Tasks
from app.desktop.theme import Theme
from app.desktop.window import Window
from app.printing.sheet import Letterhead
from app.screens.formats import Formats
from app.screens.wording import spoken
from app.workspace.workspace import Workspace
from sync.protocol.api import SyncApi, Unreachable

PATIENCE = 20.0  # seconds before a test gives up waiting


def moment() -> datetime:
    """Noon on the day of the small world."""
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class NoNetwork:
    """A SyncApi out in the field: no answer to anything."""

    def enrol(self, _request: Any) -> Any:
        raise Unreachable("no network in this test")

    push = pull = enrol


@dataclass
class Stage:
    """`window` shows the desk; `went`, `toasts` and `asked` remember what screens asked of it."""

    workspace: Workspace
    theme: Theme
    tasks: Tasks
    desk: Desk
    window: Window
    api: SyncApi
    went: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    failures: list[BadNews] = field(default_factory=list)
    shown: list[Path] = field(default_factory=list)  # files handed to the system's programs

    def go(self, place: str, **args: Any) -> Screen:
        """Show a place in the window and wait until it has been read; its screen."""
        self.window.go(place, **args)
        self.settle()
        return self.window.screens[place]

    def show(self, screen: Screen, **args: Any) -> Screen:
        """Show one screen alone, as the window would; for tests of a single screen."""
        if args:
            screen.open(**args)
        screen.resize(1072, 740)
        screen.show()
        screen.reload()
        self.tasks.changed.connect(lambda topics: screen.reload() if topics & screen.topics else None)
        self.settle()
        return screen

    def sync(self) -> None:
        """One turn with the server of this stage, and wait for its end."""
        assert self.tasks.loop is not None
        self.tasks.loop.now()
        self.wait(lambda: self.tasks.loop is not None and not self.tasks.loop.busy)
        self.settle()

    def settle(self) -> None:
        """Wait until all that was asked has been done and drawn."""
        for _ in range(3):  # what came back may have asked for more
            self._one_round()
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert self.failures == [], [f"{news.where}: {news.error!r}" for news in self.failures]

    def _one_round(self) -> None:
        done: list[str] = []
        self.tasks.act(lambda _workspace: None, lambda _none: done.append("writer"))
        self.wait(lambda: "writer" in done)
        self.tasks.read(lambda _connection: None, lambda _none: done.append("reader"), calm=True)  # after all
        self.wait(lambda: "reader" in done)
        while self.window._reload_soon.isActive():
            pump(5)

    def wait(self, done: Callable[[], bool]) -> None:
        """Let the window live until `done()`."""
        ends = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < ends, "waited too long"
            pump(5)

    def close(self) -> None:
        self.window.close()
        self.tasks.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Doors:
    """What screens asked of the window's frame."""

    def __init__(self, theme: Theme, asked: list[str], window: Window) -> None:
        self._theme, self._asked, self._window = theme, asked, window

    def ask_to_sign_in(self, *, server: str = "", user: str = "") -> None:
        self._asked.append("sign_in")

    def sign_out(self) -> None:
        self._asked.append("sign_out")

    def wear(self, theme: str) -> None:
        self._asked.append(f"wear {theme}")
        self._theme.wear(theme)

    def speak(self, language: str) -> None:
        self._asked.append(f"speak {language}")

    def wedge(self) -> Wedge:
        return self._window.wedge

    def hear(self, prefix: str, end: str) -> None:
        self._asked.append(f"hear {prefix}…{end}")
        self._window.wedge.set_up(prefix, end)


def _papers(workspace: Workspace, shown: list[Path]) -> Papers:
    """Papers in a folder beside the database; every file that is shown is remembered."""
    heads = [Letterhead("Trunkline Medical", ("12 Harbour Road", "Boston, MA 02110"))]

    def show(path: Path) -> bool:
        shown.append(path)
        return True

    folder = Path(str(workspace.engine.url.database)).parent / "documents"
    return Papers(folder, lambda: heads[-1], heads.append, show)


def make_stage(
    workspace: Workspace,
    *,
    theme: Theme | None = None,
    api: SyncApi | None = None,
    now: Callable[[], datetime] = moment,
    start: str = "settings",
    cameras: Cameras | None = None,
) -> Stage:
    """A window with the desk of the workspace's user, showing the place `start`; without a camera, unless given."""
    if theme is None:
        theme = Theme("light")
        theme.apply()
    tasks, window = Tasks(), Window(theme)
    identity = workspace.identity()
    assert identity is not None
    went: list[tuple[str, dict[str, Any]]] = []
    toasts: list[str] = []
    asked: list[str] = []
    shown: list[Path] = []
    failures: list[BadNews] = []
    tasks.failed.connect(failures.append)

    def go(place: str, **args: Any) -> None:
        went.append((place, args))
        window.go(place, **args)

    def toast(words: str, **how: Any) -> None:
        toasts.append(words)
        window.toast(words, **how)

    desk = Desk(
        tasks=tasks,
        theme=theme,
        formats=Formats(now, spoken()[1], zone=UTC),
        user=identity,
        today=lambda: now().date().isoformat(),
        go=go,
        toast=toast,
        doors=Doors(theme, asked, window),
        papers=_papers(workspace, shown),
        cover=window.cover,
        cameras=cameras or Films(()),
    )
    server = api or NoNetwork()
    stage = Stage(workspace, theme, tasks, desk, window, server, went, toasts, asked, failures, shown)
    opened: list[Workspace] = []
    tasks.open(lambda: workspace, opened.append)
    stage.wait(lambda: bool(opened))
    tasks.loop = SyncLoop(tasks, server, now=now, monotonic=time.monotonic, dice=lambda: 0.5, by_hand=True)
    tasks.loop.start()
    window.show_desk(desk, PLACES, start)
    window.show()
    stage.settle()
    return stage


def pump(milliseconds: int) -> None:
    """Let Qt do what there is to do; while there is nothing, wait for it, but no longer than so."""
    enough = QTimer()
    enough.setSingleShot(True)
    enough.start(milliseconds)
    QCoreApplication.processEvents(
        QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    )
