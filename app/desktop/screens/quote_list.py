"""The list of drafts, quotes and orders, with its filters and its search."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import SearchField, button, label
from app.desktop.widgets.panel import EmptyState, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.quotes import DocumentLine, QuotesState
from app.screens.wording import tr
from app.workspace.rows.quotes import ALL, FILTERS

_NARROW = 960


class QuoteList(QWidget):
    """`opened` carries (kind, id) of a tapped document; `asked` says that filter or words have changed."""

    opened = Signal(str, str)
    asked = Signal()
    new_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("quote_list")
        self.wanted, self.words = ALL, ""
        theme = desk.theme
        self.search = SearchField(theme, name="quotes.search", hint=tr("quotes.search"), shortcut="Ctrl+F")
        self.new = button(
            tr("quotes.new"), name="quotes.new", kind="primary", icon="plus", theme=theme, shortcut="Ctrl+N"
        )
        self.chips: dict[str, QPushButton] = {}
        self.table = self._make_table(theme)
        self.empty = EmptyState(
            theme,
            name="quotes.empty",
            icon="quotes",
            words="",
            step=tr("quotes.new"),
            then=self.new_asked.emit,
        )
        self.more = label("", "muted", name="quotes.more")
        self.search.list_below = self.table
        self._arrange()
        QShortcut(QKeySequence("Ctrl+F"), self, self._to_search)
        self.search.searched.connect(self._on_words)
        self.new.clicked.connect(self.new_asked)
        self.table.clicked.connect(self._on_tap)
        self.table.opened.connect(lambda one: self.opened.emit(*one.key))

    def _make_table(self, theme: Theme) -> Table[DocumentLine]:
        return Table(
            theme,
            (
                Column(
                    tr("quotes.column.number"),
                    lambda one: one.number,
                    width=168,
                    strong=True,
                    second=lambda one: one.kind,
                ),
                Column(tr("quotes.column.account"), lambda one: one.account, second=lambda one: one.about),
                Column(
                    tr("quotes.column.state"),
                    lambda one: one.state,
                    width=190,
                    chip=True,
                    tone=lambda one: one.tone,
                ),
                Column(
                    tr("quotes.column.sync"),
                    lambda one: one.sending,
                    width=168,
                    tone=lambda one: one.sending_tone,
                ),
                Column(tr("quotes.column.date"), lambda one: one.date, width=124, end=True, quiet=True),
                Column(tr("quotes.column.total"), lambda one: one.total, width=132, end=True, strong=True),
            ),
            name="quotes.table",
            label=tr("quotes.list"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )

    def _arrange(self) -> None:
        first = row(gap=12)
        first.addWidget(self.search, 1)
        first.addWidget(self.new)
        filters = row()
        group = QButtonGroup(self)
        group.setExclusive(True)
        for key in FILTERS:
            chip = self.chips[key] = button(tr(f"quotes.filter.{key}"), name=f"quotes.filter.{key}")
            chip.setCheckable(True)
            chip.setChecked(key == self.wanted)
            chip.clicked.connect(lambda _on, key=key: self.choose(key))
            group.addButton(chip)
            filters.addWidget(chip)
        filters.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        whole = column(self, gap=12)
        whole.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        whole.addLayout(first)
        whole.addLayout(filters)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.more)

    def choose(self, wanted: str) -> None:
        """Show the documents of this filter."""
        self.chips[wanted].setChecked(True)
        if wanted != self.wanted:
            self.wanted = wanted
            self.asked.emit()

    def show_state(self, state: QuotesState) -> None:
        """Show the list; it keeps its place."""
        for one in state.filters:
            self.chips[one.key].setText(one.words)
            self.chips[one.key].setAccessibleName(one.words)
        self.table.set_rows(state.lines)
        self.empty.say(state.empty, state.empty_more)
        self.empty.step.setVisible(state.may_write and not self.words)
        self.stack.setCurrentWidget(self.table if state.lines else self.empty)
        self.more.setText(state.more)
        self.more.setVisible(bool(state.more))
        self.new.setVisible(state.may_write)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < _NARROW
        self.table.hide_columns(*((tr("quotes.column.date"),) if narrow else ()))
        super().resizeEvent(event)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_words(self, words: str) -> None:
        self.words = words
        self.asked.emit()

    def _on_tap(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(*self.table.rows[index.row()].key)
