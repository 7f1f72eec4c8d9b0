"""Transfers: whose they are and between which places, no step twice, and what is asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from transfer_kit import DAY, PLACES, Books, codes, decline, of, receive, request, send, take_back

from app.domain.commands import Command, RequestTransfer
from app.domain.decide import decide
from app.domain.events import CaseOpened, StockMoved, TransferRecorded
from app.domain.facts import ABSENT, NOT_HERE, Known, Policy
from app.domain.ids import derived_id
from app.domain.lifecycle import TRANSFER

# -- whose, where, and no step twice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "command", "verb"),
    [
        ([send()], send(), "send"),
        ([send(), receive()], send(), "send"),
        ([receive()], receive(), "accept"),
        ([receive()], decline(), "decline"),
        ([send(), decline()], receive(), "accept"),
        ([send(), decline()], decline(), "decline"),
        ([send()], take_back(), "take_back"),
        ([send(), receive()], take_back(), "take_back"),
        ([send()], replace(take_back(), accept=False, reason="no"), "decline"),
        ([request()], take_back(), "take_back"),
    ],
)
def test_a_step_that_is_not_open_books_nothing_and_is_a_case(
    before: list[Command], command: Command, verb: str
) -> None:
    books = Books()
    for one in before:
        books.do(one)
    was = (dict(books.stock), books.now)

    said = books.do(command)

    assert (said.outcome, codes(said)) == ("applied_exception", ["transfer_wrong_state"])
    assert dict(said.findings[0].params) == {"number": was[1].number, "state": was[1].state, "verb": verb}
    assert [type(one) for one in said.events] == [CaseOpened]
    assert (dict(books.stock), books.now) == was


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ([send()], receive(actor="mate", to="other")),
        ([send()], receive(at="other")),
        ([receive()], send(actor="mate", at="other")),
        ([receive()], send(to="other")),
        ([request()], send(to="other")),
        ([send(), decline()], replace(take_back(), from_location="other")),
    ],
)
def test_a_step_between_other_places_is_another_transfer(before: list[Command], command: Command) -> None:
    books = Books()
    for one in before:
        books.do(one)
    was = books.now

    said = books.do(command)

    assert "transfer_unknown" in codes(said)
    assert [type(one) for one in said.events] == [CaseOpened]
    assert books.now == was


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (send(actor="rep"), ["not_custodian"]),
        (receive(actor="mate"), ["not_custodian"]),
        (receive(actor="ops"), ["not_custodian"]),
        (send(to="wh"), ["same_place"]),
        (send(to="v:scrap"), ["place_kind_wrong"]),
        (send(to="wh:allot:rep"), ["place_kind_wrong"]),
        (send(at="wh:reserved"), ["place_kind_wrong", "stock_short"]),
        (receive(at="trunk"), ["same_place"]),
        (send(to="gone"), ["place_unknown"]),
        (receive(at="gone"), ["place_unknown"]),
        (send(at="gone"), ["place_unknown", "stock_short"]),
    ],
)
def test_nothing_is_booked_between_places_that_are_not_so(command: Command, expected: list[str]) -> None:
    books = Books()

    said = books.do(command)

    assert (said.outcome, codes(said)) == ("applied_exception", expected)
    assert [type(one) for one in said.events] == [CaseOpened]


def test_the_office_sends_for_a_warehouse_and_never_for_a_trunk() -> None:
    assert Books().do(send(actor="ops")).outcome == "applied"
    assert codes(Books().do(send(actor="ops", at="trunk", to="wh")))[0] == "not_custodian"


def test_the_other_place_need_not_be_on_this_device() -> None:
    assert Books().do(send(), other_place=Known(NOT_HERE)).outcome == "applied"
    assert Books().do(receive(), other_place=Known(NOT_HERE), transfer=Known(NOT_HERE)).outcome == "applied"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (send(("l", 11)), ["stock_short"]),
        (send(("l", 0)), ["no_lines"]),
        (send(("", 1)), ["lot_required", "stock_short"]),
        (send(("x", 1)), ["lot_unknown", "stock_short"]),
        (send(("s", 2)), ["serial_quantity", "stock_short"]),
        (receive(("x", 1)), ["lot_unknown"]),
        (receive(("s", 2)), ["serial_quantity"]),
        (replace(receive(), lines=()), ["no_lines"]),
    ],
)
def test_a_fact_with_something_wrong_is_booked_and_is_a_case(command: Command, expected: list[str]) -> None:
    said = Books().do(command)

    assert (said.outcome, codes(said)) == ("applied_exception", expected)
    assert [type(one) for one in said.events if type(one) is not StockMoved] == [TransferRecorded, CaseOpened]


@pytest.mark.parametrize("command", [send(), receive(), request()])
def test_a_product_this_device_does_not_hold_is_told(command: Command) -> None:
    assert "fact_missing" in codes(Books().do(command, products={}))


@pytest.mark.parametrize("command", [send(), receive()])
def test_a_fact_dated_too_far_away_is_held(command: Command) -> None:
    assert Books().do(command, received_on="2027-03-01").outcome == "held"


def test_goods_of_others_are_sent_without_a_case_and_counted_as_there() -> None:
    books = Books(Counter({("wh", "p", "l", "company"): 2, ("wh", "p", "l", "clinic"): 3}))

    assert codes(books.do(send(("l", 5)))) == []
    assert [(one.owner, one.sent) for one in books.now.lines] == [("clinic", 3), ("company", 2)]
    assert codes(Books(Counter(books.stock)).do(send(("l", 1)))) == ["stock_short"]


TWICE = {"number": "N-keeper", "state": "in_transit", "verb": "send"}


@pytest.mark.parametrize(
    ("before", "command", "changes", "code", "subject", "params"),
    [
        ([send()], send(), {}, "transfer_wrong_state", "t", TWICE),
        ([send()], receive(actor="mate", to="other"), {}, "transfer_unknown", "t", {"number": "N-mate"}),
        ([receive()], send(to="other"), {}, "transfer_unknown", "t", {"number": "N-keeper"}),
        ([send()], decline(""), {}, "reason_required", "t", {}),
        ([], request(("", 0)), {}, "no_lines", "t", {}),
        ([], send(("l", 0)), {}, "no_lines", "t", {}),
        ([], replace(receive(), lines=()), {}, "no_lines", "t", {}),
        ([], send(to="wh"), {}, "same_place", "t", {}),
        ([], send(to="gone"), {}, "place_unknown", "gone", {}),
        ([], receive(at="gone"), {}, "place_unknown", "gone", {}),
        ([], send(to="v:scrap"), {}, "place_kind_wrong", "v:scrap", {"kind": "virtual"}),
        ([], request(actor="mate"), {}, "not_custodian", "trunk", {}),
        ([], send(actor="rep"), {}, "not_custodian", "wh", {}),
        ([], receive(actor="mate"), {}, "not_custodian", "trunk", {}),
        ([], request(), {"place": Known(NOT_HERE)}, "fact_missing", "trunk", {"what": "place"}),
        ([], send(), {"place": Known(NOT_HERE)}, "fact_missing", "wh", {"what": "place"}),
    ],
)  # fmt: skip
def test_a_finding_names_what_it_is_about(
    before: list[Command],
    command: Command,
    changes: dict[str, Any],
    code: str,
    subject: str,
    params: dict[str, str],
) -> None:
    books = Books()
    for one in before:
        books.do(one)

    said = books.do(command, **changes)

    assert [(one.subject, dict(one.params)) for one in said.findings if one.code == code] == [
        (subject, params)
    ]


def test_a_sending_to_a_place_that_is_not_there_is_asked_about_its_own_end() -> None:
    """Where the giver's place is known and the other is not, it is the other that is told."""
    said = Books().do(send(to="gone"))

    assert [one.subject for one in said.findings] == ["gone"]


