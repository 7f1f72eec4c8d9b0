"""Plays one day in the field through the real programs, without a screen, and tells it as a timeline.

The server is `trunkline-server` in a process of its own; the tablets are the real app, each in a process of its own,
offscreen, with a real keyring (gnome-keyring on a session bus of ours), moved through their widgets. In the end
`books.py`, which shares no code with the product, compares what the tablets' journals promise with the raw tables of
the server and of both tablets, and `trunkline-server verify` recomputes everything in its own way.

    play.py [--database sqlite|postgres|URL] [--folder build/day]

The last line is `day: ops=N applied=A held=H rejected=R lost=0 doubled=0 verify=ok`, the exit code then 0.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from programs import HOUSE, Broken, Server, Store, books, set_up, store
from story import OPS, Day, cast
from tablet import Tablet

KEYRING = HOUSE / "packaging" / "setup" / "with-keyring.sh"
BESIDE_A_KEYRING = "TRUNKLINE_DAY_BESIDE_A_KEYRING"


class Timeline:
    """What happened, as it happens: time of day, who, what, and the picture that was taken."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.began = folder, time.monotonic()

    def part(self, words: str) -> None:
        print(f"\n{words}", flush=True)

    def told(self, who: str, what: str, shot: Path | None = None) -> None:
        line = f"{datetime.now():%H:%M:%S}  {who:<11} {what}"
        if shot is not None:
            line += f"\n{'':21}→ {shown(shot)}"
        print(line, flush=True)


def play(kind: str, folder: Path) -> bool:
    """The whole day; whether both verifiers are content and the figures are those of the story."""
    shutil.rmtree(folder, ignore_errors=True)
    timeline = Timeline(folder)
    with store(kind, folder / "server") as where:
        print(f"A day in the field. The server keeps its books in {where.url or shown(folder / 'server')}")
        timeline.part("Before: a company")
        said = set_up(where).strip().splitlines()
        timeline.told("The office", f"{total_rows(said)}; {said[-1]}")
        server = Server(where, folder / "server.log")
        timeline.told("Server", f"listens on {server.url} after {server.start():.1f} s")
        shots = folder / "screens"
        rep = Tablet("David", "david8", server.url, folder / "david", shots)
        manager = Tablet("Stephen", "stephen0", server.url, folder / "stephen", shots)
        try:
            live(Day(server, rep, manager, cast(where), timeline.told), timeline)
            for tablet in (rep, manager):
                tablet.close()
            server.stop()
            return verified(where, (rep, manager), timeline)
        except Broken:
            for tablet in (rep, manager):
                if tablet.process is not None and tablet.process.poll() is None:
                    print(f"{tablet.who}'s window: {shown(tablet.shot('broken'))}")
            raise
        finally:
            for tablet in (rep, manager):
                tablet.kill()
            server.kill()


def live(day: Day, timeline: Timeline) -> None:
    """The story in its order."""
    timeline.part("1. Two tablets enrol and sync")
    day.morning()
    day.look_around()
    timeline.part("2. No server: David works all the same")
    day.out_of_reach()
    day.quote_inside()
    stale = day.quote_on_stale_facts()
    timeline.part("3. Kill -9 in the middle of it")
    day.quote_above_is_interrupted()
    above = day.quote_above()
    day.sale()
    day.count()
    day.quote_refused_at_once()
    timeline.part("4. The server comes back")
    day.back_in_reach(stale)
    day.decision(above)
    day.order(above)
    day.every_device()


# -- 5. verification -----------------------------------------------------------------------------------------


def verified(where: Store, tablets: tuple[Tablet, Tablet], timeline: Timeline) -> bool:
    """The books and `verify`; prints the last line."""
    timeline.part("5. Verification, by programs that did not take part")
    for tablet in tablets:
        lines = len(tablet.journal.read_bytes().splitlines())
        timeline.told(tablet.who, f"journal: {lines} ops promised; drafts kept: {drafts(tablet.database)}")
    journals, files = [one.journal for one in tablets], [one.database for one in tablets]
    agree, lines = books(where, journals, files)
    for line in lines:
        timeline.told("The books", line)
    found = dict(re.findall(r"(lost|doubled|differences)=(\d+)", lines[-1]))
    try:
        said = where.command("verify").strip().splitlines()[-1]
    except Broken as err:
        said = str(err).strip().splitlines()[-1]
    timeline.told("Server", said)
    counted = outcomes(where, journals)
    good = agree and said == "verify: ok" and counted == OPS
    if counted != OPS:
        print(f"the story has {OPS}, this day had {counted}")
    figures = " ".join(f"{name}={value}" for name, value in counted.items())
    print(f"took {time.monotonic() - timeline.began:.0f} s; screens in {shown(timeline.folder / 'screens')}")
    verdict = "ok" if agree and said == "verify: ok" else "failed"
    lost, doubled = found.get("lost", "?"), found.get("doubled", "?")
    print(f"day: {figures} lost={lost} doubled={doubled} verify={verdict}")
    return good


def outcomes(where: Store, journals: list[Path]) -> dict[str, int]:
    """Ops that the tablets promised, and what became of them by the server's raw table."""
    ids = [json.loads(line)["op_id"] for path in journals for line in path.read_text().splitlines()]
    statement = "SELECT id, outcome FROM op_result"
    if where.url:
        import psycopg

        with psycopg.connect(where.url) as connection:
            rows = connection.execute(statement).fetchall()
    else:
        file = sqlite3.connect(where.books)
        rows = file.execute(statement).fetchall()
        file.close()
    became = Counter(dict(rows).get(one, "none") for one in ids)
    others = {name: count for name, count in sorted(became.items()) if name not in OPS}
    return {"ops": len(ids), **{name: became[name] for name in ("applied", "held", "rejected")}, **others}


def drafts(database: Path) -> int:
    file = sqlite3.connect(database)
    found = file.execute("SELECT count(*) FROM draft").fetchone()[0]
    file.close()
    return int(found)


def total_rows(said: list[str]) -> str:
    added = sum(int(one.replace(",", "")) for line in said for one in re.findall(r"([\d,]+) added", line))
    return f"the demo company: {added:,} rows"


def shown(path: Path) -> str:
    """A path as short as it can be."""
    return str(path.relative_to(HOUSE)) if path.is_relative_to(HOUSE) else str(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres (from the wheel) or a URL")
    parser.add_argument("--folder", type=Path, default=HOUSE / "build" / "day")
    given = parser.parse_args()
    if os.environ.get(BESIDE_A_KEYRING) != "1":
        command = [str(KEYRING), sys.executable, str(Path(__file__).resolve()), *sys.argv[1:]]
        os.execve(command[0], command, {**os.environ, BESIDE_A_KEYRING: "1"})
    try:
        return 0 if play(given.database, given.folder.resolve()) else 1
    except Broken as err:
        print(f"\nday: broken: {err}", flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
