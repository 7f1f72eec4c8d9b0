"""From a sheet to pages: everything becomes blocks of a known height, and blocks are put below each other.

A block may hold on to the next one: then both stand on the same page. So the last rows of a table stay with its totals,
a heading with what it heads, and the place for a signature is never cut. A table that goes on repeats its head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from babel import Locale

from app.printing.blocks import BODY, EDGE, FOOT, GAP, LINE, SMALL, TIGHT, TITLE, TOP, Block, gap
from app.printing.paper import ACCENT, END, FAINT, MUTED, Paper
from app.printing.sheet import Letterhead, Named, Party, Sheet, Sign
from app.printing.tables import table_of

DRAWN = 22.0  # mm of a drawn signature with the line below it
HELD = 130.0  # mm that may move to the next page with the place to sign
_LETTER = frozenset({"US", "CA", "MX", "CO", "CL", "VE", "PH", "PR", "CR", "GT", "PA", "SV", "NI", "DO"})


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
    """The place to sign holds what it follows, back to the last row of a table where that is not too much: nobody signs
    a page that does not say what for."""
    if not signed:
        return blocks
    rows = [at for at, one in enumerate(blocks) if one.head is not None]
    first = rows[-1] if rows else 0
    if sum(one.high for one in blocks[first:]) > HELD:
        first = max(at for at, one in enumerate(blocks[:-1]) if not one.gap)
    return [
        replace(one, stays=True) if first <= at < len(blocks) - 1 else one for at, one in enumerate(blocks)
    ]


# -- the parts of a sheet ---------------------------------------------------------------------------------------------


def _blocks(paper: Paper, sheet: Sheet) -> Iterator[Block]:
    wide = paper.width - 2 * EDGE
    yield _letterhead(paper, sheet.letterhead, wide)
    yield _title(paper, sheet, wide)
    if sheet.says:
        lines = paper.wrap(sheet.says, wide - 8, BODY, bold=True)
        yield Block(len(lines) * LINE + 6, partial(_draw_says, lines, wide))
        yield gap(4)
    for table in sheet.tables:
        yield from table_of(paper, table, wide)
        yield gap(GAP)
    for note in sheet.notes:
        yield from _note(paper, note, wide)
    if sheet.signs:
        yield _signs(paper, sheet.signs, wide)


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
    parties = [(one.heading, _party_lines(paper, one, half)) for one in sheet.parties]
    facts = _wrapped_facts(paper, sheet.facts, wide - half - 8)
    party_high = sum(TIGHT + 1 + len(lines) * LINE + 3 for _heading, lines in parties)
    fact_high = sum(len(words) * LINE + 1 for _name, words in facts)
    high = 15 + max(party_high, fact_high) + GAP - 2

    def draw(paper: Paper, top: float) -> None:
        paper.text(EDGE, top + 7, sheet.title, TITLE, bold=True)
        paper.text(paper.width - EDGE, top + 7, sheet.number, 14, ink=MUTED, side=END)
        at = top + 15
        for heading, lines in parties:
            paper.text(EDGE, at + 3, heading, SMALL, bold=True, ink=MUTED)
            at += TIGHT + 1
            for line, bold in lines:
                paper.text(EDGE, at + 3.4, line, BODY, bold=bold)
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


def _party_lines(paper: Paper, party: Party, wide: float) -> list[tuple[str, bool]]:
    """The lines of a party, and which are bold: a name with something below it."""
    return [
        (words, n == 0 < len(party.lines) - 1)
        for n, line in enumerate(party.lines)
        for words in paper.wrap(line, wide, BODY, bold=n == 0 < len(party.lines) - 1)
    ]


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
    yield gap(GAP)


def _draw_line(line: str, paper: Paper, top: float) -> None:
    paper.text(EDGE, top + 3.4, line, BODY)


def _signs(paper: Paper, signs: Sequence[Sign], wide: float) -> Block:
    """Places to sign, side by side. Of one alone what was drawn stands beside the words."""
    between, beside = 10.0, len(signs) == 1
    whole = beside and not (signs[0].fields or signs[0].strokes)  # words alone, a hash among them
    each = (wide - between * (len(signs) - 1)) / (1 if whole else max(2, len(signs)))
    given = [_given(paper, one, each - (between if beside and one.strokes else 0)) for one in signs]
    drawn = [DRAWN if one.strokes else 0.0 for one in signs]
    words = [len(one.fields) * 11.0 + len(gave) * TIGHT for one, gave in zip(signs, given, strict=True)]
    high = TIGHT + 5 + max(max(pair) if beside else sum(pair) for pair in zip(drawn, words, strict=True))

    def draw(paper: Paper, top: float) -> None:
        for n, sign in enumerate(signs):
            left, at = EDGE + n * (each + between), top + TIGHT + 4
            paper.text(left, top + 3, sign.heading, BODY, bold=True)
            if sign.strokes:
                paper.drawing(left, at, each, DRAWN - 3, sign.strokes)
                paper.rule(left, at + DRAWN - 2, each, ink=MUTED)
                left, at = (left + each + between, at) if beside else (left, at + DRAWN)
            for line in given[n]:
                paper.text(left, at + 3, line, SMALL)
                at += TIGHT
            for field in sign.fields:
                paper.rule(left, at + 6, each, ink=MUTED)
                paper.text(left, at + 9.4, field, SMALL, ink=MUTED)
                at += 11

    return Block(high, draw)


def _given(paper: Paper, sign: Sign, wide: float) -> list[str]:
    return [line for one in sign.given for line in paper.wrap(f"{one.name}: {one.words}", wide, SMALL)]


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
