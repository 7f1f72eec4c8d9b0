"""A sheet to count a trunk on paper: every lot that is to be counted with a box for what is there. It is blind, as the
count on the tablet is: no figure of the books stands on it."""

from __future__ import annotations

from dataclasses import replace

from app.printing.heads import headed
from app.printing.layout import pdf
from app.printing.parts import expiry, lot_words
from app.printing.sheet import END, Cell, Column, Letterhead, Party, Sheet, Table
from app.printing.signing import to_sign
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.trunk import CountView


def count_sheet(view: CountView, *, rep: str, letterhead: Letterhead, formats: Formats) -> bytes:
    """The lots of `view` as a PDF to write on, dated today; `rep` is who counts."""
    return pdf(sheet(view, rep=rep, letterhead=letterhead, formats=formats))


def sheet(view: CountView, *, rep: str, letterhead: Letterhead, formats: Formats) -> Sheet:
    """The sheet in words, by product and lot as on the screen."""
    place = view.place.name if view.place else ""
    lots = sorted(view.sheet, key=lambda one: (one.name, one.lot_number, one.serial, one.key))
    today = formats.today()
    head = headed(
        tr("print.count"),
        "",
        day=today,
        about=place,
        parties=(Party(tr("print.trunk"), (place,)),) if place else (),
        facts=(
            (tr("print.date"), formats.date(today)),
            (tr("print.counts"), rep),
            (tr("print.lots"), formats.qty(len(lots))),
        ),
        letterhead=letterhead,
        formats=formats,
    )
    return replace(
        head,
        tables=(
            Table(
                columns=(
                    Column(tr("print.line"), 10, END),
                    Column(tr("print.product"), 0),
                    Column(tr("print.lot_serial"), 44),
                    Column(tr("print.counted"), 24, box=True),
                    Column(tr("print.counted_again"), 24, box=True),
                ),
                rows=tuple(
                    (
                        Cell(formats.qty(at)),
                        Cell(lot.name, lot.sku),
                        Cell(
                            lot_words(lot.lot_number, lot.serial),
                            tr("print.expires_on", day=expiry(lot.expires, formats)) if lot.expires else "",
                        ),
                        Cell(""),
                        Cell(""),
                    )
                    for at, lot in enumerate(lots, start=1)
                ),
                none=tr("print.count.none"),
            ),
        ),
        signs=(to_sign(tr("print.count.signed")),),
    )
