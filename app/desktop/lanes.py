"""A lane: one thread that does one kind of work in the order it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Lane:
    """A named thread with a queue of jobs. A job that raises is handed to `failed` and the lane goes on."""

    def __init__(self, name: str, failed: Callable[[BaseException], None]) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._failed = failed
        # A daemon, because a network read that hangs must not keep the program alive; close() waits for the others.
        self._thread = threading.Thread(target=self._run, name=f"trunkline-{name}", daemon=True)
        self._thread.start()

    def put(self, job: Callable[[], None]) -> None:
        """Do `job` after all that was put before it."""
        self._jobs.put(job)

    def close(self, wait: float | None = None) -> bool:
        """Finish what is queued and end; False when that takes more than `wait` seconds (None: wait for it)."""
        self._jobs.put(None)
        self._thread.join(wait)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:
                self._failed(error)
            del job  # a finished job must not keep what it holds alive until the next one comes
