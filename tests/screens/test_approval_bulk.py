"""Several alike at once: which belong together, what they come to, what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.rejections import finding
from app.screens.approval_bulk import alike, done_words, offer, present
from app.screens.formats import Formats
from app.workspace.rows.approvals import NeedLine, QueueRow

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
NEED = (NeedLine("1", (("discount", "2000"), ("limit", "1000"), ("product", "Stent"))),)
FIRST = QueueRow(
    "a", "q", "MB-A-0042", 1, "manager", "discount_over_limit", NEED, "2026-11-20", "Harbour", "acc", "Mia Berg",
    "USD", 200_00, 160_00,
)  # fmt: skip
SECOND = replace(FIRST, approval_id="b", account="Quay", total=40_00)
OTHERS = (
    replace(FIRST, approval_id="c", code="credit_limit_exceeded"),
    replace(FIRST, approval_id="d", role="director"),
    replace(FIRST, approval_id="e", currency="EUR"),
)


def test_alike_are_those_that_ask_the_same_of_the_same_role_in_the_same_currency() -> None:
    waiting = (FIRST, *OTHERS, SECOND)

    assert alike(waiting, "b") == (FIRST, SECOND)
    assert alike(waiting, "c") == (OTHERS[0],)
    assert alike(waiting, "gone") == ()
    assert offer(waiting, "a") == "Decide 2 like this at once"
    assert offer(waiting, "c") == ""


def test_the_buttons_and_the_sum_are_those_of_what_is_picked() -> None:
    both = present((FIRST, SECOND), {"a", "b"}, {}, FORMATS)
    one = present((FIRST, SECOND), {"b"}, {}, FORMATS)

    assert (both.title, both.picked, both.approve, both.decline) == ("2 alike", 2, "Approve 2", "Decline 2")
    assert "come to $200.00" in both.about
    assert "come to $40.00" in one.about
    assert [row.picked for row in one.rows] == [False, True]
    assert (one.rows[0].about, one.rows[0].need) == (
        "MB-A-0042 · Mia Berg · 3 days ago",
        "20% off, limit 10%",
    )


def test_what_was_refused_says_why() -> None:
    settled = finding("approval_settled", "a", number="MB-A-0042", state="declined")

    state = present((FIRST,), set(), {"a": (settled,)}, FORMATS)

    assert "MB-A-0042" in state.rows[0].refused
    assert present((), set(), {}, FORMATS).rows == ()


def test_the_outcome_is_one_line() -> None:
    assert done_words(1, 0) == "1 decided"
    assert done_words(8, 2) == "8 decided; 2 could not be"
