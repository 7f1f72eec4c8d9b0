"""A drawn signature as text: one spelling, a grid, an end."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from app.domain.strokes import GRID, MAX_LENGTH, as_strokes, as_text

places = st.integers(0, GRID)
strokes = st.lists(st.lists(st.tuples(places, places), min_size=1, max_size=30), max_size=12)


def test_two_strokes_are_written_as_the_format_says() -> None:
    assert as_text([[(120, 340), (125, 350)], [(400, 400)]]) == "120,340 125,350;400,400"
    assert as_strokes("120,340 125,350;400,400") == (((120, 340), (125, 350)), ((400, 400),))


def test_no_drawing_is_no_text() -> None:
    assert (as_text([]), as_text([[]]), as_strokes("")) == ("", "", ())


@given(strokes)
def test_what_was_written_is_read_and_written_alike(drawn: list[list[tuple[int, int]]]) -> None:
    text = as_text(drawn)

    assert as_text(as_strokes(text)) == text


def test_points_beside_the_pad_are_moved_to_its_edge() -> None:
    assert as_text([[(-5, 20), (20_000, 10_001)]]) == "0,20 10000,10000"


def test_standing_still_is_one_point() -> None:
    assert as_text([[(1, 1), (1, 1), (2, 2), (2, 2), (1, 1)]]) == "1,1 2,2 1,1"


def test_a_long_drawing_is_thinned_and_keeps_the_ends_of_its_strokes() -> None:
    long = [(number, GRID - number) for number in range(5_000)]

    found = as_strokes(as_text([long, [(7, 7)]]))

    assert (found[0][0], found[0][-1], found[1]) == (long[0], long[-1], ((7, 7),))
    assert 500 < len(found[0]) < 5_000
    assert set(found[0]) <= set(long)


def test_too_many_strokes_are_refused() -> None:
    with pytest.raises(ValueError, match="strokes are more than a signature may have"):
        as_text([[(10_000, 10_000)]] * 1_100)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1", "no point"),
        ("1,2,3", "no place"),
        ("1,2 ", "no point"),
        ("1,2;", "no point"),
        ("-1,2", "no place"),
        ("01,2", "no place"),
        ("1,10001", "no place"),
        ("1,²", "no place"),
        ("1,٣", "no place"),
        ("1,111111", "no place"),
        ("1.5,2", "no place"),
        ("1, 2", "no place"),
        ("1,1 " * (MAX_LENGTH // 4) + "1,1", "characters; at most"),
    ],
)
def test_another_spelling_is_no_signature(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        as_strokes(text)
