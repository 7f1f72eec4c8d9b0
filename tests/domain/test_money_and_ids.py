"""Money is integers and one rounding rule; identities never depend on chance twice."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, strategies as st

from app.domain.ids import derived_id, human_number, uuid7
from app.domain.money import divide, extend, less_percent, minor_digits, share

units = st.integers(0, 10**11)
quantities = st.integers(-(10**6), 10**6)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_division_rounds_half_away_from_zero_as_decimal_does(top: int, bottom: int) -> None:
    exact = (Decimal(top) / Decimal(bottom)) if top else Decimal(0)
    whole, rest = divmod(abs(top), bottom)
    expected = (whole + (2 * rest >= bottom)) * (1 if top >= 0 else -1)

    assert divide(top, bottom) == expected
    if abs(top) < 10**9:
        assert divide(top, bottom) == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(units, quantities, st.sampled_from(["USD", "JPY", "KWD"]))
def test_a_return_mirrors_its_sale(unit: int, qty: int, currency: str) -> None:
    assert extend(unit, -qty, currency) == -extend(unit, qty, currency)


@pytest.mark.parametrize(
    ("unit", "qty", "currency", "amount"),
    [
        (1_2345, 1, "USD", 123),
        (1_2350, 1, "USD", 124),  # half a cent goes away from zero
        (1_2350, -1, "USD", -124),
        (9_9999, 3, "USD", 3000),
        (1_2345, 1000, "JPY", 1235),
        (1_2345, 1, "KWD", 1235),
    ],
)
def test_an_amount_is_rounded_once_to_the_currencys_minor_unit(
    unit: int, qty: int, currency: str, amount: int
) -> None:
    assert extend(unit, qty, currency) == amount


@pytest.mark.parametrize(
    ("extended", "qty", "before", "now", "worth"),
    [
        (10_00, 3, 0, 1, 3_33),
        (10_00, 3, 1, 1, 3_34),  # the cent that thirds leave over comes in the middle
        (10_00, 3, 2, 1, 3_33),
        (10_00, 3, 0, 3, 10_00),
        (10_00, 3, 0, 0, 0),
        (1, 2, 0, 1, 1),  # half a cent goes away from zero, the other half is nothing
        (1, 2, 1, 1, 0),
        (10_00, 3, 2, 5, 3_33),  # beyond what was sold is worth nothing
        (10_00, 3, 4, 1, 0),
        (0, 3, 0, 2, 0),
    ],
)
def test_a_part_that_comes_back_is_worth_its_share(
    extended: int, qty: int, before: int, now: int, worth: int
) -> None:
    assert share(extended, qty, before, now) == worth


@given(st.integers(0, 10**12), st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_partial_returns_add_up_to_the_sale_to_the_cent(extended: int, parts: list[int]) -> None:
    refunds = [share(extended, sum(parts), sum(parts[:n]), part) for n, part in enumerate(parts)]

    assert sum(refunds) == extended
    assert min(refunds) >= 0


@pytest.mark.parametrize("wrong", [(1.0, 2, 0, 1), (1, 2, True, 1), (1, 2, 0, 1.0)])
def test_a_share_of_a_float_is_a_type_error(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(TypeError):
        share(*wrong)


@given(units, st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_higher_discount_never_gives_a_higher_price(unit: int, one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert 0 <= less_percent(unit, high) <= less_percent(unit, low) <= unit


@pytest.mark.parametrize("value", [1.0, True, "1"])
def test_a_float_in_money_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        extend(value, 1, "USD")  # type: ignore[arg-type]


def test_a_currency_we_have_no_entry_for_has_two_digits() -> None:
    assert (minor_digits("NOK"), minor_digits("JPY"), minor_digits("BHD")) == (2, 0, 3)


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_a_made_id_is_a_version_7_uuid_that_begins_with_its_moment(moment: int, entropy: bytes) -> None:
    from uuid import UUID

    made = UUID(uuid7(moment, entropy))

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == moment


def test_an_id_needs_enough_dice() -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(0, b"short")


def test_derived_ids_are_the_same_everywhere_and_differ_by_kind_and_ordinal() -> None:
    assert derived_id("op", "movement", 0) == derived_id("op", "movement", 0)
    assert len({derived_id("op", kind, n) for kind in ("movement", "approval") for n in (0, 1)}) == 4


def test_a_human_number_names_rep_device_and_counter() -> None:
    assert human_number("MB", "A", 42) == "MB-A-0042"
