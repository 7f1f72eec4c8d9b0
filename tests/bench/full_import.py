"""Import a whole AdventureWorks folder and check it against its files, from outside the product's own counting.

    python tests/bench/full_import.py DIR [--database postgres | --database postgresql://…]

On a fresh database (SQLite in a temporary folder; `postgres`: a server from the PyPI wheel, with fsync; or a server
where databases may be created): counts against the files, every published figure as a decimal, a second import that
must change nothing, and a copy with ten damaged rows. Prints figures; exit code 1 when anything differs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, make_url, text  # noqa: E402

from app.store.engine import server_engine  # noqa: E402
from sync.server import schema  # noqa: E402
from sync.server.imports.adventureworks import import_adventureworks  # noqa: E402

# table (with the rows that come from the source), file, rows of the table for one of the file
COUNTS = (
    ("account", "customer", 1),
    ("territory", "sales_territory", 1),
    ("rep", "sales_person", 1),
    ("commission_plan", "sales_person", 1),
    ("product", "product", 1),
    ("price", "product_list_price_history", 2),  # the list price and the reseller price
    ("product_cost", "product_cost_history", 1),
    ("promotion", "special_offer", 1),
    ("promotion_product", "special_offer_product", 1),
    ("sales_order", "sales_order_header", 1),
    ("order_line", "sales_order_detail", 1),
    ("shipment", "sales_order_header", 1),
)
FIGURES = (
    ("sales_order", "aw-o-", "sales_order_header", "sales_order_id", "published_sub_total", "sub_total"),
    ("sales_order", "aw-o-", "sales_order_header", "sales_order_id", "published_tax", "tax_amt"),
    ("sales_order", "aw-o-", "sales_order_header", "sales_order_id", "published_freight", "freight"),
    ("sales_order", "aw-o-", "sales_order_header", "sales_order_id", "published_total", "total_due"),
    (
        "order_line",
        "aw-ol-",
        "sales_order_detail",
        "sales_order_detail_id",
        "published_unit_price",
        "unit_price",
    ),
    (
        "order_line",
        "aw-ol-",
        "sales_order_detail",
        "sales_order_detail_id",
        "published_discount",
        "unit_price_discount",
    ),
    (
        "order_line",
        "aw-ol-",
        "sales_order_detail",
        "sales_order_detail_id",
        "published_line_total",
        "line_total",
    ),
)


class Tally:
    """What was checked and what was wrong."""

    def __init__(self) -> None:
        self.wrong = 0

    def say(self, what: str, ok: bool) -> None:
        self.wrong += not ok
        print(f"  {'ok   ' if ok else 'WRONG'} {what}", flush=True)


def lines_of(folder: Path, name: str) -> tuple[Path, list[bytes]]:
    path = next(p for end in (".csv", ".csv.gz") if (p := folder / f"{name}{end}").is_file())
    content = path.read_bytes()
    return path, (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines(keepends=True)


def file_rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(lines_of(folder, name)[1]).decode(), newline="")))


def scalar(engine: Engine, statement: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one() or 0)


def of_source(table: str) -> str:
    """The rows of a table that the import made; a table without an origin column holds nothing else."""
    return table if table == "promotion_product" else f"{table} WHERE origin = 'adventureworks'"


def compare(engine: Engine, folder: Path, tally: Tally) -> None:
    print("counts against the files")
    for table, name, each in COUNTS:
        found, wanted = (
            scalar(engine, f"SELECT count(*) FROM {of_source(table)}"),
            each * len(file_rows(folder, name)),
        )
        tally.say(f"{table:<18} {found:>7,} of {wanted:>7,} from {name}", found == wanted)
    stock = sum(int(row["quantity"]) for row in file_rows(folder, "product_inventory"))
    found = scalar(engine, "SELECT sum(qty) FROM balance WHERE location_id LIKE 'aw-l-%'")
    tally.say(f"{'units in stock':<18} {found:>7,} of {stock:>7,} from product_inventory", found == stock)
    print("published figures as decimals")
    for table, prefix, name, key, ours, theirs in FIGURES:
        with engine.connect() as connection:
            mine = dict(connection.execute(text(f"SELECT id, {ours} FROM {table}")).all())
        rows = file_rows(folder, name)
        equal = sum(Decimal(mine.get(prefix + row[key], "NaN")) == Decimal(row[theirs]) for row in rows)
        total = sum(Decimal(row[theirs]) for row in rows)
        tally.say(
            f"{table}.{ours:<22} {equal:>7,} of {len(rows):>7,} equal, sum {total:,}", equal == len(rows)
        )


def set_field(line: bytes, header: bytes, column: str, value: str) -> bytes:
    fields = next(csv.reader([line.decode()]))
    fields[next(csv.reader([header.decode()])).index(column)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(fields)
    return out.getvalue().encode()


def damage(folder: Path) -> set[tuple[str, int]]:
    """Ten rows of the folder made wrong, each in another way: file and line of each."""
    done: set[tuple[str, int]] = set()

    def hit(name: str, part: Decimal, change: Callable[[list[bytes], int], bytes]) -> None:
        path, lines = lines_of(folder, name)
        at = int(part * (len(lines) - 1)) + 1
        while (path.name, at + 1) in done:
            at += 1
        lines[at] = change(lines, at)
        content = b"".join(lines)
        path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)
        done.add((path.name, at + 1))

    def field(column: str, value: str) -> Callable[[list[bytes], int], bytes]:
        return lambda lines, at: set_field(lines[at], lines[0], column, value)

    hit("sales_order_header", Decimal("0.1"), field("total_due", "23,1o3.00"))
    hit("sales_order_header", Decimal("0.4"), field("customer_id", "9999999"))
    hit("sales_order_header", Decimal("0.7"), field("sales_order_id", ""))
    hit("sales_order_detail", Decimal("0.2"), field("order_qty", "0"))
    hit("sales_order_detail", Decimal("0.5"), lambda lines, at: lines[at].rstrip(b"\n") + b",more\n")
    hit("sales_order_detail", Decimal("0.8"), lambda lines, at: lines[at - 1])
    hit("product_list_price_history", Decimal("0.5"), field("list_price", "12.34567"))
    hit("product_inventory", Decimal("0.3"), field("quantity", "1.5"))
    hit("customer", Decimal("0.9"), lambda lines, at: lines[at][: len(lines[at]) // 3] + b'"\n')
    hit("address", Decimal("0.6"), lambda lines, at: lines[at].replace(b",", b",\xff", 1))
    return done


def check_damaged(engine: Engine, folder: Path, tally: Tally) -> None:
    print("a copy with ten damaged rows")
    damaged = damage(folder)
    report = import_adventureworks(engine, folder)
    named = {(row.file, row.line) for row in report.rejected}
    for row in report.rejected:
        print(f"        {row}")
    tally.say(
        f"{len(damaged & named)} of {len(damaged)} damaged rows named, {len(named - damaged)} others",
        named == damaged,
    )
    print(
        f"        {len(report.consequences)} rows fell with them, such as {next(iter(report.consequences), 'none')}"
    )
    for table, name, each in COUNTS:
        path, lines = lines_of(folder, name)
        lost = sum(row.file == path.name for row in (*report.rejected, *report.consequences))
        wanted, found = (
            each * (len(lines) - 1 - lost),
            scalar(engine, f"SELECT count(*) FROM {of_source(table)}"),
        )
        tally.say(f"{table:<18} {found:>7,} of {wanted:>7,} good rows", found == wanted)


@contextmanager
def databases(where: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Makes fresh, empty databases by name; gone at the end."""
    if not where:
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    import psycopg

    spec = spec_from_file_location("trunkline_postgres_server", ROOT / "tests" / "postgres_server.py")
    assert spec is not None
    assert spec.loader is not None
    wheel: Any = module_from_spec(spec)
    spec.loader.exec_module(wheel)
    made: list[str] = []

    def create(server: str, name: str) -> str:
        made.append(f"trunkline_bench_{name}")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]}")
        return make_url(server).set(database=made[-1]).render_as_string(hide_password=False)

    if where == "postgres":
        with wheel.running(durable=True) as server:
            yield lambda name: create(server, name)
        return
    try:
        yield lambda name: create(where, name)
    finally:
        with psycopg.connect(where, autocommit=True) as connection:
            for name in made:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def opened(url: str) -> Engine:
    engine = server_engine(url)
    schema.upgrade(engine)
    return engine


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", default="")
    given = parser.parse_args(arguments)
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch, databases(given.database, Path(scratch)) as fresh:
        engine = opened(fresh("whole"))
        print(f"import of {given.folder} into {engine.dialect.name}")
        for time_round in ("first", "second"):
            position = scalar(engine, "SELECT position FROM clock")
            started = time.perf_counter()
            report = import_adventureworks(engine, given.folder)
            print(
                f"  {time_round} import: {time.perf_counter() - started:.1f} s, {report.wrote:,} rows written"
            )
            if time_round == "first":
                tally.say(
                    f"{len(report.rejected)} rows rejected", not report.rejected and not report.consequences
                )
                compare(engine, given.folder, tally)
            else:
                still = scalar(engine, "SELECT position FROM clock") == position
                tally.say(
                    "the second import changed nothing, the feed did not move", still and report.wrote == 0
                )
        engine.dispose()
        copy = Path(scratch) / "damaged"
        shutil.copytree(given.folder, copy, copy_function=shutil.copyfile)
        engine = opened(fresh("damaged"))
        check_damaged(engine, copy, tally)
        engine.dispose()
    print("full import: ok" if not tally.wrong else f"full import: {tally.wrong} checks failed")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
