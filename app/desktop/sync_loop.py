"""The sync loop: turns of sync.client.turn, stepped between the network thread and the writer thread.

It is level-triggered (SYNC.md §4): every tick looks at what there is to do, so no wake-up can be lost. All
decisions are made on the GUI thread, where they take microseconds; `pacing` says how long to wait after trouble.

When all is well it listens: a pull that the server holds until there is news waits on a thread of its own. A saved op
does not wait for it: it is pushed beside it, and its result is the news. A tap does not trust it: a whole turn begins,
and whatever the old pull still brings is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.desktop.secrets import SecretsUnavailable
from app.screens.sync_state import (
    NEEDS_YOU,
    OFFLINE,
    SERVER_TROUBLE,
    SIGNED_OUT,
    SYNCING,
    UP_TO_DATE,
    SyncView,
)
from app.store.engine import reading
from app.workspace import checking, syncing
from app.workspace.queries import sync as sync_queries
from app.workspace.rows.sync import SyncFigures
from sync.client import pacing
from sync.client.turn import Answer, Request, Trouble, Turn, ask
from sync.protocol.api import ApiProblem, SyncApi, Unreachable, problem
from sync.protocol.messages import Pull, Rescue

if TYPE_CHECKING:
    from app.desktop.tasks import Tasks
    from app.workspace.workspace import Workspace

TICK_MS = 1_000
_PACE_AFTER = 2.0  # seconds of loading before its pace says something
_STATES = {Trouble.OFFLINE: OFFLINE, Trouble.SERVER: SERVER_TROUBLE, Trouble.SIGN_IN: SIGNED_OUT}
_STOPS = {Trouble.SIGN_IN, Trouble.REVOKED, Trouble.WRONG_USER, Trouble.UPDATE}  # only a person can go on


class SyncLoop(QObject):
    """`monotonic` in seconds and `dice` in [0, 1) come from the compose root. `by_hand`: only `now()` starts a turn.

    `revoked` is called on the writer with the server's order before anything is given for rescue (law 14); `ended`
    carries each Turn that was not a crash, when it is over.
    """

    ended = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        api: SyncApi,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        dice: Callable[[], float],
        by_hand: bool = False,
        device_name: str = "",
        revoked: Callable[[Workspace, str], None] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._revoked = revoked
        self.view = SyncView()
        self._tasks, self._api = tasks, api
        self._now, self._monotonic, self._dice = now, monotonic, dice
        self._by_hand, self._stopped = by_hand, False
        self._device_name = device_name
        self._turn: Turn | None = None
        self._heard = False  # the server has answered in this turn
        self._again = False  # somebody asked while a turn was under way
        self._grew = False  # something was saved while a turn was under way
        self._live: Turn | None = None  # listening, until its answer is taken
        self._late: tuple[_Step, float | None] | None = None  # that answer, come while a turn was under way
        self._out = 0  # pulls on the listener thread, those nobody waits for any more included
        self._held: float | None = None  # seconds that the server held the first pull of the turn under way
        self._deaf = False  # the server holds nothing: only turns
        self._listen_at = self._monotonic()
        self._trouble: Trouble | None = None
        self._since: str | None = None
        self._detail = ""
        self._pace = pacing.Pace(self._monotonic())
        self._figures: SyncFigures | None = None
        self._load_from: tuple[float, int] | None = None  # when the load began here, and at which row
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        tasks.changed.connect(self._on_change)

    @property
    def busy(self) -> bool:
        return self._turn is not None

    def start(self) -> None:
        """Begin: a first look now, then at every tick."""
        self._look()
        if not self._by_hand:
            self._timer.start()
            self.tick()

    def stop(self) -> None:
        """No more turns; the one under way ends where it is, which is safe at any point."""
        self._stopped = True
        self._timer.stop()

    def now(self) -> None:
        """Somebody tapped, or the network is back: try at once."""
        self._pace.at_once(self._monotonic())
        self._live = self._late = None
        if self._turn is not None:
            self._again = True
        else:
            self._begin()

    def signed_in(self) -> None:
        """There are new tokens: trouble with the old ones is over."""
        self._trouble, self._pace.failures = None, 0
        self.now()

    def tick(self) -> None:
        """Look whether there is something to do."""
        if self._turn is not None or self._stopped or self._trouble in _STOPS:
            return
        urgent = self._pace.failures == 0 and self._figures is not None and self._figures.unsent > 0
        if urgent or (self._live is None and self._monotonic() >= self._pace.due):
            self._begin()

    # -- one turn -----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._stopped or self._turn is not None:
            return
        listening = self._live is not None
        turn = self._turn = Turn(
            pushing=self._pace.may_push(self._monotonic()),
            pulling=not listening,
            filling=not listening,
            device_name=self._device_name,
        )
        self._heard, self._held = False, None
        self._tell()
        self._on_writer(turn, turn.next_request)

    def _on_writer(self, turn: Turn, step: Callable[[Workspace], Request | None]) -> None:
        """One visit to the writer thread. A crash there is told as any other, and ends the turn."""

        def run(workspace: Workspace) -> Request | None:
            try:
                return step(workspace)
            except Exception:
                self._tasks.on_gui(lambda: self._finish(turn, crashed=True))
                raise

        self._tasks.act(run, self._on_request)

    def _on_request(self, request: Request | None) -> None:
        turn = self._turn
        if turn is None or self._stopped:
            return
        if request is None:
            self._finish(turn)
            return

        def talk() -> Answer:
            return ask(self._api, request)

        def heard(answer: Answer) -> None:
            self._heard = True
            self._on_writer(turn, lambda workspace: _absorb(turn, workspace, request, answer))

        def refused(error: Exception) -> bool:
            if isinstance(error, SecretsUnavailable):
                error = problem(401, "no_keyring", str(error))
            if not isinstance(error, ApiProblem | Unreachable):
                self._finish(turn, crashed=True)
                return False
            self._on_writer(turn, lambda workspace: self._fail(turn, workspace, request, error))
            return True

        self._tasks.ask(talk, heard, refused)

    def _fail(
        self, turn: Turn, workspace: Workspace, request: Request, error: ApiProblem | Unreachable
    ) -> Request | None:
        """Let an error in and say what is next, on the writer thread."""
        turn.failed(workspace, request, error)
        if turn.trouble is Trouble.REVOKED and not isinstance(request, Rescue) and self._revoked is not None:
            self._revoked(workspace, turn.order)
        return turn.next_request(workspace)

    def _finish(self, turn: Turn, *, crashed: bool = False) -> None:
        self._turn = None
        trouble = Trouble.SERVER if crashed else turn.trouble
        self._pace.ended(self._monotonic(), self._dice(), turn, failed=trouble is not None)
        if (
            trouble is not None or not self._pace.failures
        ):  # else rows came, and what goes up still has to wait
            if trouble is not self._trouble:
                self._since = self._now().isoformat() if trouble else None
            self._trouble, self._detail = trouble, turn.detail
        self._deaf = self._held is not None and self._held < pacing.LISTEN - pacing.AT_ONCE and not turn.news
        if turn.news:
            self._listen_at = self._monotonic() + pacing.NEWS
        if trouble is not None:
            self._live = self._late = None
            self._tell()
        self._look()
        if self._again:
            self._again = False
            self._pace.at_once(self._monotonic())
            self._begin()
        elif self._live is not None and self._late is not None:
            self._take(self._live, *self._late)
        elif self._trouble is None and self._live is None:
            self._check()
        if not crashed:
            self.ended.emit(turn)

    # -- listening ----------------------------------------------------------------------------------------------------

    def _listen_soon(self) -> None:
        if not self._by_hand and not self._deaf:
            pause = max(0.0, self._listen_at - self._monotonic())
            QTimer.singleShot(round(pause * 1_000), self, self._listen)

    def _listen(self) -> None:
        """Ask for news, and leave the question with the server."""
        taken = self._turn is not None or self._live is not None or self._out
        if self._stopped or taken or self._trouble is not None:
            return
        live = self._live = Turn(pushing=False, wait=pacing.LISTEN, device_name=self._device_name)

        def first(workspace: Workspace) -> Request | None:
            try:
                return live.next_request(workspace)
            except Exception:
                self._tasks.on_gui(self.now)
                raise

        self._tasks.act(first, lambda request: self._hold(live, request))

    def _hold(self, live: Turn, request: Request | None) -> None:
        if self._live is not live or request is None:
            return
        began = self._monotonic() if isinstance(request, Pull) and request.wait else None
        if began is None:  # sums are due; they are asked for without waiting, and not too often
            self._listen_at = self._monotonic() + pacing.SUMS
        self._out += 1

        def heard(answer: Answer) -> None:
            self._arrived(live, lambda workspace: _absorb_news(live, workspace, request, answer), began)

        def refused(error: Exception) -> bool:
            if isinstance(error, SecretsUnavailable):
                error = problem(401, "no_keyring", str(error))
            known = isinstance(error, ApiProblem | Unreachable)
            told = error if isinstance(error, ApiProblem | Unreachable) else Unreachable(str(error))
            self._arrived(live, lambda workspace: self._fail(live, workspace, request, told), began)
            return known

        self._tasks.ask(lambda: ask(self._api, request), heard, refused, listen=began is not None)

    def _arrived(self, live: Turn, step: _Step, began: float | None) -> None:
        """The answer is there. It is dropped when a whole turn has begun since: that one knows better."""
        self._out -= 1
        held = None if began is None else self._monotonic() - began
        if self._live is not live:
            self._listen()
        elif self._turn is None:
            self._take(live, step, held)
        else:
            self._late = step, held

    def _take(self, live: Turn, step: _Step, held: float | None) -> None:
        if self._stopped:
            return
        self._live = self._late = None
        self._turn, self._heard, self._held = live, True, held
        self._on_writer(live, step)

    def _check(self) -> None:
        """Compare the sums that the turn has brought, off the writer; what differs is fetched in the next turn."""

        def found(compared: checking.Compared | None) -> None:
            if compared is None:
                self._listen_soon()
            elif not self._stopped:
                self._tasks.act(lambda workspace: checking.conclude(workspace, compared), self._mend)

        if not self._stopped:
            self._tasks.read(checking.compare, found, key="sync-check", calm=True)

    def _mend(self, differs: bool) -> None:
        if differs:
            self.now()
        else:
            self._listen_soon()

    # -- what is told -------------------------------------------------------------------------------------------------

    def _on_change(self, topics: frozenset[str]) -> None:
        if topics & {"outbox", "sync"}:
            self._look()

    def _look(self) -> None:
        """Count what waits, then tell."""
        if not self._stopped:
            self._tasks.read(sync_queries.figures, self._on_figures, key="sync-figures", calm=True)

    def _on_figures(self, figures: SyncFigures) -> None:
        before, self._figures = self._figures, figures
        self._tell()
        self._grew = self._grew or (before is not None and figures.unsent > before.unsent)
        if self._grew and self._turn is None and not self._by_hand:
            self._grew = False
            self.tick()

    def _tell(self) -> None:
        figures = self._figures
        view = SyncView(state=self._state(), since=self._since, problem=self._problem(), detail=self._detail)
        if figures is not None:
            view = replace(
                view,
                waiting=figures.unsent,
                unsettled=figures.unsettled,
                needs_you=figures.needs_you,
                done=figures.loaded,
                total=figures.total,
                what=figures.what,
                loading=bool(figures.what),
                seconds_left=self._seconds_left(figures),
                last_contact=figures.last_contact,
                skew_seconds=figures.skew_seconds,
            )
        if view != self.view:
            self.view = view
            self._tasks.sync_moved.emit(view)

    def _seconds_left(self, figures: SyncFigures) -> int | None:
        """What the load may still take at the pace so far; None before a pace can be told."""
        if not figures.what or not figures.total:
            self._load_from = None
            return None
        now = self._monotonic()
        if self._load_from is None or self._load_from[1] > figures.loaded:
            self._load_from = (now, figures.loaded)
        began, first = self._load_from
        done, passed = figures.loaded - first, now - began
        if done <= 0 or passed < _PACE_AFTER:
            return None
        return round((figures.total - figures.loaded) * passed / done)

    def _state(self) -> str:
        # a retry is told only once the server has answered, and listening only once it brought something: no flicker
        if self._turn is not None and (
            self._turn.news if self._held is not None else self._trouble is None or self._heard
        ):
            return SYNCING
        if self._trouble in _STATES:
            return _STATES[self._trouble]
        if self._trouble is not None or (self._figures is not None and self._figures.needs_you):
            return NEEDS_YOU
        return UP_TO_DATE

    def _problem(self) -> str:
        return self._trouble.value if self._trouble is not None and self._trouble not in _STATES else ""


_Step = Callable[["Workspace"], Request | None]


def _absorb_news(turn: Turn, workspace: Workspace, request: Request, answer: Answer) -> Request | None:
    """As `_absorb`, for the pull that was held: what it asked must still be so. What was saved meanwhile goes up."""
    turn.pushing = True
    with reading(workspace.engine) as connection:
        current = isinstance(request, Pull) and request.cursor == syncing.read_cursor(connection)
    return _absorb(turn, workspace, request, answer) if current else turn.next_request(workspace)


def _absorb(turn: Turn, workspace: Workspace, request: Request, answer: Answer) -> Request | None:
    """Let the answer in and say what is next: one visit to the writer thread."""
    try:
        turn.absorb(workspace, request, answer)
    except (ApiProblem, Unreachable) as error:
        turn.failed(workspace, request, error)
    return turn.next_request(workspace)
