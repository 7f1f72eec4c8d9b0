"""An order for the customer: the confirmation of a placed one, the receipt of goods sold out of the trunk.

What an imported order published is printed as it was published.
"""

from __future__ import annotations

from dataclasses import replace

from app.printing.heads import for_customer
from app.printing.layout import pdf
from app.printing.parts import lot_words, named
from app.printing.sheet import END, Cell, Column, Letterhead, Named, Sheet, Table
from app.printing.signing import signed
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quotes import OrderCard, OrderLineRow

_HELD = "held"
_SALE = "trunk_sale"


def order(card: OrderCard, *, letterhead: Letterhead, formats: Formats) -> bytes:
    """The order as a PDF."""
    return pdf(sheet(card, letterhead=letterhead, formats=formats))


def sheet(card: OrderCard, *, letterhead: Letterhead, formats: Formats) -> Sheet:
    """The order in words."""
    sale = card.type == _SALE
    head = for_customer(
        card,
        tr("print.sale") if sale else tr("print.order"),
        tr("print.ship_to"),
        (
            (tr("print.date"), formats.date(card.day)),
            (tr("print.due"), formats.date(card.due)),
            (tr("print.po"), card.po_number),
            (tr("print.quote"), card.quote_number),
        ),
        letterhead=letterhead,
        formats=formats,
    )
    return replace(
        head,
        says=_says(card),
        tables=(_lines(card, formats), *_shipments(card, formats)),
        signs=(signed(tr("print.received"), card.signature, formats),) if sale else (),
    )


def totals(card: OrderCard, formats: Formats) -> tuple[Named, ...]:
    """What an order comes to, with tax; as published where it was imported."""
    money = formats.money
    if card.total is None:
        return named(
            (tr("print.sub_total"), formats.published(card.published_sub_total, card.currency)),
            (tr("print.tax"), formats.published(card.published_tax, card.currency)),
            (tr("print.freight"), formats.published(card.published_freight, card.currency)),
            (tr("print.total"), formats.published(card.published_total, card.currency)),
        )
    return named(
        (tr("print.net"), money(card.total, card.currency) if card.tax_total else ""),
        (tr("print.tax"), money(card.tax_total, card.currency) if card.tax_total else ""),
        (tr("print.total"), money(card.total + card.tax_total, card.currency)),
    )


def prices(line: OrderLineRow, currency: str, formats: Formats) -> tuple[Cell, Cell]:
    """A line's unit price and amount."""
    if line.unit_price is None:
        return (
            Cell(formats.published(line.published_unit_price, currency)),
            Cell(formats.published(line.published_line_total, currency)),
        )
    return Cell(formats.unit_price(line.unit_price, currency)), Cell(formats.money(line.extended, currency))


def _says(card: OrderCard) -> str:
    if card.state == "cancelled":
        return tr("print.order.cancelled")
    return tr("print.order.held") if card.state == _HELD else ""


def _lines(card: OrderCard, formats: Formats) -> Table:
    sums = totals(card, formats)
    return Table(
        columns=(
            Column(tr("print.line"), 10, END),
            Column(tr("print.product"), 0),
            Column(tr("print.qty"), 26, END),
            Column(tr("print.unit_price"), 28, END),
            Column(tr("print.amount"), 30, END),
        ),
        rows=tuple(_row(line, card, formats) for line in card.lines),
        totals=sums,
        grand=bool(sums),
        none=tr("print.no_lines"),
    )


def _row(line: OrderLineRow, card: OrderCard, formats: Formats) -> tuple[Cell, ...]:
    sku = line.sku if line.name else ""
    lot = lot_words(line.lot, "") if line.lot else ""
    unit, amount = prices(line, card.currency, formats)
    later = tr("print.later", many=formats.qty(line.backordered)) if line.backordered else ""
    return (
        Cell(formats.qty(line.line_no)),
        Cell(line.name or line.sku or line.product_id, " · ".join(part for part in (sku, lot) if part)),
        Cell(formats.qty(line.qty), later),
        unit,
        amount,
    )


def _shipments(card: OrderCard, formats: Formats) -> tuple[Table, ...]:
    if not card.shipments:
        return ()
    return (
        Table(
            columns=(
                Column(tr("print.shipped"), 40),
                Column(tr("print.method"), 0),
                Column(tr("print.tracking"), 60),
            ),
            rows=tuple(
                (Cell(formats.date(one.shipped_on)), Cell(one.method), Cell(one.tracking_number))
                for one in card.shipments
            ),
            heading=tr("print.shipments"),
        ),
    )
