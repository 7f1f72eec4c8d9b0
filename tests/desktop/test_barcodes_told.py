"""`make barcodes` notices a sentence that does not fit its code."""

from __future__ import annotations

import barcodes
import pytest

KEPT = barcodes.gs1.KEPT
BAD = barcodes.bad_codes(KEPT)


def test_every_bad_code_of_the_cases_is_told_what_is_wrong_with_it() -> None:
    complaints = [complaint for bad in BAD for _said, complaint in (barcodes.what_is_wrong(bad, bad.text),)]

    assert len(BAD) > 400
    assert not any(complaints)


@pytest.mark.parametrize(
    ("text", "allowed", "complaint"),
    [
        ("0107032069804987", "date_wrong", "refused as check_digit_wrong, and not as date_wrong"),
        ("0107032069804988", "check_digit_wrong", "taken as a good one"),
    ],
)
def test_another_refusal_than_the_error_allows_is_told(text: str, allowed: str, complaint: str) -> None:
    bad = barcodes.Bad(text, "here", frozenset({allowed}))

    assert barcodes.what_is_wrong(bad, text)[1] == complaint


def test_a_picture_that_says_something_else_is_told() -> None:
    bad = barcodes.Bad("HELLO", "here", frozenset())

    assert barcodes.what_is_wrong(bad, "HELP")[1] == "read off the picture as 'HELP'"
