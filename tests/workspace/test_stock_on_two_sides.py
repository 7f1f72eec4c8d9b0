"""Stock that two copies move at once: counts around sales, and goods handed over without a network (SYNC.md §6)."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from app.domain.commands import MoveLine, ReceiveTransfer, SendTransfer
from app.workspace import counting
from app.workspace.syncing import forget_position
from sync.server.feed import unit_of_work

TRUNK = "trunk-rep"
HELD = "SELECT location_id, qty FROM balance WHERE lot_id='l1' AND location_id LIKE 'trunk-%' ORDER BY 1"


def bring(world: Any, qty: int) -> None:
    """Goods come into the trunk at the server while the tablet is away."""
    small_world = sys.modules[type(world).__module__]
    with unit_of_work(world.engine) as work:
        small_world.receive(work, "meanwhile", TRUNK, "p1", "l1", qty)


def test_what_moves_after_the_scan_disturbs_no_count(world: Any) -> None:
    rep = world.tablet("rep")
    rep.workspace.perform(rep.sale(qty=2, lot="l1"))
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 7)
    counting.give_reason(rep.workspace, TRUNK, "p1|l1", "lost", "")
    rep.workspace.perform(rep.sale(qty=3, lot="l1"))
    bring(world, 5)
    assert (
        rep.workspace.perform(counting.count_command(rep.workspace, TRUNK, "Rep")).decision.outcome
        == "applied"
    )
    assert rep.rows(HELD) == [(TRUNK, 4)]

    rep.sync()

    for side in (rep, world):
        assert side.rows(HELD) == [(TRUNK, 9)]
        assert side.rows("SELECT counted, expected, claimed FROM count_line") == [(7, 8, 8)]
        assert side.rows("SELECT qty FROM movement WHERE kind='count_adjustment'") == [(1,)]
    assert world.one("SELECT count(*) FROM exception_case") == 0


def test_a_count_goes_on_while_everything_is_loaded_anew(world: Any) -> None:
    rep = world.tablet("rep")
    forget_position(rep.workspace)
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 10)
    rep.sync()
    rep.sync()

    signed = rep.workspace.perform(counting.count_command(rep.workspace, TRUNK, "Rep")).decision
    rep.sync()

    assert (signed.outcome, signed.findings) == ("applied", ())
    for side in (rep, world):
        assert side.rows("SELECT counted, expected, claimed FROM count_line") == [(10, 10, 10)]
        assert side.rows(HELD) == [(TRUNK, 10)]


@pytest.mark.parametrize("first", ["giver", "taker"])
def test_goods_handed_over_without_a_network_are_where_they_are_whoever_tells_first(
    world: Any, first: str
) -> None:
    small_world = sys.modules[type(world).__module__]
    with unit_of_work(world.engine) as work:
        work.put("location", [small_world.place("trunk-mate", "trunk", "mate")])
    rep, mate = world.tablet("rep"), world.tablet("mate")
    parcel: dict[str, Any] = {
        "business_date": "2026-11-23", "transfer_id": "handed-over", "number": "RE-A-0001", "from_location": TRUNK,
        "to_location": "trunk-mate", "lines": (MoveLine(product_id="p1", lot_id="l1", qty=3),),
    }  # fmt: skip
    sent = rep.workspace.perform(SendTransfer(op_id=rep.new_id(), actor="rep", **parcel))
    taken = mate.workspace.perform(
        ReceiveTransfer(op_id=mate.new_id(), actor="mate", accept=True, reason="", **parcel)
    )
    assert [sent.decision.outcome, taken.decision.outcome] == ["applied", "applied"]
    assert mate.rows(HELD) == [("trunk-mate", 3)]

    for tablet in (rep, mate) if first == "giver" else (mate, rep):
        tablet.sync()
    rep.sync()
    mate.sync()

    assert world.rows(HELD) == [("trunk-mate", 3), (TRUNK, 7)]
    assert world.rows("SELECT qty FROM balance WHERE location_id='v:transit'") == [(0,)]
    for side in (rep, mate, world):
        assert side.rows("SELECT state, giver, taker FROM transfer") == [("accepted", "rep", "mate")]
        assert side.rows("SELECT lot_id, sent, received, owner FROM transfer_line") == [
            ("l1", 3, 3, "company")
        ]
    for tablet in (rep, mate):
        assert tablet.one("SELECT count(*) FROM guess") == 0
        assert tablet.one("SELECT result FROM outbox") == "applied"
    assert world.one("SELECT count(*) FROM exception_case") == 0
