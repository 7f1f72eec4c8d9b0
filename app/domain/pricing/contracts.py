"""Whose contract counts: the party, the roster and the letter of commitment, each on a day (DOMAIN.md §1, §2).

A *party* is the account (sold-to) or the ship-to, as company policy names them. A contract of a group applies to a
party on the group's roster that day; a price of a tier to one whose letter of commitment counts that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.catalog import Commitment, Contract
from app.domain.facts import Facts

SHIP_TO, SOLD_TO = 0, 1  # the ship-to's own contract is more specific than the account's
_HELD_BY = {"ship_to": SHIP_TO, "account": SOLD_TO}
_PARTIES = {"sold_to": (SOLD_TO,), "ship_to": (SHIP_TO,), "both": (SHIP_TO, SOLD_TO)}


class Reason(NamedTuple):
    """Why something does not count, with the dates that made the difference (ISO) and what else there is to name."""

    why: str
    since: str | None = None
    until: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contract stands towards the customer: through which party, or why not.

    `tiers` are the tiers the party has, with their order ('' is everybody's and comes last); `waiting` says of a tier
    for which there is a letter why it does not count.
    """

    party: int
    lost: Reason | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, Reason] = field(default_factory=dict)


def counts_from(letter: Commitment) -> str | None:
    """The first day a letter of commitment counts; None while it is not signed."""
    if letter.signed_on is None:
        return None
    return letter.valid_from if letter.retroactive else max(letter.valid_from, letter.signed_on)


def covers(valid_from: str, valid_to: str | None, day: str) -> bool:
    """Whether `day` lies between two days, both ends in (ISO dates)."""
    return valid_from <= day and (valid_to is None or day <= valid_to)


class Parties:
    """The customer of a document as contracts see it on a day."""

    __slots__ = ("_account", "_contracts", "_counted", "_day", "_facts", "_ids", "_ship_to")

    def __init__(self, facts: Facts, day: str) -> None:
        self._facts, self._day = facts, day
        self._account = facts.account.value.id if facts.account.value else None
        self._ship_to = facts.ship_to.value.id if facts.ship_to.value else None
        named = {SHIP_TO: self._ship_to, SOLD_TO: self._account}
        counted = _PARTIES.get(facts.policy.contract_party, (SOLD_TO,))
        self._counted = counted
        self._ids = {party: one for party in counted if (one := named[party]) is not None}
        self._contracts = {one.id: one for one in facts.contracts}

    def standing(self, contract: Contract) -> Standing:
        """How the contract stands towards the customer on the day."""
        through, lost = self._through(contract)
        party = through[0]
        if lost is not None:
            return Standing(party, lost)
        if not covers(contract.valid_from, contract.valid_to, self._day):
            why = "contract_expired" if contract.valid_from <= self._day else "contract_not_yet_valid"
            return Standing(party, Reason(why, contract.valid_from, contract.valid_to))
        if contract.holder_kind == "gpo":
            elsewhere = self._elsewhere(contract, self._ids[party])
            if elsewhere is not None:
                return Standing(party, elsewhere)
        members = {self._ids[one] for one in through}
        letters = [
            one
            for one in self._facts.commitments
            if one.contract_id == contract.id and one.member_id in members
        ]
        counting = sorted(
            (start, one.valid_from, one.id, one.tier)
            for one in letters
            if (start := self._start(one)) is not None
        )
        tiers = {"": 0} | {tier: order for order, (*_, tier) in enumerate(counting, 1) if tier}
        return Standing(party, None, tiers, self._waiting(letters))

    def _through(self, contract: Contract) -> tuple[tuple[int, ...], Reason | None]:
        """The parties through which the contract applies, or the one it would apply through and why it does not."""
        away = Reason("other_party", contract.valid_from, contract.valid_to)
        if contract.holder_kind in _HELD_BY:
            party = _HELD_BY[contract.holder_kind]
            if party == SHIP_TO and party in self._counted and party not in self._ids:
                return (party,), Reason("no_ship_to")
            return (party,), None if self._ids.get(party) == contract.holder_id else away
        on = tuple(
            party for party, member in self._ids.items() if self._on_roster(contract.holder_id, member)
        )
        if on:
            return on, None
        last = (self._counted[-1],)
        if not self._ids and SHIP_TO in self._counted:
            return last, Reason("no_ship_to")
        for other in (self._ship_to, self._account):
            if other is not None and self._on_roster(contract.holder_id, other):
                return last, away
        return last, self._off_roster(contract.holder_id)

    def _on_roster(self, group: str, member: str) -> bool:
        return any(
            one.group_id == group
            and one.member_id == member
            and covers(one.valid_from, one.valid_to, self._day)
            for one in self._facts.memberships
        )

    def _off_roster(self, group: str) -> Reason:
        """Joined later, left earlier, or never there: the nearest day of each."""
        mine = set(self._ids.values())
        rows = [one for one in self._facts.memberships if one.group_id == group and one.member_id in mine]
        joins = [one.valid_from for one in rows if one.valid_from > self._day]
        leaves = [one.valid_to for one in rows if one.valid_to is not None and one.valid_to < self._day]
        name = min((one.group_name for one in rows), default="")
        return Reason("not_on_roster", min(joins, default=None), max(leaves, default=None), name)

    def _start(self, letter: Commitment) -> str | None:
        """Since when a letter counts, if it does on the day."""
        start = counts_from(letter)
        return start if start is not None and covers(start, letter.valid_to, self._day) else None

    def _elsewhere(self, contract: Contract, member: str) -> Reason | None:
        """The exclusive letter to another purchasing group that keeps the member from this group's contracts."""
        bound: list[tuple[str, str, str, Commitment]] = []
        for letter in self._facts.commitments:
            other, start = self._contracts.get(letter.contract_id), self._start(letter)
            if letter.exclusive and letter.member_id == member and start is not None and other is not None:
                holds = covers(other.valid_from, other.valid_to, self._day)
                if other.holder_kind == "gpo" and holds and self._on_roster(other.holder_id, member):
                    if other.holder_id == contract.holder_id:
                        return None
                    bound.append((start, other.name, letter.id, letter))
        if not bound:
            return None
        start, name, _, letter = min(bound, key=lambda one: one[:3])
        return Reason("committed_elsewhere", start, letter.valid_to, name)

    def _waiting(self, letters: Iterable[Commitment]) -> dict[str, Reason]:
        """Of each tier that a letter names but that does not count: the reason nearest to counting."""
        found: dict[str, list[tuple[int, str, str, Reason]]] = {}
        for one in letters:
            if self._start(one) is not None:
                continue
            if one.valid_to is not None and one.valid_to < self._day:
                order, reason = 2, Reason("loc_expired", one.valid_from, one.valid_to)
            elif one.valid_from > self._day:
                order, reason = 1, Reason("loc_not_started", one.valid_from, one.valid_to)
            else:
                order, reason = 0, Reason("loc_not_signed", one.signed_on)
            found.setdefault(one.tier, []).append((order, one.valid_from, one.id, reason))
        return {
            tier: min(rows, key=lambda row: row[:3])[3]._replace(detail=tier) for tier, rows in found.items()
        }
