"""A small world for tests: one territory, two accounts, one lot-tracked product, a warehouse and a rep's trunk.

`World` is a real server core on a real database, with real tablets on SQLite files beside it and no network between:
`BoundApi` is the server in person.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, select, text

from app.domain.commands import (
    CountLine,
    CountTrunk,
    DecideApproval,
    PlaceOrder,
    QuoteLine,
    SaleLine,
    SellFromTrunk,
    SetAccountStatus,
    SubmitQuote,
)
from app.domain.parties import Person
from app.store.engine import reading
from app.workspace.opening import open_workspace
from app.workspace.workspace import Identity, Workspace
from sync.client.turn import Turn, run_turn
from sync.protocol.messages import Enrol, Enrolled, User
from sync.server.accounts import Accounts
from sync.server.api import BoundApi, ServerApi
from sync.server.apply import perform_here
from sync.server.feed import UnitOfWork, unit_of_work
from sync.server.tables import stream, user_account

DAY = "2026-11-23"
PRICE = 100_0000  # 100.00 in 1/10,000
OFFICE = Person("u-office", "operations", ("*",))


def moment() -> datetime:
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def product(row_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id,
        "sku": row_id.upper(),
        "name": f"Stent {row_id}",
        "brand": "Corvia",
        "manufacturer": "Corvia Medical",
        "catalog_number": f"C-{row_id}",
        "gtin": "",
        "category": "Stents",
        "product_class": "FDA class 2",
        "tracking": "lot",
        "expiry_tracked": 1,
        "rx": 1,
        "sterile": 1,
        "single_use": 1,
        "cold_chain": 0,
        "unit": "EA",
        "sell_from": None,
        "sell_until": None,
        "origin": "test",
        **changes,
    }


def account(row_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id,
        "number": row_id.upper(),
        "name": f"Hospital {row_id}",
        "segment": "store",
        "status": "active",
        "status_reason": "",
        "status_since": None,
        "territory_id": "north",
        "rep_id": None,
        "price_list_id": None,
        "currency": "USD",
        "po_required": 0,
        "terms_days": 30,
        "credit_limit": None,
        "origin": "test",
        **changes,
    }


def ship_to(row_id: str, account_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id,
        "account_id": account_id,
        "territory_id": "north",
        "rep_id": None,
        "role": "ship_to",
        "label": "Main",
        "line1": "1 Quay",
        "line2": "",
        "city": "Bergen",
        "state": "",
        "postal_code": "5003",
        "country": "NO",
        "latitude": None,
        "longitude": None,
        "origin": "test",
        **changes,
    }


def price_row(row_id: str, product_id: str, unit_price: int, list_id: str = "base") -> dict[str, Any]:
    return {
        "id": row_id,
        "list_id": list_id,
        "product_id": product_id,
        "min_qty": 1,
        "unit_price": unit_price,
        "valid_from": "2020-01-01",
        "valid_to": None,
        "origin": "test",
    }


def place(row_id: str, kind: str, custodian: str | None = None) -> dict[str, Any]:
    territory = "north" if custodian else None
    return {
        "id": row_id,
        "name": row_id,
        "kind": kind,
        "custodian": custodian,
        "territory_id": territory,
        "origin": "test",
    }


def seed(engine: Engine) -> None:
    """The rows of the small world; stock comes in by movements, so the books balance."""
    limits = {"rep": {"*": 1000}, "manager": {"*": 3000}, "finance": {"*": 10_000}}
    with unit_of_work(engine) as work:
        work.put(
            "territory",
            [
                {"id": one, "name": one, "country": "NO", "region": "EU", "origin": "test"}
                for one in ("north", "south")
            ],
        )
        work.put("policy", [{"id": "discount_limit", "value": json.dumps(limits), "origin": "test"}])
        work.put("product", [product("p1"), product("p2", tracking="none")])
        lot = {"product_id": "p1", "serial": "", "recalled_on": None, "origin": "test"}
        work.put(
            "lot",
            [
                {"id": "l1", "lot_number": "L1", "expires": "2027-06-30", **lot},
                {"id": "l2", "lot_number": "L2", "expires": "2027-01-31", **lot},
            ],
        )
        base = {"name": "Base", "scope": "base", "territory_id": None, "currency": "USD", "valid_to": None}
        work.put("price_list", [{"id": "base", "valid_from": "2020-01-01", "origin": "test", **base}])
        work.put("price", [price_row("pr1", "p1", PRICE), price_row("pr2", "p2", 2_5000)])
        work.put(
            "account",
            [
                account("a1"),
                account("a2"),
                account(
                    "a3", status="on_hold", status_reason="unpaid", status_since="2026-11-01", po_required=1
                ),
            ],
        )
        work.put("address", [ship_to(f"s{n}", f"a{n}") for n in (1, 2, 3)])
        work.put(
            "location",
            [
                place("wh", "dc"),
                place("wh:reserved", "reserved"),
                place("trunk-rep", "trunk", "rep"),
                *(place(one, "virtual") for one in ("v:supplier", "v:customer", "v:adjustment")),
            ],
        )
        for number, (where, lot_id, qty) in enumerate(
            (("wh", "l1", 50), ("trunk-rep", "l1", 10), ("trunk-rep", "l2", 4))
        ):
            receive(work, f"opening-{number}", where, "p1", lot_id, qty)


def receive(work: UnitOfWork, row_id: str, where: str, product_id: str, lot_id: str, qty: int) -> None:
    """Stock in from the supplier, through the same writer as everything else."""
    from app.domain.events import StockMoved
    from app.store.write_events import Stamp, write_events

    event = StockMoved(
        movement_id=row_id,
        kind="receive",
        product_id=product_id,
        lot_id=lot_id,
        qty=qty,
        from_location="v:supplier",
        to_location=where,
        business_date="2026-11-01",
        document_id=row_id,
        reason="",
        op_id="",
    )
    work.note(write_events(work.connection, [event], Stamp(None, None), images=False))


@dataclass(frozen=True)
class Caller:
    """An authenticated person with an enrolled device, as the server's accounts would say."""

    user_id: str
    role: str
    territories: tuple[str, ...]
    device_id: str
    opened: list[str] = field(
        default_factory=list, compare=False
    )  # the stream opened last, if it is not the first

    @property
    def stream(self) -> str:
        return self.opened[0] if self.opened else f"{self.device_id}.1"

    @property
    def user(self) -> User:
        code = self.user_id[:2].upper()
        return User(self.user_id, self.user_id, self.user_id, self.role, code, list(self.territories))

    @property
    def person(self) -> Person:
        return Person(self.user_id, self.role, self.territories)


