"""Why this price? Every pricing step in words: what made the price, and what was looked at and not used.

`present` explains a price that was just computed, `present_trace` one that a document keeps. Both answer a
`WhyPrice`, which `app.desktop.widgets.why_price` shows. With the facts at hand a step also says from which
quantity or until which day its price or offer holds; without them the bare reason is told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.catalog import ListPrice, PriceList, Promotion
from app.domain.facts import HELD, Facts
from app.domain.money import BP, divide, extend
from app.domain.pricing import Price, Step, read_trace
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr


@dataclass(frozen=True, slots=True)
class Asked:
    """What the price is for: `qty` base units, whose name is `unit`; `account` '' when none is chosen."""

    product_id: str
    product: str
    qty: int
    day: str
    currency: str
    unit: str = "EA"
    account: str = ""


@dataclass(frozen=True, slots=True)
class WhyStep:
    """One pricing step as a person reads it: `amount` is the unit price after it, `change` what it did."""

    used: bool
    kind: str
    name: str
    sentence: str
    amount: str
    change: str
    icon: str
    tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class WhyPrice:
    """The whole explanation."""

    product: str
    asked: str
    result: str
    total: str
    saving: str
    says: str  # a sentence when there is no price
    tone: str
    used: tuple[WhyStep, ...]
    unused: tuple[WhyStep, ...]
    note: str

    @property
    def as_text(self) -> str:
        """All of it as lines of text, to copy or to be read aloud."""
        head = [self.product, self.asked, self.result, self.total, self.saving, self.says]
        steps = [step.spoken for step in (*self.used, *self.unused)]
        return "\n".join(line for line in (*head, *steps, self.note) if line)


def present(
    price: Price | None,
    asked: Asked,
    formats: Formats,
    *,
    facts: Facts | None = None,
    as_of: str | None = None,
) -> WhyPrice:
    """Explain `price` (None: there is none). `as_of` is when this device last heard from the server."""
    if price is None:
        return _no_price(asked, formats, facts)
    note = tr("why_price.rules", version=price.rule_version)
    if as_of:
        note = f"{note} · {tr('why_price.prices_as_of', as_of=formats.as_of(as_of))}"
    return _explain(
        price.steps, asked, formats, unit=price.unit, list_unit=price.list_unit, facts=facts, note=note
    )


def present_trace(
    trace: str, asked: Asked, formats: Formats, *, unit: int, facts: Facts | None = None
) -> WhyPrice:
    """Explain the price `unit` (1/10,000) that a document keeps, from the trace kept with it."""
    steps = read_trace(trace)
    version = json.loads(trace).get("v", "") if trace else ""
    base = next((step.after for step in steps if step.rule == "list" and step.won), None)
    note = tr("why_price.shown", version=version or "–")
    return _explain(steps, asked, formats, unit=unit, list_unit=base or unit, facts=facts, note=note)


def _explain(
    steps: Sequence[Step],
    asked: Asked,
    formats: Formats,
    *,
    unit: int,
    list_unit: int,
    facts: Facts | None,
    note: str,
) -> WhyPrice:
    told = [_step(step, asked, formats, facts) for step in steps]
    below = divide((list_unit - unit) * BP, list_unit) if list_unit > unit else 0
    shown = formats.unit_price(list_unit, asked.currency)
    total = formats.money(extend(unit, asked.qty, asked.currency), asked.currency)
    return WhyPrice(
        product=asked.product,
        asked=_asked(asked, formats),
        result=tr("why_price.each", price=formats.unit_price(unit, asked.currency), unit=asked.unit),
        total=tr("why_price.for_qty", total=total, qty=formats.qty(asked.qty), unit=asked.unit),
        saving=tr("why_price.saved", percent=formats.percent(below), price=shown) if below else "",
        says="",
        tone="",
        used=tuple(one for one in told if one.used),
        unused=tuple(one for one in told if not one.used),
        note=note,
    )


def _no_price(asked: Asked, formats: Formats, facts: Facts | None) -> WhyPrice:
    here = facts is None or facts.prices_status == HELD
    says = tr("why_price.none.says") if here else tr("why_price.not_here.says")
    if here and facts is not None and facts.lists:
        says = f"{says} {tr('why_price.none.lists', lists=', '.join(one.name for one in facts.lists))}"
    return WhyPrice(
        product=asked.product,
        asked=_asked(asked, formats),
        result=tr("why_price.none") if here else tr("why_price.not_here"),
        total="",
        saving="",
        says=says,
        tone="warn",
        used=(),
        unused=(),
        note="",
    )


def _asked(asked: Asked, formats: Formats) -> str:
    qty, day = formats.qty(asked.qty), formats.date(asked.day)
    if asked.account:
        return tr("why_price.asked_for", account=asked.account, qty=qty, unit=asked.unit, day=day)
    return tr("why_price.asked", qty=qty, unit=asked.unit, day=day)


def _step(step: Step, asked: Asked, formats: Formats, facts: Facts | None) -> WhyStep:
    kind = named("price_rule", step.rule)
    amount = formats.unit_price(step.after, asked.currency) if step.after is not None else ""
    change = ""
    if step.won and step.before is not None:
        before = formats.unit_price(step.before, asked.currency)
        change = tr("why_price.change", before=before, after=amount)
    sentence = _sentence(step, asked, formats, facts)
    verdict = tr("why_price.verdict.used" if step.won else "why_price.verdict.unused")
    return WhyStep(
        used=step.won,
        kind=kind,
        name=step.name,
        sentence=sentence,
        amount=amount,
        change=change,
        icon="ok" if step.won else "minus",
        tone="ok" if step.won else "muted",
        spoken=tr(
            "why_price.spoken",
            verdict=verdict,
            kind=kind,
            name=step.name,
            sentence=sentence,
            amount=change or amount,
        ).strip(),
    )


def _sentence(step: Step, asked: Asked, formats: Formats, facts: Facts | None) -> str:
    if step.rule == "discount":
        return tr("why_price.discount", percent=formats.percent(step.percent_bp))
    if facts is not None and step.rule == "list":
        layer = next((one for one in facts.lists if one.id == step.ref), None)
        rows = [p for p in facts.prices if p.list_id == step.ref and p.product_id == asked.product_id]
        return _of_list(step, layer, rows, asked, formats) or _bare(step)
    if facts is not None and step.rule == "promotion":
        offer = next(
            (p for p in facts.promotions if p.id == step.ref and p.product_id == asked.product_id), None
        )
        return (offer and _of_offer(step, offer, asked, formats)) or _bare(step)
    return _bare(step)


def _bare(step: Step) -> str:
    return f"{named('why', step.why)}."


def _of_list(
    step: Step, layer: PriceList | None, rows: Sequence[ListPrice], asked: Asked, formats: Formats
) -> str:
    """The sentence of a list's step with its own quantity or day; '' when the facts have moved on since."""
    dated = [row for row in rows if row.valid_on(asked.day)]
    match step.why:
        case "most_specific":
            row = next((r for r in dated if r.unit_price == step.after and r.min_qty <= asked.qty), None)
            if row is None:
                return ""
            since = formats.date(row.valid_from)
            if row.min_qty <= 1:
                return tr("why_price.most_specific", since=since)
            return tr("why_price.most_specific.from", qty=formats.qty(row.min_qty), since=since)
        case "quantity_below" if dated:
            return tr("why_price.list.quantity_below", qty=formats.qty(min(row.min_qty for row in dated)))
        case "expired" if rows:
            return tr("why_price.list.expired", day=formats.date(max(row.valid_to or "" for row in rows)))
        case "not_yet_valid" if rows:
            coming = [row.valid_from for row in rows if row.valid_from > asked.day]
            return tr("why_price.list.not_yet_valid", day=formats.date(min(coming))) if coming else ""
        case "list_not_valid" if layer is not None:
            first = formats.date(layer.valid_from)
            if layer.valid_to is None:
                return tr("why_price.list.list_not_yet_valid", first=first)
            return tr("why_price.list.list_not_valid", first=first, last=formats.date(layer.valid_to))
        case _:
            return ""


