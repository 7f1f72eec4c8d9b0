"""Many idle tablets for `live.py`: plain sockets that ask for news and wait, and a meter between a tablet and its
server that counts what goes over the wire."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from msgspec.json import decode, encode
from sqlalchemy import Engine, select

from sync.protocol.messages import Cursor, Pull
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import read_page
from sync.server import tokens
from sync.server.compose import entropy, now
from sync.server.feed import unit_of_work
from sync.server.pull import COLUMNS
from sync.server.tables import sign_in_session, user_account

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result()

    def begin(self, what: Coroutine[Any, Any, T]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self.loop)


@dataclass
class Meter:
    """A port that leads to the server's; bytes in both directions (of TCP's payload) and requests are counted."""

    to: int
    port: int = 0
    up: int = 0
    down: int = 0
    requests: int = 0

    async def start(self) -> int:
        server = await asyncio.start_server(self._through, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return self.port

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.to)
        await asyncio.gather(self._pump(reader, back, True), self._pump(there, writer, False))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: bool) -> None:
        try:
            while piece := await reader.read(65_536):
                if up:
                    self.up += len(piece)
                    self.requests += piece.startswith(b"POST ")
                else:
                    self.down += len(piece)
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def read(self) -> tuple[int, int, int]:
        return self.requests, self.up, self.down


def sign_in_many(engine: Engine, count: int) -> list[str]:
    """Access tokens of sessions of `count` new devices, in turn of all people who can sign in but one, and last a token
    of that one, whose pushes concern nobody who waits. Without the passwords' deliberate slowness."""
    with unit_of_work(engine) as work:
        connection = work.connection
        users = list(
            connection.execute(
                select(user_account.c.id).where(user_account.c.password != "").order_by(user_account.c.id)
            ).scalars()
        )
        made = []
        for number in range(count + 1):
            user = users[0] if number == count else users[1 + number % (len(users) - 1)]
            session = {"id": f"live-{number}", "user_id": user}
            connection.execute(
                sign_in_session.insert().values(
                    **session, device_id=f"live-{number}", created_at=tokens.moment(now()), revoked_at=None
                )
            )
            pair = tokens.issue(connection, session["id"], parent=None, now=now(), entropy=entropy)
            made.append(pair.access)
    return made


@dataclass
class Idle:
    """One idle tablet: it holds all it may, and asks for news again and again."""

    port: int
    access: str
    device: str
    answers: list[tuple[float, bool]] = field(default_factory=list)  # when, and whether there was news
    user: str = ""

    async def start(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        enrolled = await self.post("/sync/v1/enrol", {"device_id": self.device, "name": "idle"})
        self.user = decode(enrolled)["user"]["id"]
        first = read_page(await self.post("/sync/v1/pull", Pull(PROTOCOL, Cursor(), [])), COLUMNS)
        self.request = Pull(PROTOCOL, first.cursor, [one.bucket for one in first.add], wait=25)

    async def live(self) -> None:
        while True:
            page = read_page(await self.post("/sync/v1/pull", self.request), COLUMNS)
            self.answers.append((time.monotonic(), page.cursor != self.request.cursor))
            self.request = Pull(PROTOCOL, page.cursor, self.request.held, wait=25)

    async def post(self, path: str, body: Any) -> bytes:
        content = encode(body)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.access}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        self.writer.write(head.encode() + content)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        size = int(answer.partition(b"content-length:")[2].split(b"\r\n")[0])
        body_back = await self.reader.readexactly(size)
        if b" 200 " not in answer.split(b"\r\n")[0]:
            raise RuntimeError(f"{path}: {decode(body_back)}")
        return body_back
