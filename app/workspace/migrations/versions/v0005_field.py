"""Signatures of documents, visits, favourites.

Written out in full and never edited again once it is released."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# One statement a paragraph.
SCHEMA = """
CREATE TABLE signature ( id TEXT NOT NULL, document TEXT NOT NULL, document_id TEXT NOT NULL, revision BIGINT NOT NULL,
account_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT, signer TEXT NOT NULL, meaning TEXT NOT NULL,
signed_at TEXT NOT NULL, strokes TEXT NOT NULL, digest TEXT NOT NULL, signed_by TEXT NOT NULL, op_id TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX signature_document ON signature (document_id, revision)

CREATE TABLE visit ( id TEXT NOT NULL, account_id TEXT NOT NULL, territory_id TEXT NOT NULL, rep_id TEXT,
visited_by TEXT NOT NULL, day TEXT NOT NULL, note TEXT NOT NULL, next_on TEXT NOT NULL, op_id TEXT NOT NULL,
PRIMARY KEY (id) )

CREATE INDEX visit_account ON visit (account_id, day)

CREATE INDEX visit_by ON visit (visited_by, account_id)

CREATE TABLE favourite ( id TEXT NOT NULL, user_id TEXT NOT NULL, product_id TEXT NOT NULL, favourite INTEGER NOT NULL,
marked_on TEXT NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX favourite_user ON favourite (user_id, favourite)

UPDATE bucket SET checked_at = ''
"""


def upgrade() -> None:
    """Three tables, and every bucket to be compared: what a program without them had to leave out of its pages comes
    with the first turns. The outbox is not touched."""
    for statement in SCHEMA.strip().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
