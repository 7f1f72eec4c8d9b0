"""One sync turn as a step machine: no threads, no clock, no dice.

    request = turn.next_request(workspace)     # writer thread
    answer = api.push(request) or api.pull(request)    # network thread
    turn.absorb(workspace, request, answer)    # writer thread
    … until next_request answers None

First ops go up, then what is held is brought up to date, then new buckets are filled page by page, with an increment
after the last so that they count as complete. Downloads never wait for uploads (law 9): a push that fails ends only
the pushing of this turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from app.workspace import syncing
from app.workspace.workspace import Workspace
from sync.protocol.api import ApiProblem, SyncApi, Unreachable
from sync.protocol.messages import Pull, Push, PushAnswer
from sync.protocol.wire import Page


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
    retry_after: float | None = None
    trouble: Trouble | None = None
    detail: str = ""
    limit: int = 0  # ops in one push after a 413/422; 0 = as many as fit
    _pushes_refused: int = field(default=0)

    def next_request(self, workspace: Workspace) -> Push | Pull | None:
        """What to send next; None when the turn is over."""
        if self.pushing:
            push = syncing.next_push(workspace)
            if push is not None:
                return Push(push.protocol, push.stream, push.ops[: self.limit]) if self.limit else push
            self.pushing = False
        if self.pulling:
            return syncing.next_increment(workspace)
        backfill = syncing.next_backfill(workspace) if self.filling else None
        if backfill is None and self.backfilled:
            self.backfilled = False
            return syncing.next_increment(workspace)
        return backfill

    def absorb(self, workspace: Workspace, request: Push | Pull, answer: PushAnswer | bytes) -> Page | None:
        """Let an answer in. Raises Unreachable when the page is not whole (hand it to `failed`)."""
        if isinstance(request, Push):
            assert isinstance(answer, PushAnswer)
            syncing.absorb_push(workspace, answer.last_seq)
            self.limit = 0
            return None
        assert isinstance(answer, bytes)
        page = syncing.absorb_pull(workspace, request, answer)
        if request.backfill is not None:
            self.backfilled = True
        else:
            self.pulling = page.more
        return page

    def failed(self, workspace: Workspace, request: Push | Pull, error: ApiProblem | Unreachable) -> None:
        """Decide what an error means for the rest of the turn (SYNC.md §5, the table)."""
        if isinstance(error, Unreachable):
            self._stop(Trouble.OFFLINE, str(error))
            return
        problem = error.problem
        self.retry_after = error.retry_after
        match problem.status, problem.code:
            case 401, _:
                self._stop(Trouble.SIGN_IN, problem.detail or problem.title)
            case 403, "device_revoked":
                self._stop(Trouble.REVOKED, problem.title)
            case 403, _:
                self._stop(Trouble.WRONG_USER, problem.detail or problem.title)
            case 409, "gap" if isinstance(request, Push) and problem.expected is not None:
                syncing.absorb_push(workspace, problem.expected - 1)
                self._refused_push(problem.detail)
            case 410, _:
                syncing.forget_position(workspace)
                self._stop(Trouble.SERVER, problem.title)
            case ((413 | 422), _) if isinstance(request, Push) and len(request.ops) > 1:
                self.limit = max(1, len(request.ops) // 2)
            case 426, _:
                self._stop(Trouble.UPDATE, problem.title)
            case 500, _ if isinstance(request, Push):
                self.pushing = False  # what breaks on these ops need not break on rows (law 9)
                self.trouble, self.detail = Trouble.SERVER, problem.detail or problem.title
            case status, _ if status >= 500 or status == 429:
                self._stop(Trouble.SERVER, problem.detail or problem.title)
            case _ if isinstance(request, Push):
                self.pushing = False
                self.trouble, self.detail = Trouble.REFUSED, f"{problem.title} {problem.detail}".strip()
            case _:
                self._stop(Trouble.REFUSED, f"{problem.title} {problem.detail}".strip())

    def _refused_push(self, detail: str) -> None:
        """After a gap resend once from what the server expects; twice in one turn is trouble."""
        self._pushes_refused += 1
        if self._pushes_refused > 1:
            self.pushing = False
            self.trouble, self.detail = Trouble.REFUSED, detail

    def _stop(self, trouble: Trouble, detail: str) -> None:
        self.pushing = self.pulling = self.filling = self.backfilled = False
        self.trouble, self.detail = trouble, detail


def run_turn(workspace: Workspace, api: SyncApi) -> Turn:
    """A whole turn in the caller's thread: for scripts, tests and the headless first sync."""
    turn = Turn()
    while (request := turn.next_request(workspace)) is not None:
        try:
            answer = api.push(request) if isinstance(request, Push) else api.pull(request)
            turn.absorb(workspace, request, answer)
        except (ApiProblem, Unreachable) as error:
            turn.failed(workspace, request, error)
    return turn
