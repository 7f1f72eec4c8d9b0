"""Request bodies: read with a hard cap, decoded strictly; answers: encoded, and compressed where the peer can."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import zstandard
from starlette.requests import Request
from starlette.responses import Response

from sync.protocol.api import problem
from sync.protocol.messages import encode
from sync.protocol.version import MAX_PUSH_BYTES

T = TypeVar("T")

# A push carries its payloads as JSON text in JSON, where every quotation mark takes two bytes, plus the envelopes.
PUSH_BODY = 4 * MAX_PUSH_BYTES
OTHER_BODY = 128 * 1024
BODY_SECONDS = 300.0  # a tablet at the edge of its signal is slow, not dead

_DRAINED = 8  # caps' worth of a body that is too large are read and thrown away, so that the answer arrives
_WORTH_PACKING = 1_024  # bytes
_NUL = rb"\u0000"  # the only way JSON can say it; PostgreSQL has no text with it


async def read(request: Request, kind: type[T], cap: int) -> T:
    """The body as `kind`. Raises ApiProblem: 408 too_slow, 413 too_large, 415 unsupported_encoding, 422 malformed."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise problem(
            415, "unsupported_encoding", "Request bodies are sent as they are", "without Content-Encoding"
        )
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _within(request, cap)
    except TimeoutError:
        raise problem(408, "too_slow", "The request took too long to arrive") from None
    return parsed(body, kind)


def parsed(body: bytes, kind: type[T]) -> T:
    """The bytes of a body as `kind`. Raises ApiProblem 422 malformed."""
    try:
        value = msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as err:
        raise problem(422, "malformed", "The request cannot be understood", str(err)) from None
    except RecursionError:
        raise problem(422, "malformed", "The request cannot be understood", "nested too deeply") from None
    if _NUL in body and _holds_nul(msgspec.to_builtins(value)):
        raise problem(
            422, "malformed", "The request cannot be understood", "text with a NUL cannot be stored"
        )
    return value


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_nul(item) for item in value)
    return isinstance(value, str) and "\x00" in value


async def _within(request: Request, cap: int) -> bytes:
    """The body, if it has at most `cap` bytes; what its header says of its length is not believed."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= cap:
            parts.append(part)
        elif size > _DRAINED * cap:
            break
        else:
            parts.clear()
    if size > cap:
        raise problem(413, "too_large", "Too much at once", f"at most {cap} bytes")
    return b"".join(parts)


def answer(value: Any) -> Response:
    """`value` (a struct) as a JSON answer."""
    return Response(encode(value), media_type="application/json")


def packed(page: bytes, accepted: str) -> tuple[bytes, dict[str, str]]:
    """The page, compressed as `accepted` (an Accept-Encoding header) allows, and the headers that say so.

    zstd at its lowest level takes a tenth of gzip's time for pages no larger: the server's time is the first load's.
    """
    if len(page) >= _WORTH_PACKING:
        for name, pack in _PACKERS.items():
            if _takes(name, accepted):
                return pack(page), {"Vary": "Accept-Encoding", "Content-Encoding": name}
    return page, {"Vary": "Accept-Encoding"}


def _gzipped(page: bytes) -> bytes:
    return gzip.compress(page, compresslevel=5, mtime=0)


def _zstandard(page: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(page)


_PACKERS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstandard, "gzip": _gzipped}


def _takes(wanted: str, accepted: str) -> bool:
    """Whether an Accept-Encoding header allows `wanted`; `*` and `x-gzip` mean gzip, which every client knows."""
    names = {wanted, "x-gzip", "*"} if wanted == "gzip" else {wanted}
    for one in accepted.lower().split(","):
        name, _, weight = one.strip().partition(";")
        if name.strip() in names:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
