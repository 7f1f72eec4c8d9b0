"""What holds for everybody in the demo company, and what may be sold to whom: floors, exchange rates, taxes, licences,
assortments, par levels. Pure; whose cases these are stands in `demo_terms`."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.money import less_percent
from app.domain.parties import DIRECTOR, MANAGER
from sync.server.imports.aw_files import CURRENCY
from sync.server.imports.demo_ground import ORIGIN, Days, Ground, Rows, of, valid

# Percent that a state or a country takes of a sale, '' for the whole country. General rates of the states, without
# those of counties and cities; the demo company is not anybody's tax adviser.
TAXES: Mapping[tuple[str, str], str] = {
    ("US", "AL"): "4", ("US", "FL"): "6", ("US", "GA"): "4", ("US", "ID"): "6", ("US", "KY"): "6", ("US", "MS"): "7",
    ("US", "MT"): "0", ("US", "NC"): "4.75", ("US", "NV"): "6.85", ("US", "OR"): "0", ("US", "SC"): "6",
    ("US", "TN"): "7", ("US", "UT"): "4.85", ("US", "VA"): "4.3", ("US", "WA"): "6.5", ("US", "WY"): "4",
    ("CA", ""): "5", ("FR", ""): "20", ("DE", ""): "19", ("GB", ""): "20", ("AU", ""): "10",
}  # fmt: skip
RATES = {
    "EUR": ("1.0740", "1.0825"),
    "CAD": ("0.7310", "0.7280"),
    "AUD": ("0.6540", "0.6610"),
    "GBP": ("1.2590", "1.2710"),
}


def plan_limits(ground: Ground, days: Days) -> Rows:
    """(kind, row) for all of them."""
    yield from _floors(ground, days)
    yield from _taxes(ground, days)
    yield from _licences(ground, days)
    yield from _assortments(ground, days)
    yield from _par_levels(ground)


def _floors(ground: Ground, days: Days) -> Rows:
    for at, product in enumerate((*ground.products, ground.offered)):
        never = at == 1
        yield (
            "product_floor",
            {
                "id": f"demo-fl-{product}",
                "product_id": product,
                "currency": CURRENCY,
                "unit_price": less_percent(ground.list_price[product], 4500),
                "below": "never" if never else "approval",
                "role": DIRECTOR if at == 0 else MANAGER,
                **valid(days.ago(365), None),
            },
        )
    for currency, (older, newer) in RATES.items():
        for since, rate in ((days.ago(200), older), (days.ago(14), newer)):
            yield (
                "exchange_rate",
                {
                    "id": f"demo-fx-{currency}-{since}",
                    "from_currency": currency,
                    "to_currency": CURRENCY,
                    "rate": _scaled(rate, 8),
                    "valid_from": since,
                    "origin": ORIGIN,
                },
            )


def _taxes(ground: Ground, days: Days) -> Rows:
    for (country, state), percent in TAXES.items():
        yield (
            "tax_rate",
            {
                "id": f"demo-tx-{country}-{state}",
                "name": f"{state} sales tax" if state else f"{country} VAT",
                "country": country,
                "state": state,
                "product_class": "*",
                "rate_ppm": _scaled(percent, 4),
                **valid(days.ago(1000), None),
            },
        )
    second = ground.stores[1]
    place = ground.ship_to[second["id"]]
    yield (
        "tax_exemption",
        {
            "id": f"demo-ex-{second['id']}",
            **of(second),
            "ship_to_id": "",
            "country": place["country"],
            "state": place["state"],
            "product_class": "*",
            "certificate": "RX-2026-0117",
            **valid(days.ago(250), days.ahead(115)),
        },
    )


def _licences(ground: Ground, days: Days) -> Rows:
    """Every store may receive class 3 devices, but for the seventh, whose licence has expired, and the eighth."""
    seventh, eighth = ground.stores[6]["id"], ground.stores[7]["id"]
    for place in ground.all_ship_tos:
        if place["account_id"] == eighth:
            continue
        expired = place["account_id"] == seventh
        yield (
            "licence",
            {
                "id": f"demo-li-{place['id']}",
                **of({**place, "id": place["account_id"]}),
                "ship_to_id": place["id"],
                "product_class": "FDA class 3",
                "state": place["state"],
                "number": f"{place['state']}-{place['account_id'].rpartition('-')[2]}",
                "valid_from": days.ago(720),
                "expires": days.ago(12) if expired else days.ahead(330),
                "verified_on": days.ago(25),
                "origin": ORIGIN,
            },
        )


def _assortments(ground: Ground, days: Days) -> Rows:
    fourth, fifth = ground.stores[3], ground.stores[4]
    for store, product, of_class, allowed in (
        (fourth, "", "FDA class 2", 1),
        (fourth, ground.products[0], "", 1),
        (fifth, ground.products[2], "", 0),
    ):
        yield (
            "assortment",
            {
                "id": f"demo-as-{store['id']}-{product or of_class}",
                **of(store),
                "product_id": product,
                "product_class": of_class,
                "allowed": allowed,
                **valid(days.ago(60), None),
            },
        )


def _par_levels(ground: Ground) -> Rows:
    for trunk, products in ground.trunks.items():
        for product in products:
            yield (
                "par_level",
                {
                    "id": f"demo-par-{trunk}-{product}",
                    "location_id": trunk,
                    "product_id": product,
                    "min_qty": 4,
                    "par_qty": 12,
                    "origin": ORIGIN,
                },
            )


def _scaled(text: str, digits: int) -> int:
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(digits, "0"))
