"""What a decision on an order did, told in short; an order that is held, and the quote behind it."""

from __future__ import annotations

from dataclasses import replace

from order_kit import ACCOUNT, only, order

from app.domain.decide import Decision
from app.domain.events import ExposureGrew, LineAllocated, StockMoved
from app.domain.facts import Known, Policy, QuoteFact, QuoteLineFact

HELD_ORDER = order(state="held")
LIMITED = Known.held(replace(ACCOUNT, credit_limit=103_01))
LICENCED = Policy(licence_classes=("Implants",))
QUOTE = QuoteFact(
    "q", "MB-A-0001", 1, "a", "s", "north", "rep", "approved", "USD", "PO 1", 103_01,
    (
        QuoteLineFact("ql2", 2, "g", 2, 1_5000, 3_00, 1, "[2]"),
        QuoteLineFact("ql1", 1, "p", 10, 10_0010, 100_01, 1_00, "[1]"),
    ), (), 1_01, "2026-11-23",
)  # fmt: skip


def movements(said: Decision) -> list[tuple[str, str, str, int, str, str]]:
    return [
        (m.kind, m.product_id, m.lot_id, m.qty, m.from_location, m.to_location)
        for m in only(said, StockMoved)
    ]


def lines(said: Decision) -> list[tuple[str, int, int]]:
    return [(e.order_line_id, e.allocated, e.backordered) for e in only(said, LineAllocated)]


def grown(said: Decision) -> list[tuple[int, int]]:
    return [(e.amount, e.unpaid) for e in only(said, ExposureGrew)]
