"""`make bench`: the speeds we promise, each by its own program; the last line is JSON with how each ended.

make bench                 all of them
.venv/bin/python tests/bench/run.py search allocation
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BENCHES: dict[str, tuple[str, ...]] = {
    "search": ("search.py",),  # key to rows over 100,000 products, prices for the account included
    "rules": (
        "rules.py",
    ),  # a 200-line quote over five layers against json.dumps; 20,000 products for one account
    "ui": ("ui.py",),  # the real window: key to paint, card, scrolling, cold start, keys while loading
    "allocation": ("allocation.py",),  # 16 connections x 1,000 orders for 500 units, on PostgreSQL
    "live": ("live.py",),  # a change on one tablet seen on another, idle tablets, 300 that wait
    "sync": (
        "sync_core.py",
    ),  # a first sync against raw sqlite3 of the same rows, its stages, keys typed meanwhile
    "queue": ("sync_queue.py",),  # 20,000 queued ops acknowledged 200 at a time, against deciding each once
    "work": ("sync_work.py",),  # 1,000 orders of 10 lines decided, 1,000 changed rows brought down
}


def main() -> int:
    """Run the benches named, or all; 1 when one of them failed."""
    chosen = sys.argv[1:] or list(BENCHES)
    unknown = sorted(set(chosen) - set(BENCHES))
    if unknown:
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    ended = {}
    for name in chosen:
        print(f"== {name}", flush=True)
        script, *arguments = BENCHES[name]
        ended[name] = subprocess.run([sys.executable, str(HERE / script), *arguments], check=False).returncode
    print(json.dumps({"benches": ended}))
    return int(any(ended.values()))


if __name__ == "__main__":
    sys.exit(main())
