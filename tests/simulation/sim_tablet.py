"""One tablet: its file, its process, and its conversation with the server, one message at a time.

The process is the real one without Qt: `Workspace`, `Turn`, `Session` and `HttpApi`, stepped as the app's sync loop
steps them. A network call does not block: the api is called again from its start with the replies so far (`_Line`
plays them back), and raises `Pending` where the next reply is missing. So one thread is enough, and every message can
be delayed, doubled or lost on its own.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import requests
from observed import Tablet
from sim_company import PASSWORD, Clock
from sim_disk import Disk, share_dialect
from sim_server import PROBLEM, Reply
from sqlalchemy import select

from app.store.engine import reading
from app.workspace import checking, syncing
from app.workspace.opening import open_workspace
from app.workspace.tables import bucket
from app.workspace.workspace import Identity, Workspace
from sync.client import pacing
from sync.client.http_api import HttpApi
from sync.client.session import Session
from sync.client.turn import Trouble, Turn, ask
from sync.protocol.api import ApiProblem, Unreachable
from sync.protocol.messages import Enrol, Enrolled

SERVER = "https://sim"
STOPS = {Trouble.SIGN_IN, Trouble.REVOKED, Trouble.WRONG_USER, Trouble.UPDATE}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes onto the network."""

    path: str
    token: str
    body: bytes


