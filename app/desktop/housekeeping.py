"""Python beside a window: its collector works on the GUI thread, when nobody waits.

Left alone it works on whichever thread has just made something, halts all others meanwhile, and goes through everything
that the app holds: a tenth of a second in the middle of a key while a first load comes in. And what it finds may be
widgets, which no other thread may destroy. So it is switched off, and done here.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

TICK_MS = 2_000
WHOLE_EVERY = 150  # ticks: what is old is gone through every five minutes, what is young at every tick
SWITCH = 0.001  # seconds that a thread may go on when another one wants to; Python's own measure is five times that


class Housekeeping(QObject):
    """Collects from the moment it is made until `stop`. `waited_for`: whether somebody waits for an answer now."""

    def __init__(self, waited_for: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waited_for = waited_for
        self._ticks = 0
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def tick(self) -> None:
        """Collect, unless somebody waits. What is there at the first tick is not looked at any more: modules stay."""
        if self._waited_for():
            return
        self._ticks += 1
        if self._ticks == 1:
            gc.freeze()
        gc.collect(2 if self._ticks % WHOLE_EVERY == 0 else 1)

    def stop(self) -> None:
        """Give everything back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(self._switch)
