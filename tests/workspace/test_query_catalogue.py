"""The catalogue on the tablet: found while typing, priced by the rules' own function, with the stock known here."""

from __future__ import annotations

from typing import Any

import pytest
from catalogue_kit import DAY, ask, like, skus, stocked
from sqlalchemy import text

from app.domain.pricing import price
from app.store.engine import reading
from app.store.read_facts import read_pricing
from app.workspace.queries.catalogue import find_products, read_narrowings
from app.workspace.reach import device_reach
from app.workspace.rows.catalogue import Filter
from sync.server.feed import unit_of_work


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return stocked(sqlite_world)


@pytest.mark.parametrize(
    "typed",
    [
        "stent coronary", "coronary stent", "cor st 18", "BK-R93R-62", "bk-r93r-6", "corvia", "00850000123455",
        "008500001234", "C-p1 coronary",
    ],
)  # fmt: skip
def test_words_in_any_order_numbers_brands_and_gtins_find_it(rep: Any, typed: str) -> None:
    assert "BK-R93R-62" in skus(ask(rep, find_products, Filter(typed), DAY))


def test_all_words_must_be_there(rep: Any) -> None:
    assert skus(ask(rep, find_products, Filter("stent cortical"), DAY)) == []


def test_the_code_on_a_pack_finds_its_product(rep: Any) -> None:
    assert skus(ask(rep, find_products, Filter("10850000123469"), DAY)) == ["BK-R93R-44"]


def test_an_exact_number_comes_first_however_many_begin_like_it(sqlite_world: Any, rep: Any) -> None:
    many = [
        like(sqlite_world, "product", "c3", id=f"m{n:03d}", sku=f"SC-45{n:03d}", name=f"A {n}")
        for n in range(80)
    ]
    with unit_of_work(sqlite_world.engine) as work:
        work.put("product", [*many, like(sqlite_world, "product", "c3", id="z", sku="SC-4", name="Zz")])
    rep.sync()

    found = ask(rep, find_products, Filter("sc-4"), DAY)

    assert (skus(found)[0], len(found.rows), found.more) == ("SC-4", 50, True)


def test_what_is_not_sold_any_more_comes_last(sqlite_world: Any, rep: Any) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put("product", [like(sqlite_world, "product", "c1", name="A stent", sell_until="2020-01-01")])
    rep.sync()

    assert [row.id for row in ask(rep, find_products, Filter("stent"), DAY).rows][-1] == "c1"


def test_a_category_narrows_and_lists(rep: Any) -> None:
    narrowed = ask(rep, find_products, Filter("stent", category="Stents, biliary"), DAY)
    listed = ask(rep, find_products, Filter(category="Stents, coronary"), DAY)

    assert (skus(narrowed), skus(listed)) == (["BK-R93R-44"], ["BK-R93R-62"])
    there = [(one.name, one.products) for one in ask(rep, read_narrowings) if one.kind == "category"]
    assert there == [("Screws", 1), ("Stents", 2), ("Stents, biliary", 1), ("Stents, coronary", 1)]


def test_a_brand_or_a_class_narrows_and_lists(rep: Any) -> None:
    classes = {one.name: one.products for one in ask(rep, read_narrowings) if one.kind == "class"}
    [one_class] = classes

    assert skus(ask(rep, find_products, Filter("stent", brand="Norden"), DAY)) == ["BK-R93R-44"]
    assert skus(ask(rep, find_products, Filter(brand="Norden"), DAY)) == ["SC-45", "BK-R93R-44"]
    assert skus(ask(rep, find_products, Filter(mine=True, brand="Norden"), DAY)) == []
    assert len(skus(ask(rep, find_products, Filter(product_class=one_class), DAY))) == classes[one_class]
    assert skus(ask(rep, find_products, Filter("stent", product_class="none such"), DAY)) == []


