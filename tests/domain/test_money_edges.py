"""Money at its edges: the currencies that have no cents or three digits, one by one."""

from __future__ import annotations

import pytest

from app.domain.money import divide, extend, less_percent, minor_digits


@pytest.mark.parametrize("currency", ["CLP", "ISK", "JPY", "KRW", "VND"])
def test_a_currency_without_cents_has_no_digits(currency: str) -> None:
    assert minor_digits(currency) == 0
    assert extend(1_5000, 1, currency) == 2


@pytest.mark.parametrize("currency", ["BHD", "JOD", "KWD", "TND"])
def test_a_currency_of_mils_has_three_digits(currency: str) -> None:
    assert minor_digits(currency) == 3
    assert extend(1_5000, 1, currency) == 1_500


def test_an_amount_of_nothing_is_zero() -> None:
    assert divide(0, 7) == 0
    assert extend(0, 1, "USD") == 0
    assert extend(1_0000, 0, "USD") == 0


@pytest.mark.parametrize(
    ("top", "bottom", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (1, 3, 0), (-1, 3, 0), (2, 3, 1), (-2, 3, -1), (3, 1, 3)],
)
def test_exactly_half_is_the_first_that_goes_away_from_zero(top: int, bottom: int, rounded: int) -> None:
    assert divide(top, bottom) == rounded


def test_no_discount_leaves_the_price_and_a_whole_one_leaves_nothing() -> None:
    assert less_percent(12_3456, 0) == 12_3456
    assert less_percent(12_3456, 10_000) == 0
    assert less_percent(12_3456, 1) == 12_3444  # one basis point
