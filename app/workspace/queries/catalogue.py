"""The catalogue: search while typing with prices and stock, the card of a product, what it can be narrowed to.

Searches read `product_search` (prefix index, never ranked: ranking costs 50 ms on broad words) or, for the own trunk,
`balance_location`; exact numbers by `product_sku`, `product_gtin` and `pack_gtin`; stock by `balance_product`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text

from app.domain.pricing import Price, Unpriced
from app.workspace.queries.prices import Prices, read_prices
from app.workspace.queries.search import match_of
from app.workspace.queries.spelling import meant
from app.workspace.reach import DeviceReach, device_reach
from app.workspace.rows.catalogue import (
    Buyer,
    Category,
    Filter,
    PackRow,
    ProductCard,
    ProductRow,
    ProductsFound,
    StockRow,
)
from app.workspace.workspace import get_meta, read_identity

LIMIT = 50

_ROW = "SELECT p.id, p.sku, p.name, p.brand, p.category, p.unit, p.sell_from, p.sell_until"
_NARROW = """(:category = '' OR p.category = :category) AND (:brand = '' OR p.brand = :brand)
  AND (:class = '' OR p.product_class = :class)"""
_MINE = """
mine AS MATERIALIZED (
  SELECT DISTINCT b.product_id AS id FROM location l CROSS JOIN balance b ON b.location_id = l.id
  WHERE l.kind = 'trunk' AND l.custodian = :user AND b.qty > 0
)
"""
_EXACT = """
exact AS (
  SELECT rowid AS row FROM product WHERE sku IN (:typed, :upper)
  UNION SELECT rowid FROM product WHERE gtin = :typed AND :typed <> ''
  UNION SELECT p.rowid FROM pack k JOIN product p ON p.id = k.product_id WHERE k.gtin = :typed AND :typed <> ''
)
"""
_ORDER = """
ORDER BY p.rowid NOT IN (SELECT row FROM exact), coalesce(p.sell_until, '9999') < :day, p.name, p.sku, p.id
LIMIT :limit
"""

# By words (and category, as one more word): the exact numbers, then what the index finds first.
SEARCH = text(
    f"""
WITH {_EXACT}, hit AS (
  SELECT s.rowid AS row FROM product_search s JOIN product p ON p.rowid = s.rowid
  WHERE product_search MATCH :match AND {_NARROW}
  ORDER BY s.rowid LIMIT :limit
)
{_ROW} FROM product p
WHERE p.rowid IN (SELECT row FROM hit UNION SELECT row FROM exact)
  AND {_NARROW}
{_ORDER}
"""
)
# In the own trunk: all hits, without a limit, kept where the trunk has them. The plus keeps SQLite from asking the
# index once for each product of the trunk, which takes seconds on broad words.
SEARCH_MINE = text(
    f"""
WITH {_EXACT}, {_MINE}, hit AS (
  SELECT s.rowid AS row FROM product_search s
  WHERE product_search MATCH :match AND +s.rowid IN (SELECT p.rowid FROM mine m CROSS JOIN product p ON p.id = m.id)
)
{_ROW} FROM product p
WHERE p.rowid IN (SELECT row FROM hit UNION SELECT row FROM exact) AND p.id IN (SELECT id FROM mine)
  AND {_NARROW}
{_ORDER}
"""
)
LIST_MINE = text(
    f"""
WITH {_MINE}
{_ROW} FROM mine m CROSS JOIN product p ON p.id = m.id
WHERE {_NARROW}
ORDER BY p.name, p.sku, p.id LIMIT :limit
"""
)
BOUGHT = text(
    f"""
WITH bought AS MATERIALIZED (
  SELECT l.product_id AS id, max(o.business_date) AS day
  FROM sales_order o JOIN order_line l ON l.order_id = o.id
  WHERE o.account_id = :account AND o.state <> 'cancelled'
  GROUP BY l.product_id ORDER BY day DESC, id LIMIT :limit
)
{_ROW}, b.day FROM bought b CROSS JOIN product p ON p.id = b.id
ORDER BY b.day DESC, p.name, p.sku, p.id LIMIT :limit
"""
)
LIST = text(f"{_ROW} FROM product p WHERE {_NARROW} ORDER BY p.sku, p.id LIMIT :limit")
NARROWINGS = text(
    " UNION ALL ".join(
        f"SELECT {column} AS name, count(*) AS products, '{kind}' AS kind FROM product WHERE {column} <> '' GROUP BY 1"
        for kind, column in (("category", "category"), ("brand", "brand"), ("class", "product_class"))
    )
)
_STOCK_OF_ROWS = text(
    """
