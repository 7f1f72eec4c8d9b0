"""Which device holds a trunk: given at enrolment, and listed for the office (SYNC.md §6)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.parties import LEASED
from app.store import tables as t
from sync.server.feed import UnitOfWork
from sync.server.tables import user_account


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A trunk for a list; `holder` None: never leased, '': given up."""

    id: str
    name: str
    login: str | None
    holder: str | None
    holder_name: str


def at_enrolment(work: UnitOfWork, user_id: str, device_id: str) -> None:
    """The first device of a user holds the trunks that the user answers for and that no device ever held.

    The caller holds the user's row, and the device is among the user's already.
    """
    mine = select(t.device.c.id).where(t.device.c.user_id == user_id, t.device.c.revoked_at.is_(None))
    if list(work.connection.execute(mine).scalars()) != [device_id]:
        return
    name = work.connection.execute(select(t.device.c.name).where(t.device.c.id == device_id)).scalar_one()
    trunks = work.connection.execute(
        select(t.location)
        .where(
            t.location.c.kind.in_(LEASED), t.location.c.custodian == user_id, t.location.c.holder.is_(None)
        )
        .order_by(t.location.c.id)
        .with_for_update()
    ).mappings()
    rows = [{**row, "holder": device_id, "holder_name": name} for row in trunks]
    if rows:
        work.put("location", rows)


def leases(connection: Connection) -> list[LeaseRow]:
    """Every trunk and who holds it, by name."""
    place = t.location.c
    rows = connection.execute(
        select(place.id, place.name, user_account.c.login, place.holder, place.holder_name)
        .outerjoin(user_account, user_account.c.id == place.custodian)
        .where(place.kind.in_(LEASED))
        .order_by(place.name, place.id)
    )
    return [LeaseRow(*row) for row in rows]
