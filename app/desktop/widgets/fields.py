"""Words, figures and things to type in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QIntValidator, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme import GRID, TOUCH, Theme
from app.screens.wording import tr

_AROUND_HINT = 72  # icon, gaps and borders of a search field


class Words(QLabel):
    """A QLabel. One line of words that has no room ends in …, where Qt would cut through a letter."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.gives_way = False  # in a row with a figure, which keeps its room
        self.stands = False  # as high as its lines, also where Qt forgets that they wrap

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(least.width() // 2, least.height()) if self.gives_way else least

    def setText(self, words: str) -> None:
        super().setText(words)
        self._stand()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand()

    def _stand(self) -> None:
        if self.stands:
            self.setMinimumHeight(0)  # Qt counts it in: a label that was narrow once would stay high
            self.setMinimumHeight(max(0, self.heightForWidth(self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        wanted = self.sizeHint().width()
        if self.wordWrap() or not self.text() or self.width() >= wanted:
            super().paintEvent(event)
            return
        option = QStyleOption()
        option.initFrom(self)
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option)
        around = (wanted - self.fontMetrics().horizontalAdvance(self.text())) // 2
        room = self.rect().adjusted(around, 0, -around, 0)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        align = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawText(room, int(align | Qt.AlignmentFlag.AlignAbsolute), words)


def label(
    words: str = "",
    role: str = "",
    *,
    name: str = "",
    tone: str = "",
    wrap: bool = False,
    gives_way: bool = False,
    stands: bool = False,
) -> QLabel:
    """Words on the screen. Roles: title, head, strong, small, muted, quiet, total. One that `gives_way` is shortened
    before a figure in its row is; one that wraps and `stands` has the height of its lines."""
    made = Words(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    made.gives_way, made.stands = gives_way, stands
    if QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        # Qt puts wrapped words of a Latin name at the left even there
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        made.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def money(words: str = "", role: str = "", *, name: str = "") -> QLabel:
    """A figure: on the right in every script, as the figures below it are."""
    made = label(words, role, name=name)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
    made.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
    return made


def chip(words: str = "", tone: str = "", *, name: str = "") -> QLabel:
    """A state in words on its coloured ground."""
    made = label(words, name=name, tone=tone)
    made.setProperty("chip", "true")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


class Button(QPushButton):
    """A QPushButton. Words that have no room end in …, where Qt would cut them at both ends."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() >= self.sizeHint().width():
            super().paintEvent(event)
            return
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        room -= 0 if option.icon.isNull() else option.iconSize.width() + 4
        option.text = self.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


def button(
    words: str, *, name: str, kind: str = "", icon: str = "", theme: Theme | None = None, shortcut: str = ""
) -> QPushButton:
    """A button. Kinds: primary, quiet, danger, link. A shortcut works on its whole screen and stands in the tip."""
    made = Button(words)
    made.setObjectName(name)
    made.setAccessibleName(words)
    made.setProperty("kind", kind)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if icon and theme is not None:
        theme.dress(made, icon, {"primary": "on_accent", "danger": "bad", "link": "accent"}.get(kind, "text"))
    if shortcut:
        made.setShortcut(shortcut)
        made.setToolTip(tr("widget.shortcut", words=words, shortcut=shortcut))
    return made


def back_button(words: str, *, name: str, theme: Theme) -> QPushButton:
    """The way back to where a page was opened from, by Alt+Left as well."""
    return button(words, name=name, kind="quiet", icon="back", theme=theme, shortcut="Alt+Left")


def cross(words: str, *, name: str, theme: Theme) -> QPushButton:
    """A cross that closes or takes away. It shows no words: they are its name and its tip."""
    made = button("", name=name, kind="quiet", icon="close", theme=theme)
    made.setAccessibleName(words)
    made.setToolTip(words)
    made.setFixedWidth(46)
    return made


class SearchField(QLineEdit):
    """Search while typing. `searched` carries the words without blanks around them; Down goes to `list_below`."""

    searched = Signal(str)

    def __init__(self, theme: Theme, *, name: str, hint: str, shortcut: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(hint)
        self._hints = (f"{hint}  ({shortcut})" if shortcut else hint, hint)
        self.setPlaceholderText(self._hints[0])
        self.setToolTip(self._hints[0])
        self.setClearButtonEnabled(False)
        self.list_below: QWidget | None = None
        self._theme = theme
        self._glass = self.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText(tr("widget.clear"))
        self._clear.setToolTip(tr("widget.clear"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(self._on_text)
        theme.follow(self, SearchField._paint)
        self._paint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        if event.key() == Qt.Key.Key_Down and self.list_below is not None:
            self.list_below.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where hint and shortcut don't both have room, the shortcut is in the tip only."""
        super().resizeEvent(event)
        room = self.width() - _AROUND_HINT
        long, short = self._hints
        self.setPlaceholderText(long if self.fontMetrics().horizontalAdvance(long) <= room else short)

    def _on_text(self, words: str) -> None:
        self._clear.setVisible(bool(words))
        self.searched.emit(words.strip())

    def _paint(self) -> None:
        self._glass.setIcon(self._theme.icon("search"))
        self._clear.setIcon(self._theme.icon("close"))


class QuantityField(QWidget):
    """A quantity: a figure between a big − and a big +. `changed` carries the new figure. None = nothing entered, which
    only `optional` fields may be (a blind count starts empty)."""

    changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        label: str,
        low: int = 0,
        high: int = 1_000_000,
        optional: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._low, self._high, self._optional = low, high, optional
        self._value: int | None = None if optional else low
        self._edit = QLineEdit()
        self._edit.setObjectName(f"{name}.figure")
        self._edit.setAccessibleName(label)
        self._edit.setProperty("role", "quantity")
        self._edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._edit.setFixedWidth(76)
        self._edit.setValidator(QIntValidator(low if low < 0 else 0, high, self))
        self._edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self._less = self._step_button(theme, "minus", f"{name}.less", tr("widget.less"), -1)
        self._more = self._step_button(theme, "plus", f"{name}.more", tr("widget.more"), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for part in (self._less, self._edit, self._more):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._edit)
        self._edit.textEdited.connect(self._on_edited)
        self._edit.editingFinished.connect(self._show)
        self._show()

    def value(self) -> int | None:
        return self._value

    def set_value(self, value: int | None) -> None:
        """Show a figure without saying `changed`."""
        self._value = (
            value if value is None and self._optional else max(self._low, min(self._high, value or 0))
        )
        self._show()

    def set_most(self, high: int) -> None:
        """The most it may hold from now on."""
        if high != self._high:
            self._high = high
            self._edit.setValidator(QIntValidator(self._low if self._low < 0 else 0, high, self))
            self._enable()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._take((self._value or 0) + step)

    def _step_button(self, theme: Theme, icon: str, name: str, words: str, step: int) -> QToolButton:
        made = QToolButton()
        made.setObjectName(name)
        made.setAccessibleName(f"{words}: {self.accessibleName()}")
        made.setToolTip(words)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setProperty("byKey", "Up" if step > 0 else "Down")
        made.setAutoRepeat(True)
        made.setAutoRepeatDelay(400)
        made.setMinimumSize(QSize(TOUCH, TOUCH))
        theme.dress(made, icon, "text")
        made.clicked.connect(lambda: self._take((self._value or 0) + step))
        return made

    def _on_edited(self, text: str) -> None:
        if text.lstrip("-").isdecimal():
            self._take(int(text), show=int(text) > self._high)  # more than there is: the most there is
        elif self._optional and not text:
            self._take(None, show=False)

    def _take(self, value: int | None, *, show: bool = True) -> None:
        kept = None if value is None else max(self._low, min(self._high, value))
        moved, self._value = kept != self._value, kept
        if show:
            self._show()
        else:
            self._enable()
        if moved:
            self.changed.emit(kept)

    def _show(self) -> None:
        text = "" if self._value is None else str(self._value)
        if self._edit.text() != text:
            self._edit.setText(text)
        self._enable()

    def _enable(self) -> None:
        self._less.setEnabled(self._value is None or self._value > self._low)
        self._more.setEnabled(self._value is None or self._value < self._high)


class Labelled(QWidget):
    """A field under its name, with room for what is wrong with it."""

    def __init__(self, words: str, field: QWidget, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        above = label(words, "small", name=f"{name}.label")
        above.setBuddy(field)
        field.setMinimumHeight(TOUCH)
        self.setMinimumHeight(TOUCH + 22)  # or a wrapped line elsewhere in the column takes from this one
        field.setAccessibleName(words)
        self._wrong = label("", "small", name=f"{name}.wrong", tone="bad", wrap=True)
        self._wrong.setVisible(False)
        for part in (above, field, self._wrong):
            column.addWidget(part)

    def wrong(self, words: str) -> None:
        """Say what is wrong; '' = nothing is."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))
