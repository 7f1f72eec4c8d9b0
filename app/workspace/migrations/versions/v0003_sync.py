"""Sync that can prove itself: sums to compare, repairs under way, incidents.

Written out in full and never edited again once it is released."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# One statement a paragraph.
SCHEMA = """
ALTER TABLE bucket ADD COLUMN checked_at TEXT DEFAULT '' NOT NULL

CREATE INDEX outbox_stream ON outbox (stream, seq)

CREATE TABLE due_sum ( bucket TEXT NOT NULL, kind TEXT NOT NULL, rows INTEGER NOT NULL, sum INTEGER NOT NULL,
position INTEGER NOT NULL, PRIMARY KEY (bucket, kind) )

CREATE TABLE repair ( bucket TEXT NOT NULL, kind TEXT NOT NULL, after_id TEXT NOT NULL, PRIMARY KEY (bucket, kind) )

CREATE TABLE incident ( id INTEGER NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL,
PRIMARY KEY (id) )
"""


def upgrade() -> None:
    """Tables and columns; the outbox is not touched."""
    for statement in SCHEMA.strip().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
