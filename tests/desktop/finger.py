"""A finger at a window: taps real widgets in sight and counts them. What a finger could not hit, it does not tap.

A journey counts taps; typing, scanning and drawing a signature are not taps (the budgets of the journeys say so).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget
from trunk_kit import Hand

LEAST = 44  # px: a target that a finger hits


class Finger(Hand):
    """`taps` names what was tapped, in order. Sheets over the window count as in sight."""

    def __init__(self, stage: Any) -> None:
        super().__init__(stage)
        self.taps: list[str] = []

    def tap(self, name: str) -> None:
        """One tap on a button, an option or any other part that answers to it."""
        made = self._in_front(name)
        assert made.isEnabled(), f"{name} can't be tapped"
        self._bring(made)
        size = made.size()
        assert min(size.width(), size.height()) >= LEAST, (
            f"{name} is {size.width()} by {size.height()} px, too small for a finger"
        )
        self._hit(made, made.rect().center(), name)

    def press(self, name: str) -> None:
        """As the hand's, counted."""
        self.tap(name)

    def tap_row(self, name: str, row: int, column: int = 0) -> None:
        """One tap on a row of a list."""
        table = self._in_front(name)
        assert isinstance(table, QAbstractItemView), f"{name} is no list"
        index = table.model().index(row, column)
        table.scrollTo(index)
        place = table.visualRect(index)
        assert place.height() >= LEAST, f"rows of {name} are {place.height()} px, too low for a finger"
        self._hit(
            table.viewport(), QPoint(place.left() + min(20, place.width() // 2), place.center().y()), name
        )

    def told(self) -> str:
        """The taps so far, for people."""
        return f"{len(self.taps)} taps: {', '.join(self.taps)}"

    @contextmanager
    def at_most(self, most: int, what: str) -> Iterator[None]:
        """What happens inside takes so many taps at most; prints how many it took."""
        before = len(self.taps)
        yield
        taken = self.taps[before:]
        print(f"\njourney {what}: {len(taken)} taps (at most {most}): {', '.join(taken)}")
        assert len(taken) <= most, f"{what} takes {len(taken)} taps: {', '.join(taken)}"

    # -- inside -------------------------------------------------------------------------------------------------------

    def _in_front(self, name: str) -> QWidget:
        seen = (
            one
            for top in QApplication.topLevelWidgets()
            if top.isVisible()
            for one in ([top] if top.objectName() == name else []) + top.findChildren(QWidget, name)
            if one.isVisible()
        )
        found = list(dict.fromkeys(seen))  # a sheet is a window of its own and a part of the one below it
        assert len(found) == 1, f"{name}: {len(found)} of it in sight"
        return found[0]

    def _bring(self, made: QWidget) -> None:
        """Scroll as a person would; flicking a list is no tap."""
        above = made.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(made)
            above = above.parentWidget()

    def _hit(self, made: QWidget, place: QPoint, name: str) -> None:
        there = self._under(made, place)
        assert there is made or (there is not None and made.isAncestorOf(there)), (
            f"{name} is covered by {there.objectName() or there if there else 'nothing: it is out of sight'}"
        )
        self.taps.append(name)
        QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=place)
        self.stage.settle()

    def _under(self, made: QWidget, place: QPoint) -> QWidget | None:
        """What lies at the place, in its own window: a window may reach over the edge of a test's small screen."""
        window = made.window()
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if front is not None and front.window() is not window:
            return front
        at = made.mapTo(window, place)
        return window.childAt(at) if window.rect().contains(at) else None


def finger_at(stage: Any) -> Finger:
    """A person's finger at the window of this stage, which is in front."""
    stage.window.activateWindow()
    return Finger(stage)
