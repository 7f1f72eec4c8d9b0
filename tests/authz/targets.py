"""Rows of the target of each cell, whose they are by scope. A missing target has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from small_world import DAY, PRICE, account, product, receive, ship_to

from app.domain import commands as c
from app.domain.authority import body_of
from app.domain.lifecycle import QUOTE, TRANSFER
from app.domain.parties import Person
from app.store.tables import KINDS
from sync.server.feed import UnitOfWork

SCOPES = ("own", "same", "other", "missing")
PENDING = QUOTE["draft"]["submit_for_approval"]
COLLEAGUE = {"same": "u-colleague", "other": "u-stranger"}  # whose a target is that is not the actor's


@dataclass(frozen=True)
class Cell:
    """One actor, one target. `mark` begins every id of it."""

    mark: str
    actor: Person
    device: str
    scope: str

    def id(self, name: str) -> str:
        return f"{self.mark}.{name}"

    @property
    def territory(self) -> str:
        return "south" if self.scope == "other" else "north"

    @property
    def owner(self) -> str:
        return COLLEAGUE.get(self.scope, self.actor.id)

    def command(self, kind: type[c.Command], /, **values: Any) -> Any:
        return kind(op_id=self.id("op"), actor=self.actor.id, business_date=DAY, **values)


def put(work: UnitOfWork, kind: str, row_id: str, /, **values: Any) -> None:
    """A whole row: what is not given is '' or 0."""
    columns = KINDS[kind].table.columns
    nothing = {
        str(one.name): "" if one.type.python_type is str else 0
        for one in columns
        if not one.nullable and one.default is None
    }
    work.put(kind, [{**nothing, "id": row_id, **values}])


# -- targets ----------------------------------------------------------------------------------------------------------


def customer(work: UnitOfWork, cell: Cell) -> None:
    """An account with every secret one can have: a name, a hold, a limit, a price and an address."""
    scope = {"territory_id": cell.territory, "rep_id": cell.owner}
    work.put("account", [account(cell.id("account"), name="Secret Clinic", **scope)])
    work.put("address", [ship_to(cell.id("ship"), cell.id("account"), **scope)])


def held_customer(work: UnitOfWork, cell: Cell) -> None:
    """As `customer`; to that of another territory nothing can be sold: on hold, no credit, an order number asked for.
    None of it is told."""
    customer(work, cell)
    if cell.scope != "other":
        return
    secret = {"status": "on_hold", "status_reason": "lawsuit", "po_required": 1, "credit_limit": 1}
    scope = {"territory_id": cell.territory, "rep_id": cell.owner}
    work.put("account", [account(cell.id("account"), name="Secret Clinic", **scope, **secret)])


def quote(work: UnitOfWork, cell: Cell, *, state: str = "approved") -> None:
    customer(work, cell)
    scope = {"territory_id": cell.territory, "rep_id": cell.owner}
    put(
        work, "quote", cell.id("quote"), number="SECRET-1", revision=1, account_id=cell.id("account"),
        ship_to_id=cell.id("ship"), state=state, currency="USD", business_date=DAY, total=100_00,
        list_total=100_00, findings="[]", **scope,
    )  # fmt: skip
    put(
        work, "quote_line", cell.id("line"), quote_id=cell.id("quote"), line_no=1, product_id="p2", qty=1,
        unit_price=PRICE, extended=100_00, trace="[]", **scope,
    )  # fmt: skip
    put(
        work, "approval", cell.id("approval"), quote_id=cell.id("quote"), revision=1, role="manager",
        code="discount_over_limit", detail="[]", asked_on=DAY, **scope,
        state="pending" if state == PENDING else "approved",
    )  # fmt: skip


def pending(work: UnitOfWork, cell: Cell) -> None:
    """A quote somebody must say yes to."""
    quote(work, cell, state=PENDING)


def order(work: UnitOfWork, cell: Cell, *, state: str = "placed", kind: str = "stock") -> None:
    customer(work, cell)
    scope = {"territory_id": cell.territory, "rep_id": cell.owner}
    put(
        work, "sales_order", cell.id("order"), number="SECRET-2", type=kind, account_id=cell.id("account"),
        ship_to_id=cell.id("ship"), state=state, currency="USD", business_date=DAY, total=100_00, **scope,
    )  # fmt: skip
    put(
        work, "order_line", cell.id("order-line"), order_id=cell.id("order"), line_no=1, product_id="p2", qty=1,
        allocated=1, unit_price=PRICE, extended=100_00, **scope,
    )  # fmt: skip


def sold(work: UnitOfWork, cell: Cell) -> None:
    order(work, cell, state="delivered", kind="trunk_sale")
    place(work, cell)


def place(work: UnitOfWork, cell: Cell, *, kind: str = "trunk", ship: str | None = None) -> None:
    """A place with goods in it, in the charge of the target's owner; a trunk that the actor's device holds when it is
    the actor's."""
    put(
        work, "location", cell.id("place"), name="Secret place", kind=kind, custodian=cell.owner,
        territory_id=cell.territory, ship_to_id=ship,
    )  # fmt: skip
    receive(work, cell.id("opening"), cell.id("place"), "p1", "l1", 9)


