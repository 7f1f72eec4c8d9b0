"""When to try again: a pure function. Full jitter, base 2 s, cap 5 min, Retry-After honoured (SYNC.md §4)."""

from __future__ import annotations

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
