"""Trunks, hubs and consignment places from a file, and what a tablet makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from office_kit import Office

from app.domain.commands import SaleLine, UseConsigned
from app.store import tables as t
from sync.server.feed import unit_of_work
from sync.server.imports.opening import Opening, put_openings

HEADER = "name,kind,custodian,territory,account,ship_to"
SHELF = "Cath lab shelf,consignment,MB,,A1,Main"


@pytest.fixture(autouse=True)
def people(request: pytest.FixtureRequest) -> None:
    """Two people with codes: MB of the north, who holds trunk-rep and has the login rep, and JD of the south."""
    office = request.getfixturevalue("office" if "office" in request.fixturenames else "desk")
    rows = (("rep", "MB", "north"), ("jd", "JD", "south"), ("jd2", "TW", None), ("jd3", "TW", None))
    with unit_of_work(office.world.engine) as work:
        rest = {"role": "rep", "active": 1, "origin": "test"}
        work.put(
            "rep",
            [
                {"id": key, "name": key, "code": code, "territory_id": territory, **rest}
                for key, code, territory in rows
            ],
        )


def places(office: Office) -> dict[str, tuple[Any, ...]]:
    """What the file has made, by name."""
    return {
        one["name"]: (one["kind"], one["custodian"], one["territory_id"], one["ship_to_id"])
        for one in office.rows(t.location)
        if one["origin"] == "native"
    }


def test_places_of_each_kind_are_made_with_what_belongs_to_them(office: Office) -> None:
    report = office.load(
        "places",
        HEADER,
        SHELF,
        "Trunk of Jo,trunk,JD,,,",
        "Airport,hub,,,,",
        "Harbour,hub,JD,north,,",
        "Ward,consignment,JD,south,A2,s2",
    )

    assert report.rejected == []
    assert places(office) == {
        "Cath lab shelf": ("consignment", "rep", "north", "s1"),
        "Trunk of Jo": ("trunk", "jd", "south", None),
        "Airport": ("hub", None, None, None),
        "Harbour": ("hub", "jd", "north", None),
        "Ward": ("consignment", "jd", "south", "s2"),
    }
    assert [str(one) for one in report.changes][:3] == [
        "+ location Cath lab shelf: kind consignment, custodian MB, ship_to_id Main",
        "+ location Trunk of Jo: kind trunk, custodian JD",
        "+ location Airport: kind hub",
    ]


def test_a_dry_run_tells_and_writes_nothing_and_twice_changes_nothing(office: Office) -> None:
    dry = office.load("places", HEADER, SHELF, dry_run=True)
    before = places(office)
    first = office.load("places", HEADER, SHELF)
    position = office.world.one("SELECT position FROM clock")
    second = office.load("places", HEADER, SHELF)

    assert (before, dry.changes) == ({}, first.changes)
    assert (dry.applied, first.applied, second.applied, second.unchanged) == (False, True, False, 1)
    assert office.world.one("SELECT position FROM clock") == position


def test_a_custodian_is_named_by_login_as_well(desk: Office) -> None:
    desk.world.tablet("lou", territories=("south",))

    report = desk.load("places", HEADER, "Ward,consignment,Lou,,A1,Main")

    assert report.rejected == []
    assert places(desk) == {"Ward": ("consignment", "lou", "north", "s1")}


def test_a_known_place_gets_another_custodian_and_keeps_its_id_and_origin(desk: Office) -> None:
    report = desk.load("places", HEADER, "trunk-rep,trunk,JD,south,,")

    assert [str(one) for one in report.changes] == ["~ location trunk-rep: custodian MB → JD"]
    (row,) = [one for one in desk.rows(t.location) if one["id"] == "trunk-rep"]
    assert (row["custodian"], row["territory_id"], row["origin"]) == ("jd", "south", "test")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "Ward,dc,MB,,,",
            "kind: 'dc' is none of hub, trunk, consignment; expected hub, trunk or consignment",
        ),
        ("Ward,trunk,,,,", "custodian: is empty: somebody answers for what lies in a trunk"),
        (
            "Ward,consignment,,,A1,Main",
            "custodian: is empty: somebody answers for what lies in a consignment",
        ),
        (
            "Ward,hub,XX,,,",
            "custodian: there is nobody with the login or code 'XX'; expected a login or a rep",
        ),
        ("Ward,hub,TW,,,", "custodian: there are several people with the login or code 'TW'"),
        ("Ward,consignment,JD,,,", "account: goes with the kind consignment, and only with it"),
        ("Ward,consignment,JD,,A1,", "ship_to: goes with the kind consignment, and only with it"),
        ("Ward,trunk,JD,,A1,", "account: goes with the kind consignment, and only with it"),
        ("Ward,hub,,,,Main", "ship_to: stands without an account; expected a ship-to of the account"),
        ("Ward,consignment,JD,,A1,Dock", "ship_to: A1 has no ship-to 'Dock'; it has 'Main'"),
        ("Ward,consignment,JD,,A9,Main", "account: there is no account with the number 'A9'"),
        ("Ward,hub,,west,,", "territory: there is no territory called 'west'"),
        ("wh,hub,,,,", "kind: wh is of the kind dc: a place stays what it is"),
        ("Second,trunk,MB,,,", "custodian: has a trunk already, 'trunk-rep': nobody holds two"),
        (",hub,,,,", "name: is empty"),
    ],
)
def test_what_is_wrong_with_a_place_is_told_with_its_line(desk: Office, line: str, says: str) -> None:
    report = desk.load("places", HEADER, "Airport,hub,,,,", line)

    assert [str(one).startswith(f"places.csv:3: {says}") for one in report.rejected] == [True], (
        report.rejected
    )
    assert places(desk) == {}


def test_two_lines_for_one_place_and_two_trunks_for_one_person_are_told(desk: Office) -> None:
    report = desk.load("places", HEADER, "Ward,hub,,,,", "Ward,hub,,,,", "One,trunk,JD,,,", "Two,trunk,JD,,,")

    assert [str(one) for one in report.rejected] == [
        "places.csv:3: is the same location as line 2: one of them has to go",
        "places.csv:5: custodian: has a trunk already, 'One': nobody holds two",
    ]


def test_the_custodian_bills_what_was_used_from_the_new_place_after_a_sync(office: Office) -> None:
    rep = office.world.tablet("rep")
    office.load("places", HEADER, SHELF)
    (place,) = [one["id"] for one in office.rows(t.location) if one["name"] == "Cath lab shelf"]
    with unit_of_work(office.world.engine) as work:
        put_openings(work, [Opening(place, "p1", "l1", 5, "2026-11-20", "test")])
    rep.sync()
    rep.sync()

    used = rep.workspace.perform(
        UseConsigned(
            op_id=rep.new_id(),
            actor="rep",
            business_date="2026-11-23",
            usage_id=rep.new_id(),
            number=rep.workspace.next_number(),
            location_id=place,
            account_id="a1",
            ship_to_id="s1",
            currency="USD",
            po_number="",
            case_ref="C-1",
            replace=False,
            lines=(SaleLine(product_id="p1", lot_id="l1", qty=2, discount_bp=0, shown_price=100_0000),),
        )
    )
    rep.sync()

    assert used.decision.outcome == "applied"
    assert office.world.one(f"SELECT qty FROM balance WHERE location_id = '{place}'") == 3
    assert office.world.one("SELECT type FROM sales_order") == "bill_only"
