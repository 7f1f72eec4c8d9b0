"""The page of a device that the office has locked out. It stands instead of every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.desktop.opening import CentredPage
from app.desktop.theme import Theme
from app.desktop.widgets.fields import button, label
from app.screens.wording import tr

if TYPE_CHECKING:
    from app.desktop.compose import Who
    from app.screens.locked import LockedView


class LockedPage(CentredPage):
    """`asked` carries whose device wants to be let in again."""

    asked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="locked")
        self._who: Who | None = None
        self.title = label("", "title", name="locked.title", wrap=True)
        self.says = label("", "", name="locked.says", wrap=True)
        self.next = label("", "strong", name="locked.next", wrap=True)
        self.server = label("", "muted", name="locked.server", wrap=True)
        self.file = label("", "muted", name="locked.file", wrap=True)
        self.trouble = label("", "strong", name="locked.trouble", tone="bad", wrap=True)
        self.button = button(tr("locked.again"), name="locked.again", kind="primary", icon="key", theme=theme)
        self.button.clicked.connect(lambda: self.asked.emit(self._who))
        for part in (self.title, self.says, self.next, self.file, self.server, self.trouble):
            self.body.addWidget(part)
        self.body.addWidget(self.button)

    def show_locked(self, view: LockedView, who: Who) -> None:
        """Say how it stands with the device of `who`."""
        self._who = who
        for part, words in (
            (self.title, view.title),
            (self.says, view.says),
            (self.next, view.next),
            (self.server, view.server),
            (self.file, view.file),
            (self.trouble, view.trouble),
        ):
            part.setText(_breakable(words) if part is self.file else words)
            part.setAccessibleName(words)
            part.setVisible(bool(words))


def _breakable(path: str) -> str:
    """The same to the eye, but a line may end in it: a long name is not cut off."""
    for mark in "/\\-":
        path = path.replace(mark, f"{mark}\u200b")
    return path
