"""Who sends an op or asks for rows, as the sync core sees them."""

from __future__ import annotations

from typing import Protocol

from app.domain.parties import Person


class Author(Protocol):
    """Who sends: the authenticated caller with an enrolled device."""

    @property
    def user_id(self) -> str: ...
    @property
    def device_id(self) -> str: ...
    @property
    def stream(self) -> str | None: ...
    @property
    def person(self) -> Person: ...
