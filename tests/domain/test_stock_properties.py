"""Stock under any sequence of ops: conserved, lowered by custodians only, and proposed first expired first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, strategies as st
from transfer_kit import fact_of

from app.domain.catalog import ListPrice, Lot, PriceList, Product
from app.domain.commands import (
    MOVEMENT_KINDS,
    Command,
    CountLine,
    CountTrunk,
    MoveLine,
    ReceiveTransfer,
    RecordMovement,
    RequestTransfer,
    SaleLine,
    SellFromTrunk,
    SendTransfer,
    UseConsigned,
)
from app.domain.decide import decide
from app.domain.events import StockMoved, TransferRecorded
from app.domain.facts import ABSENT, HELD, Balance, Facts, Known
from app.domain.lifecycle import TRANSFER
from app.domain.parties import Account, Exposure, Person, Place, ShipTo
from app.domain.stock import Pick, after_picks, answers_for, fefo

DAY = "2026-11-23"
PLACES = {
    "wh": Place("wh", "dc", "keeper"),
    "rep": Place("rep", "trunk", "rep"),
    "mate": Place("mate", "trunk", "mate"),
    "clinic": Place("clinic", "consignment", "rep"),
}
PEOPLE = {
    "rep": Person("rep", "rep", ("*",)),
    "mate": Person("mate", "rep", ("*",)),
    "keeper": Person("keeper", "operations", ("*",)),
}
LOTS = {
    "l": Lot("l", "p", "L1", "", "2027-01-01", None),
    "k": Lot("k", "p", "L2", "", "2027-02-01", None),
    "r": Lot("r", "p", "L3", "", "2027-03-01", DAY),
}
OWNERS = ("company", "zeta")
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)

Key = tuple[str, str, str, str]  # place, product, lot, owner


@dataclass
class Ledger:
    """Written apart from the product: two ends of every movement, and the transfers as they were recorded last."""

    stock: Counter[Key]
    transfers: dict[str, TransferRecorded] = field(default_factory=dict)

    def facts(self, command: Any) -> Facts:
        place, other = getattr(command, "location_id", ""), ""
        if isinstance(command, SendTransfer):
            place, other = command.from_location, command.to_location
        elif isinstance(command, ReceiveTransfer | RequestTransfer):
            place, other = command.to_location, command.from_location
        found = self.transfers.get(getattr(command, "transfer_id", ""))
        return Facts(
            actor=Known.held(PEOPLE[command.actor]),
            account=Known.held(ACCOUNT),
            ship_to=Known.held(ShipTo("s", "NO", "")),
            exposure=Known.held(Exposure(0)),
            products={"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
            lots={key: Known.held(lot) for key, lot in LOTS.items()},
            lists=(PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
            prices=(ListPrice("x", "base", "p", 1, 1_0000, "2020-01-01", None),),
            prices_status=HELD,
            place=Known.held(PLACES[place]),
            other_place=Known.held(PLACES[other]) if other else Known(ABSENT),
            balances=tuple(
                Balance(at, p, lot, qty, LOTS[lot].expires, LOTS[lot].recalled_on, owner)
                for (at, p, lot, owner), qty in sorted(self.stock.items())
                if at == place
            ),
            expected={
                ("p", lot): sum(q for (at, _p, one, _o), q in self.stock.items() if (at, one) == (place, lot))
                for lot in LOTS
            },
            transfer=Known(ABSENT) if found is None else Known.held(fact_of(found)),
        )

    def book(self, events: tuple[Any, ...]) -> None:
        for event in events:
            if isinstance(event, StockMoved):
                assert event.qty > 0
                assert event.from_location != event.to_location
                what = (event.product_id, event.lot_id, event.owner)
                self.stock[event.from_location, *what] -= event.qty
                self.stock[event.to_location, *what] += event.qty
            elif isinstance(event, TransferRecorded):
                before = (
                    self.transfers[event.transfer_id].state if event.transfer_id in self.transfers else "new"
                )
                assert event.state in TRANSFER[before].values()
                self.transfers[event.transfer_id] = event

    def totals(self) -> Counter[tuple[str, str, str]]:
        """Over all places, of each (product, lot, owner)."""
        sums: Counter[tuple[str, str, str]] = Counter()
        for (_at, *what), qty in self.stock.items():
            sums[what[0], what[1], what[2]] += qty
        return sums


lots, units = st.sampled_from(sorted(LOTS)), st.integers(1, 6)
places, people = st.sampled_from(sorted(PLACES)), st.sampled_from(sorted(PEOPLE))


def listed(line: Any) -> Any:
    return st.lists(line, min_size=1, max_size=3).map(tuple)


sale_lines = listed(
    st.builds(
        SaleLine, product_id=st.just("p"), lot_id=lots, qty=units, discount_bp=st.just(0), shown_price=st.just(1_0000)
    )
)  # fmt: skip
move_lines = listed(st.builds(MoveLine, product_id=st.just("p"), lot_id=lots, qty=st.integers(0, 6)))
count_lines = listed(
    st.builds(
        CountLine, product_id=st.just("p"), lot_id=lots, counted=st.integers(0, 9), expected=st.integers(0, 9),
        reason=st.just("lost"), position=st.sampled_from([-1, 3]),
    )
)  # fmt: skip
who: dict[str, Any] = {"op_id": st.uuids().map(str), "actor": people, "business_date": st.just(DAY)}
buyer: dict[str, Any] = {
    "number": st.just("n"), "location_id": places, "account_id": st.just("a"), "ship_to_id": st.just("s"),
    "currency": st.just("USD"), "po_number": st.just(""), "lines": sale_lines,
}  # fmt: skip
parcel: dict[str, Any] = {
    "transfer_id": st.sampled_from(["t1", "t2"]), "number": st.just("n"), "from_location": places,
    "to_location": places, "lines": move_lines,
}  # fmt: skip
ops: Any = st.one_of(
    st.builds(SellFromTrunk, **who, **buyer, sale_id=st.just("d")),
    st.builds(
        UseConsigned, **who, **buyer, usage_id=st.just("d"), case_ref=st.just(""), replace=st.booleans()
    ),
    st.builds(
        CountTrunk, **who, count_id=st.just("d"), number=st.just("n"), location_id=places,
        signed_by=st.just("x"), lines=count_lines,
    ),
    st.builds(
        RecordMovement, **who, movement_id=st.just("d"), number=st.just("n"), location_id=places,
        kind=st.sampled_from(MOVEMENT_KINDS), reason=st.just("why"), lines=move_lines,
    ),
    st.builds(RequestTransfer, **who, **parcel),
    st.builds(SendTransfer, **who, **parcel),
    st.builds(ReceiveTransfer, **who, **parcel, accept=st.booleans(), reason=st.sampled_from(["", "why"])),
)  # fmt: skip
opening = st.dictionaries(
    st.tuples(places, st.just("p"), lots, st.sampled_from(OWNERS)), st.integers(0, 9), max_size=12
)


@given(opening, st.lists(ops, max_size=12))
def test_stock_is_conserved_per_lot_and_owner_and_lowered_by_its_custodian_alone(
    start: dict[Key, int], told: list[Command]
) -> None:
    ledger = Ledger(Counter(start))
    total = ledger.totals()
    for command in told:
        before = Counter(ledger.stock)
        said = decide(command, ledger.facts(command))
        ledger.book(said.events)

        assert {key: qty for key, qty in ledger.totals().items() if qty} == {
            k: q for k, q in total.items() if q
        }
        for place in PLACES.values():
            if answers_for(place, command.actor, PEOPLE[command.actor]):
                continue
            for lot in LOTS:
                was, now = (
                    sum(books[place.id, "p", lot, owner] for owner in OWNERS)
                    for books in (before, ledger.stock)
                )
                assert now >= was, f"{command.actor} lowered {place.id}"
        for (place_id, _product, _lot, owner), qty in ledger.stock.items():
            if place_id in PLACES and qty < before[place_id, _product, _lot, owner] and qty < 0:
                assert owner == "company"
                assert said.outcome == "applied_exception"


@given(opening, st.lists(ops, max_size=12))
def test_what_is_in_transit_is_what_the_transfers_say_is(start: dict[Key, int], told: list[Command]) -> None:
    ledger = Ledger(Counter(start))
    for command in told:
        ledger.book(decide(command, ledger.facts(command)).events)

    owed: Counter[tuple[str, str, str]] = Counter()
    for transfer in ledger.transfers.values():
        for line in transfer.lines:
            owed[line.product_id, line.lot_id, line.owner] += line.sent - line.received
    moving = {key[1:]: qty for key, qty in ledger.stock.items() if key[0] == "v:transit" and qty}
    assert moving == {key: qty for key, qty in owed.items() if qty}


@given(opening, st.lists(ops, max_size=8), st.randoms(use_true_random=False))
def test_an_answer_never_depends_on_the_order_of_the_facts(
    start: dict[Key, int], told: list[Command], dice: Any
) -> None:
    ledger = Ledger(Counter(start))
    for command in told:
        facts = ledger.facts(command)
        shuffled = list(facts.balances)
        dice.shuffle(shuffled)
        values = {name: getattr(facts, name) for name in Facts.__dataclass_fields__}

        said = decide(command, facts)
        assert said == decide(command, Facts(**{**values, "balances": tuple(shuffled)}))
        ledger.book(said.events)


@given(opening, st.permutations(["send", "receive"]), st.integers(1, 9), st.integers(1, 9))
def test_the_two_sides_of_a_transfer_come_to_the_same_in_either_order(
    start: dict[Key, int], order: list[str], sent: int, received: int
) -> None:
    head: dict[str, Any] = {
        "business_date": DAY, "transfer_id": "t", "number": "n", "from_location": "wh", "to_location": "mate",
    }  # fmt: skip
    goods: dict[str, Any] = {"product_id": "p", "lot_id": "l"}
    both: dict[str, Any] = {
        "send": SendTransfer(op_id="s", actor="keeper", **head, lines=(MoveLine(**goods, qty=sent),)),
        "receive": ReceiveTransfer(
            op_id="r",
            actor="mate",
            **head,
            accept=True,
            reason="why",
            lines=(MoveLine(**goods, qty=received),),
        ),
    }
    ends = []
    for way in (["send", "receive"], order):
        ledger = Ledger(Counter(start))
        for step in way:
            ledger.book(decide(both[step], ledger.facts(both[step])).events)
        lines = [(one.lot_id, one.owner, one.sent, one.received) for one in ledger.transfers["t"].lines]
        ends.append(
            ({key: qty for key, qty in ledger.stock.items() if qty}, ledger.transfers["t"].state, lines)
        )

    assert ends[0] == ends[1]
    assert ends[0][1] == "accepted"


# -- first expired, first out, against a model ------------------------------------------------------------------------

shelves = st.lists(
    st.builds(
        Balance,
        st.sampled_from(["w1", "w2"]),
        st.sampled_from(["p", "q"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(-3, 9),
        st.sampled_from([None, "2026-12-01", "2027-01-01"]),
        st.sampled_from([None, "2026-11-22", DAY, "2026-11-24"]),
        st.sampled_from(OWNERS),
    ),
    max_size=12,
    unique_by=lambda b: (b.location_id, b.product_id, b.lot_id, b.owner),
)
days = st.sampled_from(["", "2026-12-01", "2026-12-02", "2027-01-01", "2027-01-02"])


def one_by_one(shelf: list[Balance], qty: int, not_before: str, day: str) -> Counter[tuple[str, str]]:
    """The model: take the best single unit, again and again."""
    left = {
        (b.expires is None, b.expires or "", b.location_id, b.lot_id): b.qty
        for b in shelf
        if b.product_id == "p" and b.owner == "company"
        and not (b.expires is not None and b.expires < not_before)
        and not (b.recalled_on is not None and (day == "" or day >= b.recalled_on))
    }  # fmt: skip
    taken: Counter[tuple[str, str]] = Counter()
    for _unit in range(qty):
        there = [key for key, have in left.items() if have > 0]
        if there:
            best = min(there)
            left[best] -= 1
            taken[best[2], best[3]] += 1
    return taken


@given(shelves, st.integers(0, 40), days, st.sampled_from(["", DAY]), st.randoms(use_true_random=False))
def test_the_proposal_is_the_models_and_never_of_recalled_expired_or_others_goods(
    shelf: list[Balance], qty: int, not_before: str, day: str, dice: Any
) -> None:
    picks = fefo(shelf, "p", qty, not_before=not_before, day=day)

    assert {(one.location_id, one.lot_id): one.qty for one in picks} == one_by_one(
        shelf, qty, not_before, day
    )
    assert len({(one.location_id, one.lot_id) for one in picks}) == len(picks)
    shuffled = list(shelf)
    dice.shuffle(shuffled)
    assert fefo(shuffled, "p", qty, not_before=not_before, day=day) == picks
    left = after_picks(shelf, "p", picks)
    assert all(now.qty >= min(0, was.qty) for was, now in zip(shelf, left, strict=True))
    assert all(now == was for was, now in zip(shelf, left, strict=True) if was.owner != "company")


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_a_proposal_spans_several_lots_when_one_is_not_enough(first: int, second: int, qty: int) -> None:
    shelf = (Balance("w", "p", "b", second, "2027-02-01"), Balance("w", "p", "a", first, "2027-01-01"))

    picks = fefo(shelf, "p", qty)

    wanted = [Pick("w", "a", min(qty, first)), Pick("w", "b", min(max(0, qty - first), second))]
    assert list(picks) == [one for one in wanted if one.qty]
