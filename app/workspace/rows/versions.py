"""What the screen of a draft written on two tablets reads. Moments are ISO UTC."""

from __future__ import annotations

from dataclasses import dataclass

from app.workspace.rows.quote_draft import QuoteDraft


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of a draft: its words, who wrote it, when, on which tablet, and who chose another over it."""

    id: str
    number: int
    state: str  # head | sibling | past
    draft: QuoteDraft
    author: str
    device: str
    saved_at: str
    decided_by: str
    decided_on: str | None


@dataclass(frozen=True, slots=True)
class Versions:
    """All revisions of a draft that are kept, the newest first, and the names of the products and accounts in them."""

    document_id: str
    number: str
    state: str
    versions: tuple[Version, ...]
    products: dict[str, str]
    accounts: dict[str, str]
    addresses: dict[str, str]

    @property
    def standing(self) -> tuple[Version, ...]:
        """The head, and what stands beside it."""
        return tuple(one for one in self.versions if one.state != "past")
