"""Identities at their edges: against published vectors and to the last digit, because they are for ever."""

from __future__ import annotations

import pytest

from app.domain.ids import derived_id, fingerprint, human_number, uuid7

TEN = bytes.fromhex("0cc318c4dc0c0c07398f")


def test_the_example_of_the_standard_is_made_to_the_digit() -> None:
    """RFC 9562, appendix A.6: Tuesday, 22 February 2022, 2:22:22 PM."""
    assert uuid7(0x017F22E279B0, TEN) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_version_and_variant_win_over_the_dice() -> None:
    assert uuid7(0, b"\xff" * 10) == "00000000-0000-7fff-bfff-ffffffffffff"
    assert uuid7(0, b"\x00" * 10) == "00000000-0000-7000-8000-000000000000"


def test_a_moment_has_forty_eight_bits_and_not_one_more() -> None:
    last = (1 << 48) - 1

    assert uuid7(last, TEN).startswith("ffffffff-ffff-7")
    assert uuid7(last + 1, TEN) == uuid7(0, TEN)
    assert uuid7(1 << 49, TEN) == uuid7(0, TEN)


def test_dice_after_the_tenth_are_not_looked_at() -> None:
    assert uuid7(1, TEN + b"\xff") == uuid7(1, TEN)


def test_nine_dice_are_one_too_few() -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(1, TEN[:9])


def test_a_derived_id_is_this_one_for_ever() -> None:
    assert derived_id("op", "movement", 0) == "627c336e8ff3fce717636da5d17acb0d"
    assert derived_id("op", "movement", 1) == "2122a54ab25588924fff0d96786265aa"


def test_a_fingerprint_is_sha_256_of_the_bytes() -> None:
    """FIPS 180-4's own example."""
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    assert fingerprint(b"abc") == abc
    assert fingerprint(b"abd") != abc


def test_a_number_grows_when_four_digits_are_used_up() -> None:
    assert human_number("MB", "A", 9_999) == "MB-A-9999"
    assert human_number("MB", "A", 10_000) == "MB-A-10000"
