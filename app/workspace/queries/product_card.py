"""The card of one product: what it is, its price and packs for the account, and where it lies, each place with its age.

Reads by `pack_product`, `lot_product` and `balance_product`; every device knows all places, and of most no stock.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from app.domain.pricing import Price, Unpriced
from app.workspace.queries.catalogue import read_buyer, read_held, read_user
from app.workspace.queries.favourites import favourite_ids
from app.workspace.queries.prices import read_prices
from app.workspace.reach import DeviceReach, device_reach
from app.workspace.rows.catalogue import PackRow, ProductCard, RecalledLot, StockRow
from app.workspace.workspace import get_meta

_PRODUCT = text("SELECT * FROM product WHERE id = :product")
_PACKS = text(
    "SELECT gtin, level, quantity FROM pack WHERE product_id = :product ORDER BY quantity, level, gtin, id"
)
_RECALLED = text(
    "SELECT CASE WHEN serial <> '' THEN serial ELSE lot_number END, recalled_on FROM lot "
    "WHERE product_id = :product AND recalled_on IS NOT NULL ORDER BY recalled_on DESC, 1, id"
)
# An own trunk that holds none of it says so; of the others only those that hold some are told.
STOCK = text(
    """
SELECT l.id, l.name, l.kind, coalesce(l.custodian = :user, 0) AS mine, coalesce(sum(b.qty), 0) AS qty,
       count(CASE WHEN b.lot_id <> '' AND b.qty <> 0 THEN 1 END) AS lots,
       min(CASE WHEN b.qty > 0 THEN t.expires END) AS expires,
       coalesce(sum(CASE WHEN t.recalled_on IS NOT NULL THEN b.qty END), 0) AS recalled,
       coalesce(max(s.account_id = :account), 0) AS here
FROM location l
LEFT JOIN balance b ON b.product_id = :product AND b.location_id = l.id
LEFT JOIN lot t ON t.id = b.lot_id
LEFT JOIN address s ON s.id = l.ship_to_id
WHERE l.kind IN ('dc', 'hub', 'trunk', 'consignment')
GROUP BY l.id HAVING sum(b.qty) <> 0 OR (l.kind = 'trunk' AND l.custodian = :user)
ORDER BY l.kind = 'trunk' AND mine DESC, here DESC, mine DESC, l.kind = 'trunk', l.name, l.id
"""
)


def read_product(
    connection: Connection, product_id: str, account_id: str, day: str, *, qty: int = 1
) -> ProductCard | None:
    """The card of one product with its price for the account (or nobody); None when it is not on this device."""
    row = connection.execute(_PRODUCT, {"product": product_id}).mappings().one_or_none()
    if row is None:
        return None
    user = read_user(connection)
    reach = device_reach(connection)
    prices = read_prices(connection, account_id, [product_id], day, reach=reach)
    as_of = get_meta(connection, "last_contact")
    cost = prices.ask(product_id, qty)
    return ProductCard(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        brand=row["brand"],
        manufacturer=row["manufacturer"],
        catalog_number=row["catalog_number"],
        gtin=row["gtin"],
        category=row["category"],
        product_class=row["product_class"],
        tracking=row["tracking"],
        expiry_tracked=bool(row["expiry_tracked"]),
        rx=bool(row["rx"]),
        sterile=bool(row["sterile"]),
        single_use=bool(row["single_use"]),
        cold_chain=bool(row["cold_chain"]),
        unit=row["unit"],
        sell_from=row["sell_from"],
        sell_until=row["sell_until"],
        packs=tuple(
            PackRow(one.gtin, one.level, one.quantity, prices.of(product_id, max(1, one.quantity)))
            for one in connection.execute(_PACKS, {"product": product_id})
        ),
        stock=_stock(connection, product_id, account_id, user, reach, as_of),
        stock_whole=read_held(connection, user, reach)["dc"],
        buyer=read_buyer(connection, account_id),
        currency=prices.currency,
        price=cost if isinstance(cost, Price) else None,
        unpriced=cost if isinstance(cost, Unpriced) else None,
        breaks=prices.breaks(product_id),
        facts=prices.facts,
        day=day,
        as_of=as_of,
        recalled=tuple(RecalledLot(*one) for one in connection.execute(_RECALLED, {"product": product_id})),
        starred=product_id in favourite_ids(connection, user),
    )


def _stock(
    connection: Connection, product_id: str, account_id: str, user: str, reach: DeviceReach, as_of: str | None
) -> tuple[StockRow, ...]:
    """By place: the own trunk, what lies at the account, the others by name."""
    asked = {"product": product_id, "user": user, "account": account_id}
    return tuple(
        StockRow(
            one.id,
            one.name,
            one.kind,
            bool(one.mine),
            one.qty,
            one.lots,
            one.expires,
            recalled=one.recalled,
            here=bool(one.here),
            live=bool(one.mine) and reach.holds(f"loc:{one.id}"),
            as_of=as_of if reach.holds(f"loc:{one.id}") else None,
        )
        for one in connection.execute(STOCK, asked)
    )
