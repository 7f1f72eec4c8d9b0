"""Products, their dated list prices and costs, the reseller list, and special offers as promotions.

Prices carry the days of the price history, both ends in: an online order's unit price is the list price whose days
hold its order date. Resellers pay six tenths of the list price; an offer then takes its percentage of the *list* price
off (basis `list`), which is how the published unit prices come about.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import divide
from sync.server.imports import aw_files as ids
from sync.server.imports.judging import Index, resolve
from sync.server.imports.reading import Reading
from sync.server.imports.table_file import BadRow, Row
from sync.server.imports.writer import Writer

RESELLER_TENTHS = 6
FIRST_DAY = "2000-01-01"  # the lists are older than anything on them

KINDS = {
    "No Discount": "none",
    "Volume Discount": "volume",
    "Discontinued Product": "discontinued",
    "Seasonal Discount": "seasonal",
    "Excess Inventory": "excess",
    "New Product": "new_product",
}
AUDIENCES = {"No Discount": "all", "Reseller": "store", "Customer": "individual"}


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    name: str
    number: str
    category: str
    top_category: str
    sell_from: str
    sell_until: str | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A price or cost in 1/10,000 from a day on, until another (its last day) or open."""

    product: str
    units: int
    first: str
    last: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    key: str
    name: str
    kind: str
    audience: str
    percent_bp: int
    min_qty: int
    max_qty: int | None
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    products: Index[Product]
    offers: Index[Offer]


def import_catalogue(reading: Reading, writer: Writer) -> Catalogue:
    """Products, price lists with prices, costs, promotions."""
    products = _products(reading)
    writer.put_all("product", (_product_row(one) for one in products.good.values()))
    writer.put("price_list", _list_row(ids.BASE_LIST, "Adventure Works list", "base"))
    writer.put("price_list", _list_row(ids.RESELLER_LIST, "Adventure Works resellers", "group"))
    prices = reading.load("product_list_price_history", lambda row: _dated(row, products, "list_price"))
    for one in prices.good.values():
        writer.put("price", _price_row(one, ids.BASE_LIST, "b", one.units))
        writer.put("price", _price_row(one, ids.RESELLER_LIST, "r", divide(one.units * RESELLER_TENTHS, 10)))
    costs = reading.load("product_cost_history", lambda row: _dated(row, products, "standard_cost"))
    writer.put_all("product_cost", (_cost_row(one) for one in costs.good.values()))
    return Catalogue(products, _offers(reading, writer, products))


def _products(reading: Reading) -> Index[Product]:
    categories = reading.names("product_category")

    def subcategory(row: Row) -> tuple[str, str]:
        row.ref("product_subcategory_id")
        name, top = row.name("name"), row.ref("product_category_id")
        return name, categories.need(top, "product_category_id")

    subcategories = reading.load("product_subcategory", subcategory)

    def product(row: Row) -> Product:
        key, name, number = row.ref("product_id"), row.name("name"), row.name("product_number")
        first, last = row.day("sell_start_date"), row.day_or_none("sell_end_date")
        _in_order(first, last, "sell_end_date")
        sub = row.ref_or_none("product_subcategory_id")
        category, top = subcategories.need(sub, "product_subcategory_id") if sub else ("", "")
        return Product(key, name, number, category, top, first, last)

    return reading.load("product", product)


def _dated(row: Row, products: Index[Product], column: str) -> Dated:
    product, units = row.ref("product_id"), row.units(column)
    first, last = row.day("start_date"), row.day_or_none("end_date")
    _in_order(first, last, "end_date")
    resolve((products, product, "product_id"))
    return Dated(product, units, first, last)


def _in_order(first: str, last: str | None, column: str) -> None:
    if last is not None and last < first:
        raise BadRow(f"{last} is before the first day, {first}", column)


