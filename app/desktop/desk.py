"""What a screen is given (`Desk`) and what a screen is (`Screen`, `Place`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtWidgets import QWidget

from app.screens.wording import tr

if TYPE_CHECKING:  # sqlalchemy is imported after the first frame
    from sqlalchemy import Connection

    from app.desktop.camera import Cameras
    from app.desktop.papers import Papers
    from app.desktop.scanner import Wedge
    from app.desktop.tasks import Tasks
    from app.desktop.theme import Theme
    from app.domain.commands import Command
    from app.screens.formats import Formats
    from app.workspace.workspace import Identity, Performed, Workspace


class Go(Protocol):
    """Show a place; `args` are handed to its screen's `open`."""

    def __call__(self, place: str, **args: object) -> None: ...


class Toast(Protocol):
    """A line that goes by itself; with `action` it carries a button (an undo, a way there)."""

    def __call__(
        self, words: str, *, tone: str = "", action: str = "", then: Callable[[], None] | None = None
    ) -> None: ...


class Cover(Protocol):
    """Show a page over the whole window, and nothing beside it, until the answer is called."""

    def __call__(self, page: QWidget) -> Callable[[], None]: ...


class Doors(Protocol):
    """The way out of the desk: signing in and out, and what is the whole window's: theme, language, scanner. `hear`
    says what the scanner sends before and behind each code."""

    def ask_to_sign_in(self, *, server: str = "", user: str = "") -> None: ...

    def sign_out(self) -> None: ...

    def wear(self, theme: str) -> None: ...

    def speak(self, language: str) -> None: ...

    def wedge(self) -> Wedge: ...

    def hear(self, prefix: str, end: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a screen may use. `today` is the business date (ISO); `user` is who is signed in."""

    tasks: Tasks
    theme: Theme
    formats: Formats
    user: Identity
    today: Callable[[], str]
    go: Go
    toast: Toast
    doors: Doors
    papers: Papers
    cover: Cover
    cameras: Cameras

    def perform(
        self,
        build: Callable[[Workspace], Command],
        then: Callable[[Performed], None] | None = None,
        *,
        even_so: bool = False,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Say what the person meant. `build` runs on the writer thread (`workspace.new_id()`, `.next_number()` and
        `.today()` are there for it); when it was saved the toast says so; `then` gets the answer on the GUI thread, and
        a refusal is for it to show. What `also` does is saved with it or not at all."""

        def job(workspace: Workspace) -> tuple[Performed, int]:
            performed = workspace.perform(build(workspace), even_so=even_so, also=also)
            return performed, self.tasks.unsent() if performed.saved else 0

        def after(answer: tuple[Performed, int]) -> None:
            performed, waiting = answer
            if performed.saved:
                self.toast(tr("toast.saved", count=waiting), tone="ok")
            if then is not None:
                then(performed)

        self.tasks.act(job, after)


class Screen(QWidget):
    """A place of the app. Thin: it asks app.screens what to show and tells the desk's tasks what was meant.

    `reload` is called when the screen is shown, and when one of `topics` (names of kinds, 'outbox', 'drafts', 'sync')
    has changed while it is visible; lists keep their place. `open(**args)` comes before it when somebody goes here on
    purpose (an id, a filter). `leave` is called when another place is shown and before the app closes.
    """

    topics: frozenset[str] = frozenset()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def reload(self) -> None:
        """Read again what is shown."""

    def open(self, **args: Any) -> None:
        """Show a particular thing."""

    def leave(self) -> None:
        """Keep what was typed."""

    def scan_taker(self) -> Callable[[str], None] | None:
        """Who takes what a scanner sends now; None where a code makes no sense."""
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the rail. `roles` None = everybody; with `deputies` also whoever decides in somebody's place today.
    `badge` names a count the window keeps (needs_you, approvals)."""

    key: str
    icon: str
    factory: Callable[[Desk], Screen]
    roles: tuple[str, ...] | None = None
    badge: str = ""
    bottom: bool = False  # at the foot of the rail
    deputies: bool = False

    @property
    def title(self) -> str:
        return tr(f"place.{self.key}")

    def open_to(self, role: str, *, deputy: bool = False) -> bool:
        """Whether a person of this role sees the place; a `deputy` decides in somebody's place."""
        return self.roles is None or role in self.roles or (deputy and self.deputies)
