"""Whose yes is asked, until when, and in whose place, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.commands import CounterLine
from app.screens.approval_levels import acting_words, asked, counter_lines, due_words, level_words
from app.screens.approvals import present, present_detail
from app.screens.formats import Formats
from app.workspace.rows.approvals import (
    ApprovalDetail,
    ApprovalLine,
    ApprovalQueue,
    NeedLine,
    OtherNeed,
    QueueRow,
    UnusedDecision,
)

FORMATS = Formats(lambda: datetime(2026, 11, 27, 12, 0, tzinfo=UTC), zone=UTC)
FIRST = OtherNeed("a", "manager", "discount_over_limit", "pending", "", None, "", 1, "2026-11-27", "director")
SECOND = OtherNeed(
    "b", "director", "discount_over_limit", "pending", "", None, "", 2, "2026-11-27", "director"
)
CREDIT = OtherNeed("c", "finance", "credit_limit_exceeded", "approved", "Fay Nance", "2026-11-26", "fine", 1)
LINE = ApprovalLine(
    1, "p1", "S1", "Stent", "EA", 2, 2000, 1000, 80_0000, None, 160_00, '{"v":"1","steps":[]}', None
)
DETAIL = ApprovalDetail(
    "a", "q", "MB-A-0042", 1, 1, "pending_approval", "manager", "discount_over_limit", "pending", (), "2026-11-25",
    "acc", "Harbour", "A1", "active", "", "Main, 1 Quay", "rep", "Mia Berg", "2026-11-20", "USD", "", "",
    200_00, 160_00, (LINE,), (), (FIRST, SECOND, CREDIT), (), 0, True,
)  # fmt: skip


def test_a_stack_tells_which_level_this_is_and_who_comes_next() -> None:
    assert level_words(DETAIL) == "Level 1 of 2: manager, then director"
    assert level_words(replace(DETAIL, approval_id="b")) == "Level 2 of 2: manager, then director"
    assert level_words(replace(DETAIL, approval_id="c", code="credit_limit_exceeded")) == ""


@pytest.mark.parametrize(
    ("due_on", "words", "tone"),
    [
        ("2026-11-28", "For a manager until Nov 28; from Nov 29 a director may decide as well.", ""),
        ("2026-11-27", "For a manager until Nov 27; from Nov 28 a director may decide as well.", ""),
        (
            "2026-11-26",
            "Overdue: it was to be decided by Nov 26. Nothing waits for one person alone, so besides a manager a "
            "director may decide it now.",
            "bad",
        ),
        (None, "", ""),
    ],
)
def test_the_due_day_says_who_may_decide_after_it(due_on: str | None, words: str, tone: str) -> None:
    detail = replace(DETAIL, needs=(replace(FIRST, due_on=due_on), SECOND))

    assert due_words(detail, FORMATS) == (words, tone)


def test_a_need_that_is_settled_or_goes_to_nobody_else_has_no_due_day() -> None:
    assert due_words(replace(DETAIL, state="approved"), FORMATS) == ("", "")
    assert due_words(replace(DETAIL, approval_id="b"), FORMATS) == ("", "")  # a director's goes to a director


def test_an_overdue_one_says_so_in_its_state() -> None:
    late = replace(DETAIL, needs=(replace(FIRST, due_on="2026-11-26"),))

    state = present_detail(late, (), FORMATS, waiting=True, role="director")

    assert (state.state, state.tone) == ("Overdue", "bad")
    assert state.acting == "It was asked of a manager; you may decide it because it is overdue."
    assert state.asked == ()  # nobody else is asked
    on_time = present_detail(DETAIL, (), FORMATS, waiting=True, role="manager")
    assert (on_time.state, on_time.tone, on_time.acting) == ("Waiting", "warn", "")


def test_whoever_stands_in_is_told_for_whom() -> None:
    assert (
        acting_words(replace(DETAIL, in_place_of="Ann Away"), "rep") == "You decide in the place of Ann Away."
    )
    assert acting_words(DETAIL, "admin") == ""
    assert acting_words(DETAIL, "rep") == ""
    assert acting_words(replace(DETAIL, in_place_of="Ann Away", state="approved"), "rep") == ""


def test_everybody_asked_is_told_with_where_it_stands() -> None:
    told = asked(replace(DETAIL, needs=(SECOND, FIRST, CREDIT)), FORMATS)

    assert [(one.title, one.state, one.tone, one.more, one.here) for one in told] == [
        ("Finance: Over the credit limit", "Approved", "ok", "Fay Nance, yesterday: fine", False),
        (
            "Manager: Discount over the limit",
            "Waiting",
            "warn",
            "From Nov 28 a director may decide as well",
            True,
        ),
        ("Director: Discount over the limit", "Waiting", "warn", "", False),
    ]


def test_one_of_them_that_is_overdue_says_so() -> None:
    [told] = asked(replace(DETAIL, needs=(replace(FIRST, due_on="2026-11-26"),)), FORMATS)

    assert (told.state, told.tone) == ("Overdue", "bad")


def test_what_nobody_needs_any_more_is_not_called_overtaken() -> None:
    gone = replace(SECOND, state="superseded")

    stopped = asked(replace(DETAIL, needs=(replace(FIRST, state="countered"), gone)), FORMATS)
    overtaken = asked(replace(DETAIL, needs=(replace(FIRST, state="superseded"), gone)), FORMATS)

    assert stopped[1].state == "Not needed any more"
    assert overtaken[1].state == "Overtaken by a newer revision"


def test_a_counter_offer_is_told_beside_what_was_asked() -> None:
    offered = (
        CounterLine(line_no=1, qty=5, unit_price=85_0000),
        CounterLine(line_no=9, qty=1, unit_price=1),  # of a line that is not here
    )

    assert counter_lines(replace(DETAIL, counter=offered), FORMATS) == (
        "Stent: 5 at $85.00 (asked: 2 at $80.00)",
    )
    none = (CounterLine(line_no=1, qty=0, unit_price=80_0000),)
    assert counter_lines(replace(DETAIL, counter=none), FORMATS) == ("Stent: not at all",)
    assert counter_lines(replace(DETAIL, counter=offered, quote_revision=2), FORMATS) == ()


def test_the_queue_says_what_is_overdue_and_for_whom_one_stands_in() -> None:
    row = QueueRow(
        "a", "q", "MB-A-0042", 1, "manager", "x", (NeedLine("1", ()),), "2026-11-24", "Harbour", "acc", "Mia Berg",
        "USD", 200_00, 160_00, 1, "2026-11-26", "Ann Away",
    )  # fmt: skip

    late, on_time = present(
        ApprovalQueue((row, replace(row, due_on="2026-11-27")), (), (), None), FORMATS
    ).waiting

    assert late.about == "MB-A-0042 · Overdue · Mia Berg · for Ann Away"
    assert on_time.about == "MB-A-0042 · Mia Berg · 3 days ago · for Ann Away"


def test_a_counter_offer_that_was_not_used_is_called_one() -> None:
    lost = UnusedDecision(
        "op", "c", "N-2", "Quay", False, True, "2026-11-27T10:00:00+00:00", (), countered=True
    )

    assert present(ApprovalQueue((), (), (lost,), None), FORMATS).past[0].state == (
        "Refused: your counter-offer was not used"
    )
