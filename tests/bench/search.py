"""How long a key takes: fills a device database with seeded products and accounts, then types.

    python tests/bench/search.py [--products 100000] [--accounts 5000] [--keep FILE] [--rounds 3] [--painted]

For each key it runs what the screen runs on the reader thread: the search with prices and stock for the catalogue, the
list for accounts, and the two cards. With `--painted` it also types into the real screens (offscreen) and measures from
the key to the painted list. Prints p50 and p95 in milliseconds. It asserts nothing: a figure depends on the
machine.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import Connection, Table

from app.store import tables as t
from app.store.engine import reading, writing
from app.workspace.opening import open_workspace
from app.workspace.queries.accounts import find_accounts, read_account
from app.workspace.queries.catalogue import find_products, read_narrowings
from app.workspace.queries.product_card import read_product
from app.workspace.rows.catalogue import Filter
from app.workspace.tables import bucket
from app.workspace.workspace import Identity, Workspace

DAY = "2026-11-23"
SEED = 20261123
CHUNK = 10_000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FORMS = _words(
    "Catheter Stent Guidewire Plate Screw Suture Mesh Graft Valve Clamp Forceps Retractor Drill Cannula Needle"
)
KINDS = _words(
    "Coronary Biliary Ureteral Locking Cortical Cancellous Absorbable Silk Balloon Angled Curved Straight Micro"
)
MAKERS = _words(
    "Corvia Norden Halden Vesta Aldermed Brio Kestrel Lumen Orthoplan Pallas Quillon Rivet Sanara Tessel"
)
TOWNS = _words(
    "Bergen Oslo Seattle Portland Boise Denver Austin Tampa Dayton Albany Fresno Toledo Mobile Reno"
)
PLACES = _words(
    "Harbour Valley Saint General Memorial Lakeside Northern Mercy Trinity Summit Riverside Central"
)
HOUSES = _words("Hospital Clinic Surgery Center Institute Medical Group Practice Infirmary")
TYPED_PRODUCTS = (
    "stent",
    "coronary stent 3",
    "norden locking plate",
    "screw cortical 4.5",
    "S-0500",
    "00850000012342",
    "c",
    "cornary stnet",  # misspelt
    "nordn lokcing plate",
)
TYPED_ACCOUNTS = ("harbour hospital", "AC-0042", "memorial", "seattle", "s")


def fill(path: Path, products: int, accounts: int) -> Workspace:
    """A device database with that many products and accounts, whole buckets, and a rep signed in."""
    dice = random.Random(SEED)
    workspace = open_workspace(path, now=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC), new_id=lambda: "id")
    workspace.become(Identity("local", "rep", "rep", "Rep", "rep", "RE", ("north",), "dev", "dev.1", "A"), 1)
    with writing(workspace.engine) as connection:
        _company(connection)
        _products(connection, dice, products)
        _accounts(connection, dice, accounts, products)
        names = (
            "g:catalog",
            "g:policy",
            "pl:base",
            "pl:group",
            "terr:north",
            "loc:wh",
            "loc:trunk",
            "rep:rep",
        )
        state = {"state": "complete", "after_kind": "", "after_id": "", "rows": 0, "loaded": 0}
        connection.execute(bucket.insert(), [{"name": name, **state} for name in names])
    return workspace


def _put(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            connection.execute(table.insert(), part)
            part = []
    if part:
        connection.execute(table.insert(), part)


def _company(connection: Connection) -> None:
    _put(
        connection,
        t.territory,
        [{"id": "north", "name": "North", "country": "US", "region": "", "origin": "bench"}],
    )
    lists = [
        {"id": one, "name": one, "scope": scope, "territory_id": None, "currency": "USD", "valid_from": "2020-01-01",
         "valid_to": None, "origin": "bench"}
        for one, scope in (("base", "base"), ("group", "group"))
    ]  # fmt: skip
    _put(connection, t.price_list, lists)
    places = [("wh", "dc", None), ("trunk", "trunk", "rep")]
    _put(connection, t.location, [
        {"id": i, "name": i, "kind": k, "custodian": c, "territory_id": None, "origin": "bench"} for i, k, c in places
    ])  # fmt: skip
    promotions = [
        {"id": f"promo-{n}", "name": f"Volume {n}", "kind": "volume", "audience": "all", "basis": "list",
         "percent_bp": 200 * n, "min_qty": 10 * n, "max_qty": None, "valid_from": "2026-01-01",
         "valid_to": "2026-12-31", "origin": "bench"}
        for n in range(1, 6)
    ]  # fmt: skip
    _put(connection, t.promotion, promotions)


def _products(connection: Connection, dice: random.Random, count: int) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for n in range(count):
            form, kind, maker = dice.choice(FORMS), dice.choice(KINDS), dice.choice(MAKERS)
            size = f"{dice.randint(10, 99) / 10} x {dice.randint(8, 60)} mm"
            yield {
                "id": f"p{n:06d}", "sku": f"S-{n:06d}", "name": f"{maker} {kind} {form} {size}", "brand": maker,
                "manufacturer": f"{maker} Medical Inc.", "catalog_number": f"{maker[:2].upper()}{n:06d}",
                "gtin": f"0085{n:010d}", "category": f"{form}, {kind.lower()}",
                "product_class": f"FDA class {n % 3 + 1}", "tracking": "lot", "expiry_tracked": 1, "rx": 1,
                "sterile": 1, "single_use": 1, "cold_chain": 0, "unit": "EA", "sell_from": None, "sell_until": None,
                "origin": "bench",
            }  # fmt: skip

    def prices() -> Iterator[dict[str, Any]]:
        for n in range(count):
            units = dice.randint(5_0000, 900_0000)
            for list_id, share in (("base", 10), ("group", 8)):
                for min_qty in (1, 10):
                    yield {
                        "id": f"{list_id}-{n}-{min_qty}", "list_id": list_id, "product_id": f"p{n:06d}",
                        "min_qty": min_qty, "unit_price": units * share // (10 + min_qty // 10),
                        "valid_from": "2025-01-01", "valid_to": None, "origin": "bench",
                    }  # fmt: skip

    _put(connection, t.product, rows())
    _put(connection, t.price, prices())
    _put(connection, t.promotion_product, (
        {"id": f"pp-{n}", "promotion_id": f"promo-{n % 5 + 1}", "product_id": f"p{n:06d}"} for n in range(0, count, 3)
    ))  # fmt: skip
    held = [("wh", n) for n in range(0, count, 5)] + [
        ("trunk", n) for n in range(0, count, max(1, count // 200))
    ]
    _put(connection, t.balance, (
        {"id": t.balance_id(place, f"p{n:06d}", "l"), "location_id": place, "product_id": f"p{n:06d}", "lot_id": "l",
         "qty": 3, "origin": "bench"}
        for place, n in held
    ))  # fmt: skip


def _accounts(connection: Connection, dice: random.Random, count: int, products: int) -> None:
    scope = {"territory_id": "north", "rep_id": None, "origin": "bench"}

    def account(n: int) -> dict[str, Any]:
        return {
            "id": f"a{n:05d}", "number": f"AC-{n:05d}", "name": f"{dice.choice(PLACES)} {dice.choice(HOUSES)} {n}",
            "segment": "store", "status": "active", "status_reason": "", "status_since": None,
            "price_list_id": "group", "currency": "USD", "po_required": 0, "terms_days": 30, "credit_limit": None,
            **scope,
        }  # fmt: skip

    def address(n: int, role: str) -> dict[str, Any]:
        return {
            "id": f"{role}-{n}", "account_id": f"a{n:05d}", "role": role, "label": "Main", "line1": f"{n} Quay",
            "line2": "", "city": TOWNS[n % len(TOWNS)], "state": "", "postal_code": "1", "country": "US",
            "latitude": None, "longitude": None, **scope,
        }  # fmt: skip

    def order(n: int) -> dict[str, Any]:
        return {
            "id": f"o{n}", "number": f"SO{n}", "type": "history", "quote_id": None, "account_id": f"a{n % count:05d}",
            "ship_to_id": None, "bill_to_id": None, "state": "shipped", "currency": "USD",
            "business_date": f"2026-{n % 11 + 1:02d}-{n % 27 + 1:02d}", "po_number": "", "total": None,
            "published_sub_total": "10.00", "published_tax": "1.00", "published_freight": "0", "published_total": "11",
            "due_date": None, "online": "0", "op_id": None, **scope,
        }  # fmt: skip

    def line(n: int, no: int) -> dict[str, Any]:
        return {
            "id": f"ol{n}-{no}", "order_id": f"o{n}", "line_no": no, "product_id": f"p{dice.randrange(products):06d}",
            "lot_id": None, "qty": 2, "allocated": 2, "backordered": 0, "unit_price": None, "extended": None,
            "published_unit_price": "5", "published_discount": "0", "published_line_total": "10",
            "promotion_id": None, "tracking_number": None, **scope,
        }  # fmt: skip

    _put(connection, t.account, (account(n) for n in range(count)))
    _put(connection, t.address, (address(n, role) for n in range(count) for role in ("ship_to", "bill_to")))
    _put(connection, t.sales_order, (order(n) for n in range(3 * count)))
    _put(connection, t.order_line, (line(n, no) for n in range(3 * count) for no in range(1, 5)))


# -- measuring --------------------------------------------------------------------------------------------------------


def measure(workspace: Workspace, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each thing that is asked, by its name."""
    taken: dict[str, list[float]] = {}

    def timed(name: str, ask: Callable[[Connection], object]) -> None:
        begun = time.perf_counter()
        with reading(workspace.reader) as connection:
            ask(connection)
        taken.setdefault(name, []).append((time.perf_counter() - begun) * 1000)

    def catalogue(name: str, asked: Filter) -> None:
        timed(name, lambda connection: find_products(connection, asked, DAY))

    for turn in range(rounds):
        for phrase in TYPED_PRODUCTS:
            for end in range(1, len(phrase) + 1):
                catalogue("catalogue, a key, no account", Filter(phrase[:end]))
                catalogue("catalogue, a key, account's prices", Filter(phrase[:end], account_id="a00042"))
                catalogue("catalogue, a key, in my trunk", Filter(phrase[:end], mine=True))
                catalogue("catalogue, a key, one category", Filter(phrase[:end], category="Stent, coronary"))
        catalogue("catalogue, opened", Filter())
        catalogue("catalogue, opened for an account", Filter(account_id="a00042"))
        catalogue("catalogue, one category", Filter(category="Stent, coronary"))
        timed("catalogue, all filters", read_narrowings)
        timed("product card", lambda connection: read_product(connection, "p000042", "a00042", DAY))
        for phrase in TYPED_ACCOUNTS:
            for end in range(1, len(phrase) + 1):
                words = phrase[:end]
                timed("accounts, a key", lambda connection, words=words: find_accounts(connection, words))
        timed("accounts, opened", find_accounts)
        timed("account card", lambda connection: read_account(connection, "a00042"))
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
    return taken


