"""Signatures of documents, visits, favourites.

Written out in full and never edited again once it is released."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "signature",
        Column("id", Text, primary_key=True),
        Column("document", Text, nullable=False),
        Column("document_id", Text, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("account_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("signer", Text, nullable=False),
        Column("meaning", Text, nullable=False),
        Column("signed_at", Text, nullable=False),
        Column("strokes", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("signed_by", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("signature_document", "signature", ["document_id", "revision"])
    op.create_table(
        "visit",
        Column("id", Text, primary_key=True),
        Column("account_id", Text, nullable=False),
        Column("territory_id", Text, nullable=False),
        Column("rep_id", Text, nullable=True),
        Column("visited_by", Text, nullable=False),
        Column("day", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("next_on", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("visit_account", "visit", ["account_id", "day"])
    op.create_index("visit_by", "visit", ["visited_by", "account_id"])
    op.create_table(
        "favourite",
        Column("id", Text, primary_key=True),
        Column("user_id", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        Column("favourite", Integer, nullable=False),
        Column("marked_on", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("favourite_user", "favourite", ["user_id", "favourite"])
