"""Tables: rows under a head that comes again on every page, columns as wide as their figures, totals below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from app.printing.blocks import BODY, EDGE, HEAD, LINE, PAD, SMALL, TIGHT, Block
from app.printing.paper import ACCENT, END, INK, MUTED, START, Ink, Paper
from app.printing.sheet import Column, Table

SUM = 13.0  # points of the sum of all
STAY = 2  # rows that stay with the totals below them


@dataclass(frozen=True, slots=True)
class Place:
    """A column as it is printed: from `left` on `wide` mm, its words `inset` mm from where it begins and 1.5 from where
    it ends."""

    column: Column
    left: float
    wide: float
    inset: float

    @property
    def room(self) -> float:
        return self.wide - self.inset - 1.5


def table_of(paper: Paper, table: Table, wide: float) -> Iterator[Block]:
    """The blocks of a table that is `wide` mm."""
    if table.heading:
        yield Block(
            8, lambda paper, top: paper.text(EDGE, top + 4.5, table.heading, HEAD, bold=True), stays=True
        )
    if not table.rows:
        yield Block(LINE + 2, lambda paper, top: paper.text(EDGE, top + 3.4, table.none, BODY, ink=MUTED))
        return
    places = _places(paper, table, wide)
    head = _head(paper, places, wide)
    yield Block(head.high, head.draw, stays=True)
    last = len(table.rows) - 1
    for at, row in enumerate(table.rows):
        cells = [
            (paper.wrap(cell.words, place.room, BODY), paper.wrap(cell.second, place.room, SMALL))
            for cell, place in zip(row, places, strict=True)
        ]
        high = max(len(first) * LINE + len(second) * TIGHT for first, second in cells) + 2 * PAD
        if any(column.box for column in table.columns):
            high = max(high, 10.0)
        stays = bool(table.totals) and at > last - STAY
        yield Block(high, partial(_draw_row, places, cells, high, wide), stays=stays, head=head)
    if table.totals:
        yield _totals(table, places[-1], wide)


def _places(paper: Paper, table: Table, wide: float) -> list[Place]:
    """Where the columns are printed: one of figures is as wide as the widest of them, for a figure is never broken, and
    what is left goes to the one that takes it. Words right behind figures keep away from them."""
    widths, insets = [], []
    for at, one in enumerate(table.columns):
        figures = one.side == END and one.width > 0
        widths.append(_needed(paper, table, at) if figures else one.width)
        behind = at > 0 and table.columns[at - 1].side == END and one.side == START and one.width > 0
        insets.append(5.0 if behind else 2.5 if figures else 1.5)
    left, found = EDGE, []
    for one, width, inset in zip(table.columns, widths, insets, strict=True):
        found.append(Place(one, left, width or wide - sum(widths), inset))
        left += found[-1].wide
    return found


def _needed(paper: Paper, table: Table, at: int) -> float:
    """The room of a column of figures. Its head and what stands below the figures may be broken when they are wider
    than the column was meant to be, but not within a word."""
    column, cells = table.columns[at], [row[at] for row in table.rows]
    small = [(column.head, True), *((one.second, False) for one in cells)]
    least = [paper.measure(one.words, BODY) for one in cells]
    least += [paper.measure(word, SMALL, bold=bold) for words, bold in small for word in words.split()]
    if at + 1 == len(table.columns):
        least += [paper.measure(one.words, BODY) for one in table.totals]
        least += [paper.measure(one.words, SUM, bold=True) for one in table.totals[-1:] if table.grand]
    whole = max(paper.measure(words, SMALL, bold=bold) for words, bold in small)
    return max(*least, min(whole, column.width - 4.0)) + 4.01  # with its insets, and a hair for the rounding


def _head(paper: Paper, places: Sequence[Place], wide: float) -> Block:
    words = [paper.wrap(one.column.head, one.room, SMALL, bold=True) for one in places]
    high = max(len(lines) for lines in words) * TIGHT + 3.4

    def draw(paper: Paper, top: float) -> None:
        paper.band(EDGE, top, wide, high)
        for place, lines in zip(places, words, strict=True):
            for at, line in enumerate(lines):
                _in_column(paper, place, top + 4.5 + at * TIGHT, line, SMALL, bold=True, ink=MUTED)

    return Block(high, draw)


def _draw_row(
    places: Sequence[Place],
    cells: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    high: float,
    wide: float,
    paper: Paper,
    top: float,
) -> None:
    for place, (first, second) in zip(places, cells, strict=True):
        base = top + PAD + 3.4
        for line in first:
            _in_column(paper, place, base, line, BODY)
            base += LINE
        for line in second:
            _in_column(paper, place, base - 0.4, line, SMALL, ink=MUTED)
            base += TIGHT
        if place.column.box:
            paper.box(place.left + 1.5, top + 1.2, place.wide - 3, min(high - 2.4, 8.0))
    paper.rule(EDGE, top + high, wide)


def _in_column(
    paper: Paper, place: Place, base: float, line: str, size: float, *, bold: bool = False, ink: Ink = INK
) -> None:
    """A line in its column. Figures stand below each other by their last digit, whichever way a page is read."""
    if place.column.side == START or paper.rtl:
        paper.text(place.left + place.inset, base, line, size, bold=bold, ink=ink)
    else:
        paper.text(place.left + place.wide - 1.5, base, line, size, bold=bold, ink=ink, side=END)


def _totals(table: Table, last: Place, wide: float) -> Block:
    """What the table comes to, below its last column."""
    half = wide * 0.45
    plain = table.totals[:-1] if table.grand else table.totals
    grand = table.totals[-1] if table.grand else None
    high = 2 + len(plain) * (LINE + 0.8) + (11 if grand else 0)

    def draw(paper: Paper, top: float) -> None:
        left, at = EDGE + wide - half, top + 2
        for one in plain:
            paper.text(left, at + 4, one.name, BODY, ink=MUTED)
            _in_column(paper, last, at + 4, one.words, BODY)
            at += LINE + 0.8
        if grand is not None:
            paper.rule(left, at + 2, half, ink=ACCENT, thick=0.5)
            paper.text(left, at + 8, grand.name, HEAD, bold=True)
            _in_column(paper, last, at + 8, grand.words, SUM, bold=True)

    return Block(high, draw)
