"""What a printed document says, as text: who it is from, for whom, its tables, what it comes to, who signs.

Every word is already worded and every figure formatted; layout.py only finds the room.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.strokes import Stroke

START, END = "start", "end"  # a column stands at the side where reading begins, or ends


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The company a document comes from: its name, and its address line by line."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """One named thing: `Valid until` — `Dec 31, 2026`."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody the document is about: a heading, then lines of which the first is the name."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, `width` in mm. One column of 0 takes what the others leave."""

    head: str
    width: float
    side: str = START
    box: bool = False  # an empty box to write in


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row's column; `second` is smaller, below it."""

    words: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that comes again on every page. `totals` stay with the last rows; `none` stands where there are
    no rows. The last of the totals is the sum of all when `grand`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""
    totals: tuple[Named, ...] = ()
    grand: bool = False
    none: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """Where somebody signs. `fields` are lines to write on; `given` is what stands there when it was signed already,
    and `strokes` (app.domain.strokes) what was drawn."""

    heading: str
    fields: tuple[str, ...]
    given: tuple[Named, ...] = ()
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole document. `day` (ISO) dates the file; `locale` says the side where reading begins and the paper; `page`
    is the sentence of a page's foot with {page} and {pages}, `continued` the head of all but the first."""

    title: str
    number: str
    day: str
    locale: str
    letterhead: Letterhead
    page: str
    continued: str
    parties: tuple[Party, ...] = ()
    facts: tuple[Named, ...] = ()
    says: str = ""  # a sentence nobody must miss
    tables: tuple[Table, ...] = ()
    notes: tuple[Named, ...] = ()
    signs: tuple[Sign, ...] = ()
