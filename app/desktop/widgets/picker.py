"""A sheet to choose one of many: a field to search while typing above a list. It knows no database.

picker = Picker(self, theme, name="…", title="…", hint="…", columns=(…), key=lambda row: row.id)
picker.searched.connect(…)   # the words; also once when it opens
picker.show_rows(rows)       # whenever there is an answer
picker.picked.connect(…)     # the row; the sheet has closed itself
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import SearchField, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.wording import tr

R = TypeVar("R")
_SIZE = QSize(560, 600)


class Picker(QDialog, Generic[R]):
    """See the module. Return takes the chosen row or the first; Escape leaves everything as it was."""

    searched = Signal(str)
    picked = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        *,
        name: str,
        title: str,
        hint: str,
        empty: str,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        spoken: Callable[[R], str] | None = None,
        tall: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = SearchField(theme, name=f"{name}.search", hint=hint)
        self.table: Table[R] = Table(
            theme, columns, name=f"{name}.list", label=title, key=key, spoken=spoken, tall=tall, head=False
        )
        self.field.list_below = self.table
        self._empty = EmptyState(theme, name=f"{name}.empty", icon="search", words=empty)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        whole = column(self, margin=2 * GRID, gap=2 * GRID)
        whole.addWidget(label(title, "head"))
        whole.addWidget(self.field)
        whole.addWidget(self._pages, 1)
        cancel = button(tr("picker.cancel"), name=f"{name}.cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(cancel)
        whole.addLayout(foot)
        self.field.searched.connect(self.searched)
        self.field.returnPressed.connect(self._take_first)
        self.table.opened.connect(self._take)
        self.table.clicked.connect(self._on_click)
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))

    def begin(self) -> None:
        """Open over the parent's window and ask for the first rows."""
        self.open()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.searched.emit("")

    def show_rows(self, rows: Sequence[R]) -> None:
        """Show what was found; none says so."""
        self.table.set_rows(rows)
        self._pages.setCurrentWidget(self.table if rows else self._empty)

    def _take_first(self) -> None:
        chosen = self.table.current()
        if chosen is not None or self.table.rows:
            self._take(chosen if chosen is not None else self.table.rows[0])

    def _on_click(self, index: QModelIndex) -> None:
        self._take(self.table.rows[index.row()])

    def _take(self, chosen: R) -> None:
        if self.isVisible():  # a double click comes as a click too
            self.accept()
            self.picked.emit(chosen)
