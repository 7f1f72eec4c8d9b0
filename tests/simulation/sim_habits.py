"""What people do on a tablet: commands of many types, chosen by dice from what their own database shows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sim_field
from sqlalchemy import text

from app.domain import commands as c
from app.domain.money import less_percent
from app.store.engine import reading
from app.workspace import drafting, sharing
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.workspace import Identity, Workspace

Row = dict[str, Any]


@dataclass(slots=True)
class Habits:
    """Makes one command at a time for whoever is signed in. `handed` are transfers shown as a QR code from tablet to
    tablet: (transfer id, number, from, to, lines)."""

    dice: random.Random
    new_id: Callable[[], str]
    handed: list[tuple[str, str, str, str, tuple[c.MoveLine, ...]]] = field(default_factory=list)

    def think(self, workspace: Workspace, who: Identity) -> tuple[c.Command | None, str]:
        """A command this person would give now and what it is; None when nothing fits."""
        hand = _Hand(self, workspace, who)
        wants = REP_WANTS if who.role == "rep" else MANAGER_WANTS
        name = self.dice.choices(list(wants), list(wants.values()))[0]
        maker: Callable[[], c.Command | None] = getattr(hand, name)
        return maker(), name

    def write(self, workspace: Workspace) -> str:
        """Write on a quote, leave the editor, settle what stands side by side, or throw a draft away; what it was."""
        with reading(workspace.reader) as connection:
            torn = sorted(sharing.conflicts(connection))
            known = sharing.versions(connection, self.dice.choice(torn)) if torn else None
        if known is not None and known.standing:
            sharing.settle(workspace, known, self.dice.choice(known.standing).id)
            return "settled"
        kept = workspace.drafts("quote")
        if not kept or self.dice.random() < 0.3:
            one = drafting.start(workspace, "a1")
        else:
            found = self.dice.choice(kept)
            one = QuoteDraft.of_body(found.id, found.body)
            if self.dice.random() < 0.1:
                sharing.put_away(workspace, one.id)
                return "put_away"
        drafting.keep(workspace, replace(one, note=f"{one.note[-20:]} {self.dice.randrange(100)}"))
        if self.dice.random() < 0.7:
            sharing.share(workspace, one.id)
            return "shared"
        return "kept"


REP_WANTS = {
    "quote": 5,
    "revise": 1,
    "order": 2,
    "move_quote": 1,
    "sell": 6,
    "count": 3,
    "use": 2,
    "give_back": 2,
    "movement": 2,
    "ask_transfer": 1,
    "send": 2,
    "take": 3,
    "sign": 3,
    "visit": 2,
    "star": 2,
}
MANAGER_WANTS = {
    "decide": 6,
    "quote": 1,
    "grant": 1,
    "revoke": 1,
    "delegate": 1,
    "resolve": 1,
    "sign": 1,
    "visit": 1,
    "star": 1,
}


@dataclass(slots=True)
class _Hand:
    habits: Habits
    workspace: Workspace
    who: Identity

    @property
    def dice(self) -> random.Random:
        return self.habits.dice

    def rows(self, statement: str, **values: Any) -> list[Row]:
        with reading(self.workspace.reader) as connection:
            return [dict(row) for row in connection.execute(text(statement), values).mappings()]

    def pick(self, statement: str, **values: Any) -> Row | None:
        found = self.rows(statement, **values)
        return self.dice.choice(found) if found else None

    def says(self) -> dict[str, Any]:
        day = self.workspace.today()
        return {"op_id": self.habits.new_id(), "actor": self.who.user_id, "business_date": day}

    def number(self) -> str:
        return self.workspace.next_number()

    # -- quotes and orders --------------------------------------------------------------------------------------------

    def customer(self) -> dict[str, Any] | None:
        found = self.pick(
            "SELECT a.id AS account_id, s.id AS ship_to_id, a.currency FROM account a JOIN address s"
            " ON s.account_id = a.id AND s.role = 'ship_to' ORDER BY a.id, s.id"
        )
        return None if found is None else {**found, "po_number": self.dice.choice(("", "PO-7"))}

    def price(self, product_id: str) -> tuple[int, int]:
        """(discount, shown unit price): near what the list says."""
        row = self.pick(
            "SELECT unit_price FROM price WHERE product_id = :one ORDER BY list_id, id", one=product_id
        )
        discount = self.dice.choice((0, 0, 0, 500, 1_000, 1_500, 2_500))
        return discount, less_percent(row["unit_price"] if row else 50_0000, discount)

    def quote_lines(self) -> tuple[c.QuoteLine, ...]:
        products = self.rows("SELECT id FROM product ORDER BY id")
        chosen = self.dice.sample(products, min(len(products), self.dice.choice((1, 1, 2))))
        made = []
        for row in chosen:
            discount, shown = self.price(row["id"])
            made.append(
                c.QuoteLine(
                    product_id=row["id"],
                    qty=self.dice.randint(1, 5),
                    discount_bp=discount,
                    shown_price=shown,
                )
            )
        return tuple(made)

    def quote(self) -> c.Command | None:
        customer, lines = self.customer(), self.quote_lines()
        if customer is None or not lines:
            return None
        values = {"quote_id": self.habits.new_id(), "number": self.number(), "revision": 1, "note": ""}
        envelope = self.pick("SELECT id FROM envelope WHERE holder = :me ORDER BY id", me=self.who.user_id)
        chosen = envelope["id"] if envelope and self.dice.random() < 0.5 else ""
        return c.SubmitQuote(**self.says(), **values, **customer, lines=lines, envelope_id=chosen)

    def revise(self) -> c.Command | None:
        quote = self.pick(
            "SELECT id, number, revision, account_id, ship_to_id, currency, po_number FROM quote"
            " WHERE rep_id = :me ORDER BY id",
            me=self.who.user_id,
        )
        lines = self.quote_lines()
        if quote is None or not lines:
            return None
        quote_id = quote.pop("id")
        quote["revision"] += 1
        return c.SubmitQuote(**self.says(), quote_id=quote_id, **quote, note="again", lines=lines)

    def order(self) -> c.Command | None:
        quote = self.pick(
            "SELECT id, revision FROM quote WHERE rep_id = :me AND state IN ('approved', 'offered')"
            " ORDER BY id",
            me=self.who.user_id,
        )
        if quote is None:
            return None
        values = {"order_id": self.habits.new_id(), "number": self.number()}
        return c.PlaceOrder(**self.says(), **values, quote_id=quote["id"], revision=quote["revision"])

    def move_quote(self) -> c.Command | None:
        quote = self.pick(
            "SELECT id, revision FROM quote WHERE rep_id = :me AND state IN ('approved', 'offered')"
            " ORDER BY id",
            me=self.who.user_id,
        )
        if quote is None:
            return None
        verb = self.dice.choice(("offer", "offer", "lose"))
        values = {"quote_id": quote["id"], "revision": quote["revision"], "verb": verb}
        return c.MoveQuote(**self.says(), **values, reason="as agreed")

    # -- the manager --------------------------------------------------------------------------------------------------

    def decide(self) -> c.Command | None:
        asked = self.pick(
            "SELECT a.id, a.quote_id, a.revision FROM approval a"
            " WHERE a.state = 'pending' AND a.role = 'manager' ORDER BY a.id"
        )
        if asked is None:
            return None
        values = {"approval_id": asked["id"], "quote_id": asked["quote_id"], "revision": asked["revision"]}
        return c.DecideApproval(
            **self.says(), **values, approve=self.dice.random() < 0.7, reason="seen with the customer"
        )

    def grant(self) -> c.Command | None:
        rep = self.pick("SELECT id FROM rep WHERE role = 'rep' ORDER BY id")
        if rep is None:
            return None
        day = self.workspace.today()
        return c.GrantEnvelope(
            **self.says(),
            envelope_id=self.habits.new_id(),
            holder=rep["id"],
            account_ids=(),
            product_classes=(),
            currency="USD",
            max_discount_bp=2_500,
            max_amount=100_000_00,
            budget=200_000_00,
            valid_from=day,
            valid_to=f"{day[:4]}-12-31",
        )

    def revoke(self) -> c.Command | None:
        envelope = self.pick(
            "SELECT id FROM envelope WHERE granted_by = :me ORDER BY id", me=self.who.user_id
        )
        if envelope is None:
            return None
        return c.RevokeEnvelope(**self.says(), envelope_id=envelope["id"], reason="the budget is spent")

    def resolve(self) -> c.Command | None:
        case = self.pick("SELECT id FROM exception_case WHERE state = 'open' ORDER BY id")
        if case is None:
            return None
        return c.ResolveCase(**self.says(), case_id=case["id"], resolution="looked at and agreed")

    def delegate(self) -> c.Command | None:
        day = self.workspace.today()
        days = {"valid_from": day, "valid_to": f"{day[:4]}-12-31"}
        return c.Delegate(**self.says(), delegation_id=self.habits.new_id(), to_user="sam", **days)

    sign, visit, star = sim_field.sign, sim_field.visit, sim_field.star

    # -- the trunk ----------------------------------------------------------------------------------------------------

    def trunk(self) -> str:
        return f"trunk-{self.who.user_id}"

    def stock(self, place: str) -> list[Row]:
        return self.rows(
            "SELECT product_id, lot_id, qty FROM balance WHERE location_id = :place AND qty > 0 ORDER BY id",
            place=place,
        )

    def goods(self, place: str) -> tuple[c.MoveLine, ...]:
        there = self.stock(place)
        chosen = self.dice.sample(there, min(len(there), self.dice.choice((1, 1, 2))))
        return tuple(
            c.MoveLine(product_id=r["product_id"], lot_id=r["lot_id"], qty=self.dice.randint(1, r["qty"]))
            for r in chosen
        )

    def sale_lines(self, place: str) -> tuple[c.SaleLine, ...]:
        made = []
        for line in self.goods(place):
            discount, shown = self.price(line.product_id)
            few = line.qty + 9 if self.dice.random() < 0.05 else min(line.qty, self.dice.choice((1, 1, 2, 3)))
            made.append(
                c.SaleLine(
                    product_id=line.product_id,
                    lot_id=line.lot_id,
                    qty=few,
                    discount_bp=discount,
                    shown_price=shown,
                    override="the one at hand",
                )
            )
        return tuple(made)

    def sell(self) -> c.Command | None:
        customer, lines = self.customer(), self.sale_lines(self.trunk())
        if customer is None or not lines:
            return None
        values = {"sale_id": self.habits.new_id(), "number": self.number(), "location_id": self.trunk()}
        return c.SellFromTrunk(**self.says(), **values, **customer, lines=lines)

    def use(self) -> c.Command | None:
        place = self.pick(
            "SELECT l.id, a.id AS account_id, s.id AS ship_to_id, a.currency FROM location l"
            " JOIN address s ON s.id = l.ship_to_id JOIN account a ON a.id = s.account_id"
            " WHERE l.kind = 'consignment' AND l.custodian = :me ORDER BY l.id",
            me=self.who.user_id,
        )
        lines = self.sale_lines(place["id"]) if place else ()
        if place is None or not lines:
            return None
        where = place.pop("id")
        values = {"usage_id": self.habits.new_id(), "number": self.number(), "location_id": where}
        case = {"po_number": "", "case_ref": "case 7", "replace": self.dice.random() < 0.5}
        return c.UseConsigned(**self.says(), **values, **place, **case, lines=lines)

    def give_back(self) -> c.Command | None:
        line = self.pick(
            "SELECT l.id, l.order_id, l.product_id, l.qty, m.lot_id FROM order_line l"
            " JOIN sales_order o ON o.id = l.order_id"
            " JOIN movement m ON m.document_id = o.id AND m.product_id = l.product_id"
            " WHERE o.rep_id = :me AND o.type <> 'return' ORDER BY l.id, m.id",
            me=self.who.user_id,
        )
        if line is None:
            return None
        back = c.ReturnLine(
            order_line_id=line["id"],
            product_id=line["product_id"],
            lot_id=line["lot_id"],
            qty=self.dice.randint(1, line["qty"]),
        )
        values = {"return_id": self.habits.new_id(), "number": self.number(), "order_id": line["order_id"]}
        where = {"location_id": self.trunk(), "reason": "not needed"}
        return c.ReturnGoods(**self.says(), **values, **where, lines=(back,))

    def count(self) -> c.Command | None:
        place = self.trunk()
        there = self.stock(place)
        marks = {r["key"]: r["value"] for r in self.rows("SELECT key, value FROM meta ORDER BY key")}
        position = int(marks.get("position") or 0)
        [last] = self.rows(
            "SELECT coalesce(max(seq), 0) AS seq FROM outbox WHERE stream = :stream", stream=self.who.stream
        )
        lines = tuple(
            c.CountLine(
                product_id=r["product_id"],
                lot_id=r["lot_id"],
                counted=max(0, r["qty"] + self.dice.choice((0, 0, 0, 0, 1, -1, -2))),
                expected=r["qty"],
                reason="damaged",
                position=position,
                own_seq=last["seq"],
                recounted=True,
            )
            for r in self.dice.sample(there, min(len(there), self.dice.choice((1, 2, 3))))
        )
        if not lines:
            return None
        values = {"count_id": self.habits.new_id(), "number": self.number(), "location_id": place}
        return c.CountTrunk(**self.says(), **values, signed_by=self.who.name, lines=lines)

    def movement(self) -> c.Command | None:
        kind = self.dice.choice(("scrap", "sample", "quarantine", "unquarantine", "loan", "loan_return"))
        lines = self.goods(self.trunk())
        if not lines:
            return None
        values = {"movement_id": self.habits.new_id(), "number": self.number(), "kind": kind}
        where = {"location_id": self.trunk(), "reason": "seen and agreed"}
        return c.RecordMovement(**self.says(), **values, **where, lines=lines)

    # -- transfers, in both orders ------------------------------------------------------------------------------------

    def other_trunk(self) -> str:
        return "trunk-sam" if self.who.user_id == "rep" else "trunk-rep"

    def ask_transfer(self) -> c.Command | None:
        lines = (c.MoveLine(product_id=self.dice.choice(("p1", "p2")), lot_id="", qty=2),)
        ends = {"from_location": "wh", "to_location": self.trunk()}
        values = {"transfer_id": self.habits.new_id(), "number": self.number()}
        return c.RequestTransfer(**self.says(), **values, **ends, lines=lines)

    def send(self) -> c.Command | None:
        lines = self.goods(self.trunk())
        if not lines:
            return None
        transfer_id, number, other = self.habits.new_id(), self.number(), self.other_trunk()
        self.habits.handed.append((transfer_id, number, self.trunk(), other, lines))
        ends = {"from_location": self.trunk(), "to_location": other}
        return c.SendTransfer(**self.says(), transfer_id=transfer_id, number=number, **ends, lines=lines)

    def take(self) -> c.Command | None:
        """Take over what was handed over, by its code or by what the feed has told."""
        mine = [one for one in self.habits.handed if one[3] == self.trunk()]
        if not mine:
            return None
        transfer_id, number, source, target, lines = self.dice.choice(mine)
        accept = self.dice.random() < 0.85
        values = {"transfer_id": transfer_id, "number": number, "from_location": source}
        return c.ReceiveTransfer(
            **self.says(),
            **values,
            to_location=target,
            lines=lines,
            accept=accept,
            reason="" if accept else "wrong goods",
        )
