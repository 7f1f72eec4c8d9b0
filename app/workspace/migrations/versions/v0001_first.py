"""Every table of the first release: the shared kinds, the device's own, the search indexes and their triggers.

Written out in full and never edited again, so that it stays what it is when the tables move on."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# One statement a paragraph.
SCHEMA = """
CREATE TABLE account ( id TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, segment TEXT NOT NULL,
status TEXT NOT NULL, status_reason TEXT NOT NULL, status_since TEXT, territory_id TEXT NOT NULL, rep_id TEXT,
price_list_id TEXT, currency TEXT NOT NULL, po_required INTEGER NOT NULL, terms_days BIGINT NOT NULL,
credit_limit BIGINT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX account_number ON account (number)

CREATE INDEX account_territory ON account (territory_id)

CREATE TABLE address ( id TEXT NOT NULL, account_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT,
role TEXT NOT NULL, label TEXT NOT NULL, line1 TEXT NOT NULL, line2 TEXT NOT NULL, city TEXT NOT NULL, state
TEXT NOT NULL, postal_code TEXT NOT NULL, country TEXT NOT NULL, latitude TEXT, longitude TEXT, origin TEXT
NOT NULL, PRIMARY KEY (id) )

CREATE INDEX address_account ON address (account_id)

CREATE TABLE approval ( id TEXT NOT NULL, quote_id TEXT NOT NULL, revision BIGINT NOT NULL, territory_id TEXT
NOT NULL, rep_id TEXT NOT NULL, role TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, state TEXT NOT
NULL, asked_on TEXT NOT NULL, decided_by TEXT, decided_on TEXT, comment TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX approval_quote ON approval (quote_id)

CREATE INDEX approval_state ON approval (state)

CREATE TABLE balance ( id TEXT NOT NULL, location_id TEXT NOT NULL, product_id TEXT NOT NULL, lot_id TEXT NOT
NULL, qty BIGINT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX balance_location ON balance (location_id)

CREATE INDEX balance_product ON balance (product_id, location_id)

CREATE TABLE commission_plan ( id TEXT NOT NULL, rep_id TEXT NOT NULL, percent TEXT NOT NULL, bonus TEXT NOT
NULL, quota TEXT, published_ytd TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE contact ( id TEXT NOT NULL, account_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT,
name TEXT NOT NULL, job TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY
KEY (id) )

CREATE INDEX contact_account ON contact (account_id)

CREATE TABLE count_line ( id TEXT NOT NULL, count_id TEXT NOT NULL, location_id TEXT NOT NULL, product_id TEXT
NOT NULL, lot_id TEXT NOT NULL, counted BIGINT NOT NULL, expected BIGINT NOT NULL, reason TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX count_line_count ON count_line (count_id)

CREATE TABLE count_sheet ( id TEXT NOT NULL, number TEXT NOT NULL, location_id TEXT NOT NULL, rep_id TEXT NOT
NULL, business_date TEXT NOT NULL, signed_by TEXT NOT NULL, lines BIGINT NOT NULL, variances BIGINT NOT NULL,
op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE device ( id TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL, letter TEXT NOT NULL,
stream TEXT NOT NULL, last_seq BIGINT NOT NULL, enrolled_at TEXT NOT NULL, revoked_at TEXT, PRIMARY KEY (id) )

CREATE TABLE exception_case ( id TEXT NOT NULL, territory_id TEXT, rep_id TEXT NOT NULL, op_id TEXT NOT NULL,
code TEXT NOT NULL, detail TEXT NOT NULL, state TEXT NOT NULL, opened_on TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE exposure ( id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT, open_orders BIGINT NOT
NULL, as_of TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE location ( id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, custodian TEXT, territory_id
TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE lot ( id TEXT NOT NULL, product_id TEXT NOT NULL, lot_number TEXT NOT NULL, serial TEXT NOT NULL,
expires TEXT, recalled_on TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX lot_product ON lot (product_id)

CREATE TABLE movement ( id TEXT NOT NULL, kind TEXT NOT NULL, product_id TEXT NOT NULL, lot_id TEXT NOT NULL,
qty BIGINT NOT NULL, owner TEXT NOT NULL, from_location TEXT NOT NULL, to_location TEXT NOT NULL,
business_date TEXT NOT NULL, document_id TEXT, reason TEXT NOT NULL, op_id TEXT, stream TEXT, seq BIGINT,
origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX movement_document ON movement (document_id)

CREATE INDEX movement_from ON movement (from_location)

CREATE INDEX movement_to ON movement (to_location)

CREATE TABLE op_result ( id TEXT NOT NULL, user_id TEXT NOT NULL, stream TEXT NOT NULL, seq BIGINT NOT NULL,
command TEXT NOT NULL, outcome TEXT NOT NULL, findings TEXT NOT NULL, diff TEXT NOT NULL, decided_at TEXT NOT
NULL, PRIMARY KEY (id) )

CREATE INDEX op_result_stream ON op_result (stream, seq)

CREATE TABLE order_line ( id TEXT NOT NULL, order_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT,
line_no BIGINT NOT NULL, product_id TEXT NOT NULL, lot_id TEXT, qty BIGINT NOT NULL, allocated BIGINT NOT
NULL, backordered BIGINT NOT NULL, unit_price BIGINT, extended BIGINT, published_unit_price TEXT,
published_discount TEXT, published_line_total TEXT, promotion_id TEXT, tracking_number TEXT, origin TEXT NOT
NULL, PRIMARY KEY (id) )

CREATE INDEX order_line_order ON order_line (order_id)

CREATE INDEX order_line_product ON order_line (product_id)

CREATE TABLE pack ( id TEXT NOT NULL, product_id TEXT NOT NULL, gtin TEXT NOT NULL, level TEXT NOT NULL,
quantity BIGINT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX pack_gtin ON pack (gtin)

CREATE INDEX pack_product ON pack (product_id)

CREATE TABLE policy ( id TEXT NOT NULL, value TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE price ( id TEXT NOT NULL, list_id TEXT NOT NULL, product_id TEXT NOT NULL, min_qty BIGINT NOT
NULL, unit_price BIGINT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL, PRIMARY KEY
(id) )

CREATE INDEX price_product ON price (product_id, list_id)

CREATE TABLE price_list ( id TEXT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL, territory_id TEXT,
currency TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE product ( id TEXT NOT NULL, sku TEXT NOT NULL, name TEXT NOT NULL, brand TEXT NOT NULL,
manufacturer TEXT NOT NULL, catalog_number TEXT NOT NULL, gtin TEXT NOT NULL, category TEXT NOT NULL,
product_class TEXT NOT NULL, tracking TEXT NOT NULL, expiry_tracked INTEGER NOT NULL, rx INTEGER NOT NULL,
sterile INTEGER NOT NULL, single_use INTEGER NOT NULL, cold_chain INTEGER NOT NULL, unit TEXT NOT NULL,
sell_from TEXT, sell_until TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX product_gtin ON product (gtin)

CREATE INDEX product_sku ON product (sku)

CREATE TABLE product_cost ( id TEXT NOT NULL, product_id TEXT NOT NULL, unit_cost BIGINT NOT NULL, currency
TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX product_cost_product ON product_cost (product_id)

CREATE TABLE promotion ( id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, audience TEXT NOT NULL,
basis TEXT NOT NULL, percent_bp BIGINT NOT NULL, min_qty BIGINT NOT NULL, max_qty BIGINT, valid_from TEXT NOT
NULL, valid_to TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE promotion_product ( id TEXT NOT NULL, promotion_id TEXT NOT NULL, product_id TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX promotion_product_product ON promotion_product (product_id)

CREATE TABLE quote ( id TEXT NOT NULL, number TEXT NOT NULL, revision BIGINT NOT NULL, account_id TEXT NOT
NULL, ship_to_id TEXT, territory_id TEXT NOT NULL, rep_id TEXT NOT NULL, state TEXT NOT NULL, currency TEXT
NOT NULL, business_date TEXT NOT NULL, po_number TEXT NOT NULL, note TEXT NOT NULL, list_total BIGINT NOT
NULL, total BIGINT NOT NULL, findings TEXT NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX quote_account ON quote (account_id)

CREATE INDEX quote_state ON quote (state)

CREATE TABLE quote_line ( id TEXT NOT NULL, quote_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT
NOT NULL, line_no BIGINT NOT NULL, product_id TEXT NOT NULL, qty BIGINT NOT NULL, discount_bp BIGINT NOT NULL,
unit_price BIGINT NOT NULL, repriced BIGINT, extended BIGINT NOT NULL, trace TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX quote_line_quote ON quote_line (quote_id)

CREATE TABLE rep ( id TEXT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL, role TEXT NOT NULL, territory_id
TEXT, active INTEGER NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE sales_order ( id TEXT NOT NULL, number TEXT NOT NULL, type TEXT NOT NULL, quote_id TEXT,
account_id TEXT NOT NULL, ship_to_id TEXT, bill_to_id TEXT, territory_id TEXT NOT NULL, rep_id TEXT, state
TEXT NOT NULL, currency TEXT NOT NULL, business_date TEXT NOT NULL, po_number TEXT NOT NULL, total BIGINT,
published_sub_total TEXT, published_tax TEXT, published_freight TEXT, published_total TEXT, due_date TEXT,
online TEXT, op_id TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX sales_order_account ON sales_order (account_id, business_date)

CREATE INDEX sales_order_quote ON sales_order (quote_id)

CREATE TABLE shipment ( id TEXT NOT NULL, order_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT,
shipped_on TEXT NOT NULL, method TEXT NOT NULL, tracking_number TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY
KEY (id) )

CREATE INDEX shipment_order ON shipment (order_id)

CREATE TABLE territory ( id TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, region TEXT NOT NULL,
origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE bucket ( name TEXT NOT NULL, state TEXT NOT NULL, after_kind TEXT NOT NULL, after_id TEXT NOT
NULL, rows INTEGER NOT NULL, loaded INTEGER NOT NULL, PRIMARY KEY (name) )

CREATE TABLE draft ( id TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, updated_at TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE TABLE footprint ( kind TEXT NOT NULL, row_id TEXT NOT NULL, ord INTEGER NOT NULL, wrote INTEGER NOT
NULL, PRIMARY KEY (kind, row_id, ord) )

CREATE INDEX footprint_ord ON footprint (ord)

CREATE TABLE guess ( ord INTEGER NOT NULL, kind TEXT NOT NULL, row_id TEXT NOT NULL, "before" TEXT, PRIMARY
KEY (ord, kind, row_id) )

CREATE TABLE meta ( "key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key") )

CREATE TABLE outbox ( ord INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL, stream TEXT NOT
NULL, seq INTEGER NOT NULL, command TEXT NOT NULL, payload BLOB NOT NULL, fingerprint TEXT NOT NULL, needs
TEXT NOT NULL, saved_at TEXT NOT NULL, pushed INTEGER NOT NULL, guess TEXT NOT NULL, findings TEXT NOT NULL,
result TEXT, settled_at TEXT, seen INTEGER NOT NULL, UNIQUE (op_id) )

CREATE INDEX outbox_result ON outbox (result)

CREATE INDEX outbox_unpushed ON outbox (pushed, ord)

CREATE TABLE staged ( page INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (page) )

CREATE VIRTUAL TABLE product_search USING fts5(sku, name, brand, manufacturer, catalog_number, gtin, category,
content='product', content_rowid='rowid', prefix='1 2 3')

CREATE TRIGGER product_search_insert AFTER INSERT ON product BEGIN INSERT INTO product_search(rowid, sku,
name, brand, manufacturer, catalog_number, gtin, category) VALUES (new.rowid, new.sku, new.name, new.brand,
new.manufacturer, new.catalog_number, new.gtin, new.category); END

CREATE TRIGGER product_search_delete AFTER DELETE ON product BEGIN INSERT INTO product_search(product_search,
rowid, sku, name, brand, manufacturer, catalog_number, gtin, category) VALUES ('delete', old.rowid, old.sku,
old.name, old.brand, old.manufacturer, old.catalog_number, old.gtin, old.category); END

CREATE TRIGGER product_search_update AFTER UPDATE ON product BEGIN INSERT INTO product_search(product_search,
rowid, sku, name, brand, manufacturer, catalog_number, gtin, category) VALUES ('delete', old.rowid, old.sku,
old.name, old.brand, old.manufacturer, old.catalog_number, old.gtin, old.category); INSERT INTO
product_search(rowid, sku, name, brand, manufacturer, catalog_number, gtin, category) VALUES (new.rowid,
new.sku, new.name, new.brand, new.manufacturer, new.catalog_number, new.gtin, new.category); END

CREATE VIRTUAL TABLE account_search USING fts5(number, name, content='account', content_rowid='rowid',
prefix='1 2 3')

CREATE TRIGGER account_search_insert AFTER INSERT ON account BEGIN INSERT INTO account_search(rowid, number,
name) VALUES (new.rowid, new.number, new.name); END

CREATE TRIGGER account_search_delete AFTER DELETE ON account BEGIN INSERT INTO account_search(account_search,
rowid, number, name) VALUES ('delete', old.rowid, old.number, old.name); END

CREATE TRIGGER account_search_update AFTER UPDATE ON account BEGIN INSERT INTO account_search(account_search,
rowid, number, name) VALUES ('delete', old.rowid, old.number, old.name); INSERT INTO account_search(rowid,
number, name) VALUES (new.rowid, new.number, new.name); END
"""


def upgrade() -> None:
    """Run them in order."""
    for statement in SCHEMA.strip().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
