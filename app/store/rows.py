"""What happened to one row: the small value that write_events hands to the server's feed and the tablet's guesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """`before` is None for a new row, `after` is None for a deleted one."""

    kind: str
    row_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
