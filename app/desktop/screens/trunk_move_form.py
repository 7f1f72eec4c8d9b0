"""What one lot and the form of an action on it look like. Both show a state and say what was meant."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.desktop.screens.trunk_saving import SavingForm
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import QuantityField, button, cross, label
from app.desktop.widgets.panel import Card, Scroll, clear, column, row
from app.desktop.widgets.reason import ReasonField
from app.screens.trunk_lot import Action, LotState, MoveState
from app.screens.wording import tr


class LotCard(Card):
    """The lot with its actions. `chosen` carries an action's key."""

    chosen = Signal(str)
    selling = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="trunk.lot", margin=0, gap=0)
        self._theme = theme
        self._shown: tuple[tuple[Action, ...], str] = ((), "")
        self.product = label("", "head", name="trunk.lot.product", wrap=True)
        self.lot = label("", "strong", name="trunk.lot.number", wrap=True)
        self.about = label("", "muted", name="trunk.lot.about", wrap=True)
        self.units = label("", "strong", name="trunk.lot.units")
        self.close_it = cross(tr("lot.close"), name="trunk.lot.close", theme=theme)
        self.close_it.clicked.connect(self.closed)
        self.warning = QFrame()
        self.warning.setObjectName("trunk.lot.warning")
        self.warning.setProperty("finding", "true")
        self._picture = QLabel()
        self.state = label("", "strong", name="trunk.lot.state", wrap=True)
        self.warns = label("", name="trunk.lot.warns", wrap=True)
        self.sell = button(tr("lot.sell"), name="trunk.lot.sell", kind="primary", icon="trunk", theme=theme)
        self.sell.clicked.connect(self.selling)
        self.sold_already = button("", name="trunk.lot.sold_already", kind="link")
        self.sold_already.clicked.connect(self.selling)
        self._buttons = column()
        self._arrange()

    def show_state(self, state: LotState) -> None:
        """Show the lot."""
        self.product.setText(state.product)
        self.lot.setText(state.lot)
        self.about.setText(state.about)
        self.units.setText(state.units)
        self.warning.setVisible(bool(state.state))
        mark(self.warning, tone=state.tone)
        self.warning.setAccessibleName(f"{state.state}. {state.warns}")
        self.state.setText(state.state)
        if state.state:
            self._theme.dress(self._picture, state.icon, state.tone)
        self.warns.setText(state.warns)
        self.warns.setVisible(bool(state.warns))
        self.sell.setVisible(state.sells)
        self.sold_already.setText(state.sold_already)
        self.sold_already.setAccessibleName(state.sold_already)
        self.sold_already.setVisible(bool(state.sold_already))
        if (state.actions, state.first) != self._shown:
            self._shown = (state.actions, state.first)
            self._show_actions(state)

    def _show_actions(self, state: LotState) -> None:
        clear(self._buttons)
        for one in sorted(state.actions, key=lambda one: one.key != state.first):
            kind = "primary" if one.key == state.first else ""
            made = button(one.words, name=f"trunk.lot.{one.key}", kind=kind, icon=one.icon, theme=self._theme)
            made.clicked.connect(lambda _checked=False, key=one.key: self.chosen.emit(key))
            self._buttons.addWidget(made)

    def _arrange(self) -> None:
        head = row()
        head.setContentsMargins(2 * GRID, GRID, GRID, 4)
        head.addWidget(self.product, 1)
        head.addWidget(self.close_it)
        self.body.addLayout(head)
        scroll = Scroll(name="trunk.lot.scroll", margin=0, gap=12)
        scroll.body.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        line = row()
        words = column(gap=2)
        words.addWidget(self.lot)
        words.addWidget(self.about)
        line.addLayout(words, 1)
        line.addWidget(self.units)
        scroll.body.addLayout(line)
        inside = row(self.warning)
        inside.setContentsMargins(10, GRID, 10, GRID)
        inside.addWidget(self._picture)
        texts = column(gap=2)
        texts.addWidget(self.state)
        texts.addWidget(self.warns)
        inside.addLayout(texts, 1)
        scroll.body.addWidget(self.warning)
        scroll.body.addWidget(self.sell)
        scroll.body.addLayout(self._buttons)
        scroll.body.addWidget(self.sold_already)
        self.body.addWidget(scroll, 1)


class MoveForm(SavingForm):
    """How many, why; and the button that says what it does."""

    NAME = "trunk.move"

    qty_changed = Signal(object)
    reason_given = Signal(str)
    back = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._title = label("", "head", name="trunk.move.title", wrap=True)
        self.about = label("", "muted", name="trunk.move.about", wrap=True)
        self._qty_row = row()
        self.qty: QuantityField | None = None
        self._most = 0
        self.of = label("", "muted", name="trunk.move.of")
        self.reason = ReasonField("", name="trunk.move.reason")
        self.reason.given.connect(self.reason_given)
        self.go_back = button(tr("move.back"), name="trunk.move.back", kind="quiet", theme=theme)
        self.go_back.clicked.connect(self.back)
        self._arrange()

    def show_state(self, state: MoveState, *, busy: bool) -> None:
        """Show the form; what is being typed is left alone."""
        self._title.setText(state.title)
        self.about.setText(state.about)
        self._show_qty(state)
        self.of.setText(state.of)
        self.reason.rename(state.reason_label)
        self.reason.show_reason(state.reason, state.reasons)
        self._show_saving(state, busy=busy)

    def focus_first(self) -> None:
        """To the figure."""
        if self.qty is not None:
            self.qty.setFocus()

    def _show_qty(self, state: MoveState) -> None:
        if self.qty is None or self._most != state.most:
            if self.qty is not None:
                self._qty_row.removeWidget(self.qty)
                self.qty.hide()
                self.qty.deleteLater()
            self._most = state.most
            self.qty = QuantityField(
                self._theme, name="trunk.move.qty", label=tr("move.qty"), low=1, high=state.most
            )
            self.qty.changed.connect(self.qty_changed)
            self._qty_row.insertWidget(0, self.qty)
            QWidget.setTabOrder(self.qty, self.reason)
        if self.qty.value() != state.qty:
            self.qty.set_value(state.qty)

    def _arrange(self) -> None:
        scroll = self._scroll = Scroll(name="trunk.move.scroll", margin=0, gap=12)
        scroll.body.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        words = column(gap=2)
        words.addWidget(self._title)
        words.addWidget(self.about)
        scroll.body.addLayout(words)
        scroll.body.addWidget(label(tr("move.qty"), "small"))
        self._qty_row.addWidget(self.of)
        self._qty_row.addStretch(1)
        scroll.body.addLayout(self._qty_row)
        for part in (self.reason, self.headline, self.findings):
            scroll.body.addWidget(part)
        self.body.addWidget(scroll, 1)
        foot = column()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        foot.addWidget(self.hint)
        for step in (self.save, self.anyway, self.go_back):
            foot.addWidget(step)
        self.body.addLayout(foot)
