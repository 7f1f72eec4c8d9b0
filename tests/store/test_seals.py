"""Seals: only the holder of the private half opens them, and no changed byte passes."""

from __future__ import annotations

import pytest

from app.store.signatures import SealBroken, new_seal_key, open_sealed, seal, sealed_for

KEY, OTHER = new_seal_key(bytes(range(32))), new_seal_key(bytes(range(1, 33)))
PRIVATE, PUBLIC = bytes.fromhex(KEY.private), bytes.fromhex(KEY.public)
ONCE = bytes(range(100, 132))
DATA = "what nobody else reads: ünsent".encode()
BLOB = seal(PUBLIC, DATA, ONCE)


@pytest.mark.parametrize("data", [b"", DATA, bytes(300_000)], ids=["nothing", "words", "much"])
def test_what_is_sealed_comes_out_as_it_went_in(data: bytes) -> None:
    blob = seal(PUBLIC, data, ONCE)

    assert open_sealed(PRIVATE, blob) == data
    assert sealed_for(blob) == KEY.id
    assert not data or data not in blob


def test_two_seals_of_one_text_have_nothing_in_common_but_their_head() -> None:
    again = seal(PUBLIC, DATA, bytes(32))

    assert open_sealed(PRIVATE, again) == DATA
    assert again[-len(DATA) :] != BLOB[-len(DATA) :]


def test_every_flipped_byte_is_refused() -> None:
    for at in range(len(BLOB)):
        changed = BLOB[:at] + bytes([BLOB[at] ^ 1]) + BLOB[at + 1 :]
        with pytest.raises(SealBroken):
            open_sealed(PRIVATE, changed)


@pytest.mark.parametrize("length", [0, 10, 56, 57, len(BLOB) - 1])
def test_a_cut_seal_is_refused(length: int) -> None:
    with pytest.raises(SealBroken):
        open_sealed(PRIVATE, BLOB[:length])


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealBroken, match="another key"):
        open_sealed(bytes.fromhex(OTHER.private), BLOB)


def test_a_point_that_hides_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="shared key"):
        seal(bytes(32), DATA, ONCE)
    head = len(BLOB) - len(DATA) - 16
    with pytest.raises(SealBroken):
        open_sealed(PRIVATE, BLOB[: head - 32] + bytes(32) + BLOB[head:])


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_and_seals_take_exactly_their_randomness(size: int) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        new_seal_key(bytes(size))
    with pytest.raises(ValueError, match="32 random bytes"):
        seal(PUBLIC, DATA, bytes(size))
