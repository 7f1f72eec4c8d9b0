"""Lots that go together, in words: to whom, which, how many, what is missing; and the codes of a saved hand-over."""

from __future__ import annotations

from dataclasses import replace

from moving_kit import FORMATS, MINE, OTHER, PLACES, TODAY, line, par, transfer

from app.domain.rejections import finding
from app.screens import trunk, trunk_giving as giving
from app.screens.trunk_lot import HAND_OVER, RETURN
from app.workspace.handing import Given, HandedLine, Handover
from app.workspace.rows.moving import GivenLot, Moving, PlaceChoice
from app.workspace.rows.trunk import TrunkLot, TrunkPlace, TrunkView


def lot(number: str, qty: int = 5, **changes: object) -> TrunkLot:
    made = TrunkLot(
        "p1", number.lower(), "P1", "Stent", "0614", "lot", "EA", number, "", "2029-01-01", None, qty
    )
    return replace(made, **changes)  # type: ignore[arg-type]


L1, L2 = lot("L1"), lot("L2", qty=2)


def handed(*codes: str) -> Given:
    line = HandedLine("p1", "l1", 3, "P1", "Stent", "L1", "", "2029-01-01", None, True)
    what = Handover("t1", "SH-A-0003", "rep", "t-rep", "Trunk of Rep", OTHER, TODAY, (line,))
    return Given(what, "Kim Lee", codes)


def test_handing_over_asks_which_colleague_and_the_only_warehouse_is_chosen() -> None:
    over = giving.add(giving.begin(HAND_OVER, PLACES), L1)
    back = giving.begin(RETURN, PLACES)

    state = giving.present(over, (L1,), PLACES, FORMATS, TODAY)

    assert (state.hint, state.ready) == ("Choose the colleague.", False)
    assert state.places == ((OTHER, "Kim Lee"), ("t-bo", "Bo Sand"))
    assert giving.present(replace(over, to_location=OTHER), (L1,), PLACES, FORMATS, TODAY).ready
    assert back.to_location == "wh"


def test_nothing_can_be_sent_before_a_lot_is_chosen() -> None:
    state = giving.present(giving.begin(RETURN, PLACES), (L1,), PLACES, FORMATS, TODAY)

    assert (state.hint, state.ready, state.lines) == ("Tap the lots that go.", False, ())


def test_a_lot_tapped_again_is_one_more_but_never_more_than_there_is() -> None:
    draft = giving.begin(RETURN, PLACES)
    for tapped in (L1, L2, L2, L2):
        draft = giving.add(draft, tapped)

    assert draft.lines == (GivenLot("p1", "l1", 1), GivenLot("p1", "l2", 2))


def test_a_box_that_is_scanned_is_as_many_as_it_holds() -> None:
    draft = giving.add(giving.begin(RETURN, PLACES), L1, 4)

    state = giving.present(draft, (L1,), PLACES, FORMATS, TODAY)

    assert (state.lines[0].qty, state.lines[0].of, state.total, state.save) == (
        4, "of 5", "1 lot · 4 units", "Send 4 units back",
    )  # fmt: skip


def test_a_quantity_stays_between_one_and_what_there_is() -> None:
    draft = giving.add(giving.begin(RETURN, PLACES), L1)

    assert [giving.with_qty(draft, L1, qty).lines[0].qty for qty in (0, 3, 99)] == [1, 3, 5]


def test_a_lot_is_left_here_and_one_that_is_gone_drops_out() -> None:
    draft = giving.add(giving.add(giving.begin(RETURN, PLACES), L1, 4), L2)

    assert [one.lot_id for one in giving.without(draft, L1.key).lines] == ["l2"]
    assert giving.fitted(draft, (lot("L1", qty=3),)).lines == (GivenLot("p1", "l1", 3),)


