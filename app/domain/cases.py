"""Cases for the office: what a fact brought that the rules could not accept as it stands (SYNC.md law 5).

A case is opened with the fact, and closed by a person who says what was done about it. The fact itself stays.
"""

from __future__ import annotations

from app.domain.commands import ResolveCase
from app.domain.events import CaseResolved, Event
from app.domain.facts import NOT_HERE, Facts
from app.domain.parties import ADMIN, FINANCE, MANAGER, OPERATIONS
from app.domain.rejections import Finding, finding

OPEN, RESOLVED = "open", "resolved"
_ROLES = (MANAGER, OPERATIONS, FINANCE, ADMIN)


def resolve(command: ResolveCase, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """Close a case with words. Not by its author (who sent the fact), and only where the actor may look: a case of
    another territory is answered as one that is not there."""
    known, actor = facts.case.value, facts.actor.value
    if actor is None or actor.role not in _ROLES:
        return [], [finding("not_allowed", command.actor, role=",".join(_ROLES))]
    if known is None:
        code = "fact_missing" if facts.case.status == NOT_HERE else "case_unknown"
        return [], [finding(code, command.case_id, what="case")]
    if known.territory_id is not None and not actor.covers(known.territory_id):
        return [], [finding("case_unknown", command.case_id, what="case")]
    found = []
    if known.state != OPEN:
        found.append(finding("case_resolved", command.case_id))
    if known.rep_id == command.actor:
        found.append(finding("maker_is_checker", command.case_id, number=command.case_id))
    if not command.resolution.strip():
        found.append(finding("reason_required", command.case_id))
    if found:
        return [], found
    day = facts.received_on or command.business_date
    return [
        CaseResolved(
            case_id=known.id, resolved_by=command.actor, resolution=command.resolution, resolved_on=day
        )
    ], []
