"""Goods kept for a rep: promised on the tablet without a network, and the server books the very same lots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.commands import AllotLine, ReturnAllotment
from sync.server.feed import unit_of_work

KEPT = "wh:allot:rep"
DAY = "2026-11-23"


@pytest.fixture
def kept(sqlite_world: Any, here: Any) -> Any:
    """Five of p1 kept for the rep, in a lot that lasts; the tablet knows."""
    sqlite_world.at = "--database", f"sqlite:///{Path(str(sqlite_world.engine.url.database))}"
    sqlite_world.first = sqlite_world.tablet("rep")
    person = {
        "name": "Rep",
        "code": "RE",
        "role": "rep",
        "territory_id": "north",
        "active": 1,
        "origin": "test",
    }
    with unit_of_work(sqlite_world.engine) as work:
        work.put("rep", [{"id": "rep", **person}])
    here("allot", "grant", "rep", "wh", "P1", "5", "--reason", "launch", *sqlite_world.at)
    sqlite_world.first.sync()
    return sqlite_world


def reserved(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row[0] == "reserve"]


MOVES = (
    "SELECT kind, lot_id, qty, from_location, to_location FROM movement WHERE document_id = '{}' ORDER BY id"
)


def test_what_is_kept_has_left_the_free_goods_and_lies_on_the_reps_tablet_only(kept: Any) -> None:
    first, other = kept.first, kept.tablet("mate")

    assert kept.one("SELECT qty FROM balance WHERE id = 'wh|p1|l1'") == 45
    assert first.one(f"SELECT qty FROM balance WHERE location_id = '{KEPT}'") == 5
    assert other.rows(f"SELECT qty FROM balance WHERE location_id = '{KEPT}'") == []


def test_an_order_placed_without_a_network_is_promised_from_what_is_kept_and_the_server_agrees(
    kept: Any, here: Any
) -> None:
    tablet = kept.first
    quote = tablet.quote(qty=4)
    order = tablet.order(quote)
    assert tablet.workspace.perform(quote).saved
    assert tablet.workspace.perform(order).saved
    guessed = reserved(tablet.rows(MOVES.format(order.order_id)))

    tablet.sync()

    assert guessed == [("reserve", "l1", 4, KEPT, "wh:reserved")]
    assert reserved(kept.rows(MOVES.format(order.order_id))) == guessed
    assert tablet.one(f"SELECT qty FROM balance WHERE location_id = '{KEPT}'") == 1
    assert tablet.one("SELECT outcome FROM op_result WHERE id = '" + order.op_id + "'") == "applied"
    assert kept.one(f"SELECT holder FROM location WHERE id = '{KEPT}'") == "dev-rep-0"
    assert here("verify", *kept.at).stdout == "verify: ok\n"


def test_what_is_given_back_is_everybodys_again(kept: Any, here: Any) -> None:
    tablet = kept.first
    line = AllotLine(product_id="p1", lot_id="l1", qty=2)
    back = ReturnAllotment(
        op_id=tablet.new_id(), actor="rep", business_date=DAY, location_id=KEPT, reason="less", lines=(line,)
    )
    assert tablet.workspace.perform(back).saved
    tablet.sync()

    assert kept.one("SELECT qty FROM balance WHERE id = 'wh|p1|l1'") == 47
    assert here("verify", *kept.at).stdout == "verify: ok\n"
    assert here("allot", "list", *kept.at).stdout == "wh - rep  rep  3 x P1 L1\n1 allotments\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("rep", "wh", "P1", "51"), "stock_short"),
        (("rep", "nowhere", "P1", "1"), "no warehouses are called 'nowhere'"),
        (("rep", "wh", "P9", "1"), "no products are called 'P9'"),
        (("rep", "wh", "P1", "1", "--lot", "L9"), "no lots are called 'L9'"),
        (("rep", "wh", "P1", "3", "--by", "rep"), "not_allowed"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_moves(
    sqlite_world: Any, here: Any, words: tuple[str, ...], says: str
) -> None:
    sqlite_world.tablet("rep")
    before = sqlite_world.rows("SELECT count(*) FROM movement")
    database = f"sqlite:///{Path(str(sqlite_world.engine.url.database))}"

    said = here("allot", "grant", *words, "--database", database, code=2)

    assert says in said.stderr
    assert sqlite_world.rows("SELECT count(*) FROM movement") == before


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (f"UPDATE location SET custodian = NULL WHERE id = '{KEPT}'", "found nobody"),
        (f"UPDATE location SET custodian = 'mate' WHERE id = '{KEPT}'", "found mate"),
        (f"UPDATE balance SET qty = -1 WHERE location_id = '{KEPT}'", "expected at least 0, found -1"),
    ],
)
def test_verify_tells_of_an_allotment_that_is_nobodys_or_below_zero(
    kept: Any, here: Any, damage: str, told: str
) -> None:
    with kept.engine.begin() as connection:
        connection.execute(text(damage))

    lines = here("verify", *kept.at, code=1).stdout.splitlines()

    assert any(one.startswith("allotment") and told in one for one in lines), lines
