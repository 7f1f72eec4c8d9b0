"""Hands on the real tablet app: runs it in this process and does what the lines on stdin say, with QTest.

    driver.py ARGUMENTS OF trunkline       then, line by line, {"do": "click", "name": "rail.quotes"} …

Each step is answered with a line {"ok": true, "got": …} or {"ok": false, "why": …}. A step waits until its widget is
in sight and enabled, as a person would, and gives up after `patience` seconds. Nothing of the app is replaced: its
own main, threads, HTTP and keyring. Steps never nest event loops, so the app lives exactly as it does without us.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Generator
from typing import Any

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QTableView,
    QWidget,
)

Step = Generator[None, None, Any]
PATIENCE = 20.0


class CannotDo(Exception):
    """The step cannot be done; the message says what was looked for and what was there."""


# -- looking -------------------------------------------------------------------------------------------------


def named(name: str) -> QWidget | None:
    """The visible widget of that name, the last made when there are several."""
    found = [one for one in QApplication.allWidgets() if one.objectName() == name and in_sight(one)]
    return found[-1] if found else None


def in_sight(widget: QWidget) -> bool:
    return widget.isVisible() and widget.width() > 0 and widget.window().isVisible()


def own_words(widget: QWidget) -> str:
    """What this widget itself says."""
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return widget.text() or (widget.accessibleName() if isinstance(widget, QAbstractButton) else "")
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QProgressBar):
        return widget.text()
    return ""


def words(widget: QWidget) -> str:
    """Everything that stands in this widget, line by line."""
    if isinstance(widget, QTableView):
        return "\n".join(" | ".join(cells) for cells in table(widget))
    own = own_words(widget)
    if own or isinstance(widget, QLineEdit | QLabel):
        return own
    parts = [words(one) for one in widget.children() if isinstance(one, QWidget) and in_sight(one)]
    return "\n".join(part for part in parts if part)


def table(view: QTableView) -> list[list[str]]:
    """The rows as a screen reader hears them, then the cells."""
    model = view.model()
    rows = []
    for row in range(model.rowCount()):
        cells = [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) or "")]
        for column in range(model.columnCount()):
            if not view.isColumnHidden(column):
                tip = model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
                cells.append(" · ".join(str(tip or "").splitlines()))
        rows.append(cells)
    return rows


def everything() -> list[str]:
    """Names and words of what is in sight: what a failing step shows."""
    lines = []
    for one in QApplication.allWidgets():
        if one.objectName() and in_sight(one) and not one.objectName().startswith("qt_"):
            state = "" if one.isEnabled() else " (disabled)"
            said = words(one) if isinstance(one, QTableView) else own_words(one)
            lines.append(f"{one.objectName()}{state}: {said}"[:300])
    return sorted(lines)


# -- doing ---------------------------------------------------------------------------------------------------


def until_shown(name: str, patience: float, *, enabled: bool = True) -> Generator[None, None, QWidget]:
    """Wait for a widget; raises CannotDo."""
    ends = time.monotonic() + patience
    while True:
        widget = named(name)
        if widget is not None and (widget.isEnabled() or not enabled):
            return widget
        if time.monotonic() > ends:
            raise CannotDo(f"{name} is {'disabled' if widget else 'not in sight'}")
        yield


def reveal(widget: QWidget) -> None:
    """Scroll to it, as a person does before tapping."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()


def do_click(name: str, patience: float = PATIENCE) -> Step:
    widget = yield from until_shown(name, patience)
    reveal(widget)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def do_type(name: str, text: str, end: str = "", patience: float = PATIENCE) -> Step:
    """Replace what stands in a field by typing; `end` is a key pressed after it ('Return', 'Tab')."""
    widget = yield from until_shown(name, patience)
    reveal(widget)
    widget.setFocus()
    assert isinstance(widget, QLineEdit), f"{name} is no field"
    widget.selectAll()
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    if text.isascii():
        QTest.keyClicks(widget, text)
    else:
        widget.insert(text)  # QTest aborts on other letters
    if end:
        QTest.keyClick(widget, Qt.Key[f"Key_{end}"])


def do_press(name: str, key: str, patience: float = PATIENCE) -> Step:
    widget = yield from until_shown(name, patience)
    QTest.keyClick(widget, Qt.Key[f"Key_{key}"])


