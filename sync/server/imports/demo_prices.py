"""Prices the device records lack: list and reseller price, cost, a quantity tier or a volume offer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.domain.money import UNIT, divide
from sync.server.imports.aw_files import BASE_LIST, CURRENCY, RESELLER_LIST
from sync.server.imports.demo_dice import dice

ORIGIN = "demo"

# Whole currency units from … to, by product class.
RANGES = {"FDA class 1": (12, 90), "FDA class 2": (60, 950), "FDA class 3": (700, 6500)}
OTHER_RANGE = (40, 400)
ENDINGS = (0, 5_000, 9_500)  # .00, .50, .95
RESELLER_PERCENT, TIER_PERCENT, TIER_QTY = 85, 80, 10
COST_PERCENT = (38, 58)

# Volume offers on devices that come in packages, off the list price.
OFFERS = (("demo-so-12", "Volume 12 to 35", 300, 12, 35), ("demo-so-36", "Volume 36 and over", 500, 36, None))


@dataclass(slots=True)
class PricePlan:
    """Rows by kind, and each device's list price in 1/10,000."""

    rows: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    list_price: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, row: Mapping[str, Any]) -> None:
        self.rows.setdefault(kind, []).append(row)


def plan_prices(
    devices: Sequence[Mapping[str, Any]], packaged: Iterable[str], *, seed: int, today: date
) -> PricePlan:
    """Prices for `devices` (product rows), valid from a year before `today`; `packaged` get the volume offers."""
    plan, in_packages = PricePlan(), frozenset(packaged)
    since = (today - timedelta(days=365)).isoformat()
    for name_id, name, percent, least, most in OFFERS:
        plan.add("promotion", _offer(name_id, name, percent, least, most, today))
    for device in devices:
        product = device["id"]
        chance = dice(seed, "price", product)
        low, high = RANGES.get(device["product_class"], OTHER_RANGE)
        units = chance.randrange(low, high) * UNIT + chance.choice(ENDINGS)
        plan.list_price[product] = units
        plan.add("price", _price(product, BASE_LIST, 1, units, since))
        plan.add("price", _price(product, RESELLER_LIST, 1, divide(units * RESELLER_PERCENT, 100), since))
        if product in in_packages:
            for offer in OFFERS:
                plan.add("promotion_product", _link(offer[0], product))
        else:
            plan.add(
                "price", _price(product, RESELLER_LIST, TIER_QTY, divide(units * TIER_PERCENT, 100), since)
            )
        plan.add("product_cost", _cost(product, divide(units * chance.randrange(*COST_PERCENT), 100), since))
    return plan


def _price(product: str, list_id: str, min_qty: int, units: int, since: str) -> dict[str, Any]:
    return {
        "id": f"demo-pr-{list_id}-{product}-{min_qty}",
        "list_id": list_id,
        "product_id": product,
        "min_qty": min_qty,
        "unit_price": units,
        "valid_from": since,
        "valid_to": None,
        "origin": ORIGIN,
    }


def _cost(product: str, units: int, since: str) -> dict[str, Any]:
    return {
        "id": f"demo-pc-{product}",
        "product_id": product,
        "unit_cost": units,
        "currency": CURRENCY,
        "valid_from": since,
        "valid_to": None,
        "origin": ORIGIN,
    }


def _offer(
    offer_id: str, name: str, percent: int, least: int, most: int | None, today: date
) -> dict[str, Any]:
    return {
        "id": offer_id,
        "name": name,
        "kind": "volume",
        "audience": "store",
        "basis": "list",
        "percent_bp": percent,
        "min_qty": least,
        "max_qty": most,
        "valid_from": (today - timedelta(days=30)).isoformat(),
        "valid_to": (today + timedelta(days=180)).isoformat(),
        "origin": ORIGIN,
    }


def _link(offer: str, product: str) -> dict[str, Any]:
    return {"id": f"{offer}-{product}", "promotion_id": offer, "product_id": product}
