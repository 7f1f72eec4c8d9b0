"""Somebody who decides in another's place: the place in the rail comes and goes with the delegation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from trunk_kit import Hand

from sync.server.feed import unit_of_work


def hand_on(world: Any, **changes: Any) -> None:
    """The manager `away` lets the rep `deputy` decide; people have names."""
    row = {
        "id": "d", "from_user": "away", "to_user": "deputy", "role": "manager", "territories": '["north"]',
        "valid_from": "2026-11-20", "valid_to": "2026-11-25", "op_id": None, **changes,
    }  # fmt: skip
    with unit_of_work(world.engine) as work:
        work.put("delegation", [row])
        for one, name, role in (("away", "Ann Away", "manager"), ("deputy", "Dan Deputy", "rep")):
            person = {"id": one, "name": name, "code": one[:2], "role": role, "territory_id": "north"}
            work.put("rep", [{**person, "active": 1, "origin": "test"}])


@pytest.fixture
def asked(sqlite_world: Any, rep: Any) -> Any:
    quote = rep.quote(discount=2000)
    assert rep.workspace.perform(quote).decision.outcome == "held"
    rep.sync()
    return quote


@pytest.fixture
def deputy(sqlite_world: Any) -> Any:
    return sqlite_world.tablet("deputy")


def test_the_place_comes_with_the_delegation_and_goes_with_it(
    sqlite_world: Any, asked: Any, deputy: Any, make_stage: Callable[..., Any]
) -> None:
    stage = make_stage(deputy)
    rail = stage.window.rail
    assert "approvals" not in rail.buttons

    hand_on(sqlite_world)
    stage.sync()
    stage.wait(lambda: "approvals" in rail.buttons)
    assert rail.buttons["approvals"].accessibleDescription() == "1 waits"
    stage.go("approvals")
    assert rail.buttons["approvals"].isChecked()
    hand_on(sqlite_world, valid_to="2026-11-22")
    stage.sync()

    stage.wait(lambda: "approvals" not in rail.buttons)
    assert stage.window.place == "today"


def test_a_deputy_sees_for_whom_they_decide_and_decides(
    sqlite_world: Any, asked: Any, make_stage: Callable[..., Any], rep: Any
) -> None:
    hand_on(sqlite_world)
    stage = make_stage(sqlite_world.tablet("deputy"))
    hand = Hand(stage)
    stage.window.activateWindow()
    stage.wait(lambda: "approvals" in stage.window.rail.buttons)

    hand.press("rail.approvals")
    assert hand.words("approval.acting") == "You decide in the place of Ann Away."
    hand.press("approval.approve")

    stage.sync()
    rep.sync()
    assert rep.rows("SELECT state, decided_by FROM approval") == [("approved", "deputy")]
