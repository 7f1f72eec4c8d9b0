"""What the catalogue is kept to: the own trunk, favourites, contract prices; and the indexes that are read for it."""

from __future__ import annotations

from typing import Any

import pytest
from catalogue_kit import DAY, WALKS, ask, like, plan, skus, stocked

from app.workspace.field import mark_favourite
from app.workspace.queries.catalogue import find_products
from app.workspace.queries.catalogue_sql import AGREED, MINE, STARRED, Among, list_statement, search_statement
from app.workspace.queries.product_card import read_product
from app.workspace.rows.catalogue import Filter
from sync.server.feed import unit_of_work


@pytest.fixture
def rep(sqlite_world: Any) -> Any:
    return stocked(sqlite_world)


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
