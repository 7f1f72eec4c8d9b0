"""The scanner in Settings: its prefix and its end are set, and a scan is tried out, by real keys."""

from __future__ import annotations

from typing import Any

import pytest
from finger import Finger, finger_at
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from wedge_kit import L1, Keys, with_codes


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    with_codes(sqlite_world)
    return sqlite_world.tablet("rep")


@pytest.fixture
def finger(stage: Any) -> Finger:
    made = finger_at(stage)
    stage.wait(lambda: QGuiApplication.focusWindow() is stage.window.windowHandle())
    stage.go("settings")
    return made


def ready(finger: Finger) -> Keys:
    """The field to try, tapped."""
    field = finger.find("settings.scanner.try", QLineEdit)
    finger.tap("settings.scanner.try")
    field.setFocus()
    return Keys(finger.stage)


def told(finger: Finger) -> list[str]:
    lines: list[str] = []
    while finger.sees(f"settings.scanner.line.{len(lines)}"):
        lines.append(finger.words(f"settings.scanner.line.{len(lines)}"))
    return lines


def test_a_scan_tried_out_says_what_was_read_and_how_it_is_understood(finger: Finger) -> None:
    ready(finger).scan(L1)

    assert finger.words("settings.scanner.title") == "Works"
    assert told(finger) == [
        f"This came: {L1}",
        "Return came after it.",
        "Product number: 07032069804988",
        "Product: Stent p1",
        "Lot: L1",
        "Expires: Jun 30, 2027",
    ]
    assert finger.find("settings.scanner.try", QLineEdit).text() == ""


def test_a_prefix_is_found_and_left_out_with_one_tap(finger: Finger) -> None:
    keys = ready(finger)
    keys.scan("~" + L1)
    assert finger.words("settings.scanner.title") == "Not understood"

    finger.tap("settings.scanner.use_prefix")
    keys.scan("~" + L1)

    assert finger.words("settings.scanner.title") == "Works"
    assert "“~” before it is left out." in told(finger)
    assert finger.stage.asked[-1] == "hear ~…either"
    finger.stage.go("trunk")
    keys.scan("~" + L1)
    assert finger.words("trunk.sale.item.0.lots") == "Lot L1"


def test_a_bad_label_says_what_is_wrong_with_it(finger: Finger) -> None:
    ready(finger).scan(L1[:15] + "7" + L1[16:])

    assert finger.words("settings.scanner.title") == "Not understood"
    assert told(finger)[2].startswith("Check digit wrong.")


def test_a_scan_without_its_end_is_told_and_choosing_nothing_mends_it(finger: Finger) -> None:
    keys = ready(finger)
    keys.send(L1, end=None)
    finger.stage.wait(lambda: finger.sees("settings.scanner.answer"))
    assert told(finger)[1].startswith("It came like typing. If a scanner sent it, choose what it sends")

    finger.tap("settings.scanner.end.nothing")
    ready(finger).send(L1, end=None)
    finger.stage.wait(lambda: finger.words("settings.scanner.title") == "Works")
    finger.stage.settle()

    assert told(finger)[1] == "Nothing came after it."


def test_elsewhere_in_settings_a_scanner_only_types(finger: Finger) -> None:
    finger.find("settings.company", QLineEdit).setFocus()
    finger.find("settings.company", QLineEdit).selectAll()

    Keys(finger.stage).scan(L1)

    assert finger.find("settings.company", QLineEdit).text() == L1
    assert not finger.sees("settings.scanner.answer")


def test_the_prefix_typed_and_the_end_chosen_are_asked_to_be_kept(finger: Finger) -> None:
    finger.tap("settings.scanner.end.tab")
    QTest.keyClicks(finger.find("settings.scanner.prefix", QLineEdit), "#")

    assert finger.stage.asked[-2:] == ["hear …tab", "hear #…tab"]
    assert finger.stage.window.wedge.settings.end == "tab"


def test_the_field_to_try_is_reached_by_tab(finger: Finger) -> None:
    field = finger.find("settings.scanner.end.nothing")
    field.setFocus(Qt.FocusReason.TabFocusReason)

    QTest.keyClick(field, Qt.Key.Key_Tab)

    assert finger.find("settings.scanner.try", QLineEdit).hasFocus()
