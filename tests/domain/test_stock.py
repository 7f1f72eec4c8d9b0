"""First expired, first out; nothing is promised twice (DOMAIN.md §4)."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from app.domain.facts import Balance
from app.domain.stock import Pick, after_picks, fefo, on_hand

SHELF = (
    Balance("wh", "p", "late", 5, "2027-12-31"),
    Balance("wh", "p", "soon", 2, "2026-12-31"),
    Balance("wh", "p", "never", 9, None),
    Balance("wh", "p", "gone", 0, "2026-12-01"),
    Balance("wh", "other", "x", 50, "2026-12-01"),
)


def test_lots_are_proposed_by_expiry_and_span_several_when_one_is_not_enough() -> None:
    assert fefo(SHELF, "p", 6) == (Pick("wh", "soon", 2), Pick("wh", "late", 4))


def test_a_lot_that_expires_too_early_is_passed_over() -> None:
    assert fefo(SHELF, "p", 6, not_before="2027-01-01") == (Pick("wh", "late", 5), Pick("wh", "never", 1))


def test_what_is_not_there_is_not_promised() -> None:
    assert sum(pick.qty for pick in fefo(SHELF, "p", 100)) == 16
    assert fefo((), "p", 1) == ()


def test_two_lines_of_one_product_cannot_count_on_the_same_units() -> None:
    first = fefo(SHELF, "p", 6)
    left = after_picks(SHELF, "p", first)

    assert fefo(left, "p", 6) == (Pick("wh", "late", 1), Pick("wh", "never", 5))
    assert on_hand(left, "other", "x") == 50


balances = st.lists(
    st.builds(
        Balance,
        st.sampled_from(["w1", "w2"]),
        st.sampled_from(["p", "q"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(-3, 9),
        st.sampled_from([None, "2026-12-01", "2027-01-01"]),
    ),
    max_size=10,
    unique_by=lambda b: (b.location_id, b.product_id, b.lot_id),
)


@given(balances, st.integers(1, 40), st.randoms(use_true_random=False))
def test_picks_never_exceed_what_is_there_and_never_depend_on_order(
    found: list[Balance], qty: int, dice: Any
) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    picks = fefo(found, "p", qty)

    assert picks == fefo(shuffled, "p", qty)
    assert sum(p.qty for p in picks) == min(qty, sum(max(0, b.qty) for b in found if b.product_id == "p"))
    assert all(b.qty >= min(0, a.qty) for a, b in zip(found, after_picks(found, "p", picks), strict=True))
