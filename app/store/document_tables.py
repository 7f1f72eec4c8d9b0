"""Documents: quotes, what is asked about them, orders, shipments and exception cases (DOMAIN.md §3, §5)."""

from __future__ import annotations

from sqlalchemy import Index

from app.store.kinds import integer, kind, text

_SCOPES = "terr=territory_id rep=rep_id"

quote = kind(
    "quote",
    _SCOPES,
    text("number"),
    integer("revision"),
    text("account_id"),
    text("ship_to_id", null=True),
    text("territory_id"),
    text("rep_id"),
    text("state"),  # lifecycle.QUOTE
    text("currency"),
    text("business_date"),
    text("po_number"),
    text("note"),
    integer("list_total"),  # before discount, minor units
    integer("total"),  # sum of rounded lines, minor units
    text("findings"),  # JSON list
    text("op_id"),
    integer("tax_total", since=0),  # minor units, sum of rounded lines
    text("valid_until", null=True),  # ISO date, last day an order may be placed on it
    text("envelope_id", null=True),  # authority granted in advance that it drew on
    Index("quote_account", "account_id"),
    Index("quote_state", "state"),
)
quote_line = kind(
    "quote_line",
    _SCOPES,
    text("quote_id"),
    text("territory_id"),
    text("rep_id"),
    integer("line_no"),
    text("product_id"),
    integer("qty"),
    integer("discount_bp"),
    integer("unit_price"),  # 1/10,000, as agreed
    integer("repriced", null=True),  # 1/10,000, the server's own price where it differs
    integer("extended"),  # minor units
    text("trace"),  # JSON: pricing steps as shown
    text("repriced_trace", since=""),  # JSON: the decider's own steps where its price differs
    integer("tax", since=0),  # minor units
    Index("quote_line_quote", "quote_id"),
)
approval = kind(
    "approval",
    _SCOPES,
    text("quote_id"),
    integer("revision"),
    text("territory_id"),
    text("rep_id"),  # the maker
    text("role"),  # who may decide
    text("code"),  # the need: discount_over_limit, credit_limit_exceeded, …
    text("detail"),  # JSON
    text("state"),  # pending | approved | declined | countered | superseded
    text("asked_on"),
    text("decided_by", null=True),
    text("decided_on", null=True),
    text("comment"),
    integer("level", since=1),  # 1 is asked first
    text("due_on", null=True),  # ISO date; after it `escalate_to` may decide as well
    text("escalate_to", since=""),
    text("counter", since=""),  # JSON: the lines a counter-offer asks for
    Index("approval_quote", "quote_id"),
    Index("approval_state", "state"),
)
sales_order = kind(
    "sales_order",
    _SCOPES,
    text("number"),
    text("type"),  # stock | trunk_sale | bill_only | return | history
    text("quote_id", null=True),
    text("account_id"),
    text("ship_to_id", null=True),
    text("bill_to_id", null=True),
    text("territory_id"),
    text("rep_id", null=True),
    text("state"),  # lifecycle.ORDER
    text("currency"),
    text("business_date"),
    text("po_number"),
    integer("total", null=True),  # minor units; NULL for imported history
    # what an imported order published, as exact decimal text; never repriced
    text("published_sub_total", null=True),
    text("published_tax", null=True),
    text("published_freight", null=True),
    text("published_total", null=True),
    text("due_date", null=True),
    text("online", null=True),
    text("op_id", null=True),
    text("origin"),
    integer("tax_total", since=0),  # minor units; native orders only
    text("case_ref", since=""),  # of goods used at a case: the customer's own reference
    Index("sales_order_account", "account_id", "business_date"),
    Index("sales_order_quote", "quote_id"),
)
order_line = kind(
    "order_line",
    _SCOPES,
    text("order_id"),
    text("territory_id"),
    text("rep_id", null=True),
    integer("line_no"),
    text("product_id"),
    text("lot_id", null=True),
    integer("qty"),
    integer("allocated"),  # base units reserved or issued
    integer("backordered"),
    integer("unit_price", null=True),  # 1/10,000; NULL for imported history
    integer("extended", null=True),
    text("published_unit_price", null=True),
    text("published_discount", null=True),
    text("published_line_total", null=True),
    text("promotion_id", null=True),
    text("tracking_number", null=True),
    text("origin"),
    integer("tax", since=0),  # minor units
    text("trace", since=""),  # JSON: pricing steps as shown
    integer("returned", since=0),  # base units
    Index("order_line_order", "order_id"),
    Index("order_line_product", "product_id"),
)
shipment = kind(
    "shipment",
    _SCOPES,
    text("order_id"),
    text("territory_id"),
    text("rep_id", null=True),
    text("shipped_on"),
    text("method"),
    text("tracking_number"),
    text("origin"),
    Index("shipment_order", "order_id"),
)
exception_case = kind(
    "exception_case",
    _SCOPES,
    text("territory_id", null=True),
    text("rep_id"),
    text("op_id"),
    text("code"),
    text("detail"),  # JSON findings
    text("state"),  # open | resolved
    text("opened_on"),
    text("resolved_by", since=""),
    text("resolved_on", null=True),
    text("resolution", since=""),
)

# Documents being written (SYNC.md §6a): the owner's, on all of their devices.
document_draft = kind(
    "document_draft",
    "rep=owner_id",
    text("owner_id"),
    text("kind"),  # quote
    text("number"),
    text("head"),  # the revision that counts
    text("state"),  # open | closed
    text("op_id"),
)
draft_revision = kind(
    "draft_revision",
    "rep=owner_id",
    text("draft_id"),
    text("owner_id"),
    integer("number"),
    text("based_on"),  # '' for the first
    text("state"),  # head | sibling | past
    text("body"),  # JSON, as the device keeps it
    text("author"),
    text("device"),  # its name, as it says
    text("saved_at"),  # ISO UTC, as the device says
    text("decided_by", since=""),  # who chose another over it
    text("decided_on", null=True),
    text("op_id"),
    Index("draft_revision_draft", "draft_id"),
)
