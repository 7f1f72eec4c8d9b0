"""The program behind `make mutants`, on a house with rules of a few lines: does it tell the good tests from the bad?"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RULES = """
LIMIT = 10
NAMES = {"kg": "kilo", "t": "tonne"}


def over(value):
    return value > LIMIT


def doubled(value):
    return value * 2


def halved(value):
    return value / 2


def down(value):
    while value > 0:
        value -= 1
    return value


def refuse(value):
    if value < 0:
        raise ValueError("less than nothing")
    return value


class Box:
    @property
    def volume(self):
        return 1
"""
TESTS = """
import pytest
from app.domain.rules import NAMES, doubled, down, over, refuse

def test_the_limit_is_ten():
    assert over(11) and not over(10)

def test_that_looks_at_nothing():
    doubled(2)

def test_down():
    assert down(3) == 0

def test_refuse():
    assert refuse(0) == 0
    with pytest.raises(ValueError):
        refuse(-1)

def test_one_of_the_names():
    assert NAMES["kg"] == "kilo"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    bench = tmp_path / "tests" / "bench"
    bench.mkdir(parents=True)
    for program in ("mutants.py", "mutant_kinds.py"):
        shutil.copy(Path(__file__).with_name(program), bench)
    for folder, name, text in (
        ("app", "__init__.py", ""),
        ("app/domain", "__init__.py", ""),
        ("app/domain", "rules.py", RULES),
        ("tests/domain", "test_rules.py", TESTS),
        (".", "pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n'),
    ):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / name).write_text(text)
    return tmp_path


def run(house: Path, *options: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, what was printed, and the JSON of the last line."""
    program = [sys.executable, str(house / "tests" / "bench" / "mutants.py"), *options]
    done = subprocess.run(program, cwd=house, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, done.stdout, json.loads(done.stdout.splitlines()[-1])


def verdicts(house: Path) -> dict[str, set[str]]:
    """The verdicts of each function and of the tables."""
    found: dict[str, set[str]] = {}
    for line in (house / "build" / "mutants" / "verdicts.jsonl").read_text().splitlines():
        one = json.loads(line)
        part = one["name"].removeprefix("app.domain.rules.").partition("__")[0]
        found.setdefault(part, set()).add(one["status"])
    return found


@pytest.mark.slow
def test_each_mutant_gets_the_verdict_that_its_tests_deserve(house: Path) -> None:
    code, printed, score = run(house, "--least", "90")

    assert verdicts(house) == {
        "x_over": {"killed"},
        "x_doubled": {"survived"},
        "x_halved": {"no_tests"},
        "x_down": {"killed", "timeout"},
        "x_refuse": {"killed"},
        "table": {"killed", "survived"},
    }
    assert code == 1
    assert score["mutants"] == sum(score[one] for one in ("killed", "survived", "timeout", "no_tests"))
    assert "not tried, because they have a decorator: 1\n  app/domain/rules.py:32 volume\n" in printed
    survivors = (house / "build" / "mutants-survivors.txt").read_text()
    assert "-    return value * 2\n+    return value / 2" in survivors
    assert '"XXtonneXX"' in survivors
    assert "XXkiloXX" not in survivors
    assert "less than nothing" not in survivors  # the words of an error are not tried

    again, printed, same = run(house, "--least", "10")

    assert (again, same) == (0, score)
    assert f"{score['mutants']} have their verdict from an earlier run, 0 to go" in printed


def test_tests_that_fail_without_a_change_give_no_score(house: Path) -> None:
    with (house / "tests" / "domain" / "test_rules.py").open("a") as tests:
        tests.write("\ndef test_broken():\n    assert False\n")
    program = [sys.executable, str(house / "tests" / "bench" / "mutants.py")]

    done = subprocess.run(program, cwd=house, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "the tests fail without any change" in done.stderr
    assert not (house / "build" / "mutants.json").exists()
