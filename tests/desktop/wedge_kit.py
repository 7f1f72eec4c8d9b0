"""A keyboard-wedge scanner and a typing person, as key events with time stamps of their own: no test waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

GS = "\x1d"
STENT, GAUZE = "07032069804988", "4006381333931"
L1, L2 = f"01{STENT}1727063010L1", f"01{STENT}1727013110L2"
_starts = count(1_000_000, 10_000)


@dataclass
class Keys:
    """Keys pressed at the window in front of a stage; `at` is the time stamp of the last one (ms)."""

    stage: Any
    at: int = 0

    def press(
        self, key: Qt.Key, text: str = "", *, after: int = 5, how: Any = None, repeat: bool = False
    ) -> None:
        """One key, pressed so many ms after the last one, and let go."""
        window = QGuiApplication.focusWindow()
        assert window is not None, "no window has the keyboard"
        self.at += after
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            made = QKeyEvent(kind, key, how or Qt.KeyboardModifier.NoModifier, text, repeat)
            made.setTimestamp(self.at)
            QCoreApplication.sendEvent(window, made)

    def send(self, text: str, *, gap: int = 5, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """A text at one pace; FNC1 as Ctrl+]."""
        if (
            QGuiApplication.focusWindow() is None
        ):  # a sheet has gone; offscreen, nobody brings the window back
            self.stage.window.activateWindow()
            self.stage.wait(lambda: QGuiApplication.focusWindow() is not None)
        self.at = max(self.at + 1_000, next(_starts))
        for one in text:
            if one == GS:
                self.press(Qt.Key.Key_BracketRight, GS, after=gap, how=Qt.KeyboardModifier.ControlModifier)
            else:
                self.press(Qt.Key(ord(one.upper())), one, after=gap)
        if end is not None:
            self.press(end, "\r" if end is Qt.Key.Key_Return else "\t", after=gap)

    def scan(self, code: str, **how: Any) -> None:
        """A label under the scanner, and what comes of it."""
        self.send(code, **how)
        self.stage.settle()

    def type(self, text: str, *, end: Qt.Key | None = None) -> None:
        """As a person types, fast."""
        self.send(text, gap=60, end=end)
        self.stage.settle()


def with_codes(world: Any) -> None:
    """The office gives the products of the small world their numbers: p1 by lot, with a box of ten; p2 untracked."""
    from sqlalchemy import text

    from sync.server.feed import unit_of_work

    with world.engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM product ORDER BY id")).mappings()
        rows = [{k: v for k, v in one.items() if k != "rowid"} for one in found]
    box = {
        "id": "k1",
        "product_id": "p1",
        "gtin": "1" + STENT[1:-1] + "5",
        "level": "package",
        "quantity": 10,
    }
    with unit_of_work(world.engine) as work:
        work.put("product", [{**rows[0], "gtin": STENT}, {**rows[1], "gtin": GAUZE}, *rows[2:]])
        work.put("pack", [{**box, "origin": "test"}])
