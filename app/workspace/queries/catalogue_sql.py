"""The statements of the catalogue's list, put together for what it is kept to.

Searches read `product_search` (prefix index, never ranked: ranking costs 50 ms on broad words). What the list is kept
to is a small set of products, read once: the own trunk (`balance_location`), the favourites (`favourite_user`), what
the account's contracts name (`contract_holder`, `contract_price_contract`). Contracts that name whole classes would
make a set of half the catalogue; then each product that is found is asked for its class instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import TextClause, text

MINE, STARRED, AGREED = "mine", "starred", "agreed"


@dataclass(frozen=True, slots=True)
class Among:
    """What a list is kept to: products that are in each of the `sets`; with `by_class` also asked, one by one, whether
    a contract names them or their class."""

    sets: tuple[str, ...] = ()
    by_class: bool = False


ROW = "SELECT p.id, p.sku, p.name, p.brand, p.category, p.unit, p.sell_from, p.sell_until"
_NARROW = """(:category = '' OR p.category = :category) AND (:brand = '' OR p.brand = :brand)
  AND (:class = '' OR p.product_class = :class)"""
_IN_FORCE = "x.valid_from <= :day AND coalesce(x.valid_to, '9999') >= :day"


def _in_force(alias: str) -> str:
    return _IN_FORCE.replace("x.", f"{alias}.")


# The lines of contracts that count for the account on the day: its own, and those of groups it is on the roster of; a
# tier's only with a letter of commitment that is signed (app.domain.pricing.contracts has the last word on a price).
_LINES = f"""
  SELECT n.product_id AS id, n.product_class AS class
  FROM contract c CROSS JOIN contract_price n ON n.contract_id = c.id
  WHERE c.holder_id IN (
      SELECT :account
      UNION SELECT r.group_id FROM roster r
      WHERE r.account_id = :account AND r.member_id = :account AND {_in_force("r")})
    AND {_in_force("c")} AND {_in_force("n")}
    AND (n.tier = '' OR EXISTS (
      SELECT 1 FROM commitment m
      WHERE m.account_id = :account AND m.contract_id = c.id AND m.tier = n.tier AND m.signed_on IS NOT NULL
        AND {_in_force("m")}))
"""
CLASSES = text(f"SELECT DISTINCT l.class FROM ({_LINES}) l WHERE l.id = '' ORDER BY l.class")
_SETS = {
    MINE: """mine AS MATERIALIZED (
  SELECT DISTINCT b.product_id AS id FROM location l CROSS JOIN balance b ON b.location_id = l.id
  WHERE l.kind = 'trunk' AND l.custodian = :user AND b.qty > 0)""",
    STARRED: """starred AS MATERIALIZED (
  SELECT f.product_id AS id FROM favourite f WHERE f.user_id = :user AND f.favourite = 1)""",
    AGREED: f"agreed AS MATERIALIZED (SELECT DISTINCT l.id FROM ({_LINES}) l WHERE l.id <> '')",
}
_CLASSES = f"classes AS MATERIALIZED (SELECT DISTINCT l.class FROM ({_LINES}) l WHERE l.id = '')"
_BY_CLASS = " AND (p.id IN (SELECT id FROM agreed) OR p.product_class IN (SELECT class FROM classes))"
_EXACT = """exact AS (
  SELECT rowid AS row FROM product WHERE sku IN (:typed, :upper)
  UNION SELECT rowid FROM product WHERE gtin = :typed AND :typed <> ''
  UNION SELECT p.rowid FROM pack k JOIN product p ON p.id = k.product_id WHERE k.gtin = :typed AND :typed <> '')"""
_ORDER = """
ORDER BY p.rowid NOT IN (SELECT row FROM exact), coalesce(p.sell_until, '9999') < :day, p.name, p.sku, p.id
LIMIT :limit
"""
# All hits, without a limit, kept where the set has them. The plus keeps SQLite from asking the index once for each
# product of the set, which takes seconds on broad words.
_HITS_AMONG = """hit AS (
  SELECT s.rowid AS row FROM product_search s
  WHERE product_search MATCH :match AND +s.rowid IN (SELECT p.rowid FROM among m CROSS JOIN product p ON p.id = m.id))
"""


@lru_cache(maxsize=32)
def search_statement(among: Among) -> TextClause:
    """By words (and category or brand, as one more word): the exact numbers, then what the index finds first."""
    narrow = _NARROW + (_BY_CLASS if among.by_class else "")
    hits = (
        _HITS_AMONG
        if among.sets
        else f"""hit AS (
  SELECT s.rowid AS row FROM product_search s JOIN product p ON p.rowid = s.rowid
  WHERE product_search MATCH :match AND {narrow}
  ORDER BY s.rowid LIMIT :limit)"""
    )
    kept = "AND p.id IN (SELECT id FROM among)" if among.sets else ""
    return text(
        f"""
WITH {", ".join((*_tables(among), _EXACT, hits))}
{ROW} FROM product p
WHERE p.rowid IN (SELECT row FROM hit UNION SELECT row FROM exact) {kept}
  AND {narrow}
{_ORDER}
"""
    )


@lru_cache(maxsize=32)
def list_statement(among: Among) -> TextClause:
    """With nothing typed: a set by name, or the catalogue from its beginning."""
    tables = _tables(among)
    narrow = _NARROW + (_BY_CLASS if among.by_class else "")
    start = f"WITH {', '.join(tables)}" if tables else ""
    if among.sets:
        return text(
            f"{start}\n{ROW} FROM among m CROSS JOIN product p ON p.id = m.id\nWHERE {narrow}\n"
            "ORDER BY p.name, p.sku, p.id LIMIT :limit"
        )
    return text(f"{start}\n{ROW} FROM product p WHERE {narrow} ORDER BY p.sku, p.id LIMIT :limit")


BOUGHT = text(
    f"""
WITH bought AS MATERIALIZED (
  SELECT l.product_id AS id, max(o.business_date) AS day
  FROM sales_order o JOIN order_line l ON l.order_id = o.id
  WHERE o.account_id = :account AND o.state <> 'cancelled'
  GROUP BY l.product_id ORDER BY day DESC, id LIMIT :limit
)
{ROW}, b.day FROM bought b CROSS JOIN product p ON p.id = b.id
ORDER BY b.day DESC, p.name, p.sku, p.id LIMIT :limit
"""
)
NARROWINGS = text(
    " UNION ALL ".join(
        f"SELECT {column} AS name, count(*) AS products, '{kind}' AS kind FROM product WHERE {column} <> '' GROUP BY 1"
        for kind, column in (("category", "category"), ("brand", "brand"), ("class", "product_class"))
    )
)


def _tables(among: Among) -> tuple[str, ...]:
    """The common tables of what the list is kept to."""
    named = list(among.sets)
    parts = [_SETS[one] for one in named]
    if among.by_class:
        parts += [_CLASSES] if AGREED in named else [_SETS[AGREED], _CLASSES]
    if named:
        both = " INTERSECT ".join(f"SELECT id FROM {one}" for one in named)
        parts.append(f"among AS MATERIALIZED ({both})")
    return tuple(parts)
