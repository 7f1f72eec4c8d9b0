"""What stands ready for a quote, brought to its editor: read, added, starred; and earlier documents copied into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.desktop.desk import Desk
from app.desktop.screens.quote_copy import CopyPicker, LeftOutSheet
from app.desktop.screens.quote_form import QuoteForm
from app.screens import quote_offers
from app.screens.quote_offers import EarlierLine, OfferLine
from app.screens.wording import tr
from app.workspace.field import mark_favourite
from app.workspace.queries.favourites import favourite_ids
from app.workspace.queries.offering import copied, earlier_documents, offers
from app.workspace.rows.offering import Copied, Offers
from app.workspace.rows.quote_draft import QuoteDraft

if TYPE_CHECKING:
    from sqlalchemy import Connection

Now = Callable[[], QuoteDraft | None]
Put = Callable[[QuoteDraft], None]


class Offering(QObject):
    """`now` is the draft being written, `put` writes the next one."""

    def __init__(self, desk: Desk, parent: QWidget, form: QuoteForm, now: Now, put: Put) -> None:
        super().__init__(parent)
        field = form.product
        self._desk, self._parent, self._form, self._field = desk, parent, form, field
        self._now, self._put = now, put
        self._offers = Offers((), False)
        self._chosen: set[str] = set()
        field.offers_asked.connect(self.read)
        field.offers_closed.connect(lambda: self._chosen.clear())
        panel = field.offers
        panel.added.connect(self._add)
        panel.chosen.connect(self._choose)
        panel.starred.connect(lambda line: self._star(line.product_id, not line.favourite))
        panel.copying.connect(self.copy)
        form.starred.connect(self._star)
        QShortcut(QKeySequence("Ctrl+R"), parent, self.copy)

    # -- products -----------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read again what stands ready, while it is shown."""
        draft, day, user = self._now(), self._desk.today(), self._desk.user.user_id
        if draft is None or not self._field.offering:
            return

        def ask(connection: Connection) -> Offers:
            return offers(connection, draft, day, favourite_ids(connection, user))

        self._desk.tasks.read(ask, self._on_offers, key="quote.offers")

    def _on_offers(self, found: Offers) -> None:
        self._offers = found
        self.show()

    def show(self) -> None:
        """Show what stands ready, beside what is on the draft now."""
        draft = self._now()
        if draft is None or not self._field.offering:
            return
        on_quote: Counter[str] = Counter()
        for line in draft.lines:
            on_quote[line.product_id] += line.qty
        state = quote_offers.present(self._offers, self._desk.formats, on_quote=on_quote, chosen=self._chosen)
        self._field.show_offers(state)

    def _add(self, product_ids: tuple[str, ...]) -> None:
        """One of each onto the draft; what cannot be on it says why instead."""
        draft = self._now()
        if draft is None:
            return
        lines = {one.product_id: one for one in self._field.offers.table.rows}
        for product_id in product_ids:
            if lines[product_id].why_not:
                self._desk.toast(lines[product_id].why_not)
            else:
                draft = draft.with_product(product_id)
        self._chosen.clear()
        self._put(draft)
        self.show()

    def _choose(self, line: OfferLine) -> None:
        if line.why_not:
            self._desk.toast(line.why_not)
            return
        self._chosen ^= {line.product_id}
        self.show()

    def _star(self, product_id: str, favourite: bool) -> None:
        """Keep the product among the favourites, or no more; the screen is read again when it is saved."""
        self._desk.perform(lambda workspace: mark_favourite(workspace, product_id, favourite))

    # -- earlier documents --------------------------------------------------------------------------------------------

    def copy(self) -> None:
        """Let the person choose an earlier document of the account, and add its lines."""
        draft = self._now()
        if draft is None or not draft.account_id:
            return
        picker = CopyPicker(self._parent, self._desk, self._form.customer.name.text())
        picker.picked.connect(self._on_picked)
        self._desk.tasks.read(lambda connection: earlier_documents(connection, draft), picker.show_documents)
        picker.begin()

    def _on_picked(self, line: EarlierLine) -> None:
        draft, day, document = self._now(), self._desk.today(), line.document
        if draft is not None:
            self._desk.tasks.read(
                lambda connection: copied(connection, draft, document, day),
                lambda found: self._on_copied(draft.id, found),
            )

    def _on_copied(self, draft_id: str, found: Copied) -> None:
        before = self._now()
        if before is None or before.id != draft_id:
            return
        draft = before
        for line in found.lines:
            draft = draft.with_product(line.product_id, line.qty)
        self._put(draft)
        done = quote_offers.copy_done(found, self._desk.formats)
        if done.left_out:
            sheet = LeftOutSheet(self._parent, done)
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()
            return

        def back() -> None:
            now = self._now()
            if now is not None and now.id == draft_id:
                self._put(quote_offers.taken_back(now, before, draft))

        self._desk.toast(done.says, tone="ok", action=tr("quote_editor.undo"), then=back)
