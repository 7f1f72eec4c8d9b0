"""The first frame, while the database opens; and the frame of every page that stands alone. Imports next to nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.desktop.theme import GRID, svg_pixmap
from app.desktop.widgets.fields import label
from app.desktop.widgets.tall import Tall
from app.screens.wording import tr

_WIDTH = 440


class CentredPage(QWidget):
    """A page with one card in its middle, under the brand. Parts go into `body`."""

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QFrame()
        card.setObjectName(f"{name}.card")
        card.setProperty("card", "true")
        card.setFixedWidth(_WIDTH)
        self.body = QVBoxLayout(card)
        self.body.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        self.body.setSpacing(12)
        brand = QLabel()
        brand.setPixmap(svg_pixmap("brand", "#ffffff", 40, self.devicePixelRatioF()))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addStretch(1)
        head.addWidget(brand)
        head.addWidget(label(tr("app.name"), "title"))
        head.addStretch(1)
        inner = Tall()
        middle = QVBoxLayout(inner)
        middle.setSpacing(2 * GRID)
        middle.addStretch(2)
        middle.addLayout(head)
        across = QHBoxLayout()  # not an alignment: it would ask how high the card is at the window's width
        across.addStretch(1)
        across.addWidget(card)
        across.addStretch(1)
        middle.addLayout(across)
        middle.addStretch(3)
        scroll = QScrollArea()  # a low window, large type: everything can be reached
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


class OpeningPage(CentredPage):
    """The first frame."""

    def __init__(self) -> None:
        super().__init__(name="opening")
        words = label(tr("opening.words"), "quiet", name="opening.words")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body.addWidget(words)
