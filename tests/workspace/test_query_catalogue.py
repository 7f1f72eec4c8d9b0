"""The catalogue on the tablet: found while typing, priced by the rules' own function, with the stock known here."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.domain.pricing import price
from app.store.engine import reading
from app.store.read_facts import read_pricing
from app.store.tables import balance_id
from app.workspace.field import mark_favourite
from app.workspace.queries.catalogue import find_products, read_narrowings
from app.workspace.queries.catalogue_sql import AGREED, MINE, STARRED, Among, list_statement, search_statement
from app.workspace.queries.product_card import STOCK, read_product
from app.workspace.queries.search import match_of
from app.workspace.reach import device_reach
from app.workspace.rows.catalogue import Filter
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
PRODUCTS = (
    ("c1", "BK-R93R-62", "Coronary stent 3.0 x 18 mm", "Corvia", "00850000123455", "Stents, coronary"),
    ("c2", "BK-R93R-44", "Stent biliary 8 mm", "Norden", "00850000123462", "Stents, biliary"),
    ("c3", "SC-45", "Screw cortical 4.5 mm", "Norden", "", "Screws"),
)


def ask(tablet: Any, query: Any, *args: Any, **named: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args, **named)


def like(world: Any, kind: str, row_id: str, **changes: Any) -> dict[str, Any]:
    """A row as one that is there already, with changes."""
    with reading(world.engine) as connection:
        row = (
            connection.execute(text(f"SELECT * FROM {kind} WHERE id = :id"), {"id": row_id}).mappings().one()
        )
    return {**row, **changes}


def offer(row_id: str, percent: int, low: int, high: int | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id, "name": f"Offer {row_id}", "kind": "volume", "audience": "store", "basis": "list",
        "percent_bp": percent, "min_qty": low, "max_qty": high, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        "origin": "test", **changes,
    }  # fmt: skip


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    world = sqlite_world
    group = like(world, "price_list", "base", id="group", name="Group", scope="group")
    with unit_of_work(world.engine) as work:
        work.put(
            "product",
            [
                like(
                    world,
                    "product",
                    "p1",
                    id=i,
                    sku=sku,
                    name=name,
                    brand=brand,
                    gtin=gtin,
                    category=category,
                )
                for i, sku, name, brand, gtin, category in PRODUCTS
            ],
        )
        pack = {"id": "k1", "product_id": "c2", "gtin": "10850000123469", "level": "package", "quantity": 5}
        work.put("pack", [{**pack, "origin": "test"}])
        work.put("price_list", [group])
        base = like(world, "price", "pr1")
        work.put(
            "price",
            [
                {**base, "id": "c1-1", "product_id": "c1"},
                {**base, "id": "c1-10", "product_id": "c1", "min_qty": 10, "unit_price": 90_0000},
                {**base, "id": "g-c1", "product_id": "c1", "list_id": "group", "unit_price": 80_0000},
                {**base, "id": "c2-1", "product_id": "c2", "unit_price": 50_0000},
            ],
        )
        work.put("promotion", [offer("v", 500, 5, 19), offer("w", 1000, 20)])
        work.put(
            "promotion_product",
            [{"id": f"{p}-c2", "promotion_id": p, "product_id": "c2"} for p in ("v", "w")],
        )
        work.put("account", [like(world, "account", "a2", price_list_id="group")])
    return world.tablet("rep")


def skus(found: Any) -> list[str]:
    return [row.sku for row in found.rows]


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


WALKS = ("SCAN p", "SCAN product", "SCAN k", "SCAN pack", "SCAN n", "SCAN f", "SCAN b", "SCAN favourite")


def plan(rep: Any, statement: Any, **values: str) -> list[str]:
    given = {
        "brand": "", "class": "", "category": "", "user": "rep", "account": "a2", "typed": "stent", "upper": "STENT",
        "limit": 51, "day": DAY, "match": match_of("stent"), **values,
    }  # fmt: skip
    with reading(rep.workspace.reader) as connection:
        return [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), given)]


@pytest.mark.parametrize(
    ("among", "values"),
    [
        (Among(), {}),
        (Among(), {"match": '("stent"*) AND category : "Stents"', "category": "Stents"}),
        (Among((MINE,)), {}),
        (Among((STARRED,)), {}),
        (Among((AGREED,)), {}),
        (Among((MINE, STARRED, AGREED)), {}),
        (Among(by_class=True), {}),
    ],
    ids=["words", "category", "my trunk", "favourites", "contracts", "all three", "contracts of classes"],
)
def test_the_search_reads_the_full_text_index(rep: Any, among: Among, values: dict[str, str]) -> None:
    steps = plan(rep, search_statement(among), **values)

    assert any(step.startswith("SCAN s VIRTUAL TABLE INDEX") for step in steps), steps
    assert not any(step in WALKS for step in steps), steps
    assert not any("VIRTUAL TABLE INDEX" in step and "=" in step for step in steps), (
        "asked once for each product"
    )


@pytest.mark.parametrize(
    ("sets", "index"),
    [((MINE,), "balance_location"), ((STARRED,), "favourite_user"), ((AGREED,), "contract_price_contract")],
)
def test_what_the_list_is_kept_to_is_read_by_its_index(rep: Any, sets: tuple[str, ...], index: str) -> None:
    steps = plan(rep, list_statement(Among(sets)))

    assert any(index in step for step in steps), steps
    assert not any(step in WALKS for step in steps), steps


def test_the_card_tells_what_it_is_and_where_it_lies(rep: Any) -> None:
    card = ask(rep, read_product, "p1", "a1", DAY)

    assert [(one.name, one.mine, one.qty, one.lots, one.expires) for one in card.stock] == [
        ("trunk-rep", True, 14, 2, "2027-01-31"),
        ("wh", False, 50, 1, "2027-06-30"),
    ]
    assert (card.rx, card.sterile, card.tracking, card.stock_whole) == (True, True, "lot", True)
    assert card.buyer.name == "Hospital a1"
    assert card.as_of is not None


def test_the_card_tells_packs_by_size(rep: Any) -> None:
    assert [(one.gtin, one.quantity) for one in ask(rep, read_product, "c2", "", DAY).packs] == [
        ("10850000123469", 5)
    ]


def test_breaks_begin_where_the_price_changes(rep: Any) -> None:
    by_list = ask(rep, read_product, "c1", "", DAY)
    by_offer = ask(rep, read_product, "c2", "a1", DAY)

    assert [(one.qty, one.price.unit) for one in by_list.breaks] == [(1, 100_0000), (10, 90_0000)]
    assert [(one.qty, one.price.unit) for one in by_offer.breaks] == [
        (1, 50_0000),
        (5, 47_5000),
        (20, 45_0000),
    ]
    assert [one.qty for one in ask(rep, read_product, "c1", "a2", DAY).breaks] == [1], (
        "the group's list has none"
    )


def test_a_product_without_a_price_has_a_card_all_the_same(rep: Any) -> None:
    card = ask(rep, read_product, "c3", "a1", DAY)

    assert (card.price, card.breaks) == (None, ())
    assert ask(rep, read_product, "nothing", "", DAY) is None


# -- what the list is kept to -----------------------------------------------------------------------------------------


VALID = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}


def contract(row_id: str, holder: str, kind: str = "account", **changes: Any) -> dict[str, Any]:
    row = {"number": row_id.upper(), "name": f"Agreement {row_id}", "holder_kind": kind, "holder_id": holder}
    return {"id": row_id, "currency": "USD", "promotions": 0, **row, **VALID, **changes}


def term(row_id: str, contract_id: str, product_id: str, **changes: Any) -> dict[str, Any]:
    row = {
        "contract_id": contract_id,
        "product_id": product_id,
        "product_class": "",
        "tier": "",
        "min_qty": 1,
    }
    return {"id": row_id, "unit_price": 40_0000, "discount_bp": None, **row, **VALID, **changes}


def agreed(rep: Any, words: str = "", **how: Any) -> list[str]:
    found = ask(rep, find_products, Filter(words, account_id="a1", agreed=True, **how), DAY)
    return sorted(row.id for row in found.rows)


def test_contract_prices_are_those_that_a_contract_makes_for_this_account_today(
    sqlite_world: Any, rep: Any
) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put(
            "contract",
            [
                contract("k1", "a1"),
                contract("k2", "a2"),
                contract("k3", "a1", valid_to="2026-11-22"),
                contract("k4", "g1", "gpo"),
            ],
        )
        work.put("party_group", [{"id": "g1", "kind": "gpo", "name": "Cascade", "origin": "test"}])
        member = {"group_id": "g1", "account_id": "a1", "territory_id": "north", "rep_id": None}
        work.put("roster", [{"id": "r1", "member_id": "a1", **member, **VALID}])
        work.put(
            "contract_price",
            [
                term("n1", "k1", "c1"),
                term("n2", "k2", "c2"),  # another account's
                term("n3", "k3", "c3"),  # over since yesterday
                term("n4", "k4", "p1", min_qty=10),  # of its group, from ten on
                term("n5", "k4", "p2", tier="gold"),  # of a tier without a letter
                term("n6", "k1", "c2", valid_from="2026-11-24"),  # from tomorrow on
            ],
        )
    rep.sync()

    assert agreed(rep) == ["c1", "p1"]
    assert agreed(rep, "coronary") == ["c1"]
    assert agreed(rep, mine=True) == ["p1"]
    found = ask(rep, find_products, Filter(account_id="a1", agreed=True), DAY)
    [row] = [one for one in found.rows if one.id == "p1"]
    assert (row.agreed, row.agreement, row.agreed_from) == (True, "Agreement k4", 10)


def test_a_contract_of_a_class_keeps_the_list_to_that_class(sqlite_world: Any, rep: Any) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put("product", [like(sqlite_world, "product", "c3", product_class="Screws")])
        work.put("contract", [contract("k1", "a1")])
        work.put(
            "contract_price",
            [term("n1", "k1", "", product_class="Screws", unit_price=30_0000), term("n2", "k1", "p1")],
        )
    rep.sync()

    assert agreed(rep) == ["c3", "p1"]
    assert agreed(rep, "screw") == ["c3"]
    assert agreed(rep, mine=True) == ["p1"]
    assert agreed(rep, category="Stents") == ["p1"]


def test_without_an_account_no_price_is_a_contracts(rep: Any) -> None:
    found = ask(rep, find_products, Filter(agreed=True), DAY)

    assert found.rows == ()


def mark(rep: Any, product_id: str, favourite: bool) -> None:
    assert rep.workspace.perform(mark_favourite(rep.workspace, product_id, favourite)).saved


def test_favourites_are_the_persons_and_can_be_taken_back(rep: Any) -> None:
    mark(rep, "c1", True)
    mark(rep, "c3", True)
    mark(rep, "c3", False)

    assert [row.id for row in ask(rep, find_products, Filter(starred=True), DAY).rows] == ["c1"]
    assert skus(ask(rep, find_products, Filter("screw", starred=True), DAY)) == []
    assert {row.id: row.starred for row in ask(rep, find_products, Filter("stent"), DAY).rows} == {
        "c1": True, "c2": False, "p1": False, "p2": False,
    }  # fmt: skip
    assert ask(rep, read_product, "c1", "", DAY).starred


def test_filters_go_together(rep: Any) -> None:
    mark(rep, "p1", True)
    mark(rep, "c1", True)

    assert skus(ask(rep, find_products, Filter(starred=True, mine=True), DAY)) == ["P1"]
    assert skus(ask(rep, find_products, Filter(starred=True, brand="Corvia"), DAY)) == ["BK-R93R-62", "P1"]


# -- what the card tells of recalls, packs and places -----------------------------------------------------------------


def test_a_recalled_lot_marks_its_product_in_the_list_and_on_the_card(sqlite_world: Any, rep: Any) -> None:
    with unit_of_work(sqlite_world.engine) as work:
        work.put("lot", [like(sqlite_world, "lot", "l2", recalled_on="2026-11-20")])
    rep.sync()

    [row] = ask(rep, find_products, Filter(mine=True), DAY).rows
    card = ask(rep, read_product, "p1", "", DAY)

    assert row.recalled
    assert [(one.lot, one.recalled_on) for one in card.recalled] == [("L2", "2026-11-20")]
    assert [(one.name, one.recalled) for one in card.stock] == [("trunk-rep", 4), ("wh", 0)]


def test_a_pack_costs_what_its_quantity_costs(rep: Any) -> None:
    [pack] = ask(rep, read_product, "c2", "a1", DAY).packs

    assert (pack.price.unit, pack.price.extended) == (47_5000, 237_50), "five of them are on offer"


def test_each_place_says_how_old_its_figure_is_and_what_lies_at_the_account(
    sqlite_world: Any, rep: Any
) -> None:
    shelf = {
        "id": "shelf",
        "name": "Shelf",
        "kind": "consignment",
        "custodian": "rep",
        "territory_id": "north",
    }
    with unit_of_work(sqlite_world.engine) as work:
        work.put("location", [{**shelf, "ship_to_id": "s1", "origin": "test"}])
        balance = like(sqlite_world, "balance", balance_id("wh", "p1", "l1"))
        work.put(
            "balance", [{**balance, "id": balance_id("shelf", "p1", "l1"), "location_id": "shelf", "qty": 3}]
        )
    tablet = sqlite_world.tablet("rep")  # a place of theirs that is new

    card = ask(tablet, read_product, "p1", "a1", DAY)

    assert [(one.name, one.here, one.live, one.as_of is None) for one in card.stock] == [
        ("trunk-rep", False, True, False), ("Shelf", True, True, False), ("wh", False, False, False),
    ]  # fmt: skip
    assert not any(one.here for one in ask(tablet, read_product, "p1", "a2", DAY).stock)
    with tablet.workspace.engine.begin() as connection:
        connection.execute(text("UPDATE bucket SET state = 'backfill' WHERE name = 'loc:wh'"))
    assert ask(tablet, read_product, "p1", "a1", DAY).stock[-1].as_of is None, "it is still being loaded"


def test_the_own_trunk_says_that_it_has_none(rep: Any) -> None:
    assert [(one.name, one.qty) for one in ask(rep, read_product, "c1", "", DAY).stock] == [("trunk-rep", 0)]


def test_the_stock_of_a_product_is_read_by_its_balances(rep: Any) -> None:
    steps = plan(rep, STOCK, product="p1")

    assert any("balance_product" in step for step in steps), steps
    assert not any(step in WALKS for step in steps), steps
