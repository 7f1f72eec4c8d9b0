"""A small world for the contract cases: one product, list price 100.00 in the base list; contracts as a case needs.

Prices are told as (unit in 1/10,000, the layer that won), losers as {layer: reason}.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.catalog import Commitment, Contract, ContractPrice, ListPrice, PriceList, Product, Promotion
from app.domain.facts import HELD, Facts, Known, Policy
from app.domain.parties import Account, Exposure, Membership, Person, ShipTo
from app.domain.pricing import Price, Unpriced, price

DAY, START = "2026-11-23", "2026-01-01"
LIST, BEST = 100_0000, "most_specific"
ACCOUNT = Account("a", "A1", "Harbour", "store", "active", "", None, "north", None, None, "USD", False, None)
SITE = ShipTo("s", "US", "WA")
BASE = PriceList("base", "Base list", 30, "USD", "2020-01-01", None)
LIST_ROW = ListPrice("row", "base", "p", 1, LIST, "2020-01-01", None)
PRODUCT = Product("p", "S1", "Stent", "III", "none")


def contract(row_id: str, kind: str, holder: str, **changes: Any) -> Contract:
    made = Contract(row_id, f"C-{row_id}", f"Contract {row_id}", kind, holder, "USD", START, None, False)
    return replace(made, **changes)


def row(contract_id: str, unit: int | None, **changes: Any) -> ContractPrice:
    made = ContractPrice(
        f"{contract_id}{unit}{changes}", contract_id, "p", "", "", 1, unit, None, START, None
    )
    return replace(made, **changes)


def member(group: str, kind: str = "gpo", who: str = "a", **changes: Any) -> Membership:
    return replace(Membership(group, kind, f"Group {group}", who, START, None), **changes)


def letter(contract_id: str, tier: str = "", who: str = "a", **changes: Any) -> Commitment:
    made = Commitment(f"loc-{contract_id}{tier}", contract_id, who, tier, START, False, False, START, None)
    return replace(made, **changes)


def world(*contracts: Contract, rows: tuple[ContractPrice, ...] = (), **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "actor": Known.held(Person("rep", "rep", ("north",))),
        "policy": Policy({"rep": {"*": 2000}}),
        "account": Known.held(ACCOUNT),
        "ship_to": Known.held(SITE),
        "exposure": Known.held(Exposure(0)),
        "products": {"p": Known.held(PRODUCT)},
        "lists": (BASE,),
        "prices": (LIST_ROW,),
        "prices_status": HELD,
        "contracts": contracts,
        "contract_prices": rows,
    }
    return Facts(**{**known, **changes})


def ask(facts: Facts, *, day: str = DAY, qty: int = 1, discount: int = 0, **changes: Any) -> Price:
    found = price(
        "p", qty, discount, **{"segment": "store", "currency": "USD", "day": day, "facts": facts, **changes}
    )
    assert isinstance(found, Price)
    return found


def won(found: Price) -> tuple[int, str]:
    """The unit price and the first layer used."""
    return found.unit, next(step.ref for step in found.steps if step.won)


def lost(found: Price | Unpriced) -> dict[str, str]:
    return {step.ref: step.why for step in found.steps if not step.won}


# What every case of a purchasing group's contract begins with, two purchasing groups, and an offer for all.
EAST: dict[str, Any] = {"contracts": (contract("east", "gpo", "g-east"),), "memberships": (member("g-east"),)}
TWO_GPOS = (contract("east", "gpo", "g-east"), contract("west", "gpo", "g-west"))
TWO_ROWS = (row("east", 80_0000), row("west", 70_0000))
OFFER = Promotion("o", "Autumn", "p", "all", "running", 1000, 1, None, START, "2026-12-31")
