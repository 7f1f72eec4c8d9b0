"""Goods handed over by a colleague's tablet without a network: its codes are scanned here, looked at, and taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QDialog, QWidget

from app.desktop.desk import Desk
from app.desktop.scan_taking import Taking
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll, column, row
from app.screens.scanning import bad_code_words, handed_words
from app.screens.wording import tr
from app.workspace import handing
from app.workspace.code_parts import PART, BadCode
from app.workspace.handing import Handover

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.workspace.workspace import Performed

_SIZE = QSize(560, 520)


class HandoverTaking(QObject):
    """See the module. Parts are kept until they are whole, or the sheet is closed; the sheet is that of `taking`."""

    def __init__(self, desk: Desk, page: QWidget, taking: Taking) -> None:
        super().__init__(page)
        self._desk, self._page, self._taking = desk, page, taking
        self._parts: list[str] = []
        self.shown: TakeSheet | None = None

    def takes(self, code: str) -> bool:
        """Take the code when it is part of a hand-over; False when it is not."""
        if not PART.match(code):
            return False
        parts = (*self._parts, code)

        def read(connection: Connection) -> Handover | BadCode:
            try:
                return handing.take_over(connection, parts)
            except BadCode as bad:
                return bad

        self._desk.tasks.read(read, lambda found: self._on_read(found, code))
        return True

    def _on_read(self, found: Handover | BadCode, code: str) -> None:
        if isinstance(found, BadCode):
            if found.code == "codes_incomplete":
                self._parts.append(code)
            elif found.code != "codes_mixed":  # one foreign code spoils nothing
                self._parts = []
            sheet = self._taking.sheet
            if not sheet.isVisible():
                sheet.begin()
                sheet.finished.connect(self._forget)
            sheet.show_refusal(bad_code_words(found), code)
            return
        self._parts = []
        self._taking.close_sheet()
        sheet_of_goods = self.shown = TakeSheet(self._page, self._desk, found)
        sheet_of_goods.accepted.connect(lambda: self._take(found))
        sheet_of_goods.finished.connect(sheet_of_goods.deleteLater)
        sheet_of_goods.open()

    def _forget(self) -> None:
        self._parts = []

    def _take(self, found: Handover) -> None:
        def after(performed: Performed) -> None:
            if performed.saved:
                self._desk.toast(tr("handover.taken", number=found.number), tone="ok")
            else:
                self._desk.toast(tr("handover.not_taken", number=found.number), tone="bad")

        self._desk.tasks.act(
            lambda workspace: handing.take(workspace, found, handing.receipt(workspace, found)), after
        )


class TakeSheet(QDialog):
    """What is handed over, to compare with what is in the hand; accepted = all of it came."""

    def __init__(self, parent: QWidget, desk: Desk, found: Handover) -> None:
        super().__init__(parent)
        self.setObjectName("take_sheet")
        self.setWindowTitle(tr("handover.title"))
        self.setModal(True)
        words = handed_words(found, desk.formats)
        whole = column(self, margin=2 * GRID, gap=12)
        whole.addWidget(label(tr("handover.title"), "head", name="take_sheet.title"))
        whole.addWidget(label(words.says, "quiet", name="take_sheet.says", wrap=True))
        scroll = Scroll(name="take_sheet.scroll", margin=0, gap=GRID)
        for at, line in enumerate(words.lines):
            card = Card(name=f"take_sheet.line.{at}", tone=line.tone, margin=12, gap=2)
            card.setAccessibleName(f"{line.product}, {line.lot}, {line.qty}")
            top = row()
            top.addWidget(label(line.product, "strong", wrap=True), 1)
            top.addWidget(label(line.qty, "strong"))
            card.body.addLayout(top)
            card.body.addWidget(label(line.lot, "muted", wrap=True))
            if line.note:
                card.body.addWidget(label(line.note, "small", tone=line.tone, wrap=True))
            scroll.body.addWidget(card)
        whole.addWidget(scroll, 1)
        not_now = button(tr("handover.not_now"), name="take_sheet.not_now")
        not_now.setAutoDefault(False)
        not_now.clicked.connect(self.reject)
        take = button(
            tr("handover.take"), name="take_sheet.take", kind="primary", icon="ok", theme=desk.theme
        )
        take.setDefault(True)
        take.clicked.connect(self.accept)
        foot = row()
        foot.addWidget(not_now)
        foot.addStretch(1)
        foot.addWidget(take)
        whole.addLayout(foot)
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))
