"""A trunk is lowered by the one device that holds it; it is given up, taken, and moved by the office."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.domain.catalog import Product
from app.domain.commands import (
    CountLine,
    CountTrunk,
    MoveLease,
    MoveLine,
    RecordMovement,
    ReleaseCustody,
    SendTransfer,
    TakeCustody,
)
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, CustodyMoved, StockMoved
from app.domain.facts import ABSENT, NOT_HERE, Balance, Facts, Known
from app.domain.parties import DeviceFact, Person, Place
from app.domain.rejections import finding

DAY = "2026-11-23"
REP = Known.held(Person("rep", "rep", ("north",)))
OPS = Known.held(Person("ops", "operations", ("north",)))
HELD = Place("trunk", "trunk", "rep", "north", holder="a", holder_name="Ana's")
WHO = {"op_id": "op", "actor": "rep", "business_date": DAY}
TAKE = TakeCustody(**WHO, location_id="trunk")
RELEASE = ReleaseCustody(**WHO, location_id="trunk")
MOVE = MoveLease(
    op_id="op", actor="ops", business_date=DAY, location_id="trunk", device_id="b", force=False, reason="lost"
)
PRODUCT = Product("p", "S1", "Stent", "Bikes", "none")
NEW = DeviceFact("b", "rep", "new", False)
LINE = MoveLine(product_id="p", lot_id="", qty=2)


def facts(place: Place | None = HELD, **known: Any) -> Facts:
    base: dict[str, Any] = {"actor": REP, "device": "a", "device_name": "Ana's", "received_on": DAY}
    return Facts(**{**base, "place": Known.held(place) if place else Known(ABSENT), **known})


def scrap(kind: str = "scrap") -> RecordMovement:
    values = {"movement_id": "m", "number": "1", "kind": kind, "location_id": "trunk", "reason": "broken"}
    return RecordMovement(**WHO, **values, lines=(LINE,))


def send() -> SendTransfer:
    ends = {"from_location": "trunk", "to_location": "wh"}
    return SendTransfer(**WHO, transfer_id="t", number="1", **ends, lines=(LINE,))


def counted(qty: int) -> CountTrunk:
    line = CountLine(product_id="p", lot_id="", counted=qty, expected=5, reason="why")
    values = {"count_id": "c", "number": "1", "location_id": "trunk", "signed_by": "rep"}
    return CountTrunk(**WHO, **values, lines=(line,))


def goods(place: Place = HELD, device: str = "a") -> Facts:
    return facts(
        place,
        device=device,
        products={"p": Known.held(PRODUCT)},
        balances=(Balance("trunk", "p", "", 5),),
        other_place=Known.held(Place("wh", "dc", None)),
        transfer=Known(ABSENT),
    )


LOWERING = [scrap("scrap"), scrap("sample"), scrap("loan"), scrap("quarantine"), send(), counted(4)]
RAISING = [scrap("receive"), counted(5), counted(6)]


@pytest.mark.parametrize("command", LOWERING)
def test_goods_that_leave_by_another_device_are_booked_and_the_office_hears_of_it(command: Any) -> None:
    said = decide(command, goods(device="b"))

    assert said.outcome == "applied_exception"
    assert finding("not_holding_device", "trunk", device="Ana's") in said.findings
    assert any(isinstance(one, StockMoved) for one in said.events)
    assert not any(isinstance(one, CustodyMoved) for one in said.events)


@pytest.mark.parametrize("device", ["a", ""])
@pytest.mark.parametrize("command", LOWERING)
def test_the_holder_lowers_its_trunk_and_the_server_is_no_device(command: Any, device: str) -> None:
    said = decide(command, goods(device=device))

    assert (said.outcome, said.findings) == ("applied", ())


@pytest.mark.parametrize("command", RAISING)
def test_what_comes_in_is_anybodys_to_tell(command: Any) -> None:
    assert decide(command, goods(device="b")).outcome == "applied"


def test_a_trunk_that_was_given_up_is_nobodys() -> None:
    said = decide(scrap(), goods(replace(HELD, holder="", holder_name=""), "b"))

    assert said.findings == (finding("not_holding_device", "trunk", device="-"),)


@pytest.mark.parametrize("command", LOWERING)
def test_who_first_lowers_a_trunk_that_never_had_a_holder_holds_it(command: Any) -> None:
    said = decide(command, goods(replace(HELD, holder=None)))

    assert said.outcome == "applied"
    assert said.events[-1] == CustodyMoved(location_id="trunk", holder="a", holder_name="Ana's")


@pytest.mark.parametrize(
    ("command", "place", "device"),
    [
        (scrap("receive"), replace(HELD, holder=None), "a"),
        (scrap(), replace(HELD, holder=None), ""),
        (scrap(), Place("trunk", "consignment", "rep"), "a"),
        (scrap(), replace(HELD, holder=None, custodian="mate"), "a"),
    ],
)
def test_nothing_else_gives_a_lease(command: Any, place: Place, device: str) -> None:
    said = decide(command, goods(place, device))

    assert not any(isinstance(one, CustodyMoved) for one in said.events)


def test_no_actor_holds_nothing() -> None:
    said = decide(scrap(), replace(goods(replace(HELD, holder=None)), actor=Known(NOT_HERE)))

    assert not any(isinstance(one, CustodyMoved) for one in said.events)


# -- handing over -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", [None, "", "a"])
def test_a_trunk_that_nobody_else_holds_is_taken(holder: str | None) -> None:
    said = decide(TAKE, facts(replace(HELD, holder=holder)))

    assert (said.outcome, said.findings) == ("applied", ())
    assert said.events == (CustodyMoved(location_id="trunk", holder="a", holder_name="Ana's"),)


def test_a_tablet_does_not_believe_it_before_the_server_says_so() -> None:
    said = decide(TAKE, facts(replace(HELD, holder=""), received_on=None))

    assert (said.outcome, said.events) == ("applied", ())


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (facts(device="b"), finding("custody_held", "trunk", device="Ana's")),
        (facts(replace(HELD, holder_name=""), device="b"), finding("custody_held", "trunk", device="a")),
        (facts(device=""), finding("device_unknown", "trunk")),
        (facts(replace(HELD, custodian="mate")), finding("not_custodian", "trunk")),
        (facts(None), finding("place_unknown", "trunk")),
        (
            facts(Place("trunk", "consignment", "rep")),
            finding("place_kind_wrong", "trunk", kind="consignment"),
        ),
    ],
)
def test_a_trunk_is_not_taken(known: Facts, told: Any) -> None:
    said = decide(TAKE, known)

    assert (said.outcome, said.events) == ("rejected", ())
    assert told in said.findings


@pytest.mark.parametrize("holder", [None, "a"])
def test_the_holder_gives_the_trunk_up(holder: str | None) -> None:
    said = decide(RELEASE, facts(replace(HELD, holder=holder)))

    assert said.outcome == "applied"
    assert said.events == (CustodyMoved(location_id="trunk", holder="", holder_name=""),)


@pytest.mark.parametrize(
    ("place", "code"),
    [(replace(HELD, holder="b"), "not_holding_device"), (replace(HELD, custodian="mate"), "not_custodian")],
)
def test_what_was_not_held_is_not_given_up(place: Place, code: str) -> None:
    said = decide(RELEASE, facts(place))

    assert said.outcome == "applied_exception"
    assert [one.code for one in said.findings] == [code]
    assert [type(one) for one in said.events] == [CaseOpened]


# -- the office -------------------------------------------------------------------------------------------------------


def moved(command: MoveLease = MOVE, place: Place | None = HELD, **known: Any) -> Decision:
    return decide(command, facts(place, **{"actor": OPS, "device": "", "lease": Known.held(NEW), **known}))


@pytest.mark.parametrize(
    "place", [replace(HELD, holder=""), replace(HELD, holder=None), replace(HELD, holder="b")]
)
def test_the_office_gives_away_what_nobody_else_holds(place: Place) -> None:
    said = moved(place=place)

    assert (said.outcome, said.findings) == ("applied", ())
    assert said.events == (CustodyMoved(location_id="trunk", holder="b", holder_name="new"),)


def test_a_lost_tablets_trunk_is_moved_by_force_with_a_case() -> None:
    said = moved(replace(MOVE, force=True), received_on=None)

    told = finding("custody_forced", "trunk", device="Ana's", to="new", reason="lost")
    assert (said.outcome, said.findings) == ("applied", (told,))
    lease, case = said.events
    assert lease == CustodyMoved(location_id="trunk", holder="b", holder_name="new")
    assert isinstance(case, CaseOpened)
    assert (case.rep_id, case.code, case.findings, case.opened_on) == ("rep", "custody_forced", (told,), DAY)


@pytest.mark.parametrize(
    ("command", "known", "code"),
    [
        (MOVE, {}, "custody_held"),
        (MOVE, {"place": replace(HELD, holder_name="")}, "custody_held"),
        (MOVE, {"actor": REP}, "not_allowed"),
        (MOVE, {"actor": Known(NOT_HERE)}, "not_allowed"),
        (MOVE, {"actor": Known.held(Person("ops", "manager", ("south",)))}, "not_your_territory"),
        (replace(MOVE, reason=" "), {}, "reason_required"),
        (MOVE, {"place": None}, "place_unknown"),
        (MOVE, {"place": Place("trunk", "dc", None)}, "place_kind_wrong"),
        (MOVE, {"lease": Known(ABSENT)}, "device_unknown"),
        (MOVE, {"lease": Known(NOT_HERE)}, "fact_missing"),
        (MOVE, {"lease": Known.held(replace(NEW, revoked=True))}, "device_unknown"),
        (MOVE, {"lease": Known.held(replace(NEW, user_id="mate"))}, "device_unknown"),
    ],
)
def test_a_lease_stays_where_it_is(command: MoveLease, known: dict[str, Any], code: str) -> None:
    said = moved(command, **known)

    assert (said.outcome, said.events) == ("rejected", ())
    assert code in [one.code for one in said.findings]


def test_somebody_elses_device_is_answered_as_one_that_is_not_there() -> None:
    missing = moved(lease=Known(ABSENT))

    assert moved(lease=Known.held(replace(NEW, user_id="mate"))) == missing
    assert moved(lease=Known.held(replace(NEW, revoked=True))) == missing


def test_a_place_that_is_not_here_is_not_unknown() -> None:
    said = decide(MOVE, Facts(actor=OPS))

    assert [one.code for one in said.findings] == ["fact_missing"]


def test_a_trunk_of_no_territory_is_moved_by_anybody_in_the_office() -> None:
    assert moved(place=replace(HELD, holder="", territory_id=None)).outcome == "applied"


# -- whatever is done -------------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["scrap", "take", "release", "receive"])),
        max_size=30,
    )
)
def test_in_any_order_only_the_holder_lowers_without_a_case(steps: list[tuple[str, str]]) -> None:
    place = replace(HELD, holder=None, holder_name="")
    for device, step in steps:
        command = {"take": TAKE, "release": RELEASE}.get(step) or scrap(step)
        before = place.holder
        said = decide(command, replace(goods(place, device), device_name=device))
        lowered = any(isinstance(one, StockMoved) and one.from_location == "trunk" for one in said.events)
        if lowered:
            assert (said.outcome == "applied") == (before in (None, device))
        for event in said.events:
            if isinstance(event, CustodyMoved):
                assert before in (None, "", device), "a trunk was taken from its holder"
                place = replace(place, holder=event.holder, holder_name=event.holder_name)
