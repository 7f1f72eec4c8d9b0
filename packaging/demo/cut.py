"""Cut the compact demo company out of the two big data folders. Run by hand when the cut itself is to change:

    python packaging/demo/cut.py ADVENTUREWORKS_DIR MEDICAL_DEVICES_DIR

writes resources/demo/adventureworks and resources/demo/gudid. Files keep their shape: the same names, columns and
texts, fewer rows; those over 20 kB are gzipped (with a fixed time, so that the same input gives the same bytes). Every
reference inside the cut resolves, so importing it rejects nothing.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

DEMO = Path(__file__).parents[2] / "resources" / "demo"
FIRST_ORDER_DAY = "2013-07-01"  # the last twelve months of the source
GZIP_OVER = 20_000

# Stores to take, by (territory, the store's sales person), the ones with most orders first.
STORES = {("1", "283"): 16, ("1", "280"): 10, ("1", "281"): 4, ("5", "279"): 16, ("7", "290"): 14}
INDIVIDUALS = {"1": 50, "5": 20, "7": 30}

WHOLE = (
    "address_type",
    "contact_type",
    "currency",
    "key_rep_ytd",
    "location",
    "product",
    "product_category",
    "product_cost_history",
    "product_inventory",
    "product_list_price_history",
    "product_subcategory",
    "sales_person",
    "sales_territory",
    "ship_method",
    "special_offer",
    "special_offer_product",
    "state_province",
)

DEVICES = 400
COLD_DEVICES = 12
UNTRACKED_DEVICES = 4
SERIAL_DEVICES = 70

Row = dict[str, str]


class Table:
    """A CSV file of a source folder, read once, and written with the rows that are wanted."""

    def __init__(self, folder: Path, name: str) -> None:
        path = next(p for end in (".csv", ".csv.gz") if (p := folder / f"{name}{end}").is_file())
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        reader = csv.DictReader(io.StringIO(text, newline=""))
        self.rows: list[Row] = list(reader)
        self.columns = list(reader.fieldnames or ())
        self.name = name

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def write(self, folder: Path, wanted: Callable[[Row], bool] = lambda _row: True) -> int:
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        writer.writeheader()
        kept = [row for row in self.rows if wanted(row)]
        writer.writerows(kept)
        content = text.getvalue().encode()
        if len(content) > GZIP_OVER:
            (folder / f"{self.name}.csv.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        else:
            (folder / f"{self.name}.csv").write_bytes(content)
        return len(kept)


def cut_adventureworks(source: Path, target: Path) -> None:
    """Some stores and individuals of three territories with a year of orders; every product, price and offer."""
    headers = Table(source, "sales_order_header")
    recent = [row for row in headers if row["order_date"] >= FIRST_ORDER_DAY]
    ordered = Counter(row["customer_id"] for row in recent)
    stores = {row["store_id"]: row for row in Table(source, "store")}
    customers = Table(source, "customer")
    chosen: dict[str, Row] = {}
    by_activity = sorted(customers, key=lambda row: (-ordered[row["customer_id"]], int(row["customer_id"])))
    shops, people = dict(STORES), dict(INDIVIDUALS)
    for row in by_activity:
        quota: dict = shops if row["store_id"] else people
        key = (
            (row["territory_id"], stores[row["store_id"]]["sales_person_id"])
            if row["store_id"]
            else row["territory_id"]
        )
        if ordered[row["customer_id"]] and quota.get(key, 0):
            quota[key] -= 1
            chosen[row["customer_id"]] = row
    store_ids = {row["store_id"] for row in chosen.values() if row["store_id"]}
    sellers = {row["business_entity_id"] for row in Table(source, "sales_person")}
    entities = store_ids | {row["person_id"] for row in chosen.values() if not row["store_id"]}
    links = [row for row in Table(source, "business_entity_address") if row["business_entity_id"] in entities]
    addresses = {row["address_id"] for row in links}
    staff = [
        row for row in Table(source, "business_entity_contact") if row["business_entity_id"] in store_ids
    ]
    persons = {row["person_id"] for row in (*staff, *chosen.values()) if row["person_id"]} | sellers
    orders = {row["sales_order_id"] for row in recent if row["customer_id"] in chosen}
    _start(target)
    wanted: dict[str, Callable[[Row], bool]] = {
        "customer": lambda row: row["customer_id"] in chosen,
        "store": lambda row: row["store_id"] in store_ids,
        "person": lambda row: row["person_id"] in persons,
        "employee": lambda row: row["employee_id"] in sellers,
        "vendor": lambda _row: False,
        "business_entity_address": lambda row: row["business_entity_id"] in entities,
        "address": lambda row: row["address_id"] in addresses,
        "business_entity_contact": lambda row: row["business_entity_id"] in store_ids,
        "sales_order_header": lambda row: row["sales_order_id"] in orders,
        "sales_order_detail": lambda row: row["sales_order_id"] in orders,
    }
    for name in WHOLE:
        print(f"  {name:<28} {Table(source, name).write(target):>6}")
    for name, test in wanted.items():
        print(f"  {name:<28} {Table(source, name).write(target, test):>6}")


def cut_gudid(source: Path, target: Path) -> None:
    """Complete device records over as many product codes and makers as there are, some of each rarer sort."""
    codes: dict[str, list[str]] = {}
    for row in Table(source, "product_code"):
        codes.setdefault(row["primary_di"], []).append(row["product_code"])
    packed = {row["primary_di"] for row in Table(source, "identifier") if row["id_type"] == "Package"}
    cold = {row["primary_di"] for row in Table(source, "storage_handling") if _cool(row)}
    devices = Table(source, "device")
    complete = [row for row in devices if _complete(row) and row["primary_di"] in codes]
    made: Counter[str] = Counter()
    taken: dict[str, Row] = {}

    def take(pool: Iterable[Row], limit: int) -> None:
        """One device of each product code in turn, from the maker least used so far, packed ones first."""
        by_code: dict[str, list[Row]] = {}
        for row in pool:
            by_code.setdefault(codes[row["primary_di"]][0], []).append(row)
        while limit > 0 and any(by_code.values()):
            for code in sorted(by_code):
                left = [row for row in by_code[code] if row["primary_di"] not in taken]
                if left and limit > 0:
                    row = min(
                        left,
                        key=lambda r: (
                            made[r["company_name"]],
                            r["primary_di"] not in packed,
                            r["primary_di"],
                        ),
                    )
                    taken[row["primary_di"]] = row
                    made[row["company_name"]] += 1
                    limit -= 1
                    left.remove(row)
                by_code[code] = left

    described = [row for row in devices if _described(row) and row["primary_di"] in codes]
    take((row for row in described if row["primary_di"] in cold), COLD_DEVICES)
    take((row for row in described if row["lot_batch"] == row["serial_number"] == "0"), UNTRACKED_DEVICES)
    take((row for row in complete if row["serial_number"] == "1"), SERIAL_DEVICES)
    take(complete, DEVICES - len(taken))
    used = {code for di in taken for code in codes[di]}
    _start(target)
    for name in ("device", "product_code", "storage_handling", "identifier"):
        print(f"  {name:<28} {Table(source, name).write(target, lambda row: row['primary_di'] in taken):>6}")
    classes = Table(source, "fda_product_class")
    print(f"  {classes.name:<28} {classes.write(target, lambda row: row['productcode'] in used):>6}")


def _described(row: Row) -> bool:
    """A sound record of something that is sold, with a description."""
    return (
        row["gtin_check_digit_ok"] == "1"
        and row["distribution_status"] == "In Commercial Distribution"
        and bool(row["description"])
    )


def _complete(row: Row) -> bool:
    """A record that makes a good catalogue entry: numbered, tracked, and described in one line."""
    return (
        _described(row)
        and bool(row["catalog_number"])
        and 12 <= len(row["description"]) <= 90
        and (row["lot_batch"] == "1" or row["serial_number"] == "1")
    )


def _cool(row: Row) -> bool:
    return row["type"] == "Storage Environment Temperature" and (row["high_value"], row["high_unit"]) in (
        ("8", "Degrees Celsius"),
        ("-9", "Degrees Celsius"),
        ("59", "Degrees Fahrenheit"),
    )


def _start(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv*"):
        old.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    cut_adventureworks(Path(sys.argv[1]), DEMO / "adventureworks")
    cut_gudid(Path(sys.argv[2]), DEMO / "gudid")
