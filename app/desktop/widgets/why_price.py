"""Why this price?: the explanation of `app.screens.why_price` as a panel, and as a sheet over any screen.

self.why = WhyPricePanel(desk.theme)          # inside a screen
self.why.show_why(view)                       # a WhyPrice, or None to empty it
show_why_price(self, desk.theme, view)        # as a sheet: Escape or its button ends it
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QWidget

from app.desktop.theme import GRID, Theme
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Scroll, clear, column, row
from app.screens.why_price import TwoPrices, WhyPrice, WhyStep
from app.screens.wording import tr

_SHEET, _TWO = QSize(600, 600), QSize(960, 640)


class WhyPricePanel(QWidget):
    """The steps of one price, top to bottom: what made it, then what was looked at and not used."""

    def __init__(self, theme: Theme, *, name: str = "why_price") -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName(name)
        self.setAccessibleName(tr("why_price.title"))
        self._column = column(self)
        self.shown: WhyPrice | None = None

    def show_why(self, why: WhyPrice | None) -> None:
        """Show an explanation in place of the one before; None empties the panel."""
        if why == self.shown:
            return
        self.shown = why
        clear(self._column)
        self.setAccessibleDescription(why.as_text if why else "")
        if why is None:
            return
        self._head(why)
        self._steps("used", why.used)
        self._steps("unused", why.unused)
        if why.note:
            self._column.addWidget(label(why.note, "muted", name=f"{self.objectName()}.note", wrap=True))

    def _head(self, why: WhyPrice) -> None:
        name = self.objectName()
        line = row()
        line.addWidget(label(why.result, "head", name=f"{name}.result", tone=why.tone, wrap=True), 1)
        line.addWidget(money(why.total, "quiet", name=f"{name}.total"))
        self._column.addLayout(line)
        self._column.addWidget(label(why.asked, "muted", name=f"{name}.asked", wrap=True))
        for words, part, tone in ((why.saving, "saving", "ok"), (why.says, "says", "")):
            if words:
                self._column.addWidget(label(words, "small", name=f"{name}.{part}", tone=tone, wrap=True))

    def _steps(self, kind: str, steps: tuple[WhyStep, ...]) -> None:
        if steps:
            self._column.addWidget(label(tr(f"why_price.{kind}"), "muted"))
        for number, step in enumerate(steps, 1):
            self._column.addWidget(self._step(step, f"{self.objectName()}.{kind}.{number}"))

    def _step(self, step: WhyStep, name: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName(name)
        frame.setAccessibleName(step.spoken)
        frame.setProperty("finding", "true")
        frame.setProperty("tone", step.tone if step.used else "")
        line = row(frame, gap=12)
        line.setContentsMargins(12, GRID, 12, GRID)
        picture = QLabel()
        self._theme.dress(picture, step.icon, step.tone)
        line.addWidget(picture, alignment=Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        top = row(gap=12)
        kind = f"{step.kind} · {step.name}" if step.name else step.kind
        top.addWidget(label(kind, "strong", wrap=True), 1)
        amount = money(step.change or step.amount, "strong" if step.used else "muted", name=f"{name}.amount")
        top.addWidget(amount, alignment=Qt.AlignmentFlag.AlignTop)
        words.addLayout(top)
        words.addWidget(label(step.sentence, "small", tone="" if step.used else "muted", wrap=True))
        if step.differs:
            words.addWidget(chip(step.differs, "warn", name=f"{name}.differs"))
        line.addLayout(words, 1)
        return frame


class TwoPricesSheet(QDialog):
    """The price that was shown and the server's, each explained, side by side."""

    def __init__(self, parent: QWidget, theme: Theme, two: TwoPrices) -> None:
        super().__init__(parent)
        self.setObjectName("why_two_sheet")
        self.setWindowTitle(tr("why_two.title"))
        self.setModal(True)
        whole = column(self, margin=2 * GRID)
        whole.addWidget(label(tr("why_two.title"), "head"))
        whole.addWidget(label(two.shown.product, "quiet", name="why_two_sheet.product", wrap=True))
        sides = row(gap=2 * GRID)
        self.panels: list[WhyPricePanel] = []
        scroll = Scroll(name="why_two_sheet.scroll", margin=0)
        scroll.body.setContentsMargins(0, 0, GRID, 0)  # the scroll bar's
        for key, why in (("shown", two.shown), ("own", two.own)):
            side = column(gap=GRID)
            side.addWidget(label(tr(f"why_two.{key}"), "strong", name=f"why_two_sheet.{key}.head", wrap=True))
            panel = WhyPricePanel(theme, name=f"why_two_sheet.{key}")
            panel.show_why(why)
            self.panels.append(panel)
            side.addWidget(panel)
            side.addStretch(1)
            sides.addLayout(side, 1)
        scroll.body.addLayout(sides)
        whole.addWidget(scroll, 1)
        whole.addLayout(_foot(self, "why_two_sheet", two.as_text))
        self.resize(_TWO.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))


def _foot(sheet: QDialog, name: str, text: str) -> QHBoxLayout:
    """Copy all of it as text, and the way out."""
    copy = button(tr("why_price.copy"), name=f"{name}.copy")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    close = button(tr("why_price.close"), name=f"{name}.close", kind="primary")
    close.setDefault(True)
    close.clicked.connect(sheet.accept)
    foot = row()
    foot.addWidget(copy)
    foot.addStretch(1)
    foot.addWidget(close)
    return foot


class WhyPriceSheet(QDialog):
    """The panel with its product's name and a way out."""

    def __init__(self, parent: QWidget, theme: Theme, why: WhyPrice) -> None:
        super().__init__(parent)
        self.setObjectName("why_price_sheet")
        self.setWindowTitle(tr("why_price.title"))
        self.setModal(True)
        whole = column(self, margin=2 * GRID)
        whole.addWidget(label(tr("why_price.title"), "head"))
        whole.addWidget(label(why.product, "quiet", name="why_price_sheet.product", wrap=True))
        self.panel = WhyPricePanel(theme)
        self.panel.show_why(why)
        scroll = Scroll(name="why_price_sheet.scroll", margin=0)
        scroll.body.addWidget(self.panel)
        scroll.body.setContentsMargins(0, 0, GRID, 0)  # the scroll bar's
        whole.addWidget(scroll, 1)
        whole.addLayout(_foot(self, "why_price_sheet", why.as_text))
        self.resize(_SHEET.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID)))


def show_two_prices(parent: QWidget, theme: Theme, two: TwoPrices) -> TwoPricesSheet:
    """Open both explanations over `parent`'s window; the sheet goes by itself when closed."""
    sheet = TwoPricesSheet(parent, theme, two)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.open()
    return sheet


def show_why_price(parent: QWidget, theme: Theme, why: WhyPrice) -> WhyPriceSheet:
    """Open the sheet over `parent`'s window; it goes by itself when closed."""
    sheet = WhyPriceSheet(parent, theme, why)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.open()
    return sheet
