"""A few kills of each kind, on both engines; `make crash` does fifty."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres_url", marks=pytest.mark.postgres)])
def test_kill_9_loses_nothing_and_doubles_nothing(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = database if database == "sqlite" else str(request.getfixturevalue(database))
    command = [sys.executable, HERE / "crash.py", "--folder", tmp_path / "crash", "--database", where]

    crash = subprocess.run(
        [*command, "--tablet-kills", "5", "--server-kills", "5"], capture_output=True, text=True, check=False
    )

    assert crash.returncode == 0, crash.stdout + crash.stderr
    last = crash.stdout.splitlines()[-1]
    assert "tablet_kills=5 server_kills=5 lost=0 doubled=0 differences=0 verify=ok" in last
    assert re.search(r"[1-9]\d* ops in its log", crash.stdout), crash.stdout
