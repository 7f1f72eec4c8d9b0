"""Devices of FDA's GUDID: products with their device identifier, tracking, class and storage, and their pack levels.

The primary DI names the base unit. A *package* holds so many base units (packages may hold packages). *Secondary* and
direct-marking DIs are further names of the base unit. A *unit of use* is smaller than it, one of the several devices in
a base unit, so its pack has the quantity 0: scanning it tells the product, never a number of base units.

GS1 identifiers must have a right check digit, whatever the file's own column says; a device without one is rejected,
and its identifiers, codes and storage rows fall with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine
from stdnum import ean

from sync.server.imports.judging import Index, resolve, spelled
from sync.server.imports.reading import Reading, open_folder, spec
from sync.server.imports.report import ImportReport, Progress, quiet
from sync.server.imports.table_file import BadRow, Row
from sync.server.imports.writer import Writer

ORIGIN = "gudid"
NAME_LENGTH = 160
NO_BRAND = ("N/A", "NA", "NONE")
MOST_UNITS = 1_000_000  # base units in one pack; more is a mistake

# Stock that must stay below this needs cooling on its way: USP <659> calls 8 to 15 °C cool, 8 °C and less cold.
COLD_CHAIN_CELSIUS = 15
TEMPERATURES = ("Storage Environment Temperature", "Handling Environment Temperature")

LEVELS = {
    "Primary": "primary",
    "Package": "package",
    "Secondary": "secondary",
    "Direct Marking": "secondary",
    "Unit of Use": "unit_of_use",
}

SPECS = (
    spec("fda_product_class", "productcode", "devicename deviceclass"),
    spec(
        "device",
        "primary_di",
        "issuing_agency gtin_check_digit_ok brand_name version_model_number catalog_number company_name description "
        "distribution_end_date single_use lot_batch serial_number expiration_date rx sterile",
    ),
    spec("product_code", "primary_di product_code", "product_code_name"),
    spec("storage_handling", "", "primary_di type high_unit high_value"),
    spec("identifier", "primary_di device_id", "id_type issuing_agency contains_di pkg_quantity"),
)


@dataclass(slots=True)
class Device:
    """One device record; `category`, `classes` and `cold` are filled in from the other files."""

    di: str
    gtin: str
    sku: str
    name: str
    brand: str
    manufacturer: str
    catalog_number: str
    sell_until: str | None
    tracking: str
    expiry_tracked: int
    rx: int
    sterile: int
    single_use: int
    category: str = ""
    classes: str = ""
    cold: bool = False

    @property
    def id(self) -> str:
        return f"gudid-{self.di}"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A further DI of a device. `contains` is the DI that a package holds `quantity` of."""

    row: Row
    device: Device
    di: str
    level: str
    contains: str
    quantity: int


def import_gudid(engine: Engine, folder: Path, *, progress: Progress = quiet) -> ImportReport:
    """Import `folder`; see the rules of `import_adventureworks`. Raises ImportRefused."""
    report = ImportReport("gudid")
    reading = open_folder(folder, SPECS, report, progress)
    classes = reading.load("fda_product_class", lambda row: row.text("deviceclass"))
    devices = reading.load("device", _device)
    _read_codes(reading, devices, classes)
    _read_storage(reading, devices)
    with Writer(engine, report) as writer:
        writer.put_all("product", (_product_row(one) for one in devices.good.values()))
        _packs(reading, writer, devices)
    reading.judge.settle()
    return report


def _device(row: Row) -> Device:
    di, brand = row.name("primary_di"), row.name("brand_name")
    gtin = ""
    if row.text("issuing_agency") == "GS1":
        gtin = _checked(row, "primary_di")
        if row.text("gtin_check_digit_ok") != "1":
            raise BadRow(f"the source itself marks the check digit of {di} as wrong", "gtin_check_digit_ok")
    lot, serial = row.flag("lot_batch"), row.flag("serial_number")
    return Device(
        di=di,
        gtin=gtin,
        sku=row.text("catalog_number") or row.text("version_model_number") or di,
        name=device_name(brand, row.text("description") or row.text("version_model_number")),
        brand=brand,
        manufacturer=row.name("company_name"),
        catalog_number=row.text("catalog_number"),
        sell_until=row.day_or_none("distribution_end_date"),
        tracking="serial" if serial else "lot" if lot else "none",
        expiry_tracked=row.flag("expiration_date"),
        rx=row.flag("rx"),
        sterile=row.flag("sterile"),
        single_use=row.flag("single_use"),
    )


def _checked(row: Row, column: str) -> str:
    """A GTIN with the right length and check digit."""
    di = row.name(column)
    if not di.isascii() or not di.isdigit() or not ean.is_valid(di):
        raise BadRow(f"{di} is not a GTIN: wrong check digit or length", column)
    return di


def device_name(brand: str, description: str) -> str:
    """Brand and description, the brand only where the description lacks it, cut at a word when it is long."""
    named = brand.upper() in NO_BRAND or brand.casefold() in description.casefold()
    text = (description if named else f"{brand} {description}").strip() or brand
    if len(text) <= NAME_LENGTH:
        return text
    return f"{text[: NAME_LENGTH - 1].rsplit(' ', 1)[0]}…"


