"""How fast a new tablet fills: the whole first sync against raw sqlite3 putting the same rows into the same schema.

    python tests/bench/sync_core.py [--products 100000] [--prices 100000] [--accounts 2000] [--rounds 3]

The server is a real process on SQLite, the way is HTTP. Raw and whole runs take turns, each in a process of its own;
the ratio of a pair is taken within its round. Each round also takes the stages apart and types into the catalogue
while another tablet fills (sync_stages.py). Exit code 1 when the median ratio or the tablet's memory is over what is
promised; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import sync_stages as stages
import sync_world as world

from app.workspace import syncing
from app.workspace.opening import open_workspace
from app.workspace.tables import SEARCHED
from sync.client.ahead import Ahead
from sync.client.turn import run_turn
from sync.protocol.wire import read_page

MOST_RATIO, MOST_MIB = 2.0, 200.0
LOADED = ("account", "address", "pack", "price", "product")
SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000")


def raw(books: Path, folder: Path) -> dict[str, Any]:
    """Seconds of the raw load: rows sorted by id and in memory, one transaction, indexes and search built after."""
    with sqlite3.connect(books) as source:
        rows = {
            kind: source.execute(
                f"SELECT {', '.join(world.columns(kind))} FROM {kind} ORDER BY id"
            ).fetchall()
            for kind in LOADED
        }
    path = folder / "raw.db"
    workspace = open_workspace(path, now=lambda: datetime.now(UTC), new_id=lambda: "")
    workspace.engine.dispose()
    workspace.reader.dispose()
    target = sqlite3.connect(path, isolation_level=None)
    for setting in SETTINGS:
        target.execute(f"PRAGMA {setting}")
    later = target.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL "
        f"AND tbl_name IN ({', '.join('?' * len(LOADED))})",
        LOADED,
    ).fetchall()
    for what, name, _sql in later:
        target.execute(f"DROP {what} {name}")
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for kind in LOADED:
        names = world.columns(kind)
        into = f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        target.executemany(into, rows[kind])
    for _what, _name, sql in later:
        target.execute(sql)
    for kind in SEARCHED:
        target.execute(f"INSERT INTO {kind}_search({kind}_search) VALUES ('rebuild')")
    target.execute("COMMIT")
    return {"seconds": time.perf_counter() - began, "rows": sum(map(len, rows.values()))}


def whole(url: str, folder: Path) -> dict[str, Any]:
    """Seconds of a first sync, and how many of them went by waiting for a page, reading it, putting it away."""
    spent = {"wait": 0.0, "decode": 0.0, "load": 0.0}
    size = 0
    workspace, api = world.tablet(folder / "tablet.db", url)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                spent[name] += time.perf_counter() - began

        return run

    ahead = Ahead(api)

    class Timed:
        push = enrol = rescue = staticmethod(ahead.push)

        def pull(self, request: Any) -> bytes:
            nonlocal size
            body = timed("wait", ahead.pull)(request)
            size += len(body)
            return bytes(body)

    syncing.read_page = timed("decode", read_page)
    syncing.absorb_pull = timed("load", syncing.absorb_pull)
    began = time.perf_counter()
    turn = run_turn(workspace, Timed())
    seconds = time.perf_counter() - began
    if turn.trouble is not None:
        raise RuntimeError(f"the first sync ended with {turn.trouble}: {turn.detail}")
    spent["load"] -= spent["decode"]
    with sqlite3.connect(folder / "tablet.db") as books:
        rows = sum(books.execute(f"SELECT count(*) FROM {kind}").fetchone()[0] for kind in LOADED)
    return {"seconds": seconds, "rows": rows, "peak_mib": world.peak_mib(), "page_bytes": size, **spent}


def alone(*words: str) -> dict[str, Any]:
    """One measurement in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--only", *words, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def spread(values: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 2),
        "low": round(min(values), 2),
        "high": round(max(values), 2),
    }


def main() -> int:
    """Print the figures; 1 when a promise is not kept."""
    if sys.argv[1:2] == ["--only"]:
        what, given, *more, folder = sys.argv[2:]
        measures: dict[str, Callable[[], dict[str, Any]]] = {
            "raw": lambda: raw(Path(given), Path(folder)),
            "whole": lambda: whole(given, Path(folder)),
            "staged": lambda: stages.staged(given, Path(more[0]), Path(folder)),
            "searched": lambda: stages.searched(given, Path(folder)),
        }
        print(json.dumps(measures[what]()))
        return 0
    wanted = argparse.ArgumentParser()
    for name in ("products", "prices", "accounts"):
        wanted.add_argument(f"--{name}", type=int, default=getattr(world.Size, name))
    wanted.add_argument("--rounds", type=int, default=3)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        world.build(folder, world.Size(asked.products, asked.prices, asked.accounts)).dispose()
        pairs, steps, typed = [], [], []
        books = str(folder / "trunkline-server.db")
        with world.serving(folder) as (url, pid):
            for number in range(asked.rounds):
                pair = alone("raw", books), alone("whole", url)
                if pair[0]["rows"] != pair[1]["rows"]:
                    raise RuntimeError(f"{pair[0]['rows']} rows here, {pair[1]['rows']} there")
                pairs.append(pair)
                told = ", ".join(f"{name} {pair[1][name]:.2f}" for name in ("wait", "decode", "load"))
                print(
                    f"round {number + 1}: raw {pair[0]['seconds']:.2f} s, whole {pair[1]['seconds']:.2f} s ({told})"
                )
                steps.append(alone("staged", url, books))
                told = ", ".join(f"{name} {steps[-1][name]:.2f}" for name in stages.STAGES)
                print(f"    one after the other {steps[-1]['seconds']:.2f} s ({told})")
                typed.append(alone("searched", url))
            server = world.peak_mib(pid)
    figures = {
        "rows": pairs[0][0]["rows"],
        "raw_seconds": spread([one["seconds"] for one, _ in pairs]),
        "whole_seconds": spread([one["seconds"] for _, one in pairs]),
        "ratio": spread([two["seconds"] / one["seconds"] for one, two in pairs]),
        **{f"{name}_seconds": spread([one[name] for _, one in pairs]) for name in ("wait", "decode", "load")},
        "stages": {name: spread([one[name] for one in steps]) for name in stages.STAGES},
        **{name: steps[0][name] for name in ("pages", "page_bytes", "sent_bytes")},
        "key_ms_while_loading": stages.percentiles([ms for one in typed for ms in one["during"]]),
        "key_ms_when_loaded": stages.percentiles([ms for one in typed for ms in one["after"]]),
        "client_peak_mib": max((one["peak_mib"] or 0.0) for _, one in pairs),
        "server_peak_mib": server,
    }
    kept = figures["ratio"]["median"] <= MOST_RATIO and figures["client_peak_mib"] <= MOST_MIB
    print(json.dumps({"first_sync": figures, "most_ratio": MOST_RATIO, "most_mib": MOST_MIB, "kept": kept}))
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