class Enrolment:
    """The real thing: the server's own books of devices."""

    def __init__(self, engine: Engine, number: int = 0) -> None:
        self.accounts = Accounts(engine, now=moment, entropy=Random(number).randbytes)

    def enrol(self, caller: Caller, request: Enrol) -> Enrolled:
        enrolled = self.accounts.enrol(caller, request)
        caller.opened[:] = [enrolled.stream]
        return enrolled


@dataclass
class Tablet:
    """A workspace on a file and its conversation with the server."""

    workspace: Workspace
    api: BoundApi
    new_id: Callable[[], str]

    @property
    def user(self) -> str:
        return self.api.caller.user_id

    def turn(self) -> Turn:
        return run_turn(self.workspace, self.api)

    def sync(self) -> None:
        turn = self.turn()
        assert turn.trouble is None, f"{turn.trouble}: {turn.detail}"

    def rows(self, statement: str) -> list[Any]:
        with reading(self.workspace.reader) as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def one(self, statement: str) -> Any:
        [(value,)] = self.rows(statement)
        return value

    def _who(self) -> dict[str, Any]:
        return {"op_id": self.new_id(), "actor": self.user, "business_date": DAY}

    def quote(self, *, qty: int = 2, discount: int = 0, account: str = "a1", **changes: Any) -> SubmitQuote:
        shown = PRICE * (10_000 - discount) // 10_000
        values = {
            **self._who(),
            "quote_id": self.new_id(),
            "number": self.workspace.next_number(),
            "revision": 1,
            "account_id": account,
            "ship_to_id": f"s{account[1:]}",
            "currency": "USD",
            "po_number": "",
            "note": "",
            "lines": (QuoteLine(product_id="p1", qty=qty, discount_bp=discount, shown_price=shown),),
            **changes,
        }
        return SubmitQuote(**values)

    def order(self, quote: SubmitQuote) -> PlaceOrder:
        return PlaceOrder(
            **self._who(),
            order_id=self.new_id(),
            number=self.workspace.next_number(),
            quote_id=quote.quote_id,
            revision=quote.revision,
        )

    def sale(
        self, *, qty: int = 3, lot: str = "l1", account: str = "a1", shown: int = PRICE
    ) -> SellFromTrunk:
        return SellFromTrunk(
            **self._who(),
            sale_id=self.new_id(),
            number=self.workspace.next_number(),
            location_id="trunk-rep",
            account_id=account,
            ship_to_id=f"s{account[1:]}",
            currency="USD",
            po_number="",
            lines=(SaleLine(product_id="p1", lot_id=lot, qty=qty, discount_bp=0, shown_price=shown),),
        )

    def count(self, counted: int, expected: int, *, lot: str = "l1", reason: str = "damaged") -> CountTrunk:
        return CountTrunk(
            **self._who(),
            count_id=self.new_id(),
            number=self.workspace.next_number(),
            location_id="trunk-rep",
            signed_by="Rep",
            lines=(
                CountLine(product_id="p1", lot_id=lot, counted=counted, expected=expected, reason=reason),
            ),
        )

    def verdict(self, quote: SubmitQuote, *, approve: bool = True, reason: str = "") -> DecideApproval:
        return DecideApproval(
            **self._who(),
            approval_id=self.one(
                f"SELECT id FROM approval WHERE quote_id='{quote.quote_id}' AND state='pending'"
            ),
            quote_id=quote.quote_id,
            revision=quote.revision,
            approve=approve,
            reason=reason,
        )


