"""What is on its way to the trunk and from it, lent or set aside: a list, and beside it what can be done.

Goods are taken over line by line with what arrived; what is short or over says why. All of it is a fact.
What is entered of one is kept at every pause until then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.scan_taking import Taking
from app.desktop.screens.trunk_codes import show_codes
from app.desktop.screens.trunk_transfer_form import TransferForm
from app.desktop.theme import GRID
from app.desktop.widgets.fields import back_button, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.split import ListDetail
from app.desktop.widgets.table import Column, Table
from app.domain.rejections import Finding
from app.domain.scan import Matched
from app.screens import trunk_transfers as ways
from app.screens.trunk_transfers import WayRow
from app.screens.wording import tr
from app.workspace import moving, unfinished
from app.workspace.queries.scanning import look_up_goods
from app.workspace.rows.moving import ArrivedDraft, AwayLot, Moving, ReceivedLine, Transfer

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.domain.commands import Command
    from app.workspace.workspace import Performed, Workspace

PAUSE_MS = 300
BACK_KIND = {"loan": "loan_return", "quarantine": "unquarantine"}


class TransfersPage(QWidget):
    """See the module. `left` is the way back to the trunk, `counting` asks for a count."""

    left = Signal()
    counting = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("trunk.ways")
        self._moving, self._location = Moving(), ""
        self._key = ""  # the one that is open
        self._wanted = ""  # the one to open with the next view
        self._entered: tuple[ReceivedLine, ...] = ()
        self._stood = ""  # how it stood when it was opened
        self._begun: dict[str, ArrivedDraft] = {}  # what was entered, by transfer
        self._kept: dict[str, ArrivedDraft] = {}
        self._qty = 1
        self._findings: tuple[Finding, ...] = ()
        self._again: Callable[[Workspace], Command] | None = None  # what was refused, to be recorded anyway
        self._busy = False
        self.go_back = back_button(tr("ways.back"), name="ways.back", theme=desk.theme)
        self.go_back.clicked.connect(self.left)
        self.scan = button(
            tr("scanning.button"), name="ways.scan", icon="scan", theme=desk.theme, shortcut="Ctrl+B"
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._make_list()
        self.form = TransferForm(desk.theme)
        self._arrange()
        self.taking = Taking(desk, self, look_up_goods, self._on_goods)
        self.scan.clicked.connect(self.taking.open_sheet)
        self.table.chosen.connect(self._on_chosen)
        self.table.clicked.connect(lambda _index: self.split.show_detail())
        self.table.opened.connect(lambda _row: self.split.show_detail())
        self.form.qty_changed.connect(self._on_qty)
        self.form.reason_given.connect(self._on_reason)
        self.form.accept.clicked.connect(self._accept)
        self.form.declined.connect(self._decline)
        self.form.anyway.clicked.connect(self._record_anyway)
        self.form.codes.clicked.connect(self._show_codes)
        self.form.findings.asked.connect(self._next_step)
        desk.tasks.failed.connect(self._on_failed)

    def begin(self, key: str = "") -> None:
        """The page comes to the front: the transfer `key`, or what waits for this person, is chosen with the next
        view."""
        self.table.clearSelection()
        self._open("")
        self._wanted = key
        self.split.show_list()
        self.table.setFocus()

    def take_up(self, begun: Sequence[ArrivedDraft]) -> None:
        """What was entered when the app stopped; it is there again when its transfer is opened."""
        self._kept |= {one.transfer_id: one for one in begun}
        self._begun = {**self._kept, **self._begun}

    def keep(self) -> None:
        """Keep now what was entered and has changed since it was kept."""
        self._pause.stop()
        changed = [one for key, one in self._begun.items() if self._kept.get(key) != one]
        if not changed or self._busy:
            return
        self._kept, location = dict(self._begun), self._location

        def keep_all(workspace: Workspace) -> None:
            for one in changed:
                unfinished.keep(workspace, location, one)

        self.desk.tasks.act(keep_all)

    def show_moving(self, found: Moving, location_id: str) -> None:
        """Show what is on its way now. The open one stays open while it is there, with what was entered; only where the
        other side has moved it on is it opened afresh."""
        self._moving, self._location = found, location_id
        rows = ways.present_list(found, location_id, self.desk.formats)
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if self._key not in {one.key for one in rows}:
            self._open("")
        elif self._stood != self._standing():
            self._open(self._key)
        if self._wanted and self.table.select_key(self._wanted):
            self._wanted = ""
            self.split.show_detail()
        self.table.select_first()
        self._show()

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_list(self) -> None:
        self.table: Table[WayRow] = Table(
            self.desk.theme,
            (
                Column("", lambda one: one.title, strong=True, second=lambda one: one.about),
                Column("", lambda one: one.state, width=176, chip=True, end=True, tone=lambda one: one.tone),
            ),
            name="ways.list",
            label=tr("ways.list"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
            head=False,
        )
        self.empty = EmptyState(
            self.desk.theme,
            name="ways.empty",
            icon="truck",
            words=tr("ways.empty"),
            more=tr("ways.empty.more"),
        )

    def _arrange(self) -> None:
        top = row()
        top.addWidget(self.go_back)
        top.addWidget(label(tr("ways.title"), "head", name="ways.title"))
        top.addStretch(1)
        top.addWidget(self.scan)
        side = QWidget()
        down = column(side)
        down.addWidget(self.table, 1)
        down.addWidget(self.empty, 1)
        self.split = ListDetail(
            self.desk.theme, side, self.form, name="ways.split", width=420, grow_left=True, room=860
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(top)
        whole.addWidget(self.split, 1)

    # -- showing ------------------------------------------------------------------------------------------------------

    def _transfer(self) -> Transfer | None:
        return next((one for one in self._moving.transfers if one.id == self._key), None)

    def _away(self) -> AwayLot | None:
        return next((one for one in self._moving.away if one.key == self._key), None)

    def _standing(self) -> str:
        """How the open transfer stands."""
        transfer = self._transfer()
        return ways.standing(transfer) if transfer is not None else ""

    def _on_chosen(self, chosen: WayRow | None) -> None:
        if chosen is not None and chosen.key != self._key:
            self._open(chosen.key)
            self._show()

    def _open(self, key: str) -> None:
        self._key = key
        self._findings, self._again = (), None
        transfer, away = self._transfer(), self._away()
        self._stood = self._standing()
        begun = self._begun.get(key)
        if begun is not None and begun.standing == self._stood:
            self._entered = begun.lines
        else:
            self._entered = ways.arrived(transfer) if transfer else ()
        self._qty = away.qty if away else 1
        self.form.begin()

    def _show(self) -> None:
        transfer, away, formats = self._transfer(), self._away(), self.desk.formats
        refused = self._again is not None
        if transfer is not None:
            state = ways.present_transfer(
                transfer, self._location, self._entered, formats, findings=self._findings, refused=refused
            )
        elif away is not None:
            state = ways.present_away(
                away,
                formats,
                self.desk.today(),
                qty=min(self._qty, away.qty),
                findings=self._findings,
                refused=refused,
            )
        else:
            self.form.show_nothing()
            return
        self.form.show_state(state, busy=self._busy)

    # -- entering -----------------------------------------------------------------------------------------------------

    def _on_qty(self, key: str, qty: int) -> None:
        if self._busy:
            return
        if self._away() is not None:
            self._qty = max(1, qty)
        self._entered = ways.with_qty(self._entered, key, qty)
        self._changed()

    def _on_reason(self, key: str, reason: str) -> None:
        self._entered = ways.with_reason(self._entered, key, reason)
        self._changed()

    def _changed(self) -> None:
        if self._transfer() is not None:
            self._begun[self._key] = ArrivedDraft(self._key, self._stood, self._entered)
            self._pause.start()
        self._findings, self._again = (), None
        self._show()

    def _next_step(self, action: str, _subject: str) -> None:
        if action == "count":
            self.counting.emit()
        elif action == "sync":
            self.desk.tasks.sync_now()

    def _on_goods(self, goods: Matched) -> None:
        """A label was scanned: the transfer that brings it, opened at its line."""
        found = [
            (transfer, at)
            for transfer in sorted(self._moving.transfers, key=lambda one: one.id != self._key)
            for at, line in enumerate(transfer.lines)
            if (line.product_id, line.lot_id) == (goods.product_id, goods.lot_id)
            and transfer.to_location == self._location
        ]
        if not found:
            self.desk.toast(tr("scanning.not_on_way", lot=goods.serial or goods.lot or "–"), tone="warn")
            return
        transfer, at = found[0]
        self.table.select_key(transfer.id)
        self.split.show_detail()
        self.form.point_at(at)

    # -- recording ----------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        transfer, away, location, entered = self._transfer(), self._away(), self._location, self._entered
        if transfer is not None:
            self._record(lambda workspace: moving.receive(workspace, transfer, location, entered))
        elif away is not None:
            qty = min(self._qty, away.qty)
            self._record(
                lambda workspace: moving.record_movement(
                    workspace,
                    location,
                    kind=BACK_KIND[away.kind],
                    product_id=away.product_id,
                    lot_id=away.lot_id,
                    qty=qty,
                    reason="",
                )
            )

    def _show_codes(self) -> None:
        """The codes of what was handed over, once more."""
        transfer = self._transfer()
        if transfer is not None and transfer.handed_by:
            show_codes(self.desk, self.window(), transfer.handed_by)

    def _decline(self, reason: str) -> None:
        transfer, location = self._transfer(), self._location
        if transfer is not None:
            self._record(lambda workspace: moving.decline(workspace, transfer, location, reason))

    def _record_anyway(self) -> None:
        if self._again is not None:
            self._record(self._again, even_so=True)

    def _record(self, build: Callable[[Workspace], Command], *, even_so: bool = False) -> None:
        if self._busy:
            return
        self.keep()
        self._busy = True
        self._show()
        location, over = self._location, ArrivedDraft(self._key, "", ())

        def after(performed: Performed) -> None:
            self._busy = False
            if performed.saved:
                for begun in (self._begun, self._kept):
                    begun.pop(over.transfer_id, None)
            if self._key != over.transfer_id:  # another one was opened meanwhile: it stays
                if not performed.saved:
                    self.desk.toast(tr("toast.not_recorded"), tone="warn")
            elif performed.saved:
                self._open("")
                self.split.show_list()
                self.table.setFocus()
            else:
                self._findings, self._again = performed.decision.findings, build
            self.keep()
            self._show()

        self.desk.perform(
            build,
            after,
            even_so=even_so,
            also=lambda connection: unfinished.forget(connection, location, over),
        )

    def _on_failed(self, news: BadNews) -> None:
        """Nothing was saved: what was entered is still here."""
        if self._busy and news.where == "writer":
            self._busy = False
            self.keep()
            self._show()
