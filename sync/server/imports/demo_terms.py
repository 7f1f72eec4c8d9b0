"""What the demo company has agreed with its customers, and what it may sell them. Pure.

The customers are the story rep's stores after those the story plays with (below: the first, the second, …); the
products are devices the story does not touch. So a played day finds the prices it always found, and every kind of term
has a case:

| who | what is to be seen there |
|---|---|
| first | a GPO's price at the committed tier wins; the own contract has expired, the IDN's has other products |
| second | of the same IDN, in the other GPO, whose contract is a discount off the list; free of tax |
| third | its own contract, dearer and cheaper than its IDN's; a credit limit |
| fourth | left one GPO for the other last month; may buy only what is listed |
| fifth | a commitment not signed yet; a smallest order; one product it may not buy |
| sixth | a commitment signed late that counts from its first day |
| seventh | a licence that has expired, and none for another |
| eighth | no licence at all |

The IDN's contract takes no offers: on the product with volume offers a line shows the offer that it excludes.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.money import less_percent
from sync.server.imports.aw_files import CURRENCY
from sync.server.imports.demo_ground import ORIGIN, Days, Ground, Rows, of, valid
from sync.server.imports.demo_limits import plan_limits

IDN, GPO_A, GPO_B = "demo-idn-evergreen", "demo-gpo-cascade", "demo-gpo-pacific"
TERRITORY_LIST = "demo-list-territory"


def plan_terms(ground: Ground, *, today: date) -> Rows:
    """(kind, row) for everything agreed, relative to `today`."""
    days = Days(today)
    yield from _groups(ground, days)
    yield from _contracts(ground, days)
    yield from _commitments(ground, days)
    yield from _territory_list(ground, days)
    yield from plan_limits(ground, days)


def standings(ground: Ground) -> dict[str, dict[str, Any]]:
    """Columns of accounts that terms change, by account id."""
    _first, _second, third, fourth, fifth, *_rest = (one["id"] for one in ground.stores)
    return {
        third: {"credit_limit": 5_000_000},
        fourth: {"assortment": "listed"},
        fifth: {"min_order": 25_000, "min_shelf_days": 120},
    }


# -- groups and contracts ---------------------------------------------------------------------------------------------


def _groups(ground: Ground, days: Days) -> Rows:
    for key, kind, name in (
        (IDN, "idn", "Evergreen Health Network"),
        (GPO_A, "gpo", "Cascade Purchasing Alliance"),
        (GPO_B, "gpo", "Pacific Care Partners"),
    ):
        yield "party_group", {"id": key, "kind": kind, "name": name, "origin": ORIGIN}
    first, second, third, fourth, fifth, sixth, *_rest = ground.stores
    members = (
        (IDN, first, days.ago(700), None),
        (IDN, second, days.ago(700), None),
        (IDN, third, days.ago(400), None),
        (GPO_A, first, days.ago(700), None),
        (GPO_A, fourth, days.ago(700), days.ago(31)),
        (GPO_A, fifth, days.ago(500), None),
        (GPO_A, sixth, days.ago(500), None),
        (GPO_B, second, days.ago(700), None),
        (GPO_B, fourth, days.ago(30), None),
    )
    for group, store, since, until in members:
        yield (
            "roster",
            {
                "id": f"demo-ro-{group}-{store['id']}",
                "group_id": group,
                "member_id": store["id"],
                **of(store),
                **valid(since, until),
            },
        )


def _contracts(ground: Ground, days: Days) -> Rows:
    first, third = ground.stores[0], ground.stores[2]
    heads = (
        ("gpo-a", "CPA-2026-07", "Cascade devices", "gpo", GPO_A, days.ago(200), days.ahead(530), 1),
        ("gpo-b", "PCP-2026-01", "Pacific devices", "gpo", GPO_B, days.ago(320), days.ahead(400), 1),
        ("idn", "EHN-2025-11", "Evergreen network prices", "idn", IDN, days.ago(370), None, 0),
        ("third", "ACC-2026-03", "Own prices", "account", third["id"], days.ago(90), days.ahead(275), 0),
        (
            "expired",
            "ACC-2024-09",
            "Own prices until last month",
            "account",
            first["id"],
            days.ago(800),
            days.ago(20),
            0,
        ),
    )
    for key, number, name, holder_kind, holder, since, until, promotions in heads:
        yield (
            "contract",
            {
                "id": f"demo-ct-{key}",
                "number": number,
                "name": name,
                "holder_kind": holder_kind,
                "holder_id": holder,
                "currency": CURRENCY,
                "promotions": promotions,
                **valid(since, until),
            },
        )
    first_product, second_product, third_product, *_rest = ground.products
    prices = (  # contract, product, tier, from so many, percent off the list
        ("gpo-a", first_product, "", 1, 18),
        ("gpo-a", first_product, "gold", 1, 26),
        ("gpo-a", first_product, "gold", 10, 30),
        ("gpo-a", first_product, "gold", 25, 33),
        ("gpo-a", second_product, "", 1, 16),
        ("gpo-a", second_product, "silver", 1, 20),
        ("gpo-a", second_product, "gold", 1, 24),
        ("idn", second_product, "", 1, 22),
        ("idn", third_product, "", 1, 21),
        ("idn", third_product, "", 10, 25),
        ("idn", ground.offered, "", 1, 19),
        ("third", second_product, "", 1, 20),
        ("third", third_product, "", 1, 24),
        ("third", third_product, "", 5, 28),
        ("expired", first_product, "", 1, 35),
    )
    begins = {head[0]: head[5] for head in heads}
    for key, product, tier, least, percent in prices:
        unit = less_percent(ground.list_price[product], percent * 100)
        yield "contract_price", _term(f"demo-ct-{key}", product, "", tier, least, unit, None, begins[key])
    yield "contract_price", _term("demo-ct-gpo-b", "", "FDA class 2", "", 1, None, 1700, begins["gpo-b"])


def _term(
    contract: str,
    product: str,
    of_class: str,
    tier: str,
    least: int,
    unit: int | None,
    off: int | None,
    since: str,
) -> dict[str, Any]:
    return {
        "id": f"demo-cp-{contract}-{product or of_class}-{tier}-{least}",
        "contract_id": contract,
        "product_id": product,
        "product_class": of_class,
        "tier": tier,
        "min_qty": least,
        "unit_price": unit,
        "discount_bp": off,
        **valid(since, None),
    }


def _commitments(ground: Ground, days: Days) -> Rows:
    first, _second, _third, _fourth, fifth, sixth, *_rest = ground.stores
    letters = (  # store, tier, signed, retroactive, exclusive, from
        (first, "gold", days.ago(190), 0, 1, days.ago(180)),
        (fifth, "silver", None, 0, 0, days.ago(10)),
        (sixth, "gold", days.ago(5), 1, 0, days.ago(60)),
    )
    for store, tier, signed, retroactive, exclusive, since in letters:
        yield (
            "commitment",
            {
                "id": f"demo-loc-{store['id']}-{tier}",
                "contract_id": "demo-ct-gpo-a",
                "member_id": store["id"],
                **of(store),
                "tier": tier,
                "signed_on": signed,
                "retroactive": retroactive,
                "exclusive": exclusive,
                **valid(since, None),
            },
        )


def _territory_list(ground: Ground, days: Days) -> Rows:
    yield (
        "price_list",
        {
            "id": TERRITORY_LIST,
            "name": "Northwest list",
            "scope": "territory",
            "territory_id": ground.stores[0]["territory_id"],
            "currency": CURRENCY,
            **valid(days.ago(120), None),
        },
    )
    for product in ground.products:
        yield (
            "price",
            {
                "id": f"demo-pr-{TERRITORY_LIST}-{product}-1",
                "list_id": TERRITORY_LIST,
                "product_id": product,
                "min_qty": 1,
                "unit_price": less_percent(ground.list_price[product], 800),
                **valid(days.ago(120), None),
            },
        )
