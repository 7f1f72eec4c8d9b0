"""Paper: text, rules and boxes at a place, in millimetres; PDF at the end. The one module that knows fpdf2.

A place is counted from the side where reading begins, so a page that is read from right to left is the mirror of the
other. Latin text and figures are set in Inter; Hebrew and Arabic are shaped by HarfBuzz in Noto. A line of both is cut
into runs by Unicode's bidirectional algorithm (UAX #9) and the runs are put side by side, so that each font writes its
own script and the text can be taken out of the PDF again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import groupby
from unicodedata import bidirectional

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from fpdf.fonts import TTFFont

from app.domain.strokes import GRID as STEPS, Stroke

START, END = "start", "end"
INK, MUTED, FAINT, ACCENT, BAND = (
    (23, 32, 38),
    (82, 98, 109),
    (205, 213, 218),
    (13, 92, 111),
    (238, 243, 245),
)
Ink = tuple[int, int, int]
_LATIN, _HEBREW, _ARABIC = "Inter", "NotoSansHebrew", "NotoSansArabic"
_FILES = {
    (_LATIN, ""): "Inter-Regular.otf",
    (_LATIN, "B"): "Inter-SemiBold.otf",
    (_HEBREW, ""): "NotoSansHebrew-Regular.ttf",
    (_HEBREW, "B"): "NotoSansHebrew-Bold.ttf",
    (_ARABIC, ""): "NotoSansArabic-Regular.ttf",
    (_ARABIC, "B"): "NotoSansArabic-Bold.ttf",
}
_SCRIPTS = {_HEBREW: "hebr", _ARABIC: "arab"}
_UNSEEN = frozenset("\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u200b\ufeff")
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_BREAKS = str.maketrans({"\u202f": "\u00a0", "\n": " ", "\r": " ", "\t": " "})
_SIGN = re.compile(r"(?<![\w.,])([−+])(?=\d)")  # stands left of its figure, whichever way the line is read
# A figure and what it counts, and one measure by another, are one word when lines are broken.
_UNIT = re.compile(r"(?<=\d) (?=(?:[kmcµ]?m|[kmµ]?g|[mµ]?l|cc|Fr|IU|°|%)\b)| (?=× ?\d)|(?<=×) (?=\d)")
ORPHAN = 8  # signs: a last line of fewer, one word, takes another word along
SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # mm


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one font, as it is written; runs follow each other from left to right."""

    words: str
    font: str
    backwards: bool  # read from right to left


