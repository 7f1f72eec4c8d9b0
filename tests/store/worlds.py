"""Generated companies with rows of every kind that the rules look at, from one seed each.

`build(seed)` makes the rows, `load(engine, world, order)` writes them, in an order of its own: what reads them back in
the order they were written does not get the same list twice.
"""

from __future__ import annotations

import random

import world_books
import world_terms
from sqlalchemy import Engine
from world_rows import CLASSES, CURRENCIES, PEOPLE, REPS, TERRITORIES, VIRTUAL, World, day

from app.domain.parties import allotted_place
from app.domain.signing import digest_of
from app.store.engine import writing
from app.store.tables import KINDS, favourite_id

CHUNK = 500


def build(seed: int) -> World:
    """A company of some two thousand rows."""
    world = World(seed, random.Random(seed))
    _people_and_places(world)
    _products(world)
    _accounts(world)
    world_terms.agree(world)
    world_books.keep(world)
    _claims(world)
    _at_customers(world)
    return world


def load(engine: Engine, world: World, order: int) -> None:
    """Write all rows, shuffled by `order`, in one transaction."""
    dice = random.Random(order)
    with writing(engine) as connection:
        for kind, rows in world.rows.items():
            mixed = dice.sample(rows, len(rows))
            for start in range(0, len(mixed), CHUNK):
                connection.execute(KINDS[kind].table.insert(), mixed[start : start + CHUNK])


def _at_customers(world: World) -> None:
    """Signatures, visits and favourites of before."""
    for number, quote in enumerate(world.rows["quote"][:9]):
        head = {name: quote[name] for name in ("account_id", "territory_id", "rep_id", "revision")}
        world.put(
            "signature",
            f"{'Ss'[number % 2]}ign{number}",
            document="quote",
            document_id=quote["id"],
            signer="Dr. Ada",
            meaning="accepts",
            signed_at=f"{day(-2)}T10:00:00+01:00",
            digest=digest_of(world.quote_fact(quote["id"])),
            signed_by=quote["rep_id"],
            **head,
        )
    for number, account in enumerate(world.rows["account"]):
        scope = {name: account[name] for name in ("territory_id", "rep_id")}
        values = {"visited_by": REPS[number % 2].id, "day": day(-number), "note": "talked"}
        world.put("visit", f"{'Vv'[number % 2]}{number}", account_id=account["id"], **values, **scope)
    for person in PEOPLE:
        for number, product in enumerate(world.rows["product"][:4]):
            row_id = favourite_id(person.id, product["id"])
            values = {"user_id": person.id, "product_id": product["id"], "marked_on": day(-1)}
            world.put("favourite", row_id, favourite=number % 2, **values)


def _claims(world: World) -> None:
    """Of every trunk with goods: claims of all kinds, most of them open."""
    for rep in REPS:
        for trunk in (f"trunk-{rep.id}", f"trunk2-{rep.id}", f"trunk3-{rep.id}"):
            for number, (product_id, lot_id, have) in enumerate(world.on_hand(trunk)[:6]):
                back = number % 2 == 1
                state = ("open", "open", "open", "open", "answered", "withdrawn")[number]
                world.put(
                    "claim",
                    f"{'Cc'[number % 2]}-{trunk}-{number}",
                    location_id=trunk,
                    territory_id=rep.territories[0],
                    rep_id=rep.id,
                    product_id=product_id,
                    lot_id=lot_id,
                    qty=have,
                    answered=have if state == "answered" else 0,
                    kind="return" if back else "recall",
                    to_location="wh" if back else "",
                    reason="batch fault",
                    state=state,
                    opened_on=day(-3),
                    closed_on=None if state == "open" else day(-1),
                    answer="no more needed" if state == "withdrawn" else "",
                    op_id="",
                )


