"""How live is live: from a tap on one tablet to the row on another, and what it costs to wait.

A server process on the demo company, real HTTP, two tablets of one rep as processes (`live_tablet.py`: workspace,
threads and sync loop of the product, without a window):

1. CHANGES quotes submitted on the one, at random moments; from the beginning of `perform` there to the commit that
   brings the row into the other's database. p99 must be under a second.
2. MINUTES in which nothing happens: what the second tablet asks, moves over the wire (TCP payload, through a meter)
   and takes of its processor, scaled to an hour; the server's processor meanwhile, which is the looking at the clock
   that all tablets share. What one more tablet costs the server is told by 3, divided.
3. WAITERS idle tablets on the one server process: memory, processor, the time of a push while they wait, and the time
   until all of them have a change that concerns all.

    live.py [--changes 1000] [--pace 0.15] [--minutes 2] [--waiters 300] [--seed 1] [--database sqlite|postgres|URL]
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "journeys"))

from live_waiters import Idle, Loop, Meter, sign_in_many
from programs import HOUSE, PASSWORD, Server, Store, ends_with_us, set_up, store
from sqlalchemy import Engine, select

from app.domain.codec import encode
from app.domain.commands import SaveDraft
from app.domain.ids import uuid7
from app.store import tables as t
from app.store.engine import reading, server_engine
from sync.protocol.messages import OpEnvelope, Push
from sync.protocol.version import PROTOCOL
from sync.server.compose import entropy
from sync.server.feed import unit_of_work

REP = "david8"
PROMISE = 1.0  # seconds, p99
PATIENCE = 120.0
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass
class Tablet:
    """A `live_tablet.py` process; its lines by kind."""

    folder: Path
    url: str
    seed: str
    said: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            str(HOUSE / "tests" / "bench" / "live_tablet.py"),
            "--folder",
            str(self.folder),
        ]
        command += ["--server", self.url, "--user", REP, "--seed", self.seed, "--password", PASSWORD]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "log").open("wb"),
            text=True,
            cwd=HOUSE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            preexec_fn=ends_with_us(),
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self.until("ready")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.put(json.loads(line))
        self.said.put({"ended": True})

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, word: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Its next line with this word; the others are kept."""
        while True:
            line = self.said.get(timeout=patience)
            self.kept.append(line)
            if "failed" in line or "ended" in line:
                raise RuntimeError(f"the tablet in {self.folder}: {line}")
            if word in line:
                return line

    def cpu(self) -> float:
        self.tell("cpu")
        return float(self.until("cpu")["cpu"])

    def end(self) -> None:
        self.tell("end")
        self.process.wait(PATIENCE)


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process, its threads included (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> float:
    """MiB that a process has in memory (Linux)."""
    found = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in line)
    return int(found.split()[1]) / 1024


