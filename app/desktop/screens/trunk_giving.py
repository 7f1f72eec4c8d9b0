"""Handing over to a colleague, or sending back, beside the list of lots: lots are tapped or scanned, the place chosen.

Saved, a hand-over shows the codes by which the colleague takes it over, whether there is a network or not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.trunk_codes import show_codes
from app.desktop.screens.trunk_giving_form import GivingForm
from app.domain.commands import MoveLine
from app.domain.rejections import Finding
from app.screens import trunk_giving as giving
from app.screens.trunk_lot import HAND_OVER
from app.screens.wording import tr
from app.workspace import moving
from app.workspace.rows.moving import GivingDraft, PlaceChoice
from app.workspace.rows.trunk import TrunkLot

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.domain.commands import SendTransfer
    from app.workspace.workspace import Performed, Workspace


class GivingPanel(QWidget):
    """See the module. `closed` comes when the goods are on their way or were put away."""

    closed = Signal()
    counting = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("trunk.giving_panel")
        self.draft: GivingDraft | None = None
        self._location = ""
        self._lots: tuple[TrunkLot, ...] = ()
        self._places: tuple[PlaceChoice, ...] = ()
        self._findings: tuple[Finding, ...] = ()
        self._refused = self._busy = False
        self.form = GivingForm(desk.theme)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.form)
        self.form.qty_changed.connect(self._on_qty)
        self.form.line_removed.connect(lambda key: self._change(lambda draft: giving.without(draft, key)))
        self.form.place_chosen.connect(
            lambda place: self._change(lambda draft: replace(draft, to_location=place))
        )
        self.form.closed.connect(self.put_away)
        self.form.save.clicked.connect(lambda: self._record(even_so=False))
        self.form.anyway.clicked.connect(lambda: self._record(even_so=True))
        self.form.findings.asked.connect(self._next_step)
        desk.tasks.failed.connect(self._on_failed)

    def begin(self, action: str, location_id: str) -> None:
        """Put goods together for this action; what was begun for the same stays."""
        if self.draft is None or self.draft.action != action or self._location != location_id:
            self.draft = giving.begin(action, self._places)
            self._location = location_id
            self._findings, self._refused, self._busy = (), False, False
        self._show()

    def set_lots(self, lots: Sequence[TrunkLot], places: Sequence[PlaceChoice]) -> None:
        """What is in the trunk now, and where goods may go."""
        self._lots, self._places = tuple(lots), tuple(places)
        if self.draft is not None and not self._busy:
            self.draft = giving.fitted(self.draft, self._lots)
            self._show()

    def takes(self, lot: TrunkLot) -> bool:
        """Whether goods are being put together here and this lot may be among them."""
        return self.draft is not None and giving.may_go(self.draft.action, lot, self.desk.today())

    def add(self, lot: TrunkLot, qty: int = 1) -> None:
        """Put units of the lot on what goes."""
        self._change(lambda draft: giving.add(draft, lot, qty))
        self.form.point_at(lot.key)

    def put_away(self) -> None:
        """Drop it; for a while it can be had back."""
        draft, location = self.draft, self._location
        if draft is None or self._busy:
            return
        self.draft = None
        self.closed.emit()
        if draft.lines:
            self.desk.toast(
                tr("giving.discarded"),
                action=tr("sale.undo"),
                then=lambda: self._bring_back(draft, location),
            )

    # -- parts --------------------------------------------------------------------------------------------------------

    def _bring_back(self, draft: GivingDraft, location_id: str) -> None:
        self.draft, self._location = giving.fitted(draft, self._lots), location_id
        self._findings, self._refused = (), False
        self._show()
        self.closed.emit()  # what stands beside the list is chosen anew

    def _on_qty(self, key: str, qty: int) -> None:
        for lot in self._lots:
            if lot.key == key:
                self._change(lambda draft, lot=lot: giving.with_qty(draft, lot, qty))  # type: ignore[misc]

    def _change(self, change: Callable[[GivingDraft], GivingDraft]) -> None:
        if self.draft is None or self._busy:
            return
        self.draft = change(self.draft)
        self._findings, self._refused = (), False
        self._show()

    def _show(self) -> None:
        if self.draft is None:
            return
        state = giving.present(
            self.draft,
            self._lots,
            self._places,
            self.desk.formats,
            self.desk.today(),
            findings=self._findings,
            refused=self._refused,
        )
        self.form.show_state(state, busy=self._busy)

    def _next_step(self, action: str, _subject: str) -> None:
        match action:
            case "count":
                self.counting.emit()
            case "sync":
                self.desk.tasks.sync_now()
            case "edit" if self.form.lines:
                self.form.lines[0].qty.setFocus()

    # -- recording ----------------------------------------------------------------------------------------------------

    def _record(self, *, even_so: bool) -> None:
        draft, location = self.draft, self._location
        if draft is None or self._busy:
            return
        self._busy = True
        self._show()
        sent: list[SendTransfer] = []

        def build(workspace: Workspace) -> SendTransfer:
            lines = [
                MoveLine(product_id=one.product_id, lot_id=one.lot_id, qty=one.qty) for one in draft.lines
            ]
            sent.append(moving.hand_over(workspace, location, draft.to_location, lines))
            return sent[-1]

        def after(performed: Performed) -> None:
            self._busy = False
            if not performed.saved:
                self._findings, self._refused = performed.decision.findings, True
                self._show()
                self.form.reveal_findings()
                return
            self.draft = None
            self.closed.emit()
            if draft.action == HAND_OVER:
                show_codes(self.desk, self.window(), sent[-1].op_id)

        self.desk.perform(build, after, even_so=even_so)

    def _on_failed(self, news: BadNews) -> None:
        """Nothing was saved: what was put together is still here."""
        if self._busy and news.where == "writer":
            self._busy = False
            self._show()
