"""Stock: every movement takes a quantity from one place to another, and a balance is the sum of its movements."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, case, exists, func, not_, or_, select, union_all

from app.domain.parties import ALLOTMENT, COMPANY, LEASED, allotted_place, warehouse_of
from app.store.tables import balance, balance_id, device, exception_case, location, movement
from sync.server.difference import Difference


def movements(connection: Connection) -> Iterator[Difference]:
    """Quantities are positive and go from one place to another, so that what leaves one arrives in the other."""
    wrong = or_(
        movement.c.qty <= 0,
        movement.c.from_location == movement.c.to_location,
        movement.c.from_location == "",
        movement.c.to_location == "",
    )
    rows = connection.execute(
        select(movement.c.id, movement.c.qty, movement.c.from_location, movement.c.to_location)
        .where(wrong)
        .order_by(movement.c.id)
    )
    for row in rows:
        yield Difference(
            "movement",
            row.id,
            "a positive quantity between two places",
            f"{row.qty} from {row.from_location!r} to {row.to_location!r}",
        )


def balances(connection: Connection) -> Iterator[Difference]:
    """Each balance is the sum of what came in less what went out, on both sides of every movement."""
    goods = (movement.c.product_id, movement.c.lot_id, movement.c.owner)
    arrived = select(movement.c.to_location.label("place"), *goods, movement.c.qty)
    left = select(movement.c.from_location, *goods, -movement.c.qty)
    both = union_all(arrived, left).subquery()
    key = (both.c.place, both.c.product_id, both.c.lot_id, both.c.owner)
    sums = select(*key, func.sum(both.c.qty).label("qty")).group_by(*key).cte("sums")
    same = and_(
        sums.c.place == balance.c.location_id,
        sums.c.product_id == balance.c.product_id,
        sums.c.lot_id == balance.c.lot_id,
        sums.c.owner == balance.c.owner,
    )
    summed = func.coalesce(sums.c.qty, 0)
    for row in connection.execute(
        select(balance.c.id, balance.c.qty, summed.label("summed"))
        .outerjoin(sums, same)
        .where(balance.c.qty != summed)
        .order_by(balance.c.id)
    ):
        yield Difference("balance", row.id, f"{row.summed} by its movements", str(row.qty))
    for row in connection.execute(
        select(sums)
        .outerjoin(balance, same)
        .where(balance.c.id.is_(None), sums.c.qty != 0)
        .order_by(sums.c.place, sums.c.product_id, sums.c.lot_id, sums.c.owner)
    ):
        name = balance_id(row.place, row.product_id, row.lot_id, row.owner)
        yield Difference("balance", name, str(row.qty), "no balance row")
    named = balance.c.location_id + "|" + balance.c.product_id + "|" + balance.c.lot_id
    named += case((balance.c.owner == COMPANY, ""), else_="|" + balance.c.owner)
    misnamed = select(balance.c.id, named.label("named")).where(balance.c.id != named).order_by(balance.c.id)
    for row_id, name in connection.execute(misnamed):
        yield Difference("balance", row_id, f"the id {name}", row_id)


def negatives(connection: Connection) -> Iterator[Difference]:
    """Less than nothing is possible only where an exception case tells the office of it (SYNC.md §7, I12)."""
    told = exists().where(
        movement.c.op_id == exception_case.c.op_id,
        movement.c.from_location == balance.c.location_id,
        movement.c.product_id == balance.c.product_id,
        movement.c.lot_id == balance.c.lot_id,
    )
    rows = connection.execute(
        select(balance.c.id, balance.c.qty)
        .where(balance.c.qty < 0, not_(balance.c.location_id.startswith("v:")), not_(told))
        .order_by(balance.c.id)
    )
    for row in rows:
        yield Difference("negative", row.id, "an exception case, or at least 0", str(row.qty))


def holders(connection: Connection) -> Iterator[Difference]:
    """Only a trunk or an allotment has a holding device, and it is one of its custodian's (SYNC.md §6, I12)."""
    known = location.outerjoin(device, device.c.id == location.c.holder)
    rows = connection.execute(
        select(location.c.id, location.c.kind, location.c.holder, location.c.custodian, device.c.user_id)
        .select_from(known)
        .where(location.c.holder.is_not(None), location.c.holder != "")
        .order_by(location.c.id)
    )
    for row in rows:
        if row.kind not in LEASED:
            yield Difference("holder", row.id, "no holder: it is no trunk", row.holder)
        elif row.user_id is None or row.user_id != row.custodian:
            yield Difference("holder", row.id, "a device of its custodian", row.holder)


def allotments(connection: Connection) -> Iterator[Difference]:
    """An allotment is its custodian's in one warehouse, as its id says, and promises no more than is kept."""
    here = location.c
    rows = connection.execute(select(here.id, here.custodian).where(here.kind == ALLOTMENT).order_by(here.id))
    for row in rows:
        if row.custodian is None or row.id != allotted_place(warehouse_of(row.id), row.custodian):
            yield Difference(
                "allotment", row.id, "the custodian that its id names", row.custodian or "nobody"
            )
    short = connection.execute(
        select(balance.c.id, balance.c.qty)
        .join(location, location.c.id == balance.c.location_id)
        .where(here.kind == ALLOTMENT, balance.c.qty < 0)
        .order_by(balance.c.id)
    )
    for row in short:
        yield Difference("allotment", row.id, "at least 0", str(row.qty))
