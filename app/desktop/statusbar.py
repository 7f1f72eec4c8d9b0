"""What is always in sight: the status chip, the toast line, and the bar for bad news. None of them is ever modal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.desktop.theme import GRID, ICON, Theme, mark
from app.desktop.widgets.fields import button, label
from app.screens.wording import tr

if TYPE_CHECKING:
    from app.screens.sync_state import Chip

TOAST_MS = 4_500


class StatusChip(QPushButton):
    """How sync stands, in words; a tap goes to the Sync page."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: Chip | None = None
        self.setObjectName("statusChip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(22, 18))
        theme.follow(self, StatusChip._paint)

    def show_chip(self, shown: Chip) -> None:
        if shown != self._shown:
            self._shown = shown
            self._paint()

    def _paint(self) -> None:
        if self._shown is None:
            return
        self.setText(self._shown.text)
        self.setToolTip(self._shown.tip)
        self.setAccessibleName(f"{tr('chip.name')}: {self._shown.text}")
        self.setIcon(self._theme.icon(self._shown.icon, self._shown.tone or "muted", 18, 4))
        mark(self, tone=self._shown.tone)


class ToastLine(QFrame):
    """A line that goes by itself, in the middle of the title strip: there it lies over no button and no figure."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._words = label("", name="toast.words")
        self._icon = QLabel()
        self._theme = theme
        self._action = button("", name="toast.action", kind="link")
        self._then: Callable[[], None] | None = None
        line = self._line = QHBoxLayout(self)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self._words)
        line.addWidget(self._action)
        self._action.clicked.connect(self._on_action)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self.hide)
        self.setMinimumHeight(48)
        self.hide()
        parent.installEventFilter(self)

    def say(
        self, words: str, *, tone: str = "", action: str = "", then: Callable[[], None] | None = None
    ) -> None:
        """Show the words for a while; with an action, twice as long."""
        self._words.setText(words)
        self._theme.dress(self._icon, {"bad": "blocked", "warn": "warning"}.get(tone, "ok"), "surface")
        self._then = then
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._line.setContentsMargins(2 * GRID, 4, GRID if action else 3 * GRID, 4)
        self.setAccessibleName(words)
        self._timer.setInterval(TOAST_MS * (2 if action else 1))
        self._timer.start()
        self._place()
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @property
    def words(self) -> str:
        return self._words.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            self.move(QPoint((parent.width() - self.width()) // 2, 4))

    def _on_action(self) -> None:
        self.hide()
        if self._then is not None:
            self._then()


class BadNewsBar(QFrame):
    """Bad news in a line under the title: what happened, and how to report it where it is a bug."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("badNews")
        self.setProperty("finding", "true")
        self.setProperty("tone", "bad")
        self._report = ""
        picture = QLabel()
        theme.dress(picture, "warning", "bad", ICON)
        self._words = label("", name="badNews.words", wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._copy = button(tr("bad.bug.copy"), name="badNews.copy")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._report))
        self._close = button(tr("bad.close"), name="badNews.close", kind="quiet", icon="close", theme=theme)
        self._close.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        line.setSpacing(12)
        line.addWidget(picture)
        line.addWidget(self._words, 1)
        line.addWidget(self._copy)
        line.addWidget(self._close)
        self.hide()

    def say(self, words: str, report: str = "") -> None:
        """Show bad news; with a `report` it can be copied."""
        self._report = report
        self._words.setText(words)
        self._copy.setVisible(bool(report))
        self.setAccessibleName(words)
        self.show()

    @property
    def words(self) -> str:
        return self._words.text()
