"""The card of one account: its head with what can be done, and pages below: overview, open documents, history,
what is consigned there, its prices, and visits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.account_history import History, Listed, documents, no_documents
from app.desktop.screens.account_overview import Overview
from app.desktop.screens.account_prices import PricesPage
from app.desktop.screens.account_visits import VisitsPage
from app.desktop.screens.consigned_page import ConsignedPage
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, chip, label
from app.desktop.widgets.panel import Card, column, row
from app.desktop.widgets.tab_row import TabRow
from app.screens.accounts import CardView
from app.screens.wording import tr

OVERVIEW, OPEN, HISTORY, CONSIGNED, PRICES, VISITS = range(6)
BESIDE = 720  # width of the head from which what can be done stands beside the name


class AccountCardPanel(QWidget):
    """Shows a CardView. `asked` carries quote, sell or prices; `document` the key of an open quote or order to go to;
    `order` the id of an earlier order whose lines are wanted; `using` a ConsignedRow to tell the use of, or None;
    `link` the address of a call or a letter."""

    asked = Signal(str)
    document = Signal(object)
    order = Signal(str)
    using = Signal(object)
    link = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("accounts.card")
        theme = desk.theme
        self.shown: CardView | None = None
        self._head = _Head(theme)
        self._head.asked.connect(self._on_deed)
        self._tabs = TabRow(name="accounts.tabs", label=tr("accounts.tabs"))
        for key in ("overview", "open", "history"):
            self._tabs.addTab(tr(f"accounts.tab.{key}" if key == "overview" else f"accounts.tab.{key}.none"))
        self._tabs.addTab(tr("consigned.tab.none"))
        self._tabs.setTabVisible(CONSIGNED, False)
        self._tabs.addTab(tr("account_prices.tab"))
        self._tabs.addTab(tr("visits.tab.none"))
        self._overview = Overview(theme)
        self._overview.link.connect(self.link)
        self.consigned = ConsignedPage(theme)
        self.consigned.using.connect(self.using)
        self.open_table = documents(theme, "accounts.open", tr("accounts.open"), states=176)
        self._open = Listed(self.open_table, no_documents(theme, "accounts.open", "quotes"))
        self.history = History(theme)
        self.prices = PricesPage(desk)
        self.prices.all_prices.connect(lambda: self.asked.emit("prices"))
        self.visits = VisitsPage(desk)
        self._pages = QStackedWidget()
        self._pages.setMinimumHeight(GRID)  # or the tallest page would press the head together
        for page in (self._overview, self._open, self.history, self.consigned, self.prices, self.visits):
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
        self.prices.show_account(view.id)
        self.visits.show_visits(view.id, view.visits)
        if view == before:
            return
        if before is None or before.id != view.id:
            self._tabs.setCurrentIndex(OVERVIEW)
            self.history.close_order()
        self._head.show_head(view)
        self._overview.show_overview(view)
        self._tabs.setTabText(OPEN, view.open_tab)
        self._tabs.setTabText(HISTORY, view.history_tab)
        self._tabs.setTabText(VISITS, view.visits.tab)
        self._open.show_rows(view.open)
        self.history.show_rows(view)
        self._tabs.setTabVisible(CONSIGNED, view.consigned is not None)
        if view.consigned is not None:
            self._tabs.setTabText(CONSIGNED, view.consigned.tab)
            self.consigned.show_view(view.consigned)

    def show_page(self, page: int) -> None:
        self._tabs.setCurrentIndex(page)

    def _on_deed(self, deed: str) -> None:
        if deed == "visit":
            self.show_page(VISITS)
            self.visits.write()
        else:
            self.asked.emit(deed)


class _Head(Card):
    """Name, status in words and colour, what can be done: beside them where there is room, else below."""

    asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="accounts.head", margin=12)
        self._name = label("", "title", name="accounts.name", wrap=True)
        self._state = chip(name="accounts.state")
        self._line = label("", "quiet", name="accounts.line", wrap=True)
        words, below = column(gap=2), row()
        below.addWidget(self._state)
        below.addWidget(self._line, 1)
        words.addWidget(self._name)
        words.addLayout(below)
        self._deeds = {
            "quote": button(
                "", name="accounts.newQuote", kind="primary", icon="plus", theme=theme, shortcut="Ctrl+N"
            ),
            "sell": button("", name="accounts.sellFromTrunk"),
            "visit": button("", name="accounts.noteVisit", icon="edit", theme=theme),
        }
        line = row()
        for key, deed in self._deeds.items():
            deed.clicked.connect(lambda _checked=False, key=key: self.asked.emit(key))
            line.addWidget(deed)
        line.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._both.setSpacing(GRID)
        self._both.addLayout(words, 1)
        self._both.addLayout(line)
        self.body.addLayout(self._both)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= BESIDE
        self._both.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        super().resizeEvent(event)

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
