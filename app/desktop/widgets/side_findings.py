"""Findings in a narrow column: the next step's button stands under its words instead of beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import FindingsList, column, row
from app.screens.findings import FindingWords


class SideFindings(FindingsList):
    """See FindingsList."""

    def _line(self, words: FindingWords, name: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName(name)
        frame.setAccessibleName(words.spoken)
        frame.setProperty("finding", "true")
        frame.setProperty("tone", words.tone)
        line = row(frame)
        line.setContentsMargins(10, GRID, 10, GRID)
        picture = QLabel()
        self._theme.dress(picture, words.icon, words.tone)
        line.addWidget(picture, alignment=Qt.AlignmentFlag.AlignTop)
        texts = column(gap=2)
        texts.addWidget(label(words.title, "strong", wrap=True))
        texts.addWidget(label(words.kind, "small", tone=words.tone))
        texts.addWidget(label(words.sentence, "small", wrap=True))
        texts.addWidget(label(words.next_step, "muted", wrap=True))
        if words.action in self._actions:
            step = button(words.action_words, name=f"{name}.step")
            step.clicked.connect(lambda: self.asked.emit(words.action, words.subject))
            texts.addSpacing(4)
            texts.addWidget(step, alignment=Qt.AlignmentFlag.AlignLeft)
        line.addLayout(texts, 1)
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        return frame
