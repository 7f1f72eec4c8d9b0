"""Visits: what was said at a customer's, and when to come again (UX.md, Today and the account's card)."""

from __future__ import annotations

from app.domain.commands import RecordVisit
from app.domain.events import Event, VisitRecorded
from app.domain.facts import NOT_HERE, Facts
from app.domain.rejections import Finding, finding


def record(command: RecordVisit, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """A fact: it is kept with the account, for everybody who holds it, however long ago it was."""
    account = facts.account.value
    if facts.document_exists:
        return [], [finding("document_exists", command.visit_id)]
    if account is None:
        code = "fact_missing" if facts.account.status == NOT_HERE else "account_unknown"
        return [], [finding(code, command.account_id, what="account")]
    visit = VisitRecorded(
        visit_id=command.visit_id,
        account_id=account.id,
        territory_id=account.territory_id,
        rep_id=account.rep_id,
        visited_by=command.actor,
        day=command.business_date,
        note=command.note.strip(),
        next_on=command.next_on,
        op_id=command.op_id,
    )
    return [visit], []