SELECT b.product_id, l.kind, sum(b.qty)
FROM balance b JOIN location l ON l.id = b.location_id
WHERE b.product_id IN :products AND (l.kind = 'dc' OR (l.kind = 'trunk' AND l.custodian = :user))
GROUP BY b.product_id, l.kind ORDER BY b.product_id, l.kind
"""
).bindparams(bindparam("products", expanding=True))
_PLACES = text(
    "SELECT id, kind FROM location WHERE kind = 'dc' OR (kind = 'trunk' AND custodian = :user) ORDER BY id"
)
_BUYER = text("SELECT id, number, name, status, currency FROM account WHERE id = :account")
_COUNT = text("SELECT count(*) FROM product")


def find_products(connection: Connection, asked: Filter, day: str, *, limit: int = LIMIT) -> ProductsFound:
    """Products that have a word beginning like each word typed, with price and stock.

    With nothing typed and no filter: what the chosen account ordered last, or the catalogue from its beginning.
    """
    user = _user(connection)
    found, bought = _find(connection, asked, day, user, limit + 1)
    guess = None if found or not asked.words.strip() else meant(connection, "product", asked.words)
    if guess is not None:
        found = _matching(connection, guess.match, asked, day, user, limit + 1)
    rows = found[:limit]
    ids = [row.id for row in rows]
    reach = device_reach(connection)
    prices = read_prices(connection, asked.account_id, ids, day, reach=reach)
    held = _held(connection, user, reach)
    stock = _stock_of(connection, ids, user)
    return ProductsFound(
        asked=asked,
        rows=tuple(_row(one, prices, held, stock) for one in rows),
        more=len(found) > limit,
        bought=bought,
        buyer=read_buyer(connection, asked.account_id),
        currency=prices.currency,
        prices_here=prices.here,
        day=day,
        total=int(connection.execute(_COUNT).scalar_one()),
        trunk_held=held["trunk"],
        meant=guess.words if guess is not None and found else "",
    )


def _find(
    connection: Connection, asked: Filter, day: str, user: str, limit: int
) -> tuple[Sequence[Any], bool]:
    """The rows, at most `limit`, and whether they are what the account bought."""
    match = match_of(asked.words)
    if match is not None or ((asked.category or asked.brand) and not asked.mine):
        return _matching(connection, match, asked, day, user, limit), False
    values = {**_narrowed(asked), "user": user, "limit": limit, "account": asked.account_id}
    if asked.mine:
        return connection.execute(LIST_MINE, values).all(), False
    plain = bool(asked.account_id) and not asked.kind
    bought = connection.execute(BOUGHT, values).all() if plain else []
    return (bought, True) if bought else (connection.execute(LIST, values).all(), False)


def _matching(
    connection: Connection, match: str | None, asked: Filter, day: str, user: str, limit: int
) -> Sequence[Any]:
    """The rows of a full-text query; the category or brand is one more word of it where there is no trunk to ask."""
    parts = [f"({match})"] if match is not None else []
    if not asked.mine:
        narrowed = (("category", asked.category), ("brand", asked.brand))
        parts += [
            f'{column} : "{value.replace(chr(34), chr(34) * 2)}"'
            for column, value in narrowed
            if any(sign.isalnum() for sign in value)
        ]
    typed = asked.words.strip()
    values = {
        **_narrowed(asked),
        "user": user,
        "limit": limit,
        "day": day,
        "typed": typed,
        "upper": typed.upper(),
    }
    values["match"] = " AND ".join(parts)
    return connection.execute(SEARCH_MINE if asked.mine else SEARCH, values).all()


def _narrowed(asked: Filter) -> dict[str, Any]:
    return {"category": asked.category, "brand": asked.brand, "class": asked.product_class}


def _row(
    one: Any, prices: Prices, held: Mapping[str, bool], stock: Mapping[tuple[str, str], int]
) -> ProductRow:
    return ProductRow(
        id=one.id,
        sku=one.sku,
        name=one.name,
        brand=one.brand,
        category=one.category,
        unit=one.unit,
        sell_from=one.sell_from,
        sell_until=one.sell_until,
        price=prices.of(one.id),
        in_trunk=stock.get((one.id, "trunk"), 0) if held["trunk"] else None,
        in_warehouses=stock.get((one.id, "dc"), 0) if held["dc"] else None,
        bought_on=getattr(one, "day", None),
    )


def _held(connection: Connection, user: str, reach: DeviceReach) -> dict[str, bool]:
    """Whether the own trunk, and every warehouse, is on this device: a missing balance then means zero."""
    places: dict[str, list[bool]] = {"trunk": [], "dc": []}
    for place_id, kind in connection.execute(_PLACES, {"user": user}):
        places[kind].append(reach.holds(f"loc:{place_id}"))
    return {kind: bool(found) and all(found) for kind, found in places.items()}


def _stock_of(connection: Connection, ids: Sequence[str], user: str) -> dict[tuple[str, str], int]:
    if not ids:
        return {}
    rows = connection.execute(_STOCK_OF_ROWS, {"products": ids, "user": user})
    return {(product_id, kind): int(qty) for product_id, kind, qty in rows}


def read_buyer(connection: Connection, account_id: str) -> Buyer | None:
    """The account that prices are for; None when none is chosen or it is not on this device."""
    row = connection.execute(_BUYER, {"account": account_id}).one_or_none()
    return Buyer(*row) if row else None


def read_narrowings(connection: Connection) -> tuple[Category, ...]:
    """All that the list can be narrowed to: classes, brands, categories, each by name and with how many products.
    Reads every product: ask once, not for each key."""
    found = [Category(*row) for row in connection.execute(NARROWINGS)]
    order = ("class", "brand", "category")  # the few before the many
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.name)))


def _user(connection: Connection) -> str:
    who = read_identity(connection)
    return who.user_id if who else ""


# -- the card ---------------------------------------------------------------------------------------------------------

_PRODUCT = text("SELECT * FROM product WHERE id = :product")
_PACKS = text(
    "SELECT gtin, level, quantity FROM pack WHERE product_id = :product ORDER BY quantity, level, gtin, id"
)
_STOCK = text(
    """
