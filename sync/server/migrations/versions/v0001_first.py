"""Every table of the first release: the shared kinds, the server's own, and the clock row with its epoch.

Written out in full and never edited again, so that it stays what it is when the tables move on."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, UniqueConstraint

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _text_or_null(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=True) for name in names]


def _number(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _number_or_null(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=True) for name in names]


def _small(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _key(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def upgrade() -> None:
    """Shared kinds, own tables, clock."""
    _shared_kinds()
    _own_tables()
    _clock()


def _clock() -> None:
    """One row. Its epoch tells this database from every other; the database itself draws it."""
    postgres = op.get_bind().dialect.name == "postgresql"
    epoch = "replace(gen_random_uuid()::text, '-', '')" if postgres else "lower(hex(randomblob(16)))"
    op.execute(f"INSERT INTO clock (id, epoch, position) VALUES (1, {epoch}, 0)")


def _shared_kinds() -> None:
    op.create_table(
        "account",
        *_key("id"),
        *_text("number", "name", "segment", "status", "status_reason"),
        *_text_or_null("status_since"),
        *_text("territory_id"),
        *_text_or_null("rep_id", "price_list_id"),
        *_text("currency"),
        *_small("po_required"),
        *_number("terms_days"),
        *_number_or_null("credit_limit"),
        *_text("origin"),
    )
    op.create_index("account_number", "account", ["number"])
    op.create_index("account_territory", "account", ["territory_id"])
    op.create_table(
        "address",
        *_key("id"),
        *_text("account_id", "territory_id"),
        *_text_or_null("rep_id"),
        *_text("role", "label", "line1", "line2", "city", "state", "postal_code", "country"),
        *_text_or_null("latitude", "longitude"),
        *_text("origin"),
    )
    op.create_index("address_account", "address", ["account_id"])
    op.create_table(
        "approval",
        *_key("id"),
        *_text("quote_id"),
        *_number("revision"),
        *_text("territory_id", "rep_id", "role", "code", "detail", "state", "asked_on"),
        *_text_or_null("decided_by", "decided_on"),
        *_text("comment"),
    )
    op.create_index("approval_quote", "approval", ["quote_id"])
    op.create_index("approval_state", "approval", ["state"])
    op.create_table(
        "balance",
        *_key("id"),
        *_text("location_id", "product_id", "lot_id"),
        *_number("qty"),
        *_text("origin"),
    )
    op.create_index("balance_location", "balance", ["location_id"])
    op.create_index("balance_product", "balance", ["product_id", "location_id"])
    op.create_table(
        "commission_plan",
        *_key("id"),
        *_text("rep_id", "percent", "bonus"),
        *_text_or_null("quota"),
        *_text("published_ytd", "origin"),
    )
    op.create_table(
        "contact",
        *_key("id"),
        *_text("account_id", "territory_id"),
        *_text_or_null("rep_id"),
        *_text("name", "job", "email", "phone", "origin"),
    )
    op.create_index("contact_account", "contact", ["account_id"])
    op.create_table(
        "count_line",
        *_key("id"),
        *_text("count_id", "location_id", "product_id", "lot_id"),
        *_number("counted", "expected"),
        *_text("reason"),
    )
    op.create_index("count_line_count", "count_line", ["count_id"])
    op.create_table(
        "count_sheet",
        *_key("id"),
        *_text("number", "location_id", "rep_id", "business_date", "signed_by"),
        *_number("lines", "variances"),
        *_text("op_id"),
    )
    op.create_table(
        "device",
        *_key("id"),
        *_text("user_id", "name", "letter", "stream"),
        *_number("last_seq"),
        *_text("enrolled_at"),
        *_text_or_null("revoked_at"),
    )
    op.create_table(
        "exception_case",
        *_key("id"),
        *_text_or_null("territory_id"),
        *_text("rep_id", "op_id", "code", "detail", "state", "opened_on"),
    )
    op.create_table(
        "exposure",
        *_key("id"),
        *_text("territory_id"),
        *_text_or_null("rep_id"),
        *_number("open_orders"),
        *_text("as_of"),
    )
    op.create_table(
        "location",
        *_key("id"),
        *_text("name", "kind"),
        *_text_or_null("custodian", "territory_id"),
        *_text("origin"),
    )
    op.create_table(
        "lot",
        *_key("id"),
        *_text("product_id", "lot_number", "serial"),
        *_text_or_null("expires", "recalled_on"),
        *_text("origin"),
    )
    op.create_index("lot_product", "lot", ["product_id"])
    op.create_table(
        "movement",
        *_key("id"),
        *_text("kind", "product_id", "lot_id"),
        *_number("qty"),
        *_text("owner", "from_location", "to_location", "business_date"),
        *_text_or_null("document_id"),
        *_text("reason"),
        *_text_or_null("op_id", "stream"),
        *_number_or_null("seq"),
        *_text("origin"),
    )
    op.create_index("movement_document", "movement", ["document_id"])
    op.create_index("movement_from", "movement", ["from_location"])
    op.create_index("movement_to", "movement", ["to_location"])
    op.create_table(
        "op_result",
        *_key("id"),
        *_text("user_id", "stream"),
        *_number("seq"),
        *_text("command", "outcome", "findings", "diff", "decided_at"),
    )
    op.create_index("op_result_stream", "op_result", ["stream", "seq"])
    op.create_table(
        "order_line",
        *_key("id"),
        *_text("order_id", "territory_id"),
        *_text_or_null("rep_id"),
        *_number("line_no"),
        *_text("product_id"),
        *_text_or_null("lot_id"),
        *_number("qty", "allocated", "backordered"),
        *_number_or_null("unit_price", "extended"),
        *_text_or_null(
            "published_unit_price",
            "published_discount",
            "published_line_total",
            "promotion_id",
            "tracking_number",
        ),
        *_text("origin"),
    )
    op.create_index("order_line_order", "order_line", ["order_id"])
    op.create_index("order_line_product", "order_line", ["product_id"])
    op.create_table(
        "pack", *_key("id"), *_text("product_id", "gtin", "level"), *_number("quantity"), *_text("origin")
    )
    op.create_index("pack_gtin", "pack", ["gtin"])
    op.create_index("pack_product", "pack", ["product_id"])
    op.create_table("policy", *_key("id"), *_text("value", "origin"))
    op.create_table(
        "price",
        *_key("id"),
        *_text("list_id", "product_id"),
        *_number("min_qty", "unit_price"),
        *_text("valid_from"),
        *_text_or_null("valid_to"),
        *_text("origin"),
    )
    op.create_index("price_product", "price", ["product_id", "list_id"])
    op.create_table(
        "price_list",
        *_key("id"),
        *_text("name", "scope"),
        *_text_or_null("territory_id"),
        *_text("currency", "valid_from"),
        *_text_or_null("valid_to"),
        *_text("origin"),
    )
    op.create_table(
        "product",
        *_key("id"),
        *_text(
            "sku",
            "name",
            "brand",
            "manufacturer",
            "catalog_number",
            "gtin",
            "category",
            "product_class",
            "tracking",
        ),
        *_small("expiry_tracked", "rx", "sterile", "single_use", "cold_chain"),
        *_text("unit"),
        *_text_or_null("sell_from", "sell_until"),
        *_text("origin"),
    )
    op.create_index("product_gtin", "product", ["gtin"])
    op.create_index("product_sku", "product", ["sku"])
    op.create_table(
        "product_cost",
        *_key("id"),
        *_text("product_id"),
        *_number("unit_cost"),
        *_text("currency", "valid_from"),
        *_text_or_null("valid_to"),
        *_text("origin"),
    )
    op.create_index("product_cost_product", "product_cost", ["product_id"])
    op.create_table(
        "promotion",
        *_key("id"),
        *_text("name", "kind", "audience", "basis"),
        *_number("percent_bp", "min_qty"),
        *_number_or_null("max_qty"),
        *_text("valid_from", "valid_to", "origin"),
    )
    op.create_table("promotion_product", *_key("id"), *_text("promotion_id", "product_id"))
    op.create_index("promotion_product_product", "promotion_product", ["product_id"])
    op.create_table(
        "quote",
        *_key("id"),
        *_text("number"),
        *_number("revision"),
        *_text("account_id"),
        *_text_or_null("ship_to_id"),
        *_text("territory_id", "rep_id", "state", "currency", "business_date", "po_number", "note"),
        *_number("list_total", "total"),
        *_text("findings", "op_id"),
    )
    op.create_index("quote_account", "quote", ["account_id"])
    op.create_index("quote_state", "quote", ["state"])
    op.create_table(
        "quote_line",
        *_key("id"),
        *_text("quote_id", "territory_id", "rep_id"),
        *_number("line_no"),
        *_text("product_id"),
        *_number("qty", "discount_bp", "unit_price"),
        *_number_or_null("repriced"),
        *_number("extended"),
        *_text("trace"),
    )
    op.create_index("quote_line_quote", "quote_line", ["quote_id"])
    op.create_table(
        "rep",
        *_key("id"),
        *_text("name", "code", "role"),
        *_text_or_null("territory_id"),
        *_small("active"),
        *_text("origin"),
    )
    op.create_table(
        "sales_order",
        *_key("id"),
        *_text("number", "type"),
        *_text_or_null("quote_id"),
        *_text("account_id"),
        *_text_or_null("ship_to_id", "bill_to_id"),
        *_text("territory_id"),
        *_text_or_null("rep_id"),
        *_text("state", "currency", "business_date", "po_number"),
        *_number_or_null("total"),
        *_text_or_null(
            "published_sub_total",
            "published_tax",
            "published_freight",
            "published_total",
            "due_date",
            "online",
            "op_id",
        ),
        *_text("origin"),
    )
    op.create_index("sales_order_account", "sales_order", ["account_id", "business_date"])
    op.create_index("sales_order_quote", "sales_order", ["quote_id"])
    op.create_table(
        "shipment",
        *_key("id"),
        *_text("order_id", "territory_id"),
        *_text_or_null("rep_id"),
        *_text("shipped_on", "method", "tracking_number", "origin"),
    )
    op.create_index("shipment_order", "shipment", ["order_id"])
    op.create_table("territory", *_key("id"), *_text("name", "country", "region", "origin"))


def _own_tables() -> None:
    op.create_table("attempt", *_key("op_id"), *_small("count"), *_text("error"))
    op.create_table("audit", *_key("id"), *_text("at", "actor", "action", "subject", "detail"))
    op.create_table("clock", Column("id", Integer, primary_key=True), *_text("epoch"), *_number("position"))
    op.create_table("feed", *_key("bucket", "kind", "row_id"), *_number("position"), *_small("deleted"))
    op.create_index("feed_position", "feed", ["bucket", "position"])
    op.create_index("feed_row", "feed", ["kind", "row_id"])
    op.create_table(
        "op_log",
        *_key("op_id"),
        *_text("stream"),
        *_number("seq"),
        *_text("user_id", "payload", "needs", "fingerprint", "status"),
        *_text_or_null("parked_why"),
        *_text("received_at"),
        UniqueConstraint("stream", "seq", name="op_log_stream_seq"),
    )
    op.create_index("op_log_status", "op_log", ["status"])
    op.create_table(
        "user_account",
        *_key("id"),
        *_text("login", "password", "role", "territories"),
        *_text_or_null("disabled_at"),
        *_text("created_at"),
        UniqueConstraint("login"),
    )
    op.create_table(
        "sign_in_session",
        *_key("id"),
        Column("user_id", Text, ForeignKey("user_account.id"), nullable=False),
        *_text("device_id", "created_at"),
        *_text_or_null("revoked_at"),
    )
    op.create_index("sign_in_session_device", "sign_in_session", ["device_id"])
    op.create_index("sign_in_session_user", "sign_in_session", ["user_id"])
    op.create_table(
        "token",
        *_key("hash"),
        Column("session_id", Text, ForeignKey("sign_in_session.id"), nullable=False),
        *_text("kind"),
        *_text_or_null("parent"),
        *_text("expires_at"),
        *_text_or_null("used_at"),
    )
    op.create_index("token_session", "token", ["session_id"])
