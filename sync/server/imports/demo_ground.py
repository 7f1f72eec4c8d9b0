"""What the terms of the demo company are made on: stores, ship-tos, products, trunks, and the days around one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

ORIGIN = "demo"
STORES = 8  # stores needed beside those of the story

Rows = Iterator[tuple[str, dict[str, Any]]]  # (kind, row)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the terms are made on: account rows of the stores named above, their ship-to rows by account, the ship-to
    rows of all stores, and product ids with their list prices (1/10,000); `offered` has volume offers."""

    stores: Sequence[Mapping[str, Any]]
    ship_to: Mapping[str, Mapping[str, Any]]
    all_ship_tos: Sequence[Mapping[str, Any]]
    products: Sequence[str]
    offered: str
    list_price: Mapping[str, int]
    trunks: Mapping[str, Sequence[str]]  # product ids by trunk


@dataclass(frozen=True, slots=True)
class Days:
    """Days around the one the company is built on, as ISO text."""

    today: date

    def ago(self, days: int) -> str:
        return (self.today - timedelta(days=days)).isoformat()

    def ahead(self, days: int) -> str:
        return self.ago(-days)


def of(store: Mapping[str, Any]) -> dict[str, Any]:
    """What a row that belongs to an account copies from it."""
    return {"account_id": store["id"], "territory_id": store["territory_id"], "rep_id": store["rep_id"]}


def valid(since: str, until: str | None) -> dict[str, Any]:
    """The days of a row, both ends in."""
    return {"valid_from": since, "valid_to": until, "origin": ORIGIN}
