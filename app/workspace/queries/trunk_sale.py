"""What selling from the trunk needs: the customer, and what prices for them rest on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from app.domain.facts import Facts
from app.store.read_facts import read_pricing
from app.store.tables import account, address, sales_order
from app.workspace.deciding import synced_on
from app.workspace.queries.quoting import buyer, find_accounts
from app.workspace.reach import device_reach
from app.workspace.rows.quoting import AccountChoice
from app.workspace.rows.trunk import Customer

PICKED = 12  # accounts in the picker


def pick_accounts(connection: Connection, words: str, user_id: str) -> tuple[AccountChoice, ...]:
    """Accounts that have a word starting with each of `words`; without words those this person sold to last, then by
    name (index sales_order_account)."""
    if words.strip():
        return find_accounts(connection, words, PICKED)
    last_sale = (
        select(func.max(sales_order.c.business_date))
        .where(
            sales_order.c.account_id == account.c.id,
            sales_order.c.type == "trunk_sale",
            sales_order.c.rep_id == user_id,
        )
        .scalar_subquery()
    )
    city = (
        select(func.min(address.c.city))
        .where(address.c.account_id == account.c.id, address.c.role == "ship_to")
        .scalar_subquery()
    )
    statement = (
        select(account.c.id, account.c.number, account.c.name, account.c.status, city.label("city"))
        .order_by(last_sale.desc().nulls_last(), account.c.name, account.c.id)
        .limit(PICKED)
    )
    return tuple(
        AccountChoice(row.id, row.number, row.name, row.status, row.city or "")
        for row in connection.execute(statement)
    )


def read_customer(
    connection: Connection, account_id: str, product_ids: Iterable[str], ship_to_id: str = ""
) -> Customer | None:
    """The account, and what prices of these products for it rest on; None when it is not on this device. Of a
    ship-to that is none of the account's, its first one counts, as on the screen."""
    found = buyer(connection, account_id)
    if found is None:
        return None
    known = [one.id for one in found.ship_tos]
    place = ship_to_id if ship_to_id in known else next(iter(known), "")
    return Customer(found, sale_pricing(connection, account_id, product_ids, place))


def sale_pricing(
    connection: Connection, account_id: str, product_ids: Iterable[str], ship_to_id: str
) -> Facts:
    """What the prices of these products for this account at this ship-to rest on."""
    return read_pricing(
        connection,
        account_id,
        product_ids,
        reach=device_reach(connection),
        ship_to_id=ship_to_id,
        synced_on=synced_on(connection),
    )
