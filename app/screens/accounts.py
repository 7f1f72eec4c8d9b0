"""Accounts: the list with what is known at a glance, and the card that answers what a rep asks before a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from app.domain.eligibility import check_status
from app.domain.parties import Account
from app.screens import account_terms, account_visits, consigned
from app.screens.document_parts import Told
from app.screens.findings import FindingWords, all_in_words, named
from app.screens.formats import Formats
from app.screens.order_history import po_words, published
from app.screens.quotes import may_write, state_words
from app.screens.wording import tr
from app.workspace.rows.accounts import (
    AccountCard,
    AccountRow,
    AccountsFound,
    AddressRow,
    ContactRow,
    DocumentRow,
)

STATUS_TONES = {"active": "ok", "on_hold": "bad", "closed": "muted"}
_NONE = "–"
_NO_VISITS = account_visits.VisitsView("", ())


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in the list. `state` is '' while there is nothing to say about it."""

    id: str
    name: str
    about: str
    state: str
    tone: str
    last: str
    spoken: str


@dataclass(frozen=True, slots=True)
class AccountList:
    """The list, what it is (`note`), and the words for no rows."""

    lines: tuple[AccountLine, ...]
    note: str
    empty: str
    empty_more: str
    empty_step: str  # '' unless going to Sync helps


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure with a smaller line below."""

    key: str
    label: str
    value: str
    more: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class AddressView:
    kind: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactWay:
    """A way to reach somebody: its button shows the number or address, `url` is what the device's program opens."""

    key: str  # call | mail
    words: str
    icon: str
    url: str
    spoken: str


@dataclass(frozen=True, slots=True)
class ContactView:
    name: str
    job: str
    ways: tuple[ContactWay, ...]


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A quote or order of the account; `key` is (quote | order, id)."""

    key: tuple[str, str]
    number: str
    about: str
    state: str
    tone: str
    day: str
    total: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done with the account. `why_not` is told when it is not enabled."""

    key: str  # quote | sell | visit
    words: str
    enabled: bool
    tip: str


@dataclass(frozen=True, slots=True)
class CardView:
    """The card. `findings` are what stands in the way of selling to the account, in words."""

    id: str
    name: str
    line: str
    state: str
    tone: str
    findings: tuple[FindingWords, ...]
    loading: str
    figures: tuple[Figure, ...]
    addresses: tuple[AddressView, ...]
    contacts: tuple[ContactView, ...]
    open: tuple[DocumentLine, ...]
    open_tab: str
    history: tuple[DocumentLine, ...]
    history_tab: str
    history_note: str
    deeds: tuple[Deed, ...]
    terms: tuple[Told, ...] = ()
    licences: tuple[Told, ...] = ()
    consigned: consigned.ConsignedView | None = None
    visits: account_visits.VisitsView = _NO_VISITS


# -- the list ---------------------------------------------------------------------------------------------------------


def present_list(found: AccountsFound, formats: Formats) -> AccountList:
    """The list of accounts, as searched or as it opens."""
    if not found.total:
        empty, more, step = (
            "accounts.empty.none",
            tr("accounts.empty.none.more"),
            tr("accounts.empty.none.step"),
        )
        return AccountList((), "", tr(empty), more, step)
    return AccountList(
        lines=tuple(_line(row, formats) for row in found.rows),
        note=_note(found, formats),
        empty=tr("accounts.empty.search", words=found.words.strip()),
        empty_more=tr("accounts.empty.search.more"),
        empty_step="",
    )


def _note(found: AccountsFound, formats: Formats) -> str:
    shown, total = formats.qty(len(found.rows)), formats.qty(found.total)
    if found.words.strip() and found.more:
        return tr("accounts.note.more", shown=shown)
    if found.words.strip():
        return tr("accounts.note.found", count=len(found.rows)) if found.rows else ""
    if found.more:
        return tr("accounts.note.recent", shown=shown, total=total)
    return tr("accounts.note.all", total=total)


