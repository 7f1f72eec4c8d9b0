"""Accounts: search while typing on one side, the card of the chosen account on the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.scan_taking import Taking
from app.desktop.screens.account_card import CONSIGNED, VISITS, AccountCardPanel
from app.desktop.screens.usage import UsagePanel
from app.desktop.theme import GRID
from app.desktop.widgets.fields import SearchField, label
from app.desktop.widgets.panel import EmptyState, column
from app.desktop.widgets.split import ListDetail
from app.desktop.widgets.table import Column, Table
from app.screens.accounts import AccountLine, AccountList, CardView, present_card, present_list
from app.screens.consigned import ConsignedRow
from app.screens.order_history import OrderView, present_order
from app.screens.wording import tr
from app.workspace.rows.consigned import Consigned
from app.workspace.rows.trunk import UsageDraft
from app.workspace.selling import begin_usage

if TYPE_CHECKING:  # sqlalchemy is imported after the first frame
    from sqlalchemy import Connection


ROOM = 920  # from this width on the card has room for its six pages beside the list


class AccountsScreen(Screen):
    """See the module. `open(account_id=…)` shows that account, with `consigned` what lies there, with
    `visits` its visits."""

    topics = frozenset(
        {
            "account",
            "address",
            "contact",
            "exposure",
            "quote",
            "sales_order",
            "order_line",
            "price_list",
            "roster",
            "party_group",
            "contract",
            "licence",
            "location",
            "balance",
            "lot",
            "price",
            "contract_price",
            "commitment",
            "visit",
            "sync",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._account = ""
        self._wanted_page: int | None = None
        self.card = AccountCardPanel(desk)
        self.card.asked.connect(self._do)
        self.card.document.connect(self._go_to)
        self.card.order.connect(self._read_order)
        self.card.using.connect(self._use)
        self.card.link.connect(self._reach)
        self._consigned = Consigned((), None)
        self._using = False
        self.usage = UsagePanel(desk)
        self._scanning = Taking(desk, self, self.usage.look, self.usage.take_goods)
        self.usage.closed.connect(self._usage_over)
        self.usage.elsewhere.connect(self._begin_use)
        self._none = EmptyState(
            desk.theme,
            name="accounts.card.empty",
            icon="accounts",
            words=tr("accounts.empty.card"),
            more=tr("accounts.empty.card.more"),
        )
        self._right = QStackedWidget()
        self._right.addWidget(self._none)
        self._right.addWidget(self.card)
        self._right.addWidget(self.usage)
        self.split = ListDetail(
            desk.theme, self._list(), self._right, name="accounts.split", width=360, room=ROOM
        )
        whole = column(self, margin=3 * GRID)
        whole.addWidget(self.split)

    def _list(self) -> QWidget:
        theme = self.desk.theme
        self.field = SearchField(theme, name="accounts.search", hint=tr("accounts.search"), shortcut="Ctrl+F")
        self.field.searched.connect(lambda _words: self._search())
        self.field.returnPressed.connect(self._open_first)
        QShortcut(QKeySequence("Ctrl+F"), self, self._to_search)
        self.table: Table[AccountLine] = Table(
            theme,
            (
                Column(tr("accounts.col.account"), lambda one: one.name, second=lambda one: one.about),
                Column(
                    tr("accounts.col.last"),
                    lambda one: one.state or one.last,
                    width=132,
                    end=True,
                    quiet=True,
                    second=lambda one: one.last if one.state else "",
                    tone=lambda one: one.tone if one.state else "",
                ),
            ),
            name="accounts.list",
            label=tr("accounts.list"),
            key=lambda one: one.id,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.field.list_below = self.table
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _line: self.split.show_detail())
        self.table.clicked.connect(lambda _at: self.split.show_detail())
        self._empty = EmptyState(
            theme,
            name="accounts.empty",
            icon="accounts",
            words=tr("accounts.empty.none"),
            step=tr("accounts.empty.none.step"),
            then=lambda: self.desk.go("sync"),
        )
        self._rows = QStackedWidget()
        self._rows.addWidget(self.table)
        self._rows.addWidget(self._empty)
        self.note = label("", "muted", name="accounts.note", wrap=True)
        left = QWidget()
        whole = column(left)
        whole.addWidget(self.field)
        whole.addWidget(self._rows, 1)
        whole.addWidget(self.note)
        return left

    # -- what the desk asks -------------------------------------------------------------------------------------------

    def reload(self) -> None:
        if self._account:  # before the list, which takes longer to read
            self._read_card()
        self._search()

    def scan_taker(self) -> Callable[[str], None] | None:
        return self._scanning.take if self._using and self.usage.draft is not None else None

    def leave(self) -> None:
        self.usage.keep()
        self.card.visits.keep()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._account:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, **args: Any) -> None:
        account_id = args.get("account_id")
        if account_id:
            self._show_account(str(account_id))
            self._wanted_page = CONSIGNED if args.get("consigned") else VISITS if args.get("visits") else None
            self.table.select_key(self._account)
            self.split.show_detail()

    # -- the list -----------------------------------------------------------------------------------------------------

    def _search(self) -> None:
        words, formats = self.field.text(), self.desk.formats

        def find(connection: Connection) -> AccountList:
            from app.workspace.queries.accounts import find_accounts

            return present_list(find_accounts(connection, words), formats)

        self.desk.tasks.read(find, self._show_list, key="accounts.search")

    def _show_list(self, found: AccountList) -> None:
        self.table.set_rows(found.lines)
        self.note.setText(found.note)
        self._empty.say(found.empty, found.empty_more)
        self._empty.step.setVisible(bool(found.empty_step))
        self._rows.setCurrentWidget(self.table if found.lines else self._empty)
        if self._account and self.table.current() is None:
            self.table.select_key(self._account, scroll=False)

    def _to_search(self) -> None:
        self.split.show_list()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _open_first(self) -> None:
        if self.table.rows:
            self.table.select_first()
            self.split.show_detail()

    def _choose(self, line: AccountLine | None) -> None:
        if line is not None and line.id != self._account:
            self._show_account(line.id)

    # -- the card -----------------------------------------------------------------------------------------------------

    def _show_account(self, account_id: str) -> None:
        self.usage.keep()  # what was begun waits at its place
        self._using = False
        self._account = account_id
        self._read_card()

    def _read_card(self) -> None:
        account_id, formats, role = self._account, self.desk.formats, self.desk.user.role
        day = self.desk.today()

        def read(connection: Connection) -> tuple[CardView, Consigned] | None:
            from app.workspace.queries.accounts import read_account

            card = read_account(connection, account_id)
            return (present_card(card, formats, role=role, day=day), card.consigned) if card else None

        self.desk.tasks.read(read, self._show_card, key="accounts.card")

    def _show_card(self, read: tuple[CardView, Consigned] | None) -> None:
        if read is None:
            self._using = False
            self._none.say(tr("accounts.gone"), tr("accounts.gone.more"))
            self._right.setCurrentWidget(self._none)
            return
        view, self._consigned = read
        self.card.show_card(view)
        self.usage.show_consigned(self._consigned)
        if self._wanted_page is not None and (self._wanted_page != CONSIGNED or view.consigned is not None):
            self.card.show_page(self._wanted_page)
        self._wanted_page = None
        self._right.setCurrentWidget(self.usage if self._using else self.card)

    # -- the use of what is consigned ---------------------------------------------------------------------------------

    def _use(self, row: ConsignedRow | None) -> None:
        """Tell the use of this lot, or of what will be chosen."""
        if row is not None:
            self._begin_use(row.place_id, row.lot.key)
            return
        usable = [
            one for one in self._consigned.places if one.mine and any(not lot.owner for lot in one.lots)
        ]
        if usable:
            self._begin_use(usable[0].id)

    def _begin_use(self, place_id: str, lot_key: str = "") -> None:
        """Go on with the use that was begun at the place, or begin one."""
        account_id = self._account
        place = next((one for one in self._consigned.places if one.id == place_id and one.mine), None)
        if place is None:
            return

        def begin(draft: UsageDraft) -> None:
            if account_id != self._account:
                return
            self._using = True
            self.usage.begin(draft)
            self.usage.take(lot_key)
            self._right.setCurrentWidget(self.usage)
            self.split.show_detail()
            self.usage.form.case.setFocus(Qt.FocusReason.OtherFocusReason)

        self.desk.tasks.act(
            lambda workspace: begin_usage(workspace, account_id, place.id, place.ship_to_id), begin
        )

    def _usage_over(self) -> None:
        """Back to the card, unless another account is shown by now."""
        if self._using:
            self._using = False
            self.card.show_page(CONSIGNED)
            self._read_card()

    def _read_order(self, order_id: str) -> None:
        formats = self.desk.formats

        def read(connection: Connection) -> OrderView | None:
            from app.workspace.queries.accounts import read_order

            order = read_order(connection, order_id)
            return present_order(order, formats) if order else None

        self.desk.tasks.read(read, self._show_order, key="accounts.order")

    def _show_order(self, view: OrderView | None) -> None:
        if view is not None:
            self.card.history.show_order(view)

    # -- what can be done ---------------------------------------------------------------------------------------------

    def _do(self, deed: str) -> None:
        if deed == "quote":
            self.desk.go("quotes", new_for=self._account)
        elif deed == "sell":
            self.desk.go("trunk", sell_to=self._account)
        else:
            self.desk.go("catalogue", account_id=self._account)

    def _reach(self, url: str) -> None:
        """Call or write to a contact by the device's own program; without one the address is there to paste."""
        if not QDesktopServices.openUrl(QUrl(url)):
            address = QUrl(url).path(QUrl.ComponentFormattingOption.FullyDecoded)
            QGuiApplication.clipboard().setText(address)
            self.desk.toast(tr("accounts.contact.no_program", what=address), tone="warn")

    def _go_to(self, key: tuple[str, str]) -> None:
        kind, document_id = key
        self.desk.go("quotes", **{f"{kind}_id": document_id})
