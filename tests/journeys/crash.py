"""kill -9, again and again, and then a separate program counts: lost=0 doubled=0.

First a rep's tablet is killed at random moments while it works offline; then the server is killed at random
moments while two tablets work and sync. In the end everything is synced, and `books.py`, which shares no code with
the product, compares the journals that the tablets flushed with the server's raw tables.

    crash.py [--tablet-kills 50] [--server-kills 50] [--seed 1] [--database sqlite|postgres|URL] [--folder DIR]

The moments come from the seed. What has been done is written to FOLDER/crash.json as it goes; a run that was cut
off goes on from there (not with `postgres`, whose database ends with the program).
"""

from __future__ import annotations

import argparse
import json
import queue
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from programs import (
    HOUSE,
    JOURNEYS,
    PASSWORD,
    PATIENCE,
    Broken,
    Server,
    Store,
    books,
    ends_with_us,
    set_up,
    store,
    tail,
)

REP, MANAGER = "david8", "stephen0"
WORK_SECONDS = 0.8  # the longest a tablet works before it is killed
SERVE_SECONDS = 1.5  # the longest a server lives once it listens
BUSY_SECONDS = 10.0  # the longest we wait for it to take ops in
HELD = "AW00029580"  # an account that the office puts on hold and releases, so that ops are refused too


@dataclass
class Done:
    """What is behind us; kept in a file."""

    seed: int
    database: str
    port: int = 0
    tablet_kills: int = 0
    server_kills: int = 0
    runs: int = 0  # of tablets, each with dice of its own
    enrolled: dict[str, str] = field(default_factory=dict)  # login -> database file


@dataclass
class Worker:
    """A `crash_tablet.py` process."""

    folder: Path
    url: str
    login: str
    dice: str
    process: subprocess.Popen[str] = field(init=False)
    answers: queue.Queue[str | None] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(JOURNEYS / "crash_tablet.py"), "--folder", str(self.folder)]
        command += ["--server", self.url, "--user", self.login, "--seed", self.dice]
        self.log = self.folder / "log"
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=HOUSE,
                preexec_fn=ends_with_us(),
            )
        threading.Thread(target=self._listen, daemon=True).start()
        self.promised = self.answer()["promised"]

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put(None)

    def tell(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def answer(self, patience: float = PATIENCE) -> dict[str, Any]:
        """Its next line. Raises Broken when it ended or says nothing."""
        try:
            line = self.answers.get(timeout=patience)
        except queue.Empty:
            line = None
        if line is None:
            self.process.kill()
            raise Broken(f"the tablet of {self.login} said nothing more:\n{tail(self.log)}")
        found: dict[str, Any] = json.loads(line)
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)


