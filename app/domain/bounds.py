"""Between which values the figures of a command must lie, so that no sum of many outgrows a 64-bit column."""

from __future__ import annotations

MAX_QTY = 1_000_000  # base units in one line
MAX_UNIT_PRICE = 100_000_000_000  # 1/10,000: ten million of any currency
MAX_DRAFT = 200_000  # characters of a draft's body
MAX_VALUE = 1_000_000_000_000_000  # 1/10,000, all lines of a document


def one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    """Raises ValueError when `value` is none of `known`."""
    if value not in known:
        raise ValueError(f"{name} {value!r} is none of {', '.join(known)}")


def between(name: str, value: int, low: int, high: int) -> None:
    """Raises ValueError when `value` is below `low` or above `high`."""
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; it must lie between {low} and {high}")
