"""Accounts: search while typing, the card, and the lines of one order.

The search reads `account_search` (prefix index) and the cities of addresses; the card reads by `address_account`,
`contact_account`, `quote_account` and `sales_order_account`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text

from app.domain.lifecycle import OPEN_ORDER, QUOTE
from app.workspace.queries.account_terms import account_terms
from app.workspace.queries.consigned import consigned
from app.workspace.queries.search import match_of
from app.workspace.queries.spelling import meant
from app.workspace.queries.visits import visits_of
from app.workspace.reach import device_reach
from app.workspace.rows.accounts import (
    AccountCard,
    AccountRow,
    AccountsFound,
    AddressRow,
    ContactRow,
    DocumentRow,
    OrderDetail,
    OrderLineRow,
)
from app.workspace.workspace import get_meta, read_identity

LIMIT = 50  # of a search
FIRST = 200  # shown before anything is typed
HISTORY = 100
OVER_QUOTES = ("accepted", "lost")  # nothing is left to be done; an expired or declined one can be revised
OPEN_QUOTE = tuple(state for state in QUOTE if state not in OVER_QUOTES)

_ROW = """
SELECT a.id, a.number, a.name, a.segment, a.status, a.status_since,
       coalesce((SELECT s.city FROM address s WHERE s.account_id = a.id ORDER BY s.role DESC, s.id LIMIT 1),
                '') AS city,
       (SELECT o.business_date FROM sales_order o WHERE o.account_id = a.id AND o.state <> 'cancelled'
        ORDER BY o.business_date DESC, o.id LIMIT 1) AS last_order
"""

SEARCH = text(
    """
WITH named AS (
  SELECT rowid AS row FROM account_search WHERE account_search MATCH :match ORDER BY rowid LIMIT :limit
), there AS (
  SELECT DISTINCT a.rowid AS row FROM address s CROSS JOIN account a ON a.id = s.account_id
  WHERE s.city LIKE :city ESCAPE '!' ORDER BY a.rowid LIMIT :limit
)
"""
    + _ROW
    + """
FROM account a
WHERE a.rowid IN (SELECT row FROM named UNION SELECT row FROM there)
ORDER BY a.number <> :typed, a.rowid NOT IN (SELECT row FROM named), a.name, a.number, a.id
LIMIT :limit
"""
)

RECENT = text(
    """
WITH recent AS (
  SELECT a.rowid AS row, o.day
  FROM account a LEFT JOIN (
    SELECT account_id, max(business_date) AS day FROM sales_order WHERE state <> 'cancelled' GROUP BY account_id
  ) o ON o.account_id = a.id
  ORDER BY o.day IS NULL, o.day DESC, a.name, a.number, a.id LIMIT :limit
)
"""
    + _ROW
    + """
FROM recent r JOIN account a ON a.rowid = r.row
ORDER BY r.day IS NULL, r.day DESC, a.name, a.number, a.id
"""
)

_COUNT = text("SELECT count(*) FROM account")


def find_accounts(connection: Connection, typed: str = "", *, limit: int = LIMIT) -> AccountsFound:
    """Accounts whose number or name has words beginning like each word typed, or whose city begins like all of it;
    with nothing typed, those that ordered last, then by name."""
    match = match_of(typed)
    total = int(connection.execute(_COUNT).scalar_one())
    if match is None:
        rows = connection.execute(RECENT, {"limit": FIRST}).all()
        return AccountsFound("", _rows(rows), total > len(rows), total)
    asked = {"match": match, "city": like(typed), "typed": typed.strip().upper(), "limit": limit + 1}
    found = connection.execute(SEARCH, asked).all()
    guess = None if found else meant(connection, "account", typed)
    if guess is not None:
        found = connection.execute(SEARCH, {**asked, "match": guess.match}).all()
    return AccountsFound(typed, _rows(found[:limit]), len(found) > limit, total)


def mail_address(connection: Connection, account_id: str) -> str:
    """The first address of an account's contacts that mail can go to (index contact_account); '' without one."""
    return str(connection.execute(_MAIL, {"account": account_id}).scalar() or "")


def contact_names(connection: Connection, account_id: str) -> tuple[str, ...]:
    """The names of an account's contacts, in order (index contact_account)."""
    return tuple(str(one.name) for one in connection.execute(_CONTACTS, {"account": account_id}))


def like(typed: str) -> str:
    """A LIKE pattern for what begins like `typed`, with `!` as its escape."""
    plain = typed.strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"{plain}%"


def _rows(found: Sequence[Any]) -> tuple[AccountRow, ...]:
    return tuple(AccountRow(*row) for row in found)


# -- the card ---------------------------------------------------------------------------------------------------------

