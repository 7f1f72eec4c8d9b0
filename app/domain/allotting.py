"""Allotments: goods of a warehouse kept for one rep, who may promise them without asking (SYNC.md §6).

An allotment is a place of its own, so the ledger keeps it apart from what everybody may reserve. The office fills it;
the rep's orders are reserved from it first, and only on the device that holds it, as with a trunk; nobody else's order
takes from it. What is not wanted any more its holder gives back to the warehouse.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.authority import check_person
from app.domain.commands import GrantAllotment, PlaceOrder, ReturnAllotment
from app.domain.events import AllotmentOpened, Event, StockMoved
from app.domain.facts import ABSENT, Balance, Facts
from app.domain.goods import (
    Goods,
    check_enough,
    check_holder,
    check_known,
    check_lots,
    check_place,
    leaving,
    moved,
    not_ours,
)
from app.domain.lines import check_date
from app.domain.parties import ADMIN, ALLOTMENT, OPERATIONS, REP, WAREHOUSE, allotted_place
from app.domain.rejections import Finding, finding, settled
from app.domain.stock import after_picks, fefo


def grant(command: GrantAllotment, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Goods out of the warehouse's free stock into the rep's allotment, first expired first unless a lot is named.

    All of it or nothing: half an allotment would be promised as a whole one.
    """
    actor, rep, place = facts.actor.value, facts.delegate.value, facts.place.value
    if actor is None or actor.role not in (OPERATIONS, ADMIN):
        return [], [finding("not_allowed", command.actor, role=OPERATIONS)]
    found = check_place(facts.place, command.location_id, command.actor, actor, kinds=(WAREHOUSE,))
    found += check_person(facts, command.user_id)
    if rep is not None and rep.role != REP:
        found.append(finding("delegation_wrong", command.user_id, why="not_a_rep"))
    goods = [Goods(one.product_id, one.lot_id, one.qty) for one in command.lines if one.qty]
    if not goods:
        found.append(finding("no_lines", command.user_id))
    found += check_date(facts, command.business_date)
    found += check_known(facts, (one.product_id for one in goods))
    found += check_lots(facts, goods, required=False)
    moves, short = _taken(command, facts, goods)
    findings = list(settled([*found, *short], facts.policy.severities))
    if rep is None or place is None:
        return [], findings
    opened: list[Event] = []
    if facts.other_place.status == ABSENT:
        opened.append(
            AllotmentOpened(
                location_id=allotted_place(place.id, rep.id),
                name=command.name,
                custodian=rep.id,
                territory_id=rep.territories[0] if rep.territories else None,
            )
        )
    return [*opened, *moves], findings


def _taken(
    command: GrantAllotment, facts: Facts, goods: Sequence[Goods]
) -> tuple[list[StockMoved], list[Finding]]:
    """The movements into the allotment, and what the warehouse lacks."""
    moves: list[StockMoved] = []
    short: list[Finding] = []
    balances = facts.balances
    places = command.location_id, allotted_place(command.location_id, command.user_id)
    day = command.business_date
    for line in goods:
        there = tuple(one for one in balances if line.lot_id in ("", one.lot_id))
        picks = fefo(there, line.product_id, line.qty, not_before=day, day=day)
        balances = after_picks(balances, line.product_id, picks)
        have = sum(one.qty for one in picks)
        if have < line.qty:
            short.append(finding("stock_short", line.lot_id or line.product_id, asked=line.qty, have=have))
        for pick in picks:
            one = Goods(line.product_id, pick.lot_id, pick.qty, command.reason)
            moves.append(moved(command, one, len(moves), "allot", places, command.op_id, pick.owner))
    return moves, short


def give_back(command: ReturnAllotment, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A fact: what is not wanted any more is free in the warehouse again."""
    goods = [Goods(one.product_id, one.lot_id, one.qty, command.reason) for one in command.lines if one.qty]
    found = check_date(facts, command.business_date)
    found += check_place(
        facts.place, command.location_id, command.actor, facts.actor.value, kinds=(ALLOTMENT,)
    )
    if not_ours(found):
        return [], list(settled(found, facts.policy.severities))
    if not goods:
        found.append(finding("no_lines", command.location_id))
    found += check_known(facts, (one.product_id for one in goods))
    found += check_lots(facts, goods)
    found += check_holder(facts)
    found += check_enough(facts, goods)
    findings = list(settled(found, facts.policy.severities))
    if any(one.code in ("place_kind_wrong", "stock_short") for one in findings):
        return [], findings
    moves = leaving(
        command,
        facts.balances,
        goods,
        kind="unallot",
        location_id=command.location_id,
        document_id=command.op_id,
    )
    return [*moves], findings


def promised(command: PlaceOrder, facts: Facts, rep_id: str) -> tuple[Balance, ...]:
    """What an order may be reserved from before the warehouse: the rep's own allotments, on the device that holds them.

    An order that somebody else places, or another tablet of the rep, takes nothing from them.
    """
    if command.actor != rep_id:
        return ()
    return tuple(
        balance
        for one in facts.allotments
        if one.place.custodian == rep_id and facts.device and one.place.holder in (None, facts.device)
        for balance in one.balances
    )
