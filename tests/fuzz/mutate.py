"""Messages broken by dice: JSON by its structure, pages by their lines, and anything by its bytes.

A mutation is a pure function of the message and the dice. Most messages get one or two, some up to six: one wrong thing
in an otherwise good message comes further than a heap of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

ODD: Sequence[Any] = (
    None, True, False, 0, 1, -1, 2, 200, 201, 10_001, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63,
    -(1 << 63), (1 << 63) + 1, 1 << 64, 10**40, 0.5, -0.0, 1e308, "", " ", "0", "*", "g:catalog", "rep:mia", "rep:max",
    "terr:south", "dev:", "2026-11-23", "9999-99-99", "\x00", "a\x00b", "\ud800", "\u202e", "é" * 90, "x" * 129,
    "x" * 161, "x" * 513, "y" * 70_000, "'; DROP TABLE feed; --", "%s%n", "../..", [], {}, [[]], [None], [{}], {"": ""},
)  # fmt: skip
RAW: Sequence[bytes] = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"00", b"-", b"0x10", b"1" * 400, b'"\\ud800"', b'"\\u0000"',
    b"[" * 3_000, b'{"a":' * 3_000, b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xc0\xaf", b'"', b"}", b"]", b",", b"\n",
)  # fmt: skip


def mutated(message: bytes, dice: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """`message` with a few things wrong. `others` are messages to take pieces from."""
    times = dice.choice((1, 1, 1, 1, 2, 2, 3, 6))
    for _ in range(times):
        if dice.random() < 0.8:
            message = by_structure(message, dice)
        else:
            message = by_bytes(message, dice, others)
    return message


def mutated_page(page: bytes, dice: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """The same for a page of NDJSON."""
    times = dice.choice((1, 1, 1, 1, 2, 2, 3, 6))
    for _ in range(times):
        how = dice.random()
        if how < 0.6:
            page = _one_line(page, dice)
        elif how < 0.75:
            page = _lines(page, dice, others)
        else:
            page = by_bytes(page, dice, others)
    return page


# -- by structure -----------------------------------------------------------------------------------------------------


def by_structure(message: bytes, dice: random.Random) -> bytes:
    """One change to the tree; by bytes where it is no JSON any more."""
    try:
        tree = json.loads(message)
    except (ValueError, RecursionError):
        return by_bytes(message, dice, ())
    box = {"": tree}
    _change(box, dice)
    return _text(box[""])


def _text(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=True, separators=(",", ":")).encode()


def _places(holder: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) in the tree."""
    items = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
    for key, value in items:
        found.append((holder, key))
        if isinstance(value, dict | list):
            _places(value, found)
    return found


def _change(box: dict[str, Any], dice: random.Random) -> None:
    places = _places(box, [])
    holder, key = dice.choice(places)
    value = holder[key]
    inner = isinstance(value, str) and value[:1] in ("{", "[") and len(value) > 2
    if inner and dice.random() < 0.8:
        try:
            holder[key] = by_structure(value.encode(), dice).decode()
        except UnicodeError:
            holder[key] = value + "}"
        return
    dice.choice(_CHANGES)(holder, key, places, dice)


def _replace(holder: Any, key: Any, _places: Any, dice: random.Random) -> None:
    holder[key] = dice.choice(ODD)


def _remove(holder: Any, key: Any, _places: Any, _dice: random.Random) -> None:
    if key != "":
        del holder[key]


def _borrow(holder: Any, key: Any, places: list[tuple[Any, Any]], dice: random.Random) -> None:
    other, at = dice.choice(places)
    holder[key] = json.loads(json.dumps(other[at]))


def _nudge(holder: Any, key: Any, _places: Any, dice: random.Random) -> None:
    value = holder[key]
    if isinstance(value, bool) or value is None:
        holder[key] = dice.choice((True, False, None, 0, 1))
    elif isinstance(value, int):
        holder[key] = value + dice.choice((-1, 1, 2, -value, -2 * value, 1_000_000, 1 << 40))
    elif isinstance(value, str) and value:
        at = dice.randrange(len(value))
        holder[key] = dice.choice(
            (value[:at], value[at:], value[:at] + "~" + value[at + 1 :], value * 2, value.upper())
        )
    else:
        holder[key] = [value]


def _many(holder: Any, key: Any, _places: Any, dice: random.Random) -> None:
    value = holder[key]
    if isinstance(value, list) and value:
        holder[key] = value * dice.choice((2, 3, 210, 600)) if dice.random() < 0.5 else value[::-1]
    elif isinstance(value, dict):
        value[dice.choice(("extra", "", "t", "op_id", "__class__"))] = dice.choice(ODD)
    else:
        holder[key] = dice.choice(ODD)


def _wrap(holder: Any, key: Any, _places: Any, dice: random.Random) -> None:
    value: Any = holder[key]
    for _ in range(dice.choice((1, 2, 60))):
        value = [value] if dice.random() < 0.5 else {"a": value}
    holder[key] = value


_CHANGES: Sequence[Callable[[Any, Any, list[tuple[Any, Any]], random.Random], None]] = (
    _replace, _replace, _remove, _borrow, _nudge, _nudge, _nudge, _many, _wrap,
)  # fmt: skip


# -- lines ------------------------------------------------------------------------------------------------------------


def _one_line(page: bytes, dice: random.Random) -> bytes:
    lines = page.split(b"\n")
    at = dice.randrange(max(1, len(lines) - 1))
    if dice.random() < 0.4:  # the first and the last lines are where the meaning is
        at = dice.choice((0, max(0, len(lines) - 2), min(1, len(lines) - 1)))
    lines[at] = by_structure(lines[at], dice)
    return b"\n".join(lines)


def _lines(page: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    lines = page.split(b"\n")
    at = dice.randrange(len(lines))
    match dice.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[at]] * dice.choice((1, 2, 50))
        case 2:
            lines.insert(dice.randrange(len(lines)), lines.pop(at))
        case 3:
            lines = lines[:at]
        case _:
            other = (dice.choice(others) if others else page).split(b"\n")
            lines.insert(at, dice.choice(other))
    return b"\n".join(lines)


# -- bytes ------------------------------------------------------------------------------------------------------------


def by_bytes(message: bytes, dice: random.Random, others: Sequence[bytes]) -> bytes:
    """One change to the bytes."""
    if not message:
        return dice.choice(RAW)
    at = dice.randrange(len(message))
    to = min(len(message), at + dice.choice((1, 1, 2, 8, 64)))
    match dice.randrange(8):
        case 0:
            return message[:at] + bytes([message[at] ^ (1 << dice.randrange(8))]) + message[at + 1 :]
        case 1:
            return message[:at] + message[to:]
        case 2:
            return message[:at] + dice.randbytes(to - at) + message[at:]
        case 3:
            return message[:to] + message[at:to] * dice.choice((1, 3)) + message[to:]
        case 4:
            return message[:at]
        case 5:
            return message[:at] + dice.choice(RAW) + message[at:]
        case 6:
            return message[:at] + dice.choice(RAW) + message[to:]
        case _:
            other = dice.choice(others) if others else message
            return message[:at] + other[dice.randrange(len(other) + 1) :]
