"""What every card of goods that leave the trunk has: its words, a quantity and what there is, a cross."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

from app.desktop.theme import Theme
from app.desktop.widgets.fields import QuantityField, cross, label
from app.desktop.widgets.panel import column, row


class GoingCard(QFrame):
    """See the module. Its quantity can't be set to more than there is; `key` and `most` say of what and how much.
    `asked` and `off` are the names of the quantity and of the cross."""

    qty_changed = Signal(int)
    removed = Signal()

    def __init__(self, theme: Theme, name: str, *, key: str, most: int, asked: str, off: str) -> None:
        super().__init__()
        self.key, self.most = key, most
        self.setObjectName(name)
        self.setProperty("card", "true")
        self._product = label("", "strong", name=f"{name}.product", wrap=True)
        self.qty = QuantityField(theme, name=f"{name}.qty", label=asked, low=1, high=most)
        self.qty.changed.connect(self._on_qty)
        self._of = label("", "muted", name=f"{name}.of")
        self.remove = cross(off, name=f"{name}.remove", theme=theme)
        self.remove.clicked.connect(self.removed)
        self._whole = column(self, gap=2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def _put_in(self, *below: QLabel) -> None:
        """The product with the words below it and the cross beside them; under them the quantity."""
        top = row()
        words = column(gap=2)
        for part in (self._product, *below):
            words.addWidget(part)
        top.addLayout(words, 1)
        top.addWidget(self.remove, alignment=Qt.AlignmentFlag.AlignTop)
        self._whole.addLayout(top)
        self._whole.addSpacing(4)
        figures = row()
        figures.addWidget(self.qty)
        figures.addWidget(self._of)
        figures.addStretch(1)
        self._whole.addLayout(figures)

    def _on_qty(self, value: object) -> None:
        if isinstance(value, int):
            self.qty_changed.emit(value)
