"""A note of a visit as it is being written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """`id` becomes the visit's; `next_on` is the ISO day to come again, '' for none."""

    id: str
    account_id: str
    note: str = ""
    next_on: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to lose."""
        return not self.note.strip() and not self.next_on