@pytest.mark.parametrize(
    ("typed", "ids", "meant"),
    [
        ("cornary", ["c1"], "coronary"),
        ("stnet corticla", [], ""),  # no product has both
        ("corticla screw", ["c3"], "cortical screw"),
        ("corticla 4.5", ["c3"], "cortical 4.5"),
        ("bilairy st", ["c2"], "biliary st"),
        ("BK-R93X", [], ""),  # a number that is nearly right is another product's
        ("coronary", ["c1"], ""),
        ("zzzzzz", [], ""),
    ],
)
def test_a_word_with_typing_errors_finds_what_was_meant(
    rep: Any, typed: str, ids: list[str], meant: str
) -> None:
    found = ask(rep, find_products, Filter(typed), DAY)

    assert ([row.id for row in found.rows], found.meant) == (ids, meant)


def test_a_misspelt_word_is_corrected_within_the_filters(rep: Any) -> None:
    assert [row.id for row in ask(rep, find_products, Filter("stnet", brand="Norden"), DAY).rows] == ["c2"]


def test_words_that_came_since_are_meant_too(sqlite_world: Any, rep: Any) -> None:
    assert ask(rep, find_products, Filter("retracotr"), DAY).rows == ()
    with unit_of_work(sqlite_world.engine) as work:
        work.put("product", [like(sqlite_world, "product", "p1", id="c9", sku="R-1", name="Retractor blunt")])
    rep.sync()

    assert [row.id for row in ask(rep, find_products, Filter("retracotr"), DAY).rows] == ["c9"]


def test_in_my_trunk_shows_what_it_holds_and_nothing_else(rep: Any) -> None:
    assert skus(ask(rep, find_products, Filter(mine=True), DAY)) == ["P1"]
    assert skus(ask(rep, find_products, Filter("stent", mine=True), DAY)) == ["P1"]
    assert skus(ask(rep, find_products, Filter("coronary", mine=True), DAY)) == []
    assert skus(ask(rep, find_products, Filter(mine=True, category="Screws"), DAY)) == []


def test_rows_carry_the_stock_of_the_own_trunk_and_the_warehouses(rep: Any) -> None:
    [row] = ask(rep, find_products, Filter(mine=True), DAY).rows

    assert (row.in_trunk, row.in_warehouses) == (14, 50)


def test_stock_of_a_place_that_is_not_here_is_unknown_not_zero(rep: Any) -> None:
    with rep.workspace.engine.begin() as connection:
        connection.execute(text("UPDATE bucket SET state = 'backfill' WHERE name = 'loc:wh'"))

    [row] = ask(rep, find_products, Filter(mine=True), DAY).rows

    assert (row.in_trunk, row.in_warehouses) == (14, None)


def test_every_row_has_the_price_that_the_rules_find(rep: Any) -> None:
    found = ask(rep, find_products, Filter("stent", account_id="a2"), DAY)

    with reading(rep.workspace.reader) as connection:
        facts = read_pricing(connection, "a2", [row.id for row in found.rows], reach=device_reach(connection))
    ruled = {
        row.id: price(row.id, 1, 0, segment="store", currency="USD", day=DAY, facts=facts)
        for row in found.rows
    }
    assert {row.id: row.price for row in found.rows} == ruled
    assert {row.id: row.price.unit if row.price else None for row in found.rows} == {
        "c1": 80_0000, "c2": 50_0000, "p1": 100_0000, "p2": 2_5000,
    }  # fmt: skip


def test_without_an_account_the_price_is_everybodys(rep: Any) -> None:
    found = ask(rep, find_products, Filter("coronary"), DAY)

    assert [(row.price.unit, found.currency, found.buyer) for row in found.rows] == [(100_0000, "USD", None)]


def test_a_price_list_still_loading_is_told(rep: Any) -> None:
    with rep.workspace.engine.begin() as connection:
        connection.execute(text("UPDATE bucket SET state = 'backfill' WHERE name = 'pl:base'"))

    assert not ask(rep, find_products, Filter("coronary"), DAY).prices_here


def test_with_nothing_typed_an_account_sees_what_it_bought(rep: Any) -> None:
    assert rep.workspace.perform(rep.sale()).saved

    found = ask(rep, find_products, Filter(account_id="a1"), DAY)

    assert ([(row.id, row.bought_on) for row in found.rows], found.bought) == ([("p1", DAY)], True)
    assert skus(ask(rep, find_products, Filter(), DAY)) == ["BK-R93R-44", "BK-R93R-62", "P1", "P2", "SC-45"]
