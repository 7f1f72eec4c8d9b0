"""Placing an order: from a quote that stands, at its prices, with all of eligibility asked again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fulfilment_kit import HELD_ORDER, LICENCED, QUOTE, movements
from order_kit import ACCOUNT, DAY, LOTS, PICKED, SHELF, codes, facts, moved, only, order

from app.domain.commands import PlaceOrder
from app.domain.decide import Decision, decide
from app.domain.events import ExposureGrew, OrderRecorded, QuoteMoved, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, ApprovalFact, Balance, Known, Policy, QuoteFact
from app.domain.ids import derived_id
from app.domain.parties import Exposure
from app.domain.rejections import finding

YES = ApprovalFact("x", "q", 1, "manager", "below_min_order", "approved")


def placed(quote: QuoteFact = QUOTE, who: str = "rep", day: str = DAY, **changes: Any) -> Decision:
    command = PlaceOrder(
        op_id="op",
        actor=who,
        business_date=day,
        order_id="o",
        number="MB-A-0002",
        quote_id="q",
        revision=1,
    )
    return decide(command, facts(who, quote=Known.held(quote), exposure=Known.held(Exposure(0)), **changes))


def test_an_order_takes_its_prices_taxes_and_traces_from_the_quote_though_their_list_is_gone() -> None:
    said = placed(lists=(), prices=())

    [recorded] = only(said, OrderRecorded)
    assert said.outcome == "applied"
    assert (recorded.total, recorded.tax_total, recorded.state, recorded.po_number) == (
        103_01,
        1_01,
        "allocated",
        "PO 1",
    )
    assert [
        (x.id, x.line_no, x.product_id, x.qty, x.allocated, x.unit_price, x.extended, x.tax, x.trace)
        for x in recorded.lines
    ] == [
        (derived_id("op", "order_line", 1), 1, "p", 10, 10, 10_0010, 100_01, 1_00, "[1]"),
        (derived_id("op", "order_line", 2), 2, "g", 2, 2, 1_5000, 3_00, 1, "[2]"),
    ]
    assert [(m.kind, m.product_id, m.lot_id, m.qty) for m in only(said, StockMoved)] == [
        ("reserve", "p", "early", 4),
        ("reserve", "p", "late", 6),
        ("reserve", "g", "", 2),
    ]
    assert said.events[0] == QuoteMoved(quote_id="q", state="accepted")
    assert said.events[-1] == ExposureGrew(
        account_id="a", territory_id="north", rep_id="rep", amount=103_01, as_of=DAY
    )
    assert (recorded.order_id, recorded.number, recorded.type, recorded.quote_id) == (
        "o",
        "MB-A-0002",
        "stock",
        "q",
    )
    assert (recorded.account_id, recorded.ship_to_id, recorded.territory_id, recorded.rep_id) == (
        "a",
        "s",
        "north",
        "rep",
    )
    assert (recorded.currency, recorded.business_date, recorded.op_id) == ("USD", DAY, "op")
    assert [(m.movement_id, m.document_id, m.op_id) for m in only(said, StockMoved)] == [
        (derived_id("op", "movement", n), "o", "op") for n in range(3)
    ]


@pytest.mark.parametrize(
    ("until", "fine"), [("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True), (None, True)]
)
def test_a_quote_is_good_through_its_last_day(until: str | None, fine: bool) -> None:
    said = placed(replace(QUOTE, valid_until=until))

    assert said.outcome == ("applied" if fine else "rejected")
    if not fine:
        assert said.findings == (finding("quote_expired", "q", as_of=until, number="MB-A-0001", on=until),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"who": "other"}, finding("not_allowed", "other", role="operations")),
        ({"document_exists": True}, finding("document_exists", "o")),
        ({"ship_to": Known(ABSENT)}, finding("address_unknown", "s", account="Harbour")),
        (
            {"quote": replace(QUOTE, state="lost")},
            finding("quote_wrong_state", "q", number="MB-A-0001", state="lost", verb="place_order"),
        ),
        (
            {"quote": replace(QUOTE, revision=2)},
            finding("revision_moved_on", "q", number="MB-A-0001", mine=1, now=2),
        ),
        ({"account": Known(ABSENT)}, finding("account_unknown", "a")),
        ({"account": Known(NOT_HERE)}, finding("fact_missing", "a", what="account")),
    ],
)
def test_an_order_that_cannot_be_placed_says_why(changes: dict[str, Any], expected: Any) -> None:
    said = placed(**changes)

    assert (said.outcome, said.events, said.findings) == ("rejected", (), (expected,))


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "quote_unknown"), (NOT_HERE, "fact_missing")])
def test_a_quote_that_is_not_there_is_not_ordered(status: str, code: str) -> None:
    command = PlaceOrder(
        op_id="op", actor="rep", business_date=DAY, order_id="o", number="N", quote_id="q", revision=1
    )

    assert decide(command, facts("rep", quote=Known(status))).findings == (finding(code, "q", what="quote"),)


def test_the_number_and_the_date_of_an_order_are_judged() -> None:
    strict = Known.held(replace(ACCOUNT, po_required=True))

    assert placed(account=strict).outcome == "applied"
    assert codes(placed(replace(QUOTE, po_number=" "), account=strict)) == ["po_number_required"]
    late = placed(received_on="2027-06-01")
    assert (late.outcome, codes(late), only(late, OrderRecorded)[0].state) == ("held", ["back_dated"], "held")


def test_a_backorder_names_its_line_and_how_much_is_missing() -> None:
    said = placed(warehouse=Known.held(SHELF[1:2]))

    line = derived_id("op", "order_line", 1)
    assert said.findings == (finding("backordered", line, line=1, missing=10, asked=10),)


def test_a_quote_that_is_closed_is_not_told_to_be_late_as_well() -> None:
    assert codes(placed(replace(QUOTE, state="lost", valid_until="2026-01-01"))) == ["quote_wrong_state"]


def test_all_of_eligibility_is_asked_again_when_the_order_is_placed() -> None:
    said = placed(policy=LICENCED, account=Known.held(replace(ACCOUNT, assortment="listed")))

    assert codes(said) == ["licence_missing", "not_in_assortment", "not_in_assortment"]


def test_company_policy_settles_the_severities_of_an_order() -> None:
    said = placed(policy=Policy(licence_classes=("Implants",), severities={"licence_missing": "warn"}))

    assert (said.outcome, codes(said)) == ("applied", ["licence_missing"])


@pytest.mark.parametrize(
    ("approvals", "outcome"),
    [
        ((), "held"),
        ((YES,), "applied"),
        ((replace(YES, state="superseded"),), "held"),
        ((replace(YES, revision=2),), "held"),
        ((replace(YES, code="discount_over_limit"),), "held"),
    ],
)
def test_what_was_approved_on_this_revision_is_not_asked_twice(
    approvals: tuple[ApprovalFact, ...], outcome: str
) -> None:
    small = Known.held(replace(ACCOUNT, min_order=200_00))

    said = placed(replace(QUOTE, approvals=approvals), account=small)

    assert (said.outcome, codes(said)) == (outcome, ["below_min_order"])
    assert only(said, OrderRecorded)[0].state == ("held" if outcome == "held" else "allocated")
    assert bool(movements(said)) is (outcome == "applied")


def test_credit_is_asked_again_though_it_was_approved() -> None:
    approved = replace(QUOTE, approvals=(replace(YES, code="credit_limit_exceeded"),))

    said = placed(approved, account=Known.held(replace(ACCOUNT, credit_limit=1)))

    assert said.outcome == "held"


def test_lots_too_short_for_the_customer_recalled_or_of_others_are_passed_over() -> None:
    shelf = (
        Balance("wh", "p", "short", 9, "2026-12-22"),
        Balance("wh", "p", "recalled", 9, "2026-12-30", recalled_on=DAY),
        Balance("wh", "p", "theirs", 9, "2026-12-30", owner="supplier"),
        Balance("wh", "p", "just", 3, "2026-12-23"),
        Balance("wh", "p", "long", 4, "2027-12-31"),
    )

    said = placed(account=Known.held(replace(ACCOUNT, min_shelf_days=30)), warehouse=Known.held(shelf))

    assert [(m.lot_id, m.qty) for m in only(said, StockMoved)] == [("just", 3), ("long", 4)]
    assert sorted((f.code, dict(f.params)["missing"]) for f in said.findings) == [
        ("backordered", "2"),
        ("backordered", "3"),
    ]


@pytest.mark.parametrize("verb", ["place", "allocate", "release"])
def test_no_date_of_before_reserves_what_was_recalled_or_has_expired_since(verb: str) -> None:
    shelf = (
        Balance("wh", "p", "recalled", 20, "2026-12-30", recalled_on="2026-12-01"),
        Balance("wh", "p", "expired", 20, "2026-12-02"),
        Balance("wh", "p", "good", 4, "2026-12-03"),
    )
    known: dict[str, Any] = {"warehouse": Known.held(shelf), "received_on": "2026-12-03"}

    if verb == "place":
        said = placed(**known)
    else:
        waits = order(state="placed") if verb == "allocate" else HELD_ORDER
        said = moved(verb, order=waits, **known)

    assert [(m.lot_id, m.qty, m.business_date) for m in only(said, StockMoved)] == [("good", 4, DAY)]


def test_allocating_with_a_date_of_before_gives_back_what_was_recalled_since() -> None:
    lots = {**LOTS, "early": replace(LOTS["early"], recalled_on="2026-12-01")}

    said = moved(
        "allocate",
        order=PICKED,
        lots={name: Known.held(lot) for name, lot in lots.items()},
        received_on="2026-12-03",
    )

    assert ("release", "p", "early", 4, "wh:reserved", "wh") in movements(said)
