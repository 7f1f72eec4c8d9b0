"""Names of pages in a row, all of them in sight."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QTabBar

from app.desktop.theme import mark


class TabRow(QTabBar):
    """Tabs that stand closer and smaller where the words of a language would push the last ones out of sight."""

    _fitting = False  # Qt lays the tabs out before __init__ is through

    def __init__(self, *, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setExpanding(False)
        self.setDrawBase(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def tabLayoutChange(self) -> None:
        """A tab has come or gone, or has other words."""
        super().tabLayoutChange()
        self._fit()

    def _fit(self) -> None:
        if self._fitting or not self.isVisible():
            return
        self._fitting = True
        tight = bool(self.property("tight"))
        if self._needed() <= self.width() and tight:
            self._set_tight(False)  # whether they fit as they are, now that there may be more room
            tight = False
        if self._needed() > self.width() and not tight:
            self._set_tight(True)
        self._fitting = False

    def _set_tight(self, tight: bool) -> None:
        mark(self, tight="true" if tight else "")

    def _needed(self) -> int:
        return sum(self.tabSizeHint(at).width() for at in range(self.count()) if self.isTabVisible(at))
