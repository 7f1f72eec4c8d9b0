"""Documents of an account on its card: what is open, and earlier orders, one of which opens to its lines."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.desktop.theme import Theme
from app.desktop.widgets.fields import button, label, money
from app.desktop.widgets.panel import Card, EmptyState, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.accounts import CardView, DocumentLine
from app.screens.order_history import OrderLineView, OrderView
from app.screens.wording import tr


class Listed(QStackedWidget):
    """A table, or the words for nothing in it."""

    def __init__(self, table: Table[DocumentLine], empty: EmptyState) -> None:
        super().__init__()
        self.table = table
        self._empty = empty
        self.addWidget(table)
        self.addWidget(empty)

    def show_rows(self, rows: tuple[DocumentLine, ...]) -> None:
        self.table.set_rows(rows)
        self.setCurrentWidget(self.table if rows else self._empty)


class History(QStackedWidget):
    """Earlier orders; one opened takes their place until Back."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.table = documents(theme, "accounts.history", tr("accounts.tab.history.none"), states=112)
        self._listed = Listed(self.table, no_documents(theme, "accounts.history", "history"))
        self._note = label("", "muted", name="accounts.history.note")
        first = QWidget()
        whole = column(first)
        whole.addWidget(self._listed, 1)
        whole.addWidget(self._note)
        self.order = _Order(theme)
        self.order.back.clicked.connect(self.close_order)
        self.addWidget(first)
        self.addWidget(self.order)
        self.table.opened.connect(self._open)
        self.table.clicked.connect(lambda at: self._open(self.table.rows[at.row()]))

    def show_rows(self, view: CardView) -> None:
        self._listed.show_rows(view.history)
        self._note.setText(view.history_note)
        self._note.setVisible(bool(view.history_note))

    def show_order(self, view: OrderView) -> None:
        """The lines that were asked for; dropped when another order has been opened meanwhile."""
        self.order.show_order(view)

    def close_order(self) -> None:
        self.setCurrentIndex(0)

    def _open(self, line: DocumentLine) -> None:
        self.order.begin(line)
        self.setCurrentWidget(self.order)
        self.wanted.emit(line.key[1])


class _Order(Card):
    """An earlier order with its lines."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="accounts.order", margin=12)
        self._wanted = ""
        self.back = button(
            tr("accounts.order.back"), name="accounts.order.back", kind="quiet", icon="back", theme=theme
        )
        self._title = label("", "head", name="accounts.order.title")
        self._total = money("", "total", name="accounts.order.total")
        self._about = label("", "muted", name="accounts.order.about", wrap=True)
        self._summary = label("", "muted", name="accounts.order.summary", wrap=True)
        self.lines: Table[OrderLineView] = Table(
            theme,
            (
                Column(tr("accounts.col.product"), lambda one: one.product, second=lambda one: one.about),
                Column(
                    tr("accounts.col.total"),
                    lambda one: one.total,
                    width=168,
                    end=True,
                    strong=True,
                    second=lambda one: one.each,
                ),
            ),
            name="accounts.order.lines",
            label=tr("accounts.order.lines"),
            key=lambda one: one.id,
            spoken=lambda one: one.spoken,
            tall=True,
            head=False,
            bare=True,
        )
        top = row()
        top.addWidget(self.back)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._total)
        top.setContentsMargins(0, 0, 12, 0)
        for part in (self._about, self._summary):
            part.setContentsMargins(12, 0, 12, 0)  # in line with the cells of the table
        self.body.addLayout(top)
        self.body.addWidget(self._about)
        self.body.addWidget(self.lines, 1)
        self.body.addWidget(self._summary)

    def begin(self, line: DocumentLine) -> None:
        """What is known at once; the lines follow."""
        if line.key[1] != self._wanted:
            self.lines.set_rows(())
            self._summary.setVisible(False)
        self._wanted = line.key[1]
        self._title.setText(line.number)
        self._total.setText(line.total)
        self._about.setText(" · ".join(part for part in (line.day, line.about, line.state) if part))

    def show_order(self, view: OrderView) -> None:
        if view.id != self._wanted:
            return
        self.lines.set_rows(view.lines)
        self._about.setText(view.about)
        self._summary.setText(view.summary)
        self._summary.setVisible(bool(view.summary))


def documents(theme: Theme, name: str, words: str, *, states: int) -> Table[DocumentLine]:
    return Table(
        theme,
        (
            Column(tr("accounts.col.document"), lambda one: one.number, second=lambda one: one.about),
            Column(
                tr("accounts.col.state"),
                lambda one: one.state,
                width=152,
                chip=True,
                tone=lambda one: one.tone,
            ),
            Column(
                tr("accounts.col.total"),
                lambda one: one.total,
                width=150,
                end=True,
                strong=True,
                second=lambda one: one.day,
            ),
        ),
        name=name,
        label=words,
        key=lambda one: one.key,
        spoken=lambda one: one.spoken,
        tall=True,
    )


def no_documents(theme: Theme, name: str, icon: str) -> EmptyState:
    return EmptyState(
        theme, name=f"{name}.empty", icon=icon, words=tr(f"{name}.none"), more=tr(f"{name}.none.more")
    )
