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
_WIDEST = 16_777_215  # Qt's word for no limit


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
    """A line that goes by itself, in the title strip: there it lies over no button and no figure. It stands in the
    middle of the window, or aside as far as the parts of `keep_clear` need; the second of them is never covered."""

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
        self._clear_of: tuple[QLabel, QWidget] | None = None
        self.setMinimumHeight(48)
        self.hide()
        parent.installEventFilter(self)

    def keep_clear(self, title: QLabel, chip: QWidget) -> None:
        """The strip's title and the chip at its other end; the chip's words may come after the toast's."""
        self._clear_of = title, chip
        for part in (title, chip):
            part.installEventFilter(self)

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
        self.place()
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @property
    def words(self) -> str:
        return self._words.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.place()
        return False

    def place(self) -> None:
        """Stand where there is room now; also to be called when the title has other words, of which Qt tells nobody."""
        parent = self.parentWidget()
        if parent is None:
            return
        self._words.setWordWrap(False)
        self.setMaximumWidth(_WIDEST)
        self.adjustSize()
        clear, chip_clear = self._rooms(parent)
        start, end = clear if self.width() <= clear[1] - clear[0] else chip_clear
        if self.width() > end - start:  # in two lines, rather than over the chip
            self._words.setWordWrap(True)
            self.setMaximumWidth(end - start)
            self.resize(end - start, max(self.heightForWidth(end - start), self.minimumHeight()))
        middle = (parent.width() - self.width()) // 2
        self.move(QPoint(max(start, min(middle, end - self.width())), 4))

    def _rooms(self, parent: QWidget) -> tuple[tuple[int, int], tuple[int, int]]:
        """From where to where there is neither title nor chip, and no chip."""
        whole = (GRID, parent.width() - GRID)
        if self._clear_of is None or not all(
            part.isVisible() and parent.isAncestorOf(part) for part in self._clear_of
        ):
            return whole, whole
        title, chip = self._clear_of
        words = title.fontMetrics().horizontalAdvance(title.text()) + GRID
        at, end = title.mapTo(parent, QPoint(0, 0)).x(), title.mapTo(parent, QPoint(title.width(), 0)).x()
        chip_at = chip.mapTo(parent, QPoint(0, 0)).x()
        if chip_at > at:
            return (at + words, chip_at - GRID), (at, chip_at - GRID)
        chip_end = chip_at + chip.width() + GRID
        return (chip_end, end - words), (chip_end, end)

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
