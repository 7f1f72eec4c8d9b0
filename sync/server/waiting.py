"""Pulls that wait for news (SYNC.md §4, live): one look at the clock row for all of them, and no thread for any.

A pull that would tell nothing new and may `wait` is held until something that concerns it is committed, at most that
many seconds; then it answers a whole page. One watcher per process looks at the clock row every LOOK_SECONDS while
somebody waits, and at once after a push to this process. When the clock has moved, one query tells which of the held
buckets have moved with it: only who holds one of those is read a page for, after their token was looked at again.

What decides on grants (policies, territories, price lists, places, people) lies in `g:policy`, which everybody holds;
accounts, addresses and rosters lie in the territory's and the rep's buckets. Only a new contract can come to somebody
who holds nothing of it yet, so it is looked for by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect

from app.domain.parties import Person
from app.store.engine import reading
from sync.protocol.messages import Pull
from sync.protocol.wire import Page
from sync.server.api import ServerApi
from sync.server.author import Author
from sync.server.feed import chunks
from sync.server.pull import contracts_of
from sync.server.tables import clock, feed

LOOK_SECONDS = 0.25
_AT_ONCE = 4  # pages read at a time for those who were woken: a push finds a free thread

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Waiter:
    """One pull that waits. `seen` is the position up to which it is known to have nothing new."""

    person: Person
    held: frozenset[str]
    seen: int
    call: asyncio.Future[bool]  # True: look, False: answer as you are

    def wake(self, look: bool) -> None:
        if not self.call.done():
            self.call.set_result(look)


@dataclass(slots=True)
class Waiting:
    """The waiting pulls of this process, one per device: a newer pull of a device ends its older one."""

    api: ServerApi
    _waiters: dict[tuple[str, str], Waiter] = field(default_factory=dict)  # by user and device
    _watcher: asyncio.Task[None] | None = None
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)
    _limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(_AT_ONCE))
    _loop: asyncio.AbstractEventLoop | None = None
    _closed: bool = False

    @property
    def count(self) -> int:
        """How many wait now."""
        return len(self._waiters)

    @property
    def idle(self) -> bool:
        """Whether nobody waits and nobody looks at the clock."""
        return not self._waiters and (self._watcher is None or self._watcher.done())

    def nudge(self) -> None:
        """Something was committed by this process: do not wait for the next look."""
        self._nudged.set()

    def close(self) -> None:
        """The process ends: everybody is answered now, and nobody waits any more. From any thread."""
        self._closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._let_go)

    def _let_go(self) -> None:
        self._nudged.set()
        for waiter in self._waiters.values():
            waiter.wake(look=False)

    async def pull(
        self,
        caller: Author,
        request: Pull,
        *,
        again: Callable[[], Author],
        gone: Callable[[], Awaitable[None]],
    ) -> bytes:
        """The page for `request`, waited for as long as it may be. Raises ApiProblem and ClientDisconnect.

        `again` looks at the caller's token anew (it blocks); `gone` returns when the client has left.
        """
        page, body = await run_sync(self.api.page, caller, request)
        key = (caller.user_id, caller.device_id)
        earlier = self._waiters.pop(key, None)
        if earlier is not None:
            earlier.wake(look=False)
        if not request.wait or self._closed or has_news(request, page):
            return body
        loop = self._loop = asyncio.get_running_loop()
        waiter = Waiter(caller.person, frozenset(request.held), page.head, loop.create_future())
        self._waiters[key] = waiter
        self._watch()
        left = asyncio.ensure_future(gone())
        ends = loop.time() + request.wait
        try:
            while (rest := ends - loop.time()) > 0 and not self._closed:
                await asyncio.wait((left, waiter.call), timeout=rest, return_when=asyncio.FIRST_COMPLETED)
                if left.done():
                    raise ClientDisconnect
                if not waiter.call.done() or not waiter.call.result():
                    break
                waiter.call = loop.create_future()
                page, body = await run_sync(lambda: self.api.page(again(), request), limiter=self._limiter)
                if has_news(request, page):
                    return body
        finally:
            left.cancel()
            if self._waiters.get(key) is waiter:
                del self._waiters[key]
        return self.api.written(page)

    # -- the watcher ------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.get_running_loop().create_task(self._look_again())

    async def _look_again(self) -> None:
        away = False
        while self._waiters:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._nudged.wait()
            except TimeoutError:
                pass
            self._nudged.clear()
            waiters = list(self._waiters.values())
            if not waiters:
                break
            try:
                position, concerned = await run_sync(self._look, waiters)
            except SQLAlchemyError as err:
                if not away:
                    log.warning("waiting pulls cannot see the clock", error=type(err).__name__)
                away = True
                continue
            away = False
            for waiter in waiters:
                waiter.seen = position
            for waiter in concerned:
                waiter.wake(look=True)

    def _look(self, waiters: Sequence[Waiter]) -> tuple[int, list[Waiter]]:
        """The clock's position, and those whom what came after `seen` concerns. Blocks."""
        with reading(self.api.engine) as connection:
            position = connection.execute(select(clock.c.position).where(clock.c.id == 1)).scalar_one()
            behind = [one for one in waiters if one.seen != position]
            return position, concerned_of(connection, behind, position) if behind else []


def has_news(request: Pull, page: Page) -> bool:
    """Whether the page tells more than that there is nothing: then it is not waited with."""
    told = page.add or page.drop or page.carried or page.gone or page.sums or page.more
    moved = page.cursor != request.cursor or page.since != request.cursor
    return bool(told or moved or request.backfill is not None)


def concerned_of(connection: Connection, waiters: Sequence[Waiter], position: int) -> list[Waiter]:
    """Those of `waiters` for whom something was committed after `seen`, by the feed (index feed_position)."""
    floor = min(one.seen for one in waiters)
    heads: dict[str, int] = {}
    for part in chunks(sorted({bucket for one in waiters for bucket in one.held})):
        moved = select(feed.c.bucket, func.max(feed.c.position)).where(
            feed.c.bucket.in_(part), feed.c.position > floor
        )
        heads |= {row[0]: row[1] for row in connection.execute(moved.group_by(feed.c.bucket))}
    contracts = select(func.max(feed.c.position)).where(feed.c.kind == "contract", feed.c.position > floor)
    contract = connection.execute(contracts).scalar() or 0  # index feed_row: as many as there are contracts

    def concerned(one: Waiter) -> bool:
        if one.seen > position:  # a backup was put back under us
            return True
        if any(heads[bucket] > one.seen for bucket in one.held & heads.keys()):
            return True
        if contract <= one.seen:
            return False
        return not one.held.issuperset(f"ctr:{name}" for name in contracts_of(connection, one.person))

    return [one for one in waiters if concerned(one)]
