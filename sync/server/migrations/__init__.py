"""The server database's history, one Alembic version a file, never edited once released. `schema` runs it."""
