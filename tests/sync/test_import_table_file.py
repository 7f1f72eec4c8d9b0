"""Files are read line by line: a bad row is named by its line and spoils no other; a bad file is refused as a whole."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sync.server.imports.report import ImportRefused
from sync.server.imports.table_file import BadRow, Row, open_table


def rows(folder: Path, content: bytes) -> list[Row]:
    (folder / "thing.csv").write_bytes(content)
    return list(open_table(folder, "thing", ("id", "name")).records())


def test_rows_know_their_line(tmp_path: Path) -> None:
    found = rows(tmp_path, b"id,name\n1,one\n\n2,two\n")

    assert [(row.line, row.text("id"), row.text("name")) for row in found] == [
        (2, "1", "one"),
        (4, "2", "two"),
    ]


def test_columns_may_come_in_any_order_with_others_between(tmp_path: Path) -> None:
    found = rows(tmp_path, b"\xef\xbb\xbfname,size,id\r\none,L,1\r\n")

    assert (found[0].text("id"), found[0].text("name")) == ("1", "one")


def test_a_quoted_field_may_span_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, b'id,name\n1,"two\nlines, a comma and ""quotes"""\n2,two\n')

    assert [(row.line, row.text("name"), row.torn) for row in found] == [
        (2, 'two\nlines, a comma and "quotes"', ""),
        (4, "two", ""),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "has 1 fields, the header has 2"),
        (b"1,one,more", "has 3 fields, the header has 2"),
        (b'1,"never closed', "cannot be split into fields"),
        (b'1,"closed"too early', "cannot be split into fields"),
        (b"1,on\xe9", "is not UTF-8"),
        (b"1,o\x00ne", "has a NUL character in it"),
    ],
)
def test_a_torn_line_is_one_bad_row_and_the_next_is_good(tmp_path: Path, line: bytes, reason: str) -> None:
    found = rows(tmp_path, b"id,name\n" + line + b"\n2,two\n3,three\n")

    assert [row.line for row in found] == [2, 3, 4]
    assert reason in found[0].torn
    assert [row.text("name") for row in found[1:] if not row.torn] == ["two", "three"]


@pytest.mark.parametrize(
    ("read", "value", "reason"),
    [
        ("whole", "1.5", "is not a whole number"),
        ("whole", "-1", "is not a whole number"),
        ("whole", "9" * 19, "is not a whole number"),
        ("whole", "٣", "is not a whole number"),
        ("decimal", "1e5", "is not a number"),
        ("decimal", "NaN", "is not a number"),
        ("decimal", "-1.5", "is negative"),
        ("decimal", "", "is not a number"),
        ("units", "1.00001", "has more than four decimals"),
        ("day", "2013-02-29", "is not a date"),
        ("day", "20130228", "is not a date"),
        ("day", "2013-W01-1", "is not a date"),
        ("flag", "yes", "is neither 0 nor 1"),
        ("name", "  ", "is empty"),
    ],
)
def test_a_value_of_the_wrong_sort_names_its_column(read: str, value: str, reason: str) -> None:
    row = Row("thing.csv", 2, {"amount": value})

    with pytest.raises(BadRow, match=f"^amount: .*{reason}$"):
        getattr(row, read)("amount")


@pytest.mark.parametrize(
    ("text", "units"), [("0", 0), ("12", 120_000), ("0.6", 6_000), ("33.6442", 336_442), ("1.50000", 15_000)]
)
def test_prices_are_exact_units(text: str, units: int) -> None:
    assert Row("thing.csv", 2, {"amount": text}).units("amount") == units


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("other.csv", b"id,name\n", "thing.csv"),
        ("thing.csv", b"", "names? nothing|lacks the column id, name"),
        ("thing.csv", b"id;name\n1;one\n", "lacks the column id, name"),
        ("thing.csv", b"id,name,id\n", "names a column twice"),
        ("thing.csv.gz", gzip.compress(b"id,name\n" + b"1,one\n" * 5_000)[:-20], "cannot be read"),
        ("thing.csv.gz", b"id,name\n1,one\n", "cannot be read"),
    ],
)
def test_a_file_that_is_missing_broken_or_headed_wrong_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ImportRefused, match=said):
        open_table(tmp_path, "thing", ("id", "name"))
