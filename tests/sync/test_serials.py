"""A serial number that two tablets used without knowing of each other: both facts stand, and the office has a case."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pytest

from sync.server.feed import unit_of_work


def one_serial(world: Any) -> None:
    """One unit with a serial number of its own, in the trunk of `rep`; `ole` has an empty trunk."""
    lot = {"lot_number": "", "serial": "SN-7", "expires": "2027-06-30", "recalled_on": None, "origin": "test"}
    place = {
        "name": "trunk-ole",
        "kind": "trunk",
        "custodian": "ole",
        "territory_id": "north",
        "origin": "test",
    }
    with unit_of_work(world.engine) as work:
        work.put("lot", [{"id": "sn", "product_id": "p1", **lot}])
        work.put("location", [{"id": "trunk-ole", **place}])
    with unit_of_work(world.engine) as work:
        sys.modules[type(world).__module__].receive(work, "serial-in", "trunk-rep", "p1", "sn", 1)


def sold_twice(first: Any, second: Any, there: str) -> tuple[Any, Any]:
    """Both tablets sell the unit while they know nothing of each other, and then sync; the two commands."""
    here = first.sale(qty=1, lot="sn")
    other = replace(second.sale(qty=1, lot="sn"), location_id=there)
    for tablet, command in ((first, here), (second, other)):
        assert tablet.workspace.perform(command, even_so=True).saved
    for tablet in (first, second, first):
        tablet.sync()
    return here, other


def movements(world: Any) -> list[tuple[Any, ...]]:
    """Where the unit went to a customer from, and by which op, as the books have it."""
    return world.rows(
        "SELECT from_location, op_id FROM movement WHERE lot_id = 'sn' AND to_location = 'v:customer'"
        " ORDER BY position"
    )


def answer(world: Any, command: Any) -> tuple[str, set[str]]:
    """What the server said to a command: the outcome, and the codes it found."""
    [(outcome, found)] = world.rows(f"SELECT outcome, findings FROM op_result WHERE id = '{command.op_id}'")
    return outcome, {one[0] for one in json.loads(found)}


@pytest.mark.parametrize(("who", "there"), [("rep", "trunk-rep"), ("ole", "trunk-ole")])
def test_a_serial_that_two_tablets_sold_keeps_both_facts_and_opens_a_case(
    world: Any, who: str, there: str
) -> None:
    one_serial(world)

    here, other = sold_twice(world.tablet("rep"), world.tablet(who), there)

    assert movements(world) == [("trunk-rep", here.op_id), (there, other.op_id)]
    assert answer(world, here)[0] == "applied"
    outcome, codes = answer(world, other)
    assert outcome == "applied_exception"
    assert "stock_short" in codes
    assert world.rows("SELECT op_id, state FROM exception_case") == [(other.op_id, "open")]
