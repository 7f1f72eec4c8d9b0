"""Quotes in tests: an account, a product with its price, and a quote that waits for a yes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from decide_kit import DAY, PRICE, facts as small_world

from app.domain.catalog import PriceList
from app.domain.commands import CounterLine, MoveQuote, QuoteLine, SubmitQuote
from app.domain.decide import Decision, decide
from app.domain.facts import ApprovalFact, Facts, Known, Policy, QuoteFact, QuoteLineFact

LIMITS = {"rep": {"*": 1000}, "manager": {"*": 3000}, "finance": {"*": 5000}}
BASE = PriceList("base", "Base", 30, "USD", "2020-01-01", None)
NEED = ApprovalFact("x", "q", 1, "manager", "discount_over_limit", "pending")
STANDING = QuoteFact(
    id="q", number="MB-A-0001", revision=1, account_id="a", ship_to_id="s", territory_id="north", rep_id="rep",
    state="pending_approval", currency="USD", po_number="", total=200_00,
    lines=(
        QuoteLineFact("l1", 1, "p", 2, PRICE, 200_00),
        QuoteLineFact("l2", 2, "p", 1, 50_0000, 50_00),
    ),
    approvals=(NEED,), valid_until="2026-12-23",
)  # fmt: skip


def facts(**changes: Any) -> Facts:
    return small_world(**{"policy": Policy(LIMITS), **changes})


def submit(*, discount: int = 0, shown: int | None = None, **changes: Any) -> SubmitQuote:
    price = PRICE * (10_000 - discount) // 10_000 if shown is None else shown
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "quote_id": "q", "number": "MB-A-0001",
        "revision": 1, "account_id": "a", "ship_to_id": "s", "currency": "USD", "po_number": "", "note": "",
        "lines": (QuoteLine(product_id="p", qty=2, discount_bp=discount, shown_price=price),),
    }  # fmt: skip
    return SubmitQuote(**{**values, **changes})


def line(line_no: int, qty: int, unit_price: int) -> CounterLine:
    return CounterLine(line_no=line_no, qty=qty, unit_price=unit_price)


def moving(verb: str, **changes: Any) -> MoveQuote:
    values: dict[str, Any] = {
        "op_id": "op", "actor": "rep", "business_date": DAY, "quote_id": "q", "revision": 1, "reason": "",
    }  # fmt: skip
    return MoveQuote(**{**values, "verb": verb, **changes})


APPROVED = replace(STANDING, state="approved", approvals=())


def moved(command: MoveQuote, quote: QuoteFact = APPROVED, **changes: Any) -> Decision:
    return decide(command, facts(**{"quote": Known.held(quote), **changes}))
