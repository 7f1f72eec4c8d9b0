"""A reason in words: a field, and suggestions below it that a tap puts in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.desktop.theme import GRID
from app.desktop.widgets.fields import Labelled, button
from app.desktop.widgets.panel import clear, column, row
from app.screens.wording import tr

LONGEST = 200  # characters
_AROUND = 34  # padding and border of a button


class ReasonField(QWidget):
    """See the module. `given` carries the words at every change. Suggestions are put into lines of `room` px."""

    given = Signal(str)

    def __init__(self, words: str, *, name: str, room: int = 320) -> None:
        super().__init__()
        self.setObjectName(f"{name}.reason")
        self._name, self._room = name, room
        self._shown: tuple[str, ...] = ()
        self.suggestions: list[QPushButton] = []
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setMaxLength(LONGEST)
        self.edit.textEdited.connect(self.given)
        self._field = Labelled(words, self.edit, name=f"{name}.field")
        self._below: QVBoxLayout = column(gap=GRID)
        whole = column(self, gap=GRID)
        whole.addWidget(self._field)
        whole.addLayout(self._below)
        self.setFocusProxy(self.edit)

    def show_reason(self, reason: str, suggestions: Sequence[str]) -> None:
        """Show the reason as kept and what may be put in; words being typed are left alone."""
        if self.edit.text() != reason and not self.edit.hasFocus():
            self.edit.setText(reason)
        if tuple(suggestions) != self._shown:
            self._shown = tuple(suggestions)
            self._suggest()
        for made in self.suggestions:
            made.setChecked(made.text() == reason)

    def rename(self, words: str) -> None:
        """Another name for the field."""
        above = self._field.findChild(QLabel, f"{self._field.objectName()}.label")
        if above is not None:
            above.setText(words)
        self.edit.setAccessibleName(words)

    def _suggest(self) -> None:
        clear(self._below)
        self.suggestions = []
        line, left = None, 0
        for at, words in enumerate(self._shown):
            made = button(words, name=f"{self._name}.suggest.{at}")
            made.setAccessibleName(tr("reason.suggest", words=words))
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, words=words: self._take(words))
            self.suggestions.append(made)
            wide = made.fontMetrics().horizontalAdvance(words) + _AROUND
            if line is None or wide > left:
                if line is not None:
                    line.addStretch(1)
                line, left = row(), self._room
                self._below.addLayout(line)
            line.addWidget(made)
            left -= wide + GRID
        if line is not None:
            line.addStretch(1)

    def _take(self, words: str) -> None:
        self.edit.setText(words)
        for made in self.suggestions:
            made.setChecked(made.text() == words)
        self.given.emit(words)
