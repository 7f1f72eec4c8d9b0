"""From the trunk to a use at a customer: goods that lie there in this person's charge are told used and billed, with
the customer's own PO number and reference; as much again is asked for, or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.desktop.desk import Desk
from app.desktop.widgets.fields import button
from app.desktop.widgets.picker import Picker
from app.desktop.widgets.table import Column
from app.screens.wording import tr
from app.workspace.queries.consigned import consigned_with_me
from app.workspace.rows.consigned import ConsignedAccount

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class UseWay(QObject):
    """See the module. One customer is gone to at once, several are chosen from."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.button = button(tr("trunk.use"), name="trunk.use", icon="accounts", theme=desk.theme)
        self.button.clicked.connect(self._ask)

    def _ask(self) -> None:
        user = self._desk.user.user_id
        self._desk.tasks.read(
            lambda connection: consigned_with_me(connection, user), self._on_found, key="trunk.use"
        )

    def _on_found(self, found: tuple[ConsignedAccount, ...]) -> None:
        if not found:
            self._desk.toast(tr("trunk.use.none"), tone="warn")
        elif len(found) == 1:
            self._go(found[0])
        else:
            self._choose(found)

    def _go(self, one: ConsignedAccount) -> None:
        self._desk.go("accounts", account_id=one.account_id, consigned=True)

    def _choose(self, found: tuple[ConsignedAccount, ...]) -> None:
        picker: Picker[ConsignedAccount] = Picker(
            self._page,
            self._desk.theme,
            name="trunk.use_at",
            title=tr("trunk.use.where"),
            hint=tr("trunk.use.search"),
            empty=tr("trunk.use.not_found"),
            columns=(
                Column("", lambda one: one.name, strong=True, second=lambda one: one.number),
                Column("", lambda one: tr("trunk.units", count=one.units), width=96, end=True, quiet=True),
            ),
            key=lambda one: one.account_id,
            spoken=lambda one: f"{one.name}, {tr('trunk.units', count=one.units)}",
            tall=True,
        )

        def search(words: str) -> None:
            asked = words.casefold().split()
            picker.show_rows(
                [one for one in found if all(word in f"{one.name} {one.number}".casefold() for word in asked)]
            )

        picker.searched.connect(search)
        picker.picked.connect(self._go)
        picker.begin()