def _offers(reading: Reading, writer: Writer, products: Index[Product]) -> Index[Offer]:
    offers = reading.load("special_offer", _offer)
    writer.put_all("promotion", (_promotion_row(one) for one in offers.good.values()))

    def link(row: Row) -> tuple[str, str]:
        offer, product = row.ref("special_offer_id"), row.ref("product_id")
        resolve((offers, offer, "special_offer_id"), (products, product, "product_id"))
        return offer, product

    index: Index[None] = reading.index("special_offer_product")
    for offer, product in reading.stream("special_offer_product", index, link, lambda _pair: None):
        writer.put(
            "promotion_product",
            {
                "id": f"aw-sop-{offer}-{product}",
                "promotion_id": ids.promotion_id(offer),
                "product_id": ids.product_id(product),
            },
        )
    return offers


def _offer(row: Row) -> Offer:
    percent = Decimal(row.decimal("discount_pct")) * 10_000
    if percent != int(percent) or percent > 10_000:
        raise BadRow(f"{row.text('discount_pct')} is not a share of 1 in whole basis points", "discount_pct")
    first, last = row.day("start_date"), row.day("end_date")
    _in_order(first, last, "end_date")
    return Offer(
        key=row.ref("special_offer_id"),
        name=row.name("description"),
        kind=_one_of(row, "type", KINDS),
        audience=_one_of(row, "category", AUDIENCES),
        percent_bp=int(percent),
        min_qty=row.whole("min_qty"),
        max_qty=row.whole("max_qty") if row.text("max_qty") else None,
        first=first,
        last=last,
    )


def _one_of(row: Row, column: str, words: dict[str, str]) -> str:
    if row.text(column) not in words:
        raise BadRow(f"{row.text(column)!r} is none of {', '.join(words)}", column)
    return words[row.text(column)]


# -- rows -------------------------------------------------------------------------------------------------------------


def _product_row(one: Product) -> dict[str, object]:
    return {
        "id": ids.product_id(one.key),
        "sku": one.number,
        "name": one.name,
        "brand": "Adventure Works",
        "manufacturer": "Adventure Works Cycles",
        "catalog_number": one.number,
        "gtin": "",
        "category": one.category,
        "product_class": one.top_category,
        "tracking": "none",
        "expiry_tracked": 0,
        "rx": 0,
        "sterile": 0,
        "single_use": 0,
        "cold_chain": 0,
        "unit": "EA",
        "sell_from": one.sell_from,
        "sell_until": one.sell_until,
        "origin": ids.ORIGIN,
    }


def _list_row(list_id: str, name: str, scope: str) -> dict[str, object]:
    return {
        "id": list_id,
        "name": name,
        "scope": scope,
        "territory_id": None,
        "currency": ids.CURRENCY,
        "valid_from": FIRST_DAY,
        "valid_to": None,
        "origin": ids.ORIGIN,
    }


def _price_row(one: Dated, list_id: str, letter: str, units: int) -> dict[str, object]:
    return {
        "id": f"aw-pr-{letter}-{one.product}-{one.first}",
        "list_id": list_id,
        "product_id": ids.product_id(one.product),
        "min_qty": 1,
        "unit_price": units,
        "valid_from": one.first,
        "valid_to": one.last,
        "origin": ids.ORIGIN,
    }


def _cost_row(one: Dated) -> dict[str, object]:
    return {
        "id": f"aw-pc-{one.product}-{one.first}",
        "product_id": ids.product_id(one.product),
        "unit_cost": one.units,
        "currency": ids.CURRENCY,
        "valid_from": one.first,
        "valid_to": one.last,
        "origin": ids.ORIGIN,
    }


def _promotion_row(one: Offer) -> dict[str, object]:
    return {
        "id": ids.promotion_id(one.key),
        "name": one.name,
        "kind": one.kind,
        "audience": one.audience,
        "basis": "list",
        "percent_bp": one.percent_bp,
        "min_qty": one.min_qty,
        "max_qty": one.max_qty,
        "valid_from": one.first,
        "valid_to": one.last,
        "origin": ids.ORIGIN,
    }
