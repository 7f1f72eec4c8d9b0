"""What of a trunk is proposed to be ordered: up to par, of what is held and what is coming, on tablets and a server."""

from __future__ import annotations

from typing import Any

import pytest
from two_trunks_kit import OTHER, TRUNK, ask, hand_over, line, only, record, with_places

from app.workspace import counting, moving
from app.workspace.queries.day_end import closing
from app.workspace.queries.moving import moving as read_moving
from app.workspace.queries.trunk import count_view
from app.workspace.rows.moving import ReceivedLine
from sync.server.feed import unit_of_work


def par(row_id: str, product_id: str, least: int, par_qty: int) -> dict[str, Any]:
    return {
        "id": row_id,
        "location_id": TRUNK,
        "product_id": product_id,
        "min_qty": least,
        "par_qty": par_qty,
        "origin": "test",
    }


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


def test_below_its_minimum_a_product_is_proposed_up_to_par_and_asked_for_once(world: Any, rep: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("par_level", [par("a", "p1", 15, 20), par("b", "p2", 4, 5)])
    rep.sync()
    before = {one.product_id: one for one in ask(rep, read_moving, TRUNK).par}
    assert {key: (one.held, one.coming, one.proposed) for key, one in before.items()} == {
        "p1": (14, 0, 6),
        "p2": (0, 0, 5),
    }

    command = moving.ask_for(rep.workspace, "wh", TRUNK, (("p1", 6), ("p2", 0)))
    assert [(one.product_id, one.qty) for one in command.lines] == [("p1", 6)]
    assert rep.workspace.perform(command).saved

    after = {one.product_id: one for one in ask(rep, read_moving, TRUNK).par}
    assert (after["p1"].coming, after["p1"].proposed) == (6, 0)
    assert after["p2"].proposed == 5
    asked = only(rep, TRUNK)
    assert (asked.state, asked.from_name, [one.asked for one in asked.lines]) == ("requested", "wh", [6])
    rep.sync()
    assert world.one("SELECT state FROM transfer") == "requested"


def test_exactly_at_the_minimum_nothing_is_proposed(world: Any, rep: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("par_level", [par("a", "p1", 14, 20)])
    rep.sync()

    assert [one.proposed for one in ask(rep, read_moving, TRUNK).par] == [0]


def test_goods_on_their_way_count_towards_par_until_they_are_declined(world: Any, rep: Any, kim: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("par_level", [par("a", "p1", 15, 20)])
    hand_over(rep, 2)
    rep.sync()
    kim.sync()
    sent = only(kim, OTHER)
    kim.workspace.perform(moving.receive(kim.workspace, sent, OTHER, [ReceivedLine(sent.lines[0].id, 2)]))
    back = moving.hand_over(kim.workspace, OTHER, TRUNK, (line(2),))
    kim.workspace.perform(back)
    kim.sync()
    rep.sync()
    assert [(one.held, one.coming) for one in ask(rep, read_moving, TRUNK).par] == [(12, 2)]

    rep.workspace.perform(moving.decline(rep.workspace, only(rep, TRUNK), TRUNK, "not needed"))

    assert [(one.held, one.coming) for one in ask(rep, read_moving, TRUNK).par] == [(12, 0)]


def test_what_is_lent_comes_back_and_is_not_asked_for_again(world: Any, rep: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("par_level", [par("a", "p1", 12, 14)])
    rep.sync()
    record(rep, "scrap", 3)
    record(rep, "loan", 3)
    [lent] = ask(rep, read_moving, TRUNK).par
    assert (lent.held, lent.lent, lent.proposed) == (8, 3, 3)

    record(rep, "loan_return", 3)

    [back] = ask(rep, read_moving, TRUNK).par
    assert (back.held, back.lent, back.proposed) == (11, 0, 3)


def test_what_is_set_aside_does_not_count_towards_par(world: Any, rep: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("par_level", [par("a", "p1", 14, 14)])
    rep.sync()

    record(rep, "quarantine", 3)

    [row] = ask(rep, read_moving, TRUNK).par
    assert (row.held, row.lent, row.proposed) == (11, 0, 3)


def test_of_several_levels_of_a_product_the_highest_par_counts_and_is_told(world: Any, rep: Any) -> None:
    levels = [par("a", "p1", 20, 20), par("b", "p1", 15, 30), par("c", "p1", 16, 30)]
    with unit_of_work(world.engine) as work:
        work.put("par_level", levels)
    rep.sync()

    [row] = ask(rep, read_moving, TRUNK).par

    assert (row.min_qty, row.par_qty, row.proposed) == (16, 30, 16)


def test_the_proposal_of_a_day_end_rests_on_what_was_counted(world: Any, rep: Any) -> None:
    with unit_of_work(world.engine) as work:
        work.put("par_level", [par("a", "p1", 14, 14)])
    rep.sync()
    assert [one.proposed for one in ask(rep, read_moving, TRUNK).par] == [0]
    counting.enter_count(rep.workspace, TRUNK, "p1", "l1", 8)
    counting.enter_count(rep.workspace, TRUNK, "p1", "l2", 5)

    found = ask(rep, closing, ask(rep, count_view, "rep"))

    assert [(one.held, one.proposed) for one in found.moving.par] == [(13, 1)]
