"""Who decides in whose place, as the page lists it; and in whose place a person would decide."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.commands import Delegate
from app.domain.parties import Person
from app.store.engine import reading
from app.workspace.queries.approval_detail import approval_detail
from app.workspace.queries.approvals import approval_queue
from app.workspace.queries.delegations import delegation_page, stands_in
from app.workspace.queries.envelopes import grant_choices
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
PEOPLE = (
    ("boss", "Bea Boss", "manager", "north", 1),
    ("chief", "Cem Chief", "finance", None, 1),
    ("gone", "Gil Gone", "manager", "north", 0),
    ("rep", "Rea Rep", "rep", "north", 1),
    ("aide", "Abe Aide", "rep", "south", 1),
)


@pytest.fixture
def company(sqlite_world: Any) -> Any:
    with unit_of_work(sqlite_world.engine) as work:
        for one, name, role, where, active in PEOPLE:
            row = {"id": one, "name": name, "code": one, "role": role, "territory_id": where}
            work.put("rep", [{**row, "active": active, "origin": "test"}])
    return sqlite_world


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


def hand_on(tablet: Any, to_user: str, first: str, last: str) -> None:
    command = Delegate(
        op_id=tablet.new_id(), actor=tablet.user, business_date=DAY, delegation_id=tablet.new_id(),
        to_user=to_user, valid_from=first, valid_to=last,
    )  # fmt: skip
    assert tablet.workspace.perform(command).saved


def test_the_page_tells_what_is_on_from_today_and_whom_one_could_name(company: Any) -> None:
    boss, chief = company.tablet("boss", "manager"), company.tablet("chief", "finance", territories=("*",))
    hand_on(boss, "rep", "2026-12-01", "2026-12-04")
    boss.sync()
    hand_on(boss, "aide", DAY, DAY)
    hand_on(chief, "boss", DAY, "2026-12-31")
    chief.sync()
    boss.turn()

    page = ask(boss, delegation_page, "boss", DAY)

    assert [(one.name, one.role, one.valid_from, one.valid_to) for one in page.given] == [
        ("Abe Aide", "manager", DAY, DAY),
        ("Rea Rep", "manager", "2026-12-01", "2026-12-04"),
    ]
    assert [(one.name, one.role, one.sent) for one in page.got] == [("Cem Chief", "finance", True)]
    assert [(one.user_id, one.territory) for one in page.colleagues] == [
        ("chief", ""),
        ("aide", "south"),
        ("rep", "north"),
    ]
    later = ask(boss, delegation_page, "boss", "2026-11-24")
    assert [one.name for one in later.given] == ["Rea Rep"]


def test_one_that_waits_on_this_device_says_so(company: Any) -> None:
    boss = company.tablet("boss", "manager")
    hand_on(boss, "rep", DAY, DAY)
    [before] = ask(boss, delegation_page, "boss", DAY).given

    boss.sync()

    [after] = ask(boss, delegation_page, "boss", DAY).given
    assert (before.sent, after.sent) == (False, True)


@pytest.mark.parametrize(
    ("day", "stands"),
    [("2026-11-23", False), ("2026-11-24", True), ("2026-11-26", True), ("2026-11-27", False)],
)
def test_one_stands_in_from_the_first_day_to_the_last(company: Any, day: str, stands: bool) -> None:
    boss = company.tablet("boss", "manager")
    hand_on(boss, "aide", "2026-11-24", "2026-11-26")
    boss.sync()

    assert ask(company.tablet("aide"), stands_in, "aide", day) is stands


def test_a_need_is_decided_in_somebodys_place_only_where_ones_own_role_is_not_enough(company: Any) -> None:
    rep, boss = company.tablet("rep"), company.tablet("boss", "manager")
    chief = company.tablet("chief", "finance", territories=("*",))
    rep.workspace.perform(rep.quote(discount=2000))
    rep.sync()
    hand_on(boss, "chief", DAY, DAY)
    hand_on(chief, "boss", DAY, DAY)
    boss.sync()
    for one in (chief, boss):
        one.sync()
    theirs = Person("chief", "finance", ("*",))
    own = Person("boss", "manager", ("north",))

    [at_chief] = ask(chief, approval_queue, theirs, DAY).waiting
    [at_boss] = ask(boss, approval_queue, own, DAY).waiting

    assert (at_chief.in_place_of, at_boss.in_place_of) == ("Bea Boss", "")
    assert ask(chief, approval_detail, at_chief.approval_id, theirs, DAY).in_place_of == "Bea Boss"
    assert ask(chief, approval_detail, at_chief.approval_id, theirs, "2026-11-24").in_place_of == ""
    assert ask(boss, approval_detail, at_boss.approval_id, own, DAY).in_place_of == ""


def test_an_envelope_may_go_to_reps_of_ones_own_territories(company: Any) -> None:
    boss = company.tablet("boss", "manager")

    north = ask(boss, grant_choices, Person("boss", "manager", ("north",)))
    everywhere = ask(boss, grant_choices, Person("boss", "manager", ("*",)))

    assert north.reps == (("rep", "Rea Rep"),)
    assert everywhere.reps == (("aide", "Abe Aide"), ("rep", "Rea Rep"))
    assert north.currencies == ("USD",)
    assert north.product_classes == ("FDA class 2",)
    assert north.limits.discount_limits["manager"] == {"*": 3000}
