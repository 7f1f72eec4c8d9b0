"""The card of one product: price with its steps, stock by place, what it is, its packs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desktop.theme import GRID, TOUCH, Theme, mark
from app.desktop.widgets.fields import button, chip, label, money
from app.desktop.widgets.panel import Card, Scroll, Section, clear, column, row, rule
from app.desktop.widgets.table import Column, Table
from app.desktop.widgets.why_price import WhyPricePanel
from app.screens.product_card import BreakLine, CardView, Fact, PackLine, StockLine
from app.screens.wording import tr


class ProductCardPanel(Scroll):
    """Shows a CardView. `added` carries the product to put on a quote, `starred` the product and whether it is to be a
    favourite. The explanation of the price opens in place; choosing a quantity explains that one."""

    added = Signal(str)
    starred = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="catalogue.card", margin=0)
        self._theme = theme
        self.shown: CardView | None = None
        self._sale = chip(name="catalogue.sale", tone="warn")
        self._name = label("", "head", name="catalogue.name", wrap=True)
        self._line = label("", "quiet", name="catalogue.line", wrap=True)
        self._flags = label("", "small", name="catalogue.flags", wrap=True)
        self._star = button("", name="catalogue.star", shortcut="Ctrl+D")
        self._star.clicked.connect(self._on_star)
        self._recalled = label("", "strong", name="catalogue.recalled", tone="bad", wrap=True)
        head = column(gap=4)
        marks = row()
        marks.addWidget(self._star)
        marks.addStretch(1)
        ending = row()
        ending.addWidget(self._sale)
        ending.addStretch(1)
        for part in (self._name, self._line, self._recalled, self._flags):
            head.addWidget(part)
        head.addSpacing(4)
        head.addLayout(ending)
        head.addLayout(marks)
        self.body.addLayout(head)
        self.body.addWidget(self._price_card(theme))
        self._stock = Section(tr("catalogue.stock"), name="catalogue.stock")
        self._facts = Section(tr("catalogue.facts"), name="catalogue.facts")
        self._packs = Section(tr("catalogue.packs"), name="catalogue.packs")
        for section in (self._stock, self._facts, self._packs):
            self.body.addWidget(section)

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
        for deed in (self._add, self._why):
            deed.setMinimumWidth(
                2 * TOUCH
            )  # longer words give way, or the card would be wider than its place
            deeds.addWidget(deed)
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
        self._show_star(starred=view.starred)
        self._recalled.setText(view.recalled)
        self._recalled.setVisible(bool(view.recalled))
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
        self._show_packs(view.packs)

    def _show_star(self, *, starred: bool) -> None:
        words = tr("catalogue.unstar" if starred else "catalogue.star")
        self._star.setText(words)
        self._star.setAccessibleName(words)
        self._star.setToolTip(tr("widget.shortcut", words=words, shortcut="Ctrl+D"))
        self._star.setShortcut("Ctrl+D")  # Qt forgets it with the words
        self._theme.dress(self._star, "starred" if starred else "star", "accent" if starred else "muted")

    def _on_star(self) -> None:
        if self.shown is not None:
            self.starred.emit(self.shown.id, not self.shown.starred)

    def _explain(self, chosen: BreakLine | None) -> None:
        if self.shown is not None:
            self.why.show_why(chosen.why if chosen is not None else self.shown.why)

    def _on_break(self) -> None:
        self._why.setChecked(True)

    def _show_why(self, wanted: bool) -> None:
        self.why.setVisible(wanted)

    def _show_stock(self, view: CardView) -> None:
        clear(self._stock.body)
        card = Card(name="catalogue.stock.card", margin=0, gap=0)
        for number, line in enumerate(view.stock, 1):
            if number > 1:
                card.body.addWidget(rule())
            card.body.addWidget(_stock_line(line, f"catalogue.stock.{number}"))
        self._stock.body.addWidget(card)

    def _show_packs(self, packs: tuple[PackLine, ...]) -> None:
        clear(self._packs.body)
        self._packs.setVisible(bool(packs))
        if not packs:
            return
        card = Card(name="catalogue.pack.card", margin=0, gap=0)
        for number, line in enumerate(packs, 1):
            if number > 1:
                card.body.addWidget(rule())
            card.body.addWidget(_pack_line(line, f"catalogue.pack.{number}"))
        self._packs.body.addWidget(card)


def _stock_line(line: StockLine, name: str) -> QWidget:
    """Where, what and how old on one side, the figure on the other."""
    made = _line_of(line.place, " · ".join(part for part in (line.kind, line.lots) if part), name)
    made.setAccessibleName(line.spoken)
    figures = column(gap=0)
    figure = money(line.qty, "strong", name=f"{name}.qty")
    mark(figure, tone=line.tone)
    figures.addWidget(figure)
    figures.addWidget(money(line.age, "muted", name=f"{name}.age"))
    _layout(made).addLayout(figures)
    return made


def _pack_line(line: PackLine, name: str) -> QWidget:
    made = _line_of(line.words, line.gtin, name)
    made.setAccessibleName(line.spoken)
    if line.price:
        figures = column(gap=0)
        figures.addWidget(money(line.price, "strong", name=f"{name}.price"))
        figures.addWidget(money(line.each, "muted", name=f"{name}.each"))
        _layout(made).addLayout(figures)
    return made


def _line_of(first: str, second: str, name: str) -> QWidget:
    """Words over smaller words, with room for figures behind them."""
    made = QWidget()
    made.setObjectName(name)
    across = row(made)
    across.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
    words = column(gap=0)
    words.addWidget(label(first, "strong", name=f"{name}.words", wrap=True))
    words.addWidget(label(second, "muted", name=f"{name}.more", wrap=True))
    across.addLayout(words, 1)
    return made


def _layout(made: QWidget) -> QHBoxLayout:
    across = made.layout()
    assert isinstance(across, QHBoxLayout)
    return across


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
