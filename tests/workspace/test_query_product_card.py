"""The card of a product as it is read: what it is, its breaks and packs, recalls, and each place with its age."""

from __future__ import annotations

from typing import Any

import pytest
from catalogue_kit import DAY, WALKS, ask, like, plan, stocked
from sqlalchemy import text

from app.store.tables import balance_id
from app.workspace.queries.catalogue import find_products
from app.workspace.queries.product_card import STOCK, read_product
from app.workspace.rows.catalogue import Filter
from sync.server.feed import unit_of_work


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return stocked(sqlite_world)


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
