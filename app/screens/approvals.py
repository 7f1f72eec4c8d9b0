"""Approvals: the queue in words, one approval with its figures, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.money import BP, divide, extend
from app.domain.pricing import read_trace
from app.domain.rejections import BLOCKS, Finding
from app.screens import why_price
from app.screens.approval_levels import (
    Asked,
    acting_words,
    asked,
    counter_lines,
    due_words,
    is_overdue,
    level_words,
)
from app.screens.approval_prices import asked_for
from app.screens.findings import FindingWords, all_in_words, in_words, named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.approvals import (
    ApprovalDetail,
    ApprovalLine,
    ApprovalQueue,
    DecidedRow,
    EarlierOrder,
    NeedLine,
    QueueRow,
    UnusedDecision,
)

_STATE_TONES = {
    "approved": "ok",
    "declined": "bad",
    "countered": "warn",
    "superseded": "muted",
    "pending": "warn",
}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An open approval in the queue."""

    approval_id: str
    account: str
    about: str
    total: str
    need: str
    spoken: str


@dataclass(frozen=True, slots=True)
class PastRow:
    """An approval that is settled, or a decision that did not count (then `op_id` is set, to be dealt with)."""

    key: str
    approval_id: str
    account: str
    about: str
    state: str
    tone: str
    comment: str
    op_id: str
    spoken: str


@dataclass(frozen=True, slots=True)
class QueueState:
    """The page's lists with their words."""

    waiting: tuple[WaitingRow, ...]
    past: tuple[PastRow, ...]
    waiting_words: str
    past_words: str
    as_of: str


@dataclass(frozen=True, slots=True)
class LineState:
    """A line of the quote. Figures in words; `tone` 'warn' where the discount is over the limit."""

    key: int
    product: str
    about: str  # quantity and code
    price: str
    list_price: str
    discount: str
    limit: str
    tone: str
    extended: str
    margin: str
    cost: str
    margin_tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class DetailState:
    """One approval. `findings` are what the rules would say to a yes now; with a refusal among them nothing can be
    decided (`can_decide` False)."""

    approval_id: str
    quote_id: str
    account_id: str
    title: str
    state: str
    tone: str
    account: str
    about: str
    need: str
    need_lines: tuple[str, ...]
    level: str  # which of several levels this is; '' where there is one
    due: str  # until when, and who may decide after; '' when it never escalates
    due_tone: str
    acting: str  # in whose place it would be decided; '' in the person's own right
    decision: str  # who decided, when and with which words; '' while it waits
    total: str
    saving: str
    margin: str
    margin_tone: str
    facts: tuple[tuple[str, str], ...]  # (name, words)
    note: str
    lines: tuple[LineState, ...]
    notes: tuple[FindingWords, ...]
    asked: tuple[Asked, ...]  # everybody whose yes it needs; empty where it is this one alone
    counter: tuple[str, ...]  # what was offered instead
    history: tuple[str, ...]
    history_head: str
    findings: tuple[FindingWords, ...]
    can_decide: bool


def present(queue: ApprovalQueue, formats: Formats) -> QueueState:
    """The lists: what waits, oldest first; what is past, newest first, decisions that did not count on top."""
    past = (
        *(_unused_row(one, formats) for one in queue.unused),
        *(_past_row(one, formats) for one in queue.decided),
    )
    return QueueState(
        waiting=tuple(_waiting_row(one, formats) for one in queue.waiting),
        past=past,
        waiting_words=tr("approvals.tab.waiting", n=formats.qty(len(queue.waiting))),
        past_words=tr("approvals.tab.past"),
        as_of=formats.as_of(queue.as_of) if queue.as_of else tr("trunk.never_synced"),
    )


