"""What the use of consigned goods looks like: a sale's form for a settled customer, at a consignment place, with the
customer's own reference of the case and whether as much again is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout

from app.desktop.screens.trunk_sale_form import SaleForm
from app.desktop.theme import GRID
from app.desktop.widgets.fields import Labelled, label
from app.desktop.widgets.panel import row
from app.screens.usage import UsageState
from app.screens.wording import tr

LONGEST = 80  # characters of a reference


class UsageForm(SaleForm):
    """`ship_to_chosen` carries the id of a consignment place."""

    NAME = "accounts.usage"
    ACTIONS: ClassVar[tuple[str, ...]] = ("edit", "open_account", "sync")
    WORDS: ClassVar[Mapping[str, str]] = {
        "title": "usage.title",
        "ship_to": "usage.place",
        "add": "usage.add",
        "close": "usage.close",
        "record": "usage.record",
    }

    case_typed = Signal(str)
    restock_chosen = Signal(bool)

    def show_usage(self, state: UsageState, *, busy: bool) -> None:
        """Show the use; what is being typed is left alone."""
        self.show_state(state.sale, busy=busy)
        if not self.case.hasFocus() and self.case.text() != state.case_ref:
            self.case.setText(state.case_ref)
        chosen = self.restock if state.restock else self.bill_only
        with QSignalBlocker(self.bill_only), QSignalBlocker(self.restock):
            chosen.setChecked(True)

    def choose_customer(self) -> None:
        """The customer is where the goods lie."""

    def _show_choosing(self, choosing: bool) -> None:
        super()._show_choosing(False)

    def _add_fields(self, below: QVBoxLayout) -> None:
        self.change.setVisible(False)
        self.case = QLineEdit()
        self.case.setObjectName(f"{self.NAME}.case")
        self.case.setMaxLength(LONGEST)
        self.case.textEdited.connect(self.case_typed)
        below.addWidget(Labelled(tr("usage.case"), self.case, name=f"{self.NAME}.case.field"))
        self.bill_only = self._way("bill_only")
        self.restock = self._way("restock")
        self._ways = QButtonGroup(self)
        ways = row(gap=3 * GRID)
        for way in (self.bill_only, self.restock):
            self._ways.addButton(way)
            ways.addWidget(way)
        ways.addStretch(1)
        below.addLayout(ways)
        below.addWidget(label(tr("usage.restock.more"), "muted", name=f"{self.NAME}.restock.more", wrap=True))
        self.restock.toggled.connect(self.restock_chosen)

    def _way(self, key: str) -> QRadioButton:
        made = QRadioButton(tr(f"usage.{key}"))
        made.setObjectName(f"{self.NAME}.{key}")
        made.setAccessibleName(tr(f"usage.{key}"))
        return made