def _line(row: AccountRow, formats: Formats) -> AccountLine:
    state = named("account_state", row.status)
    last = formats.date(row.last_order) if row.last_order else tr("accounts.never")
    return AccountLine(
        id=row.id,
        name=row.name,
        about=" · ".join(part for part in (row.number, row.city) if part),
        state=state if row.status != "active" else "",
        tone=STATUS_TONES.get(row.status, "muted"),
        last=last,
        spoken=tr(
            "accounts.spoken",
            name=row.name,
            number=row.number,
            city=row.city or _NONE,
            state=state,
            last=last,
        ),
    )


# -- the card ---------------------------------------------------------------------------------------------------------


def present_card(card: AccountCard, formats: Formats, *, role: str, day: str) -> CardView:
    """Everything about one account on `day` (ISO), for a person of `role`."""
    state = named("account_state", card.status)
    if card.status != "active" and card.status_since:
        state = tr("accounts.state_since", state=state, day=formats.date(card.status_since))
    open_ = tuple(_document(one, formats) for one in card.open_documents)
    history = tuple(_document(one, formats) for one in card.history)
    return CardView(
        id=card.id,
        name=card.name,
        line=tr(
            "accounts.line",
            number=card.number,
            segment=named("accounts.segment", card.segment),
            territory=card.territory or _NONE,
        ),
        state=state,
        tone=STATUS_TONES.get(card.status, "muted"),
        findings=(
            *all_in_words(check_status(_account(card)), formats),
            *account_terms.warnings(card.terms, day, formats),
        ),
        loading="" if card.whole else tr("accounts.loading"),
        figures=_figures(card, formats),
        addresses=_addresses(card.addresses),
        contacts=tuple(_contact(one) for one in card.contacts),
        open=open_,
        open_tab=_tab("open", len(open_), formats),
        history=history,
        history_tab=_tab("history", card.history_count, formats),
        history_note=tr(
            "accounts.history.more", shown=formats.qty(len(history)), total=formats.qty(card.history_count)
        )
        if len(history) < card.history_count
        else "",
        deeds=_deeds(card, role),
        terms=account_terms.told(card.terms, day, formats),
        licences=account_terms.licences(card.terms, day, formats),
        consigned=consigned.present(card.consigned, formats, day),
        visits=account_visits.present(card.visits, day, formats),
    )


def _account(card: AccountCard) -> Account:
    """The card as the rules see the account; only its status is asked about."""
    return Account(
        id=card.id,
        number=card.number,
        name=card.name,
        segment=card.segment,
        status=card.status,
        status_reason=card.status_reason,
        status_since=card.status_since,
        territory_id="",
        rep_id=None,
        price_list_id=None,
        currency=card.currency,
        po_required=card.po_required,
        credit_limit=card.credit_limit,
    )


def _figures(card: AccountCard, formats: Formats) -> tuple[Figure, ...]:
    terms = (
        tr("accounts.terms.days", days=card.terms_days) if card.terms_days else tr("accounts.terms.at_once")
    )
    po = tr("accounts.terms.po" if card.po_required else "accounts.terms.no_po")
    asked = account_terms.limits(card.terms, card.currency, formats)
    return (
        _credit(card, formats),
        Figure("terms", tr("accounts.fact.terms"), terms, " · ".join(part for part in (po, asked) if part)),
        Figure(
            "price_list",
            tr("accounts.fact.price_list"),
            card.price_list or tr("accounts.price_list.base"),
            tr("accounts.fact.currency", currency=card.currency),
        ),
        Figure("rep", tr("accounts.fact.rep"), card.rep or tr("accounts.rep.none"), card.territory or _NONE),
    )


