"""Files of the office: every error told, the difference before it is written, and what a tablet gets of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from office_kit import Office

from app.store import tables as t
from sync.server.feed import unit_of_work
from sync.server.imports.office_page import FORMATS, example, page
from sync.server.imports.office_policies import line_of
from sync.server.imports.office_report import FileReport
from sync.server.imports.report import ImportRefused

ROOT = Path(__file__).resolve().parents[2]


PRICES = "list,sku,min_qty,unit_price,valid_from,valid_to"
ROSTER = "group_kind,group,account,valid_from,valid_to"
CONTRACT = (
    "contract,name,holder_kind,holder,currency,contract_from,contract_to,promotions,"
    "sku,product_class,tier,min_qty,unit_price,discount_percent,valid_from,valid_to"
)
GPO = ("GPO-1,Alliance devices,gpo,Alliance,USD,2026-01-01,,no,P1,,,1,90,,,",)


# -- what is wrong ----------------------------------------------------------------------------------------------------


def test_every_error_of_every_line_is_told_and_nothing_is_written(office: Office) -> None:
    before = office.world.one("SELECT position FROM clock")

    report = office.load(
        "prices",
        PRICES,
        "Base,P1,1,95.00,2026-06-01,",
        "Bose,P9,0,1.23456,2026-13-01,2026-01-01",
        "Base,P1,1",
        "Base,P2,1,-3,2026-06-01,2026-05-31",
        "Base,P1,1,96.00,2026-06-01,",
    )

    assert [str(one) for one in report.rejected] == [
        "prices.csv:3: list: there is no price list called 'Bose'; the nearest is 'Base'; expected the name of a price "
        "list",
        "prices.csv:3: sku: there is no product with the SKU 'P9'; expected a SKU, GTIN or product id",
        "prices.csv:3: min_qty: 0 is below 1; expected a whole number from 1 on",
        "prices.csv:3: unit_price: 1.23456 has more than 4 decimals; expected a price with at most four decimals",
        "prices.csv:3: valid_from: '2026-13-01' is not a date; expected a date like 2026-01-31",
        "prices.csv:4: has 3 fields, the header has 6; expected the columns of the header",
        "prices.csv:5: unit_price: -3 is negative; expected a price with at most four decimals",
        "prices.csv:5: valid_to: 2026-05-31 is before 2026-06-01, the day in valid_from; expected a date like "
        "2026-12-31, or nothing",
        "prices.csv:6: is the same price as line 2: one of them has to go",
    ]
    assert not report.applied
    assert office.world.one("SELECT position FROM clock") == before
    assert office.audits() == []


def test_the_good_lines_go_in_when_the_bad_ones_are_skipped(desk: Office) -> None:
    report = desk.load(
        "prices", PRICES, "Base,P1,1,95.00,2026-06-01,", "Base,P9,1,1,2026-06-01,", skip_bad=True
    )

    assert report.applied
    assert desk.told[0][-1] == (
        "prices.csv: 2 read, 1 errors on 1 lines; 1 added, 0 changed, 0 removed, 0 as they were"
    )
    assert [one["unit_price"] for one in desk.rows(t.price) if one["valid_from"] == "2026-06-01"] == [95_0000]
    assert desk.audits()[0][2]["wrong"] == 1


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("list,sku,min_qty,unit_price", "lacks the column valid_from"),
        (PRICES + ",valid_untl", "there is no column 'valid_untl' in prices; it has list, sku"),
        ("list,sku,min_qty,unit_price,valid_from,sku", "names a column twice"),
        ("", "lacks the column list, sku, min_qty, unit_price, valid_from"),
    ],
)
def test_a_file_with_another_header_is_refused_before_a_line_is_read(
    desk: Office, header: str, says: str
) -> None:
    with pytest.raises(ImportRefused, match=says):
        desk.load("prices", header, "Base,P1,1,1,2026-01-01,")


def test_a_file_that_is_not_there_is_a_sentence(desk: Office) -> None:
    with pytest.raises(ImportRefused, match=r"nowhere\.csv cannot be read"):
        desk.load_path("prices", desk.world.folder / "nowhere.csv")


# -- the difference ---------------------------------------------------------------------------------------------------


def test_the_difference_is_told_before_it_is_written_and_twice_changes_nothing(office: Office) -> None:
    lines = (PRICES, "Base,P1,1,95.00,2020-01-01,", "Base,P1,10,90,2026-06-01,2026-12-31")

    dry = office.load("prices", *lines, dry_run=True)
    unchanged = office.rows(t.price)
    first = office.load("prices", *lines)
    position = office.world.one("SELECT position FROM clock")
    second = office.load("prices", *lines)

    assert (
        office.told[0][:2]
        == office.told[1][:2]
        == [
            "~ price Base / P1 / 1 / 2020-01-01: unit_price 100.00 → 95.00",
            "+ price Base / P1 / 10 / 2026-06-01: unit_price 90.00, valid_to 2026-12-31",
        ]
    )
    assert (dry.applied, first.applied, second.applied, second.unchanged) == (False, True, False, 2)
    assert [one["unit_price"] for one in unchanged if one["id"] == "pr1"] == [100_0000]
    assert [one["unit_price"] for one in office.rows(t.price) if one["id"] == "pr1"] == [95_0000]
    assert office.world.one("SELECT position FROM clock") == position
    assert len(office.audits()) == 1


def test_the_audit_says_who_loaded_which_bytes_and_how_many_rows(desk: Office) -> None:
    report = desk.load("prices", PRICES, "Base,P1,1,95.00,2020-01-01,", actor="rep")

    assert desk.audits() == [
        (
            "rep",
            "prices",
            {
                "file": "prices.csv",
                "sha256": report.sha256,
                "lines": 1,
                "wrong": 0,
                "rows": {"price": {"added": 0, "changed": 1, "removed": 0}},
            },
        )
    ]
    assert len(report.sha256) == 64


def test_rows_a_file_does_not_name_stay_unless_it_replaces_its_list(desk: Office) -> None:
    other = "price-lists", "name,scope,currency,valid_from", "Other,group,USD,2026-01-01"
    desk.load(*other)
    desk.load("prices", PRICES, "Other,P1,1,70,2026-01-01,", "Base,P1,5,80,2026-01-01,")
    kept = desk.load("prices", PRICES, "Base,P1,5,81,2026-01-01,")
    before = {(one["list_id"], one["product_id"], one["min_qty"]) for one in desk.rows(t.price)}

    replaced = desk.load("prices", PRICES, "Base,P1,5,81,2026-01-01,", replace=True)

    assert [one.what for one in kept.changes] == ["changed"]
    assert len(before) == 4
    assert [str(one) for one in replaced.changes] == [
        "- price Base / P1 / 1 / 2020-01-01",
        "- price Base / P2 / 1 / 2020-01-01",
    ]
    assert sorted(one["unit_price"] for one in desk.rows(t.price)) == [70_0000, 81_0000]


def test_a_file_with_errors_replaces_nothing(desk: Office) -> None:
    report = desk.load("prices", PRICES, "Base,P1,5,81,2026-01-01,", "Base,P7,5,81,2026-01-01,", replace=True)

    assert (report.applied, len(desk.rows(t.price))) == (False, 2)
    with pytest.raises(ImportRefused, match="mend the file first"):
        desk.load("prices", PRICES, "Base,P1,5,81,2026-01-01,", replace=True, skip_bad=True)
    with pytest.raises(ImportRefused, match="recalls cannot be replaced"):
        desk.load("recalls", "sku,lot,recalled_on", "P1,L1,2026-11-01", replace=True)


@pytest.mark.parametrize(
    ("name", "file", "kind", "row"),
    [
        ("prices", PRICES + "\nBase,P1,1,95,2020-01-01,\n", "price", {"unit_price": 77_0000}),
        ("policies", '{"discount_limit": {"rep": {"*": 5}}}', "policy", {"value": "{}"}),
    ],
)
def test_what_was_told_is_what_is_written_or_nothing_is(
    desk: Office, name: str, file: str, kind: str, row: dict[str, Any]
) -> None:
    path: Path = desk.world.folder / "file"
    path.write_text(file)
    before = desk.rows(t.KINDS[kind].table)[0]

    def meanwhile(report: FileReport) -> None:
        with unit_of_work(desk.world.engine) as work:
            work.put(kind, [{**before, **row}])

    with pytest.raises(ImportRefused, match="load"):
        desk.load_path(name, path, then=meanwhile)

    assert desk.rows(t.KINDS[kind].table)[0] == {**before, **row}
    assert desk.audits() == []


# -- format by format -------------------------------------------------------------------------------------------------


def test_a_new_contract_stands_on_its_first_line_and_its_prices_on_all(desk: Office) -> None:
    desk.load("rosters", ROSTER, "gpo,Alliance,A1,2026-01-01,")

    report = desk.load(
        "contracts",
        CONTRACT,
        *GPO,
        "GPO-1,,,,,,,,P1,,gold,10,80.5,,2026-02-01,",
        "GPO-1,,,,,,,,,FDA class 2,,,,12.5,,",
    )

    (contract,) = desk.rows(t.contract)
    prices = desk.rows(t.contract_price)
    assert report.rejected == []
    assert (contract["number"], contract["holder_kind"], contract["promotions"]) == ("GPO-1", "gpo", 0)
    assert contract["holder_id"] == desk.rows(t.party_group)[0]["id"]
    assert {one["contract_id"] for one in prices} == {contract["id"]}
    columns = ("product_id", "product_class", "tier", "min_qty", "unit_price", "discount_bp", "valid_from")
    assert sorted((tuple(one[name] for name in columns) for one in prices), key=str) == [
        ("", "FDA class 2", "", 1, None, 1250, "2026-01-01"),
        ("p1", "", "", 1, 90_0000, None, "2026-01-01"),
        ("p1", "", "gold", 10, 80_5000, None, "2026-02-01"),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("C-9,,,,,,,,P1,,,1,90,,,", "contract: there is no contract with the number 'C-9'"),
        (
            "C-9,Name,account,A1,,2026-01-01,,,P1,,,1,90,,,",
            "currency: is empty: a line that gives one column",
        ),
        (
            "C-9,Name,account,A7,USD,2026-01-01,,,P1,,,1,90,,,",
            "holder: there is no account with the number 'A7'",
        ),
        ("C-9,Name,idn,Care,USD,2026-01-01,,,P1,,,1,90,,,", "holder: there is no IDN called 'Care'"),
        (
            "C-9,Name,ship_to,A1/Dock,USD,2026-01-01,,,P1,,,1,90,,,",
            "holder: A1 has no ship-to 'Dock'; it has 'Main'",
        ),
        (
            "C-9,Name,account,A1,USD,2026-01-01,,,P1,FDA class 2,,1,90,,,",
            "product_class: stands beside a sku",
        ),
        (
            "C-9,Name,account,A1,USD,2026-01-01,,,P1,,,1,90,5,,",
            "unit_price: give a unit_price or a discount_percent",
        ),
        (
            "C-9,Name,account,A1,USD,2026-01-01,,,P1,,,1,,,,",
            "unit_price: give a unit_price or a discount_percent",
        ),
        ("C-9,Name,account,A1,USD,2026-01-01,,,,,,1,90,,,", "sku: is empty, and so is product_class"),
        ("C-9,Name,account,A1,USD,2026-01-01,,,P1,,,1,,100.01,,", "discount_percent: 100.01 is above 100"),
        (
            "C-9,Name,account,A1,Usd,2026-01-01,,maybe,P1,,,1,9,,,",
            "promotions: 'maybe' is neither yes nor no",
        ),
        (
            "C-9,Name,account,A1,USD,2026-01-01,,,,FDA class 7,,1,9,,,",
            "product_class: no product is of the class",
        ),
    ],
)
def test_a_contract_line_that_does_not_hold_together_is_told(desk: Office, line: str, says: str) -> None:
    report = desk.load("contracts", CONTRACT, line)

    assert any(f"contracts.csv:2: {says}" in str(one) for one in report.rejected), report.rejected
    assert desk.rows(t.contract) == []


def test_two_lines_that_disagree_about_a_contract_are_told(desk: Office) -> None:
    head = "C-1,{},account,A1,USD,2026-01-01,,,P{},,,1,90,,,"

    report = desk.load("contracts", CONTRACT, head.format("One", 1), head.format("Two", 2))

    assert [str(one) for one in report.rejected] == [
        "contracts.csv:3: differs from line 2 in name of the same contract"
    ]


def test_a_commitment_names_a_tier_that_the_contract_has(desk: Office) -> None:
    desk.load("rosters", ROSTER, "gpo,Alliance,A1,2026-01-01,")
    desk.load("contracts", CONTRACT, *GPO, "GPO-1,,,,,,,,P1,,gold,1,80,,,")
    header = "contract,account,ship_to,tier,signed_on,retroactive,exclusive,valid_from,valid_to"

    bad = desk.load("commitments", header, "GPO-1,A1,,golden,,,,2026-01-01,")
    desk.load("commitments", header, "GPO-1,A1,Main,gold,2026-01-15,yes,no,2026-01-01,")

    assert "tier: GPO-1 has no tier 'golden'; it has gold" in str(bad.rejected[0])
    (row,) = desk.rows(t.commitment)
    assert (row["member_id"], row["account_id"], row["territory_id"]) == ("s1", "a1", "north")
    assert (row["tier"], row["signed_on"], row["retroactive"], row["exclusive"]) == (
        "gold",
        "2026-01-15",
        1,
        0,
    )


def test_terms_change_what_they_name_and_leave_the_rest(desk: Office) -> None:
    header = "account,po_required,terms_days,credit_limit,min_order,min_shelf_days,assortment,price_list"
    desk.load("terms", header, "A1,yes,,2500.50,100,180,listed,Base")

    report = desk.load("terms", header, "A1,,45,none,,,,none", "A2,,,,,,,")

    first, second, _third = desk.rows(t.account)
    names = (
        "po_required",
        "terms_days",
        "credit_limit",
        "min_order",
        "min_shelf_days",
        "assortment",
        "price_list_id",
    )
    assert tuple(first[name] for name in names) == (1, 45, None, 100_00, 180, "listed", None)
    assert second["terms_days"] == 30
    assert [str(one) for one in report.changes] == [
        "~ account A1: price_list_id Base → none, terms_days 30 → 45, credit_limit 2500.50 → none"
    ]


def test_a_recalled_lot_is_marked_and_the_report_says_where_it_lies(desk: Office) -> None:
    header = "sku,lot,serial,recalled_on"

    report = desk.load("recalls", header, "P1,L1,,2026-11-20", "P1,L9,,2026-11-20", skip_bad=True)
    lots = {one["id"]: one["recalled_on"] for one in desk.rows(t.lot)}
    lifted = desk.load("recalls", header, "P1,L1,,lifted")

    assert report.notes == ["! P1 / L1: 10 in trunk-rep", "! P1 / L1: 50 in wh"]
    assert "serial: P1 has no lot 'L9'" in str(report.rejected[0])
    assert lots == {"l1": "2026-11-20", "l2": None}
    assert [str(one) for one in lifted.changes] == ["~ lot P1 / L1: recalled_on 2026-11-20 → none"]
    assert lifted.notes == []


def test_the_other_files_make_the_rows_they_promise(desk: Office) -> None:
    desk.load("licences", "account,ship_to,product_class,state,number,valid_from,expires,verified_on",
              "A1,Main,*,,L-1,2026-01-01,2026-12-31,2026-11-01")  # fmt: skip
    desk.load("assortments", "account,sku,product_class,allowed,valid_from", "A1,P1,,no,2026-01-01")
    desk.load("par-levels", "location,sku,min_qty,par_qty", "trunk-rep,P1,2,6")
    desk.load("floors", "sku,currency,unit_price,below,valid_from", "P1,USD,80,approval,2026-01-01")
    desk.load("taxes", "name,country,product_class,rate_percent,valid_from", "VAT,NO,*,25,2026-01-01")
    desk.load("exemptions", "account,country,product_class,certificate,valid_from", "A1,NO,*,X-1,2026-01-01")
    desk.load("rates", "from_currency,to_currency,rate,valid_from", "EUR,USD,1.0825,2026-01-01")

    (licence,), (line,), (par,), (floor,), (tax,), (free,), (rate,) = (
        desk.rows(table)
        for table in (
            t.licence, t.assortment, t.par_level, t.product_floor, t.tax_rate, t.tax_exemption, t.exchange_rate
        )
    )  # fmt: skip
    assert (licence["ship_to_id"], licence["expires"], licence["territory_id"]) == (
        "s1",
        "2026-12-31",
        "north",
    )
    assert (line["product_id"], line["product_class"], line["allowed"]) == ("p1", "", 0)
    assert (par["location_id"], par["min_qty"], par["par_qty"]) == ("trunk-rep", 2, 6)
    assert (floor["unit_price"], floor["below"], floor["role"]) == (80_0000, "approval", "manager")
    assert (tax["state"], tax["rate_ppm"]) == ("", 250_000)
    assert (free["ship_to_id"], free["certificate"]) == ("", "X-1")
    assert rate["rate"] == 108_250_000


@pytest.mark.parametrize(
    ("name", "header", "line", "says"),
    [
        ("par-levels", "location,sku,min_qty,par_qty", "trunk-rep,P1,7,6", "par_qty: 6 is below min_qty 7"),
        (
            "rates",
            "from_currency,to_currency,rate,valid_from",
            "EUR,EUR,1,2026-01-01",
            "to_currency: is the currency",
        ),
        ("rates", "from_currency,to_currency,rate,valid_from", "EUR,USD,0,2026-01-01", "rate: is nothing"),
        (
            "assortments",
            "account,allowed,valid_from",
            "A1,no,2026-01-01",
            "sku: needs a sku or a product_class",
        ),
        ("recalls", "sku,recalled_on", "P1,2026-01-01", "serial: is empty, and so is lot"),
        ("rosters", ROSTER, "idm,Alliance,A1,2026-01-01,", "group_kind: 'idm' is none of idn, gpo"),
        ("terms", "account,credit_limit", "A1,10.005", "credit_limit: 10.005 has more than 2 decimals"),
        (
            "floors",
            "sku,currency,unit_price,below,role,valid_from",
            "P1,USD,1,never,boss,2026-01-01",
            "role: 'boss'",
        ),
        (
            "price-lists",
            "name,scope,territory,currency,valid_from",
            "N,territory,,USD,2026-01-01",
            "territory: goes with the scope territory",
        ),
    ],
)
def test_what_a_file_may_not_say_is_told(desk: Office, name: str, header: str, line: str, says: str) -> None:
    report = desk.load(name, header, line)

    assert f"{name}.csv:2: {says}" in str(report.rejected[0])


# -- policies ---------------------------------------------------------------------------------------------------------


def test_policies_are_checked_by_their_schema_with_line_and_path(desk: Office) -> None:
    report = desk.policies(
        '{\n  "price_honour_days": "ten",\n  "approval_rules": [\n    {"code": "below_floor",\n'
        '     "levels": [{"role": "manager"},\n       {"role": "boss"}]}\n  ],\n  "price_policie": 1\n}\n'
    )

    told = [str(one) for one in report.rejected]
    assert told[0].startswith(
        "policies.json:1: $: there is no 'price_policie' here; there are approval_rules, "
    )
    assert told[1:] == [
        "policies.json:2: $.price_honour_days: 'ten' is not of type 'integer'",
        "policies.json:6: $.approval_rules[0].levels[1].role: 'boss' is not one of "
        "['manager', 'director', 'finance', 'operations']",
    ]
    assert [one["id"] for one in desk.rows(t.policy)] == ["discount_limit"]


def test_policies_are_told_value_by_value_and_twice_changes_nothing(desk: Office) -> None:
    text = '{"discount_limit": {"rep": {"*": 1200}, "manager": {"*": 3000}}, "price_honour_days": 7}'

    report = desk.policies(text)
    again = desk.policies(text)

    assert [str(one) for one in report.changes] == [
        '~ policy discount_limit: finance {"*": 10000} → nothing, rep.* 1000 → 1200',
        "+ policy price_honour_days: value 7",
    ]
    assert (report.applied, again.applied, again.unchanged) == (True, False, 2)
    assert {one["id"]: json.loads(one["value"]) for one in desk.rows(t.policy)} == json.loads(text)
    assert [row[1] for row in desk.audits()] == ["policies"]


def test_two_rules_for_one_code_are_told_though_no_schema_can_say_so(desk: Office) -> None:
    rule = '{"code": "below_floor", "levels": [{"role": "director"}]}'

    report = desk.policies(f'{{\n "price_honour_days": 7,\n "approval_rules": [{rule}, {rule}]}}')

    assert [str(one) for one in report.rejected] == [
        "policies.json:3: $.approval_rules: two rules for one code"
    ]
    assert not report.applied


def test_currency_and_main_warehouse_are_policies_like_others(desk: Office) -> None:
    text = '{"currency": "NOK", "main_warehouse": "wh"}'

    report = desk.policies(text)
    again = desk.policies(text)

    assert [str(one) for one in report.changes] == [
        '+ policy currency: value "NOK"',
        '+ policy main_warehouse: value "wh"',
    ]
    assert (again.applied, again.unchanged) == (False, 2)


def test_a_main_warehouse_is_named_as_people_name_it_and_kept_by_its_id(desk: Office) -> None:
    (row,) = [one for one in desk.rows(t.location) if one["id"] == "wh"]
    with unit_of_work(desk.world.engine) as work:
        work.put("location", [{**row, "name": "Bergen"}])

    desk.policies('{"main_warehouse": "Bergen"}')

    assert json.loads({one["id"]: one["value"] for one in desk.rows(t.policy)}["main_warehouse"]) == "wh"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("whh", "there is no location called 'whh'; the nearest is 'wh'"),
        ("trunk-rep", "'trunk-rep' is of the kind trunk, and no warehouse (dc)"),
        ("wh:reserved", "'wh:reserved' is of the kind reserved, and no warehouse (dc)"),
    ],
)
def test_a_main_warehouse_that_is_none_is_told_with_its_line(desk: Office, place: str, says: str) -> None:
    report = desk.policies(f'{{\n "price_honour_days": 7,\n "main_warehouse": "{place}"}}')

    assert [str(one) for one in report.rejected] == [f"policies.json:3: $.main_warehouse: {says}"]
    assert not report.applied
    assert [one["id"] for one in desk.rows(t.policy)] == ["discount_limit"]


def test_a_list_is_an_approval_policy(desk: Office) -> None:
    rules = [{"code": "below_floor", "levels": [{"role": "director"}]}]

    desk.policies(json.dumps(rules))

    assert json.loads({one["id"]: one["value"] for one in desk.rows(t.policy)}["approval_rules"]) == rules


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{\n "a": 1,\n}', r"policies\.json:3: not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' is there twice"),
    ],
)
def test_what_is_not_json_is_refused(desk: Office, text: str, says: str) -> None:
    with pytest.raises(ImportRefused, match=says):
        desk.policies(text)


def test_the_line_of_a_value_is_found_through_objects_lists_and_strings() -> None:
    text = '{"a": "}\\"{",\n "b": [1,\n  {"c": [\n   2, 3]}]}'

    assert [line_of(text, path) for path in ([], ["a"], ["b", 0], ["b", 1], ["b", 1, "c", 1])] == [
        1,
        1,
        2,
        3,
        4,
    ]


# -- on the tablets ---------------------------------------------------------------------------------------------------


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


# -- the page and the command -----------------------------------------------------------------------------------------


def test_the_page_explains_every_file_as_the_program_reads_it() -> None:
    written = (ROOT / "packaging" / "server" / "imports.md").read_text(encoding="utf-8")

    assert written == page(), "run `trunkline-server import formats > packaging/server/imports.md`"


def test_the_examples_of_the_page_load_one_after_the_other(desk: Office) -> None:
    named = {
        "account": ("a1", {"number": "AW00029580"}),
        "address": ("s1", {"label": "Main Office"}),
        "product": ("p1", {"sku": "STENT-18"}),
        "lot": ("l1", {"lot_number": "L20417"}),
        "location": ("trunk-rep", {"name": "Trunk of Mia Berg"}),
        "territory": ("north", {"name": "Northwest"}),
    }
    rep = {"name": "Mia Berg", "role": "rep", "territory_id": "north", "active": 1, "origin": "test"}
    with unit_of_work(desk.world.engine) as work:
        work.put("rep", [{"id": "rep", "code": "MB", **rep}])
        for kind, (row_id, changes) in named.items():
            (row,) = [one for one in desk.rows(t.KINDS[kind].table) if one["id"] == row_id]
            work.put(kind, [{**row, **changes}])

    for form in FORMATS:
        report = desk.load(form.name, *example(form))

        assert (report.rejected, report.applied) == ([], True), form.name
    (policies,) = re.findall(r"```json\n(.*?)```", page(), re.DOTALL)
    assert desk.policies(policies).rejected == []


def test_a_file_is_loaded_from_the_command_line(here: Any, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("from_currency,to_currency,rate,valid_from\nEUR,USD,1.08,2026-01-01\n")
    data = ("--data", tmp_path / "data")
    here(
        "user",
        "add",
        "olga",
        "--role",
        "finance",
        "--territory",
        "*",
        "--password-stdin",
        *data,
        stdin="x" * 20,
    )

    dry = here("import", "rates", rates, "--dry-run", *data)
    loaded = here("import", "rates", rates, "--by", "olga", *data)
    again = here("import", "rates", rates, *data)
    rates.write_text("from_currency,to_currency,rate,valid_from\nEUR,USD,x,2026-01-01\n")
    wrong = here("import", "rates", rates, *data, code=1)
    skipped = here("import", "rates", rates, "--skip-bad", *data)
    strict = here("import", "rates", rates, "--skip-bad", "--strict", *data, code=1)
    nobody = here("import", "rates", rates, "--by", "nobody", *data, code=2)

    assert dry.stdout.splitlines()[0] == "+ exchange rate EUR / USD / 2026-01-01: rate 1.08"
    assert dry.stdout.splitlines()[-1] == "a dry run: nothing was changed"
    assert [one.stdout.splitlines()[-1] for one in (loaded, again)] == ["loaded", "nothing to change"]
    assert (
        "rates.csv:2: rate: 'x' is not a number; expected a number with at most eight decimals"
        in wrong.stdout
    )
    assert "nothing was changed: mend the lines above" in wrong.stdout
    assert [one.stdout.splitlines()[-1] for one in (skipped, strict)] == ["nothing to change"] * 2
    assert "nobody" in nobody.stderr


def test_policies_are_loaded_from_the_command_line(here: Any, tmp_path: Path) -> None:
    path = tmp_path / "policies.json"
    path.write_text('{"price_honour_days": 7}')

    done = here("import", "policies", path, "--data", tmp_path / "data")
    refused = here("import", "policies", path, "--replace", "--data", tmp_path / "data", code=2)

    assert done.stdout.splitlines()[-1] == "loaded"
    assert "policies go in whole" in refused.stderr


def test_every_file_is_explained_by_help(here: Any) -> None:
    told = here("import", "--help").stdout

    assert all(form.name in told for form in FORMATS)
    assert "policies" in told
    assert here("import", "formats").stdout == page()
