"""What was agreed with an account, row by row: groups, contracts and licences, each with how it stands on a day."""

from __future__ import annotations

from app.domain.days import days_between
from app.screens.document_parts import Told
from app.screens.findings import named
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.accounts import AccountTerms

SOON = 30  # days before its last one from which a term ends soon


def told(terms: AccountTerms, day: str, formats: Formats) -> tuple[Told, ...]:
    """Every term on `day` (ISO): what holds or will hold first, then what has ended."""
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
        *(
            _row(
                tr("account_terms.licence", number=one.number, what=_class(one.product_class)),
                " · ".join((one.place, tr("account_terms.verified", day=formats.date(one.verified_on)))),
                (one.valid_from, one.expires),
                day,
                formats,
            )
            for one in terms.licences
        ),
    ]
    return tuple(sorted(rows, key=lambda one: one.tone == "muted"))


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
    else:
        tone = "warn" if days_between(day, last) <= SOON else "ok"
        state = tr("account_terms.until", day=formats.date(last))
    return Told(words, about, state, tone)
