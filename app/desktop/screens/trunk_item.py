"""One thing in a sale from the trunk: product, the lots that serve it, quantity, price and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.desktop.screens.trunk_going import GoingCard
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, label, money
from app.desktop.widgets.panel import bring_into_sight, column, row
from app.desktop.widgets.reason import ReasonField
from app.screens.trunk_sale import ItemState
from app.screens.wording import tr


class ItemLine(GoingCard):
    """See the module."""

    why_asked = Signal()
    override_given = Signal(str)  # why this lot and not the one that expires first

    def __init__(self, theme: Theme, item: ItemState, name: str) -> None:
        asked, off = tr("sale.qty", product=item.product), tr("sale.remove", product=item.product)
        super().__init__(theme, name, key=item.key, most=item.most, asked=asked, off=off)
        self._lots = label("", "muted", name=f"{name}.lots", wrap=True)
        self._state = label("", "small", name=f"{name}.state")
        self._each = money("", "muted", name=f"{name}.each")
        self._extended = money("", "strong", name=f"{name}.extended")
        self.why = button(tr("widget.why_price"), name=f"{name}.why", kind="link")
        self.why.setAccessibleName(tr("sale.why", product=item.product))
        self._first = label("", "small", name=f"{name}.first", tone="warn", wrap=True)
        self.override = ReasonField(tr("sale.override"), name=f"{name}.override", room=300)
        self.override.given.connect(self.override_given)
        self._arrange()
        self._figure = self.qty.findChild(QLineEdit)
        assert isinstance(self._figure, QLineEdit)
        self._figure.textEdited.connect(self._hold_to_what_is_there)
        self.why.clicked.connect(self.why_asked)
        self.show_item(item)

    def show_item(self, item: ItemState) -> None:
        """Show the item again; a quantity being typed is left alone."""
        self.setAccessibleName(item.spoken)
        self._product.setText(item.product)
        self._lots.setText(item.lots)
        self._state.setText(item.state)
        self._state.setVisible(bool(item.state))
        mark(self._state, tone=item.tone)
        self._of.setText(item.most_words)
        asks = bool(item.first) and not self._first.text()
        self._first.setText(item.first)
        self._first.setVisible(bool(item.first))
        self.override.setVisible(bool(item.first))
        if asks:
            bring_into_sight(self.override)
        self.override.show_reason(item.override, (tr("sale.reason.asked"), tr("sale.reason.case")))
        self._each.setText(item.unit_price)
        self._extended.setText(item.extended)
        self.why.setVisible(item.why)
        self.qty.setEnabled(item.qty > 0)
        if item.qty and self.qty.value() != item.qty:
            self.qty.set_value(item.qty)

    def _hold_to_what_is_there(self, text: str) -> None:
        """A figure that is more than there is becomes what there is at once: what stands there is what is sold."""
        if text.isdecimal() and int(text) > self.most:
            self.qty.set_value(self.most)

    def _arrange(self) -> None:
        whole = self._whole
        whole.setContentsMargins(12, 10, 6, 6)
        self._put_in(self._lots, self._state)
        why_this_lot = column(gap=4)
        why_this_lot.setContentsMargins(0, 4, 8, 0)
        why_this_lot.addWidget(self._first)
        why_this_lot.addWidget(self.override)
        whole.addLayout(why_this_lot)
        foot = row(gap=GRID)
        foot.addWidget(self.why)
        foot.addStretch(1)
        prices = column(gap=0)
        prices.addWidget(self._extended)
        prices.addWidget(self._each)
        prices.setContentsMargins(0, 0, 8, 0)
        foot.addLayout(prices)
        whole.addLayout(foot)
