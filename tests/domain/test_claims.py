"""Claims of the office on goods of a trunk: only the holder's answer lowers it (SYNC.md §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.catalog import Lot, Product
from app.domain.commands import AnswerClaim, ClaimStock, WithdrawClaim
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, ClaimRecorded, CustodyMoved, StockMoved, TransferRecorded
from app.domain.facts import ABSENT, NOT_HERE, Balance, Facts, Known
from app.domain.ids import derived_id
from app.domain.parties import Claim, Person, Place

DAY = "2026-11-23"
LATER = "2026-11-24"
OPS = Known.held(Person("ops", "operations", ("north",)))
REP = Known.held(Person("rep", "rep", ("north",)))
TRUNK = Place("trunk", "trunk", "rep", "north", holder="a", holder_name="Ana's")
OPEN = Claim(
    id="c", location_id="trunk", territory_id="north", rep_id="rep", product_id="p", lot_id="l", qty=3, answered=0,
    kind="recall", to_location="", reason="batch fault", state="open", opened_on=DAY, closed_on=None,
)  # fmt: skip
BACK = replace(OPEN, kind="return", to_location="wh")


def facts(**known: Any) -> Facts:
    base: dict[str, Any] = {
        "actor": REP, "device": "a", "received_on": LATER, "place": Known.held(TRUNK), "claim": Known.held(OPEN),
        "products": {"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
        "lots": {"l": Known.held(Lot("l", "p", "L1", "", "2027-01-01", DAY))},
        "balances": (Balance("trunk", "p", "l", 5),),
    }  # fmt: skip
    return Facts(**{**base, **known})


def wanting(**known: Any) -> Facts:
    there = Known.held(Place("wh", "dc", None))
    return facts(**{"actor": OPS, "device": "", "claim": Known(ABSENT), "other_place": there, **known})


def claim(**changes: Any) -> ClaimStock:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "ops", "business_date": DAY, "claim_id": "c", "location_id": "trunk",
        "product_id": "p", "lot_id": "l", "qty": 3, "kind": "recall", "to_location": "", "reason": " batch fault ",
    }  # fmt: skip
    return ClaimStock(**{**values, **changes})


def withdraw(**changes: Any) -> WithdrawClaim:
    values: dict[str, Any] = {"op_id": "op", "actor": "ops", "business_date": DAY, "claim_id": "c"}
    return WithdrawClaim(**{**values, "reason": " found elsewhere ", **changes})


def answer(qty: int = 3, reason: str = "", **changes: Any) -> AnswerClaim:
    values: dict[str, Any] = {"op_id": "op", "actor": "rep", "business_date": DAY, "claim_id": "c"}
    return AnswerClaim(**{**values, "number": "MB-A-0007", "qty": qty, "reason": reason, **changes})


def codes(said: Decision) -> list[str]:
    return [one.code for one in said.findings]


def told(said: Decision) -> Claim:
    [event] = [one for one in said.events if isinstance(one, ClaimRecorded)]
    assert event.op_id == "op"
    return event.claim


def moves(said: Decision) -> list[tuple[str, int, str, str, str]]:
    return [
        (one.kind, one.qty, one.from_location, one.to_location, one.owner)
        for one in said.events
        if isinstance(one, StockMoved)
    ]


# -- the office asks --------------------------------------------------------------------------------------------------


def test_a_recall_is_a_claim_and_moves_nothing() -> None:
    said = decide(claim(to_location="wh"), wanting())

    assert (said.outcome, codes(said), moves(said)) == ("applied", [], [])
    assert told(said) == replace(OPEN, opened_on=LATER)


def test_a_transfer_out_of_a_trunk_is_a_claim_that_says_where_to() -> None:
    said = decide(claim(kind="return", to_location="wh"), wanting(received_on=None))

    assert told(said) == BACK


def test_a_trunk_nobody_answers_for_is_claimed_all_the_same() -> None:
    said = decide(claim(), wanting(place=Known.held(Place("trunk", "trunk", None))))

    assert (told(said).rep_id, told(said).territory_id) == ("", None)


def test_more_than_the_books_have_may_be_claimed() -> None:
    assert told(decide(claim(qty=9), wanting())).qty == 9


KEPT = Place("wh:allot:rep", "allotment", "rep", "north", holder="a", holder_name="Ana's")


def test_what_is_kept_for_a_rep_is_claimed_back_to_its_own_warehouse_only() -> None:
    known = wanting(place=Known.held(KEPT))

    said = decide(claim(location_id=KEPT.id, kind="return", to_location="wh"), known)
    away = decide(claim(location_id=KEPT.id, kind="return", to_location="hub"), known)

    assert (said.outcome, told(said).location_id) == ("applied", KEPT.id)
    assert (away.outcome, codes(away)) == ("rejected", ["place_kind_wrong"])


@pytest.mark.parametrize(
    ("kind", "movement", "there"), [("return", "unallot", "wh"), ("recall", "quarantine", "v:quarantine")]
)
def test_the_holder_gives_back_what_was_kept_or_sets_a_recall_aside(
    kind: str, movement: str, there: str
) -> None:
    claimed = replace(BACK, location_id=KEPT.id, kind=kind)
    held = (Balance(KEPT.id, "p", "l", 5),)

    said = decide(answer(), facts(claim=Known.held(claimed), place=Known.held(KEPT), balances=held))

    assert (said.outcome, told(said).state) == ("applied", "answered")
    assert moves(said) == [(movement, 3, KEPT.id, there, "company")]
    assert not any(isinstance(one, TransferRecorded) for one in said.events)


@pytest.mark.parametrize("role", ["rep", "manager", "director", "finance"])
@pytest.mark.parametrize("command", [claim(), withdraw()])
def test_only_the_office_claims_and_withdraws(command: Any, role: str) -> None:
    said = decide(command, facts(actor=Known.held(Person("ops", role, ("*",)))))

    assert (said.outcome, codes(said)) == ("rejected", ["not_allowed"])


@pytest.mark.parametrize("command", [claim(), withdraw()])
def test_somebody_unknown_claims_nothing(command: Any) -> None:
    assert codes(decide(command, facts(actor=Known(NOT_HERE)))) == ["not_allowed"]


BACK_TO = {"kind": "return", "to_location": "wh"}


@pytest.mark.parametrize(
    ("asked", "known", "code"),
    [
        ({}, {"place": Known(ABSENT)}, "place_unknown"),
        ({}, {"place": Known(NOT_HERE)}, "fact_missing"),
        ({}, {"place": Known.held(Place("trunk", "dc", "ops", "north"))}, "place_kind_wrong"),
        ({}, {"place": Known.held(replace(TRUNK, territory_id="south"))}, "not_your_territory"),
        ({}, {"document_exists": True}, "document_exists"),
        ({"qty": 0}, {}, "no_lines"),
        ({"reason": "  "}, {}, "reason_required"),
        ({}, {"products": {"p": Known(ABSENT)}}, "product_unknown"),
        ({"lot_id": ""}, {}, "lot_required"),
        ({}, {"lots": {}}, "lot_unknown"),
        ({}, {"lots": {"l": Known.held(Lot("l", "p", "L1", "S-1", None, None))}}, "serial_quantity"),
        ({"kind": "return", "to_location": "trunk"}, {}, "same_place"),
        (BACK_TO, {"other_place": Known(ABSENT)}, "place_unknown"),
        (BACK_TO, {"other_place": Known(NOT_HERE)}, "fact_missing"),
        (BACK_TO, {"other_place": Known.held(Place("wh", "virtual", None))}, "place_kind_wrong"),
    ],
)
def test_a_claim_that_names_what_is_not_so_is_refused(
    asked: dict[str, Any], known: dict[str, Any], code: str
) -> None:
    said = decide(claim(**asked), wanting(**known))

    assert (said.outcome, codes(said), said.events) == ("rejected", [code], ())


def test_a_claim_is_withdrawn_with_the_reason() -> None:
    said = decide(withdraw(), wanting(claim=Known.held(OPEN)))

    gone = replace(OPEN, state="withdrawn", closed_on=LATER, answer="found elsewhere")
    assert (said.outcome, told(said)) == ("applied", gone)


def test_without_the_servers_date_the_claims_own_day_counts() -> None:
    said = decide(withdraw(), wanting(claim=Known.held(replace(OPEN, territory_id=None)), received_on=None))

    assert told(said).closed_on == DAY


@pytest.mark.parametrize(
    ("asked", "known", "code"),
    [
        ({}, Known(ABSENT), "claim_unknown"),
        ({}, Known(NOT_HERE), "fact_missing"),
        ({}, Known.held(replace(OPEN, territory_id="south")), "claim_unknown"),
        ({}, Known.held(replace(OPEN, state="answered")), "claim_closed"),
        ({"reason": " "}, Known.held(OPEN), "reason_required"),
    ],
)
def test_a_claim_that_is_not_there_or_closed_is_not_withdrawn(
    asked: dict[str, Any], known: Known[Claim], code: str
) -> None:
    said = decide(withdraw(**asked), wanting(claim=known))

    assert (said.outcome, codes(said), said.events) == ("rejected", [code], ())


# -- the holder answers -----------------------------------------------------------------------------------------------


def test_goods_recalled_are_set_aside_and_the_claim_is_answered() -> None:
    said = decide(answer(), facts())

    assert (said.outcome, codes(said)) == ("applied", [])
    assert told(said) == replace(OPEN, answered=3, state="answered", closed_on=LATER)
    assert moves(said) == [("quarantine", 3, "trunk", "v:quarantine", "company")]
    [move] = [one for one in said.events if isinstance(one, StockMoved)]
    assert (move.document_id, move.reason) == ("c", "batch fault")


def test_goods_asked_back_are_sent_as_a_transfer() -> None:
    said = decide(answer(), facts(claim=Known.held(BACK), received_on=None))

    [sent] = [one for one in said.events if isinstance(one, TransferRecorded)]
    [line] = sent.lines
    assert (said.outcome, told(said).state, told(said).closed_on) == ("applied", "answered", DAY)
    assert moves(said) == [("transfer_out", 3, "trunk", "v:transit", "company")]
    assert (sent.transfer_id, sent.number) == (derived_id("op", "transfer", 0), "MB-A-0007")
    assert (sent.state, sent.giver, sent.from_location, sent.to_location) == (
        "in_transit",
        "rep",
        "trunk",
        "wh",
    )
    assert (line.product_id, line.lot_id, line.sent, line.received) == ("p", "l", 3, 0)


@pytest.mark.parametrize("kind", [OPEN, BACK])
def test_goods_of_others_go_as_well_under_their_owners_name(kind: Claim) -> None:
    held = (Balance("trunk", "p", "l", 2), Balance("trunk", "p", "l", 2, owner="clinic"))

    said = decide(answer(), facts(claim=Known.held(kind), balances=held))

    assert codes(said) == []
    assert [(qty, owner) for _kind, qty, _from, _to, owner in moves(said)] == [(2, "company"), (1, "clinic")]


def test_fewer_with_a_reason_settle_the_claim() -> None:
    said = decide(answer(2, " one was sold "), facts())

    [found] = said.findings
    assert (said.outcome, found.code, found.severity) == ("applied", "claim_differs", "warn")
    assert dict(found.params) == {
        "product": "Stent", "lot": "L1", "asked": "3", "answered": "2", "reason": "one was sold"
    }  # fmt: skip
    assert told(said) == replace(OPEN, answered=2, state="answered", closed_on=LATER, answer="one was sold")
    assert moves(said) == [("quarantine", 2, "trunk", "v:quarantine", "company")]


def test_fewer_without_a_reason_leave_it_open_and_the_office_hears_of_it() -> None:
    said = decide(answer(2), facts())

    [case] = [one for one in said.events if isinstance(one, CaseOpened)]
    assert (said.outcome, codes(said)) == ("applied_exception", ["claim_differs"])
    assert (case.code, case.territory_id, case.rep_id) == ("claim_differs", "north", "rep")
    assert told(said) == replace(OPEN, answered=2)
    assert moves(said)[0][1] == 2


def test_the_rest_comes_later_and_settles_it() -> None:
    said = decide(answer(1), facts(claim=Known.held(replace(OPEN, answered=2))))

    assert (said.outcome, told(said).answered, told(said).state) == ("applied", 3, "answered")


def test_none_at_all_with_a_reason_moves_nothing() -> None:
    said = decide(answer(0, "sold last week"), facts(balances=()))

    assert (said.outcome, moves(said), told(said).state) == ("applied", [], "answered")


@pytest.mark.parametrize(("reason", "outcome"), [("", "applied_exception"), ("found another", "applied")])
def test_more_than_was_claimed_needs_a_reason_as_well(reason: str, outcome: str) -> None:
    said = decide(answer(4, reason), facts())

    assert (said.outcome, codes(said), told(said).state) == (outcome, ["claim_differs"], "answered")


def test_what_is_not_known_of_the_goods_is_told_by_its_id() -> None:
    said = decide(answer(0, "gone"), facts(products={}, lots={}))

    found = next(one for one in said.findings if one.code == "claim_differs")
    assert (dict(found.params)["product"], dict(found.params)["lot"]) == ("p", "l")


@pytest.mark.parametrize("state", ["answered", "withdrawn"])
def test_an_answer_to_a_closed_claim_is_booked_and_the_office_hears_of_it(state: str) -> None:
    closed = replace(OPEN, state=state, answered=1, closed_on=DAY, answer="why")

    said = decide(answer(2), facts(claim=Known.held(closed)))

    assert (said.outcome, codes(said)) == ("applied_exception", ["claim_closed"])
    assert told(said) == replace(closed, answered=3)
    assert moves(said)[0][1] == 2


def test_more_than_the_books_have_is_a_case_and_booked() -> None:
    said = decide(answer(), facts(balances=(Balance("trunk", "p", "l", 1),)))

    assert (said.outcome, codes(said), moves(said)[0][1]) == ("applied_exception", ["stock_short"], 3)


@pytest.mark.parametrize(("status", "code"), [(ABSENT, "claim_unknown"), (NOT_HERE, "fact_missing")])
def test_an_answer_to_no_claim_is_a_case_and_moves_nothing(status: str, code: str) -> None:
    said = decide(answer(), facts(claim=Known(status), place=Known(NOT_HERE)))

    assert (said.outcome, codes(said)) == ("applied_exception", [code])
    assert [type(one) for one in said.events] == [CaseOpened]


def test_nobody_else_answers_for_a_trunk() -> None:
    said = decide(answer(actor="mate"), facts(actor=Known.held(Person("mate", "rep", ("north",)))))

    assert (said.outcome, codes(said)) == ("applied_exception", ["not_custodian"])
    assert [type(one) for one in said.events] == [CaseOpened]


def test_another_device_than_the_holder_is_booked_with_a_case() -> None:
    said = decide(answer(), facts(device="b"))

    assert (said.outcome, codes(said), moves(said)[0][1]) == ("applied_exception", ["not_holding_device"], 3)


def test_who_answers_first_holds_a_trunk_that_nobody_held() -> None:
    said = decide(answer(), facts(place=Known.held(replace(TRUNK, holder=None)), device_name="Ana's"))

    assert said.events[-1] == CustodyMoved(location_id="trunk", holder="a", holder_name="Ana's")


def test_an_answer_told_long_after_is_judged_by_policy() -> None:
    said = decide(answer(business_date="2026-09-01"), facts())

    assert codes(said) == ["back_dated"]
    assert told(said).state == "answered"