@dataclass
class Crash:
    """The whole journey; `told` gets each line as it happens."""

    where: Store
    folder: Path
    done: Done
    told: Callable[[str], None]

    def __post_init__(self) -> None:
        self.server = Server(self.where, self.folder / "server.log")
        if self.done.port:
            self.server.port = self.done.port
        self.done.port = self.server.port
        self.dice = random.Random(
            f"{self.done.seed}/moments/{self.done.tablet_kills}/{self.done.server_kills}"
        )

    def keep(self) -> None:
        """Write down what is done, whole or not at all."""
        fresh = self.folder / "crash.new"
        fresh.write_text(json.dumps(asdict(self.done)))
        fresh.replace(self.folder / "crash.json")

    def worker(self, login: str) -> Worker:
        self.done.runs += 1
        self.keep()
        return Worker(
            self.folder / login, self.server.url, login, f"{self.done.seed}/{login}/{self.done.runs}"
        )

    def begin(self) -> None:
        """The demo company, and two tablets that know everything."""
        if self.done.enrolled:
            return
        set_up(self.where)
        self.server.start()
        for login in (REP, MANAGER):
            worker = self.worker(login)
            worker.tell(f"enrol {PASSWORD}")
            self.done.enrolled[login] = worker.answer(120)["database"]
            worker.end()
        self.server.stop()
        self.keep()
        self.told(f"two tablets enrolled: {REP} and {MANAGER}; the server is stopped")

    def kill_tablets(self, times: int) -> None:
        """The rep works offline and is killed; whatever was promised before is still there."""
        while self.done.tablet_kills < times:
            worker = self.worker(REP)
            worker.tell("work")
            worker.answer()
            moment = self.dice.uniform(0, WORK_SECONDS)
            time.sleep(moment)
            worker.kill()
            self.done.tablet_kills += 1
            self.keep()
            self.told(
                f"tablet killed {self.done.tablet_kills}/{times} after {moment * 1000:.0f} ms of work, "
                f"{worker.promised} ops promised before"
            )

    def kill_servers(self, times: int) -> None:
        """Two tablets work and sync; the server dies under them."""
        workers = [self.worker(login) for login in (REP, MANAGER)]
        for worker in workers:
            worker.tell("live")
            worker.answer()
        while self.done.server_kills < times:
            self.server.start()
            moment = self.moment_to_die()
            self.server.kill()
            self.done.server_kills += 1
            self.keep()
            self.told(
                f"server killed {self.done.server_kills}/{times} {moment * 1000:.0f} ms after it listened, "
                f"{self.where.ops()} ops in its log"
            )
            if self.done.server_kills % 8 == 4:
                self.where.command("account", "hold", HELD, "--reason", "crash")
            elif self.done.server_kills % 8 == 0:
                self.where.command("account", "release", HELD)
            for worker in workers:
                if worker.process.poll() is not None:
                    raise Broken(f"the tablet of {worker.login} ended:\n{tail(worker.log)}")
        for worker in workers:
            worker.tell("go-on")
            worker.answer()
            worker.end()

    def moment_to_die(self) -> float:
        """Wait until the server must die: at any moment, or, half of the time, just after it has taken ops in.
        The seconds it has lived."""
        began = time.monotonic()
        if self.dice.random() < 0.5:
            had = self.where.ops()
            while self.where.ops() == had and time.monotonic() - began < BUSY_SECONDS:
                time.sleep(0.02)
            time.sleep(self.dice.uniform(0, SERVE_SECONDS / 4))
        else:
            time.sleep(self.dice.uniform(0, SERVE_SECONDS))
        return time.monotonic() - began

    def count(self) -> bool:
        """Everything is sent and answered; then the two verifiers look."""
        self.server.start()
        for login in (REP, MANAGER, REP, MANAGER):  # the second time for what the other one did
            worker = self.worker(login)
            worker.tell("finish")
            found = worker.answer(600)
            worker.end()
        self.server.stop()
        for login in (REP, MANAGER):
            self.told(f"{login}: {self.results(login)}")
        said = self.where.command("verify").strip().splitlines()[-1]
        journals = [self.folder / login / "journal" for login in (REP, MANAGER)]
        tablets = [Path(path) for path in self.done.enrolled.values()]
        agrees, lines = books(self.where, [one for one in journals if one.exists()], tablets)
        for line in lines:
            self.told(line)
        self.told(f"crash: tablet_kills={self.done.tablet_kills} server_kills={self.done.server_kills} {lines[-1]} "
                  f"{said.replace(': ', '=')}")  # fmt: skip
        return agrees and said == "verify: ok" and not found["waiting"]

    def results(self, login: str) -> str:
        worker = self.worker(login)
        worker.end()
        return f"{worker.promised} ops promised and kept"


def remembered(folder: Path, seed: int, database: str) -> Done:
    """A run that was cut off, to go on with; else a new one in an empty folder."""
    try:
        done = Done(**json.loads((folder / "crash.json").read_text()))
    except (OSError, ValueError, TypeError):
        done = Done(-1, "")
    if (done.seed, done.database) == (seed, database) and done.enrolled and database != "postgres":
        return done
    shutil.rmtree(folder, ignore_errors=True)
    return Done(seed, database)


def play(folder: Path, *, tablet_kills: int, server_kills: int, seed: int, database: str) -> bool:
    """The whole journey; whether nothing was lost or doubled and both verifiers are content."""
    done = remembered(folder, seed, database)
    began = time.monotonic()

    def told(line: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {line}", flush=True)

    with store(database, folder / "server") as where:
        crash = Crash(where, folder, done, told)
        try:
            crash.begin()
            crash.kill_tablets(tablet_kills)
            crash.kill_servers(server_kills)
            good = crash.count()
        finally:
            crash.server.kill()
    if good:
        (folder / "crash.json").replace(folder / "crash-done.json")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tablet-kills", type=int, default=50)
    parser.add_argument("--server-kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres (from the wheel) or a URL")
    parser.add_argument("--folder", type=Path, help="default: build/crash/DATABASE")
    given = vars(parser.parse_args())
    kind = given["database"] if "://" not in given["database"] else "url"
    folder = given.pop("folder") or HOUSE / "build" / "crash" / kind
    try:
        return 0 if play(folder, **given) else 1
    except Broken as err:
        print(f"crash: {err}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
