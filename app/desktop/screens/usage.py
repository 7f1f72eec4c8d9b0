"""Telling the use of consigned goods, in the place of the account's card: as a sale from the trunk, see there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.desktop.screens.trunk_sale import SalePanel
from app.desktop.screens.usage_form import UsageForm
from app.domain.scan import Matched, Scan, ScanRefused
from app.screens import usage
from app.screens.trunk_sale import Choice, Planned
from app.workspace.queries.scanning import look_up_here
from app.workspace.rows.consigned import Consigned
from app.workspace.rows.trunk import Customer, SaleDraft, TrunkLot, UsageDraft, line_key
from app.workspace.selling import keep_usage

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.domain.commands import Command
    from app.workspace.workspace import Workspace


class UsagePanel(SalePanel):
    """See the module. `elsewhere` carries the consignment place whose use is asked for instead."""

    NAME = "accounts.usage"
    DISCARDED = "usage.discarded"

    elsewhere = Signal(str)

    form: UsageForm

    def show_consigned(self, found: Consigned) -> None:
        """What lies at the account now; the customer and the prices may have moved with it."""
        self._found = found
        if self.draft is not None:
            self.set_lots(self._lots_of(self.draft), found.as_of)

    def begin(self, draft: SaleDraft) -> None:
        self._lots, self._as_of = self._lots_of(draft), self._found.as_of
        super().begin(draft)

    def look(self, connection: Connection, what: str | Scan, day: str) -> Matched | ScanRefused:
        """The goods of a label, if they may be told used of at this place."""
        return look_up_here(connection, what, today=day, location_id=self._now().location_id)

    def take_goods(self, goods: Matched) -> None:
        """Put the units of a scanned label on the use."""
        key = line_key(goods.product_id, goods.lot_id or "")
        for lot in self._lots:
            if lot.key == key and self.draft is not None:
                self.add_units(lot, goods.qty)

    def take(self, lot_key: str) -> None:
        """Put a lot on the use; '' or one that is not there does nothing."""
        for lot in self._lots:
            if lot.key == lot_key:
                self.add_lot(lot)

    # -- what is of this kind of handover alone -----------------------------------------------------------------------

    def _connect(self) -> None:
        super()._connect()
        self._found = Consigned((), None)
        self.form.case_typed.connect(lambda words: self._change(case_ref=words))
        self.form.restock_chosen.connect(lambda yes: self._change(restock=yes))

    def _make_form(self) -> UsageForm:
        return UsageForm(self.desk.theme)

    def _store(self, workspace: Workspace, draft: SaleDraft) -> None:
        keep_usage(workspace, _usage(draft))

    def _choices(self, words: str) -> tuple[Choice, ...]:
        return usage.choices(self._lots, words, self.desk.formats, self.desk.today())

    def _planned(self) -> tuple[Planned, ...]:
        return usage.plan(_usage(self._now()), self._lots, self._customer, self.desk.today())

    def _show_form(self, draft: SaleDraft) -> None:
        state = usage.present(
            _usage(draft),
            self._planned(),
            self._customer,
            [one for one in self._found.places if one.mine],
            self.desk.formats,
            self.desk.today(),
            findings=self._findings,
            refused=self._refused,
        )
        self.form.show_usage(state, busy=self._busy)

    def _command(
        self, draft: SaleDraft, customer: Customer, planned: Sequence[Planned], number: str
    ) -> Command:
        user, day = self.desk.user.user_id, self.desk.today()
        return usage.command(_usage(draft), planned, customer, actor=user, day=day, number=number)

    def _on_ship_to(self, address_id: str) -> None:
        """Another place: what was begun here waits."""
        self.keep()
        self.elsewhere.emit(address_id)

    def _bring_back(self, draft: SaleDraft) -> None:
        self.desk.tasks.act(
            lambda workspace: self._store(workspace, draft),
            lambda _none: self.elsewhere.emit(draft.location_id),
        )

    def _lots_of(self, draft: SaleDraft) -> tuple[TrunkLot, ...]:
        """What can be told used of: the company's own goods in the draft's place."""
        lots = next((one.lots for one in self._found.places if one.id == draft.location_id), ())
        return tuple(lot for lot in lots if not lot.owner)


def _usage(draft: SaleDraft) -> UsageDraft:
    assert isinstance(draft, UsageDraft)
    return draft
