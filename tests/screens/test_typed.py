"""Figures as people type them."""

from __future__ import annotations

import pytest

from app.screens.typed import amount_of, number_of, unit_price_of, unit_price_text


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("85", 85_00),
        ("85.5", 85_50),
        ("85,5", 85_50),
        (" 85.50 ", 85_50),
        ("85.500", 85_50),
        ("1,234.50", 1234_50),
        ("1.234,50", 1234_50),
        ("1 234.50", 1234_50),
        ("1\u00a0234,5", 1234_50),
        ("1,234,567", 1_234_567_00),
        (".5", 50),
        ("5.", 5_00),
        ("0", 0),
        ("1,234", None),  # two things to two people
        ("85.555", None),
        ("12,34.5", None),
        ("1,,2", None),
        ("1234,567,890", None),
        ("", None),
        (".", None),
        ("-5", None),
        ("$5", None),
        ("5e3", None),
        ("٥", None),
        ("1" * 16, None),
    ],
)
def test_a_figure_is_taken_only_when_it_can_be_read_in_one_way(text: str, figure: int | None) -> None:
    assert number_of(text, 2) == figure


def test_unit_prices_have_four_decimals_and_amounts_those_of_their_currency() -> None:
    assert unit_price_of("100.672") == 100_6720
    assert unit_price_of("0.00001") is None
    assert amount_of("5000", "USD") == 5000_00
    assert amount_of("5000", "JPY") == 5000
    assert amount_of("5000.5", "JPY") is None
    assert amount_of("1.2345", "KWD") is None


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [
        (85_0000, "USD", "85.00"),
        (100_6720, "USD", "100.672"),
        (1, "USD", "0.0001"),
        (85_0000, "JPY", "85"),
        (85_5000, "JPY", "85.5"),
        (0, "USD", "0.00"),
    ],
)
def test_a_price_that_is_filled_in_reads_back_as_itself(price: int, currency: str, text: str) -> None:
    assert unit_price_text(price, currency) == text
    assert unit_price_of(text) == price
