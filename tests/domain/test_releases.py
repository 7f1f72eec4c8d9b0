"""Releasing a held order: everything is asked again, and whose word it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fulfilment_kit import HELD_ORDER, LICENCED, LIMITED, grown, lines, movements
from order_kit import ACCOUNT, SALE, STENT, codes, moved, state_of

from app.domain.facts import ABSENT, NOT_HERE, Known, Policy
from app.domain.parties import Exposure
from app.domain.rejections import BLOCKS, WARN, finding


@pytest.mark.parametrize("who", ["ops", "fin", "adm"])
def test_a_released_order_takes_its_stock_at_once(who: str) -> None:
    said = moved("release", who, order=HELD_ORDER)

    assert (said.outcome, state_of(said), codes(said)) == ("applied", ["allocated"], [])
    assert lines(said) == [("l1", 10, 0), ("l2", 2, 0)]
    assert movements(said) == [
        ("reserve", "p", "early", 4, "wh", "wh:reserved"),
        ("reserve", "p", "late", 6, "wh", "wh:reserved"),
        ("reserve", "g", "", 2, "wh", "wh:reserved"),
    ]
    assert grown(said) == []


def test_an_order_is_released_to_wait_when_the_warehouse_is_empty() -> None:
    said = moved("release", order=HELD_ORDER, warehouse=Known.held(()))

    assert (said.outcome, state_of(said), movements(said)) == ("applied_modified", ["placed"], [])
    assert lines(said) == [("l1", 0, 10), ("l2", 0, 2)]


def test_a_device_releases_without_promising_stock() -> None:
    said = moved("release", order=HELD_ORDER, warehouse=Known(NOT_HERE))

    assert (said.outcome, state_of(said), len(said.events)) == ("applied", ["placed"], 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": Known.held(replace(ACCOUNT, status="on_hold"))}, "account_on_hold"),
        ({"account": Known.held(replace(ACCOUNT, assortment="listed"))}, "not_in_assortment"),
        ({"policy": LICENCED}, "licence_missing"),
        ({"ship_to": Known(ABSENT)}, "address_unknown"),
        ({"account": Known.held(replace(ACCOUNT, currency="EUR"))}, "currency_mismatch"),
        ({"products": {"p": Known.held(replace(STENT, sell_until="2026-11-22"))}}, "product_not_sold"),
    ],
)
def test_a_release_asks_again_and_what_blocks_keeps_the_order_held(
    changes: dict[str, Any], code: str
) -> None:
    said = moved("release", order=HELD_ORDER, reason="customer called", **changes)

    assert (said.outcome, said.events) == ("rejected", ())
    assert code in codes(said)


def test_the_number_of_the_order_is_asked_for_again() -> None:
    strict = Known.held(replace(ACCOUNT, po_required=True))

    assert moved("release", order=HELD_ORDER, account=strict).outcome == "applied"
    assert codes(moved("release", order=replace(HELD_ORDER, po_number=""), account=strict)) == [
        "po_number_required"
    ]


@pytest.mark.parametrize(
    ("exposure", "who", "outcome", "expected"),
    [
        (103_01, "ops", "applied", []),  # the order itself fills the limit and is not counted twice
        (103_02, "fin", "applied", [("credit_limit_exceeded", WARN)]),
        (103_02, "adm", "applied", [("credit_limit_exceeded", WARN)]),
        (103_02, "ops", "rejected", [("credit_limit_exceeded", WARN), ("not_allowed", BLOCKS)]),
    ],
)
def test_an_order_over_the_limit_is_for_finance_to_release(
    exposure: int, who: str, outcome: str, expected: list[tuple[str, str]]
) -> None:
    said = moved("release", who, order=HELD_ORDER, account=LIMITED, exposure=Known.held(Exposure(exposure)))

    assert (said.outcome, [(f.code, f.severity) for f in said.findings]) == (outcome, expected)
    if outcome == "rejected":
        assert said.findings[1] == finding("not_allowed", "ops", role="finance")


def test_the_minimum_order_is_judged_by_the_whole_order() -> None:
    for least, expected in ((103_01, []), (103_02, ["below_min_order"])):
        said = moved("release", order=HELD_ORDER, account=Known.held(replace(ACCOUNT, min_order=least)))
        assert (said.outcome, codes(said)) == ("applied", expected)


def test_company_policy_settles_the_severities_of_a_release() -> None:
    strict = Policy(severities={"below_min_order": "blocks"})

    said = moved(
        "release", order=HELD_ORDER, policy=strict, account=Known.held(replace(ACCOUNT, min_order=200_00))
    )

    assert (said.outcome, codes(said)) == ("rejected", ["below_min_order"])


def test_a_sale_that_was_held_is_delivered_and_owed_when_it_is_released_and_moves_no_stock() -> None:
    said = moved("release", "fin", order=replace(SALE, state="held"))

    assert (said.outcome, state_of(said), len(said.events)) == ("applied", ["delivered"], 2)
    assert grown(said) == [(103_01, 0)]


@pytest.mark.parametrize(("exposure", "expected"), [(0, []), (1, ["credit_limit_exceeded"])])
def test_a_sale_that_was_held_is_not_in_the_exposure_until_it_is_released(
    exposure: int, expected: list[str]
) -> None:
    said = moved(
        "release",
        "fin",
        order=replace(SALE, state="held"),
        account=LIMITED,
        exposure=Known.held(Exposure(exposure)),
        reason="gone",
    )

    assert (said.outcome, codes(said)) == ("applied", expected)


@pytest.mark.parametrize(
    ("account", "reason", "outcome", "expected"),
    [
        ({"status": "on_hold"}, "", "rejected", [("account_on_hold", BLOCKS), ("reason_required", BLOCKS)]),
        ({"status": "on_hold"}, " ", "rejected", [("account_on_hold", BLOCKS), ("reason_required", BLOCKS)]),
        ({"status": "on_hold"}, "used in surgery", "applied", [("account_on_hold", WARN)]),
        ({"min_order": 200_00}, "used in surgery", "applied", [("below_min_order", WARN)]),
        (
            {"min_order": 200_00},
            "",
            "rejected",
            [("below_min_order", "approval"), ("reason_required", BLOCKS)],
        ),
    ],
)
def test_goods_that_are_gone_are_released_against_the_rules_only_with_a_reason(
    account: dict[str, Any], reason: str, outcome: str, expected: list[tuple[str, str]]
) -> None:
    said = moved(
        "release",
        "fin",
        order=replace(SALE, state="held"),
        account=Known.held(replace(ACCOUNT, **account)),
        reason=reason,
    )

    assert (said.outcome, [(f.code, f.severity) for f in said.findings]) == (outcome, expected)


@pytest.mark.parametrize(("who", "outcome", "left"), [("ops", "rejected", BLOCKS), ("fin", "applied", None)])
def test_a_reason_makes_nobody_finance_not_even_for_goods_that_are_gone(
    who: str, outcome: str, left: str | None
) -> None:
    over = {"account": LIMITED, "exposure": Known.held(Exposure(1))}

    said = moved("release", who, order=replace(SALE, state="held"), reason="used in surgery", **over)

    refused = [finding("not_allowed", "ops", role="finance")] if left else []
    assert said.outcome == outcome
    assert [f for f in said.findings if f.code == "not_allowed"] == refused


def test_no_reason_makes_up_for_a_fact_that_is_not_here() -> None:
    said = moved("release", "fin", order=replace(SALE, state="held"), reason="gone", ship_to=Known(NOT_HERE))

    assert (said.outcome, codes(said)) == ("rejected", ["fact_missing"])
