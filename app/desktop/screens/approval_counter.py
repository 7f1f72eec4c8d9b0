"""A counter-offer: quantity and unit price of each line, filled in as asked; what it comes to while typing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.cells import FIGURES
from app.desktop.widgets.fields import QuantityField, button, label, money
from app.desktop.widgets.panel import Scroll, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.domain.bounds import MAX_QTY
from app.screens.counter_offer import CounterLineState, CounterState, Typed, as_asked, present
from app.screens.findings import FindingWords
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.approvals import ApprovalDetail

_PRICE = 120


class CounterPage(QWidget):
    """`offered` carries (the changed lines, the reason), `closed` comes when it was thought better of. What was typed
    for an approval stands there again when its page is opened again."""

    offered = Signal(object, str)
    comment_typed = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self.setObjectName("counter")
        self._theme, self._formats = theme, formats
        self.detail: ApprovalDetail | None = None
        self._typed: dict[str, dict[int, Typed]] = {}
        self._rows: dict[int, _LineRow] = {}
        self._state: CounterState | None = None
        self._busy = False
        self._make()
        self._arrange()

    # -- showing ------------------------------------------------------------------------------------------------------

    def begin(self, detail: ApprovalDetail, comment: str) -> None:
        """Open for an approval, with the comment that stands beside it."""
        self.detail = detail
        self._typed.setdefault(detail.approval_id, as_asked(detail))
        self.reason.setText(comment)
        self.findings.show_findings(())
        self._say_wrong("")
        clear(self._lines)
        self._rows = {}
        for at, line in enumerate(self._present().lines):
            made = self._rows[line.line_no] = _LineRow(self._theme, line, f"counter.line.{at}")
            made.typed.connect(lambda qty, price, no=line.line_no: self._on_typed(no, Typed(qty, price)))
            self._lines.addWidget(made)
        self._show()
        if self._rows:
            first = next(iter(self._rows.values()))
            first.price.setFocus()
            first.price.selectAll()

    def show_findings(self, findings: tuple[FindingWords, ...]) -> None:
        """What the rules said to it."""
        self.findings.show_findings(findings)

    def forget(self, approval_id: str) -> None:
        """It was sent: nothing typed is left."""
        self._typed.pop(approval_id, None)

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.send.setEnabled(not busy)

    def _present(self) -> CounterState:
        assert self.detail is not None
        return present(self.detail, self._typed[self.detail.approval_id], self._formats)

    def _show(self) -> None:
        state = self._state = self._present()
        self.title.setText(state.title)
        for line in state.lines:
            self._rows[line.line_no].show_line(line)
        self.total.setText(state.total)
        for part, words in ((self.difference, state.difference), (self.margin, state.margin)):
            part.setText(words)
            part.setVisible(bool(words))
        mark(self.margin, tone=state.margin_tone)

    # -- typing -------------------------------------------------------------------------------------------------------

    def _on_typed(self, line_no: int, typed: Typed) -> None:
        assert self.detail is not None
        self._typed[self.detail.approval_id][line_no] = typed
        self._say_wrong("")
        self._show()

    def _send(self) -> None:
        if self._state is None or self._busy:
            return
        self._say_wrong(self._state.wrong)
        if not self._state.wrong:
            self.offered.emit(self._state.counter, self.reason.text())

    def _say_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.title = label("", "head", name="counter.title", wrap=True)
        self.how = label(tr("counter.how"), "muted", name="counter.how", wrap=True)
        self.findings = SideFindings(self._theme, name="counter.findings")
        self.total = money("", "title", name="counter.total")
        self.total.setAccessibleName(tr("counter.total"))
        self.difference = money("", "muted", name="counter.difference")
        self.margin = money("", "small", name="counter.margin")
        self.wrong = label("", "small", name="counter.wrong", tone="bad", wrap=True)
        self.reason = QLineEdit()
        self.reason.setObjectName("counter.reason")
        self.reason.setAccessibleName(tr("counter.reason"))
        self.reason.setPlaceholderText(tr("counter.reason"))
        self.reason.setMaxLength(500)
        self.reason.textEdited.connect(self.comment_typed)
        self.cancel = button(tr("counter.cancel"), name="counter.cancel")
        self.cancel.setShortcut("Esc")
        self.cancel.clicked.connect(self.closed)
        self.send = button(
            tr("counter.send"),
            name="counter.send",
            kind="primary",
            icon="send",
            theme=self._theme,
            shortcut="Ctrl+Return",
        )
        self.send.clicked.connect(self._send)

    def _arrange(self) -> None:
        scroll = Scroll(name="counter.scroll", margin=0, gap=GRID)
        self._lines = column(gap=GRID)
        for part in (self.title, self.how, self.findings):
            scroll.body.addWidget(part)
        scroll.body.addLayout(self._lines)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(scroll, 1)
        sums = row(gap=2 * GRID)
        told = column(gap=4)
        told.addStretch(1)
        told.addWidget(label(tr("counter.total"), "strong"))
        told.addWidget(self.wrong)
        told.addStretch(1)
        sums.addLayout(told, 1)
        figures = column(gap=0)
        for part in (self.total, self.difference, self.margin):
            figures.addWidget(part)
        sums.addLayout(figures)
        whole.addLayout(sums)
        foot = row()
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.send)
        whole.addLayout(foot)


class _LineRow(QFrame):
    """One line. `typed` carries its quantity and the price as text."""

    typed = Signal(int, str)

    def __init__(self, theme: Theme, line: CounterLineState, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", "true")
        self.product = label(line.product, "strong", name=f"{name}.product", wrap=True)
        self.asked = label(line.asked, "muted", name=f"{name}.asked", wrap=True)
        self.qty = QuantityField(
            theme, name=f"{name}.qty", label=tr("counter.qty", product=line.product), high=MAX_QTY
        )
        self.qty.set_value(line.qty)
        self.price = QLineEdit(line.price)
        self.price.setObjectName(f"{name}.price")
        self.price.setAccessibleName(tr("counter.price", product=line.product))
        self.price.setMaxLength(20)
        self.price.setFixedWidth(_PRICE)
        self.price.setAlignment(FIGURES)
        self.price.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.currency = label(line.currency, "quiet")
        self.extended = money("", "head", name=f"{name}.extended")
        self.note = label("", "muted", name=f"{name}.note", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        self.setTabOrder(self.qty, self.price)
        self.qty.changed.connect(lambda _qty: self._tell())
        self.price.textEdited.connect(lambda _text: self._tell())
        self._arrange()

    def show_line(self, line: CounterLineState) -> None:
        """Show what it comes to; what is being typed is left alone."""
        self.extended.setText(line.extended)
        words = line.wrong or line.note
        role, tone = ("small", "bad") if line.wrong else ("muted", "")
        self.note.setText(words)
        mark(self.note, role=role, tone=tone)
        mark(self.price, state="wrong" if line.wrong else "")
        self.price.setAccessibleDescription(words)

    def _tell(self) -> None:
        self.typed.emit(self.qty.value() or 0, self.price.text())

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * GRID, 12, 2 * GRID, 12)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.product, 0, 0, 1, 2)
        grid.addWidget(self.extended, 0, 2)
        grid.addWidget(self.asked, 1, 0)
        grid.addWidget(self.note, 1, 1, 1, 2)
        fields = row(gap=GRID)
        fields.addWidget(self.qty)
        fields.addWidget(label("×", "quiet"))
        fields.addWidget(self.price)
        fields.addWidget(self.currency)
        fields.addStretch(1)
        grid.addLayout(fields, 2, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
