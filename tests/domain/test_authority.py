"""Authority that is handed on: delegations by dates; envelopes that cover exactly what they were granted for and are
never overdrawn (DOMAIN.md §5)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from authority_kit import BODY, BOSS, DAY, GRANTED, REP, facts

from app.domain.authority import body_of, terms_of
from app.domain.commands import Delegate, GrantEnvelope, RevokeEnvelope
from app.domain.decide import Decision, decide
from app.domain.events import DelegationRecorded, EnvelopeGranted, EnvelopeRevoked
from app.domain.facts import ABSENT, NOT_HERE, Known, Policy
from app.domain.parties import ROLES, Person
from app.domain.rejections import Finding, finding


def why(decision: Decision) -> list[tuple[str, str]]:
    return [(found.code, dict(found.params).get("why", "")) for found in decision.findings]


# -- delegation -------------------------------------------------------------------------------------------------------


def hand_on(**changes: Any) -> Delegate:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "boss", "business_date": DAY, "delegation_id": "d", "to_user": "rep",
        "valid_from": "2026-11-20", "valid_to": "2026-11-30",
    }  # fmt: skip
    return Delegate(**{**values, **changes})


def test_a_delegation_carries_role_and_territories_of_its_giver() -> None:
    said = decide(hand_on(), facts())

    assert said.outcome == "applied"
    assert said.events == (
        DelegationRecorded(
            delegation_id="d",
            from_user="boss",
            to_user="rep",
            role="manager",
            territories=("north", "west"),
            valid_from="2026-11-20",
            valid_to="2026-11-30",
            op_id="op",
        ),
    )


@pytest.mark.parametrize("role", ROLES)
def test_whoever_decides_may_hand_it_on_and_a_rep_may_not(role: str) -> None:
    said = decide(hand_on(), facts(actor=Known.held(replace(BOSS, role=role))))

    assert said.outcome == ("rejected" if role == "rep" else "applied")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to_user": "boss"}, "to_oneself"),
        ({"valid_from": "2026-12-01"}, "dates"),
        ({"valid_from": "20261120"}, "dates"),
        ({"valid_to": "soon"}, "dates"),
        ({"valid_to": "2026-11-22"}, "over"),
    ],
)
def test_a_delegation_is_to_somebody_else_and_its_days_are_in_order(
    changes: dict[str, Any], reason: str
) -> None:
    said = decide(hand_on(**changes), facts())

    assert (said.outcome, said.events, why(said)) == ("rejected", (), [("delegation_wrong", reason)])
    assert said.findings[0].subject == "d"


@pytest.mark.parametrize("days", [("2026-11-23", "2026-11-23"), ("2026-11-30", "2026-11-30")])
def test_a_delegation_may_last_a_single_day(days: tuple[str, str]) -> None:
    assert decide(hand_on(valid_from=days[0], valid_to=days[1]), facts()).outcome == "applied"


def test_everything_wrong_with_a_delegation_is_told() -> None:
    said = decide(
        hand_on(to_user="boss", valid_to="2026-11-01"),
        facts(actor=Known(NOT_HERE), delegate=Known(ABSENT), document_exists=True),
    )

    assert why(said) == [
        ("delegation_wrong", "no_such_person"),
        ("delegation_wrong", "dates"),
        ("delegation_wrong", "to_oneself"),
        ("document_exists", ""),
        ("not_allowed", ""),
    ]
    assert dict(said.findings[-1].params) == {"role": "manager,director,finance,operations,admin"}


def test_a_person_this_device_does_not_hold_is_missing() -> None:
    said = decide(hand_on(), facts(delegate=Known(NOT_HERE)))

    assert said.findings == (finding("fact_missing", "rep", what="person"),)


# -- granting ---------------------------------------------------------------------------------------------------------


def give(**changes: Any) -> GrantEnvelope:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "boss", "business_date": DAY, "envelope_id": "e", "holder": "rep",
        "account_ids": ("b", "a", "a"), "product_classes": ("Gloves",), "currency": "USD",
        "max_discount_bp": 3000, "max_amount": 500_00, "budget": 1000_00,
        "valid_from": "2026-11-01", "valid_to": "2026-12-31",
    }  # fmt: skip
    return GrantEnvelope(**{**values, **changes})


def test_what_is_granted_is_one_canonical_text() -> None:
    said = decide(give(), facts())

    assert said.outcome == "applied"
    assert said.events == (
        EnvelopeGranted(envelope_id="e", holder="rep", granted_by="boss", body=BODY, op_id="op"),
    )


def test_a_body_is_the_same_in_whatever_order_its_parts_were_named() -> None:
    names = tuple("hgfedcba")

    body = json.loads(body_of(give(account_ids=names, product_classes=names)))

    assert body["account_ids"] == body["product_classes"] == sorted(names)


def test_a_body_keeps_the_letters_of_its_names() -> None:
    assert "Äthanol" in body_of(give(product_classes=("Äthanol",)))


def test_terms_are_read_as_they_were_granted_and_a_newer_form_is_not_guessed_at() -> None:
    terms = terms_of(BODY)

    assert terms is not None
    assert (terms.account_ids, terms.product_classes, terms.budget) == (("a", "b"), ("Gloves",), 1000_00)
    assert terms_of(BODY.replace('"version":1', '"version":2')) is None


@pytest.mark.parametrize(
    ("classes", "discount", "limit"),
    [
        (("Gloves",), 3000, None),
        (("Gloves",), 3001, 3000),
        (("Bikes",), 1500, None),
        (("Gloves", "Bikes"), 1501, 1500),
        ((), 1500, None),
        ((), 1501, 1500),  # every class: the lowest of them
    ],
)
def test_nobody_grants_more_than_they_may_give(
    classes: tuple[str, ...], discount: int, limit: int | None
) -> None:
    said = decide(give(product_classes=classes, max_discount_bp=discount), facts())

    told = [] if limit is None else [finding("envelope_beyond_limit", "e", discount=discount, limit=limit)]
    assert list(said.findings) == told


def test_a_class_without_a_limit_of_its_own_or_for_all_cannot_be_granted() -> None:
    finance = facts(actor=Known.held(replace(BOSS, role="finance")))

    assert decide(give(max_discount_bp=5000), finance).outcome == "applied"
    assert [
        f.code for f in decide(give(product_classes=("Bikes",), max_discount_bp=1), finance).findings
    ] == ["envelope_beyond_limit"]
    assert decide(give(product_classes=(), max_discount_bp=1), finance).outcome == "rejected"


@pytest.mark.parametrize("role", ["rep", "director", "operations", "admin"])
def test_only_who_has_a_limit_above_the_reps_grants(role: str) -> None:
    said = decide(give(), facts(actor=Known.held(replace(BOSS, role=role))))

    assert said.findings == (finding("not_allowed", "boss", role="manager,finance"),)


def test_without_limits_a_manager_is_named() -> None:
    assert decide(give(), facts(policy=Policy())).findings == (
        finding("not_allowed", "boss", role="manager"),
    )


@pytest.mark.parametrize(
    ("changes", "known", "told"),
    [
        ({}, {"delegate": Known.held(replace(REP, role="manager"))}, [("delegation_wrong", "not_a_rep")]),
        ({}, {"delegate": Known(ABSENT)}, [("delegation_wrong", "no_such_person")]),
        ({}, {"delegate": Known(NOT_HERE)}, [("fact_missing", "")]),
        (
            {},
            {"delegate": Known.held(replace(REP, territories=("north", "south")))},
            [("delegation_wrong", "other_territory")],
        ),
        ({}, {"document_exists": True}, [("document_exists", "")]),
        ({}, {"actor": Known(NOT_HERE)}, [("not_allowed", "")]),
        ({"valid_to": "2026-10-31"}, {}, [("delegation_wrong", "dates")]),
        ({"valid_to": "2026-11-22"}, {}, [("delegation_wrong", "over")]),
    ],
)
def test_an_envelope_is_for_a_rep_of_ones_own_territories(
    changes: dict[str, Any], known: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    said = decide(give(**changes), facts(**known))

    assert (said.outcome, said.events, why(said)) == ("rejected", (), told)


def test_everything_wrong_with_a_grant_is_told_in_order() -> None:
    other = replace(REP, role="finance", territories=("south",))

    said = decide(
        give(max_discount_bp=9000, valid_to="soon"), facts(delegate=Known.held(other), document_exists=True)
    )

    assert why(said) == [
        ("delegation_wrong", "dates"),
        ("delegation_wrong", "not_a_rep"),
        ("delegation_wrong", "other_territory"),
        ("document_exists", ""),
        ("envelope_beyond_limit", ""),
    ]


# -- taking back ------------------------------------------------------------------------------------------------------


BACK = RevokeEnvelope(op_id="op", actor="boss", business_date=DAY, envelope_id="e", reason="")


def test_the_grantor_takes_an_envelope_back() -> None:
    said = decide(BACK, facts(envelope=Known.held(GRANTED)))

    assert said.outcome == "applied"
    assert said.events == (EnvelopeRevoked(envelope_id="e", revoked_on=DAY),)


@pytest.mark.parametrize(
    ("role", "outcome"), [("admin", "applied"), ("finance", "rejected"), ("rep", "rejected")]
)
def test_of_all_others_only_an_administrator_takes_it_back(role: str, outcome: str) -> None:
    other = Known.held(Person("other", role, ("*",)))

    assert (
        decide(replace(BACK, actor="other"), facts(envelope=Known.held(GRANTED), actor=other)).outcome
        == outcome
    )


def test_to_take_it_back_twice_changes_nothing() -> None:
    gone = replace(GRANTED, revoked_on="2026-11-20")

    assert decide(BACK, facts(envelope=Known.held(gone))) == Decision("applied", (), ())


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"envelope": Known(ABSENT)}, finding("envelope_unknown", "e", what="envelope")),
        ({"envelope": Known(NOT_HERE)}, finding("fact_missing", "e", what="envelope")),
        (
            {"envelope": Known.held(GRANTED), "actor": Known(NOT_HERE)},
            finding("not_allowed", "boss", role="admin"),
        ),
    ],
)
def test_what_is_not_there_is_not_taken_back(known: dict[str, Any], told: Finding) -> None:
    said = decide(BACK, facts(**known))

    assert (said.outcome, said.findings) == ("rejected", (told,))
