"""What is shown of a favourite product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FavouriteRow:
    product_id: str
    sku: str
    name: str
    brand: str
    unit: str
