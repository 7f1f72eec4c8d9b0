"""A counter-offer while it is made: what it comes to, what of it is sent, and what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.commands import CounterLine
from app.screens.counter_offer import Typed, as_asked, present
from app.screens.formats import Formats
from app.workspace.rows.approvals import ApprovalDetail, ApprovalLine

FORMATS = Formats(lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)
TRACE = '{"v":"1","steps":[["list","base","Base",1,"most_specific",null,1000000,null]]}'
STENT = ApprovalLine(1, "p1", "S1", "Stent", "EA", 20, 2000, 1000, 80_0000, None, 1600_00, TRACE, 60_0000)
WIRE = ApprovalLine(2, "p2", "W1", "Wire", "EA", 10, 0, 1000, 2_5000, None, 25_00, TRACE, 1_0000)
DETAIL = ApprovalDetail(
    "a", "q", "MB-A-0042", 1, 1, "pending_approval", "manager", "discount_over_limit", "pending", (), "2026-11-20",
    "acc", "Harbour", "A1", "active", "", "Main, 1 Quay", "rep", "Mia Berg", "2026-11-20", "USD", "", "",
    2025_00, 1625_00, (STENT, WIRE), (), (), (), 0, True,
)  # fmt: skip


def typed(**changes: Typed) -> dict[int, Typed]:
    return {**as_asked(DETAIL), **{int(key[1:]): value for key, value in changes.items()}}


def test_it_begins_as_asked_and_has_to_change_something() -> None:
    state = present(DETAIL, as_asked(DETAIL), FORMATS)

    assert [(one.qty, one.price, one.extended) for one in state.lines] == [
        (20, "80.00", "$1,600.00"),
        (10, "2.50", "$25.00"),
    ]
    assert (state.total, state.difference) == ("$1,625.00", "as much as asked")
    assert state.wrong.startswith("Nothing is changed yet.")
    assert state.counter == ()


def test_the_total_the_difference_and_the_margin_follow_what_is_typed() -> None:
    state = present(DETAIL, typed(_1=Typed(25, "85,5")), FORMATS)

    assert (state.lines[0].extended, state.lines[0].note) == (
        "$2,137.50",
        "14.5% below the list price of $100.00",
    )
    assert (state.total, state.difference) == ("$2,162.50", "$537.50 more than asked")
    assert (state.margin, state.margin_tone) == ("Margin $652.50 (30.2%)", "")
    assert state.wrong == ""
    assert state.counter == (CounterLine(line_no=1, qty=25, unit_price=85_5000),)


def test_a_loss_is_told_as_one_and_an_unknown_cost_tells_nothing() -> None:
    cheap = typed(_1=Typed(20, "50"))

    assert present(DETAIL, cheap, FORMATS).margin_tone == "bad"
    assert present(DETAIL, cheap, FORMATS).difference == "$600.00 less than asked"
    unknown = replace(DETAIL, lines=(replace(STENT, unit_cost=None), WIRE))
    assert present(unknown, cheap, FORMATS).margin == ""
    assert present(replace(DETAIL, costs_here=False), cheap, FORMATS).margin == ""


@pytest.mark.parametrize("price", ["", "much", "1,234", "80.00001", "10000000.0001"])
def test_a_price_that_is_none_is_named_at_its_line_and_nothing_is_added_up(price: str) -> None:
    state = present(DETAIL, typed(_2=Typed(10, price)), FORMATS)

    assert [one.wrong for one in state.lines] == [
        "",
        "Write the price as a figure with a point, such as 1234.50.",
    ]
    assert (state.total, state.difference, state.margin) == ("–", "", "")
    assert state.wrong == "Write the price as a figure with a point, such as 1234.50."


def test_the_highest_price_there_is_fits() -> None:
    assert present(DETAIL, typed(_2=Typed(10, "10000000")), FORMATS).wrong == ""


def test_a_line_is_left_out_with_quantity_0_but_not_all_of_them() -> None:
    one = present(DETAIL, typed(_2=Typed(0, "2.50")), FORMATS)
    all_of_them = present(DETAIL, typed(_1=Typed(0, "80.00"), _2=Typed(0, "2.50")), FORMATS)

    assert (one.lines[1].note, one.total, one.wrong) == ("left out", "$1,600.00", "")
    assert one.counter == (CounterLine(line_no=2, qty=0, unit_price=2_5000),)
    assert all_of_them.wrong == "Nothing would be left. Decline instead."
