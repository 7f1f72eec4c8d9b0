"""`trunkline-server order …`: the office takes an order along its way, by the rules, and tells why when it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

URL = "sqlite:///{}"


@pytest.fixture
def ordered(sqlite_world: Any) -> Any:
    """The small world with one order of two units, which the warehouse has reserved."""
    rep = sqlite_world.tablet("rep")
    quote = rep.quote()
    assert rep.workspace.perform(quote).saved
    placed = rep.order(quote)
    assert rep.workspace.perform(placed).saved
    rep.sync()
    sqlite_world.number = placed.number
    return sqlite_world


def at(world: Any) -> tuple[str, str]:
    return "--database", URL.format(Path(str(world.engine.url.database)))


def state(world: Any) -> str:
    return str(world.one(f"SELECT state FROM sales_order WHERE number = '{world.number}'"))


def test_orders_under_way_are_listed_with_their_state(ordered: Any, here: Any) -> None:
    told = here("order", "list", *at(ordered)).stdout.splitlines()
    none = here("order", "list", "--state", "shipped", *at(ordered)).stdout

    assert told[0].split() == [ordered.number, "2026-11-23", "allocated", "200.00", "USD", "Hospital", "a1"]
    assert told[1] == "1 orders"
    assert none == "0 orders\n"


def test_an_order_is_picked_and_shipped(ordered: Any, here: Any) -> None:
    picked = here("order", "pick", ordered.number, *at(ordered)).stdout
    shipped = here("order", "ship", ordered.number, *at(ordered)).stdout

    assert (picked, shipped) == (f"{ordered.number}: picked\n", f"{ordered.number}: shipped\n")
    assert state(ordered) == "shipped"


def test_a_step_that_is_not_open_is_refused_with_its_finding(ordered: Any, here: Any) -> None:
    done = here("order", "release", ordered.number, *at(ordered), code=2)

    assert f"{ordered.number} stays as it is: order_wrong_state" in done.stderr
    assert "verb=release" in done.stderr
    assert state(ordered) == "allocated"


def test_a_cancelled_order_gives_back_what_was_reserved(ordered: Any, here: Any) -> None:
    here("order", "cancel", ordered.number, "--reason", "the customer said so", *at(ordered))

    assert state(ordered) == "cancelled"
    assert ordered.one("SELECT qty FROM balance WHERE location_id = 'wh' AND lot_id = 'l1'") == 50


def test_a_step_is_taken_in_the_name_and_role_of_who_takes_it(ordered: Any, here: Any) -> None:
    done = here("order", "pick", ordered.number, "--by", "rep", *at(ordered), code=2)

    assert "not_allowed" in done.stderr
    assert state(ordered) == "allocated"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("order", "ship", "XX-1"), "no orders have the number 'XX-1'"),
        (("order", "ship", "{number}", "--by", "nobody"), "nobody"),
    ],
)
def test_what_is_not_there_is_a_sentence(ordered: Any, here: Any, arguments: Any, says: str) -> None:
    words = [one.format(number=ordered.number) for one in arguments]

    assert says in here(*words, *at(ordered), code=2).stderr
