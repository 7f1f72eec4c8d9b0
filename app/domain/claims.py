"""Claims of the office on goods of a trunk or an allotment: a recall, or a transfer back (SYNC.md §6).

Only the device that holds a trunk lowers it, so the office only asks. The holder's answer is a fact: goods recalled are
set aside, goods asked back are sent as a transfer. Fewer than were claimed, with the reason (sold before the claim
came, one is missing), settle it all the same; without one the claim stays open and the office gets a case.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.commands import AnswerClaim, ClaimStock, MoveLine, SendTransfer, WithdrawClaim
from app.domain.events import ClaimRecorded, Event
from app.domain.facts import ABSENT, NOT_HERE, Facts
from app.domain.goods import (
    Goods,
    check_enough,
    check_holder,
    check_known,
    check_lots,
    check_place,
    leaving,
    not_ours,
)
from app.domain.ids import derived_id
from app.domain.lines import check_date
from app.domain.parties import (
    ADMIN,
    ALLOTMENT,
    CLAIM_ANSWERED,
    CLAIM_OPEN,
    CLAIM_WITHDRAWN,
    LEASED,
    OPERATIONS,
    RETURN,
    Claim,
    Person,
    warehouse_of,
)
from app.domain.rejections import BLOCKS, Finding, finding, settled
from app.domain.transfers import NO_PLACE_FOR_GOODS, sent_away

_OFFICE = (OPERATIONS, ADMIN)


def claim(command: ClaimStock, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The office claims `qty` of a lot, whether or not the books have as much: the holder knows best."""
    place, actor = facts.place.value, facts.actor.value
    if actor is None or actor.role not in _OFFICE:
        return [], [finding("not_allowed", command.actor, role=",".join(_OFFICE))]
    if place is None:
        code = "fact_missing" if facts.place.status == NOT_HERE else "place_unknown"
        return [], [finding(code, command.location_id, what="place")]
    if place.kind not in LEASED:
        return [], [finding("place_kind_wrong", place.id, kind=place.kind)]
    found: list[Finding] = []
    if place.territory_id and not actor.covers(place.territory_id):
        found.append(finding("not_your_territory", place.id))
    if facts.document_exists:
        found.append(finding("document_exists", command.claim_id))
    if not command.qty:
        found.append(finding("no_lines", command.claim_id))
    if not command.reason.strip():
        found.append(finding("reason_required", command.claim_id))
    if command.kind == RETURN:
        found += _check_target(command, facts)
    found += check_known(facts, (command.product_id,))
    found += check_lots(facts, (Goods(command.product_id, command.lot_id, command.qty),))
    if found:
        return [], found
    new = Claim(
        id=command.claim_id,
        location_id=place.id,
        territory_id=place.territory_id,
        rep_id=place.custodian or "",
        product_id=command.product_id,
        lot_id=command.lot_id,
        qty=command.qty,
        answered=0,
        kind=command.kind,
        to_location=command.to_location if command.kind == RETURN else "",
        reason=command.reason.strip(),
        state=CLAIM_OPEN,
        opened_on=facts.received_on or command.business_date,
        closed_on=None,
    )
    return [ClaimRecorded(claim=new, op_id=command.op_id)], []


def _check_target(command: ClaimStock, facts: Facts) -> list[Finding]:
    """Where goods are to be sent: another place that holds goods; what is kept in a warehouse only goes back there."""
    if command.to_location == command.location_id:
        return [finding("same_place", command.claim_id)]
    there = facts.other_place
    if there.value is None:
        code = "place_unknown" if there.status == ABSENT else "fact_missing"
        return [finding(code, command.to_location, what="place")]
    if there.value.kind in NO_PLACE_FOR_GOODS:
        return [finding("place_kind_wrong", there.value.id, kind=there.value.kind)]
    if warehouse_of(command.location_id) not in (command.location_id, command.to_location):
        return [finding("place_kind_wrong", there.value.id, kind=there.value.kind)]
    return []


