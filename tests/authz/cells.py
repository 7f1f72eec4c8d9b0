"""What each cell is about: rows of one target, whose they are by scope, and the command of each type that names it.

Every id of a cell begins with its `mark`, which is taken out of the answer before answers are compared: what is left
is the same for a missing target and one of another territory, or it is an oracle. A missing target has no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from small_world import DAY, PRICE
from targets import (
    SCOPES as SCOPES,
    Cell as Cell,
    allotment,
    case,
    claimed,
    customer,
    draft,
    envelope,
    goods,
    held_customer,
    held_trunk,
    office_trunk,
    order,
    pending,
    person,
    place,
    quote,
    sale,
    sent,
    shelf,
    sold,
)

from app.domain import commands as c
from app.domain.facts import QuoteFact, QuoteLineFact
from app.domain.signing import digest_of
from sync.server.feed import UnitOfWork

# -- commands ---------------------------------------------------------------------------------------------------------

Target = Callable[[UnitOfWork, Cell], None]
MOVE = (c.MoveLine(product_id="p1", lot_id="l1", qty=1),)
SALE = (c.SaleLine(product_id="p1", lot_id="l1", qty=1, discount_bp=0, shown_price=PRICE),)
COUNT = (c.CountLine(product_id="p1", lot_id="l1", counted=9, expected=9, reason="", position=1 << 40),)
QUOTED = (c.QuoteLine(product_id="p2", qty=1, discount_bp=0, shown_price=2_5000),)


def _shown(cell: Cell) -> str:
    """The digest of the target's quote, as its tablet shows it."""
    line = QuoteLineFact(cell.id("line"), 1, "p2", 1, PRICE, 100_00)
    shown = QuoteFact(
        cell.id("quote"), "SECRET-1", 1, cell.id("account"), cell.id("ship"), cell.territory, cell.owner,
        "approved", "USD", "", 100_00, (line,), (),
    )  # fmt: skip
    return digest_of(shown)


def _party(cell: Cell) -> dict[str, Any]:
    return {
        "number": "N-1",
        "account_id": cell.id("account"),
        "ship_to_id": cell.id("ship"),
        "currency": "USD",
        "po_number": "",
    }


def _transfer(cell: Cell, start: str, end: str) -> dict[str, Any]:
    return {
        "transfer_id": cell.id("transfer"),
        "number": "N-1",
        "from_location": start,
        "to_location": end,
        "lines": MOVE,
    }


def _draft(cell: Cell) -> dict[str, Any]:
    return {"draft_id": cell.id("draft"), "saved_at": DAY, "device": "tablet"}


