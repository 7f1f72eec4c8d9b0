"""Transfers: custody passes when goods are taken over, and both sides' facts stand in either order (SYNC.md §6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.domain.catalog import Lot, Product
from app.domain.commands import Command, MoveLine, ReceiveTransfer, RequestTransfer, SendTransfer
from app.domain.decide import Decision, decide
from app.domain.events import CaseOpened, StockMoved, TransferLine, TransferRecorded
from app.domain.facts import ABSENT, NOT_HERE, Balance, Facts, Known, Policy, TransferFact, TransferLineFact
from app.domain.ids import derived_id
from app.domain.lifecycle import TRANSFER
from app.domain.parties import Person, Place

DAY = "2026-11-23"
PLACES = {
    "wh": Place("wh", "dc", "keeper", "hq"),
    "trunk": Place("trunk", "trunk", "rep", "north"),
    "other": Place("other", "trunk", "mate", "south"),
    "wh:reserved": Place("wh:reserved", "reserved", "keeper"),
    "v:scrap": Place("v:scrap", "virtual", None),
}
PEOPLE = {
    "rep": Person("rep", "rep", ("north",)),
    "mate": Person("mate", "rep", ("south",)),
    "keeper": Person("keeper", "operations", ("*",)),
    "ops": Person("ops", "operations", ("*",)),
    "boss": Person("boss", "admin", ("*",)),
}
LOTS = {
    "l": Lot("l", "p", "L1", "", "2027-01-01", None),
    "k": Lot("k", "p", "L2", "", "2027-01-01", None),
    "s": Lot("s", "p", "L3", "S-1", "2027-01-01", None),
}


@dataclass
class Books:
    """A tiny ledger of its own: what is where, by (place, product, lot, owner), and the transfers."""

    stock: Counter[tuple[str, str, str, str]] = field(
        default_factory=lambda: Counter({("wh", "p", "l", "company"): 10, ("wh", "p", "k", "company"): 10})
    )
    transfers: dict[str, TransferRecorded] = field(default_factory=dict)
    ops: int = 0

    def facts(self, command: Any, **changes: Any) -> Facts:
        here, there = command.to_location, command.from_location
        if isinstance(command, SendTransfer):
            here, there = there, here
        found = self.transfers.get(command.transfer_id)
        known: dict[str, Any] = {
            "actor": Known.held(PEOPLE[command.actor]),
            "place": Known.held(PLACES[here]) if here in PLACES else Known(ABSENT),
            "other_place": Known.held(PLACES[there]) if there in PLACES else Known(ABSENT),
            "products": {"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
            "lots": {key: Known.held(lot) for key, lot in LOTS.items()},
            "balances": tuple(
                Balance(here, p, lot, qty, owner=owner)
                for (at, p, lot, owner), qty in sorted(self.stock.items())
                if at == here
            ),
            "transfer": Known.held(fact_of(found)) if found else Known(ABSENT),
        }
        return Facts(**{**known, **changes})

    def do(self, command: Any, **changes: Any) -> Decision:
        self.ops += 1
        said = decide(replace(command, op_id=f"op{self.ops}"), self.facts(command, **changes))
        for event in said.events:
            if isinstance(event, StockMoved):
                key = (event.product_id, event.lot_id, event.owner)
                self.stock[event.from_location, *key] -= event.qty
                self.stock[event.to_location, *key] += event.qty
            if isinstance(event, TransferRecorded):
                self.transfers[event.transfer_id] = event
        return said

    def at(self, place: str, *, lot: str = "l", owner: str = "company") -> int:
        return self.stock[place, "p", lot, owner]

    def in_transit(self) -> dict[tuple[str, str], int]:
        return {key[2:]: qty for key, qty in self.stock.items() if key[0] == "v:transit" and qty}

    @property
    def now(self) -> TransferRecorded:
        return self.transfers["t"]


def fact_of(event: TransferRecorded) -> TransferFact:
    return TransferFact(
        event.transfer_id, event.number, event.state, event.from_location, event.to_location, event.giver,
        event.taker, event.business_date, event.reason,
        tuple(
            TransferLineFact(o.id, o.product_id, o.lot_id, o.asked, o.sent, o.received, o.owner)
            for o in event.lines
        ),
    )  # fmt: skip


def lines(*asked: tuple[Any, ...]) -> tuple[MoveLine, ...]:
    return tuple(
        MoveLine(product_id="p", lot_id=lot, qty=qty, reason=why[0] if why else "")
        for lot, qty, *why in asked
    )


def head(actor: str, at: str, to: str) -> dict[str, Any]:
    return {
        "op_id": "op", "actor": actor, "business_date": DAY, "transfer_id": "t", "number": f"N-{actor}",
        "from_location": at, "to_location": to,
    }  # fmt: skip


def request(*asked: Any, actor: str = "rep", at: str = "wh", to: str = "trunk") -> RequestTransfer:
    return RequestTransfer(**head(actor, at, to), lines=lines(*(asked or (("", 5),))))


def send(*asked: Any, actor: str = "keeper", at: str = "wh", to: str = "trunk") -> SendTransfer:
    return SendTransfer(**head(actor, at, to), lines=lines(*(asked or (("l", 5),))))


def receive(
    *asked: Any, actor: str = "rep", at: str = "wh", to: str = "trunk", accept: bool = True, reason: str = ""
) -> ReceiveTransfer:
    made = lines(*(asked or (("l", 5),)))
    return ReceiveTransfer(**head(actor, at, to), accept=accept, reason=reason, lines=made)


def decline(reason: str = "box is wet") -> ReceiveTransfer:
    return receive(accept=False, reason=reason)


def take_back(*asked: Any, reason: str = "") -> ReceiveTransfer:
    return receive(*asked, actor="keeper", at="trunk", to="wh", reason=reason)


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def of(line: TransferLine) -> tuple[str, int, int, int]:
    return (line.lot_id, line.asked, line.sent, line.received)


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


# -- in either order --------------------------------------------------------------------------------------------------


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
