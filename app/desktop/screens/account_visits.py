"""Visits on an account's card: a note to write on top, and below it what was noted before.

What is being written is kept at every pause and when the page is left, so that a stop loses nothing; it becomes an op
only when it is saved.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.days import DayField
from app.desktop.widgets.fields import Labelled, button, chip, label
from app.desktop.widgets.panel import Card, EmptyState, FindingsList, Scroll, clear, column, row
from app.screens.account_visits import (
    WEEKS,
    VisitLine,
    VisitsView,
    in_weeks,
    present_note,
)
from app.screens.findings import all_in_words
from app.screens.wording import tr
from app.workspace.noting import begin_visit, keep_visit, visit_op
from app.workspace.rows.notes import VisitDraft

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.workspace.workspace import Performed

PAUSE_MS = 300


class VisitsPage(Scroll):
    """See the module."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="accounts.visits", margin=0)
        self.desk = desk
        self.draft: VisitDraft | None = None
        self._account = ""
        self._kept: VisitDraft | None = None
        self._shown: tuple[VisitLine, ...] | None = None
        self._busy = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        desk.tasks.failed.connect(self._on_failed)
        self.body.addWidget(self._form())
        self._lines = column()
        self.body.addLayout(self._lines)
        self._empty = EmptyState(
            desk.theme,
            name="accounts.visits.empty",
            icon="history",
            words=tr("visits.none"),
            more=tr("visits.none.more"),
        )
        self.body.addWidget(self._empty)

    def _form(self) -> Card:
        card = Card(name="accounts.visit.form")
        self.note = QPlainTextEdit()
        self.note.setObjectName("accounts.visit.note")
        self.note.setPlaceholderText(tr("visits.note.hint"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(12 * GRID)
        self.note.textChanged.connect(self._on_note)
        self.again = QCheckBox(tr("visits.again"))
        self.again.setObjectName("accounts.visit.again")
        self.again.setAccessibleName(tr("visits.again"))
        self.again.clicked.connect(self._on_again)
        self.day = DayField(self.desk.theme, name="accounts.visit.next", label=tr("visits.again"))
        self.day.dateChanged.connect(lambda _day: self._on_day())
        self.save = button(
            tr("visits.save"), name="accounts.visit.save", kind="primary", icon="ok", theme=self.desk.theme
        )
        self.save.clicked.connect(self._record)
        self._hint = label("", "muted", name="accounts.visit.hint", wrap=True)
        self.findings = FindingsList(self.desk.theme, name="accounts.visit.findings")
        when, weeks, foot = row(), row(), row()
        when.addWidget(self.again)
        when.addWidget(self.day)
        when.addStretch(1)
        for many in WEEKS:
            made = button(tr("visits.weeks", count=many), name=f"accounts.visit.weeks.{many}")
            made.clicked.connect(partial(self._in_weeks, many))
            weeks.addWidget(made)
        weeks.addStretch(1)
        foot.addWidget(self.save)
        foot.addWidget(self._hint, 1)
        card.body.addWidget(Labelled(tr("visits.note"), self.note, name="accounts.visit.note.field"))
        for line in (when, weeks, foot):
            card.body.addLayout(line)
        card.body.addWidget(self.findings)
        return card

    # -- showing ------------------------------------------------------------------------------------------------------

    def show_visits(self, account_id: str, view: VisitsView) -> None:
        """The visits of an account; the note of another one is kept and this one's taken up."""
        if account_id != self._account:
            self.keep()
            self._account, self.draft, self._kept = account_id, None, None
            self.findings.show_findings(())
            self._begin()
        if view.lines == self._shown:
            return
        self._shown = view.lines
        clear(self._lines)
        for at, line in enumerate(view.lines, 1):
            self._lines.addWidget(_visit(line, f"accounts.visit.{at}"))
        self._empty.setVisible(not view.lines)

    def write(self) -> None:
        """To the note: a visit is to be told."""
        self.verticalScrollBar().setValue(0)
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_note(self) -> None:
        """The form as the draft is; words being typed stay where the caret is. While it is being saved nothing more
        can be typed: it would go with what was saved."""
        draft = self.draft
        self.setEnabled(draft is not None and not self._busy)
        if draft is None:
            return
        view = present_note(draft, self.desk.today(), self.desk.formats)
        for part in (self.note, self.day):
            part.blockSignals(True)
        if self.note.toPlainText() != view.note:
            self.note.setPlainText(view.note)
        self.again.setChecked(view.comes_again)
        self.day.set_iso(view.shown_on)
        for part in (self.note, self.day):
            part.blockSignals(False)
        self.day.setEnabled(view.comes_again)
        self.save.setEnabled(view.can_save)
        self._hint.setText(view.hint)
        self.save.setToolTip(view.hint)
        self.save.setAccessibleDescription(view.hint)

    # -- writing ------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        account_id = self._account

        def begun(draft: VisitDraft) -> None:
            if draft.account_id == self._account:
                self.draft = self._kept = draft
                self._show_note()

        self._show_note()
        self.desk.tasks.act(lambda workspace: begin_visit(workspace, account_id), begun)

    def keep(self) -> None:
        """Keep the note now, if it has changed since it was kept."""
        self._pause.stop()
        draft = self.draft
        if draft is None or draft == self._kept or self._busy:
            return
        self._kept = draft
        self.desk.tasks.act(lambda workspace: keep_visit(workspace, draft))

    def _put(self, draft: VisitDraft) -> None:
        if self._busy or draft == self.draft:
            return
        self.draft = draft
        self._pause.start()
        self._show_note()

    def _on_note(self) -> None:
        if self.draft is not None:
            self._put(replace(self.draft, note=self.note.toPlainText()))

    def _on_again(self, again: bool) -> None:
        if self.draft is not None:
            self._put(replace(self.draft, next_on=self.day.iso() if again else ""))

    def _on_day(self) -> None:
        if self.draft is not None and self.draft.next_on:
            self._put(replace(self.draft, next_on=self.day.iso()))

    def _in_weeks(self, many: int) -> None:
        if self.draft is not None:
            self._put(replace(self.draft, next_on=in_weeks(self.desk.today(), many)))

    def _record(self) -> None:
        draft = self.draft
        if draft is None or self._busy:
            return
        self._pause.stop()
        self._busy = True
        self._show_note()
        self.desk.perform(lambda workspace: visit_op(workspace, draft), partial(self._after, draft))

    def _after(self, draft: VisitDraft, performed: Performed) -> None:
        self._busy = False
        here = draft.account_id == self._account
        if here:
            self.findings.show_findings(all_in_words(performed.decision.findings, self.desk.formats))
        if performed.saved:
            self.desk.tasks.act(lambda workspace: workspace.delete_draft(draft.id))
            if here:
                self.draft = self._kept = None
                self._begin()
                return
        elif not here:
            self.desk.tasks.act(lambda workspace: keep_visit(workspace, draft))
        self._show_note()
        self.keep()

    def _on_failed(self, news: BadNews) -> None:
        """The writer could not save it: it may be written on, and tried again."""
        if self._busy and news.where == "writer":
            self._busy = False
            self._show_note()
            self.keep()


def _visit(line: VisitLine, name: str) -> QWidget:
    card = Card(name=name, margin=12, gap=4)
    card.setAccessibleName(line.spoken)
    top = row()
    top.addWidget(label(line.day, "strong"))
    top.addWidget(label(" · ".join(part for part in (line.by, line.sending) if part), "muted"), 1)
    if line.next:
        top.addWidget(chip(line.next, line.tone))
    card.body.addLayout(top)
    card.body.addWidget(label(line.note, name=f"{name}.note", wrap=True))
    return card
