"""Filling the trunk up to par: the proposal, its quantities to edit, and one tap that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID, TOUCH, Theme
from app.desktop.widgets.fields import QuantityField, back_button, button, label
from app.desktop.widgets.panel import Card, EmptyState, Scroll, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.domain.bounds import MAX_QTY
from app.screens import trunk_transfers as ways
from app.screens.findings import all_in_words
from app.screens.trunk_transfers import RefillLine
from app.screens.wording import tr
from app.workspace import moving
from app.workspace.rows.moving import Moving

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.workspace.workspace import Performed


class RefillCard(QFrame):
    """One product and how many of it to ask for."""

    changed = Signal(object)

    def __init__(self, theme: Theme, line: RefillLine, name: str) -> None:
        super().__init__()
        self.key = line.key
        self.setObjectName(name)
        self.setProperty("card", "true")
        self._product = label("", "strong", name=f"{name}.product", wrap=True)
        self._about = label("", "muted", name=f"{name}.about", wrap=True)
        self.qty = QuantityField(
            theme, name=f"{name}.qty", label=tr("refill.qty", product=line.product), high=MAX_QTY
        )
        self.qty.changed.connect(self.changed)
        whole = row(self)
        whole.setContentsMargins(2 * GRID, 12, 12, 12)
        words = column(gap=2)
        words.addWidget(self._product)
        words.addWidget(self._about)
        whole.addLayout(words, 1)
        whole.addWidget(self.qty)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_line(self, line: RefillLine) -> None:
        """Show the line again; a figure being typed is left alone."""
        self.setAccessibleName(line.spoken)
        self._product.setText(line.product)
        self._about.setText(line.about)
        if self.qty.value() != line.qty:
            self.qty.set_value(line.qty)


class RefillPage(QWidget):
    """See the module. `left` is the way back to the trunk; it comes by itself once the request is saved."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("trunk.refill_page")
        self.cards: list[RefillCard] = []
        self._moving, self._location = Moving(), ""
        self._wanted: dict[str, int] | None = None
        self._busy = False
        self.go_back = back_button(tr("ways.back"), name="refill.back", theme=desk.theme)
        self.go_back.clicked.connect(self.left)
        self.says = label("", "quiet", name="refill.says", wrap=True)
        self.findings = SideFindings(desk.theme, name="refill.findings", actions=("sync",))
        self.findings.asked.connect(lambda _action, _subject: desk.tasks.sync_now())
        self._cards = column()
        self.empty = EmptyState(desk.theme, name="refill.empty", icon="ok", words="")
        self.total = label("", "strong", name="refill.total")
        self.total.setMinimumHeight(TOUCH)
        self.ask = button(
            "", name="refill.ask", kind="primary", icon="send", theme=desk.theme, shortcut="Ctrl+Return"
        )
        self.ask.clicked.connect(self._ask)
        desk.tasks.failed.connect(self._on_failed)
        self._arrange()

    def begin(self) -> None:
        """The proposal afresh, with the next view."""
        self._wanted = None
        self.findings.show_findings(())
        self.go_back.setFocus()

    def show_moving(self, found: Moving, location_id: str) -> None:
        """Show the proposal; quantities that were edited stay as they are."""
        self._moving, self._location = found, location_id
        if self._wanted is None:
            self._wanted = ways.proposal(found)
        self._show()

    def _show(self) -> None:
        state = ways.present_refill(self._moving, self._wanted or {}, self.desk.formats)
        self.says.setText(state.says)
        self.says.setVisible(not state.empty)
        if [card.key for card in self.cards] != [line.key for line in state.lines]:
            clear(self._cards)
            self.cards = [self._card(line, at) for at, line in enumerate(state.lines)]
        for card, line in zip(self.cards, state.lines, strict=True):
            card.show_line(line)
        self.empty.say(state.empty, state.empty_more)
        self.empty.setVisible(bool(state.empty))
        self._scroll.setVisible(not state.empty)
        self._foot.setVisible(not state.empty)
        self.total.setText(state.total)
        self.ask.setText(state.ask)
        self.ask.setAccessibleName(state.ask)
        self.ask.setEnabled(state.ready and not self._busy)

    def _card(self, line: RefillLine, at: int) -> RefillCard:
        card = RefillCard(self.desk.theme, line, f"refill.line.{at}")
        card.changed.connect(lambda qty, key=line.key: self._on_qty(key, qty))
        self._cards.addWidget(card)
        return card

    def _on_qty(self, key: str, qty: int) -> None:
        if self._wanted is not None and not self._busy:
            self._wanted[key] = qty
            self._show()

    def _ask(self) -> None:
        wanted, location = tuple((self._wanted or {}).items()), self._location
        if self._busy:
            return
        self._busy = True
        self._show()

        def after(performed: Performed) -> None:
            self._busy = False
            if performed.saved:
                self._wanted = None
                self.left.emit()
                return
            self.findings.show_findings(all_in_words(performed.decision.findings, self.desk.formats))
            self._show()

        giver = ways.asks(self._moving)
        self.desk.perform(lambda workspace: moving.ask_for(workspace, giver, location, wanted), after)

    def _on_failed(self, news: BadNews) -> None:
        """Nothing was saved: the quantities are still here."""
        if self._busy and news.where == "writer":
            self._busy = False
            self._show()

    def _arrange(self) -> None:
        top = row()
        top.addWidget(self.go_back)
        top.addWidget(label(tr("refill.title"), "head", name="refill.title"))
        top.addStretch(1)
        self._scroll = Scroll(name="refill.scroll", margin=0)
        self._scroll.body.addWidget(self.says)
        self._scroll.body.addWidget(self.findings)
        self._scroll.body.addLayout(self._cards)
        self._foot = Card(name="refill.foot")
        line = row()
        line.addWidget(self.total)
        line.addStretch(1)
        line.addWidget(self.ask)
        self._foot.body.addLayout(line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(top)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self.empty, 1)
        whole.addWidget(self._foot)