class Paper:
    """Pages of one size. `rtl`: read from right to left."""

    def __init__(self, size: str = "a4", *, rtl: bool = False) -> None:
        self.width, self.height = SIZES[size]
        self.rtl = rtl
        self._pdf = FPDF(unit="mm", format=(self.width, self.height))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._known: set[tuple[str, str]] = set()
        self._now: tuple[str, str, float] | None = None
        self._widths: dict[tuple[str, float, bool], float] = {}

    def close(self) -> None:
        """Let go of the font files; a paper that is finished has."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    # -- measuring ----------------------------------------------------------------------------------------------------

    def measure(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide the words are in mm; `size` in points."""
        key = (words, size, bold)
        if key not in self._widths:
            self._widths[key] = sum(self._measure(run, size, bold) for run in runs(words, rtl=self.rtl))
        return self._widths[key]

    def wrap(self, words: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
        """The words in lines no wider than `width` mm. A figure keeps its unit, the last line is not one short word,
        and a word that is too long itself is cut into pieces of about one length."""

        def fits(line: str) -> bool:
            return self.measure(line, size, bold=bold) <= width

        lines: list[str] = []
        line = ""
        for word in _UNIT.sub("\u00a0", words.translate(_BREAKS)).split(" "):
            longer = f"{line} {word}" if line else word
            if fits(longer):
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = self._pieces(word, fits)
            lines += whole
        if lines and line and len(line) <= ORPHAN:
            before, blank, last = lines[-1].rpartition(" ")
            if blank and fits(f"{last} {line}"):
                lines[-1], line = before, f"{last} {line}"
        made = (*lines, line) if line else tuple(lines)
        return made if "\u00a0" in words else tuple(one.replace("\u00a0", " ") for one in made)

    def _pieces(self, word: str, fits: Callable[[str], bool]) -> list[str]:
        """A word in pieces that fit, as few as can be and of one length; of at least one sign each."""
        most = 1
        while most < len(word) and fits(word[: most + 1]):
            most += 1
        for count in range(-(-len(word) // most), len(word)):
            size = -(-len(word) // count)
            found = [word[at : at + size] for at in range(0, len(word), size)]
            if all(map(fits, found)):
                return found
        return list(word) or [""]

    def _measure(self, run: Run, size: float, bold: bool) -> float:
        self._wear(run, size, bold)
        return float(self._pdf.get_string_width(run.words))

    # -- drawing ------------------------------------------------------------------------------------------------------

    def page(self) -> None:
        """Begin the next page."""
        self._pdf.add_page()
        self._now = None

    def text(
        self,
        at: float,
        base: float,
        words: str,
        size: float,
        *,
        bold: bool = False,
        ink: Ink = INK,
        side: str = START,
    ) -> None:
        """One line whose base line lies `base` mm below the top edge. It begins `at` mm from the side where reading
        begins; with `side` END it ends there."""
        wide = self.measure(words, size, bold=bold)
        left = self._left(at - wide if side == END else at, wide)
        self._pdf.set_text_color(*ink)
        for run in runs(words, rtl=self.rtl):
            run_wide = self._measure(run, size, bold)
            if run.words.strip():
                self._write(run, left, base, run_wide)
            left += run_wide

    def _write(self, run: Run, left: float, base: float, wide: float) -> None:
        if run.font == _LATIN:
            self._pdf.text(left, base, run.words)
            return
        high = self._pdf.font_size
        self._pdf.set_xy(left, base - 0.8 * high)  # a cell as high as its font has its base line there
        self._pdf.cell(wide, high, run.words, align="L")

    def rule(self, at: float, top: float, wide: float, *, ink: Ink = FAINT, thick: float = 0.2) -> None:
        """A line across, `wide` mm long."""
        left = self._left(at, wide)
        self._pdf.set_draw_color(*ink)
        self._pdf.set_line_width(thick)
        self._pdf.line(left, top, left + wide, top)

    def band(self, at: float, top: float, wide: float, high: float, *, ink: Ink = BAND) -> None:
        """A filled box."""
        self._pdf.set_fill_color(*ink)
        self._pdf.rect(self._left(at, wide), top, wide, high, style="F")

    def box(self, at: float, top: float, wide: float, high: float, *, ink: Ink = MUTED) -> None:
        """An empty box to write in."""
        self._pdf.set_draw_color(*ink)
        self._pdf.set_line_width(0.25)
        self._pdf.rect(self._left(at, wide), top, wide, high, style="D")

    def drawing(self, at: float, top: float, wide: float, high: float, strokes: Sequence[Stroke]) -> None:
        """A drawn signature as lines, as large as fits into the box; its shape is never mirrored."""
        points = [point for stroke in strokes for point in stroke]
        left, up = min(x for x, _y in points), min(y for _x, y in points)
        across, down = max(x for x, _y in points) - left, max(y for _x, y in points) - up
        scale = min(wide / max(across, 1), high / max(down, 1), 2 * wide / STEPS)
        start = self._left(at, wide) + (wide - across * scale if self.rtl else 0)
        first = top + (high - down * scale) / 2
        self._pdf.set_draw_color(*INK)
        self._pdf.set_line_width(0.4)
        for stroke in strokes:
            line = [(start + (x - left) * scale, first + (y - up) * scale) for x, y in stroke]
            self._pdf.polyline(smooth(line if len(line) > 1 else [*line, (line[0][0] + 0.2, line[0][1])]))

    def finish(self, *, title: str, author: str, language: str, day: str) -> bytes:
        """The PDF. `day` (ISO) is the date the file tells of itself, so that the same document is the same bytes."""
        self._pdf.set_title(title)
        self._pdf.set_author(author)
        self._pdf.set_lang(language)
        self._pdf.set_creation_date(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC))
        return bytes(self._pdf.output())

    # -- inside -------------------------------------------------------------------------------------------------------

    def _left(self, at: float, wide: float) -> float:
        return self.width - at - wide if self.rtl else at

    def _wear(self, run: Run, size: float, bold: bool) -> None:
        """Write in the run's font from now on."""
        wanted = (run.font, "B" if bold else "", size)
        if self._now == wanted:
            return
        style = wanted[:2]
        if style not in self._known:
            with as_file(files("resources") / "fonts" / _FILES[style]) as path:
                self._pdf.add_font(run.font, wanted[1], path)
            self._known.add(style)
        self._now = wanted
        self._pdf.set_font(run.font, wanted[1], size)
        if run.font == _LATIN:
            self._pdf.set_text_shaping(False)
        else:
            self._pdf.set_text_shaping(True, direction="rtl", script=_SCRIPTS[run.font])


def smooth(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line of points as one that bends: curves through the middles between points, each in short straight pieces."""
    found = [line[0]]
    for at in range(1, len(line) - 1):
        (x0, y0), (x1, y1), (x2, y2) = found[-1], line[at], line[at + 1]
        x2, y2 = (x1 + x2) / 2, (y1 + y2) / 2
        for step in (0.25, 0.5, 0.75, 1.0):
            back = 1 - step
            found.append(
                (
                    back * back * x0 + 2 * back * step * x1 + step * step * x2,
                    back * back * y0 + 2 * back * step * y1 + step * step * y2,
                )
            )
    return [*found, line[-1]]


@lru_cache(maxsize=4096)
def runs(words: str, *, rtl: bool) -> tuple[Run, ...]:
    """A line cut by direction and font, from left to right as it is seen."""
    words = words.translate(_BREAKS)
    if words.isascii() and (not rtl or any(sign.isalpha() for sign in words)):
        return (Run(words, _LATIN, False),) if words else ()
    words = _SIGN.sub("\u200e\\1", words)
    base = TextDirection.RTL if _backwards(words, rtl) else TextDirection.LTR
    signs = [
        (str(one.character), int(one.embedding_level))
        for one in BidiParagraph(words, base).get_characters_with_embedding_level()
        if one.character not in _UNSEEN
    ]
    found: list[tuple[Run, int]] = []
    for (level, font), piece in groupby(_with_fonts(signs), key=lambda one: one[1:]):
        text = "".join(sign for sign, _level, _font in piece)
        if level % 2 and font == _LATIN:  # signs between words read from right to left
            text = text[::-1].translate(_MIRRORED)
        found.append((Run(text, font, bool(level % 2)), level))
    return tuple(run for run, _level in _reordered(found))


def _backwards(words: str, rtl: bool) -> bool:
    """Whether the line as a whole is read from right to left: as its page, unless it has only letters of the other
    way."""
    ways = {bidirectional(sign) for sign in words if sign not in _UNSEEN}
    leftward, rightward = bool(ways & {"R", "AL"}), "L" in ways
    return leftward or not rightward if rtl else leftward and not rightward


def _with_fonts(signs: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Each sign with its level and font. A blank goes with the sign before it, so that words of one run stay one."""
    made: list[tuple[str, int, str]] = []
    for sign, level in signs:
        font = _font(sign)
        if sign == " " and made and made[-1][1] == level:
            font = made[-1][2]
        made.append((sign, level, font))
    return made


def _font(sign: str) -> str:
    code = ord(sign)
    if 0x0590 <= code <= 0x05FF or 0xFB1D <= code <= 0xFB4F:
        return _HEBREW
    if 0x0600 <= code <= 0x08FF or 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFF:
        return _ARABIC
    return _LATIN


def _reordered(found: list[tuple[Run, int]]) -> list[tuple[Run, int]]:
    """Rule L2 of UAX #9: from the highest level down to the lowest odd one, what lies at that level or above is
    reversed."""
    levels = [level for _run, level in found]
    for floor in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(found):
            end = at
            while end < len(found) and found[end][1] >= floor:
                end += 1
            found[at:end] = found[at:end][::-1]
            at = max(end, at + 1)
    return found
