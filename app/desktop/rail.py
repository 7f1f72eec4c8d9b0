"""The rail of places at the start of the window: icon and word, its shortcut, a badge where something waits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.desktop.desk import Place
from app.desktop.theme import GRID, RADIUS, RAIL_NARROW, RAIL_WIDE, SMALL, TEXT, Theme, svg_pixmap, text_font
from app.screens.wording import tr

_BADGE = 20


class RailButton(QAbstractButton):
    """One place. Wide: icon, word and shortcut in a line; narrow: the word below the icon."""

    def __init__(self, theme: Theme, place: Place, shortcut: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._place, self._shortcut = theme, place, shortcut
        self._wide, self._badge = True, 0
        self.setText(place.title)
        self.setObjectName(f"rail.{place.key}")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tr("rail.tip", place=place.title, shortcut=shortcut))
        self.setShortcut(shortcut)
        self.set_badge(0)

    def set_wide(self, wide: bool) -> None:
        self._wide = wide
        self.updateGeometry()
        self.update()

    def set_badge(self, count: int) -> None:
        """How many things wait here."""
        self._badge = count
        self.setAccessibleName(self._place.title)
        self.setAccessibleDescription(tr("rail.badge", count=count) if count else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(RAIL_WIDE - 2 * GRID, 46) if self._wide else QSize(RAIL_NARROW - GRID, 60)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self.rect().adjusted(0, 1, 0, -1)
        if self.isChecked() or self.underMouse():
            painter.setOpacity(1.0 if self.isChecked() else 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("rail_chosen"))
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
            painter.setOpacity(1.0)
        ink = "on_rail" if self.isChecked() else "rail_text"
        icon = svg_pixmap(self._place.icon, getattr(theme.palette, ink), 22, self.devicePixelRatioF())
        painter.setPen(theme.colour(ink))
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Medium
        if self._wide:
            self._paint_wide(painter, ground, icon, weight)
        else:
            self._paint_narrow(painter, ground, icon, weight)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("on_rail"), 2))
            painter.drawRoundedRect(QRectF(ground).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def _paint_wide(self, painter: QPainter, ground: QRect, icon: QPixmap, weight: QFont.Weight) -> None:
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        start = ground.right() - 12 - 22 if mirrored else ground.left() + 12
        painter.drawPixmap(start, ground.center().y() - 11, icon)
        words = ground.adjusted(46, 0, -12, 0) if not mirrored else ground.adjusted(12, 0, -46, 0)
        painter.setFont(text_font(TEXT, weight))
        badge = self._badge_width() + GRID if self._badge else 0
        fitted = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width() - badge
        )
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            words, int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter), fitted
        )
        if self._badge:
            width = self._badge_width()
            left = words.left() if mirrored else words.right() - width
            self._paint_badge(painter, QRect(left, ground.center().y() - _BADGE // 2 + 1, width, _BADGE))
        elif self.underMouse() or self.hasFocus():
            painter.setFont(text_font(SMALL))
            painter.setPen(self._theme.colour("rail_text"))
            end = int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            room = QFontMetrics(text_font(TEXT, weight)).horizontalAdvance(self.text())
            if room + QFontMetrics(text_font(SMALL)).horizontalAdvance(self._shortcut) + 12 < words.width():
                painter.drawText(words, end, self._shortcut)

    def _paint_narrow(self, painter: QPainter, ground: QRect, icon: QPixmap, weight: QFont.Weight) -> None:
        lines = _in_two(self.text(), QFontMetrics(text_font(SMALL, weight)), ground.width() - 4)
        top = ground.top() + (6 if len(lines) == 1 else 1)
        painter.drawPixmap(ground.center().x() - 10, top, icon)
        painter.setFont(text_font(SMALL, weight))
        for at, line in enumerate(lines):
            room = QRect(ground.left(), top + 24 + at * 15, ground.width(), 17)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), line)
        if self._badge:
            self._paint_badge(painter, QRect(ground.center().x() + 10, top - 2, self._badge_width(), _BADGE))

    def _badge_width(self) -> int:
        metrics = QFontMetrics(text_font(SMALL, QFont.Weight.DemiBold))
        return max(_BADGE, metrics.horizontalAdvance(self._badge_words()) + 12)

    def _badge_words(self) -> str:
        return str(self._badge) if self._badge < 100 else "99+"

    def _paint_badge(self, painter: QPainter, rect: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("badge"))
        painter.drawRoundedRect(rect, _BADGE / 2, _BADGE / 2)
        painter.setPen(self._theme.colour("on_badge"))
        painter.setFont(text_font(SMALL, QFont.Weight.DemiBold))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._badge_words())


class Rail(QFrame):
    """The places of one person. `chosen` carries a place's key."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, places: Sequence[Place]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName(tr("rail.name"))
        self._group = QButtonGroup(self)
        self._brand = QLabel()
        self._brand.setPixmap(svg_pixmap("brand", "#ffffff", 28, self.devicePixelRatioF()))
        self._brand_words = QLabel(tr("app.name"))
        self._brand_words.setProperty("role", "head")
        self.buttons: dict[str, RailButton] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GRID, 12, GRID, GRID)
        whole.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 8)
        head.setSpacing(10)
        head.addWidget(self._brand)
        head.addWidget(self._brand_words, 1)
        whole.addLayout(head)
        self._theme, self._wide = theme, True
        self._places = QVBoxLayout()
        self._places.setSpacing(2)
        whole.addLayout(self._places, 1)
        self.set_places(places)
        theme.follow(self, Rail.update)
        self.set_wide(True)

    def set_places(self, places: Sequence[Place]) -> None:
        """Other places than before: somebody's place was handed on, or taken back."""
        while (item := self._places.takeAt(0)) is not None:
            before = item.widget()
            if before is not None:
                before.hide()
                before.setParent(None)
                before.deleteLater()
        self.buttons = {}
        stretched = False
        for at, place in enumerate(places):
            if place.bottom and not stretched:
                self._places.addStretch(1)
                stretched = True
            made = RailButton(self._theme, place, f"Ctrl+{at + 1}", self)
            made.clicked.connect(lambda _checked=False, key=place.key: self.chosen.emit(key))
            made.set_wide(self._wide)
            self._group.addButton(made)
            self.buttons[place.key] = made
            self._places.addWidget(made)
        if not stretched:
            self._places.addStretch(1)

    def set_wide(self, wide: bool) -> None:
        """Words beside the icons, or below them."""
        self._wide = wide
        self.setFixedWidth(RAIL_WIDE if wide else RAIL_NARROW)
        margins = GRID if wide else GRID // 2
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(margins, 12, margins, GRID)
        self._brand_words.setVisible(wide)
        self._brand.setAlignment(Qt.AlignmentFlag.AlignLeading if wide else Qt.AlignmentFlag.AlignCenter)
        for made in self.buttons.values():
            made.set_wide(wide)

    def show_place(self, key: str) -> None:
        """Mark the place that is shown."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def set_badge(self, key: str, count: int) -> None:
        if key in self.buttons:
            self.buttons[key].set_badge(count)


def _in_two(words: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The words in one line, or in two where they are too long."""
    if metrics.horizontalAdvance(words) <= width or " " not in words:
        return [metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)]
    first, _, last = words.rpartition(" ")
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in (first, last)]