def present_detail(
    detail: ApprovalDetail, findings: Sequence[Finding], formats: Formats, *, waiting: bool, role: str = ""
) -> DetailState:
    """One approval for a person of `role`; `findings` are what the rules say to a yes now, or said to the decision
    that was not used. Only one that is `waiting` can be decided."""
    refusals = [f for f in findings if f.severity == BLOCKS]
    lines = tuple(_line(one, detail, formats) for one in detail.lines)
    margin, margin_tone = _margin(detail, formats)
    below = divide((detail.list_total - detail.total) * BP, detail.list_total) if detail.list_total else 0
    own = [f for f in detail.findings if f.code != "discount_over_limit"]
    due, due_tone = due_words(detail, formats)
    return DetailState(
        approval_id=detail.approval_id,
        quote_id=detail.quote_id,
        account_id=detail.account_id,
        title=tr("approvals.quote", number=detail.number, revision=detail.revision),
        state=tr("approvals.state.overdue") if due_tone else named("approval_state", detail.state),
        tone=due_tone or _STATE_TONES.get(detail.state, ""),
        account=detail.account,
        about=tr("approvals.by", rep=detail.rep, when=formats.age(detail.asked_on)),
        need=named("approvals.need", detail.code),
        need_lines=tuple(_need_sentence(detail.code, one, formats) for one in detail.need),
        level=level_words(detail),
        due=due,
        due_tone=due_tone,
        acting=acting_words(detail, role) if waiting else "",
        decision=_decision(detail, formats),
        total=formats.money(detail.total, detail.currency),
        saving=tr(
            "approvals.below_list",
            percent=formats.percent(below),
            total=formats.money(detail.list_total, detail.currency),
        )
        if below > 0
        else tr("approvals.at_list"),
        margin=margin,
        margin_tone=margin_tone,
        facts=_facts(detail, formats),
        note=detail.note.strip(),
        lines=lines,
        notes=all_in_words(own, formats),
        asked=asked(detail, formats) if len(detail.needs) > 1 else (),
        counter=counter_lines(detail, formats),
        history=tuple(_order(one, formats) for one in detail.history),
        history_head=tr("approvals.history", count=detail.orders)
        if detail.orders
        else tr("approvals.history.none"),
        findings=all_in_words(_news(refusals, detail, waiting=waiting), formats),
        can_decide=waiting and not refusals,
    )


def why(detail: ApprovalDetail, line_no: int, formats: Formats) -> why_price.WhyPrice | None:
    """Why a line of the quote costs what it costs, from the trace kept with it."""
    line = next((one for one in detail.lines if one.line_no == line_no), None)
    if line is None:
        return None
    return why_price.present_trace(line.trace, asked_for(detail, line), formats, unit=line.unit_price)


def _news(refusals: Sequence[Finding], detail: ApprovalDetail, *, waiting: bool) -> Sequence[Finding]:
    """Of a settled approval that it is settled goes without saying: its state says so."""
    if waiting or detail.state == "pending":
        return refusals
    return [f for f in refusals if f.code not in ("quote_wrong_state", "revision_moved_on")]


def _waiting_row(row: QueueRow, formats: Formats) -> WaitingRow:
    need = need_words(row.code, row.need, formats)
    total = formats.money(row.total, row.currency)
    late = is_overdue(row.due_on, formats)
    place = tr("approvals.for", name=row.in_place_of) if row.in_place_of else ""
    when = tr("approvals.state.overdue") if late else formats.age(row.asked_on)
    about = " · ".join(
        part
        for part in ((row.number, when, row.rep, place) if late else (row.number, row.rep, when, place))
        if part
    )
    spoken = tr("approvals.row.spoken", account=row.account, about=about, total=total, need=need)
    return WaitingRow(row.approval_id, row.account, about, total, need, spoken)


def _past_row(row: DecidedRow, formats: Formats) -> PastRow:
    state = named("approval_state", row.state)
    standing = ""
    if row.op_pushed is False:
        standing = tr("outcome.waiting")
    elif row.op_pushed and row.op_result is None:
        standing = tr("outcome.sent")
    when = formats.age(row.decided_on)
    by = tr("approvals.decided_by", name=row.decided_by, when=when) if row.decided_by else when
    about = f"{row.number} · {by}"
    comment = " · ".join(part for part in (row.comment, standing) if part)
    spoken = tr("approvals.past.spoken", account=row.account, about=about, state=state, comment=comment)
    tone = _STATE_TONES.get(row.state, "")
    return PastRow(row.approval_id, row.approval_id, row.account, about, state, tone, comment, "", spoken)


def _unused_row(row: UnusedDecision, formats: Formats) -> PastRow:
    said = "approve" if row.approve else "counter" if row.countered else "decline"
    verdict = tr(f"approvals.yours.{said}")
    state = f"{tr('outcome.rejected')}: {verdict}"
    words = " ".join(in_words(one, formats).sentence for one in row.findings)
    about = f"{row.number} · {formats.age(row.saved_at)}"
    spoken = tr("approvals.past.spoken", account=row.account, about=about, state=state, comment=words)
    op_id = row.op_id if row.settled else ""
    return PastRow(f"op:{row.op_id}", row.approval_id, row.account, about, state, "bad", words, op_id, spoken)


def need_words(code: str, need: Sequence[NeedLine], formats: Formats) -> str:
    """What is asked, in a few words: the discount furthest over its limit, or what the need is called."""
    over = [
        (int(p["discount"]), int(p["limit"])) for p in (dict(one.params) for one in need) if "discount" in p
    ]
    if code == "discount_over_limit" and over:
        discount, limit = max(over, key=lambda one: (one[0] - one[1], one))
        return tr("approvals.over", discount=formats.percent(discount), limit=formats.percent(limit))
    return named("approvals.need", code)


