"""A catalogue to ask questions of: products with prices, packs and offers in the small world, and how to ask."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.store.engine import reading
from app.workspace.queries.search import match_of
from sync.server.feed import unit_of_work

DAY = "2026-11-23"
PRODUCTS = (
    ("c1", "BK-R93R-62", "Coronary stent 3.0 x 18 mm", "Corvia", "00850000123455", "Stents, coronary"),
    ("c2", "BK-R93R-44", "Stent biliary 8 mm", "Norden", "00850000123462", "Stents, biliary"),
    ("c3", "SC-45", "Screw cortical 4.5 mm", "Norden", "", "Screws"),
)


def ask(tablet: Any, query: Any, *args: Any, **named: Any) -> Any:
    with reading(tablet.workspace.reader) as connection:
        return query(connection, *args, **named)


def like(world: Any, kind: str, row_id: str, **changes: Any) -> dict[str, Any]:
    """A row as one that is there already, with changes."""
    with reading(world.engine) as connection:
        row = (
            connection.execute(text(f"SELECT * FROM {kind} WHERE id = :id"), {"id": row_id}).mappings().one()
        )
    return {**row, **changes}


def offer(row_id: str, percent: int, low: int, high: int | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": row_id, "name": f"Offer {row_id}", "kind": "volume", "audience": "store", "basis": "list",
        "percent_bp": percent, "min_qty": low, "max_qty": high, "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        "origin": "test", **changes,
    }  # fmt: skip


def stocked(world: Any) -> Any:
    """The rep's tablet in a world with products, packs, offers, and a list of a2's own."""
    group = like(world, "price_list", "base", id="group", name="Group", scope="group")
    with unit_of_work(world.engine) as work:
        work.put(
            "product",
            [
                like(
                    world,
                    "product",
                    "p1",
                    id=i,
                    sku=sku,
                    name=name,
                    brand=brand,
                    gtin=gtin,
                    category=category,
                )
                for i, sku, name, brand, gtin, category in PRODUCTS
            ],
        )
        pack = {"id": "k1", "product_id": "c2", "gtin": "10850000123469", "level": "package", "quantity": 5}
        work.put("pack", [{**pack, "origin": "test"}])
        work.put("price_list", [group])
        base = like(world, "price", "pr1")
        work.put(
            "price",
            [
                {**base, "id": "c1-1", "product_id": "c1"},
                {**base, "id": "c1-10", "product_id": "c1", "min_qty": 10, "unit_price": 90_0000},
                {**base, "id": "g-c1", "product_id": "c1", "list_id": "group", "unit_price": 80_0000},
                {**base, "id": "c2-1", "product_id": "c2", "unit_price": 50_0000},
            ],
        )
        work.put("promotion", [offer("v", 500, 5, 19), offer("w", 1000, 20)])
        work.put(
            "promotion_product",
            [{"id": f"{p}-c2", "promotion_id": p, "product_id": "c2"} for p in ("v", "w")],
        )
        work.put("account", [like(world, "account", "a2", price_list_id="group")])
    return world.tablet("rep")


def skus(found: Any) -> list[str]:
    return [row.sku for row in found.rows]


WALKS = ("SCAN p", "SCAN product", "SCAN k", "SCAN pack", "SCAN n", "SCAN f", "SCAN b", "SCAN favourite")


def plan(rep: Any, statement: Any, **values: str) -> list[str]:
    given = {
        "brand": "", "class": "", "category": "", "user": "rep", "account": "a2", "typed": "stent", "upper": "STENT",
        "limit": 51, "day": DAY, "match": match_of("stent"), **values,
    }  # fmt: skip
    with reading(rep.workspace.reader) as connection:
        return [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), given)]
