"""Claims of the office on goods of a trunk.

Written out in full and never edited again once it is released."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# One statement a paragraph.
SCHEMA = """
CREATE TABLE claim ( id TEXT NOT NULL, location_id TEXT NOT NULL, territory_id TEXT, rep_id TEXT NOT NULL,
product_id TEXT NOT NULL, lot_id TEXT NOT NULL, qty BIGINT NOT NULL, answered BIGINT NOT NULL, kind TEXT NOT NULL,
to_location TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL, opened_on TEXT NOT NULL, closed_on TEXT,
answer TEXT NOT NULL, op_id TEXT NOT NULL, PRIMARY KEY (id) )

CREATE INDEX claim_location ON claim (location_id, state)
"""


def upgrade() -> None:
    """One table; the outbox is not touched."""
    for statement in SCHEMA.strip().split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
