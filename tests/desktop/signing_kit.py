"""A hand that signs: strokes on a pad, drawn with the mouse as they would be with a finger."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


def draw(pad: QWidget, places: Sequence[QPoint] = ()) -> None:
    """One stroke through these places; without them a wave over the line."""
    first, *others = places or wave(pad)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=first)
    for place in others:
        QTest.mouseMove(pad, place)
        QApplication.processEvents()
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=[first, *others][-1])


def wave(pad: QWidget) -> list[QPoint]:
    high = pad.height()
    return [QPoint(20 + 5 * at, round(high / 2 + high / 5 * math.sin(at / 3))) for at in range(24)]
