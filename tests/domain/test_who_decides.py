"""Who may decide a need: by role and territory, in another's place, after it was due; maker is never checker
(DOMAIN.md §5).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.approvals import (
    may_decide,
    plays,
)
from app.domain.facts import ApprovalFact
from app.domain.parties import ROLES, Delegation, Person

DAY = "2026-11-23"


def pending(**changes: Any) -> ApprovalFact:
    values = {
        "id": "x",
        "quote_id": "q",
        "revision": 1,
        "role": "manager",
        "code": "back_dated",
        "state": "pending",
    }
    return ApprovalFact(**{**values, **changes})


def allowed(
    role: str,
    *delegations: Delegation,
    need: ApprovalFact | None = None,
    who: str = "boss",
    territories: tuple[str, ...] = ("north",),
    maker: str = "rep",
    day: str = DAY,
) -> bool:
    return may_decide(
        Person(who, role, territories),
        need or pending(),
        territory_id="north",
        maker=maker,
        day=day,
        delegations=delegations,
    )


def stands_in(**changes: Any) -> Delegation:
    values: dict[str, Any] = {
        "id": "d", "from_user": "away", "to_user": "boss", "role": "manager", "territories": ("north",),
        "valid_from": "2026-11-20", "valid_to": "2026-11-25",
    }  # fmt: skip
    return Delegation(**{**values, **changes})


@pytest.mark.parametrize("role", ROLES)
def test_the_role_itself_and_an_administrator_decide(role: str) -> None:
    assert allowed(role) is (role in ("manager", "admin"))
    assert plays(role, "manager") is (role in ("manager", "admin"))


def test_nobody_decides_outside_their_territories() -> None:
    assert not allowed("manager", territories=("south",))
    assert allowed("manager", territories=("*",))


def test_nobody_decides_what_they_made() -> None:
    assert not allowed("manager", maker="boss")
    assert not allowed("admin", stands_in(), maker="boss")


@pytest.mark.parametrize(
    ("day", "may"),
    [("2026-11-19", False), ("2026-11-20", True), ("2026-11-25", True), ("2026-11-26", False)],
)
def test_an_approval_does_not_wait_for_someone_on_holiday_while_a_delegate_is_there(
    day: str, may: bool
) -> None:
    assert allowed("rep", stands_in(), day=day) is may


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"role": "admin"}, True),
        ({"role": "finance"}, False),
        ({"territories": ("*",)}, True),
        ({"territories": ("south",)}, False),
        ({"to_user": "another"}, False),
        ({"from_user": "rep"}, False),  # in the place of the maker
    ],
)
def test_a_delegation_carries_its_givers_role_and_territories_and_never_the_makers(
    changes: dict[str, Any], may: bool
) -> None:
    assert allowed("rep", stands_in(**changes), territories=("south",)) is may


def test_one_delegation_that_fits_is_enough() -> None:
    assert allowed("rep", stands_in(from_user="rep"), stands_in(role="finance"), stands_in(id="e"))


@pytest.mark.parametrize(("day", "may"), [("2026-11-25", False), ("2026-11-26", False), ("2026-11-27", True)])
def test_an_approval_does_not_wait_for_someone_on_holiday_after_it_was_due(day: str, may: bool) -> None:
    overdue = pending(due_on="2026-11-26", escalate_to="director")

    assert allowed("director", need=overdue, day=day) is may
    assert allowed("manager", need=overdue, day=day)
    assert allowed("rep", stands_in(role="director", valid_to="2026-12-31"), need=overdue, day=day) is may


def test_nothing_escalates_without_a_day_or_a_role() -> None:
    late = "2027-01-01"

    assert not allowed("director", need=pending(escalate_to="director"), day=late)
    assert not allowed("director", need=pending(due_on="2026-11-24"), day=late)
    assert not allowed("", need=pending(due_on="2026-11-24"), day=late)


PEOPLE = st.sampled_from(["rep", "boss", "away"])
FREE = st.builds(
    Delegation,
    id=st.just("d"),
    from_user=PEOPLE,
    to_user=PEOPLE,
    role=st.sampled_from(ROLES),
    territories=st.sampled_from([("north",), ("*",), ()]),
    valid_from=st.sampled_from(["2026-11-01", "2026-11-23"]),
    valid_to=st.sampled_from(["2026-11-23", "2026-12-31"]),
)


@given(
    who=PEOPLE,
    maker=PEOPLE,
    role=st.sampled_from(ROLES),
    given_to=st.lists(FREE, max_size=4),
    need=st.builds(
        pending,
        role=st.sampled_from(ROLES),
        due_on=st.sampled_from([None, "2026-11-01"]),
        escalate_to=st.sampled_from(["", *ROLES]),
    ),
)
def test_no_delegation_or_escalation_makes_a_checker_of_the_maker(
    who: str, maker: str, role: str, given_to: list[Delegation], need: ApprovalFact
) -> None:
    may = allowed(role, *given_to, need=need, who=who, maker=maker)

    assert not (may and who == maker)
    if may and role not in (need.role, need.escalate_to, "admin"):
        assert any(one.to_user == who and one.from_user != maker for one in given_to)