def test_policy_settles_what_a_sending_that_is_not_booked_says() -> None:
    passed = Policy(severities={"back_dated": "ok"})

    said = Books().do(send(actor="rep"), policy=passed, received_on="2027-03-01")

    assert codes(said) == ["not_custodian"]


# -- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", ["rep", "ops", "boss"])
def test_who_answers_for_a_place_asks_for_goods_and_the_office_does_for_anybody(actor: str) -> None:
    books = Books()

    assert books.do(request(("l", 2), ("", 3), ("", 1), actor=actor)).outcome == "applied"

    assert [(of(one), one.id) for one in books.now.lines] == [
        (("", 4, 0, 0), derived_id("op1", "transfer_line", 1)),
        (("l", 2, 0, 0), derived_id("op1", "transfer_line", 0)),
    ]
    assert (books.now.business_date, books.now.taker, books.now.reason) == (DAY, "", "")


@pytest.mark.parametrize(
    ("command", "changes", "expected"),
    [
        (request(actor="mate"), {}, ["not_custodian"]),
        (request(), {"actor": Known(NOT_HERE), "place": Known.held(PLACES["other"])}, ["not_custodian"]),
        (request(to="wh"), {}, ["not_custodian", "same_place"]),
        (request(("", 0)), {}, ["no_lines"]),
        (request(at="gone"), {}, ["place_unknown"]),
        (request(to="gone"), {}, ["place_unknown"]),
        (request(at="v:scrap"), {}, ["place_kind_wrong"]),
        (request(("x", 1)), {}, ["lot_unknown"]),
        (request(), {"received_on": "2027-03-01"}, ["back_dated"]),
    ],
)
def test_a_request_is_refused_or_held_with_its_reasons(
    command: RequestTransfer, changes: dict[str, Any], expected: list[str]
) -> None:
    said = Books().do(command, **changes)

    assert codes(said) == expected
    assert said.outcome == ("held" if expected == ["back_dated"] else "rejected")


