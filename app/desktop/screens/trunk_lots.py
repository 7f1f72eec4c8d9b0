"""The list of lots, and beside it the plot of their expiry and what was done today."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.bars import BarPlot
from app.desktop.widgets.fields import SearchField, button, label
from app.desktop.widgets.panel import Card, EmptyState, clear, column, row
from app.desktop.widgets.table import Column, Table
from app.screens.trunk import DayRow, LotRow, TrunkState
from app.screens.wording import tr


class LotList(QWidget):
    """Search, filters and the lots themselves. `filtered` carries a filter's key, `more` the lot whose other actions
    are asked for."""

    filtered = Signal(str)
    more = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("trunk.lots")
        self.search = SearchField(theme, name="trunk.search", hint=tr("trunk.search"), shortcut="Ctrl+F")
        self.count = button(tr("trunk.count.start"), name="trunk.count_it", icon="count", theme=theme)
        self._theme, self._waits = theme, False
        self._narrow = self._reads_only = False
        self._words: TrunkState | None = None
        self.transfers = button("", name="trunk.transfers", icon="truck", theme=theme)
        self.refill = button("", name="trunk.refill", icon="plus", theme=theme)
        self.hand_over = button("", name="trunk.hand_over", icon="user", theme=theme)
        self._group = QButtonGroup(self)
        self._filters = row()
        self._shown_filters: tuple[tuple[str, str], ...] = ()
        self.totals = label("", "strong", name="trunk.totals")
        self.as_of = label("", "muted", name="trunk.as_of")
        self.table: Table[LotRow] = Table(
            theme,
            (
                Column(
                    tr("trunk.column.product"),
                    lambda one: one.product,
                    strong=True,
                    second=lambda one: " · ".join(part for part in (one.lot, one.sku, one.par) if part),
                ),
                Column(
                    tr("trunk.column.expires"),
                    lambda one: one.state or one.expires,
                    width=160,
                    second=lambda one: one.expires if one.state else "",
                    tone=lambda one: one.tone,
                    icon=lambda one: one.icon,
                ),
                Column(tr("trunk.column.units"), lambda one: one.units, width=64, end=True, strong=True),
                Column(
                    tr("trunk.column.tap"),
                    lambda one: one.step,
                    width=112,
                    chip=True,
                    end=True,
                    tone=lambda one: one.step_tone,
                ),
                Column("", lambda _one: tr("trunk.more"), width=80, chip=True, end=True),
            ),
            name="trunk.list",
            label=tr("trunk.list"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.search.list_below = self.table
        self.scan = button(
            tr("scanning.button"), name="trunk.scan", icon="scan", theme=theme, shortcut="Ctrl+B"
        )
        QShortcut(QKeySequence("Ctrl+M"), self, self._on_more)
        self.empty = EmptyState(theme, name="trunk.empty", icon="trunk", words="")
        self.empty.setVisible(False)
        self._arrange()

    def show_state(self, state: TrunkState) -> None:
        """Show the lots; the list keeps its place."""
        self._show_filters(state)
        self.totals.setText(state.totals)
        self.as_of.setText(state.as_of)
        self.table.set_rows(state.rows)
        self.table.setVisible(not state.empty)
        self.empty.setVisible(bool(state.empty))
        self.empty.say(state.empty, state.empty_more)
        self.count.setText(state.count_words)
        self.count.setAccessibleName(state.count_words)
        self.count.setEnabled(state.can_count)
        if self._reads_only != state.reads_only:
            self._reads_only = state.reads_only
            self._hide_columns()
        self._words = state
        self._name_ways()
        if self._waits != state.waits:
            self._waits = state.waits
            mark(self.transfers, kind="primary" if state.waits else "")
            self._theme.dress(self.transfers, "truck", "on_accent" if state.waits else "text")
        _lead(self.count, theme=self._theme, leads=state.counting == "count")

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what only repeats."""
        self._narrow = narrow
        self._hide_columns()
        self._name_ways()

    def _name_ways(self) -> None:
        """The ways from here, with fewer words where there is less room."""
        state = self._words
        if state is None:
            return
        for way, words, short in (
            (self.transfers, state.transfers, state.transfers_short),
            (self.refill, state.refill, state.refill_short),
            (self.hand_over, state.hand_over, state.hand_over),
        ):
            way.setText(short if self._narrow else words)
            way.setAccessibleName(words)
            way.setToolTip(words)
            way.setVisible(bool(words))

    def _hide_columns(self) -> None:
        """Without what only repeats in a narrow window, and without what can't be done in a trunk held elsewhere."""
        tap = (tr("trunk.column.tap"),) if self._narrow or self._reads_only else ()
        self.table.hide_columns(*tap, *(("",) if self._reads_only else ()))

    def is_more(self, column: int) -> bool:
        """Whether a tap in this column asks for the other actions."""
        return column == len(self.table.rows_model.columns) - 1

    def _on_more(self) -> None:
        chosen = self.table.current()
        if chosen is not None:
            self.more.emit(chosen)

    def _show_filters(self, state: TrunkState) -> None:
        wanted = tuple((one.key, one.words) for one in state.filters)
        if wanted != self._shown_filters:
            self._shown_filters = wanted
            for old in self._group.buttons():
                self._group.removeButton(old)
            clear(self._filters)
            for one in state.filters:
                made = button(one.words, name=f"trunk.filter.{one.key}")
                made.setCheckable(True)
                made.clicked.connect(lambda _checked=False, key=one.key: self.filtered.emit(key))
                self._group.addButton(made)
                self._filters.addWidget(made)
            self._filters.addStretch(1)
        for made_button in self._group.buttons():
            if isinstance(made_button, QPushButton):
                made_button.setChecked(made_button.objectName() == f"trunk.filter.{state.only}")

    def _arrange(self) -> None:
        self.whole = whole = column(self)
        top = row()
        top.addWidget(self.search, 1)
        top.addWidget(self.scan)
        top.addWidget(self.count)
        whole.addLayout(top)
        ways = row()
        ways.addWidget(self.transfers)
        ways.addWidget(self.refill)
        ways.addWidget(self.hand_over)
        ways.addStretch(1)
        whole.addLayout(ways)
        whole.addLayout(self._filters)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.empty, 1)
        foot = row()
        foot.setContentsMargins(4, 0, 4, 0)
        foot.addWidget(self.totals)
        foot.addStretch(1)
        foot.addWidget(self.as_of)
        whole.addLayout(foot)


