"""The columns of the office's files: what each holds, how it is read, and what is said when it cannot be.

A reader takes a Cell and gives the value, or raises BadRow. It may look at the columns before its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.money import minor_digits
from app.domain.parties import ROLES
from sync.server.imports.office_names import Names
from sync.server.imports.table_file import BadRow, Row

_CODE = {"currency": re.compile(r"[A-Z]{3}"), "country": re.compile(r"[A-Z]{2}")}


class Unread(Exception):
    """A column before this one could not be read, so this one cannot be judged; nothing is said twice."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one row. `before` holds the columns to its left that could be read."""

    row: Row
    column: str
    names: Names
    before: Mapping[str, Any]

    @property
    def text(self) -> str:
        return self.row.text(self.column)

    def of(self, column: str) -> Any:
        """What a column to the left holds. Raises Unread."""
        if column not in self.before:
            raise Unread
        return self.before[column]


Reader = Callable[[Cell], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file. `needed` columns must be in the header; `expected` completes a complaint about a value."""

    name: str
    read: Reader
    expected: str
    meaning: str
    example: str
    needed: bool = True


def may(name: str, read: Reader, expected: str, meaning: str, example: str = "") -> Column:
    """A column that a file may leave out."""
    return Column(name, read, expected, meaning, example, needed=False)


def blank(read: Reader, empty: Any = None) -> Reader:
    """A reader of values that may be empty."""
    return lambda cell: read(cell) if cell.text else empty


def words(cell: Cell) -> str:
    return cell.row.name(cell.column)


def day(cell: Cell) -> str:
    """An ISO date, and nothing after it."""
    if len(cell.text) > len("2026-01-31"):
        raise BadRow(f"{cell.text!r} is not a date")
    return cell.row.day(cell.column)


def day_not_before(first: str) -> Reader:
    """The last day, both ends in, of a time that begins in the column `first`."""

    def read(cell: Cell) -> str:
        last = day(cell)
        begins = cell.of(first)
        if begins and last < begins:
            raise BadRow(f"{last} is before {begins}, the day in {first}")
        return last

    return blank(read)


def whole(least: int = 0) -> Reader:
    return lambda cell: cell.row.whole(cell.column, least=least)


def scaled(digits: int, *, most: int | None = None) -> Reader:
    """A decimal number that is not negative, in 1/10^digits; more decimals are an error, never rounded away."""

    def read(cell: Cell) -> int:
        number, _, part = cell.row.decimal(cell.column).partition(".")
        if part[digits:].strip("0"):
            raise BadRow(f"{cell.text} has more than {digits} decimals")
        value: int = int(number) * 10**digits + int(part[:digits].ljust(digits, "0") or "0")
        if most is not None and value > most:
            raise BadRow(f"{cell.text} is above {most // 10**digits}")
        return value

    return read


UNITS = scaled(4)
PERCENT = scaled(2, most=100_00)


def amount(cell: Cell) -> int:
    """Money in minor units of the account's currency."""
    return int(scaled(minor_digits(cell.of("account")["currency"]))(cell))


def yes_no(cell: Cell) -> int:
    answers = {"yes": 1, "no": 0, "1": 1, "0": 0}
    if cell.text not in answers:
        raise BadRow(f"{cell.text!r} is neither yes nor no")
    return answers[cell.text]


def one_of(*choices: str) -> Reader:
    def read(cell: Cell) -> str:
        if cell.text not in choices:
            raise BadRow(f"{cell.text!r} is none of {', '.join(choices)}")
        return cell.text

    return read


def code(what: str) -> Reader:
    def read(cell: Cell) -> str:
        if not _CODE[what].fullmatch(cell.text):
            raise BadRow(f"{cell.text!r} is no {what} code")
        return cell.text

    return read


def named(kind: str) -> Reader:
    """A row of `kind` by its name."""
    return lambda cell: cell.names.find(kind, words(cell))


def ship_to(cell: Cell) -> dict[str, Any]:
    return cell.names.ship_to(cell.of("account"), words(cell))


def class_or_any(cell: Cell) -> str:
    """A product class, or '*' for every class."""
    return cell.text if cell.text == "*" else cell.names.product_class(words(cell))


def a_class(cell: Cell) -> str:
    return cell.names.product_class(words(cell))


role = one_of(*ROLES)

# Columns that several files have.
ACCOUNT = Column("account", named("account"), "an account number", "account number", "AW00029580")
SKU = Column("sku", named("product"), "a SKU, GTIN or product id", "product, by SKU, GTIN or id", "STENT-18")
VALID_FROM = Column("valid_from", day, "a date like 2026-01-31", "first day", "2026-01-01")
VALID_TO = may(
    "valid_to",
    day_not_before("valid_from"),
    "a date like 2026-12-31, or nothing",
    "last day; empty is open",
    "",
)
CURRENCY = Column("currency", code("currency"), "three capitals like USD", "ISO 4217", "USD")
