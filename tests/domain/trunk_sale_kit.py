"""Sales from a trunk in tests: three lots of one product, and who sells them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.catalog import ListPrice, Lot, PriceList, Product, TaxRate
from app.domain.commands import SaleLine
from app.domain.decide import Decision
from app.domain.facts import HELD, Balance, Facts, Known, Policy
from app.domain.parties import Account, Exposure, Person, Place, ShipTo

DAY = "2026-11-23"
PRICE = 100_0000
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", "rep", None, "USD", False, None)
REP, OPS = Person("rep", "rep", ("north",)), Person("ops", "operations", ("*",))
SOON = Lot("soon", "p", "L-SOON", "", "2027-03-31", None)
LATE = Lot("late", "p", "L-LATE", "", "2027-09-30", None)
SERIAL = Lot("serial", "p", "L-SER", "S-77", "2027-09-30", None)
LOTS = (SOON, LATE, SERIAL)


def stock(lot: Lot, qty: int, **changes: Any) -> Balance:
    return replace(Balance("here", "p", lot.id, qty, lot.expires, lot.recalled_on), **changes)


def facts(kind: str = "trunk", **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(REP),
        "policy": Policy({"rep": {"*": 1000}}),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(ShipTo("s", "NO", "")),
        "exposure": Known.held(Exposure(0)),
        "licences": Known.held(()),
        "products": {"p": Known.held(Product("p", "S1", "Stent", "Bikes", "lot"))},
        "lots": {lot.id: Known.held(lot) for lot in LOTS},
        "lists": (PriceList("base", "Base", 30, "USD", "2020-01-01", None),),
        "prices": (ListPrice("x", "base", "p", 1, PRICE, "2020-01-01", None),),
        "prices_status": HELD,
        "tax_rates": (TaxRate("t", "VAT", "NO", "", "*", 0, "2020-01-01", None),),
        "place": Known.held(Place("here", kind, "rep", "south")),
        "balances": (stock(SOON, 4), stock(LATE, 10)),
    }
    return Facts(**{**known, **changes})


def line(lot: str, qty: int, override: str = "", product: str = "p") -> SaleLine:
    return SaleLine(
        product_id=product, lot_id=lot, qty=qty, discount_bp=0, shown_price=PRICE, override=override
    )


def lines(*asked: tuple[Any, ...]) -> tuple[SaleLine, ...]:
    return tuple(line(*one) for one in asked)


def codes(decision: Decision) -> list[str]:
    return [found.code for found in decision.findings]


def only(decision: Decision, kind: type) -> list[Any]:
    return [event for event in decision.events if type(event) is kind]
