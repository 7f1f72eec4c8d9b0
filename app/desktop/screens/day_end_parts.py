"""Parts of the review: lots that were not counted; at day end what fills the trunk up, and what is not sent yet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.desktop.desk import Desk
from app.desktop.screens.trunk_refill import RefillCard
from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Section, clear, column, row
from app.screens import trunk_transfers as ways
from app.screens.day_end import ClosingState, present_closing
from app.screens.trunk_count import LeftRow, ReviewState
from app.screens.trunk_transfers import RefillLine
from app.screens.wording import tr
from app.workspace.rows.day_end import Closing
from app.workspace.rows.moving import NOTHING_MOVES

NOTHING = Closing((), None, NOTHING_MOVES)


class LeftCard(Card):
    """The lots that were not counted, by name; a tap says that none of one is there."""

    none_there = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="review.left", tone="warn")
        self._theme = theme
        self._shown: tuple[LeftRow, ...] = ()
        self._words = label("", "strong", name="review.uncounted", tone="warn", wrap=True)
        self._rows = column(gap=4)
        self._more = label("", "muted", name="review.left.more")
        self.body.addWidget(self._words)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._more)

    def show_left(self, state: ReviewState) -> None:
        """Show what is left to count; nothing when all was counted."""
        self.setVisible(bool(state.uncounted))
        self._words.setText(state.uncounted)
        self._more.setText(state.left_more)
        self._more.setVisible(bool(state.left_more))
        if state.left != self._shown:
            self._shown = state.left
            clear(self._rows)
            for at, one in enumerate(state.left):
                self._rows.addWidget(self._line(one, f"review.left.{at}"))

    def _line(self, one: LeftRow, name: str) -> QWidget:
        made = QWidget()
        line = row(made)
        words = column(gap=0)
        words.addWidget(label(one.product, name=f"{name}.product", wrap=True))
        words.addWidget(label(one.lot, "muted", name=f"{name}.lot"))
        line.addLayout(words, 1)
        none = button(tr("day_end.none_there"), name=f"{name}.none", theme=self._theme)
        none.setAccessibleName(tr("day_end.none_there.spoken", product=one.product, lot=one.lot))
        none.clicked.connect(lambda: self.none_there.emit(one.key))
        line.addWidget(none)
        return made


class ClosingPart(QWidget):
    """The proposal up to par, asked for with the signature unless it is switched off; and what waits to be sent."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("review.closing")
        self._desk = desk
        self.shown = False
        self._closing = NOTHING
        self._edited: dict[str, int] = {}  # quantities a person chose, by product
        self.cards: list[RefillCard] = []
        self.refill = Section(tr("day_end.refill.title"), name="review.refill")
        self.asks = button(
            tr("day_end.refill.ask"), name="review.refill.ask", icon="ok", theme=desk.theme, shortcut="Ctrl+P"
        )
        self.asks.setCheckable(True)
        self.asks.setChecked(True)
        self.asks.clicked.connect(lambda: self._show())
        self.refill.top.addWidget(self.asks)
        self._says = label("", "quiet", name="review.refill.says", wrap=True)
        self._cards = column()
        self.refill.body.addWidget(self._says)
        self.refill.body.addLayout(self._cards)
        unsent = Section(tr("day_end.unsent.title"), name="review.unsent")
        card = Card(name="review.unsent.card", gap=2)
        self._unsent = label("", "strong", name="review.unsent.count", wrap=True)
        self._oldest = label("", name="review.unsent.oldest", wrap=True)
        self._contact = label("", "muted", name="review.unsent.contact", wrap=True)
        for part in (self._unsent, self._oldest, self._contact):
            card.body.addWidget(part)
        unsent.body.addWidget(card)
        whole = column(self, gap=2 * GRID)
        whole.addWidget(self.refill)
        whole.addWidget(unsent)

    def begin(self) -> None:
        """The proposal afresh, to be asked for."""
        self._edited = {}
        self.asks.setChecked(True)

    def show_closing(self, closing: Closing, *, shown: bool) -> None:
        """Show what closes the day; quantities that were edited stay as they are."""
        self._closing, self.shown = closing, shown
        self.setVisible(shown)
        self._fill()

    def sign_words(self) -> str:
        """What the button that signs says."""
        return self._state().sign if self.shown else tr("count.sign")

    def wanted(self) -> tuple[tuple[str, int], ...]:
        """(product, base units) to be asked for with the signature."""
        if not (self.shown and self.asks.isChecked()):
            return ()
        return tuple((key, qty) for key, qty in self._quantities().items() if qty)

    def _quantities(self) -> dict[str, int]:
        proposed = ways.proposal(self._closing.moving)
        return {key: self._edited.get(key, qty) for key, qty in proposed.items()}

    def _state(self) -> ClosingState:
        return present_closing(
            self._closing, self._quantities(), self._desk.formats, asks=self.asks.isChecked()
        )

    def _show(self) -> None:
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        state = self._state()
        lines = state.refill.lines
        self._unsent.setText(state.unsent)
        self._oldest.setText(state.oldest)
        self._oldest.setVisible(bool(state.oldest))
        self._contact.setText(state.contact)
        self._says.setText(state.refill.says if lines else state.refill.empty)
        self.asks.setVisible(bool(lines))
        if [card.key for card in self.cards] != [line.key for line in lines]:
            clear(self._cards)
            self.cards = [self._card(line, at) for at, line in enumerate(lines)]
        for card, line in zip(self.cards, lines, strict=True):
            card.show_line(line)
            card.setEnabled(self.asks.isChecked())

    def _card(self, line: RefillLine, at: int) -> RefillCard:
        card = RefillCard(self._desk.theme, line, f"review.refill.line.{at}")
        card.changed.connect(lambda qty, key=line.key: self._on_qty(key, qty))
        self._cards.addWidget(card)
        return card

    def _on_qty(self, key: str, qty: int) -> None:
        self._edited[key] = qty
        self._show()
