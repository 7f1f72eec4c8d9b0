"""Which rows are good, which are wrong in themselves, and which only fall with another.

Every file has an `Index`: the good rows by key and what is known of the rejected ones. A row that names a missing row
of another file is a *consequence* when that row was rejected, and *wrong* when nobody ever had it. In between stand
keys that may be missing because a rejected row's own key could not be read: those are settled at the end, when it is
known which rows miss which key (`Judge.settle`). A row that is wrong itself is called wrong, whatever else it misses:
whoever reads a row looks at its values first and at the rows it names after (`resolve`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Generic, TypeVar

from sync.server.imports.report import ImportReport, RejectedRow
from sync.server.imports.table_file import BadRow, Row

T = TypeVar("T")

Gap = tuple[list[int], list[int]] | None


def spelled(key: str) -> str:
    """One spelling for a key: numbers without leading zeros, anything else as it is."""
    return str(int(key)) if key.isascii() and key.isdigit() else key


@dataclass(slots=True)
class Index(Generic[T]):
    """The rows of one file by key. `key` names the key columns; several are joined with '/', none means no key."""

    file: str
    key: tuple[str, ...]
    good: dict[str, T] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # keys of sound rows, good or fallen -> line
    bad: dict[str, str] = field(default_factory=dict)  # key of a rejected row -> where it stands
    doubtful: dict[str, str] = field(default_factory=dict)  # the same, where the key itself may be misread
    hidden: list[int] = field(
        default_factory=list
    )  # lines of rejected rows whose key is doubtful or unreadable
    asked: set[str] = field(default_factory=set)  # doubtful keys that another row did name
    members: tuple[Index[Any], ...] = ()  # of a union

    def key_of(self, row: Row) -> str:
        """The key of `row`, each part as `spelled`. Raises BadRow when a part is empty."""
        return "/".join(spelled(row.name(column)) for column in self.key)

    def need(self, key: str, column: str) -> T:
        """The good row that `column` of another file names. Raises Unresolved."""
        try:
            return self.good[key]
        except KeyError:
            raise Unresolved(self, key, column) from None

    def gaps(self) -> list[Gap]:
        """For each hidden row the keys on the nearest sound lines above and below it, between which its own key must
        have been; None for each when the file is not in the order of numeric keys."""
        if self.members:
            return [gap for member in self.members for gap in member.gaps()]
        keys = sorted((line, _numbers(key)) for key, line in self.lines.items())
        in_order = all(one[1] < other[1] for one, other in pairwise(keys)) and all(key for _line, key in keys)
        return [
            (
                max((key for line, key in keys if line < hidden), default=[]),
                min((key for line, key in keys if line > hidden), default=[]),
            )
            if in_order
            else None
            for hidden in self.hidden
        ]


def union(*indexes: Index[Any]) -> Index[None]:
    """The keys of several files as one, for columns that may name a row of any of them."""
    one: Index[None] = Index(" or ".join(index.file for index in indexes), indexes[0].key, members=indexes)
    for index in indexes:
        one.good.update(dict.fromkeys(index.good))
        one.bad.update(index.bad)
        one.doubtful.update(index.doubtful)
        one.hidden += index.hidden
    return one


class Unresolved(BadRow):
    """A row names a row that is not there, or not any more (`fell`)."""

    def __init__(self, index: Index[Any], key: str, column: str) -> None:
        where = index.bad.get(key) or index.doubtful.get(key)
        why = f"was rejected on {where}" if where else f"is not in {index.file}"
        super().__init__(f"{key} {why}", column)
        self.index = index
        self.key = key
        self.fell = where is not None


class Repeated(BadRow):
    """The key of an earlier sound row comes again; the first one stays."""


def resolve(*claims: tuple[Index[Any], str, str]) -> None:
    """Every row that a row names is there: claims are (file, key, column).

    Raises Unresolved for the worst of those that are not: one that nobody has before one that was rejected.
    """
    missing = [Unresolved(index, key, column) for index, key, column in claims if key not in index.good]
    if missing:
        raise min(missing, key=lambda error: (error.fell, bool(error.index.hidden)))


@dataclass(slots=True)
class Judge:
    """Sorts refused rows into the report's two lists."""

    report: ImportReport
    _open: list[tuple[RejectedRow, Index[Any], str]] = field(default_factory=list)

    def admit(self, index: Index[Any], row: Row) -> str:
        """The key of a row that is whole and not there yet. Raises BadRow."""
        if row.torn:
            raise BadRow(row.torn)
        key = index.key_of(row)
        if index.key and key in index.lines:
            raise Repeated(f"{key} is already on line {index.lines[key]}", index.key[0])
        return key

    def refuse(self, index: Index[Any], row: Row, error: BadRow) -> None:
        """Enter a refused row: into the report, and into its index for the rows that will name it."""
        entry = RejectedRow(row.file, row.line, str(error))
        fell = isinstance(error, Unresolved) and error.fell
        unsettled = isinstance(error, Unresolved) and not fell and bool(error.index.hidden)
        if isinstance(error, Unresolved) and unsettled:
            self._open.append((entry, error.index, error.key))
        else:
            (self.report.consequences if fell else self.report.rejected).append(entry)
        if isinstance(error, Unresolved) and error.key in error.index.doubtful:
            error.index.asked.add(error.key)
        sure = not row.torn and not isinstance(error, Repeated) and (fell or error.column not in index.key)
        self._remember(index, row, sure=sure, sound=fell or unsettled)

    def _remember(self, index: Index[Any], row: Row, *, sure: bool, sound: bool) -> None:
        if not sure:
            index.hidden.append(row.line)
        try:
            key = index.key_of(row)
        except BadRow:
            return
        if key not in index.lines:
            (index.bad if sure else index.doubtful).setdefault(key, f"line {row.line} of {row.file}")
            if sound:
                index.lines[key] = row.line

    def settle(self) -> None:
        """Decide the open cases, file by file, and sort both lists by the order of reading.

        As many missing keys as a file has rows with an unreadable key are taken for the keys of those rows, the most
        missed first; in a file that is in the order of its keys only those that would stand in the right place.
        Whatever else is missing was never there.
        """
        for index in _unique(entry[1] for entry in self._open):
            cases = [(entry, key) for entry, of, key in self._open if of is index]
            missed: dict[str, int] = {}
            for _entry, key in cases:
                missed[key] = missed.get(key, 0) + 1
            gaps = index.gaps()
            credit = max(0, len(index.hidden) - len(index.asked))
            likely = [key for key in missed if any(_fits(key, gap) for gap in gaps)]
            taken = set(sorted(likely, key=lambda key: -missed[key])[:credit])
            for entry, key in cases:
                (self.report.consequences if key in taken else self.report.rejected).append(entry)
        self._open.clear()
        place = {file: at for at, file in enumerate(self.report.read)}
        for entries in (self.report.rejected, self.report.consequences):
            entries.sort(key=lambda entry: (place.get(entry.file, len(place)), entry.line))


def _numbers(key: str) -> list[int]:
    """The parts of a numeric key, to compare; nothing for any other key."""
    parts = key.split("/")
    return [int(part) for part in parts] if all(part.isascii() and part.isdigit() for part in parts) else []


def _fits(key: str, gap: Gap) -> bool:
    if gap is None:
        return True
    above, below = gap
    return above < _numbers(key) and (not below or _numbers(key) < below)


def _unique(indexes: Iterable[Index[Any]]) -> list[Index[Any]]:
    return list({id(index): index for index in indexes}.values())
