"""Movements that a person records by themselves (DOMAIN.md §4)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.catalog import Lot, Product
from app.domain.commands import MOVEMENT_KINDS, MoveLine, RecordMovement
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, StockMoved
from app.domain.facts import NOT_HERE, Balance, Facts, Known, Policy
from app.domain.ids import derived_id
from app.domain.parties import Person, Place
from app.domain.rejections import finding

DAY = "2026-11-23"
OUTWARD = ("scrap", "sample", "loan", "quarantine")
OPS = Person("ops", "operations", ("*",))


def facts(kind: str = "trunk", *, lot: Lot | None = None, **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("north",))),
        "place": Known.held(Place("here", kind, "rep", "north")),
        "products": {"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
        "lots": {"l": Known.held(lot or Lot("l", "p", "L1", "", "2027-01-01", None))},
        "balances": (Balance("here", "p", "l", 5, "2027-01-01"),),
        "outside": {("p", "l"): 5},
    }
    return Facts(**{**known, **changes})


def record(kind: str, *lines: tuple[Any, ...], **changes: Any) -> RecordMovement:
    made = tuple(MoveLine(product_id="p", lot_id=lot, qty=qty) for lot, qty in lines or (("l", 2),))
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "movement_id": "m", "number": "MB-A-0009",
        "kind": kind, "location_id": "here", "reason": "wet", "lines": made,
    }  # fmt: skip
    return RecordMovement(**{**values, **changes})


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def moves(decision: Decision) -> list[StockMoved]:
    return [one for one in decision.events if isinstance(one, StockMoved)]


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        ("receive", ("v:supplier", "here")),
        ("scrap", ("here", "v:scrap")),
        ("sample", ("here", "v:samples")),
        ("loan", ("here", "v:loaned")),
        ("loan_return", ("v:loaned", "here")),
        ("quarantine", ("here", "v:quarantine")),
        ("unquarantine", ("v:quarantine", "here")),
    ],
)
def test_goods_go_where_their_kind_says(kind: str, places: tuple[str, str]) -> None:
    said = decide(record(kind), facts())

    [move] = moves(said)
    assert (said.outcome, codes(said)) == ("applied", [])
    assert (move.kind, move.qty, (move.from_location, move.to_location)) == (kind, 2, places)
    assert (move.reason, move.document_id, move.owner) == ("wet", "m", "company")
    assert (move.lot_id, move.product_id, move.business_date, move.op_id) == ("l", "p", DAY, "op")


@pytest.mark.parametrize("kind", ["receive", "scrap"])
def test_each_line_is_a_movement_with_an_id_and_lines_of_nothing_are_none(kind: str) -> None:
    said = decide(record(kind, ("l", 1), ("l", 0), ("l", 3)), facts())

    assert [(one.qty, one.movement_id) for one in moves(said)] == [
        (1, derived_id("op", "movement", 0)),
        (3, derived_id("op", "movement", 1)),
    ]


@pytest.mark.parametrize("kind", MOVEMENT_KINDS)
def test_what_destroys_gives_away_or_puts_aside_needs_a_reason(kind: str) -> None:
    said = decide(record(kind, reason=" "), facts())

    assert codes(said) == (["reason_required"] if kind in ("scrap", "sample", "quarantine") else [])
    assert len(moves(said)) == 1


@pytest.mark.parametrize("kind", MOVEMENT_KINDS)
def test_only_who_answers_for_a_place_moves_its_goods(kind: str) -> None:
    said = decide(record(kind, actor="ops"), facts(actor=Known.held(OPS)))

    assert (said.outcome, codes(said)) == ("applied_exception", ["not_custodian"])
    assert [type(one) for one in said.events] == [CaseOpened]
    assert decide(record(kind, actor="ops"), facts("dc", actor=Known.held(OPS))).outcome == "applied"


@pytest.mark.parametrize("kind", MOVEMENT_KINDS)
def test_nobody_handles_goods_in_an_allotment_without_a_case(kind: str) -> None:
    said = decide(record(kind), facts("allotment"))

    assert (said.outcome, codes(said)) == ("applied_exception", ["place_kind_wrong"])


@pytest.mark.parametrize(("qty", "short"), [(5, False), (6, True)])
@pytest.mark.parametrize("kind", OUTWARD)
def test_no_more_leaves_than_is_there_without_a_case(kind: str, qty: int, short: bool) -> None:
    said = decide(record(kind, ("l", qty)), facts())

    assert codes(said) == (["stock_short"] if short else [])
    assert sum(one.qty for one in moves(said)) == qty


@pytest.mark.parametrize(("kind", "qty"), [("receive", 99), ("loan_return", 5), ("unquarantine", 5)])
def test_what_comes_in_asks_for_no_stock(kind: str, qty: int) -> None:
    assert codes(decide(record(kind, ("l", qty)), facts(balances=()))) == []


@pytest.mark.parametrize(
    ("outside", "have"),
    [({("p", "l"): 5}, 5), ({("p", "other"): 9, ("q", "l"): 9}, 0), ({("p", "l"): -1}, -1)],
)
@pytest.mark.parametrize("kind", ["loan_return", "unquarantine"])
def test_no_more_comes_back_than_was_lent_or_put_aside_without_a_case(
    kind: str, outside: dict[tuple[str, str], int], have: int
) -> None:
    said = decide(record(kind, ("l", 2), ("l", 4)), facts(outside=outside))

    assert said.outcome == "applied_exception"
    assert said.findings == (finding("stock_short", "l", asked=6, have=have),)
    assert sum(one.qty for one in moves(said)) == 6


def test_untracked_goods_that_come_back_are_named_by_their_product() -> None:
    untracked = Known.held(Product("p", "S1", "Gauze", "Bikes", "none"))

    said = decide(record("loan_return", ("", 1)), facts(products={"p": untracked}, outside={}))

    assert said.findings == (finding("stock_short", "p", asked=1, have=0),)


@pytest.mark.parametrize("kind", OUTWARD)
def test_goods_of_others_move_under_their_owner_and_are_a_case(kind: str) -> None:
    others = (Balance("here", "p", "l", 1), Balance("here", "p", "l", 5, owner="clinic"))

    said = decide(record(kind), facts(balances=others))

    assert codes(said) == ["not_company_stock"]
    assert [(one.owner, one.qty) for one in moves(said)] == [("company", 1), ("clinic", 1)]


@pytest.mark.parametrize("kind", MOVEMENT_KINDS)
def test_only_what_is_handed_to_somebody_must_be_fit_for_use(kind: str) -> None:
    recalled = Lot("l", "p", "L1", "", "2026-11-22", DAY)

    said = decide(record(kind), facts(lot=recalled))

    assert codes(said) == (["lot_expired", "lot_recalled"] if kind in ("sample", "loan") else [])


@pytest.mark.parametrize(
    ("command", "changes", "expected"),
    [
        (record("receive", ("", 1)), {}, ["lot_required"]),
        (record("receive", ("x", 1)), {}, ["lot_unknown"]),
        (record("receive", ("l", 0)), {}, ["no_lines"]),
        (record("receive", lines=()), {}, ["no_lines"]),
        (record("receive"), {"products": {}}, ["fact_missing"]),
        (record("receive"), {"products": {"p": Known("absent")}}, ["product_unknown"]),
        (record("receive"), {"place": Known(NOT_HERE)}, ["fact_missing"]),
        (record("receive"), {"place": Known("absent")}, ["place_unknown"]),
        (record("receive", ("l", 2)), {"lot": Lot("l", "p", "L1", "S-1", None, None)}, ["serial_quantity"]),
        (record("receive"), {"received_on": "2027-03-01"}, ["back_dated"]),
    ],
)
def test_what_is_wrong_with_a_movement_is_told(
    command: RecordMovement, changes: dict[str, Any], expected: list[str]
) -> None:
    assert codes(decide(command, facts(**changes))) == expected


def test_goods_without_lots_move_by_product() -> None:
    plain = {"p": Known.held(Product("p", "S1", "Gloves", "Bikes", "none"))}

    said = decide(record("scrap", ("", 1)), facts(products=plain, balances=(Balance("here", "p", "", 1),)))

    assert codes(said) == []
    assert decide(record("scrap", ("", 2)), facts(products=plain, balances=())).findings[0].subject == "p"


def test_a_movement_told_twice_moves_once() -> None:
    said = decide(record("receive"), facts(document_exists=True))

    assert (codes(said), [type(one) for one in said.events]) == (["document_exists"], [CaseOpened])


def test_policy_decides_how_grave_a_recalled_sample_is() -> None:
    recalled = Lot("l", "p", "L1", "", None, DAY)
    mild = Policy(severities={"lot_recalled": "warn"})

    assert decide(record("sample"), facts(lot=recalled)).outcome == "applied_exception"
    assert decide(record("sample"), facts(lot=recalled, policy=mild)).outcome == "applied"
