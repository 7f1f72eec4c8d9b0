"""A counter-offer while it is made: what was asked, what is typed, what it comes to, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.commands import MAX_UNIT_PRICE, CounterLine
from app.domain.money import BP, divide, extend
from app.domain.pricing import read_trace
from app.screens.formats import Formats
from app.screens.typed import unit_price_of, unit_price_text
from app.screens.wording import tr
from app.workspace.rows.approvals import ApprovalDetail, ApprovalLine


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of a line: base units, and the unit price as text."""

    qty: int
    price: str


@dataclass(frozen=True, slots=True)
class CounterLineState:
    line_no: int
    product: str
    asked: str
    qty: int
    price: str  # as typed
    currency: str
    extended: str
    note: str  # the discount off the list price that this comes to
    wrong: str
    changed: bool


@dataclass(frozen=True, slots=True)
class CounterState:
    """`counter` holds the changed lines, once nothing is `wrong`; '' in `wrong` = it can be sent."""

    title: str
    lines: tuple[CounterLineState, ...]
    total: str
    difference: str
    margin: str
    margin_tone: str
    wrong: str
    counter: tuple[CounterLine, ...]


def as_asked(detail: ApprovalDetail) -> dict[int, Typed]:
    """The fields as they stand at first: the asked figures, by line number."""
    return {
        one.line_no: Typed(one.qty, unit_price_text(one.unit_price, detail.currency)) for one in detail.lines
    }


def present(detail: ApprovalDetail, typed: Mapping[int, Typed], formats: Formats) -> CounterState:
    """The page. A line with quantity 0 is left out of the offer."""
    lines, offered = [], []
    for line in detail.lines:
        given = typed[line.line_no]
        price = unit_price_of(given.price)
        if price is not None and price > MAX_UNIT_PRICE:
            price = None
        lines.append(_line(line, given, price, detail.currency, formats))
        if price is not None:
            offered.append((line, given.qty, price))
    complete = len(offered) == len(detail.lines)
    total = sum(extend(price, qty, detail.currency) for _line, qty, price in offered)
    margin, tone = _margin(detail, offered, total, formats) if complete else ("", "")
    return CounterState(
        title=tr("counter.title", number=detail.number, account=detail.account),
        lines=tuple(lines),
        total=formats.money(total, detail.currency) if complete else "–",
        difference=_difference(total - detail.total, detail.currency, formats) if complete else "",
        margin=margin,
        margin_tone=tone,
        wrong=_wrong(lines),
        counter=tuple(
            CounterLine(line_no=line.line_no, qty=qty, unit_price=price)
            for line, qty, price in offered
            if (qty, price) != (line.qty, line.unit_price)
        ),
    )


def _line(
    line: ApprovalLine, given: Typed, price: int | None, currency: str, formats: Formats
) -> CounterLineState:
    return CounterLineState(
        line_no=line.line_no,
        product=line.product,
        asked=tr(
            "counter.asked",
            qty=formats.qty(line.qty),
            unit=line.unit,
            price=formats.unit_price(line.unit_price, currency),
        ),
        qty=given.qty,
        price=given.price,
        currency=currency,
        extended=formats.money(extend(price, given.qty, currency), currency) if price is not None else "–",
        note=_note(line, given.qty, price, currency, formats),
        wrong="" if price is not None else tr("counter.price_wrong"),
        changed=(given.qty, price) != (line.qty, line.unit_price),
    )


def _note(line: ApprovalLine, qty: int, price: int | None, currency: str, formats: Formats) -> str:
    if qty == 0:
        return tr("counter.left_out")
    listed = next((one.after for one in read_trace(line.trace) if one.rule == "list" and one.won), None)
    if price is None or not listed or price > listed:
        return ""
    below = divide((listed - price) * BP, listed)
    return tr(
        "counter.below_list", percent=formats.percent(below), price=formats.unit_price(listed, currency)
    )


def _wrong(lines: list[CounterLineState]) -> str:
    if any(one.wrong for one in lines):
        return tr("counter.price_wrong")
    if not any(one.changed for one in lines):
        return tr("counter.unchanged")
    if all(one.qty == 0 for one in lines):
        return tr("counter.nothing_left")
    return ""


def _difference(more: int, currency: str, formats: Formats) -> str:
    if more == 0:
        return tr("counter.same")
    return tr("counter.more" if more > 0 else "counter.less", amount=formats.money(abs(more), currency))


def _margin(
    detail: ApprovalDetail, offered: list[tuple[ApprovalLine, int, int]], total: int, formats: Formats
) -> tuple[str, str]:
    """(words, tone) of what would be earned; ('', '') while a cost is not known."""
    if not detail.costs_here or total == 0:
        return "", ""
    cost = 0
    for line, qty, _price in offered:
        if line.unit_cost is None:
            return "", ""
        cost += extend(line.unit_cost, qty, detail.currency)
    earned = total - cost
    words = tr(
        "approvals.margin",
        amount=formats.money(earned, detail.currency),
        percent=formats.percent(divide(earned * 1000, total) * 10),
    )
    return words, "bad" if earned < 0 else ""
