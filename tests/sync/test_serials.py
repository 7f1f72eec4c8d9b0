"""A serial number that two tablets used without knowing of each other: both facts stand, and the office has a case."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

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


def sold_twice(world: Any, first: Any, second: Any, there: str) -> None:
    here = first.sale(qty=1, lot="sn")
    other = replace(second.sale(qty=1, lot="sn"), location_id=there)
    for tablet, command in ((first, here), (second, other)):
        assert tablet.workspace.perform(command, even_so=True).saved
    for tablet in (first, second, first):
        tablet.sync()

    moved = world.rows(
        "SELECT from_location, to_location, qty, op_id FROM movement WHERE lot_id = 'sn' AND to_location = 'v:customer'"
        " ORDER BY position"
    )
    assert moved == [
        ("trunk-rep", "v:customer", 1, here.op_id),
        (there, "v:customer", 1, other.op_id),
    ]
    assert world.rows(f"SELECT outcome FROM op_result WHERE id = '{here.op_id}'") == [("applied",)]
    outcome, findings = world.rows(f"SELECT outcome, findings FROM op_result WHERE id = '{other.op_id}'")[0]
    assert outcome == "applied_exception"
    assert "stock_short" in {one[0] for one in json.loads(findings)}
    assert world.rows("SELECT op_id, state FROM exception_case") == [(other.op_id, "open")]


def test_two_tablets_of_one_rep_that_sold_the_same_serial_keep_both_facts_and_open_a_case(world: Any) -> None:
    one_serial(world)
    first, second = world.tablet("rep"), world.tablet("rep")

    sold_twice(world, first, second, "trunk-rep")


def test_two_reps_that_sold_the_same_serial_from_two_trunks_keep_both_facts_and_open_a_case(
    world: Any,
) -> None:
    one_serial(world)
    first, second = world.tablet("rep"), world.tablet("ole")

    sold_twice(world, first, second, "trunk-ole")
