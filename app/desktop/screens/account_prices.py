"""The price list of an account on its card: what its contracts have a price for, searched while typing, each with its
reason; and on a tap of the filter every product at this account's price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.product_columns import price_column, product_column
from app.desktop.widgets.fields import SearchField, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.table import Table
from app.desktop.widgets.why_price import show_why_price
from app.screens.catalogue import ProductLine, ProductList, present_list
from app.screens.product_card import present_why
from app.screens.why_price import WhyPrice
from app.screens.wording import tr
from app.workspace.rows.catalogue import Filter

if TYPE_CHECKING:  # sqlalchemy is imported after the first frame
    from sqlalchemy import Connection


class PricesPage(QWidget):
    """See the module. `all_prices` asks for the catalogue with this account's prices. It is read when it is looked
    at."""

    all_prices = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("accounts.prices")
        self.desk = desk
        self._account = ""
        self._agreed: bool | None = None  # None: contract prices where there are any, else all
        theme = desk.theme
        self.field = SearchField(theme, name="accounts.prices.search", hint=tr("account_prices.search"))
        self.field.searched.connect(lambda _words: self.read())
        self.agreed = button(tr("catalogue.agreed"), name="accounts.prices.agreed", icon="price", theme=theme)
        self.agreed.setCheckable(True)
        self.agreed.clicked.connect(self._on_agreed)
        self.catalogue = button(tr("account_prices.all"), name="accounts.showPrices", kind="link")
        self.catalogue.setToolTip(tr("accounts.do.prices.tip"))
        self.catalogue.clicked.connect(self.all_prices)
        self.table: Table[ProductLine] = Table(
            theme,
            (
                product_column(lambda one: one.agreement or one.about),
                price_column(),
            ),
            name="accounts.prices.list",
            label=tr("account_prices.list"),
            key=lambda one: one.id,
            spoken=lambda one: one.spoken,
            tall=True,
            tap=True,
        )
        self.field.list_below = self.table
        self.table.opened.connect(self._why)
        self._empty = EmptyState(theme, name="accounts.prices.empty", icon="price", words="")
        self._rows = QStackedWidget()
        self._rows.addWidget(self.table)
        self._rows.addWidget(self._empty)
        self.note = label("", "muted", name="accounts.prices.note", wrap=True)
        self._arrange()

    def show_account(self, account_id: str) -> None:
        """The prices of this account from now on; another one begins without words."""
        if account_id != self._account:
            self._account, self._agreed = account_id, None
            blocked = self.field.blockSignals(True)
            self.field.clear()
            self.field.blockSignals(blocked)
            self.table.set_rows(())
        if self.isVisible():
            self.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def read(self) -> None:
        """Read the prices again, for the words typed."""
        account_id, words, wanted = self._account, self.field.text(), self._agreed
        formats, day = self.desk.formats, self.desk.today()
        if not account_id:
            return

        def find(connection: Connection) -> tuple[str, bool, ProductList]:
            from app.workspace.queries.catalogue import find_products

            agreed = True if wanted is None else wanted
            found = find_products(connection, Filter(words, account_id=account_id, agreed=agreed), day)
            if wanted is None and not found.rows:
                agreed = False
                found = find_products(connection, Filter(words, account_id=account_id), day)
            return account_id, agreed, present_list(found, formats)

        self.desk.tasks.read(find, self._show, key="accounts.prices")

    def _show(self, answer: tuple[str, bool, ProductList]) -> None:
        account_id, agreed, found = answer
        if account_id != self._account:
            return
        self.agreed.setChecked(agreed)
        self.table.set_rows(found.lines)
        self.note.setText(found.note)
        self._empty.say(found.empty, found.empty_more)
        self._rows.setCurrentWidget(self.table if found.lines else self._empty)

    def _on_agreed(self, agreed: bool) -> None:
        self._agreed = agreed
        self.read()

    def _why(self, line: ProductLine) -> None:
        """Why this price?, over the card."""
        account_id, formats, day = self._account, self.desk.formats, self.desk.today()

        def read(connection: Connection) -> WhyPrice | None:
            from app.workspace.queries.product_card import read_product

            card = read_product(connection, line.id, account_id, day)
            return present_why(card, formats) if card else None

        self.desk.tasks.read(read, self._show_why, key="accounts.prices.why")

    def _show_why(self, why: WhyPrice | None) -> None:
        if why is not None:
            show_why_price(self, self.desk.theme, why)

    def _arrange(self) -> None:
        whole = column(self)
        top, below = row(), row()
        top.addWidget(self.field, 1)
        top.addWidget(self.agreed)
        below.addWidget(self.note, 1)
        below.addWidget(self.catalogue)
        whole.addLayout(top)
        whole.addWidget(self._rows, 1)
        whole.addLayout(below)
