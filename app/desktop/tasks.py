"""Work that is not drawing: one WRITER thread (the workspace and its writing connection), one READER thread (a
read-only connection), one NETWORK thread and one LISTENER for the pull that waits for news. Answers come back on the
GUI thread; nothing that fails is swallowed.

A screen reads with `read`, says what was meant with `act`, and rereads when `changed` names one of its topics. The sync
loop (sync_loop.py) runs turn steps between network and writer.

Nobody who asked waits for what comes by itself: from the moment of a read until its answer is painted, the page that
the writer may be letting in stands still, and what is read only because something has changed comes after it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from app.desktop.lanes import Lane, Waiting

if TYPE_CHECKING:  # sqlalchemy is imported after the first frame
    from sqlalchemy import Connection

    from app.desktop.sync_loop import SyncLoop
    from app.screens.sync_state import SyncView
    from app.workspace.workspace import Workspace

T = TypeVar("T")
NETWORK_PATIENCE = 2.0  # seconds that closing waits for a request under way
LISTENER_PATIENCE = 0.2


@dataclass(frozen=True, slots=True)
class BadNews:
    """An error and where it came from: `reader`, `writer` or `network`."""

    error: BaseException
    where: str


class Tasks(QObject):
    """See the module. `failed` carries BadNews, `changed` a frozenset of topics, `sync_moved` a SyncView."""

    failed = Signal(object)
    changed = Signal(object)
    sync_moved = Signal(object)
    _come_back = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.closed = False
        self.loop: SyncLoop | None = None
        self._workspace: Workspace | None = None
        self._tickets = itertools.count(1)
        self._newest: dict[str, int] = {}  # the last read of each key that somebody asked for
        self._newest_calm: dict[str, int] = {}
        self._waiting = Waiting()
        self._calm = False
        self._come_back.connect(self._run_here, Qt.ConnectionType.QueuedConnection)
        self._writer = self._lane("writer")
        self._reader = self._lane("reader")
        self._network = self._lane("network")
        self._listener = self._lane("listener")

    # -- for screens --------------------------------------------------------------------------------------------------

    def read(
        self,
        query: Callable[[Connection], T],
        then: Callable[[T], None],
        *,
        key: str = "",
        calm: bool = False,
    ) -> None:
        """Run `query` on the reader thread, in one snapshot, and hand what it answers to `then` on the GUI thread.

        With a `key`, a newer read of that key makes an older unfinished one be dropped. A `calm` one is asked by
        nobody: it comes after all others, keeps no page from being let in, and overtakes only its like.
        """
        ticket, calm = next(self._tickets), calm or self._calm
        if key:
            (self._newest_calm if calm else self._newest)[key] = ticket

        def overtaken() -> bool:
            newest = self._newest.get(key, 0)
            if calm:
                newest = max(newest, self._newest_calm.get(key, 0))
            return bool(key) and newest > ticket

        def job() -> None:
            if overtaken():
                return
            from app.store.engine import reading

            with reading(self._open_workspace().reader) as connection:
                answer = query(connection)
            self.on_gui(lambda: None if overtaken() else _hand_to(then, answer))

        if calm:
            self._reader.put(job, later=True)
            return

        def waited_for() -> None:
            try:
                job()
            finally:  # the answer is before this in the GUI thread's queue
                self.on_gui(self._painted)

        self._waiting.begin()
        self._reader.put(waited_for)

    @property
    def waited_for(self) -> bool:
        """Whether somebody waits for an answer now."""
        return self._waiting.number > 0

    @contextmanager
    def calmly(self) -> Iterator[None]:
        """What is read in here is asked by nobody (see `read`); on the GUI thread."""
        before, self._calm = self._calm, True
        try:
            yield
        finally:
            self._calm = before

    def act(self, job: Callable[[Workspace], T], then: Callable[[T], None] | None = None) -> None:
        """Run `job` on the writer thread, then `then` with its answer on the GUI thread."""

        def run() -> None:
            answer = job(self._open_workspace())
            if then is not None:
                self.on_gui(lambda: _hand_to(then, answer))

        self._writer.put(run)

    def sync_now(self) -> None:
        """A tap on sync: try at once, whatever the pause was."""
        if self.loop is not None:
            self.loop.now()

    @property
    def sync_view(self) -> SyncView:
        """How sync stands, as last told by `sync_moved`."""
        from app.screens.sync_state import SyncView

        return self.loop.view if self.loop is not None else SyncView()

    def unsent(self) -> int:
        """How many saved ops the server does not have yet; on the writer thread."""
        from app.store.engine import reading
        from app.workspace import outbox

        with reading(self._open_workspace().engine) as connection:
            return outbox.waiting(connection)[0]

    # -- for the compose root and the sync loop -----------------------------------------------------------------------

    def open(self, opener: Callable[[], Workspace], then: Callable[[Workspace], None]) -> None:
        """Open the workspace on the writer thread; `then` comes on the GUI thread once screens can read."""

        def run() -> None:
            workspace = opener()
            workspace.give_way = self._waiting.give_way
            workspace.on_change(lambda topics: None if self.closed else self.changed.emit(topics))
            self._workspace = workspace
            self.on_gui(lambda: then(workspace))

        self._writer.put(run)

    def ask(
        self,
        job: Callable[[], T],
        then: Callable[[T], None],
        refused: Callable[[Exception], bool] | None = None,
        *,
        listen: bool = False,
    ) -> None:
        """Run `job` on the network thread, or with `listen` on the one that may take its time. An error goes to
        `refused` on the GUI thread; False there = not expected."""

        def run() -> None:
            try:
                answer = job()
            except Exception as error:
                if refused is None:
                    raise
                self.on_gui(partial(self._refused, refused, error))
                return
            self.on_gui(lambda: _hand_to(then, answer))

        (self._listener if listen else self._network).put(run)

    def on_gui(self, act: Callable[[], object]) -> None:
        """Run `act` on the GUI thread; from any thread. Dropped once the app is closing."""
        if not self.closed:
            self._come_back.emit(act)

    def close(self) -> None:
        """Finish what was meant, stop, and let go of the database. Called on the GUI thread, once."""
        if self.closed:
            return
        if self.loop is not None:
            self.loop.stop()
        self._waiting.close()
        self._reader.put(self._let_go_of_reader, later=True)  # after the calm ones: none opens it again
        self._reader.close()
        self._writer.put(self._let_go)
        self._writer.close()
        self.closed = True
        self._network.close(NETWORK_PATIENCE)
        self._listener.close(LISTENER_PATIENCE)  # nothing is lost with a pull that waits

    # -- inside -------------------------------------------------------------------------------------------------------

    def _painted(self) -> None:
        """An answer has been handed out: it is on the screen when the window has done what it has to do."""
        QTimer.singleShot(0, self, self._waiting.end)

    def _refused(self, refused: Callable[[Exception], bool], error: Exception) -> None:
        if not refused(error):
            self._fail("network", error)

    def _lane(self, name: str) -> Lane:
        return Lane(name, lambda error: self._fail(name, error))

    def _fail(self, where: str, error: BaseException) -> None:
        if not self.closed:
            self.failed.emit(BadNews(error, where))

    def _open_workspace(self) -> Workspace:
        if self._workspace is None:
            raise RuntimeError("no workspace is open yet")
        return self._workspace

    def _let_go_of_reader(self) -> None:
        if self._workspace is not None:
            self._workspace.reader.dispose()

    def _let_go(self) -> None:
        if self._workspace is not None:
            self._workspace.engine.dispose()

    @Slot(object)
    def _run_here(self, act: Callable[[], object]) -> None:
        if not self.closed:
            act()


def _hand_to(then: Callable[[Any], None], answer: object) -> None:
    """Call `then`, unless it belongs to a widget that has gone meanwhile."""
    owner = getattr(then, "__self__", None)
    if isinstance(owner, QObject) and not isValid(owner):
        return
    then(answer)
