"""Goods that a warehouse keeps for a rep: granted by the office, promised by the device that holds them, given back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fulfilment_kit import QUOTE
from order_kit import DAY, facts as order_facts

from app.domain.catalog import Lot, Product
from app.domain.commands import AllotLine, GrantAllotment, PlaceOrder, ReturnAllotment
from app.domain.decide import Decision, decide
from app.domain.events import AllotmentOpened, CustodyMoved, OrderRecorded, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, Allotment, Balance, Facts, Known
from app.domain.parties import Exposure, Person, Place, allotted_place, reserved_place, warehouse_of
from app.domain.rejections import finding

REP = Person("rep", "rep", ("north",))
OPS = Person("ops", "operations", ("north",))
WAREHOUSE = Place("wh", "dc", None)
KEPT = Place("wh:allot:rep", "allotment", "rep", "north", holder="a", holder_name="Ana's")
PRODUCT = Product("p", "S1", "Stent", "Bikes", "lot")
LOTS = {
    "early": Known.held(Lot("early", "p", "E1", "", "2027-01-31", None)),
    "late": Known.held(Lot("late", "p", "L1", "", "2028-01-31", None)),
}
FREE = (
    Balance("wh", "p", "late", 5, "2028-01-31"),
    Balance("wh", "p", "early", 3, "2027-01-31"),
    Balance("wh", "p", "gone", 9, "2028-01-31", "2026-01-01"),
    Balance("wh", "p", "theirs", 9, "2028-01-31", owner="maker"),
)


def line(qty: int, lot: str = "") -> AllotLine:
    return AllotLine(product_id="p", lot_id=lot, qty=qty)


def grant(*lines: AllotLine, **changes: Any) -> Decision:
    command = GrantAllotment(
        op_id="op",
        actor="ops",
        business_date=DAY,
        location_id="wh",
        user_id="rep",
        name="Kept for Ana",
        reason="launch",
        lines=lines,
    )
    known: dict[str, Any] = {
        "actor": Known.held(OPS),
        "delegate": Known.held(REP),
        "place": Known.held(WAREHOUSE),
        "other_place": Known.held(KEPT),
        "products": {"p": Known.held(PRODUCT)},
        "lots": LOTS,
        "balances": FREE,
        "received_on": DAY,
    }
    return decide(command, Facts(**{**known, **changes}))


def moves(said: Decision) -> list[tuple[str, str, int, str, str]]:
    return [
        (one.kind, one.lot_id, one.qty, one.from_location, one.to_location)
        for one in said.events
        if isinstance(one, StockMoved)
    ]


def codes(said: Decision) -> list[str]:
    return [one.code for one in said.findings]


def test_an_allotment_is_filled_first_expired_first_and_never_with_recalled_or_foreign_goods() -> None:
    said = grant(line(5))

    assert said.outcome == "applied"
    assert moves(said) == [("allot", "early", 3, "wh", KEPT.id), ("allot", "late", 2, "wh", KEPT.id)]


def test_two_lines_do_not_count_on_the_same_units_and_a_named_lot_is_the_one_taken() -> None:
    assert moves(grant(line(4, "late"), line(4))) == [
        ("allot", "late", 4, "wh", KEPT.id),
        ("allot", "early", 3, "wh", KEPT.id),
        ("allot", "late", 1, "wh", KEPT.id),
    ]


def test_the_first_goods_kept_for_a_rep_open_the_place_in_the_reps_territory() -> None:
    said = grant(line(1), other_place=Known(ABSENT))

    assert said.events[0] == AllotmentOpened(
        location_id="wh:allot:rep", name="Kept for Ana", custodian="rep", territory_id="north"
    )
    nowhere = grant(line(1), other_place=Known(ABSENT), delegate=Known.held(Person("rep", "rep", ())))
    assert isinstance(nowhere.events[0], AllotmentOpened)
    assert nowhere.events[0].territory_id is None


def test_more_than_the_warehouse_has_keeps_nothing_at_all() -> None:
    said = grant(line(9))

    assert (said.outcome, said.events) == ("rejected", ())
    assert said.findings == (finding("stock_short", "p", asked=9, have=8),)
    assert grant(line(4, "early")).findings == (finding("stock_short", "early", asked=4, have=3),)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": Known.held(REP)}, "not_allowed"),
        ({"actor": Known(NOT_HERE)}, "not_allowed"),
        ({"delegate": Known(ABSENT)}, "delegation_wrong"),
        ({"delegate": Known.held(OPS)}, "delegation_wrong"),
        ({"place": Known(ABSENT)}, "place_unknown"),
        ({"place": Known.held(Place("wh", "hub", None))}, "place_kind_wrong"),
        ({"products": {"p": Known(ABSENT)}}, "product_unknown"),
    ],
)
def test_who_may_not_or_what_is_not_there_keeps_nothing(changes: dict[str, Any], code: str) -> None:
    said = grant(line(1), **changes)

    assert (said.outcome, said.events) == ("rejected", ())
    assert code in codes(said)


def test_nothing_to_keep_is_said() -> None:
    assert codes(grant(line(0))) == ["no_lines"]


def give_back(*lines: AllotLine, place: Place = KEPT, device: str = "a", who: Person = REP) -> Decision:
    command = ReturnAllotment(
        op_id="op",
        actor=who.id,
        business_date=DAY,
        location_id=place.id,
        reason="sold otherwise",
        lines=lines,
    )
    known: dict[str, Any] = {
        "actor": Known.held(who),
        "device": device,
        "device_name": "Ana's",
        "place": Known.held(place),
        "products": {"p": Known.held(PRODUCT)},
        "lots": LOTS,
        "balances": (Balance(place.id, "p", "early", 3, "2027-01-31"),),
        "received_on": DAY,
    }
    return decide(command, Facts(**known))


def test_what_is_given_back_is_free_in_the_warehouse_again() -> None:
    said = give_back(line(2, "early"))

    assert said.outcome == "applied"
    assert moves(said) == [("unallot", "early", 2, KEPT.id, "wh")]


def test_giving_back_is_a_fact_and_from_another_tablet_it_is_a_case() -> None:
    said = give_back(line(2, "early"), device="b")

    assert (said.outcome, codes(said)) == ("applied_exception", ["not_holding_device"])
    assert moves(said)


@pytest.mark.parametrize(
    ("place", "who", "qty", "code"),
    [
        (replace(KEPT, custodian="mate"), REP, 1, "not_custodian"),
        (replace(KEPT, kind="trunk"), REP, 1, "place_kind_wrong"),
        (KEPT, REP, 4, "stock_short"),
        (KEPT, REP, 0, "no_lines"),
    ],
)
def test_goods_that_are_not_there_or_not_the_reps_are_not_given_back(
    place: Place, who: Person, qty: int, code: str
) -> None:
    said = give_back(line(qty, "early"), place=place, who=who)

    assert (said.outcome, codes(said)) == ("applied_exception", [code])
    assert moves(said) == []


def ordered(*allotments: Allotment, who: str = "rep", device: str = "a", **changes: Any) -> Decision:
    command = PlaceOrder(
        op_id="op",
        actor=who,
        business_date=DAY,
        order_id="o",
        number="MB-A-0002",
        quote_id="q",
        revision=1,
    )
    known = {
        "quote": Known.held(QUOTE),
        "exposure": Known.held(Exposure(0)),
        "device": device,
        "device_name": "Ana's",
        "allotments": allotments,
        **changes,
    }
    return decide(command, order_facts(who, **known))


def kept(place: Place = KEPT, qty: int = 4) -> Allotment:
    return Allotment(place, (Balance(place.id, "p", "early", qty, "2027-01-31"),))


def allocated(said: Decision) -> list[int]:
    [recorded] = [one for one in said.events if isinstance(one, OrderRecorded)]
    return [one.allocated for one in recorded.lines]


def test_a_tablet_without_the_warehouse_promises_what_is_kept_for_the_rep() -> None:
    said = ordered(kept(), warehouse=Known(NOT_HERE))

    assert allocated(said) == [4, 0]
    assert moves(said) == [("reserve", "early", 4, KEPT.id, "wh:reserved")]


def test_the_server_takes_the_same_units_first_and_the_rest_from_the_warehouse() -> None:
    tablet = ordered(kept(), warehouse=Known(NOT_HERE))
    said = ordered(kept())

    assert moves(said)[:1] == moves(tablet)
    assert allocated(said) == [10, 2]
    assert sum(qty for _kind, _lot, qty, *_ in moves(said)) == 12
    assert len({one.movement_id for one in said.events if isinstance(one, StockMoved)}) == len(moves(said))


@pytest.mark.parametrize(
    ("place", "who", "device"),
    [
        (KEPT, "ops", "a"),
        (replace(KEPT, custodian="mate"), "rep", "a"),
        (KEPT, "rep", "b"),
        (replace(KEPT, holder=""), "rep", "a"),
        (KEPT, "rep", ""),
    ],
)
def test_nobody_elses_order_and_no_other_tablet_takes_what_is_kept(
    place: Place, who: str, device: str
) -> None:
    said = ordered(kept(place), who=who, device=device)

    assert not any(source == place.id for *_, source, _target in moves(said))


def test_the_first_promise_makes_the_tablet_the_holder() -> None:
    said = ordered(kept(replace(KEPT, holder=None)), warehouse=Known(NOT_HERE))

    assert said.events[-1] == CustodyMoved(location_id=KEPT.id, holder="a", holder_name="Ana's")


def test_an_order_that_is_held_takes_nothing_from_what_is_kept() -> None:
    said = ordered(kept(), received_on="2027-06-01")

    assert said.outcome == "held"
    assert moves(said) == []


def test_the_place_is_named_after_its_warehouse_and_reserves_there() -> None:
    place = allotted_place("wh", "rep")

    assert (place, warehouse_of(place), warehouse_of("wh")) == ("wh:allot:rep", "wh", "wh")
    assert reserved_place(place) == "wh:reserved"