def withdraw(command: WithdrawClaim, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The office wants the goods no more. A holder who has answered by then has answered."""
    known, actor = facts.claim.value, facts.actor.value
    if actor is None or actor.role not in _OFFICE:
        return [], [finding("not_allowed", command.actor, role=",".join(_OFFICE))]
    if known is None or not _covers(actor, known):
        return [], [_unknown(command, facts)]
    found: list[Finding] = []
    if known.state != CLAIM_OPEN:
        found.append(finding("claim_closed", known.id, state=known.state))
    if not command.reason.strip():
        found.append(finding("reason_required", known.id))
    if found:
        return [], found
    day = facts.received_on or command.business_date
    gone = replace(known, state=CLAIM_WITHDRAWN, closed_on=day, answer=command.reason.strip())
    return [ClaimRecorded(claim=gone, op_id=command.op_id)], []


def answer(command: AnswerClaim, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A fact: goods that the office claimed left the trunk. What was set aside for a claim that is withdrawn by now is
    set aside all the same; the office hears of it."""
    known = facts.claim.value
    if known is None:
        return [], [_unknown(command, facts)]
    goods = [Goods(known.product_id, known.lot_id, command.qty, command.reason.strip() or known.reason)]
    goods = goods if command.qty else []
    found = check_date(facts, command.business_date)
    found += check_place(facts.place, known.location_id, command.actor, facts.actor.value, kinds=LEASED)
    found += check_holder(facts)
    found += check_known(facts, (known.product_id,))
    found += check_lots(facts, goods)
    found += check_enough(facts, goods, any_owner=True)
    if known.state != CLAIM_OPEN:
        found.append(finding("claim_closed", known.id, state=known.state))
    else:
        found += _difference(command, known, facts)
    findings = list(settled(found, facts.policy.severities))
    if not_ours(findings):
        return [], findings
    return [
        ClaimRecorded(claim=_after(command, known, facts), op_id=command.op_id),
        *_gone(command, known, facts, goods),
    ], findings


def _after(command: AnswerClaim, known: Claim, facts: Facts) -> Claim:
    """The claim with this answer: settled by all of it, or by a reason why there is no more."""
    answered, reason = known.answered + command.qty, command.reason.strip()
    if known.state != CLAIM_OPEN or (answered < known.qty and not reason):
        return replace(known, answered=answered)
    day = facts.received_on or command.business_date
    return replace(known, answered=answered, state=CLAIM_ANSWERED, closed_on=day, answer=reason)


def _gone(command: AnswerClaim, known: Claim, facts: Facts, goods: list[Goods]) -> list[Event]:
    """Out of the place: set aside, on their way to where the office wants them, or free in the warehouse again."""
    if not goods:
        return []
    kept = facts.place.value is not None and facts.place.value.kind == ALLOTMENT
    if kept or known.kind != RETURN:
        kind = "unallot" if known.kind == RETURN else "quarantine"
        at = {"kind": kind, "location_id": known.location_id, "document_id": known.id}
        return [*leaving(command, facts.balances, goods, **at)]
    parcel = SendTransfer(
        op_id=command.op_id,
        actor=command.actor,
        business_date=command.business_date,
        transfer_id=derived_id(command.op_id, "transfer", 0),
        number=command.number,
        from_location=known.location_id,
        to_location=known.to_location,
        lines=tuple(
            MoveLine(product_id=one.product_id, lot_id=one.lot_id, qty=one.qty, reason=one.reason)
            for one in goods
        ),
    )
    return sent_away(parcel, facts)


def _difference(command: AnswerClaim, known: Claim, facts: Facts) -> list[Finding]:
    """More or fewer than were claimed, all answers together; a case without a reason."""
    answered, reason = known.answered + command.qty, command.reason.strip()
    if answered == known.qty:
        return []
    product, lot = facts.products.get(known.product_id), facts.lots.get(known.lot_id)
    one = finding(
        "claim_differs",
        known.id,
        product=product.value.name if product and product.value else known.product_id,
        lot=(lot.value.serial or lot.value.number) if lot and lot.value else known.lot_id,
        asked=known.qty,
        answered=answered,
        reason=reason,
    )
    return [one if reason else replace(one, severity=BLOCKS)]


def _covers(actor: Person, known: Claim) -> bool:
    return known.territory_id is None or actor.covers(known.territory_id)


def _unknown(command: WithdrawClaim | AnswerClaim, facts: Facts) -> Finding:
    code = "fact_missing" if facts.claim.status == NOT_HERE else "claim_unknown"
    return finding(code, command.claim_id, what="claim")
