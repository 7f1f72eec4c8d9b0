"""The card of one product: price with its steps, stock by place, what it is, its packs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.desktop.theme import GRID, Theme, mark
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Card, Scroll, Section, clear, column, row, rule
from app.desktop.widgets.table import Column, Table
from app.desktop.widgets.why_price import WhyPricePanel
from app.screens.catalogue import BreakLine, CardView, Fact, StockLine
from app.screens.wording import tr


class ProductCardPanel(Scroll):
    """Shows a CardView. `added` carries the product to put on a quote. The explanation of the price opens in place;
    choosing a quantity explains that one."""

    added = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="catalogue.card", margin=0)
        self.shown: CardView | None = None
        self._sale = chip(name="catalogue.sale", tone="warn")
        self._name = label("", "head", name="catalogue.name", wrap=True)
        self._line = label("", "quiet", name="catalogue.line", wrap=True)
        self._flags = label("", "small", name="catalogue.flags", wrap=True)
        head = column(gap=4)
        top = row()
        top.addWidget(self._name, 1)
        top.addWidget(self._sale)
        head.addLayout(top)
        head.addWidget(self._line)
        head.addWidget(self._flags)
        self.body.addLayout(head)
        self.body.addWidget(self._price_card(theme))
        self._stock = Section(tr("catalogue.stock"), name="catalogue.stock")
        self._facts = Section(tr("catalogue.facts"), name="catalogue.facts")
        self._packs = Section(tr("catalogue.packs"), name="catalogue.packs")
        for part in (self._stock, self._facts, self._packs):
            self.body.addWidget(part)

    def _price_card(self, theme: Theme) -> Card:
        card = Card(name="catalogue.price_card")
        self._price = label("", "title", name="catalogue.price")
        self._note = label("", "quiet", name="catalogue.price.note")
        self._for = label("", "muted", name="catalogue.price.for", wrap=True)
        line = row()
        line.addWidget(self._price)
        line.addWidget(self._note)
        line.addStretch(1)
        self.breaks: Table[BreakLine] = Table(
            theme,
            (
                Column(tr("catalogue.price"), lambda one: one.words),
                Column("", lambda one: one.less, width=132, end=True, quiet=True),
                Column(tr("catalogue.price"), lambda one: one.price, width=120, end=True, strong=True),
            ),
            name="catalogue.breaks",
            label=tr("catalogue.price"),
            key=lambda one: one.qty,
            head=False,
            bare=True,
        )
        self.breaks.chosen.connect(self._explain)
        self.breaks.clicked.connect(self._on_break)
        self._add = button(
            tr("catalogue.do.add"),
            name="catalogue.add",
            kind="primary",
            icon="plus",
            theme=theme,
            shortcut="Ctrl+N",
        )
        self._add.clicked.connect(lambda: self.added.emit(self.shown.id if self.shown else ""))
        self._why = button(
            tr("catalogue.do.why"), name="catalogue.why", kind="quiet", icon="info", theme=theme
        )
        self._why.setCheckable(True)
        self._why.toggled.connect(self._show_why)
        self.why = WhyPricePanel(theme, name="catalogue.why_price")
        self.why.setVisible(False)
        deeds = row()
        deeds.addWidget(self._add)
        deeds.addWidget(self._why)
        deeds.addStretch(1)
        card.body.addLayout(line)
        for part in (self._for, self.breaks):
            card.body.addWidget(part)
        card.body.addLayout(deeds)
        card.body.addWidget(self.why)
        return card

    def show_card(self, view: CardView) -> None:
        """Show a product; another one begins at the top."""
        before, self.shown = self.shown, view
        if view == before:
            return
        another = before is None or before.id != view.id
        self._sale.setText(view.sale)
        self._sale.setVisible(bool(view.sale))
        self._name.setText(view.name)
        self._line.setText(view.line)
        self._flags.setText(" · ".join(view.flags))
        self._flags.setVisible(bool(view.flags))
        self._price.setText(view.price)
        mark(self._price, tone=view.price_tone)
        self._note.setText(view.price_note)
        self._for.setText(view.price_for)
        self.breaks.setVisible(bool(view.breaks))
        self.breaks.set_rows(view.breaks)
        self.breaks.fit()
        self._add.setEnabled(view.add)
        self._add.setToolTip(view.add_tip)
        self._add.setAccessibleDescription(view.add_tip)
        if another:
            self.breaks.clearSelection()
            self.breaks.setCurrentIndex(self.breaks.rootIndex())
            self.verticalScrollBar().setValue(0)
        self._explain(self.breaks.current())
        self._show_stock(view)
        _show_facts(self._facts, view.facts, "catalogue.fact")
        _show_facts(self._packs, view.packs, "catalogue.pack")

    def _explain(self, chosen: BreakLine | None) -> None:
        if self.shown is not None:
            self.why.show_why(chosen.why if chosen is not None else self.shown.why)

    def _on_break(self) -> None:
        self._why.setChecked(True)

    def _show_why(self, wanted: bool) -> None:
        self.why.setVisible(wanted)

    def _show_stock(self, view: CardView) -> None:
        self._stock.aside.setText(view.stock_as_of)
        clear(self._stock.body)
        if view.stock_none:
            self._stock.body.addWidget(label(view.stock_none, "quiet"))
            return
        card = Card(name="catalogue.stock.card", margin=0, gap=0)
        for number, line in enumerate(view.stock, 1):
            if number > 1:
                card.body.addWidget(rule())
            card.body.addWidget(_stock_line(line, f"catalogue.stock.{number}"))
        self._stock.body.addWidget(card)


def _stock_line(line: StockLine, name: str) -> QWidget:
    made = QWidget()
    made.setObjectName(name)
    made.setAccessibleName(", ".join(part for part in (line.place, line.kind, line.qty, line.lots) if part))
    across = row(made)
    across.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
    words = column(gap=0)
    words.addWidget(label(line.place, "strong"))
    words.addWidget(label(" · ".join(part for part in (line.kind, line.lots) if part), "muted", wrap=True))
    across.addLayout(words, 1)
    figure = money(line.qty, "strong", name=f"{name}.qty")
    mark(figure, tone=line.tone)
    across.addWidget(figure)
    return made


def _show_facts(section: Section, facts: tuple[Fact, ...], name: str) -> None:
    clear(section.body)
    section.setVisible(bool(facts))
    if not facts:
        return
    card = Card(name=f"{name}.card")
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID)
    grid.setColumnStretch(1, 1)
    for at, fact in enumerate(facts):
        _fact(grid, at, fact, f"{name}.{at + 1}")
    card.body.addLayout(grid)
    section.body.addWidget(card)


def _fact(grid: QGridLayout, at: int, fact: Fact, name: str) -> None:
    grid.addWidget(label(fact.label, "muted"), at, 0)
    grid.addWidget(label(fact.value, name=name, wrap=True), at, 1)
