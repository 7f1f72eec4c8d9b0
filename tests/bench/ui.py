"""How fast the tablet feels: 100,000 products and 5,000 accounts in a real database behind the real window, offscreen.

    python tests/bench/ui.py [--products 100000] [--accounts 5000] [--rounds 9] [--only keys,card,scroll,cold,load]

keys: from a key to the painted list, in the catalogue with an account's prices and in the accounts. card: from a tap on
an account to its painted card. scroll: from a turn of the wheel to the painted rows. cold: a new process to its first
frame, against an empty QMainWindow in the same rounds (ui_cold.py). load: the keys of the catalogue again, while a
first sync of as many products fills the database behind the window, and the same keys when it is done: on a busy
machine `loading_key_ratio` says more than the milliseconds do. Each part runs in a process of its own, one after the
other. A line for each figure, with its budget; exit code 1 when one is over it; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
for place in (HERE.parents[1], HERE, HERE.parent / "desktop"):
    sys.path.insert(0, str(place))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import search  # noqa: E402 - found by the lines above
import ui_cold  # noqa: E402

PARTS = ("keys", "card", "scroll", "cold", "load")
BUDGETS = {
    "catalogue_key_p95_ms": 50.0,
    "accounts_key_p95_ms": 50.0,
    "account_card_p95_ms": 100.0,
    "scroll_frame_p95_ms": 33.0,
    "cold_start_ratio": 1.5,
    "loading_key_p95_ms": 50.0,
}
CARDS, TURNS = 60, 200
LOGIN, SERVER = "rep", "https://bench.invalid"
REST_MS = 15  # between two keys: faster than a person, slower than a pasted word


def percentiles(name: str, values: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": round(search.percentile(values, 0.5), 1),
        f"{name}_p95_ms": round(search.percentile(values, 0.95), 1),
        f"{name}_worst_ms": round(max(values), 1),
        f"{name}_asked": len(values),
    }


def memory_mib() -> float | None:
    """What this process holds in memory now, where the system tells (Linux)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


class Watch:
    """The window on a workspace, and how long after something is done the screen has painted its answer."""

    def __init__(self, workspace: Any, api: Any = None) -> None:
        from PySide6.QtCore import QEventLoop, QTimer
        from PySide6.QtWidgets import QApplication
        from stage import make_stage, pump

        from app.desktop.housekeeping import Housekeeping

        self.app = QApplication.instance() or QApplication(["bench"])
        self.stage, self.loop, self.pump = make_stage(workspace, api=api), QEventLoop(), pump
        self.rest_timer = QTimer
        self.painted: list[float] = []
        self.keeping = Housekeeping(lambda: self.stage.tasks.waited_for)  # as the app does
        self.keeping.tick()

    def answers(
        self, screen: Any, shows: str, view: Callable[[], Any], asked: Callable[[], bool] = lambda: True
    ) -> None:
        """Have `screen` note when what it shows by `shows` is painted in `view()`, once it has `asked()` for it: what
        arrives before answers an older question."""
        show = getattr(screen, shows)

        def shown(found: Any) -> None:
            show(found)
            view().repaint()
            if asked():
                self.painted.append(time.perf_counter())
                self.loop.quit()

        setattr(screen, shows, shown)

    def took(self, act: Callable[[], Any]) -> float:
        """Milliseconds from `act` to the painted answer."""
        self.painted.clear()
        began = time.perf_counter()
        act()
        while not self.painted:
            self.loop.exec()  # as the app waits: a loop that spins would keep the reader from its work
        return (self.painted[0] - began) * 1000

    def rest(self, milliseconds: int) -> None:
        """Live on, as between two keys."""
        over: list[bool] = []
        self.rest_timer.singleShot(milliseconds, lambda: (over.append(True), self.loop.quit()))
        while not over:
            self.loop.exec()

    def type(
        self, field: Any, phrases: tuple[str, ...], over: Callable[[], bool] = lambda: False
    ) -> list[float]:
        """Milliseconds of each key of these phrases, until `over`."""
        from PySide6.QtTest import QTest

        taken: list[float] = []
        for phrase in phrases:
            if field.text():
                self.took(field.clear)
            for sign in phrase:
                if over():
                    return taken
                taken.append(self.took(lambda sign=sign: QTest.keyClicks(field, sign)))
                self.rest(REST_MS)
        return taken


def opened(path: Path) -> Any:
    from app.workspace.opening import open_workspace

    return open_workspace(path, now=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC), new_id=lambda: "id")


def keys(path: Path) -> dict[str, Any]:
    from PySide6.QtWidgets import QLineEdit

    watch = Watch(opened(path))
    told: dict[str, Any] = {}
    for place, phrases in (("catalogue", search.TYPED_PRODUCTS), ("accounts", search.TYPED_ACCOUNTS)):
        how = {"account_id": "a00042"} if place == "catalogue" else {}
        screen: Any = watch.stage.go(place, **how)
        watch.answers(screen, "_show_list", lambda screen=screen: screen.table.viewport())
        field = screen.findChild(QLineEdit, f"{place}.search")
        told |= percentiles(f"{place}_key", watch.type(field, phrases * 2))
    told["resident_mib"] = memory_mib()
    watch.stage.close()
    return told


def card(path: Path) -> dict[str, Any]:
    watch = Watch(opened(path))
    screen: Any = watch.stage.go("accounts")
    watch.answers(screen, "_show_card", lambda: screen)
    taken = []
    for n in range(CARDS):
        taken.append(watch.took(lambda n=n: watch.stage.window.go("accounts", account_id=f"a{n * 41:05d}")))
        watch.rest(REST_MS)
    watch.stage.close()
    return percentiles("account_card", taken)


