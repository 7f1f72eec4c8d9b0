"""Handing over to a colleague, or sending back, beside the list of lots: lots are tapped or scanned, the place chosen.

It is kept at every pause, so that nothing is lost by a stop, until it has become an op. The other of the two that was
begun waits. Saved, a hand-over shows the codes by which the colleague takes it over, whether there is a network or not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.trunk_codes import show_codes
from app.desktop.screens.trunk_giving_form import GivingForm
from app.domain.commands import MoveLine
from app.domain.rejections import Finding
from app.screens import trunk_giving as giving
from app.screens.trunk_lot import HAND_OVER
from app.screens.wording import tr
from app.workspace import moving, unfinished
from app.workspace.rows.moving import GivingDraft, PlaceChoice
from app.workspace.rows.trunk import TrunkLot

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.domain.commands import SendTransfer
    from app.workspace.workspace import Performed, Workspace

PAUSE_MS = 300


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
        self._whole = True  # whether all that is in the trunk is known
        self._kept: GivingDraft | None = None
        self._waiting: dict[str, GivingDraft] = {}  # the other one that was begun, by its action
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
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
        """Put goods together for this action; what was begun for the same stays. Not while something is being saved."""
        if self._busy:
            return
        if self.draft is None or self.draft.action != action or self._location != location_id:
            self._set_aside()
            if self._location != location_id:
                self._waiting = {}
            begun = self._waiting.pop(action, None)
            self._go_on(begun or giving.begin(action, self._places), location_id)
        self._show()

    def take_up(self, begun: Sequence[GivingDraft], location_id: str) -> None:
        """Go on with what was kept here when the app stopped, the first in front; not over what is begun already."""
        if self.draft is None and begun:
            self._waiting = {one.action: one for one in begun[1:]}
            self._go_on(begun[0], location_id)
            self._show()

    def keep(self) -> None:
        """Keep it now, if it has changed since it was kept; one in which nothing was entered goes."""
        self._pause.stop()
        draft, location = self.draft, self._location
        if draft is None or draft == self._kept or self._busy:
            return
        self._kept = draft
        hold = unfinished.drop if self._is_fresh(draft) else unfinished.keep
        self.desk.tasks.act(lambda workspace: hold(workspace, location, draft))

    def set_lots(
        self, lots: Sequence[TrunkLot], places: Sequence[PlaceChoice], *, whole: bool = True
    ) -> None:
        """What is in the trunk now, and where goods may go. While it is not known as a `whole`, nothing is taken off
        what was put together."""
        self._lots, self._places, self._whole = tuple(lots), tuple(places), whole
        if self.draft is not None and not self._busy:
            self.draft = self._fitted(self.draft)
            if self.draft != self._kept:
                self._pause.start()
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
        self.desk.tasks.act(lambda workspace: unfinished.drop(workspace, location, draft))
        self._end()
        if draft.lines:
            self.desk.toast(
                tr("giving.discarded"),
                action=tr("sale.undo"),
                then=lambda: self._bring_back(draft, location),
            )

    # -- parts --------------------------------------------------------------------------------------------------------

    def _bring_back(self, draft: GivingDraft, location_id: str) -> None:
        """It is there again, and leaves what was put together since. What is being saved goes first."""
        if self._busy:
            self._waiting[draft.action] = draft
            self.desk.tasks.act(lambda workspace: unfinished.keep(workspace, location_id, draft))
            return
        self._set_aside()
        since = self._waiting.pop(draft.action, None)
        self._go_on(giving.together(since, draft) if since is not None else draft, location_id)
        self._kept = None
        self.keep()
        self._show()
        self.closed.emit()  # what stands beside the list is chosen anew

    def _go_on(self, draft: GivingDraft, location_id: str) -> None:
        """With this one from now on, as far as the trunk still holds it."""
        self.draft, self._kept = self._fitted(draft), draft
        self._location = location_id
        self._findings, self._refused, self._busy = (), False, False
        if self.draft != draft:
            self._pause.start()

    def _set_aside(self) -> None:
        """What is in front waits, with all that was entered."""
        self.keep()
        if self.draft is not None and not self._is_fresh(self.draft):
            self._waiting[self.draft.action] = self.draft
        self.draft = None

    def _fitted(self, draft: GivingDraft) -> GivingDraft:
        return giving.fitted(draft, self._lots) if self._whole else draft

    def _is_fresh(self, draft: GivingDraft) -> bool:
        return draft == giving.begin(draft.action, self._places)

    def _end(self) -> None:
        """It is no more: sent, or put away. What waited comes to the front."""
        self._pause.stop()
        self.draft = self._kept = None
        if self._waiting:
            self._go_on(self._waiting.popitem()[1], self._location)
            self._show()
        self.closed.emit()

    def _on_qty(self, key: str, qty: int) -> None:
        for lot in self._lots:
            if lot.key == key:
                self._change(lambda draft, lot=lot: giving.with_qty(draft, lot, qty))  # type: ignore[misc]

    def _change(self, change: Callable[[GivingDraft], GivingDraft]) -> None:
        if self.draft is None or self._busy:
            return
        self.draft = change(self.draft)
        self._pause.start()
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
        self.keep()
        self._busy = True
        self._show()
        goes = giving.fitted(draft, self._lots).lines  # as shown
        sent: list[SendTransfer] = []

        def build(workspace: Workspace) -> SendTransfer:
            lines = [MoveLine(product_id=one.product_id, lot_id=one.lot_id, qty=one.qty) for one in goes]
            sent.append(moving.hand_over(workspace, location, draft.to_location, lines))
            return sent[-1]

        def after(performed: Performed) -> None:
            self._busy = False
            if not performed.saved:
                self._findings, self._refused = performed.decision.findings, True
                self._show()
                self.form.reveal_findings()
                return
            self._end()
            if draft.action == HAND_OVER:
                show_codes(self.desk, self.window(), sent[-1].op_id)

        self.desk.perform(
            build,
            after,
            even_so=even_so,
            also=lambda connection: unfinished.forget(connection, location, draft),
        )

    def _on_failed(self, news: BadNews) -> None:
        """Nothing was saved: what was put together is still here."""
        if self._busy and news.where == "writer":
            self._busy = False
            self._show()
