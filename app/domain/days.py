"""Days as ISO dates (2026-11-23): the only arithmetic of dates that the rules do."""

from __future__ import annotations

from datetime import date, timedelta


def days_between(earlier: str, later: str) -> int:
    """Whole days from one ISO date to another; negative when the second comes first."""
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def plus_days(day: str, days: int) -> str:
    """The ISO date so many days after `day`."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def in_force(valid_from: str, valid_to: str | None, day: str) -> bool:
    """Whether `day` lies between two dates, both ends in; an open end never comes."""
    return valid_from <= day and (valid_to is None or day <= valid_to)
