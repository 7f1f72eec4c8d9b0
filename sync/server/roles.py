"""The role that pulls read as, on PostgreSQL: it may only read, and only rows of the buckets that were granted.

    create(connection)                        # once, by `trunkline-server roles create`; again after an upgrade
    with reader(connection, buckets): ...     # in a pull, after its grants are computed

A second fence behind the queries of `pull` and `pages`: under the role a query that is wrong finds no row of another
territory, and nothing can be written. The fence keeps rows in by the feed: a row is there when a live entry of a bucket
in the setting `trunkline.buckets` has it. Without the role (and on SQLite) `reader` does nothing. The server's own role
owns the tables, and row security is not forced on owners: everything but pulls is as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

from app.store.tables import KINDS
from sync.server.people import Refused
from sync.server.tables import bucket_sum, clock, feed, history

ROLE = "trunkline_pull"
BUCKETS = "trunkline.buckets"
_BETWEEN = "\x1f"  # no id has it

# computed once a statement, not once a row
_GRANTED = f"ANY ((SELECT string_to_array(current_setting('{BUCKETS}', true), E'\\x1f'))::text[])"

_CREATE = f"""
DO $$ BEGIN
  CREATE ROLE {ROLE} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def create(connection: Connection) -> int:
    """Make the role, or bring it up to date; how many tables it reads. Raises Refused where there are no roles."""
    if connection.dialect.name != "postgresql":
        raise Refused("SQLite has no roles; name a PostgreSQL database with --database")
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    tables = {name: kind.table.name for name, kind in KINDS.items()}
    policies = {
        f'"{table}"': f"EXISTS (SELECT 1 FROM feed WHERE feed.kind = '{kind}' AND feed.row_id = \"{table}\".id "
        f"AND feed.deleted = 0 AND feed.bucket = {_GRANTED})"
        for kind, table in tables.items()
    } | {one.name: f"bucket = {_GRANTED}" for one in (feed, bucket_sum)}
    readable = sorted({*policies, clock.name, history.name})
    for statement in (
        _CREATE,
        f"GRANT {ROLE} TO CURRENT_USER",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {ROLE}",
        f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}",
        f"GRANT SELECT ON {', '.join(readable)} TO {ROLE}",
    ):
        connection.exec_driver_sql(statement)
    for table, rule in policies.items():
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS {ROLE} ON {table}")
        connection.exec_driver_sql(f"CREATE POLICY {ROLE} ON {table} FOR SELECT TO {ROLE} USING ({rule})")
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    return len(readable)


@contextmanager
def reader(connection: Connection, buckets: Sequence[str]) -> Iterator[None]:
    """Read what follows as the role, with these buckets granted. After an exception the transaction is not to be used
    any more: the role ends with it."""
    if connection.dialect.name != "postgresql":
        yield
        return
    ready = connection.execute(
        text(
            f"SELECT set_config('{BUCKETS}', :buckets, true), EXISTS (SELECT 1 FROM pg_catalog.pg_policy "
            f"WHERE polname = '{ROLE}' AND polrelid = to_regclass('feed'))"
        ),
        {"buckets": _BETWEEN.join(buckets)},
    ).one()[1]
    if not ready:
        yield
        return
    connection.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")
    yield
    connection.exec_driver_sql(
        "SET LOCAL ROLE NONE"
    )  # a page that is too large is read again, grants and all
