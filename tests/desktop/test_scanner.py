"""A scan is told from typing by its keys' time stamps, and nothing that was typed is ever lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from wedge_kit import GS, Keys

from app.desktop.scanner import Heard, Wedge, WedgeSettings, tidy

LABEL = "0107032069804988" + "10L1"


class Bench(QWidget):
    """A window with a field and a button; `scans` are the codes given, `taking` whether somebody takes them."""

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        super().__init__()
        self.field, self.button = QLineEdit(), QPushButton("Go")
        self.taking, self.text_field = True, False
        self.scans: list[str] = []
        self.edits: list[str] = []
        self.returns: list[str] = []
        self.pressed: list[bool] = []
        self.field.textEdited.connect(self.edits.append)
        self.field.returnPressed.connect(lambda: self.returns.append(self.field.text()))
        self.button.clicked.connect(self.pressed.append)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.button)
        self.wedge = Wedge(
            self,
            lambda: self.scans if self.taking else None,
            lambda _code, _at: not self.text_field,
            settings,
        )
        self.wedge.scanned.connect(self.scans.append)

    def settle(self) -> None:
        QGuiApplication.processEvents()


def bench_in_front(qtbot: Any, settings: WedgeSettings | None = None) -> Bench:
    made = Bench(settings)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.field.setFocus()
    return made


@pytest.fixture
def bench(qtbot: Any, house_style: Any) -> Iterator[Bench]:
    made = bench_in_front(qtbot)
    yield made
    made.wedge.listen_to(None)


def test_a_scan_is_given_whole_and_leaves_nothing_in_the_field(bench: Bench) -> None:
    bench.field.setText("PO-7")

    Keys(bench).scan(LABEL)

    assert bench.scans == [LABEL]
    assert bench.field.text() == "PO-7"
    assert bench.returns == []
    assert bench.edits[-1] == "PO-7"  # whoever listened to the first key hears that it is gone


def test_what_was_selected_is_selected_again_after_a_scan(bench: Bench) -> None:
    bench.field.setText("PO-7")
    bench.field.selectAll()

    Keys(bench).scan(LABEL)

    assert (bench.field.text(), bench.field.selectedText()) == ("PO-7", "PO-7")


def test_a_person_types_return_and_all(bench: Bench) -> None:
    Keys(bench).type("hospital", end=Qt.Key.Key_Return)

    assert (bench.scans, bench.field.text(), bench.returns) == ([], "hospital", ["hospital"])


@pytest.mark.parametrize(
    ("text", "gap", "end"),
    [
        ("12345", 5, Qt.Key.Key_Return),  # too short for a code
        ("123456789", 36, Qt.Key.Key_Return),  # a little too slow
        ("123456789", 5, None),  # nothing behind it
    ],
)
def test_what_is_no_scan_is_typed_in_its_order(
    qtbot: Any, bench: Bench, text: str, gap: int, end: Qt.Key | None
) -> None:
    Keys(bench).send(text, gap=gap, end=end)

    qtbot.waitUntil(lambda: bench.field.text() == text)
    assert bench.scans == []
    assert bench.returns == ([text] if end else [])


def test_two_keys_that_come_together_wait_a_moment_and_are_not_lost(qtbot: Any, bench: Bench) -> None:
    Keys(bench).send("ab", gap=4, end=None)

    qtbot.waitUntil(lambda: bench.field.text() == "ab")


def test_a_fast_burst_and_then_slow_typing_is_all_typed(bench: Bench) -> None:
    keys = Keys(bench)
    keys.send("abc", end=None)
    keys.press(Qt.Key.Key_D, "d", after=200)

    assert bench.field.text() == "abcd"


def test_a_scan_that_the_window_was_too_busy_for_is_a_scan_by_its_time_stamps(
    qtbot: Any, bench: Bench
) -> None:
    keys = Keys(bench)
    keys.send(LABEL[:9], end=None)
    qtbot.waitUntil(lambda: bench.field.text() == LABEL[:9])  # held no longer
    for one in LABEL[9:]:
        keys.press(Qt.Key(ord(one)), one)
    keys.press(Qt.Key.Key_Return, "\r")

    assert (bench.scans, bench.field.text()) == ([LABEL], "")


def test_a_finger_that_stays_on_a_key_is_no_scanner(bench: Bench) -> None:
    keys = Keys(bench)
    keys.send("0", end=None)
    for _ in range(9):
        keys.press(Qt.Key.Key_0, "0", after=30, repeat=True)
    keys.press(Qt.Key.Key_Return, "\r", after=30)

    assert (bench.scans, bench.field.text(), bench.returns) == ([], "0" * 10, ["0" * 10])


def test_where_nobody_takes_codes_a_scanner_types(bench: Bench) -> None:
    bench.taking = False

    Keys(bench).scan(LABEL)

    assert (bench.scans, bench.field.text(), bench.returns) == ([], LABEL, [LABEL])


def test_a_code_that_is_the_fields_own_text_is_typed_into_it(bench: Bench) -> None:
    bench.text_field = True

    Keys(bench).scan("PO-123456")

    assert (bench.scans, bench.field.text(), bench.returns) == ([], "PO-123456", ["PO-123456"])


def test_a_scan_at_a_button_presses_nothing(bench: Bench) -> None:
    bench.button.setFocus()

    Keys(bench).scan("A 0123456")

    assert (bench.scans, bench.pressed) == (["A 0123456"], [])


def test_fnc1_comes_as_control_bracket_as_f8_or_spelled_out(bench: Bench) -> None:
    keys = Keys(bench)
    keys.scan(f"10L1{GS}21S7")
    keys.send("10L1", end=None)
    keys.press(Qt.Key.Key_F8)
    for one in "21S7":
        keys.press(Qt.Key(ord(one)), one)
    keys.press(Qt.Key.Key_Tab, "\t")
    keys.scan("10L1<GS>21S7")

    assert bench.scans == [f"10L1{GS}21S7"] * 3


def test_shift_between_the_keys_is_no_end(bench: Bench) -> None:
    keys = Keys(bench)
    keys.send("10ab", end=None)
    keys.press(Qt.Key.Key_Shift)
    for one in "CD2":
        keys.press(Qt.Key(ord(one)), one)
    keys.press(Qt.Key.Key_Return, "\r")

    assert bench.scans == ["10abCD2"]


def test_the_scanners_own_prefix_is_left_out(qtbot: Any, house_style: Any) -> None:
    made = bench_in_front(qtbot, WedgeSettings(prefix="~"))

    Keys(made).scan(f"~{LABEL}")

    assert made.scans == [LABEL]
    assert tidy("~~1", "~") == "~1"
    made.wedge.listen_to(None)


def test_keys_of_another_window_are_not_heard(qtbot: Any, bench: Bench) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    bench.wedge.listen_to(None)
    bench.wedge.listen_to(other.windowHandle())

    assert not bench.wedge.eventFilter(bench.windowHandle(), _event())
    other.close()


def _event() -> Any:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")


def test_a_window_that_is_gone_is_let_go(qtbot: Any, bench: Bench) -> None:
    other = QLineEdit()
    other.show()
    handle: QObject = other.windowHandle()
    bench.wedge.listen_to(other.windowHandle())
    del handle
    other.deleteLater()
    qtbot.waitUntil(lambda: bench.wedge._window is None)
    bench.wedge.listen_to(bench.windowHandle())


# -- as the scanner is set --------------------------------------------------------------------------------------------


def test_a_scan_that_nothing_ends_is_over_after_a_pause(bench: Bench, qtbot: Any) -> None:
    bench.wedge.set_up("", "nothing")

    Keys(bench).send(LABEL, end=None)
    qtbot.waitUntil(lambda: bench.scans == [LABEL])

    assert bench.field.text() == ""
    assert bench.wedge.heard == Heard(LABEL, "nothing")


@pytest.mark.parametrize(
    ("end", "key", "taken"),
    [
        ("either", Qt.Key.Key_Return, True),
        ("either", Qt.Key.Key_Tab, True),
        ("return", Qt.Key.Key_Return, True),
        ("return", Qt.Key.Key_Tab, False),
        ("tab", Qt.Key.Key_Tab, True),
        ("tab", Qt.Key.Key_Return, False),
        ("a word of an older version", Qt.Key.Key_Return, True),
    ],
)
def test_only_the_end_that_is_set_ends_a_scan(bench: Bench, end: str, key: Qt.Key, taken: bool) -> None:
    bench.wedge.set_up("", end)

    Keys(bench).send(LABEL, end=key)

    assert bench.scans == ([LABEL] if taken else [])


def test_what_came_is_known_with_its_prefix_and_the_code_is_without_it(bench: Bench) -> None:
    bench.wedge.set_up("~", "either")

    Keys(bench).send("~" + LABEL, end=Qt.Key.Key_Tab)

    assert bench.scans == [LABEL]
    assert bench.wedge.heard == Heard("~" + LABEL, "tab")
