"""A step that wants a reason in words: what it does, a field, and the two ways on.

ask_reason(self, name="lose", title=…, says=…, confirm=…, then=lambda reason: …)
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QWidget

from app.desktop.theme import GRID
from app.desktop.widgets.fields import Labelled, button, label
from app.desktop.widgets.panel import column, row
from app.domain.codec import MAX_TEXT
from app.screens.wording import tr

_WIDTH = 520


class Sheet(QDialog):
    """A dialog over a window with a title, a body to fill, a reason, and a confirming button that wants one."""

    def __init__(self, parent: QWidget, *, name: str, title: str, says: str, confirm: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        whole = column(self, margin=2 * GRID, gap=12)
        whole.addWidget(label(title, "head", name=f"{name}.title", wrap=True))
        whole.addWidget(label(says, "quiet", name=f"{name}.says", wrap=True))
        self.body = column(gap=12)
        whole.addLayout(self.body, 1)
        self.reason = QLineEdit()
        self.reason.setObjectName(f"{name}.reason")
        self.reason.setMaxLength(MAX_TEXT)
        whole.addWidget(Labelled(tr("quote_page.reason"), self.reason, name=f"{name}.reason.field"))
        self.confirm = button(confirm, name=f"{name}.confirm", kind="primary")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.accept)
        whole.addLayout(self._foot(name))
        self.reason.textChanged.connect(self.check)
        self.check()
        self.resize(QSize(_WIDTH, 0).boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))
        self.reason.setFocus()

    def _foot(self, name: str) -> QHBoxLayout:
        back = button(tr("quote_page.cancel"), name=f"{name}.back")
        back.setAutoDefault(False)
        back.clicked.connect(self.reject)
        foot = row()
        foot.addWidget(back)
        foot.addStretch(1)
        foot.addWidget(self.confirm)
        return foot

    @property
    def words(self) -> str:
        return self.reason.text().strip()

    def ready(self) -> bool:
        """Whether everything is there that the step wants."""
        return bool(self.words)

    def check(self) -> None:
        self.confirm.setEnabled(self.ready())


def ask_reason(
    parent: QWidget, *, name: str, title: str, says: str, confirm: str, then: Callable[[str], None]
) -> Sheet:
    """Open the sheet; `then` gets the reason once it is confirmed."""
    sheet = Sheet(parent, name=name, title=title, says=says, confirm=confirm)
    sheet.accepted.connect(lambda: then(sheet.words))
    sheet.finished.connect(sheet.deleteLater)
    sheet.open()
    return sheet
