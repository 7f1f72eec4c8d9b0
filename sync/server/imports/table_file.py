"""One CSV file, plain or gzipped, read line by line so that every row knows its line and a bad row spoils no other.

UTF-8, comma separated, one header row; columns in any order, further columns are ignored. `open_table` looks at the
whole file before anything is imported: a missing file, a broken archive or a wrong header refuses the folder while
nothing has been changed yet.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from sync.server.imports.report import ImportRefused

LONGEST_RECORD = 50  # physical lines that one quoted field may span
_DECIMAL = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,18})?")
_WHOLE = re.compile(r"[0-9]{1,18}")  # stays below the database's 64 bits, as do prices in 1/10,000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadRow(Exception):
    """A row that cannot be imported: why, and in which column when it is one."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(f"{column}: {reason}" if column else reason)
        self.column = column


@dataclass(frozen=True, slots=True)
class Row:
    """One data row. The readers of single values raise BadRow with the column's name.

    `torn` says why the line does not split into the header's columns, '' for a sound one; what a torn row holds may
    stand in the wrong column.
    """

    file: str
    line: int
    values: Mapping[str, str]
    torn: str = ""

    def text(self, column: str) -> str:
        """The value as it stands, '' when empty."""
        return self.values[column]

    def name(self, column: str) -> str:
        """A value that must not be empty, without blanks around it."""
        value = self.values[column].strip()
        if not value:
            raise BadRow("is empty", column)
        return value

    def whole(self, column: str, *, least: int = 0) -> int:
        """A whole number, not below `least`."""
        value = self.values[column]
        if not _WHOLE.fullmatch(value):
            raise BadRow(f"{value!r} is not a whole number", column)
        if int(value) < least:
            raise BadRow(f"{value} is below {least}", column)
        return int(value)

    def ref(self, column: str) -> str:
        """A numeric key, written one way: '0776' and '776' are the same key."""
        return str(self.whole(column))

    def ref_or_none(self, column: str) -> str | None:
        """A numeric key, None when empty."""
        return self.ref(column) if self.values[column] else None

    def signed_decimal(self, column: str) -> str:
        """The exact text of a decimal number."""
        value = self.values[column]
        if not _DECIMAL.fullmatch(value):
            raise BadRow(f"{value!r} is not a number", column)
        return value

    def decimal(self, column: str) -> str:
        """The exact text of a decimal number that is not negative."""
        value = self.signed_decimal(column)
        if value.startswith("-"):
            raise BadRow(f"{value} is negative", column)
        return value

    def units(self, column: str) -> int:
        """A price in 1/10,000; more than four decimals are an error, never rounded away."""
        whole, _, part = self.decimal(column).partition(".")
        if part[4:].strip("0"):
            raise BadRow(f"{self.values[column]} has more than four decimals", column)
        return int(whole) * 10_000 + int(part[:4].ljust(4, "0"))

    def day(self, column: str) -> str:
        """An ISO date; a time of day after it is dropped."""
        value = self.values[column][:10]
        try:
            if not _DAY.fullmatch(value):
                raise ValueError
            date.fromisoformat(value)
        except ValueError:
            raise BadRow(f"{self.values[column]!r} is not a date", column) from None
        return value

    def day_or_none(self, column: str) -> str | None:
        return self.day(column) if self.values[column] else None

    def flag(self, column: str) -> int:
        """0 or 1."""
        value = self.values[column]
        if value not in ("0", "1"):
            raise BadRow(f"{value!r} is neither 0 nor 1", column)
        return int(value)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that is there, whole, and has the columns needed. `rows` is the number of its data lines."""

    path: Path
    columns: tuple[str, ...]
    rows: int

    def records(self) -> Iterator[Row]:
        """Every data row in file order; a line that cannot be split into columns comes as a torn row."""
        with _opened(self.path) as source:
            ahead: deque[tuple[int, bytes]] = deque()
            lines = enumerate(source, start=1)
            next(lines, None)  # the header
            while True:
                if not ahead:
                    following = next(lines, None)
                    if following is None:
                        return
                    ahead.append(following)
                number, raw = ahead.popleft()
                if raw.strip():
                    yield self._record(number, raw, ahead, lines)

    def _record(
        self, number: int, raw: bytes, ahead: deque[tuple[int, bytes]], lines: Iterator[tuple[int, bytes]]
    ) -> Row:
        """The row that starts at line `number`; takes following lines only when they complete it."""
        row = self._parse(number, raw)
        if not row.torn or raw.count(b'"') % 2 == 0:
            return row
        joined = raw
        for extra in range(LONGEST_RECORD):
            if extra == len(ahead):
                following = next(lines, None)
                if following is None:
                    break
                ahead.append(following)
            joined += ahead[extra][1]
            if ahead[extra][1].count(b'"') % 2:
                whole = self._parse(number, joined)
                if whole.torn:
                    break
                for _ in range(extra + 1):
                    ahead.popleft()
                return whole
        return row

    def _parse(self, number: int, raw: bytes) -> Row:
        torn = ""
        text = raw.decode("utf-8", errors="replace")
        if "\x00" in text:
            torn = "has a NUL character in it"
        elif "\N{REPLACEMENT CHARACTER}" in text and "\N{REPLACEMENT CHARACTER}".encode() not in raw:
            torn = "is not UTF-8"
        try:
            fields = next(csv.reader([text], strict=True))
        except csv.Error as error:
            torn = torn or f"cannot be split into fields: {error}"
            fields = text.rstrip("\r\n").split(",")
        if not torn and len(fields) != len(self.columns):
            torn = f"has {len(fields)} fields, the header has {len(self.columns)}"
        fields += [""] * (len(self.columns) - len(fields))
        return Row(self.path.name, number, dict(zip(self.columns, fields, strict=False)), torn)


def find_table(folder: Path, name: str) -> Path | None:
    """`name`.csv or `name`.csv.gz in `folder`."""
    return next((path for end in (".csv", ".csv.gz") if (path := folder / f"{name}{end}").is_file()), None)


def open_table(folder: Path, name: str, needed: tuple[str, ...]) -> TableFile:
    """The file called `name`, checked from end to end. Raises ImportRefused."""
    path = find_table(folder, name)
    if path is None:
        raise ImportRefused(
            f"{name}.csv (or {name}.csv.gz) is not in {folder}: give the folder that holds it"
        )
    return open_file(path, needed)


def open_file(path: Path, needed: tuple[str, ...]) -> TableFile:
    """The file at `path`, checked from end to end. Raises ImportRefused."""
    try:
        with _opened(path) as source:
            header = source.readline().decode("utf-8-sig")
            rows = sum(1 for line in source if line.strip())
        columns = tuple(next(csv.reader([header], strict=True), []))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise ImportRefused(f"{path} cannot be read ({error}): fetch the file again") from error
    missing = [column for column in needed if column not in columns]
    if missing or len(set(columns)) != len(columns):
        found = ", ".join(columns) if columns else "nothing"
        problem = f"lacks the column {', '.join(missing)}" if missing else "names a column twice"
        raise ImportRefused(
            f"{path}: the header {problem}; its first line must name {', '.join(needed)} (found: {found[:200]}). "
            "Put the header back and import again"
        )
    return TableFile(path, columns, rows)


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
