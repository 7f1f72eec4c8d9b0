"""The document over the whole window, turned to the customer: what it says, what it comes to, and where to sign.

There is no rail, no badge and no way on but the rep's: Back, or Esc.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.desktop.theme import GRID, HEAD, TEXT, Theme, text_font
from app.desktop.widgets.cells import CellDelegate
from app.desktop.widgets.fields import Labelled, button, chip, label, money
from app.desktop.widgets.panel import Card, Scroll, clear, column, row
from app.desktop.widgets.signature_pad import SignaturePad, SignaturePicture
from app.desktop.widgets.table import Column, Table
from app.domain.field_commands import MAX_SIGNER
from app.screens.document_parts import Fact
from app.screens.present import Presented, ShownLine, Signing
from app.screens.signatures import SignedView, signed_lines
from app.screens.wording import tr

_ROW = 76  # px of a line that is read at arm's length
_LINE, _SMALL_LINE = 22, 19  # px; two lines of a long name and the smaller one below it fit into a row
_NAMES, _ACTS = 344, 168  # px of the column with the signer's name, of the one with the buttons


class BigCells(CellDelegate):
    """Cells that can be read across a table."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, tall=True)
        weight = QFont.Weight
        self._height = _ROW
        self._fonts = {False: text_font(HEAD), True: text_font(HEAD, weight.DemiBold)}
        self._small = text_font(TEXT)
        self._line_height, self._small_height = _LINE, _SMALL_LINE


