"""Freshness: how old a fact may be before a person must know, and before somebody must say yes (DOMAIN.md §3).

Policy gives two limits in days for each kind of fact: `prices`, `credit` and `licence`. A fact exactly as old as a
limit is still within it. What policy does not name is never too old.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.days import days_between
from app.domain.facts import Facts, Policy
from app.domain.parties import Account, Licence
from app.domain.rejections import APPROVAL, Finding, finding


def older(*dates: str | None) -> str | None:
    """The earliest of the ISO dates that are known."""
    return min((one for one in dates if one), default=None)


def check_prices_age(facts: Facts, account_id: str, day: str) -> list[Finding]:
    """Prices are as old as a tablet's last contact with the server; on the server they are never old."""
    as_of = facts.synced_on
    if as_of is None:
        return []
    days = days_between(as_of, day)
    return _by_age(finding("prices_stale", account_id, as_of=as_of, days=days), "prices", days, facts.policy)


def check_credit_age(facts: Facts, account: Account, day: str) -> list[Finding]:
    """What the account owes, where it has a limit. The server keeps that figure with every order, so it is as old as a
    tablet's last contact; on the server it is never old."""
    as_of = facts.synced_on
    if account.credit_limit is None or facts.exposure.value is None or as_of is None:
        return []
    days = days_between(as_of, day)
    found = finding("credit_stale", account.id, as_of=as_of, account=account.name, days=days)
    return _by_age(found, "credit", days, facts.policy)


def check_licence_age(facts: Facts, licence: Licence, day: str) -> list[Finding]:
    """A licence is as old as the day somebody last looked at it, or as a tablet's last contact before it."""
    as_of = older(licence.verified_on, facts.synced_on)
    if as_of is None:
        return []
    days = days_between(as_of, day)
    found = finding("licence_stale", licence.ship_to_id, as_of=as_of, number=licence.number, days=days)
    return _by_age(found, "licence", days, facts.policy)


def _by_age(found: Finding, kind: str, days: int, policy: Policy) -> list[Finding]:
    """The finding when the fact is `days` old and its kind has limits: to be shown, or to be said yes to."""
    limits = policy.freshness.get(kind)
    if limits is None or days <= min(limits):
        return []
    return [replace(found, severity=APPROVAL) if days > limits[1] else found]
