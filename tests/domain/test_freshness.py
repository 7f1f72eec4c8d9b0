"""The age of facts: at, below and above the days that policy gives each (§3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eligibility_kit import LICENCE, LICENCED, asked
from order_kit import ACCOUNT, DAY

from app.domain.days import plus_days
from app.domain.facts import NOT_HERE, Known, Policy
from app.domain.parties import Exposure
from app.domain.rejections import APPROVAL, WARN, finding, settled

LIMITS = {"prices": (7, 14), "credit": (7, 14), "licence": (7, 14)}
DAYS = [(0, ""), (7, ""), (8, WARN), (14, WARN), (15, APPROVAL)]


@pytest.mark.parametrize(("days", "severity"), DAYS)
def test_prices_age_since_the_last_contact(days: int, severity: str) -> None:
    since = plus_days(DAY, -days)

    found = asked(policy=Policy(freshness={"prices": (7, 14)}), synced_on=since)

    expected = replace(finding("prices_stale", "a", as_of=since, days=days), severity=severity or WARN)
    assert found == ([expected] if severity else [])


@pytest.mark.parametrize(("days", "severity"), DAYS)
def test_what_an_account_owes_ages_since_the_last_contact_however_long_nothing_happened(
    days: int, severity: str
) -> None:
    since = plus_days(DAY, -days)

    found = asked(
        policy=Policy(freshness={"credit": (7, 14)}),
        account=Known.held(replace(ACCOUNT, credit_limit=10**9)),
        exposure=Known.held(Exposure(0, 0, "2020-01-01")),
        synced_on=since,
    )

    expected = finding("credit_stale", "a", as_of=since, account="Harbour", days=days)
    assert found == ([replace(expected, severity=severity)] if severity else [])


@pytest.mark.parametrize(("days", "severity"), DAYS)
@pytest.mark.parametrize("by_contact", [False, True])
def test_a_licence_ages_since_it_was_verified_or_an_earlier_contact(
    days: int, severity: str, by_contact: bool
) -> None:
    since = plus_days(DAY, -days)

    found = asked(
        policy=Policy(licence_classes=("Implants",), freshness={"licence": (7, 14)}),
        licences=Known.held((replace(LICENCE, verified_on=DAY if by_contact else since),)),
        synced_on=since if by_contact else None,
    )

    expected = finding("licence_stale", "s", as_of=since, number="N 7", days=days)
    assert found == ([replace(expected, severity=severity)] if severity else [])


def test_the_licence_looked_at_last_speaks_for_the_others() -> None:
    old, new = replace(LICENCE, verified_on="2026-01-01"), replace(LICENCE, id="lj", verified_on=DAY)
    policy = Policy(licence_classes=("Implants",), freshness={"licence": (7, 14)})

    assert asked(policy=policy, licences=Known.held((old, new))) == []
    assert asked(policy=policy, licences=Known.held((new, old))) == []


def test_of_two_looked_at_the_same_day_the_same_one_is_always_named() -> None:
    one = replace(LICENCE, verified_on="2026-01-01")
    two = replace(one, id="lj", number="N 8")
    policy = Policy(licence_classes=("Implants",), freshness={"licence": (7, 999)})

    for held in ((one, two), (two, one)):
        [found] = asked(policy=policy, licences=Known.held(held))
        assert dict(found.params)["number"] == "N 8"


def test_what_policy_does_not_name_is_never_too_old() -> None:
    found = asked(
        policy=LICENCED,
        licences=Known.held((replace(LICENCE, verified_on="1999-01-01"),)),
        account=Known.held(replace(ACCOUNT, credit_limit=10**9)),
        synced_on="1999-01-01",
    )

    assert found == []


def test_on_the_server_prices_are_never_old_and_an_undated_fact_has_no_age() -> None:
    found = asked(
        policy=Policy(licence_classes=("Implants",), freshness=LIMITS),
        account=Known.held(replace(ACCOUNT, credit_limit=10**9)),
        exposure=Known.held(Exposure(0)),
        licences=Known.held((replace(LICENCE, verified_on=""),)),
    )

    assert found == []


def test_credit_has_no_age_where_there_is_no_limit_or_no_exposure() -> None:
    old = {"policy": Policy(freshness={"credit": (7, 14)}), "synced_on": "2026-01-01"}
    limited = Known.held(replace(ACCOUNT, credit_limit=10**9))

    assert asked(**old) == []
    assert [one.code for one in asked(**old, account=limited, exposure=Known(NOT_HERE))] == ["fact_missing"]
    assert [one.code for one in asked(**old, account=limited)] == ["credit_stale"]


def test_an_approval_limit_below_the_warning_counts_all_the_same() -> None:
    found = asked(policy=Policy(freshness={"prices": (14, 7)}), synced_on=plus_days(DAY, -8))

    assert [one.severity for one in found] == [APPROVAL]


def test_policy_may_pass_over_a_fact_that_is_far_too_old_but_not_make_it_milder() -> None:
    found = asked(policy=Policy(freshness={"prices": (7, 14)}), synced_on="2026-01-01")

    assert [one.severity for one in settled(found, {"prices_stale": WARN})] == [APPROVAL]
    assert settled(found, {"prices_stale": "ok"}) == ()
