"""Transfers told in either order: what was received before its sending was told comes to the same."""

from __future__ import annotations

from collections import Counter

import pytest
from transfer_kit import Books, codes, receive, request, send

from app.domain.events import StockMoved
from app.domain.ids import derived_id


@pytest.mark.parametrize("asked", [False, True])
def test_received_before_the_sending_was_told_settles_when_it_is(asked: bool) -> None:
    books = Books()
    if asked:
        books.do(request(("", 5), at=""))

    early = books.do(receive(("l", 5)))
    assert (early.outcome, codes(early), books.now.state) == ("applied", [], "taken")
    assert (books.at("trunk"), books.in_transit(), books.now.taker) == (5, {("l", "company"): -5}, "rep")
    late = books.do(send(("l", 5)))

    assert (late.outcome, codes(late), books.now.state) == ("applied", [], "accepted")
    assert (books.at("wh"), books.at("trunk"), books.in_transit()) == (5, 5, {})
    assert (books.now.giver, books.now.taker, books.now.from_location) == ("keeper", "rep", "wh")


@pytest.mark.parametrize(("reason", "outcome"), [("one broken", "applied"), ("", "applied_exception")])
def test_a_difference_is_found_by_the_sending_when_that_comes_second(reason: str, outcome: str) -> None:
    books = Books()
    books.do(receive(("l", 4, reason)))

    said = books.do(send(("l", 5)))

    assert (said.outcome, codes(said)) == (outcome, ["transfer_differs"])
    assert dict(said.findings[0].params) == {
        "lot": "L1",
        "product": "Stent",
        "sent": "5",
        "received": "4",
        "reason": reason,
    }
    assert (books.now.reason, books.in_transit()) == (reason, {("l", "company"): 1})


@pytest.mark.parametrize("first", ["send", "receive"])
def test_goods_of_others_keep_their_owner_in_either_order(first: str) -> None:
    books = Books(
        Counter({("wh", "p", "l", "company"): 2, ("wh", "p", "l", "clinic"): 4, ("wh", "p", "l", "zeta"): 1})
    )
    both = [send(("l", 6)), receive(("l", 6))]

    for command in both if first == "send" else both[::-1]:
        assert codes(books.do(command)) == []

    assert (books.at("wh"), books.at("wh", owner="clinic"), books.at("wh", owner="zeta")) == (0, 0, 1)
    assert (books.at("trunk"), books.at("trunk", owner="clinic")) == (2, 4)
    assert books.in_transit() == {}
    assert [(one.owner, one.sent, one.received) for one in books.now.lines] == [
        ("clinic", 4, 4),
        ("company", 2, 2),
    ]


def test_owners_are_put_right_only_as_far_as_goods_came() -> None:
    books = Books(Counter({("wh", "p", "l", "alfa"): 2, ("wh", "p", "l", "clinic"): 4}))
    books.do(receive(("l", 3, "half")))

    said = books.do(send(("l", 6)))

    moves = [one for one in said.events if isinstance(one, StockMoved)]
    assert [(one.owner, one.qty, one.from_location, one.to_location) for one in moves] == [
        ("alfa", 2, "wh", "v:transit"),
        ("clinic", 4, "wh", "v:transit"),
        ("alfa", 2, "v:transit", "trunk"),
        ("company", 2, "trunk", "v:transit"),
        ("clinic", 1, "v:transit", "trunk"),
        ("company", 1, "trunk", "v:transit"),
    ]
    assert [one.movement_id for one in moves] == [derived_id("op2", "movement", one) for one in range(6)]
    assert (books.at("trunk"), books.at("trunk", owner="alfa"), books.at("trunk", owner="clinic")) == (
        0,
        2,
        1,
    )
    assert books.in_transit() == {("l", "clinic"): 3}


def test_owners_that_are_right_already_are_left_alone() -> None:
    books = Books(
        Counter(
            {
                ("wh", "p", "k", "company"): 2,
                ("wh", "p", "k", "clinic"): 2,
                ("wh", "p", "l", "company"): 1,
                ("wh", "p", "l", "clinic"): 1,
            }
        )
    )
    books.do(receive(("k", 2, "half"), ("l", 2)))

    said = books.do(send(("k", 4), ("l", 2)))

    moves = [one for one in said.events if isinstance(one, StockMoved)]
    assert [(one.lot_id, one.owner, one.qty, one.kind, one.document_id) for one in moves[4:]] == [
        ("l", "clinic", 1, "transfer_in", "t"),
        ("l", "company", 1, "transfer_out", "t"),
    ]
    assert (books.at("trunk"), books.at("trunk", owner="clinic"), books.at("trunk", lot="k")) == (1, 1, 2)
    assert books.in_transit() == {("k", "clinic"): 2}


def test_goods_of_others_that_nobody_received_stay_in_transit_under_their_owner() -> None:
    books = Books(Counter({("wh", "p", "l", "clinic"): 4, ("wh", "p", "k", "company"): 3}))
    books.do(receive(("k", 3)))

    books.do(send(("l", 4), ("k", 3)))

    assert books.in_transit() == {("l", "clinic"): 4}
