"""Stock: places' balances, the ledger of movements, counts, transfers and par levels (DOMAIN.md §4)."""

from __future__ import annotations

from sqlalchemy import Index

from app.store.kinds import integer, kind, text

balance = kind(  # id = location|product|lot, and |owner where that is not the company
    "balance",
    "loc=location_id",
    text("location_id"),
    text("product_id"),
    text("lot_id"),  # '' when untracked
    integer("qty"),  # base units; negative only in `v:` places or with an exception case
    text("origin"),
    text("owner", since="company"),  # whose goods: `company`, or an account's id
    Index("balance_location", "location_id"),
    Index("balance_product", "product_id", "location_id"),
)
movement = kind(
    "movement",
    "loc=from_location loc=to_location",
    text("kind"),  # stock.KINDS of the rules, or opening
    text("product_id"),
    text("lot_id"),
    integer("qty"),  # base units, always positive
    text("owner"),
    text("from_location"),
    text("to_location"),
    text("business_date"),
    text("document_id", null=True),
    text("reason"),
    text("op_id", null=True),
    text("stream", null=True),
    integer("seq", null=True),
    text("origin"),
    integer("position", null=True),  # the feed's, stamped at commit; NULL while it is a guess
    Index("movement_from", "from_location"),
    Index("movement_to", "to_location"),
    Index("movement_document", "document_id"),
)
count_sheet = kind(
    "count_sheet",
    "loc=location_id",
    text("number"),
    text("location_id"),
    text("rep_id"),
    text("business_date"),
    text("signed_by"),
    integer("lines"),
    integer("variances"),
    text("op_id"),
)
count_line = kind(
    "count_line",
    "loc=location_id",
    text("count_id"),
    text("location_id"),
    text("product_id"),
    text("lot_id"),
    integer("counted"),
    integer("expected"),
    text("reason"),
    integer("claimed", since=0),  # what the device said its books held
    Index("count_line_count", "count_id"),
)
transfer = kind(
    "transfer",
    "loc=from_location loc=to_location",
    text("number"),
    text("state"),  # lifecycle.TRANSFER
    text("from_location"),
    text("to_location"),
    text("giver"),  # user id of who sends, '' until somebody has
    text("taker"),  # user id of who takes over, '' until somebody has
    text("business_date"),
    text("reason"),
    text("op_id"),
)
transfer_line = kind(
    "transfer_line",
    "loc=from_location loc=to_location",
    text("transfer_id"),
    text("from_location"),
    text("to_location"),
    text("product_id"),
    text("lot_id"),
    integer("asked"),  # base units, as are the next two
    integer("sent"),
    integer("received"),  # what the giver took back as well: the difference to `sent` is in transit
    text("owner"),
    Index("transfer_line_transfer", "transfer_id"),
)
par_level = kind(
    "par_level",
    "loc=location_id",
    text("location_id"),
    text("product_id"),
    integer("min_qty"),  # base units; below it the place asks for more
    integer("par_qty"),  # base units; what it is filled up to
    text("origin"),
    Index("par_level_location", "location_id"),
)
claim = kind(
    "claim",
    "loc=location_id",
    text("location_id"),
    text("territory_id", null=True),
    text("rep_id"),  # the trunk's custodian when it was made
    text("product_id"),
    text("lot_id"),
    integer("qty"),  # base units, as is the next
    integer("answered"),
    text("kind"),  # recall | return
    text("to_location"),  # of a return: where the goods go
    text("reason"),
    text("state"),  # open | answered | withdrawn
    text("opened_on"),
    text("closed_on", null=True),
    text("answer"),  # why fewer came, or why it was withdrawn
    text("op_id"),  # '' when an import made it
    Index("claim_location", "location_id", "state"),
)


def balance_id(location_id: str, product_id: str, lot_id: str, owner: str = "company") -> str:
    """The key of a balance row: one per (place, product, lot, owner); lot '' when the product is not tracked."""
    key = f"{location_id}|{product_id}|{lot_id}"
    return key if owner == "company" else f"{key}|{owner}"