@dataclass
class Bench:
    """The whole evening; `told` gets each line as it happens."""

    where: Store
    folder: Path
    given: argparse.Namespace
    result: dict[str, Any] = field(default_factory=dict)

    def told(self, line: str) -> None:
        print(f"{time.monotonic() - self.began:7.1f} s  {line}", flush=True)

    def run(self) -> bool:
        self.began = time.monotonic()
        self.loop = Loop()
        set_up(self.where)
        self.server = Server(self.where, self.folder / "server.log")
        self.server.start()
        assert self.server.process is not None
        self.pid = self.server.process.pid
        self.meter = Meter(self.server.port)
        metered = self.loop.run(self.meter.start())
        self.told("a server with the demo company")
        try:
            self.one = Tablet(self.folder / "one", self.server.url, f"{self.given.seed}/one")
            self.other = Tablet(
                self.folder / "other", f"http://127.0.0.1:{metered}", f"{self.given.seed}/other"
            )
            for tablet in (self.one, self.other):
                tablet.start()
            self.told("two tablets have everything and listen")
            self.changes()
            self.one.end()
            self.idle()
            self.other.end()
            self.waiters()
            self.server.stop()
        finally:
            self.server.kill()
        return bool(self.result["p99_ms"] < PROMISE * 1000 and self.result["missing"] == 0)

    # -- 1 ------------------------------------------------------------------------------------------------------------

    def changes(self) -> None:
        self.one.tell(f"change {self.given.changes} {self.given.pace}")
        made: dict[str, float] = {}
        seen: dict[str, float] = {}
        done, told, ends = False, 0, None
        while not done or (len(seen) < len(made) and time.monotonic() < (ends or 0)):
            for tablet, word, into in ((self.one, "made", made), (self.other, "seen", seen)):
                while not tablet.said.empty():
                    line = tablet.said.get()
                    if word in line:
                        into[line[word]] = line["at"]
                    elif "done" in line:
                        done, ends = True, time.monotonic() + 60
                    elif "failed" in line or "ended" in line:
                        raise RuntimeError(f"the tablet in {tablet.folder}: {line}")
            if len(seen) >= told + 100:
                told = len(seen) // 100 * 100
                took = [(seen[one] - made[one]) * 1000 for one in seen if one in made]
                self.told(
                    f"{len(seen)} seen: p50 {percentile(took, 0.5):.0f} ms, p99 {percentile(took, 0.99):.0f} ms"
                )
            time.sleep(0.05)
        took = [(seen[one] - made[one]) * 1000 for one in made if one in seen]
        self.result |= {
            "changes": len(made),
            "missing": len(set(made) - set(seen)),
            "p50_ms": round(percentile(took, 0.5)),
            "p99_ms": round(percentile(took, 0.99)),
            "max_ms": round(max(took)),
        }
        self.told(f"changes: {self.result}")

    # -- 2 ------------------------------------------------------------------------------------------------------------

    def idle(self) -> None:
        """One idle tablet against the same server without it."""
        time.sleep(5)  # what the changes left behind has settled
        seconds = self.given.minutes * 60
        hour = 3600 / seconds
        self.told(f"idle for {seconds:.0f} s")
        before, tablet, server = self.meter.read(), self.other.cpu(), cpu_of(self.pid)
        time.sleep(seconds)
        asked, up, down = (now - then for now, then in zip(self.meter.read(), before, strict=True))
        found = {
            "requests": round(asked * hour),
            "bytes_up": round(up * hour),
            "bytes_down": round(down * hour),
            "tablet_cpu_s": round((self.other.cpu() - tablet) * hour, 1),
            "server_cpu_s_for_all": round((cpu_of(self.pid) - server) * hour, 1),
        }
        self.result["idle_tablet_per_hour"] = found
        self.told(f"one idle tablet, for an hour: {found}")

    # -- 3 ------------------------------------------------------------------------------------------------------------

    def waiters(self) -> None:
        count = self.given.waiters
        engine = server_engine(self.where.url or f"sqlite:///{self.where.books}")
        base = memory_of(self.pid)
        access = sign_in_many(engine, count)
        idle = [Idle(self.server.port, one, f"live-{n}") for n, one in enumerate(access)]
        pusher = idle.pop()
        for one in (*idle, pusher):
            self.loop.run(one.start())
        lives = [self.loop.begin(one.live()) for one in idle]
        time.sleep(8)
        self.told(f"{count} tablets wait")
        cpu, seconds = cpu_of(self.pid), min(60.0, self.given.minutes * 60)
        time.sleep(seconds)
        found: dict[str, Any] = {
            "waiters": count,
            "memory_mib": round(memory_of(self.pid), 1),
            "memory_without_mib": round(base, 1),
            "cpu_percent": round((cpu_of(self.pid) - cpu) / seconds * 100, 2),
        }
        found["server_cpu_s_per_tablet_hour"] = round(found["cpu_percent"] * 36 / count, 2)
        self.told(f"{found}")
        pushes = self.pushes(pusher, 100)
        found |= {
            "push_p50_ms": round(percentile(pushes, 0.5), 1),
            "push_p99_ms": round(percentile(pushes, 0.99), 1),
        }
        found |= self.herd(engine, idle)
        failed = [one.exception() for one in lives if one.done()]
        if failed:
            raise RuntimeError(f"{len(failed)} waiters ended: {failed[0]!r}")
        self.result["many"] = found
        self.told(f"many: {found}")
        engine.dispose()

    def pushes(self, pusher: Idle, count: int) -> list[float]:
        """Milliseconds of each of `count` pushes of one small op, one after the other."""
        took = []
        for seq in range(1, count + 1):
            op_id = uuid7(int(time.time() * 1000), entropy(10))
            command = SaveDraft(
                op_id=op_id, actor=pusher.user, business_date="2026-11-23", draft_id=f"draft-{seq}", kind="quote",
                number="", based_on="", body="{}", saved_at="2026-11-23T12:00:00+00:00", device="idle",
            )  # fmt: skip
            push = Push(PROTOCOL, f"{pusher.device}.1", [OpEnvelope(op_id, seq, encode(command).decode())])
            began = time.monotonic()
            self.loop.run(pusher.post("/sync/v1/push", push))
            took.append((time.monotonic() - began) * 1000)
        return took

    def herd(self, engine: Engine, idle: list[Idle]) -> dict[str, Any]:
        """A product changes: everybody holds it."""
        time.sleep(1)
        with reading(engine) as connection:
            row = dict(
                connection.execute(select(t.product).order_by(t.product.c.id).limit(1)).mappings().one()
            )
        with unit_of_work(engine) as work:
            work.put("product", [{**row, "name": f"{row['name']} II"}])
        began = time.monotonic()
        times: list[float] = []
        while len(times) < len(idle) and time.monotonic() < began + 60:
            time.sleep(0.05)
            times = [next((at for at, news in one.answers if news and at > began), 0.0) for one in idle]
            times = [at - began for at in times if at]
        return {
            "all_told": len(times),
            "all_told_p50_ms": round(percentile(times, 0.5) * 1000),
            "all_told_max_ms": round(max(times) * 1000),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--pace", type=float, default=0.15, help="seconds between changes, on average")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--waiters", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres (from the wheel) or a URL")
    given = parser.parse_args()
    with TemporaryDirectory() as name, store(given.database, Path(name) / "server") as where:
        bench = Bench(where, Path(name), given)
        good = bench.run()
    print(json.dumps({"bench": "live", "seed": given.seed, "database": given.database, **bench.result}))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
