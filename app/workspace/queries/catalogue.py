"""The catalogue: search while typing with prices and stock, and what it can be narrowed to. The statements are in
catalogue_sql; the card of a product is in product_card.

Exact numbers are read by `product_sku`, `product_gtin` and `pack_gtin`, stock by `balance_product`, recalls by
`lot_product`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text

from app.domain.pricing import Step
from app.workspace.queries.catalogue_sql import (
    AGREED,
    BOUGHT,
    CLASSES,
    MINE,
    NARROWINGS,
    STARRED,
    Among,
    list_statement,
    search_statement,
)
from app.workspace.queries.favourites import favourite_ids
from app.workspace.queries.prices import Prices, contract_of, read_prices
from app.workspace.queries.search import match_of
from app.workspace.queries.spelling import meant
from app.workspace.reach import DeviceReach, device_reach
from app.workspace.rows.catalogue import Buyer, Category, Filter, ProductRow, ProductsFound
from app.workspace.workspace import get_meta, read_identity

LIMIT = 50

_STOCK_OF_ROWS = text(
    """
SELECT b.product_id, l.kind, sum(b.qty)
FROM balance b JOIN location l ON l.id = b.location_id
WHERE b.product_id IN :products AND (l.kind = 'dc' OR (l.kind = 'trunk' AND l.custodian = :user))
GROUP BY b.product_id, l.kind ORDER BY b.product_id, l.kind
"""
).bindparams(bindparam("products", expanding=True))
_RECALLED = text(
    "SELECT DISTINCT product_id FROM lot WHERE product_id IN :products AND recalled_on IS NOT NULL ORDER BY product_id"
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
    user = read_user(connection)
    search = _Search(connection, asked, day, user, limit + 1)
    found, bought = search.find()
    guess = None if found or not asked.words.strip() else meant(connection, "product", asked.words)
    if guess is not None:
        found = search.matching(guess.match)
    rows = found[:limit]
    ids = [row.id for row in rows]
    reach = device_reach(connection)
    prices = read_prices(connection, asked.account_id, ids, day, reach=reach)
    seen = _Seen(
        prices=prices,
        held=read_held(connection, user, reach),
        stock=_stock_of(connection, ids, user),
        recalled=_recalled(connection, ids),
        starred=favourite_ids(connection, user),
    )
    shown = tuple(_row(one, seen) for one in rows)
    return ProductsFound(
        asked=asked,
        rows=tuple(row for row in shown if row.agreed) if asked.agreed else shown,
        more=len(found) > limit,
        bought=bought,
        buyer=read_buyer(connection, asked.account_id),
        currency=prices.currency,
        prices_here=prices.here,
        day=day,
        total=int(connection.execute(_COUNT).scalar_one()),
        trunk_held=seen.held["trunk"],
        meant=guess.words if guess is not None and found else "",
        as_of=get_meta(connection, "last_contact"),
    )


class _Search:
    """One question to the catalogue: the rows of its answer, `limit` at most."""

    def __init__(self, connection: Connection, asked: Filter, day: str, user: str, limit: int) -> None:
        self._connection, self._asked = connection, asked
        self._values: dict[str, Any] = {
            "category": asked.category,
            "brand": asked.brand,
            "class": asked.product_class,
            "user": user,
            "account": asked.account_id,
            "day": day,
            "limit": limit,
        }
        self._among = self._kept_to()

    def find(self) -> tuple[Sequence[Any], bool]:
        """The rows, and whether they are what the account bought."""
        asked, match = self._asked, match_of(self._asked.words)
        if match is not None or ((asked.category or asked.brand) and not self._among.sets):
            return self.matching(match), False
        plain = bool(asked.account_id) and not asked.narrowed
        bought = self._connection.execute(BOUGHT, self._values).all() if plain else []
        if bought:
            return bought, True
        return self._connection.execute(list_statement(self._among), self._values).all(), False

    def matching(self, match: str | None) -> Sequence[Any]:
        """The rows of a full-text query; the category or brand is one more word of it where there is no set to ask."""
        parts = [f"({match})"] if match is not None else []
        if not self._among.sets:
            narrowed = (("category", self._asked.category), ("brand", self._asked.brand))
            parts += [
                f'{column} : "{value.replace(chr(34), chr(34) * 2)}"'
                for column, value in narrowed
                if any(sign.isalnum() for sign in value)
            ]
        typed = self._asked.words.strip()
        values = {**self._values, "typed": typed, "upper": typed.upper(), "match": " AND ".join(parts)}
        return self._connection.execute(search_statement(self._among), values).all()

    def _kept_to(self) -> Among:
        asked = self._asked
        chosen = ((MINE, asked.mine), (STARRED, asked.starred))
        sets = tuple(name for name, wanted in chosen if wanted)
        if not asked.agreed:
            return Among(sets)
        by_class = self._connection.execute(CLASSES, self._values).first() is not None
        return Among(sets, by_class=True) if by_class else Among((*sets, AGREED))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of the products of a list beside their own rows."""

    prices: Prices
    held: Mapping[str, bool]
    stock: Mapping[tuple[str, str], int]
    recalled: frozenset[str]
    starred: frozenset[str]


def _row(one: Any, seen: _Seen) -> ProductRow:
    contract, start = _contract(seen.prices, one.id)
    return ProductRow(
        id=one.id,
        sku=one.sku,
        name=one.name,
        brand=one.brand,
        category=one.category,
        unit=one.unit,
        sell_from=one.sell_from,
        sell_until=one.sell_until,
        price=seen.prices.of(one.id),
        in_trunk=seen.stock.get((one.id, "trunk"), 0) if seen.held["trunk"] else None,
        in_warehouses=seen.stock.get((one.id, "dc"), 0) if seen.held["dc"] else None,
        bought_on=getattr(one, "day", None),
        recalled=one.id in seen.recalled,
        starred=one.id in seen.starred,
        agreed=contract is not None,
        agreement=contract.name if contract else "",
        agreed_from=start,
    )


def _contract(prices: Prices, product_id: str) -> tuple[Step | None, int]:
    """The contract that makes the price of the smallest quantity for which one does, and that quantity."""
    for one in prices.breaks(product_id):
        step = contract_of(one.price)
        if step is not None:
            return step, one.qty
    return None, 1


def read_held(connection: Connection, user: str, reach: DeviceReach) -> dict[str, bool]:
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


def _recalled(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Those of the products that have a lot which was recalled."""
    if not ids:
        return frozenset()
    return frozenset(connection.execute(_RECALLED, {"products": ids}).scalars())


def read_user(connection: Connection) -> str:
    who = read_identity(connection)
    return who.user_id if who else ""
