"""Commands given at a customer's: signatures, visits, favourites, from dice."""

from __future__ import annotations

from typing import Any

from world_choices import PEOPLE_BY_ID, Choices
from world_rows import DAY, PEOPLE, REPS, day

from app.domain.parties import Person
from app.domain.signing import STANDING, digest_of


class Field(Choices):
    """One maker for every type of command: who gives it, and its values."""

    def _SignDocument(self) -> tuple[Person, dict[str, Any]]:
        values = {"signature_id": self.fresh("signature"), "signed_at": f"{DAY}T10:00:00+01:00"}
        values |= {"signer": "Dr. Ada", "strokes": self.dice.choice(("", "1,2 3,4;10000,0"))}
        if self.chance(50):
            order = self.row("sales_order")
            digest = digest_of(self.world.order_fact(order["id"]))
            values |= {"document": "order", "meaning": "received", "revision": self.dice.choice((0, 1))}
            author = order["rep_id"]
            values |= {"document_id": self.wrong(order["id"], 5)}
        else:
            state = self.dice.choice(STANDING)
            quote = self.row("quote") if self.chance(15) else self.row("quote", state=state)
            digest = digest_of(self.world.quote_fact(quote["id"]))
            values |= {"document": "quote", "meaning": "accepts", "revision": self.revision(quote)}
            author = quote["rep_id"]
            values |= {"document_id": self.wrong(quote["id"], 5)}
        actor = self.person(author) if author in PEOPLE_BY_ID else REPS[0]
        return actor, {**values, "digest": "0" * 64 if self.chance(8) else digest}

    def _RecordVisit(self) -> tuple[Person, dict[str, Any]]:
        rep = self.dice.choice((*REPS, *REPS, PEOPLE_BY_ID["mgr-1"]))
        values = {"visit_id": self.fresh("visit"), "account_id": self.wrong(self.customer(rep)["id"], 8)}
        return rep, {**values, "note": "wants the long ones", "next_on": self.dice.choice(("", day(14)))}

    def _MarkFavourite(self) -> tuple[Person, dict[str, Any]]:
        values = {"product_id": self.wrong(self.row("product")["id"], 15), "favourite": self.chance(60)}
        return self.dice.choice(PEOPLE), values
