"""Transfers in tests: the places, who answers for them, and books that follow the events of each step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.catalog import Lot, Product
from app.domain.commands import MoveLine, ReceiveTransfer, RequestTransfer, SendTransfer
from app.domain.decide import Decision, decide
from app.domain.events import StockMoved, TransferLine, TransferRecorded
from app.domain.facts import ABSENT, Balance, Facts, Known, TransferFact, TransferLineFact
from app.domain.parties import Person, Place

DAY = "2026-11-23"
PLACES = {
    "wh": Place("wh", "dc", "keeper", "hq"),
    "trunk": Place("trunk", "trunk", "rep", "north"),
    "other": Place("other", "trunk", "mate", "south"),
    "wh:reserved": Place("wh:reserved", "reserved", "keeper"),
    "wh:allot:rep": Place("wh:allot:rep", "allotment", "rep", "north"),
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
