"""The rules of `make gs1` for the tests of GS1's own syntax engine: what each case is, and what the file says of it.

A case is covered or not by what it is, never by how it ends: each Left says why in words.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

GS = "\x1d"
GTIN = "09506000134352"

Row = dict[str, str]


@dataclass(frozen=True)
class Want:
    """What the file says of `text`. `code`: of the refusal; `joined`: all elements one after another; `scan`: fields of
    the Scan; `values`: those of the elements whose identifier starts so, or the first of them."""

    text: str
    refused: bool = False
    code: str = ""
    elements: tuple[tuple[str, str], ...] | None = None
    joined: str | None = None
    scan: dict[str, str] = field(default_factory=dict)
    values: tuple[str, object] | None = None


@dataclass(frozen=True)
class Left:
    """Not covered, and why: `reason` is about what the case is."""

    reason: str


Case = Want | Left


class Folder:
    """The tables of a folder, and the format of every application identifier of its dictionary."""

    def __init__(self, path: Path) -> None:
        self.tables = {
            file.name.split(".")[0]: self._rows(file)
            for file in sorted(path.iterdir())
            if file.name.endswith((".csv", ".csv.gz"))
        }
        table = self.tables.get("application_identifiers", [])
        self.formats = {row["ai"]: row["format"] for row in table}

    def wrong_check_digit(self, ai: str, value: str) -> bool:
        """Whether a component that the dictionary marks with `csum` ends on another digit than its sum."""
        at = 0
        for component in self.formats.get(ai, "").split():
            size = int(re.findall(r"\d+", component)[0])
            part, at = value[at : at + size], at + size
            if part and "csum" in component.split(",") and checked(part[:-1]) != part[-1]:
                return True
        return False

    @staticmethod
    def _rows(file: Path) -> list[Row]:
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(ai), str(value)) for ai, value, *_ in json.loads(text))


def raw(text: str) -> str:
    """Scan data as bytes; `<GS>` and its like are written out in the files."""
    return text.replace("<GS>", GS).replace("<LF>", "\n").replace("<CR>", "\r").replace("<TAB>", "\t")


def checked(digits: str) -> str:
    """The GS1 check digit for `digits` (General Specifications, 7.9): our own sum, not the one under test."""
    total = sum(int(d) * (3 if at % 2 == 0 else 1) for at, d in enumerate(reversed(digits)))
    return str(-total % 10)


def in_symbol(scan: str, message: str) -> Want:
    """A scan, and the engine's message for it: `^` is FNC1 there, `|` parts linear and composite component."""
    linear, _, component = message.partition("|")
    if re.match("(?i)https?:", message):
        return Want(raw(scan))
    if re.fullmatch("[0-9]{8,14}", linear):
        if scan.startswith("]E0") and len(linear) == 12 and scan[3:15] == linear:
            linear += checked(linear)  # the engine was asked to add it
        linear = f"^01{linear.zfill(14)}"
    if not linear.startswith("^"):
        return Want(raw(scan), refused=True)  # the symbol holds something else than GS1 data
    return Want(raw(scan), joined=(linear + component).replace("^", ""))


def scan_data_to_message(row: Row, _: Folder) -> Case:
    if row["verdict"] == "reject":
        return Want(raw(row["scan_data"]), refused=True)
    if row["ais_json"]:
        return Want(raw(row["scan_data"]), elements=pairs(row["ais_json"]))
    return in_symbol(row["scan_data"], row["message"])


def message_to_scan_data(row: Row, _: Folder) -> Case:
    """Backwards: what a scanner would send for the message."""
    if row["verdict"] == "reject":
        return Left("no symbol is drawn, so there is nothing to scan")
    return in_symbol(row["scan_data"], row["message"])


def bracketed_to_fnc1(row: Row, folder: Folder) -> Case:
    if row["verdict"] == "reject":
        return Want(row["input"], refused=True)
    found = pairs(row["ais_json"]) if row["ais_json"] else None
    if any(ai not in folder.formats for ai, _ in found or ()):
        return Left("identifiers outside the table: an option of the engine's")
    return Want(row["input"], elements=found)


