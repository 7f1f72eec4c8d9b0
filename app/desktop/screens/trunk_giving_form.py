"""What putting several lots together for a colleague or the warehouse looks like: to whom, the lots, the button."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from app.desktop.theme import GRID, Theme
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import Labelled, QuantityField, button, label
from app.desktop.widgets.panel import Card, Scroll, bring_into_sight, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.screens.trunk_giving import GivingLine, GivingState
from app.screens.wording import tr

STEPS = ("edit", "count", "sync")  # steps of findings this form can take
_ROOM, _AROUND = 344, 36  # px: of a line of buttons, and around the words of one


class GivenLine(QFrame):
    """One lot that goes. Its quantity can't be set to more than there is."""

    qty_changed = Signal(int)
    removed = Signal()

    def __init__(self, theme: Theme, line: GivingLine, name: str) -> None:
        super().__init__()
        self.key, self.most = line.key, line.most
        self.setObjectName(name)
        self.setProperty("card", "true")
        self._product = label("", "strong", name=f"{name}.product", wrap=True)
        self._lot = label("", "muted", name=f"{name}.lot", wrap=True)
        self._state = label("", "small", name=f"{name}.state", tone="warn", wrap=True)
        said = tr("giving.qty", lot=f"{line.product}, {line.lot}")
        self.qty = QuantityField(theme, name=f"{name}.qty", label=said, low=1, high=line.most)
        self.qty.changed.connect(self._on_qty)
        self._of = label("", "muted", name=f"{name}.of")
        words = tr("giving.remove", lot=f"{line.product}, {line.lot}")
        self.remove = button("", name=f"{name}.remove", kind="quiet", icon="close", theme=theme)
        self.remove.setAccessibleName(words)
        self.remove.setToolTip(words)
        self.remove.setFixedWidth(46)
        self.remove.clicked.connect(self.removed)
        whole = column(self, gap=2)
        whole.setContentsMargins(12, 10, 6, 10)
        top = row()
        texts = column(gap=2)
        for part in (self._product, self._lot, self._state):
            texts.addWidget(part)
        top.addLayout(texts, 1)
        top.addWidget(self.remove, alignment=Qt.AlignmentFlag.AlignTop)
        whole.addLayout(top)
        whole.addSpacing(4)
        figures = row()
        figures.addWidget(self.qty)
        figures.addWidget(self._of)
        figures.addStretch(1)
        whole.addLayout(figures)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
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

    def _on_qty(self, value: object) -> None:
        if isinstance(value, int):
            self.qty_changed.emit(value)


class GivingForm(Card):
    """Signals of lines carry the lot's key first. A few places are buttons, many a list that folds out."""

    qty_changed = Signal(str, int)
    line_removed = Signal(str)
    place_chosen = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="trunk.giving", margin=0, gap=0)
        self._theme = theme
        self.lines: list[GivenLine] = []
        self._title = label("", "head", name="trunk.giving.title", wrap=True)
        self.close_it = button("", name="trunk.giving.close", kind="quiet", icon="close", theme=theme)
        self.close_it.setAccessibleName(tr("giving.close"))
        self.close_it.setToolTip(tr("giving.close"))
        self.close_it.setFixedWidth(46)
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
        self.headline = label("", "strong", name="trunk.giving.headline", tone="bad", wrap=True)
        self.findings = SideFindings(theme, name="trunk.giving.findings", actions=STEPS)
        self.total = label("", "strong", name="trunk.giving.total")
        self.hint = label("", "muted", name="trunk.giving.hint", wrap=True)
        self.save = button(
            "", name="trunk.giving.save", kind="primary", icon="ok", theme=theme, shortcut="Ctrl+Return"
        )
        self.anyway = button(
            tr("sale.anyway"), name="trunk.giving.anyway", kind="danger", icon="warning", theme=theme
        )
        self._arrange()

    def show_state(self, state: GivingState, *, busy: bool) -> None:
        """Show what is put together; what is being typed is left alone."""
        self._title.setText(state.title)
        self._show_places(state)
        self.how.setText(state.how)
        self._show_lines(state.lines)
        self.headline.setText(state.headline)
        self.headline.setVisible(bool(state.headline))
        self.findings.show_findings(state.findings)
        self.total.setText(state.total)
        self.hint.setText(state.hint or (tr("sale.anyway.more") if state.anyway else ""))
        self.hint.setVisible(bool(self.hint.text()))
        self.save.setText(state.save)
        self.save.setAccessibleName(state.save)
        self.save.setToolTip(tr("widget.shortcut", words=state.save, shortcut="Ctrl+Return"))
        self.save.setVisible(not state.anyway)
        self.save.setEnabled(state.ready and not busy)
        self.anyway.setVisible(state.anyway)
        self.anyway.setEnabled(state.ready and not busy)

    def point_at(self, key: str) -> None:
        """Bring a lot into sight."""
        for line in self.lines:
            if line.key == key:
                bring_into_sight(line)

    def reveal_findings(self) -> None:
        """Bring a refusal into sight."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.findings))

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
