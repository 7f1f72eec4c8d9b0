"""Whose yes is needed, and until when: limits, levels, rules, the day on which the next role may (DOMAIN.md §5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.approvals import (
    APPROVABLE,
    discount_finding,
    figure_of,
    needs,
    place,
)
from app.domain.facts import ApprovalLevel, ApprovalRule, Policy
from app.domain.rejections import WARN, Finding, finding

DAY = "2026-11-23"
LIMITS = {"rep": {"*": 1000}, "manager": {"*": 2000}, "director": {"*": 3000}, "finance": {"*": 4000}}


def over(discount: int, limits: dict[str, Any] = LIMITS, role: str = "rep") -> list[Finding]:
    return discount_finding("1", "Stent", "Bikes", discount, role, Policy(limits))


def roles_of(found: list[Finding]) -> str:
    return dict(found[0].params)["roles"]


def asked(
    found: list[Finding], *rules: ApprovalRule, limits: dict[str, Any] = LIMITS
) -> list[tuple[Any, ...]]:
    return [(one.code, one.level, one.role) for one in needs(found, Policy(limits, approval_rules=rules))]


def rule(code: str, *levels: tuple[str, int], **named: Any) -> ApprovalRule:
    return ApprovalRule(code, tuple(ApprovalLevel(*level) for level in levels), **named)


# -- discounts without a rule -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discount", "roles"),
    [
        (1001, "manager"),
        (2000, "manager"),
        (2001, "manager,director"),
        (3000, "manager,director"),
        (3001, "manager,director,finance"),
        (9000, "manager,director,finance"),
    ],
)
def test_a_discount_asks_up_to_the_first_level_whose_limit_is_enough(discount: int, roles: str) -> None:
    [found] = over(discount)

    assert dict(found.params) == {
        "product": "Stent", "discount": str(discount), "limit": "1000", "roles": roles,
    }  # fmt: skip
    assert found.subject == "1"


def test_a_discount_at_the_limit_asks_nobody() -> None:
    assert over(1000) == []


def test_a_company_without_directors_asks_none() -> None:
    limits = {role: LIMITS[role] for role in ("rep", "manager", "finance")}

    assert roles_of(over(2001, limits)) == "manager,finance"


@pytest.mark.parametrize(
    ("role", "roles"), [("manager", "director,finance"), ("director", "finance"), ("finance", "")]
)
def test_only_roles_above_ones_own_are_asked(role: str, roles: str) -> None:
    assert roles_of(over(9000, role=role)) == roles


def test_where_no_role_above_has_a_limit_a_manager_is_asked() -> None:
    assert asked(over(9000, {"rep": {"*": 1000}})) == [("discount_over_limit", 1, "manager")]


def test_a_limit_is_that_of_the_product_class() -> None:
    limits = {**LIMITS, "rep": {"*": 1000, "Bikes": 500}, "manager": {"*": 2000, "Bikes": 600}}

    assert roles_of(over(601, limits)) == "manager,director"
    assert roles_of(over(600, limits)) == "manager"
    assert over(500, limits) == []


# -- needs ------------------------------------------------------------------------------------------------------------


def test_needs_of_one_code_stack_manager_director_finance() -> None:
    assert asked(over(9000)) == [
        ("discount_over_limit", 1, "manager"),
        ("discount_over_limit", 2, "director"),
        ("discount_over_limit", 3, "finance"),
    ]


def test_credit_asks_finance_a_floor_whom_it_names_and_the_rest_a_manager() -> None:
    found = [finding("credit_limit_exceeded", "a"), finding("below_floor", "1", role="director")]

    assert asked([*found, finding("back_dated")]) == [
        ("back_dated", 1, "manager"),
        ("below_floor", 1, "director"),
        ("credit_limit_exceeded", 1, "finance"),
    ]


def test_what_asks_for_no_yes_needs_none() -> None:
    assert asked([finding("lot_expired"), finding("no_lines"), Finding("back_dated", severity=WARN)]) == []


def test_one_need_holds_the_findings_of_its_role_and_code_in_order() -> None:
    deep, flat = over(2500)[0], over(1500)[0]

    manager, director = needs([flat, deep], Policy(LIMITS))

    assert manager.findings == (flat, deep)
    assert director.findings == (deep,)
    assert json.loads(director.detail()) == [
        {
            "subject": "1",
            "params": {"discount": "2500", "limit": "1000", "product": "Stent", "roles": "manager,director"},
        }
    ]


def test_the_order_of_the_findings_changes_nothing() -> None:
    found = [*over(2500), finding("back_dated"), finding("credit_limit_exceeded", "a"), *over(1500)]

    assert needs(found, Policy(LIMITS)) == needs(found[::-1], Policy(LIMITS))


def test_a_detail_keeps_the_letters_of_a_name() -> None:
    [need] = needs([finding("back_dated", "Tromsø")], Policy())

    assert need.detail() == '[{"subject":"Tromsø","params":{}}]'


# -- rules ------------------------------------------------------------------------------------------------------------

STEPS = (("finance", 2500), ("manager", 0), ("director", 1500))  # in no order


@pytest.mark.parametrize(
    ("discount", "roles"),
    [
        (1500, ["manager"]),
        (1501, ["manager", "director"]),
        (2500, ["manager", "director"]),
        (2501, ["manager", "director", "finance"]),
    ],
)
def test_every_level_of_a_rule_is_asked_whose_figure_is_exceeded(discount: int, roles: list[str]) -> None:
    own = rule("discount_over_limit", *STEPS)

    assert asked(over(discount), own) == [
        ("discount_over_limit", level, role) for level, role in enumerate(roles, 1)
    ]


def test_a_finding_names_the_roles_that_the_rule_will_ask() -> None:
    policy = Policy(LIMITS, approval_rules=(rule("discount_over_limit", *STEPS),))

    [found] = discount_finding("1", "Stent", "Bikes", 2501, "rep", policy)

    assert dict(found.params)["roles"] == "manager,director,finance"


def test_a_figure_that_reaches_no_level_asks_the_lowest() -> None:
    own = rule("discount_over_limit", ("finance", 5000), ("director", 4000))

    assert asked(over(1500), own) == [("discount_over_limit", 1, "director")]


def test_a_finding_without_a_figure_asks_every_level_from_nothing() -> None:
    own = rule("shelf_life_short", ("finance", 0), ("director", 1), ("manager", 0))

    assert asked([finding("shelf_life_short", "l")], own) == [
        ("shelf_life_short", 1, "manager"),
        ("shelf_life_short", 2, "finance"),
    ]


def test_a_rule_goes_before_the_role_that_a_finding_names() -> None:
    floor = finding("below_floor", "1", role="manager")

    assert asked([floor], rule("below_floor", ("director", 0))) == [("below_floor", 1, "director")]


def test_the_first_rule_of_a_code_counts() -> None:
    two = (rule("back_dated", ("finance", 0)), rule("back_dated", ("operations", 0)))

    assert asked([finding("back_dated")], *two) == [("back_dated", 1, "finance")]


def test_levels_of_several_lines_are_one_stack() -> None:
    own = rule("discount_over_limit", *STEPS)

    assert asked([*over(1200), *over(2600)], own) == [
        ("discount_over_limit", 1, "manager"),
        ("discount_over_limit", 2, "director"),
        ("discount_over_limit", 3, "finance"),
    ]


@pytest.mark.parametrize(
    ("found", "figure"),
    [
        (finding("discount_over_limit", discount=1200, limit=1000), 1200),
        (finding("credit_limit_exceeded", used=900, amount=250, limit=1000), 150),
        (finding("below_min_order", amount=300, limit=1000), 700),
        (finding("offline_limit_exceeded", amount=1200, limit=1000), 200),
        (finding("price_too_old", days=20), 20),
        (finding("back_dated", days=-4), 4),
        (finding("prices_stale", days=5), 5),
        (finding("credit_stale", days=6), 6),
        (finding("licence_stale", days=7), 7),
        (finding("variance_over_limit", variance=-12), 12),
        (finding("variance_over_limit", variance=12), 12),
        (finding("second_count_missing", variance=-3), 3),
        (finding("contract_price_fixed", discount=100), 100),
        (finding("variance_over_limit"), None),  # a newer program may say it with other words
        (finding("discount_over_limit", discount="much"), None),
        (finding("below_floor", "1"), None),
    ],
)
def test_the_figure_of_a_finding(found: Finding, figure: int | None) -> None:
    assert figure_of(found) == figure


def test_roles_stand_in_the_order_in_which_they_are_asked() -> None:
    assert sorted(["zebra", "admin", "finance", "aunt", "operations", "manager", "director"], key=place) == [
        "manager", "director", "finance", "operations", "admin", "aunt", "zebra",
    ]  # fmt: skip


def test_what_can_ask_for_a_yes() -> None:
    assert {"discount_over_limit", "below_floor", "lot_recalled", "off_contract"} <= APPROVABLE
    assert not {"maker_is_checker", "no_lines", "price_differs"} & APPROVABLE


# -- escalation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "to", "due"),
    [
        (3, "director", "2026-11-26"),
        (0, "director", DAY),
        (10, "director", "2026-12-03"),
        (None, "director", None),
        (3, "", None),
        (3_000_000, "director", "9999-12-31"),
    ],
)
def test_a_need_is_due_so_many_calendar_days_after_it_was_asked(
    days: int | None, to: str, due: str | None
) -> None:
    own = rule("back_dated", ("manager", 0), escalate_after_days=days, escalate_to=to)

    [need] = needs([finding("back_dated")], Policy(approval_rules=(own,)))

    assert (need.due_on(DAY), need.escalate_to) == (due, to)


def test_without_a_rule_nothing_escalates() -> None:
    [need] = needs([finding("back_dated")], Policy())

    assert (need.due_on(DAY), need.escalate_after_days, need.escalate_to) == (None, None, "")
