"""The rules in full: terms, taxes, licences, transfers, par levels, authority; and the columns they need elsewhere.

Kinds have gained columns, so everything held is fetched again; until then it counts as held. What the server has
told of movements came up to the cursor: they get its position, so that a count before the next contact finds them.
Written out in full and never edited again."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# One statement a paragraph.
SCHEMA = """
ALTER TABLE account ADD COLUMN min_order BIGINT

ALTER TABLE account ADD COLUMN min_shelf_days BIGINT DEFAULT '0' NOT NULL

ALTER TABLE account ADD COLUMN assortment TEXT DEFAULT 'open' NOT NULL

ALTER TABLE approval ADD COLUMN level BIGINT DEFAULT '1' NOT NULL

ALTER TABLE approval ADD COLUMN due_on TEXT

ALTER TABLE approval ADD COLUMN escalate_to TEXT DEFAULT '' NOT NULL

ALTER TABLE approval ADD COLUMN counter TEXT DEFAULT '' NOT NULL

ALTER TABLE balance ADD COLUMN owner TEXT DEFAULT 'company' NOT NULL

ALTER TABLE count_line ADD COLUMN claimed BIGINT DEFAULT '0' NOT NULL

ALTER TABLE exposure ADD COLUMN unpaid BIGINT DEFAULT '0' NOT NULL

ALTER TABLE movement ADD COLUMN position BIGINT

ALTER TABLE location ADD COLUMN ship_to_id TEXT

ALTER TABLE order_line ADD COLUMN tax BIGINT DEFAULT '0' NOT NULL

ALTER TABLE order_line ADD COLUMN trace TEXT DEFAULT '' NOT NULL

ALTER TABLE order_line ADD COLUMN returned BIGINT DEFAULT '0' NOT NULL

ALTER TABLE price_list ADD COLUMN disabled_on TEXT

ALTER TABLE promotion ADD COLUMN amount_off BIGINT DEFAULT '0' NOT NULL

ALTER TABLE promotion ADD COLUMN fixed_price BIGINT

ALTER TABLE promotion ADD COLUMN currency TEXT DEFAULT '' NOT NULL

ALTER TABLE promotion ADD COLUMN stacks INTEGER DEFAULT '0' NOT NULL

ALTER TABLE quote ADD COLUMN tax_total BIGINT DEFAULT '0' NOT NULL

ALTER TABLE quote ADD COLUMN valid_until TEXT

ALTER TABLE quote ADD COLUMN envelope_id TEXT

ALTER TABLE quote_line ADD COLUMN repriced_trace TEXT DEFAULT '' NOT NULL

ALTER TABLE quote_line ADD COLUMN tax BIGINT DEFAULT '0' NOT NULL

ALTER TABLE sales_order ADD COLUMN tax_total BIGINT DEFAULT '0' NOT NULL

ALTER TABLE sales_order ADD COLUMN case_ref TEXT DEFAULT '' NOT NULL

