"""Painting of table cells: one or two lines of words, a chip, figures at the end. Stylesheets are too slow for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.desktop.theme import ICON, ROW, SMALL, TALL_ROW, TEXT, Theme, svg_pixmap, text_font

PAD = 12
# On the right in every script: figures run from left to right in all, and their last digits stand below each other.
FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
_CHIP = 24
_LINE, _SMALL_LINE = 18, 17  # px; two lines of a name and the smaller one below it fit into a tall row


class CellRole(IntEnum):
    """What the model tells beside the words."""

    SECOND = Qt.ItemDataRole.UserRole + 1
    TONE = Qt.ItemDataRole.UserRole + 2
    LOOK = Qt.ItemDataRole.UserRole + 3
    ICON = Qt.ItemDataRole.UserRole + 4
    SHORT = Qt.ItemDataRole.UserRole + 5  # by how many digits a figure ends before the longest of its column


@dataclass(frozen=True, slots=True)
class Look:
    """How a column is painted."""

    end: bool = False  # figures: on the right in every script, as they run from left to right in all of them
    strong: bool = False
    quiet: bool = False
    chip: bool = False


def in_lines(words: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """A name in one line, or in two when it is too long for this width (px): without a mouse nobody could see the rest.
    The second is cut in its middle, as what tells two names apart (a size, a place) often stands at the end."""
    if metrics.horizontalAdvance(words) <= width:
        return (words,)
    at = end = 0
    while (end := words.find(" ", end + 1)) > 0 and metrics.horizontalAdvance(words[:end]) <= width:
        at = end
    if not at:
        return (metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, width),)
    return words[:at], metrics.elidedText(words[at + 1 :], Qt.TextElideMode.ElideMiddle, width)


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of a `Table`."""

    def __init__(self, theme: Theme, parent: QWidget, *, tall: bool) -> None:
        super().__init__(parent)
        self._theme = theme
        self._height = TALL_ROW if tall else ROW
        weight = QFont.Weight
        self._fonts = {False: text_font(TEXT), True: text_font(TEXT, weight.DemiBold)}
        self._small, self._chip = text_font(SMALL), text_font(SMALL, weight.DemiBold)
        self._line_height, self._small_height = _LINE, _SMALL_LINE

    def width(self, words: str, second: str, *, strong: bool) -> int:
        """The width at which a cell with these words is not cut."""
        first = QFontMetrics(self._fonts[strong]).horizontalAdvance(words)
        return 2 * PAD + 1 + max(first, QFontMetrics(self._small).horizontalAdvance(second))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, self._height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = self._theme
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("accent_soft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("sunken"))
        if index.row() + 1 < index.model().rowCount():
            painter.setPen(theme.colour("line"))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        words = index.data(Qt.ItemDataRole.DisplayRole) or ""
        second = index.data(CellRole.SECOND) or ""
        tone = index.data(CellRole.TONE) or ""
        look = index.data(CellRole.LOOK) or Look()
        room = rect.adjusted(PAD, 0, -PAD, 0)
        if look.chip:
            self._paint_chip(painter, room, words, tone, look, option.direction)
            return
        icon = index.data(CellRole.ICON)
        if icon:
            colour = theme.tone(tone or "muted").name()
            pixmap = svg_pixmap(icon, colour, ICON, painter.device().devicePixelRatio())
            start = self._start(room, ICON, option.direction)
            painter.drawPixmap(start, rect.center().y() - ICON // 2 + 1, pixmap)
            moved = ICON + PAD
            mirrored = option.direction is Qt.LayoutDirection.RightToLeft
            room = room.adjusted(0, 0, -moved, 0) if mirrored else room.adjusted(moved, 0, 0, 0)
            tone = ""  # the icon has it; the words beside it stay plain
        ink = theme.tone(tone) if tone else theme.colour("muted" if look.quiet else "text")
        short = index.data(CellRole.SHORT) or 0
        if short:
            digits = QFontMetricsF(self._fonts[look.strong]).horizontalAdvance("0" * short)
            room = room.adjusted(0, 0, -round(digits), 0)
        font = self._fonts[look.strong]
        lines = (words,) if look.end else in_lines(words, QFontMetrics(font), room.width())
        if len(lines) == 2:
            high, small = self._line_height, self._small_height
            top = room.center().y() - (high + (small // 2 if second else 0))
            for at, words in enumerate(lines):
                place = QRect(room.left(), top + at * high, room.width(), high)
                self._line(painter, place, words, font, ink, look)
            below = QRect(room.left(), top + 2 * high, room.width(), small)
            self._line(painter, below, second, self._small, theme.colour("muted"), look)
            return
        if not second:
            self._line(painter, room, words, font, ink, look)
            return
        first_line = QRect(room.left(), room.center().y() - 21, room.width(), 22)
        self._line(painter, first_line, words, font, ink, look)
        self._line(painter, first_line.translated(0, 21), second, self._small, theme.colour("muted"), look)

    @staticmethod
    def _start(room: QRect, width: int, direction: Qt.LayoutDirection) -> int:
        """Where something of this width begins at the start of a line."""
        return room.right() - width + 1 if direction is Qt.LayoutDirection.RightToLeft else room.left()

    def _line(self, painter: QPainter, rect: QRect, words: str, font: QFont, ink: QColor, look: Look) -> None:
        painter.setFont(font)
        painter.setPen(QPen(ink))
        side = FIGURES if look.end else Qt.AlignmentFlag.AlignLeading
        fitted = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), fitted)

    def _paint_chip(
        self, painter: QPainter, room: QRect, words: str, tone: str, look: Look, direction: Qt.LayoutDirection
    ) -> None:
        if not words:
            return
        metrics = QFontMetrics(self._chip)
        width = min(room.width(), metrics.horizontalAdvance(words) + 20)
        at_right = look.end is not (direction is Qt.LayoutDirection.RightToLeft)
        left = room.right() - width + 1 if at_right else room.left()
        chip = QRect(left, room.center().y() - _CHIP // 2 + 1, width, _CHIP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.ground(tone))
        painter.drawRoundedRect(chip, _CHIP / 2, _CHIP / 2)
        painter.setFont(self._chip)
        painter.setPen(self._theme.tone(tone or "muted"))
        fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width - 16)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), fitted)
        painter.restore()