def fnc1_form_validity(row: Row, folder: Folder) -> Case:
    text = row["input"].replace("^", GS)
    if row["verdict"] == "reject":
        return Want(text, refused=True)
    if not any(row["input"][1 : 1 + size] in folder.formats for size in (2, 3, 4)):
        return Left("identifiers outside the table: an option of the engine's")
    return Want(text, elements=pairs(row["ais_json"]) if row["ais_json"] else None)


CODES = {
    "INCORRECT_CHECK_DIGIT": "check_digit_wrong",
    "ILLEGAL_MONTH": "date_wrong",
    "ILLEGAL_DAY": "date_wrong",
}
APPLIED = {
    "csum",
    "yymmd0",
    "yymmdd",
    "gcppos1",
    "gcppos2",
}  # gcppos: wants a data source, off in the engine as well


def bracketed_linter_error(row: Row, folder: Folder) -> Case:
    for ai in re.findall(r"\((\d+)\)", row["input"]):
        rules = set(re.findall(r",(\w+)", folder.formats.get(ai, "")))
        if rules - APPLIED:
            return Left("content rules of identifiers that Trunkline does not use")
        if "Z" in folder.formats.get(ai, ""):
            return Left("base64 in identifiers that Trunkline does not use")
    if row["expected_error"] == "OK":
        return Want(row["input"])
    return Want(row["input"], refused=True, code=CODES.get(row["expected_error"], ""))


KEY_NAMES = set(
    re.findall(r"\w+", "gtin itip gmn cpid gln payTo partyGln gsrnp gsrn gcn sscc gdti ginc gsin grai giai")
)


def digital_link_uri(row: Row, _: Folder) -> Case:
    uri, options = row["uri"], row["non_default_options"]
    if set(re.split("[/?#]", uri)) & KEY_NAMES:
        return Left("names of keys: withdrawn from the standard, an option of the engine's")
    if "PermitUnknownAIs=true" in options or "ValidationEnabled:UNKNOWN_AI_NOT_DL_ATTR=false" in options:
        return Left("identifiers outside the table: an option of the engine's")
    if "PermitZeroSuppressedGTINinDLuris=false" in options and re.search(
        r"[/?&]0[12][/=](\d{8}|\d{12,13})($|\D)", uri
    ):
        return Left(
            "a GTIN without its zeros: taken by Trunkline, an option of the engine's that is off here"
        )
    if row["verdict"] == "reject":
        return Want(uri, refused=True)
    return Want(uri, elements=pairs(row["ais_json"]) if row["ais_json"] else None)


def component_linters(row: Row, _: Folder) -> Case:
    """One component each, put into an element that has it: in the middle of a code, because blanks at its ends are the
    scanner's. A component identifier (8010) starts with a company's prefix, so its character set follows on one."""
    linter, value = row["linter"], raw(row["input"])
    size = len(value)
    code = CODES.get(row["expected_error"], "") if row["verdict"] == "reject" else None
    elements: dict[str, str | None] = {
        "csum": {8: "", 12: "", 13: "414", 14: "01", 17: "402", 18: "00"}.get(size),
        "yymmd0": "17",
        "yymmdd": "7006",
        "cset82": "10" if size <= 20 else "91" if size <= 90 else None,
        "cset39": "8010" if size <= 23 else None,
        "csetnumeric": "30" if size <= 8 else "3920" if size <= 15 else None,
    }
    if linter not in elements:
        return Left(f"{linter}: content of identifiers that Trunkline does not use")
    ai = elements[linter]
    if ai is None or not value:
        return Left(f"{linter}: no element has a component of this length")
    if ai == "":  # a whole code by itself: EAN-8, UPC-A
        sound = Want(value, scan={"gtin": value.zfill(14)})
        return Want(value, refused=True, code=code) if code is not None else sound
    if ai == "8010":
        value = f"9506000{value}"
    first = () if ai == "01" else (("01", GTIN),)
    parts = (*first, (ai, value), ("240", "X"))
    text = "".join(f"{code}{text}" for code, text in parts[:-1]) + f"{GS}240X"
    return Want(text, refused=True, code=code) if code is not None else Want(text, elements=parts)
