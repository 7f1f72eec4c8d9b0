"""Python's collector works on the GUI thread, when nobody waits, and is given back."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from app.desktop.housekeeping import Housekeeping


class Knot:
    """Something that only the collector can let go of."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def waits() -> list[bool]:
    return [False]


@pytest.fixture
def keeping(qtbot: Any, waits: list[bool]) -> Iterator[Housekeeping]:
    made = Housekeeping(lambda: waits[-1])
    yield made
    made.stop()


def left_behind() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


def test_work_on_another_thread_is_never_halted_by_the_collector(keeping: Housekeeping) -> None:
    seen: list[str] = []

    def note(phase: str, _about: object) -> None:
        seen.append(f"{phase} on {threading.current_thread().name}")

    gc.callbacks.append(note)
    try:
        worker = threading.Thread(target=lambda: [[n] for n in range(100_000)])
        worker.start()
        worker.join()
    finally:
        gc.callbacks.remove(note)

    assert seen == []


def test_what_nobody_holds_any_more_goes_at_a_tick(keeping: Housekeeping) -> None:
    keeping.tick()
    knot = left_behind()
    assert knot() is not None

    keeping.tick()

    assert knot() is None


def test_it_does_nothing_while_somebody_waits(keeping: Housekeeping, waits: list[bool]) -> None:
    keeping.tick()
    knot = left_behind()

    waits.append(True)
    keeping.tick()

    assert knot() is not None


def test_it_ticks_by_itself(qtbot: Any, keeping: Housekeeping) -> None:
    keeping.tick()
    knot = left_behind()

    qtbot.waitUntil(lambda: knot() is None, timeout=30_000)


def test_python_has_it_all_back_in_the_end(qtbot: Any) -> None:
    before = gc.isenabled(), gc.get_freeze_count(), sys.getswitchinterval()
    keeping = Housekeeping(lambda: False)
    keeping.tick()
    during = gc.isenabled(), sys.getswitchinterval() < before[2]

    keeping.stop()

    assert during == (False, True)
    assert (gc.isenabled(), gc.get_freeze_count(), sys.getswitchinterval()) == before
