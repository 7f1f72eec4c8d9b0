"""What lies in consignment places of an account: lots by expiry, whose they are to book, and as of when.

Reads by address_account and balance_location. Every device knows the places; what lies in one is sent to its custodian
and to the office alone (sync.server.buckets).
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from app.domain.parties import Place
from app.domain.stock import answers_for
from app.store.tables import account, address, balance, location, rep
from app.workspace.queries.quoting import ship_to
from app.workspace.queries.trunk import trunk_lots
from app.workspace.reach import device_reach
from app.workspace.rows.consigned import Consigned, ConsignedAccount, ConsignedPlace
from app.workspace.workspace import get_meta, read_identity

CONSIGNMENT = "consignment"


def consigned(connection: Connection, account_id: str) -> Consigned:
    """The consignment places at the account's ship-tos, by address and name, with what lies there."""
    who, reach = read_identity(connection), device_reach(connection)
    addresses = {
        row["id"]: ship_to(dict(row)).one_line
        for row in connection.execute(
            select(address).where(address.c.account_id == account_id, address.c.role == "ship_to")
        ).mappings()
    }
    found = connection.execute(
        select(location, rep.c.name.label("keeper"))
        .outerjoin(rep, rep.c.id == location.c.custodian)
        .where(location.c.kind == CONSIGNMENT, location.c.ship_to_id.in_(sorted(addresses)))
        .order_by(location.c.name, location.c.id)
    ).mappings()
    places = [
        ConsignedPlace(
            id=row["id"],
            name=row["name"],
            ship_to_id=row["ship_to_id"],
            ship_to=addresses[row["ship_to_id"]],
            keeper=row["keeper"] or "",
            mine=who is not None
            and answers_for(Place(row["id"], row["kind"], row["custodian"]), who.user_id, who.person),
            complete=reach.holds(f"loc:{row['id']}"),
            lots=trunk_lots(connection, row["id"]),
        )
        for row in found
    ]
    held = [
        one for one in places if one.complete or one.mine
    ]  # of the others no lot is ever sent to this device
    return Consigned(tuple(sorted(held, key=lambda one: one.ship_to)), get_meta(connection, "last_contact"))


def consigned_with_me(connection: Connection, user_id: str) -> tuple[ConsignedAccount, ...]:
    """The accounts at which goods lie that this person answers for, by name (indexes balance_location)."""
    statement = (
        select(
            account.c.id,
            account.c.name,
            account.c.number,
            func.sum(balance.c.qty).label("units"),
        )
        .join(address, address.c.account_id == account.c.id)
        .join(location, location.c.ship_to_id == address.c.id)
        .join(balance, balance.c.location_id == location.c.id)
        .where(location.c.kind == CONSIGNMENT, location.c.custodian == user_id, balance.c.qty > 0)
        .group_by(account.c.id, account.c.name, account.c.number)
        .order_by(account.c.name, account.c.id)
    )
    return tuple(
        ConsignedAccount(row.id, row.name, row.number, int(row.units))
        for row in connection.execute(statement)
    )
