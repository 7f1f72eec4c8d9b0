"""The way of an order: who takes it where, what is reserved, shipped and owed at each step (DOMAIN.md §3, §4, §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fulfilment_kit import HELD_ORDER, grown, lines, movements
from order_kit import (
    ACCOUNT,
    ALLOCATED,
    DAY,
    DELIVERED,
    LOTS,
    PICKED,
    SALE,
    SHELF,
    SHIPPED,
    codes,
    moved,
    only,
    order,
    state_of,
    with_lines,
)

from app.domain.commands import ORDER_VERBS
from app.domain.events import ExposureGrew, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, Balance, Known, OrderFact, Reservation
from app.domain.fulfilment import ROLES
from app.domain.ids import derived_id
from app.domain.lifecycle import ORDER, next_state
from app.domain.rejections import WARN, finding
from app.domain.worth import exposure_of

# -- who, and from where ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ORDER_VERBS)
@pytest.mark.parametrize("who", ["rep", "other", "ops", "fin", "adm", "mgr", "nobody"])
def test_each_verb_has_its_roles_and_an_author_may_cancel(verb: str, who: str) -> None:
    allowed = {
        "release": ("ops", "fin", "adm"),
        "allocate": ("ops", "adm"),
        "cancel": ("rep", "ops", "adm"),
        "pick": ("ops", "adm"),
        "ship": ("ops", "adm"),
        "deliver": ("ops", "adm"),
        "invoice": ("fin", "adm"),
        "pay": ("fin", "adm"),
        "close": ("fin", "adm"),
    }

    said = moved(verb, who, order=replace(ALLOCATED, state="closed"))

    refused = [f for f in said.findings if f.code == "not_allowed"]
    expected = [] if who in allowed[verb] else [finding("not_allowed", who, role=",".join(ROLES[verb]))]
    assert refused == expected
    assert said.outcome == "rejected"  # closed: no verb is open


@pytest.mark.parametrize("state", ORDER)
@pytest.mark.parametrize("verb", ORDER_VERBS)
def test_a_verb_that_the_table_does_not_allow_is_refused(state: str, verb: str) -> None:
    said = moved(verb, "adm", order=replace(ALLOCATED, state=state))

    wrong = finding("order_wrong_state", "o", number="MB-A-0001", state=state, verb=verb)
    assert (wrong in said.findings) is (next_state(ORDER, state, verb) is None)


def test_nobody_releases_their_own() -> None:
    said = moved("release", order=replace(HELD_ORDER, rep_id="ops"))

    assert said.findings == (finding("maker_is_checker", "o", number="MB-A-0001"),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"order": Known(ABSENT)}, finding("order_unknown", "o", what="order")),
        ({"order": Known(NOT_HERE)}, finding("fact_missing", "o", what="order")),
        ({"account": Known(ABSENT)}, finding("account_unknown", "a", what="account")),
        ({"account": Known(NOT_HERE)}, finding("fact_missing", "a", what="account")),
    ],
)
def test_what_is_not_there_cannot_be_moved(changes: dict[str, Any], expected: Any) -> None:
    said = moved("cancel", **changes)

    assert (said.outcome, said.findings, said.events) == ("rejected", (expected,), ())


def test_every_reason_is_told_at_once() -> None:
    said = moved("pick", "rep", account=Known(ABSENT), received_on="2027-06-01")

    assert codes(said) == ["account_unknown", "back_dated", "not_allowed", "order_wrong_state"]


def test_an_old_date_is_told_and_holds_nothing() -> None:
    said = moved("pick", order=ALLOCATED, received_on="2027-06-01")

    assert (said.outcome, [(f.code, f.severity) for f in said.findings]) == (
        "applied",
        [("back_dated", WARN)],
    )
    assert state_of(said) == ["picked"]


@pytest.mark.parametrize(
    ("received", "outcome", "told"),
    [
        ("2026-12-23", "applied", []),  # thirty days later: still believed
        ("2026-12-24", "rejected", ["back_dated", "lot_expired", "lot_expired"]),
    ],
)
def test_no_date_from_before_its_end_ships_a_lot_that_expired_since(
    received: str, outcome: str, told: list[str]
) -> None:
    lots = {one: Known.held(replace(lot, expires=DAY)) for one, lot in LOTS.items()}

    said = moved("ship", order=PICKED, lots=lots, received_on=received, reason="urgent")

    assert (said.outcome, codes(said)) == (outcome, told)


def test_what_is_booked_under_a_date_nobody_believes_is_booked_on_the_day_it_came() -> None:
    said = moved("cancel", order=PICKED, received_on="2027-06-01")

    assert {m.business_date for m in only(said, StockMoved)} == {"2027-06-01"}
    assert {e.as_of for e in only(said, ExposureGrew)} == {"2027-06-01"}


# -- allocate ---------------------------------------------------------------------------------------------------------


def test_backorders_are_filled_later_and_in_the_order_of_the_lines() -> None:
    one, two = order().lines
    twice = replace(two, id="l2", product_id="p", qty=10)
    waiting = order(lines=(twice, replace(one, allocated=8, backordered=2)), state="allocated")

    said = moved(
        "allocate", order=waiting, warehouse=Known.held((Balance("wh", "p", "late", 5, "2027-12-31"),))
    )

    assert lines(said) == [("l1", 10, 0), ("l2", 3, 7)]
    assert [(m.lot_id, m.qty) for m in only(said, StockMoved)] == [("late", 2), ("late", 3)]
    assert (said.outcome, state_of(said)) == ("applied_modified", [])
    assert said.findings == (finding("backordered", "l2", line=2, missing=7, asked=10),)


def test_two_lines_of_one_product_never_take_the_same_units() -> None:
    one, _ = order().lines
    twins = order(lines=(replace(one, qty=4), replace(one, id="l3", line_no=2, qty=4)))

    said = moved(
        "allocate", order=twins, warehouse=Known.held((Balance("wh", "p", "late", 5, "2027-12-31"),))
    )

    assert lines(said) == [("l1", 4, 0), ("l3", 1, 3)]
    assert sum(m.qty for m in only(said, StockMoved)) == 5


@pytest.mark.parametrize(
    ("balance", "taken"),
    [
        (Balance("wh", "p", "x", 10, "2026-12-23"), 10),  # lasts exactly the 30 days
        (Balance("wh", "p", "x", 10, "2026-12-22"), 0),
        (Balance("wh", "p", "x", 10, "2027-12-31", recalled_on=DAY), 0),
        (Balance("wh", "p", "x", 10, "2027-12-31", recalled_on="2026-11-24"), 10),
        (Balance("wh", "p", "x", 10, "2027-12-31", owner="supplier"), 0),
        (Balance("wh", "g", "x", 10, "2027-12-31"), 2),
    ],
)
def test_only_what_may_be_shipped_is_reserved(balance: Balance, taken: int) -> None:
    picky = Known.held(replace(ACCOUNT, min_shelf_days=30))

    said = moved("allocate", account=picky, warehouse=Known.held((balance,)))

    assert sum(m.qty for m in only(said, StockMoved)) == taken
    assert ("nothing_reserved" in codes(said)) is (taken == 0)
    assert state_of(said) == (["allocated"] if taken else [])


def test_a_lot_that_was_recalled_goes_back_and_another_takes_its_place() -> None:
    lots = {"early": Known.held(replace(LOTS["early"], recalled_on=DAY)), "late": Known.held(LOTS["late"])}

    shelf = (replace(SHELF[2], qty=9, recalled_on=DAY), *SHELF[:2])

    said = moved("allocate", order=PICKED, lots=lots, warehouse=Known.held(shelf), reason="recall")

    assert (said.outcome, state_of(said)) == ("applied", ["allocated"])
    assert lines(said) == [("l1", 10, 0), ("l2", 2, 0)]
    assert movements(said) == [
        ("release", "p", "early", 4, "wh:reserved", "wh"),
        ("reserve", "p", "late", 4, "wh", "wh:reserved"),
    ]
    assert [m.movement_id for m in only(said, StockMoved)] == [
        derived_id("op", "movement", 0),
        derived_id("op", "movement", 1),
    ]
    assert {m.reason for m in only(said, StockMoved)} == {"recall"}


def test_what_a_recall_leaves_open_waits_and_the_last_line_loses_first() -> None:
    one, two = ALLOCATED.lines
    twins = replace(
        ALLOCATED,
        lines=(replace(one, qty=6, allocated=6), replace(one, id="l3", line_no=3, qty=4, allocated=4), two),
    )
    lots = {"early": Known.held(LOTS["early"]), "late": Known.held(replace(LOTS["late"], recalled_on=DAY))}

    said = moved("allocate", order=twins, lots=lots, warehouse=Known.held(()))

    assert lines(said) == [("l1", 4, 2), ("l2", 2, 0), ("l3", 0, 4)]
    assert movements(said) == [("release", "p", "late", 6, "wh:reserved", "wh")]
    assert (said.outcome, state_of(said)) == ("applied_modified", [])


def test_an_order_that_misses_nothing_stays_as_it_is() -> None:
    said = moved("allocate", order=PICKED)

    assert (said.outcome, said.events, said.findings) == ("applied", (), ())


def test_where_nothing_can_be_reserved_nothing_changes() -> None:
    said = moved("allocate", warehouse=Known.held(()))

    assert (said.outcome, said.events) == ("rejected", ())
    assert said.findings == (finding("nothing_reserved", "o", number="MB-A-0001"),)


def test_only_who_knows_the_warehouse_allocates() -> None:
    said = moved("allocate", warehouse=Known(NOT_HERE))

    assert said.findings == (finding("fact_missing", "o", what="warehouse"),)


# -- cancel -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [ALLOCATED, PICKED])
def test_a_cancelled_order_gives_back_every_reservation_and_its_exposure(found: OrderFact) -> None:
    said = moved("cancel", "rep", order=found, reason="changed mind")

    assert (said.outcome, state_of(said)) == ("applied", ["cancelled"])
    assert movements(said) == [
        ("release", "g", "", 2, "wh:reserved", "wh"),
        ("release", "p", "early", 4, "wh:reserved", "wh"),
        ("release", "p", "late", 6, "wh:reserved", "wh"),
    ]
    assert lines(said) == [("l1", 0, 0), ("l2", 0, 0)]
    assert grown(said) == [(-103_01, 0)]
    [event] = only(said, ExposureGrew)
    assert (event.account_id, event.territory_id, event.rep_id, event.as_of) == ("a", "north", "rep", DAY)


@pytest.mark.parametrize("state", ["placed", "held"])
def test_an_order_without_reservations_is_cancelled_as_well(state: str) -> None:
    said = moved("cancel", order=order(state=state))

    assert (state_of(said), movements(said), grown(said)) == (["cancelled"], [], [(-103_01, 0)])


def test_the_rest_of_a_partly_shipped_order_is_cancelled_and_what_was_shipped_stays_owed() -> None:
    one, two = order().lines
    part = order(
        state="partly_shipped",
        lines=(replace(one, allocated=7, backordered=3), replace(two, backordered=2)),
        reservations=(Reservation("wh", "p", "late", 3),),
    )

    said = moved("cancel", order=part)

    assert state_of(said) == ["shipped"]
    assert lines(said) == [("l1", 4, 0), ("l2", 0, 0)]
    assert movements(said) == [("release", "p", "late", 3, "wh:reserved", "wh")]
    assert grown(said) == [(40_00 - 103_01, 0)]  # four of ten of 100.01


def test_goods_that_were_handed_over_cannot_be_cancelled() -> None:
    assert codes(moved("cancel", order=replace(SALE, state="held"))) == ["order_wrong_state"]


# -- deliver, invoice, pay, close -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "who", "state", "to", "change"),
    [
        ("deliver", "ops", "shipped", "delivered", []),
        ("invoice", "fin", "delivered", "invoiced", [(-103_01, 103_01)]),
        ("pay", "fin", "invoiced", "paid", [(0, -103_01)]),
        ("close", "fin", "paid", "closed", []),
    ],
)
def test_what_is_open_becomes_unpaid_and_then_nothing(
    verb: str, who: str, state: str, to: str, change: list[tuple[int, int]]
) -> None:
    for found in (SHIPPED, replace(SALE, type="bill_only")):
        if found is not SHIPPED and state == "shipped":
            continue
        said = moved(verb, who, order=replace(found, state=state))

        assert (said.outcome, state_of(said), grown(said), said.findings) == ("applied", [to], change, ())


def test_only_what_was_shipped_and_kept_is_invoiced() -> None:
    one, two = DELIVERED.lines
    less = replace(DELIVERED, lines=(replace(one, allocated=7, returned=2), replace(two, returned=2)))

    assert grown(moved("invoice", "fin", order=less)) == [(-50_01, 50_01)]
    assert grown(moved("pay", "fin", order=replace(less, state="invoiced"))) == [(0, -50_01)]


def test_a_line_without_an_amount_is_worth_nothing() -> None:
    old = with_lines(DELIVERED, extended=None)

    assert grown(moved("invoice", "fin", order=old)) == []


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (order(), (103_01, 0)),
        (replace(PICKED, lines=order().lines), (103_01, 0)),
        (replace(ALLOCATED, state="partly_shipped", lines=order().lines), (103_01, 0)),
        (replace(DELIVERED, lines=order().lines), (0, 0)),
        (DELIVERED, (103_01, 0)),
        (replace(DELIVERED, state="invoiced"), (0, 103_01)),
        (replace(DELIVERED, state="paid"), (0, 0)),
        (SALE, (103_01, 0)),
        (replace(SALE, state="held"), (0, 0)),
        (replace(SALE, type="return"), (0, 0)),
        (replace(SALE, type="history"), (0, 0)),
    ],
)
def test_what_an_order_holds_of_the_exposure_follows_from_the_order_alone(
    found: OrderFact, holds: tuple[int, int]
) -> None:
    assert exposure_of(found) == holds