SELECT l.id, l.name, l.kind, l.custodian = :user AS mine, coalesce(sum(b.qty), 0) AS qty,
       count(CASE WHEN b.lot_id <> '' AND b.qty <> 0 THEN 1 END) AS lots,
       min(CASE WHEN b.qty > 0 THEN t.expires END) AS expires
FROM balance b JOIN location l ON l.id = b.location_id LEFT JOIN lot t ON t.id = b.lot_id
WHERE b.product_id = :product AND l.kind IN ('dc', 'hub', 'trunk', 'consignment')
GROUP BY l.id HAVING sum(b.qty) <> 0
ORDER BY mine DESC, l.kind = 'trunk' DESC, l.name, l.id
"""
)


def read_product(
    connection: Connection, product_id: str, account_id: str, day: str, *, qty: int = 1
) -> ProductCard | None:
    """The card of one product with its price for the account (or nobody); None when it is not on this device."""
    row = connection.execute(_PRODUCT, {"product": product_id}).mappings().one_or_none()
    if row is None:
        return None
    user = _user(connection)
    reach = device_reach(connection)
    prices = read_prices(connection, account_id, [product_id], day, reach=reach)
    held = _held(connection, user, reach)
    stock = connection.execute(_STOCK, {"product": product_id, "user": user})
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
        packs=tuple(PackRow(*one) for one in connection.execute(_PACKS, {"product": product_id})),
        stock=tuple(
            StockRow(one.id, one.name, one.kind, bool(one.mine), one.qty, one.lots, one.expires)
            for one in stock
        ),
        stock_whole=held["dc"],
        buyer=read_buyer(connection, account_id),
        currency=prices.currency,
        price=cost if isinstance(cost, Price) else None,
        unpriced=cost if isinstance(cost, Unpriced) else None,
        breaks=prices.breaks(product_id),
        facts=prices.facts,
        day=day,
        as_of=get_meta(connection, "last_contact"),
    )