def test_recalled_goods_go_back_to_the_warehouse_and_to_no_colleague() -> None:
    recalled = lot("BAD", recalled_on="2026-11-20")

    assert not giving.may_go(HAND_OVER, recalled, TODAY)
    assert giving.may_go(RETURN, recalled, TODAY)


def test_what_is_wrong_with_a_lot_that_goes_is_said() -> None:
    old = lot("OLD", expires="2026-11-01")

    state = giving.present(giving.add(giving.begin(HAND_OVER, PLACES), old), (old,), PLACES, FORMATS, TODAY)

    assert state.lines[0].state.startswith("Expired")


def test_many_places_fold_into_a_list() -> None:
    many = tuple(PlaceChoice(f"t{n}", f"Trunk {n}", "trunk", f"Rep {n}") for n in range(5))

    few = giving.present(giving.begin(HAND_OVER, many[:4]), (L1,), many[:4], FORMATS, TODAY)
    all_of_them = giving.present(giving.begin(HAND_OVER, many), (L1,), many, FORMATS, TODAY)

    assert (few.folded, all_of_them.folded) == (False, True)


def test_a_refusal_is_shown_with_the_way_to_record_it_anyway() -> None:
    draft = giving.add(giving.begin(RETURN, PLACES), L1)
    found = (finding("stock_short", "l1", asked=5, have=2),)

    state = giving.present(draft, (L1,), PLACES, FORMATS, TODAY, findings=found, refused=True)

    assert state.anyway
    assert state.headline.startswith("Not recorded yet")
    assert [one.code for one in state.findings] == ["stock_short"]


def test_the_codes_say_for_whom_what_and_what_the_other_person_does() -> None:
    state = giving.codes(handed("TL1:a", "TL1:b", "TL1:c"), FORMATS)

    assert (state.title, state.says) == ("For Kim Lee", "SH-A-0003 · 3 units · Nov 23, 2026")
    assert state.how.startswith("Kim Lee opens Trunk and scans the 3 codes, in any order.")
    assert [(one.product, one.lot, one.qty) for one in state.lines] == [
        ("Stent", "P1 · Lot L1 · expires Jan 1, 2029", "3 units")
    ]
    assert [state.where(at) for at in range(3)] == ["Code 1 of 3", "Code 2 of 3", "Code 3 of 3"]


def test_a_single_code_is_not_numbered() -> None:
    state = giving.codes(handed("TL1:a"), FORMATS)

    assert state.where(0) == ""
    assert state.how.startswith("Kim Lee opens Trunk and scans this code.")


def test_while_goods_are_put_together_a_tap_adds_and_says_so() -> None:
    recalled = lot("BAD", recalled_on="2026-11-20")
    view = TrunkView(TrunkPlace(MINE, "Trunk", True), (recalled, L1), (), None, None)

    def steps(going: str) -> list[str]:
        return [row.step for row in trunk.present(view, FORMATS, TODAY, going=going).rows]

    assert steps("") == ["Set aside", "Sell"]
    assert steps(HAND_OVER) == ["Set aside", "Add"]
    assert steps(RETURN) == ["Add", "Add"]


def test_the_ways_from_the_trunk_have_fewer_words_where_there_is_less_room() -> None:
    moving = Moving(transfers=(transfer("in_transit", line(2)),), par=(par(1, 4),), places=PLACES)
    view = TrunkView(TrunkPlace(MINE, "Trunk", True), (L1,), (), None, None, moving)

    state = trunk.present(view, FORMATS, TODAY)

    assert (state.transfers, state.transfers_short) == ("On the way: 1 for you", "On the way: 1")
    assert (state.refill, state.refill_short) == ("Fill up: 1 below par", "Fill up: 1")
    assert state.hand_over == "Hand over"


def test_with_nobody_to_take_goods_a_hand_over_is_not_offered() -> None:
    view = TrunkView(TrunkPlace(MINE, "Trunk", True), (L1,), (), None, None)

    assert trunk.present(view, FORMATS, TODAY).hand_over == ""
