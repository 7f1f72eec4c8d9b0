"""What lies of ours at an account, on its card: where, whose it is to tell, lots by expiry, and the way to a use."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.theme import Theme
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.consigned import ConsignedRow, ConsignedView
from app.screens.wording import tr


class ConsignedPage(QWidget):
    """`using` carries the row that was tapped, or None when the button was."""

    using = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("accounts.consigned")
        self._about = label("", "muted", name="accounts.consigned.about", wrap=True)
        self._why_not = label("", "muted", name="accounts.consigned.why_not", wrap=True)
        self.use = button(
            tr("consigned.use"), name="accounts.consigned.use", kind="primary", icon="ok", theme=theme
        )
        self.use.clicked.connect(lambda: self.using.emit(None))
        self._totals = label("", "quiet", name="accounts.consigned.totals")
        self._as_of = label("", "muted", name="accounts.consigned.as_of")
        self.table: Table[ConsignedRow] = Table(
            theme,
            (
                Column(
                    tr("trunk.column.product"),
                    lambda one: one.lot.product,
                    strong=True,
                    second=lambda one: " · ".join(
                        part for part in (one.lot.lot, one.owner, one.lot.sku, one.place) if part
                    ),
                ),
                Column(
                    tr("trunk.column.expires"),
                    lambda one: one.lot.state or one.lot.expires,
                    width=176,
                    second=lambda one: one.lot.expires if one.lot.state else "",
                    tone=lambda one: one.lot.tone,
                    icon=lambda one: one.lot.icon,
                ),
                Column(tr("trunk.column.units"), lambda one: one.lot.units, width=72, end=True, strong=True),
            ),
            name="accounts.consigned.list",
            label=tr("consigned.list"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.table.opened.connect(self._on_row)
        self.table.clicked.connect(lambda at: self._on_row(self.table.rows[at.row()]))
        self._empty = EmptyState(theme, name="accounts.consigned.empty", icon="trunk", words="")
        self._arrange()

    def show_view(self, view: ConsignedView) -> None:
        """Show what lies there; the list keeps its place."""
        self._about.setText(view.about)
        self._why_not.setText(view.why_not)
        self._why_not.setVisible(bool(view.why_not))
        self.use.setEnabled(view.can_use)
        self.use.setToolTip(view.why_not)
        self.use.setAccessibleDescription(view.why_not)
        self.table.set_rows(view.rows)
        self.table.setVisible(not view.empty)
        self._empty.setVisible(bool(view.empty))
        self._empty.say(view.empty, view.empty_more)
        self._totals.setText(view.totals)
        self._as_of.setText(view.as_of)

    def _on_row(self, line: ConsignedRow) -> None:
        if line.usable:
            self.using.emit(line)

    def _arrange(self) -> None:
        whole = column(self)
        top = row()
        words = column(gap=0)
        words.addWidget(label(tr("consigned.title"), "head", name="accounts.consigned.title"))
        sums = row()
        sums.addWidget(self._totals)
        sums.addWidget(self._as_of)
        sums.addStretch(1)
        words.addLayout(sums)
        top.addLayout(words, 1)
        top.addWidget(self.use, alignment=Qt.AlignmentFlag.AlignVCenter)
        whole.addLayout(top)
        whole.addWidget(self._about)
        whole.addWidget(self._why_not)
        whole.addWidget(self.table, 1)
        whole.addWidget(self._empty, 1)
