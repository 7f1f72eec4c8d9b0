"""The card of one account: its head with what can be done, and pages below: overview, open documents, history,
and what is consigned there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QTabBar, QWidget

from app.desktop.screens.consigned_page import ConsignedPage
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Card, EmptyState, FindingsList, Scroll, Section, clear, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.accounts import AddressView, CardView, ContactView, DocumentLine, Figure
from app.screens.document_parts import Told
from app.screens.order_history import OrderLineView, OrderView
from app.screens.wording import tr

OVERVIEW, OPEN, HISTORY, CONSIGNED = 0, 1, 2, 3
_DEEDS = {"quote": "newQuote", "sell": "sellFromTrunk", "prices": "showPrices"}


class AccountCardPanel(QWidget):
    """Shows a CardView. `asked` carries quote, sell or prices; `document` the key of an open quote or order to go to;
    `order` the id of an earlier order whose lines are wanted; `using` a ConsignedRow to tell the use of, or None."""

    asked = Signal(str)
    document = Signal(object)
    order = Signal(str)
    using = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("accounts.card")
        self._theme = theme
        self.shown: CardView | None = None
        self._head = _Head(theme)
        self._head.asked.connect(self.asked)
        self._tabs = QTabBar()
        self._tabs.setObjectName("accounts.tabs")
        self._tabs.setAccessibleName(tr("accounts.tabs"))
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        for key in ("overview", "open", "history"):
            self._tabs.addTab(tr(f"accounts.tab.{key}" if key == "overview" else f"accounts.tab.{key}.none"))
        self._tabs.addTab(tr("consigned.tab.none"))
        self._tabs.setTabVisible(CONSIGNED, False)
        self._overview = _Overview(theme)
        self.consigned = ConsignedPage(theme)
        self.consigned.using.connect(self.using)
        self.open_table = _documents(theme, "accounts.open", tr("accounts.open"), states=176)
        self._open = _Listed(self.open_table, _empty(theme, "accounts.open", "quotes"))
        self.history = _History(theme)
        self._pages = QStackedWidget()
        self._pages.setMinimumHeight(GRID)  # or the tallest page would press the head together
        for page in (self._overview, self._open, self.history, self.consigned):
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.open_table.opened.connect(lambda line: self.document.emit(line.key))
        self.open_table.clicked.connect(lambda at: self.document.emit(self.open_table.rows[at.row()].key))
        self.history.wanted.connect(self.order)
        whole = column(self, gap=GRID)
        whole.addWidget(self._head)
        whole.addWidget(self._tabs)
        whole.addWidget(self._pages, 1)

    def show_card(self, view: CardView) -> None:
        """Show an account; another one begins at its overview, the same one stays where it is."""
        before, self.shown = self.shown, view
        if view == before:
            return
        if before is None or before.id != view.id:
            self._tabs.setCurrentIndex(OVERVIEW)
            self.history.close_order()
        self._head.show_head(view)
        self._overview.show_overview(view)
        self._tabs.setTabText(OPEN, view.open_tab)
        self._tabs.setTabText(HISTORY, view.history_tab)
        self._open.show_rows(view.open)
        self.history.show_rows(view)
        self._tabs.setTabVisible(CONSIGNED, view.consigned is not None)
        if view.consigned is not None:
            self._tabs.setTabText(CONSIGNED, view.consigned.tab)
            self.consigned.show_view(view.consigned)

    def show_page(self, page: int) -> None:
        self._tabs.setCurrentIndex(page)


class _Head(Card):
    """Name, status in words and colour, what can be done."""

    asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="accounts.head")
        self._name = label("", "title", name="accounts.name", wrap=True)
        self._name.setMinimumWidth(
            200
        )  # beside a long state it would need a third line, which Qt does not give it
        self._state = chip(name="accounts.state")
        self._line = label("", "quiet", name="accounts.line", wrap=True)
        top = row()
        top.addWidget(self._name, 1)
        top.addWidget(self._state, alignment=Qt.AlignmentFlag.AlignTop)
        self._deeds = {
            "quote": button(
                "", name="accounts.newQuote", kind="primary", icon="plus", theme=theme, shortcut="Ctrl+N"
            ),
            "sell": button("", name="accounts.sellFromTrunk"),
            "prices": button("", name="accounts.showPrices"),
        }
        line = row()
        for key, deed in self._deeds.items():
            deed.clicked.connect(lambda _checked=False, key=key: self.asked.emit(key))
            line.addWidget(deed)
        line.addStretch(1)
        self.body.addLayout(top)
        self.body.addWidget(self._line)
        self.body.addLayout(line)

    def show_head(self, view: CardView) -> None:
        self._name.setText(view.name)
        self._line.setText(" · ".join(part for part in (view.line, view.loading) if part))
        self._state.setText(view.state)
        mark(self._state, tone=view.tone)
        for deed in view.deeds:
            made = self._deeds[deed.key]
            made.setText(deed.words)
            made.setAccessibleName(deed.words)
            made.setEnabled(deed.enabled)
            made.setToolTip(deed.tip)
            made.setAccessibleDescription(deed.tip)


class _Overview(Scroll):
    """What stands in the way of selling to it, credit and terms, addresses, contacts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="accounts.overview", margin=0)
        self._findings = FindingsList(theme, name="accounts.findings")
        self._figures = QGridLayout()
        self._figures.setContentsMargins(0, 0, 0, 0)
        self._figures.setHorizontalSpacing(3 * GRID)
        self._figures.setVerticalSpacing(2 * GRID)
        card = Card(name="accounts.figures")
        card.body.addLayout(self._figures)
        self._addresses = Section(tr("accounts.addresses"), name="accounts.addresses")
        self._contacts = Section(tr("accounts.contacts"), name="accounts.contacts")
        self._terms = Section(tr("account_terms.title"), name="accounts.terms")
        for part in (self._findings, card, self._terms, self._addresses, self._contacts):
            self.body.addWidget(part)

    def show_overview(self, view: CardView) -> None:
        self._findings.show_findings(view.findings)
        clear(self._figures)
        for at, figure in enumerate(view.figures):
            self._figures.addWidget(_figure(figure), at // 2, at % 2)
            self._figures.setColumnStretch(at % 2, 1)
        clear(self._terms.body)
        for number, term in enumerate(view.terms, 1):
            self._terms.body.addWidget(_term(term, f"accounts.term.{number}"))
        self._terms.setVisible(bool(view.terms))
        clear(self._addresses.body)
        for number, address in enumerate(view.addresses, 1):
            self._addresses.body.addWidget(_address(address, f"accounts.address.{number}"))
        if not view.addresses:
            self._addresses.body.addWidget(label(tr("accounts.address.none"), "quiet"))
        clear(self._contacts.body)
        for number, contact in enumerate(view.contacts, 1):
            self._contacts.body.addWidget(_contact(contact, f"accounts.contact.{number}"))
        if not view.contacts:
            self._contacts.body.addWidget(label(tr("accounts.contacts.none"), "quiet"))


class _Listed(QStackedWidget):
    """A table, or the words for nothing in it."""

    def __init__(self, table: Table[DocumentLine], empty: EmptyState) -> None:
        super().__init__()
        self.table = table
        self._empty = empty
        self.addWidget(table)
        self.addWidget(empty)

    def show_rows(self, rows: tuple[DocumentLine, ...]) -> None:
        self.table.set_rows(rows)
        self.setCurrentWidget(self.table if rows else self._empty)


class _History(QStackedWidget):
    """Earlier orders; one opened takes their place until Back."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.table = _documents(theme, "accounts.history", tr("accounts.tab.history.none"), states=112)
        self._listed = _Listed(self.table, _empty(theme, "accounts.history", "history"))
        self._note = label("", "muted", name="accounts.history.note")
        first = QWidget()
        whole = column(first)
        whole.addWidget(self._listed, 1)
        whole.addWidget(self._note)
        self.order = _Order(theme)
        self.order.back.clicked.connect(self.close_order)
        self.addWidget(first)
        self.addWidget(self.order)
        self.table.opened.connect(self._open)
        self.table.clicked.connect(lambda at: self._open(self.table.rows[at.row()]))

    def show_rows(self, view: CardView) -> None:
        self._listed.show_rows(view.history)
        self._note.setText(view.history_note)
        self._note.setVisible(bool(view.history_note))

    def show_order(self, view: OrderView) -> None:
        """The lines that were asked for; dropped when another order has been opened meanwhile."""
        self.order.show_order(view)

    def close_order(self) -> None:
        self.setCurrentIndex(0)

    def _open(self, line: DocumentLine) -> None:
        self.order.begin(line)
        self.setCurrentWidget(self.order)
        self.wanted.emit(line.key[1])


class _Order(Card):
    """An earlier order with its lines."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="accounts.order", margin=12)
        self._wanted = ""
        self.back = button(
            tr("accounts.order.back"), name="accounts.order.back", kind="quiet", icon="back", theme=theme
        )
        self._title = label("", "head", name="accounts.order.title")
        self._total = money("", "total", name="accounts.order.total")
        self._about = label("", "muted", name="accounts.order.about", wrap=True)
        self._summary = label("", "muted", name="accounts.order.summary", wrap=True)
        self.lines: Table[OrderLineView] = Table(
            theme,
            (
                Column(tr("accounts.col.product"), lambda one: one.product, second=lambda one: one.about),
                Column(
                    tr("accounts.col.total"),
                    lambda one: one.total,
                    width=168,
                    end=True,
                    strong=True,
                    second=lambda one: one.each,
                ),
            ),
            name="accounts.order.lines",
            label=tr("accounts.order.lines"),
            key=lambda one: one.id,
            spoken=lambda one: one.spoken,
            tall=True,
            head=False,
            bare=True,
        )
        top = row()
        top.addWidget(self.back)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._total)
        top.setContentsMargins(0, 0, 12, 0)
        for part in (self._about, self._summary):
            part.setContentsMargins(12, 0, 12, 0)  # in line with the cells of the table
        self.body.addLayout(top)
        self.body.addWidget(self._about)
        self.body.addWidget(self.lines, 1)
        self.body.addWidget(self._summary)

    def begin(self, line: DocumentLine) -> None:
        """What is known at once; the lines follow."""
        if line.key[1] != self._wanted:
            self.lines.set_rows(())
            self._summary.setVisible(False)
        self._wanted = line.key[1]
        self._title.setText(line.number)
        self._total.setText(line.total)
        self._about.setText(" · ".join(part for part in (line.day, line.about, line.state) if part))

    def show_order(self, view: OrderView) -> None:
        if view.id != self._wanted:
            return
        self.lines.set_rows(view.lines)
        self._about.setText(view.about)
        self._summary.setText(view.summary)
        self._summary.setVisible(bool(view.summary))