def _lead(way: QPushButton, *, theme: Theme, leads: bool) -> None:
    """Show the way to a count that was begun before all others."""
    mark(way, kind="primary" if leads else "")
    theme.dress(way, "count", "on_accent" if leads else "text")


class DayPanel(QWidget):
    """What expires when, and what was sold and counted today."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("trunk.day")
        self._theme = theme
        self.plot = BarPlot(theme, name="trunk.bars", label=tr("trunk.bars.title"))
        self._plot_card = Card(name="trunk.bars.card")
        self._plot_card.body.addWidget(label(tr("trunk.bars.title"), "strong"))
        self._plot_card.body.addWidget(self.plot)
        self._day_card = Card(name="trunk.day.card", margin=0, gap=0)
        self._day_card.body.setContentsMargins(1, 1, 1, GRID)  # or the list would cover the card's edge
        self.title = label(tr("trunk.day.title"), "strong", name="trunk.day.title")
        self.day_end = button(
            tr("day_end.start"), name="trunk.day_end", icon="count", theme=theme, shortcut="Ctrl+E"
        )
        self.table: Table[DayRow] = Table(
            theme,
            (
                Column("", lambda one: one.title, strong=True, second=lambda one: one.about),
                Column("", lambda one: one.state, width=188, chip=True, end=True, tone=lambda one: one.tone),
            ),
            name="trunk.day.list",
            label=tr("trunk.day.title"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
            head=False,
            bare=True,
            tap=True,
        )
        self.empty = EmptyState(
            theme,
            name="trunk.day.empty",
            icon="clock",
            words=tr("trunk.day.none"),
            more=tr("trunk.day.none.more"),
            margin=GRID,  # little room below the plot of a small tablet
        )
        self.whole = whole = column(self, gap=2 * GRID)
        whole.addWidget(self._plot_card)
        head = row()
        head.setContentsMargins(12, 12, 12, 4)
        head.addWidget(self.title, 1)
        head.addWidget(self.day_end)
        self._day_card.body.addLayout(head)
        self._day_card.body.addWidget(self.table, 1)
        self._day_card.body.addWidget(self.empty, 1)
        whole.addWidget(self._day_card, 1)

    def show_state(self, state: TrunkState) -> None:
        """Show the plot and the day."""
        self._plot_card.setVisible(bool(state.bars))
        self.plot.show_bars(state.bars, state.bars_spoken)
        self.table.set_rows(state.day)
        self.table.setVisible(bool(state.day))
        self.empty.setVisible(not state.day)
        self.empty.say(tr("trunk.day.none"), "" if state.reads_only else tr("trunk.day.none.more"))
        self.day_end.setText(state.day_end)
        self.day_end.setAccessibleName(state.day_end)
        self.day_end.setVisible(state.can_count)
        _lead(self.day_end, theme=self._theme, leads=state.counting == "day_end")
