"""Findings in words: what, why, and what to do next, with the button for it (UX.md, promise 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.domain.rejections import APPROVAL, BLOCKS, WARN, Finding
from app.screens.formats import Formats
from app.screens.wording import fill, tr, worded

TONES = {WARN: "accent", APPROVAL: "warn", BLOCKS: "bad"}
ICONS = {WARN: "info", APPROVAL: "approvals", BLOCKS: "blocked"}

# The next step a button can take; '' where only a person or time can. Screens know how to `edit` and so on.
NEXT: dict[str, str] = {
    "fact_missing": "sync",
    "account_unknown": "choose_account",
    "account_on_hold": "open_account",
    "account_closed": "choose_account",
    "not_your_territory": "choose_account",
    "address_unknown": "edit",
    "po_number_required": "edit",
    "product_unknown": "edit",
    "product_not_sold": "edit",
    "no_lines": "edit",
    "price_missing": "edit",
    "currency_mismatch": "edit",
    "discount_over_limit": "edit",
    "credit_limit_exceeded": "open_account",
    "price_too_old": "revise",
    "document_exists": "open_quote",
    "quote_wrong_state": "open_quote",
    "revision_moved_on": "open_quote",
    "approval_unknown": "open_quote",
    "approval_settled": "open_quote",
    "reason_required": "edit",
    "lot_required": "edit",
    "lot_unknown": "edit",
    "stock_short": "count",
    "variance_reason_required": "edit",
    "counted_twice": "edit",
    "fefo_overridden": "edit",
    "not_company_stock": "edit",
    "serial_quantity": "edit",
    "place_kind_wrong": "edit",
    "place_of_other_customer": "edit",
    "same_place": "edit",
    "second_count_missing": "edit",
    "not_in_assortment": "edit",
    "below_min_order": "edit",
    "prices_stale": "sync",
    "credit_stale": "sync",
    "quote_expired": "revise",
    "order_line_unknown": "edit",
    "return_too_many": "edit",
}
_STATES = {  # whose state a finding tells; else a quote's
    "approval_settled": "approval_state",
    "claim_closed": "claim_state",
    "order_wrong_state": "order_state",
    "transfer_wrong_state": "transfer_state",
}


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding as a person reads it. `action` is a step of NEXT ('' when there is none), `action_words` its button."""

    code: str
    subject: str
    severity: str
    tone: str
    icon: str
    kind: str  # the severity in words
    title: str
    sentence: str
    next_step: str
    action: str
    action_words: str

    @property
    def spoken(self) -> str:
        """All of it in one line, for a screen reader."""
        return f"{self.kind}: {self.title}. {self.sentence} {self.next_step}"


def in_words(found: Finding, formats: Formats) -> FindingWords:
    """One finding in words. A parameter the finding lacks is worded as `this account` and the like."""
    params = dict(found.params)
    values = _Values(
        {name: _value(found.code, name, text, params, formats) for name, text in params.items() if text}
    )
    stem = f"finding.{found.code}"
    variants = (f"{stem}.says.{name}" for name in _VARIANTS if name in values)
    special = next((key for key in variants if worded(key)), "")
    sentence = fill(special or f"{stem}.says", values)
    if found.as_of:
        sentence = f"{sentence.rstrip('.')} ({formats.as_of(found.as_of)})."
    action = NEXT.get(found.code, "")
    return FindingWords(
        code=found.code,
        subject=found.subject,
        severity=found.severity,
        tone=TONES[found.severity],
        icon=ICONS[found.severity],
        kind=tr(f"severity.{found.severity}"),
        title=tr(f"{stem}.title"),
        sentence=sentence,
        next_step=fill(f"{stem}.next", values),
        action=action,
        action_words=tr(f"act.{action}") if action else "",
    )


def all_in_words(found: Iterable[Finding], formats: Formats) -> tuple[FindingWords, ...]:
    """Every finding in words: refusals first, then what needs a yes, then notes."""
    order = {BLOCKS: 0, APPROVAL: 1, WARN: 2}
    return tuple(in_words(one, formats) for one in sorted(found, key=lambda f: (order[f.severity], f)))


def named(stem: str, code: str) -> str:
    """The words of `stem.code`, or of `stem.other` for a code that a newer program knows and this one does not."""
    return tr(f"{stem}.{code}" if worded(f"{stem}.{code}") else f"{stem}.other")


_VARIANTS = ("reason", "why", "role", "product", "sold_until", "sold_from")


class _Values(dict[str, str]):
    """Parameters in words; one that is missing is worded."""

    def __missing__(self, name: str) -> str:
        return named("unnamed", name)


def _roles(text: str) -> str:
    return ", ".join(tr(f"role.{role}") for role in text.split(",") if worded(f"role.{role}")) or text


def _value(code: str, name: str, text: str, params: dict[str, str], formats: Formats) -> str:
    """One parameter as a person reads it: money, percentages, days and names each in their own way."""
    currency = params.get("currency", "")
    if name in ("product", "account", "number", "lot", "first", "currency", "reason"):
        return text.rstrip(".")
    if code == "currency_mismatch" and name == "asked":
        return text
    ways: dict[str, Callable[[], str]] = {
        "what": lambda: named("what", text),
        "role": lambda: _roles(text),
        "roles": lambda: _roles(text),
        "state": lambda: named(_STATES.get(code, "quote_state"), text).lower(),
        "verb": lambda: (
            named("transfer_done", text) if code == "transfer_wrong_state" else tr(f"verb.{text}")
        ).lower(),
        "kind": lambda: named("place_kind", text),
        "shown": lambda: formats.unit_price(int(text), currency),
        "own": lambda: formats.unit_price(int(text), currency),
        "used": lambda: formats.money(int(text), currency),
        "amount": lambda: formats.money(int(text), currency),
        "left": lambda: formats.money(int(text), currency),
        "why": lambda: named("why_not", text),
        "discount": lambda: formats.percent(int(text)),
        "limit": lambda: formats.money(int(text), currency) if currency else formats.percent(int(text)),
        "variance": lambda: formats.signed(int(text)),
    }
    if name in ways:
        return ways[name]()
    if name in ("date", "on", "sold_from", "sold_until", "needed"):
        return formats.date(text)
    if text.lstrip("-").isdecimal():
        return formats.qty(int(text))
    return text
