"""A digest of what a database holds, for comparing two runs of one seed."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path


def of_database(path: Path) -> str:
    """Sixteen hex digits over every table's rows; the full-text index is left out."""
    file = sqlite3.connect(path)
    try:
        names = file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_search%'"
            " AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        total = hashlib.sha256()
        for (name,) in names:
            rows = sorted(map(repr, file.execute(f'SELECT * FROM "{name}"')))
            total.update(f"{name} {rows}".encode())
        return total.hexdigest()[:16]
    finally:
        file.close()
