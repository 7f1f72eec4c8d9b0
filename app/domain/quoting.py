"""Quotes: submit a revision, decide on its approval needs, and take it along its lifecycle (DOMAIN.md §5, §6).

A decision and a move name the revision they were made on; a later revision asks again. What a quote rests on is stored
with it, so a price list that is disabled later never strands one.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from app.domain.approvals import Need, may_decide, needs
from app.domain.authority import Document, class_of, cover
from app.domain.commands import CounterLine, DecideApproval, MoveQuote, SubmitQuote
from app.domain.days import plus_days
from app.domain.eligibility import check_sale, discreet
from app.domain.events import ApprovalAsked, ApprovalClosed, Event, PricedLine, QuoteMoved, QuoteRecorded
from app.domain.facts import NOT_HERE, ApprovalFact, Facts, QuoteFact
from app.domain.ids import derived_id
from app.domain.lifecycle import QUOTE, next_state
from app.domain.lines import Asked, Judged, believed_day, check_date, judge_all
from app.domain.parties import ADMIN, MANAGER, OPERATIONS, REP, Account
from app.domain.rejections import WARN, Finding, blocking, finding, settled

OFFICE = (OPERATIONS, ADMIN)  # may take anybody's quote along its lifecycle


def submit(command: SubmitQuote, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """All checks on a whole quote; it stands approved, or pending when a finding needs somebody's yes.

    Everything is judged from nothing but the command: a revision for another account is priced as a new quote is.
    """
    actor, account, day = facts.actor.value, facts.account.value, command.business_date
    found = [] if actor and actor.role in (REP, MANAGER) else [finding("not_allowed", command.actor)]
    found += _check_revision(command, facts)
    found += check_date(facts, day)
    if not command.lines:
        found.append(finding("no_lines", command.quote_id))
    judged = _judge(command, facts)
    for one in judged:
        found += one.findings
    total = sum(one.extended for one in judged)
    found += check_sale(
        facts,
        account_id=command.account_id,
        ship_to_id=command.ship_to_id,
        po_number=command.po_number,
        currency=command.currency,
        product_ids=[line.product_id for line in command.lines],
        total=total,
        day=day,
    )
    document = Document(
        op_id=command.op_id,
        actor=command.actor,
        envelope_id=command.envelope_id,
        id=command.quote_id,
        account_id=command.account_id,
        day=day,
        currency=command.currency,
        amount=total,
        classes={str(n): class_of(facts, line.product_id) for n, line in enumerate(command.lines, 1)},
    )
    findings, drawn = cover(settled(found, facts.policy.severities), facts, document)
    if blocking(findings) or account is None:
        return [], discreet(findings, facts)
    asked = needs(findings, facts.policy)
    events = _overtaken(facts.quote.value, day)
    events.append(
        _recorded(
            command,
            account,
            judged,
            findings,
            valid_until=plus_days(day, facts.policy.quote_valid_days),
            pending=bool(asked),
            covered=drawn is not None,
        )
    )
    events += [_ask(command, account, need, ordinal) for ordinal, need in enumerate(asked)]
    return [*events, drawn] if drawn else events, list(findings)


def _overtaken(before: QuoteFact | None, day: str) -> list[Event]:
    """The needs of an earlier revision that nobody has decided."""
    return [
        ApprovalClosed(approval_id=a.id, state="superseded", decided_by=None, decided_on=day, comment="")
        for a in sorted(before.approvals if before else (), key=lambda one: one.id)
        if a.state == "pending"
    ]


def _recorded(
    command: SubmitQuote,
    account: Account,
    judged: list[Judged],
    findings: tuple[Finding, ...],
    *,
    valid_until: str,
    pending: bool,
    covered: bool,
) -> QuoteRecorded:
    return QuoteRecorded(
        quote_id=command.quote_id,
        number=command.number,
        revision=command.revision,
        account_id=account.id,
        ship_to_id=command.ship_to_id,
        territory_id=account.territory_id,
        rep_id=command.actor,
        state=QUOTE["draft"]["submit_for_approval" if pending else "submit"],
        currency=command.currency,
        business_date=command.business_date,
        po_number=command.po_number,
        note=command.note,
        list_total=sum(one.list_extended for one in judged),
        total=sum(one.extended for one in judged),
        findings=findings,
        op_id=command.op_id,
        lines=tuple(_priced(command, n, one) for n, one in enumerate(judged)),
        tax_total=sum(one.tax for one in judged),
        valid_until=valid_until,
        envelope_id=command.envelope_id if covered else None,
    )


def _ask(command: SubmitQuote, account: Account, need: Need, ordinal: int) -> ApprovalAsked:
    return ApprovalAsked(
        approval_id=derived_id(command.op_id, "approval", ordinal),
        quote_id=command.quote_id,
        revision=command.revision,
        territory_id=account.territory_id,
        rep_id=command.actor,
        role=need.role,
        code=need.code,
        detail=need.detail(),
        asked_on=command.business_date,
        level=need.level,
        due_on=need.due_on(command.business_date),
        escalate_to=need.escalate_to,
    )


def _judge(command: SubmitQuote, facts: Facts) -> list[Judged]:
    asked = [
        Asked(
            line_id=str(line_no),
            product_id=line.product_id,
            qty=line.qty,
            discount_bp=line.discount_bp,
            shown=line.shown_price,
            shown_trace=line.shown_trace,
        )
        for line_no, line in enumerate(command.lines, 1)
    ]
    return judge_all(asked, currency=command.currency, day=command.business_date, facts=facts)


def _priced(command: SubmitQuote, index: int, judged: Judged) -> PricedLine:
    line = command.lines[index]
    return PricedLine(
        id=derived_id(command.op_id, "quote_line", index),
        line_no=index + 1,
        product_id=line.product_id,
        qty=line.qty,
        discount_bp=line.discount_bp,
        unit_price=judged.unit,
        repriced=judged.repriced,
        extended=judged.extended,
        trace=judged.trace,
        repriced_trace=judged.repriced_trace,
        tax=judged.tax,
    )


def _check_revision(command: SubmitQuote, facts: Facts) -> list[Finding]:
    """A first revision of a new quote, or the next one of a quote that may be revised by its author."""
    quote = facts.quote.value
    if quote is None:
        if command.revision == 1:
            return [] if not facts.document_exists else [finding("document_exists", command.quote_id)]
        return [_no_quote(facts, command.quote_id)]
    if quote.rep_id != command.actor or command.revision == 1:
        return [finding("document_exists", command.quote_id)]
    if command.revision != quote.revision + 1:
        return [_moved_on(quote, command.revision)]
    return [] if next_state(QUOTE, quote.state, "revise") else [_wrong_state(quote, "revise")]


# -- deciding ---------------------------------------------------------------------------------------------------------


def decide_approval(command: DecideApproval, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """One decision on one need: the last yes approves the quote, the first no declines it, and the first counter-offer
    gives it back to the rep."""
    quote = facts.quote.value
    if quote is None:
        return [], [_no_quote(facts, command.quote_id)]
    approval = next((a for a in quote.approvals if a.id == command.approval_id), None)
    if approval is None:
        return [], [finding("approval_unknown", command.approval_id, number=quote.number)]
    # the yes is the decider's own, so an old date is told and nothing is left to hold
    found = [replace(one, severity=WARN) for one in check_date(facts, command.business_date)]
    found += _check_decider(command, facts, quote, approval)
    if approval.state != "pending":
        found.append(finding("approval_settled", approval.id, number=quote.number, state=approval.state))
    if command.revision != quote.revision or approval.revision != quote.revision:
        found.append(_moved_on(quote, command.revision))
    verb = _verb(command)
    state = next_state(QUOTE, quote.state, verb)
    if state is None:
        found.append(_wrong_state(quote, verb))
    if verb == "decline" and not command.reason.strip():
        found.append(finding("reason_required", approval.id, number=quote.number))
    found += _check_counter(command, quote)
    if blocking(tuple(found)):
        return [], sorted(found)
    assert state is not None
    return _settle(command, quote, state), found


def _verb(command: DecideApproval) -> str:
    if command.approve:
        return "approve"
    return "counter" if command.counter else "decline"


def _check_decider(
    command: DecideApproval, facts: Facts, quote: QuoteFact, approval: ApprovalFact
) -> list[Finding]:
    """Whether the actor may say it; never the maker, and nobody in the maker's place."""
    if command.actor == quote.rep_id:
        return [finding("maker_is_checker", quote.id, number=quote.number)]
    actor = facts.actor.value
    if actor is not None and may_decide(
        actor,
        approval,
        territory_id=quote.territory_id,
        maker=quote.rep_id,
        day=max(believed_day(command.business_date, facts), approval.asked_on),
        delegations=facts.delegations,
    ):
        return []
    return [finding("not_allowed", command.actor, role=approval.role)]


