"""The order history: headers, lines and shipments, with every published figure as the exact text of the file.

Nothing here is priced again. An order is history (type `history`) and shipped; its lines carry the order's territory
and rep, so they travel with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.server.imports import aw_files as ids
from sync.server.imports.aw_accounts import Accounts
from sync.server.imports.aw_catalogue import Catalogue
from sync.server.imports.aw_company import Company
from sync.server.imports.judging import Index, resolve
from sync.server.imports.reading import Reading
from sync.server.imports.table_file import BadRow, Row
from sync.server.imports.writer import Writer

STATES = {"4": "cancelled", "5": "shipped", "6": "cancelled"}  # rejected, shipped, cancelled


@dataclass(slots=True)
class Order:
    """What lines and the shipment need of their order, and what the lines add to it."""

    id: str
    scope: dict[str, object]
    shipped_on: str | None
    method: str
    tracking: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class References:
    """The files an order's columns point into."""

    company: Company
    accounts: Accounts
    currencies: Index[str]
    methods: Index[str]


def import_orders(
    reading: Reading, writer: Writer, company: Company, accounts: Accounts, catalogue: Catalogue
) -> None:
    """Orders, their lines in the order of the file, their shipments."""
    to = References(
        company=company,
        accounts=accounts,
        currencies=reading.load("currency", lambda row: row.name("currency_code")),
        methods=reading.names("ship_method"),
    )
    orders: Index[Order] = reading.index("sales_order_header")
    for header, _kept in reading.stream(
        "sales_order_header", orders, lambda row: _order(row, to), lambda made: made[1]
    ):
        writer.put("sales_order", header)
    lines: Index[None] = reading.index("sales_order_detail")
    for line in reading.stream(
        "sales_order_detail", lines, lambda row: _line(row, orders, catalogue), lambda _made: None
    ):
        writer.put("order_line", line)
    for order in orders.good.values():
        if order.shipped_on:
            writer.put("shipment", _shipment(order, order.shipped_on))


def _order(row: Row, to: References) -> tuple[dict[str, object], Order]:
    made = _published(row)
    customer, territory, rep = (
        row.ref("customer_id"),
        row.ref("territory_id"),
        row.ref_or_none("sales_person_id"),
    )
    bill_to, ship_to = row.ref("bill_to_address_id"), row.ref("ship_to_address_id")
    method, currency, shipped_on = (
        row.ref("ship_method_id"),
        row.name("currency_code"),
        row.day_or_none("ship_date"),
    )
    accounts = to.accounts
    resolve(
        (accounts.index, customer, "customer_id"),
        (to.company.territories, territory, "territory_id"),
        *([(to.company.sales_people, rep, "sales_person_id")] if rep else []),
        (accounts.addresses, bill_to, "bill_to_address_id"),
        (accounts.addresses, ship_to, "ship_to_address_id"),
        (to.methods, method, "ship_method_id"),
        (to.currencies, currency, "currency_code"),
    )
    account = accounts.index.good[customer]
    resolve(
        (accounts.links, f"{account.entity}/{bill_to}", "bill_to_address_id"),
        (accounts.links, f"{account.entity}/{ship_to}", "ship_to_address_id"),
    )
    order = Order(
        id=ids.order_id(row.ref("sales_order_id")),
        scope={"territory_id": ids.territory_id(territory), "rep_id": ids.user_id(rep) if rep else None},
        shipped_on=shipped_on,
        method=to.methods.good[method],
    )
    named = {
        "id": order.id,
        **order.scope,
        "account_id": ids.account_id(customer),
        "ship_to_id": accounts.address_ref(account, ship_to, "ship_to"),
        "bill_to_id": accounts.address_ref(account, bill_to, "bill_to"),
        "currency": currency,
    }
    return {**made, **named}, order


def _published(row: Row) -> dict[str, object]:
    """The order's own figures, without the rows it names."""
    state = STATES.get(row.text("status"))
    if state is None:
        raise BadRow(f"{row.text('status')!r} is not history: 4 rejected, 5 shipped or 6 cancelled", "status")
    return {
        "number": f"SO{row.ref('sales_order_id')}",
        "type": "history",
        "quote_id": None,
        "state": state,
        "business_date": row.day("order_date"),
        "po_number": row.text("purchase_order_number"),
        "total": None,
        "published_sub_total": row.decimal("sub_total"),
        "published_tax": row.decimal("tax_amt"),
        "published_freight": row.decimal("freight"),
        "published_total": row.decimal("total_due"),
        "due_date": row.day_or_none("due_date"),
        "online": str(row.flag("online_order_flag")),
        "op_id": None,
        "origin": ids.ORIGIN,
    }


def _line(row: Row, orders: Index[Order], catalogue: Catalogue) -> dict[str, object]:
    key, sales_order = row.ref("sales_order_detail_id"), row.ref("sales_order_id")
    product, offer, qty = row.ref("product_id"), row.ref("special_offer_id"), row.whole("order_qty", least=1)
    published = {
        "published_unit_price": row.decimal("unit_price"),
        "published_discount": row.decimal("unit_price_discount"),
        "published_line_total": row.decimal("line_total"),
    }
    resolve(
        (orders, sales_order, "sales_order_id"),
        (catalogue.products, product, "product_id"),
        (catalogue.offers, offer, "special_offer_id"),
    )
    order = orders.good[sales_order]
    made = {
        "id": f"aw-ol-{key}",
        "order_id": order.id,
        **order.scope,
        "line_no": order.lines + 1,
        "product_id": ids.product_id(product),
        "lot_id": None,
        "qty": qty,
        "allocated": qty,
        "backordered": 0,
        "unit_price": None,
        "extended": None,
        **published,
        "promotion_id": ids.promotion_id(offer),
        "tracking_number": row.text("carrier_tracking_number") or None,
        "origin": ids.ORIGIN,
    }
    order.lines += 1
    order.tracking = order.tracking or row.text("carrier_tracking_number")
    return made


def _shipment(order: Order, shipped_on: str) -> dict[str, object]:
    return {
        "id": order.id.replace("aw-o-", "aw-sh-", 1),
        "order_id": order.id,
        **order.scope,
        "shipped_on": shipped_on,
        "method": order.method,
        "tracking_number": order.tracking,
        "origin": ids.ORIGIN,
    }
