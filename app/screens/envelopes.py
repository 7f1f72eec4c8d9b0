"""Authority given in advance, in words; and a grant while it is written: what is wrong, what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.approvals import LEVELS
from app.domain.authority import Terms, grant_limit
from app.domain.facts import Policy
from app.screens.formats import Formats
from app.screens.quote_editor import discount_of
from app.screens.typed import amount_of
from app.screens.wording import tr
from app.workspace.rows.envelopes import EnvelopeRow

_FULL = 1000


@dataclass(frozen=True, slots=True)
class EnvelopeState:
    """An envelope in words. `share`: how much of the budget is used, in thousandths."""

    key: str
    name: str
    allows: str
    scope: str
    used: str
    share: int
    days: str
    state: str
    tone: str
    may_revoke: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class EnvelopesState:
    granted: tuple[EnvelopeState, ...]
    got: tuple[EnvelopeState, ...]
    may_grant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantForm:
    """What stands in the fields of a grant; figures as text, days ISO."""

    holder: str
    product_classes: tuple[str, ...]
    currency: str
    discount: str
    max_amount: str
    budget: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class GrantCheck:
    """What is wrong, by field; with nothing wrong the figures: basis points and minor units."""

    wrong: Mapping[str, str]
    limit: str  # how much discount this person may give for these classes, in words
    max_discount_bp: int = 0
    max_amount: int = 0
    budget: int = 0


def present(rows: Sequence[EnvelopeRow], role: str, limits: Policy, formats: Formats) -> EnvelopesState:
    """The page for a person of `role`."""
    return EnvelopesState(
        granted=tuple(_row(one, formats) for one in rows if one.mine),
        got=tuple(_row(one, formats) for one in rows if not one.mine),
        may_grant=role in LEVELS and role in limits.discount_limits,
    )


def check(form: GrantForm, role: str, limits: Policy, today: str, formats: Formats) -> GrantCheck:
    """What is wrong with a grant, as the rules would find it (authority.grant), before anybody presses a button."""
    limit = grant_limit(limits, role, form.product_classes)
    wrong: dict[str, str] = {}
    if not form.holder:
        wrong["holder"] = tr("envelopes.holder_missing")
    discount = discount_of(form.discount)
    if not discount:
        wrong["discount"] = tr("envelopes.discount_wrong")
    elif discount > limit:
        wrong["discount"] = tr("envelopes.discount_over", limit=formats.percent(limit))
    amounts = {
        "max_amount": amount_of(form.max_amount, form.currency),
        "budget": amount_of(form.budget, form.currency),
    }
    for name, amount in amounts.items():
        if not amount:
            wrong[name] = tr("envelopes.amount_wrong")
    if form.valid_from > form.valid_to:
        wrong["days"] = tr("delegations.dates_wrong")
    elif form.valid_to < today:
        wrong["days"] = tr("delegations.over")
    words = tr(
        "envelopes.limit" if form.product_classes else "envelopes.limit.all", limit=formats.percent(limit)
    )
    if not form.product_classes and any(one > limit for one in limits.discount_limits.get(role, {}).values()):
        words = f"{words} {tr('envelopes.limit.more')}"
    if wrong:
        return GrantCheck(wrong, words)
    return GrantCheck({}, words, discount or 0, amounts["max_amount"] or 0, amounts["budget"] or 0)


def _row(row: EnvelopeRow, formats: Formats) -> EnvelopeState:
    name = row.holder if row.mine else tr("envelopes.by", name=row.granted_by)
    state, tone = _state(row, formats)
    if row.terms is None:
        return EnvelopeState(
            row.envelope_id,
            name,
            tr("envelopes.unreadable"),
            "",
            "",
            0,
            "",
            state,
            tone,
            False,
            f"{name}. {state}",
        )
    terms, currency = row.terms, row.terms.currency
    left = max(0, terms.budget - row.used_amount)
    allows = tr(
        "envelopes.allows",
        discount=formats.percent(terms.max_discount_bp),
        amount=formats.money(terms.max_amount, currency),
    )
    scope = tr(
        "envelopes.scope",
        accounts=", ".join(row.accounts) or tr("envelopes.all_accounts"),
        products=", ".join(terms.product_classes) or tr("envelopes.all_products"),
    )
    used = tr(
        "envelopes.used",
        count=row.used_count,
        used=formats.money(row.used_amount, currency),
        budget=formats.money(terms.budget, currency),
        left=formats.money(left, currency),
    )
    days = tr("delegations.days", first=formats.date(terms.valid_from), last=formats.date(terms.valid_to))
    return EnvelopeState(
        key=row.envelope_id,
        name=name,
        allows=allows,
        scope=scope,
        used=used,
        share=min(_FULL, row.used_amount * _FULL // terms.budget) if terms.budget else _FULL,
        days=days,
        state=state,
        tone=tone,
        may_revoke=row.mine and row.revoked_on is None and terms.valid_to >= formats.today(),
        spoken=f"{name}. {state}. {allows}. {scope}. {used}. {days}",
    )


def _state(row: EnvelopeRow, formats: Formats) -> tuple[str, str]:
    """(words, tone): the first that keeps it from being used, or that it is valid."""
    if row.revoked_on is not None:
        return tr("envelopes.revoked", day=formats.day_and_month(row.revoked_on)), "muted"
    if not row.sent:
        return tr("outcome.waiting"), "warn"
    if not row.signed:
        return tr("envelopes.unsigned"), "warn"
    terms: Terms | None = row.terms
    if terms is None:
        return tr("envelopes.state.unreadable"), "warn"
    if terms.valid_to < formats.today():
        return tr("envelopes.over"), "muted"
    if terms.budget <= row.used_amount:
        return tr("envelopes.used_up"), "muted"
    if terms.valid_from > formats.today():
        return tr("delegations.later", when=formats.until(terms.valid_from)), ""
    return tr("envelopes.valid"), "ok"