_ACCOUNT = text(
    """
SELECT a.*, coalesce(t.name, '') AS territory, coalesce(r.name, '') AS rep, coalesce(p.name, '') AS price_list,
       coalesce(e.open_orders, 0) AS open_orders
FROM account a
LEFT JOIN territory t ON t.id = a.territory_id
LEFT JOIN rep r ON r.id = a.rep_id
LEFT JOIN price_list p ON p.id = a.price_list_id
LEFT JOIN exposure e ON e.id = a.id
WHERE a.id = :account
"""
)
_TRUNKS = text("SELECT count(*) FROM location WHERE kind = 'trunk' AND custodian = :user")
_ADDRESSES = text(
    "SELECT id, role, label, line1, line2, city, state, postal_code, country FROM address "
    "WHERE account_id = :account ORDER BY role DESC, label, id"
)
_CONTACTS = text(
    "SELECT id, name, job, email, phone FROM contact WHERE account_id = :account ORDER BY name, id"
)
_MAIL = text(
    "SELECT email FROM contact WHERE account_id = :account AND email <> '' ORDER BY name, id LIMIT 1"
)
_OPEN = text(
    """
SELECT 'quote' AS kind, id, number, '' AS type, state, business_date, currency, total + tax_total,
       NULL AS published, po_number
FROM quote WHERE account_id = :account AND state IN :quote_states
UNION ALL
SELECT 'order', id, number, type, state, business_date, currency, total + tax_total, published_total, po_number
FROM sales_order WHERE account_id = :account AND type <> 'history' AND state IN :order_states
ORDER BY 6 DESC, 3 DESC, 2
"""
).bindparams(bindparam("quote_states", expanding=True), bindparam("order_states", expanding=True))
_HISTORY = text(
    """
SELECT 'order' AS kind, id, number, type, state, business_date, currency, total + tax_total, published_total,
       po_number
FROM sales_order
WHERE account_id = :account AND (type = 'history' OR state NOT IN :order_states)
ORDER BY business_date DESC, number DESC, id LIMIT :limit
"""
).bindparams(bindparam("order_states", expanding=True))
_HISTORY_COUNT = text(
    "SELECT count(*) FROM sales_order WHERE account_id = :account AND (type = 'history' OR state NOT IN :order_states)"
).bindparams(bindparam("order_states", expanding=True))


def read_account(connection: Connection, account_id: str, *, history: int = HISTORY) -> AccountCard | None:
    """The card of one account with its newest `history` orders; None when it is not on this device."""
    row = connection.execute(_ACCOUNT, {"account": account_id}).mappings().one_or_none()
    if row is None:
        return None
    who = read_identity(connection)
    one, orders = {"account": account_id}, {"account": account_id, "order_states": OPEN_ORDER}
    return AccountCard(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        segment=row["segment"],
        status=row["status"],
        status_reason=row["status_reason"],
        status_since=row["status_since"],
        territory=row["territory"],
        rep=row["rep"],
        price_list=row["price_list"],
        currency=row["currency"],
        po_required=bool(row["po_required"]),
        terms_days=row["terms_days"],
        credit_limit=row["credit_limit"],
        open_orders=row["open_orders"],
        last_contact=get_meta(connection, "last_contact"),
        whole=device_reach(connection).holds(f"terr:{row['territory_id']}"),
        has_trunk=bool(connection.execute(_TRUNKS, {"user": who.user_id if who else ""}).scalar_one()),
        addresses=tuple(AddressRow(*found) for found in connection.execute(_ADDRESSES, one)),
        contacts=tuple(ContactRow(*found) for found in connection.execute(_CONTACTS, one)),
        open_documents=tuple(
            DocumentRow(*found) for found in connection.execute(_OPEN, {**orders, "quote_states": OPEN_QUOTE})
        ),
        history=tuple(
            DocumentRow(*found) for found in connection.execute(_HISTORY, {**orders, "limit": history})
        ),
        history_count=int(connection.execute(_HISTORY_COUNT, orders).scalar_one()),
        terms=account_terms(connection, account_id),
        consigned=consigned(connection, account_id),
        visits=visits_of(connection, account_id),
    )


_ORDER = text(
    """
SELECT o.id, o.business_date, o.state, o.po_number, o.currency,
       o.published_sub_total, o.published_tax, o.published_freight, o.published_total,
       s.shipped_on, coalesce(s.method, '') AS method, coalesce(s.tracking_number, '') AS tracking_number
FROM sales_order o LEFT JOIN shipment s ON s.order_id = o.id
WHERE o.id = :order ORDER BY s.shipped_on, s.id LIMIT 1
"""
)
_LINES = text(
    """
SELECT l.id, l.line_no, l.product_id, coalesce(p.sku, l.product_id) AS sku, coalesce(p.name, '') AS product,
       coalesce(p.unit, '') AS unit, coalesce(t.lot_number, '') AS lot, l.qty, l.backordered, l.unit_price, l.extended,
       l.published_unit_price, l.published_discount, l.published_line_total
FROM order_line l LEFT JOIN product p ON p.id = l.product_id LEFT JOIN lot t ON t.id = l.lot_id
WHERE l.order_id = :order ORDER BY l.line_no, l.id
"""
)


def read_order(connection: Connection, order_id: str) -> OrderDetail | None:
    """An order with its lines in their order; None when it is not on this device."""
    row = connection.execute(_ORDER, {"order": order_id}).one_or_none()
    if row is None:
        return None
    lines = tuple(OrderLineRow(*found) for found in connection.execute(_LINES, {"order": order_id}))
    return OrderDetail(*(*row, lines))
