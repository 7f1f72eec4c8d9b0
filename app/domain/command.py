"""What every command carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries."""

    op_id: str
    actor: str
    business_date: str

    def __post_init__(self) -> None:
        if date.fromisoformat(self.business_date).isoformat() != self.business_date:
            raise ValueError(f"business_date {self.business_date!r} is not of the form 2026-11-23")
