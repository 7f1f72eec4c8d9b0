"""What a scanned label does on the trunk's pages: a line of the sale or of what is handed over,
a lot of the count, a line of what arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.desktop.scan_taking import Taking
from app.desktop.screens.trunk_taking import HandoverTaking
from app.domain.scan import Matched, Scan, ScanRefused
from app.workspace.queries.scanning import look_up_here
from app.workspace.rows.trunk import line_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.desktop.screens.trunk import TrunkScreen


class TrunkScanning(QObject):
    """See the module."""

    def __init__(self, screen: TrunkScreen) -> None:
        super().__init__(screen)
        self._screen = screen
        self.selling = Taking(screen.desk, screen, self._look, self._on_goods, self._on_refused)
        self.handover = HandoverTaking(screen.desk, screen, self.selling)
        self.selling.ask_first(self.handover.takes)
        screen.ways.taking.ask_first(self.handover.takes)
        screen.lots.scan.clicked.connect(self.open_sheet)

    def taker(self) -> Callable[[str], None] | None:
        """Who takes a code on the page that is shown."""
        shown = self._screen.pages.currentWidget()
        if shown is self._screen.split and self._screen.held_place() is not None:
            return self.selling.take
        if shown in self._screen.counting.pages:
            return self._screen.counting.taker()
        if shown is self._screen.ways:
            return self._screen.ways.taking.take
        return None

    def open_sheet(self) -> None:
        """For a code by hand, from a picture or the camera; not where this tablet only shows the trunk."""
        if self._screen.held_place() is not None:
            self.selling.open_sheet()

    def _look(self, connection: Connection, what: str | Scan, day: str) -> Matched | ScanRefused:
        place = self._screen.held_place()
        assert place is not None
        return look_up_here(connection, what, today=day, location_id=place.id)

    def _on_refused(self, found: ScanRefused, _code: str) -> bool:
        """Whether goods that must not be used are on their way back to the warehouse all the same."""
        if found.code not in ("recalled", "expired") or not self._screen.aside.sends_back():
            return False
        said = dict(found.elements)
        lot = self._screen.lot_named(found.product_id, said.get("10", ""), said.get("21", ""))
        return lot is not None and self._screen.aside.tapped(lot, scanned=True)

    def _on_goods(self, goods: Matched) -> None:
        lot = self._screen.lot_of(line_key(goods.product_id, goods.lot_id or ""))
        if lot is not None and not self._screen.aside.tapped(lot, goods.qty, scanned=True):
            self._screen.aside.with_sale(lambda: self._screen.sale.add_units(lot, goods.qty))
