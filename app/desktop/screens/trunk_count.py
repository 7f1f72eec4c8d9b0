"""Counting the trunk, blind: the list never tells what the books say.

Each entry is kept at once, together with what the books said in that moment (app.workspace.counting). A scan counts
what its label stands for, a typed code with Return goes to its lot, a figure with Return counts the lot. When the last
lot has been scanned, the review comes by itself after a pause, in which one can scan on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.papers import PaperActs
from app.desktop.screens.trunk_count_codes import CountCodes
from app.desktop.screens.trunk_count_entry import CountEntry
from app.desktop.theme import GRID, mark
from app.desktop.widgets.fields import SearchField, back_button, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.split import ListDetail
from app.desktop.widgets.table import Column, Table
from app.screens import trunk_count as counts
from app.screens.trunk_count import CountRow, CountState
from app.screens.wording import tr
from app.workspace import counting
from app.workspace.rows.trunk import CountView

if TYPE_CHECKING:
    from app.workspace.workspace import Workspace

PAUSE_MS = 3_000  # from the last scan until the review comes


class CountPage(QWidget):
    """See the module. `changed` asks for a fresh view; `left`, `reviewing` and `given_up` are the ways out."""

    changed = Signal()
    left = Signal()
    reviewing = Signal()
    given_up = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("trunk.count")
        self.view = CountView(None, (), None)
        self._by_code = False
        self._scanned = False  # the last thing done here was a scan
        self._go_to = ""  # the line to choose once the view has it
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)
        self.pause.setInterval(PAUSE_MS)
        self.pause.timeout.connect(self.reviewing)
        self._make_top()
        self._make_list()
        self.entry = CountEntry(desk.theme)
        self.table.chosen.connect(self.entry.show_lot)
        self.entry.entered.connect(self._on_entered)
        self.entry.taken_back.connect(self._take_back)
        self.entry.figure.textEdited.connect(self._wait)
        self._arrange()
        self.codes = CountCodes(self)

    def show_view(self, view: CountView) -> None:
        """Show the count as it is kept; with its last lot scanned, wait for the review."""
        self.view = view
        self._show()
        if self._go_to and self.table.select_key(self._go_to):
            self._go_to = ""
            if self._scanned:  # a figure may follow, for the many of one lot
                self.entry.figure.setFocus()
        if self._scanned and self.state("").complete and self.isVisible():
            self.pause.start()
            if not self.said.text():
                self.say(tr("count.coming"), "ok")
        else:
            self.pause.stop()

    def begin(self) -> None:
        """The count is in front now: ready for the first code."""
        self._scanned = False
        self.say("")
        self.scan.clear()
        self.scan.setFocus()

    def choose_soon(self, key: str) -> None:
        """Go to a line, to count it (again), once the view has come."""
        self.scan.clear()
        self._scanned = False
        self._go_to = key
        self.to_figure(by_code=False)

    def hideEvent(self, event: QHideEvent) -> None:
        self.pause.stop()
        super().hideEvent(event)

    def _wait(self) -> None:
        """Somebody is typing: the review does not come in between."""
        self._scanned = False
        if self.pause.isActive():
            self.pause.stop()
            self.say("")

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_top(self) -> None:
        theme = self.desk.theme
        self.leave_it = back_button(tr("count.leave"), name="count.later", theme=theme)
        self.leave_it.clicked.connect(self.left)
        self.progress = label("", "head", name="count.progress")
        self.started = label("", "muted", name="count.started")
        self.bar = QProgressBar()
        self.bar.setObjectName("count.bar")
        self.bar.setTextVisible(False)
        self.each = button(tr("count.each_scan"), name="count.each_scan", icon="scan", theme=theme)
        self.each.setCheckable(True)
        self.sheet = button(tr("print.pdf.short"), name="count.sheet", icon="print", theme=theme)
        self.sheet.setAccessibleName(tr("print.count.sheet"))
        self.sheet.setToolTip(tr("print.count.sheet"))
        self.sheet.clicked.connect(lambda: PaperActs(self.desk).count_sheet())
        self.discard = button(
            tr("count.discard"), name="count.discard", kind="quiet", icon="delete", theme=theme
        )
        self.discard.clicked.connect(self.given_up)
        self.review = button("", name="count.review", kind="primary", icon="forward", theme=theme)
        self.review.clicked.connect(self.reviewing)
        self.scan = SearchField(theme, name="count.scan", hint=tr("count.scan"))
        self.scan.searched.connect(lambda _words: self._show())
        self.scan.textEdited.connect(self._wait)
        self.each.clicked.connect(lambda: self.scan.setFocus())
        self.scan.returnPressed.connect(lambda: self.codes.typed(self.scan.text()))
        self.label_it = button(
            tr("scanning.button"), name="count.label", icon="scan", theme=theme, shortcut="Ctrl+B"
        )
        self.label_it.clicked.connect(lambda: self.codes.taking.open_sheet())
        self.second = label("", "strong", name="count.second", tone="warn", wrap=True)
        self.second.setVisible(False)
        self.said = label("", "small", name="count.said", wrap=True)
        self.said.setVisible(False)

    def _make_list(self) -> None:
        self.table: Table[CountRow] = Table(
            self.desk.theme,
            (
                Column(
                    tr("trunk.column.product"),
                    lambda one: one.product,
                    strong=True,
                    second=lambda one: one.lot,
                ),
                Column(tr("count.column.counted"), lambda one: one.counted, width=92, end=True, strong=True),
                Column(
                    tr("trunk.column.state"),
                    lambda one: one.state,
                    width=144,
                    chip=True,
                    end=True,
                    tone=lambda one: one.tone,
                ),
            ),
            name="count.list",
            label=tr("count.list"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.scan.list_below = self.table
        self.table.clicked.connect(lambda _index: self.to_figure(by_code=False))
        self.table.opened.connect(lambda _row: self.to_figure(by_code=False))
        self.empty = EmptyState(
            self.desk.theme,
            name="count.empty",
            icon="count",
            words=tr("count.empty"),
            more=tr("count.empty.more"),
        )

    def _arrange(self) -> None:
        top = row()
        top.addWidget(self.leave_it)
        words = column(gap=2)
        line = row()
        line.addWidget(self.progress)
        line.addWidget(self.started)
        line.addStretch(1)
        words.addLayout(line)
        words.addWidget(self.bar)
        top.addLayout(words, 1)
        top.addSpacing(GRID)
        top.addWidget(self.discard)
        top.addWidget(self.review)
        left = QWidget()
        down = column(left)
        field = row()
        field.addWidget(self.scan, 1)
        field.addWidget(self.label_it)
        down.addLayout(field)
        down.addWidget(self.second)
        down.addWidget(self.said)
        down.addWidget(self.table, 1)
        down.addWidget(self.empty, 1)
        foot = row()
        foot.addWidget(self.each)
        foot.addStretch(1)
        foot.addWidget(self.sheet)
        down.addLayout(foot)
        self.split = ListDetail(
            self.desk.theme, left, self.entry, name="count.split", width=320, grow_left=True, room=760
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(top)
        whole.addWidget(self.split, 1)

    # -- showing ------------------------------------------------------------------------------------------------------

    def say(self, words: str, tone: str = "") -> None:
        """A line under the scan field; '' takes it away."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        mark(self.said, tone=tone)

    def state(self, search: str) -> CountState:
        """The count in words, for what is searched."""
        return counts.present(self.view, self.desk.formats, search=search)

    def _show(self) -> None:
        state = self.state(self.scan.text().strip())
        self.second.setText(state.second)
        self.second.setVisible(bool(state.second))
        self.progress.setText(state.progress)
        self.started.setText(state.started)
        self.bar.setMaximum(max(1, state.total))
        self.bar.setValue(state.done)
        self.bar.setAccessibleName(state.progress)
        self.review.setText(state.review_words)
        self.review.setAccessibleName(state.review_words)
        self.review.setEnabled(state.can_review)
        self.table.set_rows(state.rows)
        self.table.setVisible(not state.empty)
        self.empty.setVisible(bool(state.empty))
        self.entry.show_lot(self.table.current())

    # -- figures ------------------------------------------------------------------------------------------------------

    def to_figure(self, *, by_code: bool) -> None:
        """The lot that is chosen gets a figure; after a typed code the next code is waited for."""
        self._by_code = by_code
        self.split.show_detail()
        self.entry.figure.setFocus()
        self.entry.figure.selectAll()

    def go_to(self, key: str) -> bool:
        """Choose this line, at once or when the view has it; whether it was there already."""
        there = self.table.select_key(key)
        self._go_to = "" if there else key
        return there

    def keep_scan(
        self, job: Callable[[Workspace], bool], moved: str, *, key: str, scanned: bool = True
    ) -> None:
        """Keep what a code counted; `moved` is said when the lot was sold from in between."""
        self._go_to, self._scanned, self._by_code = key, scanned, True
        self.say("")

        def after(kept: bool) -> None:
            if not kept:
                self._scanned = False
                self.say(moved, "warn")
            self.changed.emit()

        self.desk.tasks.act(job, after)

    def _on_entered(self, text: str) -> None:
        """Count the chosen lot with the figure typed; a code in the figure's place goes to its lot."""
        chosen, place = self.table.current(), self.view.place
        if chosen is None or place is None:
            return
        qty = counts.quantity_of(text, self.view)
        self.entry.figure.clear()
        if qty is None:
            if any(sign.isalnum() for sign in text):
                self.codes.typed(text)
            else:
                self.entry.wrong(tr("count.not_a_number"))
            return
        self.entry.wrong("")
        self.say("")
        following = self._next_open(chosen.key)
        self._keep(
            lambda workspace: counting.enter_count(
                workspace, place.id, chosen.product_id, chosen.lot_id, qty
            ),
            go_to="" if self._by_code else following,
        )
        if self._by_code:
            self.split.show_list()
            self.scan.clear()
            self.scan.setFocus()

    def _next_open(self, key: str) -> str:
        """The next lot of the list that is not counted yet, going round; '' when there is none."""
        rows = self.table.rows
        at = next((n for n, one in enumerate(rows) if one.key == key), 0)
        around = (*rows[at + 1 :], *rows[:at])
        return next((one.key for one in around if not one.counted), "")

    def _take_back(self) -> None:
        chosen, place = self.table.current(), self.view.place
        if chosen is not None and place is not None:
            self._keep(
                lambda workspace: counting.take_back(workspace, place.id, chosen.key), go_to=chosen.key
            )

    def _keep(self, job: Callable[[Workspace], None], *, go_to: str) -> None:
        self._go_to, self._scanned = go_to, False
        self.desk.tasks.act(job, lambda _none: self.changed.emit())
