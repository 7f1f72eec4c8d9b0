"""What changed between two revisions of a quote, as a sheet: any two that are known can be set side by side."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtWidgets import QDialog, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import Labelled, button, label
from app.desktop.widgets.panel import column, row
from app.desktop.widgets.table import Column, Table
from app.screens.quote_changes import Change, last_two, present
from app.screens.wording import tr
from app.workspace.queries.revisions import revisions
from app.workspace.rows.revisions import Revisions

_SIZE = QSize(900, 620)


class ChangesSheet(QDialog):
    """See the module."""

    def __init__(self, parent: QWidget, desk: Desk, known: Revisions) -> None:
        super().__init__(parent)
        self.setObjectName("quote_changes")
        self.setModal(True)
        self._desk, self._known = desk, known
        self.title = label("", "head", name="quote_changes.title", wrap=True)
        self.total = label("", "strong", name="quote_changes.total", wrap=True)
        self.says = label("", "quiet", name="quote_changes.says", wrap=True)
        self.before, self.after = Combo(), Combo()
        self._make_table()
        chosen = row(gap=12)
        for name, combo in (("before", self.before), ("after", self.after)):
            combo.setObjectName(f"quote_changes.{name}")
            combo.activated.connect(self._show)
            field = Labelled(tr(f"quote_changes.{name}"), combo, name=f"quote_changes.{name}.field")
            chosen.addWidget(field, 1)
        close = button(tr("quote_changes.close"), name="quote_changes.close")
        close.clicked.connect(self.accept)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(close)
        whole = column(self, margin=2 * GRID, gap=12)
        whole.addWidget(self.title)
        whole.addLayout(chosen)
        whole.addWidget(self.total)
        whole.addWidget(self.says)
        whole.addWidget(self.table, 1)
        whole.addLayout(foot)
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))
        self._fill()

    def _make_table(self) -> None:
        columns: tuple[Column[Change], ...] = (
            Column(
                tr("quote_changes.column.what"),
                lambda one: one.title,
                strong=True,
                second=lambda one: one.about,
            ),
            Column(
                tr("quote_changes.column.kind"),
                lambda one: one.kind,
                width=112,
                chip=True,
                tone=lambda one: one.tone,
            ),
            Column(
                tr("quote_changes.before"),
                lambda one: one.before,
                width=176,
                end=True,
                second=lambda one: one.before_more,
            ),
            Column(
                tr("quote_changes.after"),
                lambda one: one.after,
                width=176,
                end=True,
                second=lambda one: one.after_more,
            ),
        )
        self.table: Table[Change] = Table(
            self._desk.theme,
            columns,
            name="quote_changes.list",
            label=tr("quote_changes.open"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )

    def _fill(self) -> None:
        older, newer = last_two(self._known)
        state = present(self._known, older, newer, self._desk.formats)
        for combo, number in ((self.before, older), (self.after, newer)):
            with QSignalBlocker(combo):
                for one in state.choices:
                    combo.addItem(one.words, one.number)
                combo.setCurrentIndex(combo.findData(number))
        self._show()

    def _show(self) -> None:
        chosen = [int(one.currentData() or 0) for one in (self.before, self.after)]
        state = present(self._known, chosen[0], chosen[1], self._desk.formats)
        self.setWindowTitle(state.title)
        self.title.setText(state.title)
        self.total.setText(state.total)
        self.total.setVisible(bool(state.total))
        self.says.setText(state.says)
        self.table.set_rows(state.changes)
        self.table.setVisible(bool(state.changes))


def show_changes(desk: Desk, parent: QWidget, quote_id: str) -> None:
    """Read what is known of a quote's revisions and open the sheet."""

    def then(known: Revisions | None) -> None:
        if known is not None:
            sheet = ChangesSheet(parent, desk, known)
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()

    desk.tasks.read(lambda connection: revisions(connection, quote_id), then, key="quotes.changes")
