"""Everybody whose yes a quote needs, one below the other, each with where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QSizePolicy

from app.desktop.theme import GRID
from app.desktop.widgets.fields import chip, label
from app.desktop.widgets.panel import Section, clear, column, row
from app.screens.approval_levels import Asked
from app.screens.wording import tr


class AskedSection(Section):
    """See the module; nobody hides it."""

    def __init__(self, *, name: str) -> None:
        super().__init__(tr("approvals.asked_who"), name=name)
        self._shown: tuple[Asked, ...] | None = None

    def show_asked(self, asked: Sequence[Asked]) -> None:
        """Show these, in their order."""
        self.setVisible(bool(asked))
        if tuple(asked) == self._shown:
            return
        self._shown = tuple(asked)
        clear(self.body)
        for at, one in enumerate(self._shown):
            self.body.addWidget(_line(one, f"{self.objectName()}.{at}"))
        self.setAccessibleDescription(". ".join(one.spoken for one in self._shown))


def _line(one: Asked, name: str) -> QFrame:
    frame = QFrame()
    frame.setObjectName(name)
    frame.setAccessibleName(one.spoken)
    frame.setProperty("finding", "true")
    line = row(frame, gap=12)
    line.setContentsMargins(12, GRID, 12, GRID)
    words = column(gap=2)
    title = f"{one.title} ({tr('approvals.asked.here')})" if one.here else one.title
    words.addWidget(label(title, "strong" if one.here else "", name=f"{name}.title", wrap=True))
    if one.more:
        words.addWidget(label(one.more, "muted", name=f"{name}.more", wrap=True))
    line.addLayout(words, 1)
    line.addWidget(chip(one.state, one.tone, name=f"{name}.state"))
    frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return frame
