"""Loading files of the office in tests: the small world, and what was told."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.store.engine import reading
from sync.server.imports.office_files import Asked, load_file
from sync.server.imports.office_page import FORMATS
from sync.server.imports.office_policies import load_policies
from sync.server.imports.office_report import FileReport
from sync.server.passwords import Passwords
from sync.server.people import Books
from sync.server.tables import audit

PRICES = "list,sku,min_qty,unit_price,valid_from,valid_to"
ROSTER = "group_kind,group,account,valid_from,valid_to"
CONTRACT = (
    "contract,name,holder_kind,holder,currency,contract_from,contract_to,promotions,"
    "sku,product_class,tier,min_qty,unit_price,discount_percent,valid_from,valid_to"
)
GPO = ("GPO-1,Alliance devices,gpo,Alliance,USD,2026-01-01,,no,P1,,,1,90,,,",)

BY_NAME = {form.name: form for form in FORMATS}


class Office:
    """Loads files into the small world's server."""

    def __init__(self, world: Any) -> None:
        self.world = world
        entropy = random.Random(3).randbytes
        moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.books = Books(world.engine, lambda: moment, entropy, Passwords(entropy))
        self.told: list[list[str]] = []

    def load(self, name: str, *lines: str, **asked: Any) -> FileReport:
        """Load a file of these lines, the first being its header."""
        path: Path = self.world.folder / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.load_path(name, path, **asked)

    def load_path(self, name: str, path: Path, then: Any = None, **asked: Any) -> FileReport:
        """Load a file; `then` is called after the report has been told."""

        def tell(report: FileReport) -> None:
            self.told.append(list(report.told()))
            if then is not None:
                then(report)

        if name == "policies":
            return load_policies(self.world.engine, self.books, path, Asked(**asked), tell)
        return load_file(self.world.engine, self.books, BY_NAME[name], path, Asked(**asked), tell)

    def policies(self, text: str, **asked: Any) -> FileReport:
        path: Path = self.world.folder / "policies.json"
        path.write_text(text, encoding="utf-8")
        return self.load_path("policies", path, **asked)

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with reading(self.world.engine) as connection:
            return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]

    def audits(self) -> list[tuple[str, str, Any]]:
        return [
            (row["actor"], row["subject"], json.loads(row["detail"]))
            for row in self.rows(audit)
            if row["action"] == "file_loaded"
        ]
