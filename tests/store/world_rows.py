"""A company that grows row by row, and the days and people all of them have in common.

Rows are made without a database. Ids mix capitals, digits and signs, so that a sort order that is not the binary one
shows; movements are put one by one, balances are their sums.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Text

from app.domain.facts import OrderFact, OrderLineFact, QuoteFact, QuoteLineFact
from app.domain.parties import ADMIN, COMPANY, DIRECTOR, FINANCE, MANAGER, OPERATIONS, REP, Person
from app.store.tables import KINDS, balance_id
from app.store.values import fields_of

DAY = "2026-11-23"
CLASSES = ("Bikes", "FDA class 2", "FDA class 3")
CURRENCIES = ("USD", "EUR", "JPY")
TERRITORIES = ("north", "South", "west-1")
VIRTUAL = (
    "v:supplier",
    "v:customer",
    "v:adjustment",
    "v:transit",
    "v:scrap",
    "v:quarantine",
    "v:samples",
    "v:loaned",
)
PEOPLE = (
    Person("rep-n", REP, ("north",), "RN"),
    Person("Rep-S", REP, ("west-1", "South"), "RS"),
    Person("mgr-1", MANAGER, ("South", "north", "west-1"), "MO"),
    Person("Mgr-2", MANAGER, ("*",), "MT"),
    Person("dir", DIRECTOR, ("*",), "DI"),
    Person("fin", FINANCE, ("*",), "FI"),
    Person("ops", OPERATIONS, ("*",), "OP"),
    Person("adm", ADMIN, ("*",), "AD"),
)
REPS = tuple(one for one in PEOPLE if one.role == REP)


def day(away: int) -> str:
    """The ISO date `away` days after the company's day."""
    return (date.fromisoformat(DAY) + timedelta(days=away)).isoformat()


def text(value: object) -> str:
    """`value` as JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@dataclass
class World:
    """The rows of one company by kind, and the dice that made it."""

    seed: int
    dice: random.Random
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in KINDS})
    stock: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)  # (place, product, lot, owner)

    def put(self, kind: str, row_id: str, /, **values: Any) -> dict[str, Any]:
        """A new whole row; a column that is not given has nothing in it ('' or 0)."""
        columns = KINDS[kind].table.columns
        unknown = set(values) - {column.name for column in columns}
        assert not unknown, f"{kind} has no {unknown}"
        nothing = {str(c.name): "" if isinstance(c.type, Text) else 0 for c in columns}
        row = KINDS[kind].whole(
            {k: v for k, v in nothing.items() if k not in KINDS[kind].absent} | {"id": row_id} | values
        )
        if "origin" in row:
            row["origin"] = "test"
        self.rows[kind].append(row)
        return row

    def find(self, kind: str, row_id: str) -> dict[str, Any]:
        return next(row for row in self.rows[kind] if row["id"] == row_id)

    def move(
        self, what: str, product_id: str, lot_id: str, qty: int, places: tuple[str, str], **values: Any
    ) -> None:
        """One movement from the first place to the second; its position is its number."""
        number = len(self.rows["movement"]) + 1
        owner = values.setdefault("owner", COMPANY)
        self.put(
            "movement",
            f"{'Mm'[number % 2]}-{number}",
            kind=what,
            product_id=product_id,
            lot_id=lot_id,
            qty=qty,
            from_location=places[0],
            to_location=places[1],
            position=number,
            **{"business_date": day(-number % 40 - 40), **values},
        )
        self.stock[places[0], product_id, lot_id, owner] -= qty
        self.stock[places[1], product_id, lot_id, owner] += qty

    def add_up(self) -> None:
        """The balances: what all movements come to."""
        for (place, product_id, lot_id, owner), qty in sorted(self.stock.items()):
            goods = {"location_id": place, "product_id": product_id, "lot_id": lot_id}
            self.put("balance", balance_id(place, product_id, lot_id, owner), qty=qty, owner=owner, **goods)

    # -- as the rules see them ----------------------------------------------------------------------------------------

    def quote_fact(self, quote_id: str) -> QuoteFact:
        """A quote with its lines; its approvals are left out."""
        lines = [row for row in self.rows["quote_line"] if row["quote_id"] == quote_id]
        facts = tuple(QuoteLineFact(**fields_of(QuoteLineFact, one)) for one in lines)
        return QuoteFact(**fields_of(QuoteFact, self.find("quote", quote_id)), lines=facts, approvals=())

    def order_fact(self, order_id: str) -> OrderFact:
        """An order with its lines; what is reserved for it is left out."""
        row = self.find("sales_order", order_id)
        lines = [one for one in self.rows["order_line"] if one["order_id"] == order_id]
        facts = tuple(OrderLineFact(**fields_of(OrderLineFact, one)) for one in lines)
        return OrderFact(**{**fields_of(OrderFact, row), "total": row["total"] or 0}, lines=facts)

    # -- choosing -----------------------------------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def one(self, kind: str, /, **having: Any) -> dict[str, Any] | None:
        """Any row of `kind` with these values."""
        fitting = [row for row in self.rows[kind] if all(row[k] == v for k, v in having.items())]
        return self.dice.choice(fitting) if fitting else None

    def some(self, things: Iterable[Any], least: int, most: int) -> list[Any]:
        """Between `least` and `most` of these, none twice, in any order."""
        choice = list(things)
        return self.dice.sample(choice, min(len(choice), self.dice.randint(least, most)))

    def on_hand(self, place: str) -> list[tuple[str, str, int]]:
        """(product, lot, base units) that the company has in `place`."""
        return [
            (product_id, lot_id, qty)
            for (where, product_id, lot_id, owner), qty in sorted(self.stock.items())
            if where == place and owner == COMPANY and qty > 0
        ]
