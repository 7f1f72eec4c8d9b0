"""The customer's card of the quote editor: the account, found while typing, then ship-to, PO number and note."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from app.desktop.theme import Theme, mark
from app.desktop.widgets.combo import Combo
from app.desktop.widgets.fields import Labelled, button, chip, label
from app.desktop.widgets.panel import Card, column, row
from app.desktop.widgets.table import Column
from app.desktop.widgets.type_ahead import TypeAhead
from app.domain.codec import MAX_TEXT
from app.screens.quote_editor import AccountView, EditorState, about_account, state_of_account
from app.screens.wording import tr
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.quoting import AccountChoice

PO_LENGTH = 80
NOBODY = AccountView("", "", "", "", "")


class CustomerCard(Card):
    """Shows the customer of an EditorState and says what was chosen and typed."""

    ship_to_chosen = Signal(str)
    po_typed = Signal(str)
    note_typed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(name="quote.customer", margin=12, gap=12)
        self._choosing = False
        self._make_account(theme)
        self._make_fields()
        self._arrange()

    def _make_account(self, theme: Theme) -> None:
        self.account: TypeAhead[AccountChoice] = TypeAhead(
            theme,
            (
                Column("", lambda one: one.name, strong=True, second=about_account),
                Column("", state_of_account, width=110, chip=True, end=True, tone=lambda _one: "bad"),
            ),
            name="quote.account",
            hint=tr("quote_editor.account"),
            key=lambda one: one.id,
            spoken=lambda one: f"{one.name}, {about_account(one)} {state_of_account(one)}",
            nothing=tr("quote_editor.no_account_found"),
            eager=True,
        )
        self.name = label("", "head", name="quote.account_name")
        self.state = chip("", name="quote.account_state")
        self.about = label("", "muted", name="quote.account_about", wrap=True)
        self.change = button(tr("quote_editor.change"), name="quote.change_account")
        self.change.clicked.connect(self._on_change)

    def _make_fields(self) -> None:
        self.ship_to = Combo()
        self.ship_to.setObjectName("quote.ship_to")
        self.ship_to.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # addresses are long
        self.ship_to.setMinimumWidth(160)
        self.ship_to.setPlaceholderText(tr("quote_editor.no_ship_to"))
        self.ship_to.activated.connect(lambda at: self.ship_to_chosen.emit(str(self.ship_to.itemData(at))))
        self.po, self.note = QLineEdit(), QLineEdit()
        self.po.setMaxLength(200)
        self.note.setMaxLength(2000)  # a command holds 4,000 characters of a text
        self.po.setObjectName("quote.po")
        self.po.setMaxLength(PO_LENGTH)
        self.po.textEdited.connect(self.po_typed)
        self.note.setObjectName("quote.note")
        self.note.setMaxLength(MAX_TEXT)
        self.note.textEdited.connect(self.note_typed)
        for field in (self.po, self.note):
            field.setMinimumWidth(128)

    def _arrange(self) -> None:
        words = column(gap=2)
        first = row()
        first.addWidget(self.name)
        first.addWidget(self.state)
        first.addStretch(1)
        words.addLayout(first)
        words.addWidget(self.about)
        self._chosen, self._fields = QWidget(), QWidget()
        chosen = row(self._chosen, gap=12)
        chosen.addLayout(words, 1)
        chosen.addWidget(self.change)
        fields = row(self._fields, gap=12)
        fields.addWidget(Labelled(tr("quote_editor.ship_to"), self.ship_to, name="quote.ship_to.field"), 6)
        fields.addWidget(Labelled(tr("quote_editor.po"), self.po, name="quote.po.field"), 4)
        fields.addWidget(Labelled(tr("quote_editor.note"), self.note, name="quote.note.field"), 4)
        for part in (self._chosen, self.account, self._fields):
            self.body.addWidget(part)

    # -- showing ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Another quote is coming."""
        self._choosing = False
        self.account.clear()

    def show_customer(self, draft: QuoteDraft, state: EditorState) -> None:
        """Show who buys, where it goes and under which number."""
        account = state.account
        self.account.setVisible(not draft.account_id or self._choosing)
        for part in (self._chosen, self._fields):
            part.setVisible(bool(draft.account_id))
        self.change.setText(tr("quote_editor.keep" if self._choosing else "quote_editor.change"))
        self._show_account(account or NOBODY)
        self._show_addresses(state)
        self.po.setPlaceholderText(state.po_hint)
        for field, words in ((self.po, draft.po_number), (self.note, draft.note)):
            if field.text() != words:
                field.setText(words)

    def _show_account(self, account: AccountView) -> None:
        self.name.setText(account.name)
        self.about.setText(account.about)
        self.state.setText(account.state)
        self.state.setVisible(bool(account.state))
        mark(self.state, tone=account.tone)

    def _show_addresses(self, state: EditorState) -> None:
        wanted = [(one.words, one.id) for one in state.ship_tos]
        shown = [(self.ship_to.itemText(at), self.ship_to.itemData(at)) for at in range(self.ship_to.count())]
        with QSignalBlocker(self.ship_to):
            if wanted != shown:
                self.ship_to.clear()
                for words, address_id in wanted:
                    self.ship_to.addItem(words, address_id)
            self.ship_to.setCurrentIndex(self.ship_to.findData(state.ship_to_id))
        self.ship_to.setToolTip(self.ship_to.currentText())

    # -- choosing -----------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Search for an account, also where there is one."""
        self._choosing = True
        self.account.setVisible(True)
        self.change.setText(tr("quote_editor.keep"))
        self.account.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def taken(self) -> None:
        """An account was chosen: the search goes away."""
        self._choosing = False

    def _on_change(self) -> None:
        if not self._choosing:
            self.choose()
            return
        self._choosing = False
        self.account.setVisible(False)
        self.change.setText(tr("quote_editor.change"))
