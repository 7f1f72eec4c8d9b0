"""The device database's history, for Alembic; `app.workspace.schema` runs it."""
