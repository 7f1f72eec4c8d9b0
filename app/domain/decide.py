"""The one door to the rules: `decide(command, facts) -> Decision`. Pure; the same on tablet and server."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import (
    allotting,
    authority,
    cases,
    claims,
    counting,
    custody,
    drafts,
    favourites,
    fulfilment,
    moving,
    order,
    quoting,
    returns,
    signing,
    transfers,
    trunk,
    usage,
    visits,
)
from app.domain.commands import (
    FACTS,
    AnswerClaim,
    ClaimStock,
    CloseDraft,
    Command,
    CountTrunk,
    DecideApproval,
    Delegate,
    GrantAllotment,
    GrantEnvelope,
    MarkFavourite,
    MoveLease,
    MoveOrder,
    MoveQuote,
    PlaceOrder,
    ReceiveTransfer,
    RecordMovement,
    RecordVisit,
    ReleaseCustody,
    RequestTransfer,
    ResolveCase,
    ReturnAllotment,
    ReturnGoods,
    RevokeEnvelope,
    SaveDraft,
    SellFromTrunk,
    SendTransfer,
    SetAccountStatus,
    SettleDraft,
    SignDocument,
    SubmitQuote,
    TakeCustody,
    UseConsigned,
    WithdrawClaim,
)
from app.domain.eligibility import set_status
from app.domain.events import CaseOpened, Event
from app.domain.facts import Facts
from app.domain.ids import derived_id
from app.domain.rejections import APPROVAL, CHANGED, Finding, blocking

APPLIED, MODIFIED, EXCEPTION, HELD, REJECTED = (
    "applied",
    "applied_modified",
    "applied_exception",
    "held",
    "rejected",
)
OUTCOMES = (APPLIED, MODIFIED, EXCEPTION, HELD, REJECTED)  # terminal for the op (SYNC.md law 5)
PARKED = "parked"  # not terminal: apply could not process the op; a person retries


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a command: one of OUTCOMES, the events that follow, and every finding, never only the first."""

    outcome: str
    events: tuple[Event, ...]
    findings: tuple[Finding, ...]


def decide(command: Command, facts: Facts) -> Decision:
    """Judge `command` on `facts`. A request that is blocked changes nothing; a fact is booked and, where the rules
    cannot accept it as it stands, opens a case for the office."""
    events, found = _handle(command, facts)
    events = [*events, *custody.first_use(facts, events)]
    findings = tuple(found)
    refused, asks = blocking(findings), any(f.severity == APPROVAL for f in findings)
    if not isinstance(command, FACTS):
        if refused:
            return Decision(REJECTED, (), findings)
        short = any(f.code in CHANGED for f in findings)
        return Decision(HELD if asks else MODIFIED if short else APPLIED, tuple(events), findings)
    if not refused and not asks:
        return Decision(APPLIED, tuple(events), findings)
    worst = [f for f in findings if f.severity == ("blocks" if refused else APPROVAL)]
    case = CaseOpened(
        case_id=derived_id(command.op_id, "exception_case", 0),
        territory_id=_territory(facts),
        rep_id=command.actor,
        op_id=command.op_id,
        code=worst[0].code,
        findings=findings,
        opened_on=facts.received_on or command.business_date,
    )
    return Decision(EXCEPTION if refused else HELD, (*events, case), findings)


def _territory(facts: Facts) -> str | None:
    """Whose case it is: the account's territory, or the order's; where neither is named, that of the place."""
    for known in (facts.account.value, facts.order.value, facts.place.value, facts.other_place.value):
        if known is not None and known.territory_id:
            return known.territory_id
    return None


def _handle(command: Command, facts: Facts) -> tuple[list[Event], list[Finding]]:
    match command:
        case SubmitQuote():
            return quoting.submit(command, facts)
        case DecideApproval():
            return quoting.decide_approval(command, facts)
        case MoveQuote():
            return quoting.move(command, facts)
        case PlaceOrder():
            return order.place(command, facts)
        case MoveOrder():
            return fulfilment.move(command, facts)
        case ReturnGoods():
            return returns.return_goods(command, facts)
        case SellFromTrunk():
            return trunk.sell(command, facts)
        case UseConsigned():
            return usage.use(command, facts)
        case CountTrunk():
            return counting.count(command, facts)
        case RecordMovement():
            return moving.record(command, facts)
        case RequestTransfer():
            return transfers.request(command, facts)
        case SendTransfer():
            return transfers.send(command, facts)
        case ReceiveTransfer():
            return transfers.receive(command, facts)
        case SetAccountStatus():
            return set_status(command, facts)
        case Delegate():
            return authority.delegate(command, facts)
        case GrantEnvelope():
            return authority.grant(command, facts)
        case RevokeEnvelope():
            return authority.revoke(command, facts)
        case ResolveCase():
            return cases.resolve(command, facts)
        case SaveDraft():
            return drafts.save(command, facts)
        case SettleDraft():
            return drafts.settle(command, facts)
        case CloseDraft():
            return drafts.close(command, facts)
        case TakeCustody():
            return custody.take(command, facts)
        case ReleaseCustody():
            return custody.release(command, facts)
        case MoveLease():
            return custody.move(command, facts)
        case ClaimStock():
            return claims.claim(command, facts)
        case WithdrawClaim():
            return claims.withdraw(command, facts)
        case AnswerClaim():
            return claims.answer(command, facts)
        case GrantAllotment():
            return allotting.grant(command, facts)
        case ReturnAllotment():
            return allotting.give_back(command, facts)
        case SignDocument():
            return signing.sign(command, facts)
        case RecordVisit():
            return visits.record(command, facts)
        case MarkFavourite():
            return favourites.mark(command, facts)
    raise TypeError(f"no rule for {type(command).__name__}")
