"""One line of the quote editor: product, quantity in the packs it comes in, discount with its limit in view, price and
why."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from app.desktop.theme import GRID, TOUCH, Theme, mark
from app.desktop.widgets.cells import FIGURES
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import QuantityField, button, label, money
from app.desktop.widgets.panel import row
from app.domain.bounds import MAX_QTY
from app.screens.quote_editor import EditorLine, discount_of
from app.screens.wording import tr

_DISCOUNT = 152
_UNITS = 216  # as wide as the quantity above it


class LineCard(QFrame):
    """A line as a card. `qty_changed` carries the figure in what the line is written in, `pack_chosen` the base units
    of one of it; `discount_typed` basis points, or None and the text that is no percentage."""

    qty_changed = Signal(int)
    pack_chosen = Signal(int)
    discount_typed = Signal(object, str)
    why_asked = Signal()
    removed = Signal()
    starred = Signal(bool)

    def __init__(self, theme: Theme, line: EditorLine, name: str) -> None:
        super().__init__()
        self.product_id = line.product_id
        self._theme, self._favourite = theme, False
        self.setProperty("card", "true")
        self.name = label("", "strong", wrap=True, stands=True)
        self.sku = label("", "muted")
        self.star = QToolButton()
        self.star.setProperty("kind", "quiet")
        self.star.setFixedSize(QSize(TOUCH, TOUCH))
        self.star.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.star.clicked.connect(lambda: self.starred.emit(not self._favourite))
        self.qty = QuantityField(
            theme, name=f"{name}.qty", label=tr("quote_editor.qty", product=line.name), low=1, high=MAX_QTY
        )
        self.units = Combo()
        self.units.setMinimumHeight(TOUCH)
        self.units.setFixedWidth(_UNITS)
        self.units.activated.connect(lambda at: self.pack_chosen.emit(int(self.units.itemData(at))))
        self.comes_to = label("", "quiet")
        self.note = label("", "muted", wrap=True)
        self.discount = QLineEdit()
        self.discount.setPlaceholderText("0")
        self.discount.setMaxLength(12)
        self.discount.setFixedWidth(96)
        self.discount.setAlignment(FIGURES)
        self.discount.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.extended = money("", "head")
        self.each = money("", "muted")
        self.why = button(tr("quote_editor.why"), name=f"{name}.why", kind="link")
        self.remove = button(tr("quote_editor.remove"), name=f"{name}.remove", kind="quiet")
        self.rename(name)
        self._arrange()
        for before, after in ((self.star, self.qty), (self.qty, self.units), (self.units, self.discount)):
            self.setTabOrder(before, after)
        self.qty.changed.connect(self._on_qty)
        self.discount.textEdited.connect(self._on_discount)
        self.why.clicked.connect(self.why_asked)
        self.remove.clicked.connect(self.removed)
        self.show_line(line)

    def rename(self, name: str) -> None:
        """The place of the line is in the names of its parts: quotes.line.0.qty and so on."""
        self.setObjectName(name)
        parts: dict[str, QWidget] = {
            "star": self.star, "name": self.name, "sku": self.sku, "qty": self.qty, "units": self.units,
            "comes_to": self.comes_to, "note": self.note, "discount": self.discount, "extended": self.extended,
            "each": self.each, "why": self.why, "remove": self.remove,
        }  # fmt: skip
        for part, widget in parts.items():
            widget.setObjectName(f"{name}.{part}")
        for part in ("figure", "less", "more"):
            found = next(w for w in self.qty.findChildren(QWidget) if w.objectName().endswith(f".{part}"))
            found.setObjectName(f"{name}.qty.{part}")

    def show_line(self, line: EditorLine) -> None:
        """Show the line; what is being typed is left alone."""
        self.setAccessibleName(line.spoken)
        for widget, words in (
            (self.name, line.name),
            (self.sku, line.sku),
            (self.note, line.discount_note),
            (self.each, line.each),
            (self.extended, line.extended),
        ):
            widget.setText(words)
        self._favourite = line.favourite
        self._theme.dress(
            self.star, "starred" if line.favourite else "star", "accent" if line.favourite else "muted"
        )
        self.star.setAccessibleName(line.star)
        self.star.setToolTip(line.star)
        self.discount.setAccessibleName(tr("quote_editor.discount", product=line.name))
        self.discount.setAccessibleDescription(line.discount_note)
        self.why.setAccessibleName(tr("quote_editor.why_of", product=line.name))
        self.remove.setAccessibleName(tr("quote_editor.remove_of", product=line.name))
        self.why.setEnabled(line.why is not None)
        self._show_units(line)
        self.qty.set_most(line.most)
        if self.qty.value() != line.qty:
            self.qty.set_value(line.qty)
        if discount_of(self.discount.text()) != discount_of(line.discount):
            self.discount.setText(line.discount)
        self._mark(line)

    def _show_units(self, line: EditorLine) -> None:
        wanted = [(one.words, one.size) for one in line.units]
        shown = [(self.units.itemText(at), self.units.itemData(at)) for at in range(self.units.count())]
        with QSignalBlocker(self.units):
            if wanted != shown:
                self.units.clear()
                for words, size in wanted:
                    self.units.addItem(words, size)
            self.units.setCurrentIndex(self.units.findData(line.pack))
        self.units.setAccessibleName(tr("quote_pack.choose", product=line.name))
        self.units.setToolTip(self.units.currentText())
        self.comes_to.setText(line.comes_to)
        for part in (self.units, self.comes_to):
            part.setVisible(bool(line.units))

    def _mark(self, line: EditorLine) -> None:
        role = "small" if line.discount_tone in ("warn", "bad") else "muted"
        tone = line.discount_tone if role == "small" else ""
        if (self.note.property("role"), self.note.property("tone")) != (role, tone):
            mark(self.note, role=role, tone=tone)
        state = "wrong" if line.wrong else ""
        if (self.discount.property("state") or "") != state:
            mark(self.discount, state=state)

    def _on_qty(self, value: object) -> None:
        if isinstance(value, int):
            self.qty_changed.emit(value)

    def _on_discount(self, text: str) -> None:
        self.discount_typed.emit(discount_of(text), text)

    def _arrange(self) -> None:
        """Product and quantity to the left, the discount with its limit in the middle, the price at the end."""
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * GRID, 12, GRID, GRID)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.star, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.name, 0, 1, 1, 2)
        grid.addWidget(self.sku, 1, 1)
        grid.addWidget(self.note, 1, 2)
        grid.addWidget(self.extended, 0, 3, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.each, 1, 3, Qt.AlignmentFlag.AlignTop)
        for top in (self.sku, self.note):
            top.setAlignment(Qt.AlignmentFlag.AlignTop)
        for figure in (self.extended, self.each):
            figure.setContentsMargins(0, 0, GRID, 0)
        self.note.setFixedWidth(_DISCOUNT)
        grid.addWidget(self.qty, 2, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        percent = row(gap=6)
        percent.addWidget(self.discount)
        percent.addWidget(label("%", "quiet"))
        percent.addStretch(1)
        grid.addLayout(percent, 2, 2)
        steps = row(gap=0)
        steps.addStretch(1)
        steps.addWidget(self.why)
        steps.addWidget(self.remove)
        grid.addLayout(steps, 2, 3)
        for one in (self.why, self.remove):
            one.setMinimumHeight(TOUCH)
        written = row()
        written.addWidget(self.units)
        written.addWidget(self.comes_to)
        written.addStretch(1)
        written.setContentsMargins(0, 6, 0, 0)
        grid.addLayout(written, 3, 0, 1, 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_narrow(self, narrow: bool) -> None:
        """Shorter words where there is little room; the whole of them stays in the name and the tip."""
        self.why.setText(tr("quote_editor.why.short" if narrow else "quote_editor.why"))
        self.why.setToolTip(tr("quote_editor.why"))
