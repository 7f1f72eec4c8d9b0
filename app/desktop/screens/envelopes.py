"""Envelopes: authority given in advance, how much of it is used, and taking it back; a new one on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.screens.envelope_grant import GrantPage
from app.desktop.theme import Theme
from app.desktop.widgets.fields import button, chip, label
from app.desktop.widgets.panel import Card, EmptyState, Scroll, Section, bring_into_sight, clear, column, row
from app.domain.commands import Command, GrantEnvelope, RevokeEnvelope
from app.screens.envelopes import EnvelopesState, EnvelopeState, present
from app.screens.findings import all_in_words
from app.screens.wording import tr
from app.workspace.queries.envelopes import envelopes, grant_choices
from app.workspace.rows.envelopes import EnvelopeRow, GrantChoices
from app.workspace.workspace import Performed, Workspace

_WIDTH = 800


class EnvelopesPage(Screen):
    """See the module."""

    topics = frozenset({"envelope", "envelope_use", "policy", "rep", "outbox"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setObjectName("envelopes")
        self._state: EnvelopesState | None = None
        self._taking_back = ""  # the envelope whose reason is being written
        self._reason = ""
        self.grant_page = GrantPage(desk)
        self.grant_page.closed.connect(self._to_list)
        self.grant_page.granted.connect(self._grant)
        self.new = button(
            tr("envelopes.new"), name="envelopes.new", kind="primary", icon="plus", theme=desk.theme
        )
        self.new.clicked.connect(self._begin_grant)
        self._granted = Section(tr("envelopes.granted"), name="envelopes.granted")
        self._got = Section(tr("envelopes.got"), name="envelopes.got")
        self._nothing = EmptyState(
            desk.theme,
            name="envelopes.empty",
            icon="key",
            words=tr("envelopes.empty"),
            more=tr("envelopes.empty.more"),
        )
        self._arrange()

    def reload(self) -> None:
        person = self.desk.user.person
        self.desk.tasks.read(
            lambda connection: (envelopes(connection, person.id), grant_choices(connection, person)),
            self._on_rows,
            key="envelopes",
        )

    def _on_rows(self, answer: tuple[tuple[EnvelopeRow, ...], GrantChoices]) -> None:
        rows, choices = answer
        state = present(rows, self.desk.user.role, choices.limits, self.desk.formats)
        self.grant_page.show_choices(choices)
        self.new.setVisible(state.may_grant)
        if state != self._state:
            self._state = state
            self._show()

    def _show(self) -> None:
        state = self._state
        if state is None:
            return
        for section, rows in ((self._granted, state.granted), (self._got, state.got)):
            section.setVisible(bool(rows))
            self._list(section, rows)
        self._nothing.setVisible(not state.granted and not state.got)

    def _list(self, section: Section, rows: Sequence[EnvelopeState]) -> None:
        clear(section.body)
        for at, one in enumerate(rows):
            card = _EnvelopeCard(self.desk.theme, one, f"{section.objectName()}.{at}")
            card.revoke.clicked.connect(lambda _checked=False, key=one.key: self._ask_back(key))
            if one.key == self._taking_back:
                card.body.addWidget(self._back_form())
            section.body.addWidget(card)

    # -- granting -----------------------------------------------------------------------------------------------------

    def _to_list(self) -> None:
        self._pages.setCurrentWidget(self._list_page)

    def _begin_grant(self) -> None:
        self.grant_page.begin()
        self._pages.setCurrentWidget(self.grant_page)

    def _grant(self, values: dict[str, object]) -> None:
        user = self.desk.user.user_id

        def build(workspace: Workspace) -> Command:
            return GrantEnvelope(
                op_id=workspace.new_id(),
                actor=user,
                business_date=workspace.today(),
                envelope_id=workspace.new_id(),
                **values,  # type: ignore[arg-type]
            )

        self.desk.perform(build, self._on_granted)

    def _on_granted(self, performed: Performed) -> None:
        if not performed.saved:
            self.grant_page.show_findings(all_in_words(performed.decision.findings, self.desk.formats))
            return
        self.grant_page.forget()
        self._to_list()
        self.reload()

    # -- taking back --------------------------------------------------------------------------------------------------

    def _ask_back(self, envelope_id: str) -> None:
        self._taking_back, self._reason = envelope_id, ""
        self._show()
        field = self.findChild(QLineEdit, "envelopes.reason")
        if field is not None:
            field.setFocus()
            bring_into_sight(field)

    def _keep(self) -> None:
        self._taking_back = ""
        self._show()

    def _take_back(self) -> None:
        envelope_id, reason, user = self._taking_back, self._reason.strip(), self.desk.user.user_id

        def build(workspace: Workspace) -> Command:
            return RevokeEnvelope(
                op_id=workspace.new_id(),
                actor=user,
                business_date=workspace.today(),
                envelope_id=envelope_id,
                reason=reason,
            )

        self._keep()
        self.desk.perform(build, self._on_taken_back)

    def _on_taken_back(self, performed: Performed) -> None:
        if not performed.saved:
            found = all_in_words(performed.decision.findings, self.desk.formats)
            self.desk.toast(" ".join(one.sentence for one in found), tone="bad")
        self.reload()

    def _back_form(self) -> QWidget:
        form = QWidget()
        line = row(form)
        reason = QLineEdit(self._reason)
        reason.setObjectName("envelopes.reason")
        reason.setAccessibleName(tr("envelopes.reason"))
        reason.setPlaceholderText(tr("envelopes.reason"))
        reason.setMaxLength(500)
        reason.textEdited.connect(self._on_reason)
        keep = button(tr("envelopes.keep"), name="envelopes.keep")
        keep.clicked.connect(self._keep)
        back = button(
            tr("envelopes.take_back"),
            name="envelopes.take_back",
            kind="danger",
            icon="close",
            theme=self.desk.theme,
        )
        back.clicked.connect(self._take_back)
        line.addWidget(reason, 1)
        line.addWidget(keep)
        line.addWidget(back)
        return form

    def _on_reason(self, text: str) -> None:
        self._reason = text

    # -- parts --------------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        scroll = Scroll(name="envelopes.scroll", margin=0)
        top = row()
        top.addWidget(label(tr("envelopes.how"), "muted", name="envelopes.how", wrap=True), 1)
        top.addWidget(self.new)
        head = QWidget()
        head.setLayout(top)
        top.setContentsMargins(0, 0, 0, 0)
        for part in (head, self._granted, self._got, self._nothing):
            part.setMaximumWidth(_WIDTH)
            scroll.body.addWidget(part)
        self._list_page = scroll
        self._pages = QStackedWidget()
        self._pages.addWidget(scroll)
        self._pages.addWidget(self.grant_page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)


class _EnvelopeCard(Card):
    """One envelope: for whom, what it allows, how much of it is used."""

    def __init__(self, theme: Theme, one: EnvelopeState, name: str) -> None:
        super().__init__(name=name)
        self.setAccessibleName(one.spoken)
        top = row(gap=12)
        top.addWidget(label(one.name, "strong", name=f"{name}.name", wrap=True), 1)
        top.addWidget(chip(one.state, one.tone, name=f"{name}.state"))
        self.body.addLayout(top)
        across = row(gap=12)
        words = column(gap=2)
        words.addWidget(label(one.allows, name=f"{name}.allows", wrap=True))
        for part, text in (("scope", one.scope), ("days", one.days)):
            if text:
                words.addWidget(label(text, "muted", name=f"{name}.{part}", wrap=True))
        across.addLayout(words, 1)
        self.revoke = button(
            tr("envelopes.revoke"), name=f"{name}.revoke", kind="quiet", icon="close", theme=theme
        )
        self.revoke.setAccessibleName(tr("envelopes.revoke_of", name=one.name))
        self.revoke.setVisible(one.may_revoke)
        across.addWidget(self.revoke)
        self.body.addLayout(across)
        if one.used:
            bar = QProgressBar()
            bar.setObjectName(f"{name}.bar")
            bar.setAccessibleName(one.used)
            bar.setTextVisible(False)
            bar.setRange(0, 1000)
            bar.setValue(one.share)
            self.body.addWidget(bar)
            self.body.addWidget(label(one.used, "small", name=f"{name}.used", wrap=True))
