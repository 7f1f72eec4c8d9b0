"""A lane: one thread that does one kind of work in the order it was asked for. `Waiting` is who waits for an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from queue import PriorityQueue

PATIENCE = (
    0.25  # seconds that long work stands still at a time for somebody who waits; then it does one more piece
)


class Waiting:
    """How many answers somebody waits for. Long work calls `give_way` between its pieces and stands still meanwhile.

    On a processor or two, beside an interpreter that runs one thread at a time, an answer that takes 10 ms alone takes
    ten times as long beside a loader that goes on. Long work is never kept for good: it waits at most PATIENCE, then it
    does a piece.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number, self._over = 0, False
        self._nobody = threading.Event()
        self._nobody.set()

    @property
    def number(self) -> int:
        return self._number

    def begin(self) -> None:
        """Somebody waits for one answer more; from any thread."""
        with self._lock:
            self._number += 1
            if not self._over:
                self._nobody.clear()

    def end(self) -> None:
        """One answer is there, or will never be; once for each `begin`."""
        with self._lock:
            self._number -= 1
            if self._number <= 0:
                self._nobody.set()

    def give_way(self, patience: float = PATIENCE) -> bool:
        """Stand still while somebody waits, at most `patience` seconds; False when they still do."""
        return self._nobody.is_set() or self._nobody.wait(patience)

    def close(self) -> None:
        """Nobody waits any more, whatever comes."""
        with self._lock:
            self._over = True
            self._nobody.set()


class Lane:
    """A named thread with a queue of jobs. A job that raises is handed to `failed` and the lane goes on."""

    def __init__(self, name: str, failed: Callable[[BaseException], None]) -> None:
        self._jobs: PriorityQueue[tuple[int, int, Callable[[], None] | None]] = PriorityQueue()
        self._tickets = count()
        self._failed = failed
        # A daemon, because a network read that hangs must not keep the program alive; close() waits for the others.
        self._thread = threading.Thread(target=self._run, name=f"trunkline-{name}", daemon=True)
        self._thread.start()

    def put(self, job: Callable[[], None], *, later: bool = False) -> None:
        """Do `job` after all that was put before it; `later`: also after all that is not."""
        self._jobs.put((int(later), next(self._tickets), job))

    def close(self, wait: float | None = None) -> bool:
        """Finish what is queued and end; False when that takes more than `wait` seconds (None: wait for it)."""
        self._jobs.put((2, next(self._tickets), None))
        self._thread.join(wait)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()[2]) is not None:
            try:
                job()
            except Exception as error:
                self._failed(error)
            del job  # a finished job must not keep what it holds alive until the next one comes
