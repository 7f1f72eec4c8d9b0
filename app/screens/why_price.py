"""Why this price? Every pricing step in words: what made the price, and what was looked at and not used.

`present` explains a price that was just computed, or why there is none; `present_trace` one that a document keeps.
Both answer a `WhyPrice`, which `app.desktop.widgets.why_price` shows. The sentences are those of `why_words`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.facts import HELD, Facts
from app.domain.money import BP, divide, extend
from app.domain.pricing import CONTRACT_RULES, Price, Step, Unpriced, read_trace
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.why_words import sentence
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
    differs: str = ""  # beside another explanation: that this step is not the same there


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


@dataclass(frozen=True, slots=True)
class TwoPrices:
    """The price that was shown beside the one the server found; steps that are not the same in both are marked."""

    shown: WhyPrice
    own: WhyPrice

    @property
    def as_text(self) -> str:
        return "\n\n".join(
            f"{head}\n{one.as_text}"
            for head, one in ((tr("why_two.shown"), self.shown), (tr("why_two.own"), self.own))
        )


def present(
    price: Price | Unpriced | None,
    asked: Asked,
    formats: Formats,
    *,
    facts: Facts | None = None,
    as_of: str | None = None,
) -> WhyPrice:
    """Explain `price`, or why there is none (None: nothing is known). `as_of` is the last contact with the server."""
    if price is None:
        return _no_price((), asked, formats, facts)
    if isinstance(price, Unpriced):
        return _no_price(price.steps, asked, formats, facts)
    note = tr("why_price.rules", version=price.rule_version)
    if as_of:
        note = f"{note} · {tr('why_price.prices_as_of', as_of=formats.as_of(as_of))}"
    return _explain(price.steps, asked, formats, unit=price.unit, list_unit=price.list_unit, note=note)


def present_trace(trace: str, asked: Asked, formats: Formats, *, unit: int) -> WhyPrice:
    """Explain the price `unit` (1/10,000) that a document keeps, from the trace kept with it, of whatever version."""
    steps = read_trace(trace)
    version = json.loads(trace).get("v", "") if trace else ""
    base = base_of(steps)
    note = tr("why_price.shown", version=version or "–")
    return _explain(steps, asked, formats, unit=unit, list_unit=base or unit, note=note)


def two_prices(shown: tuple[int, str], own: tuple[int, str], asked: Asked, formats: Formats) -> TwoPrices:
    """Explain two unit prices (1/10,000), each with its trace, side by side."""
    both = (read_trace(shown[1]), read_trace(own[1]))
    first, second = (
        _explain(
            steps,
            asked,
            formats,
            unit=unit,
            list_unit=base_of(steps) or unit,
            note="" if steps else tr("why_two.no_steps"),
            beside=beside if beside and steps else None,
        )
        for unit, steps, beside in ((shown[0], both[0], both[1]), (own[0], both[1], both[0]))
    )
    return TwoPrices(first, second)


def _differs(step: Step, beside: Sequence[Step]) -> str:
    """Whether the other explanation has the same step: '' when it does."""
    if step in beside:
        return ""
    there = any((one.rule, one.ref) == (step.rule, step.ref) for one in beside)
    return tr("why_two.other_there" if there else "why_two.only_here")


def base_of(steps: Sequence[Step]) -> int | None:
    """The unit price before offers and discount: of the layer that won, converted; None when the steps do not say."""
    made = (*CONTRACT_RULES, "list", "rate")
    return next((step.after for step in reversed(steps) if step.won and step.rule in made), None)


def _explain(
    steps: Sequence[Step],
    asked: Asked,
    formats: Formats,
    *,
    unit: int,
    list_unit: int,
    note: str,
    beside: Sequence[Step] | None = None,
) -> WhyPrice:
    told = [_step(step, asked, formats) for step in steps]
    if beside is not None:
        told = [_marked(one, _differs(step, beside)) for step, one in zip(steps, told, strict=True)]
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


def _marked(one: WhyStep, differs: str) -> WhyStep:
    return replace(one, differs=differs, spoken=f"{one.spoken} {differs}") if differs else one


def _no_price(steps: Sequence[Step], asked: Asked, formats: Formats, facts: Facts | None) -> WhyPrice:
    """Why each list and contract has no price; while not all of them are here, that nothing can be said yet."""
    here = facts is None or facts.prices_status == HELD
    return WhyPrice(
        product=asked.product,
        asked=_asked(asked, formats),
        result=tr("why_price.none") if here else tr("why_price.not_here"),
        total="",
        saving="",
        says=tr("why_price.none.says") if here else tr("why_price.not_here.says"),
        tone="warn",
        used=(),
        unused=tuple(_step(step, asked, formats) for step in steps) if here else (),
        note="",
    )


def _asked(asked: Asked, formats: Formats) -> str:
    qty, day = formats.qty(asked.qty), formats.date(asked.day)
    if asked.account:
        return tr("why_price.asked_for", account=asked.account, qty=qty, unit=asked.unit, day=day)
    return tr("why_price.asked", qty=qty, unit=asked.unit, day=day)


def _step(step: Step, asked: Asked, formats: Formats) -> WhyStep:
    kind = named("price_rule", step.rule)
    own = step.currency or asked.currency  # a layer's price is told in its own currency, then converted
    amount = ""
    if step.after is not None and step.rule != "floor":
        amount = formats.unit_price(step.after, asked.currency if step.rule == "rate" else own)
    change = ""
    if amount and step.won and step.before is not None:
        change = tr("why_price.change", before=formats.unit_price(step.before, own), after=amount)
    said = sentence(step, asked.currency, formats)
    verdict = tr("why_price.verdict.used" if step.won else "why_price.verdict.unused")
    floor = step.rule == "floor"
    return WhyStep(
        used=step.won,
        kind=kind,
        name=step.name,
        sentence=said,
        amount=amount,
        change=change,
        icon="warning" if floor else "ok" if step.won else "minus",
        tone="warn" if floor else "ok" if step.won else "muted",
        spoken=tr(
            "why_price.spoken",
            verdict=verdict,
            kind=kind,
            name=step.name,
            sentence=said,
            amount=change or amount,
        ).strip(),
    )
