"""The first page of an account's card: what to see to, credit and terms, licences, agreements, where it is, and who to
call."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.desktop.theme import GRID, TOUCH, Theme
from app.desktop.widgets.fields import button, chip, label
from app.desktop.widgets.panel import Card, FindingsList, Scroll, Section, clear, column, row
from app.screens.accounts import AddressView, CardView, ContactView, Figure
from app.screens.document_parts import Told
from app.screens.wording import tr


class Overview(Scroll):
    """See the module. `link` carries the address of a call or a letter that a contact was tapped for."""

    link = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="accounts.overview", margin=0)
        self._theme = theme
        self._findings = FindingsList(theme, name="accounts.findings")
        self._figures = QGridLayout()
        self._figures.setContentsMargins(0, 0, 0, 0)
        self._figures.setHorizontalSpacing(3 * GRID)
        self._figures.setVerticalSpacing(2 * GRID)
        card = Card(name="accounts.figures")
        card.body.addLayout(self._figures)
        self._contacts = Section(tr("accounts.contacts"), name="accounts.contacts")
        self._licences = Section(tr("account_terms.licences"), name="accounts.licences")
        self._terms = Section(tr("account_terms.title"), name="accounts.terms")
        self._addresses = Section(tr("accounts.addresses"), name="accounts.addresses")
        for part in (self._findings, card, self._contacts, self._licences, self._terms, self._addresses):
            self.body.addWidget(part)

    def show_overview(self, view: CardView) -> None:
        self._findings.show_findings(view.findings)
        clear(self._figures)
        for at, figure in enumerate(view.figures):
            self._figures.addWidget(_figure(figure), at // 2, at % 2)
            self._figures.setColumnStretch(at % 2, 1)
        _fill(self._contacts, [self._contact(one, at) for at, one in enumerate(view.contacts, 1)])
        if not view.contacts:
            self._contacts.body.addWidget(label(tr("accounts.contacts.none"), "quiet"))
        _fill(
            self._licences, [_term(one, f"accounts.licence.{at}") for at, one in enumerate(view.licences, 1)]
        )
        self._licences.setVisible(bool(view.licences))
        _fill(self._terms, [_term(one, f"accounts.term.{at}") for at, one in enumerate(view.terms, 1)])
        self._terms.setVisible(bool(view.terms))
        places = [_address(one, f"accounts.address.{at}") for at, one in enumerate(view.addresses, 1)]
        _fill(self._addresses, places)
        if not view.addresses:
            self._addresses.body.addWidget(label(tr("accounts.address.none"), "quiet"))

    def _contact(self, contact: ContactView, at: int) -> Card:
        """Who it is, and a button for each way to reach them; it shows what it dials or writes to."""
        name = f"accounts.contact.{at}"
        card = Card(name=name, margin=12, gap=4)
        card.setAccessibleName(", ".join(part for part in (contact.name, contact.job) if part))
        top = row()
        top.addWidget(label(contact.name, "strong", wrap=True), 1)
        top.addWidget(label(contact.job, "muted"))
        card.body.addLayout(top)
        ways = row()
        for way in contact.ways:
            made = button(way.words, name=f"{name}.{way.key}", icon=way.icon, theme=self._theme)
            made.setAccessibleName(way.spoken)
            made.setToolTip(way.spoken)
            made.setMinimumWidth(
                2 * TOUCH
            )  # a long address gives way, or the page would be wider than its window
            made.clicked.connect(lambda _checked=False, url=way.url: self.link.emit(url))
            ways.addWidget(made)
        if contact.ways:
            ways.addStretch(1)
            card.body.addLayout(ways)
        return card


def _fill(section: Section, parts: Sequence[QWidget]) -> None:
    """These parts in place of those before."""
    clear(section.body)
    for part in parts:
        section.body.addWidget(part)


def _figure(figure: Figure) -> QWidget:
    made = QWidget()
    made.setObjectName(f"accounts.figure.{figure.key}")
    made.setAccessibleName(f"{figure.label}: {figure.value}. {figure.more}")
    parts = column(made, gap=2)
    parts.addWidget(label(figure.label, "muted"))
    parts.addWidget(
        label(figure.value, "strong", name=f"{made.objectName()}.value", tone=figure.tone, wrap=True)
    )
    parts.addWidget(label(figure.more, "muted", name=f"{made.objectName()}.more", wrap=True))
    parts.addStretch(1)
    return made


def _term(term: Told, name: str) -> Card:
    card = Card(name=name, gap=2)
    card.setAccessibleName(", ".join(part for part in (term.words, term.state, term.more) if part))
    top = row()
    top.addWidget(label(term.words, "strong", wrap=True), 1)
    top.addWidget(chip(term.state, term.tone), alignment=Qt.AlignmentFlag.AlignTop)
    card.body.addLayout(top)
    if term.more:
        card.body.addWidget(label(term.more, "muted", wrap=True))
    return card


def _address(address: AddressView, name: str) -> Card:
    card = Card(name=name, gap=2)
    card.setAccessibleName(", ".join((address.kind, address.label, *address.lines)))
    top = row()
    top.addWidget(label(address.kind, "strong"))
    top.addWidget(label(address.label, "muted"))
    top.addStretch(1)
    card.body.addLayout(top)
    card.body.addWidget(label(", ".join(address.lines), wrap=True))
    return card