CREATE TABLE assortment ( id TEXT NOT NULL, account_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT,
product_id TEXT NOT NULL, product_class TEXT NOT NULL, allowed INTEGER NOT NULL, valid_from TEXT NOT NULL,
valid_to TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX assortment_account ON assortment (account_id)

CREATE TABLE commitment ( id TEXT NOT NULL, contract_id TEXT NOT NULL, member_id TEXT NOT NULL, account_id
TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT, tier TEXT NOT NULL, signed_on TEXT, retroactive
INTEGER NOT NULL, "exclusive" INTEGER NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX commitment_account ON commitment (account_id)

CREATE TABLE contract ( id TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, holder_kind TEXT NOT NULL,
holder_id TEXT NOT NULL, currency TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, promotions INTEGER
NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX contract_holder ON contract (holder_id)

CREATE TABLE contract_price ( id TEXT NOT NULL, contract_id TEXT NOT NULL, product_id TEXT NOT NULL,
product_class TEXT NOT NULL, tier TEXT NOT NULL, min_qty BIGINT NOT NULL, unit_price BIGINT, discount_bp
BIGINT, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX contract_price_contract ON contract_price (contract_id, product_id)

CREATE INDEX contract_price_product ON contract_price (product_id)

CREATE TABLE delegation ( id TEXT NOT NULL, from_user TEXT NOT NULL, to_user TEXT NOT NULL, role TEXT NOT
NULL, territories TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, op_id TEXT, PRIMARY KEY
(id) )

CREATE INDEX delegation_to ON delegation (to_user)

CREATE TABLE envelope ( id TEXT NOT NULL, holder TEXT NOT NULL, granted_by TEXT NOT NULL, body TEXT NOT NULL,
key_id TEXT NOT NULL, signature TEXT NOT NULL, used_amount BIGINT NOT NULL, used_count BIGINT NOT NULL,
revoked_on TEXT, op_id TEXT, PRIMARY KEY (id) )

CREATE INDEX envelope_holder ON envelope (holder)

CREATE TABLE envelope_use ( id TEXT NOT NULL, envelope_id TEXT NOT NULL, holder TEXT NOT NULL, granted_by TEXT
NOT NULL, document_id TEXT NOT NULL, amount BIGINT NOT NULL, used_on TEXT NOT NULL, op_id TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX envelope_use_document ON envelope_use (document_id)

CREATE INDEX envelope_use_envelope ON envelope_use (envelope_id)

CREATE TABLE exchange_rate ( id TEXT NOT NULL, from_currency TEXT NOT NULL, to_currency TEXT NOT NULL, rate
BIGINT NOT NULL, valid_from TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX exchange_rate_pair ON exchange_rate (from_currency, to_currency, valid_from)

CREATE TABLE licence ( id TEXT NOT NULL, account_id TEXT NOT NULL, ship_to_id TEXT NOT NULL, territory_id TEXT
NOT NULL, rep_id TEXT, product_class TEXT NOT NULL, state TEXT NOT NULL, number TEXT NOT NULL, valid_from TEXT
NOT NULL, expires TEXT, verified_on TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX licence_ship_to ON licence (ship_to_id)

CREATE TABLE par_level ( id TEXT NOT NULL, location_id TEXT NOT NULL, product_id TEXT NOT NULL, min_qty BIGINT
NOT NULL, par_qty BIGINT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX par_level_location ON par_level (location_id)

CREATE TABLE party_group ( id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE TABLE product_floor ( id TEXT NOT NULL, product_id TEXT NOT NULL, currency TEXT NOT NULL, unit_price
BIGINT NOT NULL, below TEXT NOT NULL, role TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT
NOT NULL, PRIMARY KEY (id) )

CREATE INDEX product_floor_product ON product_floor (product_id)

CREATE TABLE roster ( id TEXT NOT NULL, group_id TEXT NOT NULL, member_id TEXT NOT NULL, account_id TEXT NOT
NULL, territory_id TEXT NOT NULL, rep_id TEXT, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX roster_account ON roster (account_id)

CREATE INDEX roster_group ON roster (group_id)

CREATE TABLE tax_exemption ( id TEXT NOT NULL, account_id TEXT NOT NULL, ship_to_id TEXT NOT NULL,
territory_id TEXT NOT NULL, rep_id TEXT, country TEXT NOT NULL, state TEXT NOT NULL, product_class TEXT NOT
NULL, certificate TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT NOT NULL, PRIMARY KEY
(id) )

CREATE INDEX tax_exemption_account ON tax_exemption (account_id)

CREATE TABLE tax_rate ( id TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, state TEXT NOT NULL,
product_class TEXT NOT NULL, rate_ppm BIGINT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, origin TEXT
NOT NULL, PRIMARY KEY (id) )

CREATE INDEX tax_rate_country ON tax_rate (country)

CREATE TABLE transfer ( id TEXT NOT NULL, number TEXT NOT NULL, state TEXT NOT NULL, from_location TEXT NOT
NULL, to_location TEXT NOT NULL, giver TEXT NOT NULL, taker TEXT NOT NULL, business_date TEXT NOT NULL, reason
TEXT NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE transfer_line ( id TEXT NOT NULL, transfer_id TEXT NOT NULL, from_location TEXT NOT NULL,
to_location TEXT NOT NULL, product_id TEXT NOT NULL, lot_id TEXT NOT NULL, asked BIGINT NOT NULL, sent BIGINT
NOT NULL, received BIGINT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX transfer_line_transfer ON transfer_line (transfer_id)

UPDATE movement SET position = (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'position')
WHERE NOT EXISTS (SELECT 1 FROM guess WHERE guess.kind = 'movement' AND guess.row_id = movement.id)

DELETE FROM staged

UPDATE bucket SET state = 'refresh', after_kind = '', after_id = '', loaded = 0 WHERE state = 'complete'

UPDATE bucket SET state = 'backfill', after_kind = '', after_id = '', loaded = 0 WHERE state <> 'refresh'
"""


def upgrade() -> None:
    """Columns, tables, and every bucket to be loaded anew; the outbox is not touched."""
    for statement in SCHEMA.strip().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
