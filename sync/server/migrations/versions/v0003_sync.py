"""Sync that can prove itself: nonces of the history, sums of rows, streams beside the first, rescued ops, orders.

Written out in full and never edited again once it is released."""

from __future__ import annotations

import hashlib
import json

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables and columns; the sums of what is there are computed by `sync.server.sums` after the migration."""
    op.add_column("clock", Column("nonce", Text, nullable=False, server_default=""))
    op.add_column("feed", Column("sum", BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "history",
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("nonce", Text, nullable=False),
    )
    op.create_table(
        "bucket_sum",
        Column("bucket", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("rows", BigInteger, nullable=False),
        Column("sum", BigInteger, nullable=False),
    )
    op.create_table(
        "move",
        Column("account_id", Text, primary_key=True),
        Column("from_territory", Text, primary_key=True),
    )
    op.create_table(
        "stream",
        Column("name", Text, primary_key=True),
        Column("device_id", Text, nullable=False),
        Column("letter", Text, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("opened_at", Text, nullable=False),
    )
    op.create_index("stream_device", "stream", ["device_id"])
    op.get_bind().execute(
        text(
            "INSERT INTO stream (name, device_id, letter, last_seq, opened_at) "
            "SELECT stream, id, letter, last_seq, enrolled_at FROM device"
        )
    )
    op.create_table(
        "op_alias",
        Column("stream", Text, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("op_alias_op", "op_alias", ["op_id"])
    op.create_table(
        "rescued",
        Column("id", Text, primary_key=True),
        Column("op_id", Text, nullable=False),
        Column("stream", Text, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("user_id", Text, nullable=False),
        Column("device_id", Text, nullable=False),
        Column("payload", Text, nullable=False),
        Column("needs", Text, nullable=False),
        Column("why", Text, nullable=False),
        Column("received_at", Text, nullable=False),
        Column("state", Text, nullable=False),
    )
    op.create_index("rescued_op", "rescued", ["op_id"])
    op.add_column("location", Column("holder", Text, nullable=True))
    op.add_column("location", Column("holder_name", Text, nullable=False, server_default=""))
    op.add_column("exception_case", Column("resolved_by", Text, nullable=False, server_default=""))
    op.add_column("exception_case", Column("resolved_on", Text, nullable=True))
    op.add_column("exception_case", Column("resolution", Text, nullable=False, server_default=""))
    op.create_table(
        "document_draft",
        Column("id", Text, primary_key=True),
        Column("owner_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("head", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("op_id", Text, nullable=False),
    )
    op.create_table(
        "draft_revision",
        Column("id", Text, primary_key=True),
        Column("draft_id", Text, nullable=False),
        Column("owner_id", Text, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("based_on", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("device", Text, nullable=False),
        Column("saved_at", Text, nullable=False),
        Column("decided_by", Text, nullable=False, server_default=""),
        Column("decided_on", Text, nullable=True),
        Column("op_id", Text, nullable=False),
    )
    op.create_index("draft_revision_draft", "draft_revision", ["draft_id"])
    op.create_table(
        "device_order",
        Column("device_id", Text, primary_key=True),
        Column("what", Text, nullable=False),
        Column("given_at", Text, nullable=False),
        Column("given_by", Text, nullable=False),
        Column("done_at", Text, nullable=True),
    )
    op.create_table(
        "sign_in_limit",
        Column("key", Text, primary_key=True),
        Column("until", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("since", Text, nullable=False),
        Column("device", Text, nullable=False, server_default=""),
        Column("address", Text, nullable=False, server_default=""),
        Column("judging", Integer, nullable=False, server_default="0"),
    )
    op.create_index("sign_in_limit_until", "sign_in_limit", ["until"])
    op.create_table(
        "seal_key",
        Column("id", Text, primary_key=True),
        Column("private", Text, nullable=False),
        Column("created_at", Text, nullable=False),
    )
    _chain_the_audit()


def _chain_the_audit() -> None:
    """Number and chain the rows there are, in order; from then on rows are only added."""
    op.add_column("audit", Column("seq", BigInteger, nullable=False, server_default="0"))
    op.add_column("audit", Column("chain", Text, nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        Column("id", Integer, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("chain", Text, nullable=False),
    )
    bind = op.get_bind()
    seq, chain = 0, ""
    for row in bind.execute(text("SELECT * FROM audit ORDER BY at, id")).mappings().all():
        seq += 1
        told = {name: row[name] for name in ("id", "at", "actor", "action", "subject", "detail")} | {
            "seq": seq
        }
        canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        chain = hashlib.sha256(f"{chain}\n{canonical}".encode()).hexdigest()
        bind.execute(
            text("UPDATE audit SET seq = :seq, chain = :chain WHERE id = :id"),
            {"seq": seq, "chain": chain, "id": row["id"]},
        )
    bind.execute(
        text("INSERT INTO audit_head (id, seq, chain) VALUES (1, :seq, :chain)"), {"seq": seq, "chain": chain}
    )
    op.create_index("audit_seq", "audit", ["seq"], unique=True)
    if bind.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
