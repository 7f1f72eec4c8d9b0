"""Authority given in advance in the quote editor: what is left of it, and a switch to draw on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from app.desktop.theme import TOUCH
from app.desktop.widgets.fields import label
from app.desktop.widgets.panel import clear, column
from app.screens.quote_editor import EnvelopeChoice
from app.screens.wording import tr


class EnvelopeSwitches(QWidget):
    """`drawn` carries the id of the envelope to draw on, '' when none is any more. One at a time."""

    drawn = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("quote.envelopes")
        self.setAccessibleName(tr("quote_envelope.title"))
        self._column = column(self)
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self._switches: list[QCheckBox] = []
        self.hide()

    def show_envelopes(self, choices: Sequence[EnvelopeChoice], *, busy: bool) -> None:
        """The switches; one that has the keyboard keeps it while only its state changes."""
        wanted = tuple((one.id, one.words, one.more) for one in choices)
        if wanted != self._shown:
            self._shown = wanted
            clear(self._column)
            self._switches = [self._add(at, one) for at, one in enumerate(choices)]
        for switch, one in zip(self._switches, choices, strict=True):
            with QSignalBlocker(switch):
                switch.setChecked(one.chosen)
            switch.setEnabled(not busy)
        self.setVisible(bool(choices))

    def _add(self, at: int, one: EnvelopeChoice) -> QCheckBox:
        frame = QFrame()
        frame.setProperty("finding", "true")
        frame.setProperty("tone", "accent")
        words = column(frame, gap=0)
        words.setContentsMargins(10, 0, 10, 8)
        switch = QCheckBox(tr("quote_envelope.draw"))
        switch.setObjectName(f"quote.envelope.{at}")
        switch.setAccessibleName(one.words)
        switch.setAccessibleDescription(one.more)
        switch.setMinimumHeight(TOUCH)
        switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        switch.toggled.connect(lambda on: self.drawn.emit(one.id if on else ""))
        head = label(one.words, "strong", name=f"quote.envelope.{at}.left", wrap=True)
        head.setContentsMargins(0, 8, 0, 0)
        words.addWidget(head)
        if one.more:
            words.addWidget(label(one.more, "muted", name=f"quote.envelope.{at}.terms", wrap=True))
        words.addWidget(switch)
        self._column.addWidget(frame)
        return switch