def _credit(card: AccountCard, formats: Formats) -> Figure:
    """What may still be ordered, and how old that is: the office's books as of the last contact."""
    used = formats.money(card.open_orders, card.currency)
    more = (
        tr("accounts.credit.used", used=used, as_of=formats.as_of(card.last_contact))
        if card.last_contact
        else tr("accounts.credit.unknown_age", used=used)
    )
    if card.credit_limit is None:
        return Figure("credit", tr("accounts.fact.credit"), tr("accounts.credit.none"), more)
    left = card.credit_limit - card.open_orders
    limit = formats.money(card.credit_limit, card.currency)
    if left < 0:
        value = tr("accounts.credit.over", over=formats.money(-left, card.currency), limit=limit)
        return Figure("credit", tr("accounts.fact.credit"), value, more, "bad")
    value = tr("accounts.credit.left", left=formats.money(left, card.currency), limit=limit)
    return Figure("credit", tr("accounts.fact.credit"), value, more)


def _addresses(rows: Sequence[AddressRow]) -> tuple[AddressView, ...]:
    """Each place once: an address that is both ship-to and bill-to is told once with both words."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        kinds.setdefault((row.label, *_address(row)), []).append(row.role)
    return tuple(
        AddressView(
            tr("accounts.address.both") if len(set(roles)) > 1 else named("accounts.address", roles[0]),
            words[0],
            words[1:],
        )
        for words, roles in kinds.items()
    )


def _address(row: AddressRow) -> tuple[str, ...]:
    town = " ".join(part for part in (row.postal_code, row.city) if part)
    lines = (row.line1, row.line2, ", ".join(part for part in (town, row.state, row.country) if part))
    return tuple(line for line in lines if line)


def _contact(row: ContactRow) -> ContactView:
    ways = []
    if any(sign.isdecimal() for sign in row.phone):
        url = f"tel:{_dialled(row.phone)}"
        ways.append(
            ContactWay(
                "call", row.phone, "phone", url, tr("accounts.contact.call", name=row.name, to=row.phone)
            )
        )
    if "@" in row.email:
        url = f"mailto:{quote(row.email, safe='@+')}"
        ways.append(
            ContactWay(
                "mail", row.email, "mail", url, tr("accounts.contact.mail", name=row.name, to=row.email)
            )
        )
    return ContactView(row.name, row.job, tuple(ways))


def _dialled(phone: str) -> str:
    """What a phone dials of a number as people write it (RFC 3966): its digits, a plus in front kept."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdecimal())
    return f"+{digits}" if phone.lstrip().startswith("+") else digits


def _tab(key: str, many: int, formats: Formats) -> str:
    return tr(f"accounts.tab.{key}", many=formats.qty(many)) if many else tr(f"accounts.tab.{key}.none")


def _document(row: DocumentRow, formats: Formats) -> DocumentLine:
    kind = tr("accounts.document.quote") if row.kind == "quote" else named("order_type", row.type)
    state, tone = state_words(row.kind, row.state)
    total = (
        published(row.published_total, row.currency, formats)
        if row.total is None
        else formats.money(row.total, row.currency)
    )
    about = [kind] if row.type != "history" else []
    if row.po_number:
        about.append(po_words(row.po_number))
    day = formats.date(row.day)
    return DocumentLine(
        key=(row.kind, row.id),
        number=row.number,
        about=" · ".join(about),
        state=state,
        tone=tone,
        day=day,
        total=total,
        spoken=tr(
            "accounts.document.spoken", kind=kind, number=row.number, state=state, day=day, total=total
        ),
    )


def _deeds(card: AccountCard, role: str) -> tuple[Deed, ...]:
    """What can be done. An account on hold can still be quoted as a draft; submitting says why it stops there."""
    writes = may_write(role)
    return (
        Deed("quote", tr("accounts.do.quote"), writes, "" if writes else tr("accounts.do.quote.role")),
        Deed(
            "sell",
            tr("accounts.do.sell"),
            card.has_trunk,
            "" if card.has_trunk else tr("accounts.do.sell.role"),
        ),
        Deed("visit", tr("visits.do"), True, ""),
    )
