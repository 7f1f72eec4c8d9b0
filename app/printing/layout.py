"""From a sheet to pages: everything becomes blocks of a known height, and blocks are put below each other.

A block may hold on to the next one: then both stand on the same page. So the last rows of a table stay with its totals,
a heading with what it heads, and the place for a signature is never cut. A table that goes on repeats its head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from babel import Locale

from app.printing.paper import ACCENT, END, FAINT, MUTED, START, Paper
from app.printing.sheet import Column, Letterhead, Named, Party, Sheet, Sign, Table

EDGE, TOP, FOOT = 18.0, 16.0, 20.0  # mm of margin: sides, above, below (with the foot inside)
SMALL, BODY, HEAD, TITLE = 8.0, 9.5, 11.0, 20.0  # points
LINE, TIGHT = 4.6, 3.8  # mm from one base line to the next: of body, of small words
GAP = 7.0  # mm between two parts of a sheet
PAD = 1.9  # mm above and below a row's words
STAY = 2  # rows that stay with the totals below them
_LETTER = frozenset({"US", "CA", "MX", "CO", "CL", "VE", "PH", "PR", "CR", "GT", "PA", "SV", "NI", "DO"})

Draw = Callable[[Paper, float], None]  # draws from this far below the top edge on


@dataclass(frozen=True, slots=True)
class Block:
    """`high` mm of a page. `stays` with the next block; `head` is what stands above it again on a new page."""

    high: float
    draw: Draw
    stays: bool = False
    head: Block | None = None
    gap: bool = False  # nothing but room: not wanted on top of a page


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and how far below the top edge it begins."""

    block: Block
    top: float


def pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF."""
    locale = Locale.parse(sheet.locale)
    paper = Paper("letter" if locale.territory in _LETTER else "a4", rtl=locale.text_direction == "rtl")
    pages = paginate(_held(list(_blocks(paper, sheet)), bool(sheet.signs)), paper)
    for at, placed in enumerate(pages):
        paper.page()
        if at:
            _continued(paper, sheet)
        for one in placed:
            one.block.draw(paper, one.top)
        _foot(paper, sheet, at + 1, len(pages))
    return paper.finish(
        title=f"{sheet.title} {sheet.number}".strip(),
        author=sheet.letterhead.name,
        language=sheet.locale.replace("_", "-"),
        day=sheet.day,
    )


def paginate(blocks: Sequence[Block], paper: Paper) -> list[list[Placed]]:
    """The blocks of each page. What stays together moves to the next page together, unless no page is high enough."""
    bottom, later_top = paper.height - FOOT, TOP + 12.0
    pages: list[list[Placed]] = [[]]
    top = TOP
    for group in _groups(blocks):
        high = sum(one.high for one in group)
        if top + high > bottom and pages[-1]:
            moves = high + (group[0].head.high if group[0].head else 0.0) <= bottom - later_top
            if moves or top + group[0].high > bottom:
                pages.append([])
                top = later_top
        for one in group:
            if pages[-1] and top + one.high > bottom:
                pages.append([])
                top = later_top
            fresh = not pages[-1]
            if fresh and one.gap:
                continue
            if fresh and one.head is not None:
                pages[-1].append(Placed(one.head, top))
                top += one.head.high
            pages[-1].append(Placed(one, top))
            top += one.high
    return [page for page in pages if page] or [[]]


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for one in blocks:
        group.append(one)
        if not one.stays:
            yield group
            group = []
    if group:
        yield group


def _held(blocks: list[Block], signed: bool) -> list[Block]:
    """The place to sign holds what it follows: nobody signs a page with nothing on it."""
    for at in range(len(blocks) - 2, -1, -1) if signed else ():
        blocks[at] = replace(blocks[at], stays=True)
        if not blocks[at].gap:
            break
    return blocks


# -- the parts of a sheet ---------------------------------------------------------------------------------------------


def _blocks(paper: Paper, sheet: Sheet) -> Iterator[Block]:
    wide = paper.width - 2 * EDGE
    yield _letterhead(paper, sheet.letterhead, wide)
    yield _title(paper, sheet, wide)
    if sheet.says:
        lines = paper.wrap(sheet.says, wide - 8, BODY, bold=True)
        yield Block(len(lines) * LINE + 6, partial(_draw_says, lines, wide))
        yield _gap(4)
    for table in sheet.tables:
        yield from _table(paper, table, wide)
        yield _gap(GAP)
    for note in sheet.notes:
        yield from _note(paper, note, wide)
    if sheet.signs:
        yield _signs(paper, sheet.signs, wide)


def _gap(high: float) -> Block:
    return Block(high, lambda _paper, _top: None, gap=True)


def _letterhead(paper: Paper, head: Letterhead, wide: float) -> Block:
    name = paper.wrap(head.name, wide * 0.6, 14, bold=True)
    high = max(len(name) * 6.2, len(head.lines) * TIGHT) + 9

    def draw(paper: Paper, top: float) -> None:
        for at, line in enumerate(name):
            paper.text(EDGE, top + 5 + at * 6.2, line, 14, bold=True, ink=ACCENT)
        for at, line in enumerate(head.lines):
            paper.text(paper.width - EDGE, top + 3 + at * TIGHT, line, SMALL, ink=MUTED, side=END)
        paper.rule(EDGE, top + high - 6, wide, ink=ACCENT, thick=0.6)

    return Block(high, draw)


def _title(paper: Paper, sheet: Sheet, wide: float) -> Block:
    """Title and number; below them who it is for, and beside that the facts."""
    half = wide * 0.52
    parties = [(one.heading, *_party_lines(paper, one, half)) for one in sheet.parties]
    facts = _wrapped_facts(paper, sheet.facts, wide - half - 8)
    party_high = sum(TIGHT + 1 + len(lines) * LINE + 3 for _heading, *lines in parties)
    fact_high = sum(len(words) * LINE + 1 for _name, words in facts)
    high = 15 + max(party_high, fact_high) + GAP - 2

    def draw(paper: Paper, top: float) -> None:
        paper.text(EDGE, top + 7, sheet.title, TITLE, bold=True)
        paper.text(paper.width - EDGE, top + 7, sheet.number, 14, ink=MUTED, side=END)
        at = top + 15
        for heading, *lines in parties:
            paper.text(EDGE, at + 3, heading, SMALL, bold=True, ink=MUTED)
            at += TIGHT + 1
            for n, line in enumerate(lines):
                paper.text(EDGE, at + 3.4, line, BODY, bold=n == 0 and len(lines) > 1)
                at += LINE
            at += 3
        at = top + 15
        for name, words in facts:
            paper.text(EDGE + half + 8, at + 3.4, name, SMALL, ink=MUTED)
            for line in words:
                paper.text(paper.width - EDGE, at + 3.4, line, BODY, side=END)
                at += LINE
            at += 1

    return Block(high, draw)


def _party_lines(paper: Paper, party: Party, wide: float) -> list[str]:
    found: list[str] = []
    for n, line in enumerate(party.lines):
        found += paper.wrap(line, wide, BODY, bold=n == 0)
    return found


def _wrapped_facts(paper: Paper, facts: Sequence[Named], wide: float) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (one.name, paper.wrap(one.words, wide - paper.measure(one.name, SMALL) - 4, BODY)) for one in facts
    ]


def _draw_says(lines: Sequence[str], wide: float, paper: Paper, top: float) -> None:
    paper.band(EDGE, top, wide, len(lines) * LINE + 3)
    paper.band(EDGE, top, 1.2, len(lines) * LINE + 3, ink=ACCENT)
    for at, line in enumerate(lines):
        paper.text(EDGE + 4, top + 4.9 + at * LINE, line, BODY, bold=True)


def _note(paper: Paper, note: Named, wide: float) -> Iterator[Block]:
    """A heading and a paragraph; a long one may go on over the page, line by line."""
    yield Block(
        TIGHT + 2,
        lambda paper, top: paper.text(EDGE, top + 3, note.name, SMALL, bold=True, ink=MUTED),
        stays=True,
    )
    lines = paper.wrap(note.words, wide, BODY)
    for at, line in enumerate(lines):  # never one line alone, before or after a break
        yield Block(LINE, partial(_draw_line, line), stays=at in (0, len(lines) - 2))
    yield _gap(GAP)


def _draw_line(line: str, paper: Paper, top: float) -> None:
    paper.text(EDGE, top + 3.4, line, BODY)


def _signs(paper: Paper, signs: Sequence[Sign], wide: float) -> Block:
    """Places to sign, side by side; one that was signed already has the whole width, for its hash."""
    between = 10.0
    places = len(signs) if not any(one.fields for one in signs) else max(2, len(signs))
    each = (wide - between * (len(signs) - 1)) / places
    given = [_wrapped_given(paper, one, each) for one in signs]
    rows = [
        len(one.fields) * 11.0 + sum(len(lines) for lines in gave) * LINE
        for one, gave in zip(signs, given, strict=True)
    ]
    high = TIGHT + 5 + max(rows)

    def draw(paper: Paper, top: float) -> None:
        for n, sign in enumerate(signs):
            left = EDGE + n * (each + between)
            paper.text(left, top + 3, sign.heading, BODY, bold=True)
            at = top + TIGHT + 4
            for lines in given[n]:
                for line in lines:
                    paper.text(left, at + 3, line, SMALL)
                    at += LINE
            for field in sign.fields:
                paper.rule(left, at + 6, each, ink=MUTED)
                paper.text(left, at + 9.4, field, SMALL, ink=MUTED)
                at += 11

    return Block(high, draw)


def _wrapped_given(paper: Paper, sign: Sign, wide: float) -> list[tuple[str, ...]]:
    return [paper.wrap(f"{one.name}: {one.words}", wide, SMALL) for one in sign.given]


# -- tables -----------------------------------------------------------------------------------------------------------


def _table(paper: Paper, table: Table, wide: float) -> Iterator[Block]:
    columns = _widths(table.columns, wide)
    if table.heading:
        yield Block(
            8, lambda paper, top: paper.text(EDGE, top + 4.5, table.heading, HEAD, bold=True), stays=True
        )
    if not table.rows:
        yield Block(LINE + 2, lambda paper, top: paper.text(EDGE, top + 3.4, table.none, BODY, ink=MUTED))
        return
    head = _head(paper, columns, wide)
    yield Block(head.high, head.draw, stays=True)
    last = len(table.rows) - 1
    for at, row in enumerate(table.rows):
        cells = [
            (paper.wrap(cell.words, column.width - 3, BODY), paper.wrap(cell.second, column.width - 3, SMALL))
            for cell, column in zip(row, columns, strict=True)
        ]
        high = max(len(first) * LINE + len(second) * TIGHT for first, second in cells) + 2 * PAD
        if any(column.box for column in columns):
            high = max(high, 10.0)
        stays = bool(table.totals) and at > last - STAY
        yield Block(high, partial(_draw_row, columns, cells, high, wide), stays=stays, head=head)
    if table.totals:
        yield _totals(paper, table, wide)


def _widths(columns: Sequence[Column], wide: float) -> tuple[Column, ...]:
    """The columns with the room that is left given to the one that takes it."""
    left = wide - sum(one.width for one in columns)
    return tuple(one if one.width else Column(one.head, left, one.side, one.box) for one in columns)


def _head(paper: Paper, columns: Sequence[Column], wide: float) -> Block:
    words = [paper.wrap(one.head, one.width - 3, SMALL, bold=True) for one in columns]
    high = max(len(lines) for lines in words) * TIGHT + 3.4

    def draw(paper: Paper, top: float) -> None:
        paper.band(EDGE, top, wide, high)
        for column, left, lines in zip(columns, _lefts(columns), words, strict=True):
            for at, line in enumerate(lines):
                _in_column(paper, column, left, top + 4.5 + at * TIGHT, line, SMALL, muted=True, bold=True)

    return Block(high, draw)


def _draw_row(
    columns: Sequence[Column],
    cells: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    high: float,
    wide: float,
    paper: Paper,
    top: float,
) -> None:
    for column, left, (first, second) in zip(columns, _lefts(columns), cells, strict=True):
        base = top + PAD + 3.4
        for line in first:
            _in_column(paper, column, left, base, line, BODY)
            base += LINE
        for line in second:
            _in_column(paper, column, left, base - 0.4, line, SMALL, muted=True)
            base += TIGHT
        if column.box:
            paper.box(left + 1.5, top + 1.2, column.width - 3, min(high - 2.4, 8.0))
    paper.rule(EDGE, top + high, wide)


def _in_column(
    paper: Paper,
    column: Column,
    left: float,
    base: float,
    line: str,
    size: float,
    *,
    muted: bool = False,
    bold: bool = False,
) -> None:
    at = left + 1.5 if column.side == START else left + column.width - 1.5
    ink = {"ink": MUTED} if muted else {}
    paper.text(at, base, line, size, bold=bold, side=column.side, **ink)


def _lefts(columns: Sequence[Column]) -> list[float]:
    """Where each column begins."""
    found, at = [], EDGE
    for one in columns:
        found.append(at)
        at += one.width
    return found


def _totals(paper: Paper, table: Table, wide: float) -> Block:
    """What the table comes to, below its last column."""
    half = wide * 0.45
    plain = table.totals[:-1] if table.grand else table.totals
    grand = table.totals[-1] if table.grand else None
    high = 2 + len(plain) * (LINE + 0.8) + (11 if grand else 0)

    def draw(paper: Paper, top: float) -> None:
        left, right, at = EDGE + wide - half, paper.width - EDGE - 1.5, top + 2
        for one in plain:
            paper.text(left, at + 4, one.name, BODY, ink=MUTED)
            paper.text(right, at + 4, one.words, BODY, side=END)
            at += LINE + 0.8
        if grand is not None:
            paper.rule(left, at + 2, half, ink=ACCENT, thick=0.5)
            paper.text(left, at + 8, grand.name, HEAD, bold=True)
            paper.text(right, at + 8, grand.words, 13, bold=True, side=END)

    return Block(high, draw)


# -- every page -------------------------------------------------------------------------------------------------------


def _continued(paper: Paper, sheet: Sheet) -> None:
    """The head of a page that is not the first."""
    paper.text(EDGE, TOP + 3, sheet.letterhead.name, SMALL, bold=True, ink=ACCENT)
    room = paper.width - 2 * EDGE - paper.measure(sheet.letterhead.name, SMALL, bold=True) - 6
    said = _cut(paper, sheet.continued, room)
    paper.text(paper.width - EDGE, TOP + 3, said, SMALL, ink=MUTED, side=END)
    paper.rule(EDGE, TOP + 6, paper.width - 2 * EDGE, ink=ACCENT, thick=0.4)


def _cut(paper: Paper, words: str, wide: float) -> str:
    """The words in one line of small ones, cut where they are too long."""
    lines = paper.wrap(words, max(wide, 20.0), SMALL)
    return lines[0] + (" …" if len(lines) > 1 else "") if lines else ""


def _foot(paper: Paper, sheet: Sheet, page: int, pages: int) -> None:
    base = paper.height - 10
    paper.rule(EDGE, base - 5, paper.width - 2 * EDGE, ink=FAINT)
    name = f"{sheet.title} {sheet.number}".strip()
    paper.text(EDGE, base, name, SMALL, ink=MUTED)
    said = sheet.page.format(page=page, pages=pages)
    paper.text(paper.width - EDGE, base, said, SMALL, ink=MUTED, side=END)
