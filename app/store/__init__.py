"""The tables both sides share, in SQLAlchemy 2 Core: same schema on the tablet (SQLite) and the server (SQLite,
PostgreSQL). `tables` names every kind of row and the buckets it belongs to; `read_facts` is the only reader for the
rules; `write_events` is the only code that turns events into rows."""