def _documents(theme: Theme, name: str, words: str, *, states: int) -> Table[DocumentLine]:
    return Table(
        theme,
        (
            Column(tr("accounts.col.document"), lambda one: one.number, second=lambda one: one.about),
            Column(
                tr("accounts.col.state"),
                lambda one: one.state,
                width=152,
                chip=True,
                tone=lambda one: one.tone,
            ),
            Column(
                tr("accounts.col.total"),
                lambda one: one.total,
                width=150,
                end=True,
                strong=True,
                second=lambda one: one.day,
            ),
        ),
        name=name,
        label=words,
        key=lambda one: one.key,
        spoken=lambda one: one.spoken,
        tall=True,
    )


def _empty(theme: Theme, name: str, icon: str) -> EmptyState:
    return EmptyState(
        theme, name=f"{name}.empty", icon=icon, words=tr(f"{name}.none"), more=tr(f"{name}.none.more")
    )


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


def _contact(contact: ContactView, name: str) -> Card:
    card = Card(name=name, gap=2)
    reach = " · ".join(part for part in (contact.phone, contact.email) if part)
    card.setAccessibleName(", ".join(part for part in (contact.name, contact.job, reach) if part))
    top = row()
    top.addWidget(label(contact.name, "strong"))
    top.addWidget(label(contact.job, "muted"))
    top.addStretch(1)
    card.body.addLayout(top)
    if reach:
        line = label(reach, wrap=True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.body.addWidget(line)
    return card
