"""What the office does on the server while the tablets work: each is one call, as the command line makes it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import small_world as small
from sim_company import Clock
from sim_server import Server
from sqlalchemy import select, text, update

from app.domain.commands import MoveOrder, SetAccountStatus
from app.domain.parties import Person
from app.store import tables as t
from app.store.engine import reading
from sync.server.apply import perform_here
from sync.server.feed import unit_of_work
from sync.server.parking import retry_parked, waiting
from sync.server.tables import user_account

OFFICE = Person("u-office", "operations", ("*",), "OFFICE")
DOINGS = {
    "prices": 4,
    "hold": 3,
    "orders": 6,
    "move_account": 2,
    "rep_of_account": 1,
    "territories": 1,
    "recall": 1,
    "delivery": 2,
}


@dataclass(slots=True)
class Office:
    """Its doings may die with the server's process, or meet its full disk."""

    server: Server
    clock: Clock
    dice: random.Random
    new_id: Callable[[], str]
    count: Callable[[str], None]
    chunks: Iterator[None] | None = field(default=None)

    def act(self, allowed: dict[str, int]) -> str:
        """One doing, chosen by dice; its name. An import under way goes on chunk by chunk."""
        if self.chunks is not None and self.dice.random() < 0.6:
            if next(self.chunks, self) is self:
                self.chunks = None
            return "prices"
        name = self.dice.choices(list(allowed), list(allowed.values()))[0]
        doing: Callable[[], None] = getattr(self, f"_{name}")
        doing()
        return name

    @property
    def engine(self) -> Any:
        assert self.server.engine is not None
        return self.server.engine

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(text(statement)).mappings()]

    def _prices(self) -> None:
        self.chunks = self._price_chunks()
        next(self.chunks)

    def _price_chunks(self) -> Iterator[None]:
        """A new price for everything, in several transactions, as a long import commits."""
        percent = self.dice.choice((98, 100, 103))
        table = t.price
        rows = self.rows("SELECT id FROM price ORDER BY id")
        for row in rows:
            with unit_of_work(self.engine) as work:
                stored = work.connection.execute(select(table).where(table.c.id == row["id"])).mappings()
                work.put(
                    "price", [{**one, "unit_price": _near(one["unit_price"], percent)} for one in stored]
                )
            yield

    def _hold(self) -> None:
        account = self.dice.choice(self.rows("SELECT id, status FROM account ORDER BY id"))
        status = "active" if account["status"] != "active" else "on_hold"
        command = SetAccountStatus(
            **self._says(), account_id=account["id"], status=status, reason="the books say so"
        )
        perform_here(self.engine, OFFICE, command, now=self.clock)

    def _orders(self) -> None:
        orders = self.rows(
            "SELECT id, state FROM sales_order WHERE type IN ('stock', 'bill_only') ORDER BY id"
        )
        if orders:
            order = self.dice.choice(orders)
            verbs = {
                "held": ("release",),
                "placed": ("allocate", "allocate", "cancel"),
                "allocated": ("pick", "ship"),
                "picked": ("ship",),
                "shipped": ("deliver",),
            }.get(order["state"], ("release", "allocate", "ship", "deliver", "cancel"))
            command = MoveOrder(
                **self._says(), order_id=order["id"], verb=self.dice.choice(verbs), reason="as planned"
            )
            perform_here(self.engine, OFFICE, command, now=self.clock)

    def _move_account(self) -> None:
        """An account goes to the other territory with all that belongs to it."""
        account = self.dice.choice(self.rows("SELECT id FROM account ORDER BY id"))
        with unit_of_work(self.engine) as work:
            table = t.account
            found = work.connection.execute(select(table).where(table.c.id == account["id"])).mappings().one()
            other = "south" if found["territory_id"] == "north" else "north"
            if found["rep_id"] == {"north": "rep", "south": "sam"}[found["territory_id"]]:
                self.count("row_left_one_of_two_buckets")  # it stays in the rep's own
            work.put("account", [{**found, "territory_id": other}])

    def _rep_of_account(self) -> None:
        account = self.dice.choice(self.rows("SELECT id FROM account ORDER BY id"))
        with unit_of_work(self.engine) as work:
            table = t.account
            found = work.connection.execute(select(table).where(table.c.id == account["id"])).mappings().one()
            work.put("account", [{**found, "rep_id": self.dice.choice((None, "rep", "sam"))}])

    def _territories(self) -> None:
        """A person's scope changes: more, less, or the other territory."""
        user = self.dice.choice(("rep", "sam", "mia"))
        scope = self.dice.choice((("north",), ("south",), ("north", "south")))
        with unit_of_work(self.engine) as work:
            work.connection.execute(
                update(user_account).where(user_account.c.id == user).values(territories=json.dumps(scope))
            )
            table = t.rep
            found = work.connection.execute(select(table).where(table.c.id == user)).mappings().one()
            work.put("rep", [{**found, "territory_id": scope[0]}])

    def _recall(self) -> None:
        lot = self.dice.choice(self.rows("SELECT id FROM lot ORDER BY id"))
        with unit_of_work(self.engine) as work:
            table = t.lot
            found = work.connection.execute(select(table).where(table.c.id == lot["id"])).mappings().one()
            day = None if found["recalled_on"] else self.clock().date().isoformat()
            work.put("lot", [{**found, "recalled_on": day}])

    def _delivery(self) -> None:
        """Goods come from the supplier into the warehouse."""
        product, lot = self.dice.choice((("p1", "l1"), ("p1", "l2"), ("p2", ""), ("p3", "l3")))
        with unit_of_work(self.engine) as work:
            small.receive(work, self.new_id(), "wh", product, lot, self.dice.randint(1, 30))

    def _says(self) -> dict[str, Any]:
        day = self.clock().date().isoformat()
        return {"op_id": self.new_id(), "actor": OFFICE.id, "business_date": day}

    # -- parked ops ---------------------------------------------------------------------------------------------------

    def retry_all_parked(self) -> int:
        """Retry every parked and every rescued op, oldest first, until none moves; how many wait still."""
        while True:
            with reading(self.engine) as connection:
                left = [one.op_id for one in waiting(connection)]
            if not [one for one in left if retry_parked(self.engine, one, now=self.clock) != "parked"]:
                return len(left)


def _near(price: int, percent: int) -> int:
    return price * percent // 100
