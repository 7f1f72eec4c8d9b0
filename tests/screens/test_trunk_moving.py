"""Goods that move, in words: recalled lots and par, a lot's actions, its turn, second counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from moving_kit import FORMATS, MINE, PLACES, TODAY, line, par, transfer

from app.domain.rejections import finding
from app.screens import today, trunk, trunk_count, trunk_lot, trunk_sale
from app.workspace.rows.moving import Moving
from app.workspace.rows.sync import OpRow
from app.workspace.rows.today import TodayRows
from app.workspace.rows.trunk import (
    CountDraft,
    CountedLot,
    CountSheetLot,
    CountView,
    DayEntry,
    SaleDraft,
    SaleItem,
    TrunkLot,
    TrunkPlace,
    TrunkView,
)


def lot(number: str, expires: str | None = "2029-01-01", qty: int = 5, **changes: object) -> TrunkLot:
    made = TrunkLot("p1", number.lower(), "P1", "Stent", "0614", "lot", "EA", number, "", expires, None, qty)
    return replace(made, **changes)  # type: ignore[arg-type]


def view(*lots: TrunkLot, moving: Moving = Moving(), day: tuple[DayEntry, ...] = ()) -> TrunkView:  # noqa: B008
    return TrunkView(TrunkPlace(MINE, "Trunk", True), lots, day, "2026-11-23T09:30:00+00:00", None, moving)


RECALLED = lot("BAD", recalled_on="2026-11-20")


# -- the list ---------------------------------------------------------------------------------------------------------


def test_a_recalled_lot_stands_out_by_word_icon_and_colour_and_a_tap_does_not_sell_it() -> None:
    bad, good = trunk.present(view(RECALLED, lot("L1")), FORMATS, TODAY).rows

    assert (bad.state, bad.icon, bad.tone, bad.step, bad.sells) == (
        "Recalled", "blocked", "bad", "Set aside", False,
    )  # fmt: skip
    assert "Recalled Nov 20" in bad.spoken
    assert (good.state, good.icon, good.step, good.sells) == ("", "", "Sell", True)


def test_a_product_below_its_minimum_is_told_on_each_of_its_lots_and_can_be_filtered() -> None:
    lots = (lot("L1"), lot("L2"), lot("M1", product_id="p2"))
    moving = Moving(par=(par(3, 2), par(4, 0, product="p2")))

    state = trunk.present(view(*lots, moving=moving), FORMATS, TODAY, only=trunk.BELOW_PAR)

    assert [(row.lot, row.par) for row in state.rows] == [("Lot L1", "3 of par 5"), ("Lot L2", "3 of par 5")]
    assert "3 of par 5" in state.rows[0].spoken
    assert ("below_par", "Below par 2") in [(one.key, one.words) for one in state.filters]
    assert state.refill == "Fill up: 1 below par"


def test_the_way_to_transfers_says_how_many_wait_for_this_person() -> None:
    moving = Moving(
        transfers=(
            transfer("in_transit", line(3)),
            transfer("declined", line(3), to_me=False),
            transfer("in_transit", line(3), to_me=False),
        )
    )

    some, none = (trunk.present(view(moving=one), FORMATS, TODAY) for one in (moving, Moving()))

    assert (some.transfers, some.waits) == ("On the way: 2 for you", True)
    assert (none.transfers, none.refill, none.waits) == ("On the way", "Fill up", False)
    nowhere = trunk.present(TrunkView(None, (), (), None, None), FORMATS, TODAY)
    assert (nowhere.transfers, nowhere.refill) == ("", "")


def test_a_day_tells_movements_by_their_kind() -> None:
    entry = DayEntry("scrap", "d", "", "Stent", 2, 1, 0, "op", False, None, "", 1)

    [row] = trunk.present(view(day=(entry,)), FORMATS, TODAY).day

    assert (row.title, row.about, row.state) == ("Scrapped", "Stent · 2 units", "Saved, waiting to send")


# -- a lot's actions --------------------------------------------------------------------------------------------------


def test_a_good_lot_can_be_sold_and_moved_in_every_way() -> None:
    state = trunk_lot.present(lot("L1"), PLACES, FORMATS, TODAY)

    assert (state.sells, state.first, state.sold_already) == (True, "", "")
    assert [one.key for one in state.actions] == list(trunk_lot.ACTIONS)


def test_a_recalled_lot_is_set_aside_returned_or_scrapped_and_given_to_nobody() -> None:
    state = trunk_lot.present(RECALLED, PLACES, FORMATS, TODAY)

    assert (state.sells, state.first, state.tone, state.icon) == (False, "quarantine", "bad", "blocked")
    assert [one.key for one in state.actions] == ["return", "quarantine", "scrap"]
    assert state.warns.startswith("Recalled: do not sell")
    assert state.sold_already


def test_where_there_is_nobody_to_hand_over_to_it_is_not_offered() -> None:
    state = trunk_lot.present(lot("L1"), (), FORMATS, TODAY)

    assert "hand_over" not in [one.key for one in state.actions]
    assert "return" not in [one.key for one in state.actions]


def test_a_lot_of_which_nothing_is_there_can_not_be_moved() -> None:
    state = trunk_lot.present(lot("L1", qty=-2), PLACES, FORMATS, TODAY)

    assert (state.sells, state.actions) == (False, ())


def test_all_of_a_recalled_lot_is_set_aside_with_its_reason_at_once() -> None:
    draft = trunk_lot.begin("quarantine", RECALLED)

    state = trunk_lot.present_move(draft, RECALLED, FORMATS)

    assert (state.qty, state.reason, state.save, state.ready) == (5, "Recalled", "Set 5 units aside", True)


@pytest.mark.parametrize("action", ["scrap", "sample", "quarantine"])
def test_without_a_reason_it_can_not_be_saved(action: str) -> None:
    draft = trunk_lot.begin(action, lot("L1"))

    empty = trunk_lot.present_move(replace(draft, reason="  "), lot("L1"), FORMATS)
    given = trunk_lot.present_move(replace(draft, reason="Damaged"), lot("L1"), FORMATS)

    assert (empty.hint, empty.ready) == ("Say why.", False)
    assert (given.hint, given.ready) == ("", True)


def test_lending_needs_no_reason() -> None:
    assert trunk_lot.present_move(trunk_lot.begin("loan", lot("L1")), lot("L1"), FORMATS).ready


def test_a_refusal_is_shown_with_the_way_to_record_it_anyway() -> None:
    draft = replace(trunk_lot.begin("scrap", lot("L1")), reason="Damaged")
    found = (finding("stock_short", "l1", asked=5, have=2),)

    state = trunk_lot.present_move(draft, lot("L1"), FORMATS, findings=found, refused=True)

    assert state.anyway
    assert state.headline.startswith("Not recorded yet")
    assert [one.code for one in state.findings] == ["stock_short"]


# -- the lot that should go first -------------------------------------------------------------------------------------


def sale(*items: SaleItem) -> SaleDraft:
    return SaleDraft("op-1", MINE, "", "", "", items)


TWO = (lot("L1", "2027-01-31", 4), lot("L2", "2027-06-30", 10))


def planned(*items: SaleItem, lots: tuple[TrunkLot, ...] = TWO) -> tuple[trunk_sale.Planned, ...]:
    return trunk_sale.plan(items, lots, None, TODAY)


def test_a_lot_that_lasts_longer_says_which_should_go_first_and_asks_why() -> None:
    plan = planned(SaleItem("p1", "l2", 1))

    state = trunk_sale.present(sale(SaleItem("p1", "l2", 1)), plan, None, FORMATS, TODAY)

    assert state.items[0].first == "Should go first: Lot L1, expires Jan 31, 2027"


@pytest.mark.parametrize(
    "items",
    [
        (SaleItem("p1", "l1", 4),),
        (SaleItem("p1", None, 6),),
        (SaleItem("p1", "l1", 4), SaleItem("p1", "l2", 1)),  # all of the first goes as well
    ],
)
def test_lots_in_their_turn_ask_for_nothing(items: tuple[SaleItem, ...]) -> None:
    assert [one.first for one in planned(*items)] == [()] * len(items)


@pytest.mark.parametrize(
    "first",
    [lot("L1", "2026-11-22", 4), lot("L1", "2027-01-31", 4, recalled_on="2026-11-20"), lot("L1", None, 4)],
)
def test_an_expired_or_recalled_lot_or_one_without_an_expiry_does_not_have_to_go_first(
    first: TrunkLot,
) -> None:
    [one] = planned(SaleItem("p1", "l2", 1), lots=(first, TWO[1]))

    assert one.first == ()


def test_the_reason_stays_with_its_item() -> None:
    one = trunk_sale.with_override(sale(SaleItem("p1", "l2", 1), SaleItem("p2", None, 1)), 0, "case")

    assert [item.override for item in one.items] == ["case", ""]


def test_a_recalled_lot_can_not_be_put_on_a_sale() -> None:
    found = trunk_sale.choices((RECALLED, lot("L1")), "stent", FORMATS, TODAY)

    assert [one.key for one in found] == ["p1|l1"]


# -- a second count ---------------------------------------------------------------------------------------------------


def count(counted: int, limit: int | None, *, recounted: bool = False) -> trunk_count.VarianceRow:
    draft = CountDraft(
        "c", MINE, "2026-11-23T09:00:00+00:00",
        (CountedLot("p1", "l1", counted, 10, "2026-11-23T09:01:00+00:00", "lost", recounted=recounted),),
    )  # fmt: skip
    sheet = (CountSheetLot("p1", "l1", "P1", "Stent", "", "lot", "L1", "", None),)
    state = trunk_count.review(
        CountView(TrunkPlace(MINE, "T", True), sheet, draft, limit), FORMATS, signed_by="Me"
    )
    assert state.can_sign is (not state.variances[0].missing)
    return state.variances[0]


@pytest.mark.parametrize(("counted", "asks"), [(7, False), (6, True), (13, False), (14, True)])
def test_a_difference_over_the_limit_is_counted_a_second_time_before_signing(
    counted: int, asks: bool
) -> None:
    row = count(counted, 3)

    assert row.second_open is asks
    assert row.second == ("Differs by more than 3: count it a second time." if asks else "")
    assert row.missing == ("Count Lot L1 a second time." if asks else "")


def test_counted_twice_it_can_be_signed_and_goes_for_approval() -> None:
    row = count(6, 3, recounted=True)

    assert (row.second_open, row.missing) == (False, "")
    assert row.second == "Counted twice. More than 3: it goes for approval."


def test_without_a_limit_one_count_is_enough() -> None:
    assert count(0, None).second == ""


def test_today_says_from_whom_goods_come_and_leads_to_them() -> None:
    coming = (transfer("in_transit", line(3)), transfer("declined", line(2), to_me=False))
    rows = TodayRows((), (), (), (), (), (), (), (), coming)

    state = today.present(rows, FORMATS, name="Me", day=TODAY, sells=True)

    assert [(one.title, one.amount, one.state, one.tone) for one in state.needs] == [
        ("Goods from Kim Lee", "3 units", "On its way to you", "accent"),
        ("Goods back from Kim Lee", "2 units", "Declined, coming back", "warn"),
    ]
    assert (state.needs[0].place, state.needs[0].args) == ("trunk", {"transfers": "x-1"})


@pytest.mark.parametrize(
    ("op", "title", "place"),
    [
        (("RecordMovement", "movement", "scrap"), "Scrapped RE-A-0001", "trunk"),
        (("SendTransfer", "transfer", ""), "Goods sent RE-A-0001", "trunk"),
        (("ReturnGoods", "sales_order", ""), "Return of goods RE-A-0001", "quotes"),
    ],
)
def test_an_op_that_moved_goods_is_named_by_what_was_done(
    op: tuple[str, str, str], title: str, place: str
) -> None:
    command, kind, movement = op
    row = OpRow(
        "op", command, "2026-11-23T09:00:00+00:00", False, "applied", None, None, False, (),
        "RE-A-0001", "", "", "d-1", kind, movement,
    )  # fmt: skip

    item = today.waiting_item(row, FORMATS)

    assert (item.title, item.place) == (title, place)