def _check_counter(command: DecideApproval, quote: QuoteFact) -> list[Finding]:
    """A counter-offer comes with a no, names lines of the quote once each, and changes something."""
    if not command.counter:
        return []
    lines = {line.line_no: (line.qty, line.unit_price) for line in quote.lines}
    often = Counter(one.line_no for one in command.counter)
    wrong = sorted(no for no, times in often.items() if no not in lines or times > 1)
    found = [finding("counter_wrong", str(no), number=quote.number, line=no, why="line") for no in wrong]
    if command.approve:
        found.append(finding("counter_wrong", quote.id, number=quote.number, why="approved"))
    if all(lines.get(one.line_no) == (one.qty, one.unit_price) for one in command.counter):
        found.append(finding("counter_wrong", quote.id, number=quote.number, why="unchanged"))
    return found


def _settle(command: DecideApproval, quote: QuoteFact, state: str) -> list[Event]:
    def closed(
        approval_id: str, state: str, by: str | None, comment: str, counter: str = ""
    ) -> ApprovalClosed:
        return ApprovalClosed(
            approval_id=approval_id,
            state=state,
            decided_by=by,
            decided_on=command.business_date,
            comment=comment,
            counter=counter,
        )

    counter = counter_json(command.counter) if command.counter else ""
    events: list[Event] = [closed(command.approval_id, state, command.actor, command.reason, counter)]
    asked = sorted(quote.approvals, key=lambda one: one.id)
    others = [a for a in asked if a.state == "pending" and a.id != command.approval_id]
    if not command.approve:
        events += [closed(a.id, "superseded", None, "") for a in others]
    if not command.approve or not others:
        events.append(QuoteMoved(quote_id=quote.id, state=state))
    return events


