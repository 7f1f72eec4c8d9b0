"""The quote editor: what is written, what it costs, and what the rules would say of it now.

The figures belong to the judgement that came back last. While it lags behind what was typed (`settled` is False) they
stay in sight, but nothing can be submitted: what is sent is what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.decide import HELD, REJECTED
from app.domain.rejections import BLOCKS, Finding
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.quote_lines import (
    EditorLine as EditorLine,
    discount_of as discount_of,
    discount_text as discount_text,
    editor_lines,
    roles_asked as roles_asked,
)
from app.screens.quote_taxes import in_words as taxes_in_words
from app.screens.wording import tr
from app.workspace.rows.quote_draft import QuoteDraft
from app.workspace.rows.quoting import AccountChoice, Buyer, Judged, ProductChoice

ACTIONS = ("sync", "edit", "choose_account", "open_account", "open_quote")  # next steps the editor can take
_ACCOUNT_TONES = {"on_hold": "bad", "closed": "bad"}


@dataclass(frozen=True, slots=True)
class AccountView:
    """The customer of the quote."""

    id: str
    name: str
    about: str
    state: str  # '' when active
    tone: str


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class EnvelopeChoice:
    """Authority given in advance that may be drawn on; `chosen` when the draft does."""

    id: str
    words: str
    more: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would come of submitting now."""

    words: str
    more: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class EditorState:
    """The editor. `settled`: figures and findings belong to exactly what is written."""

    title: str
    revision: str
    account: AccountView | None
    ship_tos: tuple[Choice, ...]
    ship_to_id: str
    po_hint: str
    lines: tuple[EditorLine, ...]
    list_total: str
    saving: str
    net: str  # '' where there is nothing to say of tax
    tax: str
    tax_names: str
    tax_notes: str
    total: str
    total_label: str
    envelopes: tuple[EnvelopeChoice, ...]
    verdict: Verdict
    findings: tuple[FindingWords, ...]
    submit: str
    settled: bool
    may_submit: bool


def present(
    draft: QuoteDraft,
    judged: Judged | None,
    formats: Formats,
    *,
    typed: Mapping[str, str] | None = None,
    refused: bool = False,
) -> EditorState:
    """The editor of `draft`. `judged` is the last judgement (perhaps of an earlier state of it), `typed` holds discount
    texts that are no percentage by product id, `refused` is True when this very draft was submitted and refused."""
    typed = typed or {}
    settled = judged is not None and judged.draft == draft
    priced = judged.priced if judged else None
    buyer = priced.buyer if priced and priced.buyer and priced.buyer.id == draft.account_id else None
    findings = judged.decision.findings if settled and judged and judged.decision else ()
    if not refused:  # what is not begun is not wrong yet
        findings = tuple(found for found in findings if found.code != "no_lines")
    currency = buyer.currency if buyer else ""
    listed = priced.list_total if priced else 0
    total = priced.total if priced else 0
    shown = bool(currency and draft.lines)
    tax = taxes_in_words((line.tax for line in priced.lines), formats) if priced and shown else None
    return EditorState(
        title=tr("quote_editor.title", number=draft.number),
        revision=tr("quote_editor.revision", revision=draft.revision) if draft.revision > 1 else "",
        account=_account(buyer, formats) if buyer else None,
        ship_tos=tuple(Choice(one.id, one.short) for one in buyer.ship_tos) if buyer else (),
        ship_to_id=draft.ship_to_id,
        po_hint=tr("quote_editor.po_required") if buyer and buyer.po_required else "",
        lines=editor_lines(
            draft,
            priced,
            formats,
            typed,
            covered=any(one.code == "envelope_used" for one in findings),
            favourites=judged.favourites if judged else frozenset(),
        ),
        list_total=formats.money(listed, currency) if shown else "–",
        saving=formats.money(total - listed, currency) if shown and total != listed else "–",
        net=formats.money(total, currency) if tax else "",
        tax=formats.money(priced.tax, currency) if tax and priced else "",
        tax_names=tax.names if tax else "",
        tax_notes=tax.notes if tax else "",
        total=formats.money(priced.gross if priced else 0, currency) if shown else "–",
        envelopes=_envelopes(draft, judged, formats) if buyer and judged else (),
        total_label=tr("quote_editor.total_in", currency=currency) if currency else tr("quote_editor.total"),
        verdict=_verdict(draft, judged if settled else None, findings, typed, refused=refused),
        findings=all_in_words(findings, formats),
        submit=tr(
            "quote_editor.submit_for_approval"
            if settled and judged and judged.decision and judged.decision.outcome == HELD
            else "quote_editor.submit"
        ),
        settled=settled,
        may_submit=not typed,
    )