@dataclass
class World:
    """The server's side and everybody who was enrolled."""

    engine: Engine
    folder: Path
    server: ServerApi
    ids: Callable[[], str]
    tablets: list[Tablet] = field(default_factory=list)

    def tablet(
        self, user: str, role: str = "rep", *, territories: tuple[str, ...] = ("north",), sync: bool = True
    ) -> Tablet:
        """A new device of a user, enrolled and (unless said otherwise) synced."""
        number = len(self.tablets)
        caller = Caller(user, role, territories, f"dev-{user}-{number}")
        letter = chr(ord("A") + number)
        with unit_of_work(self.engine) as work:
            row = {"id": caller.device_id, "user_id": user, "name": "tablet", "letter": letter}
            moment_row = {"stream": caller.stream, "last_seq": 0, "enrolled_at": "", "revoked_at": None}
            work.put("device", [{**row, **moment_row}])
            opened = {"name": caller.stream, "device_id": caller.device_id, "letter": letter, "last_seq": 0}
            work.connection.execute(stream.insert().values(opened_at="", **opened))
            user_row = {
                "id": user,
                "login": user,
                "password": "",
                "role": role,
                "territories": json.dumps(territories),
            }
            if (
                work.connection.execute(select(user_account.c.id).where(user_account.c.id == user)).first()
                is None
            ):
                work.connection.execute(user_account.insert().values(created_at="", **user_row))
        workspace = open_workspace(self.folder / f"{user}-{number}.db", now=moment, new_id=self.ids)
        who = Identity(
            "local",
            user,
            user,
            user,
            role,
            user[:2].upper(),
            territories,
            caller.device_id,
            caller.stream,
            letter,
        )
        workspace.become(who, 1)
        made = Tablet(workspace, BoundApi(self.server, Enrolment(self.engine, number), caller), self.ids)
        self.tablets.append(made)
        if sync:
            made.sync()
        return made

    def reopen(self, tablet: Tablet) -> Tablet:
        """The same device after a restart of the app."""
        path = Path(str(tablet.workspace.engine.url.database))
        tablet.workspace.engine.dispose()
        tablet.workspace.reader.dispose()
        again = Tablet(open_workspace(path, now=moment, new_id=self.ids), tablet.api, self.ids)
        self.tablets.append(again)
        return again

    def hold(self, account_id: str, reason: str = "unpaid") -> None:
        command = SetAccountStatus(
            op_id=self.ids(),
            actor=OFFICE.id,
            business_date=DAY,
            account_id=account_id,
            status="on_hold",
            reason=reason,
        )
        assert perform_here(self.engine, OFFICE, command, now=moment).outcome == "applied"

    def consign(
        self,
        row_id: str = "shelf",
        ship_to_id: str = "s1",
        *,
        custodian: str = "rep",
        lots: tuple[tuple[str, int], ...] = (("l1", 5), ("l2", 2)),
    ) -> None:
        """A consignment place at a ship-to in somebody's charge, with lots of p1 in it."""
        with unit_of_work(self.engine) as work:
            work.put("location", [{**place(row_id, "consignment", custodian), "ship_to_id": ship_to_id}])
            for lot_id, qty in lots:
                receive(work, f"put-{row_id}-{lot_id}", row_id, "p1", lot_id, qty)

    def address(self, row_id: str, account_id: str, label: str, role: str = "ship_to") -> None:
        """One more address of an account."""
        with unit_of_work(self.engine) as work:
            work.put("address", [ship_to(row_id, account_id, label=label, role=role)])

    def rows(self, statement: str) -> list[Any]:
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def one(self, statement: str) -> Any:
        [(value,)] = self.rows(statement)
        return value

    def close(self) -> None:
        for tablet in self.tablets:
            tablet.workspace.engine.dispose()
            tablet.workspace.reader.dispose()


def build(engine: Engine, folder: Path) -> World:
    """A seeded world on a migrated server database."""
    seed(engine)
    numbers = count(1)
    return World(engine, folder, ServerApi(engine, moment), lambda: f"id-{next(numbers):06d}")
