"""The AdventureWorks import against its own files: counts, exact figures, repetition, damage.

The files are read here with the csv module alone, so that the importer's reading is not its own witness. All of it
runs on the compact folder of the demo company; `tests/bench/full_import.py` does the same with any folder.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select, update

from app.store import tables as t
from app.store.engine import server_engine as open_engine, writing
from sync.server import schema
from sync.server.feed import unit_of_work
from sync.server.imports.adventureworks import import_adventureworks
from sync.server.imports.aw_company import code_candidates
from sync.server.tables import clock, feed, user_account

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "demo" / "adventureworks"


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """For what does not depend on the engine: which rows are good."""
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The folder imported once, for the tests that only look."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('imported') / 'server.db'}")
    schema.upgrade(engine)
    import_adventureworks(engine, FOLDER)
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


def stored(engine: Engine, table: Table, *where: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [
            dict(row)
            for row in connection.execute(select(table).where(*where).order_by(table.c.id)).mappings()
        ]


def size(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def position(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(clock.c.position)).scalar_one())


# -- what comes in ----------------------------------------------------------------------------------------------------


def test_every_row_of_the_files_is_there_with_its_published_figures(server_engine: Engine) -> None:
    report = import_adventureworks(server_engine, FOLDER)

    assert report.rejected == report.consequences == []
    for table, name in {
        t.account: "customer",
        t.product: "product",
        t.territory: "sales_territory",
        t.rep: "sales_person",
        t.commission_plan: "sales_person",
        t.promotion: "special_offer",
        t.promotion_product: "special_offer_product",
        t.product_cost: "product_cost_history",
        t.sales_order: "sales_order_header",
        t.shipment: "sales_order_header",
        t.order_line: "sales_order_detail",
    }.items():
        if table is t.rep:  # the migration brings the office's own row
            assert len(stored(server_engine, t.rep, t.rep.c.origin == "adventureworks")) == len(
                file_rows(FOLDER, name)
            )
        else:
            assert size(server_engine, table) == len(file_rows(FOLDER, name)), table.name
    assert size(server_engine, t.price) == 2 * len(file_rows(FOLDER, "product_list_price_history"))
    orders = {row["id"]: row for row in stored(server_engine, t.sales_order)}
    for row in file_rows(FOLDER, "sales_order_header"):
        mine = orders[f"aw-o-{row['sales_order_id']}"]
        for column, published in {
            "sub_total": "published_sub_total",
            "tax_amt": "published_tax",
            "freight": "published_freight",
            "total_due": "published_total",
        }.items():
            assert Decimal(mine[published]) == Decimal(row[column])
        assert (mine["business_date"], mine["due_date"]) == (row["order_date"], row["due_date"])
        assert (mine["type"], mine["state"], mine["total"]) == ("history", "shipped", None)
    lines = {row["id"]: row for row in stored(server_engine, t.order_line)}
    for row in file_rows(FOLDER, "sales_order_detail"):
        line = lines[f"aw-ol-{row['sales_order_detail_id']}"]
        assert Decimal(line["published_line_total"]) == Decimal(row["line_total"])
        assert Decimal(line["published_unit_price"]) == Decimal(row["unit_price"])
        assert Decimal(line["published_discount"]) == Decimal(row["unit_price_discount"])
        assert (line["order_id"], line["qty"]) == (f"aw-o-{row['sales_order_id']}", int(row["order_qty"]))


def test_a_second_import_changes_nothing(server_engine: Engine) -> None:
    first = import_adventureworks(server_engine, FOLDER)
    before = position(server_engine), size_of_feed(server_engine)

    second = import_adventureworks(server_engine, FOLDER)

    assert second.wrote == 0
    assert {kind: one.unchanged for kind, one in second.counts.items()} == {
        kind: one.added for kind, one in first.counts.items()
    }
    assert (position(server_engine), size_of_feed(server_engine)) == before


def size_of_feed(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(feed)).scalar_one())


def test_every_row_travels_in_the_buckets_of_its_scope(server_engine: Engine) -> None:
    import_adventureworks(server_engine, FOLDER)

    with server_engine.connect() as connection:
        found = connection.execute(select(feed.c.kind, feed.c.row_id, feed.c.bucket))
        entries = {(kind, row_id, bucket) for kind, row_id, bucket in found}
    for kind in ("account", "order_line", "price", "balance", "movement"):
        for row in stored(server_engine, t.KINDS[kind].table):
            for bucket in t.KINDS[kind].buckets(row):
                assert (kind, row["id"], bucket) in entries


def test_an_online_order_costs_the_list_price_of_its_day(imported: Engine) -> None:
    prices: dict[str, list[dict[str, Any]]] = {}
    for row in stored(imported, t.price, t.price.c.list_id == "aw-list-base"):
        prices.setdefault(row["product_id"], []).append(row)
    orders = {row["id"]: row for row in stored(imported, t.sales_order, t.sales_order.c.online == "1")}
    checked = 0
    for line in stored(imported, t.order_line, t.order_line.c.order_id.in_(orders)):
        day = orders[line["order_id"]]["business_date"]
        valid = [p for p in prices[line["product_id"]] if p["valid_from"] <= day <= (p["valid_to"] or "9999")]
        assert [Decimal(p["unit_price"]) / 10_000 for p in valid] == [Decimal(line["published_unit_price"])]
        checked += 1
    assert checked > 100


def test_a_reseller_pays_six_tenths_of_the_list_less_the_offer_on_the_list(imported: Engine) -> None:
    prices: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in stored(imported, t.price):
        prices.setdefault((row["list_id"], row["product_id"]), []).append(row)
    offers = {row["id"]: row for row in stored(imported, t.promotion)}
    orders = {row["id"]: row for row in stored(imported, t.sales_order, t.sales_order.c.online == "0")}

    def on(list_id: str, product: str, day: str) -> list[int]:
        found = prices.get((list_id, product), [])
        return [p["unit_price"] for p in found if p["valid_from"] <= day <= (p["valid_to"] or "9999")]

    checked = unlisted = 0
    for line in stored(imported, t.order_line, t.order_line.c.order_id.in_(orders)):
        day, product = orders[line["order_id"]]["business_date"], line["product_id"]
        base, mine = on("aw-list-base", product, day), on("aw-list-reseller", product, day)
        if not base:
            unlisted += 1
            continue
        off = Decimal(base[0] * offers[line["promotion_id"]]["percent_bp"]) / 10_000
        assert abs(Decimal(line["published_unit_price"]) * 10_000 - (mine[0] - off)) <= 1
        checked += 1
    assert checked > 1_000
    assert unlisted < 100


def test_stores_and_individuals_become_accounts_with_their_own_addresses(imported: Engine) -> None:
    sellers = {row["store_id"]: row["sales_person_id"] for row in file_rows(FOLDER, "store")}
    accounts = {row["id"]: row for row in stored(imported, t.account)}
    for row in file_rows(FOLDER, "customer"):
        mine = accounts[f"aw-a-{row['customer_id']}"]
        store = bool(row["store_id"])
        assert mine["segment"] == ("store" if store else "individual")
        assert mine["price_list_id"] == ("aw-list-reseller" if store else "aw-list-base")
        assert mine["rep_id"] == (f"aw-u-{sellers[row['store_id']]}" if store else None)
        assert (mine["terms_days"], mine["currency"], mine["number"]) == (
            30 if store else 0,
            "USD",
            row["account_number"],
        )
    addresses = {row["id"]: row for row in stored(imported, t.address)}
    assert Counter(row["role"] for row in addresses.values() if row["account_id"] not in accounts) == {}
    for order in stored(imported, t.sales_order):
        ship_to, bill_to = addresses[order["ship_to_id"]], addresses[order["bill_to_id"]]
        assert (ship_to["role"], bill_to["role"]) == ("ship_to", "bill_to")
        assert ship_to["account_id"] == bill_to["account_id"] == order["account_id"]
    assert {row["account_id"] for row in stored(imported, t.contact)} == set(accounts)


def test_sales_people_become_users_who_cannot_sign_in_yet(server_engine: Engine) -> None:
    import_adventureworks(server_engine, FOLDER)

    reps = {row["id"]: row for row in stored(server_engine, t.rep)}
    users = {row["id"]: row for row in stored(server_engine, user_account)}
    assert reps["aw-u-283"] | {"code": "DC", "role": "rep", "territory_id": "aw-t-1"} == reps["aw-u-283"]
    assert (users["aw-u-283"]["login"], users["aw-u-283"]["password"]) == ("david8", "")
    assert json.loads(users["aw-u-283"]["territories"]) == ["aw-t-1"]
    assert users["aw-u-282"]["login"] == "jose1"
    managed = {key: json.loads(row["territories"]) for key, row in users.items() if row["role"] == "manager"}
    assert managed == {
        "aw-u-274": [f"aw-t-{n}" for n in (1, 2, 3, 4, 5, 6)],
        "aw-u-285": ["aw-t-9"],
        "aw-u-287": ["aw-t-7", "aw-t-8", "aw-t-10"],
    }
    assert len({row["code"] for row in reps.values()}) == len(reps)
    plans = {row["rep_id"]: row for row in stored(server_engine, t.commission_plan)}
    assert (plans["aw-u-283"]["percent"], plans["aw-u-283"]["published_ytd"]) == ("0.012", "1573012.9383")


def test_two_people_with_the_same_initials_get_different_codes() -> None:
    candidates = list(code_candidates(("Ranjit", "R", "Varkey Chudukatil")))

    assert candidates[:3] == ["RV", "RRV", "RVA"]
    assert all(one.isascii() and one.isalnum() and 2 <= len(one) <= 3 for one in candidates)


# -- what was there before --------------------------------------------------------------------------------------------


def test_a_second_import_leaves_users_and_the_offices_decisions_alone(server_engine: Engine) -> None:
    import_adventureworks(server_engine, FOLDER)
    with writing(server_engine) as connection:
        mine = update(user_account).where(user_account.c.id == "aw-u-283")
        connection.execute(
            mine.values(password="$argon2id$…", role="manager", disabled_at="2026-01-01T00:00:00Z")
        )
    account = stored(server_engine, t.account)[0]
    with unit_of_work(server_engine) as work:
        held = {
            "status": "on_hold",
            "status_reason": "overdue",
            "status_since": "2026-11-01",
            "po_required": 1,
        }
        work.put("account", [{**account, **held, "credit_limit": 500_000}])

    report = import_adventureworks(server_engine, FOLDER)

    assert report.wrote == 0
    user = stored(server_engine, user_account, user_account.c.id == "aw-u-283")[0]
    assert (user["password"], user["role"], user["disabled_at"]) == (
        "$argon2id$…",
        "manager",
        "2026-01-01T00:00:00Z",
    )
    assert stored(server_engine, t.account)[0] == {**account, **held, "credit_limit": 500_000}


def test_an_account_that_another_import_moves_takes_its_licence_along(
    server_engine: Engine, folder: Path
) -> None:
    import_adventureworks(server_engine, folder)
    (store,) = stored(server_engine, t.account, t.account.c.segment == "store")[:1]
    scope = {"territory_id": store["territory_id"], "rep_id": store["rep_id"]}
    (place,) = stored(server_engine, t.address, t.address.c.account_id == store["id"])[:1]
    licence = {"product_class": "*", "state": "", "number": "L-1", "verified_on": "2026-01-01"}
    days = {"valid_from": "2026-01-01", "expires": None, "origin": "native"}
    with unit_of_work(server_engine) as work:
        of = {"account_id": store["id"], "ship_to_id": place["id"]}
        work.put("licence", [{"id": "licence-1", **of, **scope, **licence, **days}])
    elsewhere = next(
        one["id"] for one in stored(server_engine, t.territory) if one["id"] != scope["territory_id"]
    )
    path, lines = lines_of(folder, "customer")
    key = store["id"].removeprefix("aw-a-")
    at = next(n for n, one in enumerate(lines) if one.startswith(f"{key},".encode()))
    fields = lines[at].split(b",")
    fields[3] = elsewhere.removeprefix("aw-t-").encode()
    path.write_bytes(b"".join((*lines[:at], b",".join(fields), *lines[at + 1 :])))

    import_adventureworks(server_engine, folder)

    assert stored(server_engine, t.account, t.account.c.id == store["id"])[0]["territory_id"] == elsewhere
    assert [one["territory_id"] for one in stored(server_engine, t.licence)] == [elsewhere]


def test_opening_stock_is_not_reset_after_a_sale_and_moves_by_the_difference(
    server_engine: Engine, folder: Path
) -> None:
    import_adventureworks(server_engine, folder)
    row = max(
        stored(server_engine, t.balance, t.balance.c.location_id == "aw-l-7"), key=lambda one: one["qty"]
    )
    with unit_of_work(server_engine) as work:
        work.put("balance", [{**row, "qty": row["qty"] - 5}])

    again = import_adventureworks(server_engine, folder)
    product = row["product_id"].removeprefix("aw-p-")
    path, lines = lines_of(folder, "product_inventory")
    at = next(n for n, one in enumerate(lines) if one.startswith(f"{product},7,".encode()))
    fields = lines[at].split(b",")
    fields[4] = str(int(fields[4]) + 12).encode()
    path.write_bytes(gzip.compress(b"".join((*lines[:at], b",".join(fields), *lines[at + 1 :]))))
    after = import_adventureworks(server_engine, folder)

    assert again.wrote == 0
    assert after.counts["movement"].changed == 1
    assert after.counts["balance"].changed == 2
    assert stored(server_engine, t.balance, t.balance.c.id == row["id"])[0]["qty"] == row["qty"] - 5 + 12


def test_balances_are_the_sums_of_the_movements_at_both_ends(imported: Engine) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in stored(imported, t.movement):
        assert row["qty"] > 0
        sums[row["to_location"], row["product_id"], row["lot_id"]] += row["qty"]
        sums[row["from_location"], row["product_id"], row["lot_id"]] -= row["qty"]
    balances = stored(imported, t.balance)
    assert {(row["location_id"], row["product_id"], row["lot_id"]): row["qty"] for row in balances} == dict(
        sums
    )
    places = {row["id"]: row["kind"] for row in stored(imported, t.location)}
    assert {places[row["location_id"]] for row in balances} == {"dc", "virtual"}
    assert all(places[f"{key}:reserved"] == "reserved" for key, kind in places.items() if kind == "dc")
    expected = sum(int(row["quantity"]) for row in file_rows(FOLDER, "product_inventory"))
    assert sum(row["qty"] for row in balances if row["location_id"] != "v:supplier") == expected


def test_progress_ends_at_the_end_of_every_file(sqlite_engine: Engine) -> None:
    told: dict[str, tuple[int, int]] = {}

    report = import_adventureworks(
        sqlite_engine, FOLDER, progress=lambda stage, done, total: told.update({stage: (done, total)})
    )

    assert all(done == total for done, total in told.values())
    assert told["sales order detail"][0] == report.read["sales_order_detail.csv.gz"]
    assert report.summary_lines()[-1] == "0 rows rejected"
