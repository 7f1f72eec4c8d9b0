"""The summary of a signed count: what was counted, what differs and why, what was asked for, the signature, and how far
it has come. It is read again as sync runs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, chip, label
from app.desktop.widgets.panel import Card, Scroll, clear, column, row
from app.screens.day_end import DifferenceLine, SummaryState
from app.screens.wording import tr


class SummaryPage(QWidget):
    """See the module. `count_id` is the count that is shown."""

    done = Signal()
    to_sync = Signal()
    printing = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("trunk.summary")
        self.count_id = ""
        self._shown: SummaryState | None = None
        picture = QLabel()
        theme.dress(picture, "ok", "ok", 32)
        self.title = label("", "head", name="summary.title", wrap=True)
        self.state = chip("", name="summary.state")
        self.counted, self.lines = self._card("day_end.summary.counted", "summary.counted", "summary.lines")
        self.differs = Card(name="summary.differs")
        self.differs.body.addWidget(label(tr("day_end.summary.differs"), "strong"))
        self._differences = column()
        self.differs.body.addLayout(self._differences)
        self.asked, self.asked_lines = self._card(
            "day_end.summary.asked", "summary.asked", "summary.asked.lines"
        )
        self.unsent, self.unsent_lines = self._card(
            "day_end.unsent.title", "summary.unsent", "summary.unsent.lines"
        )
        self.signature, self.signature_lines = self._card(
            "day_end.summary.signature", "summary.signature", "summary.signature.lines"
        )
        self.signature_lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.paper = button(
            tr("print.day.save"),
            name="summary.print",
            kind="primary",
            icon="print",
            theme=theme,
            shortcut="Ctrl+P",
        )
        self.paper.clicked.connect(lambda: self.printing.emit())
        self.sync = button(tr("count.summary.sync"), name="summary.sync", icon="sync", theme=theme)
        self.sync.clicked.connect(self.to_sync)
        self.trunk = button(tr("count.summary.trunk"), name="summary.trunk", icon="trunk", theme=theme)
        self.trunk.clicked.connect(self.done)
        self._arrange(picture)

    def show_summary(self, state: SummaryState) -> None:
        """Show the count as it stands now."""
        if state == self._shown:
            return
        self._shown = state
        self.title.setText(state.title)
        self.state.setText(state.state)
        mark(self.state, tone=state.tone)
        self.lines.setText("\n".join(state.counted))
        clear(self._differences)
        for at, one in enumerate(state.differences):
            self._differences.addWidget(_difference(one, f"summary.difference.{at}"))
        self.differs.setVisible(bool(state.differences))
        self.asked_lines.setText("\n".join(state.asked))
        self.asked.setVisible(bool(state.asked))
        self.unsent_lines.setText("\n".join(state.unsent))
        self.signature_lines.setText("\n".join(f"{name}: {words}" for name, words in state.signature))

    def _card(self, heading: str, name: str, lines: str) -> tuple[Card, QLabel]:
        made = Card(name=name, gap=4)
        made.body.addWidget(label(tr(heading), "strong"))
        words = label("", name=lines, wrap=True)
        made.body.addWidget(words)
        made.body.addStretch(1)
        return made, words

    def _arrange(self, picture: QLabel) -> None:
        top = row()
        top.addWidget(picture)
        top.addWidget(self.title, 1)
        top.addWidget(self.state)
        scroll = Scroll(name="summary.scroll", margin=0)
        pair = row(gap=2 * GRID)
        pair.addWidget(self.counted, 1)
        pair.addWidget(self.unsent, 1)
        scroll.body.addLayout(pair)
        for part in (self.differs, self.asked, self.signature):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        steps = row()
        steps.addWidget(self.trunk)
        steps.addStretch(1)
        steps.addWidget(self.sync)
        steps.addWidget(self.paper)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        whole.addLayout(top)
        whole.addWidget(scroll, 1)
        whole.addLayout(steps)


def _difference(one: DifferenceLine, name: str) -> QFrame:
    """A lot that differed, its figures and its reason."""
    made = QFrame()
    made.setObjectName(name)
    line = row(made)
    words = column(gap=0)
    words.addWidget(label(one.product, name=f"{name}.product", wrap=True))
    words.addWidget(
        label(
            " · ".join(part for part in (one.lot, one.reason) if part),
            "muted",
            name=f"{name}.reason",
            wrap=True,
        )
    )
    line.addLayout(words, 1)
    line.addWidget(label(one.figures, "quiet", name=f"{name}.figures"))
    line.addWidget(chip(one.difference, one.tone, name=f"{name}.difference"))
    return made
