"""The simulator: N tablets, the server, the network, the clock and the disks in one process; one seed decides all.

    simulate.py --seeds 0-999 [--jobs 2] [--planted NAME] [--until STEP] [--tell]

Every seed is one story of some hundred steps with faults, then everything must agree (SYNC.md §7). Results are kept in
build/simulate by commit and seed, so a run that was cut off goes on where it stood. The last line is JSON; the exit
code is 0 when no invariant was violated and nothing that must happen sometimes never happened.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOUSE = HERE.parents[1]
sys.path[:0] = [str(HOUSE), str(HERE), str(HERE.parent)]

MANY = 100  # from so many seeds on a counter that stays zero fails the run


def main() -> int:
    given = _arguments()
    os.environ["TZ"] = "UTC"
    time.tzset()
    seeds = _seeds(given.seeds)
    kept = _Kept(given.planted) if given.until is None and not given.tell else None
    results = {} if kept is None else {one: kept.known[one] for one in seeds if one in kept.known}
    left = [one for one in seeds if one not in results]
    started = time.perf_counter()
    for result in _results(left, given):
        results[result["seed"]] = result
        if kept is not None:
            kept.add(result)
        _progress(len(results), len(seeds), result, time.perf_counter() - started)
        if given.planted and result["violation"]:
            break
    return _summary(results, len(left), time.perf_counter() - started, given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default="0-99", help="17, 0-999 or 3,5,9-12")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--planted", default="", help="a bug of plants.py to put in; stops when it is caught")
    parser.add_argument("--until", type=int, help="stop after this step")
    parser.add_argument("--tell", action="store_true", help="print everything that happens")
    return parser.parse_args()


def _seeds(words: str) -> list[int]:
    seeds: list[int] = []
    for part in words.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def _results(seeds: list[int], given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The result of each seed, as it comes."""
    if given.jobs <= 1 or len(seeds) < 2:
        with playground() as play:
            for seed in seeds:
                yield play(seed, planted=given.planted, until=given.until, tell=given.tell)
        return
    shares = [seeds[start : start + 10] for start in range(0, len(seeds), 10)]
    with ProcessPoolExecutor(given.jobs) as pool:
        for share in pool.map(_share, shares, [given.planted] * len(shares)):
            yield from share


def _share(seeds: list[int], planted: str) -> list[dict[str, Any]]:
    with playground() as play:
        return [play(seed, planted=planted) for seed in seeds]


class _Play:
    """Plays seeds in one folder."""

    def __init__(self, folder: Path) -> None:
        from sim_company import Templates
        from sim_together import bring_together

        self.folder = folder
        self.templates = Templates(folder / "templates")
        bring_together(self.templates)

    def __call__(
        self, seed: int, *, planted: str = "", until: int | None = None, tell: bool = False, steps: int = 0
    ) -> dict[str, Any]:
        """Play one seed; what came of it."""
        from observed import Violation
        from sim_world import Simulation

        began = time.perf_counter()
        world = Simulation(
            seed,
            self.folder / "seed",
            self.templates,
            _module("invariants"),
            steps=steps,
            until=until,
            told_of=print if tell else None,
        )
        found: dict[str, Any] | None = None
        try:
            with _plant(planted), world.faults.in_force():
                world.run()
        except Violation as violation:
            found = {"invariant": violation.invariant, "step": violation.step, "words": violation.words}
        except Exception as error:
            words = "".join(traceback.format_exception(error)[-12:])
            found = {"invariant": "crash", "step": world.seen.step, "words": words}
        finally:
            world.close()
        return {
            "seed": seed,
            "steps": world.seen.step,
            "digest": world.digest,
            "violation": found,
            "counters": dict(sorted(world.counters.items())),
            "seconds": round(time.perf_counter() - began, 3),
        }


@contextlib.contextmanager
def playground() -> Iterator[_Play]:
    """A folder in memory where there is such a thing, time that nobody sleeps through, and no log lines."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="trunkline-sim-", dir=memory if memory.is_dir() else None))
    sleep, level = time.sleep, logging.root.manager.disable
    time.sleep = lambda _seconds: None
    logging.disable(logging.CRITICAL)
    try:
        yield _Play(folder)
    finally:
        time.sleep = sleep
        logging.disable(level)
        shutil.rmtree(folder, ignore_errors=True)


def _module(name: str) -> Any:
    return importlib.import_module(name) if (HERE / f"{name}.py").exists() else None


@contextlib.contextmanager
def _plant(name: str) -> Iterator[None]:
    if not name:
        yield
        return
    with importlib.import_module("plants").PLANTS[name]():
        yield


class _Kept:
    """Results on the disk, by commit."""

    def __init__(self, planted: str) -> None:
        folder = HOUSE / "build" / "simulate"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{_commit()}{'-' + planted if planted else ''}.jsonl"
        self.known: dict[int, dict[str, Any]] = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                with contextlib.suppress(ValueError):
                    result = json.loads(line)
                    self.known[result["seed"]] = result

    def add(self, result: dict[str, Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(result) + "\n")


def _commit() -> str:
    """The commit and a digest of the files that matter: what is not committed counts, too."""
    asked = ["git", "rev-parse", "--short=12", "HEAD"]
    head = subprocess.run(asked, cwd=HOUSE, capture_output=True, text=True, check=False).stdout.strip()
    total = hashlib.sha256()
    for folder in ("app", "sync", "tests/simulation"):
        for path in sorted((HOUSE / folder).rglob("*.py")):
            total.update(path.read_bytes())
    return f"{head or 'nowhere'}-{total.hexdigest()[:8]}"


def _progress(done: int, total: int, result: dict[str, Any], seconds: float) -> None:
    found = result["violation"]
    if found:
        print(
            f"seed {result['seed']} step {found['step']} {found['invariant']}: {found['words']}\n"
            f"  replay: make simulate SEEDS={result['seed']}",
            flush=True,
        )
    if done % 10 == 0 or done == total:
        print(f"{done} of {total} seeds, {seconds:.0f} s", flush=True)


def _summary(
    results: dict[int, dict[str, Any]], fresh: int, seconds: float, given: argparse.Namespace
) -> int:
    from sim_sometimes import never

    counters: Counter[str] = Counter()
    for result in results.values():
        counters.update(result["counters"])
    violations = {
        seed: f"{one['violation']['invariant']} at step {one['violation']['step']}"
        for seed, one in sorted(results.items())
        if one["violation"]
    }
    missing = never(counters) if len(results) >= MANY and not given.planted else []
    for name in missing:
        print(f"never happened: {name}")
    print(
        json.dumps(
            {
                "seeds": len(results),
                "steps": sum(one["steps"] for one in results.values()),
                "ops": counters["ops"],
                "violations": violations,
                "never": missing,
                "seeds_per_second": round(fresh / seconds, 2) if fresh else None,
                "counters": dict(sorted(counters.items())),
            }
        )
    )
    return 1 if violations or missing else 0


if __name__ == "__main__":
    sys.exit(main())
