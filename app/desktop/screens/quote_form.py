"""What the quote editor looks like: the customer, the lines, and beside them totals, verdict and findings.

The form shows an EditorState and says what was typed; it keeps nothing itself.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.desktop.screens.quote_customer import CustomerCard
from app.desktop.screens.quote_envelopes import EnvelopeSwitches
from app.desktop.screens.quote_line import LineCard
from app.desktop.screens.quote_product import ProductField
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Card, EmptyState, Scroll, bring_into_sight, column, row, rule
from app.desktop.widgets.side_findings import SideFindings
from app.screens.formats import Formats
from app.screens.quote_editor import (
    ACTIONS,
    EditorLine,
    EditorState,
)
from app.screens.wording import tr
from app.workspace.rows.quote_draft import QuoteDraft

_SIDE, _NARROW_SIDE = 320, 280
_NARROW = 960  # below this width words and side get shorter


class QuoteForm(QWidget):
    """Line signals carry the index of the line first."""

    qty_changed = Signal(int, int)
    pack_chosen = Signal(int, int)
    discount_typed = Signal(int, object, str)
    line_removed = Signal(int)
    starred = Signal(str, bool)
    why_asked = Signal(int)

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self.setObjectName("quote_form")
        self._theme, self._formats = theme, formats
        self.cards: list[LineCard] = []
        self._narrow = False
        self._make_head()
        self.customer = CustomerCard(theme)
        self._make_lines()
        self._make_side()
        self._arrange()
        QShortcut(QKeySequence("Ctrl+K"), self, self._to_product)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.back = button(
            tr("quotes.back"),
            name="quote.back",
            kind="quiet",
            icon="back",
            theme=self._theme,
            shortcut="Alt+Left",
        )
        self.title = label("", "title", name="quote.title")
        self.revision = chip("", name="quote.revision")
        self.saved = label("", "muted", name="quote.saved")
        self.versions = button(tr("versions.button"), name="quote.versions", kind="quiet")
        self.versions.setVisible(False)
        self.discard = button(
            tr("quote_editor.discard"), name="quote.discard", kind="quiet", icon="delete", theme=self._theme
        )

    def _make_lines(self) -> None:
        self.page_scroll = Scroll(name="quote.scroll", margin=0, gap=12)
        self.product = ProductField(self._theme, self._formats, name="quote.product", span=self.page_scroll)
        self.scan = button(
            tr("scanning.button"), name="quote.scan", icon="scan", theme=self._theme, shortcut="Ctrl+B"
        )
        self.nothing = EmptyState(self._theme, name="quote.no_lines", icon="catalogue", words="")
        self.nothing.say(tr("quote_editor.no_lines"), tr("quote_editor.no_lines.more"))

    def _make_side(self) -> None:
        self.list_total = money("", name="quote.list_total")
        self.saving = money("", name="quote.saving")
        self.net_label = label(tr("quote_tax.net"), "quiet", name="quote.net.label")
        self.net = money("", name="quote.net")
        self.tax_label = label(tr("quote_tax.tax"), "quiet", name="quote.tax.label")
        self.tax = money("", name="quote.tax")
        self.tax_notes = label("", "muted", name="quote.tax.notes", wrap=True)
        self.total_label = label("", "strong", name="quote.total.label", gives_way=True)
        self.total = money("", "title", name="quote.total")
        self.verdict_icon = QLabel()
        self.verdict_icon.setFixedWidth(20)
        self.verdict = label("", "strong", name="quote.verdict", wrap=True)
        self.verdict_more = label("", "muted", name="quote.verdict.more", wrap=True)
        self.envelopes = EnvelopeSwitches()
        self.findings = SideFindings(self._theme, name="quote.findings", actions=ACTIONS)
        self.submit = button(
            tr("quote_editor.submit"),
            name="quote.submit",
            kind="primary",
            icon="send",
            theme=self._theme,
            shortcut="Ctrl+Return",
        )

    def _arrange(self) -> None:
        head = row()
        for part in (self.back, self.title, self.revision, self.saved):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.versions)
        head.addWidget(self.discard)
        left = column(gap=12)
        self.page_scroll.body.addWidget(self.customer)
        self.lines = column(gap=GRID)
        self.page_scroll.body.addLayout(self.lines)
        self.page_scroll.body.addWidget(self.nothing)
        left.addWidget(self.page_scroll, 1)
        adding = row()
        adding.addWidget(self.product, 1)
        adding.addWidget(self.scan)
        left.addLayout(adding)
        across = row(gap=2 * GRID)
        across.addLayout(left, 1)
        across.addWidget(self._side_card())
        whole = column(self, gap=12)
        whole.setContentsMargins(3 * GRID, 12, 3 * GRID, 2 * GRID)
        whole.addLayout(head)
        whole.addLayout(across, 1)

    def _side_card(self) -> Card:
        """Sums, verdict, what may be drawn on and every finding scroll; the total and the way on stay in sight."""
        card = self.side = Card(name="quote.side", margin=2 * GRID, gap=12)
        card.setFixedWidth(_SIDE)
        self.side_scroll = Scroll(name="quote.findings.scroll", margin=0, gap=12)
        self.side_scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        totals = QGridLayout()
        totals.setVerticalSpacing(4)
        totals.addWidget(label(tr("quote_editor.list_total"), "quiet"), 0, 0)
        totals.addWidget(self.list_total, 0, 1)
        totals.addWidget(label(tr("quote_editor.saving_total"), "quiet"), 1, 0)
        totals.addWidget(self.saving, 1, 1)
        totals.addWidget(self.net_label, 2, 0)
        totals.addWidget(self.net, 2, 1)
        totals.addWidget(self.tax_label, 3, 0)
        totals.addWidget(self.tax, 3, 1)
        totals.addWidget(self.tax_notes, 4, 0, 1, 2)
        self.side_scroll.body.addLayout(totals)
        self.side_scroll.body.addWidget(rule())
        said = QHBoxLayout()
        said.setSpacing(10)
        said.addWidget(self.verdict_icon, alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.verdict)
        words.addWidget(self.verdict_more)
        said.addLayout(words, 1)
        self.side_scroll.body.addLayout(said)
        self.side_scroll.body.addWidget(self.envelopes)
        self.side_scroll.body.addWidget(self.findings)
        card.body.addWidget(self.side_scroll, 1)
        card.body.addWidget(rule())
        total = row()
        total.addWidget(self.total_label)
        total.addStretch(1)
        total.addWidget(self.total)
        card.body.addLayout(total)
        card.body.addWidget(self.submit)
        return card

    def _make_room(self, _low: int, high: int) -> None:
        """Figures keep away from the scroll bar, while there is one."""
        self.side_scroll.body.setContentsMargins(0, 0, GRID if high else 0, 0)

    # -- showing ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Another draft is coming: forget what belongs to the one before."""
        self.customer.start()
        self.product.clear()
        self.show_saved("")
        self.page_scroll.verticalScrollBar().setValue(0)

    def show_saved(self, words: str) -> None:
        """Whether the draft is on disk."""
        self.saved.setText(words)

    def show_state(self, draft: QuoteDraft, state: EditorState, *, busy: bool) -> None:
        """Show the editor; while `busy` a submit is on its way and nothing can be changed."""
        self.title.setText(state.title)
        self.revision.setText(state.revision)
        self.revision.setVisible(bool(state.revision))
        self.customer.show_customer(draft, state)
        self._show_lines(state)
        for figure, words in (
            (self.list_total, state.list_total),
            (self.saving, state.saving),
            (self.net, state.net),
            (self.tax, state.tax),
            (self.total, state.total),
        ):
            figure.setText(words)
        self._show_tax(state)
        self.envelopes.show_envelopes(state.envelopes, busy=busy)
        self.total_label.setText(state.total_label)
        self._show_verdict(state)
        self.submit.setText(state.submit)
        self.submit.setAccessibleName(state.submit)
        self.submit.setEnabled(state.may_submit and not busy)
        self.page_scroll.setEnabled(not busy)

    def _show_tax(self, state: EditorState) -> None:
        for part in (self.net_label, self.net, self.tax_label, self.tax):
            part.setVisible(bool(state.tax))
        told = "\n".join(words for words in (state.tax_names, state.tax_notes) if words)
        self.tax_notes.setText(told)
        self.tax_notes.setVisible(bool(told))

    def _show_lines(self, state: EditorState) -> None:
        wanted = [line.product_id for line in state.lines]
        for card in [one for one in self.cards if one.product_id not in wanted]:
            self._drop(card)
        for at, line in enumerate(state.lines):
            if at >= len(self.cards) or self.cards[at].product_id != line.product_id:
                self._add(at, line)
            self.cards[at].rename(f"quote.line.{at}")
            self.cards[at].show_line(line)
        for card in self.cards[len(state.lines) :]:
            self._drop(card)
        self.nothing.setVisible(not state.lines)

    def _show_verdict(self, state: EditorState) -> None:
        verdict = state.verdict
        self.verdict.setText(verdict.words)
        self.verdict_more.setText(verdict.more)
        self.verdict_more.setVisible(bool(verdict.more))
        mark(self.verdict, tone=verdict.tone)
        self._theme.dress(self.verdict_icon, verdict.icon, verdict.tone or "muted")
        if state.settled:
            self.findings.show_findings(state.findings)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < _NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.side.setFixedWidth(_NARROW_SIDE if narrow else _SIDE)
            for card in self.cards:
                card.set_narrow(narrow)
        super().resizeEvent(event)

    # -- lines --------------------------------------------------------------------------------------------------------

    def _add(self, at: int, line: EditorLine) -> None:
        card = LineCard(self._theme, line, f"quote.line.{at}")
        card.qty_changed.connect(lambda qty: self.qty_changed.emit(self.cards.index(card), qty))
        card.pack_chosen.connect(lambda pack: self.pack_chosen.emit(self.cards.index(card), pack))
        card.discount_typed.connect(
            lambda bp, text: self.discount_typed.emit(self.cards.index(card), bp, text)
        )
        card.starred.connect(lambda on: self.starred.emit(card.product_id, on))
        card.removed.connect(lambda: self.line_removed.emit(self.cards.index(card)))
        card.why_asked.connect(lambda: self.why_asked.emit(self.cards.index(card)))
        card.set_narrow(self._narrow)
        self.cards.insert(at, card)
        self.lines.insertWidget(at, card)

    def _drop(self, card: LineCard) -> None:
        self.cards.remove(card)
        self.lines.removeWidget(card)
        card.hide()
        card.deleteLater()

    def show_line_of(self, product_id: str) -> None:
        """Bring the line of a product into sight, once it has its place."""
        card = next((one for one in self.cards if one.product_id == product_id), None)
        if card is not None:
            bring_into_sight(card)

    # -- pointing -----------------------------------------------------------------------------------------------------

    def point_at(self, what: str) -> None:
        """Bring the eye and the keyboard to a part: account, findings, discount, or the subject of a finding (a line's
        number, or whatever else: the first field that is empty)."""
        if what == "account":
            self.customer.choose()
        elif what == "findings":
            bar = self.side_scroll.verticalScrollBar()
            QTimer.singleShot(0, self, lambda: bar.setValue(self.verdict.y() - GRID))
            self.findings.setFocus(Qt.FocusReason.OtherFocusReason)
        elif what == "discount":
            wrong = next((card for card in self.cards if card.discount.property("state") == "wrong"), None)
            self._focus_line(wrong)
        elif what.isdecimal() and 0 < int(what) <= len(self.cards):
            self._focus_line(self.cards[int(what) - 1])
        elif not self.cards:
            self.product.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.customer.ship_to.currentIndex() < 0:
            self.customer.ship_to.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.customer.po.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _to_product(self) -> None:
        self.product.begin()

    def _focus_line(self, card: LineCard | None) -> None:
        if card is not None:
            self.page_scroll.ensureWidgetVisible(card, 0, GRID)
            card.discount.setFocus(Qt.FocusReason.ShortcutFocusReason)
            card.discount.selectAll()
