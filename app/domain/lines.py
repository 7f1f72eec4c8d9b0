"""Priced lines, which quotes and trunk sales have in common: price, compare with what was shown, judge the discount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.approvals import discount_finding
from app.domain.facts import HELD, Facts
from app.domain.money import BP, divide, extend
from app.domain.pricing import Price, price
from app.domain.rejections import APPROVAL, Finding, finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line to be judged: base units, the discount asked, and the unit price (1/10,000) and steps that were shown."""

    line_id: str  # what findings name
    product_id: str
    qty: int
    discount_bp: int
    shown: int
    shown_trace: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line's agreed unit price (1/10,000), the decider's own when another, amounts in minor units, and findings.

    `trace` are the steps as shown; `repriced_trace` the decider's own, '' where its price is the same.
    """

    unit: int
    repriced: int | None
    extended: int
    list_extended: int
    trace: str
    findings: tuple[Finding, ...]
    repriced_trace: str = ""
    tax: int = 0


def judge_all(asked: Iterable[Asked], *, currency: str, day: str, facts: Facts) -> list[Judged]:
    """Every line of one document, in order."""
    return [
        judge(
            one.line_id,
            one.product_id,
            one.qty,
            one.discount_bp,
            one.shown,
            currency=currency,
            day=day,
            facts=facts,
        )
        for one in asked
    ]


def judge(
    line_id: str,
    product_id: str,
    qty: int,
    discount_bp: int,
    shown: int,
    *,
    currency: str,
    day: str,
    facts: Facts,
) -> Judged:
    """Price a line and compare it with the price the person was shown.

    A shown price that differs is honoured for the days that policy gives (then it needs approval), and its distance
    from our own price counts as discount: a wrong price is no way around the limit.
    """
    segment = facts.account.value.segment if facts.account.value else ""
    own = price(product_id, qty, discount_bp, segment=segment, currency=currency, day=day, facts=facts)
    if own is None:
        code = "price_missing" if facts.prices_status == HELD else "fact_missing"
        missing = finding(code, line_id, product=_name(facts, product_id), what="price")
        amount = extend(shown, qty, currency)
        return Judged(shown, None, amount, amount, "", (missing,))
    found: list[Finding] = []
    if shown != own.unit:
        found.append(_differs(line_id, product_id, shown, own, currency, day, facts))
    found += _discount(line_id, product_id, discount_bp, shown, own, facts)
    return Judged(
        unit=shown,
        repriced=None if shown == own.unit else own.unit,
        extended=extend(shown, qty, currency),
        list_extended=own.list_extended
        if shown == own.unit
        else _before_discount(shown, discount_bp, qty, currency),
        trace=own.trace(),
        findings=tuple(found),
    )


def days_between(earlier: str, later: str) -> int:
    """Whole days from one ISO date to another."""
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def check_date(facts: Facts, day: str) -> list[Finding]:
    """A business date further from the day of receipt than policy allows asks for approval."""
    if facts.received_on is None:
        return []
    away = days_between(day, facts.received_on)
    if -1 <= away <= facts.policy.back_dating_days:
        return []
    return [finding("back_dated", "", days=away, allowed=facts.policy.back_dating_days, date=day)]


def _before_discount(shown: int, discount_bp: int, qty: int, currency: str) -> int:
    """What the line would have come to without the discount, at the price that was shown (minor units)."""
    return extend(divide(shown * BP, BP - discount_bp) if discount_bp < BP else shown, qty, currency)


def _name(facts: Facts, product_id: str) -> str:
    known = facts.products.get(product_id)
    return known.value.name if known and known.value else product_id


def _differs(
    line_id: str, product_id: str, shown: int, own: Price, currency: str, day: str, facts: Facts
) -> Finding:
    age = days_between(day, facts.received_on) if facts.received_on else 0
    code = "price_differs" if age <= facts.policy.price_honour_days else "price_too_old"
    return finding(
        code,
        line_id,
        product=_name(facts, product_id),
        shown=shown,
        own=own.unit,
        currency=currency,
        days=age,
    )


def _discount(
    line_id: str, product_id: str, discount_bp: int, shown: int, own: Price, facts: Facts
) -> list[Finding]:
    """The discount asked, or the one the shown price amounts to, against the actor's limit."""
    product, actor = facts.products.get(product_id), facts.actor.value
    if product is None or product.value is None or actor is None:
        return []
    before = next((s.before for s in own.steps if s.rule == "discount"), None) or own.unit
    implied = divide(max(0, before - shown) * BP, before) if before and shown != own.unit else 0
    given = max(discount_bp, implied)
    found = discount_finding(
        line_id, product.value.name, product.value.product_class, given, actor.role, facts.policy
    )
    return [f for f in found if f.severity == APPROVAL]
