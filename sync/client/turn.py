"""One sync turn as a step machine: no threads, no clock, no dice.

    request = turn.next_request(workspace)     # writer thread
    answer = ask(api, request)                 # network thread
    turn.absorb(workspace, request, answer)    # writer thread
    … until next_request answers None

First ops go up, then what is held is brought up to date, then new buckets are filled page by page, with an increment
after the last so that they count as complete. Downloads never wait for uploads (law 9): a push that fails ends only
the pushing of this turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from msgspec.structs import replace

from app.store.engine import reading
from app.workspace import checking, syncing
from app.workspace.workspace import Workspace
from sync.protocol.api import ApiProblem, SyncApi, Unreachable
from sync.protocol.messages import (
    Enrol,
    Enrolled,
    Problem,
    Pull,
    Push,
    PushAnswer,
    Rescue,
    RescueAnswer,
)
from sync.protocol.version import PROTOCOL
from sync.protocol.wire import Page

Request = Push | Pull | Rescue | Enrol
Answer = PushAnswer | bytes | RescueAnswer | Enrolled
_STEPS_BACK = 2  # times in one turn that the server may say its history is another


class Trouble(Enum):
    """Why a turn stopped before it was done."""

    OFFLINE = "offline"  # no answer of ours
    SERVER = "server_trouble"  # 5xx, 429, 503
    SIGN_IN = "sign_in"  # tokens refused
    REVOKED = "revoked"  # this device may not speak any more
    WRONG_USER = "wrong_user"
    UPDATE = "update"  # the server asks for another version
    REFUSED = "refused"  # a request it will not take


@dataclass(slots=True)
class Turn:
    """State of one turn; make a new one for the next."""

    pushing: bool = True
    pulling: bool = True
    filling: bool = True
    backfilled: bool = False
    retry_after: float | None = None  # seconds before the next turn, as the server said
    push_after: float | None = None  # seconds before the next push, as the server said
    trouble: Trouble | None = None
    detail: str = ""
    limit: int = 0  # ops in one push after a 413/422; 0 = as many as fit
    device_name: str = ""  # told when a fresh stream is asked for
    rescuing: str = ""  # why the next op goes by rescue, '' when none does
    order: str = (
        ""  # what a revoked device is told: lock or wipe; it stands when the rescue meets other trouble
    )
    wait: int = 0  # seconds that the first increment may be held by the server; not when it asks for sums
    news: bool = False  # something has come down
    held_up: bool = False  # only what goes up has to wait; rows came down
    _pushes_refused: int = field(default=0)
    _steps_back: int = field(default=0)
    _enrolled: bool = field(default=False)
    _forgotten: bool = field(default=False)
    _heard_of: bool = field(default=False)  # the server knows that this device has its order

    def next_request(self, workspace: Workspace) -> Request | None:
        """What to send next; None when the turn is over."""
        if self.pushing and not self._enrolled and not self.rescuing:
            enrol = syncing.next_enrol(workspace, self.device_name)
            if enrol is not None:
                return enrol
        if self.pushing or self.rescuing:
            push = syncing.next_push(workspace)
            if push is not None and self.rescuing:
                ops = push.ops if self.trouble is Trouble.REVOKED else push.ops[:1]
                return Rescue(PROTOCOL, push.stream, self.rescuing, ops)
            if push is not None:
                return Push(push.protocol, push.stream, push.ops[: self.limit]) if self.limit else push
            why, self.pushing, self.rescuing = self.rescuing, False, ""
            if self.trouble is Trouble.REVOKED and not self._heard_of:
                identity = (
                    workspace.identity()
                )  # nothing is left to rescue; that the order is obeyed is told all the same
                return Rescue(PROTOCOL, identity.stream, why, []) if identity is not None else None
        if self.pulling:
            increment, wait = syncing.next_increment(workspace), self.wait
            self.wait = 0
            return increment if increment.sums else replace(increment, wait=wait)
        backfill = syncing.next_backfill(workspace) if self.filling else None
        if backfill is None and self.backfilled:
            self.backfilled = False
            return syncing.next_increment(workspace)
        return backfill

    def absorb(self, workspace: Workspace, request: Request, answer: Answer) -> Page | None:
        """Let an answer in. Raises Unreachable when the page is not whole (hand it to `failed`)."""
        match request, answer:
            case Push(), PushAnswer():
                syncing.absorb_push(workspace, request.stream, answer.last_seq)
                self.limit = 0
                return None
            case Rescue(), RescueAnswer():
                self._rescued(workspace, request, answer)
                return None
            case Enrol(), Enrolled():
                self._enrolled = True
                if not syncing.absorb_enrol(workspace, answer):
                    self._end_push(Trouble.REFUSED, "the server gives no fresh stream")
                return None
            case Pull(), bytes():
                page = syncing.absorb_pull(workspace, request, answer)
                self.news = self.news or bool(page.carried or page.gone or page.add or page.drop)
                if request.backfill is None:
                    self.pulling = page.more
                elif syncing.ahead(request, page):
                    self.pulling = True
                else:
                    self.backfilled = True
                return page
        raise Unreachable("an answer to something else")

    def failed(self, workspace: Workspace, request: Request, error: ApiProblem | Unreachable) -> None:
        """Decide what an error means for the rest of the turn (SYNC.md §5, the table)."""
        if isinstance(error, Unreachable):
            self._stop(Trouble.OFFLINE, str(error))
            return
        problem = error.problem
        if isinstance(request, Pull):
            self.retry_after = error.retry_after
        else:
            self.push_after = error.retry_after
        match problem.status, problem.code:
            case 401, _:
                self._stop(Trouble.SIGN_IN, problem.detail or problem.title)
            case 403, "device_revoked":
                self._revoked(workspace, request, problem)
            case 403, _:
                self._stop(Trouble.WRONG_USER, problem.detail or problem.title)
            case 409, "gap" if isinstance(request, Push) and problem.expected is not None:
                syncing.absorb_push(workspace, request.stream, problem.expected - 1)
                self._refused_push(problem.detail)
            case 409, "stream_forked" if isinstance(request, Push) and not self._enrolled:
                syncing.fork(workspace, request.stream)
            case 409, "stream_unknown" if isinstance(request, Push) and not self._enrolled:
                syncing.fork(workspace, request.stream)
            case 409, "stream_unknown" if isinstance(request, Pull) and not self._forgotten:
                # restored to before this device was enrolled, and there is nothing to push that would tell
                syncing.fork(workspace, "")
                self._forgotten = True
                self._push_first(problem)
            case 410, "bucket_reset" if isinstance(request, Pull) and request.backfill is not None:
                syncing.restart_bucket(workspace, request.backfill.bucket)
                self._step_back(problem)
            case 410, _ if not isinstance(request, Enrol | Rescue):
                syncing.server_restored(workspace, problem.expected)
                self._push_first(problem)  # what was lost goes up before the rows come down
                self._step_back(problem)
            case ((413 | 422), _) if isinstance(request, Push):
                if len(request.ops) > 1:
                    self.limit = len(request.ops) // 2
                else:
                    self.rescuing = f"{problem.status} {problem.code}"
            case 426, _:
                self._update(request, problem)
            case status, _ if (status >= 500 or status == 429) and self._goes_on_without(request):
                # what breaks on these ops need not break on rows, and who waits to push need not wait for them (law 9)
                self._end_push(Trouble.SERVER, problem.detail or problem.title)
                self.held_up = True
            case status, _ if status >= 500 or status == 429:
                self._stop(Trouble.SERVER, problem.detail or problem.title)
            case _ if not isinstance(request, Pull):
                self._end_push(Trouble.REFUSED, f"{problem.title} {problem.detail}".strip())
            case _:
                self._stop(Trouble.REFUSED, f"{problem.title} {problem.detail}".strip())

    def _rescued(self, workspace: Workspace, request: Rescue, answer: RescueAnswer) -> None:
        """What the server keeps has left the queue; an answer that keeps nothing of it ends the sending."""
        self._heard_of = True
        sent = {op.op_id for op in request.ops}
        kept = [op_id for op_id in answer.kept if op_id in sent]
        syncing.absorb_rescue(workspace, kept)
        if sent and not kept:
            self._end_push(Trouble.REFUSED, "the server does not keep what it was given for rescue")
        elif self.trouble is not Trouble.REVOKED:
            self.rescuing, self.limit = "", 0

    def _revoked(self, workspace: Workspace, request: Request, problem: Problem) -> None:
        """This device may not speak any more: what has no result is given for rescue, once."""
        first = self.trouble is not Trouble.REVOKED
        self._stop(Trouble.REVOKED, problem.title)
        self.order = problem.order or self.order or "lock"
        if first and not isinstance(request, Rescue):
            syncing.doubt_acknowledged(workspace)
            self.rescuing = "device_revoked"

    def _update(self, request: Request, problem: Problem) -> None:
        """The server asks for a newer app to pull; what waits still goes up (law 9)."""
        if isinstance(request, Pull):
            pushing = self.pushing
            self._stop(Trouble.UPDATE, problem.title)
            self.pushing = pushing
        else:
            self._end_push(Trouble.UPDATE, problem.title)

    def _push_first(self, problem: Problem) -> None:
        """Begin again with what goes up; in another turn when that has to wait."""
        if self.held_up:
            self._stop(Trouble.SERVER, problem.detail or problem.title)
        else:
            self.pushing = self.pulling = True

    def _step_back(self, problem: Problem) -> None:
        self._steps_back += 1
        if self._steps_back > _STEPS_BACK:
            self._stop(Trouble.SERVER, problem.detail or problem.title)

    def _refused_push(self, detail: str) -> None:
        """After a gap resend once from what the server expects; twice in one turn is trouble."""
        self._pushes_refused += 1
        if self._pushes_refused > 1:
            self.pushing = False
            self.trouble, self.detail = Trouble.REFUSED, detail

    def _goes_on_without(self, request: Request) -> bool:
        """Whether rows may come down although this was refused: not those of who is revoked or unknown there."""
        return not (isinstance(request, Pull) or self.order or self._forgotten)

    def _end_push(self, trouble: Trouble, detail: str) -> None:
        """Nothing more goes up in this turn; rows still come down, those too that a listener waited for."""
        self.pushing, self.rescuing = False, ""
        self.pulling = self.pulling or not self.order
        self.trouble, self.detail = trouble, detail

    def _stop(self, trouble: Trouble, detail: str) -> None:
        self.pushing = self.pulling = self.filling = self.backfilled = self.held_up = False
        self.rescuing = ""
        self.trouble, self.detail = trouble, detail


def ask(api: SyncApi, request: Request) -> Answer:
    """One exchange. Raises ApiProblem or Unreachable."""
    match request:
        case Push():
            return api.push(request)
        case Pull():
            return api.pull(request)
        case Rescue():
            return api.rescue(request)
        case Enrol():
            return api.enrol(request)


def run_turn(workspace: Workspace, api: SyncApi, *, device_name: str = "") -> Turn:
    """A whole turn in the caller's thread: for scripts, tests and the headless first sync."""
    turn = Turn(device_name=device_name)
    checked = False
    while True:
        request = turn.next_request(workspace)
        if request is None:
            if turn.trouble is not None or checked or not _differs(workspace):
                return turn
            checked = True  # what differs is fetched in the same turn
            continue
        try:
            turn.absorb(workspace, request, ask(api, request))
        except (ApiProblem, Unreachable) as error:
            turn.failed(workspace, request, error)


def _differs(workspace: Workspace) -> bool:
    with reading(workspace.reader) as connection:
        compared = checking.compare(connection)
    return compared is not None and checking.conclude(workspace, compared)
