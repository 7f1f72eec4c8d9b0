"""What was agreed with an account, row by row: groups, contracts and licences, each with how it stands on a day, and
the licences that will stop a sale unless somebody sees to them."""

from __future__ import annotations

from app.domain.days import days_between
from app.domain.rejections import WARN
from app.screens.document_parts import Told
from app.screens.findings import FindingWords, named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.accounts import AccountTerms, LicenceRow

SOON = 30  # days before its last one from which a term ends soon
LICENCE_SOON = 60  # a licence takes the customer longer to get again than a contract takes us to renew


def told(terms: AccountTerms, day: str, formats: Formats) -> tuple[Told, ...]:
    """Every agreement on `day` (ISO): what holds or will hold first, then what has ended."""
    rows = [
        *(
            _row(
                tr("account_terms.group", kind=named("account_terms.kind", one.kind), name=one.name),
                one.place,
                (one.valid_from, one.valid_to),
                day,
                formats,
            )
            for one in terms.groups
        ),
        *(
            _row(
                tr("account_terms.contract", number=one.number, name=one.name),
                one.holder or named("account_terms.kind", one.holder_kind),
                (one.valid_from, one.valid_to),
                day,
                formats,
            )
            for one in terms.contracts
        ),
    ]
    return tuple(sorted(rows, key=lambda one: one.tone == "muted"))


def licences(terms: AccountTerms, day: str, formats: Formats) -> tuple[Told, ...]:
    """Every licence on `day` (ISO): what has run out and nothing follows, what holds, what another one followed."""
    rows = [
        _licence(one, _stands(one, terms, day), day, formats)
        for one in sorted(terms.licences, key=lambda one: (one.expires or "9999", one.place))
    ]
    order = {"bad": 0, "warn": 1, "ok": 2, "accent": 3, "muted": 4}
    return tuple(sorted(rows, key=lambda one: order[one.tone]))


def warnings(terms: AccountTerms, day: str, formats: Formats) -> tuple[FindingWords, ...]:
    """Licences that have run out or soon will, and that nothing follows: told before a sale stops at them."""
    return tuple(
        _warning(one, stands, formats)
        for one in sorted(terms.licences, key=lambda one: (one.expires or "9999", one.place, one.number))
        if (stands := _stands(one, terms, day)) in ("expired", "soon")
    )


def _stands(one: LicenceRow, terms: AccountTerms, day: str) -> str:
    """How a licence stands on `day`: open | ok | soon | expired | followed | later."""
    if day < one.valid_from:
        return "later"
    if one.expires is None:
        return "open"
    if days_between(day, one.expires) > LICENCE_SOON:
        return "ok"
    if any(_follows(other, one, day) for other in terms.licences):
        return "followed"
    return "expired" if one.expires < day else "soon"


def _follows(other: LicenceRow, one: LicenceRow, day: str) -> bool:
    """Whether `other` covers what `one` does, with no day between them, for longer than it and beyond `day`."""
    assert one.expires is not None
    same = other.place == one.place and other.product_class in (one.product_class, "*")
    begins_in_time = (
        other.valid_from <= max(day, one.expires) or days_between(one.expires, other.valid_from) <= 1
    )
    return other is not one and same and begins_in_time and (other.expires or "9999") > max(day, one.expires)


def _licence(one: LicenceRow, stands: str, day: str, formats: Formats) -> Told:
    last = formats.date(one.expires)
    about = [one.place, tr("account_terms.verified", day=formats.date(one.verified_on))]
    match stands:
        case "later":
            state, tone = tr("account_terms.from", day=formats.date(one.valid_from)), "accent"
        case "open":
            state, tone = tr("account_terms.open"), "ok"
        case "ok":
            state, tone = tr("account_terms.until", day=last), "ok"
        case "soon":
            state, tone = tr("account_terms.expires", when=formats.until(one.expires)), "warn"
            about.insert(1, tr("account_terms.last_day", day=last))
        case "expired":
            state, tone = tr("account_terms.expired", day=last), "bad"
        case _:
            ended = (one.expires or "") < day
            state = tr("account_terms.ended" if ended else "account_terms.until", day=last)
            tone = "muted" if ended else "ok"
            about.insert(1, tr("account_terms.followed"))
    words = tr("account_terms.licence", number=one.number, what=_class(one.product_class))
    return Told(words, " · ".join(part for part in about if part), state, tone)


def _warning(one: LicenceRow, stands: str, formats: Formats) -> FindingWords:
    expired = stands == "expired"
    stem = "account_terms.warn.expired" if expired else "account_terms.warn.soon"
    return FindingWords(
        code=f"licence_{stands}",
        subject=one.number,
        severity=WARN,
        tone="bad" if expired else "warn",
        icon="warning",
        kind=tr("account_terms.warn.kind"),
        title=tr(f"{stem}.title"),
        sentence=tr(
            f"{stem}.says",
            number=one.number,
            what=_class(one.product_class),
            place=one.place,
            day=formats.date(one.expires),
            when=formats.until(one.expires),
        ),
        next_step=tr("account_terms.warn.next"),
        action="",
        action_words="",
    )


def limits(terms: AccountTerms, currency: str, formats: Formats) -> str:
    """The smallest order and how long a lot must last, in one line; '' when nothing is asked."""
    parts = []
    if terms.min_order is not None:
        parts.append(tr("account_terms.min_order", amount=formats.money(terms.min_order, currency)))
    if terms.min_shelf_days:
        parts.append(tr("account_terms.shelf", days=formats.qty(terms.min_shelf_days)))
    return " · ".join(parts)


def _class(product_class: str) -> str:
    return tr("account_terms.every_class") if product_class == "*" else product_class


def _row(words: str, about: str, valid: tuple[str, str | None], day: str, formats: Formats) -> Told:
    first, last = valid
    if day < first:
        state, tone = tr("account_terms.from", day=formats.date(first)), "accent"
    elif last is None:
        state, tone = tr("account_terms.open"), "ok"
    elif last < day:
        state, tone = tr("account_terms.ended", day=formats.date(last)), "muted"
    elif days_between(day, last) <= SOON:
        state, tone = tr("account_terms.ends", when=formats.until(last)), "warn"
        about = " · ".join(
            part for part in (about, tr("account_terms.last_day", day=formats.date(last))) if part
        )
    else:
        state, tone = tr("account_terms.until", day=formats.date(last)), "ok"
    return Told(words, about, state, tone)
