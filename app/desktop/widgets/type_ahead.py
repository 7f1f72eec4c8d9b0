"""Search while typing, with what was found in a panel under the field: Down and Up move in it, Return or a tap takes.

The field keeps the focus, so typing can go on at any moment. The panel is a child of the window, not a window of its
own: nothing is grabbed, and a tap elsewhere closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.desktop.theme import GRID, TALL_ROW, Theme
from app.desktop.widgets.fields import SearchField, label
from app.desktop.widgets.table import Column, Table

R = TypeVar("R")
_MOST = 6  # rows in sight at once


class TypeAhead(SearchField, Generic[R]):
    """`asked` carries the words to look for; answer with `show_choices`. `picked` carries the row taken.

    With `eager`, it asks for '' too, as soon as it has the focus: what is likely stands there before a letter is typed.
    """

    asked = Signal(str)
    picked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[Column[R]],
        *,
        name: str,
        hint: str,
        key: Callable[[R], Hashable],
        spoken: Callable[[R], str] | None = None,
        nothing: str = "",
        shortcut: str = "",
        eager: bool = False,
    ) -> None:
        super().__init__(theme, name=name, hint=hint, shortcut=shortcut)
        self._eager, self._looking, self._taking = eager, False, False
        self._spoken = spoken
        self.keeps_clear: QWidget | None = None  # what the choices below the field leave in sight
        self._panel = QFrame(self)
        self._panel.setObjectName(f"{name}.panel")
        self._panel.setProperty("card", "true")
        self._panel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._panel.setVisible(False)
        self.choices: Table[R] = Table(
            theme,
            columns,
            name=f"{name}.choices",
            label=hint,
            key=key,
            spoken=spoken,
            tall=True,
            head=False,
            bare=True,
        )
        self.choices.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.choices.setProperty("byKey", "Down")  # from the field, which keeps the focus
        self._nothing = label(nothing, "quiet", name=f"{name}.nothing")
        self._nothing.setContentsMargins(2 * GRID, 12, 2 * GRID, 12)
        inside = QVBoxLayout(self._panel)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.choices)
        inside.addWidget(self._nothing)
        self.choices.clicked.connect(self._on_tap)
        self.destroyed.connect(self._panel.deleteLater)
        self.searched.connect(self._on_searched)

    # -- what was found -----------------------------------------------------------------------------------------------

    def show_choices(self, rows: Sequence[R]) -> None:
        """Show what was found for the words last asked for; ignored when nobody is looking any more."""
        if not self._looking:
            return
        self.choices.set_rows(rows)
        self.choices.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        if rows:
            self.choices.select_key(self.choices.rows_model.key(rows[0]))
        self._tell()
        self._place(len(rows))

    def close_choices(self) -> None:
        """Put the panel away."""
        self._looking = False
        self._panel.setVisible(False)

    @property
    def showing(self) -> bool:
        return self._panel.isVisible()

    # -- typing -------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.showing and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif (
            self.showing
            and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self.choices.current() is not None
        ):
            self._take(self.choices.current())
        elif self.showing and key == Qt.Key.Key_Escape:
            self.close_choices()
            if self.text():
                self.clear()
        elif not self.showing and key == Qt.Key.Key_Down:
            self._look(self.text().strip())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._eager or self.text().strip():
            self._look(self.text().strip())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_choices()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_choices()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.close_choices()
        return super().eventFilter(watched, event)

    def _on_searched(self, words: str) -> None:
        if (words or self._eager) and not self._taking:
            self._look(words)
        else:
            self.close_choices()

    def _look(self, words: str) -> None:
        if not words and not self._eager:
            return
        self._looking = True
        self.asked.emit(words)

    # -- taking -------------------------------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        at = self.choices.currentIndex().row() + by
        if 0 <= at < len(self.choices.rows):
            self.choices.select_key(self.choices.rows_model.key(self.choices.rows[at]))
            self._tell()

    def _on_tap(self, index: QModelIndex) -> None:
        if index.isValid():
            self._take(self.choices.rows[index.row()])

    def _take(self, row: R | None) -> None:
        if row is None:
            return
        self.close_choices()
        self._taking = True
        self.clear()
        self._taking = False
        self.picked.emit(row)

    def _tell(self) -> None:
        """Say the chosen row to a screen reader."""
        row = self.choices.current()
        self.setAccessibleDescription(
            self._spoken(row) if self._spoken and row is not None else self._nothing.text()
        )

    def _place(self, rows: int) -> None:
        """Under the field, or above it where there is no room below."""
        window = self.window()
        if self._panel.parent() is not window:
            self._panel.setParent(window)
            window.installEventFilter(self)
        below = self.mapTo(window, QPoint(0, self.height() + 4))
        above = self.mapTo(window, QPoint(0, -4)).y()
        room_below, room_above = self._floor(window) - below.y(), above - self._ceiling(window)
        wanted = min(rows, _MOST) * TALL_ROW + 2 if rows else self._nothing.sizeHint().height() + 2
        up = wanted > room_below and room_above > room_below
        room = room_above if up else room_below
        most = min(room // TALL_ROW, _MOST - 1 if up else _MOST)
        height = min(wanted, max(most, 1) * TALL_ROW + 2)  # whole rows only
        self._panel.setGeometry(below.x(), above - height if up else below.y(), self.width(), height)
        self._panel.setVisible(True)
        self._panel.raise_()

    def _floor(self, window: QWidget) -> int:
        """How low the panel may reach."""
        clear = self.keeps_clear
        return (
            clear.mapTo(window, QPoint(0, 0)).y() if clear and clear.isVisible() else window.height() - GRID
        )

    def _ceiling(self, window: QWidget) -> int:
        """How high the panel may reach: not over the title and the status chip."""
        bar = window.findChild(QFrame, "topbar")
        return bar.mapTo(window, QPoint(0, bar.height())).y() + 4 if bar and bar.isVisible() else GRID
