"""The pages of a submitted quote, an order and a refused op: one DocumentView each, with its columns and sections."""

from __future__ import annotations

from app.desktop.desk import Desk
from app.desktop.screens.document_view import FIRST, LAST, DocumentView
from app.desktop.widgets.table import Column
from app.desktop.widgets.why_price import show_two_prices, show_why_price
from app.screens.document_parts import Told
from app.screens.op_page import OpPage
from app.screens.order_page import OrderPage, OrderPageLine
from app.screens.quote_page import WHY_TWO, QuotePage, QuotePageLine
from app.screens.wording import tr


class QuoteView(DocumentView[QuotePageLine]):
    """A submitted quote. A tap on a line explains its price."""

    def __init__(self, desk: Desk) -> None:
        columns: tuple[Column[QuotePageLine], ...] = (
            Column(
                tr("quote_page.column.product"),
                lambda one: one.product,
                strong=True,
                second=lambda one: one.sku,
            ),
            Column(
                tr("quote_page.column.qty"),
                lambda one: one.qty,
                width=88,
                end=True,
                second=lambda one: one.discount,
            ),
            Column(
                tr("quote_page.column.unit"),
                lambda one: one.unit,
                width=128,
                end=True,
                second=lambda one: one.server,
                tone=lambda one: "warn" if one.server else "",
            ),
            Column(
                tr("quote_page.column.extended"), lambda one: one.extended, width=104, end=True, strong=True
            ),
            Column("", lambda _one: tr("quote_page.why"), width=64, end=True, tone=lambda _one: "accent"),
        )
        super().__init__(
            desk.theme,
            name="quote_page",
            columns=columns,
            key=lambda one: one.line_no,
            spoken=lambda one: one.spoken,
        )
        self._desk = desk
        self._page: QuotePage | None = None
        self.line_chosen.connect(self._explain)
        self.acted.connect(self._on_acted)

    def show_page(self, page: QuotePage) -> None:
        """Show the quote."""
        self._page = page
        self.show_head(page.title, page.about, page.chips, page.actions)
        self.show_papers(page.papers)
        self.show_says(page.next_step, page.tone, page.findings)
        self.show_told(
            "differs",
            tr("quote_page.differs"),
            page.differs,
            more=tr("quote_page.differs.more") if page.differs else "",
        )
        self.show_told("counter", tr("quote_page.counter"), page.counter, place=FIRST)
        self.show_told("approvals", tr("quote_page.approvals"), page.approvals)
        self.show_lines(page.lines)
        self.show_side(page.totals, page.total_label, page.total, page.details)
        self.show_signature(page.signed)

    def _explain(self, line: object) -> None:
        """Why this price; where the server has another, both side by side."""
        if not isinstance(line, QuotePageLine):
            return
        if line.compare is not None:
            show_two_prices(self, self._desk.theme, line.compare())
        else:
            show_why_price(self, self._desk.theme, line.explain())

    def _on_acted(self, action: str, target: str) -> None:
        if action == WHY_TWO and self._page is not None:
            self._explain(next((one for one in self._page.lines if str(one.line_no) == target), None))


class OrderView(DocumentView[OrderPageLine]):
    """An order with its allocation and shipments."""

    def __init__(self, desk: Desk) -> None:
        columns: tuple[Column[OrderPageLine], ...] = (
            Column(
                tr("quote_page.column.product"),
                lambda one: one.product,
                strong=True,
                second=lambda one: one.sku,
            ),
            Column(
                tr("quote_page.column.qty"),
                lambda one: one.qty,
                width=92,
                end=True,
                second=lambda one: one.returned,
            ),
            Column(
                tr("quote_page.column.allocated"),
                lambda one: one.allocated,
                width=92,
                end=True,
                second=lambda one: one.backordered,
                tone=lambda one: one.tone,
            ),
            Column(tr("quote_page.column.unit"), lambda one: one.unit, width=104, end=True),
            Column(
                tr("quote_page.column.extended"), lambda one: one.extended, width=112, end=True, strong=True
            ),
        )
        super().__init__(
            desk.theme,
            name="order_page",
            columns=columns,
            key=lambda one: one.line_no,
            spoken=lambda one: one.spoken,
        )

    def show_page(self, page: OrderPage) -> None:
        """Show the order."""
        self.show_head(page.title, page.about, page.chips, page.actions)
        self.show_papers(page.papers)
        self.show_says(page.next_step, page.tone, page.findings)
        self.show_lines(page.lines)
        reserves = any(line.allocated for line in page.lines)
        if self.lines is not None:
            self.lines.hide_columns(*(() if reserves else (tr("quote_page.column.allocated"),)))
        self.show_told("reserved", tr("order_page.reserved"), page.reserved, place=LAST)
        self.show_told("handed_over", tr("order_page.handed_over"), page.handed_over, place=LAST)
        self.show_told(
            "shipments", tr("order_page.shipments"), page.shipments, place=LAST, more=page.none_shipped
        )
        self.show_side(page.totals, page.total_label, page.total, page.details)
        self.show_signature(page.signed)


class OpView(DocumentView[None]):
    """An op that needs the person."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, name="op_page")

    def show_page(self, page: OpPage) -> None:
        """Show what was refused, and why."""
        self.show_head(page.title, page.about, page.chips, page.actions)
        self.show_says(page.says, "bad" if page.chips else "", page.findings)
        content = tuple(Told(one.name, one.words, "", "") for one in page.content)
        self.show_told("content", tr("op_page.content"), content, place=LAST)
        self.show_side((), tr("quote_editor.total") if page.total else "", page.total, page.details)
