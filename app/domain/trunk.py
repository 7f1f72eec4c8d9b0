"""Selling from the trunk. A fact: what happened is booked, and what the rules cannot accept becomes a case for the
office (SYNC.md law 6)."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.authority import cover_sale
from app.domain.commands import SellFromTrunk
from app.domain.days import plus_days
from app.domain.events import Event
from app.domain.facts import Balance, Facts
from app.domain.handover import handover_events, judge_handover
from app.domain.rejections import Finding, finding, settled
from app.domain.stock import NO_EXPIRY, fefo


def sell(command: SellFromTrunk, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Goods left the trunk. Delivered when all is well; held for the office when a check says otherwise."""
    judged, found = judge_handover(command, command.sale_id, facts, kinds=("trunk",))
    total = sum(one.extended for one in judged)
    found += _first_expired(command, facts)
    found += _offline_limit(command, facts, total)
    findings, drawn = cover_sale(settled(found, facts.policy.severities), facts, command, total)
    if facts.document_exists:
        return [], list(findings)
    events = handover_events(
        command, command.sale_id, facts, judged, findings, order_type="trunk_sale", kind="sell"
    )
    return [*events, drawn] if drawn else events, list(findings)


def _offline_limit(command: SellFromTrunk, facts: Facts, total: int) -> list[Finding]:
    """A sale over the company's limit (minor units, before tax). An envelope may cover it (app.domain.authority).

    A trunk sale is decided without the server, whenever it gets there; so both sides judge it alike, by the amount
    alone, and exactly the limit is still within it.
    """
    limit = facts.policy.offline_limit
    if limit is None or total <= limit:
        return []
    return [
        finding(
            "offline_limit_exceeded", command.sale_id, amount=total, limit=limit, currency=command.currency
        )
    ]


def _first_expired(command: SellFromTrunk, facts: Facts) -> list[Finding]:
    """Lines whose lot lasts longer than one that should have gone first, with the reason that was given ('' without).

    The proposal is made for all lines of a product together, of lots that last as long as the customer asks. A lot
    that expires on the same day is as good, and one that is expired, recalled or too short has findings of its own.
    """
    account = facts.account.value
    not_before = plus_days(command.business_date, account.min_shelf_days if account else 0)
    found: list[Finding] = []
    for product_id in sorted({line.product_id for line in command.lines}):
        lines = [line for line in command.lines if line.product_id == product_id]
        asked = [(line.lot_id, line.qty) for line in lines]
        earlier = passed_over(
            facts.balances, product_id, asked, not_before=not_before, day=command.business_date
        )
        for line in lines:
            if line.lot_id in earlier:
                first = ", ".join(dict.fromkeys(_number(facts, lot) for lot in earlier[line.lot_id]))
                lot = _number(facts, line.lot_id)
                reason = line.override.strip()
                found.append(finding("fefo_overridden", line.lot_id, lot=lot, first=first, reason=reason))
    return found


def passed_over(
    balances: Sequence[Balance],
    product_id: str,
    asked: Sequence[tuple[str, int]],
    *,
    not_before: str,
    day: str,
) -> dict[str, tuple[str, ...]]:
    """For each lot of `asked` ((lot, base units) of one product) that lasts longer than lots which should have gone
    first: the ids of those, first expired first. Lots that are served in their turn, and '' (untracked), are left out.
    """
    expires = {b.lot_id: b.expires or NO_EXPIRY for b in balances if b.product_id == product_id}
    proposed = fefo(balances, product_id, sum(qty for _lot, qty in asked), not_before=not_before, day=day)
    passed = [
        pick.lot_id
        for pick in proposed
        if pick.qty > sum(qty for lot_id, qty in asked if lot_id == pick.lot_id)
    ]
    found: dict[str, tuple[str, ...]] = {}
    for lot_id, _qty in asked:
        earlier = tuple(lot for lot in passed if expires[lot] < expires.get(lot_id, ""))
        if lot_id and earlier:
            found[lot_id] = earlier
    return found


def _number(facts: Facts, lot_id: str) -> str:
    """The serial or lot number as people read it; the id where it is not known."""
    known = facts.lots.get(lot_id)
    return known.value.serial or known.value.number if known and known.value else lot_id
