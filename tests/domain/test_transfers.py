"""Transfers: custody passes when goods are taken over, and both sides' facts stand in either order (SYNC.md §6)."""

from __future__ import annotations

import pytest
from transfer_kit import LOTS, Books, codes, decline, of, receive, request, send, take_back

from app.domain.commands import ReceiveTransfer
from app.domain.events import StockMoved
from app.domain.facts import Known
from app.domain.ids import derived_id

# -- the usual way ----------------------------------------------------------------------------------------------------


def test_goods_are_asked_for_sent_and_taken_over() -> None:
    books = Books()

    asked = books.do(request())
    assert (asked.outcome, codes(asked), books.now.state, books.now.giver) == ("applied", [], "requested", "")
    sent = books.do(send(("l", 3), ("k", 2)))
    assert (sent.outcome, books.now.state, books.now.giver, books.now.taker) == (
        "applied",
        "in_transit",
        "keeper",
        "",
    )
    assert (books.at("wh"), books.at("trunk"), books.in_transit()) == (
        7,
        0,
        {("l", "company"): 3, ("k", "company"): 2},
    )
    taken = books.do(receive(("l", 3), ("k", 2)))

    assert (taken.outcome, codes(taken), books.now.state, books.now.taker) == (
        "applied",
        [],
        "accepted",
        "rep",
    )
    assert (books.at("trunk"), books.at("trunk", lot="k"), books.in_transit()) == (3, 2, {})
    assert [of(one) for one in books.now.lines] == [("", 5, 0, 0), ("k", 0, 2, 2), ("l", 0, 3, 3)]
    assert (books.now.number, books.now.from_location, books.now.to_location) == ("N-rep", "wh", "trunk")
    assert (books.now.giver, books.now.reason, books.now.op_id) == ("keeper", "", "op3")


def test_the_movements_and_lines_have_ids_of_their_op() -> None:
    books = Books()

    sent = books.do(send(("l", 3), ("k", 2)))
    taken = books.do(receive(("k", 2), ("l", 3)))

    for said, op, kind in ((sent, "op1", "transfer_out"), (taken, "op2", "transfer_in")):
        moves = [one for one in said.events if isinstance(one, StockMoved)]
        assert [(one.movement_id, one.kind, one.document_id) for one in moves] == [
            (derived_id(op, "movement", 0), kind, "t"),
            (derived_id(op, "movement", 1), kind, "t"),
        ]
    assert {one.lot_id: one.id for one in books.now.lines} == {
        "l": derived_id("op1", "transfer_line", 0),
        "k": derived_id("op1", "transfer_line", 1),
    }


def test_goods_may_be_sent_without_being_asked_for_and_another_quantity_than_asked() -> None:
    books = Books()
    assert books.do(send()).outcome == "applied"
    assert books.now.number == "N-keeper"

    other = Books()
    other.do(request(("l", 5), ("l", 1)))
    assert other.do(send(("l", 4))).findings == ()
    assert [of(one) for one in other.now.lines] == [("l", 6, 4, 0)]


def test_what_was_asked_of_nobody_is_sent_from_where_it_is() -> None:
    books = Books()
    assert books.do(request(at="")).findings == ()
    assert books.now.from_location == ""

    assert books.do(send()).findings == ()

    assert (books.now.state, books.now.from_location) == ("in_transit", "wh")


def test_what_was_asked_of_nobody_may_be_taken_over_before_the_sending_was_told() -> None:
    books = Books()
    books.do(request(at=""))
    taken = books.do(receive(at=""))
    assert (taken.outcome, books.now.state, books.in_transit()) == (
        "applied",
        "taken",
        {("l", "company"): -5},
    )

    said = books.do(send())

    assert (said.outcome, said.findings) == ("applied", ())
    assert (books.now.state, books.now.from_location, books.now.to_location) == ("accepted", "wh", "trunk")
    assert (books.at("wh"), books.at("trunk"), books.in_transit()) == (5, 5, {})


def test_goods_are_sent_to_a_place() -> None:
    books = Books()

    said = books.do(send(to=""))

    assert (said.outcome, codes(said)) == ("applied_exception", ["place_unknown"])
    assert (books.at("wh"), books.transfers) == (10, {})


def test_the_number_stays_the_first_one_whoever_tells_the_last() -> None:
    books = Books()
    books.do(send())

    books.do(receive())

    assert books.now.number == "N-keeper"


def test_a_movement_carries_the_reason_of_its_line() -> None:
    books = Books()
    books.do(send(("l", 5, "by van")))

    said = books.do(receive(("l", 3, "wet")))

    assert [one.reason for one in said.events if isinstance(one, StockMoved)] == ["wet"]


def test_custody_does_not_pass_with_the_sending() -> None:
    books = Books()
    books.do(send())

    assert books.at("trunk") == 0
    assert (books.now.giver, books.now.taker) == ("keeper", "")


# -- received other than sent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("receipt", "reason", "outcome"),
    [
        (receive(("l", 3, "two broken")), "two broken", "applied"),
        (receive(("l", 3), reason=" two broken "), "two broken", "applied"),
        (receive(("l", 3)), "", "applied_exception"),
        (receive(("l", 1), ("l", 2, "two broken")), "two broken", "applied"),
    ],
)
def test_a_short_receipt_keeps_both_figures_and_without_a_reason_it_is_a_case(
    receipt: ReceiveTransfer, reason: str, outcome: str
) -> None:
    books = Books()
    books.do(send())

    said = books.do(receipt)

    assert (said.outcome, codes(said)) == (outcome, ["transfer_differs"])
    assert said.findings[0].subject == "l"
    assert dict(said.findings[0].params) == {
        "lot": "L1",
        "product": "Stent",
        "sent": "5",
        "received": "3",
        "reason": reason,
    }
    assert [of(one) for one in books.now.lines] == [("l", 0, 5, 3)]
    assert (books.at("trunk"), books.in_transit()) == (3, {("l", "company"): 2})
    assert (books.now.state, books.now.reason) == ("accepted", reason)