def _of(devices: Index[Device]) -> Callable[[Row], Device]:
    return lambda row: devices.need(spelled(row.name("primary_di")), "primary_di")


def _read_codes(reading: Reading, devices: Index[Device], classes: Index[str]) -> None:
    """The first product code names the category; the highest class of all its codes is the device's class."""

    def code(row: Row) -> tuple[Device, str, str]:
        device, product_code = spelled(row.name("primary_di")), row.name("product_code")
        resolve((devices, device, "primary_di"), (classes, product_code, "product_code"))
        return devices.good[device], row.text("product_code_name"), classes.good[product_code]

    index: Index[None] = reading.index("product_code")
    for device, name, device_class in reading.stream("product_code", index, code, lambda _row: None):
        device.category = device.category or name
        device.classes += device_class


def device_class(classes: str) -> str:
    """Our product class from FDA's class letters of all product codes; the strictest counts."""
    known = max((letter for letter in classes if letter in "123"), default="")
    if known:
        return f"FDA class {known}"
    return "FDA unclassified" if classes else "FDA class not stated"


def _read_storage(reading: Reading, devices: Index[Device]) -> None:
    device_of = _of(devices)

    def storage(row: Row) -> tuple[Device, bool]:
        cold = _needs_cooling(row)
        return device_of(row), cold

    index: Index[None] = reading.index("storage_handling")
    for device, cold in reading.stream("storage_handling", index, storage, lambda _row: None):
        device.cold = device.cold or cold


def _needs_cooling(row: Row) -> bool:
    if row.text("type") not in TEMPERATURES or not row.text("high_value"):
        return False
    highest = Decimal(row.signed_decimal("high_value"))
    match row.text("high_unit"):
        case "Degrees Celsius":
            return highest <= COLD_CHAIN_CELSIUS
        case "Degrees Fahrenheit":
            return (highest - 32) * 5 <= COLD_CHAIN_CELSIUS * 9
        case unit:
            raise BadRow(f"{unit!r} is no unit of temperature", "high_unit")


# -- packs ------------------------------------------------------------------------------------------------------------


def _packs(reading: Reading, writer: Writer, devices: Index[Device]) -> None:
    device_of = _of(devices)

    def identifier(row: Row) -> Identifier:
        di, kind, contains = row.name("device_id"), row.text("id_type"), ""
        quantity = 0 if kind == "Unit of Use" else 1
        if kind == "Primary" and spelled(di) != spelled(row.name("primary_di")):
            raise BadRow(f"{di} is called primary, but the device is {row.name('primary_di')}", "device_id")
        if kind != "Primary" and row.text("issuing_agency") == "GS1":
            _checked(row, "device_id")
        if kind not in LEVELS:
            raise BadRow(f"{kind!r} is none of {', '.join(LEVELS)}", "id_type")
        if kind == "Package":
            quantity, contains = row.whole("pkg_quantity", least=1), row.name("contains_di")
        return Identifier(row, device_of(row), di, LEVELS[kind], contains, quantity)

    known = reading.load("identifier", identifier)
    for one in known.good.values():
        if one.level == "primary":
            continue
        try:
            units = _base_units(one, known)
        except BadRow as error:
            reading.judge.refuse(known, one.row, error)
        else:
            writer.put("pack", _pack_row(one, units))


def _base_units(one: Identifier, known: Index[Identifier]) -> int:
    """Base units in this pack: its quantity times those of what it contains, down to the device itself."""
    units = one.quantity
    seen = {spelled(one.di)}
    while one.contains and spelled(one.contains) != spelled(one.device.di):
        if spelled(one.contains) in seen:
            raise BadRow(f"{one.di} contains itself", "contains_di")
        seen.add(spelled(one.contains))
        one = known.need(f"{spelled(one.device.di)}/{spelled(one.contains)}", "contains_di")
        units *= one.quantity
    if units > MOST_UNITS:
        raise BadRow(f"{units} base units in one pack are a mistake", "pkg_quantity")
    return units


# -- rows -------------------------------------------------------------------------------------------------------------


def _product_row(one: Device) -> dict[str, object]:
    return {
        "id": one.id,
        "sku": one.sku,
        "name": one.name,
        "brand": one.brand,
        "manufacturer": one.manufacturer,
        "catalog_number": one.catalog_number,
        "gtin": one.gtin,
        "category": one.category,
        "product_class": device_class(one.classes),
        "tracking": one.tracking,
        "expiry_tracked": one.expiry_tracked,
        "rx": one.rx,
        "sterile": one.sterile,
        "single_use": one.single_use,
        "cold_chain": int(one.cold),
        "unit": "EA",
        "sell_from": None,
        "sell_until": one.sell_until,
        "origin": ORIGIN,
    }


def _pack_row(one: Identifier, units: int) -> dict[str, object]:
    return {
        "id": f"{one.device.id}-{one.di}",
        "product_id": one.device.id,
        "gtin": one.di,
        "level": one.level,
        "quantity": units,
        "origin": ORIGIN,
    }
