"""`make mutants`: changes the rules in small ways, one at a time, and looks whether a test notices.

    mutants.py [--seed 1] [--count 2000] [--jobs 2] [--least 90] [--only 'app.domain.pricing.*']

The changes are mutmut's: its operators, its rules what to leave alone (annotations, docstrings, decorators), its
trampolines, its fork server. Every module of app/domain takes part, whatever there is on the day; LEFT_OUT names the
exceptions with a reason. All mutants are sorted by name, the seed chooses `count` of them, and each runs only the tests
of TESTS that reach its function, fastest first, up to the first that fails.

Two kinds. *Functions and methods* are mutmut's own business. *Tables*, all that stands outside of functions (the
lifecycle, codes, defaults of fields), mutmut has operators for but does not try, because its trampolines sit in
functions. Half of our rules are tables, so here each such change gets a process of its own that imports the changed
module in place of the true one and runs all of TESTS, those that name the module first.

What counts. Killed: a test failed (for a table also: the tests could not even be imported). Timeout: ran ten times
as long as its tests need, counts as killed and is told apart. Survived, reached by no test, or ended in a strange
way (suspicious): not killed. Nothing is left out by hand for being equivalent, so 100 % is out of reach.

What is not tried. Text in a line that begins with `raise`: errors here are for programmers, the words that people
read belong to the screens, and a test on such a text would only say it twice (whether the error is raised is tried:
the condition above it changes). Functions with a decorator other than staticmethod and classmethod, which mutmut
leaves alone: the program prints how many there are.

Hypothesis takes EXAMPLES fixed examples, so that a verdict stands: the same files give the same score. A verdict is
kept in build/mutants/verdicts.jsonl while no file changes, so a run that was cut off goes on from there, and a larger
count tries only what is new. The score goes to build/mutants.json, the survivors with their changes to
build/mutants-survivors.txt. The last line is JSON; exit 1 below `--least` percent.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mutant_kinds import Mutant, Verdict

HOUSE = Path(__file__).resolve().parents[2]
BUILD = HOUSE / "build"
WORK = BUILD / "mutants"  # a copy of what takes part; mutmut makes its own copy below it
VERDICTS = WORK / "verdicts.jsonl"

RULES = "app/domain"
TESTS = ("tests/domain",)
COPIED = ("app", "sync", "resources", "tests", "pyproject.toml")
LEFT_OUT: dict[str, str] = {}  # "app/domain/name.py": the reason

MEMORY = 4 << 30  # bytes of address space: a change may make a loop that never stops collecting

# Plain asserts: nobody reads the messages, and rewriting takes time. The fork server leaves /dev/null open, which is
# no test's fault.
SETTINGS = f"""
[tool.mutmut]
source_paths = ["app"]
only_mutate = ["{RULES}/*"]
do_not_mutate = {json.dumps(sorted(LEFT_OUT))}
do_not_mutate_patterns = ['^\\s*raise\\b']
also_copy = ["sync", "resources"]
pytest_add_cli_args = ["--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]
pytest_add_cli_args_test_selection = {json.dumps(TESTS)}
process_isolation = "forkserver"
track_dependencies = false
"""


# -- the copy ------------------------------------------------------------------------------------------------


def files_of(top: Path) -> Iterator[Path]:
    """What takes part, sorted."""
    for name in COPIED:
        found = [top / name] if (top / name).is_file() else (top / name).rglob("*")
        yield from sorted(one for one in found if one.is_file() and "__pycache__" not in one.parts)


def fingerprint() -> str:
    """What a verdict depends on: the rules, their tests, this program and the versions of its tools."""
    seen = hashlib.sha256()
    tools = [f"{name} {version(name)}" for name in ("mutmut", "pytest", "hypothesis")]
    seen.update(repr([sys.version, *tools]).encode())
    parts = ("app", *TESTS, "tests/conftest.py", "pyproject.toml")
    for path in files_of(HOUSE):
        name = path.relative_to(HOUSE).as_posix()
        if name.startswith((*parts, "tests/bench/mutant")):
            seen.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return seen.hexdigest()


def copy() -> None:
    """A fresh copy in build/mutants, unless the one there has the same files."""
    mark, now = WORK / "fingerprint", fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    shutil.rmtree(WORK, ignore_errors=True)
    for path in files_of(HOUSE):
        target = WORK / path.relative_to(HOUSE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    with (WORK / "pyproject.toml").open("a") as settings:
        settings.write(SETTINGS)
    mark.write_text(now)


# -- the run -------------------------------------------------------------------------------------------------


def kinds_of_mutants() -> Any:
    """mutant_kinds.py: mutmut reads its settings when it is imported, so not before there are some."""
    import mutant_kinds

    return mutant_kinds


def known() -> dict[str, Verdict]:
    """The verdicts that stand already."""
    if not VERDICTS.exists():
        return {}
    verdict = kinds_of_mutants().Verdict
    lines = (json.loads(line) for line in VERDICTS.read_text().splitlines() if line.endswith("}"))
    return {one.pop("name"): verdict(**one) for one in lines}


def run(chosen: Sequence[Mutant], jobs: int) -> dict[str, Verdict]:
    """The verdict of each of `chosen`, by name; written down as it comes."""
    kinds, verdicts = kinds_of_mutants(), known()
    left = [one for one in chosen if one.name not in verdicts]
    print(f"{len(chosen) - len(left)} have their verdict from an earlier run, {len(left)} to go", flush=True)
    if not left:
        return {one.name: verdicts[one.name] for one in chosen}
    told = Counter[str]()
    with VERDICTS.open("a", buffering=1) as book:

        def keep(mutant: Mutant, verdict: Verdict) -> None:
            verdicts[mutant.name] = verdict
            line = {"name": mutant.name, "status": verdict.status, "seconds": round(verdict.seconds, 3)}
            book.write(json.dumps(line) + "\n")
            told[verdict.status] += 1
            if (done := told.total()) % 50 == 0 or done == len(left):
                pace = done / (time.monotonic() - begun)
                counts = ", ".join(f"{count} {status}" for status, count in sorted(told.items()))
                print(f"  {done}/{len(left)}  {counts}  ({pace:.1f} a second)", flush=True)

        runner = kinds.ready(jobs)
        seconds = kinds.prove(runner)
        print(f"without a change the tests pass, in {seconds:.1f} s", flush=True)
        begun = time.monotonic()
        kinds.try_functions([one for one in left if not one.table], runner, keep)
        kinds.try_tables([one for one in left if one.table], jobs, seconds, keep)
    return {one.name: verdicts[one.name] for one in chosen}


def report(chosen: Sequence[Mutant], verdicts: dict[str, Verdict], told: dict[str, Any]) -> dict[str, Any]:
    """Prints the score by module and kind, writes both files; the score as a whole."""
    by_part: dict[str, Counter[str]] = defaultdict(Counter)
    for one in chosen:
        for part in (Path(one.path).stem, "-- tables" if one.table else "-- functions"):
            by_part[part][verdicts[one.name].status] += 1
    print(
        f"{'':<16}{'tried':>7}{'killed':>8}{'timeout':>9}{'survived':>10}{'no tests':>10}{'strange':>9}{'%':>7}"
    )
    for part, count in sorted(by_part.items()):
        cells = (count["killed"], count["timeout"], count["survived"], count["no_tests"], count["suspicious"])
        widths = (8, 9, 10, 10, 9)
        row = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        print(f"{part:<16}{count.total():>7}{row}{score_of(count):>7.1f}")
    whole = Counter(verdicts[one.name].status for one in chosen)
    statuses = ("killed", "survived", "timeout", "no_tests", "suspicious")
    score = {"mutants": whole.total(), **{one: whole[one] for one in statuses}, "score": score_of(whole)}
    alive = [one for one in chosen if verdicts[one.name].status not in ("killed", "timeout")]
    texts = [
        f"# {one.name} ({verdicts[one.name].status})\n{kinds_of_mutants().change(one)}\n" for one in alive
    ]
    (BUILD / "mutants-survivors.txt").write_text("\n".join(texts))
    parts = {part: {**count, "score": score_of(count)} for part, count in sorted(by_part.items())}
    kept = {**told, **score, "parts": parts, "not_killed": [one.name for one in alive]}
    (BUILD / "mutants.json").write_text(json.dumps(kept, indent=2) + "\n")
    return score


def score_of(count: Counter[str]) -> float:
    """Killed and timed out in percent, rounded down: 89.99 is not 90."""
    return (count["killed"] + count["timeout"]) * 1000 // max(count.total(), 1) / 10


def main() -> int:
    """Try the sample; 1 when less than `--least` percent are killed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=float, default=90.0)
    parser.add_argument("--only", default="*", help="names of mutants, like 'app.domain.pricing.*'")
    asked = parser.parse_args()

    begun = time.monotonic()
    copy()
    os.chdir(WORK)
    sys.dont_write_bytecode = False  # whatever the caller likes: the copy is read thousands of times
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    kinds = kinds_of_mutants()
    kinds.fixed_examples()

    every = sorted(kinds.functions(asked.jobs) + kinds.tables(), key=lambda one: one.name)
    every = [one for one in every if fnmatchcase(one.name, asked.only)]
    picked = random.Random(asked.seed).sample(range(len(every)), min(asked.count, len(every)))
    chosen = [every[number] for number in sorted(picked)]
    outside = sum(one.table for one in every)
    print(
        f"{RULES}: {len(every)} mutants, {outside} of them in tables; seed {asked.seed} takes {len(chosen)}"
    )
    for path, reason in sorted(LEFT_OUT.items()):
        print(f"left out: {path}, {reason}")
    if found := kinds.decorated():
        print(f"not tried, because they have a decorator: {len(found)}\n  " + "\n  ".join(found))

    verdicts = run(chosen, asked.jobs)
    told = {"seed": asked.seed, "count": asked.count, "only": asked.only, "population": len(every)}
    score = report(chosen, verdicts, told)
    print(f"{time.monotonic() - begun:.0f} s; the survivors: build/mutants-survivors.txt")
    print(json.dumps(score))
    return int(score["score"] < asked.least)


if __name__ == "__main__":
    sys.exit(main())
