"""Files of the office: every error told, the difference before it is written, and what a tablet gets of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from office_kit import PRICES, Office

from app.store import tables as t
from sync.server.feed import unit_of_work
from sync.server.imports.office_page import FORMATS, example, page
from sync.server.imports.office_report import FileReport
from sync.server.imports.report import ImportRefused

ROOT = Path(__file__).resolve().parents[2]


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
