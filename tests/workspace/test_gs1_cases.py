"""The cases of GS1 and biip, as `make gs1` tells them, and that its verdict can fall the other way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[2]
PROGRAM = HOUSE / "tests" / "bench" / "gs1.py"
DATA = HOUSE / "tests" / "data" / "gs1"


@pytest.fixture
def gs1(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    import gs1

    return gs1


def test_every_covered_case_ends_as_its_file_says(gs1: Any) -> None:
    told = gs1.tell(DATA)

    assert [failure for one in told.values() for failure in one.failures] == []
    # The rules of coverage must not shrink unseen.
    assert {name: one.covered for name, one in told.items()} == {
        "application_identifiers": 0,
        "biip_cases": 119,
        "biip_value_to_elements": 17,
        "bracketed_linter_error": 8,
        "bracketed_to_fnc1": 17,
        "component_linters": 429,
        "digital_link_uri": 68,
        "fnc1_form_validity": 52,
        "message_to_scan_data": 25,
        "scan_data_to_message": 38,
    }
    assert all(one.cases == one.covered + one.left.total() for one in told.values())


@pytest.mark.parametrize(
    "turned",
    [
        {"verdict": "reject", "input": "(10)12345", "ais_json": ""},
        {"verdict": "accept", "input": "(10)12345", "ais_json": '[["10", "1234"]]'},
        {"verdict": "accept", "input": "(10)", "ais_json": '[["10", ""]]'},
    ],
    ids=["sound code called wrong", "other value", "wrong code called sound"],
)
def test_a_case_with_another_outcome_fails_the_command(
    gs1: Any, tmp_path: Path, turned: dict[str, str]
) -> None:
    shutil.copy(DATA / "application_identifiers.csv", tmp_path)
    (tmp_path / "bracketed_to_fnc1.csv").write_text(
        "source,input,verdict,fnc1_form,ais_json,note\n"
        f'made up,{turned["input"]},{turned["verdict"]},,"{turned["ais_json"].replace(chr(34), chr(34) * 2)}",\n',
        encoding="utf-8",
    )

    done = subprocess.run([sys.executable, PROGRAM, tmp_path], capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stdout + done.stderr
    assert '"failed": 1' in done.stdout.splitlines()[-1]


def test_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, PROGRAM, tmp_path], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "no tables" in done.stderr
