"""Cards, sections, empty states and findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.table import kinetic
from app.desktop.widgets.tall import Tall
from app.screens.findings import FindingWords


def column(parent: QWidget | None = None, *, margin: int = 0, gap: int = GRID) -> QVBoxLayout:
    """A column of parts."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setContentsMargins(margin, margin, margin, margin)
    made.setSpacing(gap)
    return made


def row(parent: QWidget | None = None, *, margin: int = 0, gap: int = GRID) -> QHBoxLayout:
    """Parts beside each other."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    made.setContentsMargins(margin, margin, margin, margin)
    made.setSpacing(gap)
    return made


def clear(layout: QLayout) -> None:
    """Take every part out and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def rule() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("rule", "true")
    return made


class Card(QFrame):
    """A white ground with its own column `body`. A tone adds a coloured edge; say the state in words too."""

    def __init__(self, *, name: str, tone: str = "", margin: int = 2 * GRID, gap: int = GRID) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", "true")
        self.setProperty("tone", tone)
        self.body = column(self, margin=margin, gap=gap)

    def set_tone(self, tone: str) -> None:
        mark(self, tone=tone)


class Section(QWidget):
    """A heading, an action at its end, and what belongs to it in `body`."""

    def __init__(self, words: str, *, name: str, gap: int = GRID) -> None:
        super().__init__()
        self.setObjectName(name)
        self.head = label(words, "head", name=f"{name}.head")
        self.aside = label("", "muted", name=f"{name}.aside")
        self.top = row()
        self.top.addWidget(self.head)
        self.top.addWidget(self.aside)
        self.top.addStretch(1)
        self.body = column(gap=gap)
        whole = column(self)
        whole.addLayout(self.top)
        whole.addLayout(self.body)


class EmptyState(QWidget):
    """Nothing here yet: an icon, a sentence, and the next step as a button."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        icon: str,
        words: str,
        step: str = "",
        then: Callable[[], None] | None = None,
        more: str = "",
        margin: int = 3 * GRID,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.dress(picture, icon, "muted", 40)
        self.words = label(words, "strong", name=f"{name}.words", wrap=True)
        self.more = label(more, "quiet", name=f"{name}.more", wrap=True)
        whole = column(self, margin=margin, gap=GRID)
        whole.addStretch(1)
        whole.addWidget(picture)
        for part in (self.words, self.more):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            whole.addWidget(part)
            part.setVisible(bool(part.text()))  # only once it has a parent: without one it would be a window
        if step and then is not None:
            self.step = button(step, name=f"{name}.step", kind="primary")
            self.step.clicked.connect(then)
            whole.addSpacing(GRID)
            whole.addWidget(self.step, alignment=Qt.AlignmentFlag.AlignCenter)
        whole.addStretch(1)

    def say(self, words: str, more: str = "") -> None:
        """Other words for the same emptiness (nothing found; nothing at all)."""
        for part, text in ((self.words, words), (self.more, more)):
            part.setText(text)
            part.setVisible(bool(text))


class FindingsList(QWidget):
    """Findings, each with its severity in icon and word, the sentence, and the next step. `asked` carries the
    action and the subject of the finding whose button was tapped; `actions` are those this screen can take."""

    asked = Signal(str, str)

    def __init__(self, theme: Theme, *, name: str, actions: Sequence[str] = ()) -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme, self._actions = theme, frozenset(actions)
        self._column = column(self)
        self.shown: tuple[FindingWords, ...] = ()
        self.setVisible(False)

    def show_findings(self, findings: Sequence[FindingWords]) -> None:
        """Show these, in their order; none hides the list."""
        if tuple(findings) == self.shown:
            return
        self.shown = tuple(findings)
        clear(self._column)
        for at, words in enumerate(self.shown):
            self._column.addWidget(self._line(words, f"{self.objectName()}.{at}"))
        self.setVisible(bool(self.shown))
        self.setAccessibleDescription(" ".join(words.spoken for words in self.shown))

    def _line(self, words: FindingWords, name: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName(name)
        frame.setAccessibleName(words.spoken)
        frame.setProperty("finding", "true")
        frame.setProperty("tone", words.tone)
        line = row(frame, gap=12)
        line.setContentsMargins(12, 10, 12, 10)
        picture = QLabel()
        self._theme.dress(picture, words.icon, words.tone)
        line.addWidget(picture, alignment=Qt.AlignmentFlag.AlignTop)
        texts = column(gap=2)
        top = row()
        top.addWidget(label(words.title, "strong", wrap=False))
        top.addWidget(label(words.kind, "small", tone=words.tone))
        top.addStretch(1)
        texts.addLayout(top)
        texts.addWidget(label(words.sentence, wrap=True))
        texts.addWidget(label(words.next_step, "muted", wrap=True))
        line.addLayout(texts, 1)
        if words.action in self._actions:
            step = button(words.action_words, name=f"{name}.step")
            step.clicked.connect(lambda: self.asked.emit(words.action, words.subject))
            line.addWidget(step, alignment=Qt.AlignmentFlag.AlignVCenter)
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        return frame


class Scroll(QScrollArea):
    """A column that scrolls, by finger too. Put parts into `body`; they gather at the top."""

    def __init__(self, *, name: str, margin: int = 3 * GRID, gap: int = 2 * GRID) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = Tall()
        whole = column(inner, margin=margin, gap=gap)
        self.body = column(gap=gap)
        whole.addLayout(self.body)
        whole.addStretch(1)
        self.setWidget(inner)
        kinetic(self.viewport())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lower window (a keyboard comes up) doesn't lose what is being typed in."""
        super().resizeEvent(event)
        focus = QApplication.focusWidget()
        lower = event.size().height() < event.oldSize().height()
        if lower and focus is not None and self.isAncestorOf(focus):
            bring_into_sight(focus)


def bring_into_sight(part: QWidget) -> None:
    """Scroll to a part, once it has its place in the layout."""

    def scroll() -> None:
        above = part.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        inside = above.widget() if above is not None else None
        if above is not None and inside is not None:  # ensureWidgetVisible is content with a caret in sight
            top = part.mapTo(inside, QPoint(0, 0)).y()
            mirrored = inside.layoutDirection() is Qt.LayoutDirection.RightToLeft
            start = inside.width() - 1 if mirrored else 0  # stay where a line begins
            for at in (top + part.height(), top):
                above.ensureVisible(start, at, 0, 2 * GRID)

    QTimer.singleShot(0, part, scroll)
