"""The next page of a first load is asked for while the one before is being put away: two machines work at once.

It stands between a turn and its SyncApi and changes neither: a page asked for ahead is handed out only for exactly the
request that a turn would send, and is thrown away for any other. What changed between asking and handing out is told by
the increment after the last page, as with any slow page.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from msgspec import structs

from sync.protocol.api import SyncApi
from sync.protocol.messages import Enrol, Enrolled, Pull, Push, PushAnswer, Rescue, RescueAnswer
from sync.protocol.wire import next_key


@dataclass(slots=True)
class Ahead:
    """A SyncApi over `api` that keeps at most one page ahead. Called from one thread at a time, but for a pull that the
    server may hold: that one is only passed on, so it can wait beside all others."""

    api: SyncApi
    _asked: tuple[Pull, Future[bytes]] | None = field(default=None)

    def enrol(self, request: Enrol) -> Enrolled:
        self._forget()
        return self.api.enrol(request)

    def push(self, request: Push) -> PushAnswer:
        self._forget()
        return self.api.push(request)

    def rescue(self, request: Rescue) -> RescueAnswer:
        self._forget()
        return self.api.rescue(request)

    def pull(self, request: Pull) -> bytes:
        if request.wait:
            return self.api.pull(request)
        asked = self._forget()
        body = asked[1].result() if asked is not None and asked[0] == request else self.api.pull(request)
        following = next_key(body) if request.backfill is not None else None
        if following is not None:
            self._ask(structs.replace(request, backfill=following))
        return body

    def _ask(self, request: Pull) -> None:
        answer: Future[bytes] = Future()

        def ask() -> None:
            try:
                answer.set_result(self.api.pull(request))
            except BaseException as error:
                answer.set_exception(error)

        self._asked = (request, answer)
        threading.Thread(target=ask, name="page-ahead", daemon=True).start()

    def _forget(self) -> tuple[Pull, Future[bytes]] | None:
        """What was asked ahead, once it has been answered or refused: one conversation at a time."""
        asked, self._asked = self._asked, None
        if asked is not None:
            asked[1].exception()
        return asked
