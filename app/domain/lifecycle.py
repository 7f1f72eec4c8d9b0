"""Lifecycle: tables of allowed transitions, to be read aloud (DOMAIN.md §6). Buttons come from the same tables."""

from __future__ import annotations

from collections.abc import Mapping

# state -> verb -> next state
QUOTE: Mapping[str, Mapping[str, str]] = {
    "draft": {"submit": "approved", "submit_for_approval": "pending_approval"},
    "pending_approval": {"approve": "approved", "decline": "declined", "revise": "draft"},
    "approved": {
        "offer": "offered",
        "place_order": "accepted",
        "revise": "draft",
        "lose": "lost",
        "expire": "expired",
    },
    "offered": {"place_order": "accepted", "revise": "draft", "lose": "lost", "expire": "expired"},
    "declined": {"revise": "draft"},
    "expired": {"revise": "draft"},
    "accepted": {},
    "lost": {},
}

ORDER: Mapping[str, Mapping[str, str]] = {
    "placed": {"hold": "held", "allocate": "allocated", "cancel": "cancelled"},
    "held": {"release": "placed", "cancel": "cancelled"},
    "allocated": {"pick": "picked", "cancel": "cancelled"},
    "picked": {"ship": "shipped", "cancel": "cancelled"},
    "shipped": {"deliver": "delivered"},
    "delivered": {"invoice": "invoiced", "return": "returned"},
    "invoiced": {"pay": "paid", "return": "returned"},
    "paid": {"close": "closed", "return": "returned"},
    "returned": {},
    "cancelled": {},
    "closed": {},
}

OPEN_ORDER = (
    "placed",
    "held",
    "allocated",
    "picked",
    "shipped",
    "delivered",
)  # counts against the credit limit


def next_state(table: Mapping[str, Mapping[str, str]], state: str, verb: str) -> str | None:
    """Where `verb` leads from `state`; None when the table does not allow it."""
    return table.get(state, {}).get(verb)


def verbs(table: Mapping[str, Mapping[str, str]], state: str) -> tuple[str, ...]:
    """The verbs open in `state`, in the table's order."""
    return tuple(table.get(state, {}))
