"""From the start of a new process to its first frame: Trunkline against an empty QMainWindow of the same PySide6.

Both are started in turns, each in a process of its own with warm disk caches, and say when they were painted: a timer
of nothing after the window's first paint, on the clock that all processes of a machine share. Trunkline opens the
folder it is given, where somebody is signed in, through its own `main`, and says also when its first screen has rows.
Used by ui.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
PATIENCE = 60  # seconds for one start


def start(what: str, folder: Path) -> dict[str, float]:
    """Milliseconds from before the process to its frames: `frame`, and of Trunkline `usable`. `what`: app | empty."""
    world = {**os.environ, "PYTHONPATH": str(HOUSE), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, __file__, what, str(folder)]
    began = time.monotonic()
    done = subprocess.run(
        command, env=world, cwd=HOUSE, check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {name: (at - began) * 1000 for name, at in told.items()}


def _painted(paint: Callable[[Any, Any], None], say: Callable[[], None]) -> Callable[[Any, Any], None]:
    """A window's `paintEvent` that calls `say` once, when the first frame stands."""
    from PySide6.QtCore import QTimer

    painted: list[bool] = []

    def painting(self: Any, event: Any) -> None:
        if not painted:
            painted.append(True)
            QTimer.singleShot(0, say)
        paint(self, event)

    return painting


def _empty() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        paintEvent = _painted(QMainWindow.paintEvent, lambda: _end({"frame": time.monotonic()}))

    app = QApplication(sys.argv[:1])
    window = Window()
    window.resize(1280, 800)
    window.show()
    app.exec()


def _app(folder: str) -> None:
    from app.desktop import main, window

    told: dict[str, float] = {}

    def framed() -> None:
        told["frame"] = time.monotonic()

    window.Window.paintEvent = _painted(window.Window.paintEvent, framed)  # type: ignore[method-assign]
    loaded = window.Window._on_badges

    def on_badges(self: Any, answer: Any) -> None:
        loaded(self, answer)  # the reader answers in order: the first screen was read before
        self.repaint()
        _end({**told, "usable": time.monotonic()})

    window.Window._on_badges = on_badges  # type: ignore[method-assign]
    sys.exit(main.main(["--data", folder, "--sync-manually"]))


def _end(told: dict[str, float]) -> None:
    print(json.dumps(told), flush=True)
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        _empty()
    else:
        _app(sys.argv[2])
