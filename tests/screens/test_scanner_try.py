"""A scan tried out in Settings: what came, how it is understood, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

from moving_kit import FORMATS

from app.screens.scanner_try import Tried, tried

LABEL = "01070320698049881727063010L1"
GOOD = Tried(LABEL, LABEL, "return", "")


def test_a_sound_label_is_told_field_by_field() -> None:
    words = tried(replace(GOOD, product="Stent p1"), FORMATS)

    assert (words.title, words.tone, words.prefix) == ("Works", "ok", "")
    assert words.lines == (
        f"This came: {LABEL}",
        "Return came after it.",
        "Product number: 07032069804988",
        "Product: Stent p1",
        "Lot: L1",
        "Expires: Jun 30, 2027",
    )


def test_a_product_that_this_device_does_not_have_is_said() -> None:
    assert "Product: not in the catalogue of this device" in tried(GOOD, FORMATS).lines


def test_the_prefix_that_is_set_is_said_to_be_left_out() -> None:
    words = tried(Tried("~" + LABEL, LABEL, "tab", "~"), FORMATS)

    assert words.title == "Works"
    assert words.lines[1:3] == ("Tab came after it.", "“~” before it is left out.")


def test_a_prefix_that_did_not_come_is_told() -> None:
    words = tried(replace(GOOD, prefix="~"), FORMATS)

    assert (words.title, words.tone) == ("Readable, but not as the scanner is set", "warn")
    assert "“~” was not before it, though it is set here." in words.lines


def test_a_prefix_that_nobody_set_is_offered_to_be_left_out() -> None:
    words = tried(Tried("~" + LABEL, "~" + LABEL, "return", ""), FORMATS)

    assert (words.title, words.prefix) == ("Not understood", "~")
    assert words.prefix_words == "Leave “~” out of each scan"
    assert words.lines[-1].startswith("Without “~” before it the code is sound")


def test_a_bad_code_says_what_is_wrong_and_what_to_do() -> None:
    words = tried(Tried("0107032069804987", "0107032069804987", "nothing", ""), FORMATS)

    assert (words.title, words.prefix) == ("Not understood", "")
    assert words.lines[1] == "Nothing came after it."
    assert words.lines[2].startswith("Check digit wrong. The product number (01) is 07032069804987")
    assert words.lines[3].startswith("Scan the label again.")


def test_what_came_like_typing_is_told() -> None:
    words = tried(replace(GOOD, typed=True), FORMATS)

    assert words.title == "Readable, but not as the scanner is set"
    assert words.lines[1].startswith("It came like typing.")


def test_a_code_of_a_hand_over_is_known() -> None:
    words = tried(Tried("TL1:0", "TL1:0", "return", ""), FORMATS)

    assert words.lines[-1] == "It is a code of a hand-over: scan it in the trunk."
