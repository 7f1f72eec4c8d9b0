"""Bytes as numbered parts that a QR code carries, and back: compressed, checked, in the 45 characters it packs best.

A part is `TL1:<check>:<number>:<of>:<text>`. `check` is the beginning of the sha256 of all the text's bytes: it holds
the parts of one parcel together and finds every misread or changed one. It proves no author: whoever can write a
parcel can write its check, as with a delivery note on paper. Base45 is RFC 9285.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable

SIGN = "TL1"
PART_LENGTH = 1_200  # characters, the head included: a code that a tablet still shows large enough to be read
MAX_PARTS = 99
MAX_PLAIN = 512 * 1024  # bytes that are unpacked at most
PART = re.compile(r"TL[0-9]+:")  # how a part begins, of this version or a newer one
_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_HEAD = re.compile(r"TL1:([0-9A-F]{16}):([1-9][0-9]?):([1-9][0-9]?):(.+)", re.ASCII | re.DOTALL)
_HEAD_LENGTH = len("TL1:0123456789ABCDEF:99:99:")


class BadCode(ValueError):
    """Codes that cannot be taken. `code` says why, for a screen to word; `params` fill the sentence.

    not_a_code, newer_code, codes_mixed, codes_incomplete (`missing`: their numbers, `of`), code_damaged; of a parcel
    that was read well: not_a_handover, not_for_you (`place`), taken_already (`number`), and of the giver's own op
    handing_unknown.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(f"{code}: {params}" if params else code)
        self.code = code
        self.params = params


def to_parts(plain: bytes) -> tuple[str, ...]:
    """The parts of these bytes, in order. The same bytes always make the same parts. Raises ValueError when there
    would be too many."""
    packed = zlib.compress(plain, 9)
    check, text = _check(packed), _encode(packed)
    room = PART_LENGTH - _HEAD_LENGTH
    pieces = [text[at : at + room] for at in range(0, len(text), room)]
    if len(pieces) > MAX_PARTS:
        raise ValueError(f"{len(pieces)} parts; at most {MAX_PARTS}")
    return tuple(
        f"{SIGN}:{check}:{number}:{len(pieces)}:{piece}" for number, piece in enumerate(pieces, start=1)
    )


def from_parts(parts: Iterable[str]) -> bytes:
    """The bytes of the parts, whatever order they were read in and however often. Raises BadCode."""
    read: dict[int, str] = {}
    parcels: set[tuple[str, str]] = set()
    for part in parts:
        found = _HEAD.fullmatch(part)
        if found is None:
            raise BadCode("newer_code" if PART.match(part) and part[:4] != "TL1:" else "not_a_code")
        check, number, of, text = found.groups()
        parcels.add((check, of))
        if len(parcels) > 1 or read.setdefault(int(number), text) != text:
            raise BadCode("codes_mixed")
    if not parcels:
        raise BadCode("not_a_code")
    [(check, of)] = parcels
    missing = sorted(set(range(1, int(of) + 1)) - set(read))
    if missing:
        raise BadCode("codes_incomplete", missing=", ".join(map(str, missing)), of=of)
    packed = _decode("".join(text for _number, text in sorted(read.items())))
    if len(read) != int(of) or packed is None or _check(packed) != check:
        raise BadCode("code_damaged")
    return _unpacked(packed)


def _check(packed: bytes) -> str:
    return hashlib.sha256(packed).hexdigest()[:16].upper()


def _unpacked(packed: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        plain = unpack.decompress(packed, MAX_PLAIN)
    except zlib.error:
        raise BadCode("code_damaged") from None
    if not unpack.eof or unpack.unused_data:
        raise BadCode("code_damaged")
    return plain


def _encode(data: bytes) -> str:
    """Two bytes are three characters, a last single one is two; the least significant comes first."""
    out: list[str] = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            out.append(_CHARS[digit])
    return "".join(out)


def _decode(text: str) -> bytes | None:
    """The bytes of base45 text; None when it is none."""
    out = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        digits = [_CHARS.find(one) for one in group]
        size = len(group) - 1
        value = sum(digit * 45**place for place, digit in enumerate(digits))
        if -1 in digits or not size or value >= 256**size:
            return None
        out += value.to_bytes(size, "big")
    return bytes(out)
