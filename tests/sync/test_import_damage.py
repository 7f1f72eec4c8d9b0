"""A damaged AdventureWorks folder: every wrong row is named, what belongs to it is told apart, the rest comes in."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, select

from app.store import tables as t
from app.store.engine import server_engine as open_engine
from sync.server.imports.adventureworks import import_adventureworks
from sync.server.imports.report import ImportRefused
from sync.server.tables import clock

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "demo" / "adventureworks"


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """For what does not depend on the engine: which rows are good."""
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the folder that a test may damage."""
    return Path(shutil.copytree(FOLDER, tmp_path / "aw"))


def lines_of(folder: Path, name: str) -> tuple[Path, list[bytes]]:
    """A file of the folder and its lines, the header being the first."""
    path = next(p for end in (".csv", ".csv.gz") if (p := folder / f"{name}{end}").is_file())
    content = path.read_bytes()
    return path, (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines(keepends=True)


def file_rows(folder: Path, name: str) -> list[dict[str, str]]:
    text = b"".join(lines_of(folder, name)[1]).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def write_lines(path: Path, lines: list[bytes]) -> None:
    content = b"".join(lines)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def damage(
    folder: Path, name: str, line: int, column: str = "", value: str = "", *, raw: bytes = b""
) -> tuple[str, int]:
    """Put `value` into a column of the given line (the header is line 1), or `raw` in place of all of it."""
    path, lines = lines_of(folder, name)
    if column:
        header = next(csv.reader([lines[0].decode()]))
        fields = next(csv.reader([lines[line - 1].decode()]))
        fields[header.index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(fields)
        raw = out.getvalue().encode()
    lines[line - 1] = raw
    write_lines(path, lines)
    return path.name, line


def size(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def position(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(clock.c.position)).scalar_one())


def ten_damaged_rows(folder: Path) -> set[tuple[str, int]]:
    """Ten rows, each wrong in another way."""
    used = {row["product_id"] for row in file_rows(folder, "sales_order_detail")}
    unsold = next(n for n, row in enumerate(file_rows(folder, "product"), 2) if row["product_id"] not in used)
    customers = lines_of(folder, "customer")[1]
    return {
        damage(folder, "product", unsold, "sell_start_date", "2013-13-40"),
        damage(folder, "sales_order_header", 10, "sub_total", "twelve"),
        damage(folder, "sales_order_header", 20, "sales_order_id", "4E4"),
        damage(folder, "sales_order_detail", 3_000, "order_qty", "-3"),
        damage(folder, "sales_order_detail", 3_001, "product_id", "999999"),
        damage(folder, "sales_order_detail", 3_002, raw=b"71774,110562\n"),
        damage(folder, "customer", 5, raw=customers[3]),
        damage(folder, "person", 40, raw=b"11000,individual customer,,J\xf6n,,Yang,,,,\n"),
        damage(folder, "address", 60, "latitude", "north"),
        damage(folder, "special_offer_product", 7, raw=b'2,"680,2011-04-01\n'),
    }


def test_ten_damaged_rows_are_named_and_the_rest_comes_in(server_engine: Engine, folder: Path) -> None:
    damaged = ten_damaged_rows(folder)

    report = import_adventureworks(server_engine, folder)

    assert {(row.file, row.line) for row in report.rejected} == damaged
    fallen = Counter(row.file for row in (*report.rejected, *report.consequences))
    for table, name in {
        t.account: "customer",
        t.product: "product",
        t.sales_order: "sales_order_header",
        t.order_line: "sales_order_detail",
        t.promotion_product: "special_offer_product",
    }.items():
        path, lines = lines_of(folder, name)
        assert size(server_engine, table) == len(lines) - 1 - fallen[path.name] > 0, name
    assert all(row.reason for row in report.rejected)


def test_repairing_the_damage_brings_in_what_was_missing(sqlite_engine: Engine, folder: Path) -> None:
    ten_damaged_rows(folder)
    damaged = import_adventureworks(sqlite_engine, folder)

    repaired = import_adventureworks(sqlite_engine, FOLDER)

    assert damaged.consequences
    assert repaired.rejected == repaired.consequences == []
    assert size(sqlite_engine, t.order_line) == len(file_rows(FOLDER, "sales_order_detail"))


def test_a_rejected_header_takes_its_lines_along_as_consequences(sqlite_engine: Engine, folder: Path) -> None:
    headers = file_rows(folder, "sales_order_header")
    where = damage(folder, "sales_order_header", 2, "customer_id", "999999")

    report = import_adventureworks(sqlite_engine, folder)

    lines = [
        row
        for row in file_rows(folder, "sales_order_detail")
        if row["sales_order_id"] == headers[0]["sales_order_id"]
    ]
    assert [(row.file, row.line, row.reason) for row in report.rejected] == [
        (*where, "customer_id: 999999 is not in customer.csv")
    ]
    assert len(report.consequences) == len(lines)
    assert f"was rejected on line 2 of {where[0]}" in report.consequences[0].reason


def test_rows_that_miss_an_unreadable_key_are_consequences_and_a_made_up_key_is_not(
    sqlite_engine: Engine, folder: Path
) -> None:
    customers, orders = file_rows(folder, "customer"), file_rows(folder, "sales_order_header")
    ordered = Counter(row["customer_id"] for row in orders)
    line, customer = next((n, row) for n, row in enumerate(customers, 2) if ordered[row["customer_id"]] >= 2)
    other = next(n for n, row in enumerate(orders, 2) if row["customer_id"] != customer["customer_id"])
    damaged = {
        damage(folder, "customer", line, "customer_id", "?"),
        damage(folder, "sales_order_header", other, "customer_id", "424242"),
    }

    report = import_adventureworks(sqlite_engine, folder)

    assert {(row.file, row.line) for row in report.rejected} == damaged
    of_orders = [row for row in report.consequences if row.file.startswith("sales_order_header")]
    assert len(of_orders) == ordered[customer["customer_id"]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("customer.csv", None, "customer.csv"),
        ("customer.csv", b"customer,person\n", "customer.csv.*lacks the column customer_id"),
        ("sales_order_detail.csv.gz", b"\x1f\x8b garbage", "sales_order_detail.csv.gz cannot be read"),
    ],
)
def test_a_missing_or_broken_file_refuses_the_folder_and_changes_nothing(
    sqlite_engine: Engine, folder: Path, name: str, content: bytes | None, said: str
) -> None:
    before = position(sqlite_engine)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)

    with pytest.raises(ImportRefused, match=said) as refusal:
        import_adventureworks(sqlite_engine, folder)

    assert "Nothing was imported" in str(refusal.value)
    assert position(sqlite_engine) == before
    assert size(sqlite_engine, t.territory) == 0
