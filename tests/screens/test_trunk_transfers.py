"""Transfers and filling up, in words: who is to act, what came, what is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from moving_kit import FORMATS, MINE, PLACES, TODAY, line, par, transfer

from app.screens import trunk, trunk_transfers
from app.workspace.rows.moving import AwayLot, Moving, ParRow, PlaceChoice, ReceivedLine, Transfer

# -- transfers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "role"),
    [
        (transfer("in_transit", line(3)), trunk.INCOMING),
        (transfer("accepted", line(3, 2)), trunk.INCOMING),
        (transfer("declined", line(3)), trunk.OUTGOING),
        (transfer("requested", line(0, asked=3)), trunk.ASKED),
        (transfer("in_transit", line(3), to_me=False), trunk.OUTGOING),
        (transfer("accepted", line(3, 2), to_me=False), trunk.RETURNING),
        (transfer("declined", line(3), to_me=False), trunk.RETURNING),
        (transfer("requested", line(0, asked=3), to_me=False), trunk.ASKED_OF),
    ],
)
def test_a_transfer_waits_for_whoever_is_to_act(one: Transfer, role: str) -> None:
    assert trunk.stands(one, MINE) == role


def test_what_waits_for_this_person_comes_first_and_lent_lots_last() -> None:
    away = AwayLot("loan", "p1", "l1", "Stent", "P1", "L1", "", None, 2, "2026-11-20", "Dr. Moe")
    out = replace(transfer("in_transit", line(3), to_me=False), id="x-0")

    rows = trunk_transfers.present_list(
        Moving(transfers=(out, transfer("in_transit", line(3))), away=(away,)), MINE, FORMATS
    )

    assert [(row.state, row.title, row.about) for row in rows] == [
        ("On its way to you", "From Kim Lee", "KL-A-0001 · 3 units · Nov 22"),
        ("On its way from you", "To Kim Lee", "KL-A-0001 · 3 units · Nov 22"),
        ("Lent", "Stent", "Lot L1 · 2 units · Nov 20 · Dr. Moe"),
    ]


def test_all_that_was_sent_is_entered_at_first_and_can_be_taken_over_at_once() -> None:
    sent = transfer("in_transit", line(3), line(2, 2, number="L2", row="line-2"))
    entered = trunk_transfers.arrived(sent)

    state = trunk_transfers.present_transfer(sent, MINE, entered, FORMATS)

    assert entered == (ReceivedLine("line-1", 3),)
    assert [(one.lot, one.figures, one.qty) for one in state.lines] == [("Lot L1", "3 on the way", 3)]
    assert (state.accept, state.decline, state.ready) == ("Take over", "Decline", True)


@pytest.mark.parametrize(("qty", "differs", "tone"), [(2, "1 short", "bad"), (5, "2 too many", "warn")])
def test_another_quantity_than_was_sent_needs_a_reason(qty: int, differs: str, tone: str) -> None:
    sent = transfer("in_transit", line(3))
    entered = trunk_transfers.with_qty(trunk_transfers.arrived(sent), "line-1", qty)

    bare = trunk_transfers.present_transfer(sent, MINE, entered, FORMATS)
    why = trunk_transfers.with_reason(entered, "line-1", "Not in the parcel")
    explained = trunk_transfers.present_transfer(sent, MINE, why, FORMATS)

    assert (bare.lines[0].differs, bare.lines[0].tone) == (differs, tone)
    assert (bare.hint, bare.ready) == ("Say why it differs: Lot L1.", False)
    assert explained.ready


def test_taking_nothing_over_is_declining() -> None:
    sent = transfer("in_transit", line(1))
    entered = (ReceivedLine("line-1", 0, "Not in the parcel"),)

    state = trunk_transfers.present_transfer(sent, MINE, entered, FORMATS)

    assert (state.ready, state.hint) == (False, "If nothing came, wait, or decline it with a reason.")


def test_declined_goods_are_taken_back_with_the_reason_told() -> None:
    declined = transfer("declined", line(3), to_me=False, reason="Not for me")

    state = trunk_transfers.present_transfer(declined, MINE, trunk_transfers.arrived(declined), FORMATS)

    assert state.says == "Declined: Not for me. Take the goods back once you hold them."
    assert (state.state, state.accept, state.decline) == ("Declined, coming back", "Take back", "")


def test_what_others_are_to_do_has_no_buttons() -> None:
    out = transfer("in_transit", line(3), to_me=False)

    state = trunk_transfers.present_transfer(out, MINE, trunk_transfers.arrived(out), FORMATS)

    assert (state.accept, state.decline, state.ready, state.hint) == ("", "", False, "")
    assert state.lines[0].qty is None


def test_a_request_tells_what_was_asked_of_the_warehouse() -> None:
    asked = replace(transfer("requested", line(0, asked=3, number="")), from_location="", from_name="")

    state = trunk_transfers.present_transfer(asked, MINE, (), FORMATS)

    assert (state.title, state.lines[0].lot, state.lines[0].figures) == (
        "From the warehouse", "P1", "3 asked for",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "recalled", "accept"),
    [
        ("loan", None, "Brought back"),
        ("loan", "2026-11-20", "Brought back"),
        ("quarantine", None, "Let go"),
        ("quarantine", "2026-11-24", "Let go"),
        ("quarantine", "2026-11-23", ""),
    ],
)
def test_what_is_lent_comes_back_and_what_is_recalled_stays_aside(
    kind: str, recalled: str | None, accept: str
) -> None:
    away = AwayLot(kind, "p1", "l1", "Stent", "P1", "L1", "", recalled, 2, "2026-11-20", "")

    state = trunk_transfers.present_away(away, FORMATS, TODAY, qty=2)

    assert (state.accept, state.ready) == (accept, bool(accept))


# -- filling up -------------------------------------------------------------------------------------------------------


def test_the_proposal_can_be_edited_and_says_what_is_asked_for() -> None:
    moving = Moving(
        par=(par(2, 3, coming=0), par(4, 0, product="p2"), par(0, 5, product="p3")), places=PLACES
    )
    wanted = trunk_transfers.proposal(moving)
    assert wanted == {"p1": 3, "p3": 5}

    state = trunk_transfers.present_refill(moving, {**wanted, "p3": 0}, FORMATS)

    assert [(one.key, one.about, one.qty) for one in state.lines] == [
        ("p1", "P1 · 2 here, 0 coming, par 5", 3),
        ("p3", "P1 · 0 here, 0 coming, par 5", 0),
    ]
    assert (state.total, state.ask, state.ready) == ("1 product · 3 units", "Ask for 3 units", True)
    assert not trunk_transfers.present_refill(moving, {"p1": 0}, FORMATS).ready
    assert trunk_transfers.asks(moving) == "wh"


def test_several_warehouses_leave_it_to_the_office_from_where() -> None:
    places = (*PLACES, PlaceChoice("wh2", "Second warehouse", "dc", ""))

    assert trunk_transfers.asks(Moving(places=places)) == ""
    assert trunk_transfers.asks(Moving()) == ""


@pytest.mark.parametrize(
    ("levels", "words"), [((par(5, 0),), "Nothing to ask for"), ((), "No par levels for your trunk")]
)
def test_nothing_to_ask_for_says_why(levels: tuple[ParRow, ...], words: str) -> None:
    state = trunk_transfers.present_refill(Moving(par=levels), {}, FORMATS)

    assert (state.empty, state.ready) == (words, False)
