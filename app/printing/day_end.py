"""The summary of a day, one paper to keep: what was done from the trunk, what was counted and differed and why, what
has not reached the office yet, and what lies in the trunk at its end."""

from __future__ import annotations

from dataclasses import replace

from app.printing.heads import headed
from app.printing.layout import pdf
from app.printing.parts import expiry, lot_words
from app.printing.sheet import END, Cell, Column, Letterhead, Named, Party, Sheet, Sign, Table
from app.printing.signing import to_sign
from app.screens.day_end import reason_words, signature
from app.screens.findings import named as name_of
from app.screens.formats import Formats
from app.screens.trunk import standing
from app.screens.wording import tr
from app.workspace.rows.day_end import Asked, DayEnd, SignedCount
from app.workspace.rows.trunk import DayEntry, TrunkLot


def day_end(found: DayEnd, *, rep: str, letterhead: Letterhead, formats: Formats) -> bytes:
    """The day as a PDF; `rep` is whose trunk it is."""
    return pdf(sheet(found, rep=rep, letterhead=letterhead, formats=formats))


def sheet(found: DayEnd, *, rep: str, letterhead: Letterhead, formats: Formats) -> Sheet:
    """The day in words."""
    head = headed(
        tr("print.day"),
        formats.date(found.day),
        day=found.day,
        about=found.place,
        parties=(Party(tr("print.trunk"), (found.place, rep)),),
        facts=(
            (tr("print.day.done"), formats.qty(len(found.entries))),
            (tr("print.day.waiting"), formats.qty(found.waiting)),
            (tr("print.lots"), formats.qty(len(found.lots))),
            (tr("print.units"), formats.qty(sum(one.qty for one in found.lots))),
        ),
        letterhead=letterhead,
        formats=formats,
    )
    return replace(
        head,
        says=_unsent(found, formats),
        tables=(
            _done(found.entries, formats),
            *(_count(one, formats) for one in found.counts),
            *(_refill(one, formats) for one in found.asked),
            _lots(found.lots, formats),
        ),
        signs=tuple(_sign(one, formats) for one in found.counts) or (to_sign(tr("print.day.signed")),),
    )


def _unsent(found: DayEnd, formats: Formats) -> str:
    """What is not with the office yet, since when, and when it was last heard."""
    if not found.waiting:
        return ""
    told = tr("print.day.unsent", count=found.waiting)
    if not found.oldest:
        return told
    heard = formats.moment(found.last_contact) if found.last_contact else tr("print.day.never")
    return " ".join((told, tr("print.day.since", oldest=formats.moment(found.oldest), heard=heard)))


def _done(entries: tuple[DayEntry, ...], formats: Formats) -> Table:
    return Table(
        columns=(
            Column(tr("print.what"), 0),
            Column(tr("print.number"), 36),
            Column(tr("print.units"), 22, END),
            Column(tr("print.state"), 44),
        ),
        rows=tuple(
            (
                Cell(_kind(one), one.account),
                Cell(one.number),
                Cell(formats.signed(one.units) if one.kind == "count" else formats.qty(one.units)),
                Cell(standing(one)[0]),
            )
            for one in reversed(entries)
        ),
        heading=tr("print.day.done"),
        none=tr("print.day.nothing"),
    )


def _kind(entry: DayEntry) -> str:
    if entry.kind in ("sale", "count"):
        return tr(f"print.kind.{entry.kind}")
    return name_of("movement_kind", entry.kind)


def _count(count: SignedCount, formats: Formats) -> Table:
    return Table(
        columns=(
            Column(tr("print.product"), 0),
            Column(tr("print.lot_serial"), 30),
            Column(tr("print.expected"), 17, END),
            Column(tr("print.counted"), 17, END),
            Column(tr("print.difference"), 20, END),
            Column(tr("print.reason"), 35),
        ),
        rows=tuple(
            (
                Cell(one.name or one.sku, one.sku if one.name else ""),
                Cell(lot_words(one.lot_number, one.serial)),
                Cell(formats.qty(one.expected)),
                Cell(formats.qty(one.counted)),
                Cell(formats.signed(one.counted - one.expected)),
                Cell(*reason_words(one.reason)),
            )
            for one in count.differences
        ),
        heading=tr(
            "print.day.count", number=count.number, name=count.signed_by, lots=formats.qty(count.lines)
        ),
        none=tr("print.day.agrees"),
    )


def _refill(asked: Asked, formats: Formats) -> Table:
    return Table(
        columns=(Column(tr("print.product"), 0), Column(tr("print.units"), 24, END)),
        rows=tuple(
            (
                Cell(line.name or line.sku, line.sku if line.name else ""),
                Cell(formats.qty(line.qty)),
            )
            for line in asked.lines
        ),
        heading=tr("print.day.asked", number=asked.number),
    )


def _sign(count: SignedCount, formats: Formats) -> Sign:
    """The signature that was given; one of another device is known by its name alone."""
    return Sign(
        tr("print.day.count.signed", number=count.number),
        (),
        tuple(Named(name, words) for name, words in signature(count, formats)),
    )


def _lots(lots: tuple[TrunkLot, ...], formats: Formats) -> Table:
    return Table(
        columns=(
            Column(tr("print.product"), 0),
            Column(tr("print.lot_serial"), 44),
            Column(tr("print.expires"), 32),
            Column(tr("print.units"), 24, END),
        ),
        rows=tuple(
            (
                Cell(one.name, " · ".join(part for part in (one.sku, one.owner) if part)),
                Cell(lot_words(one.lot_number, one.serial)),
                Cell(expiry(one.expires, formats), tr("print.recalled") if one.recalled_on else ""),
                Cell(formats.qty(one.qty)),
            )
            for one in lots
        ),
        heading=tr("print.day.lots"),
        none=tr("print.day.empty"),
    )
