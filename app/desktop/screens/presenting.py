"""The way to the customer and back: the page is put over the window, and a signature becomes a command.

What was typed and drawn is kept when the rep goes back for a moment, and is there again for the same document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from app.desktop.desk import Desk
from app.desktop.screens.present_page import PresentPage
from app.screens.present import Presented, present_order, present_quote
from app.screens.wording import tr
from app.workspace import field
from app.workspace.queries import documents
from app.workspace.queries.accounts import contact_names
from app.workspace.queries.signatures import to_sign
from app.workspace.rows.quotes import ORDER, QUOTE, OrderCard, QuoteCard
from app.workspace.rows.signatures import ToSign
from app.workspace.workspace import Performed

Card = QuoteCard | OrderCard


@dataclass(frozen=True, slots=True)
class _Read:
    """A document as it stood at one moment: what is shown is what is signed."""

    card: Card
    to_sign: ToSign
    names: tuple[str, ...]


class Presenting:
    """`done` is told what became of a signature; the page itself says it to the customer."""

    def __init__(self, desk: Desk, done: Callable[[Card, Performed], None]) -> None:
        self.page: PresentPage | None = None
        self._desk, self._done = desk, done
        self._read: _Read | None = None
        self._uncover: Callable[[], None] | None = None
        self._kept: tuple[tuple[object, ...], str, str] = ((), "", "")  # key, name and drawing

    def show(self, card: Card) -> None:
        """Turn the document to the customer."""
        self._look(card, self._cover)

    def look_again(self, card: Card) -> None:
        """The document has been read again: show it as it stands now, where it is the one that is shown."""
        if self._read is not None and self._read.card.id == card.id:
            self._look(card, self._show)

    def failed(self) -> None:
        """The writer could not keep something: what was signed, where a signature is on its way."""
        if self.page is not None and self.page.busy:
            self.page.show_not_saved()

    def close(self) -> None:
        """Back to the desk."""
        page, uncover, read = self.page, self._uncover, self._read
        self.page, self._uncover, self._read = None, None, None
        if page is None or uncover is None or read is None:
            return
        if page.again:  # the name that stands there was for other figures
            self._kept = ((), "", "")
        else:
            self._kept = (self._presented(read).key, page.name.text(), page.pad.text)
        uncover()

    # -- inside -------------------------------------------------------------------------------------------------------

    def _look(self, card: Card, then: Callable[[_Read], None]) -> None:
        kind = QUOTE if isinstance(card, QuoteCard) else ORDER

        def read(connection: Connection) -> _Read | None:
            found = (documents.quote_card if kind == QUOTE else documents.order_card)(connection, card.id)
            signs = to_sign(connection, kind, card.id)
            if found is None or signs is None:
                return None
            return _Read(found, signs, contact_names(connection, found.account_id))

        self._desk.tasks.read(read, lambda found: then(found) if found is not None else None, key="present")

    def _cover(self, read: _Read) -> None:
        self.close()
        quote = isinstance(read.card, QuoteCard)
        page = PresentPage(self._desk.theme, back=tr("present.back.quote" if quote else "present.back.order"))
        page.left.connect(self.close)
        page.signed.connect(self._sign)
        self.page, self._read = page, read
        shown = self._presented(read)
        page.show_presented(shown)
        key, name, strokes = self._kept
        if key == shown.key and shown.signing is not None:
            page.put_back(name or shown.signing.name, strokes)
        self._uncover = self._desk.cover(page)
        page.setFocus()

    def _show(self, read: _Read) -> None:
        if self.page is not None and self._read is not None and self._read.card.id == read.card.id:
            self._read = read
            self.page.show_presented(self._presented(read))

    def _presented(self, read: _Read) -> Presented:
        desk, card = self._desk, read.card
        company, role, formats = desk.papers.letterhead().name, desk.user.role, desk.formats
        if isinstance(card, QuoteCard):
            return present_quote(
                card, company=company, names=read.names, role=role, day=desk.today(), formats=formats
            )
        return present_order(card, company=company, names=read.names, role=role, formats=formats)

    def _sign(self, name: str, strokes: str) -> None:
        page, read = self.page, self._read
        if page is None or read is None:
            return
        page.set_busy(True)
        self._desk.perform(
            lambda workspace: field.sign_document(workspace, read.to_sign, signer=name, strokes=strokes),
            lambda performed: self._performed(read.card, performed),
        )

    def _performed(self, card: Card, performed: Performed) -> None:
        if self.page is not None:
            if performed.saved:
                self._kept = ((), "", "")
                self.page.show_taken()
            else:
                self.page.show_refused()
        self._done(card, performed)
