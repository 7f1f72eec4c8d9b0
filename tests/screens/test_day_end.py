"""The day end in words: what waits, what is asked for, how a signed count stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from moving_kit import FORMATS, TODAY, par

from app.domain.decide import APPLIED, EXCEPTION, HELD, PARKED, REJECTED
from app.screens import trunk, trunk_count
from app.screens.day_end import (
    CONFIRMED,
    HELD_UP,
    NEEDS,
    SENT,
    WAITING,
    present_closing,
    present_summary,
    reason_words,
    standing,
)
from app.screens.trunk_transfers import present_refill
from app.workspace.rows.day_end import Asked, AskedLine, Closing, DayEnd, Difference, SignedCount, Standing
from app.workspace.rows.moving import Moving
from app.workspace.rows.sync import OpRow
from app.workspace.rows.trunk import CountDraft, CountedLot, CountSheetLot, CountView, TrunkPlace, TrunkView

SALE = OpRow(
    "op-1", "SellFromTrunk", "2026-11-23T09:12:00+00:00", False, "applied", None, None, False, (), "RE-A-0003",
    "Harbour", "a1", "d1", "sales_order",
)  # fmt: skip
SHORT = Difference("p1", "P1", "Stent", "L1", "", 5, 3, "other: fell behind the seat")
COUNT = SignedCount(
    "RE-A-0004", "Rita", 60, (SHORT,), "c1", "2026-11-23T17:30:00+00:00", "ab12" * 16, Standing(False, None)
)
DAY = DayEnd(
    "Trunk of Rita", TODAY, (), (COUNT,), (), 2, (Asked("x1", "RE-A-0005", (AskedLine("Stent", "P1", 9),)),),
    "2026-11-23T17:30:00+00:00", "2026-11-21T08:00:00+00:00",
)  # fmt: skip
NEVER_SENT, ANSWERED = Standing(False, None), Standing(True, APPLIED)


@pytest.mark.parametrize(
    ("ops", "together"),
    [
        ((NEVER_SENT, NEVER_SENT), WAITING),
        ((ANSWERED, NEVER_SENT), WAITING),
        ((Standing(True, None), ANSWERED), SENT),
        ((ANSWERED, ANSWERED), CONFIRMED),
        ((Standing(True, HELD), ANSWERED), HELD_UP),
        ((Standing(True, HELD), Standing(True, None)), SENT),
        ((Standing(True, REJECTED), NEVER_SENT), NEEDS),
        ((Standing(True, PARKED), ANSWERED), NEEDS),
        ((Standing(True, EXCEPTION), ANSWERED), NEEDS),
    ],
)
def test_several_ops_stand_as_the_one_furthest_behind_unless_one_needs_somebody(
    ops: tuple[Standing, ...], together: str
) -> None:
    assert standing(ops) == together


@pytest.mark.parametrize(
    ("result", "words", "tone"),
    [
        (Standing(False, None), "Saved — waiting to send (2)", "accent"),
        (Standing(True, None), "Sent", "accent"),
        (Standing(True, "applied"), "Confirmed", "ok"),
        (Standing(True, "held"), "Confirmed; a large difference waits for approval", "warn"),
        (Standing(True, "rejected"), "Needs you", "bad"),
    ],
)
def test_the_summary_says_how_far_it_has_come(result: Standing, words: str, tone: str) -> None:
    state = present_summary(replace(DAY, counts=(replace(COUNT, standing=result),)), "c1", FORMATS)

    assert state is not None
    assert (state.state, state.tone) == (words, tone)


def test_the_summary_tells_what_was_counted_what_differs_what_was_asked_for_and_who_signed() -> None:
    state = present_summary(DAY, "c1", FORMATS)

    assert state is not None
    assert state.counted == ("60 lots counted", "59 lots agree with the books", "1 variance, −2 units in all")
    [line] = state.differences
    assert (line.lot, line.figures, line.difference) == ("Lot L1", "Books 5 · counted 3", "−2")
    assert line.reason == "Other: fell behind the seat"
    assert state.asked == ("9 units of 1 product (RE-A-0005)", "9 × Stent")
    assert state.unsent == (
        "2 entries wait to be sent.",
        "The oldest was saved 17:30.",
        "Last contact with the server: 2 days ago",
    )
    assert state.signature == (
        ("Name", "Rita"),
        ("Signed", "Nov 23, 2026, 17:30"),
        ("Meaning", "Counted by me"),
        ("Document hash", "ab12" * 16),
    )


def test_a_count_of_another_device_is_signed_by_name_alone_and_without_a_variance_says_so() -> None:
    other = SignedCount("RE-B-0001", "Rita", 3, (), "c2")

    state = present_summary(replace(DAY, counts=(other,), asked=(), waiting=0), "c2", FORMATS)

    assert state is not None
    assert [name for name, _words in state.signature] == ["Name", "Meaning"]
    assert state.counted == ("3 lots counted", "No variance")
    assert state.unsent[0] == "Nothing waits to be sent."


def test_a_count_that_is_not_of_the_day_has_no_summary() -> None:
    assert present_summary(DAY, "c9", FORMATS) is None


def test_closing_tells_the_oldest_that_waits_and_the_button_what_is_asked_for() -> None:
    found = Closing((SALE,), None, Moving(par=(par(1, 4),)))

    state = present_closing(found, {"p1": 4}, FORMATS, asks=True)

    assert state.unsent == "1 entry waits to be sent."
    assert state.oldest == "The oldest: Sale from the trunk RE-A-0003, saved 09:12."
    assert state.contact == "No contact with the server yet"
    assert state.sign == "Sign, and ask for 4 units"


@pytest.mark.parametrize(("qty", "asks"), [(4, False), (0, True)])
def test_switched_off_or_with_nothing_to_ask_for_the_button_only_signs(qty: int, asks: bool) -> None:
    found = Closing((), None, Moving(par=(par(1, 4),)))

    assert present_closing(found, {"p1": qty}, FORMATS, asks=asks).sign == "Sign and save"


def test_what_is_lent_is_told_beside_what_is_coming() -> None:
    row = replace(par(1, 2, coming=1), lent=1)

    [line] = present_refill(Moving(par=(row,)), {"p1": 2}, FORMATS).lines

    assert line.about == "P1 · 1 here, 1 coming, 1 lent, par 5"


@pytest.mark.parametrize(
    ("kept", "told"),
    [("lost", ("Lost", "")), ("other: fell", ("Other", "fell")), ("as told", ("as told", ""))],
)
def test_a_reason_is_told_by_its_code_with_its_note(kept: str, told: tuple[str, str]) -> None:
    assert reason_words(kept) == told


# -- the second count -------------------------------------------------------------------------------------------------


def view(**changes: object) -> CountView:
    """Two lots, both counted; L1 differs."""
    lines = tuple(
        CountedLot("p1", lot, counted, 5, "2026-11-23T09:01:00+00:00")
        for lot, counted in (("l1", 1), ("l2", 5))
    )
    draft = replace(CountDraft("c", "t", "2026-11-23T09:00:00+00:00", lines), **changes)  # type: ignore[arg-type]
    sheet = tuple(
        CountSheetLot("p1", lot, "P1", "Stent", "", "lot", lot.upper(), "", None) for lot in ("l1", "l2")
    )
    return CountView(TrunkPlace("t", "T", True), sheet, draft, 2)


def test_a_second_count_lists_what_it_is_about_without_the_figures_of_the_first() -> None:
    state = trunk_count.present(view(again=("p1|l1",)), FORMATS)

    assert [(row.lot, row.counted) for row in state.rows] == [("Lot L1", "")]
    assert (state.progress, state.can_review) == ("Second count: 0 of 1 lot", False)
    assert state.review_words == "Look it over (1 to count again)"
    assert state.second.startswith("Count this lot a second time")


def test_a_second_count_that_was_begun_can_be_looked_over() -> None:
    state = trunk_count.present(view(again=("p1|l1",), begun=("p1|l1",)), FORMATS)

    assert (state.can_review, state.complete) == (True, True)


def test_a_count_without_lots_is_never_complete() -> None:
    assert not trunk_count.present(CountView(TrunkPlace("t", "T", True), (), None), FORMATS).complete


def test_lots_that_were_not_counted_are_named_and_the_many_are_counted() -> None:
    lots = tuple(
        CountSheetLot("p1", f"l{n}", "P1", "Stent", "", "lot", f"L{n}", "", None) for n in range(10, 20)
    )
    state = trunk_count.review(CountView(TrunkPlace("t", "T", True), lots, None), FORMATS, signed_by="R")

    assert [one.lot for one in state.left][:2] == ["Lot L10", "Lot L11"]
    assert state.left_more == "and 2 more"


@pytest.mark.parametrize(
    ("day_end", "words"),
    [
        (True, ("Count the trunk", "Go on: day end (2 counted)")),
        (False, ("Go on counting (2 counted)", "Day end")),
    ],
)
def test_the_trunk_says_which_kind_of_count_goes_on(day_end: bool, words: tuple[str, str]) -> None:
    found = TrunkView(TrunkPlace("t", "T", True), (), (), None, view(day_end=day_end).draft)

    state = trunk.present(found, FORMATS, TODAY)

    assert (state.count_words, state.day_end) == words
