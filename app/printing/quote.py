"""A quote for the customer: what is offered, at which price, until when, and where to sign.

What the office and the rep tell each other (approvals, margins, their own note) is not printed.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.signing import STANDING
from app.printing.heads import for_customer
from app.printing.layout import pdf
from app.printing.parts import named
from app.printing.sheet import END, Cell, Column, Letterhead, Named, Sheet, Table
from app.printing.signing import signed
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.quotes import QuoteCard, QuoteLineRow


def quote(card: QuoteCard, *, letterhead: Letterhead, formats: Formats) -> bytes:
    """The quote as a PDF."""
    return pdf(sheet(card, letterhead=letterhead, formats=formats))


def sheet(card: QuoteCard, *, letterhead: Letterhead, formats: Formats) -> Sheet:
    """The quote in words."""
    discounts = any(line.discount_bp for line in card.lines)
    stands = card.state in STANDING
    head = for_customer(
        card,
        tr("print.quote"),
        tr("print.ship_to"),
        (
            (tr("print.date"), formats.date(card.day)),
            (tr("print.valid_until"), formats.date(card.valid_until)),
            (tr("print.revision"), formats.qty(card.revision) if card.revision > 1 else ""),
            (tr("print.po"), card.po_number),
        ),
        letterhead=letterhead,
        formats=formats,
    )
    return replace(
        head,
        says="" if stands else tr("print.quote.not_yet"),
        tables=(
            Table(
                columns=(
                    Column(tr("print.line"), 10, END),
                    Column(tr("print.product"), 0),
                    Column(tr("print.qty"), 22, END),
                    *((Column(tr("print.discount"), 20, END),) if discounts else ()),
                    Column(tr("print.unit_price"), 28, END),
                    Column(tr("print.amount"), 30, END),
                ),
                rows=tuple(_row(line, card.currency, formats, discounts=discounts) for line in card.lines),
                totals=_totals(card, formats),
                grand=True,
                none=tr("print.no_lines"),
            ),
        ),
        # what is no offer promises no prices and has no line to sign; who signed it before stays on it
        notes=(Named(tr("print.terms"), tr("print.quote.terms")),) if stands else (),
        signs=(signed(tr("print.accepted"), card.signature, formats),) if stands or card.signature else (),
    )


def _row(line: QuoteLineRow, currency: str, formats: Formats, *, discounts: bool) -> tuple[Cell, ...]:
    return (
        Cell(formats.qty(line.line_no)),
        Cell(line.name or line.sku or line.product_id, line.sku if line.name else ""),
        Cell(formats.qty(line.qty), line.unit),
        *((Cell(formats.percent(line.discount_bp) if line.discount_bp else ""),) if discounts else ()),
        Cell(formats.unit_price(line.unit_price, currency)),
        Cell(formats.money(line.extended, currency)),
    )


def _totals(card: QuoteCard, formats: Formats) -> tuple[Named, ...]:
    saved = card.list_total - card.total
    return named(
        (tr("print.list_total"), formats.money(card.list_total, card.currency) if saved > 0 else ""),
        (tr("print.saving"), formats.money(-saved, card.currency) if saved > 0 else ""),
        (tr("print.net"), formats.money(card.total, card.currency) if card.tax_total else ""),
        (tr("print.tax"), formats.money(card.tax_total, card.currency) if card.tax_total else ""),
        (tr("print.total"), formats.money(card.total + card.tax_total, card.currency)),
    )
