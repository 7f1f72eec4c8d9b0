"""The server's own tables; none of them travels. The shared tables are in app.store.tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

own = MetaData()

# One row. Position is stamped here, last thing before COMMIT (SYNC.md law 7).
clock = Table(
    "clock",
    own,
    Column("id", Integer, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("nonce", Text, nullable=False, server_default=""),  # of `position`, as in `history`
)

# The nonce of every position: a hash over the one before and what was written, so two servers that part (a restored
# backup, a fork) have different nonces from the first position on at which their rows differ (SYNC.md law 10).
history = Table(
    "history",
    own,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("nonce", Text, nullable=False),
)

# One entry per (bucket, kind, row) at its latest position; no payload (SYNC.md law 8).
feed = Table(
    "feed",
    own,
    Column("bucket", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("sum", BigInteger, nullable=False, server_default="0"),  # of the row's content; 0 when deleted
    Index("feed_position", "bucket", "position"),
    Index("feed_row", "kind", "row_id"),
)

# What a tablet compares its own rows with (law 12): per bucket and kind the live rows and the sum of their sums.
bucket_sum = Table(
    "bucket_sum",
    own,
    Column("bucket", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("sum", BigInteger, nullable=False),
)

# Accounts that have moved and what belongs to them has not yet, with the territory they left ('' if only their rep is
# another): too much for one transaction (SYNC.md §2). Empty but in the middle of such a move.
move = Table(
    "move",
    own,
    Column("account_id", Text, primary_key=True),
    Column("from_territory", Text, primary_key=True),
)

# Every stream ever opened. A restored or copied tablet gets a new one beside the old (law 2); its letter is new, too.
stream = Table(
    "stream",
    own,
    Column("name", Text, primary_key=True),
    Column("device_id", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("opened_at", Text, nullable=False),
    Index("stream_device", "device_id"),
)

# Numbers of a stream under which an op came that was known by then: a restored tablet sends again what it has.
op_alias = Table(
    "op_alias",
    own,
    Column("stream", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("op_id", Text, nullable=False),
    Index("op_alias_op", "op_id"),
)

# Ops that came by the rescue route: kept as they are, nothing applied, a person decides.
rescued = Table(
    "rescued",
    own,
    Column("id", Text, primary_key=True),  # fingerprint of the bytes
    Column("op_id", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("state", Text, nullable=False),  # kept | applied | resolved
    Index("rescued_op", "op_id"),
)

# What a device is told beside its revocation: lock, or wipe (seal the outbox, rescue, destroy what is local).
device_order = Table(
    "device_order",
    own,
    Column("device_id", Text, primary_key=True),
    Column("what", Text, nullable=False),  # lock | wipe
    Column("given_at", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("done_at", Text, nullable=True),
)

# Every op ever accepted, for ever (law 4): id, fingerprint, bytes. Its result is the op_result row.
op_log = Table(
    "op_log",
    own,
    Column("op_id", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Text, nullable=False),  # decided | parked
    Column("parked_why", Text, nullable=True),
    Column("received_at", Text, nullable=False),
    UniqueConstraint("stream", "seq", name="op_log_stream_seq"),
    Index("op_log_status", "status"),
)

# Attempts at an op that made apply fail, counted outside its transaction (law 5).
attempt = Table(
    "attempt",
    own,
    Column("op_id", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("error", Text, nullable=False),
)

user_account = Table(
    "user_account",
    own,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("password", Text, nullable=False),  # argon2 hash; '' = cannot sign in
    Column("role", Text, nullable=False),
    Column("territories", Text, nullable=False),  # JSON list of territory ids; ["*"] = all
    Column("disabled_at", Text, nullable=True),
    Column("created_at", Text, nullable=False),
)

sign_in_session = Table(
    "sign_in_session",
    own,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("user_account.id"), nullable=False),
    Column("device_id", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text, nullable=True),
    Index("sign_in_session_user", "user_id"),
    Index("sign_in_session_device", "device_id"),
)

# Opaque random tokens, only their sha256 is stored. A refresh token names its parent: the parent stays valid until the
# child is first used; using it after that is reuse and ends the session (DESIGN.md §5).
token = Table(
    "token",
    own,
    Column("hash", Text, primary_key=True),
    Column("session_id", Text, ForeignKey("sign_in_session.id"), nullable=False),
    Column("kind", Text, nullable=False),  # access | refresh
    Column("parent", Text, nullable=True),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text, nullable=True),
    Index("token_session", "session_id"),
)

# Failures to sign in, counted within a window (sync.server.limits), and what the audit is still to be told of them.
sign_in_limit = Table(
    "sign_in_limit",
    own,
    Column("key", Text, primary_key=True),  # address:… | login:… | pair:… | token:… | note:USER
    Column("until", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("device", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("judging", Integer, nullable=False, server_default="0"),
    Index("sign_in_limit_until", "until"),
)

audit = Table(
    "audit",
    own,
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("chain", Text, nullable=False, server_default=""),
    Index("audit_seq", "seq", unique=True),
)

# The newest row of the audit; its one row is the lock that gives appends their order.
audit_head = Table(
    "audit_head",
    own,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("chain", Text, nullable=False),
)

# What envelopes are signed with (Ed25519, raw, hex). The public half travels in the policy `envelope_keys`.
signing_key = Table(
    "signing_key",
    own,
    Column("id", Text, primary_key=True),
    Column("private", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

# What a wiped tablet seals its outbox for (X25519, raw, hex). The newest public half travels in the policy `seal_key`.
seal_key = Table(
    "seal_key",
    own,
    Column("id", Text, primary_key=True),
    Column("private", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
