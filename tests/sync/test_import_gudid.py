"""The GUDID import: tracking, class, storage and pack levels as the records say, wrong GTINs refused by name."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, select

from app.store import tables as t
from app.store.engine import server_engine as open_engine
from sync.server.imports.gudid import device_class, device_name, import_gudid
from sync.server.imports.report import ImportReport
from sync.server.tables import clock

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "demo" / "gudid"

BASE, CASE, BOX, PALLET = "00801741000195", "10801741000192", "20801741000199", "30801741000196"
HEADERS = {
    "fda_product_class": "productcode devicename deviceclass",
    "device": "primary_di issuing_agency gtin_check_digit_ok brand_name version_model_number catalog_number "
    "company_name description distribution_end_date single_use lot_batch serial_number expiration_date rx sterile",
    "product_code": "primary_di product_code product_code_name",
    "storage_handling": "primary_di type high_unit high_value",
    "identifier": "primary_di device_id id_type issuing_agency contains_di pkg_quantity",
}
DEVICE = f"{BASE},GS1,1,Acme,V1,C-1,Acme Inc,Felt,,1,1,0,1,1,1"
PRIMARY = f"{BASE},{BASE},Primary,GS1,,"


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    made = open_engine(sqlite_url)
    yield made
    made.dispose()


def stored(engine: Engine, table: Table) -> dict[str, dict[str, Any]]:
    with engine.connect() as connection:
        return {
            row["id"]: dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()
        }


def imported(engine: Engine, folder: Path, **files: tuple[str, ...]) -> ImportReport:
    """A small folder with one device unless the test says otherwise."""
    given = {"device": (DEVICE,), "identifier": (PRIMARY,), **files}
    for name, header in HEADERS.items():
        text = "\n".join((header.replace(" ", ","), *given.get(name, ()))) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return import_gudid(engine, folder)


def file_rows(name: str) -> list[dict[str, str]]:
    path = next(p for end in (".csv", ".csv.gz") if (p := FOLDER / f"{name}{end}").is_file())
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_device_and_pack_of_the_files_is_there_as_recorded(server_engine: Engine) -> None:
    report = import_gudid(server_engine, FOLDER)

    assert report.rejected == report.consequences == []
    products, packs = stored(server_engine, t.product), stored(server_engine, t.pack)
    devices, identifiers = file_rows("device"), file_rows("identifier")
    assert len(products) == len(devices)
    assert len(packs) == sum(row["id_type"] != "Primary" for row in identifiers)
    for row in devices:
        mine = products[f"gudid-{row['primary_di']}"]
        tracked = "serial" if row["serial_number"] == "1" else "lot" if row["lot_batch"] == "1" else "none"
        assert (mine["gtin"], mine["tracking"], mine["origin"]) == (row["primary_di"], tracked, "gudid")
        for column, flag in {
            "expiry_tracked": "expiration_date",
            "rx": "rx",
            "sterile": "sterile",
            "single_use": "single_use",
        }.items():
            assert mine[column] == int(row[flag])
    assert Counter(row["product_class"] for row in products.values())["FDA class 3"] > 20
    assert sum(row["cold_chain"] for row in products.values()) == 12


def test_a_second_import_changes_nothing(server_engine: Engine) -> None:
    import_gudid(server_engine, FOLDER)
    with server_engine.connect() as connection:
        before = connection.execute(select(clock.c.position)).scalar_one()

    report = import_gudid(server_engine, FOLDER)

    with server_engine.connect() as connection:
        assert connection.execute(select(clock.c.position)).scalar_one() == before
    assert report.wrote == 0
    assert report.counts["product"].unchanged == 400


def test_a_wrong_check_digit_is_refused_by_line_and_its_packs_fall_with_it(
    engine: Engine, tmp_path: Path
) -> None:
    wrong = "00801741000194"

    report = imported(
        engine,
        tmp_path,
        device=(DEVICE, DEVICE.replace(BASE, wrong)),
        identifier=(PRIMARY, f"{wrong},{wrong},Primary,GS1,,", f"{wrong},{CASE},Package,GS1,{wrong},5"),
        fda_product_class=("FTM,Felt,2",),
        product_code=(f"{wrong},FTM,Felt",),
    )

    assert [str(row) for row in report.rejected] == [
        f"device.csv:3: primary_di: {wrong} is not a GTIN: wrong check digit or length"
    ]
    assert Counter(row.file for row in report.consequences) == {"identifier.csv": 2, "product_code.csv": 1}
    assert list(stored(engine, t.product)) == [f"gudid-{BASE}"]
    assert stored(engine, t.pack) == {}


def test_a_gtin_that_the_source_itself_doubts_is_refused(engine: Engine, tmp_path: Path) -> None:
    report = imported(engine, tmp_path, device=(DEVICE.replace("GS1,1", "GS1,0"),))

    assert [row.line for row in report.rejected] == [2]
    assert "the source itself" in report.rejected[0].reason


def test_an_identifier_that_is_not_gs1_is_kept_without_a_gtin(engine: Engine, tmp_path: Path) -> None:
    report = imported(engine, tmp_path, device=(DEVICE.replace("GS1,1", "HIBCC,"),), identifier=())

    assert report.rejected == []
    assert stored(engine, t.product)[f"gudid-{BASE}"]["gtin"] == ""


def test_packages_of_packages_count_base_units(engine: Engine, tmp_path: Path) -> None:
    report = imported(
        engine,
        tmp_path,
        identifier=(
            PRIMARY,
            f"{BASE},{PALLET},Package,GS1,{BOX},20",
            f"{BASE},{BOX},Package,GS1,{CASE},4",
            f"{BASE},{CASE},Package,GS1,{BASE},5",
            f"{BASE},B123X,Secondary,HIBCC,,",
            f"{BASE},00733132626106,Unit of Use,GS1,,",
        ),
    )

    assert report.rejected == []
    assert {row["gtin"]: (row["level"], row["quantity"]) for row in stored(engine, t.pack).values()} == {
        CASE: ("package", 5),
        BOX: ("package", 20),
        PALLET: ("package", 400),
        "B123X": ("secondary", 1),
        "00733132626106": ("unit_of_use", 0),
    }


@pytest.mark.parametrize(
    ("identifiers", "rejected", "fell"),
    [
        ((f"{BASE},{CASE},Package,GS1,{BOX},5",), [3], 0),  # contains something nobody knows
        (
            (f"{BASE},{CASE},Package,GS1,{BOX},5", f"{BASE},{BOX},Package,GS1,{CASE},5"),
            [3, 4],
            0,
        ),  # each other
        ((f"{BASE},{CASE},Package,GS1,{BASE},many", f"{BASE},{BOX},Package,GS1,{CASE},5"), [3], 1),
        ((f"{BASE},{CASE},Crate,GS1,{BASE},5",), [3], 0),
        ((f"{BASE},{CASE[:-1]}9,Package,GS1,{BASE},5",), [3], 0),
    ],
)
def test_packs_that_cannot_be_resolved_are_refused_by_line(
    engine: Engine, tmp_path: Path, identifiers: tuple[str, ...], rejected: list[int], fell: int
) -> None:
    report = imported(engine, tmp_path, identifier=(PRIMARY, *identifiers))

    assert [row.line for row in report.rejected] == rejected
    assert len(report.consequences) == fell
    assert stored(engine, t.pack) == {}


@pytest.mark.parametrize(
    ("unit", "high", "cold"),
    [
        ("Degrees Celsius", "8", 1),
        ("Degrees Celsius", "15", 1),
        ("Degrees Celsius", "25", 0),
        ("Degrees Celsius", "-9", 1),
        ("Degrees Fahrenheit", "59", 1),
        ("Degrees Fahrenheit", "60", 0),
        ("Degrees Celsius", "", 0),
    ],
)
def test_what_must_stay_cool_needs_the_cold_chain(
    engine: Engine, tmp_path: Path, unit: str, high: str, cold: int
) -> None:
    imported(engine, tmp_path, storage_handling=(f"{BASE},Storage Environment Temperature,{unit},{high}",))

    assert stored(engine, t.product)[f"gudid-{BASE}"]["cold_chain"] == cold


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("2", "FDA class 2"),
        ("12", "FDA class 2"),
        ("31", "FDA class 3"),
        ("U", "FDA unclassified"),
        ("f1", "FDA class 1"),
        ("", "FDA class not stated"),
    ],
)
def test_the_strictest_class_counts(classes: str, expected: str) -> None:
    assert device_class(classes) == expected


def test_names_say_the_brand_once_and_stay_short() -> None:
    assert device_name("Bard® PTFE Felt", "Bard® PTFE Felt, 15 cm") == "Bard® PTFE Felt, 15 cm"
    assert device_name("Acme", "Screw 4 mm") == "Acme Screw 4 mm"
    assert device_name("N/A", "Screw 4 mm") == "Screw 4 mm"
    assert device_name("N/A", "") == "N/A"
    long = device_name("Acme", "very " * 60)
    assert len(long) <= 160
    assert long.endswith("very…")
