"""What stands beside the list of lots: the day, or what is being done: a sale, goods that go elsewhere, one lot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from app.desktop.screens.trunk_giving import GivingPanel
from app.desktop.screens.trunk_lot import LotPanel
from app.desktop.screens.trunk_lots import DayPanel
from app.desktop.screens.trunk_sale import SalePanel
from app.desktop.screens.trunk_use import UseWay
from app.screens.trunk_lot import HAND_OVER, RETURN
from app.workspace.rows.moving import Unfinished
from app.workspace.rows.trunk import SaleDraft, TrunkLot, TrunkView

if TYPE_CHECKING:
    from app.desktop.screens.trunk import TrunkScreen


class TrunkAside(QStackedWidget):
    """See the module. What was begun waits while something else is in front."""

    def __init__(self, screen: TrunkScreen) -> None:
        super().__init__()
        self._screen = screen
        desk = screen.desk
        self.day = DayPanel(desk.theme)
        self.use = UseWay(desk, screen)
        self.day.whole.addWidget(self.use.button)
        self.sale = SalePanel(desk)
        self.lot = LotPanel(desk)
        self.giving = GivingPanel(desk)
        for panel in (self.day, self.sale, self.lot, self.giving):
            self.addWidget(panel)
        self.lot.giving.connect(self.give)
        self.giving.closed.connect(screen.aside_over)
        self.giving.counting.connect(screen.to_count)
        screen.lots.hand_over.clicked.connect(lambda: self.give(HAND_OVER))

    def take_up(self, begun: Unfinished, view: TrunkView) -> None:
        """Go on with what was begun when the app stopped."""
        assert view.place is not None
        self.giving.take_up(begun.giving, view.place.id)
        if begun.move is not None:
            self.lot.take_up(begun.move, view.lots, view.place.id, view.moving.places)

    def choose(self, *, reads_only: bool) -> None:
        """What is in front: a lot that was opened, else goods that go, else a sale, else the day."""
        begun = (
            (self.lot, self.lot.lot is not None),
            (self.giving, self.giving.draft is not None),
            (self.sale, self.sale.draft is not None),
        )
        self.setCurrentWidget(next((one for one, is_on in begun if is_on and not reads_only), self.day))

    def tapped(self, lot: TrunkLot, qty: int = 1, *, scanned: bool = False) -> bool:
        """Whether a lot that was tapped or scanned belongs to goods that are put together to go; it does not where
        this tablet only shows the trunk."""
        if self._screen.held_place() is None or not self.giving.takes(lot):
            return False
        self.lot.leave_lot()
        self.giving.add(lot, qty)
        self.setCurrentWidget(self.giving)
        if scanned:
            self._screen.split.show_detail()
        return True

    def going(self) -> str:
        """HAND_OVER or RETURN while goods are put together to go, else ''."""
        held = self._screen.held_place() is not None
        return self.giving.draft.action if held and self.giving.draft is not None else ""

    def sends_back(self) -> bool:
        """Whether goods are being put together for the warehouse: recalled and expired ones may be among them."""
        return self.going() == RETURN

    def give(self, action: str) -> None:
        """Put goods together for a colleague or the warehouse, the lot that is open among them."""
        place, opened = self._screen.held_place(), self.lot.lot
        if place is None:
            return
        self.sale.keep()
        self.lot.leave_lot()
        self.giving.begin(action, place.id)
        if opened is not None and self.giving.takes(opened):
            self.giving.add(opened)
        self.setCurrentWidget(self.giving)
        self._screen.split.show_detail()
        self._screen.show_lots()  # a tap does something else now
        self._screen.lots.table.setFocus()  # the next Return puts a lot on it

    def with_sale(self, then: Callable[[], None]) -> None:
        """Do `then` with the sale that is open, or with a new one; its id is made before anything is kept."""
        place = self._screen.held_place()
        if place is None:
            return
        if self.sale.draft is not None:
            then()
            self._sale_in_front()
            return

        def begin(sale_id: str) -> None:
            if self.sale.draft is None:
                self.sale.begin(SaleDraft(sale_id, place.id, "", "", "", ()))
            then()
            self._sale_in_front()

        self._screen.desk.tasks.act(lambda workspace: workspace.new_id(), begin)

    def _sale_in_front(self) -> None:
        self.lot.leave_lot()
        self.setCurrentWidget(self.sale)
        self._screen.split.show_detail()
        if not self.sale.form.account_name.text():
            self.sale.form.account.setFocus()
