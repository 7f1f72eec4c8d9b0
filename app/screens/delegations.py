"""Who decides in whose place, in words; and what is wrong with a delegation that is being written."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.authority import DELEGATING
from app.screens.formats import Formats
from app.screens.wording import tr
from app.workspace.rows.delegations import Colleague, DelegationPage, DelegationRow


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may be named."""

    user_id: str
    words: str


@dataclass(frozen=True, slots=True)
class DelegationState:
    """A delegation in words: a state as a chip, days in one line."""

    key: str
    words: str
    days: str
    state: str
    tone: str
    spoken: str


@dataclass(frozen=True, slots=True)
class DelegationsState:
    """`may_give`: this person decides in their own right, so there is a place to hand on."""

    given: tuple[DelegationState, ...]
    got: tuple[DelegationState, ...]
    choices: tuple[Choice, ...]
    may_give: bool


def present(page: DelegationPage, role: str, formats: Formats) -> DelegationsState:
    """The page for a person of `role`."""
    return DelegationsState(
        given=tuple(_row(one, "delegations.to", formats) for one in page.given),
        got=tuple(_row(one, "delegations.from", formats) for one in page.got),
        choices=tuple(Choice(one.user_id, _named(one)) for one in page.colleagues),
        may_give=role in DELEGATING,
    )


def wrong(to_user: str, valid_from: str, valid_to: str, today: str) -> str:
    """What keeps a delegation from being given; '' = nothing."""
    if not to_user:
        return tr("delegations.nobody_chosen")
    if valid_from > valid_to:
        return tr("delegations.dates_wrong")
    if valid_to < today:
        return tr("delegations.over")
    return ""


def _row(row: DelegationRow, key: str, formats: Formats) -> DelegationState:
    words = tr(key, name=row.name, role=tr(f"role_title.{row.role}").lower())
    days = tr(
        "delegations.days",
        first=formats.date(row.valid_from),
        last=formats.date(row.valid_to),
    )
    if not row.sent:
        state, tone = tr("outcome.waiting"), "warn"
    elif row.valid_from > formats.today():
        state, tone = tr("delegations.later", when=formats.until(row.valid_from)), ""
    else:
        state, tone = tr("delegations.now"), "ok"
    return DelegationState(row.delegation_id, words, days, state, tone, f"{words}. {days}. {state}")


def _named(one: Colleague) -> str:
    about = " · ".join(part for part in (tr(f"role_title.{one.role}"), one.territory) if part)
    return f"{one.name} ({about})"
