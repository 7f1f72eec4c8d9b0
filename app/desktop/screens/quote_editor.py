"""The quote editor. Every change is judged at once on the reader thread; every pause in typing saves the draft.

Three things are kept apart: the draft (what was typed), the judgement (its prices and findings, which may lag behind by
one read), and what was saved. Submitting waits until the judgement belongs to the draft, so the prices that are sent
are those in sight.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.desk import Desk
from app.desktop.scan_taking import Taking
from app.desktop.screens.draft_versions import DraftSides
from app.desktop.screens.quote_form import QuoteForm
from app.desktop.screens.quote_offering import Offering
from app.desktop.tasks import BadNews
from app.desktop.widgets.panel import column
from app.desktop.widgets.why_price import show_why_price
from app.domain.commands import SubmitQuote
from app.domain.scan import Matched, ScanRefused
from app.screens.quote_editor import EditorState, present
from app.screens.wording import tr
from app.workspace import drafting, sharing
from app.workspace.queries.quoting import find_accounts, find_products, judged
from app.workspace.queries.scanning import look_up_goods
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.quoting import AccountChoice, Judged, ProductChoice
from app.workspace.workspace import Performed, Workspace

SAVE_MS = 300  # a pause in typing
SHARE_MS = 60_000  # a longer one: other tablets of the same person may have it


class QuoteEditor(QWidget):
    """`left`: the person went back. `submitted` carries the id of the quote that now stands. `discarded` the draft."""

    left = Signal()
    submitted = Signal(str)
    discarded = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("quote_editor")
        self.desk = desk
        self.draft: QuoteDraft | None = None
        self.state: EditorState | None = None
        self._judged: Judged | None = None
        self._saved: QuoteDraft | None = None
        self._refused: QuoteDraft | None = None
        self._typed: dict[str, str] = {}
        self._submitting = self._submit_when_judged = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SAVE_MS)
        self._pause.timeout.connect(self.save)
        self._long_pause = QTimer(self)
        self._long_pause.setSingleShot(True)
        self._long_pause.setInterval(SHARE_MS)
        self._long_pause.timeout.connect(self.share)
        self.form = QuoteForm(desk.theme, desk.formats)
        self.sides = DraftSides(desk, self.form.versions, self)
        column(self).addWidget(self.form)
        self.offering = Offering(desk, self, self.form, lambda: self.draft, self._put)
        self.taking = Taking(desk, self, look_up_goods, self._on_goods, self._on_product_alone)
        self._connect()

    def _connect(self) -> None:
        form = self.form
        form.back.clicked.connect(self.left)
        form.discard.clicked.connect(self._discard)
        form.submit.clicked.connect(self.submit)
        form.versions.clicked.connect(self._show_versions)
        self.sides.settled.connect(self._go_on_with)
        form.customer.account.asked.connect(self._find_accounts)
        form.customer.account.picked.connect(self._on_account)
        form.product.asked.connect(self._find_products)
        form.product.picked.connect(self._on_product)
        form.scan.clicked.connect(self.taking.open_sheet)
        form.customer.ship_to_chosen.connect(lambda address_id: self._change(ship_to_id=address_id))
        form.customer.po_typed.connect(lambda text: self._change(po_number=text))
        form.customer.note_typed.connect(lambda text: self._change(note=text))
        form.qty_changed.connect(lambda at, many: self._put(self._now().with_packs(at, many)))
        form.pack_chosen.connect(lambda at, pack: self._put(self._now().with_pack(at, pack)))
        form.discount_typed.connect(self._on_discount)
        form.line_removed.connect(self._remove)
        form.why_asked.connect(self._why)
        form.findings.asked.connect(self._next_step)
        form.envelopes.drawn.connect(lambda envelope_id: self._change(envelope_id=envelope_id))
        self.desk.tasks.failed.connect(self._on_failed)

    # -- which draft --------------------------------------------------------------------------------------------------

    def open(self, draft: QuoteDraft, *, saved: bool = True) -> None:
        """Write on this draft; with `saved` False it is not on disk yet."""
        self.save()
        self.draft, self._judged, self._refused, self._typed = draft, None, None, {}
        self._saved = draft if saved else None
        self._submitting = self._submit_when_judged = False
        self.form.start()
        self.look_at_versions()
        self._render()
        self.judge()
        self.save()
        if not draft.account_id:
            self.form.customer.account.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif draft.lines:  # which what stands ready would cover
            self.form.product.close_offers()
            self.form.product.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.product.begin()

    def close_draft(self) -> None:
        """Leave the draft: keep what was typed; one with nothing on it is put away."""
        draft = self.draft
        self.save()
        if draft is not None and draft.empty and draft.revision == 1 and not self._submitting:
            self.desk.tasks.act(lambda workspace: sharing.put_away(workspace, draft.id))
        if draft is not None:
            self.desk.tasks.act(lambda workspace: sharing.share(workspace, draft.id))
        self.draft = self._judged = None

    def save(self) -> None:
        """Keep the draft now, if anything has changed since it was kept."""
        self._pause.stop()
        draft = self.draft
        if draft is None or draft == self._saved or self._submitting:
            return
        self._saved = draft

        self.desk.tasks.act(lambda workspace: drafting.keep(workspace, draft), self._on_saved)

    def _on_saved(self, saved: QuoteDraft) -> None:
        if self.draft is not None and replace(self.draft, base=saved.base) == saved:
            self.draft = self._saved = saved
            self.form.show_saved(tr("quote_editor.saved"))

    def share(self) -> None:
        """Make what is written an op, so that a lost tablet costs minutes; writing goes on."""
        draft = self.draft
        if draft is None or self._submitting:
            return
        self.save()

        self.desk.tasks.act(
            lambda workspace: sharing.share(workspace, draft.id),
            lambda base: self._take_base(draft.id, base),
        )

    def _take_base(self, draft_id: str, base: str | None) -> None:
        """The draft was shared: from now on it is written on that revision."""
        if base is not None and self.draft is not None and self.draft.id == draft_id:
            self.draft = replace(self.draft, base=base)
            self._saved = replace(self._saved, base=base) if self._saved else None

    # -- writing ------------------------------------------------------------------------------------------------------

    def _now(self) -> QuoteDraft:
        assert self.draft is not None
        return self.draft

    def _change(self, **fields: str) -> None:
        if self.draft is not None:
            self._put(replace(self.draft, **fields))  # type: ignore[arg-type]

    def _put(self, draft: QuoteDraft) -> None:
        """The draft is now this one."""
        if draft == self.draft or self._submitting:
            return
        self.draft = draft
        self._typed = {
            key: text for key, text in self._typed.items() if key in {one.product_id for one in draft.lines}
        }
        self.form.show_saved(tr("quote_editor.saving"))
        self._pause.start()
        self._long_pause.start()
        self._render()
        self.judge()

    def _on_account(self, choice: AccountChoice) -> None:
        if self.draft is not None and choice.id != self.draft.account_id:
            self._put(self.draft.for_account(choice.id, ""))
        self.form.customer.taken()
        self._render()
        self.form.product.begin()

    def add_product(self, product_id: str, qty: int = 1) -> None:
        """One more of a product, or as many as a pack has."""
        self._put(self._now().with_product(product_id, qty))
        self.form.show_line_of(product_id)

    def _on_product(self, choice: ProductChoice) -> None:
        self.add_product(choice.id)

    def _on_goods(self, goods: Matched) -> None:
        """A label was scanned: its product to a line; which lot it is has no meaning before goods are picked."""
        if self.draft is not None:
            self.add_product(goods.product_id, goods.qty)

    def _on_product_alone(self, refused: ScanRefused, _code: str) -> bool:
        """A label that names its product and no lot is enough for a quote."""
        if self.draft is None or not refused.product_id:
            return False
        self.add_product(refused.product_id)
        return True

    def _on_discount(self, at: int, discount_bp: object, text: str) -> None:
        line = self._now().lines[at]
        if isinstance(discount_bp, int):
            self._typed.pop(line.product_id, None)
            self._put(self._now().with_discount(at, discount_bp))
        else:
            self._typed[line.product_id] = text
        self._render()

    def _remove(self, at: int) -> None:
        before = self._now()
        gone = before.lines[at]
        name = (
            next((one.name for one in self.state.lines if one.product_id == gone.product_id), "")
            if self.state
            else ""
        )
        self._put(before.without(at))

        def back() -> None:
            if self.draft is not None and self.draft.id == before.id:
                lines = self.draft.lines
                self._put(replace(self.draft, lines=(*lines[:at], gone, *lines[at:])))

        self.desk.toast(tr("quote_editor.removed", product=name), action=tr("quote_editor.undo"), then=back)

    def _discard(self) -> None:
        draft = self.draft
        if draft is None or self._submitting:
            return
        self._pause.stop()
        self.draft = None
        self.desk.tasks.act(lambda workspace: sharing.put_away(workspace, draft.id))
        self.discarded.emit(draft)

    # -- versions -----------------------------------------------------------------------------------------------------

    def look_at_versions(self) -> None:
        """Read whether this draft was written elsewhere, too, and what was before."""
        self.sides.look_at(self.draft)

    def _show_versions(self) -> None:
        """What was typed here and is in no version yet becomes one first, so that it can be chosen."""
        draft = self.draft
        if draft is None:
            return
        self.save()

        def then(base: str | None) -> None:
            self._take_base(draft.id, base)
            self.sides.show(draft)

        self.desk.tasks.act(lambda workspace: sharing.share(workspace, draft.id), then)

    def _go_on_with(self, draft: QuoteDraft) -> None:
        """One version was chosen for all: write on it."""
        self.draft = None
        self.open(draft)

    # -- judging ------------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """Have prices and findings made for what is written now."""
        if self.draft is None:
            return
        draft, day = self.draft, self.desk.today()
        self.desk.tasks.read(
            lambda connection: judged(connection, draft, day), self._on_judged, key="quote.judged"
        )

    def _on_judged(self, found: Judged) -> None:
        if self.draft is None or found.draft.id != self.draft.id or self._submitting:
            return
        buyer = found.priced.buyer
        self._judged = found
        if buyer and buyer.id == self.draft.account_id and not self.draft.ship_to_id and buyer.ship_tos:
            self._change(ship_to_id=buyer.ship_tos[0].id)
            return
        self._render()
        if self._submit_when_judged and found.draft == self.draft:
            self.submit()

    def _render(self) -> None:
        if self.draft is None:
            return
        refused = self._refused == self.draft
        self.state = present(self.draft, self._judged, self.desk.formats, typed=self._typed, refused=refused)
        self.form.show_state(self.draft, self.state, busy=self._submitting)

    # -- submitting ---------------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Ask that the quote stand, at the prices in sight."""
        draft, found = self.draft, self._judged
        if draft is None or self._submitting:
            return
        if self._typed or not draft.account_id:
            self.form.point_at("discount" if self._typed else "account")
            return
        if (
            found is None
            or found.draft != draft
            or found.decision is None
            or found.priced.day != self.desk.today()
        ):
            self._submit_when_judged = True
            self.judge()
            return
        self._submit_when_judged = False
        self._submitting = True
        self._pause.stop()
        self._saved = draft
        self._render()
        command = draft.command(
            actor=self.desk.user.user_id,
            day=found.priced.day,
            currency=found.priced.currency,
            shown=found.priced.shown,
            traces=found.priced.traces,
        )

        def build(workspace: Workspace) -> SubmitQuote:
            drafting.keep(workspace, draft)
            return command

        self.desk.perform(build, lambda performed: self._on_performed(draft, performed))

    def _on_performed(self, draft: QuoteDraft, performed: Performed) -> None:
        self._submitting = False
        self._on_saved(draft)
        if performed.saved:
            self.desk.tasks.act(lambda workspace: sharing.put_away(workspace, draft.id))
            if self.draft is not None and self.draft.id == draft.id:
                self.draft = None
            self.submitted.emit(draft.quote_id)
            return
        if self.draft is None or self._judged is None or self.draft.id != draft.id:
            return
        self._refused = draft
        self._judged = replace(self._judged, draft=draft, decision=performed.decision)
        self._render()
        self.form.point_at("findings")

    def _on_failed(self, news: BadNews) -> None:
        """The writer could not keep it: what is written stays, and may be saved or submitted again."""
        if news.where != "writer":
            return
        self._saved = None
        if self._submitting:
            self._submitting = False
            self._render()

    # -- choosing and next steps --------------------------------------------------------------------------------------

    def _find_accounts(self, words: str) -> None:
        self.desk.tasks.read(
            lambda connection: find_accounts(connection, words),
            self.form.customer.account.show_choices,
            key="quote.accounts",
        )

    def _find_products(self, words: str) -> None:
        draft, day = self._now(), self.desk.today()
        self.desk.tasks.read(
            lambda connection: find_products(
                connection, words, draft.account_id, day, ship_to_id=draft.ship_to_id
            ),
            self.form.product.show_choices,
            key="quote.products",
        )

    def _why(self, at: int) -> None:
        why = self.state.lines[at].why if self.state and at < len(self.state.lines) else None
        if why is not None:
            show_why_price(self, self.desk.theme, why)

    def _next_step(self, action: str, subject: str) -> None:
        match action:
            case "sync":
                self.desk.tasks.sync_now()
            case "open_account":
                self.desk.go("accounts", account_id=self._now().account_id)
            case "open_quote":
                self.desk.go("quotes", quote_id=self._now().quote_id)
            case "choose_account":
                self.form.point_at("account")
            case _:
                self.form.point_at(subject)
