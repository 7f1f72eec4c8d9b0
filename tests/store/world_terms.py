"""What a generated company has agreed and allowed: lists, contracts, offers, floors, taxes, licences, policy."""

from __future__ import annotations

from typing import Any

from world_rows import CLASSES, CURRENCIES, PEOPLE, World, day, text

OPEN = {"valid_from": "2020-01-01", "valid_to": None}
TIERS = ("", "gold", "Silver")
TORN = 4  # so many accounts are members of two purchasing groups, with letters to both


def agree(world: World) -> None:
    """All terms; every price is some few percent beside the product's own, so that what is shown can be near."""
    _lists(world)
    _promotions(world)
    _groups(world)
    _contracts(world)
    _floors_and_rates(world)
    _taxes(world)
    _permissions(world)
    _policy(world)


def worth(product_id: str) -> int:
    """About what a product costs, in 1/10,000 of any currency."""
    return (int(product_id[1:]) * 7 + 10) * 10_0000


def _near(world: World, product_id: str, low: int = 97, high: int = 103) -> int:
    return worth(product_id) * world.dice.randint(low, high) // 100


def _dates(world: World) -> dict[str, Any]:
    """Mostly open; sometimes over, ending today, or still to come."""
    if world.chance(70):
        return OPEN
    first, last = world.dice.choice(((-300, -1), (-300, 0), (0, 30), (1, 300), (-30, 30)))
    return {"valid_from": day(first), "valid_to": day(last)}


def _lists(world: World) -> None:
    lists: tuple[tuple[str, str, str | None, str, dict[str, Any]], ...] = (
        ("base-usd", "base", None, "USD", OPEN),
        ("Base-two", "base", None, "USD", OPEN),
        ("Base-eur", "base", None, "EUR", OPEN),
        ("base-jpy", "base", None, "JPY", OPEN),
        ("base-old", "base", None, "USD", {"valid_from": "2019-01-01", "valid_to": day(-1)}),
        ("terr-N", "territory", "north", "USD", OPEN),
        ("terr-s", "territory", "South", "EUR", OPEN),
        ("Pl-group", "group", None, "USD", OPEN),
        ("pl-other", "group", None, "EUR", OPEN),
        ("pl-gone", "group", None, "USD", {**OPEN, "disabled_on": day(world.dice.choice((-9, 0, 9)))}),
    )
    for row_id, scope, territory, currency, dates in lists:
        world.put(
            "price_list", row_id, name=row_id, scope=scope, territory_id=territory, currency=currency, **dates
        )
    number = 0
    for product in world.rows["product"]:
        for row_id, scope, *_rest in lists:
            if not (scope == "base" or world.chance(60)) or world.chance(2):
                continue
            for min_qty in (1, *world.some((5, 10, 10, 50), 0, 2)):
                number += 1
                dates = OPEN if min_qty == 1 else _dates(world)
                goods = {"list_id": row_id, "product_id": product["id"], "min_qty": min_qty}
                price = _near(world, product["id"])
                world.put("price", f"{'Rr'[number % 2]}{number}", unit_price=price, **goods, **dates)


def _promotions(world: World) -> None:
    dice = world.dice
    for number in range(14):
        shape = number % 3
        currency = dice.choice(("USD", "USD", "EUR"))
        row = world.put(
            "promotion",
            f"{'Oo'[number % 2]}ffer{number}",
            name=f"Offer {number}",
            kind=dice.choice(("volume", "seasonal")),
            audience=dice.choice(("store", "individual", "all")),
            basis=dice.choice(("list", "running")),
            percent_bp=dice.choice((100, 300, 500)) if shape == 0 else 0,
            min_qty=dice.choice((1, 1, 5)),
            max_qty=dice.choice((None, None, 12)),
            valid_from=day(-dice.choice((100, 1, 0, -1))),
            valid_to=day(dice.choice((100, 1, 0, -1))),
            amount_off=20_0000 if shape == 1 else 0,
            fixed_price=_near(world, "p2", 60, 100) if shape == 2 else None,
            currency=currency if shape else "",
            stacks=dice.choice((0, 1)),
        )
        for product in world.some(world.rows["product"], 1, 4):
            link = f"{row['id']}-{product['id']}"
            world.put("promotion_product", link, promotion_id=row["id"], product_id=product["id"])


def _groups(world: World) -> None:
    number = 0
    for row_id, kind in (("idn-a", "idn"), ("Idn-b", "idn"), ("gpo-a", "gpo"), ("Gpo-b", "gpo")):
        world.put("party_group", row_id, kind=kind, name=f"Group {row_id}")
        for account in world.rows["account"]:
            members = [account["id"], f"{account['id']}.s1", f"{account['id']}.S2"]
            joined = world.some(members, 0, 2) if world.chance(50) else []
            if kind == "gpo" and account in world.rows["account"][:TORN]:
                joined = [account["id"]]
            for member in joined:
                number += 1
                who = {"group_id": row_id, "member_id": member, "account_id": account["id"]}
                scope = {"territory_id": account["territory_id"], "rep_id": account["rep_id"]}
                dates = OPEN if joined == [account["id"]] else _dates(world)
                world.put("roster", f"{'Jj'[number % 2]}{number}", **who, **scope, **dates)


