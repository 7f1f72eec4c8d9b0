"""Where a count is typed: the lot in front, a big figure, and keys for a finger."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card
from app.screens.trunk_count import CountRow
from app.screens.wording import tr

_KEYS = ("7", "8", "9", "4", "5", "6", "1", "2", "3", "clear", "0", "back")


class CountEntry(Card):
    """`entered` carries what stands in the figure (a code may have been scanned into it); `taken_back` says that the
    lot is not counted after all."""

    entered = Signal(str)
    taken_back = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="count.entry", gap=GRID)
        self._key = ""
        self._product = label("", "strong", name="count.product", wrap=True)
        self._lot = label("", "muted", name="count.lot")
        self.figure = QLineEdit()
        self.figure.setObjectName("count.figure")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setProperty("role", "big")
        self.figure.setMaxLength(64)
        self.figure.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.figure.returnPressed.connect(self._enter)
        self._wrong = label("", "small", name="count.wrong", tone="bad", wrap=True)
        self._wrong.setVisible(False)
        self._count_it = button(tr("count.enter"), name="count.enter", kind="primary", icon="ok", theme=theme)
        self._count_it.clicked.connect(self._enter)
        self._take_back = button(tr("count.take_back"), name="count.take_back", kind="quiet")
        self._take_back.clicked.connect(self.taken_back)
        self._keys = [self._make_key(key, theme) for key in _KEYS]
        self._arrange()
        self.show_lot(None)

    def show_lot(self, chosen: CountRow | None) -> None:
        """The lot to be counted; a figure that is being typed for it is left alone."""
        self._product.setText(chosen.product if chosen else tr("count.figure.none"))
        self._lot.setText(chosen.lot if chosen else "")
        for part in (self.figure, self._count_it, *self._keys):
            part.setEnabled(chosen is not None)
        self._take_back.setVisible(chosen is not None and bool(chosen.counted))
        words = tr("count.figure", lot=chosen.lot) if chosen else tr("count.figure.none")
        self.figure.setAccessibleName(words)
        key = chosen.key if chosen else ""
        if self._key != key:
            self._key = key
            self.figure.clear()
            self.wrong("")

    def wrong(self, words: str) -> None:
        """Say what is wrong with the figure; '' = nothing is."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))

    def _enter(self) -> None:
        if self.figure.text().strip():
            self.entered.emit(self.figure.text())

    def _on_key(self, key: str) -> None:
        if key == "clear":
            self.figure.clear()
        elif key == "back":
            self.figure.backspace()
        else:
            self.figure.insert(key)
        self.figure.setFocus()

    def _make_key(self, key: str, theme: Theme) -> QPushButton:
        words = {"clear": tr("widget.clear"), "back": tr("count.back_space")}.get(key, key)
        shown, icon = ("", "back") if key == "back" else (words, "")
        made = button(shown, name=f"count.key.{key}", icon=icon, theme=theme)
        made.setAccessibleName(words)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setProperty("byKey", "the same key of the keyboard")
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        made.setMaximumHeight(72)
        made.clicked.connect(lambda: self._on_key(key))
        return made

    def _arrange(self) -> None:
        for part in (self._product, self._lot, self.figure, self._wrong):
            self.body.addWidget(part)
        keys = QWidget()
        keys.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # figures have one order everywhere
        grid = QGridLayout(keys)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        for at, key in enumerate(self._keys):
            grid.addWidget(key, at // 3, at % 3)
        self.body.addWidget(keys, 4)
        self.body.addWidget(self._count_it)
        self.body.addWidget(self._take_back)
        self.body.addStretch(1)
