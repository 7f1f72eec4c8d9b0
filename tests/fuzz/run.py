"""`make fuzz`: the interface against its description, and mutated messages against server and tablet.

    run.py [--seed 1] [--cases 20000] [--messages 100000] [--first 0] [--processes 2]

Three fifths of the messages go to the server, two fifths to the tablet, in ranges of PART spread over the processes.
The same seed and number is the same message, so a run that was stopped goes on with `--first`. Lines come as it goes,
the last one is JSON; the exit code is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PART = 10_000  # messages for one process at a time
CASES = 5_000


@dataclass(frozen=True)
class Part:
    """One program with one range."""

    name: str
    script: str
    words: tuple[str, ...]


def parts(given: argparse.Namespace) -> Iterator[Part]:
    """The ranges: all sizes add up to what was asked for."""
    for number, count in enumerate(_split(given.cases, CASES)):
        seed = str(given.seed * 1_000 + number)
        yield Part("http", "http_cases.py", ("--seed", seed, "--cases", str(count)))
    server = given.messages * 3 // 5
    for name, script, total in (
        ("server", "server_messages.py", server),
        ("tablet", "tablet_answers.py", given.messages - server),
    ):
        first = given.first
        for count in _split(total, PART):
            words = ("--seed", str(given.seed), "--first", str(first), "--count", str(count))
            yield Part(name, script, words)
            first += count


def _split(total: int, size: int) -> Iterator[int]:
    while total > 0:
        yield min(size, total)
        total -= size


def play(part: Part, lock: threading.Lock) -> dict[str, Any]:
    """Run one part, telling its lines; its last line."""
    command = [sys.executable, str(HERE / part.script), *part.words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        last = line
        if not line.startswith("{"):
            with lock:
                print(f"[{' '.join(part.words)}] {line}", end="", flush=True)
    code = process.wait()
    try:
        found: dict[str, Any] = json.loads(last)
    except ValueError:
        found = {"findings": 1, "kinds": {f"{part.script} ended with {code}: {last.strip()[:300]}": [0]}}
    return {"part": part.name, **found}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    began, lock = time.monotonic(), threading.Lock()
    with ThreadPoolExecutor(max(1, given.processes)) as threads:
        results = list(threads.map(lambda part: play(part, lock), parts(given)))
    total: Counter[str] = Counter()
    kinds: dict[str, list[Any]] = {}
    for one in results:
        total[one["part"]] += one.get("messages", one.get("cases", 0))
        total["findings"] += one["findings"]
        for kind, where in one["kinds"].items():
            kinds.setdefault(kind, []).append([one["part"], one.get("seed"), where])
    seconds = round(time.monotonic() - began)
    print(json.dumps({"fuzz": "all", "seed": given.seed, **total, "seconds": seconds, "kinds": kinds}))
    return int(total["findings"] > 0)


if __name__ == "__main__":
    sys.exit(main())
