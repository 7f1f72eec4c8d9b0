"""Figures and dates: exact to the last digit, in the signs of the locale, never through a float."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as some

from app.screens.formats import Formats, decimals

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def formats(locale: str = "en_US", **how: object) -> Formats:
    return Formats(lambda: NOON, locale, **{"zone": UTC, **how})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "words"),
    [
        (123_450, "USD", "en_US", "$1,234.50"),
        (0, "USD", "en_US", "$0.00"),
        (-5, "USD", "en_US", "−$0.05"),
        (123_450, "EUR", "de_DE", "1.234,50\xa0€"),
        (1234, "JPY", "en_US", "¥1,234"),
        (1_234_567, "KWD", "en_US", "KWD\xa01,234.567"),
        (9_007_199_254_740_993, "USD", "en_US", "$90,071,992,547,409.93"),
        (None, "USD", "en_US", "–"),
    ],
)
def test_money(amount: int | None, currency: str, locale: str, words: str) -> None:
    assert formats(locale).money(amount, currency) == words


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (125_000, "$12.50"),
        (125, "$0.0125"),
        (119_950, "$11.9950"),
        (10_000, "$1.00"),
        (12_345_678, "$1,234.5678"),
    ],
)
def test_unit_prices_show_four_digits_only_where_they_say_something(price: int, words: str) -> None:
    assert formats().unit_price(price, "USD") == words


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        formats().money(12.5, "USD")  # type: ignore[arg-type]


@given(some.integers(-(10**15), 10**15))
def test_money_is_exact(amount: int) -> None:
    words = formats().money(amount, "USD")

    assert int(words.replace("$", "").replace(",", "").replace(".", "").replace("−", "-")) == amount


@pytest.mark.parametrize(
    ("basis_points", "words"), [(0, "0%"), (1250, "12.5%"), (1, "0.01%"), (10_000, "100%"), (None, "–")]
)
def test_percent(basis_points: int | None, words: str) -> None:
    assert formats().percent(basis_points) == words


def test_quantities() -> None:
    assert [formats().qty(n) for n in (0, 1200, -3, None)] == ["0", "1,200", "−3", "–"]
    assert [formats().signed(n) for n in (3, 0, -1200)] == ["+3", "0", "−1,200"]


@pytest.mark.parametrize(
    ("text", "words"), [("1457.3288", "$1,457.33"), ("20565.6206", "$20,565.62"), ("", "–"), (None, "–")]
)
def test_published_figures(text: str | None, words: str) -> None:
    assert formats().published(text, "USD") == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-23T09:05:00+00:00", "09:05"),
        ("2026-11-22T23:59:00+00:00", "yesterday"),
        ("2026-11-20T12:00:00+00:00", "3 days ago"),
        ("2026-08-20T12:00:00+00:00", "Aug 20, 2026"),
        ("2026-11-23", "today"),
        ("2026-11-22", "yesterday"),
        ("2027-01-31", "Jan 31, 2027"),
        (None, "unknown"),
    ],
)
def test_how_old_a_fact_is(when: str | None, words: str) -> None:
    assert formats().age(when) == words
    assert formats().as_of(when) == f"as of {words}"


def test_moments_are_told_in_the_time_of_the_place() -> None:
    seattle = formats(zone=timezone(timedelta(hours=-8)))

    assert seattle.clock("2026-11-23T11:05:00+00:00") == "03:05"
    assert seattle.clock("2026-11-23T07:05:00+00:00") == "Nov 22, 23:05"
    assert seattle.age("2026-11-23T07:05:00+00:00") == "yesterday"


def test_days() -> None:
    told = formats()

    assert told.date("2026-11-23") == "Nov 23, 2026"
    assert told.day_and_month("2026-03-05") == "Mar 5"
    assert told.day_and_month("2025-03-05") == "Mar 5, 2025"
    assert told.long_date("2026-11-23") == "Monday, November 23, 2026"
    assert [told.until(day) for day in ("2026-11-23", "2026-11-24", "2026-12-05", "2026-11-19")] == [
        "today",
        "in 1 day",
        "in 12 days",
        "4 days ago",
    ]


def test_a_spaniard_reads_figures_and_days_in_their_own_signs() -> None:
    spanish = formats("es_ES")

    assert spanish.money(123_456_789, "EUR") == "1.234.567,89\xa0€"
    assert spanish.percent(1250) == "12,5\xa0%"
    assert spanish.rate(210_000) == "21\xa0%"
    assert spanish.qty(-12_000) == "−12.000"
    assert spanish.date("2026-11-23") == "23 nov 2026"
    assert spanish.day_and_month("2026-11-23") == "23 nov"
    assert spanish.long_date("2026-11-23") == "lunes, 23 de noviembre de 2026"


@pytest.mark.parametrize(
    ("words", "locale", "digits"),
    [
        ("$246.9250", "en_US", 4), ("$121.55", "en_US", 2), ("1,234", "en_US", 0), ("3.0 × 18 mm", "en_US", 0),
        ("246,9250 US$", "es", 4), ("1.234 US$", "es", 0), ("—", "en_US", 0), ("Mar 20, 2014", "en_US", 0),
    ],
)  # fmt: skip
def test_a_figure_tells_how_many_digits_stand_behind_its_point(words: str, locale: str, digits: int) -> None:
    assert decimals(words, locale) == digits
