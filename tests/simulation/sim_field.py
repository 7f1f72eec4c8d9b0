"""What people do at a customer's: have documents signed, note visits, keep products at hand."""

from __future__ import annotations

import random
from typing import Any, Protocol

from app.domain import commands as c
from app.store.engine import reading
from app.workspace.queries.signatures import to_sign
from app.workspace.workspace import Identity, Workspace

Row = dict[str, Any]
STALE = 0.15  # how often what is signed is a page that was shown before, or something else altogether


class Hand(Protocol):
    """What is needed of sim_habits: dice, the person and their tablet."""

    workspace: Workspace
    who: Identity

    @property
    def dice(self) -> random.Random: ...
    def pick(self, statement: str, **values: Any) -> Row | None: ...
    def says(self) -> Row: ...


def sign(hand: Hand) -> c.Command | None:
    """A quote or an order that the tablet has, most often as it stands there."""
    document = hand.dice.choice(("quote", "quote", "order"))
    table = "quote" if document == "quote" else "sales_order"
    found = hand.pick(f"SELECT id FROM {table} ORDER BY id")
    if found is None:
        return None
    with reading(hand.workspace.reader) as connection:
        shown = to_sign(connection, document, found["id"])
    if shown is None:
        return None
    says, revision, digest = hand.says(), shown.revision, shown.digest
    if hand.dice.random() < STALE:
        revision, digest = hand.dice.choice(((max(0, revision - 1), digest), (revision, "0" * 64)))
    return c.SignDocument(
        **says,
        signature_id=says["op_id"],
        document=document,
        document_id=shown.document_id,
        revision=revision,
        signer="Dr. Ada",
        meaning=shown.meaning,
        signed_at=hand.workspace.now().isoformat(),
        strokes=hand.dice.choice(("", "1,2 3,4;10000,0")),
        digest=digest,
    )


def visit(hand: Hand) -> c.Command | None:
    """An account that the tablet has."""
    found = hand.pick("SELECT id FROM account ORDER BY id")
    if found is None:
        return None
    says, next_on = hand.says(), hand.dice.choice(("", f"{hand.workspace.today()[:4]}-12-31"))
    note = f"talked of {hand.dice.randrange(100)}"
    return c.RecordVisit(**says, visit_id=says["op_id"], account_id=found["id"], note=note, next_on=next_on)


def star(hand: Hand) -> c.Command | None:
    """A product, at hand or no more."""
    found = hand.pick("SELECT id FROM product ORDER BY id")
    if found is None:
        return None
    return c.MarkFavourite(**hand.says(), product_id=found["id"], favourite=hand.dice.random() < 0.6)
