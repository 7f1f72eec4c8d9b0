"""One call from the characters of a scan to the goods of this device."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from app.domain.scan import Matched, Scan, ScanRefused
from app.store.engine import reading
from app.workspace.barcodes import read_code
from app.workspace.queries.scanning import look_up, look_up_here, resolve
from sync.server.feed import unit_of_work

TODAY = "2026-11-26"
STENT, BOX, GAUZE, PUMP = "07032069804988", "17032069804985", "4006381333931", "96385074"


@pytest.fixture
def tablet(sqlite_world: Any) -> Any:
    """A rep's tablet: p1 by lot, with a box of ten; p2 untracked, its EAN-13 kept as such; p3 by serial, an EAN-8."""
    with sqlite_world.engine.connect() as connection:
        found = connection.execute(text("SELECT * FROM product ORDER BY id")).mappings()
        rows = [{k: v for k, v in one.items() if k != "rowid"} for one in found]
    p1, p2 = rows
    box = {"id": "k1", "product_id": "p1", "gtin": BOX, "level": "package", "quantity": 10, "origin": "test"}
    serial = {
        "id": "s7",
        "product_id": "p3",
        "lot_number": "",
        "serial": "S7",
        "expires": None,
        "recalled_on": None,
    }
    with unit_of_work(sqlite_world.engine) as work:
        p3 = {**p1, "id": "p3", "sku": "P3", "name": "Pump", "tracking": "serial", "gtin": PUMP}
        work.put("product", [{**p1, "gtin": STENT}, {**p2, "gtin": GAUZE}, p3])
        work.put("pack", [box])
        work.put("lot", [{**serial, "origin": "test"}])
    return sqlite_world.tablet("rep")


def ask(tablet: Any, code: str) -> Matched | ScanRefused:
    with reading(tablet.workspace.reader) as connection:
        return look_up(connection, code, today=TODAY)


@pytest.mark.parametrize(
    ("code", "goods"),
    [
        (f"01{STENT}10L1", ("p1", 1, "l1", "2027-06-30")),
        (f"]d201{BOX}1727013110L2", ("p1", 10, "l2", "2027-01-31")),
        (f"01{STENT}10NEW\x1d17280131", ("p1", 1, None, "2028-01-31")),
        (f"]E0{GAUZE}", ("p2", 1, "", None)),
        (f"01{PUMP.zfill(14)}21S7", ("p3", 1, "s7", None)),
        (f"01{STENT}10L217270131", ("p1", 1, "l2", "2027-01-31")),  # a separator is missing; the lot is known
    ],
    ids=["lot", "box", "new lot", "EAN-13", "EAN-8 and serial", "lost separator"],
)
def test_a_scan_becomes_product_quantity_and_lot(tablet: Any, code: str, goods: tuple[Any, ...]) -> None:
    found = ask(tablet, code)

    assert isinstance(found, Matched), found
    assert (found.product_id, found.qty, found.lot_id, found.expires) == goods


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("+H123", "hibcc_not_supported"),
        ("0100000000000017", "product_unknown"),
        (f"01{STENT}", "lot_missing"),
        (f"01{PUMP.zfill(14)}10L1", "serial_missing"),
        (f"01{STENT}10NEW17280131", "ambiguous"),
    ],
)
def test_what_a_scan_does_not_say_is_refused_with_its_code(tablet: Any, code: str, why: str) -> None:
    found = ask(tablet, code)

    assert isinstance(found, ScanRefused), found
    assert found.code == why


def test_the_reading_a_person_chose_is_looked_up_again(tablet: Any) -> None:
    refused = ask(tablet, f"01{STENT}10NEW17280131")
    assert isinstance(refused, ScanRefused)

    with reading(tablet.workspace.reader) as connection:
        found = resolve(connection, refused.choices[1])

    assert isinstance(found, Matched)
    assert (found.lot, found.lot_id, found.expires) == ("NEW", None, "2028-01-31")


def test_a_scan_goes_by_its_indexes(tablet: Any) -> None:
    asked: list[tuple[str, Any]] = []
    with reading(tablet.workspace.reader) as connection:
        event.listen(connection, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
        look_up(connection, f"01{STENT}10L1", today=TODAY)
        plans = [
            " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound))
            for statement, bound in list(asked)
        ]

    assert len(plans) == 3
    for plan, index in zip(plans, ("product_gtin", "pack_gtin", "lot_product"), strict=True):
        assert index in plan
        assert not [table for table in ("product", "pack", "lot") if f"SCAN {table}" in plan]


# -- goods that are to leave a place ----------------------------------------------------------------------------------


def ask_here(tablet: Any, code: str) -> Matched | ScanRefused:
    with reading(tablet.workspace.reader) as connection:
        return look_up_here(connection, code, today=TODAY, location_id="trunk-rep")


def barred_by(tablet: Any, code: str) -> tuple[str, dict[str, str]]:
    found = ask_here(tablet, code)
    assert isinstance(found, ScanRefused), found
    return found.code, dict(found.params)


def test_a_lot_that_lies_here_may_go(tablet: Any) -> None:
    found = ask_here(tablet, f"01{STENT}10L1")

    assert isinstance(found, Matched)
    assert found.lot_id == "l1"


def test_a_lot_that_was_sold_out_is_told_with_its_sale(tablet: Any) -> None:
    sale = tablet.sale(qty=4, lot="l2")
    assert tablet.workspace.perform(sale).saved

    code, said = barred_by(tablet, f"01{STENT}10L2")

    assert (code, said["document"], said["on"]) == ("already_used", sale.number, sale.business_date)


def test_a_lot_nobody_has_in_the_books_is_not_here(tablet: Any) -> None:
    assert barred_by(tablet, f"01{STENT}10NEW")[0] == "not_here"
    assert barred_by(tablet, f"01{PUMP.zfill(14)}21S7")[0] == "not_here"


def test_a_lot_in_another_trunk_names_its_keeper(tablet: Any) -> None:
    with tablet.workspace.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO location(id,name,kind,custodian,origin,holder_name) "
            "VALUES('trunk-x','Trunk of Dora','trunk','dora','test','')"
        )
        connection.exec_driver_sql(
            "INSERT INTO balance(id,location_id,product_id,lot_id,qty,origin,owner) "
            "VALUES('trunk-x|p3|s7','trunk-x','p3','s7',1,'test','company')"
        )

    assert barred_by(tablet, f"01{PUMP.zfill(14)}21S7") == (
        "wrong_custodian",
        {"keeper": "Trunk of Dora", "lot": "S7", "place": "trunk-rep", "product": "Pump"},
    )


@pytest.mark.parametrize(
    ("change", "code"), [("recalled_on='2026-11-20'", "recalled"), ("expires='2026-11-20'", "expired")]
)
def test_a_recalled_and_an_expired_lot_are_caught(tablet: Any, change: str, code: str) -> None:
    with tablet.workspace.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE lot SET {change} WHERE id='l1'")

    assert barred_by(tablet, f"01{STENT}10L1")[0] == code


def test_a_reading_that_a_person_chose_is_asked_the_same(tablet: Any) -> None:
    read = read_code(f"01{STENT}10NEW", today=TODAY)
    assert isinstance(read, Scan)
    with reading(tablet.workspace.reader) as connection:
        found = look_up_here(connection, read, today=TODAY, location_id="trunk-rep")

    assert isinstance(found, ScanRefused)
    assert found.code == "not_here"
