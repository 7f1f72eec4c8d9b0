"""A usage ticket: what was used of the goods that lay at the customer, with lots, prices and who was there. The
customer orders by it, so its PO number and the reference of the case stand on top, or a line to write them on."""

from __future__ import annotations

from dataclasses import replace

from app.printing.heads import for_customer
from app.printing.layout import pdf
from app.printing.order import prices, totals
from app.printing.parts import expiry
from app.printing.sheet import END, Cell, Column, Letterhead, Sheet, Table
from app.printing.signing import signed, to_sign
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quotes import OrderCard


def usage_ticket(card: OrderCard, *, letterhead: Letterhead, formats: Formats) -> bytes:
    """The ticket of a use (an order of type bill_only) as a PDF."""
    return pdf(sheet(card, letterhead=letterhead, formats=formats))


def sheet(card: OrderCard, *, letterhead: Letterhead, formats: Formats) -> Sheet:
    """The ticket in words."""
    head = for_customer(
        card,
        tr("print.usage"),
        tr("print.used_at"),
        (
            (tr("print.used_on"), formats.date(card.day)),
            (tr("print.case"), card.case_ref or tr("print.blank")),
            (tr("print.po"), card.po_number or tr("print.blank")),
        ),
        letterhead=letterhead,
        formats=formats,
    )
    return replace(
        head,
        says=tr("print.usage.held") if card.state == "held" else "",
        tables=(_lines(card, formats),),
        signs=(
            signed(tr("print.usage.witness"), card.signature, formats),
            to_sign(tr("print.usage.rep")),
        ),
    )


def _lines(card: OrderCard, formats: Formats) -> Table:
    expires = {one.lot_id: one.expires for one in (*card.handed_over, *card.lots) if one.lot_id}
    sums = totals(card, formats)
    return Table(
        columns=(
            Column(tr("print.line"), 10, END),
            Column(tr("print.product"), 0),
            Column(tr("print.lot"), 34),
            Column(tr("print.qty"), 20, END),
            Column(tr("print.unit_price"), 26, END),
            Column(tr("print.amount"), 28, END),
        ),
        rows=tuple(
            (
                Cell(formats.qty(line.line_no)),
                Cell(line.name or line.sku or line.product_id, line.sku if line.name else ""),
                Cell(line.lot, _expires(expires.get(line.lot_id), formats)),
                Cell(formats.qty(line.qty)),
                *prices(line, card.currency, formats),
            )
            for line in card.lines
        ),
        totals=sums,
        grand=bool(sums),
        none=tr("print.no_lines"),
    )


def _expires(day: str | None, formats: Formats) -> str:
    return tr("print.expires_on", day=expiry(day, formats)) if day else ""