def _need_sentence(code: str, need: NeedLine, formats: Formats) -> str:
    params = dict(need.params)
    if code == "discount_over_limit" and "discount" in params and "limit" in params:
        return tr(
            "approvals.over.line",
            product=params.get("product", need.subject),
            discount=formats.percent(int(params["discount"])),
            limit=formats.percent(int(params["limit"])),
            over=formats.percent(int(params["discount"]) - int(params["limit"])),
        )
    return in_words(Finding(code, need.subject, need.params), formats).sentence


def _line(line: ApprovalLine, detail: ApprovalDetail, formats: Formats) -> LineState:
    currency = detail.currency
    list_price = why_price.base_of(read_trace(line.trace))
    limit = tr("approvals.limit", limit=formats.percent(line.limit_bp)) if line.limit_bp is not None else ""
    over = line.limit_bp is not None and line.discount_bp > line.limit_bp
    margin, cost, margin_tone = _line_margin(line, detail, formats)
    extended = formats.money(line.extended, currency)
    return LineState(
        key=line.line_no,
        product=line.product,
        about=f"{formats.qty(line.qty)} {line.unit} · {line.sku}",
        price=formats.unit_price(line.unit_price, currency),
        list_price=tr("approvals.list_price", price=formats.unit_price(list_price, currency)),
        discount=formats.percent(line.discount_bp),
        limit=limit,
        tone="warn" if over else "",
        extended=extended,
        margin=margin,
        cost=cost,
        margin_tone=margin_tone,
        spoken=tr(
            "approvals.line.spoken",
            product=line.product,
            qty=formats.qty(line.qty),
            discount=formats.percent(line.discount_bp),
            limit=limit,
            extended=extended,
            margin=margin,
        ),
    )


def _line_margin(line: ApprovalLine, detail: ApprovalDetail, formats: Formats) -> tuple[str, str, str]:
    """(margin, cost, tone) of a line."""
    if not detail.costs_here:
        return tr("approvals.cost.not_here.short"), "", "muted"
    if line.unit_cost is None:
        return tr("approvals.cost.none.short"), "", "muted"
    cost = extend(line.unit_cost, line.qty, detail.currency)
    words = tr("approvals.cost", cost=formats.money(cost, detail.currency))
    return _share(line.extended - cost, line.extended, formats), words, "bad" if line.extended < cost else ""


def _margin(detail: ApprovalDetail, formats: Formats) -> tuple[str, str]:
    """The whole quote's margin in words, and its tone."""
    if not detail.costs_here:
        return tr("approvals.cost.not_here"), "muted"
    costs = [
        extend(one.unit_cost, one.qty, detail.currency) for one in detail.lines if one.unit_cost is not None
    ]
    missing = len(detail.lines) - len(costs)
    if missing:
        return tr("approvals.cost.none", count=missing), "muted"
    earned = detail.total - sum(costs)
    words = tr(
        "approvals.margin",
        amount=formats.money(earned, detail.currency),
        percent=_share(earned, detail.total, formats),
    )
    return words, "bad" if earned < 0 else ""


def _share(part: int, whole: int, formats: Formats) -> str:
    return formats.percent(divide(part * 1000, whole) * 10 if whole else None).replace("-", "−")


def _facts(detail: ApprovalDetail, formats: Formats) -> tuple[tuple[str, str], ...]:
    """What else belongs to the quote, in (name, words)."""
    standing = named("account_state", detail.account_status) if detail.account_status else ""
    if detail.account_status_reason and detail.account_status != "active":
        standing = f"{standing}: {detail.account_status_reason}"
    told = (
        (
            tr("approvals.fact.account"),
            " · ".join(part for part in (detail.account_number, standing) if part),
        ),
        (tr("approvals.fact.ship_to"), detail.ship_to),
        (tr("approvals.fact.date"), formats.date(detail.business_date)),
        (tr("approvals.fact.po"), detail.po_number),
        (tr("approvals.fact.role"), tr(f"role_title.{detail.role}")),
    )
    return tuple((name, words) for name, words in told if words)


def _decision(detail: ApprovalDetail, formats: Formats) -> str:
    own = next((one for one in detail.needs if one.approval_id == detail.approval_id), None)
    if own is None or not own.decided_by:
        return ""
    who = tr("approvals.decided_by", name=own.decided_by, when=formats.age(own.decided_on))
    return f"{who}: {own.comment}" if own.comment else who


def _order(order: EarlierOrder, formats: Formats) -> str:
    total = (
        formats.money(order.total, order.currency)
        if order.total is not None
        else formats.published(order.published_total, order.currency)
    )
    state = named("order_state", order.state)
    return " · ".join((order.number, formats.date(order.business_date), total, state))
