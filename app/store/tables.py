"""Every shared table. How one is declared, and what a kind is, stands in app.store.kinds."""

from __future__ import annotations

from sqlalchemy import Index

from app.store.document_tables import (
    approval as approval,
    document_draft as document_draft,
    draft_revision as draft_revision,
    exception_case as exception_case,
    order_line as order_line,
    quote as quote,
    quote_line as quote_line,
    sales_order as sales_order,
    shipment as shipment,
)
from app.store.field_tables import (
    favourite as favourite,
    favourite_id as favourite_id,
    signature as signature,
    visit as visit,
)
from app.store.kinds import KINDS as KINDS, Kind as Kind, flag, integer, kind, shared as shared, text
from app.store.stock_tables import (
    balance as balance,
    balance_id as balance_id,
    claim as claim,
    count_line as count_line,
    count_sheet as count_sheet,
    movement as movement,
    par_level as par_level,
    transfer as transfer,
    transfer_line as transfer_line,
)
from app.store.terms_tables import (
    assortment as assortment,
    commitment as commitment,
    contract as contract,
    contract_price as contract_price,
    delegation as delegation,
    envelope as envelope,
    envelope_use as envelope_use,
    exchange_rate as exchange_rate,
    licence as licence,
    party_group as party_group,
    product_floor as product_floor,
    roster as roster,
    tax_exemption as tax_exemption,
    tax_rate as tax_rate,
)

# -- catalogue (g:catalog), price lists (pl:…), cost (cost:main) ------------------------------------------------------

product = kind(
    "product",
    "g:catalog",
    text("sku"),
    text("name"),
    text("brand"),
    text("manufacturer"),
    text("catalog_number"),
    text("gtin"),  # UDI-DI where it is a GS1 GTIN, else ''
    text("category"),
    text("product_class"),  # what licences, limits and taxes speak of: 'Bikes', 'FDA class II', …
    text("tracking"),  # none | lot | serial
    flag("expiry_tracked"),
    flag("rx"),
    flag("sterile"),
    flag("single_use"),
    flag("cold_chain"),
    text("unit"),  # base unit, e.g. EA
    text("sell_from", null=True),  # ISO date
    text("sell_until", null=True),  # ISO date, last day; NULL = open
    text("origin"),  # adventureworks | gudid | demo | native
    Index("product_sku", "sku"),
    Index("product_gtin", "gtin"),
)
pack = kind(
    "pack",
    "g:catalog",
    text("product_id"),
    text("gtin"),
    text("level"),  # package | secondary | unit_of_use
    integer("quantity"),  # base units in one pack
    text("origin"),
    Index("pack_product", "product_id"),
    Index("pack_gtin", "gtin"),
)
lot = kind(
    "lot",
    "g:catalog",
    text("product_id"),
    text("lot_number"),
    text("serial"),  # '' when tracked by lot
    text("expires", null=True),  # ISO date
    text("recalled_on", null=True),
    text("origin"),
    Index("lot_product", "product_id"),
)
promotion = kind(
    "promotion",
    "g:catalog",
    text("name"),
    text("kind"),  # volume | seasonal | discontinued | excess | new_product | none
    text("audience"),  # customer segment: store | individual | all
    text("basis"),  # list | running
    integer("percent_bp"),
    integer("min_qty"),
    integer("max_qty", null=True),
    text("valid_from"),
    text("valid_to"),
    text("origin"),
    integer("amount_off", since=0),  # 1/10,000 of `currency`, instead of a percentage
    integer("fixed_price", null=True),  # 1/10,000 of `currency`: the price itself
    text("currency", since=""),  # of amount_off and fixed_price
    flag("stacks", since=0),  # may be given together with others that stack too
)
promotion_product = kind(
    "promotion_product",
    "g:catalog",
    text("promotion_id"),
    text("product_id"),
    Index("promotion_product_product", "product_id"),
)
price_list = kind(
    "price_list",
    "g:policy",
    text("name"),
    text("scope"),  # base | territory | group
    text("territory_id", null=True),
    text("currency"),
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    text("disabled_on", null=True),  # from this ISO date on no new price comes from it
)
price = kind(
    "price",
    "pl=list_id",
    text("list_id"),
    text("product_id"),
    integer("min_qty"),
    integer("unit_price"),  # 1/10,000 of the list's currency
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("price_product", "product_id", "list_id"),
)
product_cost = kind(
    "product_cost",
    "cost:main",
    text("product_id"),
    integer("unit_cost"),  # 1/10,000
    text("currency"),
    text("valid_from"),
    text("valid_to", null=True),
    text("origin"),
    Index("product_cost_product", "product_id"),
)

