"""What changed between two revisions, in words: lines, words, total; and what is not known is not made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.screens.formats import Formats
from app.screens.quote_changes import changes_action, last_two, present
from app.workspace.rows.revisions import Revision, RevisionLine, Revisions

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
STENT = RevisionLine("p", "SKU", "Stent", "EA", 2, 0, 100_0000, 200_00)
WIRE = RevisionLine("w", "W-1", "Guide wire", "EA", 5, 500, 9_5000, 47_50)
FIRST = Revision(
    number=1, day="2026-11-20", currency="USD", account="Harbour Hospital", ship_to="Main", po_number="", note="",
    total=247_50, lines=(STENT, WIRE),
)  # fmt: skip
SECOND = replace(FIRST, number=2, day="2026-11-23")


def compared(second: Revision, first: Revision = FIRST) -> Any:
    return present(Revisions("q", "RE-A-0001", (second, first)), 1, 2, FORMATS)


def told(second: Revision, first: Revision = FIRST) -> list[tuple[str, str, str, str]]:
    return [(one.title, one.kind, one.before, one.after) for one in compared(second, first).changes]


def test_two_that_say_the_same_have_no_differences() -> None:
    state = compared(SECOND)

    assert state.changes == ()
    assert state.says == "Nothing is different."
    assert state.total == "Net total $247.50 → $247.50"


def test_a_line_that_came_in_and_one_that_was_taken_out() -> None:
    clip = RevisionLine("c", "C-1", "Clip", "EA", 1, 0, 3_0000, 3_00)

    assert told(replace(SECOND, lines=(STENT, clip), total=203_00)) == [
        ("Clip", "Added", "–", "1 EA at $3.00"),
        ("Guide wire", "Taken out", "5 EA at $9.50", "–"),
    ]


@pytest.mark.parametrize(
    ("changes", "before", "before_more", "after", "after_more"),
    [
        (
            {"qty": 3, "extended": 300_00},
            "2 EA at $100.00",
            "$200.00",
            "3 EA at $100.00",
            "$300.00",
        ),
        (
            {"discount_bp": 1000, "unit_price": 90_0000, "extended": 180_00},
            "2 EA at $100.00",
            "$200.00",
            "2 EA at $90.00",
            "10% off · $180.00",
        ),
        (
            {"unit_price": 110_0000, "extended": 220_00},
            "2 EA at $100.00",
            "$200.00",
            "2 EA at $110.00",
            "$220.00",
        ),
    ],
)
def test_quantity_discount_and_price_stand_side_by_side(
    changes: dict[str, int], before: str, before_more: str, after: str, after_more: str
) -> None:
    [change] = compared(replace(SECOND, lines=(replace(STENT, **changes), WIRE))).changes

    assert change.kind == "Changed"
    assert (change.before, change.before_more) == (before, before_more)
    assert (change.after, change.after_more) == (after, after_more)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (300_00, "Net total $247.50 → $300.00: $52.50 more"),
        (200_00, "Net total $247.50 → $200.00: $47.50 less"),
    ],
)
def test_the_total_says_how_much_more_or_less(total: int, words: str) -> None:
    assert compared(replace(SECOND, total=total)).total == words


def test_the_words_around_the_lines_are_compared_as_well() -> None:
    second = replace(SECOND, po_number="77", note="call first", ship_to="Annex", account="Bay Clinic")

    assert told(second) == [
        ("Account", "Changed", "Harbour Hospital", "Bay Clinic"),
        ("Ship to", "Changed", "Main", "Annex"),
        ("PO number", "Added", "–", "77"),
        ("Note", "Added", "–", "call first"),
    ]


def test_two_lines_of_one_product_are_told_apart_by_their_place() -> None:
    more = replace(STENT, qty=9, extended=900_00)

    assert told(replace(SECOND, lines=(STENT, more, WIRE))) == [
        ("Stent", "Added", "–", "9 EA at $100.00"),
    ]


def test_without_the_prices_of_then_what_was_asked_is_compared_and_it_says_so() -> None:
    asked = replace(STENT, unit_price=None, extended=None)
    first = replace(FIRST, day="", total=None, lines=(asked, replace(WIRE, qty=4, unit_price=None)))

    state = compared(SECOND, first)

    assert [(one.title, one.before, one.after) for one in state.changes] == [
        ("Guide wire", "4 EA", "5 EA at $9.50")
    ]
    assert state.says.endswith("this tablet knows what was asked, not the prices.")
    assert state.total == "$247.50"


def test_an_earlier_revision_that_is_not_here_is_said_to_be_missing() -> None:
    state = present(Revisions("q", "RE-A-0001", (SECOND,)), 1, 2, FORMATS)

    assert state.says == "The earlier revision is not on this tablet."
    assert [one.words for one in state.choices] == ["Revision 2, Nov 23, 2026"]


def test_the_last_two_that_are_known_are_compared_first() -> None:
    third = replace(SECOND, number=4)

    assert last_two(Revisions("q", "N", (third, SECOND, FIRST))) == (2, 4)
    assert last_two(Revisions("q", "N", (SECOND,))) == (1, 2)


def test_a_screen_reader_hears_the_whole_change() -> None:
    [change] = compared(replace(SECOND, lines=(replace(STENT, qty=3, extended=300_00), WIRE))).changes

    assert change.spoken == "Stent, Changed: before 2 EA at $100.00, $200.00; after 3 EA at $100.00, $300.00"


def test_only_a_revised_quote_leads_there() -> None:
    from types import SimpleNamespace

    assert changes_action(SimpleNamespace(id="q", revision=1)) == ()  # type: ignore[arg-type]
    [action] = changes_action(SimpleNamespace(id="q", revision=2))  # type: ignore[arg-type]
    assert (action.words, action.target) == ("What changed", "q")
