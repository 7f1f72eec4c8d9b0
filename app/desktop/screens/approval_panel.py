"""One approval: who asks for what, lines with limit and margin, why each price, and the decision."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.screens.approval_asked import AskedSection
from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Card, EmptyState, Scroll, Section, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.desktop.widgets.table import Column, Table
from app.desktop.widgets.why_price import WhyPricePanel, show_two_prices
from app.screens.approval_prices import OtherPrice, other_price
from app.screens.approvals import DetailState, LineState, why
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.approvals import ApprovalDetail


class ApprovalPanel(QWidget):
    """`decided` carries (approve, comment); `countered` asks for a counter-offer."""

    decided = Signal(bool, str)
    countered = Signal()
    comment_typed = Signal(str)
    opened_quote = Signal(str)
    opened_account = Signal(str)
    understood = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("approval")
        self._theme = theme
        self._state: DetailState | None = None
        self._detail: ApprovalDetail | None = None
        self._formats: Formats | None = None
        self._op_id = ""
        self._other: OtherPrice | None = None
        self._busy = False
        self._make_head()
        self._make_lines()
        self._make_rest()
        self._make_foot()
        self._arrange()
        self.show_nothing()

    # -- showing ------------------------------------------------------------------------------------------------------

    def show_nothing(self, *, gone: bool = False) -> None:
        """Nothing is chosen, or what was chosen has left this device."""
        self._state = self._detail = None
        self._nothing.say(
            tr("approvals.gone") if gone else tr("approvals.choose"), tr("approvals.choose.more")
        )
        self._pages.setCurrentWidget(self._nothing)

    def show_detail(
        self, state: DetailState, detail: ApprovalDetail, formats: Formats, *, op_id: str
    ) -> None:
        """Show this approval; `op_id` is a decision of this device that was not used, '' otherwise."""
        another = self._state is None or self._state.approval_id != state.approval_id
        self._state, self._detail, self._formats, self._op_id = state, detail, formats, op_id
        self.account.setText(state.account)
        self.title.setText(state.title)
        self.about.setText(state.about)
        self.state.setText(state.state)
        mark(self.state, tone=state.tone)
        self.total.setText(state.total)
        self.saving.setText(state.saving)
        self.margin.setText(state.margin)
        mark(self.margin, tone=state.margin_tone)
        mark(self.due, tone=state.due_tone)
        for part, words in (
            (self.decision, state.decision),
            (self.acting, state.acting),
            (self.level, state.level),
            (self.due, state.due),
            (self.counter_lines, "\n".join(state.counter)),
        ):
            part.setText(words)
            part.setVisible(bool(words))
        self.counter_head.setVisible(bool(state.counter))
        self.need.setText(state.need)
        self.need_lines.setText("\n".join(state.need_lines))
        self.findings.show_findings(state.findings)
        self.note.setText(state.note)
        self._note.setVisible(bool(state.note))
        self.table.set_rows(state.lines)
        self.table.fit()
        self._show_facts(state)
        self.notes.show_findings(state.notes)
        self.asked.show_asked(state.asked)
        self.history.setText("\n".join(state.history))
        self._history.head.setText(state.history_head)
        self.history.setVisible(bool(state.history))
        if another:
            self.table.select_first()
            self._scroll.verticalScrollBar().setValue(0)
            self._say_wrong("")
        self._on_line(self.table.current())
        self._show_foot()
        self._pages.setCurrentWidget(self._page)

    def show_comment(self, text: str) -> None:
        """The comment kept for this approval."""
        if self.comment.text() != text:
            with QSignalBlocker(self.comment):
                self.comment.setText(text)
        self._say_wrong("")

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._show_foot()

    def _show_foot(self) -> None:
        state = self._state
        open_ = state is not None and state.can_decide
        self._deciding.setVisible(open_)
        for part in (self.approve, self.decline, self.counter):
            part.setEnabled(open_ and not self._busy)
        self.seen.setVisible(bool(self._op_id))

    def _show_facts(self, state: DetailState) -> None:
        clear(self._facts)
        for at, (name, words) in enumerate(state.facts):
            said = label(words, wrap=True, name=f"approval.fact.{at}")
            self._facts.addWidget(label(name, "muted"), at, 0)
            self._facts.addWidget(said, at, 1)
        self._facts.setColumnStretch(1, 1)

    def _on_line(self, line: LineState | None) -> None:
        if line is not None and self._detail is not None and self._formats is not None:
            self._why.head.setText(tr("approvals.why_of", product=line.product))
            self.why.show_why(why(self._detail, line.key, self._formats))
            self._other = other_price(self._detail, line.key, self._formats)
            self.server_price.setText(self._other.words if self._other else "")
            self._two.setVisible(self._other is not None)

    def _compare(self) -> None:
        if self._other is not None:
            show_two_prices(self, self._theme, self._other.two)

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _approve(self) -> None:
        self._say_wrong("")
        self.decided.emit(True, self.comment.text())

    def _decline(self) -> None:
        """A decline says why: without words it asks for them and nothing is decided."""
        if not self.comment.text().strip():
            self._say_wrong(tr("approvals.reason_first"))
            self.comment.setFocus()
            return
        self._say_wrong("")
        self.decided.emit(False, self.comment.text())

    def _on_comment(self, text: str) -> None:
        if text.strip():
            self._say_wrong("")
        self.comment_typed.emit(text)

    def _say_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        mark(self.comment, state="wrong" if words else "")

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.account = label("", "head", name="approval.account", wrap=True)
        self.title = label("", "muted", name="approval.title")
        self.about = label("", "muted", name="approval.about")
        self.state = chip("", name="approval.state")
        self.decision = label("", name="approval.decision", wrap=True)
        self.total = money("", "title", name="approval.total")
        self.saving = money("", "muted", name="approval.saving")
        self.saving.setWordWrap(True)  # where its words are long, the page would be wider than its place
        self.margin = money("", "small", name="approval.margin")
        self.need = label("", "strong", name="approval.need", tone="warn")
        self.need_lines = label("", name="approval.need_lines", wrap=True)
        self.level = label("", "small", name="approval.level", wrap=True)
        self.due = label("", "small", name="approval.due", wrap=True)
        self.acting = label("", "strong", name="approval.acting", tone="accent", wrap=True)
        self.counter_head = label(tr("approvals.countered_with"), "strong", name="approval.counter.head")
        self.counter_lines = label("", name="approval.counter.lines", wrap=True)
        self.findings = SideFindings(self._theme, name="approval.findings")
        self.note = label("", name="approval.note", wrap=True)

    def _make_lines(self) -> None:
        self.table: Table[LineState] = Table(
            self._theme,
            (
                Column(
                    tr("approvals.column.product"),
                    lambda one: one.product,
                    strong=True,
                    second=lambda one: one.about,
                ),
                Column(
                    tr("approvals.column.price"),
                    lambda one: one.price,
                    width=100,
                    end=True,
                    second=lambda one: one.list_price,
                ),
                Column(
                    tr("approvals.column.discount"),
                    lambda one: one.discount,
                    width=92,
                    end=True,
                    second=lambda one: one.limit,
                    tone=lambda one: one.tone,
                ),
                Column(
                    tr("approvals.column.extended"),
                    lambda one: one.extended,
                    width=100,
                    end=True,
                    second=lambda one: one.cost,
                ),
                Column(
                    tr("approvals.column.margin"),
                    lambda one: one.margin,
                    width=80,
                    end=True,
                    tone=lambda one: one.margin_tone,
                ),
            ),
            name="approval.lines",
            label=tr("approvals.lines"),
            key=lambda one: one.key,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.table.chosen.connect(self._on_line)
        self.server_price = label("", "strong", name="approval.server_price", tone="warn", wrap=True)
        self.why_two = button(
            tr("quote_page.why_two"), name="approval.why_two", icon="info", theme=self._theme
        )
        self.why_two.clicked.connect(self._compare)
        self._two = QWidget()
        both = row(self._two, gap=12)
        both.addWidget(self.server_price, 1)
        both.addWidget(self.why_two)
        self._two.hide()
        self.why = WhyPricePanel(self._theme, name="approval.why_price")
        self._why = Section(tr("approvals.why"), name="approval.why")
        self._why.head.setWordWrap(True)  # a long product name would push everything past the edge
        self._why.top.setStretch(0, 1)
        self._why.top.setStretch(self._why.top.count() - 1, 0)  # it breaks at the edge, not half-way

    def _make_rest(self) -> None:
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(6)
        self.notes = SideFindings(self._theme, name="approval.notes")
        self.asked = AskedSection(name="approval.asked")
        self.history = label("", name="approval.history", wrap=True)
        self._history = Section("", name="approval.history.section")
        self._note = Section(tr("approvals.note"), name="approval.note.section")
        self.quote = button(
            tr("approvals.open_quote"),
            name="approval.open_quote",
            kind="link",
            icon="quotes",
            theme=self._theme,
        )
        self.quote.clicked.connect(
            lambda: self.opened_quote.emit(self._state.quote_id) if self._state else None
        )
        self.open_account = button(
            tr("approvals.open_account"),
            name="approval.open_account",
            kind="link",
            icon="accounts",
            theme=self._theme,
        )
        self.open_account.clicked.connect(
            lambda: self.opened_account.emit(self._state.account_id) if self._state else None
        )

    def _make_foot(self) -> None:
        self.comment = QLineEdit()
        self.comment.setMaxLength(2000)
        self.comment.setObjectName("approval.comment")
        self.comment.setAccessibleName(tr("approvals.comment"))
        self.comment.setPlaceholderText(tr("approvals.comment.hint"))
        self.comment.setMaxLength(500)
        self.comment.textEdited.connect(self._on_comment)
        self.wrong = label("", "small", name="approval.wrong", tone="bad")
        self.decline = button(
            tr("approvals.decline"), name="approval.decline", kind="danger", icon="close", theme=self._theme
        )
        self.decline.setShortcut("Ctrl+Shift+Return")
        self.decline.clicked.connect(self._decline)
        self.counter = button(
            tr("approvals.counter"), name="approval.counter", icon="edit", theme=self._theme
        )
        self.counter.setShortcut("Ctrl+K")
        self.counter.setToolTip(tr("widget.shortcut", words=tr("approvals.counter"), shortcut="Ctrl+K"))
        self.counter.clicked.connect(self.countered)
        self.approve = button(
            tr("approvals.approve"),
            name="approval.approve",
            kind="primary",
            icon="ok",
            theme=self._theme,
            shortcut="Ctrl+Return",
        )
        self.approve.clicked.connect(self._approve)
        self.seen = button(
            tr("approvals.seen"), name="approval.seen", kind="primary", icon="ok", theme=self._theme
        )
        self.seen.clicked.connect(lambda: self.understood.emit(self._op_id))
        self._deciding = QWidget()

    def _arrange(self) -> None:
        self._scroll = Scroll(name="approval.scroll", margin=0)
        body = self._scroll.body
        body.addWidget(self._head_card())
        body.addWidget(self.findings)
        body.addWidget(self.asked)
        body.addWidget(self.table)
        self._why.body.addWidget(self._two)
        self._why.body.addWidget(self.why)
        body.addWidget(self._why)
        self._note.body.addWidget(self.note)
        body.addWidget(self._note)
        self._history.body.addWidget(self.history)
        body.addWidget(self._history)
        body.addWidget(self.notes)
        body.addLayout(self._facts)
        steps = row()
        steps.addWidget(self.quote)
        steps.addWidget(self.open_account)
        steps.addStretch(1)
        body.addLayout(steps)
        self._page = QWidget()
        down = column(self._page, gap=12)
        down.addWidget(self._scroll, 1)
        down.addWidget(self._deciding)
        down.addWidget(self.seen)
        decide = column(self._deciding, gap=4)
        decide.addWidget(self.wrong)
        line = row()
        line.addWidget(self.comment, 1)
        line.addWidget(self.decline)
        line.addWidget(self.counter)
        line.addWidget(self.approve)
        decide.addLayout(line)
        self._nothing = EmptyState(
            self._theme, name="approval.nothing", icon="approvals", words=tr("approvals.choose")
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _head_card(self) -> Card:
        card = Card(name="approval.head")
        top = row(gap=2 * GRID)
        names = column(gap=2)
        names.addWidget(self.account)
        names.addWidget(self.title)
        names.addWidget(self.about)
        named = row()
        named.setContentsMargins(0, 4, 0, 0)
        named.addWidget(self.state)
        named.addStretch(1)
        names.addLayout(named)
        top.addLayout(names, 1)
        figures = column(gap=2)
        for part in (self.total, self.saving, self.margin):
            figures.addWidget(part)
        figures.addStretch(1)
        top.addLayout(figures)
        card.body.addLayout(top)
        for part in (
            self.acting,
            self.decision,
            self.counter_head,
            self.counter_lines,
            self.need,
            self.need_lines,
            self.level,
            self.due,
        ):
            card.body.addWidget(part)
        return card
