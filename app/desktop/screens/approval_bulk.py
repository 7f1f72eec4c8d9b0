"""Several approvals that are alike, decided at once: all are picked at first, each can be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID, mark
from app.desktop.widgets.fields import button, label, money
from app.desktop.widgets.panel import Scroll, clear, column, row
from app.domain.commands import DecideApproval
from app.domain.rejections import Finding
from app.screens.approval_bulk import BulkRow, alike, done_words, present
from app.screens.wording import tr
from app.workspace.rows.approvals import QueueRow

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.workspace.workspace import Workspace

Refused = dict[str, tuple[Finding, ...]]


class BulkPage(QWidget):
    """See the module. Each is a decision of its own with an op of its own; what the rules refuse stays here with its
    reason. `closed` comes when there is nothing left to do."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("bulk")
        self.desk = desk
        self._rows: tuple[QueueRow, ...] = ()
        self._picked: set[str] = set()
        self._refused: Refused = {}
        self._boxes: dict[str, QCheckBox] = {}
        self._busy = False
        self._make()
        self._arrange()
        desk.tasks.failed.connect(self._on_failed)

    @property
    def has_rows(self) -> bool:
        """Whether something is shown: to be decided, or refused with a reason."""
        return bool(self._rows)

    def begin(self, waiting: Sequence[QueueRow], chosen: str) -> None:
        """Show all that are like the chosen one."""
        self._rows = alike(waiting, chosen)
        self._picked = {one.approval_id for one in self._rows}
        self._refused = {}
        self.reason.clear()
        self._build()
        self.approve.setFocus()

    def show_queue(self, waiting: Sequence[QueueRow]) -> None:
        """The queue was read again: what is decided elsewhere leaves, nothing comes in unasked. What was refused here
        stays, for its reason to be read."""
        here = {one.approval_id: one for one in waiting}
        rows = tuple(
            here.get(one.approval_id, one)
            for one in self._rows
            if one.approval_id in here or one.approval_id in self._refused
        )
        if rows != self._rows and not self._busy:
            self._rows = rows
            self._picked &= set(here)
            self._build()
            if not rows and self.isVisible():
                self.closed.emit()

    def _build(self) -> None:
        clear(self._list)
        self._boxes = {}
        state = present(self._rows, self._picked, self._refused, self.desk.formats)
        for at, one in enumerate(state.rows):
            self._list.addWidget(self._line(one, f"bulk.row.{at}"))
        self._show()

    def _show(self) -> None:
        state = present(self._rows, self._picked, self._refused, self.desk.formats)
        self.title.setText(state.title)
        self.about.setText(state.about)
        for made, words in ((self.approve, state.approve), (self.decline, state.decline)):
            made.setText(words)
            made.setAccessibleName(words)
            made.setEnabled(state.picked > 0 and not self._busy)

    def _on_picked(self, approval_id: str, *, on: bool) -> None:
        (self._picked.add if on else self._picked.discard)(approval_id)
        self._show()

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _decide(self, *, approve: bool) -> None:
        reason = self.reason.text().strip()
        if not approve and not reason:
            self._say_wrong(tr("approvals.reason_first"))
            self.reason.setFocus()
            return
        self._say_wrong("")
        self._set_busy(True)
        chosen = [one for one in self._rows if one.approval_id in self._picked]
        user = self.desk.user.user_id

        def job(workspace: Workspace) -> Refused:
            refused: Refused = {}
            for one in chosen:
                performed = workspace.perform(
                    DecideApproval(
                        op_id=workspace.new_id(),
                        actor=user,
                        business_date=workspace.today(),
                        approval_id=one.approval_id,
                        quote_id=one.quote_id,
                        revision=one.revision,
                        approve=approve,
                        reason=reason,
                    )
                )
                if not performed.saved:
                    refused[one.approval_id] = performed.decision.findings
            return refused

        self.desk.tasks.act(job, lambda refused: self._on_decided(chosen, refused))

    def _on_decided(self, chosen: Sequence[QueueRow], refused: Refused) -> None:
        decided = {one.approval_id for one in chosen} - set(refused)
        self._set_busy(False)
        self.desk.toast(done_words(len(decided), len(refused)), tone="bad" if refused else "ok")
        self._refused |= refused
        self._rows = tuple(one for one in self._rows if one.approval_id not in decided)
        self._picked -= {one.approval_id for one in chosen}
        self._build()
        if not refused:
            self.closed.emit()

    def _on_failed(self, news: BadNews) -> None:
        """The writer could not keep it: what is not decided may be tried again."""
        if news.where == "writer":
            self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._show()

    def _say_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        mark(self.reason, state="wrong" if words else "")

    # -- parts --------------------------------------------------------------------------------------------------------

    def _line(self, one: BulkRow, name: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName(name)
        frame.setProperty("card", "true")
        whole = column(frame, gap=2)
        whole.setContentsMargins(12, 4, 2 * GRID, 4)
        line = row(gap=12)
        box = self._boxes[one.approval_id] = QCheckBox(one.account)
        box.setObjectName(f"{name}.box")
        box.setAccessibleName(one.spoken)
        box.setChecked(one.picked)
        box.toggled.connect(lambda on, key=one.approval_id: self._on_picked(key, on=on))
        line.addWidget(box, 1)
        line.addWidget(money(one.total, "strong", name=f"{name}.total"))
        whole.addLayout(line)
        below = row(gap=12)
        below.setContentsMargins(32, 0, 0, 4)
        below.addWidget(label(one.about, "muted", name=f"{name}.about"), 1)
        below.addWidget(money(one.need, "muted", name=f"{name}.need"))
        whole.addLayout(below)
        if one.refused:
            refused = label(one.refused, "small", name=f"{name}.refused", tone="bad", wrap=True)
            refused.setContentsMargins(32, 0, 0, 4)
            whole.addWidget(refused)
        return frame

    def _make(self) -> None:
        theme = self.desk.theme
        self.title = label("", "head", name="bulk.title", wrap=True)
        self.about = label("", "muted", name="bulk.about", wrap=True)
        self.reason = QLineEdit()
        self.reason.setObjectName("bulk.reason")
        self.reason.setAccessibleName(tr("approvals.comment"))
        self.reason.setPlaceholderText(tr("approvals.comment.hint"))
        self.reason.setMaxLength(500)
        self.reason.textEdited.connect(lambda _text: self._say_wrong(""))
        self.wrong = label("", "small", name="bulk.wrong", tone="bad")
        self.wrong.setVisible(False)
        self.cancel = button(tr("bulk.cancel"), name="bulk.cancel")
        self.cancel.setShortcut("Esc")
        self.cancel.clicked.connect(self.closed)
        self.decline = button("", name="bulk.decline", kind="danger", icon="close", theme=theme)
        self.decline.clicked.connect(lambda: self._decide(approve=False))
        self.approve = button("", name="bulk.approve", kind="primary", icon="ok", theme=theme)
        self.approve.setShortcut("Ctrl+Return")
        self.approve.clicked.connect(lambda: self._decide(approve=True))

    def _arrange(self) -> None:
        scroll = Scroll(name="bulk.scroll", margin=0, gap=GRID)
        scroll.body.addWidget(self.title)
        scroll.body.addWidget(self.about)
        self._list = column(gap=GRID)
        scroll.body.addLayout(self._list)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.wrong)
        foot = row()
        foot.addWidget(self.reason, 1)
        for part in (self.cancel, self.decline, self.approve):
            foot.addWidget(part)
        whole.addLayout(foot)
