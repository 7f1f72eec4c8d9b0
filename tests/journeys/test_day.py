"""The day in the field, played through the real programs: server, two tablets, keyring; and told in the README."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LAST = "day: ops=8 applied=6 held=1 rejected=1 lost=0 doubled=0 verify=ok"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_day_in_the_field_ends_with_books_that_agree(tmp_path: Path) -> None:
    command = [sys.executable, HERE / "day" / "play.py", "--folder", tmp_path / "day"]

    day = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    assert day.returncode == 0, day.stdout + day.stderr
    assert day.stdout.splitlines()[-1] == LAST
    pictures = [Path(one) for one in re.findall(r"→ (\S+\.png)", day.stdout)]
    assert len(pictures) >= 15
    assert all(one.read_bytes().startswith(b"\x89PNG") for one in pictures)


def test_the_readme_tells_how_the_day_ends() -> None:
    assert LAST in (HERE.parents[1] / "README.md").read_text()
