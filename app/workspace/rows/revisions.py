"""The revisions of a quote as they were submitted, to be compared. Amounts in minor units, unit prices in 1/10,000."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A line as it was submitted; its price None where this tablet only knows what was asked."""

    product_id: str
    sku: str
    name: str
    unit: str
    qty: int
    discount_bp: int
    unit_price: int | None
    extended: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision: `day` on which it was submitted (ISO, '' unknown), `total` net (None unknown)."""

    number: int
    day: str
    currency: str
    account: str
    ship_to: str
    po_number: str
    note: str
    total: int | None
    lines: tuple[RevisionLine, ...]


@dataclass(frozen=True, slots=True)
class Revisions:
    """What this tablet knows of a quote's revisions, the newest first."""

    quote_id: str
    number: str
    known: tuple[Revision, ...]

    def of(self, number: int) -> Revision | None:
        """The revision of this number, where it is known."""
        return next((one for one in self.known if one.number == number), None)
