"""Documents being written, on more than one device (SYNC.md §6a): nothing is merged and nothing is overwritten.

A draft has one head. A save names the revision it was based on: when that is still the head, it becomes the next head;
when another device was quicker, it becomes a *sibling*, and both stay until the owner keeps one or merges them. Every
revision keeps its words, who wrote it, when, and who decided; the latest past ones can be brought back.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.commands import CloseDraft, SaveDraft, SettleDraft
from app.domain.events import DraftRevised, DraftRevisionDropped, DraftRevisionMoved, DraftSaved, Event
from app.domain.facts import NOT_HERE, DraftFact, DraftRevisionFact, Facts
from app.domain.ids import derived_id
from app.domain.rejections import Finding, finding

OPEN, CLOSED = "open", "closed"
HEAD, SIBLING, PAST = "head", "sibling", "past"
KEPT = 20  # past revisions of a draft that can be brought back


def revision_of(op_id: str) -> str:
    """The id of the revision that an op makes."""
    return derived_id(op_id, "draft_revision", 0)


def save(command: SaveDraft, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The next head, or a sibling of it. A draft that was closed meanwhile is open again: its words are not lost."""
    known = facts.draft.value
    if known is not None and known.owner_id != command.actor:
        return [], [finding("draft_unknown", command.draft_id, what="draft")]
    revisions = known.revisions if known else ()
    siblings = {one.id for one in revisions if one.state == SIBLING}
    moved_on = known is not None and (known.head != command.based_on or known.state == CLOSED)
    as_head = known is None or known.head == command.based_on
    replaced = {command.based_on} if as_head else siblings & {command.based_on}
    made = revision_of(command.op_id)
    events: list[Event] = [
        DraftSaved(
            draft_id=command.draft_id,
            owner_id=command.actor,
            kind=command.kind,
            number=command.number,
            head=made if known is None or as_head else known.head,
            state=OPEN,
            op_id=command.op_id,
        ),
        *_past(revisions, replaced, "", None),
        DraftRevised(
            revision_id=made,
            draft_id=command.draft_id,
            owner_id=command.actor,
            number=_next(revisions),
            based_on=command.based_on,
            state=HEAD if as_head else SIBLING,
            body=command.body,
            author=command.actor,
            device=command.device,
            saved_at=command.saved_at,
            op_id=command.op_id,
        ),
        *_dropped(revisions, replaced),
    ]
    return events, [finding("draft_moved_on", command.draft_id, number=command.number)] if moved_on else []


def settle(command: SettleDraft, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """One revision for all that stand side by side: one of them, one of the past, or what was merged from them.

    `over` are the revisions that the person had before them; when another has come since, nothing is decided.
    """
    known, found = _mine(command, facts)
    if known is None:
        return [], found
    standing = {one.id for one in known.revisions if one.state != PAST}
    kept = next((one for one in known.revisions if one.id == command.keep), None)
    if kept is None or standing != set(command.over):
        return [], [finding("revision_moved_on", command.draft_id, number=known.number)]
    made, day = revision_of(command.op_id), facts.received_on or command.business_date
    return [
        DraftSaved(
            draft_id=known.id,
            owner_id=known.owner_id,
            kind=known.kind,
            number=known.number,
            head=made,
            state=OPEN,
            op_id=command.op_id,
        ),
        *_past(known.revisions, standing, command.actor, day),
        DraftRevised(
            revision_id=made,
            draft_id=known.id,
            owner_id=known.owner_id,
            number=_next(known.revisions),
            based_on=kept.id,
            state=HEAD,
            body=command.body or kept.body,
            author=command.actor,
            device=command.device,
            saved_at=command.saved_at,
            op_id=command.op_id,
        ),
        *_dropped(known.revisions, standing),
    ], []


def close(command: CloseDraft, facts: Facts) -> tuple[list[Event], list[Finding]]:
    """The draft was handed in or thrown away. One that has moved on, or has siblings, stays open for its owner."""
    known, found = _mine(command, facts)
    if known is None:
        return [], found
    if known.head != command.based_on or any(one.state == SIBLING for one in known.revisions):
        return [], [finding("draft_moved_on", command.draft_id, number=known.number)]
    closed = DraftSaved(
        draft_id=known.id,
        owner_id=known.owner_id,
        kind=known.kind,
        number=known.number,
        head=known.head,
        state=CLOSED,
        op_id=command.op_id,
    )
    return [closed], []


def _mine(command: SettleDraft | CloseDraft, facts: Facts) -> tuple[DraftFact | None, list[Finding]]:
    """The draft, if it is the actor's: another's is answered as one that is not there."""
    known = facts.draft.value
    if known is not None and known.owner_id == command.actor:
        return known, []
    code = "fact_missing" if facts.draft.status == NOT_HERE else "draft_unknown"
    return None, [finding(code, command.draft_id, what="draft")]


def _next(revisions: Iterable[DraftRevisionFact]) -> int:
    return 1 + max((one.number for one in revisions), default=0)


def _past(
    revisions: Iterable[DraftRevisionFact], replaced: set[str], decided_by: str, day: str | None
) -> list[DraftRevisionMoved]:
    return [
        DraftRevisionMoved(revision_id=one.id, state=PAST, decided_by=decided_by, decided_on=day)
        for one in sorted(revisions, key=lambda one: one.number)
        if one.id in replaced
    ]


def _dropped(revisions: Iterable[DraftRevisionFact], replaced: set[str]) -> list[DraftRevisionDropped]:
    """The oldest of the past, beyond KEPT."""
    past = [one for one in revisions if one.state == PAST or one.id in replaced]
    past.sort(key=lambda one: one.number, reverse=True)
    return [DraftRevisionDropped(revision_id=one.id, draft_id=one.draft_id) for one in past[KEPT:]]
