"""The list of quotes and orders: every document with its state in words, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.parties import MANAGER, REP
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows import quotes as r
from app.workspace.rows.quotes import DocumentList, DocumentRow

QUOTE_TONES: Mapping[str, str] = {
    "draft": "muted",
    "pending_approval": "warn",
    "approved": "ok",
    "offered": "accent",
    "accepted": "ok",
    "declined": "bad",
    "countered": "warn",
    "lost": "muted",
    "expired": "muted",
}
ORDER_TONES: Mapping[str, str] = {
    "placed": "accent",
    "held": "warn",
    "allocated": "ok",
    "picked": "ok",
    "partly_shipped": "warn",
    "shipped": "ok",
    "delivered": "ok",
    "invoiced": "accent",
    "paid": "ok",
    "closed": "muted",
    "cancelled": "muted",
    "returned": "muted",
}
SENDING_TONES: Mapping[str, str] = {r.WAITING: "accent", r.SENT: "accent", r.CONFIRMED: "muted"}


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document as the list shows it; `key` is what to open."""

    key: tuple[str, str]  # (draft | quote | order | op, id)
    number: str
    kind: str
    account: str
    about: str
    state: str
    tone: str
    sending: str
    sending_tone: str
    date: str
    total: str
    spoken: str


@dataclass(frozen=True, slots=True)
class FilterChip:
    key: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class QuotesState:
    """The whole list. `empty` and `empty_more` are the words for no rows; `more` says that older ones exist."""

    lines: tuple[DocumentLine, ...]
    filters: tuple[FilterChip, ...]
    empty: str
    empty_more: str
    more: str
    may_write: bool


def may_write(role: str) -> bool:
    """Whether a person of this role makes quotes."""
    return role in (REP, MANAGER)


def present(found: DocumentList, *, wanted: str, words: str, role: str, formats: Formats) -> QuotesState:
    """The list under the filter `wanted`, searched for `words`."""
    stem = "quotes.empty" if wanted == r.ALL else f"quotes.empty.{wanted}"
    empty, empty_more = tr(stem), tr(f"{stem}.more")
    if words:
        empty, empty_more = tr("quotes.empty.search", words=words), tr("quotes.empty.search.more")
    lines = tuple(_line(row, formats) for row in found.rows)
    return QuotesState(
        lines=lines,
        filters=tuple(
            FilterChip(key, _filter_words(key, found.counts.get(key, 0), formats), key == wanted)
            for key in r.FILTERS
        ),
        empty=empty,
        empty_more=empty_more,
        more=tr("quotes.more", shown=formats.qty(len(lines))) if found.more else "",
        may_write=may_write(role),
    )


def state_words(kind: str, state: str) -> tuple[str, str]:
    """A lifecycle state in words and its tone."""
    if kind == r.OP:
        return named("quotes.op", state), "bad"
    if kind == r.ORDER:
        return named("order_state", state), ORDER_TONES.get(state, "")
    return named("quote_state", state), QUOTE_TONES.get(state, "")


def sending_words(kind: str, sending: str) -> tuple[str, str]:
    """How far a document has come, in words, and the tone."""
    if kind == r.DRAFT:
        return tr("quotes.sending.draft"), "muted"
    if kind == r.OP or not sending:
        return "", ""
    return tr(f"quotes.sending.{sending}"), SENDING_TONES[sending]


def _filter_words(key: str, count: int, formats: Formats) -> str:
    words = tr(f"quotes.filter.{key}")
    return tr("quotes.filter.count", words=words, many=formats.qty(count)) if count else words


def _kind(row: DocumentRow) -> str:
    if row.kind == r.ORDER or row.command == "PlaceOrder":
        special = row.order_type if row.order_type in ("trunk_sale", "history") else "order"
        words = tr(f"quotes.kind.{special}")
    else:
        words = tr("quotes.kind.quote")
    if row.revision > 1:
        words = tr("quotes.revision", kind=words, revision=row.revision)
    return tr("quotes.by", kind=words, rep=row.rep) if row.rep else words


def _line(row: DocumentRow, formats: Formats) -> DocumentLine:
    state, tone = state_words(row.kind, row.state)
    sending, sending_tone = sending_words(row.kind, "" if row.order_type == "history" else row.sending)
    total = formats.money(row.total, row.currency) if row.total is not None and row.currency else ""
    if row.published_total:
        total = formats.published(row.published_total, row.currency)
    account = row.account or row.account_number or tr("quotes.no_account")
    parts = [
        row.account_number if row.account else "",
        tr("quotes.lines", count=row.lines) if row.lines else "",
        tr("quotes.po", number=row.po_number) if row.po_number else "",
    ]
    kind, date = _kind(row), formats.day_and_month(row.day)
    return DocumentLine(
        key=(row.kind, row.id),
        number=row.number,
        kind=kind,
        account=account,
        about=" · ".join(part for part in parts if part),
        state=state,
        tone=tone,
        sending=sending,
        sending_tone=sending_tone,
        date=date,
        total=total,
        spoken=tr(
            "quotes.spoken",
            kind=kind,
            number=row.number,
            account=account,
            state=state,
            sending=sending,
            total=total,
            date=date,
        ),
    )
