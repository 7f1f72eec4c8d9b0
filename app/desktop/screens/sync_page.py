"""The Sync page: how the connection is, what came back and needs me, what waits, the latest answers."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout, QLabel, QProgressBar, QVBoxLayout

from app.desktop.desk import Desk, Screen
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, chip, label
from app.desktop.widgets.panel import Card, FindingsList, Scroll, Section, clear, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.sync_page import OpWords, SyncState, present, present_facts, present_heading
from app.screens.sync_state import SyncView
from app.screens.wording import tr
from app.workspace.queries.sync import page
from app.workspace.rows.sync import SyncRows

_STEPS = ("sync", "open_quote", "open_account", "revise", "edit", "choose_account", "count")


class SyncPage(Screen):
    """See the module."""

    topics = frozenset({"outbox", "sync", "quote", "account"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asking: tuple[OpWords, ...] | None = None
        self._wanted = ""  # the op to show, once it has been read
        self.page = Scroll(name="sync.scroll")
        self.page.body.addWidget(self._heading_card())
        self.asking = Section(tr("sync.needs_you"), name="sync.asking", gap=2 * GRID)
        self.waiting = Section(tr("sync.waiting"), name="sync.waiting")
        self.latest = Section(tr("sync.latest"), name="sync.latest")
        self.waiting_table, self.no_waiting = (
            self._list("sync.waiting"),
            label(tr("sync.waiting.none"), "quiet", wrap=True),
        )
        self.latest_table, self.no_latest = (
            self._list("sync.latest"),
            label(tr("sync.latest.none"), "quiet", wrap=True),
        )
        for section, table, none in (
            (self.waiting, self.waiting_table, self.no_waiting),
            (self.latest, self.latest_table, self.no_latest),
        ):
            section.body.addWidget(table)
            section.body.addWidget(none)
        for section in (self.asking, self.waiting, self.latest):
            self.page.body.addWidget(section)
        self.asking.setVisible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        desk.tasks.sync_moved.connect(self._show_view)
        self._show_view(desk.tasks.sync_view)

    def open(self, **args: Any) -> None:
        self._wanted = str(args.get("op_id", ""))

    def reload(self) -> None:
        self._show_view(self.desk.tasks.sync_view)
        self.desk.tasks.read(page, self._show, key="sync-page")

    # -- the heading --------------------------------------------------------------------------------------------------

    def _heading_card(self) -> Card:
        card = Card(name="sync.card", margin=3 * GRID, gap=2 * GRID)
        self._icon = QLabel()
        self.heading = label("", "head", name="sync.heading", wrap=True)
        self.says = label("", "quiet", name="sync.says", wrap=True)
        self.now = button(tr("sync.now"), name="sync.now", kind="primary", icon="sync", theme=self.desk.theme)
        self.now.setToolTip(tr("widget.shortcut", words=tr("sync.now"), shortcut="F5"))
        self.now.clicked.connect(self.desk.tasks.sync_now)
        self.sign_in = button(
            tr("sync.sign_in"), name="sync.signIn", kind="primary", icon="key", theme=self.desk.theme
        )
        self.sign_in.clicked.connect(lambda: self.desk.doors.ask_to_sign_in())
        self.bar = QProgressBar()
        self.bar.setObjectName("sync.progress")
        self.bar.setAccessibleName(tr("sync.heading.syncing"))
        self.bar.setTextVisible(False)
        self.rows = label("", "muted", name="sync.rows")
        top = row(gap=2 * GRID)
        top.addWidget(self._icon)
        words = column(gap=2)
        words.addWidget(self.heading)
        words.addWidget(self.says)
        top.addLayout(words, 1)
        top.addWidget(self.now)
        top.addWidget(self.sign_in)
        card.body.addLayout(top)
        card.body.addWidget(self.bar)
        card.body.addWidget(self.rows)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(3 * GRID)
        self._facts.setVerticalSpacing(4)
        card.body.addLayout(self._facts)
        self._fact_labels: list[QLabel] = []
        return card

    def _show_view(self, view: SyncView) -> None:
        formats, user = self.desk.formats, self.desk.user
        heading = present_heading(view, formats)
        self.desk.theme.dress(self._icon, heading.icon, heading.tone, 28)
        self.heading.setText(heading.words)
        self.says.setText(heading.says)
        self.says.setVisible(bool(heading.says))
        self.now.setVisible(heading.step == "sync")
        self.now.setEnabled(not heading.busy)
        self.sign_in.setVisible(heading.step == "sign_in")
        self.bar.setVisible(bool(heading.total))
        self.bar.setRange(0, max(1, heading.total))
        self.bar.setValue(heading.done)
        self.rows.setText(heading.rows)
        self.rows.setVisible(bool(heading.rows))
        facts = present_facts(view, formats, server=user.server_url, code=user.code, letter=user.letter)
        if not self._fact_labels:
            for at, fact in enumerate(facts):
                value = label("", "small", name=f"sync.fact.{at}", wrap=True)
                self._fact_labels.append(value)
                self._facts.addRow(label(fact.name, "muted"), value)
        for value, fact in zip(self._fact_labels, facts, strict=True):
            value.setText(f"{fact.value} – {fact.warns}" if fact.warns else fact.value)
            value.setProperty("tone", fact.tone)
            value.style().polish(value)

    # -- the lists ----------------------------------------------------------------------------------------------------

    def _show(self, rows: SyncRows) -> None:
        state = present(rows, self.desk.formats)
        if state.asking != self._asking:
            self._asking = state.asking
            self._show_asking(state)
        self.asking.setVisible(bool(state.asking))
        self.asking.aside.setText(str(len(state.asking)))
        self.waiting.aside.setText(str(len(state.waiting)) if state.waiting else "")
        for table, none, shown in (
            (self.waiting_table, self.no_waiting, state.waiting),
            (self.latest_table, self.no_latest, state.latest),
        ):
            table.set_rows(shown)
            table.fit()
            table.setVisible(bool(shown))
            none.setVisible(not shown)
        self._bring_forward()

    def _show_asking(self, state: SyncState) -> None:
        clear(self.asking.body)
        for op in state.asking:
            self.asking.body.addWidget(self._asking_card(op))

    def _asking_card(self, op: OpWords) -> Card:
        name = f"sync.op.{op.op_id}"
        card = Card(name=name, tone=op.tone, margin=2 * GRID)
        card.setAccessibleName(op.spoken)
        top = row()
        words = column(gap=0)
        words.addWidget(label(op.title, "strong", name=f"{name}.title"))
        under = " · ".join(part for part in (op.account, op.when) if part)
        words.addWidget(label(under, "muted"))
        top.addLayout(words, 1)
        top.addWidget(chip(op.state, op.tone))
        card.body.addLayout(top)
        if op.says:
            card.body.addWidget(label(op.says, wrap=True))
        found = FindingsList(self.desk.theme, name=f"{name}.findings", actions=_STEPS)
        found.show_findings(op.findings)
        found.asked.connect(lambda action, subject, op=op: self._take_step(op, action, subject))
        card.body.addWidget(found)
        foot = row()
        foot.addStretch(1)
        if op.place:
            there = button(tr("sync.open"), name=f"{name}.open")
            there.clicked.connect(lambda _checked=False, op=op: self.desk.go(op.place, **dict(op.args)))
            foot.addWidget(there)
        if op.can_dismiss:
            done = button(tr("sync.dealt_with"), name=f"{name}.done")
            done.clicked.connect(lambda _checked=False, op=op: self._dismiss(op.op_id))
            foot.addWidget(done)
        card.body.addLayout(foot)
        return card

    def _take_step(self, op: OpWords, action: str, subject: str) -> None:
        if action == "sync":
            self.desk.tasks.sync_now()
        elif action == "open_account":
            self.desk.go("accounts", account_id=subject)
        elif action == "count":
            self.desk.go("trunk", count=True)
        elif op.place:
            self.desk.go(op.place, **dict(op.args), step=action, op_id=op.op_id)

    def _dismiss(self, op_id: str) -> None:
        self.desk.tasks.act(lambda workspace: workspace.dismiss(op_id))

    def _bring_forward(self) -> None:
        card = self.findChild(Card, f"sync.op.{self._wanted}") if self._wanted else None
        if card is not None:
            self._wanted = ""
            self.page.ensureWidgetVisible(card)

    def _list(self, name: str) -> Table[OpWords]:
        columns: list[Column[OpWords]] = [
            Column(tr("sync.column.what"), lambda op: op.title, strong=True),
            Column(tr("sync.column.account"), lambda op: op.account),
            Column(tr("sync.column.when"), lambda op: op.when, width=110, quiet=True),
            Column(
                tr("sync.column.state"),
                lambda op: op.state,
                width=260,
                chip=True,
                end=True,
                tone=lambda op: op.tone,
            ),
        ]
        made: Table[OpWords] = Table(
            self.desk.theme,
            columns,
            name=f"{name}.table",
            label=tr(name),
            key=lambda op: op.op_id,
            spoken=lambda op: op.spoken,
            tap=True,
        )
        made.opened.connect(lambda op: self.desk.go(op.place, **dict(op.args)) if op.place else None)
        return made