class Pending(BaseException):
    """The conversation waits for the reply to this request."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.path)
        self.asked = asked


@dataclass(slots=True)
class _Line:
    """In the place of `requests.Session`: plays back the replies of this conversation; what comes after them is
    pending."""

    replies: list[Reply | None] = field(default_factory=list)  # None: nothing came
    at: int = 0

    def post(self, url: Any, data: Any = None, **more: Any) -> requests.Response:
        if self.at == len(self.replies):
            token = (more.get("headers") or {}).get("Authorization", "").removeprefix("Bearer ")
            raise Pending(Asked(url.removeprefix(SERVER), token, data))
        reply = self.replies[self.at]
        self.at += 1
        if reply is None:
            raise requests.ConnectionError("nothing came back")
        response = _response(reply)
        if not more.get("stream"):
            _ = response.content  # as requests does: a connection that breaks is noticed within the call
        return response


def _response(reply: Reply) -> requests.Response:
    made = requests.Response()
    made.status_code = reply.status
    made.headers["Content-Type"] = reply.media
    if reply.retry_after is not None:
        made.headers["Retry-After"] = str(reply.retry_after)
    made.raw = _Broken(reply.body) if reply.cut else io.BytesIO(reply.body)
    return made


class _Broken(io.BytesIO):
    """A body whose connection breaks before its end."""

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            raise requests.ConnectionError("the connection was closed within the body")
        return piece


@dataclass(slots=True)
class _Keyring:
    """Tokens; they outlive the process."""

    secrets: dict[str, str] | None = None

    def load(self) -> dict[str, str] | None:
        return self.secrets

    def save(self, secrets: dict[str, str]) -> None:
        self.secrets = dict(secrets)

    def clear(self) -> None:
        self.secrets = None


@dataclass(slots=True)
class Machine:
    """A tablet and what happens on it. `tell` is called with what the invariants want to know."""

    about: Tablet
    clock: Clock
    dice: random.Random
    new_id: Callable[[], str]
    tell: Callable[[str, Any], None]
    skew: timedelta = timedelta()
    known: dict[str, tuple[str, ...]] | None = None  # columns of an older app; None: today's
    keyring: _Keyring = field(default_factory=_Keyring)
    disk: Disk = field(init=False)
    identity: Identity | None = None
    turn: Turn | None = None
    pace: pacing.Pace = field(default_factory=lambda: pacing.Pace(0.0))  # virtual seconds
    trouble: Trouble | None = None
    finished: bool = False  # what was begun last was a turn, and it has come to its end
    talk: int = 0  # number of the conversation's message under way; a reply to another one is too late
    _line: _Line = field(default_factory=_Line)
    _ask: Callable[[HttpApi], Any] | None = None
    _heard: Callable[[Any], None] | None = None
    _refused: Callable[[ApiProblem | Unreachable], None] | None = None

    def __post_init__(self) -> None:
        self.disk = Disk(self.about.path)

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def device_name(self) -> str:
        """What the device calls itself; a copy of its folder says the same."""
        return self.about.copied_from or self.about.name

    @property
    def workspace(self) -> Workspace:
        assert self.about.workspace is not None
        return self.about.workspace

    @property
    def up(self) -> bool:
        return self.about.workspace is not None

    @property
    def busy(self) -> bool:
        return self._ask is not None

    @property
    def due(self) -> float:
        return self.pace.due

    def now(self) -> datetime:
        return self.clock() + self.skew

    # -- the process --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the file as it is."""
        self.disk.revive()
        workspace = open_workspace(
            self.about.path,
            now=self.now,
            new_id=self.new_id,
            journal=lambda record: self.tell("saved", record),
        )
        self.disk.watch(workspace.engine)
        share_dialect(workspace.reader)
        workspace.on_change(lambda topics: self.tell("changed", topics))
        workspace.settle_in(self.about.installation)
        self.about.workspace = workspace
        if not workspace.settle_in(self.name):
            self.about.device_id = self.new_id()
            self.keyring.clear()
        self.identity = workspace.identity()
        self._look_at_the_load(workspace)
        self.pace, self.trouble = pacing.Pace(self.clock.seconds), None

    def _look_at_the_load(self, workspace: Workspace) -> None:
        """Tell when a bucket is half loaded and something came in between."""
        half = select(bucket.c.name).where(bucket.c.state != "complete", bucket.c.after_kind != "")
        with reading(workspace.reader) as connection:
            if connection.execute(half.limit(1)).first() is not None:
                self.tell("half_loaded", None)

    def die(self) -> None:
        """The process is gone, now or where the disk's fuse blew. Its tokens stay in the keyring."""
        if self.about.workspace is not None:
            self.disk.take_image()
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        workspace, self.about.workspace = self.about.workspace, None
        if workspace is not None:
            workspace.reader.dispose()
            workspace.engine.dispose()
        self.turn = None
        self._hang_up()

    # -- conversation -------------------------------------------------------------------------------------------------

    def begin(self) -> Asked | None:
        """Begin a sync turn, or sign in first when that is what it takes; the first request."""
        self.finished = False
        if self.identity is None or self.keyring.load() is None or self.trouble is Trouble.SIGN_IN:
            return self._converse(self._sign_in, self._signed_in, self._not_signed_in)
        if self.due > self.clock.seconds:  # a person taps and does not wait
            self.pace.at_once(self.clock.seconds)
        pushing = self.pace.may_push(self.clock.seconds)
        self.turn = Turn(pushing=pushing, device_name=self.device_name)
        return self._next()

    def hear(self, reply: Reply | None) -> Asked | None:
        """A reply to the request under way (None: it never came); what goes onto the network next."""
        self._line.replies.append(reply)
        return self._go_on()

    def _converse(
        self,
        ask: Callable[[HttpApi], Any],
        heard: Callable[[Any], None],
        refused: Callable[[ApiProblem | Unreachable], None],
    ) -> Asked | None:
        self._line, self._ask, self._heard, self._refused = _Line(), ask, heard, refused
        return self._go_on()

    def _go_on(self) -> Asked | None:
        ask, heard, refused = self._ask, self._heard, self._refused
        assert ask is not None
        assert heard is not None
        assert refused is not None
        self._line.at = 0
        self.talk += 1
        api = HttpApi(Session(SERVER, self.keyring, cast("Any", self._line)), lambda: self.clock.seconds)
        try:
            answer = ask(api)
        except Pending as pending:
            return pending.asked
        except (ApiProblem, Unreachable) as error:
            self._hang_up()
            with self._speaking():
                refused(error)
                return self._next() if self.turn is not None else None
        self._hang_up()
        with self._speaking():
            heard(answer)
            return self._next() if self.turn is not None else None

    def _hang_up(self) -> None:
        self._ask = self._heard = self._refused = None
        self.talk += 1

    def _next(self) -> Asked | None:
        """The turn's next request, as the app's loop would send it."""
        turn, workspace = self.turn, self.workspace
        assert turn is not None
        with self._speaking():
            request = turn.next_request(workspace)
        if request is None:
            self._finish(turn)
            return None

        def heard(answer: Any) -> None:
            self.tell("answered", (request, answer))
            try:
                page = turn.absorb(workspace, request, answer)
                if getattr(page, "more", False) and getattr(request, "backfill", None) is None:
                    self.tell("staged", page)
            except (ApiProblem, Unreachable) as error:
                self.tell("discarded", error)
                refused(error)
            if isinstance(request, Enrol):
                self.identity = workspace.identity()

        def refused(error: ApiProblem | Unreachable) -> None:
            self.tell("refused", error)
            turn.failed(workspace, request, error)

        return self._converse(lambda api: ask(api, request), heard, refused)

    def _finish(self, turn: Turn) -> None:
        self.turn, self.trouble, self.finished = None, turn.trouble, True
        self.pace.ended(self.clock.seconds, self.dice.random(), turn, failed=turn.trouble is not None)
        if turn.trouble is Trouble.REVOKED:
            self.about.locked = True
        if turn.trouble is not None:
            self._look_at_the_load(self.workspace)
        else:
            self._check_sums()
        self.tell("turn", turn)

    def _check_sums(self) -> None:
        """Compare the sums that the turn has brought, as the app's loop does; what differs is fetched at once."""
        with reading(self.workspace.reader) as connection:
            compared = checking.compare(connection)
        if compared is not None and checking.conclude(self.workspace, compared):
            self.pace.due = self.clock.seconds
            self.tell("differs", compared)

    def crashed(self) -> None:
        """A visit to the writer thread raised: the turn is over, the process goes on."""
        self.turn = None
        self._hang_up()
        self.pace.ended(self.clock.seconds, self.dice.random(), Turn(), failed=True)

    # -- signing in ---------------------------------------------------------------------------------------------------

    def _sign_in(self, api: HttpApi) -> Enrolled:
        api.session.sign_in(self.about.login, PASSWORD, self.about.device_id)
        return api.enrol(Enrol(self.about.device_id, self.device_name))

    def _signed_in(self, enrolled: Enrolled) -> None:
        user = enrolled.user
        identity = Identity(
            SERVER,
            user.id,
            user.login,
            user.name,
            user.role,
            user.code,
            tuple(user.territories),
            enrolled.device_id,
            enrolled.stream,
            enrolled.letter,
        )
        self.workspace.become(identity, enrolled.next_seq)
        self.identity, self.trouble, self.pace = identity, None, pacing.Pace(self.clock.seconds)
        self.tell("signed_in", identity)

    def _not_signed_in(self, error: ApiProblem | Unreachable) -> None:
        self.pace.ended(self.clock.seconds, self.dice.random(), Turn(), failed=True)
        if isinstance(error, ApiProblem) and error.problem.code == "device_revoked":
            self.about.locked = True
        self.tell("refused", error)

    # -- an older app -------------------------------------------------------------------------------------------------

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """While this tablet works it knows the columns its app knows."""
        if self.known is None:
            yield
            return
        today = syncing.COLUMNS
        syncing.COLUMNS = self.known
        try:
            yield
        finally:
            syncing.COLUMNS = today

    def spoken(self, asked: Asked) -> Asked:
        """The request as this app's version sends it."""
        if self.about.protocol == 2 or not asked.path.startswith("/sync/v1/pu"):
            return asked
        body = json.loads(asked.body)
        body["protocol"] = self.about.protocol
        return Asked(asked.path, asked.token, json.dumps(body).encode())


__all__ = ["PROBLEM", "STOPS", "Asked", "Machine"]
