"""`make planted`: puts one bug after the other into the product and looks whether the oracle finds it.

    planted.py [--only NAME] [--seeds 1000] [--control 200] [--jobs 2]

First a control: so many seeds without a bug must pass. Then each plant plays seeds until one is caught. What has been
found is kept in build/planted by the state of the code, so a run that was cut off goes on from there. The last line is
JSON; exit 1 when a bug was missed or something fired without one.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOUSE = HERE.parents[1]
sys.path[:0] = [str(HOUSE), str(HERE), str(HERE.parent)]
KEPT = HOUSE / "build" / "planted"
CODE = ("app/domain", "app/store", "app/workspace", "sync", "tests/simulation")  # what the simulator runs
CONTROL = "(none)"
BREAKS = ("crash", "500")
MOST_BROKEN = 20  # seeds in which a plant only makes a program break
SHARE = 20  # seeds of the control in one go


def main() -> int:
    from plants import PLANTS
    from sim_abilities import ABLE

    given = _arguments()
    os.environ["TZ"] = "UTC"
    time.tzset()
    names = [name for name in PLANTS if given.only in ("", name)]
    waiting_for = {name: PLANTS[name].needs for name in names if not ABLE.get(PLANTS[name].needs, True)}
    for name, need in waiting_for.items():
        print(f"{name:32} left out: the simulator has no {need} yet")
        names.remove(name)
    if not names:
        print(f"there is no plant {given.only!r}; there are: {', '.join(PLANTS)}")
        return 2
    kept = _Kept()
    tasks: list[tuple[str, int, int]] = [(name, 0, given.seeds) for name in names]
    if not given.only:
        shares = range(0, given.control, SHARE)
        tasks = [(CONTROL, first, min(first + SHARE, given.control)) for first in shares] + tasks
    found = {task: kept.known[task] for task in tasks if task in kept.known}
    for result in found.values():
        _say(result)
    with ProcessPoolExecutor(given.jobs) as pool:
        waiting = {pool.submit(hunt, *task): task for task in tasks if task not in found}
        for done in as_completed(waiting):
            task, result = waiting[done], done.result()
            found[task] = result
            kept.add(task, result)
            _say(result)
    return _summary(list(found.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="one plant")
    parser.add_argument("--seeds", type=int, default=1_000, help="at most, for each plant")
    parser.add_argument("--control", type=int, default=200, help="seeds that are played without a plant")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    return parser.parse_args()


def hunt(name: str, first: int, end: int) -> dict[str, Any]:
    """Play the seeds until one is caught; what was found. The control stops at the first as well.

    A seed that fails without the plant, too, has caught nothing. A plant that makes a program break is no bug found by
    an invariant: the hunt goes on, and when nothing else comes the breaking is what is told.
    """
    from simulate import playground

    steps = played = broken = 0
    caught: dict[str, Any] | None = None
    with playground() as play:
        for seed in range(first, end):
            result = play(seed, planted="" if name == CONTROL else name)
            steps, played = steps + result["steps"], played + 1
            found = result["violation"]
            if found is None or (name != CONTROL and play(seed)["violation"]):
                continue
            caught = {"seed": seed, **found}
            if found["invariant"] not in BREAKS or name == CONTROL:
                break
            broken += 1
            if broken == MOST_BROKEN:
                break
    return {"plant": name, "seeds": played, "steps": steps, "caught": caught}


def _say(result: dict[str, Any]) -> None:
    caught, name = result["caught"], result["plant"]
    if name == CONTROL:
        words = (
            f"fires at seed {caught['seed']}: {caught['invariant']} {caught['words']}" if caught else "silent"
        )
        print(f"{name:32} {result['seeds']:5} seeds {result['steps']:7} steps  {words}", flush=True)
    elif caught:
        words = f"{caught['invariant']:5} {caught['words'].splitlines()[-1][:110]}"
        print(f"{name:32} seed {caught['seed']:4} step {caught['step']:4}  {words}", flush=True)
    else:
        print(f"{name:32} NOT CAUGHT in {result['seeds']} seeds, {result['steps']} steps", flush=True)


def _summary(results: list[dict[str, Any]]) -> int:
    from plants import PLANTS

    control = [one for one in results if one["plant"] == CONTROL]
    plants = [one for one in results if one["plant"] != CONTROL]
    missed = sorted(one["plant"] for one in plants if not one["caught"])
    crashed = sorted(
        one["plant"] for one in plants if one["caught"] and one["caught"]["invariant"] == "crash"
    )
    otherwise = {
        one["plant"]: one["caught"]["invariant"]
        for one in plants
        if one["caught"] and one["caught"]["invariant"] not in PLANTS[one["plant"]].caught_by
    }
    false_alarms = [one["caught"] for one in control if one["caught"]]
    print(
        json.dumps(
            {
                "plants": len(plants),
                "caught": len(plants) - len(missed),
                "missed": missed,
                "caught_otherwise": otherwise,
                "crashed": crashed,
                "control_seeds": sum(one["seeds"] for one in control),
                "false_alarms": len(false_alarms),
                "seeds": sum(one["seeds"] for one in plants),
                "steps": sum(one["steps"] for one in results),
            }
        )
    )
    return 1 if missed or crashed or false_alarms else 0


class _Kept:
    """Results on the disk, by the code that made them."""

    def __init__(self) -> None:
        total = hashlib.sha256()
        for folder in CODE:
            for path in sorted((HOUSE / folder).rglob("*.py")):
                total.update(path.read_bytes())
        KEPT.mkdir(parents=True, exist_ok=True)
        self.path = KEPT / f"{total.hexdigest()[:12]}.jsonl"
        self.known: dict[tuple[str, int, int], dict[str, Any]] = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                with contextlib.suppress(ValueError):
                    task, result = json.loads(line)
                    self.known[task[0], task[1], task[2]] = result

    def add(self, task: tuple[str, int, int], result: dict[str, Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps([task, result]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
