"""Moving goods of one's own trunk: what the commands carry, and what the pages read of it, on tablets and a server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from two_trunks_kit import OTHER, TRUNK, ask, hand_over, only, record, with_places

from app.domain.parties import Person
from app.workspace import moving
from app.workspace.queries import sync
from app.workspace.queries.moving import moving as read_moving
from app.workspace.queries.today import badges, today
from app.workspace.queries.trunk import count_view, day_entries, trunk_lots, trunk_view
from app.workspace.rows.moving import ReceivedLine
from sync.server.feed import unit_of_work

DAY = "2026-11-23"


@pytest.fixture
def world(sqlite_world: Any) -> Any:
    """The small world with a colleague's trunk and the places of the books."""
    with_places(sqlite_world)
    return sqlite_world


@pytest.fixture
def rep(world: Any) -> Any:
    return world.tablet("rep")


@pytest.fixture
def kim(world: Any) -> Any:
    return world.tablet("kim")


def held(tablet: Any) -> dict[str, int]:
    return {lot.lot_id: lot.qty for lot in ask(tablet, trunk_lots, TRUNK)}


# -- one's own lots ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["scrap", "sample", "loan", "quarantine"])
def test_what_leaves_the_trunk_leaves_the_list_and_the_server_books_it_too(
    world: Any, rep: Any, kind: str
) -> None:
    assert record(rep, kind, 3).saved
    assert held(rep) == {"l1": 7, "l2": 4}

    rep.sync()

    assert world.one("SELECT qty FROM balance WHERE id='trunk-rep|p1|l1'") == 7
    assert world.one(f"SELECT qty FROM movement WHERE kind='{kind}'") == 3
    assert rep.one("SELECT result FROM outbox") == "applied"


def test_scrapping_without_a_reason_is_refused_and_nothing_is_kept(rep: Any) -> None:
    performed = record(rep, "scrap", 3, reason="  ")

    assert [one.code for one in performed.decision.findings] == ["reason_required"]
    assert not performed.saved
    assert held(rep) == {"l1": 10, "l2": 4}


def test_what_is_lent_and_set_aside_is_told_until_it_is_back(rep: Any) -> None:
    record(rep, "loan", 3, reason="Dr. Moe")
    record(rep, "quarantine", 2, lot="l2", reason="in doubt")
    record(rep, "loan_return", 1)

    away = ask(rep, read_moving, TRUNK).away

    assert [(one.kind, one.lot_number, one.qty, one.reason) for one in away] == [
        ("loan", "L1", 2, "Dr. Moe"),
        ("quarantine", "L2", 2, "in doubt"),
    ]
    record(rep, "loan_return", 2)
    record(rep, "unquarantine", 2, lot="l2")
    assert ask(rep, read_moving, TRUNK).away == ()
    assert held(rep) == {"l1": 10, "l2": 4}


def test_what_comes_back_is_measured_against_what_is_out_on_both_sides(world: Any, rep: Any) -> None:
    record(rep, "loan", 3, reason="Dr. Moe")
    rep.sync()
    record(rep, "loan_return", 1)
    command = moving.record_movement(
        rep.workspace, TRUNK, kind="loan_return", product_id="p1", lot_id="l1", qty=3, reason=""
    )
    too_much = rep.workspace.perform(command, even_so=True)
    rep.sync()

    told = [(one.code, dict(one.params)) for one in too_much.decision.findings]
    assert told == [("stock_short", {"asked": "3", "have": "2"})]
    assert world.rows("SELECT command, outcome FROM op_result ORDER BY seq") == [
        ("RecordMovement", "applied"),
        ("RecordMovement", "applied"),
        ("RecordMovement", "applied_exception"),
    ]


def test_the_day_tells_what_was_moved(rep: Any) -> None:
    record(rep, "scrap", 3)
    command = hand_over(rep, 2)

    entries = ask(rep, day_entries, TRUNK, DAY)

    assert [(one.kind, one.number, one.account, one.units) for one in entries] == [
        ("transfer_out", command.number, "Stent p1", 2),
        ("scrap", "", "Stent p1", 3),
    ]


def test_ops_that_move_goods_are_named_by_their_kind_and_number(rep: Any) -> None:
    record(rep, "scrap", 3)
    command = hand_over(rep, 2)

    rows = ask(rep, sync.waiting)

    assert [(one.command, one.movement, one.document_kind) for one in rows] == [
        ("RecordMovement", "scrap", "movement"),
        ("SendTransfer", "", "transfer"),
    ]
    assert (rows[1].number, rows[1].document_id) == (command.number, command.transfer_id)


# -- transfers --------------------------------------------------------------------------------------------------------


