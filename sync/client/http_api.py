"""The sync conversation over requests. Its time-out is per read, so a stall is noticed by it and the whole exchange
has a wall-clock deadline of our own; a body is read in pieces and capped after decompression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, TypeVar, cast

import requests
import zstandard

from sync.client.session import Session, refusal
from sync.protocol.api import ApiProblem, Unreachable
from sync.protocol.messages import (
    Enrol,
    Enrolled,
    Problem,
    Pull,
    Push,
    PushAnswer,
    Rescue,
    RescueAnswer,
    decode,
    encode,
)
from sync.protocol.version import MAX_PAGE_BYTES

_PIECE = 64 * 1024
_PACKED = "zstd, gzip"
_WINDOW = 8 * 1024 * 1024  # bytes; more memory than that no page may ask for
T = TypeVar("T")


@dataclass(slots=True)
class HttpApi:
    """SyncApi over HTTP. `monotonic` is a clock in seconds; `deadline` bounds one exchange."""

    session: Session
    monotonic: Callable[[], float]
    deadline: float = 120.0

    def enrol(self, request: Enrol) -> Enrolled:
        return _decoded(self._post("/sync/v1/enrol", encode(request), 1 << 20), Enrolled)

    def push(self, request: Push) -> PushAnswer:
        return _decoded(self._post("/sync/v1/push", encode(request), 1 << 20), PushAnswer)

    def pull(self, request: Pull) -> bytes:
        return self._post("/sync/v1/pull", encode(request), MAX_PAGE_BYTES, held=request.wait)

    def rescue(self, request: Rescue) -> RescueAnswer:
        return _decoded(self._post("/sync/v1/rescue", encode(request), 1 << 20), RescueAnswer)

    def _post(self, path: str, body: bytes, cap: int, *, held: int = 0) -> bytes:
        """`held`: seconds that the server may take before it answers."""
        token = self.session.access()
        if token is None:
            raise ApiProblem(Problem("Sign in", 401, "signed_out"))
        try:
            return self._once(path, body, cap, held, token)
        except ApiProblem as refused:
            if refused.problem.status != 401:
                raise
        return self._once(path, body, cap, held, self.session.renew(token))

    def _once(self, path: str, body: bytes, cap: int, held: int, token: str) -> bytes:
        ends = self.monotonic() + self.deadline + held
        connect, read = self.session.timeout
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Encoding": _PACKED,
        }
        try:
            with self.session.http.post(
                f"{self.session.server_url}{path}",
                data=body,
                headers=headers,
                timeout=(connect, read + held),
                stream=True,
                allow_redirects=False,
            ) as response:
                if response.status_code != 200:
                    raise refusal(response)
                pieces, size = [], 0
                for piece in _unpacked(response):
                    size += len(piece)
                    if size > cap:
                        raise Unreachable(f"an answer of more than {cap} bytes")
                    if self.monotonic() > ends:
                        raise Unreachable(f"no whole answer within {self.deadline:.0f} s")
                    pieces.append(piece)
                return b"".join(pieces)
        except requests.RequestException as err:
            raise Unreachable(str(err)) from None


@dataclass(slots=True)
class _Source:
    """The pieces of a body as a file, for a reader that takes no more of them than it needs."""

    pieces: Iterator[bytes]

    def read(self, _size: int = -1) -> bytes:
        return next(self.pieces, b"")


def _unpacked(response: requests.Response) -> Iterator[bytes]:
    """The body in pieces of bounded size, decompressed. Raises Unreachable when that cannot be done."""
    pieces: Iterator[bytes] = response.iter_content(_PIECE)
    first = next(pieces, b"")
    pieces = chain((first,), pieces)
    if not first.startswith(
        zstandard.FRAME_HEADER
    ):  # gzip, and zstd where requests knows it, are unpacked by now
        yield from pieces
        return
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with unpacker.stream_reader(cast(IO[bytes], _Source(pieces))) as reader:
            while piece := reader.read(_PIECE):
                yield piece
    except zstandard.ZstdError as err:
        raise Unreachable(f"the answer cannot be decompressed: {err}") from None


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return decode(body, type=kind)
    except (ValueError, RecursionError) as err:
        raise Unreachable(f"the answer is not the server's: {err}") from None
