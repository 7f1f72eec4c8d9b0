"""Whether the words of a sheet's lines come out of its PDF again, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from app.printing.sheet import Cell, Sheet

_UNSEEN = dict.fromkeys(
    map(ord, " \u00a0\u202f\n\r\t\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u200b\ufeff\ufffe\u0002")
)


def squeezed(words: str) -> str:
    """The words without what no eye sees: a line may break anywhere in them."""
    return words.translate(_UNSEEN)


def lost(sheet: Sheet, text: str, *, any_way: bool = False) -> list[str]:
    """The lines of the sheet that do not stand in the text after the line before, each cell whole and the cells in
    their order; `any_way`: each word whole, for lines of more than one script."""
    text, at, found = squeezed(text), 0, []
    for table in sheet.tables:
        for row in table.rows:
            cells = [squeezed(part) for cell in row for part in (cell.words, cell.second) if squeezed(part)]
            ends = _after_all(text, at, row) if any_way else _after(text, at, cells)
            if ends < 0:
                found.append(" | ".join(cells))
            else:
                at = ends
    return found


def _after(text: str, at: int, cells: list[str]) -> int:
    """Where the last of the cells ends, each looked for behind the one before; -1 when one is not there."""
    for cell in cells:
        start = text.find(cell, at)
        if start < 0:
            return -1
        at = start + len(cell)
    return at


def _after_all(text: str, at: int, row: Sequence[Cell]) -> int:
    """Where the first word of the row stands; -1 when one of its words does not stand from `at` on."""
    words = [squeezed(word) for cell in row for part in (cell.words, cell.second) for word in part.split()]
    starts = [text.find(word, at) for word in words]
    return min(starts, default=at) if -1 not in starts else -1
