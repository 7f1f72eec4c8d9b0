"""First expired, first out; nothing is promised twice; goods of others stay theirs (DOMAIN.md §4)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.commands import MOVEMENT_KINDS
from app.domain.facts import Balance
from app.domain.parties import COMPANY, Person, Place
from app.domain.stock import (
    KINDS,
    ONE_PLACE,
    ParLevel,
    Pick,
    Refill,
    after_picks,
    answers_for,
    ends,
    fefo,
    in_books,
    is_inward,
    on_hand,
    par_proposal,
    take,
)

SHELF = (
    Balance("wh", "p", "late", 5, "2027-12-31"),
    Balance("wh", "p", "soon", 2, "2026-12-31"),
    Balance("wh", "p", "never", 9, None),
    Balance("wh", "p", "gone", 0, "2026-12-01"),
    Balance("wh", "other", "x", 50, "2026-12-01"),
)


def test_lots_are_proposed_by_expiry_and_span_several_when_one_is_not_enough() -> None:
    assert fefo(SHELF, "p", 6) == (Pick("wh", "soon", 2), Pick("wh", "late", 4))


def test_a_lot_that_expires_too_early_is_passed_over() -> None:
    assert fefo(SHELF, "p", 6, not_before="2027-01-01") == (Pick("wh", "late", 5), Pick("wh", "never", 1))


def test_what_is_not_there_is_not_promised() -> None:
    assert sum(pick.qty for pick in fefo(SHELF, "p", 100)) == 16
    assert fefo((), "p", 1) == ()


def test_two_lines_of_one_product_cannot_count_on_the_same_units() -> None:
    first = fefo(SHELF, "p", 6)
    left = after_picks(SHELF, "p", first)

    assert fefo(left, "p", 6) == (Pick("wh", "late", 1), Pick("wh", "never", 5))
    assert on_hand(left, "other", "x") == 50


balances = st.lists(
    st.builds(
        Balance,
        st.sampled_from(["w1", "w2"]),
        st.sampled_from(["p", "q"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(-3, 9),
        st.sampled_from([None, "2026-12-01", "2027-01-01"]),
    ),
    max_size=10,
    unique_by=lambda b: (b.location_id, b.product_id, b.lot_id),
)


@given(balances, st.integers(1, 40), st.randoms(use_true_random=False))
def test_picks_never_exceed_what_is_there_and_never_depend_on_order(
    found: list[Balance], qty: int, dice: Any
) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    picks = fefo(found, "p", qty)

    assert picks == fefo(shuffled, "p", qty)
    assert sum(p.qty for p in picks) == min(qty, sum(max(0, b.qty) for b in found if b.product_id == "p"))
    assert all(b.qty >= min(0, a.qty) for a, b in zip(found, after_picks(found, "p", picks), strict=True))


def test_a_lot_that_lasts_until_exactly_the_day_is_proposed() -> None:
    shelf = (Balance("wh", "p", "l", 1, "2026-12-31"),)

    assert fefo(shelf, "p", 1, not_before="2026-12-31") == (Pick("wh", "l", 1),)
    assert fefo(shelf, "p", 1, not_before="2027-01-01") == ()


@pytest.mark.parametrize(
    ("recalled_on", "day", "proposed"),
    [
        (None, "2026-11-23", 1),
        ("2026-11-24", "2026-11-23", 1),
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-22", "2026-11-23", 0),
        ("2026-11-24", "", 0),
        (None, "", 1),
    ],
)
def test_a_recalled_lot_is_not_proposed_from_the_day_of_its_recall_on(
    recalled_on: str | None, day: str, proposed: int
) -> None:
    shelf = (Balance("wh", "p", "l", 1, None, recalled_on),)

    assert len(fefo(shelf, "p", 1, day=day)) == proposed


def test_lots_of_one_expiry_go_by_place_and_then_by_lot_and_those_without_expiry_last() -> None:
    shelf = (
        Balance("b", "p", "1", 1, "2027-01-01"),
        Balance("a", "p", "9", 1),
        Balance("a", "p", "2", 1, "2027-01-01"),
        Balance("a", "p", "1", 1, "2027-01-01"),
        Balance("a", "p", "8", 1, "9999-12-31"),
    )

    assert [(p.location_id, p.lot_id) for p in fefo(shelf, "p", 5)] == [
        ("a", "1"),
        ("a", "2"),
        ("b", "1"),
        ("a", "8"),
        ("a", "9"),
    ]


def test_nothing_is_proposed_once_enough_is() -> None:
    assert fefo(SHELF, "p", 2) == (Pick("wh", "soon", 2),)
    assert fefo(SHELF, "p", 0) == ()


# -- owners -----------------------------------------------------------------------------------------------------------

MIXED = (
    Balance("t", "p", "l", 2, "2027-01-01", owner="zeta"),
    Balance("t", "p", "l", 3, "2027-01-01", "2027-02-02"),
    Balance("t", "p", "l", 4, "2027-01-01", owner="alfa"),
    Balance("u", "p", "l", 50),
    Balance("t", "p", "k", -1),
)


def test_goods_of_others_are_neither_proposed_nor_counted_as_ours() -> None:
    assert fefo(MIXED[:3], "p", 9, day="2026-11-23") == (Pick("t", "l", 3),)
    assert on_hand(MIXED[:3], "p", "l") == 3
    assert on_hand(MIXED, "p", "l", owner="alfa") == 4
    assert in_books(MIXED, "p", "l") == 59
    assert in_books(MIXED, "p", "k") == 0


@pytest.mark.parametrize(
    ("qty", "picks"),
    [
        (0, []),
        (3, [(COMPANY, 3)]),
        (4, [(COMPANY, 3), ("alfa", 1)]),
        (8, [(COMPANY, 3), ("alfa", 4), ("zeta", 1)]),
        (9, [(COMPANY, 3), ("alfa", 4), ("zeta", 2)]),
        (11, [(COMPANY, 5), ("alfa", 4), ("zeta", 2)]),
    ],
)
def test_what_leaves_is_ours_first_then_of_others_by_name_and_ours_again_when_nobody_has_it(
    qty: int, picks: list[tuple[str, int]]
) -> None:
    taken = take(MIXED, "t", "p", "l", qty)

    assert [(one.owner, one.qty) for one in taken] == picks
    assert {(one.location_id, one.lot_id) for one in taken} <= {("t", "l")}


def test_what_the_books_do_not_have_makes_only_the_companys_balance_negative() -> None:
    assert take(MIXED, "t", "p", "k", 2) == (Pick("t", "k", 2),)


def test_picks_lower_the_balance_of_their_owner_and_leave_expiry_recall_and_the_others_alone() -> None:
    left = after_picks(MIXED, "p", [Pick("t", "l", 1), Pick("t", "l", 1), Pick("t", "l", 2, "alfa")])

    assert left == (
        MIXED[0],
        Balance("t", "p", "l", 1, "2027-01-01", "2027-02-02"),
        Balance("t", "p", "l", 2, "2027-01-01", owner="alfa"),
        MIXED[3],
        MIXED[4],
    )
    assert after_picks(MIXED, "q", [Pick("t", "l", 1)]) == MIXED


# -- kinds of movement and who answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "inward", "places"),
    [
        ("opening", True, ("v:supplier", "w")),
        ("receive", True, ("v:supplier", "w")),
        ("sell", False, ("w", "v:customer")),
        ("use", False, ("w", "v:customer")),
        ("return", True, ("v:customer", "w")),
        ("count_adjustment", True, ("v:adjustment", "w")),
        ("count_adjustment", False, ("w", "v:adjustment")),
        ("reserve", False, ("w", "w:reserved")),
        ("release", True, ("w:reserved", "w")),
        ("transfer_out", False, ("w", "v:transit")),
        ("transfer_in", True, ("v:transit", "w")),
        ("scrap", False, ("w", "v:scrap")),
        ("sample", False, ("w", "v:samples")),
        ("loan", False, ("w", "v:loaned")),
        ("loan_return", True, ("v:loaned", "w")),
        ("quarantine", False, ("w", "v:quarantine")),
        ("unquarantine", True, ("v:quarantine", "w")),
        ("allot", True, ("w", "w")),
        ("unallot", False, ("w", "w")),
    ],
)
def test_every_kind_of_movement_has_its_two_ends(kind: str, inward: bool, places: tuple[str, str]) -> None:
    assert ends(kind, "w", inward=inward) == places
    if kind != "count_adjustment":
        assert is_inward(kind) is inward
        with pytest.raises(ValueError, match=f"^a movement of kind {kind} never goes"):
            ends(kind, "w", inward=not inward)


def test_the_wrong_way_is_named() -> None:
    with pytest.raises(ValueError, match=r"receive never goes out of a place$"):
        ends("receive", "w")
    with pytest.raises(ValueError, match=r"scrap never goes into a place$"):
        ends("scrap", "w", inward=True)


def test_the_kinds_a_person_records_are_those_of_the_command() -> None:
    assert ONE_PLACE == MOVEMENT_KINDS
    assert set(ONE_PLACE) < set(KINDS)


@pytest.mark.parametrize("kind", ["dc", "hub", "trunk", "consignment", "reserved", "virtual"])
@pytest.mark.parametrize("role", ["rep", "manager", "finance", "operations", "admin"])
def test_the_office_answers_for_warehouses_and_consignment_and_never_for_a_trunk(
    kind: str, role: str
) -> None:
    office = role in ("operations", "admin") and kind in ("dc", "hub", "consignment")

    assert answers_for(Place("x", kind, "rep"), "other", Person("other", role, ("*",))) is office
    assert answers_for(Place("x", kind, "rep"), "rep", Person("rep", role, ("*",)))
    assert not answers_for(Place("x", kind, None), "other", None)


# -- par levels -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "coming", "asked"),
    [(5, 0, 0), (4, 0, 6), (4, 1, 0), (3, 1, 6), (0, 0, 10), (-2, 0, 12), (10, 0, 0), (11, 0, 0)],
)
def test_below_the_minimum_a_place_is_filled_up_to_par_counting_what_is_on_its_way(
    held: int, coming: int, asked: int
) -> None:
    shelf = (Balance("t", "p", "l", held), Balance("t", "p", "l", 99, owner="alfa"))
    levels = [ParLevel(product_id="p", min_qty=5, par_qty=10)]

    proposed = par_proposal(shelf, levels, {"p": coming, "q": 100})

    assert proposed == ((Refill("p", asked),) if asked else ())


def test_all_lots_of_a_product_count_together_and_lines_come_by_product() -> None:
    shelf = (Balance("t", "b", "1", 1), Balance("t", "b", "2", 1), Balance("t", "c", "", 9))
    levels = [ParLevel(product_id=one, min_qty=3, par_qty=3) for one in "cba"]

    assert par_proposal(shelf, levels, {}) == (Refill("a", 3), Refill("b", 1))
    assert par_proposal(shelf, levels[::-1], {}) == par_proposal(shelf[::-1], levels, {})


def test_a_par_below_the_minimum_asks_for_nothing_that_is_there() -> None:
    levels = [ParLevel(product_id="p", min_qty=9, par_qty=4)]

    assert par_proposal((Balance("t", "p", "", 4),), levels, {}) == ()
    assert par_proposal((Balance("t", "p", "", 3),), levels, {}) == (Refill("p", 1),)
    assert par_proposal((Balance("t", "p", "", 3),), levels, {"p": 1}) == ()


def test_of_two_levels_of_a_product_the_higher_par_counts_in_any_order() -> None:
    levels = [ParLevel(product_id="p", min_qty=2, par_qty=one) for one in (5, 8, 3)]

    assert par_proposal((), levels, {}) == par_proposal((), levels[::-1], {}) == (Refill("p", 8),)
