"""Two kinds of mutants, those of functions and those of tables, and how each is tried (see mutants.py).

mutmut reads its settings when it is imported, from the current folder: import this module there.
"""

from __future__ import annotations

import ast
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from difflib import unified_diff
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from math import ceil
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import libcst
import pytest
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import create_mutations, deep_replace

WORK = Path.cwd()
LOG = WORK / "mutmut.log"
EXAMPLES = 30  # of each property
PATIENCE = 5.0  # seconds on top of ten times what the tests need


@dataclass(frozen=True)
class Mutant:
    """One change; `table` when it stands outside of functions."""

    name: str
    path: str
    table: bool
    source: Callable[[], str]  # the whole changed file; a function's mutant does not need it


@dataclass(frozen=True)
class Verdict:
    """How a mutant ended: killed, survived, timeout, no_tests or suspicious."""

    status: str
    seconds: float


@contextmanager
def told_to_the_log() -> Iterator[None]:
    """What mutmut and pytest say goes to build/mutants/mutmut.log."""
    with LOG.open("a", buffering=1) as log, redirect_stdout(log), redirect_stderr(log):
        yield


def fixed_examples() -> None:
    """Properties see the same EXAMPLES examples every time."""
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        max_examples=EXAMPLES,
        deadline=None,
        phases=(
            hypothesis.Phase.explicit,
            hypothesis.Phase.generate,
        ),  # the smallest example interests nobody
        suppress_health_check=list(hypothesis.HealthCheck),  # a slow machine kills no mutant
    )
    hypothesis.settings.load_profile("mutants")


def ready(jobs: int) -> Any:
    """The runner for functions, with mutmut's copy of the rules in front of the path."""
    with told_to_the_log():
        mutmut.setup_source_paths()
        return mutmut.get_mutant_runner(jobs)


# -- the mutants ---------------------------------------------------------------------------------------------


def functions(jobs: int) -> list[Mutant]:
    """mutmut's mutants; written into its copy of the files."""
    copy, whole = WORK / "mutants", WORK / "all-made"
    if not whole.exists():  # mutmut would take a file that was cut off for a finished one
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        with told_to_the_log():
            mutmut.set_mutant_under_test("mutant_generation")
            mutmut.copy_src_dir()
            mutmut.copy_also_copy_files()
            mutmut.create_mutants(jobs)
        whole.touch()
    made = []
    for path in mutmut.walk_mutatable_files():
        written = mutmut.SourceFileMutationData(path=path)
        written.load()
        made += [Mutant(name, path.as_posix(), False, str) for name in written.exit_code_by_key]
    return made


def tables() -> list[Mutant]:
    """The changes that mutmut knows but has no trampoline for: those outside of functions."""
    made = []
    for path in mutmut.walk_mutatable_files():
        module, mutations, _, _ = create_mutations(str(path), path.read_text())
        stem = path.with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        outside = [
            one
            for one in mutations
            if not isinstance(one.contained_by_top_level_function, libcst.FunctionDef)
        ]
        for number, one in enumerate(outside, 1):

            def source(module: Any = module, one: Any = one) -> str:
                changed = deep_replace(module, one.original_node, one.mutated_node)
                assert isinstance(changed, libcst.Module)
                return changed.code

            made.append(Mutant(f"{stem}.table__{number:04}", path.as_posix(), True, source))
    return made


def decorated() -> list[str]:
    """The functions that mutmut leaves alone, as `path:line name`."""
    found = []
    for path in mutmut.walk_mutatable_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
                names = [ast.unparse(one) for one in node.decorator_list]
                if names not in (["staticmethod"], ["classmethod"]):
                    found.append(f"{path}:{node.lineno} {node.name}")
    return found


def change(mutant: Mutant) -> str:
    """The change as a diff."""
    if not mutant.table:
        return get_diff_for_mutant(mutant.name, path=mutant.path)
    true, changed = Path(mutant.path).read_text(), mutant.source()
    names = {"fromfile": mutant.path, "tofile": mutant.path}
    return "\n".join(unified_diff(true.splitlines(), changed.splitlines(), lineterm="", n=1, **names))


# -- trying functions ----------------------------------------------------------------------------------------


