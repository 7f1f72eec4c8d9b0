"""The trunk: lots by expiry with selling beside them; counting, looking the count over and signing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.papers import PaperActs
from app.desktop.screens.trunk_aside import TrunkAside
from app.desktop.screens.trunk_count import CountPage
from app.desktop.screens.trunk_lease import LeaseBar
from app.desktop.screens.trunk_lots import LotList
from app.desktop.screens.trunk_refill import RefillPage
from app.desktop.screens.trunk_review import ReviewPage, SummaryPage
from app.desktop.screens.trunk_scanning import TrunkScanning
from app.desktop.screens.trunk_transfers import TransfersPage
from app.desktop.theme import GRID
from app.desktop.widgets.split import ListDetail
from app.screens import trunk_count as counts
from app.screens.findings import all_in_words
from app.screens.trunk import ALL, DayRow, LotRow, present
from app.screens.wording import tr
from app.workspace import counting
from app.workspace.queries.trunk import count_view, trunk_view
from app.workspace.rows.trunk import CountDraft, CountView, SaleDraft, TrunkLot, TrunkPlace, TrunkView
from app.workspace.selling import forget_saved, sale_draft

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.domain.commands import Command, CountTrunk
    from app.workspace.workspace import Performed, Workspace

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
        self.count = CountPage(desk)
        self.review = ReviewPage(desk)
        self.summary = SummaryPage(desk.theme)
        self.split = ListDetail(
            desk.theme, self.lots, self.aside, name="trunk.split", width=ASIDE, grow_left=True, room=840
        )
        self.pages = QStackedWidget()
        for page in (self.split, self.count, self.review, self.summary, self.ways, self.refill):
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
        self.ways.left.connect(self._to_trunk)
        self.ways.counting.connect(self.to_count)
        self.refill.left.connect(self._to_trunk)
        self.lots.count.clicked.connect(self.to_count)
        self.day.table.opened.connect(self._open_document)
        self.sale.closed.connect(self.aside_over)
        self.sale.counting.connect(self.to_count)
        self.count.changed.connect(self._read_count)
        self.count.left.connect(self._to_trunk)
        self.count.reviewing.connect(lambda: self._to_page(self.review))
        self.count.given_up.connect(self._give_up)
        self.review.back.connect(lambda: self._to_page(self.count))
        self.review.recount.connect(self._recount)
        self.review.reason_given.connect(self._on_reason)
        self.review.signed.connect(self._sign)
        self.summary.done.connect(self._to_trunk)
        self.summary.printing.connect(lambda: PaperActs(self.desk).day_end())
        self.summary.to_sync.connect(lambda: self.desk.go("sync"))
        self.desk.tasks.failed.connect(lambda _news: self.review.set_busy(False))
        QShortcut(QKeySequence.StandardKey.Find, self, self._to_search)
        self.scanning = TrunkScanning(self)

    # -- the screen ---------------------------------------------------------------------------------------------------

    def open(self, **args: Any) -> None:
        """`lot_id` or `product_id` to sell, `sell_to` an account; `count`, `transfers` or `refill` for their pages."""
        known = ("lot_id", "product_id", "sell_to", "count", "transfers", "refill")
        self._wanted = {key: str(args[key]) for key in known if args.get(key)}
        if self._wanted and self.pages.currentWidget() is not self.split:
            self._to_trunk()

    def reload(self) -> None:
        user, day, first = self.desk.user.user_id, self.desk.today(), not self._restored

        def read(connection: Connection) -> tuple[TrunkView, SaleDraft | None]:
            view = trunk_view(connection, user, day)
            kept = sale_draft(connection, view.place.id) if first and view.place else None
            return view, kept

        self.desk.tasks.read(read, self._on_view, key="trunk")
        if self.pages.currentWidget() in (self.count, self.review):
            self._read_count()

    def scan_taker(self) -> Callable[[str], None] | None:
        return self.scanning.taker()

    def leave(self) -> None:
        self.sale.keep()
        self.review.settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lots.set_narrow(event.size().width() - ASIDE < NARROW)

    def _to_search(self) -> None:
        target = self.count.scan if self.pages.currentWidget() is self.count else self.lots.search
        target.setFocus()
        target.selectAll()

    # -- lots ---------------------------------------------------------------------------------------------------------

    def _on_view(self, answer: tuple[TrunkView, SaleDraft | None]) -> None:
        view, kept = answer
        self._view = view
        self.sale.set_lots(view.lots, view.as_of)
        self.lot.set_lots(view.lots, view.moving.places)
        self.aside.giving.set_lots(view.lots, view.moving.places)
        if view.place is not None:
            self.ways.show_moving(view.moving, view.place.id)
            self.refill.show_moving(view.moving, view.place.id)
        if kept is not None and self.sale.draft is None and (kept.items or kept.account_id):
            self.sale.begin(kept)
        if not self._restored and view.place is not None:
            self._restored = True
            self.desk.tasks.act(forget_saved)
        self._show()
        self._take_up_wish()

    def _show(self) -> None:
        if self._view is None:
            return
        state = present(
            self._view, self.desk.formats, self.desk.today(), search=self._search, only=self._only
        )
        self._only = state.only
        self.lots.show_state(state)
        self.lease.show_place(self._view.place)
        self.day.show_state(state)
        self.aside.choose(reads_only=state.reads_only)

    def _on_search(self, words: str) -> None:
        self._search = words
        self._show()

    def _on_filter(self, key: str) -> None:
        self._only = key
        self._show()

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

    def _take_up_wish(self) -> None:
        """Do what somebody came here for."""
        wanted, self._wanted = self._wanted, {}
        if not wanted or self._view is None or self.held_place() is None:
            return
        if "count" in wanted:
            self.to_count()
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

    def _sell_key(self, key: str) -> None:
        lot = self.lot_of(key)
        if lot is not None:
            self.lot.lot = None
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
        self._show()
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

    # -- counting -----------------------------------------------------------------------------------------------------

    def to_count(self) -> None:
        place = self.held_place()
        if place is None:
            return

        def started(_none: None) -> None:
            self._to_page(self.count)
            self.count.begin()

        self.desk.tasks.act(lambda workspace: counting.start_count(workspace, place.id), started)

    def _to_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._read_count()

    def _to_trunk(self) -> None:
        self.pages.setCurrentWidget(self.split)
        self.reload()

    def _read_count(self) -> None:
        user = self.desk.user.user_id
        self.desk.tasks.read(
            lambda connection: count_view(connection, user), self._on_count, key="trunk.count"
        )

    def _on_count(self, view: CountView) -> None:
        if self.pages.currentWidget() is self.count:
            self.count.show_view(view)
        elif self.pages.currentWidget() is self.review:
            self.review.show_view(view)

    def _recount(self, key: str) -> None:
        self._to_page(self.count)
        self.count.choose_soon(key)

    def _on_reason(self, key: str, reason: str, note: str) -> None:
        place = self._view.place if self._view else None
        if place is not None:
            self.desk.tasks.act(
                lambda workspace: counting.give_reason(workspace, place.id, key, reason, note),
                lambda _none: self._read_count(),
            )

    def _give_up(self) -> None:
        """Drop the count; for a while it can be had back."""
        place = self._view.place if self._view else None
        if place is None:
            return

        def gone(found: CountDraft | None) -> None:
            self._to_trunk()
            if found is not None and found.lines:
                self.desk.toast(
                    tr("count.discarded"), action=tr("sale.undo"), then=lambda: self._restore(found)
                )

        self.desk.tasks.act(lambda workspace: counting.discard_count(workspace, place.id), gone)

    def _restore(self, found: CountDraft) -> None:
        self.desk.tasks.act(
            lambda workspace: counting.restore_count(workspace, found),
            lambda _none: self._to_page(self.count),
        )

    def _sign(self, name: str) -> None:
        """The count becomes one op; its draft goes, and the summary says what was signed."""
        place = self._view.place if self._view else None
        if place is None:
            return
        signed: list[CountTrunk] = []

        def build(workspace: Workspace) -> Command:
            signed.append(counting.count_command(workspace, place.id, name))
            return signed[0]

        def after(performed: Performed) -> None:
            self.review.set_busy(False)
            if not performed.saved:
                self.review.findings.show_findings(
                    all_in_words(performed.decision.findings, self.desk.formats)
                )
                return
            self.desk.tasks.act(done, lambda waiting: self._on_signed(signed[0], waiting))

        def done(workspace: Workspace) -> int:
            counting.discard_count(workspace, place.id)
            return self.desk.tasks.unsent()

        self.review.set_busy(True)
        self.desk.perform(build, after)

    def _on_signed(self, signed: CountTrunk, waiting: int) -> None:
        self.summary.show_summary(counts.summary(signed, waiting, self.desk.formats))
        self.pages.setCurrentWidget(self.summary)
        self.summary.setFocus()
        self.reload()