def _contracts(world: World) -> None:
    dice = world.dice
    accounts = [row["id"] for row in world.rows["account"]]
    ship_tos = [row["id"] for row in world.rows["address"] if row["role"] == "ship_to"]
    groups = [("idn", "idn-a"), ("idn", "Idn-b"), ("gpo", "gpo-a"), ("gpo", "Gpo-b"), ("gpo", "gpo-a")]
    holders = [("account", one) for one in world.some(accounts, 6, 8)]
    holders += [("ship_to", one) for one in world.some(ship_tos, 5, 7)]
    for number, (kind, holder) in enumerate((*holders, *groups)):
        row_id = f"{'Cc'[number % 2]}{number}"
        world.put(
            "contract",
            row_id,
            number=f"K-{number}",
            name=f"Agreement {number}",
            holder_kind=kind,
            holder_id=holder,
            currency=dice.choice(("USD", "USD", *CURRENCIES)),
            promotions=dice.choice((0, 1)),
            **_dates(world),
        )
        _contract_prices(world, row_id)
    _commitments(world)


def _contract_prices(world: World, contract_id: str) -> None:
    for number, product in enumerate(world.some(world.rows["product"], 3, 6)):
        by_class = world.chance(25)
        priced = not by_class and world.chance(70)
        world.put(
            "contract_price",
            f"{contract_id}{'-_'[number % 2]}{number}",
            contract_id=contract_id,
            product_id="" if by_class else product["id"],
            product_class=product["product_class"] if by_class else "",
            tier=world.dice.choice(TIERS),
            min_qty=world.dice.choice((1, 1, 5, 10)),
            unit_price=_near(world, product["id"], 85, 100) if priced else None,
            discount_bp=None if priced else world.dice.choice((0, 500, 1_000)),
            **_dates(world),
        )


def _commitments(world: World) -> None:
    """Signed in time, late, late but counting from the start, or not at all; now and then two letters for one tier."""
    number = 0
    for contract in world.rows["contract"]:
        torn = world.rows["account"][:TORN] if contract["holder_id"] == "gpo-a" else []
        for account in (*world.some(world.rows["account"][TORN:], 2, 5), *torn):
            member = (
                account["id"]
                if account in torn
                else world.dice.choice((account["id"], f"{account['id']}.s1"))
            )
            tier = world.dice.choice(TIERS[1:])
            for again in range(2 if account in torn or world.chance(30) else 1):
                number += 1
                letter: dict[str, Any] = {
                    "signed_on": world.dice.choice((None, day(-100), day(-1), day(0), day(1))),
                    "retroactive": world.dice.choice((0, 1)),
                    "exclusive": int(world.chance(20)),
                    **_dates(world),
                }
                if account in torn:  # both bind from the same day, and end on different ones
                    letter |= {"signed_on": day(-100), "retroactive": 0, "exclusive": 1, **OPEN}
                    letter["valid_to"] = day(100 + again)
                world.put(
                    "commitment",
                    f"{'Uu'[number % 2]}{number}",
                    contract_id=contract["id"],
                    member_id=member,
                    account_id=account["id"],
                    territory_id=account["territory_id"],
                    rep_id=account["rep_id"],
                    tier=tier,
                    **letter,
                )


def _floors_and_rates(world: World) -> None:
    for number, product in enumerate(world.rows["product"]):
        for twice, currency in enumerate(world.some((*CURRENCIES, "USD"), 0, 3)):
            world.put(
                "product_floor",
                f"{'Ff'[number % 2]}{number}.{twice}",
                product_id=product["id"],
                currency=currency,
                unit_price=_near(world, product["id"], 70, 92),
                below=world.dice.choice(("approval", "never")),
                role=world.dice.choice(("director", "finance")),
                **_dates(world),
            )
    rates = (("USD", "EUR", 90_000_000), ("EUR", "USD", 110_000_000), ("JPY", "USD", 95_000_000))
    for number, (source, target, rate) in enumerate((*rates, *rates)):
        values = {"rate": rate + number * 1_000, "valid_from": day(-80)}
        world.put(
            "exchange_rate", f"{'Xx'[number % 2]}{number}", from_currency=source, to_currency=target, **values
        )


