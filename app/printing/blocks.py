"""A piece of a page, and the measures all pieces have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.printing.paper import Paper

EDGE, TOP, FOOT = 18.0, 16.0, 20.0  # mm of margin: sides, above, below (with the foot inside)
SMALL, BODY, HEAD, TITLE = 8.0, 9.5, 11.0, 20.0  # points
LINE, TIGHT = 4.6, 3.8  # mm from one base line to the next: of body, of small words
GAP = 7.0  # mm between two parts of a sheet
PAD = 1.9  # mm above and below a row's words

Draw = Callable[[Paper, float], None]  # draws from this far below the top edge on


@dataclass(frozen=True, slots=True)
class Block:
    """`high` mm of a page. `stays` with the next block; `head` is what stands above it again on a new page."""

    high: float
    draw: Draw
    stays: bool = False
    head: Block | None = None
    gap: bool = False  # nothing but room: not wanted on top of a page


def gap(high: float) -> Block:
    """So many mm of nothing."""
    return Block(high, lambda _paper, _top: None, gap=True)
