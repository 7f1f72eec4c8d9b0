"""A small world for orders: one account with a limit, two products, a warehouse; and books that follow the events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.catalog import Lot, Product
from app.domain.commands import MoveOrder, ReturnGoods, ReturnLine
from app.domain.decide import Decision, decide
from app.domain.events import (
    ExposureGrew,
    LineAllocated,
    LineReturned,
    OrderMoved,
    OrderRecorded,
    StockMoved,
)
from app.domain.facts import (
    ABSENT,
    HELD,
    Balance,
    Facts,
    Known,
    OrderFact,
    OrderLineFact,
    Policy,
    Reservation,
)
from app.domain.parties import Account, Exposure, Person, Place, ShipTo

DAY = "2026-11-23"
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", "rep", None, "USD", False, None)
STENT, GLOVE = Product("p", "S1", "Stent", "Implants", "lot"), Product("g", "G1", "Glove", "Gloves", "none")
LOTS = {
    "early": Lot("early", "p", "E1", "", "2026-12-31", None),
    "late": Lot("late", "p", "L1", "", "2027-12-31", None),
}
PEOPLE = {
    "rep": Person("rep", "rep", ("north",)),
    "other": Person("other", "rep", ("north",)),
    "ops": Person("ops", "operations", ("*",)),
    "fin": Person("fin", "finance", ()),
    "adm": Person("adm", "admin", ("*",)),
    "mgr": Person("mgr", "manager", ("north",)),
}


def order(**changes: Any) -> OrderFact:
    """Ten stents for 100.01 and two gloves for 3.00, placed."""
    values: dict[str, Any] = {
        "id": "o",
        "number": "MB-A-0001",
        "type": "stock",
        "quote_id": "q",
        "account_id": "a",
        "ship_to_id": "s",
        "territory_id": "north",
        "rep_id": "rep",
        "state": "placed",
        "currency": "USD",
        "business_date": "2026-11-20",
        "po_number": "PO 1",
        "total": 103_01,
        "tax_total": 1_01,
        "lines": (
            OrderLineFact("l1", 1, "p", None, 10, 0, 0, 0, 10_0010, 100_01, 1_00),
            OrderLineFact("l2", 2, "g", None, 2, 0, 0, 0, 1_5000, 3_00, 1),
        ),
    }
    return OrderFact(**{**values, **changes})


def with_lines(found: OrderFact, **changes: Any) -> OrderFact:
    """The order with these changes on every line; `allocated='all'` for the whole quantity."""
    return replace(
        found,
        lines=tuple(
            replace(line, **{k: line.qty if v == "all" else v for k, v in changes.items()})
            for line in found.lines
        ),
    )


RESERVED = (
    Reservation("wh", "g", "", 2),
    Reservation("wh", "p", "early", 4),
    Reservation("wh", "p", "late", 6),
)
ALLOCATED = replace(with_lines(order(), allocated="all"), state="allocated", reservations=RESERVED)
PICKED = replace(ALLOCATED, state="picked")
SHIPPED = replace(ALLOCATED, state="shipped", reservations=())
DELIVERED = replace(SHIPPED, state="delivered")
SALE = replace(DELIVERED, type="trunk_sale", quote_id=None)


def facts(who: str = "ops", **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(PEOPLE[who]) if who in PEOPLE else Known(ABSENT),
        "policy": Policy(),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(ShipTo("s", "US", "OR")),
        "exposure": Known.held(Exposure(103_01)),
        "licences": Known.held(()),
        "products": {"p": Known.held(STENT), "g": Known.held(GLOVE)},
        "lots": {name: Known.held(lot) for name, lot in LOTS.items()},
        "prices_status": HELD,
        "order": Known.held(order()),
        "warehouse": Known.held(SHELF),
        "place": Known.held(Place("wh", "dc", None)),
    }
    return Facts(**{**known, **changes})


SHELF = (
    Balance("wh", "p", "late", 50, "2027-12-31"),
    Balance("wh", "g", "", 100),
    Balance("wh", "p", "early", 4, "2026-12-31"),
)


def moved(verb: str, who: str = "ops", *, op: str = "op", reason: str = "", **changes: Any) -> Decision:
    """What becomes of a verb on the order in `changes`, by `who`."""
    found = changes.pop("order", order())
    known = found if isinstance(found, Known) else Known.held(found)
    command = MoveOrder(
        op_id=op, actor=who, business_date=changes.pop("day", DAY), order_id="o", verb=verb, reason=reason
    )
    return decide(command, facts(who, order=known, **changes))


def back(line: str, qty: int, *, product: str = "p", lot: str = "early") -> ReturnLine:
    return ReturnLine(order_line_id=line, product_id=product, lot_id=lot, qty=qty)


def returned(*lines: ReturnLine, who: str = "ops", op: str = "op", **changes: Any) -> Decision:
    """What becomes of goods that come back."""
    found = changes.pop("order", DELIVERED)
    known = found if isinstance(found, Known) else Known.held(found)
    command = ReturnGoods(
        op_id=op,
        actor=who,
        business_date=changes.pop("day", DAY),
        return_id=f"r-{op}",
        number="OP-A-0001",
        order_id="o",
        location_id="wh",
        reason="wrong size",
        lines=lines,
    )
    return decide(command, facts(who, order=known, **changes))


def codes(said: Decision) -> list[str]:
    return [found.code for found in said.findings]


def only(said: Decision, kind: type) -> list[Any]:
    return [event for event in said.events if type(event) is kind]


def state_of(said: Decision) -> list[str]:
    return [event.state for event in only(said, OrderMoved)]


@dataclass
class Books:
    """One order and everything around it, as the events leave it: what a store does, in twenty lines."""

    order: OrderFact
    stock: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (place, product, lot)
    open_orders: int = 0
    unpaid: int = 0
    documents: list[OrderRecorded] = field(default_factory=list)

    def facts(self, who: str, *, known: bool = False, **changes: Any) -> Facts:
        shelf = tuple(
            Balance("wh", product, lot, qty, LOTS[lot].expires if lot else None)
            for (place, product, lot), qty in self.stock.items()
            if place == "wh"
        )
        return facts(
            who,
            order=Known.held(self.order),
            warehouse=Known.held(shelf),
            exposure=Known.held(Exposure(self.open_orders, self.unpaid)),
            document_exists=known,
            **changes,
        )

    def book(self, said: Decision) -> None:
        for event in said.events:
            match event:
                case OrderMoved():
                    self.order = replace(self.order, state=event.state)
                case LineAllocated():
                    self._line(event.order_line_id, allocated=event.allocated, backordered=event.backordered)
                case LineReturned():
                    self._line(event.order_line_id, returned=event.returned)
                case ExposureGrew():
                    self.open_orders += event.amount
                    self.unpaid += event.unpaid
                case StockMoved():
                    self.stock[event.from_location, event.product_id, event.lot_id] -= event.qty
                    self.stock[event.to_location, event.product_id, event.lot_id] += event.qty
                case OrderRecorded():
                    self.documents.append(event)
        held = sorted((key, qty) for key, qty in self.stock.items() if key[0] == "wh:reserved" and qty)
        self.order = replace(
            self.order,
            reservations=tuple(Reservation("wh", product, lot, qty) for (_, product, lot), qty in held),
        )

    def _line(self, line_id: str, **changes: int) -> None:
        lines = (replace(one, **changes) if one.id == line_id else one for one in self.order.lines)
        self.order = replace(self.order, lines=tuple(lines))
