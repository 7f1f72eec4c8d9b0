"""A tablet seen from outside: the real app in a process of its own, moved by `driver.py`."""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from programs import HOUSE, Broken, ends_with_us, tail

DRIVER = Path(__file__).with_name("driver.py")
PATIENCE = 30.0
OWN = {"meta", "outbox", "guess", "footprint", "bucket", "staged", "draft", "alembic_version"}


@dataclass
class Tablet:
    """`folder` is the device's storage: database, journal, log. It outlives the app."""

    who: str  # as the timeline says
    login: str
    server: str
    folder: Path
    shots: Path
    process: subprocess.Popen[str] | None = None
    answers: queue.Queue[str | None] = field(default_factory=queue.Queue)
    taken: int = 0
    platform: str = "offscreen"  # of Qt; '' is the machine's own

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def database(self) -> Path:
        """The one database file of this user at this server."""
        [path] = (self.folder / "data").glob("*.db")
        return path

    def loaded(self) -> dict[str, int]:
        """Rows of some kinds in the tablet's file, and of all the kinds that travel."""
        file = sqlite3.connect(self.database)
        try:
            kinds = [
                row[0]
                for row in file.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type='table'")
            ]
            travel = [one for one in kinds if one not in OWN and "_search" not in one and one[:6] != "sqlite"]
            counts = {one: int(file.execute(f'SELECT count(*) FROM "{one}"').fetchone()[0]) for one in travel}
        finally:
            file.close()
        return {**counts, "all": sum(counts.values())}

    def reserved(self, product_id: str) -> int:
        """Units of a product that are reserved, by the tablet's file."""
        file = sqlite3.connect(self.database)
        try:
            statement = (
                "SELECT coalesce(sum(qty), 0) FROM balance WHERE product_id = ? AND location_id LIKE ?"
            )
            return int(file.execute(statement, (product_id, "%:reserved")).fetchone()[0])
        finally:
            file.close()

    # -- the app --------------------------------------------------------------------------------------------

    def start(self, password: str = "") -> float:
        """Start the app and wait until it obeys; the seconds that took. With a password it signs in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(DRIVER), "--data", str(self.folder / "data")]
        if password:
            command += ["--server", self.server, "--user", self.login, "--password-stdin"]
        settings = {"TRUNKLINE_JOURNAL": str(self.journal)}
        if self.platform:
            settings |= {"QT_QPA_PLATFORM": self.platform, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        began = time.monotonic()
        with (self.folder / "log").open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=HOUSE,
                env={**os.environ, **settings},
                preexec_fn=ends_with_us(),
            )
        self.answers = queue.Queue()
        threading.Thread(target=self._listen, args=(self.process, self.answers), daemon=True).start()
        if password:
            self._write(password)
        self._answer("start")
        return time.monotonic() - began

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None

    def close(self) -> None:
        """Close the window and wait for the end of the program. Raises Broken when it ended badly."""
        assert self.process is not None
        self.do("quit")
        code = self.process.wait(PATIENCE)
        self.process = None
        if code != 0:
            raise Broken(f"{self.who}'s app ended with {code}:\n{tail(self.folder / 'log')}")

    # -- steps ----------------------------------------------------------------------------------------------

    def do(self, step: str, name: str = "", **more: Any) -> Any:
        """One step of driver.py; what it answers. Raises Broken with all that was in sight."""
        told = {"do": step, **({"name": name} if name else {}), **more}
        self._write(json.dumps(told))
        return self._answer(f"{told}", more.get("patience", PATIENCE) + 30)

    def click(self, name: str, **more: Any) -> None:
        self.do("click", name, **more)

    def type(self, name: str, text: str, **more: Any) -> None:
        self.do("type", name, text=text, **more)

    def row(self, name: str, has: str, **more: Any) -> str:
        return str(self.do("row", name, has=has, **more))

    def wait(self, name: str, has: str = "", **more: Any) -> str:
        return str(self.do("wait", name, has=has, **more))

    def read(self, name: str, **more: Any) -> Any:
        return self.do("read", name, **more)

    def find(self, *starts: str) -> list[str]:
        """The names in sight that begin with one of these."""
        return [str(one) for one in self.do("find", starts=starts)]

    def shot(self, what: str) -> Path:
        """A picture of the window; where it is."""
        self.taken += 1
        path = self.shots / f"{self.login}-{self.taken:02}-{what}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.do("shot", file=str(path))
        return path

    def _write(self, line: str) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _answer(self, step: str, patience: float = 60) -> Any:
        try:
            line = self.answers.get(timeout=patience)
        except queue.Empty:
            line = None
        if line is None:
            raise Broken(f"{self.who}'s app said nothing more at {step}:\n{tail(self.folder / 'log', 40)}")
        answer = json.loads(line)
        if not answer["ok"]:
            sight = "\n".join(f"    {one}" for one in answer.get("tree", ()))
            raise Broken(f"{self.who} could not do {step}: {answer['why']}\nin sight:\n{sight}")
        return answer["got"]

    @staticmethod
    def _listen(process: subprocess.Popen[str], answers: queue.Queue[str | None]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(line)
        answers.put(None)
