"""The verbs of a quote or an order as commands: offered, lost, expired; cancelled, taken back. A reason where one is
wanted is asked for first; what the rules then refuse is for the page to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.desktop.desk import Desk
from app.desktop.screens.return_sheet import ReturnSheet
from app.desktop.widgets.reason_sheet import ask_reason
from app.domain.commands import Command, MoveOrder, MoveQuote, ReturnGoods
from app.screens import order_page, quote_page
from app.screens.order_goods import returnable
from app.screens.wording import tr
from app.workspace.rows.quotes import OrderCard, QuoteCard
from app.workspace.workspace import Performed, Workspace

Then = Callable[[Performed], None]


@dataclass(frozen=True, slots=True)
class DocumentActs:
    """`parent` is what sheets open over; `began` is called when a command is on its way."""

    desk: Desk
    parent: QWidget
    began: Callable[[], None]

    def move_quote(self, card: QuoteCard, verb: str, then: Then) -> None:
        """Offer the quote or let it expire; losing it wants a reason."""
        if verb != quote_page.LOSE:
            self._move_quote(card, verb, "", then)
            return
        ask_reason(
            self.parent,
            name="lose_sheet",
            title=tr("quote_page.lose.title", number=card.number),
            says=tr("quote_page.lose.says"),
            confirm=tr("quote_page.lose"),
            then=lambda reason: self._move_quote(card, verb, reason, then),
        )

    def cancel_order(self, card: OrderCard, then: Then) -> None:
        """Cancel what has not been shipped of an order, for a reason."""
        day = self.desk.today()

        def confirmed(reason: str) -> None:
            self._perform(
                lambda workspace: MoveOrder(
                    op_id=workspace.new_id(),
                    actor=self.desk.user.user_id,
                    business_date=day,
                    order_id=card.id,
                    verb=order_page.CANCEL,
                    reason=reason,
                ),
                tr("order_page.cancelled", number=card.number),
                then,
            )

        ask_reason(
            self.parent,
            name="cancel_sheet",
            title=tr("order_page.cancel.title", number=card.number),
            says=tr("order_page.cancel.says"),
            confirm=tr("order_page.cancel"),
            then=confirmed,
        )

    def return_goods(self, card: OrderCard, then: Then) -> None:
        """Take goods of an order back into the own trunk."""
        lines = returnable(card, self.desk.formats)
        sheet = ReturnSheet(self.parent, self.desk.theme, number=card.number, returnable=lines)
        sheet.accepted.connect(lambda: self._return(card, sheet, then))
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def _return(self, card: OrderCard, sheet: ReturnSheet, then: Then) -> None:
        day, lines, reason = self.desk.today(), sheet.lines, sheet.words

        def build(workspace: Workspace) -> ReturnGoods:
            return ReturnGoods(
                op_id=workspace.new_id(),
                actor=self.desk.user.user_id,
                business_date=day,
                return_id=workspace.new_id(),
                number=workspace.next_number(),
                order_id=card.id,
                location_id=card.trunk_id,
                reason=reason,
                lines=lines,
            )

        self._perform(build, tr("return_sheet.done", number=card.number), then)

    def _move_quote(self, card: QuoteCard, verb: str, reason: str, then: Then) -> None:
        day = self.desk.today()
        self._perform(
            lambda workspace: MoveQuote(
                op_id=workspace.new_id(),
                actor=self.desk.user.user_id,
                business_date=day,
                quote_id=card.id,
                revision=card.revision,
                verb=verb,
                reason=reason,
            ),
            tr(f"quote_page.moved.{verb}", number=card.number),
            then,
        )

    def _perform(self, build: Callable[[Workspace], Command], done: str, then: Then) -> None:
        self.began()

        def after(performed: Performed) -> None:
            if performed.saved:
                self.desk.toast(done, tone="ok")
            then(performed)

        self.desk.perform(build, after)
