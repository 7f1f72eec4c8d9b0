"""After counting: what differs, why, and the signature; at day end with what fills the trunk up and what is not sent.
Reasons are kept as they are given."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.day_end_parts import ClosingPart, LeftCard
from app.desktop.theme import GRID, TOUCH, Theme, mark
from app.desktop.widgets.fields import Labelled, back_button, button, chip, label
from app.desktop.widgets.panel import Card, Scroll, bring_into_sight, clear, column, row
from app.desktop.widgets.side_findings import SideFindings
from app.screens import trunk_count as counts
from app.screens.findings import FindingWords
from app.screens.trunk_count import VarianceRow
from app.screens.wording import tr
from app.workspace.rows.day_end import Closing
from app.workspace.rows.trunk import CountView

PAUSE_MS = 400


class VarianceCard(QFrame):
    """One lot that differs, with its reason. `given` carries (reason code, note); `recount` asks to count it again."""

    given = Signal(str, str)
    recount = Signal()

    def __init__(
        self, theme: Theme, variance: VarianceRow, reasons: tuple[tuple[str, str], ...], name: str
    ) -> None:
        super().__init__()
        self.key = variance.key
        self._reason = variance.reason
        self._theme = theme
        self.setObjectName(name)
        self.setProperty("card", "true")
        self._figures = label("", name=f"{name}.figures")
        self._difference = chip("", name=f"{name}.difference")
        self._second = label("", "small", name=f"{name}.second", wrap=True)
        self.again = button(
            tr("count.recount"), name=f"{name}.recount", kind="link", icon="count", theme=theme
        )
        self.again.clicked.connect(self.recount)
        self.reasons: dict[str, QPushButton] = {}
        self.note = QLineEdit(variance.note)
        self.note.setObjectName(f"{name}.note")
        self.note.setAccessibleName(tr("count.note"))
        self.note.setPlaceholderText(tr("count.note"))
        self.note.setMaxLength(200)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._give)
        self.note.textEdited.connect(lambda _text: self._pause.start())
        self.note.editingFinished.connect(self.settle)
        self._arrange(variance, reasons, name)
        self.show_variance(variance)

    def show_variance(self, variance: VarianceRow) -> None:
        """Show the line again; a note being typed is left alone."""
        self.setAccessibleName(variance.spoken)
        self._reason = variance.reason
        self._figures.setText(
            f"{tr('count.expected')} {variance.expected}   {tr('count.counted')} {variance.counted}"
        )
        self._difference.setText(variance.difference)
        mark(self._difference, tone=variance.tone)
        for figure in (self._figures, self._difference):
            figure.setVisible(not variance.second_open)  # the second count is as blind as the first
        for code, made in self.reasons.items():
            made.setChecked(code == variance.reason)
            made.setVisible(not variance.second_open)  # the second count asks for its own reason
        self.note.setVisible(variance.reason == "other" and not variance.second_open)
        self._second.setText(variance.second)
        self._second.setVisible(bool(variance.second))
        mark(self._second, tone="bad" if variance.second_open else "warn")
        self.again.setText(tr("count.second.again" if variance.second_open else "count.recount"))
        self.again.setAccessibleName(f"{self.again.text()}: {variance.lot}")
        mark(self.again, kind="primary" if variance.second_open else "link")
        role = "on_accent" if variance.second_open else "accent"
        self._theme.dress(self.again, "count", role)

    def settle(self) -> None:
        """Keep a note that is still being typed."""
        if self._pause.isActive():
            self._give()

    def _choose(self, code: str) -> None:
        self._reason = code
        for other, made in self.reasons.items():
            made.setChecked(other == code)
        self.note.setVisible(code == "other")
        self._give()
        if code == "other":
            self.note.setFocus()
            bring_into_sight(self.note)

    def _give(self) -> None:
        self._pause.stop()
        self.given.emit(self._reason, self.note.text() if self._reason == "other" else "")

    def _arrange(self, variance: VarianceRow, reasons: tuple[tuple[str, str], ...], name: str) -> None:
        whole = column(self)
        whole.setContentsMargins(2 * GRID, 12, 12, 12)
        top = row()
        words = column(gap=0)
        words.addWidget(label(variance.product, "strong", name=f"{name}.product", wrap=True))
        words.addWidget(label(variance.lot, "muted", name=f"{name}.lot"))
        top.addLayout(words, 1)
        top.addWidget(self._figures)
        top.addSpacing(GRID)
        top.addWidget(self._difference)
        whole.addLayout(top)
        whole.addWidget(self._second)
        line = row()
        for code, text in reasons:
            made = button(text, name=f"{name}.reason.{code}")
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, code=code: self._choose(code))
            self.reasons[code] = made
            line.addWidget(made)
        line.addStretch(1)
        line.addWidget(self.again)
        whole.addLayout(line)
        whole.addWidget(self.note)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)


class ReviewPage(QWidget):
    """See the module. `reason_given` carries (line, code, note), `none_there` a lot that was not counted, `signed` the
    name, what is asked for with it: (product, base units), and whether it is to be recorded over a refusal."""

    back = Signal()
    reason_given = Signal(str, str, str)
    recount = Signal(str)
    none_there = Signal(str)
    signed = Signal(str, object, bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("trunk.review")
        self.desk = desk
        self.cards: list[VarianceCard] = []
        self._view = CountView(None, (), None)
        self.go_back = back_button(tr("count.back"), name="review.back", theme=desk.theme)
        self.go_back.clicked.connect(self.back)
        self.agreed = label("", "quiet", name="review.agreed")
        self.left = LeftCard(desk.theme)
        self.left.none_there.connect(self.none_there)
        self.closing = ClosingPart(desk)
        self.closing.changed.connect(self._show)
        self.headline = label("", "strong", name="review.headline", tone="bad", wrap=True)
        self.findings = SideFindings(desk.theme, name="review.findings")
        self.name = QLineEdit(desk.user.name)
        self.name.setObjectName("review.signed_by")
        self.name.setMaxLength(120)
        self.name.textEdited.connect(lambda _text: self._show())
        self.sign = button(
            tr("count.sign"),
            name="review.sign",
            kind="primary",
            icon="edit",
            theme=desk.theme,
            shortcut="Ctrl+Return",
        )
        self.sign.clicked.connect(lambda: self._on_sign(even_so=False))
        self.anyway = button(
            tr("count.anyway"), name="review.anyway", kind="danger", icon="warning", theme=desk.theme
        )
        self.anyway.clicked.connect(lambda: self._on_sign(even_so=True))
        self.hint = label("", "muted", name="review.hint", wrap=True)
        self.hint.setMinimumHeight(TOUCH)
        self._cards = column()
        self._busy = self._may_anyway = False
        self._arrange()

    def begin(self) -> None:
        """The review is in front now, with the proposal afresh."""
        self._busy = False
        self._forget_refusal()
        self.closing.begin()

    def show_view(self, view: CountView, closing: Closing) -> None:
        """Show the count as it is kept, and what closes the day where it does. A refusal was of the figures as
        they were."""
        if _figures(view) != _figures(self._view):
            self._forget_refusal()
        self._view = view
        self.closing.show_closing(closing, shown=view.draft is not None and view.draft.day_end)
        self._show()

    def show_refusal(self, findings: Sequence[FindingWords], *, anyway: bool) -> None:
        """The rules say no, for these reasons. `anyway`: who has seen them may record what was counted all the same."""
        self._may_anyway = anyway
        self.headline.setText(tr("sale.refused"))
        self.findings.show_findings(findings)
        self.set_busy(False)
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.findings))

    def settle(self) -> None:
        """Keep what is still being typed."""
        for card in self.cards:
            card.settle()

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._show()

    def _show(self) -> None:
        state = counts.review(self._view, self.desk.formats, signed_by=self.name.text())
        self.agreed.setText(state.agreed if state.variances else tr("count.none_differ"))
        self.left.show_left(state)
        self.title.setText(tr("day_end.title") if self.closing.shown else tr("count.review.title"))
        self.headline.setVisible(bool(self.headline.text()))
        says = tr("count.anyway.more" if self._may_anyway else "day_end.meaning.says")
        self.hint.setText(state.hint or says)
        self.sign.setText(self.closing.sign_words())
        self.sign.setAccessibleName(self.sign.text())
        self.sign.setVisible(not self._may_anyway)
        self.anyway.setVisible(self._may_anyway)
        for step in (self.sign, self.anyway):
            step.setEnabled(state.can_sign and not self._busy)
        if [card.key for card in self.cards] != [one.key for one in state.variances]:
            clear(self._cards)
            self.cards = [self._card(one, state.reasons, at) for at, one in enumerate(state.variances)]
        for card, variance in zip(self.cards, state.variances, strict=True):
            card.show_variance(variance)

    def _card(self, variance: VarianceRow, reasons: tuple[tuple[str, str], ...], at: int) -> VarianceCard:
        card = VarianceCard(self.desk.theme, variance, reasons, f"review.variance.{at}")
        card.given.connect(lambda code, note: self.reason_given.emit(card.key, code, note))
        card.recount.connect(lambda: self.recount.emit(card.key))
        self._cards.addWidget(card)
        return card

    def _forget_refusal(self) -> None:
        self._may_anyway = False
        self.headline.clear()
        self.findings.show_findings(())

    def _on_sign(self, *, even_so: bool) -> None:
        self.settle()
        self.signed.emit(self.name.text().strip(), self.closing.wanted(), even_so)

    def _arrange(self) -> None:
        top = row()
        top.addWidget(self.go_back)
        top.addSpacing(GRID)
        self.title = label("", "head", name="review.title")
        top.addWidget(self.title)
        top.addStretch(1)
        scroll = self._scroll = Scroll(name="review.scroll", margin=0)
        for part in (self.agreed, self.headline, self.findings):
            scroll.body.addWidget(part)
        scroll.body.addLayout(self._cards)
        scroll.body.addWidget(self.left)
        scroll.body.addWidget(self.closing)
        foot = Card(name="review.foot")
        line = row(gap=2 * GRID)
        line.addWidget(Labelled(tr("count.signed_by"), self.name, name="review.signed_by.field"), 2)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        bottom = Qt.AlignmentFlag.AlignBottom
        line.addWidget(self.hint, 3, bottom)
        for step in (self.sign, self.anyway):
            line.addWidget(step, 0, bottom)
        foot.body.addLayout(line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(top)
        whole.addWidget(scroll, 1)
        whole.addWidget(foot)


def _figures(view: CountView) -> tuple[tuple[str, int, int], ...]:
    """What was counted, and what the books said then."""
    lines = view.draft.lines if view.draft is not None else ()
    return tuple((one.key, one.counted, one.expected) for one in lines)
