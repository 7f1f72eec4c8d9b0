"""The sync conversation on the server's side; `routes` puts it on HTTP, tests talk to it in person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from msgspec import structs
from sqlalchemy import Engine

from app.store.engine import reading
from sync.protocol.api import problem
from sync.protocol.messages import Enrol, Enrolled, Pull, Push, PushAnswer, Rescue, RescueAnswer
from sync.protocol.version import (
    LEAST_PULL,
    MAX_BACKFILL_ROWS,
    MAX_PAGE_BYTES,
    MAX_PUSH_BYTES,
    MAX_PUSH_OPS,
    PROTOCOL,
)
from sync.protocol.wire import Page, write_page
from sync.server import pull, rescue
from sync.server.apply import Tally, apply_ops
from sync.server.author import Author
from sync.server.streams import in_stream


@dataclass(slots=True)
class ServerApi:
    """Push and pull for authenticated callers. `now` is the server's clock (UTC)."""

    engine: Engine
    now: Callable[[], datetime]
    tally: Tally = field(default_factory=Tally)

    def push(self, author: Author, request: Push) -> PushAnswer:
        """Decide the ops. Accepted from every app version ever shipped (law 9). Raises ApiProblem."""
        if len(request.ops) > MAX_PUSH_OPS or sum(len(op.payload) for op in request.ops) > MAX_PUSH_BYTES:
            raise problem(
                413, "too_large", "Too much at once", f"at most {MAX_PUSH_OPS} ops, {MAX_PUSH_BYTES} bytes"
            )
        if any(later.seq != op.seq + 1 for op, later in zip(request.ops, request.ops[1:], strict=False)):
            raise problem(422, "malformed", "The ops are not in sequence")
        last, answers = apply_ops(
            self.engine, in_stream(author, request.stream), request.ops, now=self.now, tally=self.tally
        )
        return PushAnswer(last, answers, self.now().isoformat())

    def rescue(self, author: Author, request: Rescue) -> RescueAnswer:
        """Keep ops as they are; nothing is applied. Raises ApiProblem 413 when the device has sent too much so."""
        kept = rescue.keep(self.engine, author, request, now=self.now)
        return RescueAnswer(kept, self.now().isoformat())

    def pull(self, author: Author, request: Pull) -> bytes:
        """A page as NDJSON bytes, at once (who may wait is told by `waiting`). Raises ApiProblem as `page` does."""
        return self.page(author, request)[1]

    def page(self, author: Author, request: Pull) -> tuple[Page, bytes]:
        """A page and its NDJSON bytes, no larger than a tablet takes. Raises ApiProblem: 426 for another protocol,
        410 for another history, 409 for a device that is not enrolled."""
        if request.protocol > PROTOCOL:
            raise problem(426, "upgrade_required", "This server is older than the app", "update the server")
        if request.protocol < LEAST_PULL:
            raise problem(426, "upgrade_required", "The app is older than the server", "update the app")
        if author.stream is None:  # the device may be another's: its rows are that one's
            raise problem(409, "stream_unknown", "This device is not enrolled", "enrol again")
        with reading(self.engine) as connection:
            while True:
                page = pull.read(
                    connection, author.person, author.device_id, author.stream, request, self.now()
                )
                body = b"".join(write_page(page, pull.COLUMNS))
                if len(body) <= MAX_PAGE_BYTES or request.limit == 1:
                    return page, body
                request = structs.replace(request, limit=min(request.limit, MAX_BACKFILL_ROWS) // 2 or 1)

    def written(self, page: Page) -> bytes:
        """A page that has been waited with, as bytes: with the server's time of now."""
        page.server_time = self.now().isoformat()
        return b"".join(write_page(page, pull.COLUMNS))


class Enroller(Protocol):
    """The part of Accounts that BoundApi needs."""

    def enrol(self, caller: Author, request: Enrol) -> Enrolled: ...


@dataclass(slots=True)
class BoundApi:
    """The server as a SyncApi for one caller, without HTTP."""

    server: ServerApi
    accounts: Enroller
    caller: Author

    def enrol(self, request: Enrol) -> Enrolled:
        return self.accounts.enrol(self.caller, request)

    def push(self, request: Push) -> PushAnswer:
        return self.server.push(self.caller, request)

    def pull(self, request: Pull) -> bytes:
        return self.server.pull(self.caller, request)

    def rescue(self, request: Rescue) -> RescueAnswer:
        return self.server.rescue(self.caller, request)
