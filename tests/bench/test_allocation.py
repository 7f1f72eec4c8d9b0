"""Four tablets at once, on PostgreSQL; `make bench` sends sixteen thousand orders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.postgres
def test_as_many_units_are_allocated_as_there_are(postgres_url: str) -> None:
    program = Path(__file__).with_name("allocation.py")
    load = ["--connections", "4", "--orders", "25", "--units", "30"]

    done = subprocess.run(
        [sys.executable, program, "--database", postgres_url, *load],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "allocated=30 of 30, reserved=30" in done.stdout
    assert "deadlocks=0" in done.stdout  # one op takes its locks in one order
