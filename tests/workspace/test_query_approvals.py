"""What the approvals page reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.parties import Person
from app.store.engine import reading
from app.workspace.queries.approval_detail import approval_detail
from app.workspace.queries.approvals import approval_queue, pending_count
from sync.server.feed import unit_of_work

BOSS = Person("boss", "manager", ("north",))
DAY = "2026-11-23"


def ask(tablet: Any, query: Any, *args: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args)


@pytest.fixture
def asked(sqlite_world: Any) -> Any:
    """A rep's quote above the limit, on the manager's tablet."""
    rep, boss = sqlite_world.tablet("rep"), sqlite_world.tablet("boss", "manager")
    quote = rep.quote(discount=2000)
    assert rep.workspace.perform(quote).decision.outcome == "held"
    rep.sync()
    boss.sync()
    return sqlite_world, rep, boss, quote


def test_a_need_waits_for_who_may_decide_it(asked: Any) -> None:
    _world, _rep, boss, quote = asked

    [row] = ask(boss, approval_queue, BOSS, DAY).waiting

    assert (row.number, row.account, row.total, row.list_total) == (
        quote.number,
        "Hospital a1",
        160_00,
        200_00,
    )
    assert dict(row.need[0].params)["discount"] == "2000"
    assert ask(boss, pending_count, BOSS, DAY) == 1
    assert ask(boss, pending_count, Person("chief", "admin", ("*",)), DAY) == 1
    for other in (
        Person("rep", "rep", ("north",)),
        Person("rep", "manager", ("north",)),  # maker is never checker
        Person("fin", "finance", ("north",)),
        Person("boss", "manager", ("south",)),
    ):
        assert ask(boss, pending_count, other, DAY) == 0
        assert ask(boss, approval_queue, other, DAY).waiting == ()


def test_the_oldest_need_comes_first(sqlite_world: Any) -> None:
    rep, boss = sqlite_world.tablet("rep"), sqlite_world.tablet("boss", "manager")
    quotes = [
        rep.quote(discount=2000, business_date=day) for day in ("2026-11-23", "2026-11-20", "2026-11-22")
    ]
    for quote in quotes:
        rep.workspace.perform(quote)
    rep.sync()
    boss.sync()

    assert [row.asked_on for row in ask(boss, approval_queue, BOSS, DAY).waiting] == [
        "2026-11-20",
        "2026-11-22",
        "2026-11-23",
    ]


def test_the_detail_has_what_a_decision_rests_on(asked: Any) -> None:
    world, rep, boss, quote = asked
    rep.workspace.perform(rep.sale(qty=1))
    rep.sync()
    with unit_of_work(world.engine) as work:
        cost = {"product_id": "p1", "currency": "USD", "valid_to": None, "origin": "test"}
        old = {"id": "c0", "unit_cost": 50_0000, "valid_from": "2020-01-01", **cost}
        new = {"id": "c1", "unit_cost": 60_0000, "valid_from": "2026-01-01", **cost}
        late = {"id": "c2", "unit_cost": 70_0000, "valid_from": "2027-01-01", **cost}
        work.put("product_cost", [old, new, late])
    boss.sync()
    [row] = ask(boss, approval_queue, BOSS, DAY).waiting

    detail = ask(boss, approval_detail, row.approval_id, BOSS, DAY)

    assert (detail.number, detail.quote_state, detail.account_status) == (
        quote.number,
        "pending_approval",
        "active",
    )
    [line] = detail.lines
    assert (line.qty, line.discount_bp, line.unit_price, line.extended) == (2, 2000, 80_0000, 160_00)
    assert detail.costs_here
    assert line.unit_cost == 60_0000
    assert [f.code for f in detail.findings] == ["discount_over_limit"]
    assert [(one.type, one.total) for one in detail.history] == [("trunk_sale", 100_00)]
    assert ask(boss, approval_detail, "no such approval", BOSS, DAY) is None


def test_costs_that_are_not_on_this_device_are_not_taken_for_none(asked: Any) -> None:
    world, _rep, boss, _quote = asked
    with unit_of_work(world.engine) as work:
        work.put("policy", [{"id": "roles_seeing_cost", "value": json.dumps(["admin"]), "origin": "test"}])
    boss.sync()
    [row] = ask(boss, approval_queue, BOSS, DAY).waiting

    detail = ask(boss, approval_detail, row.approval_id, BOSS, DAY)

    assert not detail.costs_here
    assert detail.lines[0].unit_cost is None


def test_a_decision_leaves_the_queue_at_once_and_is_listed_with_its_op(asked: Any) -> None:
    _world, _rep, boss, quote = asked

    assert boss.workspace.perform(boss.verdict(quote, approve=False, reason="too much")).saved
    here = ask(boss, approval_queue, BOSS, DAY)
    boss.sync()
    there = ask(boss, approval_queue, BOSS, DAY)

    assert here.waiting == ()
    [row] = here.decided
    assert (row.state, row.comment, row.decided_on, row.op_pushed) == (
        "declined",
        "too much",
        "2026-11-23",
        False,
    )
    assert (there.decided[0].op_pushed, there.decided[0].op_result) == (True, "applied")


def test_two_managers_decide_offline_and_the_slower_one_is_told(asked: Any) -> None:
    world, _rep, boss, quote = asked
    other = world.tablet("boss2", "manager")
    boss.workspace.perform(boss.verdict(quote, approve=False, reason="no"))
    other.workspace.perform(other.verdict(quote))
    boss.sync()

    other.sync()

    page = ask(other, approval_queue, Person("boss2", "manager", ("north",)), DAY)
    [unused] = page.unused
    assert (unused.number, unused.approve, unused.settled) == (quote.number, True, True)
    assert "approval_settled" in [f.code for f in unused.findings]
    [row] = page.decided
    assert (row.state, row.op_pushed) == ("declined", None)


# -- nothing waits for one person -------------------------------------------------------------------------------------


def hand_on(world: Any, **changes: Any) -> None:
    row = {
        "id": "d", "from_user": "away", "to_user": "deputy", "role": "manager", "territories": '["north"]',
        "valid_from": "2026-11-20", "valid_to": "2026-11-25", "op_id": None, **changes,
    }  # fmt: skip
    with unit_of_work(world.engine) as work:
        work.put("delegation", [row])


@pytest.mark.parametrize(
    ("changes", "day", "waits"),
    [
        ({}, "2026-11-19", 0),
        ({}, "2026-11-20", 1),
        ({}, "2026-11-25", 1),
        ({}, "2026-11-26", 0),
        ({"role": "finance"}, DAY, 0),
        ({"role": "admin", "territories": '["*"]'}, DAY, 1),
        ({"territories": '["south"]'}, DAY, 0),
        ({"to_user": "another"}, DAY, 0),
        ({"from_user": "rep"}, DAY, 0),  # in the place of who made it
    ],
)
def test_a_need_waits_for_a_delegate_as_well(
    asked: Any, changes: dict[str, Any], day: str, waits: int
) -> None:
    world, _rep, boss, _quote = asked
    hand_on(world, **changes)
    boss.sync()

    deputy = Person("deputy", "rep", ("south",))

    assert ask(boss, pending_count, deputy, day) == waits
    assert len(ask(boss, approval_queue, deputy, day).waiting) == waits
    assert ask(boss, pending_count, Person("rep", "rep", ("north",)), day) == 0


@pytest.mark.parametrize(("day", "waits"), [("2026-11-25", 0), ("2026-11-26", 1)])
def test_a_need_waits_for_the_next_role_once_it_was_due(sqlite_world: Any, day: str, waits: int) -> None:
    rule = {
        "code": "discount_over_limit", "levels": [{"role": "manager"}],
        "escalate_after_days": 2, "escalate_to": "finance",
    }  # fmt: skip
    with unit_of_work(sqlite_world.engine) as work:
        work.put("policy", [{"id": "approval_rules", "value": json.dumps([rule]), "origin": "test"}])
    rep, chief = sqlite_world.tablet("rep"), sqlite_world.tablet("chief", "finance", territories=("*",))
    rep.workspace.perform(rep.quote(discount=2000))
    rep.sync()
    chief.sync()

    assert ask(chief, pending_count, Person("chief", "finance", ("*",)), day) == waits
    assert ask(chief, pending_count, Person("boss", "manager", ("north",)), day) == 1
    assert ask(chief, pending_count, Person("far", "finance", ("south",)), day) == 0
