"""One small world for every command: an account, a product, a quote and a trunk."""

from __future__ import annotations

from typing import Any

from app.domain.catalog import ListPrice, Lot, PriceList, Product
from app.domain.commands import PlaceOrder
from app.domain.decide import Decision
from app.domain.facts import ABSENT, HELD, NOT_HERE, Balance, Facts, Known, Policy, QuoteFact, QuoteLineFact
from app.domain.parties import Account, Exposure, Person, Place, ShipTo

DAY = "2026-11-23"
WHO: dict[str, Any] = {"op_id": "op", "actor": "rep", "business_date": DAY}
REP = Person("rep", "rep", ("north",))
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
PRODUCT = Product("p", "S1", "Stent", "Bikes", "lot")
PRICE = 100_0000
LIMITS = {"rep": {"*": 1000, "Gloves": 200}, "manager": {"*": 3000}, "finance": {"*": 5000}}
QUOTE = QuoteFact(
    "q", "MB-A-0001", 1, "a", "s", "north", "rep", "approved", "USD", "", 200_00,
    (QuoteLineFact("ql", 1, "p", 2, PRICE, 200_00),), (),
)  # fmt: skip


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(REP),
        "policy": Policy(LIMITS),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(ShipTo("s", "NO", "")),
        "exposure": Known.held(Exposure(0)),
        "products": {"p": Known.held(PRODUCT)},
        "lots": {"l": Known.held(Lot("l", "p", "L1", "", "2027-06-30", None))},
        "lists": (PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
        "prices": (ListPrice("x", "base", "p", 1, PRICE, "2020-01-01", None),),
        "prices_status": HELD,
        "quote": Known(ABSENT),
        "place": Known.held(Place("trunk", "trunk", "rep")),
        "balances": (Balance("trunk", "p", "l", 10), *(Balance("trunk", "p", f"l{n}", 5) for n in range(3))),
        "warehouse": Known(NOT_HERE),
    }
    return Facts(**{**known, **changes})


def place(**changes: Any) -> PlaceOrder:
    values: dict[str, Any] = {"order_id": "o", "number": "MB-A-0004", "quote_id": "q", "revision": 1}
    return PlaceOrder(**{**WHO, **values, **changes})


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def only(decision: Decision, kind: type) -> list[Any]:
    return [event for event in decision.events if type(event) is kind]
