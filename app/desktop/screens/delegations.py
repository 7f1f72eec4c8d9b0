"""Standing in: somebody else decides in one's place between two days; what was given and what was got."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from app.desktop.desk import Desk, Screen
from app.desktop.theme import GRID
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.days import DayField
from app.desktop.widgets.fields import Labelled, button, chip, label
from app.desktop.widgets.panel import Card, Scroll, Section, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.domain.commands import Command, Delegate
from app.domain.days import plus_days
from app.screens.delegations import DelegationsState, DelegationState, present, wrong
from app.screens.findings import all_in_words
from app.screens.wording import tr
from app.workspace.queries.delegations import delegation_page
from app.workspace.rows.delegations import DelegationPage
from app.workspace.workspace import Performed, Workspace

_WIDTH = 720
_DAYS = 13  # two weeks with both ends


class DelegationsPage(Screen):
    """See the module."""

    topics = frozenset({"delegation", "rep", "outbox"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setObjectName("delegations")
        self._shown: DelegationsState | None = None
        self._busy = False
        self._make_form()
        self._given = Section(tr("delegations.given"), name="delegations.given")
        self._got = Section(tr("delegations.got"), name="delegations.got")
        self._arrange()

    def reload(self) -> None:
        user, day = self.desk.user.user_id, self.desk.today()
        self.desk.tasks.read(
            lambda connection: delegation_page(connection, user, day), self._on_page, key="delegations"
        )

    def _on_page(self, page: DelegationPage) -> None:
        state = present(page, self.desk.user.role, self.desk.formats)
        before, self._shown = self._shown, state
        self._form.setVisible(state.may_give)
        self._given.setVisible(state.may_give)
        if before is None or before.choices != state.choices:
            chosen = self.to_user.currentData()
            self.to_user.clear()
            for one in state.choices:
                self.to_user.addItem(one.words, one.user_id)
            self.to_user.setCurrentIndex(self.to_user.findData(chosen) if chosen else -1)
        self._list(self._given, state.given, tr("delegations.given.none"))
        self._list(self._got, state.got, tr("delegations.got.none"))

    def _list(self, section: Section, rows: Sequence[DelegationState], nothing: str) -> None:
        clear(section.body)
        for at, one in enumerate(rows):
            section.body.addWidget(_line(one, f"{section.objectName()}.{at}"))
        if not rows:
            section.body.addWidget(label(nothing, "quiet", name=f"{section.objectName()}.none", wrap=True))

    # -- giving -------------------------------------------------------------------------------------------------------

    def _give(self) -> None:
        to_user = str(self.to_user.currentData() or "")
        first, last = self.first.iso(), self.last.iso()
        words = wrong(to_user, first, last, self.desk.today())
        self._say_wrong(words)
        if words or self._busy:
            return
        self._busy = True
        user = self.desk.user.user_id

        def build(workspace: Workspace) -> Command:
            return Delegate(
                op_id=workspace.new_id(),
                actor=user,
                business_date=workspace.today(),
                delegation_id=workspace.new_id(),
                to_user=to_user,
                valid_from=first,
                valid_to=last,
            )

        self.desk.perform(build, self._on_given)

    def _on_given(self, performed: Performed) -> None:
        self._busy = False
        found = performed.decision.findings
        self.findings.show_findings(() if performed.saved else all_in_words(found, self.desk.formats))
        if performed.saved:
            self.to_user.setCurrentIndex(-1)
            self.reload()

    def _say_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_form(self) -> None:
        self.to_user = Combo()
        self.to_user.setObjectName("delegations.to_user")
        self.to_user.setPlaceholderText(tr("delegations.choose"))
        self.to_user.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.to_user.activated.connect(lambda _at: self._say_wrong(""))
        self.first = DayField(self.desk.theme, name="delegations.first", label=tr("delegations.first"))
        self.last = DayField(self.desk.theme, name="delegations.last", label=tr("delegations.last"))
        day = self.desk.today()
        self.first.set_iso(day)
        self.last.set_iso(plus_days(day, _DAYS))
        for field in (self.first, self.last):
            field.dateChanged.connect(lambda _day: self._say_wrong(""))
        self.wrong = label("", "small", name="delegations.wrong", tone="bad", wrap=True)
        self.wrong.setVisible(False)
        self.findings = SideFindings(self.desk.theme, name="delegations.findings")
        self.give = button(
            tr("delegations.give"),
            name="delegations.give",
            kind="primary",
            icon="user",
            theme=self.desk.theme,
        )
        self.give.clicked.connect(self._give)

    def _arrange(self) -> None:
        card = self._form = Card(name="delegations.form", gap=12)
        card.body.addWidget(label(tr("delegations.head"), "head"))
        card.body.addWidget(label(tr("delegations.how"), "muted", name="delegations.how", wrap=True))
        card.body.addWidget(
            Labelled(tr("delegations.to_user"), self.to_user, name="delegations.to_user.field")
        )
        days = row(gap=12)
        days.addWidget(Labelled(tr("delegations.first"), self.first, name="delegations.first.field"))
        days.addWidget(Labelled(tr("delegations.last"), self.last, name="delegations.last.field"))
        card.body.addLayout(days)
        card.body.addWidget(self.wrong)
        card.body.addWidget(self.findings)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(self.give)
        card.body.addLayout(foot)
        scroll = Scroll(name="delegations.scroll", margin=0)
        for part in (card, self._given, self._got):
            part.setMaximumWidth(_WIDTH)
            scroll.body.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


def _line(one: DelegationState, name: str) -> QFrame:
    frame = QFrame()
    frame.setObjectName(name)
    frame.setAccessibleName(one.spoken)
    frame.setProperty("card", "true")
    line = row(frame, gap=12)
    line.setContentsMargins(2 * GRID, 12, 2 * GRID, 12)
    words = column(gap=2)
    words.addWidget(label(one.words, "strong", name=f"{name}.words", wrap=True))
    words.addWidget(label(one.days, "muted", name=f"{name}.days", wrap=True))
    line.addLayout(words, 1)
    line.addWidget(chip(one.state, one.tone, name=f"{name}.state"))
    return frame
