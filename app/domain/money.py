"""Money in integers, one rounding rule: half away from zero, so that a return mirrors its sale (DESIGN.md §5).

Unit prices are in 1/10,000 of the currency, amounts in its minor unit (cents), percentages in basis points.
"""

from __future__ import annotations

UNIT = 10_000  # unit prices per whole currency unit
BP = 10_000  # basis points in one

_MINOR_DIGITS = {
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "ISK": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "JOD": 3,
    "TND": 3,
}  # ISO 4217


def minor_digits(currency: str) -> int:
    """Decimal digits of the currency's minor unit (ISO 4217); 2 unless listed otherwise."""
    return _MINOR_DIGITS.get(currency, 2)


def exact(value: int) -> int:
    """`value`, if it is an integer; a float or bool in money is a TypeError."""
    if type(value) is not int:
        raise TypeError(f"money and quantities are integers, not {type(value).__name__}")
    return value


def divide(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded half away from zero; denominator > 0."""
    quotient, rest = divmod(abs(exact(numerator)), exact(denominator))
    rounded = quotient + (1 if 2 * rest >= denominator else 0)
    return rounded if numerator >= 0 else -rounded


def less_percent(unit_price: int, percent_bp: int) -> int:
    """A unit price after taking `percent_bp` off, in 1/10,000."""
    return divide(exact(unit_price) * (BP - exact(percent_bp)), BP)


def extend(unit_price: int, qty: int, currency: str) -> int:
    """Unit price × quantity in minor units, rounded once per line."""
    return divide(exact(unit_price) * exact(qty) * 10 ** minor_digits(currency), UNIT)


def share(extended: int, qty: int, returned_before: int, returned_now: int) -> int:
    """What `returned_now` base units of a sold line are worth, in the minor units of its `extended` amount.

    The line was `qty` base units, of which `returned_before` came back already. The parts of all returns add up to
    the sale exactly: each is the rounded worth of all that came back so far, less that of before. What comes back
    beyond what was sold is worth nothing. A line's tax is shared the same way. Source: DOMAIN.md §2 (rounding).
    """
    before = min(qty, exact(returned_before))
    after = min(qty, before + exact(returned_now))
    return divide(exact(extended) * after, qty) - divide(extended * before, qty)