def prove(runner: Any) -> float:
    """Seconds that the tests take; which test reaches which function is in mutmut's state afterwards.

    Exits when the tests fail without a change, or do not notice that every function fails: then no verdict would
    mean anything.
    """
    with told_to_the_log():
        mutmut.set_mutant_under_test("stats")
        counted = runner.collect_stats([])
        mutmut.set_mutant_under_test("")
        begun = time.monotonic()
        clean = runner.run_clean_tests([])
        seconds = time.monotonic() - begun
        mutmut.set_mutant_under_test("fail")
        failed = runner.run_forced_fail()
        mutmut.set_mutant_under_test("")
    if counted or clean:
        sys.exit(f"the tests fail without any change: see build/mutants/{LOG.name}")
    if not failed:
        sys.exit("the tests do not notice when every function fails: they import another copy of the rules")
    return seconds


def try_functions(mutants: Sequence[Mutant], runner: Any, keep: Callable[[Mutant, Verdict], None]) -> None:
    """Each through mutmut's fork server, with the tests that reach its function."""
    state, running = mutmut.state(), {}

    def needed(mutant: Mutant) -> list[tuple[float, str]]:
        reached = mutmut.mangled_name_from_mutant_name(mutant.name)
        return sorted(
            (state.duration_by_test[one], one) for one in state.tests_by_mangled_function_name[reached]
        )

    def take() -> None:
        result = runner.wait_for_result()
        mutant, begun = running.pop(result.mutant_name)
        keep(mutant, Verdict(status_of(result.exit_code), time.monotonic() - begun))

    runner.startup()
    try:
        for mutant in mutants:
            tests = needed(mutant)
            if not tests:
                keep(mutant, Verdict("no_tests", 0.0))
                continue
            while not runner.has_capacity():
                take()
            seconds = sum(duration for duration, _ in tests)
            running[mutant.name] = mutant, time.monotonic()
            # The server takes CPU seconds, and allows half as many on the clock.
            limit = ceil(2 * (PATIENCE + 10 * seconds))
            runner.submit(mutant.name, [test for _, test in tests], limit, seconds)
        runner.signal_work_complete()
        while running:
            take()
    except BaseException:
        runner.stop_all_workers()
        raise
    runner.shutdown()


def status_of(ended: int, strange: str = "suspicious") -> str:
    """What pytest's exit code says: 1 is a failed test, 3 an error that pytest did not expect."""
    if ended == -signal.SIGXCPU:
        return "timeout"
    return {0: "survived", 1: "killed", 3: "killed", 5: "no_tests"}.get(ended, strange)


# -- trying tables -------------------------------------------------------------------------------------------


class Instead(MetaPathFinder, InspectLoader):
    """Imports one module from changed source."""

    def __init__(self, name: str, source: str) -> None:
        self._name, self._source = name, source

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self._name else None

    def get_source(self, fullname: str) -> str:
        return self._source


def nearest_first(word: str) -> list[str]:
    """The test files, those first that have the word, a module's name."""
    tops = [Path(top) for top in config().pytest_add_cli_args_test_selection]
    files = {file for top in tops for file in ([top] if top.is_file() else top.rglob("test_*.py"))}
    return [str(file) for file in sorted(files, key=lambda file: (word not in file.read_text(), file))]


def start(mutant: Mutant | None, seconds: float) -> int:
    """Starts a process that imports the changed module (or none) and runs the tests; its id."""
    child = os.fork()
    if child:
        return child
    ended = 1
    try:
        limit = ceil(PATIENCE + 10 * (seconds + time.process_time()))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        sys.stdout = sys.stderr = LOG.open("a", buffering=1)
        sys.path.insert(0, str(WORK))
        if mutant:
            name = mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            sys.meta_path.insert(0, Instead(name, mutant.source()))
        files = nearest_first(Path(mutant.path).stem if mutant else "")
        ended = int(pytest.main(["-x", "-q", "--tb=no", *config().pytest_add_cli_args, *files]))
    finally:
        os._exit(ended)


def try_tables(
    mutants: Sequence[Mutant], jobs: int, seconds: float, keep: Callable[[Mutant, Verdict], None]
) -> None:
    """Each in a process of its own, `jobs` at a time. `seconds` is what the tests need."""
    if not mutants:
        return
    assert "app" not in sys.modules, "a table can only change where it has not been imported"
    if os.waitpid(start(None, seconds), 0)[1]:
        sys.exit(f"the tests fail without any change: see build/mutants/{LOG.name}")
    running: dict[int, tuple[Mutant, float]] = {}
    waiting = list(reversed(mutants))
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[start(mutant, seconds)] = mutant, time.monotonic()
        child, ended = os.wait()
        mutant, begun = running.pop(child)
        # Whatever keeps the tests from being imported is a failure that everybody sees.
        keep(mutant, Verdict(status_of(os.waitstatus_to_exitcode(ended), "killed"), time.monotonic() - begun))
