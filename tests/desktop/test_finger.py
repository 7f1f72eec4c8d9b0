"""The finger of the journeys refuses what a person's could not hit: a journey that passes can be walked."""

from __future__ import annotations

from typing import Any

import pytest
from finger import Finger, finger_at
from PySide6.QtWidgets import QFrame, QPushButton, QTableView, QWidget


@pytest.fixture
def finger(stage: Any) -> Finger:
    stage.go("trunk")
    return finger_at(stage)


def _button(finger: Finger, name: str, size: int) -> QPushButton:
    made = QPushButton(name, finger.stage.window)
    made.setObjectName(name)
    made.setFixedSize(size, size)
    made.setStyleSheet("min-height: 0; min-width: 0; padding: 0")
    made.move(300, 300)
    made.show()
    return made


def test_a_tap_presses_the_button_and_is_counted(finger: Finger) -> None:
    pressed: list[str] = []
    _button(finger, "big", 60).clicked.connect(lambda: pressed.append("big"))

    finger.tap("big")

    assert (len(pressed), finger.taps) == (1, ["big"])


def test_what_is_too_small_for_a_finger_is_refused(finger: Finger) -> None:
    _button(finger, "small", 30)

    with pytest.raises(AssertionError, match="too small"):
        finger.tap("small")


def test_what_lies_under_something_else_is_refused(finger: Finger) -> None:
    below = _button(finger, "below", 60)
    over: QWidget = QFrame(finger.stage.window)
    over.setObjectName("over")
    over.setGeometry(below.geometry())
    over.show()

    with pytest.raises(AssertionError, match="covered by over"):
        finger.tap("below")


def test_more_taps_than_promised_fail_and_name_each(finger: Finger) -> None:
    _button(finger, "big", 60)

    def twice() -> None:
        with finger.at_most(1, "pressing"):
            finger.tap("big")
            finger.tap("big")

    with pytest.raises(AssertionError, match="takes 2 taps: big, big"):
        twice()


def test_a_row_of_a_list_is_tapped_where_it_is_drawn(finger: Finger) -> None:
    finger.tap_row("trunk.list", 1)

    assert finger.find("trunk.list", QTableView).currentIndex().row() == 1
