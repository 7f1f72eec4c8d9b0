"""Eligibility: each check with its code, its severity and the day of its fact, at, below and above its limit (§3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eligibility_kit import asked
from order_kit import ACCOUNT, DAY, STENT, facts

from app.domain.catalog import Contract, Lot
from app.domain.commands import SetAccountStatus
from app.domain.days import days_between, in_force, plus_days
from app.domain.decide import Decision, decide
from app.domain.eligibility import (
    check_account,
    check_credit,
    check_lot,
    check_min_order,
    check_products,
    check_status,
)
from app.domain.events import AccountStatusSet
from app.domain.facts import ABSENT, NOT_HERE, Known, Policy
from app.domain.parties import Exposure, ShipTo
from app.domain.rejections import Finding, finding


def told(found: list[Finding]) -> list[tuple[str, str, str | None]]:
    return [(one.code, one.subject, one.as_of) for one in found]


# -- days -------------------------------------------------------------------------------------------------------------


def test_days_are_counted_over_the_end_of_a_month_and_backwards() -> None:
    assert days_between("2026-02-27", "2026-03-01") == 2
    assert days_between("2026-03-01", "2026-02-27") == -2
    assert plus_days("2028-02-28", 1) == "2028-02-29"


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_both_ends_are_in(day: str, holds: bool) -> None:
    assert in_force("2026-01-01", "2026-12-31", day) is holds


def test_an_open_end_never_comes() -> None:
    assert in_force("2026-01-01", None, "9999-12-31")


# -- account, products ------------------------------------------------------------------------------------------------


def test_a_sale_within_everything_finds_nothing() -> None:
    assert asked() == []


def test_everything_is_told_at_once_and_with_its_day() -> None:
    bad = replace(
        ACCOUNT,
        status="on_hold",
        status_reason="unpaid",
        status_since="2026-11-01",
        territory_id="south",
        rep_id=None,
        po_required=True,
        currency="EUR",
        credit_limit=1_00,
        min_order=200_00,
        assortment="listed",
    )

    found = asked(
        "rep",
        account=Known.held(bad),
        ship_to=Known(ABSENT),
        exposure=Known.held(Exposure(5_00, 6_00, "2026-11-20")),
        products={"p": Known.held(replace(STENT, sell_until="2026-11-22")), "g": Known(ABSENT)},
        policy=Policy(licence_classes=("Implants",), freshness={"prices": (1, 9), "credit": (1, 9)}),
        synced_on="2026-11-21",
        contracts=(Contract("c", "C", "C", "account", "a", "USD", "2026-01-01", None, False),),
    )

    assert told(found) == [
        ("account_on_hold", "a", "2026-11-01"),
        ("not_your_territory", "a", None),
        ("address_unknown", "s", None),
        ("po_number_required", "a", None),
        ("currency_mismatch", "a", None),
        ("product_unknown", "g", None),
        ("product_not_sold", "p", None),
        ("licence_missing", "s", None),
        ("prices_stale", "a", "2026-11-21"),
        ("not_in_assortment", "p", None),
        ("off_contract", "p", None),
        ("credit_limit_exceeded", "a", "2026-11-20"),
        ("credit_stale", "a", "2026-11-21"),
        ("below_min_order", "a", None),
    ]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(ABSENT), finding("account_unknown", "a")),
        (Known(NOT_HERE), finding("fact_missing", "a", what="account")),
    ],
)
def test_without_the_account_only_what_needs_no_account_is_judged(
    known: Known[Any], expected: Finding
) -> None:
    assert asked(account=known) == [expected]


@pytest.mark.parametrize(
    ("status", "code"), [("active", ""), ("on_hold", "account_on_hold"), ("closed", "account_closed")]
)
def test_a_closed_or_held_account_is_told_with_the_offices_reason_and_day(status: str, code: str) -> None:
    account = replace(ACCOUNT, status=status, status_reason="unpaid", status_since="2026-11-01")

    words = {"account": "Harbour", "reason": "unpaid"}
    assert check_status(account) == ([finding(code, "a", as_of="2026-11-01", **words)] if code else [])


def test_a_document_in_another_currency_names_both() -> None:
    found = check_account(facts(), "a", ship_to_id="s", po_number="", currency="EUR")

    assert found == [finding("currency_mismatch", "a", asked="EUR", currency="USD")]


# -- the office's word on an account ----------------------------------------------------------------------------------


def put(who: str, status: str, reason: str, **changes: Any) -> Decision:
    command = SetAccountStatus(
        op_id="op", actor=who, business_date=DAY, account_id="a", status=status, reason=reason
    )
    return decide(command, facts(who, **changes))


@pytest.mark.parametrize("who", ["ops", "fin", "adm"])
@pytest.mark.parametrize(("status", "reason"), [("on_hold", "unpaid"), ("closed", "gone"), ("active", "")])
def test_the_office_holds_closes_and_opens_accounts(who: str, status: str, reason: str) -> None:
    said = put(who, status, reason)

    expected = AccountStatusSet(account_id="a", status=status, reason=reason, since=DAY)
    assert (said.outcome, said.events, said.findings) == ("applied", (expected,), ())


def test_everything_against_a_new_status_is_told_at_once() -> None:
    said = put("rep", "on_hold", " ", account=Known(ABSENT))

    assert said.events == ()
    assert said.findings == (
        finding("not_allowed", "rep", role="operations"),
        finding("account_unknown", "a", what="account"),
        finding("reason_required", "a"),
    )
    assert put("nobody", "active", "").findings == (finding("not_allowed", "nobody", role="operations"),)
    assert put("ops", "active", "", account=Known(NOT_HERE)).findings == (
        finding("fact_missing", "a", what="account"),
    )


@pytest.mark.parametrize(
    ("who", "mine"),
    [
        ("rep", False),
        ("ops", True),
        ("fin", True),
        ("adm", True),
        ("mgr", False),
        ("nobody", False),
    ],
)
def test_the_office_may_act_in_any_territory(who: str, mine: bool) -> None:
    away = replace(ACCOUNT, territory_id="south", rep_id="other")

    found = check_account(
        facts(who, account=Known.held(away)), "a", ship_to_id="s", po_number="", currency="USD"
    )

    assert found == ([] if mine else [finding("not_your_territory", "a", account="Harbour")])


@pytest.mark.parametrize(("po", "fine"), [("", False), ("  ", False), ("7", True)])
def test_an_account_that_orders_with_numbers_needs_one(po: str, fine: bool) -> None:
    strict = facts(account=Known.held(replace(ACCOUNT, po_required=True)))

    found = check_account(strict, "a", ship_to_id="s", po_number=po, currency="USD")

    assert found == ([] if fine else [finding("po_number_required", "a", account="Harbour")])


@pytest.mark.parametrize(
    ("ship_to", "expected"),
    [
        (Known(NOT_HERE), finding("fact_missing", "s", what="address")),
        (Known(ABSENT), finding("address_unknown", "s", account="Harbour")),
    ],
)
def test_the_address_is_the_accounts(ship_to: Known[ShipTo], expected: Finding) -> None:
    found = check_account(facts(ship_to=ship_to), "a", ship_to_id="s", po_number="", currency="USD")

    assert found == [expected]


@pytest.mark.parametrize(
    ("sell_from", "sell_until", "sold"),
    [
        (DAY, DAY, True),
        (None, None, True),
        ("2026-11-24", None, False),
        (None, "2026-11-22", False),
    ],
)
def test_a_product_is_sold_from_its_first_day_to_its_last(
    sell_from: str | None, sell_until: str | None, sold: bool
) -> None:
    product = replace(STENT, sell_from=sell_from, sell_until=sell_until)

    found = check_products(facts(products={"p": Known.held(product)}), ["p"], DAY)

    words = {"product": "Stent", "sold_from": sell_from or "", "sold_until": sell_until or ""}
    assert found == ([] if sold else [finding("product_not_sold", "p", **words)])


def test_products_that_are_not_here_are_told_apart_from_those_that_are_not() -> None:
    found = check_products(facts(products={"b": Known(NOT_HERE), "c": Known(ABSENT)}), ["c", "b", "a"], DAY)

    assert found == [
        finding("fact_missing", "a", what="product"),
        finding("fact_missing", "b", what="product"),
        finding("product_unknown", "c"),
    ]


# -- credit, minimum order --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("open_orders", "unpaid", "amount", "counted", "fine"),
    [
        (600_00, 300_00, 100_00, 0, True),
        (600_00, 300_00, 100_01, 0, False),
        (600_01, 300_00, 100_00, 0, False),
        (600_00, 300_01, 100_00, 0, False),
        (700_00, 300_00, 100_00, 100_00, True),
        (700_00, 300_01, 100_00, 100_00, False),
    ],
)
def test_open_orders_unpaid_invoices_and_this_one_may_reach_the_limit(
    open_orders: int, unpaid: int, amount: int, counted: int, fine: bool
) -> None:
    limited = facts(
        account=Known.held(replace(ACCOUNT, credit_limit=1000_00)),
        exposure=Known.held(Exposure(open_orders, unpaid, "2026-11-20")),
    )

    found = check_credit(limited, amount, counted=counted)

    if fine:
        assert found == []
    else:
        assert found == [
            finding(
                "credit_limit_exceeded",
                "a",
                as_of="2026-11-20",
                account="Harbour",
                limit=1000_00,
                used=open_orders + unpaid - counted,
                amount=amount,
                currency="USD",
            )
        ]


def test_no_limit_and_no_account_are_no_finding_but_an_exposure_that_is_not_here_is() -> None:
    limited = Known.held(replace(ACCOUNT, credit_limit=5))

    assert check_credit(facts(), 10**9) == []
    assert check_credit(facts(account=Known(ABSENT)), 10**9) == []
    assert check_credit(facts(account=limited, exposure=Known(ABSENT)), 5) == []
    assert check_credit(facts(account=limited, exposure=Known(NOT_HERE)), 5) == [
        finding("fact_missing", "a", what="exposure")
    ]


@pytest.mark.parametrize(
    ("total", "least", "fine"), [(99, 100, False), (100, 100, True), (101, 100, True), (0, None, True)]
)
def test_exactly_the_minimum_order_is_fine(total: int, least: int | None, fine: bool) -> None:
    found = check_min_order(replace(ACCOUNT, min_order=least), total)

    words = {"account": "Harbour", "amount": total, "limit": least, "currency": "USD"}
    assert found == ([] if fine else [finding("below_min_order", "a", **words)])


# -- lots -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires", "shelf", "expected"),
    [
        (None, 90, []),
        ("2026-11-22", 0, ["lot_expired"]),
        ("2026-11-23", 0, []),
        ("2026-11-24", 0, []),
        ("2026-12-22", 30, ["shelf_life_short"]),
        ("2026-12-23", 30, []),
        ("2026-12-24", 30, []),
        ("2026-11-23", 1, ["shelf_life_short"]),
        ("2026-11-22", 30, ["lot_expired", "shelf_life_short"]),
    ],
)
def test_a_lot_lasts_through_its_last_day_and_as_long_as_the_customer_asks(
    expires: str | None, shelf: int, expected: list[str]
) -> None:
    found = check_lot(Lot("l", "p", "L1", "", expires, None), DAY, shelf)

    assert [one.code for one in found] == expected


@pytest.mark.parametrize(
    ("recalled_on", "recalled"), [(None, False), ("2026-11-24", False), (DAY, True), ("2026-11-01", True)]
)
def test_a_lot_is_recalled_from_the_day_on(recalled_on: str | None, recalled: bool) -> None:
    found = check_lot(Lot("l", "p", "L1", "", None, recalled_on), DAY, 0)

    assert found == (
        [finding("lot_recalled", "l", as_of=recalled_on, lot="L1", on=recalled_on)] if recalled else []
    )


def test_all_that_is_wrong_with_a_lot_is_told_at_once() -> None:
    found = check_lot(Lot("l", "p", "L1", "", "2026-11-22", "2026-11-01"), DAY, 30)

    assert found == [
        finding("lot_recalled", "l", as_of="2026-11-01", lot="L1", on="2026-11-01"),
        finding("lot_expired", "l", as_of="2026-11-22", lot="L1", on="2026-11-22"),
        finding("shelf_life_short", "l", lot="L1", on="2026-11-22", needed="2026-12-23"),
    ]
