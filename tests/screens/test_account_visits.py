"""Visits in words: what was noted, which next one counts, and when a note can be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.screens.account_visits import present, present_note
from app.screens.formats import Formats
from app.workspace.rows.notes import VisitDraft
from app.workspace.rows.visits import VisitRow

DAY = "2026-11-23"
FORMATS = Formats(lambda: datetime(2026, 11, 23, 14, 5, tzinfo=UTC), zone=UTC)
VISIT = VisitRow(
    id="v1", account_id="a1", account="Oslo", account_number="A1", by="Ada Berg", mine=False, day="2026-11-20",
    note="Needs stents", next_on="2026-12-01", sending="confirmed",
)  # fmt: skip
DRAFT = VisitDraft("v9", "a1")


def test_a_visit_tells_when_by_whom_and_what() -> None:
    view = present((VISIT,), DAY, FORMATS)

    [line] = view.lines
    assert (view.tab, line.day, line.by, line.note) == (
        "Visits (1)",
        "Nov 20, 2026",
        "Ada Berg",
        "Needs stents",
    )
    assert line.spoken == "Nov 20, 2026, Ada Berg, Needs stents, Next Dec 1, 2026"


@pytest.mark.parametrize(
    ("one", "by"),
    [(replace(VISIT, mine=True), "you"), (replace(VISIT, by=""), "a colleague")],
)
def test_who_was_there_is_always_somebody(one: VisitRow, by: str) -> None:
    assert present((one,), DAY, FORMATS).lines[0].by == by


@pytest.mark.parametrize(
    ("next_on", "words", "tone"),
    [("2026-11-22", "1 day late", "bad"), (DAY, "today", "warn"), ("", "", "")],
)
def test_the_next_visit_says_how_it_stands(next_on: str, words: str, tone: str) -> None:
    [line] = present((replace(VISIT, next_on=next_on),), DAY, FORMATS).lines

    assert (line.next, line.tone) == (words, tone)


def test_only_the_newest_visits_next_one_counts() -> None:
    older = replace(VISIT, id="v0", day="2026-10-01", next_on="2026-11-01")

    assert [one.next for one in present((VISIT, older), DAY, FORMATS).lines] == ["Next Dec 1, 2026", ""]


def test_a_visit_that_was_not_sent_says_so() -> None:
    [line] = present((replace(VISIT, sending="waiting"),), DAY, FORMATS).lines

    assert line.sending == "Saved — waiting to send"


def test_no_visits_have_a_tab_without_a_count() -> None:
    assert present((), DAY, FORMATS).tab == "Visits"


@pytest.mark.parametrize(
    ("note", "can", "hint"),
    [
        ("", False, "Write a note to save the visit."),
        (" \n", False, "Write a note to save the visit."),
        ("x" * 2000, True, ""),
        ("x" * 2001, False, "1 character too many"),
        ("x" * 2010, False, "10 characters too many"),
    ],
)
def test_a_note_can_be_saved_when_it_says_something_and_not_too_much(note: str, can: bool, hint: str) -> None:
    view = present_note(replace(DRAFT, note=note), DAY, FORMATS)

    assert (view.can_save, view.hint) == (can, hint)


def test_the_next_visit_is_proposed_in_four_weeks_and_named_only_when_wanted() -> None:
    none, named = (
        present_note(DRAFT, DAY, FORMATS),
        present_note(replace(DRAFT, next_on="2026-12-07"), DAY, FORMATS),
    )

    assert (none.comes_again, none.shown_on) == (False, "2026-12-21")
    assert (named.comes_again, named.shown_on) == (True, "2026-12-07")
