"""The terms of an account as this device holds them."""

from __future__ import annotations

from typing import Any

from app.store.engine import reading
from app.workspace.queries.account_terms import account_terms
from app.workspace.rows.accounts import AccountTerms
from sync.server.feed import unit_of_work

VALID = {"valid_from": "2020-01-01", "valid_to": None, "origin": "test"}
SCOPE = {"territory_id": "north", "rep_id": None}


def test_groups_contracts_and_licences_of_the_account_and_its_places_are_read_and_nobody_elses(
    sqlite_world: Any,
) -> None:
    with sqlite_world.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM account WHERE id='a1'").mappings()
    contract = {"name": "Devices", "currency": "USD", "promotions": 1, **VALID}
    licence = {"product_class": "*", "state": "", "valid_from": "2020-01-01", "origin": "test"}
    with unit_of_work(sqlite_world.engine) as work:
        work.put("account", [{**row, "min_order": 250_00, "min_shelf_days": 90}])
        work.put("party_group", [{"id": "g", "kind": "gpo", "name": "Cascade", "origin": "test"}])
        member = {"group_id": "g", "account_id": "a1", **SCOPE, **VALID}
        work.put("roster", [{"id": "r1", "member_id": "s1", **member}])
        work.put(
            "contract",
            [
                {"id": "c1", "number": "C-1", "holder_kind": "gpo", "holder_id": "g", **contract},
                {"id": "c2", "number": "C-2", "holder_kind": "ship_to", "holder_id": "s1", **contract},
                {"id": "c3", "number": "C-3", "holder_kind": "account", "holder_id": "a2", **contract},
            ],
        )
        work.put(
            "licence",
            [
                {
                    "id": f"l{n}", "account_id": f"a{n}", "ship_to_id": f"s{n}", "number": f"WA-{n}",
                    "expires": "2027-01-31", "verified_on": "2026-10-01", **SCOPE, **licence,
                }
                for n in (1, 2)
            ],
        )  # fmt: skip
    rep = sqlite_world.tablet("rep")

    with reading(rep.workspace.reader) as connection:
        found = account_terms(connection, "a1")
        nobody = account_terms(connection, "a9")

    assert [(one.kind, one.name, one.place) for one in found.groups] == [("gpo", "Cascade", "Main")]
    assert [(one.number, one.holder) for one in found.contracts] == [("C-1", "Cascade"), ("C-2", "Main")]
    assert [(one.number, one.place, one.expires) for one in found.licences] == [
        ("WA-1", "Main", "2027-01-31")
    ]
    assert (found.min_order, found.min_shelf_days) == (250_00, 90)
    assert nobody == AccountTerms()
