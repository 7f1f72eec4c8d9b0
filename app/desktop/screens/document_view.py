"""The page of one document: head with state and next steps, what there is to say, its lines, totals and details.

One view for a submitted quote, an order and a refused op; what stands in it is decided in app/screens.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.desktop.theme import GRID, TALL_ROW, Theme
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Card, FindingsList, Scroll, Section, clear, column, row, rule
from app.desktop.widgets.signature_pad import SignaturePicture
from app.desktop.widgets.table import Column, Table
from app.screens.document_parts import Fact, PageAction, PageChip, Told
from app.screens.findings import FindingWords
from app.screens.signatures import SignedView, signed_lines
from app.screens.wording import tr

STEPS = ("sync", "open_account", "edit", "choose_account", "revise", "open_quote")
_SIDE, _NARROW_SIDE, _HEAD = 300, 232, 36
FIRST, MIDDLE, LAST = "first", "middle", "last"  # where a section stands
_NARROW = 960  # below this width the side gives way


R = TypeVar("R")


class DocumentView(QWidget, Generic[R]):
    """`left`: back to the list. `acted` carries the key and the target of a tapped action, `asked` those of a finding.
    `line_chosen` carries a tapped line. Names of its parts begin with `name`."""

    left = Signal()
    acted = Signal(str, str)
    asked = Signal(str, str)
    line_chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        columns: Sequence[Column[R]] = (),
        spoken: Callable[[R], str] = str,
        key: Callable[[R], Hashable] = id,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._theme, self._name = theme, name
        self._actions: tuple[PageAction, ...] = ()
        self._buttons: list[QPushButton] = []
        self._make_head()
        self._make_body(columns, spoken, key)
        self._make_side()
        self._arrange()

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.back = button(
            tr("quotes.back"), name=f"{self._name}.back", kind="quiet", icon="back", theme=self._theme,
            shortcut="Alt+Left",
        )  # fmt: skip
        self.back.clicked.connect(self.left)
        self.title = label("", "title", name=f"{self._name}.title", gives_way=True)
        self.about = label("", "quiet", name=f"{self._name}.about")
        self.chips = row()
        self.steps = row()

    def _make_body(
        self, columns: Sequence[Column[R]], spoken: Callable[[R], str], key: Callable[[R], Hashable]
    ) -> None:
        self.says = Card(name=f"{self._name}.says", margin=12, gap=GRID)
        self.next_step = label("", "strong", name=f"{self._name}.next", wrap=True)
        self.says.body.addWidget(self.next_step)
        self.findings = FindingsList(self._theme, name=f"{self._name}.findings", actions=STEPS)
        self.findings.asked.connect(self.asked)
        self.sections: dict[str, Section] = {}
        self.lines: Table[R] | None = None
        if columns:
            self.lines = Table(
                self._theme,
                columns,
                name=f"{self._name}.lines",
                label=tr("quote_page.lines"),
                key=key,
                spoken=spoken,
                tall=True,
            )
            self.lines.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.lines.clicked.connect(self._on_tap)
            self.lines.opened.connect(self.line_chosen)

    def _make_side(self) -> None:
        self.side = Card(name=f"{self._name}.side", gap=12)
        self.totals = QGridLayout()
        self.totals.setVerticalSpacing(4)
        self.totals.setHorizontalSpacing(4)  # what languages with long words leave in a narrow window
        self.totals.setColumnStretch(0, 1)
        self.total_label = label("", "strong", name=f"{self._name}.total.label")
        self.total = money("", "title", name=f"{self._name}.total")
        self.details = QVBoxLayout()
        self.details.setSpacing(10)
        self.signature = column(gap=2)
        self._signed: SignedView | None = None
        self.papers = row()
        self._papers: tuple[PageAction, ...] = ()

    def _arrange(self) -> None:
        head = row()
        head.addWidget(self.back)
        words = column(gap=0)
        first = row()
        first.addWidget(self.title)
        first.addLayout(self.chips)
        first.addStretch(1)
        words.addLayout(first)
        words.addWidget(self.about)
        head.addLayout(words, 1)
        self.page = Scroll(name=f"{self._name}.scroll", margin=0, gap=12)
        self.page.body.addWidget(self.says)
        self._places = {place: column(gap=12) for place in (FIRST, MIDDLE, LAST)}
        self.page.body.addLayout(self._places[FIRST])
        self.page.body.addWidget(self.findings)
        self.page.body.addLayout(self._places[MIDDLE])
        if self.lines is not None:
            self.page.body.addWidget(self.lines)
        self.page.body.addLayout(self._places[LAST])
        total = column(gap=4)
        total.addWidget(self.total_label)
        total.addWidget(self.total)
        for layout in (self.totals, total):
            self.side.body.addLayout(layout)
        self.side.body.addWidget(rule())
        self.side.body.addLayout(self.signature)
        self.side.body.addLayout(self.details)
        self.side.body.addStretch(1)
        across = row(gap=2 * GRID)
        across.addWidget(self.page, 1)
        self.aside = Scroll(name=f"{self._name}.aside", margin=0)
        self.aside.body.addWidget(self.side)
        self.aside.setFixedWidth(_SIDE)
        beside = column()
        beside.addWidget(self.aside, 1)
        beside.addLayout(self.papers)
        across.addLayout(beside)
        whole = column(self, gap=12)
        whole.setContentsMargins(3 * GRID, 12, 3 * GRID, 2 * GRID)
        whole.addLayout(head)
        whole.addLayout(self.steps)
        whole.addLayout(across, 1)

    # -- showing ------------------------------------------------------------------------------------------------------

    def show_head(
        self, title: str, about: str, chips: Sequence[PageChip], actions: Sequence[PageAction]
    ) -> None:
        """Who and what, and the next steps as buttons."""
        self.title.setText(title)
        self.about.setText(about)
        self.about.setVisible(bool(about))
        clear(self.chips)
        for at, one in enumerate(chips):
            self.chips.addWidget(chip(one.words, one.tone, name=f"{self._name}.chip.{at}"))
        if tuple(actions) == self._actions:
            return
        self._actions = tuple(actions)
        clear(self.steps)
        self._buttons = [self._button(action) for action in self._actions]
        for made in self._buttons:
            self.steps.addWidget(made)
        self.steps.addStretch(1)
        self._fit_words()

    def _fit_words(self) -> None:
        """Shorter words where the whole ones have no room; those stay in the name and the tip."""
        pairs = tuple(zip(self._buttons, self._actions, strict=True))
        for made, action in pairs:
            made.setText(action.words)
        needed = sum(made.sizeHint().width() + self.steps.spacing() for made in self._buttons)
        if needed > self.width() - 6 * GRID:
            for made, action in pairs:
                if action.short:
                    made.setText(action.short)
                    made.setToolTip(action.words)

    def _button(self, action: PageAction, name: str = "") -> QPushButton:
        made = button(
            action.words,
            name=name or f"{self._name}.{action.key}",
            kind=action.kind,
            icon=action.icon,
            theme=self._theme,
            shortcut=action.shortcut,
        )
        made.clicked.connect(lambda: self.acted.emit(action.key, action.target))
        return made

    def show_papers(self, papers: Sequence[PageAction]) -> None:
        """The ways to put it on paper, below the side: the head has no room for them beside the next steps."""
        if tuple(papers) != self._papers:
            self._papers = tuple(papers)
            clear(self.papers)
            for one in self._papers:
                made = self._button(one)
                made.setText(one.short or one.words)
                made.setToolTip(one.words)
                self.papers.addWidget(made, 1)

    def show_says(self, words: str, tone: str, findings: Sequence[FindingWords]) -> None:
        """Where it stands in a sentence, and what the rules say."""
        self.next_step.setText(words)
        self.says.set_tone(tone if tone in ("ok", "warn", "bad", "accent") else "")
        self.findings.show_findings(findings)

    def show_told(
        self, key: str, heading: str, told: Sequence[Told], *, place: str = MIDDLE, more: str = ""
    ) -> None:
        """A section of sentences with their states (approvals, shipments): before the findings, between them and the
        lines, or below the lines."""
        section = self.sections.get(key)
        if section is None:
            section = self.sections[key] = Section(heading, name=f"{self._name}.{key}")
            self._places[place].addWidget(section)
        clear(section.body)
        section.setVisible(bool(told or more))
        if more:
            section.body.addWidget(label(more, "quiet", wrap=True))
        for at, one in enumerate(told):
            section.body.addWidget(self._told(one, f"{self._name}.{key}.{at}"))

    def _told(self, one: Told, name: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName(name)
        frame.setAccessibleName(f"{one.words}. {one.state} {one.more}")
        frame.setProperty("card", "true")
        frame.setProperty("tone", one.tone if one.tone != "muted" else "")
        line = row(frame, gap=12)
        line.setContentsMargins(12, 10, 12, 10)
        words = column(gap=2)
        words.addWidget(label(one.words, "strong", wrap=True))
        if one.more:
            words.addWidget(label(one.more, "muted", wrap=True))
        line.addLayout(words, 1)
        if one.state:
            line.addWidget(chip(one.state, one.tone))
        if one.action is not None:
            line.addWidget(self._button(one.action, f"{name}.{one.action.key}"))
        return frame

    def show_lines(self, lines: Sequence[R]) -> None:
        """The table, as high as its lines: the page scrolls, not the table."""
        assert self.lines is not None
        self.lines.set_rows(lines)
        self.lines.setFixedHeight(_HEAD + len(lines) * TALL_ROW + 4)

    def show_side(
        self, totals: Sequence[Fact], total_label: str, total: str, details: Sequence[Fact]
    ) -> None:
        """Figures and details."""
        clear(self.totals)
        for at, one in enumerate(totals):
            self.totals.addWidget(label(one.name, "quiet", wrap=True), at, 0)
            self.totals.addWidget(money(one.words), at, 1)
        self.total_label.setText(total_label)
        self.total.setText(total)
        clear(self.details)
        for one in details:
            self.details.addWidget(self._detail(one))

    def show_signature(self, signed: SignedView | None) -> None:
        """Who signed it, and whether that still stands; None where nobody has."""
        if signed == self._signed:
            return
        self._signed = signed
        clear(self.signature)
        if signed is None:
            return
        name = f"{self._name}.signature"
        self.signature.addWidget(label(tr("signature.title"), "muted"))
        if signed.strokes:
            picture = SignaturePicture(self._theme, name=f"{name}.picture", high=56)
            self.signature.addWidget(picture)
            picture.show_text(signed.strokes)
        for at, (words, role) in enumerate(signed_lines(signed)):
            tone = "warn" if words == signed.wrong else ""
            made = label(words, role, name=f"{name}.{at}", tone=tone, wrap=True, stands=True)
            self.signature.addWidget(made)
        if signed.sending:
            words, tone = signed.sending, signed.sending_tone
            made = label(words, "small", tone=tone, name=f"{name}.sending", wrap=True, stands=True)
            self.signature.addWidget(made)
        self.signature.addSpacing(GRID)
        self.signature.addWidget(rule())

    def _detail(self, one: Fact) -> QWidget:
        holder = QWidget()
        both = column(holder, gap=2)
        both.addWidget(label(one.name, "muted"))
        words: QLabel = label(one.words, wrap=True, stands=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        both.addWidget(words)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.aside.setFixedWidth(_NARROW_SIDE if event.size().width() < _NARROW else _SIDE)
        self._fit_words()
        super().resizeEvent(event)

    def _on_tap(self, index: QModelIndex) -> None:
        if self.lines is not None and index.isValid():
            self.line_chosen.emit(self.lines.rows[index.row()])
