"""Real programs as processes: the server as an operator starts it, its commands, the books. They end with us."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]
JOURNEYS = HOUSE / "tests" / "journeys"
PROGRAM = Path(sys.executable).with_name("trunkline-server" + (".exe" if sys.platform == "win32" else ""))
PATIENCE = 60.0  # seconds
PASSWORD = "trunkline-demo"


class Broken(RuntimeError):
    """A program did not do what it must; the message says which and what it said."""


@dataclass(frozen=True)
class Store:
    """Where the server keeps its books: a folder with an SQLite file, or a PostgreSQL database."""

    folder: Path
    url: str | None = None  # postgresql://…

    @property
    def options(self) -> list[str]:
        return ["--database", self.url] if self.url else ["--data", str(self.folder)]

    @property
    def books(self) -> str:
        """The same, for a program that knows nothing of us."""
        return self.url or str(self.folder / "trunkline-server.db")

    def ops(self) -> int:
        """How many ops the server has taken in."""
        statement = "SELECT count(*) FROM op_log"
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                row = connection.execute(statement).fetchone()
                assert row is not None
                return int(row[0])
        connection = sqlite3.connect(self.books)
        try:
            return int(connection.execute(statement).fetchone()[0])
        finally:
            connection.close()

    def command(self, *words: str) -> str:
        """Run `trunkline-server …` on this store; its output. Raises Broken."""
        return ran([str(PROGRAM), *words, *self.options])


@dataclass
class Server:
    """`trunkline-server serve`, always on the same port, so that tablets find it again."""

    store: Store
    log: Path
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start it and wait until it says that it listens; the seconds that took."""
        began = time.monotonic()
        seen = self.log.stat().st_size if self.log.exists() else 0
        command = [str(PROGRAM), "serve", "--port", str(self.port), *self.store.options]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=ends_with_us(),
                start_new_session=True,  # Ctrl+C is for us; we end it
            )
        while b"trunkline-server listening on" not in self.log.read_bytes()[seen:]:
            if self.process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise Broken(f"the server did not start:\n{tail(self.log)}")
            time.sleep(0.02)
        return time.monotonic() - began

    def stop(self) -> None:
        """Ask it to end, as an operator does. Raises Broken when it ends badly."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process = None
        if code != 0:
            raise Broken(f"the server ended with {code}:\n{tail(self.log)}")

    def kill(self) -> None:
        """kill -9; also what is done when it is no longer needed and nobody looks."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None


def books(store: Store, journals: Sequence[Path], tablets: Sequence[Path] = ()) -> tuple[bool, list[str]]:
    """What the separate program says: whether all agrees, and its lines."""
    command = [sys.executable, str(JOURNEYS / "books.py"), "--server", store.books]
    command += ["--journal", *map(str, journals), "--tablet", *map(str, tablets)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode == 0, lines


def ran(command: Sequence[str], **how: Any) -> str:
    """Run to the end; the output. Raises Broken with everything it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    if done.returncode:
        raise Broken(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def store(kind: str, folder: Path, *, durable: bool = True) -> Iterator[Store]:
    """A store of `kind`: 'sqlite', 'postgres' (from the wheel, for as long as this lasts) or a PostgreSQL URL."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        yield Store(folder)
    elif kind == "postgres":
        with beside_tests("postgres_server").running(durable=durable) as url:
            yield Store(folder, url)
    else:
        yield Store(folder, kind)


def set_up(where: Store) -> str:
    """An empty store becomes the demo company, whose people can sign in; what the program said."""
    if where.url:
        where.command("migrate")
    return where.command("demo", "--password", PASSWORD)


def beside_tests(name: str) -> Any:
    """The module tests/`name`.py: tests are no package."""
    spec = spec_from_file_location(f"trunkline_{name}", HOUSE / "tests" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


def ends_with_us() -> Callable[[], None] | None:
    """On Linux the kernel ends the program when we die, be it by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return ask