def _people_and_places(world: World) -> None:
    for name in TERRITORIES:
        world.put("territory", name, name=name, country="US", region="NA")
    for one in PEOPLE:
        territory = one.territories[0] if one.territories != ("*",) else None
        world.put("rep", one.id, name=one.id, code=one.code, role=one.role, territory_id=territory, active=1)
    for name, kind in (("wh", "dc"), ("Wh-2", "dc"), ("hub", "hub")):
        world.put("location", name, name=name, kind=kind, custodian="ops" if kind == "hub" else None)
        world.put("location", f"{name}:reserved", name=name, kind="reserved")
    for rep in REPS:
        where = {"custodian": rep.id, "territory_id": rep.territories[0]}
        world.put("location", f"trunk-{rep.id}", name=rep.id, kind="trunk", **where)
        world.put("device", f"dev-{rep.id}", user_id=rep.id, name=f"{rep.id}'s")
        world.put("device", f"old-{rep.id}", user_id=rep.id, name="the old one")
        if rep is not REPS[-1]:
            world.put("location", allotted_place("wh", rep.id), name=rep.id, kind="allotment", **where)
        world.put("location", f"trunk2-{rep.id}", name=rep.id, kind="trunk", **where)
        for number, holder in enumerate((f"dev-{rep.id}", f"old-{rep.id}", "")):
            held = {"holder": holder, "holder_name": holder}
            world.put("location", f"trunk{number + 3}-{rep.id}", name=rep.id, kind="trunk", **where, **held)
    for name in VIRTUAL:
        world.put("location", name, name=name, kind="virtual")


def _products(world: World) -> None:
    dice = world.dice
    for number in range(15):
        row_id = f"{'Pp'[number % 2]}{number}"
        tracking = ("lot", "none", "serial")[number // 3 % 3] if number < 9 else dice.choice(("lot", "none"))
        world.put(
            "product",
            row_id,
            sku=row_id.upper(),
            name=f"Thing {number}",
            product_class=CLASSES[number % 3],
            tracking=tracking,
            expiry_tracked=int(tracking == "lot"),
            rx=number % 2,
            unit="EA",
            sell_from=day(20) if number == 13 else dice.choice((None, day(-300))),
            sell_until=day(-5) if number == 14 else dice.choice((None, None, day(0), day(300))),
        )
        if tracking != "none":
            _lots(world, row_id, tracking)


def _lots(world: World, product_id: str, tracking: str) -> None:
    """Good ones, one that expires soon, one that did, one recalled; serial numbers do not expire by themselves."""
    for number, (lasts, recalled) in enumerate(
        ((400, None), (400, None), (world.dice.randint(200, 700), None), (12, None), (-3, None), (90, -2))
    ):
        serial = tracking == "serial"
        world.put(
            "lot",
            f"{product_id}{'.lL'[number % 3]}{number}",
            product_id=product_id,
            lot_number="" if serial else f"L{number}",
            serial=f"S{product_id}{number}" if serial else "",
            expires=None if serial and number < 2 else day(lasts),
            recalled_on=None if recalled is None else day(recalled),
        )


def _accounts(world: World) -> None:
    dice = world.dice
    for number in range(16):
        row_id = f"{'Aa'[number % 2]}{number}"
        territory = TERRITORIES[number % 3]
        rep_id = "rep-n" if territory == "north" else "Rep-S"
        scope = {"territory_id": territory, "rep_id": dice.choice((rep_id, rep_id, None))}
        status = {5: "on_hold", 6: "closed", 7: "on_hold"}.get(number, "active")
        limit = dice.choice((None, 0, 200_000, 90_000_000))
        world.put(
            "account",
            row_id,
            number=f"N{number}",
            name=f"Clinic {number}",
            segment="individual" if number % 4 == 3 else "store",
            status=status,
            status_reason="" if status == "active" else "unpaid",
            status_since=None if status == "active" else day(-12),
            price_list_id=dice.choice((None, "Pl-group", "pl-other", "pl-gone")),
            currency=dice.choice(("USD", "USD", *CURRENCIES)),
            po_required=int(number % 5 == 4),
            terms_days=30,
            credit_limit=limit if number % 2 else None,
            min_order=dice.choice((None, None, 5_000)),
            min_shelf_days=dice.choice((0, 0, 0, 10, 30, 400)),
            assortment="listed" if number % 7 == 3 else "open",
            **scope,
        )
        for role, tail in (("ship_to", "s1"), ("ship_to", "S2"), ("bill_to", "b1")):
            place = {"country": dice.choice(("US", "US", "NO")), "state": dice.choice(("TX", "CA", ""))}
            world.put("address", f"{row_id}.{tail}", account_id=row_id, role=role, **place, **scope)
        where = dice.choice((None, f"{row_id}.s1"))
        world.put(
            "location", f"con-{row_id}", name=row_id, kind="consignment", custodian=rep_id, ship_to_id=where
        )
        if number % 3:
            amounts = {"open_orders": dice.randrange(150_000), "unpaid": dice.randrange(100_000)}
            world.put("exposure", row_id, as_of=day(-dice.randrange(20)), **amounts, **scope)
