"""A tablet without a window for `live.py`: the product's own workspace, threads, sync loop and HTTP.

It signs in, loads everything and listens. Lines on stdin: `change COUNT PACE` submits quotes, PACE seconds apart on
average; `cpu` tells the seconds of processor time so far; `end`. Each quote made here or come from elsewhere is a line
of JSON with the moment on the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "journeys"))

from crash_tablet import Person, Tablet, say
from PySide6.QtCore import QCoreApplication, QTimer
from sqlalchemy import text

from app.desktop.sync_loop import SyncLoop
from app.desktop.tasks import Tasks
from app.store.engine import reading
from app.workspace.workspace import Workspace


class Live:
    """The loop at work, and what it is told to do."""

    def __init__(self, tablet: Tablet, dice: random.Random) -> None:
        self.tablet, self.dice = tablet, dice
        self.seen = set(self.quotes())
        self.left, self.pace = 0, 0.0
        self.tasks = Tasks()
        self.tasks.failed.connect(lambda news: say({"failed": f"{news.where}: {news.error!r}"}))
        self.tasks.open(lambda: tablet.workspace, self.started)

    def started(self, workspace: Workspace) -> None:
        self.person = Person(workspace, self.dice)
        workspace.on_change(self.changed)
        house = self.tablet.house
        self.tasks.loop = SyncLoop(
            self.tasks, self.tablet.api, now=house.now, monotonic=house.monotonic, dice=house.dice
        )
        self.tasks.loop.start()
        say({"ready": True})

    def quotes(self) -> list[str]:
        with reading(self.tablet.workspace.reader) as connection:
            return list(connection.execute(text("SELECT id FROM quote")).scalars())

    def changed(self, topics: frozenset[str]) -> None:
        """On the writer thread, after a commit."""
        if "quote" not in topics and "documents" not in topics:
            return
        at = time.monotonic()
        for one in sorted(set(self.quotes()) - self.seen):
            self.seen.add(one)
            say({"seen": one, "at": at})

    def change(self) -> None:
        """Submit one quote, and the next one later."""
        if not self.left:
            self.tasks.act(
                lambda _workspace: None, lambda _none: self.change() if self.left else say({"done": True})
            )
            return
        self.left -= 1
        at = time.monotonic()

        def submit(workspace: Workspace) -> None:
            command: Any = None
            while command is None:
                command = self.person.quote()
            began = time.monotonic()
            self.seen.add(command.quote_id)
            performed = workspace.perform(command)
            if performed.saved:
                say({"made": command.quote_id, "at": began, "waited": began - at})
            else:
                self.tasks.on_gui(self.once_more)

        self.tasks.act(submit)
        QTimer.singleShot(round(self.dice.expovariate(1 / self.pace) * 1_000), self.change)

    def once_more(self) -> None:
        """A rule refused what the dice wanted; that was no change."""
        self.left += 1

    def obey(self, line: str) -> None:
        match line.split():
            case ["change", count, pace]:
                self.left, self.pace = int(count), float(pace)
                self.change()
            case ["cpu"]:
                say({"cpu": time.process_time()})
            case _:
                self.tasks.close()
                QCoreApplication.quit()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    for name in ("server", "user", "seed", "password"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    app = QCoreApplication([])
    tablet = Tablet(given)
    tablet.enrol(given.password)
    live = Live(tablet, random.Random(given.seed))

    def listen() -> None:
        for line in iter(sys.stdin.readline, ""):
            live.tasks.on_gui(lambda line=line: live.obey(line))
        live.tasks.on_gui(lambda: live.obey("end"))

    threading.Thread(target=listen, daemon=True).start()
    app.exec()


if __name__ == "__main__":
    main()
