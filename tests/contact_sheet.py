"""Many pictures on few sheets, small, each with its name below: to be looked at all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

BETWEEN, BELOW, SIZE = 12, 26, 15  # pixels: between pictures, for a name below one, of its letters
GROUND, INK = (120, 126, 130), (255, 255, 255)


def write(
    named: Sequence[tuple[str, Path]], folder: Path, stem: str, *, columns: int, rows: int, width: int
) -> list[Path]:
    """The pictures (name, file) on sheets `stem-1.png`, ... of the folder, in their order; `stem.png` when one is
    enough. `width` in pixels is that of a small picture."""
    sheets = list(_sheets(named, columns, rows, width))
    written = [
        folder / (f"{stem}-{at}.png" if len(sheets) > 1 else f"{stem}.png")
        for at in range(1, len(sheets) + 1)
    ]
    for path, sheet in zip(written, sheets, strict=True):
        sheet.save(path)
    return written


def _sheets(named: Sequence[tuple[str, Path]], columns: int, rows: int, width: int) -> Iterator[Image.Image]:
    for start in range(0, len(named), columns * rows):
        yield _sheet(named[start : start + columns * rows], columns, width)


def _sheet(named: Sequence[tuple[str, Path]], columns: int, width: int) -> Image.Image:
    small = [(name, _small(path, width)) for name, path in named]
    lines = [small[at : at + columns] for at in range(0, len(small), columns)]
    highs = [max(picture.height for _name, picture in line) + BELOW + BETWEEN for line in lines]
    sheet = Image.new("RGB", (columns * (width + BETWEEN) + BETWEEN, sum(highs) + BETWEEN), GROUND)
    pen, top = ImageDraw.Draw(sheet), BETWEEN
    for line, high in zip(lines, highs, strict=True):
        for at, (name, picture) in enumerate(line):
            left = BETWEEN + at * (width + BETWEEN)
            sheet.paste(picture, (left, top))
            pen.text(
                (left + 2, top + picture.height + 3), _fitting(pen, name, width), fill=INK, font_size=SIZE
            )
        top += high
    return sheet


def _small(path: Path, width: int) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB").resize(
            (width, width * picture.height // picture.width), Image.Resampling.LANCZOS
        )


def _fitting(pen: ImageDraw.ImageDraw, name: str, width: int) -> str:
    """The name, its end cut where it is wider than its picture."""
    while len(name) > 1 and pen.textlength(name, font_size=SIZE) > width:
        name = name[:-2] + "…"
    return name