def measure_painted(workspace: Workspace) -> dict[str, list[float]]:
    """Milliseconds from a key to the painted list, in the real window."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(Path(__file__).parents[1] / "desktop"))
    from PySide6.QtCore import QEventLoop
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QLineEdit
    from stage import make_stage, pump

    app = QApplication.instance() or QApplication(["bench"])
    stage, loop = make_stage(workspace), QEventLoop()
    taken: dict[str, list[float]] = {}
    for place, phrases in (("catalogue", TYPED_PRODUCTS), ("accounts", TYPED_ACCOUNTS)):
        screen: Any = stage.go(place, account_id="a00042") if place == "catalogue" else stage.go(place)
        field = screen.findChild(QLineEdit, f"{place}.search")
        show, painted = screen._show_list, []

        def shown(found: Any, show: Any = show, screen: Any = screen, painted: Any = painted) -> None:
            show(found)
            screen.table.viewport().repaint()
            painted.append(time.perf_counter())
            loop.quit()

        screen._show_list = shown
        for phrase in phrases:
            field.clear()
            pump(50)
            stage.settle()
            for sign in phrase:
                painted.clear()
                begun = time.perf_counter()
                QTest.keyClicks(field, sign)
                if not painted:
                    loop.exec()  # as the app waits: a loop that spins would keep the reader from its work
                taken.setdefault(f"{place}, key to paint", []).append((painted[0] - begun) * 1000)
    stage.close()
    del app
    return taken


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--products", type=int, default=100_000)
    asked.add_argument("--accounts", type=int, default=5_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--painted", action="store_true", help="also from the key to the painted list")
    asked.add_argument(
        "--keep", type=Path, help="keep the database in this file, or use the one that is there"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "bench.db"
        begun = time.perf_counter()
        if path.exists():
            workspace = open_workspace(
                path, now=lambda: datetime(2026, 11, 23, tzinfo=UTC), new_id=lambda: "id"
            )
        else:
            workspace = fill(path, given.products, given.accounts)
        size = path.stat().st_size / 1e6
        print(f"{given.products:,} products, {given.accounts:,} accounts, {size:.0f} MB, "
              f"filled or opened in {time.perf_counter() - begun:.1f} s, seed {SEED}")  # fmt: skip
        taken = measure(workspace, given.rounds)
        if given.painted:
            taken |= measure_painted(workspace)
        print(f"{'':38}{'asked':>7}{'p50 ms':>9}{'p95 ms':>9}{'worst':>9}")
        for name, values in taken.items():
            print(
                f"{name:38}{len(values):>7}{percentile(values, 0.5):>9.2f}{percentile(values, 0.95):>9.2f}"
                f"{max(values):>9.2f}"
            )
        workspace.engine.dispose()
        workspace.reader.dispose()


if __name__ == "__main__":
    main()