def allotment(work: UnitOfWork, cell: Cell) -> None:
    place(work, cell, kind="allotment")


def held_trunk(work: UnitOfWork, cell: Cell) -> None:
    place(work, cell)
    holder = cell.device if cell.scope == "own" else f"dev-{cell.owner}"
    row = {"name": "Secret place", "kind": "trunk", "custodian": cell.owner, "territory_id": cell.territory}
    put(work, "location", cell.id("place"), **row, holder=holder, holder_name="Secret tablet")


def claimed(work: UnitOfWork, cell: Cell) -> None:
    """A trunk with goods that the office claims."""
    held_trunk(work, cell)
    put(
        work, "claim", cell.id("claim"), location_id=cell.id("place"), territory_id=cell.territory,
        rep_id=cell.owner, product_id="p1", lot_id="l1", qty=2, kind="recall", reason="Secret fault", state="open",
        opened_on=DAY,
    )  # fmt: skip


def office_trunk(work: UnitOfWork, cell: Cell) -> None:
    """A trunk nobody holds and a device of its custodian to give it to."""
    place(work, cell)
    put(work, "device", cell.id("device"), user_id=cell.owner, name="Secret tablet")


def shelf(work: UnitOfWork, cell: Cell) -> None:
    held_customer(work, cell)
    place(work, cell, kind="consignment", ship=cell.id("ship"))


def sale(work: UnitOfWork, cell: Cell) -> None:
    """A stranger's account, and a trunk of the actor's own to sell from."""
    held_customer(work, cell)


def sent(work: UnitOfWork, cell: Cell) -> None:
    """Goods on their way to the target's place."""
    place(work, cell)
    put(
        work, "transfer", cell.id("transfer"), number="SECRET-3", state=TRANSFER["new"]["send"], from_location="wh",
        to_location=cell.id("place"), giver="u-office", business_date=DAY,
    )  # fmt: skip
    put(
        work, "transfer_line", cell.id("transfer-line"), transfer_id=cell.id("transfer"), product_id="p1",
        lot_id="l1", from_location="wh", to_location=cell.id("place"), asked=1, sent=1,
    )  # fmt: skip


def envelope(work: UnitOfWork, cell: Cell) -> None:
    granted = cell.command(
        c.GrantEnvelope, envelope_id=cell.id("envelope"), holder="u-colleague", account_ids=(),
        product_classes=(), currency="USD", max_discount_bp=100, max_amount=1, budget=1, valid_from=DAY,
        valid_to=DAY,
    )  # fmt: skip
    put(work, "envelope", cell.id("envelope"), holder="u-third", granted_by=cell.owner, body=body_of(granted))


def person(work: UnitOfWork, cell: Cell) -> None:
    """A rep to give authority to: `own` and `same` are both of the actor's territory."""
    put(
        work, "rep", cell.id("rep"), name="Secret name", code="ZZ", role="rep", active=1,
        territory_id=cell.territory,
    )  # fmt: skip


def case(work: UnitOfWork, cell: Cell) -> None:
    put(
        work, "exception_case", cell.id("case"), territory_id=cell.territory, rep_id=cell.owner, code="stock_short",
        detail="[]", state="open", opened_on=DAY,
    )  # fmt: skip


def draft(work: UnitOfWork, cell: Cell) -> None:
    owner = {"owner_id": cell.owner}
    put(
        work, "document_draft", cell.id("draft"), kind="quote", number="SECRET-4", head=cell.id("rev"),
        state="open", **owner,
    )  # fmt: skip
    put(
        work, "draft_revision", cell.id("rev"), draft_id=cell.id("draft"), number=1, state="head", body="{}",
        author=cell.owner, **owner,
    )  # fmt: skip


def goods(work: UnitOfWork, cell: Cell) -> None:
    """A product, which is everybody's."""
    work.put("product", [product(cell.id("product"))])