def _of_offer(step: Step, offer: Promotion, asked: Asked, formats: Formats) -> str:
    """The sentence of an offer's step with its own quantity or day."""
    percent = formats.percent(step.percent_bp)
    match step.why:
        case "best" if offer.basis == "list" and step.before is not None and step.after is not None:
            off = formats.unit_price(step.before - step.after, asked.currency)
            band = _band(offer, formats)
            return tr("why_price.promotion.best.list", percent=percent, amount=off, band=band)
        case "best":
            return tr("why_price.promotion.best", percent=percent, band=_band(offer, formats))
        case "quantity_below":
            return tr("why_price.promotion.quantity_below", percent=percent, qty=formats.qty(offer.min_qty))
        case "quantity_above" if offer.max_qty is not None:
            return tr("why_price.promotion.quantity_above", percent=percent, qty=formats.qty(offer.max_qty))
        case "expired":
            return tr("why_price.promotion.expired", percent=percent, day=formats.date(offer.valid_to))
        case "not_yet_valid":
            return tr(
                "why_price.promotion.not_yet_valid", percent=percent, day=formats.date(offer.valid_from)
            )
        case "other_audience" if offer.audience in ("store", "individual"):
            return tr(f"why_price.promotion.other_audience.{offer.audience}", percent=percent)
        case "not_best":
            return tr("why_price.promotion.not_best", percent=percent)
        case _:
            return ""


def _band(offer: Promotion, formats: Formats) -> str:
    """For which quantities and until when an offer holds."""
    day, low = formats.date(offer.valid_to), formats.qty(offer.min_qty)
    if offer.max_qty is None:
        return (
            tr("why_price.band.any", day=day)
            if offer.min_qty <= 1
            else tr("why_price.band.from", low=low, day=day)
        )
    high = formats.qty(offer.max_qty)
    if offer.min_qty <= 1:
        return tr("why_price.band.upto", high=high, day=day)
    return tr("why_price.band.between", low=low, high=high, day=day)
