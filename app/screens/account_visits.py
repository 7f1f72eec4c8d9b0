"""Visits to an account: what was noted, newest first, and the note that is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.days import days_between, plus_days
from app.domain.field_commands import MAX_NOTE
from app.screens.formats import Formats
from app.screens.quotes import sending_words
from app.screens.wording import tr
from app.workspace.rows.notes import VisitDraft
from app.workspace.rows.visits import VisitRow

WEEKS = (1, 2, 4)  # until the next visit, as one tap


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit: when and by whom, what was noted, and the next one that was named (`next`, '' without)."""

    id: str
    day: str
    by: str
    note: str
    next: str
    tone: str
    sending: str

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.day, self.by, self.note, self.next, self.sending) if part)


@dataclass(frozen=True, slots=True)
class VisitsView:
    """The page: its tab, and the visits."""

    tab: str
    lines: tuple[VisitLine, ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    """The form: whether it can be saved, and why not. `shown_on` is the day in the field for the next visit."""

    note: str
    comes_again: bool
    shown_on: str
    can_save: bool
    hint: str


def present(rows: Sequence[VisitRow], day: str, formats: Formats) -> VisitsView:
    """The visits on `day` (ISO), in their order: the newest first. Only the newest one's next visit is still to come
    or late; of those before it is past."""
    tab = tr("visits.tab", many=formats.qty(len(rows))) if rows else tr("visits.tab.none")
    lines = tuple(_line(one, day, formats, newest=at == 0) for at, one in enumerate(rows))
    return VisitsView(tab, lines)


def present_note(draft: VisitDraft, day: str, formats: Formats) -> NoteView:
    """The note that is being written on `day` (ISO)."""
    over = len(draft.note.strip()) - MAX_NOTE
    hint = ""
    if not draft.note.strip():
        hint = tr("visits.hint.note")
    elif over > 0:
        hint = tr("visits.hint.long", count=over)
    return NoteView(
        note=draft.note,
        comes_again=bool(draft.next_on),
        shown_on=draft.next_on or plus_days(day, 7 * WEEKS[-1]),
        can_save=not hint,
        hint=hint,
    )


def in_weeks(day: str, weeks: int) -> str:
    """The day (ISO) so many weeks on."""
    return plus_days(day, 7 * weeks)


def next_visit(next_on: str, day: str, formats: Formats) -> tuple[str, str]:
    """How a next visit stands on `day`, in words and tone."""
    late = days_between(next_on, day)
    if late > 0:
        return tr("visits.late", count=late), "bad"
    if late == 0:
        return tr("visits.today"), "warn"
    return tr("visits.next", day=formats.date(next_on)), "accent"


def _line(one: VisitRow, day: str, formats: Formats, *, newest: bool) -> VisitLine:
    words, tone = next_visit(one.next_on, day, formats) if newest and one.next_on else ("", "")
    sending = sending_words("visit", one.sending)[0] if one.sending not in ("", "confirmed") else ""
    by = tr("visits.you") if one.mine else one.by or tr("visits.somebody")
    return VisitLine(one.id, formats.date(one.day), by, one.note, words, tone, sending)
