"""The trunk: lots by expiry with selling beside them; counting, looking the count over and signing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from app.desktop.desk import Desk, Screen
from app.desktop.screens.trunk_aside import TrunkAside
from app.desktop.screens.trunk_counting import TrunkCounting
from app.desktop.screens.trunk_lease import LeaseBar
from app.desktop.screens.trunk_lots import LotList
from app.desktop.screens.trunk_refill import RefillPage
from app.desktop.screens.trunk_scanning import TrunkScanning
from app.desktop.screens.trunk_transfers import TransfersPage
from app.desktop.theme import GRID
from app.desktop.widgets.split import ListDetail
from app.screens.trunk import ALL, DayRow, LotRow, present
from app.workspace.queries.trunk import trunk_view
from app.workspace.rows.moving import Unfinished
from app.workspace.rows.trunk import SaleDraft, TrunkLot, TrunkPlace, TrunkView
from app.workspace.selling import forget_saved, sale_draft
from app.workspace.unfinished import forget_over, unfinished

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.workspace.workspace import Workspace

ASIDE = 400
NARROW = 560  # below this the list leaves out the column that only repeats what a tap does


class TrunkScreen(Screen):
    """See the module."""

    topics = frozenset(
        {"balance", "lot", "product", "location", "sales_order", "count_sheet", "outbox", "drafts", "sync"}
        | {"transfer", "transfer_line", "par_level", "policy"}
        | {"account", "address", "exposure", "price_list", "price", "promotion", "promotion_product"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._view: TrunkView | None = None
        self._search, self._only = "", ALL
        self._wanted: dict[str, str] = {}  # what somebody came here for, until the trunk has been read
        self._restored = False
        self.lots = LotList(desk.theme)
        self.lease = LeaseBar(desk)
        self.lots.whole.insertWidget(0, self.lease)
        self.aside = TrunkAside(self)
        self.day, self.sale, self.lot = self.aside.day, self.aside.sale, self.aside.lot
        self.day.whole.addWidget(self.lease.give_up)
        self.ways = TransfersPage(desk)
        self.refill = RefillPage(desk)
        self.counting = TrunkCounting(self, desk)
        self.split = ListDetail(
            desk.theme, self.lots, self.aside, name="trunk.split", width=ASIDE, grow_left=True, room=840
        )
        self.pages = QStackedWidget()
        for page in (self.split, *self.counting.pages, self.ways, self.refill):
            self.pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        whole.addWidget(self.pages)
        self._connect()

    def _connect(self) -> None:
        self.lots.search.searched.connect(self._on_search)
        self.lots.filtered.connect(self._on_filter)
        self.lots.table.clicked.connect(self._on_tap)
        self.lots.table.opened.connect(self._sell_lot)
        self.lots.more.connect(self._more)
        self.lots.transfers.clicked.connect(lambda: self._to_transfers())
        self.lots.refill.clicked.connect(self._to_refill)
        self.lot.selling.connect(self._sell_key)
        self.lot.closed.connect(self.aside_over)
        self.lot.counting.connect(self.to_count)
        self.ways.left.connect(self.to_trunk)
        self.ways.counting.connect(self.to_count)
        self.refill.left.connect(self.to_trunk)
        self.lots.count.clicked.connect(self.to_count)
        self.day.day_end.clicked.connect(lambda: self.counting.start(day_end=True))
        self.day.table.opened.connect(self._open_document)
        self.sale.closed.connect(self.aside_over)
        self.sale.counting.connect(self.to_count)
        QShortcut(QKeySequence.StandardKey.Find, self, self._to_search)
        self.scanning = TrunkScanning(self)

    # -- the screen ---------------------------------------------------------------------------------------------------

    def open(self, **args: Any) -> None:
        """`lot_id` or `product_id` to sell, `sell_to` an account; `count`, `day_end`, `transfers` or `refill` for
        their pages."""
        known = ("lot_id", "product_id", "sell_to", "count", "day_end", "transfers", "refill")
        self._wanted = {key: str(args[key]) for key in known if args.get(key)}
        if self._wanted and self.pages.currentWidget() is not self.split:
            self.to_trunk()

    def reload(self) -> None:
        user, day, first = self.desk.user.user_id, self.desk.today(), not self._restored

        def read(connection: Connection) -> tuple[TrunkView, SaleDraft | None, Unfinished]:
            view = trunk_view(connection, user, day)
            if not first or view.place is None:
                return view, None, Unfinished()
            return view, sale_draft(connection, view.place.id), unfinished(connection, view.place.id)

        self.desk.tasks.read(read, self._on_view, key="trunk")
        self.counting.reload()

    def scan_taker(self) -> Callable[[str], None] | None:
        return self.scanning.taker()

    def leave(self) -> None:
        for begun in (self.sale, self.aside.giving, self.lot, self.ways):
            begun.keep()
        self.counting.review.settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lots.set_narrow(event.size().width() - ASIDE < NARROW)

    def _to_search(self) -> None:
        count = self.counting.count
        target = count.scan if count.isVisible() else self.lots.search
        target.setFocus()
        target.selectAll()

    # -- lots ---------------------------------------------------------------------------------------------------------

    def _on_view(self, answer: tuple[TrunkView, SaleDraft | None, Unfinished]) -> None:
        view, kept, begun = answer
        self._view = view
        self.sale.set_lots(view.lots, view.as_of)
        self.lot.set_lots(view.lots, view.moving.places)
        whole = view.place is not None and view.place.complete
        self.aside.giving.set_lots(view.lots, view.moving.places, whole=whole)
        if view.place is not None:
            self.aside.take_up(begun, view)
            self.ways.take_up(begun.arrived)
            self.ways.show_moving(view.moving, view.place.id)
            self.refill.show_moving(view.moving, view.place.id)
        if kept is not None and self.sale.draft is None and (kept.items or kept.account_id):
            self.sale.begin(kept)
        if not self._restored and view.place is not None:
            self._restored = True
            self._tidy(view.place.id)
        self.show_lots()
        self._take_up_wish()

    def _tidy(self, location_id: str) -> None:
        def tidy(workspace: Workspace) -> None:
            forget_saved(workspace)
            forget_over(workspace, location_id)

        self.desk.tasks.act(tidy)

    def show_lots(self) -> None:
        if self._view is None:
            return
        state = present(
            self._view,
            self.desk.formats,
            self.desk.today(),
            search=self._search,
            only=self._only,
            going=self.aside.going(),
        )
        self._only = state.only
        self.lots.show_state(state)
        self.lease.show_place(self._view.place)
        self.day.show_state(state)
        self.aside.choose(reads_only=state.reads_only)

    def _on_search(self, words: str) -> None:
        self._search = words
        self.show_lots()

    def _on_filter(self, key: str) -> None:
        self._only = key
        self.show_lots()

    def _on_tap(self, index: QModelIndex) -> None:
        if index.isValid():
            row = self.lots.table.rows[index.row()]
            if self.lots.is_more(index.column()):
                self._more(row)
            else:
                self._sell_lot(row)

    def _open_document(self, row: DayRow) -> None:
        if row.kind == "sale":
            self.desk.go("quotes", order_id=row.document_id)
        elif row.kind == "count":
            self.counting.show_summary(row.document_id)

    def _take_up_wish(self) -> None:
        """Do what somebody came here for."""
        wanted, self._wanted = self._wanted, {}
        if not wanted or self._view is None or self.held_place() is None:
            return
        if "count" in wanted or "day_end" in wanted:
            self.counting.start(day_end="day_end" in wanted)
        if "transfers" in wanted:
            self._to_transfers(wanted["transfers"])
        if "refill" in wanted:
            self._to_refill()
        if "sell_to" in wanted:
            self.aside.with_sale(lambda: self.sale.sell_to(wanted["sell_to"]))
        if "product_id" in wanted:
            self.aside.with_sale(lambda: self.sale.add_product(wanted["product_id"]))
        for lot in self._view.lots:
            if lot.lot_id and lot.lot_id == wanted.get("lot_id"):
                self.lots.table.select_key(lot.key)
                self._sell_lot(self.lots.table.current())

    # -- selling ------------------------------------------------------------------------------------------------------

    def _sell_lot(self, row: LotRow | None) -> None:
        """Sell the lot, or show what can be done with one that must not be sold. While goods are put together to go,
        it goes with them."""
        lot = self.lot_of(row.key) if row is not None else None
        if lot is not None and self.aside.tapped(lot):
            return
        if row is not None and row.sells:
            self._sell_key(row.key)
        elif row is not None:
            self._more(row)

    def held_place(self) -> TrunkPlace | None:
        """The trunk, unless this tablet only shows it."""
        place = self._view.place if self._view else None
        return None if place is None or place.reads_only else place

    def lot_of(self, key: str) -> TrunkLot | None:
        return next((one for one in self._view.lots if one.key == key), None) if self._view else None

    def lot_named(self, product_id: str, number: str, serial: str) -> TrunkLot | None:
        """The lot of a label, by its serial where it has one."""
        lots = self._view.lots if self._view else ()
        mine = [one for one in lots if one.product_id == product_id]
        return next(
            (one for one in mine if (one.serial == serial if serial else one.lot_number == number)), None
        )

    def _sell_key(self, key: str) -> None:
        lot = self.lot_of(key)
        if lot is not None:
            self.lot.leave_lot()
            self.aside.with_sale(lambda: self.sale.add_lot(lot))

    def _more(self, row: LotRow) -> None:
        """What else can be done with the lot; a sale that was begun waits."""
        lot, place = self.lot_of(row.key), self.held_place()
        if lot is not None and place is not None and self._view is not None:
            self.sale.keep()
            self.lot.show_lot(lot, place.id, self._view.moving.places)
            self.aside.setCurrentWidget(self.lot)
            self.split.show_detail()

    def aside_over(self) -> None:
        self.split.show_list()
        self.show_lots()
        self.reload()

    # -- transfers and par --------------------------------------------------------------------------------------------

    def _to_transfers(self, transfer_id: str = "") -> None:
        self.pages.setCurrentWidget(self.ways)
        self.ways.begin(transfer_id)
        self.reload()

    def _to_refill(self) -> None:
        self.pages.setCurrentWidget(self.refill)
        self.refill.begin()
        self.reload()

    def to_count(self) -> None:
        """Count the trunk, or go on with it."""
        self.counting.start()

    def to_trunk(self) -> None:
        """Back to the lots."""
        self.pages.setCurrentWidget(self.split)
        self.reload()
