"""The catalogue: search while typing over all products, priced for the chosen account; the card of one beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.screens.catalogue_pickers import pick_account, pick_narrowing
from app.desktop.screens.product_card import ProductCardPanel
from app.desktop.screens.product_columns import price_column, product_column
from app.desktop.theme import GRID, TOUCH
from app.desktop.widgets.fields import SearchField, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.split import ListDetail
from app.desktop.widgets.table import Column, Table
from app.screens.catalogue import ProductLine, ProductList, present_list
from app.screens.product_card import CardView, present_card
from app.screens.wording import tr
from app.workspace.rows.catalogue import Filter

if TYPE_CHECKING:  # sqlalchemy is imported after the first frame
    from sqlalchemy import Connection

    from app.desktop.scan_taking import Taking
    from app.domain.scan import ScanRefused

STAR = 0  # the column of the list that a tap marks a favourite in
ROOM_FOR_STOCK, ROOM_FOR_TRUNK = 560, 440  # widths of the list from which its columns have room
CARD_WIDTH, ACCOUNT_WIDTH, CATEGORY_WIDTH = 400, 264, 184


class CatalogueScreen(Screen):
    """See the module. `open(account_id=…)` prices for that account, `open(product_id=…)` shows that product."""

    topics = frozenset(
        {
            "product",
            "price",
            "price_list",
            "promotion",
            "promotion_product",
            "balance",
            "location",
            "account",
            "lot",
            "contract",
            "contract_price",
            "roster",
            "commitment",
            "favourite",
            "sync",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked = Filter()
        self._product = ""
        self.card = ProductCardPanel(desk.theme)
        self.card.added.connect(lambda product_id: desk.go("quotes", add_product=product_id))
        self.card.starred.connect(self._star)
        self._none = EmptyState(
            desk.theme,
            name="catalogue.card.empty",
            icon="catalogue",
            words=tr("catalogue.empty.card"),
            more=tr("catalogue.empty.card.more"),
        )
        self._right = QStackedWidget()
        self._right.addWidget(self._none)
        self._right.addWidget(self.card)
        self.split = ListDetail(
            desk.theme, self._list(), self._right, name="catalogue.split", width=CARD_WIDTH, grow_left=True
        )
        whole = column(self, margin=3 * GRID, gap=2 * GRID)
        whole.addLayout(self._bar())
        whole.addWidget(self.split, 1)

    def _bar(self) -> QVBoxLayout:
        """What is looked for and for whom, over what the list is kept to."""
        theme = self.desk.theme
        self.field = SearchField(
            theme, name="catalogue.search", hint=tr("catalogue.search"), shortcut="Ctrl+F"
        )
        self.field.searched.connect(lambda _words: self._on_typed())
        self.field.returnPressed.connect(self._open_first)
        self.field.list_below = self.table
        self.field.setMinimumWidth(200)
        QShortcut(QKeySequence("Ctrl+F"), self, self._to_search)
        self.account = button("", name="catalogue.account", icon="accounts", theme=theme, shortcut="Ctrl+K")
        self.account.clicked.connect(lambda: pick_account(self, self.desk, self._price_for))
        self.category = button("", name="catalogue.category", icon="filter", theme=theme)
        self.category.clicked.connect(lambda: pick_narrowing(self, self.desk, self._only))
        self.mine = self._toggle("mine", tr("catalogue.mine"), "trunk")
        self.agreed = self._toggle("agreed", tr("catalogue.agreed"), "price")
        self.starred = self._toggle("starred", tr("catalogue.favourites"), "star")
        above, below = row(), row()
        above.addWidget(self.field, 1)
        above.addWidget(self.account)
        for part in (self.category, self.mine, self.agreed, self.starred):
            below.addWidget(part)
        below.addStretch(1)
        both = column()
        both.addLayout(above)
        both.addLayout(below)
        return both

    def _toggle(self, name: str, words: str, icon: str) -> QPushButton:
        """A filter that is on or off; `name` is the filter's."""
        made = button(words, name=f"catalogue.{name}", icon=icon, theme=self.desk.theme)
        made.setCheckable(True)
        made.toggled.connect(lambda on: self._ask(replace(self._asked, **{name: on})))
        return made

    def _list(self) -> QWidget:
        theme = self.desk.theme
        self.table: Table[ProductLine] = Table(
            theme,
            (
                Column(
                    "",
                    lambda _one: "",
                    width=TOUCH,
                    icon=lambda one: one.star,
                    tone=lambda one: "accent" if one.starred else "",
                ),
                product_column(lambda one: one.about),
                Column(
                    tr("catalogue.col.trunk"),
                    lambda one: one.trunk,
                    width=84,
                    end=True,
                    tone=lambda one: one.trunk_tone,
                ),
                Column(
                    tr("catalogue.col.stock"),
                    lambda one: one.stock,
                    width=100,
                    end=True,
                    tone=lambda one: one.stock_tone,
                ),
                price_column(),
            ),
            name="catalogue.list",
            label=tr("catalogue.list"),
            key=lambda one: one.id,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _line: self.split.show_detail())
        self.table.clicked.connect(self._on_click)
        self._empty = EmptyState(
            theme,
            name="catalogue.empty",
            icon="catalogue",
            words=tr("catalogue.empty.none"),
            step=tr("catalogue.empty.none.step"),
            then=self._step,
        )
        self._rows = QStackedWidget()
        self._rows.addWidget(self.table)
        self._rows.addWidget(self._empty)
        self.note = label("", "muted", name="catalogue.note", wrap=True)
        left = QWidget()
        whole = column(left)
        whole.addWidget(self._rows, 1)
        whole.addWidget(self.note)
        return left

    # -- what the desk asks -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        self._search()
        if self._product:
            self._read_card()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._product:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, **args: Any) -> None:
        if "account_id" in args:
            account_id = str(args["account_id"] or "")
            self._asked = replace(
                self._asked, account_id=account_id, agreed=self._asked.agreed and bool(account_id)
            )
            self.agreed.setChecked(self._asked.agreed)
        if args.get("product_id"):
            self._product = str(args["product_id"])
            self.split.show_detail()
        else:
            self.split.show_list()

    # -- the list -----------------------------------------------------------------------------------------------------

    def _on_typed(self) -> None:
        self._ask(replace(self._asked, words=self.field.text()))

    def _ask(self, asked: Filter) -> None:
        """Look for something else, or for the same for somebody else."""
        priced_anew = asked.account_id != self._asked.account_id
        if not asked.account_id:
            asked = replace(asked, agreed=False)  # contracts are an account's
        self._asked = asked
        for made, on in ((self.mine, asked.mine), (self.agreed, asked.agreed), (self.starred, asked.starred)):
            blocked = made.blockSignals(True)
            made.setChecked(on)
            made.blockSignals(blocked)
        self._search()
        if priced_anew and self._product:
            self._read_card()

    def _search(self) -> None:
        asked, formats, day = self._asked, self.desk.formats, self.desk.today()

        def find(connection: Connection) -> ProductList:
            from app.workspace.queries.catalogue import find_products

            return present_list(find_products(connection, asked, day), formats)

        self.desk.tasks.read(find, self._show_list, key="catalogue.search")

    def _show_list(self, found: ProductList) -> None:
        self.shown = found
        self.table.set_rows(found.lines)
        self.note.setText(found.note)
        _say(self.account, found.account, ACCOUNT_WIDTH)
        _say(self.category, found.category, CATEGORY_WIDTH)
        self.agreed.setEnabled(found.contracts)
        why = "" if found.contracts else tr("catalogue.agreed.why")
        self.agreed.setToolTip(why)
        self.agreed.setAccessibleDescription(why)
        self._empty.say(found.empty, found.empty_more)
        self._empty.step.setText(found.empty_step_words)
        self._empty.step.setVisible(bool(found.empty_step))
        self._rows.setCurrentWidget(self.table if found.lines else self._empty)
        if self._product and self.table.current() is None:
            self.table.select_key(self._product, scroll=False)

    def _step(self) -> None:
        """What the empty list offers."""
        if self.shown.empty_step == "sync":
            self.desk.go("sync")
            return
        self._ask(Filter(self._asked.words, account_id=self._asked.account_id))

    def _on_click(self, at: QModelIndex) -> None:
        """A tap on the star marks; anywhere else it shows the product."""
        if at.column() == STAR:
            line = self.table.rows[at.row()]
            self._star(line.id, not line.starred)
        else:
            self.split.show_detail()

    def _star(self, product_id: str, starred: bool) -> None:
        """Keep a product among the favourites, or no more; the list rereads when that is kept."""
        from app.workspace.field import mark_favourite

        self.desk.perform(lambda workspace: mark_favourite(workspace, product_id, starred))

    def _price_for(self, account_id: str) -> None:
        self._ask(replace(self._asked, account_id=account_id))

    def _only(self, kind: str, name: str) -> None:
        """Narrow the list to this category, brand or class; ('', '') to nothing."""
        self._ask(
            replace(
                self._asked,
                category=name if kind == "category" else "",
                brand=name if kind == "brand" else "",
                product_class=name if kind == "class" else "",
            )
        )

    def _to_search(self) -> None:
        self.split.show_list()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _open_first(self) -> None:
        if self.table.rows:
            self.table.select_first()
            self.split.show_detail()

    def _choose(self, line: ProductLine | None) -> None:
        if line is not None and line.id != self._product:
            self._product = line.id
            self._read_card()

    def scan_taker(self) -> Callable[[str], None] | None:
        return self._taking.take

    @cached_property
    def _taking(self) -> Taking:
        from app.desktop.scan_taking import Taking
        from app.workspace.queries.scanning import look_up_goods

        return Taking(
            self.desk,
            self,
            look_up_goods,
            lambda goods: self._show_product(goods.product_id),
            self._on_product_alone,
        )

    def _on_product_alone(self, refused: ScanRefused, _code: str) -> bool:
        """A label that names its product and no lot is enough to look at it."""
        if refused.product_id:
            self._show_product(refused.product_id)
        return bool(refused.product_id)

    def _show_product(self, product_id: str) -> None:
        """The card of a product whose label was scanned."""
        self._product = product_id
        self.table.clearSelection()
        self.table.select_key(product_id)
        self.split.show_detail()
        self._read_card()

    # -- the card -----------------------------------------------------------------------------------------------------

    def _read_card(self) -> None:
        product_id, account_id = self._product, self._asked.account_id
        formats, role, day = self.desk.formats, self.desk.user.role, self.desk.today()

        def read(connection: Connection) -> CardView | None:
            from app.workspace.queries.product_card import read_product

            card = read_product(connection, product_id, account_id, day)
            return present_card(card, formats, role=role) if card else None

        self.desk.tasks.read(read, self._show_card, key="catalogue.card")

    def _show_card(self, view: CardView | None) -> None:
        if view is None:
            self._none.say(tr("catalogue.gone"))
            self._right.setCurrentWidget(self._none)
            return
        self.card.show_card(view)
        self._right.setCurrentWidget(self.card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what the list has no room for; the card tells it all the same."""
        room = self.width() - 6 * GRID - (CARD_WIDTH + 2 * GRID if self.split.wide else 0)
        left_out = []
        if room < ROOM_FOR_STOCK:
            left_out.append(tr("catalogue.col.stock"))
        if room < ROOM_FOR_TRUNK:
            left_out.append(tr("catalogue.col.trunk"))
        self.table.hide_columns(*left_out)


def _say(made: QPushButton, words: str, width: int) -> None:
    """Words on a button of at most `width`; all of them in its tip and for a screen reader."""
    made.setMaximumWidth(width)
    metrics = QFontMetrics(made.font())
    made.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, width - 64))
    made.setToolTip(words)
    made.setAccessibleName(words)
