"""Which rows are good, which are wrong in themselves, and which only fall with another.

Every file has an `Index`: the good rows by key and what is known of the rejected ones. A row that names a missing row
of another file is a *consequence* when that row was rejected, and *wrong* when nobody ever had it. In between stand
keys that may be missing because a rejected row's own key could not be read: those are settled at the end, when it is
known how many rows miss which key (`Judge.settle`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sync.server.imports.report import ImportReport, RejectedRow
from sync.server.imports.table_file import BadRow, Row

T = TypeVar("T")


def spelled(key: str) -> str:
    """One spelling for a key: numbers without leading zeros, anything else as it is."""
    return str(int(key)) if key.isascii() and key.isdigit() else key


@dataclass(slots=True)
class Index(Generic[T]):
    """The rows of one file by key. `key` names the key columns; several are joined with '/', none means no key."""

    file: str
    key: tuple[str, ...]
    good: dict[str, T] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    bad: dict[str, int] = field(default_factory=dict)  # key of a rejected row -> its line
    doubtful: dict[str, int] = field(default_factory=dict)  # the same, where the key itself may be misread
    hidden: int = 0  # rejected rows whose key is doubtful or cannot be read
    asked: set[str] = field(default_factory=set)  # doubtful keys that another row did name

    def key_of(self, row: Row) -> str:
        """The key of `row`, each part as `spelled`. Raises BadRow when a part is empty."""
        return "/".join(spelled(row.name(column)) for column in self.key)

    def need(self, key: str, column: str) -> T:
        """The good row that `column` of another file names. Raises Unresolved."""
        try:
            return self.good[key]
        except KeyError:
            raise Unresolved(self, key, column) from None


class Unresolved(BadRow):
    """A row names a row that is not there, or not any more."""

    def __init__(self, index: Index[Any], key: str, column: str) -> None:
        line = index.bad.get(key) or index.doubtful.get(key)
        why = f"was rejected on line {line} of {index.file}" if line else f"is not in {index.file}"
        super().__init__(f"{key} {why}", column)
        self.index = index
        self.key = key


class Repeated(BadRow):
    """The key of an earlier good row comes again; the first one stays."""


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
        fell = isinstance(error, Unresolved) and self._fell(error)
        if isinstance(error, Unresolved) and not fell and error.index.hidden:
            self._open.append((entry, error.index, error.key))
        elif fell:
            self.report.consequences.append(entry)
        else:
            self.report.rejected.append(entry)
        sure = not row.torn and not isinstance(error, Repeated) and (fell or error.column not in index.key)
        self._remember(index, row, error, sure=sure)

    def _fell(self, error: Unresolved) -> bool:
        if error.key in error.index.doubtful:
            error.index.asked.add(error.key)
        return error.key in error.index.bad or error.key in error.index.doubtful

    def _remember(self, index: Index[Any], row: Row, error: BadRow, *, sure: bool) -> None:
        index.hidden += not sure
        try:
            key = index.key_of(row)
        except BadRow:
            return
        if key not in index.lines:
            (index.bad if sure else index.doubtful).setdefault(key, row.line)

    def settle(self) -> None:
        """Decide the open cases, file by file: as many missing keys as rows with an unreadable key are taken for the
        keys of those rows, the most missed first; whatever else is missing was never there."""
        for index in _unique(entry[1] for entry in self._open):
            cases = [(entry, key) for entry, of, key in self._open if of is index]
            missed: dict[str, int] = {}
            for _entry, key in cases:
                missed[key] = missed.get(key, 0) + 1
            credit = max(0, index.hidden - len(index.asked))
            taken = set(sorted(missed, key=lambda key: -missed[key])[:credit])
            for entry, key in cases:
                (self.report.consequences if key in taken else self.report.rejected).append(entry)
        self._open.clear()


def _unique(indexes: Iterable[Index[Any]]) -> list[Index[Any]]:
    return list({id(index): index for index in indexes}.values())
