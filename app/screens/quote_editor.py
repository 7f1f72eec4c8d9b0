"""The quote editor: what is written, what it costs, and what the rules would say of it now.

The figures belong to the judgement that came back last. While it lags behind what was typed (`settled` is False) they
stay in sight, but nothing can be submitted: what is sent is what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.domain.approvals import discount_finding, needs, place
from app.domain.decide import HELD, REJECTED
from app.domain.facts import Policy
from app.domain.money import BP
from app.domain.rejections import BLOCKS, Finding
from app.screens.findings import FindingWords, all_in_words
from app.screens.formats import Formats
from app.screens.quote_taxes import in_words as taxes_in_words
from app.screens.why_price import Asked, WhyPrice, present as explain
from app.screens.wording import tr, worded
from app.workspace.rows.quote_draft import DraftLine, QuoteDraft
from app.workspace.rows.quoting import AccountChoice, Buyer, Judged, PricedLine, PricedQuote, ProductChoice

ACTIONS = ("sync", "edit", "choose_account", "open_account", "open_quote")  # next steps the editor can take
_ACCOUNT_TONES = {"on_hold": "bad", "closed": "bad"}


@dataclass(frozen=True, slots=True)
class EditorLine:
    """One line as shown. `discount` is the text of its field; `over` is True above what the person may give."""

    product_id: str
    name: str
    sku: str
    qty: int
    discount: str
    discount_note: str
    discount_tone: str
    wrong: bool
    each: str
    extended: str
    why: WhyPrice | None
    spoken: str


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


def discount_of(text: str) -> int | None:
    """A typed percentage in basis points: `12.5`, `12,5 %`, '' = none. None when it is no percentage from 0 to 100
    with at most two decimals."""
    plain = text.replace("%", "").replace("\u00a0", "").strip().replace(",", ".")
    if not plain:
        return 0
    if not all(one.isascii() and (one.isdigit() or one == ".") for one in plain) or plain == ".":
        return None
    try:
        basis_points = Decimal(plain) * 100
    except InvalidOperation:
        return None
    if basis_points != basis_points.to_integral_value() or basis_points > BP:
        return None
    return int(basis_points)


def discount_text(discount_bp: int) -> str:
    """Basis points as they are typed: `12.5`; '' for none."""
    return (
        f"{Decimal(discount_bp) / 100:f}".rstrip("0").rstrip(".")
        if discount_bp % 100
        else _whole(discount_bp)
    )


def _whole(discount_bp: int) -> str:
    return str(discount_bp // 100) if discount_bp else ""


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
        lines=_lines(
            draft, priced, formats, typed, covered=any(one.code == "envelope_used" for one in findings)
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


def roles_asked(findings: tuple[Finding, ...], policy: Policy) -> str:
    """Whose yes these findings ask for, in words and in the order of levels: `a manager and finance`."""
    roles = sorted({need.role for need in needs(findings, policy)}, key=place)
    words = [tr(f"role.{role}") if worded(f"role.{role}") else role for role in roles]
    return tr("quote_editor.and").join(words)


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


def _lines(
    draft: QuoteDraft,
    priced: PricedQuote | None,
    formats: Formats,
    typed: Mapping[str, str],
    *,
    covered: bool,
) -> tuple[EditorLine, ...]:
    found = priced.lines if priced else ()
    known = {line.product_id: line for line in found}

    def of(at: int, line: DraftLine) -> PricedLine | None:
        beside = found[at] if at < len(found) else None
        return beside if beside and beside.product_id == line.product_id else known.get(line.product_id)

    return tuple(
        _line(at + 1, line, of(at, line), priced, formats, typed.get(line.product_id), covered=covered)
        for at, line in enumerate(draft.lines)
    )


def _line(
    number: int,
    line: DraftLine,
    priced: PricedLine | None,
    quote: PricedQuote | None,
    formats: Formats,
    typed: str | None,
    *,
    covered: bool,
) -> EditorLine:
    name = (priced.name if priced else "") or tr("quote_editor.unknown_product")
    currency = quote.currency if quote else ""
    price = priced.price if priced else None
    note, tone = _discount_note(line, priced, quote, formats, wrong=typed is not None, covered=covered)
    if price is not None:
        each = tr("quote_editor.each", price=formats.unit_price(price.unit, currency))
        extended = formats.money(price.extended, currency)
    else:
        each = tr("quote_editor.no_price" if currency else "quote_editor.no_account_price")
        extended = "–"
    return EditorLine(
        product_id=line.product_id,
        name=name,
        sku=tr("quote_editor.sku", sku=priced.sku, unit=priced.unit)
        if priced and priced.sku
        else line.product_id,
        qty=line.qty,
        discount=discount_text(line.discount_bp) if typed is None else typed,
        discount_note=note,
        discount_tone=tone,
        wrong=typed is not None,
        each=each,
        extended=extended,
        why=_why(priced, quote, formats) if priced and quote and quote.buyer else None,
        spoken=tr("quote_editor.line", number=number, product=name),
    )


def _discount_note(
    line: DraftLine,
    priced: PricedLine | None,
    quote: PricedQuote | None,
    formats: Formats,
    *,
    wrong: bool,
    covered: bool,
) -> tuple[str, str]:
    """What to say of a discount as soon as it is typed: the limit in view, or whose yes it needs."""
    if wrong:
        return tr("quote_editor.discount_wrong"), "bad"
    if priced is None or quote is None or not priced.name:
        return "", ""
    limit = formats.percent(priced.limit_bp)
    known = quote.facts.products[line.product_id].value
    product_class = known.product_class if known else ""
    over = discount_finding("", "", product_class, line.discount_bp, quote.role, quote.facts.policy)
    if over and covered:
        return tr("quote_envelope.covers", limit=limit), "muted"
    if over:
        return tr(
            "quote_editor.over", limit=limit, roles=roles_asked(tuple(over), quote.facts.policy)
        ), "warn"
    return tr("quote_editor.limit", limit=limit), "muted"


def _why(priced: PricedLine, quote: PricedQuote, formats: Formats) -> WhyPrice:
    asked = Asked(
        product_id=priced.product_id,
        product=priced.name or priced.product_id,
        qty=priced.qty,
        day=quote.day,
        currency=quote.currency,
        unit=priced.unit or "EA",
        account=quote.buyer.name if quote.buyer else "",
    )
    return explain(priced.price or priced.unpriced, asked, formats, facts=quote.facts, as_of=quote.as_of)


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
