"""Small promises of the project: what lies where, what the lock holds, which commands exist."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).parents[2]

# The top level is fixed: whoever wants another entry there argues for it first.
TOP_LEVEL = {
    ".ci", ".gitattributes", ".github", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
    "app", "packaging", "pyproject.toml", "requirements.lock", "resources", "sync", "tests",
}  # fmt: skip


def in_git(*patterns: str) -> list[str]:
    """Every file that is or would be committed, as a path from the top."""
    if shutil.which("git") is None or not (HOUSE / ".git").exists():
        pytest.skip("needs a git checkout: the source came without its history")
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=HOUSE,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(name for name in set(found.stdout.split("\0")) if name and (HOUSE / name).exists())


def test_the_top_level_holds_only_what_was_agreed():
    assert {Path(name).parts[0] for name in in_git()} <= TOP_LEVEL


@pytest.mark.parametrize("folder", ["packaging", "tests"])
def test_no_package_marker_where_it_would_hide_another_package(folder: str):
    assert list((HOUSE / folder).rglob("__init__.py")) == []


def test_every_package_says_what_it_is():
    silent = [
        name
        for name in in_git("app/**/__init__.py", "sync/**/__init__.py")
        if not (HOUSE / name).read_text().lstrip().startswith(('"""', 'r"""'))
    ]

    assert silent == []


def test_every_folder_with_python_is_a_package():
    """A folder without the marker would be left out by mypy and by the arrows without a word."""
    folders = {Path(name).parent for name in in_git("app/*.py", "sync/*.py")}

    assert [str(folder) for folder in sorted(folders) if not (HOUSE / folder / "__init__.py").exists()] == []


def test_every_make_command_stands_once():
    targets = re.findall(r"^([a-z0-9-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE)

    assert sorted(targets) == sorted(set(targets))


def test_every_make_command_that_is_written_down_exists():
    targets = set(re.findall(r"^([a-z0-9-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE))

    for page in in_git("*.md"):
        mentioned = re.findall(r"(?:^|[$;&|] ?)make ([a-z][a-z0-9-]*)", code_of(HOUSE / page), re.MULTILINE)
        assert set(mentioned) <= targets, page


def code_of(page: Path) -> str:
    """The parts of a Markdown page that are set as code."""
    text = page.read_text()
    fenced = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*fenced, *spans])


def test_the_readme_names_the_two_commands():
    code = code_of(HOUSE / "README.md")

    assert "make run" in code
    assert "make test" in code


def test_every_program_that_make_starts_exists():
    makefile = (HOUSE / "Makefile").read_text()

    for program in re.findall(r"\$\(PY\) (\S+\.py)|^\t@(packaging/\S+\.sh)", makefile, re.MULTILINE):
        path = HOUSE / "".join(program)
        assert path.is_file(), path
        assert path.suffix == ".py" or os.access(path, os.X_OK), f"{path} can't be run"


LOCKS = ("requirements.lock", "packaging/server/requirements.lock")
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)( ; [^\\\n]+)? \\\n"
    r"( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+"
)


def pins(lock: str) -> list[str]:
    """The entries of a lock file, each with its continuation lines."""
    lines = (HOUSE / lock).read_text().splitlines()
    entries = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return [entry for entry in re.split(r"\n(?=\S)", entries) if entry.strip()]


def locked(lock: str) -> dict[str, str]:
    """Package names of a lock file and the one version of each."""
    return {pin["name"]: pin["version"] for pin in map(PIN.fullmatch, pins(lock)) if pin}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(lock: str):
    loose = [pin for pin in pins(lock) if not PIN.fullmatch(pin)]

    assert loose == []
    assert len(locked(lock)) == len(pins(lock)) > 10


def test_everything_we_ask_for_is_locked_within_its_range():
    asked = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    extras = asked["project"]["optional-dependencies"].values()
    wanted = [Requirement(line) for line in chain(asked["project"]["dependencies"], *extras)]
    versions = locked("requirements.lock")

    outside = [
        str(one)
        for one in wanted
        if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))
    ]

    assert outside == []


def test_the_server_runs_the_versions_that_were_tested():
    tested = locked("requirements.lock")

    assert locked("packaging/server/requirements.lock").items() <= tested.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_machine(lock: str):
    text = (HOUSE / lock).read_text()

    assert re.findall(r"://|index-url|find-links|trusted-host|(?<!\S)/\S+", text) == []


def test_every_skip_says_why():
    """`-ra` prints the reasons at the end of a run; a skip without one would only be a number."""
    mute = [
        f"{name}:{call.lineno}"
        for name in in_git("tests/*.py")
        for call in ast.walk(ast.parse((HOUSE / name).read_text()))
        if isinstance(call, ast.Call) and is_a_mute_skip(call)
    ]

    assert mute == []


def is_a_mute_skip(node: ast.Call) -> bool:
    """True for `pytest.skip()`, and for `pytest.mark.skipif(...)` and its kin without a `reason=`."""
    called = ast.unparse(node.func)
    given = {keyword.arg for keyword in node.keywords}
    if called in ("pytest.skip", "pytest.xfail"):
        return not node.args and "reason" not in given
    return called in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail") and "reason" not in given
