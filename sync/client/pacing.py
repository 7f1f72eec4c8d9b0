"""When to try again: a pure function. Full jitter, base 2 s, cap 5 min, Retry-After honoured (SYNC.md §4)."""

from __future__ import annotations

from dataclasses import dataclass

from sync.client.turn import Turn

BASE = 2.0  # seconds
CAP = 300.0
IDLE = 20.0  # between turns when all is well and nothing waits
LISTEN = (
    25  # that the server may hold a pull until there is news, so between turns there is mostly one of these
)
AT_ONCE = (
    5.0  # a pull held by so much less brought nothing because the server holds none: the idle pause then
)
SUMS = 1.0  # between asking for sums, a part of the buckets at a time
NEWS = 0.1  # from news to news at least, however fast they come


def delay(failures: int, dice: float, retry_after: float | None = None) -> float:
    """Seconds to wait after `failures` failed turns in a row. `dice` in [0, 1). 0 failures: the idle pause.

    Retry-After is a lower bound and never longer than an hour.
    """
    if failures <= 0:
        return IDLE
    backoff = min(CAP, BASE * 2.0 ** min(failures - 1, 16)) * dice
    return max(backoff, min(retry_after or 0.0, 3600.0))


@dataclass(slots=True)
class Pace:
    """When the next turn is due, and from when on it may push: rows do not wait for what the server will not take yet
    (law 9). Times are seconds of one monotonic clock."""

    due: float
    failures: int = 0
    push_at: float | None = None  # None: at any time

    def at_once(self, now: float) -> None:
        """Somebody tapped, or the network is back."""
        self.due, self.push_at = now, None

    def may_push(self, now: float) -> bool:
        """Whether the turn that begins now takes something up."""
        if self.push_at is not None and now >= self.push_at:
            self.push_at = None
        return self.push_at is None

    def ended(self, now: float, dice: float, turn: Turn, *, failed: bool) -> None:
        """A turn is over. One that was held up is followed by turns that only pull; those do not end its waiting."""
        if not failed and self.push_at is None:
            self.failures = 0
        elif failed:
            self.failures += 1
        if turn.held_up:
            self.push_at = now + delay(self.failures, dice, turn.push_after)
        elif failed:
            self.due = now + delay(self.failures, dice, max(turn.retry_after or 0.0, turn.push_after or 0.0))
            return
        self.due = now + IDLE if self.push_at is None else min(self.push_at, now + IDLE)
