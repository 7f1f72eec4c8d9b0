"""Lifecycle: tables of allowed transitions, to be read aloud (DOMAIN.md §6). Buttons come from the same tables.

Where one command may lead to two states, the rules choose between two verbs of the table: `submit` and
`submit_for_approval`, `ship` and `ship_part`.
"""

from __future__ import annotations

from collections.abc import Mapping

Table = Mapping[str, Mapping[str, str]]  # state -> verb -> next state

QUOTE: Table = {
    "draft": {"submit": "approved", "submit_for_approval": "pending_approval"},
    "pending_approval": {
        "approve": "approved",
        "decline": "declined",
        "counter": "countered",
        "revise": "draft",
    },
    "approved": {
        "offer": "offered",
        "place_order": "accepted",
        "revise": "draft",
        "lose": "lost",
        "expire": "expired",
    },
    "offered": {"place_order": "accepted", "revise": "draft", "lose": "lost", "expire": "expired"},
    "declined": {"revise": "draft"},
    "countered": {
        "revise": "draft",
        "lose": "lost",
    },  # the approver's figures wait for the rep's next revision
    "expired": {"revise": "draft"},
    "accepted": {},
    "lost": {},
}

# A stock order: a warehouse ships it, in one go or in parts. What is not shipped yet may be cancelled.
ORDER: Table = {
    "placed": {"hold": "held", "allocate": "allocated", "cancel": "cancelled"},
    "held": {"release": "placed", "cancel": "cancelled"},
    "allocated": {"allocate": "allocated", "pick": "picked", "cancel": "cancelled"},
    "picked": {
        "allocate": "allocated",  # another lot is to be picked in the place of one that may not go
        "ship": "shipped",
        "ship_part": "partly_shipped",
        "cancel": "cancelled",
    },
    "partly_shipped": {
        "allocate": "partly_shipped",
        "ship": "shipped",
        "ship_part": "partly_shipped",
        "cancel": "shipped",  # the rest; what was shipped stands
    },
    "shipped": {"deliver": "delivered"},
    "delivered": {"invoice": "invoiced", "return": "returned"},
    "invoiced": {"pay": "paid", "return": "returned"},
    "paid": {"close": "closed", "return": "returned"},
    "returned": {},
    "cancelled": {},
    "closed": {},
}

# Goods that were handed over before anybody could object (a trunk sale, a usage): there is nothing to ship or cancel.
SALE: Table = {
    "held": {"release": "delivered"},
    "delivered": {"invoice": "invoiced", "return": "returned"},
    "invoiced": {"pay": "paid", "return": "returned"},
    "paid": {"close": "closed", "return": "returned"},
    "returned": {},
    "closed": {},
}

# Goods between two places that people answer for. `taken`: received before the sending was told (SYNC.md law 6: both
# are facts and come in any order). The same holds of goods that were declined.
TRANSFER: Table = {
    "new": {"request": "requested", "send": "in_transit", "accept": "taken", "decline": "declined"},
    "requested": {"send": "in_transit", "accept": "taken", "decline": "declined"},
    "in_transit": {"accept": "accepted", "decline": "declined"},
    "taken": {"send": "accepted"},
    "declined": {"send": "declined", "take_back": "returned"},
    "accepted": {},
    "returned": {},
}

OPEN_ORDER = (
    "placed",
    "held",
    "allocated",
    "picked",
    "partly_shipped",
    "shipped",
    "delivered",
)  # counts against the credit limit
UNPAID_ORDER = ("invoiced",)  # as well, as an unpaid invoice

_TYPES: Mapping[str, Table] = {"stock": ORDER, "trunk_sale": SALE, "bill_only": SALE}


def next_state(table: Table, state: str, verb: str) -> str | None:
    """Where `verb` leads from `state`; None when the table does not allow it."""
    return table.get(state, {}).get(verb)


def verbs(table: Table, state: str) -> tuple[str, ...]:
    """The verbs open in `state`, in the table's order."""
    return tuple(table.get(state, {}))


def order_table(order_type: str) -> Table:
    """The table of an order of this type; a return, or an order of before our time, moves nowhere."""
    return _TYPES.get(order_type, {})


def quote_state_on(state: str, valid_until: str | None, day: str) -> str:
    """The state of a quote as it reads on `day` (ISO date): past its last day, an open offer has expired."""
    late = valid_until is not None and valid_until < day
    return "expired" if late and next_state(QUOTE, state, "expire") else state
