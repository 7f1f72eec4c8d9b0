"""What was agreed with an account and what it may receive, for its card (indexes roster_account, contract_holder,
licence_ship_to)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from app.store import tables as t, terms_tables as k
from app.workspace.rows.accounts import AccountTerms, ContractRow, GroupRow, LicenceRow


def account_terms(connection: Connection, account_id: str) -> AccountTerms:
    """Groups, contracts and licences of the account and its ship-tos, past ones too; () of what is not on this
    device."""
    places = {
        row.id: row.label
        for row in connection.execute(
            select(t.address.c.id, t.address.c.label).where(
                t.address.c.account_id == account_id, t.address.c.role == "ship_to"
            )
        )
    }
    row = connection.execute(
        select(t.account.c.min_order, t.account.c.min_shelf_days).where(t.account.c.id == account_id)
    ).one_or_none()
    groups = _groups(connection, account_id)
    names = {one["group_id"]: one["name"] for one in groups}
    holders = {account_id: "", **places, **names}
    return AccountTerms(
        groups=tuple(
            GroupRow(
                one["kind"], one["name"], places.get(one["member_id"], ""), one["valid_from"], one["valid_to"]
            )
            for one in groups
        ),
        contracts=tuple(
            ContractRow(
                one["number"],
                one["name"],
                one["holder_kind"],
                holders[one["holder_id"]],
                one["valid_from"],
                one["valid_to"],
            )
            for one in connection.execute(
                select(k.contract)
                .where(k.contract.c.holder_id.in_(sorted(holders)))
                .order_by(k.contract.c.valid_from.desc(), k.contract.c.number, k.contract.c.id)
            ).mappings()
        ),
        licences=tuple(
            LicenceRow(
                one["product_class"],
                one["number"],
                places[one["ship_to_id"]],
                one["valid_from"],
                one["expires"],
                one["verified_on"],
            )
            for one in connection.execute(
                select(k.licence)
                .where(k.licence.c.ship_to_id.in_(sorted(places)))
                .order_by(k.licence.c.expires.desc(), k.licence.c.product_class, k.licence.c.id)
            ).mappings()
        ),
        min_order=row.min_order if row else None,
        min_shelf_days=row.min_shelf_days if row else 0,
    )


def _groups(connection: Connection, account_id: str) -> list[dict[str, Any]]:
    statement = (
        select(k.roster, k.party_group.c.kind, k.party_group.c.name)
        .join(k.party_group, k.party_group.c.id == k.roster.c.group_id)
        .where(k.roster.c.account_id == account_id)
        .order_by(k.roster.c.valid_from.desc(), k.party_group.c.name, k.roster.c.id)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]
