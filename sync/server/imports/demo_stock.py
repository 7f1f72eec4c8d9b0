"""Stock the data lacks: lots and serials, what lies in the main warehouse, a trunk for every rep, and a shelf of ours
at a customer's. Pure.

Expiry dates lie around the given day, so some lots always expire within the next month. A serial number is in one
place only; a lot may be in the warehouse and in several trunks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sync.server.imports.demo_dice import dice
from sync.server.imports.opening import Opening

ORIGIN = "demo"
WAREHOUSE = "aw-l-7"  # Finished Goods Storage: the place all device orders are served from

SHELF = "demo-consignment-1"

SOON_DAYS = (6, 30)
LATER_DAYS = (75, 900)
SOON_IN = 4  # one device in four has a lot that expires soon
WAREHOUSE_SERIALS = 4
TRUNK_PRODUCTS = (12, 16)
TRUNK_SOON, TRUNK_SERIALS = (
    3,
    2,
)  # of these products, so many with a lot that expires soon, so many serial tracked


@dataclass(slots=True)
class StockPlan:
    """Rows to write. `trunk` gives the lots of each trunk as openings, in the order they were packed."""

    lots: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    warehouse: list[Opening] = field(default_factory=list)
    trunk: dict[str, list[Opening]] = field(default_factory=dict)

    @property
    def openings(self) -> list[Opening]:
        return [*self.warehouse, *(one for trunk in self.trunk.values() for one in trunk)]


def trunk_id(user: str) -> str:
    """The stock location a rep carries along."""
    return f"trunk-{user}"


def plan_shelf(
    store: Mapping[str, Any],
    ship_to: Mapping[str, Any],
    products: Sequence[str],
    stock: StockPlan,
    *,
    seed: int,
    today: date,
) -> tuple[dict[str, Any], list[Opening]]:
    """A consignment place at an account's ship-to, in the charge of its rep, and the lots of `products` (ids, tracked
    by lot) that were put there ten days ago."""
    row = {
        "id": SHELF,
        "name": f"Consignment at {store['name']}",
        "kind": "consignment",
        "custodian": store["rep_id"],
        "territory_id": store["territory_id"],
        "origin": ORIGIN,
        "ship_to_id": ship_to["id"],
    }
    day, chance = (today - timedelta(days=10)).isoformat(), dice(seed, "shelf", SHELF)
    held = [lot for lot in stock.lots if lot["product_id"] in products and not lot["serial"]]
    return row, [
        Opening(SHELF, lot["product_id"], lot["id"], chance.randrange(2, 9), day, ORIGIN) for lot in held
    ]


def plan_stock(
    devices: Sequence[Mapping[str, Any]], reps: Sequence[Mapping[str, Any]], *, seed: int, today: date
) -> StockPlan:
    """Lots and stock of `devices` (product rows) for the warehouse and for `reps` (rep rows with a territory)."""
    plan = StockPlan()
    lots = {device["id"]: _lots(device, seed, today) for device in devices if device["tracking"] == "lot"}
    plan.lots += [row for rows in lots.values() for row in rows]
    for device in devices:
        _fill_warehouse(plan, device, lots.get(device["id"], []), seed, today)
    for rep in reps:
        _fill_trunk(plan, rep, devices, lots, seed, today)
    return plan


def _lots(device: Mapping[str, Any], seed: int, today: date) -> list[dict[str, Any]]:
    """Two to four lots, the first to expire first."""
    chance = dice(seed, "lots", device["id"])
    expiries: list[str | None] = [None] * chance.randrange(2, 5)
    if device["expiry_tracked"]:
        days = [chance.randrange(*LATER_DAYS) for _ in expiries]
        if chance.randrange(SOON_IN) == 0:
            days[0] = chance.randrange(*SOON_DAYS)
        expiries = [(today + timedelta(days=one)).isoformat() for one in sorted(days)]
    number = chance.randrange(20_000, 90_000)
    return [
        _lot(f"demo-lot-{device['id']}-{i}", device, f"L{number + 7 * i}", "", expires)
        for i, expires in enumerate(expiries, start=1)
    ]


def _serials(
    device: Mapping[str, Any], place: str, count: int, seed: int, today: date
) -> list[dict[str, Any]]:
    """`count` serial numbers of a device that are in `place`."""
    chance = dice(seed, "serials", device["id"], place)
    rows = []
    for i in range(1, count + 1):
        expires = None
        if device["expiry_tracked"]:
            expires = (today + timedelta(days=chance.randrange(*LATER_DAYS))).isoformat()
        serial = f"SN{chance.randrange(10**8):08d}"
        rows.append(_lot(f"demo-sn-{device['id']}-{place}-{i}", device, "", serial, expires))
    return rows


def _lot(
    lot_id: str, device: Mapping[str, Any], number: str, serial: str, expires: str | None
) -> dict[str, Any]:
    return {
        "id": lot_id,
        "product_id": device["id"],
        "lot_number": number,
        "serial": serial,
        "expires": expires,
        "recalled_on": None,
        "origin": ORIGIN,
    }


def _fill_warehouse(
    plan: StockPlan, device: Mapping[str, Any], lots: list[dict[str, Any]], seed: int, today: date
) -> None:
    chance = dice(seed, "warehouse", device["id"])
    day = (today - timedelta(days=20)).isoformat()
    if device["tracking"] == "serial":
        serials = _serials(device, WAREHOUSE, WAREHOUSE_SERIALS, seed, today)
        plan.lots += serials
        held = [(row["id"], 1) for row in serials]
    elif lots:
        held = [(row["id"], chance.randrange(10, 121)) for row in lots]
    else:
        held = [("", chance.randrange(40, 201))]
    plan.warehouse += [Opening(WAREHOUSE, device["id"], lot, qty, day, ORIGIN) for lot, qty in held]


def _fill_trunk(
    plan: StockPlan,
    rep: Mapping[str, Any],
    devices: Sequence[Mapping[str, Any]],
    lots: Mapping[str, list[dict[str, Any]]],
    seed: int,
    today: date,
) -> None:
    place = trunk_id(rep["id"])
    plan.places.append(
        {
            "id": place,
            "name": f"Trunk of {rep['name']}",
            "kind": "trunk",
            "custodian": rep["id"],
            "territory_id": rep["territory_id"],
            "origin": ORIGIN,
        }
    )
    chance = dice(seed, "trunk", rep["id"])
    day = (today - timedelta(days=7)).isoformat()
    packed: list[Opening] = []
    for device in _choose(devices, lots, chance.randrange(*TRUNK_PRODUCTS), seed, rep["id"], today):
        if device["tracking"] == "serial":
            rows = _serials(device, place, chance.randrange(2, 4), seed, today)
            plan.lots += rows
            packed += [Opening(place, device["id"], row["id"], 1, day, ORIGIN) for row in rows]
        else:
            most = 4 if device["product_class"] == "FDA class 3" else 13
            packed += [
                Opening(place, device["id"], row["id"], chance.randrange(2, most), day, ORIGIN)
                for row in lots[device["id"]]
            ]
    plan.trunk[place] = packed


def _choose(
    devices: Sequence[Mapping[str, Any]],
    lots: Mapping[str, list[dict[str, Any]]],
    count: int,
    seed: int,
    rep: str,
    today: date,
) -> list[Mapping[str, Any]]:
    """The products a rep carries: some that expire soon, some serial tracked, the rest any tracked by lot."""
    limit = (today + timedelta(days=SOON_DAYS[1])).isoformat()
    by_lot = [one for one in devices if one["id"] in lots]
    soon = [one for one in by_lot if (lots[one["id"]][0]["expires"] or "9999") <= limit]
    serial = [one for one in devices if one["tracking"] == "serial"]
    chosen: dict[str, Mapping[str, Any]] = {}
    for name, pool, wanted in (
        ("soon", soon, TRUNK_SOON),
        ("serial", serial, TRUNK_SERIALS),
        ("lot", by_lot, count),
    ):
        left = [one for one in pool if one["id"] not in chosen]
        wanted = wanted if name != "lot" else count - len(chosen)
        for one in dice(seed, "carries", rep, name).sample(left, min(wanted, len(left))):
            chosen[one["id"]] = one
    return list(chosen.values())
