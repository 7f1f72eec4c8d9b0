"""What an order is worth to the account's exposure (minor units, before tax), while goods ship in parts and come back.

The shares of a line add up to the line to the cent (money.share), so that what an order adds to the exposure and what
it takes away later are the same figure, in whatever steps.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.facts import OrderFact, OrderLineFact
from app.domain.lifecycle import OPEN_ORDER, SALE, UNPAID_ORDER, order_table
from app.domain.money import share

_BEFORE_SHIPPED = ("placed", "held", "allocated", "picked", "partly_shipped")


def line_worth(line: OrderLineFact, state: str) -> int:
    """A line's extended amount: all of it until the order has shipped, then what was issued and has not come back."""
    kept = line.qty if state in _BEFORE_SHIPPED else line.allocated
    return share(line.extended or 0, line.qty, line.returned, kept - line.returned)


def order_worth(lines: Iterable[OrderLineFact], state: str) -> int:
    """What the lines of an order in `state` come to."""
    return sum(line_worth(line, state) for line in lines)


def exposure_of(order: OrderFact) -> tuple[int, int]:
    """What an order holds of its account's exposure: (open orders, unpaid).

    A return holds nothing of its own, and goods that were handed over against the rules only once the office has
    released the sale.
    """
    table = order_table(order.type)
    if not table or (table is SALE and order.state == "held"):
        return 0, 0
    worth = order_worth(order.lines, order.state)
    return (
        worth if order.state in OPEN_ORDER else 0,
        worth if order.state in UNPAID_ORDER else 0,
    )
