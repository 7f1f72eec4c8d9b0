"""Movements that a person records by themselves: goods received, scrapped, given as samples, lent and brought back, put
aside for a recall and let go again."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.commands import RecordMovement
from app.domain.events import Event
from app.domain.facts import Facts
from app.domain.goods import (
    Goods,
    check_enough,
    check_holder,
    check_known,
    check_lots,
    check_place,
    coming,
    leaving,
    not_ours,
)
from app.domain.lines import check_date
from app.domain.rejections import Finding, finding, settled
from app.domain.stock import is_inward

NEED_REASON = ("scrap", "sample", "quarantine")
COMING_BACK = ("loan_return", "unquarantine")  # no more than has left the place this way
TO_SOMEBODY = ("sample", "loan")  # handed over, so the lots must be fit for it


def record(command: RecordMovement, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A fact about the company's goods in one place that the actor answers for.

    Goods of another owner are not ours to give, lend, scrap or put aside: they move in the books under their owner's
    name, and the office hears of it.
    """
    goods = [Goods(one.product_id, one.lot_id, one.qty, command.reason) for one in command.lines if one.qty]
    inward = is_inward(command.kind)
    found = check_date(facts, command.business_date)
    found += check_place(facts.place, command.location_id, command.actor, facts.actor.value)
    if not goods:
        found.append(finding("no_lines", command.movement_id))
    if facts.document_exists:
        found.append(finding("document_exists", command.movement_id))
    if command.kind in NEED_REASON and not command.reason.strip():
        found.append(finding("reason_required", command.movement_id))
    found += check_known(facts, (one.product_id for one in goods))
    found += check_lots(facts, goods, day=command.business_date if command.kind in TO_SOMEBODY else "")
    if not inward:
        found += check_holder(facts)
    if command.kind in COMING_BACK:
        found += _check_outside(facts, goods)
    elif not inward:
        found += check_enough(facts, goods)
    findings = list(settled(found, facts.policy.severities))
    if facts.document_exists or not_ours(findings):
        return [], findings
    at = {"kind": command.kind, "location_id": command.location_id, "document_id": command.movement_id}
    if inward:
        return [*coming(command, goods, **at)], findings
    return [*leaving(command, facts.balances, goods, **at)], findings


def _check_outside(facts: Facts, goods: Iterable[Goods]) -> list[Finding]:
    """No more of a lot comes back than the place has lent, or put aside, all lines together."""
    coming_back: dict[tuple[str, str], int] = {}
    for one in goods:
        key = (one.product_id, one.lot_id)
        coming_back[key] = coming_back.get(key, 0) + one.qty
    return [
        finding(
            "stock_short", lot_id or product_id, asked=qty, have=facts.outside.get((product_id, lot_id), 0)
        )
        for (product_id, lot_id), qty in sorted(coming_back.items())
        if qty > facts.outside.get((product_id, lot_id), 0)
    ]
