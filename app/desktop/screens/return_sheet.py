"""Goods that come back: how many of each line, of which lot, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QWidget

from app.desktop.theme import GRID, TOUCH, Theme
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import QuantityField, label
from app.desktop.widgets.panel import Scroll, column, row
from app.desktop.widgets.reason_sheet import Sheet
from app.domain.commands import ReturnLine
from app.screens.order_goods import Returnable
from app.screens.wording import tr

_WIDTH, _ABOUT, _EACH, _HIGH = 640, 260, 104, 560


class _Line(QFrame):
    """One line: its product, the lot on the label, and how many."""

    def __init__(self, theme: Theme, one: Returnable, name: str) -> None:
        super().__init__()
        self.one = one
        self.setObjectName(name)
        self.setProperty("card", "true")
        across = row(self, gap=12)
        across.setContentsMargins(12, GRID, 12, GRID)
        words = column(gap=2)
        words.addWidget(label(one.product, "strong", wrap=True))
        words.addWidget(label(one.about, "muted"))
        self.lot = Combo()
        self.lot.setObjectName(f"{name}.lot")
        self.lot.setAccessibleName(tr("return_sheet.lot", product=one.product))
        self.lot.setPlaceholderText(tr("return_sheet.choose_lot"))
        self.lot.setMinimumHeight(TOUCH)
        self.lot.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for choice in one.lots:
            self.lot.addItem(choice.words, choice.id)
        self.lot.setCurrentIndex(0 if len(one.lots) == 1 else -1)
        self.lot.setVisible(bool(one.lots))
        if one.lots:
            words.addWidget(self.lot)
        across.addLayout(words, 1)
        self.qty = QuantityField(
            theme,
            name=f"{name}.qty",
            label=tr("return_sheet.qty", product=one.product),
            low=0,
            high=one.have,
        )
        across.addWidget(self.qty)

    @property
    def asked(self) -> int:
        return self.qty.value() or 0

    def complete(self) -> bool:
        """A line that comes back names its lot, when it has any."""
        return not self.asked or not self.one.lots or self.lot.currentIndex() >= 0

    def line(self) -> ReturnLine:
        return ReturnLine(
            order_line_id=self.one.order_line_id,
            product_id=self.one.product_id,
            lot_id=str(self.lot.currentData() or ""),
            qty=self.asked,
        )


class ReturnSheet(Sheet):
    """See the module. `lines` are what was entered."""

    def __init__(
        self, parent: QWidget, theme: Theme, *, number: str, returnable: Sequence[Returnable]
    ) -> None:
        self.cards: list[_Line] = []
        super().__init__(
            parent,
            name="return_sheet",
            title=tr("return_sheet.title", number=number),
            says=tr("return_sheet.says"),
            confirm=tr("return_sheet.confirm"),
        )
        scroll = Scroll(name="return_sheet.scroll", margin=0, gap=GRID)
        for at, one in enumerate(returnable):
            card = _Line(theme, one, f"return_sheet.line.{at}")
            card.qty.changed.connect(self.check)
            card.lot.currentIndexChanged.connect(self.check)
            self.cards.append(card)
            scroll.body.addWidget(card)
        scroll.body.addStretch(1)
        self.body.addWidget(scroll)
        size = QSize(_WIDTH, min(_HIGH, _ABOUT + _EACH * len(self.cards)))
        self.resize(size.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))
        if self.cards:
            self.cards[0].qty.setFocus()

    def ready(self) -> bool:
        return (
            super().ready()
            and any(one.asked for one in self.cards)
            and all(one.complete() for one in self.cards)
        )

    @property
    def lines(self) -> tuple[ReturnLine, ...]:
        return tuple(one.line() for one in self.cards if one.asked)