class PresentPage(QWidget):
    """See the module. `left`: the rep goes back. `signed` carries the name and the drawing as text."""

    left = Signal()
    signed = Signal(str, str)

    def __init__(self, theme: Theme, *, back: str) -> None:
        super().__init__()
        self.setObjectName("present")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._theme = theme
        self._shown: Presented | None = None
        self.busy = False  # a signature is on its way
        self.again = False  # other figures than those signed stand here: the customer has to sign again
        self._taken = False  # it was kept, and the page has not been read again yet
        self._make_head(back)
        self._make_document()
        self._make_signed()
        self._make_signing()
        whole = column(self, gap=12)
        whole.setContentsMargins(3 * GRID, 12, 3 * GRID, 2 * GRID)
        whole.addLayout(self._head)
        whole.addWidget(self.document, 1)
        whole.addLayout(self._make_sums())
        whole.addWidget(self._signed_card)
        whole.addWidget(self._sign_card)
        self._check()

    # -- parts --------------------------------------------------------------------------------------------------------

    def _make_head(self, back: str) -> None:
        self.back = button(
            back, name="present.back", kind="quiet", icon="back", theme=self._theme, shortcut="Esc"
        )
        self.back.clicked.connect(self.left)
        self.company = label("", "head", name="present.company", gives_way=True)
        self._head: QHBoxLayout = row()
        self._head.addWidget(self.back)
        self._head.addStretch(1)
        self._head.addWidget(self.company)

    def _make_document(self) -> None:
        theme = self._theme
        self.title = label("", "title", name="present.title", wrap=True)
        self._customer: QVBoxLayout = column(gap=2)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(4)
        self.says = label("", "strong", name="present.says", wrap=True)
        columns: tuple[Column[ShownLine], ...] = (
            Column(tr("print.product"), lambda one: one.product, strong=True, second=lambda one: one.sku),
            Column(tr("print.qty"), lambda one: one.qty, width=96, end=True),
            Column(tr("print.discount"), lambda one: one.discount, width=104, end=True),
            Column(tr("print.unit_price"), lambda one: one.unit, width=136, end=True),
            Column(tr("print.amount"), lambda one: one.amount, width=148, end=True, strong=True),
        )
        self.lines: Table[ShownLine] = Table(
            theme,
            columns,
            name="present.lines",
            label=tr("quote_page.lines"),
            key=lambda one: one.spoken,
            spoken=lambda one: one.spoken,
            tall=True,
        )
        self.lines.setItemDelegate(BigCells(theme, self.lines))
        self.lines.verticalHeader().setDefaultSectionSize(_ROW)
        self._arrange_document()

    def _arrange_document(self) -> None:
        self.document = Scroll(name="present.document", margin=0, gap=2 * GRID)
        self.document.body.setContentsMargins(0, 0, GRID, 0)  # figures keep off the scroll bar
        across = row(gap=4 * GRID)
        words = column(gap=4)
        words.addWidget(self.title)
        words.addLayout(self._customer)
        words.addStretch(1)
        across.addLayout(words, 1)
        facts = column()
        facts.addLayout(self._facts)
        facts.addStretch(1)
        across.addLayout(facts)
        self.document.body.addLayout(across)
        self.document.body.addWidget(self.says)
        self.document.body.addWidget(self.lines)

    def _make_sums(self) -> QHBoxLayout:
        """What it comes to, always in sight."""
        self._totals = row(gap=3 * GRID)
        self.total_label = label("", "head", name="present.total.label")
        self.total = money("", "big", name="present.total")
        sums = row(gap=2 * GRID)
        sums.addLayout(self._totals)
        sums.addStretch(1)
        sums.addWidget(self.total_label)
        sums.addWidget(self.total)
        return sums

    def _make_signed(self) -> None:
        card = self._signed_card = Card(name="present.signed", tone="ok")
        self.signed_chip = chip("", name="present.signed.sending")
        self.signed_words = column(gap=2)
        self.picture = SignaturePicture(self._theme, name="present.signed.picture")
        self.picture.setFixedWidth(_NAMES)
        across = row(gap=3 * GRID)
        across.addLayout(self.signed_words, 1)
        across.addWidget(self.picture)
        across.addWidget(self.signed_chip)
        card.body.addLayout(across)

    def _make_signing(self) -> None:
        theme = self._theme
        card = self._sign_card = Card(name="present.sign", tone="accent")
        self.meaning = label("", "strong", name="present.meaning", wrap=True)
        self.trouble = label("", "small", name="present.trouble", tone="bad", wrap=True)
        self.name = QLineEdit()
        self.name.setObjectName("present.name")
        self.name.setMaxLength(MAX_SIGNER)
        self.name.textChanged.connect(self._check)
        self.name.textEdited.connect(self._signs_again)
        self.name.returnPressed.connect(self._sign)
        self._names = QGridLayout()
        self._names.setSpacing(GRID)
        for at in range(2):
            self._names.setColumnStretch(at, 1)
        self.pad = SignaturePad(theme, name="present.pad")
        self.pad.changed.connect(self._signs_again)
        self.clear = button(tr("signature.clear"), name="present.clear")
        self.clear.clicked.connect(self._clear)
        self.sign = button(
            tr("present.sign"), name="present.confirm", kind="primary", icon="edit", theme=theme,
            shortcut="Ctrl+Return",
        )  # fmt: skip
        self.sign.clicked.connect(self._sign)
        across = row(gap=2 * GRID)
        across.addWidget(self._who())
        across.addWidget(self.pad, 1)
        across.addWidget(self._acts())
        card.body.addWidget(self.trouble)
        card.body.addLayout(across)

    def _who(self) -> QWidget:
        holder = QWidget()
        holder.setFixedWidth(_NAMES)
        parts = column(holder)
        parts.addWidget(self.meaning)
        parts.addWidget(Labelled(tr("present.name"), self.name, name="present.name.field"))
        parts.addLayout(self._names)
        parts.addStretch(1)
        return holder

    def _acts(self) -> QWidget:
        holder = QWidget()
        holder.setFixedWidth(_ACTS)
        parts = column(holder)
        parts.addWidget(self.clear)
        parts.addStretch(1)
        parts.addWidget(self.sign)
        return holder

    # -- showing ------------------------------------------------------------------------------------------------------

    def show_presented(self, shown: Presented) -> None:
        """Show the document. What was typed and drawn stays, unless it was for something else: then the drawing goes,
        and nothing is signed before the customer has drawn, typed or tapped the name again."""
        before, self._shown = self._shown, shown
        if before == shown:
            return
        if self._taken:
            self._taken = False
            self.set_busy(False)
        if before is None or before.key != shown.key:
            self.again = before is not None
            self.pad.forget()
        self._say(tr("present.changed") if self.again else "")
        self.company.setText(shown.company)
        self.title.setText(shown.title)
        clear(self._customer)
        for at, line in enumerate(shown.customer):
            self._customer.addWidget(label(line, "head" if at == 0 else "quiet", wrap=True))
        _show_facts(self._facts, shown.facts)
        self.says.setText(shown.says)
        self.says.setVisible(bool(shown.says))
        self.lines.hide_columns(*(() if shown.discounts else (tr("print.discount"),)))
        self.lines.set_rows(shown.lines)
        self.lines.fit()
        self._show_totals(shown.totals)
        self.total_label.setText(shown.total_label)
        self.total.setText(shown.total)
        self._show_signed(shown.signed if shown.signing is None else None)
        self._show_signing(shown.signing, before.signing if before is not None else None)
        if shown.signing is not None and shown.signed is not None:
            self._say(f"{shown.signed.who}. {shown.signed.wrong}")
        self._check()

    def _show_totals(self, totals: tuple[Fact, ...]) -> None:
        clear(self._totals)
        for one in totals:
            both = column(gap=0)
            both.addWidget(label(one.name, "muted"))
            both.addWidget(label(one.words))
            self._totals.addLayout(both)

    def _show_signed(self, signed: SignedView | None) -> None:
        self._signed_card.setVisible(signed is not None)
        if signed is None:
            return
        self._signed_card.set_tone(signed.tone)
        self._signed_card.setAccessibleName(signed.spoken)
        clear(self.signed_words)
        for words, role in signed_lines(signed):
            self.signed_words.addWidget(label(words, role, wrap=True))
        self.picture.show_text(signed.strokes)
        self.signed_chip.setText(signed.sending)
        self.signed_chip.setVisible(bool(signed.sending))

    def _show_signing(self, signing: Signing | None, before: Signing | None) -> None:
        self._sign_card.setVisible(signing is not None)
        if signing is None or signing == before:
            return
        self.meaning.setText(signing.says)
        if not self.name.text().strip():
            self.name.setText(signing.name)
        clear(self._names)
        for at, known in enumerate(signing.names if len(signing.names) > 1 else ()):
            made = button(known, name=f"present.name.{at}")
            made.clicked.connect(lambda _=False, name=known: self._choose(name))
            self._names.addWidget(made, at // 2, at % 2)

    def put_back(self, name: str, strokes: str) -> None:
        """What had been typed and drawn for this document before the rep went back."""
        self.name.setText(name)
        self.pad.put(strokes)

    def show_taken(self) -> None:
        """It is signed. Until the page has been read again it asks for nothing: a second tap is no second signature."""
        self.set_busy(True)
        self.busy, self._taken = False, True
        self.back.setEnabled(True)
        self.pad.forget()

    def show_refused(self) -> None:
        """The signature was not taken. Why is for the rep to read."""
        self.set_busy(False)
        self._say(tr("present.refused"))

    def show_not_saved(self) -> None:
        """The writer could not keep it: nothing is signed."""
        self.set_busy(False)
        self._say(tr("present.not_saved"))

    def set_busy(self, busy: bool) -> None:
        """While it is being signed nothing else can be asked."""
        self.busy = busy
        for part in (self.back, self._sign_card):
            part.setEnabled(not busy)

    # -- what was done ------------------------------------------------------------------------------------------------

    def _say(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _clear(self) -> None:
        if self.pad.may_bring_back:
            self.pad.bring_back()
        else:
            self.pad.clear()

    def _choose(self, name: str) -> None:
        self.name.setText(name)
        self._signs_again(name)

    def _signs_again(self, by: str) -> None:
        """The customer draws, types or taps a name: that is for what is shown now. An emptied pad is nothing."""
        if by.strip():
            self.again = False
        self._check()

    def _check(self, *_change: object) -> None:
        undo = self.pad.may_bring_back
        self.clear.setText(tr("signature.bring_back") if undo else tr("signature.clear"))
        self.clear.setAccessibleName(self.clear.text())
        self.clear.setEnabled(undo or bool(self.pad.text))
        self.sign.setEnabled(bool(self.name.text().strip()) and not self.again)

    def _sign(self) -> None:
        if self.sign.isEnabled() and self._sign_card.isEnabled():
            self.signed.emit(self.name.text().strip(), self.pad.text)


def _show_facts(grid: QGridLayout, shown: tuple[Fact, ...]) -> None:
    clear(grid)
    for at, one in enumerate(shown):
        grid.addWidget(label(one.name, "quiet"), at, 0)
        grid.addWidget(money(one.words), at, 1)