def scroll(path: Path) -> dict[str, Any]:
    watch = Watch(opened(path))
    taken: list[float] = []
    for place in ("accounts", "catalogue"):
        screen: Any = watch.stage.go(place)
        bar, view = screen.table.verticalScrollBar(), screen.table.viewport()
        down = True
        for _ in range(TURNS):
            down = bar.value() < bar.maximum() if down else bar.value() <= bar.minimum()
            began = time.perf_counter()
            bar.setValue(bar.value() + (45 if down else -45))
            view.repaint()
            taken.append((time.perf_counter() - began) * 1000)
            watch.rest(1)
    watch.stage.close()
    return percentiles("scroll_frame", taken)


def cold(path: Path, rounds: int) -> dict[str, Any]:
    from app.desktop.compose import House, Who

    with tempfile.TemporaryDirectory(dir=path.parent) as text:
        house, who = House(Path(text)), Who(SERVER, LOGIN)
        place = house.database(who)
        place.parent.mkdir(parents=True, exist_ok=True)
        opened(path).engine.dispose()  # no rows beside the file
        place.symlink_to(path)
        house.preferences.change(server=SERVER, login=LOGIN, signed_in=True)
        for what in ("empty", "app"):  # the first start of each reads from the disk
            ui_cold.start(what, Path(text))
        pairs = [
            (ui_cold.start("empty", Path(text)), ui_cold.start("app", Path(text))) for _ in range(rounds)
        ]
    middle = statistics.median
    return {
        "cold_start_ratio": round(middle(two["frame"] / one["frame"] for one, two in pairs), 2),
        "empty_window_ms": round(middle(one["frame"] for one, _ in pairs), 1),
        "first_frame_ms": round(middle(two["frame"] for _, two in pairs), 1),
        "usable_ms": round(middle(two["usable"] for _, two in pairs), 1),
        "cold_rounds": rounds,
    }


def load(products: int) -> dict[str, Any]:
    import sync_stages
    import sync_world
    from PySide6.QtWidgets import QLineEdit

    from sync.client.ahead import Ahead

    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        sync_world.build(folder, sync_world.Size(products, products, 2_000)).dispose()
        with sync_world.serving(folder) as (url, _pid):
            workspace, api = sync_world.tablet(folder / "tablet.db", url)
            watch = Watch(workspace, Ahead(api))
            screen: Any = watch.stage.go("catalogue")
            field = screen.findChild(QLineEdit, "catalogue.search")
            watch.answers(
                screen,
                "_show_list",
                lambda: screen.table.viewport(),
                lambda: screen._asked.words == field.text(),
            )
            sync = watch.stage.tasks.loop
            assert sync is not None
            began = time.perf_counter()
            sync.now()
            taken: list[float] = []
            while sync.busy:
                taken += watch.type(field, sync_stages.TYPED, lambda: not sync.busy)
            seconds = time.perf_counter() - began
            found = len(screen.table.rows)
            later = watch.type(field, sync_stages.TYPED * 2)
            watch.stage.settle()
            memory = memory_mib()
            watch.stage.close()
    if not found:
        raise RuntimeError("the first sync brought nothing to the catalogue")
    ratio = search.percentile(taken, 0.95) / search.percentile(later, 0.95)
    return {
        **percentiles("loading_key", taken),
        **percentiles("loaded_key", later),
        "loading_key_ratio": round(ratio, 2),  # p95 while it loads : p95 when it is done
        "loading_seconds": round(seconds, 1),
        "loading_mib": memory,
    }


def line(name: str, value: float | None) -> str:
    """A figure with its budget, for a person."""
    told = "not told here" if value is None else f"{value:,g}"
    if value is None or name not in BUDGETS:
        return f"  {name:28} {told:>12}"
    return (
        f"  {name:28} {told:>12}   at most {BUDGETS[name]:g}: {'OVER' if value > BUDGETS[name] else 'kept'}"
    )


def main() -> int:
    """Print the figures; 1 when one is over its budget."""
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--products", type=int, default=100_000)
    wanted.add_argument("--accounts", type=int, default=5_000)
    wanted.add_argument("--rounds", type=int, default=9, help="pairs of starts")
    wanted.add_argument("--only", default=",".join(PARTS))
    wanted.add_argument("--keep", type=Path, help="keep the database in this file, or use the one there")
    wanted.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    asked = wanted.parse_args()
    if asked.part:
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "keys": lambda: keys(asked.keep),
            "card": lambda: card(asked.keep),
            "scroll": lambda: scroll(asked.keep),
            "cold": lambda: cold(asked.keep, asked.rounds),
            "load": lambda: load(asked.products),
        }
        print(json.dumps(parts[asked.part]()))
        return 0
    told: dict[str, Any] = {"products": asked.products, "accounts": asked.accounts}
    with tempfile.TemporaryDirectory() as folder:
        path = (asked.keep or Path(folder) / "bench.db").resolve()
        if not path.exists():
            search.fill(path, asked.products, asked.accounts).engine.dispose()
        for part in asked.only.split(","):
            command = [sys.executable, __file__, "--part", part, "--keep", str(path)]
            command += ["--products", str(asked.products), "--rounds", str(asked.rounds)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            figures = json.loads(done.stdout.splitlines()[-1])
            print("\n".join([part, *(line(name, value) for name, value in figures.items())]), flush=True)
            told |= figures
    over = sorted(name for name, most in BUDGETS.items() if told.get(name, 0.0) > most)
    print(json.dumps({"ui": told, "budgets": BUDGETS, "over": over, "kept": not over}))
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
