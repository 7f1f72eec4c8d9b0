"""`make gs1`: the scan path against every case of a folder of GS1 cases, told by kind; exit 1 when a covered one fails.

    gs1.py [FOLDER]                    every *.csv of the folder; without one, those kept with the tests

A case is covered or not by what it is (gs1_cases, gs1_biip: each rule with its reason), never by how it ends. A covered
case passes when `read_code` reads the elements that the file names, is refused as expected when the file says so (for
a check digit or a date: with that very code), or fails. "Read" means that the code came apart soundly: one that is
sound but names no product counts as read. Two-digit years are read as on TODAY. The last line is JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gs1_biip as of_biip
import gs1_cases as of_engine
from gs1_cases import Case, Folder, Left, Row, Want

from app.domain.scan import Scan, ScanRefused
from app.workspace.barcodes import read_code

TODAY = f"{of_biip.THIS_YEAR}-11-26"
KEPT = Path(__file__).resolve().parents[1] / "data" / "gs1"
SOUND = ("no_gtin", "logistic_unit")  # refused for what they name, not for how they are written


def judge(want: Want) -> str:
    """'' when the outcome is the file's, else what came instead."""
    got = read_code(want.text, today=TODAY)
    if isinstance(got, ScanRefused) and (want.scan or got.code not in SOUND):
        as_wanted = want.refused and want.code in ("", got.code)
        return "" if as_wanted else f"refused: {got.code} {dict(got.params)}"
    if want.refused or want.elements not in (None, got.elements):
        return f"read as {got.elements}"
    if want.joined not in (None, "".join(ai + value for ai, value in got.elements)):
        return f"read as {got.elements}"
    if want.values is not None:
        start, expected = want.values
        values = [value for ai, value in got.elements if ai.startswith(start)]
        return (
            ""
            if expected == (values if isinstance(expected, list) else next(iter(values), None))
            else f"{values}"
        )
    fields = {name: getattr(got, name) for name in want.scan} if isinstance(got, Scan) else {}
    return "" if fields == want.scan else f"read as {fields}"


def a_table(_: Row, __: Folder) -> Case:
    return Left("a table to look things up in, not a case")


RULES: dict[str, Callable[[Row, Folder], Case]] = {
    "scan_data_to_message": of_engine.scan_data_to_message,
    "message_to_scan_data": of_engine.message_to_scan_data,
    "bracketed_to_fnc1": of_engine.bracketed_to_fnc1,
    "fnc1_form_validity": of_engine.fnc1_form_validity,
    "bracketed_linter_error": of_engine.bracketed_linter_error,
    "digital_link_uri": of_engine.digital_link_uri,
    "component_linters": of_engine.component_linters,
    "biip_cases": of_biip.biip_case,
    "biip_value_to_elements": of_biip.biip_value_to_elements,
    "application_identifiers": a_table,
}


@dataclass
class Told:
    """The outcome of one kind."""

    cases: int = 0
    passed: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def covered(self) -> int:
        return self.passed + self.refused + len(self.failures)


def tell(path: Path) -> dict[str, Told]:
    """Every case of every table in the folder, by kind."""
    folder = Folder(path)
    return {name: _tell(name, rows, folder) for name, rows in folder.tables.items()}


def _tell(name: str, rows: Iterable[Row], folder: Folder) -> Told:
    told = Told()
    for row in rows:
        told.cases += 1
        rule = RULES.get(name)
        case = rule(row, folder) if rule else Left("no rule for this table")
        if isinstance(case, Left):
            told.left[case.reason] += 1
        elif instead := judge(case):
            told.failures.append(f"{row.get('source', '?')} {case.text!r}: {instead}")
        elif case.refused:
            told.refused += 1
        else:
            told.passed += 1
    return told


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else KEPT
    if not path.is_dir() or not list(path.glob("*.csv*")):
        print(f"no tables in {path}", file=sys.stderr)
        return 2
    kinds = tell(path)
    print(f"{'kind':26}{'cases':>7}{'covered':>9}{'passed':>8}{'refused as expected':>21}{'failed':>8}")
    for name, told in kinds.items():
        figures = f"{told.cases:7}{told.covered:9}{told.passed:8}{told.refused:21}{len(told.failures):8}"
        print(f"{name:26}{figures}")
        for reason, times in sorted(told.left.items(), key=lambda one: (-one[1], one[0])):
            print(f"    {times:5} not covered: {reason}")
        for failure in told.failures:
            print(f"          FAILED {failure}")
    total = {
        "cases": sum(one.cases for one in kinds.values()),
        "covered": sum(one.covered for one in kinds.values()),
        "passed": sum(one.passed for one in kinds.values()),
        "refused_as_expected": sum(one.refused for one in kinds.values()),
        "failed": sum(len(one.failures) for one in kinds.values()),
    }
    print(json.dumps({"gs1": total}))
    return int(total["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