def test_a_request_stands_once() -> None:
    books = Books()
    books.do(request())

    assert codes(books.do(request())) == ["document_exists"]


def test_policy_decides_how_grave_a_difference_with_a_reason_is() -> None:
    books = Books()
    books.do(send())

    said = books.do(receive(("l", 4, "broken")), policy=Policy(severities={"transfer_differs": "approval"}))

    assert said.outcome == "held"


def test_every_state_a_transfer_reaches_is_in_the_table() -> None:
    reached = set()
    for way in ([request(), send(), receive()], [receive(), send()], [send(), decline(), take_back()]):
        books = Books()
        for command in way:
            books.do(command)
            reached.add(books.now.state)

    assert reached == set(TRANSFER) - {"new"}


@pytest.mark.parametrize("command", [send(), receive()])
def test_the_id_of_a_transfer_one_may_not_know_of_books_nothing(command: Command) -> None:
    said = decide(command, Books().facts(command, document_exists=True))

    assert (said.outcome, codes(said)) == ("applied_exception", ["transfer_unknown"])
    assert [type(one).__name__ for one in said.events] == ["CaseOpened"]


@pytest.mark.parametrize("command", [send(), receive()])
def test_between_places_one_may_not_know_of_either_it_is_answered_as_missing(command: Command) -> None:
    nowhere: dict[str, Any] = {"place": Known(ABSENT), "balances": ()}
    taken = decide(command, Books().facts(command, document_exists=True, **nowhere))

    assert taken == decide(command, Books().facts(command, **nowhere))
    assert "place_unknown" in codes(taken)


def test_nobody_asks_under_the_id_of_a_transfer_they_may_not_know_of() -> None:
    command = request()

    said = decide(command, Books().facts(command, document_exists=True))

    assert (said.outcome, codes(said)) == ("rejected", ["document_exists"])


@pytest.mark.parametrize(("before", "command"), [([send()], send()), ([receive()], receive())])
def test_whoever_does_not_know_the_place_hears_nothing_of_its_transfer(
    before: list[Command], command: Command
) -> None:
    books = Books()
    for one in before:
        books.do(one)
    nowhere: dict[str, Any] = {"place": Known(ABSENT), "balances": ()}

    assert decide(command, books.facts(command, **nowhere)) == decide(
        command, Books().facts(command, **nowhere)
    )
