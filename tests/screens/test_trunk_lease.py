"""What is said of who holds the trunk, and what can be done about it on this tablet."""

from __future__ import annotations

import pytest

from app.screens.trunk_lease import LeaseState, lease_state
from app.workspace.rows.trunk import ASKED, FREE, MINE, NOBODYS, OTHERS, TrunkPlace


def place(lease: str, name: str = "") -> TrunkPlace:
    return TrunkPlace("t", "Trunk", True, lease, name)


@pytest.mark.parametrize("one", [None, place(NOBODYS)])
def test_nothing_is_said_of_a_trunk_that_nobody_ever_held(one: TrunkPlace | None) -> None:
    assert lease_state(one) == LeaseState()


def test_only_the_holder_can_give_it_up_and_is_asked_before() -> None:
    assert lease_state(place(MINE)) == LeaseState(can_give_up=True)
    asked = lease_state(place(MINE), giving_up=True)
    assert (asked.asks, asked.can_give_up, bool(asked.says)) == (True, False, True)


def test_a_trunk_is_asked_for_only_where_no_tablet_holds_it() -> None:
    states = {one: lease_state(place(one)) for one in (FREE, OTHERS, ASKED)}
    assert [states[one].takes for one in states] == [True, True, False]
    assert [states[one].can_take for one in states] == [True, False, False]
    assert all(one.reads_only and one.says for one in states.values())


@pytest.mark.parametrize(("name", "said"), [("Tab 7", "Tab 7 holds"), ("", "Another tablet holds")])
def test_the_tablet_that_holds_it_is_named(name: str, said: str) -> None:
    assert lease_state(place(OTHERS, name)).says.startswith(said)
