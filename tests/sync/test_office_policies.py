"""Policies loaded from a file: checked by their schema, told value by value."""

from __future__ import annotations

import json

import pytest
from office_kit import Office

from app.store import tables as t
from sync.server.feed import unit_of_work
from sync.server.imports.office_policies import line_of
from sync.server.imports.report import ImportRefused


def test_policies_are_checked_by_their_schema_with_line_and_path(desk: Office) -> None:
    report = desk.policies(
        '{\n  "price_honour_days": "ten",\n  "approval_rules": [\n    {"code": "below_floor",\n'
        '     "levels": [{"role": "manager"},\n       {"role": "boss"}]}\n  ],\n  "price_policie": 1\n}\n'
    )

    told = [str(one) for one in report.rejected]
    assert told[0].startswith(
        "policies.json:1: $: there is no 'price_policie' here; there are approval_rules, "
    )
    assert told[1:] == [
        "policies.json:2: $.price_honour_days: 'ten' is not of type 'integer'",
        "policies.json:6: $.approval_rules[0].levels[1].role: 'boss' is not one of "
        "['manager', 'director', 'finance', 'operations']",
    ]
    assert [one["id"] for one in desk.rows(t.policy)] == ["discount_limit"]


def test_policies_are_told_value_by_value_and_twice_changes_nothing(desk: Office) -> None:
    text = '{"discount_limit": {"rep": {"*": 1200}, "manager": {"*": 3000}}, "price_honour_days": 7}'

    report = desk.policies(text)
    again = desk.policies(text)

    assert [str(one) for one in report.changes] == [
        '~ policy discount_limit: finance {"*": 10000} → nothing, rep.* 1000 → 1200',
        "+ policy price_honour_days: value 7",
    ]
    assert (report.applied, again.applied, again.unchanged) == (True, False, 2)
    assert {one["id"]: json.loads(one["value"]) for one in desk.rows(t.policy)} == json.loads(text)
    assert [row[1] for row in desk.audits()] == ["policies"]


def test_two_rules_for_one_code_are_told_though_no_schema_can_say_so(desk: Office) -> None:
    rule = '{"code": "below_floor", "levels": [{"role": "director"}]}'

    report = desk.policies(f'{{\n "price_honour_days": 7,\n "approval_rules": [{rule}, {rule}]}}')

    assert [str(one) for one in report.rejected] == [
        "policies.json:3: $.approval_rules: two rules for one code"
    ]
    assert not report.applied


def test_currency_and_main_warehouse_are_policies_like_others(desk: Office) -> None:
    text = '{"currency": "NOK", "main_warehouse": "wh"}'

    report = desk.policies(text)
    again = desk.policies(text)

    assert [str(one) for one in report.changes] == [
        '+ policy currency: value "NOK"',
        '+ policy main_warehouse: value "wh"',
    ]
    assert (again.applied, again.unchanged) == (False, 2)


def test_a_main_warehouse_is_named_as_people_name_it_and_kept_by_its_id(desk: Office) -> None:
    (row,) = [one for one in desk.rows(t.location) if one["id"] == "wh"]
    with unit_of_work(desk.world.engine) as work:
        work.put("location", [{**row, "name": "Bergen"}])

    desk.policies('{"main_warehouse": "Bergen"}')

    assert json.loads({one["id"]: one["value"] for one in desk.rows(t.policy)}["main_warehouse"]) == "wh"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("whh", "there is no location called 'whh'; the nearest is 'wh'"),
        ("trunk-rep", "'trunk-rep' is of the kind trunk, and no warehouse (dc)"),
        ("wh:reserved", "'wh:reserved' is of the kind reserved, and no warehouse (dc)"),
    ],
)
def test_a_main_warehouse_that_is_none_is_told_with_its_line(desk: Office, place: str, says: str) -> None:
    report = desk.policies(f'{{\n "price_honour_days": 7,\n "main_warehouse": "{place}"}}')

    assert [str(one) for one in report.rejected] == [f"policies.json:3: $.main_warehouse: {says}"]
    assert not report.applied
    assert [one["id"] for one in desk.rows(t.policy)] == ["discount_limit"]


def test_a_list_is_an_approval_policy(desk: Office) -> None:
    rules = [{"code": "below_floor", "levels": [{"role": "director"}]}]

    desk.policies(json.dumps(rules))

    assert json.loads({one["id"]: one["value"] for one in desk.rows(t.policy)}["approval_rules"]) == rules


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{\n "a": 1,\n}', r"policies\.json:3: not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' is there twice"),
    ],
)
def test_what_is_not_json_is_refused(desk: Office, text: str, says: str) -> None:
    with pytest.raises(ImportRefused, match=says):
        desk.policies(text)


def test_the_line_of_a_value_is_found_through_objects_lists_and_strings() -> None:
    text = '{"a": "}\\"{",\n "b": [1,\n  {"c": [\n   2, 3]}]}'

    assert [line_of(text, path) for path in ([], ["a"], ["b", 0], ["b", 1], ["b", 1, "c", 1])] == [
        1,
        1,
        2,
        3,
        4,
    ]
