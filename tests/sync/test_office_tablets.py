"""Files of the office as tablets see them after their next sync."""

from __future__ import annotations

from typing import Any

from office_kit import CONTRACT, GPO, PRICES, ROSTER, Office

from app.store import tables as t
from sync.server.feed import unit_of_work


def test_a_synced_tablet_sees_the_new_price_after_its_next_sync(office: Office) -> None:
    rep = office.world.tablet("rep")
    rep.sync()

    office.load("prices", PRICES, "Base,P1,1,88.00,2020-01-01,")
    before = rep.one("SELECT unit_price FROM price WHERE id = 'pr1'")
    rep.sync()

    assert (before, rep.one("SELECT unit_price FROM price WHERE id = 'pr1'")) == (100_0000, 88_0000)


def contracts_on(tablet: Any) -> list[str]:
    """What a tablet holds of contracts after a sync."""
    tablet.sync()
    tablet.sync()
    numbers = tablet.rows("SELECT number FROM contract ORDER BY number")
    prices = tablet.rows(
        "SELECT DISTINCT c.number FROM contract_price p JOIN contract c ON c.id = p.contract_id ORDER BY 1"
    )
    assert tablet.one("SELECT count(*) FROM contract_price") == 0 or numbers == prices
    return [number for (number,) in numbers]


def test_a_tablet_gets_the_contracts_of_its_accounts_and_of_their_groups_only(office: Office) -> None:
    with unit_of_work(office.world.engine) as work:
        row = office.rows(t.account)[1]
        work.put("account", [{**row, "territory_id": "south"}])
    office.load("rosters", ROSTER, "gpo,Alliance,A1,2026-01-01,2026-01-31", "idn,Care,A2,2026-01-01,")
    head = "{},Name,{},{},USD,2026-01-01,,,P1,,,1,90,,,"
    office.load(
        "contracts",
        CONTRACT,
        head.format("GPO-1", "gpo", "Alliance"),
        head.format("IDN-1", "idn", "Care"),
        head.format("ACC-1", "account", "A1"),
        head.format("ACC-2", "account", "A2"),
        head.format("SHIP-1", "ship_to", "A1/Main"),
    )

    north = office.world.tablet("rep")
    south = office.world.tablet("other", territories=("south",))
    chief = office.world.tablet("chief", "operations", territories=("*",))

    assert contracts_on(north) == ["ACC-1", "GPO-1", "SHIP-1"]
    assert contracts_on(south) == ["ACC-2", "IDN-1"]
    assert contracts_on(chief) == ["ACC-1", "ACC-2", "GPO-1", "IDN-1", "SHIP-1"]


def test_a_roster_change_grants_a_contract_and_takes_it_back_from_the_device(office: Office) -> None:
    office.load("rosters", ROSTER, "gpo,Alliance,A1,2026-01-01,")
    office.load("contracts", CONTRACT, *GPO)
    south = office.world.tablet("other", territories=("south",))
    with unit_of_work(office.world.engine) as work:
        work.put("account", [{**office.rows(t.account)[1], "territory_id": "south"}])
    before = contracts_on(south)

    office.load("rosters", ROSTER, "gpo,Alliance,A2,2026-01-01,")
    granted = contracts_on(south)
    office.load("rosters", ROSTER, "gpo,Alliance,A1,2026-01-01,", replace=True)
    revoked = contracts_on(south)

    assert (before, granted, revoked) == ([], ["GPO-1"], [])
    assert south.one("SELECT count(*) FROM contract_price") == 0


def test_the_rep_of_an_account_elsewhere_gets_its_contract(desk: Office) -> None:
    with unit_of_work(desk.world.engine) as work:
        work.put("account", [{**desk.rows(t.account)[0], "rep_id": "other"}])
    desk.load("contracts", CONTRACT, "C-1,Name,account,A1,USD,2026-01-01,,,P1,,,1,90,,,")

    assert contracts_on(desk.world.tablet("other", territories=("south",))) == ["C-1"]
