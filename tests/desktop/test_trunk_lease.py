"""Which tablet holds the trunk: what one that does not hold it shows, asking for it and handing it over, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton
from trunk_kit import Hand

from app.desktop.theme import TOUCH
from app.workspace import moving

HOLDER = "SELECT holder FROM location WHERE id='trunk-rep'"
SAYS, TAKE, GIVE_UP = "trunk.lease.says", "trunk.lease.take", "trunk.lease.give_up"


def hold(tablet: Any) -> Any:
    """This tablet takes the trunk and hears of it."""
    assert tablet.workspace.perform(moving.take_trunk(tablet.workspace, "trunk-rep")).saved
    tablet.sync()
    return tablet


def give_up(tablet: Any) -> None:
    assert tablet.workspace.perform(moving.give_up_trunk(tablet.workspace, "trunk-rep")).saved
    tablet.sync()


@pytest.fixture
def open_trunk(make_stage: Callable[..., Any]) -> Callable[[Any], Hand]:
    """The trunk page of a tablet, synced and in front."""

    def opened(tablet: Any) -> Hand:
        tablet.sync()
        stage = make_stage(tablet)
        stage.window.activateWindow()
        stage.go("trunk")
        return Hand(stage)

    return opened


def test_a_trunk_that_never_had_a_holder_says_nothing_of_it(open_trunk: Any, rep: Any) -> None:
    hand = open_trunk(rep)
    assert not hand.sees(SAYS)
    assert not hand.sees(GIVE_UP)
    assert hand.find("trunk.count_it").isEnabled()


def test_a_tablet_that_does_not_hold_the_trunk_only_shows_it(
    open_trunk: Any, rep: Any, sqlite_world: Any
) -> None:
    hold(sqlite_world.tablet("rep"))
    hand = open_trunk(rep)

    assert hand.words(SAYS).startswith("tablet holds your trunk; here you can only look.")
    assert not hand.find(TAKE, QAbstractButton).isEnabled()
    assert [row[2] for row in hand.rows("trunk.list")] == ["4", "10"]
    assert not hand.find("trunk.count_it").isEnabled()
    for way in ("trunk.transfers", "trunk.refill", GIVE_UP):
        assert not hand.sees(way)
    hand.tap_row("trunk.list", 0)
    hand.stage.go("trunk", sell_to="a1")
    hand.stage.go("trunk", count="yes")
    assert hand.sees("trunk.day")
    assert not hand.sees("trunk.day.empty.more")
    assert hand.sees("trunk.list")
    assert rep.one("SELECT count(*) FROM draft") == 0


def test_a_trunk_that_was_given_up_is_asked_for_and_used_once_the_server_has_answered(
    open_trunk: Any, rep: Any, sqlite_world: Any
) -> None:
    give_up(hold(sqlite_world.tablet("rep")))
    hand = open_trunk(rep)
    assert hand.words(SAYS).startswith("No tablet holds your trunk.")
    assert hand.find(TAKE).height() >= TOUCH

    hand.press(TAKE)
    assert hand.words(SAYS).startswith("Asked for.")
    assert not hand.sees(TAKE)
    assert not hand.find("trunk.count_it").isEnabled()

    hand.stage.sync()
    hand.stage.settle()
    assert sqlite_world.one(HOLDER) == rep.workspace.identity().device_id
    assert not hand.sees(SAYS)
    assert hand.sees(GIVE_UP)
    assert hand.find("trunk.count_it").isEnabled()


def test_the_holder_hands_the_trunk_over_after_it_was_asked(open_trunk: Any, rep: Any) -> None:
    hand = open_trunk(hold(rep))
    hand.press(GIVE_UP)
    assert hand.words(SAYS).startswith("Hand the trunk over?")
    hand.press("trunk.lease.give_up.no")
    assert not hand.sees(SAYS)
    assert rep.one(HOLDER) == rep.workspace.identity().device_id

    hand.press(GIVE_UP)
    hand.press("trunk.lease.give_up.yes")

    assert rep.one(HOLDER) == ""
    assert hand.words(SAYS).startswith("No tablet holds your trunk.")
    assert not hand.find("trunk.count_it").isEnabled()


def test_a_tablet_whose_request_was_too_late_is_told_who_holds_the_trunk(
    open_trunk: Any, rep: Any, sqlite_world: Any
) -> None:
    other = sqlite_world.tablet("rep")
    give_up(hold(other))
    hand = open_trunk(rep)
    hold(other)

    hand.press(TAKE)
    hand.stage.sync()
    hand.stage.settle()

    assert hand.words(SAYS).startswith("tablet holds your trunk")
    assert sqlite_world.one(HOLDER) == other.workspace.identity().device_id
