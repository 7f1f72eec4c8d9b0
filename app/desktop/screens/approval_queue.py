"""What waits for this person beside the one being decided; and what was decided, by whom and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.screens.approval_bulk import BulkPage
from app.desktop.screens.approval_counter import CounterPage
from app.desktop.screens.approval_lists import past_table, waiting_table
from app.desktop.screens.approval_panel import ApprovalPanel
from app.desktop.widgets.fields import button
from app.desktop.widgets.panel import EmptyState, column
from app.desktop.widgets.split import ListDetail
from app.domain.commands import CounterLine, DecideApproval
from app.domain.decide import Decision
from app.domain.rejections import Finding
from app.screens import approval_bulk
from app.screens.approvals import PastRow, QueueState, WaitingRow, present, present_detail
from app.screens.findings import all_in_words
from app.screens.wording import tr
from app.workspace.queries.approval_detail import approval_detail
from app.workspace.queries.approvals import approval_queue
from app.workspace.queries.preview import preview
from app.workspace.rows.approvals import ApprovalDetail, ApprovalQueue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.desktop.tasks import BadNews
    from app.domain.commands import Command
    from app.workspace.workspace import Performed, Workspace

ROOM = 960  # below this list and detail take turns
PAUSE_MS = 300
KIND = "approval"  # drafts: comments that were typed and not yet used


class QueuePage(Screen):
    """See the module. `counted` carries how many wait, in words, and how old that is; `listed` whether the decided ones
    are shown (True) or those that wait."""

    counted = Signal(str, str)
    listed = Signal(bool)

    topics = frozenset({"approval", "quote", "quote_line", "account", "product_cost", "outbox", "sync"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._chosen = ""  # approval id
        self._wanted: dict[str, str] = {}
        self._detail: ApprovalDetail | None = None
        self._shown: QueueState | None = None
        self._queue: ApprovalQueue | None = None
        self._comments: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._unused: dict[str, tuple[Finding, ...]] = {}
        self._busy = self._loaded = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.leave)
        self.panel = ApprovalPanel(desk.theme)
        self.counter = CounterPage(desk.theme, desk.formats)
        self.bulk = BulkPage(desk)
        self._make_lists()
        self._arrange()
        self._connect()

    def _connect(self) -> None:
        self.waiting.chosen.connect(self._on_waiting)
        self.waiting.clicked.connect(lambda _index: self._on_tapped())
        self.past.chosen.connect(self._on_past)
        self.past.clicked.connect(lambda _index: self.split.show_detail())
        self.panel.decided.connect(self._decide)
        self.panel.comment_typed.connect(self._on_comment)
        self.panel.countered.connect(self._begin_counter)
        self.counter.offered.connect(self._offer)
        self.counter.comment_typed.connect(self._on_comment)
        self.counter.closed.connect(self._end_counter)
        self.alike.clicked.connect(self._begin_bulk)
        self.bulk.closed.connect(self._end_bulk)
        self.panel.opened_quote.connect(lambda quote_id: self.desk.go("quotes", quote_id=quote_id))
        self.panel.opened_account.connect(lambda account_id: self.desk.go("accounts", account_id=account_id))
        self.panel.understood.connect(self._dismiss)
        self.desk.tasks.failed.connect(self._on_failed)

    # -- the screen ---------------------------------------------------------------------------------------------------

    def open(self, **args: Any) -> None:
        """`approval_id` or `quote_id`: show that one."""
        self._wanted = {key: str(args[key]) for key in ("approval_id", "quote_id") if args.get(key)}
        if self._wanted:
            self.to_list(past=False)

    def reload(self) -> None:
        person, day = self.desk.user.person, self.desk.today()
        self.desk.tasks.read(
            lambda connection: approval_queue(connection, person, day), self._on_queue, key="approvals"
        )
        if not self._loaded:
            self._loaded = True
            self.desk.tasks.act(
                lambda workspace: {one.id: str(one.body["comment"]) for one in workspace.drafts(KIND)},
                self._on_drafts,
            )

    def leave(self) -> None:
        """Keep comments that were typed and not used."""
        changed = {key: text for key, text in self._comments.items() if self._kept.get(key, "") != text}
        if not changed:
            return
        self._kept |= changed

        def keep(workspace: Workspace) -> None:
            for key, text in changed.items():
                if text:
                    workspace.save_draft(key, KIND, {"comment": text})
                else:
                    workspace.delete_draft(key)

        self.desk.tasks.act(keep)

    # -- lists --------------------------------------------------------------------------------------------------------

    def _on_queue(self, queue: ApprovalQueue) -> None:
        self._queue = queue
        state = self._shown = present(queue, self.desk.formats)
        self._unused = {f"op:{one.op_id}": one.findings for one in queue.unused}
        self.counted.emit(state.waiting_words, state.as_of)
        self.waiting.set_rows(state.waiting)
        self.past.set_rows(state.past)
        self._take_up_wish(queue)
        self.bulk.show_queue(queue.waiting)
        if not self._past_shown and self.split.wide:
            self.waiting.select_first()
        self._show_empty()
        self._show_alike()
        self._read_detail()

    def _take_up_wish(self, queue: ApprovalQueue) -> None:
        wanted, self._wanted = self._wanted, {}
        for row_ in queue.waiting:
            if row_.approval_id == wanted.get("approval_id") or row_.quote_id == wanted.get("quote_id"):
                self.waiting.select_key(row_.approval_id)
                self.split.show_detail()
                return

    def _on_waiting(self, chosen: WaitingRow | None) -> None:
        if not self._past_shown:
            self._choose(chosen.approval_id if chosen else "")

    def _on_tapped(self) -> None:
        """One of the list, and not several any more."""
        if self.right.currentWidget() is self.bulk:
            self.right.setCurrentWidget(self.panel)
            self._show_alike()
        self.split.show_detail()

    def _on_past(self, chosen: PastRow | None) -> None:
        if self._past_shown:
            self._choose(chosen.approval_id if chosen else "")

    def _choose(self, approval_id: str) -> None:
        if approval_id == self._chosen:
            return
        self._chosen = approval_id
        self._detail = None
        if self.right.currentWidget() is self.counter:
            self.right.setCurrentWidget(self.panel)
        self._show_alike()
        self.panel.show_comment(self._comments.get(approval_id, ""))
        if not approval_id:
            self.panel.show_nothing()
        self._read_detail()

    def to_list(self, *, past: bool) -> None:
        """Show what was decided, or what waits."""
        self._past_shown = past
        if self.right.currentWidget() is self.bulk:
            self.right.setCurrentWidget(self.panel)
        self.listed.emit(past)
        self._show_empty()
        table = self.past if past else self.waiting
        current = table.current()
        self._choose(current.approval_id if current is not None else "")
        if self.split.wide:
            table.select_first()

    def _show_empty(self) -> None:
        table, empty = (
            (self.past, self.past_empty) if self._past_shown else (self.waiting, self.waiting_empty)
        )
        self.lists.setCurrentWidget(table if table.rows else empty)
        told = self.right.currentWidget() is self.bulk and self.bulk.has_rows  # reasons to be read
        self.split.show_alone(not table.rows and not told)

    # -- several at once ----------------------------------------------------------------------------------------------

    def _show_alike(self) -> None:
        waiting = self._queue.waiting if self._queue is not None and not self._past_shown else ()
        words = approval_bulk.offer(waiting, self._chosen)
        self.alike.setText(words)
        self.alike.setAccessibleName(words)
        self.alike.setVisible(bool(words) and self.right.currentWidget() is not self.bulk)

    def _begin_bulk(self) -> None:
        if self._queue is not None:
            self.bulk.begin(self._queue.waiting, self._chosen)
            self.right.setCurrentWidget(self.bulk)
            self._show_alike()
            self.split.show_detail()

    def _end_bulk(self) -> None:
        self.right.setCurrentWidget(self.panel)
        self._show_alike()
        self._show_empty()
        if not self.split.wide:
            self.split.show_list()
        self.reload()

    # -- the one chosen -----------------------------------------------------------------------------------------------

    def _read_detail(self) -> None:
        approval_id, person, day = self._chosen, self.desk.user.person, self.desk.today()
        if not approval_id:
            return

        def read(connection: Connection) -> tuple[ApprovalDetail | None, Decision | None]:
            detail = approval_detail(connection, approval_id, person, day)
            if detail is None:
                return None, None
            return detail, preview(
                connection, _decision(detail, "preview", person.id, day, approve=True, reason="")
            )

        self.desk.tasks.read(read, self._on_detail, key="approvals.detail")

    def _on_detail(self, answer: tuple[ApprovalDetail | None, Decision | None]) -> None:
        detail, decision = answer
        if detail is None or decision is None:
            self.panel.show_nothing(gone=True)
            return
        if detail.approval_id != self._chosen:
            return
        self._detail = detail
        past = self.past.current() if self._past_shown else None
        findings = decision.findings if past is None else self._unused.get(past.key, ())
        state = present_detail(
            detail, findings, self.desk.formats, waiting=not self._past_shown, role=self.desk.user.role
        )
        self.panel.show_detail(state, detail, self.desk.formats, op_id=past.op_id if past is not None else "")

    def _on_comment(self, text: str) -> None:
        if self._chosen:
            self._comments[self._chosen] = text
            self._pause.start()

    def _on_drafts(self, kept: dict[str, str]) -> None:
        self._kept = dict(kept)
        self._comments = {**kept, **self._comments}
        self.panel.show_comment(self._comments.get(self._chosen, ""))

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _begin_counter(self) -> None:
        if self._detail is not None:
            self.counter.begin(self._detail, self._comments.get(self._chosen, ""))
            self.right.setCurrentWidget(self.counter)

    def _end_counter(self) -> None:
        self.right.setCurrentWidget(self.panel)
        self.panel.show_comment(self._comments.get(self._chosen, ""))

    def _offer(self, counter: tuple[CounterLine, ...], reason: str) -> None:
        if self.counter.detail is not None:  # the panel may show a newer one meanwhile
            self._say(self.counter.detail, reason, approve=False, counter=counter)

    def _decide(self, approve: bool, reason: str) -> None:
        if self._detail is not None:
            self._say(self._detail, reason, approve=approve)

    def _say(
        self, detail: ApprovalDetail, reason: str, *, approve: bool, counter: tuple[CounterLine, ...] = ()
    ) -> None:
        """The decision, on the revision that is shown. What the rules refuse is shown with its reasons."""
        user = self.desk.user.user_id
        if self._busy:
            return
        self._set_busy(True)

        def build(workspace: Workspace) -> Command:
            made = _decision(
                detail, workspace.new_id(), user, workspace.today(), approve=approve, reason=reason.strip()
            )
            return replace(made, counter=counter)

        self.desk.perform(build, lambda performed: self._on_decided(performed, detail))

    def _on_decided(self, performed: Performed, detail: ApprovalDetail) -> None:
        self._set_busy(False)
        if not performed.saved:
            state = present_detail(
                detail, performed.decision.findings, self.desk.formats, waiting=True, role=self.desk.user.role
            )
            self.panel.show_detail(state, detail, self.desk.formats, op_id="")
            self.counter.show_findings(all_in_words(performed.decision.findings, self.desk.formats))
            return
        done = detail.approval_id
        self.counter.forget(done)
        self.right.setCurrentWidget(self.panel)
        self._comments.pop(done, None)
        self._kept.pop(done, None)
        self.desk.tasks.act(lambda workspace: workspace.delete_draft(done))
        self._after(done)
        self.reload()

    def _after(self, done: str) -> None:
        """On to the next one in the queue; the list itself is read again."""
        keys = [one.approval_id for one in self.waiting.rows]
        at = keys.index(done) if done in keys else 0
        following = next(iter((*keys[at + 1 :], *reversed(keys[:at]))), "")
        if following:
            self.waiting.select_key(following)
        self.waiting.setFocus()  # or it would go to whatever stands first in the window
        self._choose(following)
        if not self.split.wide:
            self.split.show_list()

    def _dismiss(self, op_id: str) -> None:
        self.desk.tasks.act(lambda workspace: workspace.dismiss(op_id), lambda _none: self.reload())

    def _on_failed(self, news: BadNews) -> None:
        if news.where == "writer":
            self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.panel.set_busy(busy)
        self.counter.set_busy(busy)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_lists(self) -> None:
        theme = self.desk.theme
        self._past_shown = False
        self.waiting, self.past = waiting_table(theme), past_table(theme)
        self.alike = button("", name="approvals.alike", icon="approvals", theme=theme)
        self.alike.setVisible(False)
        self.waiting_empty = EmptyState(
            theme,
            name="approvals.empty",
            icon="ok",
            words=tr("approvals.empty"),
            more=tr("approvals.empty.more"),
        )
        self.past_empty = EmptyState(
            theme,
            name="approvals.past.empty",
            icon="history",
            words=tr("approvals.past.empty"),
            more=tr("approvals.past.empty.more"),
        )

    def _arrange(self) -> None:
        left = QWidget()
        down = column(left)
        self.lists = QStackedWidget()
        for part in (self.waiting, self.waiting_empty, self.past, self.past_empty):
            self.lists.addWidget(part)
        down.addWidget(self.lists, 1)
        down.addWidget(self.alike)
        self.right = QStackedWidget()
        for page in (self.panel, self.counter, self.bulk):
            self.right.addWidget(page)
        self.split = ListDetail(
            self.desk.theme, left, self.right, name="approvals.split", width=396, room=ROOM
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.split)


def _decision(
    detail: ApprovalDetail, op_id: str, actor: str, day: str, *, approve: bool, reason: str
) -> DecideApproval:
    """A decision on what is shown: that need, that revision."""
    return DecideApproval(
        op_id=op_id,
        actor=actor,
        business_date=day,
        approval_id=detail.approval_id,
        quote_id=detail.quote_id,
        revision=detail.revision,
        approve=approve,
        reason=reason,
    )
