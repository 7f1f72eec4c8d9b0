"""A drawn signature as text: strokes of points on a grid of 0 to 10,000 both ways, wherever it was drawn.

`"120,340 125,350;400,400"` are two strokes, of two points and of one: a point is `x,y` (x to the right, y down, whole
numbers without signs or leading zeros), points stand apart by one space, strokes by one semicolon. '' is no drawing.
Nothing else is in it: no times and no pressure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

GRID = 10_000
MAX_LENGTH = 12_000  # characters: some twelve hundred points

Point = tuple[int, int]
Stroke = tuple[Point, ...]


def as_text(strokes: Iterable[Sequence[Point]]) -> str:
    """The strokes as text. Points off the grid are moved to its edge, a point that repeats the one before it is left
    out; of a drawing too long for MAX_LENGTH every other point is left out, the ends of a stroke never, until it fits.
    Raises ValueError when its strokes are too many for that."""
    kept = [_steps(stroke) for stroke in strokes if stroke]
    while len(text := _joined(kept)) > MAX_LENGTH:
        thinner = [(*stroke[:-1:2], stroke[-1]) for stroke in kept]
        if thinner == kept:
            raise ValueError(f"{len(kept)} strokes are more than a signature may have")
        kept = thinner
    return text


def as_strokes(text: str) -> tuple[Stroke, ...]:
    """The strokes of a text; none of ''. Raises ValueError when it is not in this form, or too long."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a signature of {len(text)} characters; at most {MAX_LENGTH}")
    if not text:
        return ()
    return tuple(tuple(_point(one) for one in stroke.split(" ")) for stroke in text.split(";"))


def _steps(stroke: Sequence[Point]) -> Stroke:
    """On the grid, and without standing still."""
    points = [(min(max(x, 0), GRID), min(max(y, 0), GRID)) for x, y in stroke]
    return (points[0], *(after for before, after in pairwise(points) if after != before))


def _joined(strokes: Iterable[Stroke]) -> str:
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


def _point(text: str) -> Point:
    x, comma, y = text.partition(",")
    if not comma:
        raise ValueError(f"{text!r} is no point x,y of a signature")
    return _place(x), _place(y)


def _place(text: str) -> int:
    """A whole number on the grid, spelt in the one way there is."""
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or str(int(text)) != text or int(text) > GRID:
        raise ValueError(f"{text!r} is no place on the grid of 0 to {GRID}")
    return int(text)