# op type -> the target's rows, the values of the command
ASKED: Mapping[type[c.Command], tuple[Target, Callable[[Cell], dict[str, Any]]]] = {
    c.SubmitQuote: (
        held_customer,
        lambda x: {"quote_id": x.id("new"), "revision": 1, "note": "", "lines": QUOTED, **_party(x)},
    ),
    c.DecideApproval: (
        pending,
        lambda x: {
            "approval_id": x.id("approval"), "quote_id": x.id("quote"), "revision": 1, "approve": True,
            "reason": "",
        },
    ),
    c.MoveQuote: (
        quote,
        lambda x: {"quote_id": x.id("quote"), "revision": 1, "verb": "offer", "reason": ""},
    ),
    c.PlaceOrder: (
        quote,
        lambda x: {"order_id": x.id("new"), "number": "N-1", "quote_id": x.id("quote"), "revision": 1},
    ),
    c.MoveOrder: (order, lambda x: {"order_id": x.id("order"), "verb": "cancel", "reason": "why"}),
    c.SellFromTrunk: (
        sale,
        lambda x: {
            "sale_id": x.id("new"), "location_id": f"trunk-{x.actor.id}", "lines": SALE, **_party(x),
        },
    ),
    c.UseConsigned: (
        shelf,
        lambda x: {
            "usage_id": x.id("new"), "location_id": x.id("place"), "case_ref": "", "replace": False,
            "lines": SALE, **_party(x),
        },
    ),
    c.ReturnGoods: (
        sold,
        lambda x: {
            "return_id": x.id("new"), "number": "N-1", "order_id": x.id("order"), "location_id": x.id("place"),
            "reason": "", "lines": (
                c.ReturnLine(order_line_id=x.id("order-line"), product_id="p2", lot_id="", qty=1),
            ),
        },
    ),
    c.CountTrunk: (
        held_trunk,
        lambda x: {
            "count_id": x.id("new"), "number": "N-1", "location_id": x.id("place"), "signed_by": "me",
            "lines": COUNT,
        },
    ),
    c.RecordMovement: (
        held_trunk,
        lambda x: {
            "movement_id": x.id("new"), "number": "N-1", "kind": "scrap", "location_id": x.id("place"),
            "reason": "broken", "lines": MOVE,
        },
    ),
    c.RequestTransfer: (place, lambda x: _transfer(x, "wh", x.id("place"))),
    c.SendTransfer: (held_trunk, lambda x: _transfer(x, x.id("place"), "wh")),
    c.ReceiveTransfer: (
        sent,
        lambda x: {**_transfer(x, "wh", x.id("place")), "accept": True, "reason": ""},
    ),
    c.SetAccountStatus: (
        customer,
        lambda x: {"account_id": x.id("account"), "status": "on_hold", "reason": "why"},
    ),
    c.Delegate: (
        person,
        lambda x: {
            "delegation_id": x.id("new"), "to_user": x.id("rep"), "valid_from": DAY, "valid_to": DAY,
        },
    ),
    c.GrantEnvelope: (
        person,
        lambda x: {
            "envelope_id": x.id("new"), "holder": x.id("rep"), "account_ids": (), "product_classes": (),
            "currency": "USD", "max_discount_bp": 100, "max_amount": 1, "budget": 1, "valid_from": DAY,
            "valid_to": DAY,
        },
    ),
    c.RevokeEnvelope: (envelope, lambda x: {"envelope_id": x.id("envelope"), "reason": "why"}),
    c.ResolveCase: (case, lambda x: {"case_id": x.id("case"), "resolution": "counted again"}),
    c.SaveDraft: (
        draft,
        lambda x: {**_draft(x), "kind": "quote", "number": "N-1", "based_on": x.id("rev"), "body": "{}"},
    ),
    c.SettleDraft: (
        draft,
        lambda x: {**_draft(x), "keep": x.id("rev"), "over": (x.id("rev"),), "body": ""},
    ),
    c.CloseDraft: (draft, lambda x: {"draft_id": x.id("draft"), "based_on": x.id("rev")}),
    c.TakeCustody: (place, lambda x: {"location_id": x.id("place")}),
    c.ReleaseCustody: (held_trunk, lambda x: {"location_id": x.id("place")}),
    c.MoveLease: (
        office_trunk,
        lambda x: {
            "location_id": x.id("place"), "device_id": x.id("device"), "force": False, "reason": "lost",
        },
    ),
    c.ClaimStock: (
        held_trunk,
        lambda x: {
            "claim_id": x.id("new"), "location_id": x.id("place"), "product_id": "p1", "lot_id": "l1", "qty": 1,
            "kind": "recall", "to_location": "", "reason": "why",
        },
    ),
    c.WithdrawClaim: (claimed, lambda x: {"claim_id": x.id("claim"), "reason": "why"}),
    c.AnswerClaim: (
        claimed,
        lambda x: {"claim_id": x.id("claim"), "number": "N-1", "qty": 2, "reason": ""},
    ),
    c.GrantAllotment: (
        person,
        lambda x: {
            "location_id": "wh", "user_id": x.id("rep"), "name": "kept", "reason": "why",
            "lines": (c.AllotLine(product_id="p1", lot_id="l1", qty=1),),
        },
    ),
    c.ReturnAllotment: (
        allotment,
        lambda x: {
            "location_id": x.id("place"), "reason": "why",
            "lines": (c.AllotLine(product_id="p1", lot_id="l1", qty=1),),
        },
    ),
    c.SignDocument: (
        quote,
        lambda x: {
            "signature_id": x.id("new"), "document": "quote", "document_id": x.id("quote"), "revision": 1,
            "signer": "Dr. Ada", "meaning": "accepts", "signed_at": f"{DAY}T09:00:00+00:00", "strokes": "1,2 3,4",
            "digest": _shown(x),
        },
    ),
    c.RecordVisit: (
        customer,
        lambda x: {
            "visit_id": x.id("new"), "account_id": x.id("account"), "note": "talked", "next_on": "",
        },
    ),
    c.MarkFavourite: (goods, lambda x: {"product_id": x.id("product"), "favourite": True}),
}  # fmt: skip
