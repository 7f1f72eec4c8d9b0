"""One lot beside the list: what it is, what can be done with it, and the form of what is being done.

Scrapping, lending, giving as a sample and setting aside are facts: a refusal is shown with all its findings, and who
has seen them may record what has happened all the same. The form is kept at every pause until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.trunk_move_form import LotCard, MoveForm
from app.domain.rejections import Finding
from app.screens import trunk_lot as lots
from app.screens.wording import tr
from app.workspace import moving, unfinished
from app.workspace.rows.moving import MoveDraft, PlaceChoice
from app.workspace.rows.trunk import TrunkLot, line_key

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.domain.commands import Command
    from app.workspace.workspace import Performed, Workspace

PAUSE_MS = 300


class LotPanel(QWidget):
    """See the module. `selling` carries the line to sell, `giving` HAND_OVER or RETURN, where the lot goes with others;
    `closed` comes when the panel is done."""

    selling = Signal(str)
    giving = Signal(str)
    closed = Signal()
    counting = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("trunk.lot_panel")
        self.lot: TrunkLot | None = None
        self.draft: MoveDraft | None = None
        self._location = ""
        self._places: tuple[PlaceChoice, ...] = ()
        self._findings: tuple[Finding, ...] = ()
        self._refused = self._busy = False
        self._kept: MoveDraft | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self.card = LotCard(desk.theme)
        self.form = MoveForm(desk.theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.card)
        self._pages.addWidget(self.form)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.card.chosen.connect(self.begin)
        self.card.selling.connect(self._sell)
        self.card.closed.connect(self.put_away)
        self.form.qty_changed.connect(lambda qty: self._change(qty=qty))
        self.form.reason_given.connect(lambda reason: self._change(reason=reason))
        self.form.back.connect(self._not_now)
        self.form.save.clicked.connect(lambda: self._record(even_so=False))
        self.form.anyway.clicked.connect(lambda: self._record(even_so=True))
        self.form.findings.asked.connect(self._next_step)
        desk.tasks.failed.connect(self._on_failed)

    def show_lot(self, lot: TrunkLot, location_id: str, places: Sequence[PlaceChoice]) -> None:
        """Show this lot and what can be done with it."""
        self._drop()
        self.lot, self._location, self._places = lot, location_id, tuple(places)
        self._findings, self._refused, self._busy = (), False, False
        self._show()

    def take_up(
        self,
        begun: MoveDraft,
        lots_there: Sequence[TrunkLot],
        location_id: str,
        places: Sequence[PlaceChoice],
    ) -> None:
        """Go on with the form that was kept when the app stopped; not over a lot that is open."""
        key = line_key(begun.product_id, begun.lot_id)
        lot = next((one for one in lots_there if one.key == key), None)
        if self.lot is None and lot is not None:
            self.show_lot(lot, location_id, places)
            self.draft = self._kept = replace(begun, qty=min(begun.qty, max(1, lot.qty)))
            self._show()

    def keep(self) -> None:
        """Keep the form now, if it has changed since it was kept."""
        self._pause.stop()
        draft, location = self.draft, self._location
        if draft is None or draft == self._kept or self._busy:
            return
        self._kept = draft
        self.desk.tasks.act(lambda workspace: unfinished.keep(workspace, location, draft))

    def leave_lot(self) -> None:
        """Something else is done now: the lot is closed, and its form with it."""
        self.lot = None
        self._drop()

    def set_lots(self, lots_there: Sequence[TrunkLot], places: Sequence[PlaceChoice]) -> None:
        """What is in the trunk now: the lot with its new quantity; one that is gone closes the panel."""
        if self.lot is None:
            return
        self._places = tuple(places)
        found = next((one for one in lots_there if one.key == self.lot.key), None)
        if found is None:
            self.put_away()
            return
        self.lot = found
        if self.draft is not None and not self._busy and self.draft.qty > max(1, found.qty):
            self.draft = replace(self.draft, qty=max(1, found.qty))
        self._show()

    def begin(self, action: str) -> None:
        """Open the form of an action, or have the lot put together with others that go."""
        if self.lot is None:
            return
        if action in lots.TRANSFERS:
            self.giving.emit(action)
            return
        self.draft = self._kept = lots.begin(action, self.lot)
        self._findings, self._refused = (), False
        self._show()
        self.form.focus_first()

    def put_away(self) -> None:
        self.leave_lot()
        self.closed.emit()

    # -- parts --------------------------------------------------------------------------------------------------------

    def _sell(self) -> None:
        if self.lot is not None:
            self.selling.emit(self.lot.key)

    def _not_now(self) -> None:
        self._drop()
        self._show()
        self.card.setFocus()

    def _drop(self) -> None:
        """The form is put away."""
        self._pause.stop()
        draft, location = self.draft, self._location
        self.draft = self._kept = None
        self._busy = False
        if draft is not None:
            self.desk.tasks.act(lambda workspace: unfinished.drop(workspace, location, draft))

    def _change(self, **fields: object) -> None:
        if self.draft is None or self._busy:
            return
        self.draft = replace(self.draft, **fields)  # type: ignore[arg-type]
        self._pause.start()
        self._findings, self._refused = (), False
        self._show()

    def _show(self) -> None:
        if self.lot is None:
            return
        if self.draft is None:
            self.card.show_state(lots.present(self.lot, self._places, self.desk.formats, self.desk.today()))
            self._pages.setCurrentWidget(self.card)
            return
        state = lots.present_move(
            self.draft,
            self.lot,
            self.desk.formats,
            findings=self._findings,
            refused=self._refused,
        )
        self.form.show_state(state, busy=self._busy)
        self._pages.setCurrentWidget(self.form)

    def _next_step(self, action: str, _subject: str) -> None:
        match action:
            case "count":
                self.counting.emit()
            case "sync":
                self.desk.tasks.sync_now()
            case "edit":
                self.form.focus_first()

    def _record(self, *, even_so: bool) -> None:
        draft, location = self.draft, self._location
        if draft is None or self._busy:
            return
        self.keep()
        self._busy = True
        self._show()

        def build(workspace: Workspace) -> Command:
            return moving.record_movement(
                workspace,
                location,
                kind=draft.action,
                product_id=draft.product_id,
                lot_id=draft.lot_id,
                qty=draft.qty,
                reason=draft.reason,
            )

        self.desk.perform(
            build,
            lambda performed: self._on_recorded(performed, draft),
            even_so=even_so,
            also=lambda connection: unfinished.forget(connection, location, draft),
        )

    def _on_recorded(self, performed: Performed, draft: MoveDraft) -> None:
        if self.draft is not draft:  # another lot was opened meanwhile: it stays
            if not performed.saved:
                self.desk.toast(tr("toast.not_recorded"), tone="warn")
            return
        self._busy = False
        if performed.saved:
            self.draft = None
            self.put_away()
            return
        self._findings, self._refused = performed.decision.findings, True
        self._show()
        self.form.reveal_findings()

    def _on_failed(self, news: BadNews) -> None:
        """Nothing was saved: what was typed is still here."""
        if self._busy and news.where == "writer":
            self._busy = False
            self._show()
