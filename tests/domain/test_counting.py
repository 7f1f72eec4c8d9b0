"""Counts by causal delta: what moved before the scan is expected, what moves after it is not disturbed (SYNC.md §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import Lot
from app.domain.commands import CountLine, CountTrunk
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, CountRecorded, StockMoved
from app.domain.facts import Balance, Facts, Known, Policy
from app.domain.ids import derived_id
from app.domain.parties import Person, Place

DAY = "2026-11-23"
SHELF = (Balance("trunk", "p", "l", 10), Balance("trunk", "p", "k", 5))


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("north",))),
        "place": Known.held(Place("trunk", "trunk", "rep", "north")),
        "balances": SHELF,
        "expected": {("p", "l"): 10, ("p", "k"): 5},
    }
    return Facts(**{**known, **changes})


def line(counted: int, *, lot: str = "l", **changes: Any) -> CountLine:
    values: dict[str, Any] = {"expected": 10, "reason": "lost", "position": 7, "own_seq": 3}
    return CountLine(product_id="p", lot_id=lot, counted=counted, **{**values, **changes})


def count(*lines: CountLine, **changes: Any) -> CountTrunk:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "count_id": "c", "number": "MB-A-0003",
        "location_id": "trunk", "signed_by": "Rep", "lines": lines,
    }  # fmt: skip
    return CountTrunk(**{**values, **changes})


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def moves(decision: Decision) -> list[tuple[str, int, str, str, str]]:
    return [
        (one.lot_id, one.qty, one.from_location, one.to_location, one.owner)
        for one in decision.events
        if isinstance(one, StockMoved)
    ]


def sheet(decision: Decision) -> CountRecorded:
    [found] = [one for one in decision.events if isinstance(one, CountRecorded)]
    return found


MISSING, SURPLUS = ("trunk", "v:adjustment", "company"), ("v:adjustment", "trunk", "company")


def test_a_sale_between_the_scan_and_the_books_is_no_variance() -> None:
    """Ten were there at the scan and all were counted; then four were sold, and then the count is applied."""
    after_the_sale = (Balance("trunk", "p", "l", 6),)

    said = decide(count(line(10)), facts(balances=after_the_sale))

    assert (said.outcome, codes(said), moves(said)) == ("applied", [], [])


def test_a_sale_between_the_scan_and_the_books_leaves_the_variance_as_it_was() -> None:
    after_the_sale = (Balance("trunk", "p", "l", 6),)

    said = decide(count(line(9)), facts(balances=after_the_sale))

    assert (said.outcome, moves(said)) == ("applied", [("l", 1, *MISSING)])


def test_a_sale_before_the_scan_is_expected_whatever_the_device_believed() -> None:
    said = decide(count(line(6)), facts(balances=(Balance("trunk", "p", "l", 6),), expected={("p", "l"): 6}))

    assert (said.outcome, moves(said)) == ("applied", [])
    [counted] = sheet(said).lines
    assert (counted.counted, counted.expected, counted.claimed, counted.id) == (
        6,
        6,
        10,
        derived_id("op", "count_line", 0),
    )


@pytest.mark.parametrize(
    ("position", "expected", "moved"), [(-1, 8, []), (0, 10, [("l", 2, *MISSING)]), (1, 10, [("l", 2, *MISSING)])]
)  # fmt: skip
def test_a_line_of_before_takes_the_devices_own_figure(
    position: int, expected: int, moved: list[Any]
) -> None:
    said = decide(count(line(8, position=position, expected=8)), facts())

    assert sheet(said).lines[0].expected == expected
    assert moves(said) == moved


def test_a_lot_that_the_books_do_not_know_here_is_a_surplus() -> None:
    said = decide(count(line(2, lot="found", expected=0)), facts())

    assert (said.outcome, codes(said)) == ("applied", [])
    assert moves(said) == [("found", 2, *SURPLUS)]


def test_each_variance_is_a_movement_with_its_reason_and_an_id_of_its_own() -> None:
    said = decide(count(line(9), line(7, lot="k", reason="found"), line(0, lot="x")), facts())

    made = [one for one in said.events if isinstance(one, StockMoved)]
    assert moves(said) == [("l", 1, *MISSING), ("k", 2, *SURPLUS)]
    assert [(one.reason, one.movement_id, one.document_id, one.kind) for one in made] == [
        ("lost", derived_id("op", "movement", 0), "c", "count_adjustment"),
        ("found", derived_id("op", "movement", 1), "c", "count_adjustment"),
    ]
    assert [one.id for one in sheet(said).lines] == [derived_id("op", "count_line", one) for one in range(3)]


@pytest.mark.parametrize(
    ("counted", "reason", "expected"),
    [(10, "", []), (9, " ", ["variance_reason_required"]), (11, "", ["variance_reason_required"]), (9, "x", [])],
)  # fmt: skip
def test_a_variance_needs_a_reason(counted: int, reason: str, expected: list[str]) -> None:
    said = decide(count(line(counted, reason=reason)), facts())

    assert codes(said) == expected
    assert all(one.params == (("variance", str(counted - 10)),) for one in said.findings)
    assert all(one.subject == "l" for one in said.findings)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(
    ("variance", "limit", "recounted", "expected"),
    [
        (3, None, False, []),
        (3, 3, False, []),
        (4, 3, False, ["second_count_missing"]),
        (4, 3, True, ["variance_over_limit"]),
        (1, 0, True, ["variance_over_limit"]),
        (0, 0, True, []),
    ],
)
def test_a_variance_over_the_limit_is_counted_twice_and_still_needs_a_yes(
    sign: int, variance: int, limit: int | None, recounted: bool, expected: list[str]
) -> None:
    counted = 10 + sign * variance

    said = decide(count(line(counted, recounted=recounted)), facts(policy=Policy(variance_limit=limit)))

    assert codes(said) == expected
    assert said.outcome == ("held" if expected else "applied")
    assert len(moves(said)) == (1 if variance else 0)
    for one in said.findings:
        assert dict(one.params) == {"variance": str(counted - 10), "allowed": str(limit)}


@pytest.mark.parametrize(("have", "expected"), [(2, []), (1, ["stock_short"])])
def test_what_is_missing_must_still_be_in_the_books(have: int, expected: list[str]) -> None:
    said = decide(count(line(8)), facts(balances=(Balance("trunk", "p", "l", have),)))

    assert codes(said) == expected
    assert [dict(one.params) for one in said.findings] == [{"asked": "2", "have": "1"} for _ in expected]
    assert moves(said) == [("l", 2, *MISSING)]


def test_goods_of_others_are_counted_with_ours_and_go_missing_last() -> None:
    mixed = (Balance("trunk", "p", "l", 2), Balance("trunk", "p", "l", 8, owner="clinic"))

    said = decide(count(line(7), line(6, lot="k")), facts(balances=mixed))

    assert codes(said) == []
    assert moves(said) == [
        ("l", 2, *MISSING),
        ("l", 1, "trunk", "v:adjustment", "clinic"),
        ("k", 1, *SURPLUS),
    ]
    ids = [one.movement_id for one in said.events if isinstance(one, StockMoved)]
    assert ids == [derived_id("op", "movement", one) for one in range(3)]


def test_a_surplus_is_ours_even_where_others_have_goods() -> None:
    said = decide(count(line(12)), facts(balances=(Balance("trunk", "p", "l", 8, owner="clinic"),)))

    assert moves(said) == [("l", 2, *SURPLUS)]


@pytest.mark.parametrize(("counted", "expected"), [(1, []), (2, ["serial_quantity"])])
def test_a_serial_number_is_counted_once(counted: int, expected: list[str]) -> None:
    serial = {"l": Known.held(Lot("l", "p", "L", "S-1", None, None))}

    said = decide(count(line(counted)), facts(lots=serial, expected={("p", "l"): counted}))

    assert codes(said) == expected
    assert [dict(one.params) for one in said.findings] == [{"asked": "2", "lot": "S-1"} for _ in expected]


@pytest.mark.parametrize("known", [Known("absent"), Known.held(Lot("l", "p", "L", "", None, None))])
def test_a_lot_without_a_serial_number_is_counted_as_often_as_it_is_there(known: Known[Lot]) -> None:
    assert codes(decide(count(line(10)), facts(lots={"l": known}))) == []


def test_a_lot_on_the_sheet_twice_counts_once_and_is_a_case() -> None:
    said = decide(count(line(9), line(3), replace(line(4), product_id="q", lot_id="")), facts())

    assert codes(said) == ["counted_twice"]
    assert [one.subject for one in said.findings] == ["l"]
    assert [one.counted for one in sheet(said).lines] == [9, 4]
    assert moves(said) == [("l", 1, *MISSING), ("", 4, *SURPLUS)]


def test_an_untracked_product_twice_is_named_by_its_product() -> None:
    twice = line(5, lot="")

    assert [one.subject for one in decide(count(twice, twice), facts()).findings] == ["p"]


def test_an_empty_sheet_is_kept_and_is_a_case() -> None:
    said = decide(count(), facts())

    assert codes(said) == ["no_lines"]
    assert (sheet(said).signed_by, sheet(said).number, sheet(said).rep_id) == ("Rep", "MB-A-0003", "rep")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_exists": True}, "document_exists"),
        ({"place": Known.held(Place("trunk", "trunk", "other"))}, "not_custodian"),
        ({"place": Known("absent")}, "place_unknown"),
    ],
)
def test_nothing_is_booked_of_a_count_that_is_not_the_actors_or_is_booked_already(
    changes: dict[str, Any], code: str
) -> None:
    said = decide(count(line(9)), facts(**changes))

    assert (said.outcome, codes(said)) == ("applied_exception", [code])
    assert [type(one) for one in said.events] == [CaseOpened]


def test_policy_may_pass_a_variance_over() -> None:
    policy = Policy(variance_limit=0, severities={"second_count_missing": "warn"})

    said = decide(count(line(9)), facts(policy=policy))

    assert (said.outcome, codes(said)) == ("applied", ["second_count_missing"])


def test_a_count_dated_too_far_away_is_held() -> None:
    assert codes(decide(count(line(10)), facts(received_on="2027-03-01"))) == ["back_dated"]
