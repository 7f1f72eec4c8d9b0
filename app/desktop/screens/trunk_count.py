"""Counting the trunk, blind: the list never tells what the books say.

Each entry is kept at once, together with what the books said in that moment (app.workspace.counting). A code with
Return in either field goes to its lot, so a scanner that types needs no tap; a figure with Return counts the lot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.desktop.desk import Desk
from app.desktop.papers import PaperActs
from app.desktop.scan_taking import Taking
from app.desktop.screens.trunk_count_entry import CountEntry
from app.desktop.theme import GRID, mark
from app.desktop.widgets.fields import SearchField, back_button, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.split import ListDetail
from app.desktop.widgets.table import Column, Table
from app.domain.scan import Matched, ScanRefused
from app.screens import trunk_count as counts
from app.screens.trunk import lot_name
from app.screens.trunk_count import CountRow, CountState
from app.screens.wording import tr
from app.workspace import counting
from app.workspace.queries.scanning import look_up_goods
from app.workspace.queries.trunk import find_lots
from app.workspace.rows.trunk import CountSheetLot, CountView, line_key

if TYPE_CHECKING:
    from app.workspace.workspace import Workspace

GS1_STARTS = ("(01)", "]", "http://", "https://")


class CountPage(QWidget):
    """See the module. `changed` asks for a fresh view; `left`, `reviewing` and `given_up` are the ways out."""

    changed = Signal()
    left = Signal()
    reviewing = Signal()
    given_up = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("trunk.count")
        self._view = CountView(None, (), None)
        self._by_scan = False
        self._go_to = ""  # the line to choose once the view has it
        self._make_top()
        self._make_list()
        self.entry = CountEntry(desk.theme)
        self.table.chosen.connect(self.entry.show_lot)
        self.entry.entered.connect(self._on_entered)
        self.entry.taken_back.connect(self._take_back)
        self._arrange()
        self.taking = Taking(desk, self, look_up_goods, self._on_goods, self._on_no_goods)

    def show_view(self, view: CountView) -> None:
        """Show the count as it is kept."""
        self._view = view
        self._show()
        if self._go_to and self.table.select_key(self._go_to):
            self._go_to = ""

    def begin(self) -> None:
        """The count is in front now: ready for the first code."""
        self.say("")
        self.scan.clear()
        self.scan.setFocus()

    def choose_soon(self, key: str) -> None:
        """Go to a line, to count it (again), once the view has come."""
        self.scan.clear()
        self._go_to = key
        self._to_figure(by_scan=False)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_top(self) -> None:
        theme = self.desk.theme
        self.leave_it = back_button(tr("count.leave"), name="count.later", theme=theme)
        self.leave_it.clicked.connect(self.left)
        self.progress = label("", "head", name="count.progress")
        self.started = label("", "muted", name="count.started")
        self.bar = QProgressBar()
        self.bar.setObjectName("count.bar")
        self.bar.setTextVisible(False)
        self.each = button(tr("count.each_scan"), name="count.each_scan", icon="scan", theme=theme)
        self.each.setCheckable(True)
        self.sheet = button(tr("print.pdf.short"), name="count.sheet", icon="print", theme=theme)
        self.sheet.setAccessibleName(tr("print.count.sheet"))
        self.sheet.setToolTip(tr("print.count.sheet"))
        self.sheet.clicked.connect(lambda: PaperActs(self.desk).count_sheet())
        self.discard = button(
            tr("count.discard"), name="count.discard", kind="quiet", icon="delete", theme=theme
        )
        self.discard.clicked.connect(self.given_up)
        self.review = button("", name="count.review", kind="primary", icon="forward", theme=theme)
        self.review.clicked.connect(self.reviewing)
        self.scan = SearchField(theme, name="count.scan", hint=tr("count.scan"))
        self.scan.searched.connect(lambda _words: self._show())
        self.each.clicked.connect(lambda: self.scan.setFocus())
        self.scan.returnPressed.connect(lambda: self._on_code(self.scan.text()))
        self.said = label("", "small", name="count.said", wrap=True)
        self.said.setVisible(False)

    def _make_list(self) -> None:
        self.table: Table[CountRow] = Table(
            self.desk.theme,
            (
                Column(
                    tr("trunk.column.product"),
                    lambda one: one.product,
                    strong=True,
                    second=lambda one: one.lot,
                ),
                Column(tr("count.column.counted"), lambda one: one.counted, width=92, end=True, strong=True),
                Column(
                    tr("trunk.column.state"),
                    lambda one: one.state,
                    width=144,
                    chip=True,
                    end=True,
                    tone=lambda one: one.tone,
                ),
            ),
            name="count.list",
            label=tr("count.list"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.scan.list_below = self.table
        self.table.clicked.connect(lambda _index: self._to_figure(by_scan=False))
        self.table.opened.connect(lambda _row: self._to_figure(by_scan=False))
        self.empty = EmptyState(
            self.desk.theme,
            name="count.empty",
            icon="count",
            words=tr("count.empty"),
            more=tr("count.empty.more"),
        )

    def _arrange(self) -> None:
        top = row()
        top.addWidget(self.leave_it)
        words = column(gap=2)
        line = row()
        line.addWidget(self.progress)
        line.addWidget(self.started)
        line.addStretch(1)
        words.addLayout(line)
        words.addWidget(self.bar)
        top.addLayout(words, 1)
        top.addSpacing(GRID)
        top.addWidget(self.discard)
        top.addWidget(self.review)
        left = QWidget()
        down = column(left)
        field = row()
        field.addWidget(self.scan, 1)
        field.addWidget(self.each)
        field.addWidget(self.sheet)
        down.addLayout(field)
        down.addWidget(self.said)
        down.addWidget(self.table, 1)
        down.addWidget(self.empty, 1)
        self.split = ListDetail(
            self.desk.theme, left, self.entry, name="count.split", width=320, grow_left=True, room=760
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(top)
        whole.addWidget(self.split, 1)

    # -- showing ------------------------------------------------------------------------------------------------------

    def say(self, words: str, tone: str = "") -> None:
        """A line under the scan field; '' takes it away."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        mark(self.said, tone=tone)

    def _state(self, search: str) -> CountState:
        return counts.present(self._view, self.desk.formats, search=search)

    def _show(self) -> None:
        state = self._state(self.scan.text().strip())
        self.progress.setText(state.progress)
        self.started.setText(state.started)
        self.bar.setMaximum(max(1, state.total))
        self.bar.setValue(state.done)
        self.bar.setAccessibleName(state.progress)
        self.review.setText(state.review_words)
        self.review.setAccessibleName(state.review_words)
        self.review.setEnabled(state.can_review)
        self.table.set_rows(state.rows)
        self.table.setVisible(not state.empty)
        self.empty.setVisible(bool(state.empty))
        self.entry.show_lot(self.table.current())

    # -- codes --------------------------------------------------------------------------------------------------------

    def _on_goods(self, goods: Matched) -> None:
        """A label was scanned: its lot by product and number, whatever other product has a lot of that number."""
        key = line_key(goods.product_id, goods.lot_id or "")
        known = next((one for one in self._view.sheet if one.key == key), None)
        if known is not None:
            self._on_lot(known, named=goods.lot_id != "")
        elif goods.lot_id is None:
            self.say(tr("count.unknown", code=goods.serial or goods.lot), "warn")
        else:
            self._look_up(goods.serial or goods.lot or goods.scan.gtin, key)

    def _on_no_goods(self, refused: ScanRefused, code: str) -> bool:
        """Labels of the house say a lot or an SKU and nothing else."""
        if refused.elements and refused.code not in ("product_unknown", "no_gtin"):
            return False
        self._on_code(refused.elements[0][1] if refused.code == "no_gtin" else code, typed=False)
        return True

    def _on_code(self, code: str, *, typed: bool = True) -> None:
        """A code with Return: go to its lot, count one of it, or find it in the catalogue. A GS1 code that is `typed`
        is read as one."""
        code = code.strip()
        if not code:
            return
        if typed and code.startswith(GS1_STARTS):
            self.scan.clear()
            self.taking.take(code)
            return
        found = counts.match_code(self._view, code)
        if not found:
            shown = self._state(code).rows
            found = (
                tuple(one for one in self._view.sheet if one.key == shown[0].key) if len(shown) == 1 else ()
            )
        if not found:
            self._look_up(code)
            return
        lot = found[0]
        if len(found) > 1:  # the list keeps showing these, and a person says which
            self.say(tr("count.several", code=code, count=len(found)), "accent")
            self.scan.setText(code)
            self._go_to_lot(lot)
            return
        self._on_lot(lot, named=counts.names_lot(lot, code))

    def _on_lot(self, lot: CountSheetLot, *, named: bool) -> None:
        """The lot of a code; `named` when the code is the lot's own, and not its product's alone."""
        self.say("")
        self.scan.clear()
        if named and (lot.tracking == "serial" or self.each.isChecked()):
            self._scan_one(lot)
        else:
            self._go_to_lot(lot)

    def _go_to_lot(self, lot: CountSheetLot) -> None:
        if self.table.select_key(lot.key):
            self._to_figure(by_scan=True)
        else:
            self._go_to = lot.key

    def _scan_one(self, lot: CountSheetLot) -> None:
        place = self._view.place
        if place is None:
            return
        self._go_to = lot.key

        def add(workspace: Workspace) -> bool:
            if lot.tracking == "serial":
                counting.enter_count(workspace, place.id, lot.product_id, lot.lot_id, 1)
                return True
            return counting.count_one_more(workspace, place.id, lot.product_id, lot.lot_id)

        def after(kept: bool) -> None:
            if not kept:
                self.say(tr("count.moved", lot=lot_name(lot)), "warn")
            self.changed.emit()

        self.desk.tasks.act(add, after)

    def _look_up(self, code: str, key: str = "") -> None:
        """Nothing of the list: perhaps a lot that lies here and is not in the books; with a `key` this one alone."""

        def found(lots: tuple[CountSheetLot, ...]) -> None:
            place = self._view.place
            lots = tuple(one for one in lots if key in ("", one.key))
            if len(lots) != 1 or place is None:
                words = (
                    tr("count.several", code=code, count=len(lots))
                    if lots
                    else tr("count.unknown", code=code)
                )
                self.say(words, "warn")
                self.scan.setFocus()
                self.scan.selectAll()
                return
            lot = lots[0]
            self.scan.clear()
            self.say(tr("count.found", product=lot.name, lot=lot_name(lot)), "warn")
            self._keep(
                lambda w: counting.enter_count(w, place.id, lot.product_id, lot.lot_id, 1), go_to=lot.key
            )

        self.desk.tasks.read(lambda connection: find_lots(connection, code), found, key="count.look_up")

    # -- figures ------------------------------------------------------------------------------------------------------

    def _to_figure(self, *, by_scan: bool) -> None:
        self._by_scan = by_scan
        self.split.show_detail()
        self.entry.figure.setFocus()
        self.entry.figure.selectAll()

    def _on_entered(self, text: str) -> None:
        """Count the chosen lot with the figure typed; a code in the figure's place goes to its lot."""
        chosen, place = self.table.current(), self._view.place
        if chosen is None or place is None:
            return
        qty = counts.quantity_of(text, self._view)
        self.entry.figure.clear()
        if qty is None:
            if any(sign.isalnum() for sign in text):
                self._on_code(text)
            else:
                self.entry.wrong(tr("count.not_a_number"))
            return
        self.entry.wrong("")
        self.say("")
        following = self._next_open(chosen.key)
        self._keep(
            lambda workspace: counting.enter_count(
                workspace, place.id, chosen.product_id, chosen.lot_id, qty
            ),
            go_to="" if self._by_scan else following,
        )
        if self._by_scan:
            self.split.show_list()
            self.scan.clear()
            self.scan.setFocus()

    def _next_open(self, key: str) -> str:
        """The next lot of the list that is not counted yet, going round; '' when there is none."""
        rows = self.table.rows
        at = next((n for n, one in enumerate(rows) if one.key == key), 0)
        around = (*rows[at + 1 :], *rows[:at])
        return next((one.key for one in around if not one.counted), "")

    def _take_back(self) -> None:
        chosen, place = self.table.current(), self._view.place
        if chosen is not None and place is not None:
            self._keep(
                lambda workspace: counting.take_back(workspace, place.id, chosen.key), go_to=chosen.key
            )

    def _keep(self, job: Callable[[Workspace], None], *, go_to: str) -> None:
        self._go_to = go_to
        self.desk.tasks.act(job, lambda _none: self.changed.emit())
