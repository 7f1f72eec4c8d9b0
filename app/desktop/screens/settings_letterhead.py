"""Who printed matter comes from: the company's name and address, kept at every pause in typing."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.fields import Labelled, label
from app.desktop.widgets.panel import Card
from app.screens.wording import tr

PAUSE_MS = 400
_HIGH = 96  # of the address, four lines


class LetterheadCard(Card):
    """See the module."""

    def __init__(self, desk: Desk) -> None:
        from app.printing.sheet import Letterhead

        super().__init__(name="settings.letterhead", margin=3 * GRID)
        self._desk, self._letterhead = desk, Letterhead
        kept = desk.papers.letterhead()
        self.company = QLineEdit(kept.name)
        self.company.setObjectName("settings.company")
        self.company.setMaxLength(120)
        self.address = QPlainTextEdit("\n".join(kept.lines))
        self.address.setObjectName("settings.company_address")
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(_HIGH)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self.company.textEdited.connect(lambda _text: self._pause.start())
        self.address.textChanged.connect(self._pause.start)
        self.body.addWidget(label(tr("letterhead.title"), "head"))
        self.body.addWidget(Labelled(tr("letterhead.company"), self.company, name="settings.company.field"))
        self.body.addWidget(
            Labelled(tr("letterhead.address"), self.address, name="settings.company_address.field")
        )

    def keep(self) -> None:
        """Keep what stands there now."""
        self._pause.stop()
        lines = tuple(line.strip() for line in self.address.toPlainText().splitlines() if line.strip())
        head = self._letterhead(self.company.text().strip(), lines)
        if head != self._desk.papers.letterhead():
            self._desk.papers.change_letterhead(head)
