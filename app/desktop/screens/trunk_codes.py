"""The codes of a hand-over on the giver's tablet: one large code at a time, turning by itself, and in words what goes.

The code stands on white whatever the theme: scanners want it dark on light, with a margin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QSizePolicy, QWidget

from app.desktop.desk import Desk
from app.desktop.pictures import drawn
from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll, column, row
from app.screens.scanning import bad_code_words
from app.screens.trunk_giving import CodesState, codes
from app.screens.wording import tr
from app.workspace import handing
from app.workspace.code_parts import BadCode

if TYPE_CHECKING:
    from sqlalchemy import Connection

TURN_MS = 2_500  # a scanner is aimed and read in less
_SIZE = QSize(1_060, 690)


def show_codes(desk: Desk, window: QWidget, op_id: str) -> None:
    """Open the codes of a hand-over that this device has saved; where there are none any more, say so."""

    def read(connection: Connection) -> handing.Given | BadCode:
        try:
            return handing.given(connection, op_id)
        except BadCode as bad:
            return bad

    def shown(found: handing.Given | BadCode) -> None:
        if isinstance(found, BadCode):
            words = bad_code_words(found)
            desk.toast(f"{words.sentence} {words.next_step}", tone="warn")
            return
        sheet = CodesSheet(window, desk.theme, codes(found, desk.formats))
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    desk.tasks.read(read, shown)


class CodePicture(QWidget):
    """A code as large as there is room, each of its squares a whole number of the screen's dots."""

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._drawn = QImage()
        self.setMinimumSize(280, 280)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_code(self, text: str, words: str) -> None:
        """Show this text as a code; `words` for who does not see it."""
        self._drawn = drawn(text, scale=1)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        if self._drawn.isNull():
            return
        dots = self.devicePixelRatioF()
        room = int(min(self.width(), self.height()) * dots)
        side = max(1, room // self._drawn.width()) * self._drawn.width() / dots
        left, top = (self.width() - side) / 2, (self.height() - side) / 2
        whole = QRect(round(left * dots), round(top * dots), round(side * dots), round(side * dots))
        painter.scale(1 / dots, 1 / dots)
        painter.drawImage(whole, self._drawn)


class CodesSheet(QDialog):
    """See the module. The parts turn until a person turns them."""

    def __init__(self, window: QWidget, theme: Theme, state: CodesState) -> None:
        super().__init__(window)
        self.setObjectName("codes_sheet")
        self.setWindowTitle(state.title)
        self.setModal(True)
        self._state, self._at = state, 0
        self.picture = CodePicture(name="codes_sheet.code")
        self.where = label("", "head", name="codes_sheet.where")
        self.previous = button(
            tr("codes.previous"), name="codes_sheet.previous", icon="back", theme=theme, shortcut="Ctrl+,"
        )
        self.next = button(
            tr("codes.next"), name="codes_sheet.next", icon="forward", theme=theme, shortcut="Ctrl+."
        )
        self.turning = button(
            tr("codes.turn"), name="codes_sheet.turn", icon="sync", theme=theme, shortcut="Ctrl+T"
        )
        self.turning.setCheckable(True)
        self.close_it = button(
            tr("codes.done"), name="codes_sheet.done", kind="primary", icon="ok", theme=theme
        )
        for one in (self.previous, self.next, self.turning):
            one.setAutoDefault(False)
            one.setVisible(len(state.codes) > 1)
        self.where.setVisible(len(state.codes) > 1)
        self.close_it.setDefault(True)
        self.turn = QTimer(self)
        self.turn.setInterval(TURN_MS)
        self.turn.timeout.connect(lambda: self._go(1))
        self.previous.clicked.connect(lambda: self._by_hand(-1))
        self.next.clicked.connect(lambda: self._by_hand(1))
        self.turning.toggled.connect(self._set_turning)
        self.close_it.clicked.connect(self.accept)
        self.finished.connect(self.turn.stop)
        self._arrange()
        self._go(0)
        self.turning.setChecked(len(state.codes) > 1)
        self.resize(_SIZE.boundedTo(window.size() - QSize(4 * GRID, 4 * GRID)))

    def _go(self, step: int) -> None:
        """Show the code so many further on, round and round."""
        self._at = (self._at + step) % len(self._state.codes)
        where = self._state.where(self._at)
        self.where.setText(where)
        words = ". ".join(part for part in (self._state.title, where) if part)
        self.picture.show_code(self._state.codes[self._at], words)

    def _by_hand(self, step: int) -> None:
        self.turning.setChecked(False)
        self._go(step)

    def _set_turning(self, turning: bool) -> None:
        if turning:
            self.turn.start()
        else:
            self.turn.stop()

    def _arrange(self) -> None:
        state = self._state
        side = QWidget()
        side.setFixedWidth(340)
        down = column(side, gap=12)
        down.addWidget(label(state.title, "title", name="codes_sheet.title", wrap=True))
        down.addWidget(label(state.says, "quiet", name="codes_sheet.says", wrap=True))
        scroll = Scroll(name="codes_sheet.scroll", margin=0, gap=GRID)
        for at, line in enumerate(state.lines):
            card = Card(name=f"codes_sheet.line.{at}", margin=12, gap=2)
            card.setAccessibleName(f"{line.product}, {line.lot}, {line.qty}")
            top = row()
            top.addWidget(label(line.product, "strong", wrap=True), 1)
            top.addWidget(label(line.qty, "strong"))
            card.body.addLayout(top)
            card.body.addWidget(label(line.lot, "muted", wrap=True))
            scroll.body.addWidget(card)
        down.addWidget(scroll, 1)
        down.addWidget(label(state.how, name="codes_sheet.how", wrap=True))
        down.addWidget(label(tr("codes.again.more"), "muted", name="codes_sheet.more", wrap=True))
        down.addWidget(self.where)
        turns = row()
        turns.addWidget(self.previous, 1)
        turns.addWidget(self.next, 1)
        down.addLayout(turns)
        down.addWidget(self.turning)
        down.addWidget(self.close_it)
        whole = row(self, margin=2 * GRID, gap=2 * GRID)
        whole.addWidget(self.picture, 1)
        whole.addWidget(side)
