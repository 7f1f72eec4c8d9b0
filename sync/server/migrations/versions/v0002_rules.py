"""The rules in full: terms, taxes, licences, transfers, par levels, authority; and the columns they need elsewhere.

Written out in full and never edited again, so that it stays what it is when the tables move on."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# table, column, type, what rows of before have in it (None: nothing)
ADDED: tuple[tuple[str, str, Any, str | None], ...] = (
    ("account", "min_order", BigInteger, None),
    ("account", "min_shelf_days", BigInteger, "0"),
    ("account", "assortment", Text, "open"),
    ("approval", "level", BigInteger, "1"),
    ("approval", "due_on", Text, None),
    ("approval", "escalate_to", Text, ""),
    ("approval", "counter", Text, ""),
    ("balance", "owner", Text, "company"),
    ("count_line", "claimed", BigInteger, "0"),
    ("exposure", "unpaid", BigInteger, "0"),
    ("movement", "position", BigInteger, None),
    ("location", "ship_to_id", Text, None),
    ("order_line", "tax", BigInteger, "0"),
    ("order_line", "trace", Text, ""),
    ("order_line", "returned", BigInteger, "0"),
    ("price_list", "disabled_on", Text, None),
    ("promotion", "amount_off", BigInteger, "0"),
    ("promotion", "fixed_price", BigInteger, None),
    ("promotion", "currency", Text, ""),
    ("promotion", "stacks", Integer, "0"),
    ("quote", "tax_total", BigInteger, "0"),
    ("quote", "valid_until", Text, None),
    ("quote", "envelope_id", Text, None),
    ("quote_line", "repriced_trace", Text, ""),
    ("quote_line", "tax", BigInteger, "0"),
    ("sales_order", "tax_total", BigInteger, "0"),
    ("sales_order", "case_ref", Text, ""),
)


def upgrade() -> None:
    """Columns and tables; every movement gets the position at which the feed has it.

    What a sale that waits for somebody's yes had added to its account's exposure is taken out again: from now on it
    is added when the sale is released. A sale that was refused had added nothing.
    """
    for table, name, kind, before in ADDED:
        op.add_column(table, Column(name, kind, nullable=before is None, server_default=before))
    _tables()
    op.execute(
        "UPDATE movement SET position = "
        "(SELECT max(position) FROM feed WHERE feed.kind = 'movement' AND feed.row_id = movement.id)"
    )
    waiting = (
        "FROM sales_order JOIN op_result ON op_result.id = sales_order.op_id "
        "WHERE sales_order.account_id = exposure.id AND sales_order.type = 'trunk_sale' "
        "AND sales_order.state = 'held' AND op_result.outcome = 'held'"
    )
    op.execute(
        f"UPDATE exposure SET open_orders = open_orders - (SELECT sum(sales_order.total) {waiting}) "
        f"WHERE EXISTS (SELECT 1 {waiting})"
    )


def _tables() -> None:
    op.create_table(
        "assortment",
        Column("id", Text, primary_key=True),
        Column("account_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("product_id", Text, nullable=False),
        Column("product_class", Text, nullable=False),
        Column("allowed", Integer, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("assortment_account", "assortment", ["account_id"])
    op.create_table(
        "commitment",
        Column("id", Text, primary_key=True),
        Column("contract_id", Text, nullable=False),
        Column("member_id", Text, nullable=False),
        Column("account_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("tier", Text, nullable=False),
        Column("signed_on", Text, nullable=True),
        Column("retroactive", Integer, nullable=False),
        Column("exclusive", Integer, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("commitment_account", "commitment", ["account_id"])
    op.create_table(
        "contract",
        Column("id", Text, primary_key=True),
        Column("number", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("holder_kind", Text, nullable=False),
        Column("holder_id", Text, nullable=False),
        Column("currency", Text, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("promotions", Integer, nullable=False),
        Column("origin", Text, nullable=False),
    )
    op.create_index("contract_holder", "contract", ["holder_id"])
    op.create_table(
        "contract_price",
        Column("id", Text, primary_key=True),
        Column("contract_id", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        Column("product_class", Text, nullable=False),
        Column("tier", Text, nullable=False),
        Column("min_qty", BigInteger, nullable=False),
        Column("unit_price", BigInteger, nullable=True),
        Column("discount_bp", BigInteger, nullable=True),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("contract_price_contract", "contract_price", ["contract_id", "product_id"])
    op.create_index("contract_price_product", "contract_price", ["product_id"])
    op.create_table(
        "delegation",
        Column("id", Text, primary_key=True),
        Column("from_user", Text, nullable=False),
        Column("to_user", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("territories", Text, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=False),
        Column("op_id", Text, nullable=True),
    )
    op.create_index("delegation_to", "delegation", ["to_user"])
    op.create_table(
        "envelope",
        Column("id", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("granted_by", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("key_id", Text, nullable=False),
        Column("signature", Text, nullable=False),
        Column("used_amount", BigInteger, nullable=False),
        Column("used_count", BigInteger, nullable=False),
        Column("revoked_on", Text, nullable=True),
        Column("op_id", Text, nullable=True),
    )
    op.create_index("envelope_holder", "envelope", ["holder"])
    op.create_table(
        "envelope_use",
        Column("id", Text, primary_key=True),
        Column("envelope_id", Text, nullable=False),
        Column("holder", Text, nullable=False),
        Column("granted_by", Text, nullable=False),
        Column("document_id", Text, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("used_on", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("envelope_use_document", "envelope_use", ["document_id"])
    op.create_index("envelope_use_envelope", "envelope_use", ["envelope_id"])
    op.create_table(
        "exchange_rate",
        Column("id", Text, primary_key=True),
        Column("from_currency", Text, nullable=False),
        Column("to_currency", Text, nullable=False),
        Column("rate", BigInteger, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("origin", Text, nullable=False),
    )
    op.create_index("exchange_rate_pair", "exchange_rate", ["from_currency", "to_currency", "valid_from"])
    op.create_table(
        "licence",
        Column("id", Text, primary_key=True),
        Column("account_id", Text, nullable=False),
        Column("ship_to_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("product_class", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("expires", Text, nullable=True),
        Column("verified_on", Text, nullable=False),
        Column("origin", Text, nullable=False),
    )
    op.create_index("licence_ship_to", "licence", ["ship_to_id"])
    op.create_table(
        "par_level",
        Column("id", Text, primary_key=True),
        Column("location_id", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        Column("min_qty", BigInteger, nullable=False),
        Column("par_qty", BigInteger, nullable=False),
        Column("origin", Text, nullable=False),
    )
    op.create_index("par_level_location", "par_level", ["location_id"])
    op.create_table(
        "party_group",
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("origin", Text, nullable=False),
    )
    op.create_table(
        "product_floor",
        Column("id", Text, primary_key=True),
        Column("product_id", Text, nullable=False),
        Column("currency", Text, nullable=False),
        Column("unit_price", BigInteger, nullable=False),
        Column("below", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("product_floor_product", "product_floor", ["product_id"])
    op.create_table(
        "roster",
        Column("id", Text, primary_key=True),
        Column("group_id", Text, nullable=False),
        Column("member_id", Text, nullable=False),
        Column("account_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("roster_account", "roster", ["account_id"])
    op.create_index("roster_group", "roster", ["group_id"])
    op.create_table(
        "tax_exemption",
        Column("id", Text, primary_key=True),
        Column("account_id", Text, nullable=False),
        Column("ship_to_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("country", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("product_class", Text, nullable=False),
        Column("certificate", Text, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("tax_exemption_account", "tax_exemption", ["account_id"])
    op.create_table(
        "tax_rate",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("country", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("product_class", Text, nullable=False),
        Column("rate_ppm", BigInteger, nullable=False),
        Column("valid_from", Text, nullable=False),
        Column("valid_to", Text, nullable=True),
        Column("origin", Text, nullable=False),
    )
    op.create_index("tax_rate_country", "tax_rate", ["country"])
    op.create_table(
        "transfer",
        Column("id", Text, primary_key=True),
        Column("number", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("from_location", Text, nullable=False),
        Column("to_location", Text, nullable=False),
        Column("giver", Text, nullable=False),
        Column("taker", Text, nullable=False),
        Column("business_date", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_table(
        "transfer_line",
        Column("id", Text, primary_key=True),
        Column("transfer_id", Text, nullable=False),
        Column("from_location", Text, nullable=False),
        Column("to_location", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        Column("lot_id", Text, nullable=False),
        Column("asked", BigInteger, nullable=False),
        Column("sent", BigInteger, nullable=False),
        Column("received", BigInteger, nullable=False),
        Column("owner", Text, nullable=False),
    )
    op.create_index("transfer_line_transfer", "transfer_line", ["transfer_id"])
    op.create_table(
        "signing_key",
        Column("id", Text, primary_key=True),
        Column("private", Text, nullable=False),
        Column("created_at", Text, nullable=False),
    )
