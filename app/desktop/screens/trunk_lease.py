"""The bar over the trunk that says which tablet holds it: to ask for it here, or to hand it over to another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, FindingsList, row
from app.screens.findings import all_in_words
from app.screens.trunk_lease import lease_state
from app.screens.wording import tr
from app.workspace import moving
from app.workspace.rows.trunk import TrunkPlace

if TYPE_CHECKING:
    from app.domain.commands import Command
    from app.workspace.workspace import Performed, Workspace


class LeaseBar(Card):
    """See the module. `give_up` is the way to handing over; it stands under the day, out of reach of a hasty tap."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="trunk.lease", margin=GRID + GRID // 2)
        self.desk = desk
        self._place: TrunkPlace | None = None
        self._giving_up = False
        self.says = label("", name="trunk.lease.says", wrap=True, stands=True)
        self.take = button(tr("trunk.lease.take"), name="trunk.lease.take", kind="primary")
        self.give_up = button(
            tr("trunk.lease.give_up"), name="trunk.lease.give_up", icon="send", theme=desk.theme
        )
        self.sure = button(tr("trunk.lease.give_up.yes"), name="trunk.lease.give_up.yes", kind="primary")
        self.keep = button(tr("trunk.lease.give_up.no"), name="trunk.lease.give_up.no")
        self.findings = FindingsList(desk.theme, name="trunk.lease.findings")
        line = row()
        line.addWidget(self.says, 1)
        for one in (self.keep, self.sure, self.take):
            line.addWidget(one)
        self.body.addLayout(line)
        self.body.addWidget(self.findings)
        self.take.clicked.connect(lambda: self._perform(moving.take_trunk))
        self.sure.clicked.connect(lambda: self._perform(moving.give_up_trunk))
        self.give_up.clicked.connect(lambda: self._ask(True))
        self.keep.clicked.connect(lambda: self._ask(False))

    def show_place(self, place: TrunkPlace | None) -> None:
        """Say how the trunk stands to this tablet."""
        if place != self._place:
            self.findings.show_findings(())
        self._place = place
        state = lease_state(place, giving_up=self._giving_up)
        self.setVisible(bool(state.says))
        self.says.setText(state.says)
        self.take.setVisible(state.takes)
        self.take.setEnabled(state.can_take)
        self.sure.setVisible(state.asks)
        self.keep.setVisible(state.asks)
        self.give_up.setVisible(state.can_give_up)

    def _ask(self, giving_up: bool) -> None:
        self._giving_up = giving_up
        self.show_place(self._place)
        (self.keep if giving_up else self.give_up).setFocus()

    def _perform(self, build: Callable[[Workspace, str], Command]) -> None:
        place = self._place
        if place is None:
            return

        def after(performed: Performed) -> None:
            self._giving_up = False
            self.show_place(self._place)
            if not performed.saved:
                self.findings.show_findings(all_in_words(performed.decision.findings, self.desk.formats))

        self.desk.perform(lambda workspace: build(workspace, place.id), after)
