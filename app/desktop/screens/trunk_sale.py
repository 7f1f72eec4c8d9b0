"""Selling from the trunk, beside the list of its lots: a lot is tapped, a customer chosen, the sale recorded.

What is being put together is kept at every pause, so that nothing is lost by a stop; it becomes an op only when it is
recorded. What the rules say is read aside after each change and shown before anybody commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.desk import Desk
from app.desktop.screens.trunk_sale_form import SaleForm
from app.desktop.widgets.why_price import show_why_price
from app.domain.decide import Decision
from app.domain.rejections import Finding
from app.screens import trunk_sale as sale
from app.screens.wording import tr
from app.workspace.queries.preview import preview
from app.workspace.queries.trunk_sale import pick_accounts, read_customer
from app.workspace.rows.quoting import AccountChoice
from app.workspace.rows.trunk import Customer, SaleDraft, SaleItem, TrunkLot
from app.workspace.selling import keep_sale

if TYPE_CHECKING:
    from app.desktop.tasks import BadNews
    from app.domain.commands import Command
    from app.workspace.workspace import Performed, Workspace

PAUSE_MS = 300


class SalePanel(QWidget):
    """See the module. `closed` comes when the sale was put away or recorded; `counting` asks for a count."""

    NAME = "trunk.sale"  # begins the keys of what it reads
    DISCARDED = "sale.discarded"

    closed = Signal()
    counting = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.draft: SaleDraft | None = None
        self._lots: tuple[TrunkLot, ...] = ()
        self._as_of: str | None = None
        self._customer: Customer | None = None
        self._findings: tuple[Finding, ...] = ()
        self._refused = self._busy = False
        self._kept: SaleDraft | None = None
        self.form = self._make_form()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.form)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._connect()

    def _connect(self) -> None:
        form = self.form
        form.account.asked.connect(self._find_accounts)
        form.account.picked.connect(self._on_account)
        form.add.asked.connect(self._find_lots)
        form.add.picked.connect(self._on_choice)
        form.ship_to_chosen.connect(self._on_ship_to)
        form.po_typed.connect(lambda text: self._change(po_number=text))
        form.qty_changed.connect(lambda at, qty: self._put(sale.with_qty(self._now(), at, qty)))
        form.item_removed.connect(lambda at: self._put(sale.without(self._now(), at)))
        form.override_given.connect(lambda at, reason: self._put(sale.with_override(self._now(), at, reason)))
        form.why_asked.connect(self._why)
        form.findings.asked.connect(self._next_step)
        form.record.clicked.connect(lambda: self._record(even_so=False))
        form.anyway.clicked.connect(lambda: self._record(even_so=True))
        form.close_sale.clicked.connect(self.put_away)
        self.desk.tasks.failed.connect(self._on_failed)

    # -- what is of this kind of handover alone -----------------------------------------------------------------------

    def _make_form(self) -> SaleForm:
        return SaleForm(self.desk.theme)

    def _store(self, workspace: Workspace, draft: SaleDraft) -> None:
        """Keep the draft; on the writer thread."""
        keep_sale(workspace, draft)

    def _choices(self, words: str) -> tuple[sale.Choice, ...]:
        return sale.choices(self._lots, words, self.desk.formats, self.desk.today())

    def _planned(self) -> tuple[sale.Planned, ...]:
        return sale.plan(self._now().items, self._lots, self._customer, self.desk.today())

    def _show_form(self, draft: SaleDraft) -> None:
        state = sale.present(
            draft,
            self._planned(),
            self._customer,
            self.desk.formats,
            self.desk.today(),
            findings=self._findings,
            refused=self._refused,
        )
        self.form.show_state(state, busy=self._busy)

    def _command(
        self, draft: SaleDraft, customer: Customer, planned: Sequence[sale.Planned], number: str
    ) -> Command:
        user, day = self.desk.user.user_id, self.desk.today()
        return sale.command(draft, planned, customer, actor=user, day=day, number=number)

    # -- which sale ---------------------------------------------------------------------------------------------------

    def begin(self, draft: SaleDraft) -> None:
        """Go on with this sale."""
        self.draft, self._kept = draft, draft
        self._customer, self._findings, self._refused, self._busy = None, (), False, False
        self.form.customer_chosen()
        self._load_customer()
        self._show()

    def set_lots(self, lots: Sequence[TrunkLot], as_of: str | None) -> None:
        """What is in the trunk now; the customer and the prices may have moved with it, so they are read again."""
        self._lots, self._as_of = tuple(lots), as_of
        if self.draft is not None:
            self._load_customer()
            self._show()

    def add_lot(self, lot: TrunkLot) -> None:
        self._put(sale.add_lot(self._now(), lot))

    def add_units(self, lot: TrunkLot, qty: int) -> None:
        self._put(sale.add_units(self._now(), lot, qty))

    def add_product(self, product_id: str) -> None:
        self._put(sale.add_product(self._now(), product_id))

    def sell_to(self, account_id: str) -> None:
        """This customer from now on; the ship-to and PO number of another are not carried over."""
        if account_id == self._now().account_id:
            return
        self.form.customer_chosen()
        self._customer = None
        self._put(replace(self._now(), account_id=account_id, ship_to_id="", po_number=""))
        self._load_customer()

    def put_away(self) -> None:
        """Drop the sale; for a while it can be had back."""
        draft = self.draft
        if draft is None or self._busy:
            return
        self._end(draft)
        if draft.items:
            self.desk.toast(tr(self.DISCARDED), action=tr("sale.undo"), then=lambda: self._bring_back(draft))

    def keep(self) -> None:
        """Keep the sale now, if it has changed since it was kept."""
        self._pause.stop()
        draft = self.draft
        if draft is None or draft == self._kept or self._busy:
            return
        self._kept = draft
        self.desk.tasks.act(lambda workspace: self._store(workspace, draft))

    # -- changing -----------------------------------------------------------------------------------------------------

    def _now(self) -> SaleDraft:
        assert self.draft is not None
        return self.draft

    def _change(self, **fields: str | bool | tuple[SaleItem, ...]) -> None:
        self._put(replace(self._now(), **fields))  # type: ignore[arg-type]

    def _put(self, draft: SaleDraft) -> None:
        """The sale is now this one."""
        if self._busy or draft == self.draft:
            return
        self.draft, self._refused = draft, False
        self._pause.start()
        self._show()
        self._judge()

    def _on_account(self, choice: AccountChoice) -> None:
        self.form.customer_chosen()
        self.sell_to(choice.id)
        self._show()

    def _on_ship_to(self, address_id: str) -> None:
        """Prices, taxes and licences are those of the ship-to."""
        self._change(ship_to_id=address_id)
        self._load_customer()

    def _on_choice(self, choice: sale.Choice) -> None:
        if choice.lot is not None:
            self.add_lot(choice.lot)
        else:
            self.add_product(choice.product_id)

    def _find_accounts(self, words: str) -> None:
        user = self.desk.user.user_id
        self.desk.tasks.read(
            lambda connection: pick_accounts(connection, words, user),
            self.form.account.show_choices,
            key=f"{self.NAME}.accounts",
        )

    def _find_lots(self, words: str) -> None:
        self.form.add.show_choices(self._choices(words))

    def _load_customer(self) -> None:
        account_id = self._now().account_id
        if not account_id:
            return
        products = {lot.product_id for lot in self._lots} | {item.product_id for item in self._now().items}
        ship_to = self._now().ship_to_id
        self.desk.tasks.read(
            lambda connection: read_customer(connection, account_id, products, ship_to),
            self._on_customer,
            key=f"{self.NAME}.customer",
        )

    def _on_customer(self, customer: Customer | None) -> None:
        if self.draft is None or (customer is not None and customer.buyer.id != self.draft.account_id):
            return
        self._customer = customer
        self._show()
        self._judge()

    # -- showing ------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.draft is None:
            return
        self._show_form(self.draft)

    def _judge(self) -> None:
        """Ask what the rules say of the sale as it stands."""
        draft, customer = self.draft, self._customer
        planned = self._planned() if draft else ()
        if draft is None or customer is None or not any(one.lines for one in planned):
            self._on_judged(())
            return
        command = self._command(draft, customer, planned, draft.number)

        def ask(connection: object) -> tuple[SaleDraft, Decision]:
            return draft, preview(connection, command)  # type: ignore[arg-type]

        self.desk.tasks.read(ask, self._on_decision, key=f"{self.NAME}.preview")

    def _on_decision(self, answer: tuple[SaleDraft, Decision]) -> None:
        draft, decision = answer
        if draft == self.draft and not self._refused:
            self._on_judged(decision.findings)

    def _on_judged(self, findings: tuple[Finding, ...]) -> None:
        if findings != self._findings:
            self._findings = findings
            self._show()

    def _why(self, at: int) -> None:
        planned = self._planned()
        if self._customer is None or at >= len(planned) or not planned[at].lines:
            return
        line = planned[at].lines[0]
        explained = sale.why(line, self._customer, self.desk.formats, self.desk.today(), self._as_of)
        show_why_price(self, self.desk.theme, explained)

    def _next_step(self, action: str, subject: str) -> None:
        match action:
            case "edit" if self.form.ask_why(subject):
                pass  # the reason for a lot
            case "edit":
                self.form.po.setFocus()
            case "choose_account":
                self.form.choose_customer()
            case "open_account":
                self.desk.go("accounts", account_id=self._now().account_id)
            case "count":
                self.counting.emit()
            case "sync":
                self.desk.tasks.sync_now()

    # -- recording ----------------------------------------------------------------------------------------------------

    def _record(self, *, even_so: bool) -> None:
        """Save the sale with the prices that are shown. A refusal is shown with all its findings; only a person who
        has seen them may say that it happened all the same."""
        draft, customer = self.draft, self._customer
        if draft is None or customer is None or self._busy:
            return
        planned = self._planned()
        self._pause.stop()
        self._busy = True
        self._show()
        given: list[str] = []

        def build(workspace: Workspace) -> Command:
            number = draft.number or workspace.next_number()
            given.append(number)
            return self._command(draft, customer, planned, number)

        def after(performed: Performed) -> None:
            self._on_recorded(performed, replace(draft, number=given[0]))

        self.desk.perform(build, after, even_so=even_so)

    def _on_recorded(self, performed: Performed, draft: SaleDraft) -> None:
        self._busy = False
        if performed.saved:
            self._end(draft)
            return
        self.draft, self._kept = draft, None
        self._refused, self._findings = True, performed.decision.findings
        self.keep()
        self._show()
        self.form.reveal_findings()

    def _end(self, draft: SaleDraft) -> None:
        """The sale is no more: recorded, or put away."""
        self._pause.stop()
        self.draft = self._kept = self._customer = None
        self._findings, self._refused = (), False
        self.desk.tasks.act(lambda workspace: workspace.delete_draft(draft.sale_id))
        self.closed.emit()

    def _bring_back(self, draft: SaleDraft) -> None:
        self.desk.tasks.act(lambda workspace: self._store(workspace, draft), lambda _none: self.begin(draft))

    def _on_failed(self, news: BadNews) -> None:
        """Nothing was saved: the sale is still here and can be recorded again."""
        if self._busy and news.where == "writer":
            self._busy = False
            self._show()
