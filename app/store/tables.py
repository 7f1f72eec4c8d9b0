"""Every shared table, and for each the buckets a row belongs to.

A *kind* is a table that travels in the feed. Its primary key is the text column `id`; all columns are text or
integers, so a row is the same on SQLite, on PostgreSQL and on the wire. Dates are ISO text (`2026-11-23`), moments ISO
UTC text, unit prices integers in 1/10,000, amounts integers in the currency's minor unit, percentages basis points,
flags 0/1, structured values JSON text. The buckets of a row are a pure function of its scope columns (SYNC.md §2), so
old and new membership can be computed anywhere. `v:` places (supplier, customer, adjustment, scrap) are book-keeping
counterparts and have no bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

shared = MetaData()


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that travels. `constant` buckets hold every row; `scoped` gives (bucket prefix, column) pairs."""

    table: Table
    constant: tuple[str, ...]
    scoped: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(str(column.name) for column in self.table.columns)

    def buckets(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The buckets of `row`, sorted and without repeats."""
        named = [f"{prefix}:{row[column]}" for prefix, column in self.scoped if row.get(column)]
        return tuple(sorted({*self.constant, *(b for b in named if not b.startswith("loc:v:"))}))


KINDS: dict[str, Kind] = {}


def _text(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=null)


def _int(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=null)


def _flag(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


def _kind(name: str, buckets: str, *columns: Any) -> Table:
    """Declare a kind. `buckets` is a space-separated list: `g:catalog` (constant) or `terr=territory_id` (scoped)."""
    table = Table(name, shared, Column("id", Text, primary_key=True), *columns)
    words = buckets.split()
    scoped = tuple((p, c) for p, _, c in (w.partition("=") for w in words if "=" in w))
    KINDS[name] = Kind(table, tuple(w for w in words if "=" not in w), scoped)
    return table


# -- catalogue (g:catalog), price lists (pl:…), cost (cost:main) ------------------------------------------------------

product = _kind(
    "product",
    "g:catalog",
    _text("sku"),
    _text("name"),
    _text("brand"),
    _text("manufacturer"),
    _text("catalog_number"),
    _text("gtin"),  # UDI-DI where it is a GS1 GTIN, else ''
    _text("category"),
    _text("product_class"),  # what licences, limits and taxes speak of: 'Bikes', 'FDA class II', …
    _text("tracking"),  # none | lot | serial
    _flag("expiry_tracked"),
    _flag("rx"),
    _flag("sterile"),
    _flag("single_use"),
    _flag("cold_chain"),
    _text("unit"),  # base unit, e.g. EA
    _text("sell_from", null=True),  # ISO date
    _text("sell_until", null=True),  # ISO date, last day; NULL = open
    _text("origin"),  # adventureworks | gudid | demo | native
    Index("product_sku", "sku"),
    Index("product_gtin", "gtin"),
)
pack = _kind(
    "pack",
    "g:catalog",
    _text("product_id"),
    _text("gtin"),
    _text("level"),  # package | secondary | unit_of_use
    _int("quantity"),  # base units in one pack
    _text("origin"),
    Index("pack_product", "product_id"),
    Index("pack_gtin", "gtin"),
)
lot = _kind(
    "lot",
    "g:catalog",
    _text("product_id"),
    _text("lot_number"),
    _text("serial"),  # '' when tracked by lot
    _text("expires", null=True),  # ISO date
    _text("recalled_on", null=True),
    _text("origin"),
    Index("lot_product", "product_id"),
)
promotion = _kind(
    "promotion",
    "g:catalog",
    _text("name"),
    _text("kind"),  # volume | seasonal | discontinued | excess | new_product | none
    _text("audience"),  # customer segment: store | individual | all
    _text("basis"),  # list | running
    _int("percent_bp"),
    _int("min_qty"),
    _int("max_qty", null=True),
    _text("valid_from"),
    _text("valid_to"),
    _text("origin"),
)
promotion_product = _kind(
    "promotion_product",
    "g:catalog",
    _text("promotion_id"),
    _text("product_id"),
    Index("promotion_product_product", "product_id"),
)
price_list = _kind(
    "price_list",
    "g:policy",
    _text("name"),
    _text("scope"),  # base | territory | group
    _text("territory_id", null=True),
    _text("currency"),
    _text("valid_from"),
    _text("valid_to", null=True),
    _text("origin"),
)
price = _kind(
    "price",
    "pl=list_id",
    _text("list_id"),
    _text("product_id"),
    _int("min_qty"),
    _int("unit_price"),  # 1/10,000 of the list's currency
    _text("valid_from"),
    _text("valid_to", null=True),
    _text("origin"),
    Index("price_product", "product_id", "list_id"),
)
product_cost = _kind(
    "product_cost",
    "cost:main",
    _text("product_id"),
    _int("unit_cost"),  # 1/10,000
    _text("currency"),
    _text("valid_from"),
    _text("valid_to", null=True),
    _text("origin"),
    Index("product_cost_product", "product_id"),
)

# -- company (g:policy) -----------------------------------------------------------------------------------------------

policy = _kind("policy", "g:policy", _text("value"), _text("origin"))  # id is the key, value is JSON
territory = _kind(
    "territory",
    "g:policy",
    _text("name"),
    _text("country"),
    _text("region"),
    _text("origin"),
)
rep = _kind(
    "rep",
    "g:policy",
    _text("name"),
    _text("code"),  # two or three letters, first part of human numbers
    _text("role"),
    _text("territory_id", null=True),
    _flag("active"),
    _text("origin"),
)
location = _kind(
    "location",
    "g:policy",
    _text("name"),
    _text("kind"),  # dc | hub | trunk | consignment | reserved | virtual
    _text("custodian", null=True),  # user id who answers for the stock
    _text("territory_id", null=True),
    _text("origin"),
)
commission_plan = _kind(
    "commission_plan",
    "rep=rep_id",
    _text("rep_id"),
    _text("percent"),  # exact decimal text as published, e.g. 0.012
    _text("bonus"),
    _text("quota", null=True),
    _text("published_ytd"),
    _text("origin"),
)

# -- accounts (terr:…) ------------------------------------------------------------------------------------------------

account = _kind(
    "account",
    "terr=territory_id rep=rep_id",
    _text("number"),
    _text("name"),
    _text("segment"),  # store | individual
    _text("status"),  # active | on_hold | closed
    _text("status_reason"),
    _text("status_since", null=True),
    _text("territory_id"),
    _text("rep_id", null=True),
    _text("price_list_id", null=True),
    _text("currency"),
    _flag("po_required"),
    _int("terms_days"),
    _int("credit_limit", null=True),  # minor units; NULL = none set
    _text("origin"),
    Index("account_territory", "territory_id"),
    Index("account_number", "number"),
)
address = _kind(
    "address",
    "terr=territory_id rep=rep_id",
    _text("account_id"),
    _text("territory_id"),
    _text("rep_id", null=True),
    _text("role"),  # ship_to | bill_to
    _text("label"),
    _text("line1"),
    _text("line2"),
    _text("city"),
    _text("state"),
    _text("postal_code"),
    _text("country"),
    _text("latitude", null=True),  # decimal text
    _text("longitude", null=True),
    _text("origin"),
    Index("address_account", "account_id"),
)
contact = _kind(
    "contact",
    "terr=territory_id rep=rep_id",
    _text("account_id"),
    _text("territory_id"),
    _text("rep_id", null=True),
    _text("name"),
    _text("job"),
    _text("email"),
    _text("phone"),
    _text("origin"),
    Index("contact_account", "account_id"),
)
exposure = _kind(  # id = account id; server-kept, `verify` recomputes it from sales_order
    "exposure",
    "terr=territory_id rep=rep_id",
    _text("territory_id"),
    _text("rep_id", null=True),
    _int("open_orders"),  # minor units of the account's currency
    _text("as_of"),
)

# -- documents (rep:… and terr:…) -------------------------------------------------------------------------------------

_SCOPES = "terr=territory_id rep=rep_id"

quote = _kind(
    "quote",
    _SCOPES,
    _text("number"),
    _int("revision"),
    _text("account_id"),
    _text("ship_to_id", null=True),
    _text("territory_id"),
    _text("rep_id"),
    _text("state"),  # lifecycle.QUOTE
    _text("currency"),
    _text("business_date"),
    _text("po_number"),
    _text("note"),
    _int("list_total"),  # before discount, minor units
    _int("total"),  # sum of rounded lines, minor units
    _text("findings"),  # JSON list
    _text("op_id"),
    Index("quote_account", "account_id"),
    Index("quote_state", "state"),
)
quote_line = _kind(
    "quote_line",
    _SCOPES,
    _text("quote_id"),
    _text("territory_id"),
    _text("rep_id"),
    _int("line_no"),
    _text("product_id"),
    _int("qty"),
    _int("discount_bp"),
    _int("unit_price"),  # 1/10,000, as agreed
    _int("repriced", null=True),  # 1/10,000, the server's own price where it differs
    _int("extended"),  # minor units
    _text("trace"),  # JSON: pricing steps as shown
    Index("quote_line_quote", "quote_id"),
)
approval = _kind(
    "approval",
    _SCOPES,
    _text("quote_id"),
    _int("revision"),
    _text("territory_id"),
    _text("rep_id"),  # the maker
    _text("role"),  # who may decide
    _text("code"),  # the need: discount_over_limit, credit_limit_exceeded, …
    _text("detail"),  # JSON
    _text("state"),  # pending | approved | declined | superseded
    _text("asked_on"),
    _text("decided_by", null=True),
    _text("decided_on", null=True),
    _text("comment"),
    Index("approval_quote", "quote_id"),
    Index("approval_state", "state"),
)
sales_order = _kind(
    "sales_order",
    _SCOPES,
    _text("number"),
    _text("type"),  # stock | trunk_sale | history
    _text("quote_id", null=True),
    _text("account_id"),
    _text("ship_to_id", null=True),
    _text("bill_to_id", null=True),
    _text("territory_id"),
    _text("rep_id", null=True),
    _text("state"),  # lifecycle.ORDER
    _text("currency"),
    _text("business_date"),
    _text("po_number"),
    _int("total", null=True),  # minor units; NULL for imported history
    # what an imported order published, as exact decimal text; never repriced
    _text("published_sub_total", null=True),
    _text("published_tax", null=True),
    _text("published_freight", null=True),
    _text("published_total", null=True),
    _text("due_date", null=True),
    _text("online", null=True),
    _text("op_id", null=True),
    _text("origin"),
    Index("sales_order_account", "account_id", "business_date"),
    Index("sales_order_quote", "quote_id"),
)
order_line = _kind(
    "order_line",
    _SCOPES,
    _text("order_id"),
    _text("territory_id"),
    _text("rep_id", null=True),
    _int("line_no"),
    _text("product_id"),
    _text("lot_id", null=True),
    _int("qty"),
    _int("allocated"),  # base units reserved or issued
    _int("backordered"),
    _int("unit_price", null=True),  # 1/10,000; NULL for imported history
    _int("extended", null=True),
    _text("published_unit_price", null=True),
    _text("published_discount", null=True),
    _text("published_line_total", null=True),
    _text("promotion_id", null=True),
    _text("tracking_number", null=True),
    _text("origin"),
    Index("order_line_order", "order_id"),
    Index("order_line_product", "product_id"),
)
shipment = _kind(
    "shipment",
    _SCOPES,
    _text("order_id"),
    _text("territory_id"),
    _text("rep_id", null=True),
    _text("shipped_on"),
    _text("method"),
    _text("tracking_number"),
    _text("origin"),
    Index("shipment_order", "order_id"),
)
exception_case = _kind(
    "exception_case",
    _SCOPES,
    _text("territory_id", null=True),
    _text("rep_id"),
    _text("op_id"),
    _text("code"),
    _text("detail"),  # JSON findings
    _text("state"),  # open | resolved
    _text("opened_on"),
)

# -- stock (loc:…) ----------------------------------------------------------------------------------------------------

balance = _kind(  # id = location|product|lot
    "balance",
    "loc=location_id",
    _text("location_id"),
    _text("product_id"),
    _text("lot_id"),  # '' when untracked
    _int("qty"),  # base units; negative only in `v:` places or with an exception case
    _text("origin"),
    Index("balance_location", "location_id"),
    Index("balance_product", "product_id", "location_id"),
)
movement = _kind(
    "movement",
    "loc=from_location loc=to_location",
    _text("kind"),  # receive | sell | reserve | release | count_adjustment | transfer | opening
    _text("product_id"),
    _text("lot_id"),
    _int("qty"),  # base units, always positive
    _text("owner"),
    _text("from_location"),
    _text("to_location"),
    _text("business_date"),
    _text("document_id", null=True),
    _text("reason"),
    _text("op_id", null=True),
    _text("stream", null=True),
    _int("seq", null=True),
    _text("origin"),
    Index("movement_from", "from_location"),
    Index("movement_to", "to_location"),
    Index("movement_document", "document_id"),
)
count_sheet = _kind(
    "count_sheet",
    "loc=location_id",
    _text("number"),
    _text("location_id"),
    _text("rep_id"),
    _text("business_date"),
    _text("signed_by"),
    _int("lines"),
    _int("variances"),
    _text("op_id"),
)
count_line = _kind(
    "count_line",
    "loc=location_id",
    _text("count_id"),
    _text("location_id"),
    _text("product_id"),
    _text("lot_id"),
    _int("counted"),
    _int("expected"),
    _text("reason"),
    Index("count_line_count", "count_id"),
)

# -- the author's own (rep:…, dev:…) ----------------------------------------------------------------------------------

op_result = _kind(  # id = op id
    "op_result",
    "rep=user_id",
    _text("user_id"),
    _text("stream"),
    _int("seq"),
    _text("command"),  # command type, for people
    _text("outcome"),  # applied | applied_modified | applied_exception | held | rejected | parked
    _text("findings"),  # JSON
    _text("diff"),  # JSON
    _text("decided_at"),  # server's moment
    Index("op_result_stream", "stream", "seq"),
)
device = _kind(
    "device",
    "dev=id",
    _text("user_id"),
    _text("name"),
    _text("letter"),
    _text("stream"),
    _int("last_seq"),
    _text("enrolled_at"),
    _text("revoked_at", null=True),
)


def balance_id(location_id: str, product_id: str, lot_id: str) -> str:
    """The key of a balance row: one per (place, product, lot); lot '' when the product is not tracked."""
    return f"{location_id}|{product_id}|{lot_id}"
