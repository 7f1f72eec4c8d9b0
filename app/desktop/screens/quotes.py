"""Quotes & orders: the list, the editor, and the pages of one document. Which of them is shown is decided here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.desktop.desk import Desk, Screen
from app.desktop.papers import PaperActs
from app.desktop.screens.document_acts import DocumentActs
from app.desktop.screens.document_pages import OpView, OrderView, QuoteView
from app.desktop.screens.presenting import Presenting
from app.desktop.screens.quote_changes import show_changes
from app.desktop.screens.quote_editor import QuoteEditor
from app.desktop.screens.quote_list import QuoteList
from app.desktop.tasks import BadNews
from app.desktop.widgets.panel import EmptyState, column
from app.domain.commands import PlaceOrder
from app.domain.rejections import Finding
from app.screens import op_page, order_page, papers, quote_page, quotes
from app.screens.document_parts import only
from app.screens.findings import all_in_words
from app.screens.wording import tr
from app.workspace import drafting
from app.workspace.queries import documents, quotes as query
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.quotes import (
    DRAFT,
    OP,
    ORDER,
    QUOTE,
    DocumentList,
    OpCard,
    OrderCard,
    QuoteCard,
)
from app.workspace.workspace import Performed, Workspace

LIST, EDITOR = "list", "editor"
_TOPICS = (
    "quote", "quote_line", "approval", "sales_order", "order_line", "shipment", "movement", "op_result", "outbox",
    "drafts", "signature",
    "account", "address", "exposure", "product", "price", "price_list", "promotion", "promotion_product",
    "policy", "contract", "contract_price", "roster", "commitment", "tax_rate", "tax_exemption", "licence",
    "envelope", "document_draft", "draft_revision", "favourite",
)  # fmt: skip


class QuotesScreen(Screen):
    """See the module. `open` takes new_for (an account), quote_id, order_id, op_id, draft_id, add_product or wanted (a
    filter)."""

    topics = frozenset(_TOPICS)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setObjectName("screen.quotes")
        self.showing: tuple[str, str] = (LIST, "")
        self._quote: QuoteCard | None = None
        self._order: OrderCard | None = None
        self._refusal: tuple[QuoteCard | OrderCard, str, tuple[Finding, ...]] | None = None
        self.list = QuoteList(desk)
        self.editor = QuoteEditor(desk)
        self.quote_view, self.order_view, self.op_view = QuoteView(desk), OrderView(desk), OpView(desk)
        self.gone = EmptyState(
            desk.theme,
            name="quotes.gone",
            icon="quotes",
            words="",
            step=tr("quotes.back"),
            then=self.show_list,
        )
        self.gone.say(tr("quotes.gone"), tr("quotes.gone.more"))
        self.stack = QStackedWidget()
        for page in (self.list, self.editor, self.quote_view, self.order_view, self.op_view, self.gone):
            self.stack.addWidget(page)
        column(self).addWidget(self.stack)
        self.acts = DocumentActs(desk, self, lambda: self._lock(True))
        self.papers = PaperActs(desk)
        self.presenting = Presenting(desk, lambda card, done: self._on_done(card, "present.not_signed", done))
        self._connect()

    def _connect(self) -> None:
        self.list.asked.connect(self._read_list)
        self.list.opened.connect(self.show_document)
        self.list.new_asked.connect(self._new)
        self.editor.left.connect(self.show_list)
        self.editor.submitted.connect(lambda quote_id: self.show_document(QUOTE, quote_id))
        self.editor.discarded.connect(self._on_discarded)
        self.desk.tasks.failed.connect(self._on_failed)
        for view in (self.quote_view, self.order_view, self.op_view):
            view.left.connect(self.show_list)
            view.acted.connect(self._act)
            view.asked.connect(self._act_on_finding)

    # -- the screen ---------------------------------------------------------------------------------------------------

    def open(self, **args: Any) -> None:
        """See the class."""
        match args:
            case {"new": _}:
                self._draft(drafting.start)
            case {"new_for": account_id}:
                self._draft(lambda workspace: drafting.start(workspace, account_id))
            case {"add_product": product_id}:
                self._add_product(product_id)
            case {"draft_id": draft_id}:
                self.show_document(DRAFT, draft_id)
            case {"quote_id": quote_id}:
                self.show_document(QUOTE, quote_id)
            case {"order_id": order_id}:
                self.show_document(ORDER, order_id)
            case {"op_id": op_id}:
                self.show_document(OP, op_id)
            case {"wanted": wanted}:
                self.show_list()
                self.list.choose(wanted)

    def reload(self) -> None:
        kind, _row_id = self.showing
        if kind == LIST:
            self._read_list()
        elif kind == EDITOR:
            self.editor.judge()
            self.editor.offering.read()
            self.editor.look_at_versions()
        else:
            self._read_document()

    def leave(self) -> None:
        self.presenting.close()
        self.editor.save()

    def scan_taker(self) -> Callable[[str], None] | None:
        return self.editor.taking.take if self.showing[0] == EDITOR else None

    # -- the list -----------------------------------------------------------------------------------------------------

    def show_list(self) -> None:
        """Go back to the list."""
        if self.showing[0] == EDITOR:
            self.editor.close_draft()
        self._show(LIST, "", self.list)
        self._read_list()
        self.list.table.setFocus()

    def _show(self, kind: str, row_id: str, page: QWidget) -> None:
        self.showing = (kind, row_id)
        self.stack.setCurrentWidget(page)

    def _read_list(self) -> None:
        wanted, words, day = self.list.wanted, self.list.words, self.desk.today()
        self.desk.tasks.read(
            lambda connection: query.documents(connection, wanted, words, day),
            lambda found: self._on_list(found, wanted, words),
            key="quotes.list",
        )

    def _on_list(self, found: DocumentList, wanted: str, words: str) -> None:
        if found.leftover:
            self.desk.tasks.act(drafting.put_away_leftovers)
        self.list.show_state(
            quotes.present(
                found, wanted=wanted, words=words, role=self.desk.user.role, formats=self.desk.formats
            )
        )

    # -- drafts -------------------------------------------------------------------------------------------------------

    def _new(self) -> None:
        self._draft(drafting.start)

    def _draft(self, make: Callable[[Workspace], QuoteDraft], *, says: str = "") -> None:
        """Have a draft made on the writer thread, then write on it; `says` is the key of a sentence for it."""

        def then(draft: QuoteDraft) -> None:
            self._write_on(draft)
            if says:
                self.desk.toast(tr(says, number=draft.number), tone="ok")

        self.editor.save()
        self.desk.tasks.act(make, then)

    def _write_on(self, draft: QuoteDraft) -> None:
        if self.showing[0] == EDITOR and (self.editor.draft is None or self.editor.draft.id != draft.id):
            self.editor.close_draft()
        self._show(EDITOR, draft.id, self.editor)
        self.editor.open(draft)

    def _add_product(self, product_id: str) -> None:
        if self.editor.draft is not None:
            self._show(EDITOR, self.editor.draft.id, self.editor)
            self.editor.add_product(product_id)
            return
        self._draft(lambda workspace: drafting.add_product(workspace, product_id))

    def _on_discarded(self, draft: QuoteDraft) -> None:
        self.show_list()

        def back() -> None:
            self._draft(lambda workspace: drafting.keep(workspace, draft))

        words = tr("quote_editor.discarded", number=draft.number)
        self.desk.toast(words, action=tr("quote_editor.undo"), then=back)

    # -- one document -------------------------------------------------------------------------------------------------

    def show_document(self, kind: str, row_id: str) -> None:
        """Show a draft, quote, order or op."""
        if self.showing[0] == EDITOR:
            self.editor.close_draft()
        self.showing = (kind, row_id)
        self._read_document()

    def _read_document(self) -> None:
        kind, row_id = self.showing
        readers: dict[str, tuple[Callable[[Any], Any], Callable[[Any], None]]] = {
            DRAFT: (
                lambda connection: next((one for one in query.drafts(connection) if one.id == row_id), None),
                self._on_draft,
            ),
            QUOTE: (
                lambda connection: (
                    documents.quote_card(connection, row_id) or documents.op_of_document(connection, row_id)
                ),
                self._on_quote,
            ),
            ORDER: (
                lambda connection: (
                    documents.order_card(connection, row_id) or documents.op_of_document(connection, row_id)
                ),
                self._on_order,
            ),
            OP: (lambda connection: documents.op_card(connection, row_id), self._on_op),
        }
        read, then = readers[kind]

        def still_asked(answer: object) -> None:
            if self.showing == (kind, row_id):
                if answer is None:
                    self.stack.setCurrentWidget(self.gone)
                elif isinstance(answer, str):
                    self.show_document(OP, answer)
                else:
                    then(answer)

        self.desk.tasks.read(read, still_asked, key="quotes.document")

    def _bring(self, view: QWidget) -> None:
        """Show a page; the keyboard starts at its top, and stays where it is when the page was read again."""
        if self.stack.currentWidget() is not view:
            self.stack.setCurrentWidget(view)
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_draft(self, draft: QuoteDraft) -> None:
        self._write_on(draft)

    def _on_quote(self, card: QuoteCard) -> None:
        self._quote = card
        self.presenting.look_again(card)
        page = quote_page.present(
            card, role=self.desk.user.role, day=self.desk.today(), formats=self.desk.formats
        )
        self.quote_view.show_page(page)
        self._show_refusal(card, self.quote_view)
        self._bring(self.quote_view)

    def _show_refusal(self, card: QuoteCard | OrderCard, view: QuoteView | OrderView) -> None:
        """Why the step that was just asked for is not possible, as long as the document is as it was."""
        if self._refusal and self._refusal[0] == card:
            found = all_in_words(self._refusal[2], self.desk.formats)
            view.show_says(self._refusal[1], "bad", only(found, quote_page.STEPS))

    def _on_order(self, card: OrderCard) -> None:
        self._order = card
        self.presenting.look_again(card)
        self.order_view.show_page(
            order_page.present(card, role=self.desk.user.role, formats=self.desk.formats)
        )
        self._show_refusal(card, self.order_view)
        self._bring(self.order_view)

    def _on_op(self, card: OpCard) -> None:
        """An op that needs nobody leads to its document."""
        if op_page.settled_well(card):
            self.show_document(*op_page.document(card))
            return
        self.op_view.show_page(op_page.present(card, self.desk.formats))
        self._bring(self.op_view)

    # -- what was tapped ----------------------------------------------------------------------------------------------

    def _act(self, action: str, target: str) -> None:
        kind, row_id = self.showing
        match action:
            case quote_page.PLACE:
                self._place_order()
            case quote_page.PRESENT if card := self._quote if kind == QUOTE else self._order:
                self.presenting.show(card)
            case quote_page.OFFER | quote_page.LOSE | quote_page.EXPIRE if self._quote:
                card = self._quote
                self.acts.move_quote(
                    card, action, lambda done: self._on_done(card, "quote_page.not_moved", done)
                )
            case quote_page.TAKE_COUNTER:
                day = self.desk.today()
                self._draft(lambda workspace: drafting.take_counter(workspace, row_id, day))
            case order_page.CANCEL if self._order:
                order = self._order
                self.acts.cancel_order(order, lambda done: self._on_done(order, "order_page.not_done", done))
            case order_page.RETURN if self._order:
                order = self._order
                self.acts.return_goods(order, lambda done: self._on_done(order, "order_page.not_done", done))
            case quote_page.REVISE:
                self._draft(lambda workspace: drafting.revise(workspace, row_id))
            case quote_page.COPY if kind == QUOTE:
                self._draft(lambda workspace: drafting.copy_quote(workspace, row_id))
            case quote_page.COPY:
                self._draft(lambda workspace: drafting.copy_order(workspace, row_id))
            case papers.PDF | papers.MAIL:
                self._print(kind, mail=action == papers.MAIL)
            case quote_page.CHANGES:
                show_changes(self.desk, self, target)
            case quote_page.OPEN_ORDER:
                self.show_document(ORDER, target)
            case order_page.OPEN_QUOTE:
                self.show_document(QUOTE, target)
            case quote_page.OPEN_ACCOUNT:
                self.desk.go("accounts", account_id=target)
            case op_page.OPEN_AS_DRAFT:
                self._draft(
                    lambda workspace: drafting.reopen(workspace, row_id), says="quote_editor.opened_again"
                )
            case op_page.DISMISS:
                self.desk.tasks.act(
                    lambda workspace: workspace.dismiss(row_id), lambda _none: self._on_dismissed()
                )

    def _print(self, kind: str, *, mail: bool) -> None:
        if kind == QUOTE and self._quote:
            self.papers.quote(self._quote, mail=mail)
        elif kind == ORDER and self._order:
            self.papers.order(self._order, mail=mail)

    def _act_on_finding(self, action: str, subject: str) -> None:
        if action == "sync":
            self.desk.tasks.sync_now()
        elif action == "open_account":
            self.desk.go("accounts", account_id=subject)
        elif self.showing[0] == OP:
            self._act(op_page.OPEN_AS_DRAFT, "")

    def _on_dismissed(self) -> None:
        self.desk.toast(tr("op_page.dismissed"), tone="ok")
        self.show_list()

    def _place_order(self) -> None:
        card = self._quote
        if card is None or self.showing != (QUOTE, card.id):
            return
        day = self.desk.today()
        self._lock(True)

        def build(workspace: Workspace) -> PlaceOrder:
            return PlaceOrder(
                op_id=workspace.new_id(),
                actor=self.desk.user.user_id,
                business_date=day,
                order_id=workspace.new_id(),
                number=workspace.next_number(),
                quote_id=card.id,
                revision=card.revision,
            )

        self.desk.perform(build, lambda performed: self._on_done(card, "quote_page.refused", performed))

    def _on_done(self, card: QuoteCard | OrderCard, refused: str, performed: Performed) -> None:
        """A step was taken or refused; `refused` is the key of the sentence for the latter."""
        self._lock(False)
        self._refusal = None if performed.saved else (card, tr(refused), performed.decision.findings)
        if self.showing[1] == card.id:
            self._read_document()

    def _lock(self, busy: bool) -> None:
        """While a command is on its way nothing else can be asked of the page."""
        for view in (self.quote_view, self.order_view):
            view.setEnabled(not busy)

    def _on_failed(self, news: BadNews) -> None:
        """The writer could not keep it: nothing was done, and it may be tried again."""
        if news.where == "writer":
            self._lock(False)
            self.presenting.failed()
