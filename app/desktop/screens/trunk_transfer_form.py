"""One transfer, or a lot that is lent or set aside, opened: its lines, what arrived of them, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import QuantityField, button, chip, label
from app.desktop.widgets.panel import Card, EmptyState, Scroll, bring_into_sight, clear, column, row
from app.desktop.widgets.reason import ReasonField
from app.desktop.widgets.side_findings import SideFindings
from app.screens.trunk_transfers import WayDetail, WayLine
from app.screens.wording import tr

STEPS = ("count", "sync")


class LineCard(QFrame):
    """One line. `changed` carries the figure, `given` the reason."""

    changed = Signal(object)
    given = Signal(str)

    def __init__(self, theme: Theme, line: WayLine, name: str) -> None:
        super().__init__()
        self.key, self.enters, self.most = line.key, line.qty is not None, line.most
        self.setObjectName(name)
        self.setProperty("card", "true")
        self._product = label("", "strong", name=f"{name}.product", wrap=True)
        self._lot = label("", "muted", name=f"{name}.lot", wrap=True)
        self._figures = label("", name=f"{name}.figures")
        self._differs = chip("", name=f"{name}.differs")
        self.reason = ReasonField(tr("ways.why"), name=f"{name}.why", room=325)
        self.reason.given.connect(self.given)
        whole = column(self)
        whole.setContentsMargins(12, 10, 12, 10)
        words = column(gap=2)
        words.addWidget(self._product)
        below = row()
        below.addWidget(self._lot, 1)
        below.addWidget(self._differs)
        words.addLayout(below)
        whole.addLayout(words)
        figures = row()
        self.qty: QuantityField | None = None
        if line.qty is not None:
            said = tr("ways.received", lot=f"{line.product}, {line.lot}")
            low = 0 if line.most > 1_000 or line.most == 1 else 1
            self.qty = QuantityField(theme, name=f"{name}.qty", label=said, low=low, high=line.most)
            self.qty.changed.connect(self.changed)
            figures.addWidget(self.qty)
        figures.addWidget(self._figures)
        figures.addStretch(1)
        whole.addLayout(figures)
        whole.addWidget(self.reason)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_line(self, line: WayLine, reasons: tuple[str, ...]) -> None:
        """Show the line again; what is being typed is left alone."""
        self.setAccessibleName(line.spoken)
        self._product.setText(line.product)
        self._lot.setText(line.lot)
        self._figures.setText(line.figures)
        self._differs.setText(line.differs)
        self._differs.setVisible(bool(line.differs))
        mark(self._differs, tone=line.tone)
        self.reason.setVisible(bool(line.differs))
        self.reason.show_reason(line.reason, reasons)
        if self.qty is not None and line.qty is not None and self.qty.value() != line.qty:
            self.qty.set_value(line.qty)


class TransferForm(Card):
    """See the module. Signals of lines carry the line's key first; `declined` carries the reason."""

    qty_changed = Signal(str, int)
    reason_given = Signal(str, str)
    declined = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="ways.detail", margin=0, gap=0)
        self._theme = theme
        self.lines: list[LineCard] = []
        self._declining = False
        self.none = EmptyState(theme, name="ways.none", icon="truck", words=tr("ways.none"))
        self._title = label("", "head", name="ways.detail.title", wrap=True)
        self.about = label("", "muted", name="ways.detail.about", wrap=True)
        self.state = chip("", name="ways.detail.state")
        self.says = label("", name="ways.detail.says", wrap=True)
        self._lines = column()
        self.headline = label("", "strong", name="ways.headline", tone="bad", wrap=True)
        self.findings = SideFindings(theme, name="ways.findings", actions=STEPS)
        self.why = ReasonField(tr("ways.decline.why"), name="ways.decline.reason", room=320)
        self.why.given.connect(lambda _words: self._show_buttons())
        self.hint = label("", "muted", name="ways.hint", wrap=True)
        self.accept = button(
            "", name="ways.accept", kind="primary", icon="ok", theme=theme, shortcut="Ctrl+Return"
        )
        self.decline = button("", name="ways.decline", kind="danger", icon="blocked", theme=theme)
        self.decline.clicked.connect(self._on_decline)
        self.not_now = button(tr("ways.decline.back"), name="ways.decline.back", kind="quiet")
        self.not_now.clicked.connect(lambda: self._set_declining(False))
        self.anyway = button(
            tr("sale.anyway"), name="ways.anyway", kind="danger", icon="warning", theme=theme
        )
        self.codes = button(
            tr("ways.codes"), name="ways.codes", kind="primary", icon="scan", theme=theme, shortcut="Ctrl+Q"
        )
        self._detail: WayDetail | None = None
        self._busy = False
        self._arrange()

    def begin(self) -> None:
        """Another one is opened: nothing of the last one stays."""
        self._declining = False
        self.why.edit.clear()

    def point_at(self, at: int) -> None:
        """Bring a line into sight, its figure ready to be typed."""
        if at < len(self.lines):
            figure = self.lines[at].qty or self.lines[at]
            figure.setFocus(Qt.FocusReason.ShortcutFocusReason)
            bring_into_sight(self.lines[at])

    def show_nothing(self) -> None:
        self._show_one(self.none)

    def show_state(self, state: WayDetail, *, busy: bool) -> None:
        """Show it; what is being typed is left alone."""
        self._detail, self._busy = state, busy
        self._show_one(self._whole)
        self._title.setText(state.title)
        self.about.setText(state.about)
        self.state.setText(state.state)
        mark(self.state, tone=state.tone)
        self.says.setText(state.says)
        wanted = [(one.key, one.qty is not None, one.most) for one in state.lines]
        if [(one.key, one.enters, one.most) for one in self.lines] != wanted:
            clear(self._lines)
            self.lines = [self._line(one, at) for at, one in enumerate(state.lines)]
        for card, line in zip(self.lines, state.lines, strict=True):
            card.show_line(line, state.reasons)
        self.headline.setText(state.headline)
        self.headline.setVisible(bool(state.headline))
        self.findings.show_findings(state.findings)
        self.why.show_reason(self.why.edit.text(), state.decline_reasons)
        self._show_buttons()

    def _show_one(self, shown: QWidget) -> None:
        """What is opened, or the words that nothing is. Not a stack: that would hide the card's ground."""
        for part in (self.none, self._whole):
            part.setVisible(part is shown)

    def _line(self, line: WayLine, at: int) -> LineCard:
        card = LineCard(self._theme, line, f"ways.line.{at}")
        card.changed.connect(lambda qty, key=line.key: self.qty_changed.emit(key, qty))
        card.given.connect(lambda words, key=line.key: self.reason_given.emit(key, words))
        self._lines.addWidget(card)
        return card

    def _set_declining(self, declining: bool) -> None:
        self._declining = declining
        self._show_buttons()
        (self.why if declining else self.accept).setFocus()
        if declining:
            bring_into_sight(self.why)

    def _on_decline(self) -> None:
        if self._declining:
            self.declined.emit(self.why.edit.text().strip())
        else:
            self._set_declining(True)

    def _show_buttons(self) -> None:
        state = self._detail
        if state is None:
            return
        declining = self._declining and bool(state.decline)
        self.why.setVisible(declining)
        self.not_now.setVisible(declining)
        hint = state.hint if not declining else ""
        if state.anyway:
            hint = tr("sale.anyway.more")
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.accept.setText(state.accept)
        self.accept.setAccessibleName(state.accept)
        self.accept.setVisible(bool(state.accept) and not declining and not state.anyway)
        self.accept.setEnabled(state.ready and not self._busy)
        words = tr("ways.decline.confirm") if declining else state.decline
        self.decline.setText(words)
        self.decline.setAccessibleName(words)
        self.decline.setVisible(bool(state.decline) and not state.anyway)
        said = bool(self.why.edit.text().strip())
        self.decline.setEnabled(not self._busy and (said or not declining))
        self.anyway.setVisible(state.anyway)
        self.anyway.setEnabled(not self._busy)
        self.codes.setVisible(bool(state.codes))

    def _arrange(self) -> None:
        self._whole = QWidget()
        whole = QVBoxLayout(self._whole)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        scroll = Scroll(name="ways.scroll", margin=0, gap=12)
        scroll.body.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        words = column(gap=2)
        words.addWidget(self._title)
        line = row()
        line.addWidget(self.about, 1)
        line.addWidget(self.state)
        words.addLayout(line)
        scroll.body.addLayout(words)
        scroll.body.addWidget(self.says)
        scroll.body.addLayout(self._lines)
        for part in (self.headline, self.findings, self.why):
            scroll.body.addWidget(part)
        whole.addWidget(scroll, 1)
        foot = column()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        foot.addWidget(self.hint)
        for step in (self.codes, self.accept, self.decline, self.not_now, self.anyway):
            foot.addWidget(step)
        whole.addLayout(foot)
        self._whole.setVisible(False)
        self.body.addWidget(self.none)
        self.body.addWidget(self._whole)