def test_goods_handed_over_are_the_colleagues_once_they_are_taken_over(
    world: Any, rep: Any, kim: Any
) -> None:
    hand_over(rep, 3)
    rep.sync()
    kim.sync()
    sent = only(kim, OTHER)
    assert (sent.state, sent.on_way, sent.from_location) == ("in_transit", 3, TRUNK)

    came = [ReceivedLine(sent.lines[0].id, 3)]
    assert kim.workspace.perform(moving.receive(kim.workspace, sent, OTHER, came)).saved
    kim.sync()
    rep.sync()

    assert world.one(f"SELECT qty FROM balance WHERE id='{OTHER}|p1|l1'") == 3
    assert world.one("SELECT qty FROM balance WHERE id='v:transit|p1|l1'") == 0
    assert ask(rep, read_moving, TRUNK).transfers == ()
    assert ask(kim, read_moving, OTHER).transfers == ()


def test_what_did_not_arrive_stays_on_its_way_and_the_giver_takes_it_back(
    world: Any, rep: Any, kim: Any
) -> None:
    hand_over(rep, 3)
    rep.sync()
    kim.sync()
    sent = only(kim, OTHER)
    came = [ReceivedLine(sent.lines[0].id, 2, " not in the parcel ")]
    command = moving.receive(kim.workspace, sent, OTHER, came)
    assert [(one.qty, one.reason) for one in command.lines] == [(2, "not in the parcel")]
    assert kim.workspace.perform(command).saved
    kim.sync()
    rep.sync()
    short = only(rep, TRUNK)
    assert (short.state, short.on_way) == ("accepted", 1)

    back = moving.receive(rep.workspace, short, TRUNK, [ReceivedLine(short.lines[0].id, 1)])
    assert (back.from_location, back.to_location) == (OTHER, TRUNK)
    assert rep.workspace.perform(back).saved
    rep.sync()

    assert held(rep) == {"l1": 8, "l2": 4}
    assert world.one("SELECT qty FROM balance WHERE id='v:transit|p1|l1'") == 0
    assert ask(rep, read_moving, TRUNK).transfers == ()


def test_declined_goods_come_back_with_the_reason(rep: Any, kim: Any) -> None:
    hand_over(rep, 3)
    rep.sync()
    kim.sync()
    sent = only(kim, OTHER)
    assert not kim.workspace.perform(moving.decline(kim.workspace, sent, OTHER, " ")).saved
    assert kim.workspace.perform(moving.decline(kim.workspace, sent, OTHER, "not mine")).saved
    kim.sync()
    rep.sync()

    declined = only(rep, TRUNK)
    assert (declined.state, declined.reason, declined.on_way) == ("declined", "not mine", 3)
    back = moving.receive(rep.workspace, declined, TRUNK, [ReceivedLine(declined.lines[0].id, 3)])
    assert rep.workspace.perform(back).saved

    assert held(rep) == {"l1": 10, "l2": 4}
    assert ask(rep, read_moving, TRUNK).transfers == ()


def test_a_transfer_tells_whether_its_op_waits(rep: Any) -> None:
    hand_over(rep, 3)
    assert only(rep, TRUNK).op_waits

    rep.sync()

    assert not only(rep, TRUNK).op_waits


def test_goods_go_to_trunks_of_others_and_to_warehouses_and_to_no_place_of_the_books(rep: Any) -> None:
    found = ask(rep, read_moving, TRUNK).places

    assert [(one.id, one.kind) for one in found] == [(OTHER, "trunk"), ("wh", "dc")]


# -- views ------------------------------------------------------------------------------------------------------------


def test_the_trunk_comes_with_what_moves_in_one_snapshot(rep: Any) -> None:
    hand_over(rep, 2)

    view = ask(rep, trunk_view, "rep", DAY)

    assert [one.on_way for one in view.moving.transfers] == [2]


def test_the_count_knows_the_companys_limit(world: Any, rep: Any) -> None:
    assert ask(rep, count_view, "rep").variance_limit is None
    with unit_of_work(world.engine) as work:
        work.put("policy", [{"id": "variance_limit", "value": json.dumps(2), "origin": "test"}])

    rep.sync()

    assert ask(rep, count_view, "rep").variance_limit == 2


def test_today_tells_what_comes_and_what_comes_back_and_the_rail_counts_it(rep: Any, kim: Any) -> None:
    who = {one: Person(one, "rep", ("north",)) for one in ("rep", "kim")}
    hand_over(rep, 2)
    assert ask(rep, today, who["rep"], DAY).coming == ()
    rep.sync()
    kim.sync()
    assert [one.on_way for one in ask(kim, today, who["kim"], DAY).coming] == [2]
    assert ask(kim, badges, who["kim"], DAY)["needs_you"] == 1

    kim.workspace.perform(moving.decline(kim.workspace, only(kim, OTHER), OTHER, "not mine"))
    kim.sync()
    rep.sync()

    assert ask(kim, today, who["kim"], DAY).coming == ()
    assert [one.state for one in ask(rep, today, who["rep"], DAY).coming] == ["declined"]
    assert ask(rep, badges, who["rep"], DAY)["needs_you"] == 1
