"""The only reader for the rules: the rows that a command names, never a catalogue (SYNC.md §4).

`read_facts(connection, command, reach=…)` answers the facts and what was read, as footprint keys. `Reach` says which
buckets are held whole, so that a missing row is *absent* or *not here*. With `lock=True` (the server) the rows a
decision rests on are taken FOR UPDATE in one fixed order: document, account, balances by id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Table, select

from app.domain.catalog import Lot, Product
from app.domain.commands import (
    Command,
    CountTrunk,
    DecideApproval,
    PlaceOrder,
    SellFromTrunk,
    SetAccountStatus,
    SubmitQuote,
)
from app.domain.facts import (
    ABSENT,
    HELD,
    NOT_HERE,
    ApprovalFact,
    Balance,
    Facts,
    Known,
    Policy,
    QuoteFact,
    QuoteLineFact,
)
from app.domain.parties import Account, Exposure, Person, Place, ShipTo
from app.store import tables as t
from app.store.values import account_of, list_price_of, lot_of, product_of, promotion_of, rank_list

Key = tuple[str, str]  # (kind, row id), or (kind by product, product id) for rows found by their product


class Reach(Protocol):
    """What this side holds whole. `server` also says who may reserve warehouse stock."""

    @property
    def server(self) -> bool: ...

    def holds(self, bucket: str) -> bool: ...


class Everything:
    """The server's reach."""

    server = True

    def holds(self, bucket: str) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Reading:
    """Facts and the footprint of reading them."""

    facts: Facts
    read: frozenset[Key]