def do_row(name: str, has: str, patience: float = PATIENCE) -> Step:
    """Tap the row of a table in which `has` stands: on its words, for a column of its own may do something else.

    The rows may be looked for anew while it is scrolled to; it is tapped where it stands then, as a person's eye does.
    """
    ends = time.monotonic() + patience
    scrolled = -1
    while True:
        view = yield from until_shown(name, patience)
        assert isinstance(view, QAbstractItemView), f"{name} is no table"
        rows = [" | ".join(cells) for cells in table(view)]  # type: ignore[arg-type]
        row = next((at for at, said in enumerate(rows) if has in said), -1)
        if row >= 0:
            model = view.model()
            cells = [model.index(row, column) for column in range(model.columnCount())]
            index = next((one for one in cells if str(one.data() or "")), cells[0])
            if row == scrolled:
                break
            view.scrollTo(index)
        elif time.monotonic() > ends:
            raise CannotDo(f"no row with {has!r} in {name}: {rows[:20]}")
        scrolled = row
        yield
    at: QPoint = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    return rows[row]


def do_wait(name: str, has: str = "", gone: bool = False, patience: float = PATIENCE) -> Step:
    """Until the widget is in sight and says `has`; or, with `gone`, no longer does. Answers what it says."""
    ends = time.monotonic() + patience
    while True:
        widget = named(name)
        said = words(widget) if widget is not None else ""
        if (widget is not None and has in said) != gone:
            return said
        if time.monotonic() > ends:
            raise CannotDo(f"{name} {'still' if gone else 'never'} said {has!r}; it says {said!r}")
        yield


def do_read(name: str, patience: float = PATIENCE) -> Step:
    widget = yield from until_shown(name, patience, enabled=False)
    return table(widget) if isinstance(widget, QTableView) else words(widget)


def do_enabled(name: str, patience: float = PATIENCE) -> Step:
    yield from until_shown(name, patience)


def do_shot(file: str) -> Step:
    """A picture of the window."""
    yield
    window = named("window")
    assert window is not None, "no window"
    assert window.grab().save(file), f"cannot write {file}"


def do_screen(file: str) -> Step:
    """A picture of the whole screen, as the window system has it."""
    ends = time.monotonic() + 0.5  # what was shown has to be drawn
    while time.monotonic() < ends:
        yield
    picture = QApplication.primaryScreen().grabWindow(0)
    assert not picture.isNull(), "this window system gives no picture of the screen"
    assert picture.save(file), f"cannot write {file}"


def do_find(starts: list[str]) -> Step:
    """The names in sight that begin so, in the order of the names."""
    yield
    found = {one.objectName() for one in QApplication.allWidgets() if in_sight(one)}
    return sorted(one for one in found if one.startswith(tuple(starts)))


def do_tree() -> Step:
    yield
    return everything()


def do_quit() -> Step:
    """Close the window, as a person does; the app ends by itself."""
    yield
    window = named("window")
    assert window is not None, "no window"
    QTimer.singleShot(0, window.close)


class Hands(QObject):
    """Takes a step at a time from stdin and goes on with it at every tick."""

    came = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.step: Step | None = None
        self.tick = QTimer(self)
        self.tick.setInterval(10)
        self.tick.timeout.connect(self.go_on)
        self.came.connect(self.begin, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self.listen, daemon=True).start()
        say({"ok": True, "got": "ready"})

    def listen(self) -> None:
        for line in iter(sys.stdin.readline, ""):
            self.came.emit(line)

    def begin(self, line: str) -> None:
        told = json.loads(line)
        self.step = globals()[f"do_{told.pop('do')}"](**told)
        self.tick.start()
        self.go_on()

    def go_on(self) -> None:
        if self.step is None:
            return
        try:
            next(self.step)
        except StopIteration as done:
            self.answer({"ok": True, "got": done.value})
        except Exception as err:  # told to whoever plays; the app is not to blame
            self.answer({"ok": False, "why": f"{type(err).__name__}: {err}", "tree": everything()})

    def answer(self, answer: dict[str, Any]) -> None:
        self.tick.stop()
        self.step = None
        say(answer)


def say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


class DrivenApplication(QApplication):
    """The application, with somebody's hands on it from the moment it lives."""

    def exec(self) -> int:  # type: ignore[override]
        self.hands = Hands()
        return QApplication.exec()


if __name__ == "__main__":
    QtWidgets.QApplication = DrivenApplication  # type: ignore[misc]
    from app.desktop.main import main

    sys.exit(main(sys.argv[1:]))
