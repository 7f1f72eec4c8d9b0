"""Commands of every type, from dice: mostly what somebody of the company would do, now and then what nobody may."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from world_books import DELIVERED
from world_choices import PEOPLE_BY_ID
from world_field import Field
from world_rows import CLASSES, DAY, PEOPLE, REPS, World, day

from app.domain import commands as c
from app.domain.lifecycle import ORDER
from app.domain.parties import Person, allotted_place

MANAGERS = tuple(one for one in PEOPLE if one.role in ("manager", "director", "finance"))
OFFICE = tuple(one for one in PEOPLE if one.role in ("operations", "finance", "admin"))


def commands(world: World, seed: int, count: int) -> Iterator[tuple[Person, c.Command]]:
    """`count` commands and who gives them, the types in turn."""
    makers = _Makers(world, random.Random(seed))
    for number in range(count):
        kind = c.COMMANDS[number % len(c.COMMANDS)]
        yield makers.make(kind, number)


class _Makers(Field):
    """One maker for every type of command: who gives it, and its values."""

    def make(self, kind: type[c.Command], number: int) -> tuple[Person, c.Command]:
        self.number = number
        maker: Callable[[], tuple[Person, dict[str, Any]]] = getattr(self, f"_{kind.__name__}")
        actor, values = maker()
        if self.chance(3):
            actor = self.dice.choice(PEOPLE)
        when = day(-self.dice.choice((0, 0, 0, 0, 1, 3, 20, 29, 30, 31, -1, -2)) if self.chance(25) else 0)
        return actor, kind(op_id=f"op-{number}", actor=actor.id, business_date=when, **values)

    # -- requests -----------------------------------------------------------------------------------------------------

    def _SubmitQuote(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice((*REPS, *REPS, PEOPLE_BY_ID["mgr-1"]))
        account = self.customer(rep)
        envelope_id = self.envelope(rep)
        lines = self.lines(deep=envelope_id != "")
        values = {"number": self.n(), "note": "", "lines": lines, "envelope_id": envelope_id}
        if self.chance(25):
            quote = self.row("quote", rep_id=rep.id)
            return rep, {
                "quote_id": quote["id"],
                "revision": max(1, self.revision(quote, 1)),
                **self.party(self.world.find("account", quote["account_id"])),
                **values,
            }
        revision = 2 if self.chance(2) else 1
        return rep, {"quote_id": f"new-{self.number}", "revision": revision, **self.party(account), **values}

    def _DecideApproval(self) -> tuple[Person, dict[str, Any]]:
        approval = self.row("approval") if self.chance(15) else self.row("approval", state="pending")
        quote = self.world.find("quote", approval["quote_id"])
        fitting = [one for one in PEOPLE if one.role == approval["role"] and one.id != quote["rep_id"]]
        actor = self.dice.choice(fitting if fitting and not self.chance(35) else MANAGERS)
        approve = self.chance(60)
        lines = [r for r in self.world.rows["quote_line"] if r["quote_id"] == quote["id"]]
        counter = tuple(
            c.CounterLine(
                line_no=line["line_no"] + (9 if self.chance(3) else 0),
                qty=line["qty"] + self.dice.choice((0, 0, 2)),
                unit_price=line["unit_price"] * self.dice.choice((100, 105, 98)) // 100,
            )
            for line in lines
        )
        return actor, {
            "approval_id": self.wrong(approval["id"]),
            "quote_id": self.wrong(quote["id"]),
            "revision": self.revision(quote),
            "approve": approve,
            "reason": self.reason(),
            "counter": counter if self.chance(3 if approve else 40) else (),
        }

    def _MoveQuote(self) -> tuple[Person, dict[str, Any]]:
        verb = self.dice.choice(("offer", "lose", "expire"))
        state = self.dice.choice(("approved", "offered")) if verb != "offer" else "approved"
        over = {"valid_until": day(-1)} if verb == "expire" else {}
        quote = self.row("quote") if self.chance(15) else self.row("quote", state=state, **over)
        actor = self.person(quote["rep_id"]) if self.chance(85) else self.dice.choice(PEOPLE)
        values = {"quote_id": self.wrong(quote["id"]), "revision": self.revision(quote)}
        return actor, {**values, "verb": verb, "reason": self.reason()}

    def _PlaceOrder(self) -> tuple[Person, dict[str, Any]]:
        state = self.dice.choice(("approved", "offered"))
        quote = self.row("quote") if self.chance(12) else self.row("quote", state=state)
        for _ in range(2):  # rather one that may still be ordered, of somebody who may
            status = self.world.find("account", quote["account_id"])["status"]
            if status != "active" or (quote["valid_until"] or "9") < DAY:
                quote = self.row("quote", state=state)
        actor = self.person(quote["rep_id"]) if self.chance(70) else PEOPLE_BY_ID["ops"]
        values = {"quote_id": self.wrong(quote["id"]), "revision": self.revision(quote)}
        return actor, {"order_id": self.fresh("sales_order"), "number": self.n(), **values}

    def _MoveOrder(self) -> tuple[Person, dict[str, Any]]:
        order = self.row("sales_order") if self.chance(20) else self.row("sales_order", type="stock")
        order = self.dice.choice(self.unreserved) if self.unreserved and self.chance(5) else order
        fitting = [verb for verb in ORDER.get(order["state"], {}) if verb in c.ORDER_VERBS]
        verb = self.dice.choice(fitting if fitting and not self.chance(12) else c.ORDER_VERBS)
        money = verb in ("invoice", "pay", "close")
        actor = (
            PEOPLE_BY_ID["fin" if money else "ops"] if self.chance(70) else self.dice.choice((*OFFICE, *REPS))
        )
        return actor, {"order_id": self.wrong(order["id"]), "verb": verb, "reason": self.reason()}

    def _RequestTransfer(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        source, target = self.dice.choice(("wh", "Wh-2", "hub")), self.place_of(rep)
        if self.chance(15):
            source = target if self.chance(20) else f"trunk-{self.dice.choice(REPS).id}"
        ends = {"from_location": self.wrong(source), "to_location": target}
        return rep, {
            "transfer_id": self.fresh("transfer"),
            "number": self.n(),
            **ends,
            "lines": self.wanted(source),
        }

    def wanted(self, source: str) -> tuple[c.MoveLine, ...]:
        """What is asked for: products, seldom of a lot."""
        return tuple(
            c.MoveLine(product_id=one.product_id, lot_id=one.lot_id if self.chance(10) else "", qty=one.qty)
            for one in self.move_lines(source)
        )

    def _SetAccountStatus(self) -> tuple[Person, dict[str, Any]]:
        actor = self.dice.choice(OFFICE) if not self.chance(15) else self.dice.choice(PEOPLE)
        status = self.dice.choice(("active", "on_hold", "closed"))
        return actor, {
            "account_id": self.wrong(self.row("account")["id"], 5),
            "status": status,
            "reason": self.reason(),
        }

    def _Delegate(self) -> tuple[Person, dict[str, Any]]:
        actor, other = self.dice.choice(MANAGERS), self.dice.choice(PEOPLE)
        first = self.dice.choice((0, 0, 3, -3))
        days = {"valid_from": day(first), "valid_to": day(first + self.dice.choice((0, 14, 14, -1)))}
        return actor, {"delegation_id": self.fresh("delegation"), "to_user": self.wrong(other.id, 4), **days}

    def _GrantEnvelope(self) -> tuple[Person, dict[str, Any]]:
        accounts = tuple(r["id"] for r in self.world.some(self.world.rows["account"], 0, 3))
        currency = "USD"
        return self.dice.choice(MANAGERS), {
            "envelope_id": self.fresh("envelope"),
            "holder": self.wrong(self.dice.choice(REPS).id, 4),
            "account_ids": accounts,
            "product_classes": tuple(self.world.some(CLASSES, 0, 2)),
            "currency": currency,
            "max_discount_bp": self.dice.choice((1_000, 1_500, 2_500, 2_501, 4_500)),
            "max_amount": self.dice.choice((100_000, 0)),
            "budget": self.dice.choice((1_000_000, 100_000, 0)),
            "valid_from": DAY,
            "valid_to": day(self.dice.choice((30, 30, 0, -1))),
        }

    def _RevokeEnvelope(self) -> tuple[Person, dict[str, Any]]:
        envelope = self.row("envelope")
        actor = self.person(envelope["granted_by"]) if self.chance(75) else self.dice.choice(PEOPLE)
        return actor, {"envelope_id": self.wrong(envelope["id"], 4), "reason": self.reason()}

    def _ResolveCase(self) -> tuple[Person, dict[str, Any]]:
        case = self.row("exception_case", state=self.dice.choice(("open", "open", "open", "resolved")))
        actor = self.dice.choice(OFFICE) if not self.chance(15) else self.dice.choice(PEOPLE)
        return actor, {"case_id": self.wrong(case["id"], 5), "resolution": self.reason()}

    def _SaveDraft(self) -> tuple[Person, dict[str, Any]]:
        draft = self.row("document_draft")
        based_on = self.dice.choice((draft["head"], self.row("draft_revision")["id"], ""))
        actor = self.person(draft["owner_id"]) if self.chance(85) else self.dice.choice(PEOPLE)
        draft_id = draft["id"] if self.chance(80) else f"new-{self.number}"
        values = {"draft_id": draft_id, "kind": "quote", "number": self.n(), "based_on": based_on}
        return actor, {**values, "body": "{}", "saved_at": DAY, "device": "tablet"}

    def _SettleDraft(self) -> tuple[Person, dict[str, Any]]:
        draft = self.row("document_draft")
        mine = [one for one in self.world.rows["draft_revision"] if one["draft_id"] == draft["id"]]
        over = tuple(one["id"] for one in mine if one["state"] != "past")
        actor = self.person(draft["owner_id"]) if self.chance(85) else self.dice.choice(PEOPLE)
        values = {"draft_id": self.wrong(draft["id"], 4), "keep": self.wrong(self.dice.choice(mine)["id"])}
        values |= {"over": over[1:] if self.chance(15) else over, "body": self.dice.choice(("", "{}"))}
        return actor, {**values, "saved_at": DAY, "device": "tablet"}

    def _CloseDraft(self) -> tuple[Person, dict[str, Any]]:
        draft = self.row("document_draft")
        actor = self.person(draft["owner_id"]) if self.chance(85) else self.dice.choice(PEOPLE)
        return actor, {"draft_id": self.wrong(draft["id"], 4), "based_on": self.wrong(draft["head"], 10)}

    def _TakeCustody(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        return rep, {"location_id": self.trunk(rep)}

    def _GrantAllotment(self) -> tuple[Person, dict[str, Any]]:
        actor = self.dice.choice(OFFICE) if not self.chance(15) else self.dice.choice(PEOPLE)
        values = {"location_id": self.wrong(self.dice.choice(("wh", "wh", "wh", "Wh-2", "hub")), 4)}
        values |= {
            "user_id": self.wrong(self.dice.choice(REPS).id, 4),
            "name": "kept",
            "reason": self.reason(),
        }
        return actor, {**values, "lines": self.allot_lines("wh")}

    def _MoveLease(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        actor = self.dice.choice(OFFICE) if not self.chance(15) else self.dice.choice(PEOPLE)
        device = f"{self.dice.choice(('dev', 'dev', 'old'))}-{self.dice.choice((rep, rep, rep, REPS[0])).id}"
        values = {"location_id": self.trunk(rep), "device_id": self.wrong(device, 4)}
        return actor, {**values, "force": self.chance(50), "reason": self.reason()}

    def _ClaimStock(self) -> tuple[Person, dict[str, Any]]:
        place = self.trunk(self.dice.choice(REPS))
        actor = PEOPLE_BY_ID["ops"] if self.chance(80) else self.dice.choice(PEOPLE)
        [(product_id, lot_id, qty)] = self.goods(place, 1) or [("P0", "", 1)]
        kind = self.dice.choice(("recall", "return"))
        to = self.dice.choice(("wh", "wh", "wh", place, "wh:reserved")) if kind == "return" else ""
        values = {"claim_id": self.fresh("claim"), "location_id": place, "product_id": product_id}
        values |= {"lot_id": lot_id, "qty": 0 if self.chance(3) else qty, "kind": kind}
        return actor, {**values, "to_location": self.wrong(to) if to else "", "reason": self.reason()}

    def _WithdrawClaim(self) -> tuple[Person, dict[str, Any]]:
        actor = PEOPLE_BY_ID["ops"] if self.chance(80) else self.dice.choice(PEOPLE)
        return actor, {"claim_id": self.wrong(self.claimed()["id"], 4), "reason": self.reason()}

    def claimed(self) -> dict[str, Any]:
        return self.row("claim", state="open") if self.chance(80) else self.row("claim")

    def trunk(self, rep: Person) -> str:
        """One of the rep's, however it is held; now and then another place."""
        own = f"trunk{self.dice.choice(('', 2, 3, 4, 5))}-{rep.id}"
        return self.wrong(self.row("location")["id"] if self.chance(6) else own, 2)

    # -- facts --------------------------------------------------------------------------------------------------------

    def _SellFromTrunk(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        place = self.place_of(rep)
        values = {"sale_id": self.fresh("sales_order"), "number": self.n(), "location_id": place}
        envelope_id = self.envelope(rep)
        values |= {"lines": self.sale_lines(place, deep=envelope_id != ""), "envelope_id": envelope_id}
        return rep, {**values, **self.party(self.customer(rep))}

    def _UseConsigned(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        account = self.customer(rep)
        place = f"con-{account['id']}" if not self.chance(6) else self.row("location")["id"]
        values = {"usage_id": self.fresh("sales_order"), "number": self.n(), "location_id": place}
        values |= {"case_ref": "case 7", "replace": self.chance(40), "lines": self.sale_lines(place)}
        return rep, {**values, **self.party(account)}

    def _ReturnGoods(self) -> tuple[Person, dict[str, Any]]:
        state = self.dice.choice(DELIVERED[:3])
        order = self.row("sales_order") if self.chance(10) else self.row("sales_order", state=state)
        rep = self.person(order["rep_id"]) if order["rep_id"] in PEOPLE_BY_ID else REPS[0]
        rep = rep if rep in REPS else self.dice.choice(REPS)
        lines = [r for r in self.world.rows["order_line"] if r["order_id"] == order["id"]]
        moved = [m for m in self.world.rows["movement"] if m["document_id"] == order["id"]]
        returned = []
        for line in self.dice.sample(lines, min(len(lines), 2)):
            lots = [m["lot_id"] for m in moved if m["product_id"] == line["product_id"]] or [
                line["lot_id"] or ""
            ]
            returned.append(
                c.ReturnLine(
                    order_line_id=self.wrong(line["id"]),
                    product_id=line["product_id"],
                    lot_id=self.dice.choice(lots),
                    qty=line["qty"] + 1 if self.chance(5) else self.dice.randint(1, line["qty"]),
                )
            )
        return rep, {
            "return_id": self.fresh("sales_order"),
            "number": self.n(),
            "order_id": self.wrong(order["id"]),
            "location_id": self.place_of(rep),
            "reason": self.reason(),
            "lines": tuple(returned),
        }

    def _AnswerClaim(self) -> tuple[Person, dict[str, Any]]:
        claim = self.claimed()
        qty = self.dice.choice((claim["qty"], claim["qty"], claim["qty"], max(0, claim["qty"] - 1), 0))
        values = {"claim_id": self.wrong(claim["id"], 4), "number": self.n(), "qty": qty}
        reason = "" if self.chance(50) else "one was sold"
        return self.person(claim["rep_id"]), {**values, "reason": reason}

    def _CountTrunk(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        place = self.place_of(rep)
        last = len(self.world.rows["movement"])
        lines = []
        for product_id, lot_id, have in self.dice.sample(
            there := self.world.on_hand(place), min(len(there), 3)
        ):
            counted = max(0, have + self.dice.choice((0, 0, 0, 0, 0, 1, -1, -1, 4, -4)))
            lines.append(
                c.CountLine(
                    product_id=product_id,
                    lot_id=lot_id,
                    counted=counted,
                    expected=have,
                    reason="" if self.chance(15) else "damaged",
                    position=self.dice.choice((last, last, last, last, last // 2, -1)),
                    own_seq=self.dice.randint(0, 9),
                    recounted=self.chance(50),
                )
            )
        if lines and self.chance(4):
            lines.append(lines[0])
        values = {"count_id": self.fresh("count_sheet"), "number": self.n(), "location_id": place}
        return rep, {**values, "signed_by": rep.id, "lines": tuple(lines)}

    def _RecordMovement(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        place = self.place_of(rep)
        kind = self.dice.choice(c.MOVEMENT_KINDS)
        movement_id = self.row("transfer")["id"] if self.chance(2) else f"new-{self.number}"
        values = {"movement_id": movement_id, "number": self.n(), "kind": kind, "location_id": place}
        return rep, {**values, "reason": self.reason(), "lines": self.move_lines(place)}

    def _ReturnAllotment(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        place = allotted_place("wh", rep.id) if not self.chance(6) else self.row("location")["id"]
        values = {"location_id": self.wrong(place, 2), "reason": self.reason()}
        return rep, {**values, "lines": self.allot_lines(place)}

    def allot_lines(self, place: str) -> tuple[c.AllotLine, ...]:
        """Some of what the place has, now and then more than that."""
        there = self.world.on_hand(place)
        return tuple(
            c.AllotLine(
                product_id=self.wrong(product_id, 2),
                lot_id=self.wrong(lot_id, 2),
                qty=max(0, min(have, self.dice.randint(1, 4)) + (have if self.chance(4) else 0)),
            )
            for product_id, lot_id, have in self.dice.sample(there, min(len(there), 2))
        )

    def _ReleaseCustody(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        return rep, {"location_id": self.trunk(rep)}

    def _SendTransfer(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        source, target = self.place_of(rep), f"trunk-{next(one for one in REPS if one is not rep).id}"
        transfer_id = self.fresh("transfer")
        if self.chance(60):
            known = self.row("transfer", state=self.dice.choice(("requested", "taken", "declined")))
            transfer_id, source, target = known["id"], known["from_location"], known["to_location"]
            rep = self.person(self.world.find("location", source)["custodian"] or "ops")
        ends = {"from_location": source, "to_location": target}
        return rep, {"transfer_id": transfer_id, "number": self.n(), **ends, "lines": self.move_lines(source)}

    def _ReceiveTransfer(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice(REPS)
        source, target, transfer_id = "wh", self.place_of(rep), self.fresh("transfer")
        lines = self.move_lines(source)
        if self.chance(75):
            known = self.row(
                "transfer", state=self.dice.choice(("in_transit", "in_transit", "requested", "declined"))
            )
            transfer_id, source, target = known["id"], known["from_location"], known["to_location"]
            rep = self.person(self.world.find("location", target)["custodian"] or "ops")
            there = [r for r in self.world.rows["transfer_line"] if r["transfer_id"] == known["id"]]
            lines = tuple(
                c.MoveLine(
                    product_id=r["product_id"],
                    lot_id=r["lot_id"],
                    qty=max(0, r["asked"] - self.chance(20)),
                    reason=self.dice.choice(("", "one was damaged")),
                )
                for r in there
            )
        ends = {"from_location": source, "to_location": target}
        accept = not self.chance(20)
        values = {
            "number": self.n(),
            "accept": accept,
            "reason": "" if accept else self.reason(),
            "lines": lines,
        }
        return rep, {"transfer_id": transfer_id, **ends, **values}
