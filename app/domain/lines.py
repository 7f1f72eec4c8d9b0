"""Priced lines, for quotes and sales alike: price, compare with what was shown, judge discount and floor, tax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.approvals import discount_finding
from app.domain.days import days_between
from app.domain.facts import HELD, Facts
from app.domain.money import BP, divide, extend
from app.domain.pricing import Price, PriceBook, Unpriced, explains, fitting
from app.domain.rejections import APPROVAL, Finding, finding
from app.domain.taxes import tax


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

    `trace` are the steps as shown (the decider's own where none were sent that explain the shown price);
    `repriced_trace` the decider's own, '' where its price is the same. `tax` comes on top of `extended`.
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
    """Every line of one document, in order. Quantity breaks are judged on a product's quantity over all lines.

    A shown price that differs is honoured for the days that policy gives (then it needs approval), and its distance
    from our own price counts as discount: a wrong price is no way around the limit.
    """
    lines = list(asked)
    segment = facts.account.value.segment if facts.account.value else ""
    book = PriceBook(facts, segment=segment, currency=currency, day=day)
    together: Counter[str] = Counter()
    for one in lines:
        together[one.product_id] += one.qty
    priced = [
        book.price(one.product_id, one.qty, one.discount_bp, break_qty=together[one.product_id])
        for one in lines
    ]
    return [
        _judged(one, own, trace, book, currency, day, facts)
        for one, own, trace in zip(lines, priced, fitting(priced), strict=True)
    ]


def _judged(
    asked: Asked,
    own: Price | Unpriced,
    own_trace: str,
    book: PriceBook,
    currency: str,
    day: str,
    facts: Facts,
) -> Judged:
    """A priced line beside the price that the person was shown."""
    name, shown = _name(facts, asked.product_id), asked.shown
    amount = extend(shown, asked.qty, currency)
    due, found = _tax(asked, name, amount, day, facts)
    if isinstance(own, Unpriced):
        code = "price_missing" if facts.prices_status == HELD else "fact_missing"
        found.append(finding(code, asked.line_id, product=name, what="price"))
        return Judged(shown, None, amount, amount, own_trace, tuple(found), tax=due)
    same = shown == own.unit
    if not same:
        found.append(_differs(asked, own, name, currency, day, facts))
    given = _given(asked, own)
    if own.fixed and given:
        found.append(finding("contract_price_fixed", asked.line_id, product=name, discount=given))
    found += _discount(asked, given, facts)
    found += _floors(asked, name, currency, book)
    return Judged(
        unit=shown,
        repriced=None if same else own.unit,
        extended=amount,
        list_extended=own.list_extended
        if same
        else _before_discount(shown, asked.discount_bp, asked.qty, currency),
        trace=asked.shown_trace if explains(asked.shown_trace, shown) else own_trace,
        findings=tuple(found),
        repriced_trace="" if same else own_trace,
        tax=due,
    )


def check_date(facts: Facts, day: str) -> list[Finding]:
    """A business date further from the day of receipt than policy allows asks for approval."""
    if facts.received_on is None:
        return []
    away = days_between(day, facts.received_on)
    if -1 <= away <= facts.policy.back_dating_days:
        return []
    return [finding("back_dated", "", days=away, allowed=facts.policy.back_dating_days, date=day)]


def believed_day(day: str, facts: Facts) -> str:
    """The day a command claims, or the day it was received when the claim is further away than policy allows: nobody
    reaches an escalation, a delegation or a lot that was still good by setting a clock."""
    return facts.received_on if facts.received_on and check_date(facts, day) else day


def reserving_day(day: str, facts: Facts) -> str:
    """The day goods that are set aside now must be fit on: today on the server, however long ago the command says; what
    was recalled or has expired since is not promised any more."""
    return max(day, facts.received_on or "")


def _before_discount(shown: int, discount_bp: int, qty: int, currency: str) -> int:
    """What the line would have come to without the discount, at the price that was shown (minor units)."""
    return extend(divide(shown * BP, BP - discount_bp) if discount_bp < BP else shown, qty, currency)


def _name(facts: Facts, product_id: str) -> str:
    known = facts.products.get(product_id)
    return known.value.name if known and known.value else product_id


def _tax(asked: Asked, name: str, amount: int, day: str, facts: Facts) -> tuple[int, list[Finding]]:
    """The line's tax in minor units, and the finding when no rate is known for its place and class."""
    known = facts.products.get(asked.product_id)
    due = tax(amount, known.value.product_class if known and known.value else "", day=day, facts=facts)
    place = facts.ship_to.value
    if due.known or place is None:
        return due.amount, []
    where = f"{place.state}, {place.country}" if place.state else place.country
    return due.amount, [finding("tax_unknown", asked.line_id, product=name, where=where, date=day)]


def _floors(asked: Asked, name: str, currency: str, book: PriceBook) -> list[Finding]:
    """The floors that the agreed price is below: what is sold is the price that was shown, not our own."""
    found = []
    for floor in book.broken_floors(asked.product_id, asked.shown):
        if floor.never:
            found.append(
                finding(
                    "below_floor_never",
                    asked.line_id,
                    as_of=floor.since,
                    product=name,
                    shown=asked.shown,
                    currency=currency,
                )
            )
        else:
            found.append(
                finding(
                    "below_floor",
                    asked.line_id,
                    as_of=floor.since,
                    product=name,
                    shown=asked.shown,
                    currency=currency,
                    roles=floor.role,
                )
            )
    return found


def _differs(asked: Asked, own: Price, name: str, currency: str, day: str, facts: Facts) -> Finding:
    age = days_between(day, facts.received_on) if facts.received_on else 0
    code = "price_differs" if age <= facts.policy.price_honour_days else "price_too_old"
    return finding(
        code,
        asked.line_id,
        product=name,
        shown=asked.shown,
        own=own.unit,
        currency=currency,
        days=age,
    )


def _given(asked: Asked, own: Price) -> int:
    """The discount asked, or the one the shown price amounts to when that is more (basis points)."""
    before = next((s.before for s in own.steps if s.rule == "discount"), None) or own.unit
    implied = divide(max(0, before - asked.shown) * BP, before) if before and asked.shown != own.unit else 0
    return max(asked.discount_bp, implied)


def _discount(asked: Asked, given: int, facts: Facts) -> list[Finding]:
    """The discount given (basis points) against the actor's limit."""
    product, actor = facts.products.get(asked.product_id), facts.actor.value
    if product is None or product.value is None or actor is None:
        return []
    found = discount_finding(
        asked.line_id, product.value.name, product.value.product_class, given, actor.role, facts.policy
    )
    return [f for f in found if f.severity == APPROVAL]