def counter_json(counter: tuple[CounterLine, ...]) -> str:
    """A counter-offer as stored: [{line_no, qty, unit_price}] by line number."""
    rows = [
        {"line_no": one.line_no, "qty": one.qty, "unit_price": one.unit_price}
        for one in sorted(counter, key=lambda one: one.line_no)
    ]
    return json.dumps(rows, separators=(",", ":"))


# -- moving -----------------------------------------------------------------------------------------------------------


def move(command: MoveQuote, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Offer a quote, lose it (with a reason), or let it expire once its last day is over. Its author or the office."""
    quote = facts.quote.value
    if quote is None:
        return [], [_no_quote(facts, command.quote_id)]
    found = [replace(one, severity=WARN) for one in check_date(facts, command.business_date)]
    actor = facts.actor.value
    if actor is None or not (actor.id == quote.rep_id or actor.role in OFFICE):
        found.append(finding("not_allowed", command.actor, role=",".join(OFFICE)))
    if command.revision != quote.revision:
        found.append(_moved_on(quote, command.revision))
    state = next_state(QUOTE, quote.state, command.verb)
    day = believed_day(command.business_date, facts)
    early = command.verb == "expire" and (quote.valid_until is None or day <= quote.valid_until)
    if state is None or early:
        found.append(_wrong_state(quote, command.verb))
    if command.verb == "lose" and not command.reason.strip():
        found.append(finding("reason_required", quote.id, number=quote.number))
    if blocking(tuple(found)):
        return [], sorted(found)
    assert state is not None
    return [QuoteMoved(quote_id=quote.id, state=state)], found


def _no_quote(facts: Facts, quote_id: str) -> Finding:
    code = "fact_missing" if facts.quote.status == NOT_HERE else "quote_unknown"
    return finding(code, quote_id, what="quote")


def _moved_on(quote: QuoteFact, mine: int) -> Finding:
    return finding("revision_moved_on", quote.id, number=quote.number, mine=mine, now=quote.revision)


def _wrong_state(quote: QuoteFact, verb: str) -> Finding:
    return finding("quote_wrong_state", quote.id, number=quote.number, state=quote.state, verb=verb)
