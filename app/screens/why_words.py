"""The reason of a pricing step as a sentence, with the quantity, the days and the names that the step carries.

A step that carries none, as those of traces of version 1, is told by the bare words of its reason.
"""

from __future__ import annotations

from decimal import Decimal

from app.domain.pricing import CONTRACT_RULES, Step
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr, worded

_RATE = Decimal(100_000_000)  # the whole of an exchange rate


def sentence(step: Step, currency: str, formats: Formats) -> str:
    """Why a step won or lost. `currency` is the document's."""
    match step.rule:
        case "promotion":
            said = _offer(step, currency, formats)
        case "discount" | "floor" | "rate":
            said = _after(step, currency, formats)
        case _:
            said = _won(step, formats) if step.won else _layer(step, formats) or _party(step, formats)
    return said or f"{named('why', step.why)}."


def _won(step: Step, formats: Formats) -> str:
    """A list or contract that made the price: from which quantity, since when, for which tier, off what."""
    if step.since is None or step.why not in ("most_specific", "lowest"):
        return ""
    since = formats.date(step.since)
    contract = ".contract" if step.rule in CONTRACT_RULES and step.why == "most_specific" else ""
    if step.qty is not None and step.qty > 1:
        said = tr(f"why_price.{step.why}{contract}.from", qty=formats.qty(step.qty), since=since)
    else:
        said = tr(f"why_price.{step.why}{contract}", since=since)
    if step.percent_bp is not None:
        said = f"{said} {tr('why_price.off_list', percent=formats.percent(step.percent_bp))}"
    return f"{said} {tr('why_price.at_tier', tier=step.detail)}" if step.detail else said


def _layer(step: Step, formats: Formats) -> str:
    """A list or contract that has no price: the day or the quantity that is missing."""
    first, last = formats.date(step.since), formats.date(step.until)
    match step.why:
        case "quantity_below" if step.qty is not None:
            return tr("why_price.list.quantity_below", qty=formats.qty(step.qty))
        case "expired" if step.until:
            return tr("why_price.list.expired", day=last)
        case "not_yet_valid" if step.since:
            return tr("why_price.list.not_yet_valid", day=first)
        case "list_not_valid" if step.since and step.until:
            return tr("why_price.list.list_not_valid", first=first, last=last)
        case "list_not_valid" if step.since:
            return tr("why_price.list.list_not_yet_valid", first=first)
        case "list_disabled" if step.since:
            return tr("why_price.list.list_disabled", day=first)
        case "no_rate" if step.detail:
            return tr("why_price.no_rate", currency=step.detail)
        case "contract_expired" if step.until:
            return tr("why_price.contract.expired", day=last)
        case "contract_not_yet_valid" if step.since:
            return tr("why_price.contract.not_yet_valid", day=first)
    return ""


def _party(step: Step, formats: Formats) -> str:
    """A contract that is not this customer's, or not yet, or no longer."""
    first, last, group = formats.date(step.since), formats.date(step.until), step.detail
    match step.why:
        case "not_on_roster" if group and step.since and step.until:
            return tr("why_price.roster.between", group=group, left=last, joins=first)
        case "not_on_roster" if group and step.since:
            return tr("why_price.roster.joins", group=group, joins=first)
        case "not_on_roster" if group and step.until:
            return tr("why_price.roster.left", group=group, left=last)
        case "committed_elsewhere" if step.detail and step.since:
            return tr("why_price.committed_elsewhere", contract=step.detail, day=first)
        case "not_committed" if step.detail:
            return tr("why_price.loc.none", tier=step.detail)
        case "loc_not_signed" if step.detail and step.since:
            return tr("why_price.loc.signed_late", tier=step.detail, day=first)
        case "loc_not_signed" if step.detail:
            return tr("why_price.loc.not_signed", tier=step.detail)
        case "loc_not_started" if step.detail and step.since:
            return tr("why_price.loc.not_started", tier=step.detail, day=first)
        case "loc_expired" if step.detail and step.until:
            return tr("why_price.loc.expired", tier=step.detail, day=last)
    return ""


def _after(step: Step, currency: str, formats: Formats) -> str:
    """What comes after the layers: the conversion, the discount, the floor."""
    match step.why:
        case "given" if step.percent_bp is not None:
            return tr("why_price.discount", percent=formats.percent(step.percent_bp))
        case "contract_fixed" if step.percent_bp is not None:
            return tr("why_price.discount.fixed", percent=formats.percent(step.percent_bp))
        case "converted" if step.rate is not None:
            rate = f"{(Decimal(step.rate) / _RATE).normalize():f}"
            day = formats.date(step.since)
            return tr("why_price.rate", foreign=step.currency, rate=rate, currency=currency, day=day)
        case "below_floor" if step.detail:
            role = f"role.{step.detail}"
            return tr("why_price.floor", role=tr(role) if worded(role) else step.detail)
    return ""


def _offer(step: Step, currency: str, formats: Formats) -> str:
    """An offer: what it gives, and for how many and until when; or the quantity or day that is missing."""
    if step.won:
        given = _given(step, currency, formats)
        together = tr("why_price.promotion.together") if step.why == "stacked" else ""
        return " ".join(part for part in (given, _band(step, formats) if given else "", together) if part)
    if step.percent_bp is None:
        percent = tr("why_price.promotion.special")
    else:
        percent = tr("why_price.promotion.off", percent=formats.percent(step.percent_bp))
    match step.why:
        case "quantity_below" if step.qty is not None:
            return tr("why_price.promotion.quantity_below", what=percent, qty=formats.qty(step.qty))
        case "quantity_above" if step.max_qty is not None:
            return tr("why_price.promotion.quantity_above", what=percent, qty=formats.qty(step.max_qty))
        case "expired" if step.until:
            return tr("why_price.promotion.expired", what=percent, day=formats.date(step.until))
        case "not_yet_valid" if step.since:
            return tr("why_price.promotion.not_yet_valid", what=percent, day=formats.date(step.since))
        case "other_audience" if step.detail in ("store", "individual"):
            return tr(f"why_price.promotion.other_audience.{step.detail}", what=percent)
        case "other_currency" if step.currency:
            return tr("why_price.promotion.other_currency", what=percent, currency=step.currency)
        case "not_best" | "not_lower" | "contract_excludes" | "contract_fixed" if step.since:
            return tr(f"why_price.promotion.{step.why}", what=percent)
    return ""


def _given(step: Step, currency: str, formats: Formats) -> str:
    """What an offer took off, by its kind; '' when the step does not say."""
    if step.before is None or step.after is None or step.since is None:
        return ""
    amount = formats.unit_price(step.before - step.after, currency)
    if step.detail == "fixed":
        return tr("why_price.promotion.fixed", price=formats.unit_price(step.after, currency))
    if step.percent_bp is None:
        return tr("why_price.promotion.amount", amount=amount)
    percent = formats.percent(step.percent_bp)
    if step.detail == "list":
        return tr("why_price.promotion.list", percent=percent, amount=amount)
    return tr("why_price.promotion.running", percent=percent)


def _band(step: Step, formats: Formats) -> str:
    """For which quantities and until when an offer holds."""
    day, low, high = formats.date(step.until), formats.qty(step.qty), formats.qty(step.max_qty)
    few = step.qty is None or step.qty <= 1
    if step.max_qty is None:
        return tr("why_price.band.any", day=day) if few else tr("why_price.band.from", low=low, day=day)
    if few:
        return tr("why_price.band.upto", high=high, day=day)
    return tr("why_price.band.between", low=low, high=high, day=day)
