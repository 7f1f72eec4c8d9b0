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

CREATE INDEX outbox_sent ON outbox (stream, pushed, seq)

CREATE INDEX outbox_settled ON outbox (settled_at)

CREATE INDEX outbox_guess ON outbox (guess, result)

CREATE INDEX guess_row ON guess (kind, row_id, ord)

CREATE TABLE due_sum ( bucket TEXT NOT NULL, kind TEXT NOT NULL, rows INTEGER NOT NULL, sum INTEGER NOT NULL,
position INTEGER NOT NULL, PRIMARY KEY (bucket, kind) )

CREATE TABLE repair ( bucket TEXT NOT NULL, kind TEXT NOT NULL, after_id TEXT NOT NULL, PRIMARY KEY (bucket, kind) )

ALTER TABLE exception_case ADD COLUMN resolved_by TEXT DEFAULT '' NOT NULL

ALTER TABLE exception_case ADD COLUMN resolved_on TEXT

ALTER TABLE exception_case ADD COLUMN resolution TEXT DEFAULT '' NOT NULL

CREATE TABLE document_draft ( id TEXT NOT NULL, owner_id TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL,
head TEXT NOT NULL, state TEXT NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE TABLE draft_revision ( id TEXT NOT NULL, draft_id TEXT NOT NULL, owner_id TEXT NOT NULL, number BIGINT NOT NULL,
based_on TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL, author TEXT NOT NULL, device TEXT NOT NULL,
saved_at TEXT NOT NULL, decided_by TEXT DEFAULT '' NOT NULL, decided_on TEXT, op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX draft_revision_draft ON draft_revision (draft_id)

ALTER TABLE draft ADD COLUMN base TEXT DEFAULT '' NOT NULL

ALTER TABLE draft ADD COLUMN shared_at TEXT

ALTER TABLE location ADD COLUMN holder TEXT

ALTER TABLE location ADD COLUMN holder_name TEXT DEFAULT '' NOT NULL

CREATE TABLE incident ( id INTEGER NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL,
PRIMARY KEY (id) )
"""


def upgrade() -> None:
    """Tables and columns; the outbox is not touched."""
    for statement in SCHEMA.strip().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
