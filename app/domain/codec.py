"""Commands as bytes. Encoded once, at `perform`; these bytes are stored, sent, fingerprinted and kept for ever.

The form is canonical JSON: sorted keys, no spaces, UTF-8, a `type` and a version `v`. Decoding is strict: unknown
fields, wrong types and numbers out of range are `Malformed`, an unknown type is `UnknownCommand` (which a newer program
may know: such an op is parked, not refused).
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from app.domain.bounds import MAX_DRAFT
from app.domain.commands import COMMANDS, Command

VERSION = 2  # 1: before fields were added that have a default; such ops stay readable for ever
READABLE = (1, 2)
MAX_BYTES = 240 * 1024
MAX_ITEMS = 1_000
MAX_TEXT = 4_000
MAX_LONG_TEXT = 16_000  # a trace of many layers, a drawn signature
MAX_ID = 128  # ids go into keys, indexes and resume keys
MAX_INT = 1 << 53

_BY_NAME = {command.__name__: command for command in COMMANDS}
_LONGEST = {"shown_trace": MAX_LONG_TEXT, "strokes": MAX_LONG_TEXT, "body": MAX_DRAFT}
_HINTS: dict[type, dict[str, Any]] = {}


class Malformed(ValueError):
    """The bytes are not a command; the message says where and why."""


class UnknownCommand(Malformed):
    """A well-formed command of a type or version this program does not know."""


def encode(command: Command) -> bytes:
    """The command's bytes, for ever. Raises Malformed when it holds half a character."""
    body = {"type": type(command).__name__, "v": VERSION, **_plain(command)}
    try:
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError as err:
        raise Malformed(f"a character that cannot be stored: {err.reason}") from None


def decode(payload: bytes) -> Command:
    """The command of these bytes. Raises Malformed or UnknownCommand."""
    if len(payload) > MAX_BYTES:
        raise Malformed(f"{len(payload)} bytes; at most {MAX_BYTES}")
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError) as err:
        raise Malformed(f"not JSON: {err}") from None
    if not isinstance(body, dict):
        raise Malformed("not an object")
    name, version = body.pop("type", None), body.pop("v", None)
    if not isinstance(name, str) or type(version) is not int:
        raise Malformed("no type or version")
    if name not in _BY_NAME or version not in READABLE:
        raise UnknownCommand(f"{name} v{version}")
    command = _value(_BY_NAME[name], body, name)
    assert isinstance(command, Command)
    return command


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _value(kind: Any, value: Any, where: str) -> Any:
    """`value` as `kind` (a command part, tuple of such, str, int or bool)."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, value, where)
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise Malformed(f"{where}: expected a list of at most {MAX_ITEMS}")
        inner = get_args(kind)[0]
        return tuple(_value(inner, item, f"{where}[{index}]") for index, item in enumerate(value))
    if type(value) is not kind:
        raise Malformed(f"{where}: expected {kind.__name__}, got {type(value).__name__}")
    if kind is int and not -MAX_INT <= value <= MAX_INT:
        raise Malformed(f"{where}: number out of range")
    if kind is str:
        _check_text(value, where)
    return value


def _check_text(value: str, where: str) -> None:
    longest = _LONGEST.get(where.rpartition(".")[2], MAX_TEXT)
    if len(value) > longest:
        raise Malformed(f"{where}: {len(value)} characters; at most {longest}")
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise Malformed(f"{where}: a character that cannot be stored")


def _record(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise Malformed(f"{where}: expected an object")
    hints = _HINTS.get(kind)
    if hints is None:
        hints = _HINTS[kind] = get_type_hints(kind)
    needed = {f.name for f in fields(kind) if f.default is MISSING}
    names = [f.name for f in fields(kind) if f.name in value or f.name in needed]
    missing, extra = sorted(needed - set(value)), sorted(set(value) - set(names))
    if missing or extra:
        raise Malformed(f"{where}: missing {missing}, unknown {extra}")
    values = {name: _value(hints[name], value[name], f"{where}.{name}") for name in names}
    for name in names:
        if name.endswith("_id") and len(values[name]) > MAX_ID:
            raise Malformed(f"{where}.{name}: {len(values[name])} characters; at most {MAX_ID}")
    try:
        return kind(**values)
    except ValueError as err:
        raise Malformed(f"{where}: {err}") from None
