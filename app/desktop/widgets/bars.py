"""A small bar plot: figures over the bars, names below them. Painted, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme import GRID, SMALL, Theme, text_font

_ROUND = 3
_SMALLEST = 3  # px: the least that is more than nothing must be seen


class PlotBar(Protocol):
    """One bar: its name, how much, the figure over it ('' = none) and its tone."""

    @property
    def label(self) -> str: ...

    @property
    def units(self) -> int: ...

    @property
    def figure(self) -> str: ...

    @property
    def tone(self) -> str: ...


class BarPlot(QWidget):
    """See the module. What it shows is said in its accessible description too."""

    def __init__(self, theme: Theme, *, name: str, label: str, height: int = 132) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._theme, self._height = theme, height
        self._bars: tuple[PlotBar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_bars(self, bars: Sequence[PlotBar], spoken: str) -> None:
        """Show these, first at the start of the line."""
        self._bars = tuple(bars)
        self.setAccessibleDescription(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names, figures = text_font(SMALL), text_font(SMALL, QFont.Weight.DemiBold)
        foot, head = QFontMetrics(names).height() + 4, QFontMetrics(figures).height() + 2
        floor = self.height() - foot
        tallest = max(1, *(bar.units for bar in self._bars))
        slot = self.width() / len(self._bars)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        centre = int(Qt.AlignmentFlag.AlignCenter)
        for at, bar in enumerate(self._bars):
            place = len(self._bars) - 1 - at if mirrored else at
            room = QRect(round(place * slot), 0, round(slot), self.height())
            full = floor - head
            tall = max(_SMALLEST, round(full * bar.units / tallest)) if bar.units > 0 else 0
            if tall:
                width = min(slot - GRID / 2, 32.0)
                column = QRectF(room.center().x() - width / 2 + 0.5, floor - tall, width, tall)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.tone(bar.tone or "accent"))
                painter.drawRoundedRect(column, _ROUND, _ROUND)
                painter.setPen(self._theme.colour("text"))
                painter.setFont(figures)
                painter.drawText(
                    QRect(room.left(), floor - tall - head, room.width(), head), centre, bar.figure
                )
            painter.setPen(self._theme.colour("muted"))
            painter.setFont(names)
            painter.drawText(
                QRect(room.left() - 6, floor + 2, room.width() + 12, foot),
                centre,
                self._short(bar, names, slot),
            )
        painter.setPen(self._theme.colour("line"))
        painter.drawLine(0, floor, self.width(), floor)
        painter.end()

    def _short(self, bar: PlotBar, font: QFont, slot: float) -> str:
        """The bar's name, or its first letters where the columns are narrow."""
        metrics = QFontMetrics(font)
        for words in (bar.label, bar.label[:3], bar.label[:1]):
            if metrics.horizontalAdvance(words) <= slot + 2:
                return words
        return ""
