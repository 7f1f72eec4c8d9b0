"""The pad a customer signs on: a mouse, a finger and a pen draw on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete
from signing_kit import draw

from app.desktop.theme import Theme
from app.desktop.widgets.signature_pad import SignaturePad
from app.domain.strokes import GRID, as_strokes


@pytest.fixture
def pad(qtbot: Any, house_style: Theme) -> SignaturePad:
    made = SignaturePad(house_style, name="pad")
    qtbot.addWidget(made)
    made.resize(400, 160)
    made.show()
    return made


def test_a_drawing_keeps_its_shape_whatever_the_size_of_the_pad(pad: SignaturePad) -> None:
    draw(pad, [QPoint(40, 40), QPoint(40, 80), QPoint(80, 80)])

    assert as_strokes(pad.text) == (((1000, 1000), (1000, 2000), (2000, 2000)),)


def test_clearing_is_undone_rather_than_asked_about(pad: SignaturePad) -> None:
    draw(pad)
    drawn = pad.text

    QTest.keyClick(pad, Qt.Key.Key_Delete)
    cleared = pad.text
    QTest.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert (cleared, pad.text) == ("", drawn)


def test_a_stroke_that_leaves_the_pad_stays_on_the_grid(pad: SignaturePad) -> None:
    draw(pad, [QPoint(10, 10), QPoint(-50, -50), QPoint(900, 900)])

    points = [point for stroke in as_strokes(pad.text) for point in stroke]
    assert points[1] == (0, 0)
    assert points[2] == (GRID, 4000)


@pytest.fixture
def screen(qapp: Any) -> Iterator[Any]:
    """A touchscreen, for as long as the test: windows made beside one hold presses back."""
    made = QTest.createTouchDevice()
    yield made
    delete(made)


def test_a_finger_draws(pad: SignaturePad, screen: Any) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(40, 40), pad).commit()
    QTest.touchEvent(pad, screen).move(0, QPoint(80, 40), pad).commit()
    QTest.touchEvent(pad, screen).release(0, QPoint(80, 40), pad).commit()

    assert as_strokes(pad.text) == (((1000, 1000), (2000, 1000)),)


def test_a_pen_draws_and_the_hand_on_the_pad_does_not(pad: SignaturePad) -> None:
    pen(pad, QTabletEvent.Type.TabletPress, 40)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
    pen(pad, QTabletEvent.Type.TabletMove, 80)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
    pen(pad, QTabletEvent.Type.TabletRelease, 80)

    assert as_strokes(pad.text) == (((1000, 1000), (2000, 1000)),)


def test_a_stroke_whose_end_was_never_told_does_not_lock_the_pad(pad: SignaturePad) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))

    assert as_strokes(pad.text) == (((1000, 1000),),)


def pen(pad: SignaturePad, kind: QTabletEvent.Type, x: int) -> None:
    place = QPointF(x, 40)
    event = QTabletEvent(
        kind, QPointingDevice.primaryPointingDevice(), place, place, 0.5, 0, 0, 0, 0, 0,
        Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton,
    )  # fmt: skip
    QApplication.sendEvent(pad, event)


def test_the_pad_tells_what_is_drawn(pad: SignaturePad, qtbot: Any) -> None:
    told: list[str] = []
    pad.changed.connect(told.append)

    draw(pad)
    pad.clear()

    assert told[0] != ""
    assert told[1] == ""
