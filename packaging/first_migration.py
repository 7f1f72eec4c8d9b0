"""Writes the server's first migration from the tables as they are declared today.

    .venv/bin/python packaging/first_migration.py

Only until the first release: from then on that file is history, and a change to the tables is a new file beside it
(`tests/sync/test_schema.py` fails when the two differ).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "sync/server/migrations/versions/v0001_first.py"

HEAD = '''"""Every table of the first release: the shared kinds, the server's own, and the clock row with its epoch.

Written out in full and never edited again, so that it stays what it is when the tables move on."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, UniqueConstraint
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _text_or_null(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=True) for name in names]


def _number(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _number_or_null(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=True) for name in names]


def _small(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _key(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def upgrade() -> None:
    """Shared kinds, own tables, clock."""
    _shared_kinds()
    _own_tables()
    _clock()


def _clock() -> None:
    """One row. Its epoch tells this database from every other; the database itself draws it."""
    postgres = op.get_bind().dialect.name == "postgresql"
    epoch = "replace(gen_random_uuid()::text, '-', '')" if postgres else "lower(hex(randomblob(16)))"
    op.execute(f"INSERT INTO clock (id, epoch, position) VALUES (1, {epoch}, 0)")


'''


def columns(table: Table) -> Iterator[str]:
    """The table's columns in order, runs of one sort in one call."""
    for sort, run in groupby(table.columns, key=_sort):
        members = list(run)
        if sort:
            yield f"*{sort}({', '.join(repr(one.name) for one in members)})"
        else:
            yield from map(_single, members)


def _sort(column: Column[Any]) -> str:
    if column.foreign_keys or (column.primary_key and not isinstance(column.type, Text)):
        return ""
    if column.primary_key:
        return "_key"
    if isinstance(column.type, Text):
        return "_text_or_null" if column.nullable else "_text"
    if isinstance(column.type, BigInteger):
        return "_number_or_null" if column.nullable else "_number"
    if isinstance(column.type, Integer) and not column.nullable:
        return "_small"
    raise TypeError(f"teach this program about {column!r}")


def _single(column: Column[Any]) -> str:
    target = "".join(f", ForeignKey({key.target_fullname!r})" for key in column.foreign_keys)
    kind = type(column.type).__name__
    return f"Column({column.name!r}, {kind}{target}, {'primary_key=True' if column.primary_key else 'nullable=False'})"


def constraints(table: Table) -> Iterator[str]:
    for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
        if isinstance(constraint, UniqueConstraint):
            names = ", ".join(repr(column.name) for column in constraint.columns)
            yield f"UniqueConstraint({names}{f', name={constraint.name!r}' if constraint.name else ''})"
        elif (
            isinstance(constraint, PrimaryKeyConstraint)
            or constraint._type_bound
            or hasattr(constraint, "elements")
        ):
            continue
        else:
            raise TypeError(f"teach this program about {constraint!r}")


def statements(table: Table) -> Iterator[str]:
    yield f"    op.create_table({table.name!r}, {', '.join((*columns(table), *constraints(table)))})"
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        names = [column.name for column in index.columns]
        unique = ", unique=True" if index.unique else ""
        yield f"    op.create_index({index.name!r}, {table.name!r}, {names!r}{unique})"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from app.store.tables import shared
    from sync.server.tables import own

    parts = []
    for name, metadata in (("_shared_kinds", shared), ("_own_tables", own)):
        body = "\n".join(line for table in metadata.sorted_tables for line in statements(table))
        parts.append(f"def {name}() -> None:\n{body}\n")
    TARGET.write_text(HEAD + "\n\n".join(parts))
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "format", "--quiet", str(TARGET)], check=True)
    subprocess.run([*ruff, "check", "--quiet", "--fix", str(TARGET)], check=True)
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
