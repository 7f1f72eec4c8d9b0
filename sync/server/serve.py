"""The HTTP server as a process: one socket, one line when it is ready, a clean end on SIGTERM."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync.protocol.messages import Problem, encode
from sync.server.edge import HEADERS
from sync.server.problems import MEDIA_TYPE

GRACE_SECONDS = 10  # for requests under way when the process is asked to end


class CannotServe(RuntimeError):
    """The address or the certificate cannot be used; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where to listen. Port 0 takes any free one; `port_file` gets the real one once requests are accepted."""

    host: str
    port: int
    tls_cert: Path | None = None
    tls_key: Path | None = None
    port_file: Path | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.tls_cert else "http"


def serve(app: FastAPI, door: Door, *, say: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT. `say` gets the one line that tells the address. Raises CannotServe."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_certfile=door.tls_cert,
        ssl_keyfile=door.tls_key,
    )
    try:
        config.load()
    except OSError as err:
        # also ssl.SSLError: a file that is missing, unreadable or no certificate
        raise CannotServe(f"the TLS certificate or key cannot be used: {err}") from None
    if door.port_file is not None:
        door.port_file.unlink(missing_ok=True)  # an earlier server's port would be taken for ours
    with _bound(door) as listener:
        # uvicorn raises the signal again when it is done; by then there is nothing left to do
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda _number, _frame: None)
        server = _Server(config, lambda: _announce(door, listener, say), app.state.waiting.close)
        server.run(sockets=[listener])


def _bound(door: Door) -> socket.socket:
    """The socket, bound but not yet listening: nobody connects before requests are accepted."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            door.host, door.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as err:
        raise CannotServe(f"there is no address {door.host}: {err.strerror}") from None
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as err:
        listener.close()
        raise CannotServe(
            f"cannot listen on {door.host} port {door.port}: {err.strerror}; is another server running there?"
        ) from None
    return listener


def _announce(door: Door, listener: socket.socket, say: Callable[[str], None]) -> None:
    host, port = listener.getsockname()[:2]
    if door.port_file is not None:
        partial = door.port_file.with_name(f"{door.port_file.name}.partial")
        partial.write_text(f"{port}\n")
        partial.replace(door.port_file)
    say(f"trunkline-server listening on {door.scheme}://{f'[{host}]' if ':' in host else host}:{port}")


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], leaving: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready, self._leaving = ready, leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving()  # pulls that wait are answered now, not when their time is over
        await super().shutdown(sockets)


class _Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, but what it refuses by itself is problem details too."""

    def send_400_response(self, msg: str) -> None:
        found = Problem(title="Bad Request", status=400, code="bad_request", detail=msg)
        body = encode(found)
        headers = [
            *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
