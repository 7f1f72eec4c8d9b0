"""The device's own tables, beside the shared ones in the same file. None of them travels."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text

own = MetaData()

meta = Table("meta", own, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

# The queue is sacred (law 14): rows leave only by outbox.forget, after a terminal result and the retention.
outbox = Table(
    "outbox",
    own,
    Column("ord", Integer, primary_key=True, autoincrement=True),  # order on this device, over all streams
    Column("op_id", Text, nullable=False, unique=True),
    Column("stream", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("command", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # encoded once, sent as it is
    Column("fingerprint", Text, nullable=False),
    Column("needs", Text, nullable=False),  # JSON list of op ids
    Column("saved_at", Text, nullable=False),
    Column("pushed", Integer, nullable=False),  # 1 = the server has it
    Column("guess", Text, nullable=False),  # outcome of the last local decision
    Column("findings", Text, nullable=False),  # JSON, of the local decision, then of the result
    Column("result", Text, nullable=True),  # terminal outcome seen in the feed, or 'parked'
    Column("settled_at", Text, nullable=True),
    Column("seen", Integer, nullable=False),  # 1 = the person has dealt with its result
    sqlite_autoincrement=True,
)
Index("outbox_unpushed", outbox.c.pushed, outbox.c.ord)
Index("outbox_result", outbox.c.result)
Index("outbox_stream", outbox.c.stream, outbox.c.seq)
# with these a queue of many thousands is no longer to look at than a short one
Index("outbox_sent", outbox.c.stream, outbox.c.pushed, outbox.c.seq)
Index("outbox_settled", outbox.c.settled_at)
Index("outbox_guess", outbox.c.guess, outbox.c.result)

# The rows an unsent op changed, as they were before: enough to take the guess back.
guess = Table(
    "guess",
    own,
    Column("ord", Integer),
    Column("kind", Text),
    Column("row_id", Text),
    Column("before", Text, nullable=True),  # JSON; NULL = the row was not there
    PrimaryKeyConstraint("ord", "kind", "row_id"),
    Index("guess_row", "kind", "row_id", "ord"),
)

# What an unsent op read and wrote; undo and redo start from here (SYNC.md §4).
footprint = Table(
    "footprint",
    own,
    Column("kind", Text),
    Column("row_id", Text),
    Column("ord", Integer),
    Column("wrote", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "row_id", "ord"),
    Index("footprint_ord", "ord"),
)

bucket = Table(
    "bucket",
    own,
    Column("name", Text, primary_key=True),
    Column(
        "state", Text, nullable=False
    ),  # backfill | filled (one more pull) | complete | refresh (held, loaded anew)
    Column("after_kind", Text, nullable=False),
    Column("after_id", Text, nullable=False),
    Column("rows", Integer, nullable=False),  # as announced, for the progress bar
    Column("loaded", Integer, nullable=False),
    Column("checked_at", Text, nullable=False, server_default=""),  # when its sums were last compared
)

# Sums the server has told, valid at `position`, not compared yet (law 12).
due_sum = Table(
    "due_sum",
    own,
    Column("bucket", Text),
    Column("kind", Text),
    Column("rows", Integer, nullable=False),
    Column("sum", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("bucket", "kind"),
)

# (bucket, kind) pairs whose rows differ from the server's: fetched again, page by page.
repair = Table(
    "repair",
    own,
    Column("bucket", Text),
    Column("kind", Text),
    Column("after_id", Text, nullable=False),
    PrimaryKeyConstraint("bucket", "kind"),
)

# What went wrong with the copy here and was mended: found by sums, a restored server, a copied database.
incident = Table(
    "incident",
    own,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False),  # sums_differ | server_restored | stream_forked | …
    Column("detail", Text, nullable=False),  # JSON
)

staged = Table(
    "staged", own, Column("page", Integer, primary_key=True), Column("body", LargeBinary, nullable=False)
)

draft = Table(
    "draft",
    own,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),  # JSON
    Column("updated_at", Text, nullable=False),
    Column("base", Text, nullable=False, server_default=""),  # the shared revision that it was written on
    Column(
        "shared_at", Text, nullable=True
    ),  # its `updated_at` when it became an op; NULL: has changed since
)

# Full text search over what people look for; kept in step by triggers.
SEARCHED = {
    "product": ("sku", "name", "brand", "manufacturer", "catalog_number", "gtin", "category"),
    "account": ("number", "name"),
}


def _search_ddl(table: str, names: tuple[str, ...]) -> tuple[str, ...]:
    columns = ", ".join(names)
    new, old = (", ".join(f"{which}.{name}" for name in names) for which in ("new", "old"))
    add = f"INSERT INTO {table}_search(rowid, {columns}) VALUES (new.rowid, {new});"
    drop = (
        f"INSERT INTO {table}_search({table}_search, rowid, {columns}) VALUES ('delete', old.rowid, {old});"
    )
    fts = f"fts5({columns}, content='{table}', content_rowid='rowid', prefix='1 2 3')"
    return (
        f"CREATE VIRTUAL TABLE {table}_search USING {fts}",
        f"CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN {drop} END",
        f"CREATE TRIGGER {table}_search_update AFTER UPDATE ON {table} BEGIN {drop} {add} END",
    )


SEARCH_DDL = tuple(statement for table, names in SEARCHED.items() for statement in _search_ddl(table, names))
