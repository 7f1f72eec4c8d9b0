"""Policy rows become the one value that rules look at; the schemas say the same as the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.domain.approvals import APPROVABLE
from app.domain.facts import ApprovalLevel, ApprovalRule, Policy
from app.domain.rejections import ADJUSTABLE, APPROVAL, CODES
from app.store.policies import policy_of
from sync.server.imports.demo_office import POLICIES
from sync.server.imports.office_policies import validator

SCHEMAS = Path(__file__).parents[2] / "resources" / "schemas"
RULES = [
    {
        "code": "discount_over_limit",
        "levels": [{"role": "manager"}, {"role": "finance", "over": 2500}],
        "escalate_after_days": 3,
        "escalate_to": "director",
    },
    {"code": "back_dated", "levels": [{"role": "operations", "over": 0}]},
]
WHOLE: dict[str, Any] = {
    "discount_limit": {"rep": {"*": 1000, "Bikes": 500}},
    "price_honour_days": 7,
    "back_dating_days": 8,
    "price_policy": "best_of",
    "contract_party": "both",
    "severities": {"lot_expired": "blocks", "back_dated": "ok"},
    "freshness": {"prices": [7, 30]},
    "licence_classes": ["FDA class 3"],
    "quote_valid_days": 60,
    "variance_limit": 5,
    "offline_limit": 100_000,
}


def schema(name: str) -> Draft202012Validator:
    found = validator(f"{name}.schema.json")
    Draft202012Validator.check_schema(found.schema)
    return found


def errors(name: str, value: object) -> list[str]:
    return [error.message for error in schema(name).iter_errors(value)]


# -- as read ----------------------------------------------------------------------------------------------------------


def test_every_policy_finds_its_place() -> None:
    assert policy_of({**WHOLE, "approval_rules": RULES, "main_warehouse": "wh"}) == Policy(
        discount_limits={"rep": {"*": 1000, "Bikes": 500}},
        price_honour_days=7,
        back_dating_days=8,
        price_policy="best_of",
        contract_party="both",
        severities={"lot_expired": "blocks", "back_dated": "ok"},
        freshness={"prices": (7, 30)},
        licence_classes=("FDA class 3",),
        quote_valid_days=60,
        approval_rules=(
            ApprovalRule(
                "discount_over_limit",
                (ApprovalLevel("manager", 0), ApprovalLevel("finance", 2500)),
                3,
                "director",
            ),
            ApprovalRule("back_dated", (ApprovalLevel("operations", 0),), None, ""),
        ),
        variance_limit=5,
        offline_limit=100_000,
    )


def test_what_is_not_set_keeps_its_default() -> None:
    assert policy_of({}) == Policy()
    assert policy_of({"variance_limit": None, "offline_limit": None}) == Policy()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("discount_limit", []),
        ("discount_limit", {"rep": 1000}),
        ("discount_limit", {"rep": {"*": "1000"}}),
        ("price_honour_days", -1),
        ("price_honour_days", True),
        ("back_dating_days", None),
        ("quote_valid_days", 1.5),
        ("price_policy", "cheapest"),
        ("contract_party", ["both"]),
        ("severities", {"lot_expired": "never"}),
        ("severities", ["lot_expired"]),
        ("freshness", {"prices": [1]}),
        ("freshness", {"prices": "12"}),
        ("licence_classes", "Bikes"),
        ("licence_classes", [1]),
        ("approval_rules", {}),
        ("approval_rules", [{"levels": []}]),
        ("approval_rules", [{"code": "back_dated", "levels": []}]),
        ("approval_rules", [{"code": "back_dated", "levels": [{"role": "manager", "over": -1}]}]),
        ("approval_rules", [RULES[1], RULES[1]]),
        ("variance_limit", "5"),
        ("offline_limit", -5),
    ],
)
def test_a_malformed_policy_is_named(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^policy {key}: "):
        policy_of({key: value})


# -- as an editor checks it -------------------------------------------------------------------------------------------


def test_the_codes_of_the_schema_are_those_that_can_ask_for_a_yes() -> None:
    body = json.loads((SCHEMAS / "approval-policy.schema.json").read_text("utf-8"))

    asked = body["$defs"]["rule"]["properties"]["code"]["enum"]

    assert asked == sorted(APPROVABLE)
    assert set(asked) == {code for code, own in CODES.items() if own == APPROVAL or code in ADJUSTABLE}


def test_the_schema_lists_the_codes_that_policy_may_adjust() -> None:
    body = json.loads((SCHEMAS / "policies.schema.json").read_text("utf-8"))

    assert body["properties"]["severities"]["propertyNames"]["enum"] == sorted(ADJUSTABLE)


def test_what_the_schemas_accept_the_program_reads() -> None:
    assert errors("approval-policy", RULES) == []
    assert errors("policies", {**WHOLE, "approval_rules": RULES, "roles_seeing_cost": ["finance"]}) == []


def test_the_demo_company_keeps_to_the_schema() -> None:
    assert errors("policies", dict(POLICIES)) == []


@pytest.mark.parametrize(
    "rules",
    [
        {},
        [{"code": "back_dated"}],
        [{"code": "back_dated", "levels": []}],
        [{"code": "no_lines", "levels": [{"role": "manager"}]}],
        [{"code": "back_dated", "levels": [{"role": "rep"}]}],
        [{"code": "back_dated", "levels": [{"role": "manager", "over": -1}]}],
        [{"code": "back_dated", "levels": [{"role": "manager"}], "escalate_after_days": 3}],
        [{"code": "back_dated", "levels": [{"role": "manager"}], "remind": 1}],
    ],
)
def test_an_editor_marks_what_is_wrong_in_an_approval_policy(rules: object) -> None:
    assert errors("approval-policy", rules) != []


@pytest.mark.parametrize(
    "values",
    [
        {"discount_limits": {}},
        {"discount_limit": {"boss": {"*": 1}}},
        {"discount_limit": {"rep": {"*": 10_001}}},
        {"severities": {"no_lines": "warn"}},
        {"severities": {"back_dated": "never"}},
        {"freshness": {"prices": [1]}},
        {"price_policy": "cheapest"},
        {"quote_valid_days": -1},
        {"roles_seeing_cost": ["boss"]},
        {"currency": "usd"},
        {"currency": "USDX"},
        {"main_warehouse": ""},
    ],
)
def test_an_editor_marks_what_is_wrong_in_the_policies(values: object) -> None:
    assert errors("policies", values) != []
