"""Whose yes is asked, in which order, until when, and in whose place (DOMAIN.md §5), in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.approvals import place, plays
from app.domain.days import plus_days
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.approvals import ApprovalDetail, ApprovalLine, OtherNeed

_TONES = {"approved": "ok", "declined": "bad", "countered": "warn", "superseded": "muted", "pending": "warn"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One of those who must say yes. `here`: the one that is shown."""

    title: str  # which role, about what
    state: str
    tone: str
    more: str  # who said it, when and with which words; or until when it is asked
    here: bool
    spoken: str


def level_words(detail: ApprovalDetail) -> str:
    """`1 of 2: manager, then director`; '' when only one is asked about this."""
    stack = [one for one in detail.needs if one.code == detail.code]
    at = next((n for n, one in enumerate(stack, 1) if one.approval_id == detail.approval_id), 0)
    if len(stack) < 2 or not at:
        return ""
    return tr("approvals.level", at=at, of=len(stack), roles=_then([one.role for one in stack]))


def due_words(detail: ApprovalDetail, formats: Formats) -> tuple[str, str]:
    """(words, tone): until when a need that waits is the asked role's alone, and who may decide after that; ('', '')
    when it is settled or never escalates."""
    if detail.state != "pending":
        return "", ""
    own = next((one for one in detail.needs if one.approval_id == detail.approval_id), None)
    if own is None or own.due_on is None or not _goes_on(own):
        return "", ""
    role, next_role = tr(f"role.{own.role}"), tr(f"role.{own.escalate_to}")
    if is_overdue(own.due_on, formats):
        words = tr("approvals.overdue", due=formats.day_and_month(own.due_on), role=role, next_role=next_role)
        return words, "bad"
    after = formats.day_and_month(plus_days(own.due_on, 1))
    return tr(
        "approvals.due", due=formats.day_and_month(own.due_on), day=after, role=role, next_role=next_role
    ), ""


def is_overdue(due_on: str | None, formats: Formats) -> bool:
    """Whether the last day for the asked role is over."""
    return due_on is not None and due_on < formats.today()


def acting_words(detail: ApprovalDetail, role: str) -> str:
    """In whose place a person of `role` would decide, or that they may because nobody did; '' where it goes without
    saying."""
    if detail.state != "pending":
        return ""
    if detail.in_place_of:
        return tr("approvals.acting", name=detail.in_place_of)
    own = next((one for one in detail.needs if one.approval_id == detail.approval_id), None)
    if own is None or plays(role, own.role) or not plays(role, own.escalate_to):
        return ""
    return tr("approvals.acting.overdue", role=tr(f"role.{own.role}"))


def asked(detail: ApprovalDetail, formats: Formats) -> tuple[Asked, ...]:
    """Everybody whose yes this revision needs, each with where it stands."""
    stopped = any(one.state in ("declined", "countered") for one in detail.needs)
    ordered = sorted(detail.needs, key=lambda one: (one.code, one.level, place(one.role)))
    return tuple(_asked(one, detail, formats, stopped=stopped) for one in ordered)


def counter_lines(detail: ApprovalDetail, formats: Formats) -> tuple[str, ...]:
    """What was offered instead, line by line."""
    lines: dict[int, ApprovalLine] = {one.line_no: one for one in detail.lines}
    told = []
    for one in detail.counter:
        line = lines.get(one.line_no)
        if line is None or detail.revision != detail.quote_revision:
            continue  # the lines that it was about are not here any more
        price = formats.unit_price(one.unit_price, detail.currency)
        before = formats.unit_price(line.unit_price, detail.currency)
        told.append(
            tr("approvals.counter.gone", product=line.product)
            if one.qty == 0
            else tr(
                "approvals.counter.line",
                product=line.product,
                qty=formats.qty(one.qty),
                price=price,
                asked_qty=formats.qty(line.qty),
                asked_price=before,
            )
        )
    return tuple(told)


def _asked(need: OtherNeed, detail: ApprovalDetail, formats: Formats, *, stopped: bool) -> Asked:
    title = tr("approvals.asked", role=tr(f"role_title.{need.role}"), need=named("approvals.need", need.code))
    state = named("approval_state", need.state)
    tone = _TONES.get(need.state, "")
    if need.state == "superseded" and stopped:
        state = tr("approvals.not_needed")
    more = ""
    if need.decided_by:
        more = tr("approvals.decided_by", name=need.decided_by, when=formats.age(need.decided_on))
        more = f"{more}: {need.comment}" if need.comment else more
    elif need.state == "pending" and need.due_on is not None and _goes_on(need):
        late = is_overdue(need.due_on, formats)
        state = tr("approvals.state.overdue") if late else state
        tone = "bad" if late else tone
        day = formats.day_and_month(plus_days(need.due_on, 1))
        more = tr("approvals.asked.due", day=day, next_role=tr(f"role.{need.escalate_to}"))
    here = need.approval_id == detail.approval_id
    spoken = ". ".join(part for part in (f"{title}: {state}", more) if part)
    return Asked(title, state, tone, more, here, spoken)


def _goes_on(need: OtherNeed) -> bool:
    """Whether somebody else may decide once it is overdue; a role does not escalate to itself."""
    return bool(need.escalate_to) and need.escalate_to != need.role


def _then(roles: Sequence[str]) -> str:
    """`manager, then director, then finance`."""
    told = [tr(f"role_title.{one}").lower() for one in roles]
    for one in told[1:]:
        told[0] = tr("approvals.then", first=told[0], second=one)
    return told[0]