def test_a_lot_that_did_not_come_and_one_that_nobody_sent_are_both_told() -> None:
    books = Books()
    books.do(send(("l", 5)))

    said = books.do(receive(("k", 5), reason="mixed up"), lots={"k": Known.held(LOTS["k"])})

    told = [(one.subject, dict(one.params)) for one in said.findings]
    assert [(who, one["lot"], one["sent"], one["received"]) for who, one in told] == [
        ("k", "L2", "0", "5"),
        ("l", "l", "5", "0"),
    ]
    assert books.in_transit() == {("l", "company"): 5, ("k", "company"): -5}


def test_nothing_at_all_came() -> None:
    books = Books()
    books.do(send())

    said = books.do(receive(("l", 0, "van was robbed")))

    assert (said.outcome, codes(said), books.in_transit()) == (
        "applied",
        ["transfer_differs"],
        {("l", "company"): 5},
    )
    assert books.now.reason == "van was robbed"


def test_the_reasons_of_lines_stand_with_the_transfer_once_each() -> None:
    books = Books()
    books.do(send(("l", 5), ("k", 5)))

    books.do(receive(("l", 4, "broken"), ("k", 3, "lost")))

    assert books.now.reason == "broken; lost"


def test_more_than_was_sent_is_booked_too() -> None:
    books = Books()
    books.do(send(("l", 5)))

    books.do(receive(("l", 6, "one more in the box")))

    assert (books.at("trunk"), books.in_transit()) == (6, {("l", "company"): -1})


def test_the_rest_may_come_later_and_then_nothing_is_in_transit() -> None:
    books = Books()
    books.do(send())
    books.do(receive(("l", 3, "second box tomorrow")))

    said = books.do(receive(("l", 2)))

    assert (said.outcome, codes(said), books.now.state) == ("applied", [], "accepted")
    assert (books.at("trunk"), books.in_transit()) == (5, {})
    assert codes(books.do(receive(("l", 1)))) == ["transfer_wrong_state"]
    assert books.at("trunk") == 5


def test_the_giver_may_take_the_rest_back_and_answers_for_it_again() -> None:
    books = Books()
    books.do(send())
    books.do(receive(("l", 3, "two in the van")))

    said = books.do(take_back(("l", 2)))

    assert (said.outcome, books.now.state, books.now.taker) == ("applied", "accepted", "rep")
    assert (books.at("wh"), books.at("trunk"), books.in_transit()) == (7, 3, {})
    assert [of(one) for one in books.now.lines] == [("l", 0, 5, 5)]


def test_a_difference_of_a_later_lot_is_found_behind_one_that_is_right_and_its_first_reason_counts() -> None:
    books = Books()
    books.do(send(("k", 5), ("l", 5)))

    said = books.do(receive(("k", 5), ("l", 1, "wet"), ("l", 1, "torn")), received_on="2027-03-01")

    assert codes(said) == ["back_dated", "transfer_differs"]
    assert [(one.subject, dict(one.params)["reason"]) for one in said.findings[1:]] == [("l", "wet")]
    assert books.now.reason == "wet"


# -- declined ---------------------------------------------------------------------------------------------------------


def test_declined_goods_are_in_transit_until_their_giver_takes_them_back() -> None:
    books = Books()
    books.do(send())

    said = books.do(decline())
    assert (said.outcome, books.now.state, books.now.reason, books.now.taker) == (
        "applied",
        "declined",
        "box is wet",
        "rep",
    )
    assert books.in_transit() == {("l", "company"): 5}
    back = books.do(take_back())

    assert (back.outcome, codes(back), books.now.state, books.now.taker) == ("applied", [], "returned", "rep")
    assert (books.at("wh"), books.in_transit()) == (10, {})
    assert (books.now.from_location, books.now.to_location) == ("wh", "trunk")


def test_declining_needs_a_reason() -> None:
    books = Books()
    books.do(send())

    assert codes(books.do(decline(" "))) == ["reason_required"]
    assert books.now.state == "declined"


def test_a_part_taken_back_leaves_the_rest_to_be_taken_back() -> None:
    books = Books()
    books.do(send())
    books.do(decline())

    assert codes(books.do(take_back(("l", 3), reason="rest is in the van"))) == ["transfer_differs"]
    assert codes(books.do(take_back(("l", 2)))) == []

    assert (books.now.state, books.in_transit()) == ("returned", {})
    assert codes(books.do(take_back(("l", 1)))) == ["transfer_wrong_state"]


def test_declined_before_the_sending_was_told_comes_to_the_same() -> None:
    books = Books()

    assert codes(books.do(decline())) == []
    assert (books.now.state, books.now.lines) == ("declined", ())
    assert codes(books.do(take_back())) == ["transfer_wrong_state"]
    assert codes(books.do(send())) == []
    assert (books.now.state, books.now.reason) == ("declined", "box is wet")
    assert codes(books.do(send())) == ["transfer_wrong_state"]
    books.do(take_back())

    assert (books.now.state, books.at("wh"), books.in_transit()) == ("returned", 10, {})
