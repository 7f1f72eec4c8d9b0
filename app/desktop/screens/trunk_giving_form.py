"""What putting several lots together for a colleague or the warehouse looks like: to whom, the lots, the button."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QWidget

from app.desktop.screens.trunk_going import GoingCard
from app.desktop.screens.trunk_saving import SavingForm
from app.desktop.theme import GRID, Theme
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import Labelled, button, cross, label
from app.desktop.widgets.panel import Scroll, bring_into_sight, clear, column, row
from app.screens.trunk_giving import GivingLine, GivingState
from app.screens.wording import tr

_ROOM, _AROUND = 344, 36  # px: of a line of buttons, and around the words of one


class GivenLine(GoingCard):
    """One lot that goes."""

    def __init__(self, theme: Theme, line: GivingLine, name: str) -> None:
        lot = f"{line.product}, {line.lot}"
        asked, off = tr("giving.qty", lot=lot), tr("giving.remove", lot=lot)
        super().__init__(theme, name, key=line.key, most=line.most, asked=asked, off=off)
        self._lot = label("", "muted", name=f"{name}.lot", wrap=True)
        self._state = label("", "small", name=f"{name}.state", tone="warn", wrap=True)
        self._whole.setContentsMargins(12, 10, 6, 10)
        self._put_in(self._lot, self._state)
        self.show_line(line)

    def show_line(self, line: GivingLine) -> None:
        """Show the lot again; a figure being typed is left alone."""
        self.setAccessibleName(line.spoken)
        self._product.setText(line.product)
        self._lot.setText(line.lot)
        self._state.setText(line.state)
        self._state.setVisible(bool(line.state))
        self._of.setText(line.of)
        if self.qty.value() != line.qty:
            self.qty.set_value(line.qty)


class GivingForm(SavingForm):
    """Signals of lines carry the lot's key first. A few places are buttons, many a list that folds out."""

    NAME = "trunk.giving"

    qty_changed = Signal(str, int)
    line_removed = Signal(str)
    place_chosen = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.lines: list[GivenLine] = []
        self._title = label("", "head", name="trunk.giving.title", wrap=True)
        self.close_it = cross(tr("giving.close"), name="trunk.giving.close", theme=theme)
        self.close_it.clicked.connect(self.closed)
        self._place_label = label("", "small", name="trunk.giving.place.label")
        self._group = QButtonGroup(self)
        self._buttons = column()
        self._shown: tuple[tuple[str, str], ...] = ()
        self.place = Combo()
        self.place.setObjectName("trunk.giving.place")
        self.place.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.place.setMinimumContentsLength(8)
        self.place.setPlaceholderText(tr("move.choose"))
        self.place.activated.connect(lambda at: self.place_chosen.emit(str(self.place.itemData(at))))
        self._folded = Labelled("", self.place, name="trunk.giving.place.field")
        self.how = label("", "muted", name="trunk.giving.how", wrap=True)
        self._lines = column()
        self.total = label("", "strong", name="trunk.giving.total")
        self._arrange()

    def show_state(self, state: GivingState, *, busy: bool) -> None:
        """Show what is put together; what is being typed is left alone."""
        self._title.setText(state.title)
        self._show_places(state)
        self.how.setText(state.how)
        self._show_lines(state.lines)
        self.total.setText(state.total)
        self._show_saving(state, busy=busy)

    def point_at(self, key: str) -> None:
        """Bring a lot into sight."""
        for line in self.lines:
            if line.key == key:
                bring_into_sight(line)

    def _show_lines(self, lines: tuple[GivingLine, ...]) -> None:
        if [(one.key, one.most) for one in self.lines] != [(one.key, one.most) for one in lines]:
            clear(self._lines)
            self.lines = [self._line(one, at) for at, one in enumerate(lines)]
        for made, line in zip(self.lines, lines, strict=True):
            made.show_line(line)

    def _line(self, line: GivingLine, at: int) -> GivenLine:
        made = GivenLine(self._theme, line, f"trunk.giving.line.{at}")
        made.qty_changed.connect(lambda qty, key=line.key: self.qty_changed.emit(key, qty))
        made.removed.connect(lambda key=line.key: self.line_removed.emit(key))
        self._lines.addWidget(made)
        return made

    def _show_places(self, state: GivingState) -> None:
        self._place_label.setText(state.place_label)
        self._place_label.setVisible(not state.folded)
        self._folded.setVisible(state.folded)
        above = self._folded.findChild(QLabel, "trunk.giving.place.field.label")
        if above is not None:
            above.setText(state.place_label)
        self.place.setAccessibleName(state.place_label)
        if state.places != self._shown:
            self._shown = state.places
            self._make_places(state)
        for made in self._group.buttons():
            made.setChecked(made.property("place") == state.place)
        with QSignalBlocker(self.place):
            self.place.setCurrentIndex(self.place.findData(state.place) if state.place else -1)
        self.place.setToolTip(self.place.currentText())

    def _make_places(self, state: GivingState) -> None:
        for old in self._group.buttons():
            self._group.removeButton(old)
        clear(self._buttons)
        with QSignalBlocker(self.place):
            self.place.clear()
            for place_id, words in state.places:
                self.place.addItem(words, place_id)
        if state.folded:
            return
        line, left = row(), _ROOM
        self._buttons.addLayout(line)
        for at, (place_id, words) in enumerate(state.places):
            made = self._place_button(at, place_id, words, state.place_label)
            wide = made.fontMetrics().horizontalAdvance(words) + _AROUND
            if wide > left and line.count():
                line.addStretch(1)
                line, left = row(), _ROOM
                self._buttons.addLayout(line)
            line.addWidget(made)
            left -= wide + GRID
        line.addStretch(1)

    def _place_button(self, at: int, place_id: str, words: str, question: str) -> QPushButton:
        made = button(words, name=f"trunk.giving.place.{at}")
        made.setAccessibleName(f"{question}: {words}")
        made.setCheckable(True)
        made.setProperty("place", place_id)
        made.clicked.connect(lambda _checked=False: self.place_chosen.emit(place_id))
        self._group.addButton(made)
        return made

    def _arrange(self) -> None:
        head = row()
        head.setContentsMargins(2 * GRID, GRID, GRID, 4)
        head.addWidget(self._title, 1)
        head.addWidget(self.close_it)
        self.body.addLayout(head)
        scroll = self._scroll = Scroll(name="trunk.giving.scroll", margin=0, gap=12)
        scroll.body.setContentsMargins(2 * GRID, 4, 2 * GRID, GRID)
        places = column(gap=4)
        places.addWidget(self._place_label)
        places.addLayout(self._buttons)
        places.addWidget(self._folded)
        scroll.body.addLayout(places)
        scroll.body.addWidget(self.how)
        scroll.body.addLayout(self._lines)
        for part in (self.headline, self.findings):
            scroll.body.addWidget(part)
        self.body.addWidget(scroll, 1)
        foot = QWidget()
        below = column(foot)
        below.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        for words in (self.total, self.hint):
            below.addWidget(words)
        for step in (self.save, self.anyway):
            below.addWidget(step)
        self.body.addWidget(foot)
