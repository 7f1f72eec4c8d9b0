"""Visits: those of an account, newest first, and those that are due for a person (indexes visit_account, visit_by)."""

from __future__ import annotations

from sqlalchemy import Connection, Select, and_, func, or_, select

from app.store.tables import account, rep, visit
from app.workspace.queries.quotes import sending, sending_of
from app.workspace.rows.visits import VisitRow
from app.workspace.workspace import read_identity

SHOWN = 50


def visits_of(connection: Connection, account_id: str, limit: int = SHOWN) -> tuple[VisitRow, ...]:
    """The visits of an account, the newest first."""
    statement = _visits().where(visit.c.account_id == account_id)
    return _rows(connection, statement.order_by(visit.c.day.desc(), visit.c.id.desc()).limit(limit))


def visits_due(connection: Connection, user_id: str, day: str, limit: int = SHOWN) -> tuple[VisitRow, ...]:
    """For each account this person visits, their latest visit, where it names a next one up to this day (ISO); the
    one that waits longest first."""
    later = visit.alias("later")
    newer = or_(later.c.day > visit.c.day, and_(later.c.day == visit.c.day, later.c.id > visit.c.id))
    overtaken = (
        select(later.c.id)
        .where(later.c.visited_by == user_id, later.c.account_id == visit.c.account_id, newer)
        .exists()
    )
    statement = _visits().where(
        visit.c.visited_by == user_id, visit.c.next_on != "", visit.c.next_on <= day, ~overtaken
    )
    return _rows(connection, statement.order_by(visit.c.next_on, account.c.name, visit.c.id).limit(limit))


def _visits() -> Select[tuple[object, ...]]:
    return (
        select(
            visit,
            sending_of(visit).label("pushed"),
            account.c.name.label("account"),
            account.c.number.label("account_number"),
            func.coalesce(rep.c.name, "").label("by"),
        )
        .join(account, account.c.id == visit.c.account_id)
        .outerjoin(rep, rep.c.id == visit.c.visited_by)
    )


def _rows(connection: Connection, statement: Select[tuple[object, ...]]) -> tuple[VisitRow, ...]:
    who = read_identity(connection)
    return tuple(
        VisitRow(
            id=row["id"],
            account_id=row["account_id"],
            account=row["account"],
            account_number=row["account_number"],
            by=row["by"],
            mine=who is not None and row["visited_by"] == who.user_id,
            day=row["day"],
            note=row["note"],
            next_on=row["next_on"],
            sending=sending(row["pushed"]),
        )
        for row in connection.execute(statement).mappings()
    )