def _taxes(world: World) -> None:
    number = 0
    for country, state in (("US", "TX"), ("US", "CA"), ("US", ""), ("NO", "")):
        for product_class in ("*", *world.some(CLASSES, 0, 2)):
            number += 1
            place = {"country": country, "state": state, "product_class": product_class}
            rate = world.dice.choice((0, 62_500, 82_500, 250_000))
            world.put(
                "tax_rate",
                f"{'Tt'[number % 2]}{number}",
                name=f"Tax {number}",
                rate_ppm=rate,
                **place,
                **_dates(world),
            )
    for number, account in enumerate(world.some(world.rows["account"], 4, 7)):
        world.put(
            "tax_exemption",
            f"{'Ee'[number % 2]}{number}",
            account_id=account["id"],
            ship_to_id=world.dice.choice(("", f"{account['id']}.s1")),
            territory_id=account["territory_id"],
            rep_id=account["rep_id"],
            country="US",
            state=world.dice.choice(("", "TX")),
            product_class=world.dice.choice(("*", *CLASSES)),
            certificate=f"X-{number}",
            **_dates(world),
        )


def _permissions(world: World) -> None:
    number = 0
    for ship_to in world.rows["address"]:
        scope = {"territory_id": ship_to["territory_id"], "rep_id": ship_to["rep_id"]}
        classes = ("*", *world.some(CLASSES, 0, 2)) if world.chance(88) else world.some(CLASSES, 0, 2)
        for product_class in classes if ship_to["role"] == "ship_to" else ():
            number += 1
            good = product_class == "*" and world.chance(90)
            world.put(
                "licence",
                f"{'Hh'[number % 2]}{number}",
                account_id=ship_to["account_id"],
                ship_to_id=ship_to["id"],
                product_class=product_class,
                state="" if good else world.dice.choice(("", ship_to["state"], "TX")),
                number=f"LIC{number}",
                valid_from=day(-500 if good else world.dice.choice((-500, -500, 2))),
                expires=world.dice.choice((None, day(200)) if good else (None, day(200), day(0), day(-1))),
                verified_on=day(-world.dice.choice((1, 5, 20, 90))),
                **scope,
            )
    for account in world.rows["account"]:
        scope = {
            "account_id": account["id"],
            "territory_id": account["territory_id"],
            "rep_id": account["rep_id"],
        }
        listed = account["assortment"] == "listed"
        for product in (
            world.some(world.rows["product"], 8, 12) if listed else world.some(world.rows["product"], 0, 1)
        ):
            number += 1
            whole = world.chance(40 if listed else 15)
            what = {
                "product_id": "" if whole else product["id"],
                "product_class": product["product_class"] if whole else "",
            }
            allowed = int(world.chance(90 if listed else 50))
            world.put(
                "assortment", f"{'Bb'[number % 2]}{number}", allowed=allowed, **what, **scope, **_dates(world)
            )


def _policy(world: World) -> None:
    """Every key, with values that differ from company to company."""
    seed = world.seed
    levels = [
        {"role": "manager", "over": 0},
        {"role": "director", "over": 2_500},
        {"role": "finance", "over": 4_000},
    ]
    values = {
        "discount_limit": {
            "rep": {"*": 1_000, "Bikes": 500},
            "manager": {"*": 2_500},
            "director": {"*": 4_000},
            "finance": {"*": 10_000},
        },
        "price_honour_days": 14,
        "back_dating_days": 30,
        "price_policy": ("most_specific", "best_of", "contract_fixed")[seed % 3],
        "contract_party": ("sold_to", "ship_to", "both")[seed // 2 % 3],
        "severities": {
            "lot_recalled": ("blocks", "approval")[seed % 2],
            "account_on_hold": ("blocks", "approval", "warn")[seed % 3],
            "off_contract": ("warn", "ok", "approval")[seed // 3 % 3],
            "tax_unknown": ("ok", "warn")[seed % 2],
            "below_min_order": ("approval", "warn")[seed // 2 % 2],
        },
        "freshness": {"prices": [7, 30], "credit": [5, 15], "licence": [30, 60]},
        "licence_classes": ["FDA class 3"] if seed % 2 else ["FDA class 3", "FDA class 2"],
        "quote_valid_days": 30,
        "approval_rules": [
            {
                "code": "discount_over_limit",
                "levels": levels,
                "escalate_after_days": 2,
                "escalate_to": "director",
            },
            {"code": "credit_limit_exceeded", "levels": [{"role": "finance"}]},
            {"code": "below_floor", "levels": [{"role": "director"}, {"role": "finance", "over": 100_000}]},
        ],
        "variance_limit": 3 if seed % 2 else None,
        "offline_limit": 300_000 if seed % 2 else None,
        "currency": "USD",
        "roles_seeing_cost": sorted(
            {one.role for one in PEOPLE if one.role in ("manager", "finance", "admin")}
        ),
    }
    for key, value in values.items():
        if value is not None:
            world.put("policy", key, value=text(value))
