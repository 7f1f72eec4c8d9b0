"""Promotions from a file: one head over many lines, every error told, and what a tablet makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from office_kit import Office

from app.domain.pricing import price
from app.store import tables as t
from app.store.engine import reading
from app.store.read_facts import read_pricing
from app.store.reader import Everything
from sync.server.feed import unit_of_work

HEADER = (
    "promotion,kind,audience,basis,percent,amount_off,fixed_price,currency,stacks,min_qty,max_qty,"
    "valid_from,valid_to,sku"
)
SPRING = "Spring,seasonal,store,running,7.5,,,,yes,10,99,2026-11-01,2026-11-30,P1"
HEADLESS = "Spring,,,,,,,,,,,,,P2"
COLUMNS = (
    "name",
    "kind",
    "audience",
    "basis",
    "percent_bp",
    "amount_off",
    "fixed_price",
    "currency",
    "stacks",
    "min_qty",
    "max_qty",
    "valid_from",
    "valid_to",
    "origin",
)


def heads(office: Office) -> dict[str, tuple[Any, ...]]:
    return {one["name"]: tuple(one[name] for name in COLUMNS[1:]) for one in office.rows(t.promotion)}


def products(office: Office) -> set[tuple[str, str]]:
    """(promotion's name, product id)."""
    names = {one["id"]: one["name"] for one in office.rows(t.promotion)}
    return {(names[one["promotion_id"]], one["product_id"]) for one in office.rows(t.promotion_product)}


def test_a_promotion_stands_on_its_first_line_and_its_products_on_all(office: Office) -> None:
    report = office.load("promotions", HEADER, SPRING, HEADLESS)

    assert report.rejected == []
    assert heads(office) == {
        "Spring": (
            "seasonal", "store", "running", 750, 0, None, "", 1, 10, 99, "2026-11-01", "2026-11-30", "native"
        )
    }  # fmt: skip
    assert products(office) == {("Spring", "p1"), ("Spring", "p2")}
    assert [str(one) for one in report.changes] == [
        "+ promotion Spring: kind seasonal, audience store, basis running, percent_bp 7.50, min_qty 10, max_qty 99, "
        "valid_from 2026-11-01, valid_to 2026-11-30, amount_off 0.00, stacks 1",
        "+ promotion product Spring / P1",
        "+ promotion product Spring / P2",
    ]


def test_what_a_promotion_leaves_out_has_its_default(desk: Office) -> None:
    header = "promotion,percent,amount_off,fixed_price,currency,valid_from,valid_to,sku"

    desk.load(
        "promotions",
        header,
        "Part,5,,,,2026-11-01,2026-11-30,P1",
        "Off,,2.5,,USD,2026-11-01,2026-11-30,P1",
        "Gift,,,0,USD,2026-11-01,2026-11-01,P1",
    )

    rest = ("2026-11-01", "2026-11-30", "native")
    assert heads(desk) == {
        "Part": ("none", "all", "list", 500, 0, None, "", 0, 1, None, *rest),
        "Off": ("none", "all", "list", 0, 2_5000, None, "USD", 0, 1, None, *rest),
        "Gift": ("none", "all", "list", 0, 0, 0, "USD", 0, 1, None, "2026-11-01", "2026-11-01", "native"),
    }


def test_a_dry_run_tells_and_writes_nothing_and_twice_changes_nothing(office: Office) -> None:
    dry = office.load("promotions", HEADER, SPRING, HEADLESS, dry_run=True)
    before = office.rows(t.promotion)
    first = office.load("promotions", HEADER, SPRING, HEADLESS)
    position = office.world.one("SELECT position FROM clock")
    second = office.load("promotions", HEADER, SPRING, HEADLESS)

    assert (before, dry.changes) == ([], first.changes)
    assert (dry.applied, first.applied, second.applied, second.unchanged) == (False, True, False, 3)
    assert office.world.one("SELECT position FROM clock") == position
    assert [row[1] for row in office.audits()] == ["promotions"]


def test_a_later_file_changes_what_a_promotion_gives_and_keeps_its_kind_and_products(desk: Office) -> None:
    desk.load("promotions", HEADER, SPRING, HEADLESS)

    report = desk.load("promotions", HEADER, "Spring,,,,,,80,USD,,,,2026-11-01,2026-12-31,P1")
    desk.load("promotions", "promotion,sku", "Spring,P1")

    assert [str(one) for one in report.changes] == [
        "~ promotion Spring: audience store → all, basis running → list, percent_bp 7.50 → 0.00, min_qty 10 → 1, "
        "max_qty 99 → none, valid_to 2026-11-30 → 2026-12-31, fixed_price none → 80.00, currency  → USD, stacks 1 → 0"
    ]
    assert heads(desk)["Spring"][0] == "seasonal"
    assert products(desk) == {("Spring", "p1"), ("Spring", "p2")}


def test_a_file_replaces_the_products_of_the_promotions_it_names_and_no_others(desk: Office) -> None:
    other = SPRING.replace("Spring", "Other")
    desk.load("promotions", HEADER, SPRING, HEADLESS, other)

    report = desk.load("promotions", "promotion,sku", "Spring,P2", replace=True)

    assert [str(one) for one in report.changes] == ["- promotion product Spring / P1"]
    assert products(desk) == {("Spring", "p2"), ("Other", "p1")}
    assert set(heads(desk)) == {"Spring", "Other"}


def test_a_promotion_of_an_import_is_changed_under_its_name_or_id_and_keeps_its_origin(desk: Office) -> None:
    desk.load("promotions", HEADER, SPRING)
    (row,) = desk.rows(t.promotion)
    with unit_of_work(desk.world.engine) as work:
        work.remove("promotion", [row["id"]])
        work.put("promotion", [{**row, "id": "so-7", "name": "Autumn", "origin": "test"}])

    desk.load("promotions", HEADER, SPRING.replace("Spring", "Autumn"))
    desk.load("promotions", "promotion,sku", "so-7,P2")

    assert [(one["id"], one["name"], one["origin"]) for one in desk.rows(t.promotion)] == [
        ("so-7", "Autumn", "test")
    ]
    assert {one["product_id"] for one in desk.rows(t.promotion_product) if one["promotion_id"] == "so-7"} == {
        "p1",
        "p2",
    }


def test_every_error_of_a_promotions_lines_is_told(office: Office) -> None:
    report = office.load(
        "promotions",
        HEADER,
        SPRING,
        "Spring,weekly,everybody,net,101,,,,maybe,0,,2026-13-01,2026-11-30,P9",
        "Other,,,,5,,,,,10,9,2026-11-01,2026-10-31,P1",
        SPRING.replace("7.5", "8"),
        SPRING,
    )

    told = [str(one).removeprefix("promotions.csv:") for one in report.rejected]
    assert told == [
        "3: kind: 'weekly' is none of volume, seasonal, discontinued, excess, new_product, none; expected one of "
        "volume, seasonal, discontinued, excess, new_product, none",
        "3: audience: 'everybody' is none of all, store, individual; expected all, store or individual",
        "3: basis: 'net' is none of list, running; expected list or running",
        "3: percent: 101 is above 100; expected a percentage from 0 to 100",
        "3: stacks: 'maybe' is neither yes nor no; expected yes or no",
        "3: min_qty: 0 is below 1; expected a whole number from 1 on",
        "3: valid_from: '2026-13-01' is not a date; expected a date like 2026-01-31",
        "3: sku: there is no product with the SKU 'P9'; expected a SKU, GTIN or product id",
        "4: max_qty: 9 is below min_qty 10; expected a whole number from min_qty on",
        "4: valid_to: 2026-10-31 is before 2026-11-01, the day in valid_from; expected a date like 2026-01-31",
        "5: differs from line 2 in percent_bp of the same promotion",
        "6: is the same promotion product as line 2: one of them has to go",
    ]
    assert (report.applied, heads(office)) == (False, {})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "New,,,,,,,,,,,,,P1",
            "promotion: there is no promotion called 'New'; a new one says on its first line",
        ),
        (
            "New,,,,,,,,,,,2026-11-01,2026-11-30,P1",
            "percent: give one of percent, amount_off and fixed_price",
        ),
        ("New,,,,5,1,,USD,,,,2026-11-01,2026-11-30,P1", "amount_off: give one of percent, amount_off and"),
        ("New,,,,,1,9,USD,,,,2026-11-01,2026-11-30,P1", "fixed_price: give one of percent, amount_off and"),
        ("New,,,,0,,,,,,,2026-11-01,2026-11-30,P1", "percent: is nothing"),
        ("New,,,,,0,,USD,,,,2026-11-01,2026-11-30,P1", "amount_off: is nothing"),
        ("New,,,,,1,,,,,,2026-11-01,2026-11-30,P1", "currency: goes with amount_off and fixed_price"),
        ("New,,,,5,,,USD,,,,2026-11-01,2026-11-30,P1", "currency: goes with amount_off and fixed_price"),
        ("New,,,running,,1,,USD,,,,2026-11-01,2026-11-30,P1", "basis: goes with percent, and only with it"),
        ("New,,,,5,,,,,,,,2026-11-30,P1", "valid_from: is empty: a promotion has a first and a last day"),
        ("New,,,,5,,,,,,,2026-11-01,,P1", "valid_to: is empty: a promotion has a first and a last day"),
        (
            "Twin,,,,5,,,,,,,2026-11-01,2026-11-30,P1",
            "promotion: 2 rows are meant by 'Twin': name it by its id",
        ),
        (",,,,5,,,,,,,2026-11-01,2026-11-30,P1", "promotion: is empty"),
    ],
)
def test_a_promotion_that_does_not_hold_together_is_told(desk: Office, line: str, says: str) -> None:
    desk.load("promotions", HEADER, SPRING.replace("Spring", "Twin"))
    (row,) = desk.rows(t.promotion)
    with unit_of_work(desk.world.engine) as work:
        work.put("promotion", [{**row, "id": "twin"}])

    report = desk.load("promotions", HEADER, line)

    assert [str(one).startswith(f"promotions.csv:2: {says}") for one in report.rejected] == [True], (
        report.rejected
    )
    assert len(desk.rows(t.promotion)) == 2


def test_a_synced_tablet_prices_with_a_promotion_after_its_next_sync(office: Office) -> None:
    rep = office.world.tablet("rep")

    def unit(qty: int) -> int:
        with reading(rep.workspace.reader) as connection:
            facts = read_pricing(connection, "a1", ["p1"], reach=Everything())
        found = price("p1", qty, 0, segment="store", currency="USD", day="2026-11-23", facts=facts)
        assert found.unit is not None
        return found.unit

    office.load("promotions", HEADER, SPRING)
    before = unit(10)
    rep.sync()

    assert (before, unit(9), unit(10), unit(99), unit(100)) == (
        100_0000,
        100_0000,
        92_5000,
        92_5000,
        100_0000,
    )
    office.load("promotions", HEADER, SPRING, HEADLESS)
    office.load("promotions", "promotion,sku", "Spring,P2", replace=True)
    rep.sync()
    assert unit(10) == 100_0000
