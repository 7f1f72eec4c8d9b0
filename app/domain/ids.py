"""Identities. Made on the device once and for ever; rows that a decision creates get ids derived from the op, so the
tablet's guess and the server's truth are the same row (SYNC.md law 2)."""

from __future__ import annotations

import hashlib


def derived_id(op_id: str, kind: str, ordinal: int) -> str:
    """The id of the `ordinal`-th row of `kind` that the op creates: 128 bits of sha256 as 32 hex digits."""
    return hashlib.sha256(f"{op_id}|{kind}|{ordinal}".encode()).hexdigest()[:32]


def fingerprint(payload: bytes) -> str:
    """What makes two payloads the same: sha256 of the op's bytes, in hex."""
    return hashlib.sha256(payload).hexdigest()


def uuid7(unix_ms: int, entropy: bytes) -> str:
    """An RFC 9562 version 7 UUID from a moment in milliseconds and ten random bytes.

    Raises ValueError when fewer than ten bytes are given.
    """
    if len(entropy) < 10:
        raise ValueError("uuid7 needs ten random bytes")
    value = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(entropy[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def human_number(rep_code: str, device_letter: str, counter: int) -> str:
    """A number said to a customer, final when made: `MB-A-0042`."""
    return f"{rep_code}-{device_letter}-{counter:04d}"
