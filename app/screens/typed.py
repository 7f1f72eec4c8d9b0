"""Figures as people type them: in, exact integers; None where nobody could be sure what was meant."""

from __future__ import annotations

import re

from app.domain.money import UNIT, minor_digits

_UNIT_DIGITS = len(str(UNIT)) - 1
_MOST_DIGITS = 15  # before the point: beyond it no amount fits


def number_of(text: str, digits: int) -> int | None:
    """A typed figure in 1/10^`digits`: `1234.5`, `1,234.50`, `1.234,50`, `85,5`, `1 234`. None for `1,234` alone, which
    is two things to two people, for more decimals than there are, and for what is no figure."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", plain):
        return None
    signs = [one for one in plain if one in ".,"]
    mark = signs[-1] if signs else ""
    if len(set(signs)) == 1 and len(signs) > 1:
        mark = ""  # the same sign twice groups
    whole, _, rest = plain.rpartition(mark) if mark else (plain, "", "")
    if mark == "," and len(signs) == 1 and len(rest) == 3:
        return None
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and not (0 < len(groups[0]) <= 3 and all(len(one) == 3 for one in groups[1:])):
        return None
    whole = "".join(groups)
    if len(rest) > digits and rest[digits:].strip("0"):
        return None
    if len(whole) > _MOST_DIGITS or not (whole or rest):
        return None
    return int((whole or "0") + rest[:digits].ljust(digits, "0"))


def unit_price_of(text: str) -> int | None:
    """A typed unit price in 1/10,000."""
    return number_of(text, _UNIT_DIGITS)


def amount_of(text: str, currency: str) -> int | None:
    """A typed amount in minor units of its currency."""
    return number_of(text, minor_digits(currency))


def unit_price_text(price: int, currency: str) -> str:
    """A unit price (1/10,000) as it is typed: `85.00`, more decimals only where they say something."""
    whole, rest = divmod(price, UNIT)
    decimals = f"{rest:04d}"
    least = min(minor_digits(currency), _UNIT_DIGITS)
    kept = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{kept}" if kept else str(whole)