def about_account(choice: AccountChoice) -> str:
    """What tells an account from another of the same name."""
    return " · ".join(part for part in (choice.number, choice.place) if part)


def state_of_account(choice: AccountChoice) -> str:
    """Its state in words, when it is not simply active."""
    return "" if choice.status == "active" else tr(f"account_state.{choice.status}")


def price_of_product(choice: ProductChoice, formats: Formats) -> str:
    """What one costs this account; '' before there is an account."""
    return formats.unit_price(choice.price, choice.currency) if choice.currency else ""


def _envelopes(draft: QuoteDraft, judged: Judged, formats: Formats) -> tuple[EnvelopeChoice, ...]:
    """What may be drawn on. One that the draft draws on and that is gone stays in sight, so it can be put away."""
    offered = [
        EnvelopeChoice(
            one.envelope_id,
            tr("quote_envelope.left", left=formats.money(one.left, one.currency)),
            tr(
                "quote_envelope.terms",
                who=one.granted_by,
                percent=formats.percent(one.max_discount_bp),
                amount=formats.money(one.max_amount, one.currency),
                day=formats.date(one.valid_to),
            ),
            one.envelope_id == draft.envelope_id,
        )
        for one in judged.envelopes
    ]
    if draft.envelope_id and not any(one.chosen for one in offered):
        offered.append(EnvelopeChoice(draft.envelope_id, tr("quote_envelope.gone"), "", True))
    return tuple(offered)


# -- parts ------------------------------------------------------------------------------------------------------------


def _account(buyer: Buyer, formats: Formats) -> AccountView:
    about = tr(
        "quote_editor.account_line",
        number=buyer.number,
        currency=buyer.currency,
        terms=tr("quote_editor.terms", count=buyer.terms_days),
    )
    if buyer.credit_limit is not None:
        used = formats.money(buyer.open_orders, buyer.currency)
        limit = formats.money(buyer.credit_limit, buyer.currency)
        told = tr("quote_editor.credit", used=used, limit=limit)
        if buyer.open_orders_as_of:
            as_of = formats.as_of(buyer.open_orders_as_of)
            told = tr("quote_editor.credit_as_of", used=used, limit=limit, as_of=as_of)
        about = f"{about} · {told}"
    state = "" if buyer.status == "active" else tr(f"account_state.{buyer.status}")
    return AccountView(buyer.id, buyer.name, about, state, _ACCOUNT_TONES.get(buyer.status, ""))


def _verdict(
    draft: QuoteDraft,
    judged: Judged | None,
    found: tuple[Finding, ...],
    typed: Mapping[str, str],
    *,
    refused: bool,
) -> Verdict:
    """In one sentence: what would come of it. `judged` is None while the figures lag behind."""
    if typed:
        return _said("wrong", "bad", "warning")
    if not draft.account_id:
        return _said("no_account", "accent", "accounts")
    if judged is None or judged.decision is None:
        return Verdict(tr("quote_editor.verdict.typing"), "", "", "clock")
    if not draft.lines and not found:
        return _said("no_lines", "accent", "catalogue")
    if judged.decision.outcome == REJECTED:
        many = sum(1 for one in found if one.severity == BLOCKS)
        if refused:
            more = tr("quote_editor.verdict.refused", count=len(found))
            return Verdict(tr("quote_editor.verdict.refused_now"), more, "bad", "blocked")
        more = tr("quote_editor.verdict.rejected_more")
        return Verdict(tr("quote_editor.verdict.rejected", count=many), more, "bad", "blocked")
    if judged.decision.outcome == HELD:
        words = tr("quote_editor.verdict.held", roles=roles_asked(found, judged.priced.facts.policy))
        return Verdict(words, tr("quote_editor.verdict.held.more"), "warn", "approvals")
    return _said("applied", "ok", "ok")


def _said(key: str, tone: str, icon: str) -> Verdict:
    return Verdict(tr(f"quote_editor.verdict.{key}"), tr(f"quote_editor.verdict.{key}.more"), tone, icon)
