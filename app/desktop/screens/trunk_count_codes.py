"""Codes on the count: a label counts what it stands for, a typed code goes to its lot. A scan needs no tap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.desktop.scan_taking import Taking
from app.domain.scan import Matched, ScanRefused
from app.screens import trunk_count as counts
from app.screens.trunk import lot_name
from app.screens.wording import tr
from app.workspace import counting
from app.workspace.queries.scanning import look_up_goods
from app.workspace.queries.trunk import find_lots
from app.workspace.rows.trunk import CountSheetLot, line_key

if TYPE_CHECKING:
    from app.desktop.screens.trunk_count import CountPage
    from app.workspace.workspace import Workspace

GS1_STARTS = ("(01)", "]", "http://", "https://")


class CountCodes(QObject):
    """See the module. `taking` is for scanners, pictures and the camera."""

    def __init__(self, page: CountPage) -> None:
        super().__init__(page)
        self._page = page
        self._by_hand = False  # the code was typed: somebody stands at the keys, and leaves the page by them
        self.taking = Taking(page.desk, page, look_up_goods, self._on_goods, self._on_no_goods)

    def typed(self, code: str) -> None:
        """A code with Return; a GS1 code is read as one."""
        code = code.strip()
        self._by_hand = True
        if code.startswith(GS1_STARTS):
            self._page.scan.clear()
            self.taking.take(code)
        elif code:
            self._on_code(code, counts_one=self._page.each.isChecked())

    def _on_goods(self, goods: Matched) -> None:
        """A label was scanned: its lot by product and number, whatever other product has a lot of that number."""
        self._by_hand = False
        key = line_key(goods.product_id, goods.lot_id or "")
        known = next((one for one in self._page.view.sheet if one.key == key), None)
        if known is not None:
            self._page.scan.clear()
            self._count(known, goods.qty)
        elif goods.lot_id is None:
            self._page.say(tr("count.unknown", code=goods.serial or goods.lot), "warn")
        else:
            self._look_up(goods.serial or goods.lot or goods.scan.gtin, key, goods.qty)

    def _on_no_goods(self, refused: ScanRefused, code: str) -> bool:
        """Labels of the house say a lot or an SKU and nothing else."""
        self._by_hand = False
        if refused.elements and refused.code not in ("product_unknown", "no_gtin"):
            return False
        self._on_code(refused.elements[0][1] if refused.code == "no_gtin" else code, counts_one=True)
        return True

    def _on_code(self, code: str, *, counts_one: bool) -> None:
        """Go to the code's lot, count one of it, or find it in the catalogue."""
        page = self._page
        found = counts.match_code(page.view, code)
        if not found:
            shown = page.state(code).rows
            found = (
                tuple(one for one in page.view.sheet if one.key == shown[0].key) if len(shown) == 1 else ()
            )
        if not found:
            self._look_up(code)
            return
        lot = found[0]
        if len(found) > 1:  # the list keeps showing these, and a person says which
            page.say(tr("count.several", code=code, count=len(found)), "accent")
            page.scan.setText(code)
            self._go_to_lot(lot)
            return
        page.say("")
        page.scan.clear()
        if counts.names_lot(lot, code) and (counts_one or lot.tracking == "serial"):
            self._count(lot, 1)
        else:
            self._go_to_lot(lot)

    def _go_to_lot(self, lot: CountSheetLot) -> None:
        if self._page.go_to(lot.key):
            self._page.to_figure(by_code=True)

    def _count(self, lot: CountSheetLot, units: int) -> None:
        """So many base units of the lot were scanned; a serial number is one however often it is."""
        place = self._page.view.place
        if place is None:
            return

        def add(workspace: Workspace) -> bool:
            if lot.tracking == "serial":
                counting.enter_count(workspace, place.id, lot.product_id, lot.lot_id, 1)
                return True
            return counting.count_one_more(workspace, place.id, lot.product_id, lot.lot_id, units)

        self._page.keep_scan(
            add, tr("count.moved", lot=lot_name(lot)), key=lot.key, scanned=not self._by_hand
        )

    def _look_up(self, code: str, key: str = "", units: int = 1) -> None:
        """Nothing of the list: perhaps a lot that lies here and is not in the books; with a `key` this one alone."""
        page = self._page

        def found(lots: tuple[CountSheetLot, ...]) -> None:
            lots = tuple(one for one in lots if key in ("", one.key))
            if len(lots) != 1 or page.view.place is None:
                words = (
                    tr("count.several", code=code, count=len(lots))
                    if lots
                    else tr("count.unknown", code=code)
                )
                page.say(words, "warn")
                page.scan.setFocus()
                page.scan.selectAll()
                return
            lot = lots[0]
            page.scan.clear()
            self._count(lot, units)
            page.say(tr("count.found", product=lot.name, lot=lot_name(lot)), "warn")

        page.desk.tasks.read(lambda connection: find_lots(connection, code), found, key="count.look_up")
