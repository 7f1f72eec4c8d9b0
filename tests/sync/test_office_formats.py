"""Files of the office, format by format: the rows each makes, and what it may not say."""

from __future__ import annotations

import pytest
from office_kit import CONTRACT, GPO, ROSTER, Office

from app.store import tables as t


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
    assert [str(one) for one in lifted.changes] == [
        "~ lot P1 / L1: recalled_on 2026-11-20 → none",
        "~ claim P1 / L1 / trunk-rep: state open → withdrawn",
    ]
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
