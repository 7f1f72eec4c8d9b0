"""Claims of the office on goods of a trunk.

Written out in full and never edited again once it is released."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "claim",
        Column("id", Text, primary_key=True),
        Column("location_id", Text, nullable=False),
        Column("territory_id", Text, nullable=True),
        Column("rep_id", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        Column("lot_id", Text, nullable=False),
        Column("qty", BigInteger, nullable=False),
        Column("answered", BigInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("to_location", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("opened_on", Text, nullable=False),
        Column("closed_on", Text, nullable=True),
        Column("answer", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("claim_location", "claim", ["location_id", "state"])