# -- company (g:policy) -----------------------------------------------------------------------------------------------

policy = kind("policy", "g:policy", text("value"), text("origin"))  # id is the key, value is JSON
territory = kind(
    "territory",
    "g:policy",
    text("name"),
    text("country"),
    text("region"),
    text("origin"),
)
rep = kind(
    "rep",
    "g:policy",
    text("name"),
    text("code"),  # two or three letters, first part of human numbers
    text("role"),
    text("territory_id", null=True),
    flag("active"),
    text("origin"),
)
location = kind(
    "location",
    "g:policy",
    text("name"),
    text("kind"),  # dc | hub | trunk | allotment | consignment | reserved | virtual
    text("custodian", null=True),  # user id who answers for the stock
    text("territory_id", null=True),
    text("origin"),
    text("ship_to_id", null=True),  # of a consignment place: the customer's address where it is
    text(
        "holder", null=True
    ),  # of LEASED places: the one device that may lower it; '' given up, NULL never leased
    text("holder_name", since=""),
)
commission_plan = kind(
    "commission_plan",
    "rep=rep_id",
    text("rep_id"),
    text("percent"),  # exact decimal text as published, e.g. 0.012
    text("bonus"),
    text("quota", null=True),
    text("published_ytd"),
    text("origin"),
)

# -- accounts (terr:…) ------------------------------------------------------------------------------------------------

account = kind(
    "account",
    "terr=territory_id rep=rep_id",
    text("number"),
    text("name"),
    text("segment"),  # store | individual
    text("status"),  # active | on_hold | closed
    text("status_reason"),
    text("status_since", null=True),
    text("territory_id"),
    text("rep_id", null=True),
    text("price_list_id", null=True),
    text("currency"),
    flag("po_required"),
    integer("terms_days"),
    integer("credit_limit", null=True),  # minor units; NULL = none set
    text("origin"),
    integer("min_order", null=True),  # minor units; NULL = none set
    integer("min_shelf_days", since=0),  # days a lot must still last when it is shipped here
    text("assortment", since="open"),  # open: everything but what is forbidden | listed: only what is allowed
    Index("account_territory", "territory_id"),
    Index("account_number", "number"),
)
address = kind(
    "address",
    "terr=territory_id rep=rep_id",
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("role"),  # ship_to | bill_to
    text("label"),
    text("line1"),
    text("line2"),
    text("city"),
    text("state"),
    text("postal_code"),
    text("country"),
    text("latitude", null=True),  # decimal text
    text("longitude", null=True),
    text("origin"),
    Index("address_account", "account_id"),
)
contact = kind(
    "contact",
    "terr=territory_id rep=rep_id",
    text("account_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("name"),
    text("job"),
    text("email"),
    text("phone"),
    text("origin"),
    Index("contact_account", "account_id"),
)
exposure = kind(  # id = account id; server-kept, `verify` recomputes it from sales_order
    "exposure",
    "terr=territory_id rep=rep_id",
    text("territory_id"),
    text("rep_id", null=True),
    integer("open_orders"),  # minor units of the account's currency
    text("as_of"),
    integer("unpaid", since=0),  # invoiced and not paid, minor units
)

# -- the author's own (rep:…, dev:…) ----------------------------------------------------------------------------------

op_result = kind(  # id = op id
    "op_result",
    "rep=user_id",
    text("user_id"),
    text("stream"),
    integer("seq"),
    text("command"),  # command type, for people
    text("outcome"),  # applied | applied_modified | applied_exception | held | rejected | parked
    text("findings"),  # JSON
    text("diff"),  # JSON
    text("decided_at"),  # server's moment
    Index("op_result_stream", "stream", "seq"),
)
device = kind(
    "device",
    "dev=id",
    text("user_id"),
    text("name"),
    text("letter"),
    text("stream"),
    integer("last_seq"),
    text("enrolled_at"),
    text("revoked_at", null=True),
)
