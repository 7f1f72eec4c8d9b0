"""Who decides in whose place (DOMAIN.md §5): the page, and for whom a person would decide a need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from app.domain.approvals import may_decide, place
from app.domain.authority import DELEGATING
from app.domain.facts import ApprovalFact
from app.domain.parties import Delegation, Person
from app.store.tables import delegation, rep, territory
from app.store.values import delegation_of, fields_of
from app.workspace.rows.delegations import Colleague, DelegationPage, DelegationRow
from app.workspace.tables import outbox


def delegations_to(connection: Connection, user_id: str, day: str) -> tuple[tuple[Delegation, str], ...]:
    """What lets this person decide in somebody's place on a day (ISO), each with that one's name (index
    delegation_to)."""
    statement = (
        select(delegation, rep.c.name)
        .outerjoin(rep, rep.c.id == delegation.c.from_user)
        .where(delegation.c.to_user == user_id, delegation.c.valid_from <= day, delegation.c.valid_to >= day)
        .order_by(delegation.c.id)
    )
    return tuple(
        (delegation_of(dict(row)), row["name"] or row["from_user"])
        for row in connection.execute(statement).mappings()
    )


def stands_in(connection: Connection, user_id: str, day: str) -> bool:
    """Whether somebody lets this person decide in their place on a day (ISO)."""
    return bool(delegations_to(connection, user_id, day))


def in_place_of(
    person: Person, row: Mapping[str, Any], day: str, given: Iterable[tuple[Delegation, str]]
) -> str:
    """The name of the first whose place gives this person the say on an approval (a row); '' when they have it in
    their own right, or not at all."""
    asked = ApprovalFact(**fields_of(ApprovalFact, row))
    about = {"territory_id": row["territory_id"], "maker": row["rep_id"], "day": day}
    if may_decide(person, asked, delegations=(), **about):
        return ""
    return next((name for one, name in given if may_decide(person, asked, delegations=(one,), **about)), "")


def delegation_page(connection: Connection, user_id: str, day: str) -> DelegationPage:
    """What this person gave and got that is not over on a day (ISO), and whom they could name."""
    ahead = delegation.c.valid_to >= day
    return DelegationPage(
        given=_rows(connection, and_(delegation.c.from_user == user_id, ahead), other="to_user"),
        got=_rows(connection, and_(delegation.c.to_user == user_id, ahead), other="from_user"),
        colleagues=_colleagues(connection, user_id),
    )


def _rows(connection: Connection, where: ColumnElement[bool], *, other: str) -> tuple[DelegationRow, ...]:
    statement = (
        select(delegation, rep.c.name, outbox.c.pushed)
        .outerjoin(rep, rep.c.id == delegation.c[other])
        .outerjoin(outbox, outbox.c.op_id == delegation.c.op_id)
        .where(where)
        .order_by(delegation.c.valid_from, delegation.c.valid_to, delegation.c.id)
    )
    return tuple(
        DelegationRow(
            delegation_id=row["id"],
            name=row["name"] or row[other],
            role=row["role"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            sent=row["pushed"] != 0,
        )
        for row in connection.execute(statement).mappings()
    )


def _colleagues(connection: Connection, user_id: str) -> tuple[Colleague, ...]:
    statement = (
        select(rep.c.id, rep.c.name, rep.c.role, territory.c.name.label("territory"))
        .outerjoin(territory, territory.c.id == rep.c.territory_id)
        .where(rep.c.active == 1, rep.c.id != user_id)
    )
    found = [
        Colleague(row["id"], row["name"], row["role"], row["territory"] or "")
        for row in connection.execute(statement).mappings()
    ]
    return tuple(
        sorted(found, key=lambda one: (one.role not in DELEGATING, place(one.role), one.name, one.user_id))
    )