def footprint_keys(kind: str, row: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys under which a changed row may have been read: by its id, and by product where rules look so."""
    keys: list[Key] = [(kind, row["id"])]
    if kind in ("price", "promotion_product"):
        keys.append((f"{kind}@product", row["product_id"]))
    return tuple(keys)


@dataclass(slots=True)
class _Reader:
    connection: Connection
    reach: Reach
    lock: bool
    read: set[Key] = field(default_factory=set)

    def row(self, table: Table, row_id: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        self.read.add((table.name, row_id))
        statement = select(table).where(table.c.id == row_id)
        if lock and self.lock:
            statement = statement.with_for_update()
        row = self.connection.execute(statement).mappings().one_or_none()
        return dict(row) if row else None

    def rows(self, table: Table, *where: Any, lock: bool = False) -> list[Mapping[str, Any]]:
        statement = select(table).where(*where).order_by(table.c.id)
        if lock and self.lock:
            statement = statement.with_for_update()
        found: list[Mapping[str, Any]] = [dict(row) for row in self.connection.execute(statement).mappings()]
        self.read.update((table.name, row["id"]) for row in found)
        return found

    def status(self, row: object, bucket: str) -> str:
        if row is not None:
            return HELD
        return ABSENT if self.reach.holds(bucket) else NOT_HERE

    # -- single facts -------------------------------------------------------------------------------------------------

    def actor(self, user_id: str, person: Person | None) -> Known[Person]:
        if person is not None:
            return Known(HELD, person)
        return Known(NOT_HERE)

    def policy(self) -> Policy:
        values = {row["id"]: json.loads(row["value"]) for row in self.rows(t.policy)}
        return Policy(
            discount_limits=values.get("discount_limit", {}),
            price_honour_days=values.get("price_honour_days", 14),
            back_dating_days=values.get("back_dating_days", 30),
        )

    def account(self, account_id: str) -> Known[Account]:
        """The account, locked for as long as its exposure may grow: an exposure row may not be there to lock."""
        row = self.row(t.account, account_id, lock=True)
        if row is None:
            # a device cannot tell which territory an unknown account would be in
            return Known(ABSENT if self.reach.server else NOT_HERE)
        return Known(
            HELD,
            account_of(row),
        )

    def exposure(self, account_id: str) -> Known[Exposure]:
        """The account's exposure; no row means nothing open and nothing unpaid."""
        row = self.row(t.exposure, account_id)
        if row is None:
            return Known(HELD, Exposure(0))
        return Known(HELD, Exposure(row["open_orders"], row["unpaid"], row["as_of"]))

    def ship_to(self, address_id: str, account_id: str) -> Known[ShipTo]:
        row = self.row(t.address, address_id)
        if row is not None and row["account_id"] == account_id and row["role"] == "ship_to":
            return Known(HELD, ShipTo(row["id"], row["country"], row["state"]))
        return Known(ABSENT)

    def products(self, ids: Iterable[str]) -> dict[str, Known[Product]]:
        wanted = sorted(set(ids))
        found = {row["id"]: row for row in self.rows(t.product, t.product.c.id.in_(wanted))}
        self.read.update(("product", one) for one in wanted)
        return {one: self._product(found.get(one)) for one in wanted}

    def _product(self, row: Mapping[str, Any] | None) -> Known[Product]:
        if row is None:
            return Known(self.status(row, "g:catalog"))
        return Known(
            HELD,
            product_of(row),
        )

    def lots(self, ids: Iterable[str]) -> dict[str, Known[Lot]]:
        wanted = sorted({one for one in ids if one})
        found = {row["id"]: row for row in self.rows(t.lot, t.lot.c.id.in_(wanted))} if wanted else {}
        self.read.update(("lot", one) for one in wanted)
        return {one: self._lot(found.get(one)) for one in wanted}

    def _lot(self, row: Mapping[str, Any] | None) -> Known[Lot]:
        if row is None:
            return Known(self.status(row, "g:catalog"))
        return Known(
            HELD,
            lot_of(row),
        )

    # -- pricing ------------------------------------------------------------------------------------------------------

    def pricing(self, account: Account | None, product_ids: Iterable[str]) -> dict[str, Any]:
        """Lists that can apply to the account, their prices and the promotions for the named products."""
        products = sorted(set(product_ids))
        lists = [ranked for row in self.rows(t.price_list) if (ranked := rank_list(row, account)) is not None]
        ids = [one.id for one in lists]
        prices = (
            self.rows(t.price, t.price.c.product_id.in_(products), t.price.c.list_id.in_(ids))
            if products
            else []
        )
        links = (
            self.rows(t.promotion_product, t.promotion_product.c.product_id.in_(products)) if products else []
        )
        self.read.update(
            (f"{kind}@product", one) for kind in ("price", "promotion_product") for one in products
        )
        named = sorted({link["promotion_id"] for link in links})
        offers = (
            {row["id"]: row for row in self.rows(t.promotion, t.promotion.c.id.in_(named))} if named else {}
        )
        whole = all(self.reach.holds(f"pl:{one.id}") for one in lists) and self.reach.holds("g:catalog")
        return {
            "lists": tuple(lists),
            "prices": tuple(list_price_of(row) for row in prices),
            "promotions": tuple(
                promotion_of(offers[link["promotion_id"]], link["product_id"])
                for link in links
                if link["promotion_id"] in offers
            ),
            "prices_status": HELD if whole else NOT_HERE,
        }

    # -- documents ----------------------------------------------------------------------------------------------------

    def quote(self, quote_id: str) -> Known[QuoteFact]:
        row = self.row(t.quote, quote_id, lock=True)
        if row is None:
            # own documents are the first thing a tablet loads; another's quote may simply not be granted to it
            return Known(ABSENT if self.reach.server else NOT_HERE)
        lines = self.rows(t.quote_line, t.quote_line.c.quote_id == quote_id)
        approvals = self.rows(t.approval, t.approval.c.quote_id == quote_id)
        return Known(
            HELD,
            QuoteFact(
                id=row["id"],
                number=row["number"],
                revision=row["revision"],
                account_id=row["account_id"],
                ship_to_id=row["ship_to_id"],
                territory_id=row["territory_id"],
                rep_id=row["rep_id"],
                state=row["state"],
                currency=row["currency"],
                po_number=row["po_number"],
                total=row["total"],
                lines=tuple(
                    QuoteLineFact(
                        line["id"],
                        line["line_no"],
                        line["product_id"],
                        line["qty"],
                        line["unit_price"],
                        line["extended"],
                    )
                    for line in sorted(lines, key=lambda one: one["line_no"])
                ),
                approvals=tuple(
                    ApprovalFact(a["id"], a["quote_id"], a["revision"], a["role"], a["code"], a["state"])
                    for a in approvals
                ),
            ),
        )

    def exists(self, table: Table, row_id: str) -> bool:
        return self.row(table, row_id) is not None

    # -- stock --------------------------------------------------------------------------------------------------------

    def place(self, location_id: str) -> Known[Place]:
        row = self.row(t.location, location_id)
        if row is None:
            return Known(self.status(row, "g:policy"))
        if not self.reach.holds(f"loc:{location_id}"):
            return Known(NOT_HERE)
        return Known(HELD, Place(row["id"], row["kind"], row["custodian"]))

    def balances(self, location_id: str, lots: Iterable[tuple[str, str]]) -> tuple[Balance, ...]:
        ids = sorted({t.balance_id(location_id, product_id, lot_id) for product_id, lot_id in lots})
        self.read.update(("balance", one) for one in ids)
        found = self.rows(t.balance, t.balance.c.id.in_(ids), lock=True) if ids else []
        return tuple(Balance(location_id, row["product_id"], row["lot_id"], row["qty"]) for row in found)

    def warehouse(self, product_ids: Iterable[str]) -> Known[tuple[Balance, ...]]:
        """Warehouse stock of the products, locked: only the server may promise it (SYNC.md §6)."""
        if not self.reach.server:
            return Known(NOT_HERE)
        dcs = select(t.location.c.id).where(t.location.c.kind == "dc")
        where = (t.balance.c.product_id.in_(sorted(set(product_ids))), t.balance.c.location_id.in_(dcs))
        found = self.rows(t.balance, *where, lock=True)
        expiries = {
            row["id"]: row["expires"]
            for row in self.rows(t.lot, t.lot.c.id.in_(sorted({b["lot_id"] for b in found if b["lot_id"]})))
        }
        return Known(
            HELD,
            tuple(
                Balance(b["location_id"], b["product_id"], b["lot_id"], b["qty"], expiries.get(b["lot_id"]))
                for b in found
            ),
        )


def read_pricing(
    connection: Connection, account_id: str, product_ids: Iterable[str], *, reach: Reach
) -> Facts:
    """The facts that prices of these products for this account rest on, without a command."""
    reader = _Reader(connection, reach, False)
    account = reader.account(account_id)
    products = sorted(set(product_ids))
    return Facts(
        actor=Known(NOT_HERE),
        policy=reader.policy(),
        account=account,
        products=reader.products(products),
        **reader.pricing(account.value, products),
    )


def read_facts(
    connection: Connection,
    command: Command,
    *,
    reach: Reach,
    actor: Person | None,
    received_on: str | None = None,
    lock: bool = False,
) -> Reading:
    """Everything `decide` may look at for `command`, and the keys that were read.

    `actor` is who signed in (the server's own record there), `received_on` the server's date, None on a tablet.
    """
    reader = _Reader(connection, reach, lock)
    groups: dict[str, Any] = {
        "actor": reader.actor(command.actor, actor),
        "policy": reader.policy(),
        "received_on": received_on,
    }
    match command:
        case SubmitQuote():
            groups["quote"] = reader.quote(command.quote_id)
            products = [line.product_id for line in command.lines]
            groups |= _sale(reader, command.account_id, command.ship_to_id, products)
        case DecideApproval():
            groups["quote"] = reader.quote(command.quote_id)
        case PlaceOrder():
            known = reader.quote(command.quote_id)
            groups["quote"] = known
            groups["document_exists"] = reader.exists(t.sales_order, command.order_id)
            if known.value:
                groups["account"] = reader.account(known.value.account_id)
                groups["exposure"] = reader.exposure(known.value.account_id)
                groups["warehouse"] = reader.warehouse(line.product_id for line in known.value.lines)
        case SellFromTrunk():
            groups["document_exists"] = reader.exists(t.sales_order, command.sale_id)
            products = [line.product_id for line in command.lines]
            groups |= _sale(reader, command.account_id, command.ship_to_id, products)
            groups["place"] = reader.place(command.location_id)
            groups["lots"] = reader.lots(line.lot_id for line in command.lines)
            groups["balances"] = reader.balances(
                command.location_id, ((line.product_id, line.lot_id) for line in command.lines)
            )
        case CountTrunk():
            groups["document_exists"] = reader.exists(t.count_sheet, command.count_id)
            groups["place"] = reader.place(command.location_id)
            groups["balances"] = reader.balances(
                command.location_id, ((line.product_id, line.lot_id) for line in command.lines)
            )
        case SetAccountStatus():
            groups["account"] = reader.account(command.account_id)
    return Reading(Facts(**groups), frozenset(reader.read))


def _sale(reader: _Reader, account_id: str, ship_to_id: str, product_ids: list[str]) -> dict[str, Any]:
    account = reader.account(account_id)
    return {
        "account": account,
        "ship_to": reader.ship_to(ship_to_id, account_id),
        "exposure": reader.exposure(account_id),
        "products": reader.products(product_ids),
        **reader.pricing(account.value, product_ids),
    }
