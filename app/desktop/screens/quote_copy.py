"""Copying an earlier document into a quote: the sheet to choose it from, and the one that says what was left out."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QWidget

from app.desktop.desk import Desk
from app.desktop.theme import GRID
from app.desktop.widgets.fields import button, label
from app.desktop.widgets.panel import Card, Scroll, column, row
from app.desktop.widgets.picker import Picker
from app.desktop.widgets.table import Column
from app.screens.quote_offers import CopyDone, EarlierLine, earlier
from app.screens.wording import tr
from app.workspace.rows.offering import EarlierDocument

_SIZE = QSize(720, 600)
_WIDTH, _ABOUT, _EACH, _HIGH = 560, 160, 88, 480  # of the sheet of what was left out


class CopyPicker(Picker[EarlierLine]):
    """The account's earlier orders and quotes; `picked` carries the one whose lines are wanted."""

    def __init__(self, parent: QWidget, desk: Desk, account: str) -> None:
        super().__init__(
            parent,
            desk.theme,
            name="quote_copy",
            title=tr("quote_offers.copy.title", account=account),
            hint=tr("quote_offers.copy.hint"),
            empty=tr("quote_offers.copy.empty"),
            columns=(
                Column("", lambda one: one.title, strong=True, second=lambda one: one.about),
                Column("", lambda one: one.total, width=128, end=True, second=lambda one: one.day),
            ),
            key=lambda one: one.document.id,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self._desk = desk
        self._found: tuple[EarlierDocument, ...] = ()
        self.searched.connect(lambda _words: self._show())
        self.resize(_SIZE.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))

    def show_documents(self, found: tuple[EarlierDocument, ...]) -> None:
        """Show what there is to copy from."""
        self._found = found
        self._show()

    def _show(self) -> None:
        self.show_rows(earlier(self._found, self.field.text(), self._desk.formats))


class LeftOutSheet(QDialog):
    """What of a copy could not be added, each product with its reason."""

    def __init__(self, parent: QWidget, done: CopyDone) -> None:
        super().__init__(parent)
        self.setObjectName("quote_left_out")
        self.setWindowTitle(done.says)
        self.setModal(True)
        whole = column(self, margin=2 * GRID, gap=12)
        whole.addWidget(label(done.says, "head", name="quote_left_out.says", wrap=True))
        whole.addWidget(label(tr("quote_offers.left_out"), "quiet"))
        page = Scroll(name="quote_left_out.scroll", margin=0, gap=GRID)
        for at, (product, why) in enumerate(done.left_out):
            card = Card(name=f"quote_left_out.{at}", tone="warn", margin=12, gap=2)
            card.setAccessibleName(f"{product}. {why}")
            card.body.addWidget(label(product, "strong", wrap=True))
            card.body.addWidget(label(why, "quiet", wrap=True))
            page.body.addWidget(card)
        whole.addWidget(page, 1)
        close = button(tr("quote_offers.left_out.close"), name="quote_left_out.close", kind="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(close)
        whole.addLayout(foot)
        size = QSize(_WIDTH, min(_HIGH, _ABOUT + _EACH * len(done.left_out)))
        self.resize(size.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))
