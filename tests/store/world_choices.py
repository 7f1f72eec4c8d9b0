"""What a generated command is made of, chosen by dice: mostly what fits together, now and then what does not."""

from __future__ import annotations

import random
from typing import Any

from world_rows import DAY, PEOPLE, World, day
from world_terms import worth

from app.domain import commands as c
from app.domain.money import less_percent
from app.domain.parties import Person

UNKNOWN = "nobody-knows"
PEOPLE_BY_ID = {one.id: one for one in PEOPLE}


class Choices:
    """Dice over one company's rows. `number` is the op's."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice, self.number = world, dice, 0
        lots, products = world.rows["lot"], world.rows["product"]
        self.spoilt = {row["id"] for row in lots if row["recalled_on"] or (row["expires"] or "9") < day(60)}
        self.unsold = {
            row["id"]
            for row in products
            if (row["sell_from"] or "") > DAY or (row["sell_until"] or "9") <= DAY
        }

        filled = {row["order_id"] for row in world.rows["order_line"] if row["allocated"]}
        self.unreserved = [  # under way in a warehouse, and nothing is reserved: seldom, so it is asked for
            row
            for row in world.rows["sales_order"]
            if row["state"] == "allocated" and row["id"] not in filled
        ]

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def wrong(self, right: str, percent: int = 2) -> str:
        """`right`, or now and then an id that nobody knows."""
        return UNKNOWN if self.chance(percent) else right

    def row(self, kind: str, /, **having: Any) -> dict[str, Any]:
        rows = [r for r in self.world.rows[kind] if all(r[k] == v for k, v in having.items())]
        return self.dice.choice(rows or self.world.rows[kind])

    def fresh(self, what: str) -> str:
        """A new id; now and then one that is taken already."""
        return self.row(what)["id"] if self.chance(2) else f"new-{self.number}"

    def customer(self, rep: Person) -> dict[str, Any]:
        """An account of the rep's; now and then anybody's."""
        own = [r for r in self.world.rows["account"] if r["territory_id"] in rep.territories]
        good = [r for r in own if r["status"] == "active"]
        return self.dice.choice(
            self.world.rows["account"] if self.chance(5) else own if self.chance(10) else good
        )

    def party(self, account: dict[str, Any]) -> dict[str, Any]:
        po = "" if self.chance(10) else "PO-1"
        currency = account["currency"] if not self.chance(2) else "CHF"
        tail = "b1" if self.chance(2) else self.dice.choice(("s1", "s1", "S2"))
        ship_to = self.wrong(f"{account['id']}.{tail}", 1)
        return {"account_id": account["id"], "ship_to_id": ship_to, "currency": currency, "po_number": po}

    def envelope(self, rep: Person) -> str:
        if self.chance(65):
            return ""
        return self.wrong(self.row("envelope", holder=rep.id)["id"], 5)

    def price(self, product_id: str, deep: bool = False) -> tuple[int, int]:
        """(discount, shown price) near what a product costs; `deep` is more than a rep may give."""
        discount = self.dice.choice((300, 500, 500, 1_000, 1_001, 2_500, 6_000)) if self.chance(25) else 0
        discount = self.dice.choice((1_001, 1_400)) if deep else discount
        near = worth(product_id) if product_id != UNKNOWN else 10_0000
        near = near * self.dice.choice((100, 100, 100, 100, 100, 97, 104, 106)) // 100
        return discount, less_percent(near, discount)

    def lines(self, deep: bool) -> tuple[c.QuoteLine, ...]:
        products = [r["id"] for r in self.world.rows["product"][: 15 if self.chance(10) else 13]]
        made = []
        for product_id in self.dice.sample(products, self.dice.randint(1, 4) if not self.chance(1) else 0):
            one = self.wrong(product_id, 1)
            discount, shown = self.price(one, deep)
            qty = self.dice.choice((1, 1, 2, 4, 5, 9, 10, 12, 50))
            made.append(c.QuoteLine(product_id=one, qty=qty, discount_bp=discount, shown_price=shown))
        if made and self.chance(15):
            made.append(made[0])
        return tuple(made)

    def goods(self, place: str, most: int = 2) -> list[tuple[str, str, int]]:
        """(product, lot, quantity) of what is in the place; now and then too much, or what is not there."""
        there = self.world.on_hand(place)
        if not self.chance(12):
            there = [one for one in there if one[0] not in self.unsold and one[1] not in self.spoilt] or there
        chosen = []
        for product_id, lot_id, have in self.dice.sample(there, min(len(there), self.dice.randint(1, most))):
            qty = have + 5 if self.chance(4) else self.dice.randint(1, have)
            lot = self.wrong(lot_id if not self.chance(2) else "", 2)
            chosen.append((self.wrong(product_id, 1), lot, qty))
        return chosen

    def move_lines(self, place: str) -> tuple[c.MoveLine, ...]:
        return tuple(
            c.MoveLine(
                product_id=product_id, lot_id=lot_id, qty=qty, reason=self.dice.choice(("", "", "damaged"))
            )
            for product_id, lot_id, qty in self.goods(place)
        )

    def sale_lines(self, place: str, deep: bool = False) -> tuple[c.SaleLine, ...]:
        made = []
        for product_id, lot_id, qty in self.goods(place):
            discount, shown = self.price(product_id, deep)
            made.append(
                c.SaleLine(
                    product_id=product_id,
                    lot_id=lot_id,
                    qty=qty,
                    discount_bp=discount,
                    shown_price=shown,
                    override=self.dice.choice(("", "the sterile one")),
                )
            )
        return tuple(made)

    def place_of(self, rep: Person) -> str:
        """A trunk of the rep's; now and then another place."""
        own = self.dice.choice((f"trunk-{rep.id}", f"trunk-{rep.id}", f"trunk2-{rep.id}"))
        if self.chance(8):
            own = f"trunk{self.dice.choice((3, 4, 5))}-{rep.id}"
        return self.wrong(self.row("location")["id"] if self.chance(4) else own, 1)

    def revision(self, quote: dict[str, Any], ahead: int = 0) -> int:
        return int(quote["revision"]) + ahead + (self.dice.choice((-1, 1)) if self.chance(4) else 0)

    def person(self, user_id: str) -> Person:
        return PEOPLE_BY_ID[user_id]

    def n(self) -> str:
        return f"AB-C-{self.number:04d}"

    def reason(self) -> str:
        return "" if self.chance(8) else "as agreed"
