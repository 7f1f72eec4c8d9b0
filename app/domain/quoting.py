"""Quotes: submit, and the decisions on their approval needs."""

from __future__ import annotations

from dataclasses import replace

from app.domain.approvals import may_decide, needs
from app.domain.commands import DecideApproval, SubmitQuote
from app.domain.eligibility import check_account, check_credit, check_products
from app.domain.events import ApprovalAsked, ApprovalClosed, Event, PricedLine, QuoteMoved, QuoteRecorded
from app.domain.facts import NOT_HERE, Facts, QuoteFact
from app.domain.ids import derived_id
from app.domain.lifecycle import QUOTE, next_state
from app.domain.lines import Asked, Judged, check_date, judge_all
from app.domain.parties import MANAGER, REP
from app.domain.rejections import WARN, Finding, blocking, finding


def submit(command: SubmitQuote, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """All checks on a whole quote; it stands approved, or pending when a finding needs somebody's yes."""
    actor, account, day = facts.actor.value, facts.account.value, command.business_date
    found = [] if actor and actor.role in (REP, MANAGER) else [finding("not_allowed", command.actor)]
    found += _check_revision(command, facts)
    found += check_date(facts, day)
    found += check_account(
        facts,
        command.account_id,
        ship_to_id=command.ship_to_id,
        po_number=command.po_number,
        currency=command.currency,
    )
    if not command.lines:
        found.append(finding("no_lines", command.quote_id))
    found += check_products(facts, (line.product_id for line in command.lines), day)
    judged = _judge(command, facts)
    for one in judged:
        found += one.findings
    total = sum(one.extended for one in judged)
    found += check_credit(facts, total)
    findings = tuple(sorted(set(found)))
    if blocking(findings) or account is None:
        return [], list(findings)
    asked = needs(findings)
    state = next_state(QUOTE, "draft", "submit_for_approval" if asked else "submit")
    assert state is not None
    events: list[Event] = []
    if facts.quote.value:
        events += [
            ApprovalClosed(approval_id=a.id, state="superseded", decided_by=None, decided_on=day, comment="")
            for a in facts.quote.value.approvals
            if a.state == "pending"
        ]
    lines = tuple(_priced(command, n, one) for n, one in enumerate(judged))
    events.append(
        QuoteRecorded(
            quote_id=command.quote_id,
            number=command.number,
            revision=command.revision,
            account_id=account.id,
            ship_to_id=command.ship_to_id,
            territory_id=account.territory_id,
            rep_id=command.actor,
            state=state,
            currency=command.currency,
            business_date=day,
            po_number=command.po_number,
            note=command.note,
            list_total=sum(one.list_extended for one in judged),
            total=total,
            findings=findings,
            op_id=command.op_id,
            lines=lines,
        )
    )
    for ordinal, need in enumerate(asked):
        events.append(
            ApprovalAsked(
                approval_id=derived_id(command.op_id, "approval", ordinal),
                quote_id=command.quote_id,
                revision=command.revision,
                territory_id=account.territory_id,
                rep_id=command.actor,
                role=need.role,
                code=need.code,
                detail=need.detail(),
                asked_on=day,
            )
        )
    return events, list(findings)


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
    )


def _check_revision(command: SubmitQuote, facts: Facts) -> list[Finding]:
    """A first revision of a new quote, or the next one of a quote that may be revised by its author."""
    quote = facts.quote.value
    if quote is None:
        if command.revision == 1:
            return [] if not facts.document_exists else [finding("document_exists", command.quote_id)]
        code = "fact_missing" if facts.quote.status == NOT_HERE else "quote_unknown"
        return [finding(code, command.quote_id, what="quote")]
    if quote.rep_id != command.actor or command.revision == 1:
        return [finding("document_exists", command.quote_id)]
    if command.revision != quote.revision + 1:
        return [
            finding(
                "revision_moved_on",
                command.quote_id,
                number=quote.number,
                mine=command.revision,
                now=quote.revision,
            )
        ]
    if next_state(QUOTE, quote.state, "revise") is None:
        return [
            finding(
                "quote_wrong_state", command.quote_id, number=quote.number, state=quote.state, verb="revise"
            )
        ]
    return []


def decide_approval(command: DecideApproval, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """One decision on one need; the last yes approves the quote, the first no declines it."""
    quote, actor = facts.quote.value, facts.actor.value
    if quote is None:
        code = "fact_missing" if facts.quote.status == NOT_HERE else "quote_unknown"
        return [], [finding(code, command.quote_id, what="quote")]
    approval = next((a for a in quote.approvals if a.id == command.approval_id), None)
    if approval is None:
        return [], [finding("approval_unknown", command.approval_id, number=quote.number)]
    # the yes is the decider's own, so an old date is told and nothing is left to hold
    found = [replace(one, severity=WARN) for one in check_date(facts, command.business_date)]
    if actor is None or not may_decide(actor.role, approval.role) or not actor.covers(quote.territory_id):
        found.append(finding("not_allowed", command.actor, role=approval.role))
    if command.actor == quote.rep_id:
        found.append(finding("maker_is_checker", quote.id, number=quote.number))
    if approval.state != "pending":
        found.append(finding("approval_settled", approval.id, number=quote.number, state=approval.state))
    if command.revision != quote.revision or approval.revision != quote.revision:
        found.append(
            finding(
                "revision_moved_on", quote.id, number=quote.number, mine=command.revision, now=quote.revision
            )
        )
    verb = "approve" if command.approve else "decline"
    if next_state(QUOTE, quote.state, verb) is None:
        found.append(
            finding("quote_wrong_state", quote.id, number=quote.number, state=quote.state, verb=verb)
        )
    if not command.approve and not command.reason.strip():
        found.append(finding("reason_required", approval.id, number=quote.number))
    if blocking(tuple(found)):
        return [], found
    return _settle(command, quote), found


def _settle(command: DecideApproval, quote: QuoteFact) -> list[Event]:
    def closed(approval_id: str, state: str, by: str | None, comment: str) -> ApprovalClosed:
        return ApprovalClosed(
            approval_id=approval_id,
            state=state,
            decided_by=by,
            decided_on=command.business_date,
            comment=comment,
        )

    state = "approved" if command.approve else "declined"
    events: list[Event] = [closed(command.approval_id, state, command.actor, command.reason)]
    others = [a for a in quote.approvals if a.state == "pending" and a.id != command.approval_id]
    if not command.approve:
        events += [closed(a.id, "superseded", None, "") for a in others]
    if not command.approve or not others:
        events.append(QuoteMoved(quote_id=quote.id, state=state))
    return events
